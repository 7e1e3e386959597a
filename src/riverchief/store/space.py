"""How much a data folder may hold: a limit of its own, checked before the disk's."""

from __future__ import annotations

import os
import threading
import tomllib
from contextlib import suppress
from pathlib import Path

from riverchief.base.errors import InputError, StoreFull

SETTINGS_FILE = "riverchief.toml"
LIMIT = "store_limit_mb"  # of the settings; in the environment RIVERCHIEF_STORE_LIMIT_MB goes before it
_MEASURE_EVERY_BYTES = 1 << 20


def limit_from_settings(folder: Path) -> int | None:
    """What `store_limit_mb` [MB] allows the data folder to hold [bytes]; None where it is 0 or not set.

    Raises
    ------
    InputError
        When the file is no TOML or the limit is no number of megabytes.
    """
    path = folder / SETTINGS_FILE
    settings = {}
    if path.exists():
        try:
            settings = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"{path} is not valid TOML: {error}. Mend it, or take it away.") from error
    given = os.environ.get(f"RIVERCHIEF_{LIMIT.upper()}", settings.get(LIMIT, 0))
    try:
        limit_mb = float(given)
    except (TypeError, ValueError):
        limit_mb = -1
    if limit_mb < 0:
        raise InputError(f"{LIMIT} in {path} is {given!r}, must be a number of megabytes, or 0 for no limit.")
    return int(limit_mb * 1e6) or None


class Space:
    """Keeps what the store holds below `limit_bytes`; without a limit only the disk's own end counts.

    Measured anew after each MiB that this process added, and at each question while the store is full, so that it
    recovers as soon as space returns.
    """

    def __init__(self, folder: Path, limit_bytes: int | None) -> None:
        self.folder = folder
        self.limit_bytes = limit_bytes
        self._lock = threading.Lock()
        self._used_bytes: int | None = None
        self._added_bytes = 0

    def require(self, n_bytes: int) -> None:
        """Say that `n_bytes` more are about to be written.

        Raises
        ------
        StoreFull
            When the folder would grow beyond its limit.
        """
        if self.limit_bytes is None:
            return
        with self._lock:
            if self._used_bytes is None or self._added_bytes >= _MEASURE_EVERY_BYTES:
                self._used_bytes, self._added_bytes = _size_of(self.folder), 0
            wanted = self._used_bytes + self._added_bytes + n_bytes
            if wanted > self.limit_bytes:
                self._used_bytes = None
                raise StoreFull(
                    f"the store {self.folder} may hold {self.limit_bytes:,} bytes and would hold {wanted:,} with the "
                    f"{n_bytes:,} it was given; nothing of them was kept. Raise {LIMIT} in {SETTINGS_FILE}, "
                    f"archive old months, or make room.",
                    limit_bytes=self.limit_bytes,
                    wanted_bytes=wanted,
                )
            self._added_bytes += n_bytes


def _size_of(folder: Path) -> int:
    total = 0
    for where, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):  # a temporary file that was just moved
                total += (Path(where) / name).stat().st_size
    return total
