"""A part of an ensemble that travels: all that some members need to run, in plain arrays, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.twin import state as states
from riverchief.govern.twin import water
from riverchief.govern.twin.hydraulics import layout
from riverchief.govern.twin.hydraulics.layout import Books, Control, Forcing, Grid, Record, State, Watch
from riverchief.govern.twin.march._kernels import DONE, keep, march
from riverchief.govern.twin.quality.reactor import Reactor
from riverchief.govern.twin.river import Series
from riverchief.govern.twin.state import Work

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TILE = 8  # members that the compiled kernel carries side by side: one AVX-512 register of float64


@dataclass(frozen=True)
class Batch:
    """Some members and what they run on; pickles as it is.

    Attributes
    ----------
    grid, forcing, control, structures, chords
        As the kernels of the march take them.
    state : State
        With the member first.
    rough2, spread : float64 (n_member, n_face)
        Square of the relative roughness [-], and dispersion [m²/s], with a formula what that is multiplied with [-].
    formula, most_m2s
        Formula of the dispersion, empty where it is given, and the most of it [m²/s].
    reactor, environment
        What reacts beyond first-order decay, and what it asks of the water; see `water.react`.
    factor : float64 (n_member, n_time, n_inflow)
        Multipliers of inflows, each from the instant before.
    load_factor : float64 (n_member, n_inflow)
    decay : float64 (n_member, n_constituent)
        First-order decay [1/s].
    times : float64 (n_time,)
        Instants to keep [s].
    cells, faces : int64
        Where to keep them.
    """

    grid: Grid
    forcing: Forcing
    control: Control
    structures: NDArray[np.int32]
    chords: int
    state: State
    rough2: Floats
    spread: Floats
    formula: str
    most_m2s: float
    reactor: Reactor | None
    environment: Mapping[str, Series | float]
    factor: Floats
    load_factor: Floats
    decay: Floats
    times: Floats
    cells: Ints
    faces: Ints

    def __len__(self) -> int:
        return int(self.rough2.shape[0])

    def cut(self, size: int) -> list[Batch]:
        """Parts of at most so many members."""
        return [self._part(slice(k, k + size)) for k in range(0, len(self), size)]

    def tiles(self) -> list[Batch]:
        """Parts that the compiled kernel carries at once."""
        return self.cut(TILE)

    def _part(self, part: slice) -> Batch:
        return replace(
            self,
            state=State(*(a[part] for a in self.state)),
            rough2=self.rough2[part],
            spread=self.spread[part],
            factor=self.factor[part],
            load_factor=self.load_factor[part],
            decay=self.decay[part],
        )


@dataclass(frozen=True)
class Outcome:
    """What some members did; the first index of every array is the member.

    Attributes
    ----------
    status : int64 (n_member,)
    level, flow, conc : float64
        (n_member, n_time, n_cells), (n_member, n_time, n_faces), (n_member, n_time, n_constituent, n_cells).
    balance : float64 (n_member, N_BALANCE)
    book, reacted : float64 (n_member, n_constituent, 2), (n_member, n_constituent)
        What came in and went out, and what decayed [g].
    state : State
    """

    status: Ints
    level: Floats
    flow: Floats
    conc: Floats
    balance: Floats
    book: Floats
    reacted: Floats
    state: State

    @classmethod
    def empty(cls, batch: Batch) -> Outcome:
        """Room for what a batch will do; its states are copies."""
        many, count, kinds = len(batch), batch.times.size, batch.decay.shape[1]
        return cls(
            status=np.zeros(many, np.int64),
            level=np.zeros((many, count, batch.cells.size)),
            flow=np.zeros((many, count, batch.faces.size)),
            conc=np.zeros((many, count, kinds, batch.cells.size)),
            balance=np.zeros((many, layout.N_BALANCE)),
            book=np.zeros((many, kinds, 2)),
            reacted=np.zeros((many, kinds)),
            state=State(*(a.copy() for a in batch.state)),
        )

    @classmethod
    def joined(cls, parts: list[Outcome]) -> Outcome:
        """Parts one behind the other."""
        if len(parts) == 1:
            return parts[0]
        arrays = {f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls) if f.name != "state"}
        return cls(**arrays, state=State(*(np.concatenate(a) for a in zip(*(p.state for p in parts), strict=True))))


def by_numba(batch: Batch) -> Outcome:
    """The reference: one member after the other through the kernels of the march, which leave the interpreter free."""
    made = Outcome.empty(batch)
    work = states.work(batch.grid, batch.decay.shape[1])
    for m in range(len(batch)):
        made.status[m] = _follow(batch, made, m, work)
    return made


def _follow(batch: Batch, made: Outcome, m: int, work: Work) -> int:
    """March one member through the instants; DONE or DIVERGED."""
    none, spread = np.empty((batch.times.size, 0)), batch.spread[m].copy()
    grid = batch.grid._replace(rough2=np.ascontiguousarray(batch.rough2[m]), spread=spread)
    forcing = batch.forcing._replace(
        factor=np.empty(batch.factor.shape[2]),
        load_factor=np.ascontiguousarray(batch.load_factor[m]),
        decay=np.ascontiguousarray(batch.decay[m]),
    )
    state = State(*(a[m] for a in made.state))
    books, watch = Books(made.balance[m], made.book[m], made.reacted[m]), Watch(batch.cells, batch.faces)
    for part in parts(batch):
        if batch.formula:
            spread[:] = spreading(batch, made.state, m)
        kept = Record(made.level[m, part], none[part], made.flow[m, part], made.conc[m, part], none[part], none[part])
        how = (batch.structures, batch.chords, batch.decay.shape[1] > 0, batch.reactor is not None, books, watch, kept)
        while True:
            status = march(
                grid, state, forcing, batch.control, batch.times[part], batch.factor[m, part], work, *how
            )  # fmt: skip
            if status != DONE:
                return int(status)
            if batch.reactor is None:
                break
            made.reacted[m] -= water.react(grid, state, batch.reactor, batch.environment)
            if state.clock[0] >= batch.times[part.start] - 1e-6:
                keep(state, work, watch, kept, 0)
                break
    return int(DONE)


def spreading(batch: Batch, state: State, member: int) -> Floats:
    """Dispersion of every face of a member by the batch's formula, in the water it has now [m²/s]."""
    grid = batch.grid._replace(rough2=batch.rough2[member])
    found = water.spreading(grid, State(*(a[member] for a in state)), batch.formula, batch.most_m2s)
    return np.asarray(batch.spread[member] * found, np.float64)


def parts(batch: Batch) -> list[slice]:
    """Instants that are marched to at once: all, or one by one where a formula or a reaction asks for the state."""
    count = batch.times.size
    return [slice(k, k + 1) for k in range(count)] if batch.formula or batch.reactor else [slice(0, count)]
