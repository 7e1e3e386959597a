"""Run all members of an ensemble: over threads, processes or a cluster, with the same result to the last bit."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.govern.twin.ensemble import compiled
from riverchief.govern.twin.ensemble.batch import TILE, Batch, Outcome, by_numba
from riverchief.govern.twin.ensemble.members import Members
from riverchief.govern.twin.hydraulics import layout
from riverchief.govern.twin.hydraulics.layout import State
from riverchief.govern.twin.march import _kernels as march
from riverchief.govern.twin.model import Diverged, Model

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PARTS = 8  # pieces that an executor may spread; each sends the grid once


class Executor(Protocol):
    """What runs parts elsewhere: a `concurrent.futures.Executor`, a Dask client, anything with `submit`."""

    def submit(self, fn: Callable[[Batch], Outcome], /, *args: Any) -> Any:
        """Something with `result()`."""


class MemberDiverged(Diverged):
    """A member of an ensemble had no solution even with the shortest step."""

    code = "twin.member_diverged"


@dataclass(frozen=True)
class Watch:
    """Places whose course is kept for every member.

    Attributes
    ----------
    cells, faces : int64 (n,)
        Where levels and concentrations, and where discharges are kept.
    """

    cells: Ints
    faces: Ints

    @classmethod
    def at(cls, model: Model, places: Sequence[tuple[str, float]]) -> Watch:
        """The cells and faces nearest to places (reach, chainage [m])."""
        return cls(
            np.array([model.cells.cell(*p) for p in places], np.int64),
            np.array([model.cells.face(*p) for p in places], np.int64),
        )

    @classmethod
    def all(cls, model: Model) -> Watch:
        """Every cell and face: mind the memory."""
        return cls(np.arange(model.cells.grid.bed.size), np.arange(model.cells.grid.up.size))


@dataclass(frozen=True)
class EnsembleRun:
    """What all members did.

    Attributes
    ----------
    time_s : float64 (n_time,)
        Instants [s since 1970 UTC], without the beginning.
    watch : Watch
    level_m : float64 (n_member, n_time, n_cells)
    flow_m3s : float64 (n_member, n_time, n_faces)
    conc : float64 (n_member, n_time, n_constituent, n_cells)
    log_inflow : float64 (n_member, n_time, n_inflow)
        Logarithms of the multipliers that the inflows had.
    members : Members
        The ensemble at the end; a run from it goes on bit for bit.
    balance : float64 (n_member, N_BALANCE)
        See `hydraulics.layout`.
    water_error, mass_error : float64 (n_member,), (n_member, n_constituent)
        Difference of each member's balance over the largest of what came in and what
        was held at the beginning and (mass alone, as kinetics make it) at the end [-].
    path : str
        "compiled" or "numba".
    why : str
        Why not the compiled kernel; empty where it ran.
    """

    time_s: Floats
    watch: Watch
    level_m: Floats = field(repr=False)
    flow_m3s: Floats = field(repr=False)
    conc: Floats = field(repr=False)
    log_inflow: Floats = field(repr=False)
    members: Members = field(repr=False)
    balance: Floats = field(repr=False)
    water_error: Floats = field(repr=False)
    mass_error: Floats = field(repr=False)
    path: str
    why: str


def run_members(
    members: Members,
    until_s: float,
    every_s: float,
    watch: Watch,
    *,
    executor: Executor | None = None,
    path: str = "",
) -> EnsembleRun:
    """Run all members to an instant and keep the watched places every so many seconds.

    Parameters
    ----------
    members : Members
        Stay as they are.
    until_s, every_s : float
        End [s since 1970 UTC] and interval [s] of what is kept; inflows' multipliers change at its instants.
    watch : Watch
    executor : Executor, optional
        Where parts run: a process pool, a Dask client; threads of this process where left out.
    path : str
        "numba" or "compiled" to insist on one; the compiled kernel where it can run, where left out.

    Raises
    ------
    MemberDiverged
        Naming the member and the time.
    InputError
        Where the end lies before the beginning, or the path asked for cannot run this model.
    """
    model, begin = members.model, members.time_s
    if not until_s > begin:
        raise InputError(f"members that stand at {begin:.0f} s cannot run to {until_s:.0f} s; give a later end.")
    count = max(1, int(np.ceil((until_s - begin) / every_s - 1e-9)))
    times = np.minimum(begin + every_s * np.arange(1, count + 1), until_s)
    why = "the Numba path was asked for" if path == "numba" else compiled.hindrance(model)
    if path == "compiled" and why:
        raise InputError(f"the compiled kernel cannot run this: {why}. Leave the path out, or ask for numba.")
    ahead = members.ahead(times)
    formula = model.dispersion if isinstance(model.dispersion, str) else ""
    batch = Batch(
        grid=model.cells.grid, forcing=model.forcing, control=model.control, structures=model.structures,
        chords=model.cells.n_chord, state=members.state, rough2=members.rough2(), spread=members.dispersion(),
        formula=formula, most_m2s=model.most_dispersion_m2s, reactor=model.reactor, environment=model.environment,
        factor=np.exp(ahead),
        load_factor=np.exp(members.log_load), decay=members.decay(), times=times, cells=watch.cells, faces=watch.faces,
    )  # fmt: skip
    outcomes = _spread_out(batch, by_numba if why else compiled.by_kernel, executor)
    whole = Outcome.joined(outcomes)
    if (whole.status != march.DONE).any():
        m = int(np.flatnonzero(whole.status != march.DONE)[0])
        at = float(whole.state.clock[m, 0])
        raise MemberDiverged(
            f"member {m} of {len(members)} stopped at {at:.0f} s: no step was short enough. Look at its multipliers "
            f"(inflow up to {np.exp(ahead[m].max()):.3g}); a narrower spread keeps it, `check` names weak places.",
            member=m,
            time_s=at,
        )
    return _told(members, times, watch, ahead, whole, why)


def _spread_out(batch: Batch, work: Callable[[Batch], Outcome], executor: Executor | None) -> list[Outcome]:
    """Cut into parts of whole tiles, so that the cut changes no bit, and run them."""
    tiles = -(-batch.factor.shape[0] // TILE)
    if executor is None:
        parts = batch.cut(TILE)
        if len(parts) == 1 or (os.cpu_count() or 1) == 1:
            return [work(part) for part in parts]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(work, parts))
    futures = [executor.submit(work, part) for part in batch.cut(TILE * -(-tiles // PARTS))]
    return [future.result() for future in futures]


def _told(members: Members, times: Floats, watch: Watch, ahead: Floats, whole: Outcome, why: str) -> EnsembleRun:
    model = members.model
    free = ~model.cells.grid.fixed
    before, after = members.state.volume[:, free].sum(axis=1), whole.state.volume[:, free].sum(axis=1)
    came, left = whole.balance[:, layout.IN], whole.balance[:, layout.OUT]
    water = (after - before - came + left) / np.maximum.reduce([np.abs(came), before, np.full_like(before, 1e-9)])
    held = _mass(members.state, free)
    carried = whole.book[:, :, 0] - whole.book[:, :, 1] - whole.reacted
    kept = _mass(whole.state, free)
    most = np.maximum.reduce([np.abs(whole.book[:, :, 0]), held, kept, np.full_like(held, 1e-9)])
    mass = (kept - held - carried) / most
    end = members.moved(state=whole.state, log_inflow=ahead[:, -1].copy())
    return EnsembleRun(
        times, watch, whole.level, whole.flow, whole.conc, ahead, end, whole.balance, water, mass,
        "numba" if why else "compiled", why,
    )  # fmt: skip


def _mass(state: State, free: NDArray[np.bool_]) -> Floats:
    """Mass of every constituent in all members (n_member, n_constituent) [g]."""
    return np.asarray(np.einsum("msi,mi->ms", state.conc[:, :, free], state.volume[:, free]), np.float64)
