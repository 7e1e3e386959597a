"""How much a data folder may hold: a limit of its own, checked before the disk's."""

from __future__ import annotations

import os
import threading
import tomllib
from contextlib import suppress
from pathlib import Path

from riverchief.base.errors import InputError, StoreFull

SETTINGS_FILE = "riverchief.toml"
_MEASURE_EVERY_BYTES = 1 << 20


def limit_from_settings(folder: Path) -> int | None:
    """`limit_bytes` of the table `[store]` of `riverchief.toml`, None where it is not set.

    Raises
    ------
    InputError
        When the file is no TOML or the limit is no positive whole number.
    """
    path = folder / SETTINGS_FILE
    if not path.exists():
        return None
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path} is not valid TOML: {error}. Mend it, or take it away.") from error
    limit = settings.get("store", {}).get("limit_bytes")
    if limit is not None and (not isinstance(limit, int) or limit <= 0):
        raise InputError(f"{path}: [store] limit_bytes is {limit!r}, must be a whole number of bytes above 0.")
    return limit


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
                    f"{n_bytes:,} it was given; nothing of them was kept. Raise limit_bytes in {SETTINGS_FILE}, "
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
