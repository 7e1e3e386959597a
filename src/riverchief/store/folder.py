"""The data folder as one thing: observations, raw frames, files."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from riverchief.base.errors import StoreError
from riverchief.base.time import Clock
from riverchief.store.files import Files
from riverchief.store.frames import FrameLog
from riverchief.store.observations import Observations
from riverchief.store.space import Space, limit_from_settings


class Store:
    """An open data folder; several processes and threads may have it open.

    Parameters
    ----------
    folder
        Made where it is missing.
    clock
        Tells the time to those who use the store.
    limit_bytes
        How much the folder may hold; None takes `store_limit_mb` of `riverchief.toml`.

    Attributes
    ----------
    observations, frames, files, folder, clock
    """

    def __init__(self, folder: Path, clock: Clock, *, limit_bytes: int | None = None) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{folder} cannot be made a data folder: {error.strerror}.") from error
        space = Space(folder, limit_from_settings(folder) if limit_bytes is None else limit_bytes)
        self.folder = folder
        self.clock = clock
        self.observations = Observations(folder, space)
        self.frames = FrameLog(folder / "frames", space)
        self.files = Files(folder / "files", space)

    def close(self) -> None:
        """Close everything; frames that were appended and not synced are gone."""
        self.frames.close()
        self.observations.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_store(folder: Path | str, clock: Clock, *, limit_bytes: int | None = None) -> Store:
    """Open a data folder, made where it is missing; a context manager. See `Store`."""
    return Store(Path(folder), clock, limit_bytes=limit_bytes)
