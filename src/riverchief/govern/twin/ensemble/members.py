"""Members of an ensemble: for each a state of its own and the logarithms of its multipliers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.govern.twin import state as states
from riverchief.govern.twin.ensemble.spread import Spread
from riverchief.govern.twin.hydraulics import layout
from riverchief.govern.twin.hydraulics.layout import State
from riverchief.govern.twin.model import Model

Floats = NDArray[np.float64]
STREAMS = (
    "inflow",
    "load",
    "roughness",
    "decay",
    "depth",
    "conc",
    "dispersion",
    "age",
)  # order of what a member draws; only ever append


@dataclass(frozen=True)
class Members:
    """An ensemble between two runs.

    Attributes
    ----------
    model : Model
    spread : Spread
    seed : int
    state : State
        Every array with the member first: level (n_member, n_cell), clock (n_member, 4) and so on.
    log_inflow, log_load : float64 (n_member, n_inflow)
        Logarithms of the multipliers of inflows, now, and of what they carry.
    log_rough : float64 (n_member, n_reach)
        Of Manning's n.
    log_decay : float64 (n_member, n_constituent)
        Of the rates of decay.
    log_dispersion : float64 (n_member, 1)
        Of the dispersion.
    decay_per_s : float64 (n_constituent,)
        Rates of first-order decay that those multiply [1/s].
    """

    model: Model = field(repr=False)
    spread: Spread
    seed: int
    state: State = field(repr=False)
    log_inflow: Floats
    log_load: Floats
    log_rough: Floats
    log_decay: Floats
    log_dispersion: Floats
    decay_per_s: Floats

    def __len__(self) -> int:
        return int(self.log_inflow.shape[0])

    @property
    def time_s(self) -> float:
        """Where the members are [s since 1970 UTC]."""
        return float(self.state.clock[0, 0])

    def member(self, number: int) -> State:
        """State of one member; its arrays are views."""
        return State(*(a[number] for a in self.state))

    def middle(self) -> State:
        """The mean of the members as a state that one run may begin from; it has no history."""
        grid, state = self.model.cells.grid, self.state
        mean = State(*(a.mean(axis=0) for a in state))
        level = np.maximum(mean.level, grid.bed)
        volume = states.volumes(grid, level)
        clock = np.array([self.time_s, mean.clock[1], states.FIRST_S, 0.0])
        return mean._replace(
            level=level, level_1=level.copy(), volume=volume, volume_1=volume.copy(), flow_1=mean.flow.copy(),
            flux=mean.flow.copy(), clock=clock,
        )  # fmt: skip

    def rough2(self) -> Floats:
        """Square of the relative roughness of every face (n_member, n_face) [-]."""
        cells = self.model.cells
        out = np.broadcast_to(cells.grid.rough2, (len(self), cells.grid.up.size)).copy()
        for k, faces in enumerate(cells.faces.values()):
            out[:, faces] *= np.exp(2.0 * self.log_rough[:, k])[:, None]
        for node in cells.ghost:  # an outlet with uniform flow is as rough as the reach that ends there
            face = cells.node[node]
            ending = [k for k, own in enumerate(cells.faces.values()) if cells.grid.dn[own[-1]] == face]
            if cells.grid.kind[face] == layout.NORMAL and ending:
                last = min(ending, key=lambda k: float(cells.grid.zd[list(cells.faces.values())[k][-1]]))
                out[:, face] *= np.exp(2.0 * self.log_rough[:, last])
        return out

    def decay(self) -> Floats:
        """Rates of decay (n_member, n_constituent) [1/s]."""
        return np.asarray(self.decay_per_s * np.exp(self.log_decay), np.float64)

    def dispersion(self) -> Floats:
        """Dispersion of every face [m²/s], with a formula what that is multiplied with [-], (n_member, n_face)."""
        model = self.model
        base = np.ones_like(model.cells.grid.spread) if isinstance(model.dispersion, str) else model.cells.grid.spread
        return np.asarray(base * np.exp(self.log_dispersion), np.float64)

    def ahead(self, times_s: Floats) -> Floats:
        """Logarithms of the inflows' multipliers in intervals that end at instants (n_member, n_time, n_inflow)."""
        many, n = self.log_inflow.shape
        noise = np.zeros((times_s.size, many, n))
        if self.spread.inflow.wanders:
            for m in range(many):
                noise[:, m] = _generator(self.seed, m, "inflow", self.time_s).standard_normal((times_s.size, n))
        path = self.spread.inflow.path(self.log_inflow, times_s, self.time_s, noise)
        return np.ascontiguousarray(path.transpose(1, 0, 2))

    def aged(self, dt_s: float, memory_s: float) -> Members:
        """The same members after a while in which loads, roughness and decay wander as an AR(1) of their own spread."""
        keep = float(np.exp(-dt_s / memory_s))
        fresh = np.sqrt(1.0 - keep * keep)
        names = {"load": "log_load", "roughness": "log_rough", "decay": "log_decay"}
        sizes = [getattr(self, name).shape[1] for name in names.values()]
        noise = np.array(
            [_generator(self.seed, m, "age", self.time_s).standard_normal(sum(sizes)) for m in range(len(self))]
        )
        parts = np.split(noise, np.cumsum(sizes)[:-1], axis=1)
        changed = {
            name: keep * getattr(self, name) + fresh * getattr(self.spread, what).sigma * part
            for (what, name), part in zip(names.items(), parts, strict=True)
        }
        return self.moved(**changed)

    def replaced(self, lost: int, by: int) -> Members:
        """The same members with one of them made like another."""
        which = np.arange(len(self))
        which[lost] = by
        return self._chosen(which)

    def first(self, count: int) -> Members:
        """So many of the members."""
        return self._chosen(np.arange(count))

    def _chosen(self, which: NDArray[np.int64]) -> Members:
        logs = ("log_inflow", "log_load", "log_rough", "log_decay", "log_dispersion")
        return self.moved(
            state=State(*(a[which] for a in self.state)), **{name: getattr(self, name)[which] for name in logs}
        )

    def moved(self, **changes: Floats | State) -> Members:
        """The same members with other arrays."""
        return replace(self, **changes)  # type: ignore[arg-type]


