"""What a long answer has found so far, kept on disk under what was asked: another question finds nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import astuple
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from riverchief import __version__
from riverchief.base.errors import InputError
from riverchief.govern.twin import files
from riverchief.govern.twin.assimilation.readings import Reading
from riverchief.govern.twin.hydraulics.layout import State
from riverchief.govern.twin.model import Model

Floats = NDArray[np.float64]


def digest_of(model: Model, state: State, readings: Sequence[Reading], *more: object) -> str:
    """SHA-256 over cells and all that drives them, where it begins, the readings, and whatever else was asked."""
    found = hashlib.sha256(f"{__version__} {files.digest(model)} {more!r}".encode())
    grid = model.cells.grid
    for part in (*state, *model.forcing, *model.control, grid.rows, grid.law, grid.loss, model.decay_per_s):
        found.update(np.ascontiguousarray(part).tobytes())
    for one in readings:
        found.update(repr(astuple(one)).encode())
    return found.hexdigest()


class Kept:
    """Arrays by number on disk, each whole or not there.

    Parameters
    ----------
    folder : Path, optional
        Nothing is kept where left out.
    asked : str
        Digest of the question; what answers another one is thrown away.
    progress : callable
        Told the number before it is made or found.
    """

    def __init__(self, folder: Path | None, asked: str, progress: Callable[[int], None]) -> None:
        self.folder, self.asked, self.progress = folder, asked[:16], progress

    def __call__(self, number: int, make: Callable[[], Floats]) -> Floats:
        """The array of a number, made where it is not there.

        Raises
        ------
        InputError
            Where the folder cannot be written.
        """
        self.progress(number)
        if self.folder is None:
            return make()
        path = self.folder / f"{self.asked}-{number}.npy"
        try:
            return np.asarray(np.load(path), np.float64)
        except (OSError, ValueError, EOFError):
            made = make()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for old in self.folder.glob("*.npy"):
                if not old.name.startswith(self.asked):
                    old.unlink()
            beside = path.with_suffix(".part")
            with beside.open("wb") as file:
                np.save(file, made)
            beside.replace(path)
        except OSError as error:
            raise InputError(f"cannot write {path}: {error.strerror}. Check the folder.", path=str(path)) from error
        return made
