"""Settings of one installation: `riverchief.toml` in the data folder, overridden by RIVERCHIEF_* in the environment.

Every setting is listed in SETTINGS with its default and meaning; docs/reference/settings.md is checked against it.
"""

from __future__ import annotations

import json
import os
import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from riverchief.base.errors import InputError, UnknownName

FILE = "riverchief.toml"
PROXY = "RIVERCHIEF_PROXY"  # set by the supervisor for its own processes
SECRET_FILE = "secret.key"  # noqa: S105  the name of the file, not what is in it


@dataclass(frozen=True)
class Setting:
    """One setting: its default and what it does."""

    default: Any
    meaning: str


SETTINGS: dict[str, Setting] = {
    "database_url": Setting("", "postgres://user:password@host:port/name; empty means SQLite in the data folder"),
    "host": Setting("127.0.0.1", "address on which the pages and the API are served"),
    "port": Setting(8000, "port of the pages and the API"),
    "live_port": Setting(8001, "port of the server-sent events, on the same address"),
    "live_url": Setting("", "where browsers find the events; empty: the live port of the name they came by"),
    "gateway_host": Setting("127.0.0.1", "address on which field stations are listened to"),
    "gateway_port": Setting(9212, "port on which field stations are listened to"),
    "store_limit_mb": Setting(0, "size that the store may grow to [MB]; 0 means the disk's"),
    "scheduled_reports": Setting(["daily", "weekly", "monthly"], "kinds of reports made by themselves, in Chinese"),
    "public_url": Setting("", "address that the QR codes of signs lead to, for example https://river.example.cn"),
    "office_phone": Setting("", "telephone of the river chief's office, as the public pages show it"),
    "proxies": Setting(0, "how many proxies of your own stand before the site; their X-Forwarded-For is believed"),
    "open_data": Setting(False, "classes of sections are public, at /open and on the signs' pages"),
    "open_licence": Setting("", "licence line of the open data; empty: the page says that none was set"),
    "open311_keys": Setting([], "keys of partners that may report by Open311; empty: nobody may"),
    "simulated": Setting(False, "the stations are simulated, and every page says so"),
    "secure_cookies": Setting(False, "the site is served over HTTPS only"),
    "allowed_hosts": Setting(["127.0.0.1", "localhost"], "names under which the site answers"),
    "https": Setting("", "name or address[:port] under which phones reach the site over HTTPS; empty: HTTP only"),
    "phone_session_days": Setting(90, "how long a phone stays signed in after it was last used [days]"),
    "sms": Setting({}, "the HTTP gateway for text messages: url, method, headers, format, body, success"),
    "channels": Setting({}, "application messages: a table each for wecom, dingtalk, feishu, email"),
    "robots": Setting([], "group robots: name, kind, url, secret, regions, kinds"),
    "debug": Setting(False, "show technical error pages"),
}


def _parse(name: str, text: str) -> Any:
    default = SETTINGS[name].default
    if isinstance(default, bool):
        return text.lower() in ("1", "true", "yes", "on")
    if isinstance(default, dict) or (isinstance(default, list) and text.startswith("[")):
        return json.loads(text)
    if isinstance(default, list):
        return [part.strip() for part in text.split(",") if part.strip()]
    return type(default)(text)


@dataclass(frozen=True)
class Config:
    """The settings in force, and the data folder they belong to."""

    folder: Path
    values: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def https_host(self) -> str:
        """The name or address of `https` without its port."""
        return urlsplit(f"//{self.https}").hostname or ""

    @property
    def https_port(self) -> int:
        """The port of `https`."""
        return urlsplit(f"//{self.https}").port or 443

    @property
    def behind_proxy(self) -> bool:
        """Whether Caddy, started by our supervisor, stands before the pages."""
        return os.environ.get(PROXY) == "caddy"

    @property
    def secret_key(self) -> str:
        """The installation's own secret, made on first use and kept in the data folder.

        Without a data folder there is nothing to protect, and the key lives as long as the process.
        """
        path = self.folder / SECRET_FILE
        if not self.folder.is_dir():
            return secrets.token_urlsafe(48)
        if not path.exists():
            path.write_text(secrets.token_urlsafe(48), encoding="ascii")
            path.chmod(0o600)
        return path.read_text(encoding="ascii").strip()


def read_config(folder: Path | None = None) -> Config:
    """The configuration of a data folder (RIVERCHIEF_DATA, or ./data, where none is given).

    Raises
    ------
    UnknownName
        For a setting that is not known, with the nearest known one.
    InputError
        For a file that is not TOML.
    """
    where = folder or Path(os.environ.get("RIVERCHIEF_DATA", "data"))
    values = {name: setting.default for name, setting in SETTINGS.items()}
    path = where / FILE
    if path.exists():
        try:
            given = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"{path} is not TOML: {error}. Mend the file.", path=str(path)) from None
        for name, value in given.items():
            if name not in SETTINGS:
                raise UnknownName("setting", name, SETTINGS)
            values[name] = value
    for name in SETTINGS:
        if (text := os.environ.get(f"RIVERCHIEF_{name.upper()}")) is not None:
            values[name] = _parse(name, text)
    return Config(where.resolve(), values)