def draw(
    model: Model,
    count: int,
    start: State,
    spread: Spread,
    *,
    seed: int = 0,
    decay_per_s: Mapping[str, float] | None = None,
) -> Members:
    """Draw members around a state. Member m of a seed is the same whatever the number of members and wherever it runs.

    Parameters
    ----------
    model : Model
    count : int
        How many.
    start : State
        What all begin from, before their own depths and concentrations.
    spread : Spread
    seed : int
    decay_per_s : mapping of str to float, optional
        First-order decay by constituent [1/s]; the model's own where left out.

    Raises
    ------
    InputError
        Where there would be fewer than two members, or a rate belongs to nothing that the model carries.
    """
    if count < 2:
        raise InputError(f"an ensemble of {count} tells nothing of doubt; ask for 2 members or more.")
    rates = model.decay_per_s.copy()
    for name, rate in (decay_per_s or {}).items():
        if not 0 <= rate < np.inf:
            raise InputError(f"{name} decays with {rate:g} 1/s; give a rate from 0 1/s up.")
        rates[model.number(name)] = rate
    sizes = {
        "inflow": (spread.inflow.sigma, model.forcing.cell.size),
        "load": (spread.load.sigma, model.forcing.cell.size),
        "roughness": (spread.roughness.sigma, len(model.cells.reach)),
        "decay": (spread.decay.sigma, len(model.constituents)),
        "dispersion": (spread.dispersion.sigma, 1),
        "depth": (spread.depth.sigma, len(model.cells.reach)),
        "conc": (spread.conc.sigma, len(model.cells.reach)),
    }
    logs = {name: np.empty((count, n)) for name, (_, n) in sizes.items()}
    for name, (sigma, n) in sizes.items():
        for m in range(count):
            logs[name][m] = np.asarray(sigma) * _generator(seed, m, name).standard_normal(n)
    stacked = State(*(np.repeat(a[None], count, axis=0) for a in start))
    if spread.depth.sigma > 0 or spread.conc.sigma > 0:
        stacked = _begun(model, stacked, logs["depth"], logs["conc"])
    return Members(model, spread, seed, stacked, logs["inflow"], logs["load"], logs["roughness"], logs["decay"],
                   logs["dispersion"], rates)  # fmt: skip


def _begun(model: Model, state: State, log_depth: Floats, log_conc: Floats) -> State:
    """States with depths and concentrations of their own; where reaches meet, the mean of their logarithms."""
    cells, grid = model.cells, model.cells.grid
    share = np.zeros((len(cells.reach), grid.bed.size))
    for k, own in enumerate(cells.reach.values()):
        share[k, own] = 1.0
    share /= np.maximum(share.sum(axis=0), 1.0)
    depth, conc = np.exp(log_depth @ share), np.exp(log_conc @ share)
    depth[:, grid.fixed] = 1.0
    level = grid.bed + (state.level - grid.bed) * depth
    channel = np.where(grid.kind == layout.CHANNEL, 1.0, 0.0)
    flow = state.flow * depth[:, grid.up] ** (5.0 / 3.0 * channel)
    volume = np.stack([states.volumes(grid, one) for one in level])
    clock = state.clock.copy()
    clock[:, 3] = 0.0  # no history before the beginning
    return state._replace(
        level=level, level_1=level.copy(), volume=volume, volume_1=volume.copy(), flow=flow, flow_1=flow.copy(),
        flux=flow.copy(), conc=state.conc * conc[:, None, :], clock=clock,
    )  # fmt: skip


def _generator(seed: int, member: int, stream: str, time_s: float = 0.0) -> np.random.Generator:
    """Random numbers of one member for one purpose from one instant on."""
    words = [seed, member, STREAMS.index(stream), int(abs(time_s)), int(time_s < 0)]
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(words)))
