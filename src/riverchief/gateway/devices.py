"""Which device stands for which station: `devices.json` of the data folder, read again whenever it changes.

    {"hj212:010000A8900016F000169DC0": {"place": "WZQN", "interval_s": 300}, "sl651:0012345678": {"place": "…"}}

A device that is not in it is not refused: its readings lie under a place of their own until somebody knows it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

DEVICES_FILE = "devices.json"

_log = logging.getLogger(__name__)


class Device(NamedTuple):
    """A device as the registry knows it: its station's code, and how often it reports [s] where that is known."""

    place: str
    interval_s: int | None = None


def device_name(protocol: str, address: str | None) -> str:
    """How a device is named in files and tables: `<protocol>:<address>`."""
    return f"{protocol}:{address or '?'}"


class Devices:
    """The devices of a data folder.

    Parameters
    ----------
    folder
        The data folder.
    fixed
        (protocol, address) → station code; given, it stands instead of the file.
    """

    def __init__(self, folder: Path, fixed: Mapping[tuple[str, str], str] | None = None) -> None:
        self._path = folder / DEVICES_FILE
        self._is_fixed = fixed is not None
        self._known = {device_name(*names): Device(place) for names, place in (fixed or {}).items()}
        self._stamp: tuple[int, int] | None = None

    def refresh(self) -> None:
        """Read the file again if it has changed; a faulty file is said loudly and leaves what was known."""
        if self._is_fixed:
            return
        try:
            status = self._path.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            if stamp == self._stamp:
                return
            self._stamp = stamp
            self._known = _parsed(json.loads(self._path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            self._known, self._stamp = {}, None
        except (OSError, ValueError) as error:
            _log.error("%s cannot be used (%s); what it said before stays in force", self._path, error)

    def of(self, protocol: str, address: str | None) -> Device:
        """The device with this address; an unknown one has the place `device:<protocol>:<address>`."""
        name = device_name(protocol, address)
        return self._known.get(name) or Device(f"device:{name}")


def _parsed(content: Any) -> dict[str, Device]:
    if not isinstance(content, dict):
        raise ValueError("it is not an object of devices")  # noqa: TRY004
    known = {}
    for name, entry in content.items():
        if not isinstance(entry, dict) or not isinstance(entry.get("place"), str):
            raise ValueError(f"device {name!r} has no place")  # noqa: TRY004
        interval_s = entry.get("interval_s")
        known[name] = Device(entry["place"], None if interval_s is None else int(interval_s))
    return known
