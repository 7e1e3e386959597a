"""Runs that are kept as they go: pieces beside the file, each with the state from which a broken run goes on.

The pieces give the same numbers as one run: a state goes on bit for bit.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.govern.twin import files
from riverchief.govern.twin.hydraulics.layout import Record, State
from riverchief.govern.twin.model import Balance, Model

Floats = NDArray[np.float64]

PIECES = 20
_NOTE = "run.json"
_STORED = ("stored_before_m3", "stored_after_m3")


@dataclass(frozen=True)
class Finished:
    """A run that has come to its end.

    Attributes
    ----------
    begin_s : float
        Where it began [s since 1970 UTC].
    time_s : float64 (n_time,)
    record : Record
    state : State
        At the end.
    sums : dict of str to float
        The balance over the whole run, by the names of `Balance`.
    gone_on : float
        Share of the run that an earlier one had kept [-].
    """

    begin_s: float
    time_s: Floats
    record: Record
    state: State
    sums: dict[str, float]
    gone_on: float = 0.0

    @property
    def error(self) -> float:
        """Relative difference of the balance [-]."""
        whole = {f.name: self.sums[f.name] for f in fields(Balance)}
        return float(Balance(**whole).error)  # type: ignore[arg-type]


def run(
    model: Model,
    state: State,
    until_s: float,
    every_s: float,
    out: Path | None = None,
    progress: Callable[[float], None] = lambda _share: None,
) -> Finished:
    """Run from a state, and keep the results in a NetCDF where one is named.

    A run that was broken off goes on from its last piece when the same is asked for again: the same cells, start, end
    and instants.

    Parameters
    ----------
    model : Model
    state : State
    until_s, every_s : float
        End [s since 1970 UTC] and time between instants [s].
    out : Path, optional
        Its pieces lie in `<out>.parts` until it is done.
    progress : callable
        Told the share that is done.

    Raises
    ------
    InputError
        Where the file cannot be written.
    Diverged
        Where no step has a solution; the pieces before it are kept.
    """
    begin_s = float(state.clock[0])
    if out is None:
        made = model.run(state, until_s, every_s, progress)
        return Finished(begin_s, made.time_s, made.record, made.state, _sums(made.balance))
    kept = _Kept(model, out.with_name(f"{out.name}.parts"), _asked(model, state, until_s, every_s))
    ends = _ends(begin_s, until_s, every_s)
    state, done, sums = kept.found(state)
    for k in range(done, len(ends)):
        progress(k / len(ends))
        made = model.run(state, ends[k], every_s)
        state, sums = made.state, _added(sums, _sums(made.balance))
        files.write_state(kept.state(k), model, state)
        files.write(kept.folder / f"piece-{k:04d}.nc", made)
        kept.note(k + 1, sums)
    files.joined([kept.folder / f"piece-{k:04d}.nc" for k in range(len(ends))], out)
    shutil.rmtree(kept.folder, ignore_errors=True)
    progress(1.0)
    time_s, record = files.read_record(out, model)
    return Finished(begin_s, time_s, record, state, sums, done / len(ends))


def _ends(begin_s: float, until_s: float, every_s: float) -> list[float]:
    """Where pieces end: after a whole number of instants each."""
    count = max(1, int(np.ceil((until_s - begin_s) / every_s - 1e-9)))
    size = -(-count // PIECES)
    return [min(begin_s + k * every_s, until_s) for k in range(size, count, size)] + [until_s]


def _asked(model: Model, state: State, until_s: float, every_s: float) -> str:
    """What a run is told by: its cells, all that drives it, where it begins and what is to be kept."""
    found = hashlib.sha256(f"{files.digest(model)} {until_s!r} {every_s!r}".encode())
    for part in (*state, *model.forcing, model.cells.grid.rows, model.cells.grid.law, model.cells.grid.loss,
                 model.decay_per_s):  # fmt: skip
        found.update(np.ascontiguousarray(part).tobytes())
    return found.hexdigest()


@dataclass(frozen=True)
class _Kept:
    """The pieces of a run on disk."""

    model: Model
    folder: Path
    asked: str

    def found(self, state: State) -> tuple[State, int, dict[str, float]]:
        """The state to go on from, how many pieces there are, and their balance; none where another run was meant."""
        try:
            told = json.loads((self.folder / _NOTE).read_text(encoding="utf-8"))
            if told["asked"] == self.asked:
                done = int(told["done"])
                return files.read_state(self.state(done - 1), self.model), done, told["sums"]
        except (OSError, ValueError, KeyError, InputError):
            pass  # nothing there that could be gone on from
        shutil.rmtree(self.folder, ignore_errors=True)
        return state, 0, {}

    def note(self, done: int, sums: dict[str, float]) -> None:
        """Say that a piece is whole; only then is the state before it let go."""
        beside = self.folder / f".{_NOTE}"
        beside.write_text(json.dumps({"asked": self.asked, "done": done, "sums": sums}), encoding="utf-8")
        beside.replace(self.folder / _NOTE)
        self.state(done - 2).unlink(missing_ok=True)

    def state(self, k: int) -> Path:
        """The file of the state after piece k."""
        return self.folder / f"state-{k}.nc"


def _sums(balance: Balance) -> dict[str, float]:
    return {f.name: float(getattr(balance, f.name)) for f in fields(balance)}


def _added(before: dict[str, float], more: dict[str, float]) -> dict[str, float]:
    """Two balances one after the other."""
    if not before:
        return more
    return {
        name: before[name] if name == _STORED[0] else value if name == _STORED[1] else before[name] + value
        for name, value in more.items()
    }
