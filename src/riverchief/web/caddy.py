"""Caddy before the pages: it gets a public certificate by itself; other names get one from its own root."""

from __future__ import annotations

import ipaddress
import shutil
import sys
from pathlib import Path

from riverchief.web.config import Config

FILE = "Caddyfile"
_PRIVATE = ("localhost", "local", "lan", "internal", "home", "test", "intranet")


def found() -> str:
    """Where Caddy is: on PATH, or beside our Python, where its wheel puts it; empty where it is not."""
    beside = Path(sys.executable).parent / "caddy"
    return shutil.which("caddy") or (str(beside) if beside.exists() else "")


def is_public(host: str) -> bool:
    """Whether an authority could vouch for this name: no bare address, no name of an inner network."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." in host and host.rpartition(".")[2].lower() not in _PRIVATE
    return False


def caddyfile(config: Config) -> str:
    """What Caddy is told."""
    storage = config.folder / "caddy"
    host = f"[{config.https_host}]" if ":" in config.https_host else config.https_host
    site = host if config.https_port == 443 else f"{host}:{config.https_port}"
    inner = "" if is_public(config.https_host) else "\ttls internal\n"
    # a root is installed on phones by people, not on this machine by a server
    default = f"\tdefault_sni {config.https_host}\n" if inner else ""
    return (
        f"{{\n\tadmin off\n\tskip_install_trust\n{default}\tstorage file_system {{\n\t\troot {storage}\n\t}}\n}}\n"
        f"https://{site} {{\n{inner}"
        f"\thandle /live {{\n\t\treverse_proxy 127.0.0.1:{config.live_port} {{\n\t\t\tflush_interval -1\n\t\t}}\n\t}}\n"
        f"\thandle {{\n\t\trequest_body {{\n\t\t\tmax_size 64MB\n\t\t}}\n"
        f"\t\treverse_proxy 127.0.0.1:{config.port}\n\t}}\n}}\n"
    )


def write(config: Config) -> Path:
    """The file in the data folder that Caddy reads."""
    path = config.folder / FILE
    path.write_text(caddyfile(config), encoding="utf-8")
    return path


def root_file(config: Config) -> Path:
    """Where Caddy keeps the root of its own, once it has made one."""
    return config.folder / "caddy" / "pki" / "authorities" / "local" / "root.crt"
