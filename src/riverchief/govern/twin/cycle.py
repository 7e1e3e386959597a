"""The twin in operation: readings and the last state in; the river as it is now, what it will do, and how sure, out.

One cycle runs a window of the past up to now, moves what flows in until the gauges agree, goes on from there into the
forecast, and scores what earlier cycles had said. Nothing here asks for the time or reads a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.twin.geometry import tables
from riverchief.govern.twin.hydraulics.layout import State
from riverchief.govern.twin.model import Model, Run
from riverchief.govern.twin.upstream import Upstream

Floats = NDArray[np.float64]

# how a cycle may fall short; the page has words for each
FIRST_GUESS, NO_FLOW, NO_LEVEL, COLD_START, LATE_DATA = "first_guess", "no_flow", "no_level", "cold_start", "late_data"

HOUR_S = 3600.0


@dataclass(frozen=True)
class Settings:
    """How a cycle works.

    Attributes
    ----------
    window_s : float
        Past that is run anew [s]: longer than water takes from the heads to the gauges.
    compare_s : float
        Its last part, over which model and gauges are compared [s].
    ahead_s : float
        Length of the forecast [s].
    rounds : int
        How often the inflows are moved.
    least, most : float
        Limits of the factors on inflows [-].
    own_share : float
        A gauge moves what enters between it and the gauges above only where that is at least this share of its flow.
    firm : frozenset of str
        Inflows that are known (dischargers, intakes): they are not moved.
    """

    window_s: float = 48 * HOUR_S
    compare_s: float = 6 * HOUR_S
    ahead_s: float = 72 * HOUR_S
    every_s: float = HOUR_S
    rounds: int = 3
    least: float = 0.1
    most: float = 10.0
    own_share: float = 0.05
    firm: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Gauge:
    """What a station has read and quality control has let pass.

    Attributes
    ----------
    flow_time_s, flow_m3s : float64 (n,)
    level_time_s, level_m : float64 (m,)
        Levels above the station's own datum.
    """

    station: str
    reach: str
    chainage_m: float
    flow_time_s: Floats
    flow_m3s: Floats
    level_time_s: Floats
    level_m: Floats


@dataclass(frozen=True)
class Memory:
    """What a cycle hands to the next beside the water itself.

    Attributes
    ----------
    factor : dict of str to float
        By inflow [-].
    datum_m : dict of str to float
        By station: its datum over the model's [m], known where level and flow were once there together.
    """

    factor: dict[str, float] = field(default_factory=dict)
    datum_m: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Fit:
    """How a gauge and the analysis agree over the compared time.

    Attributes
    ----------
    observed_m3s, modelled_m3s : float
        Means [m³/s]; observed is nan where nothing was read.
    by : str
        `flow`, `level` (discharge by the model's rating of the level), or empty.
    """

    station: str
    observed_m3s: float
    modelled_m3s: float
    by: str


@dataclass(frozen=True)
class Cycle:
    """One cycle.

    Attributes
    ----------
    analysis, forecast : Run
        The window up to now, and what follows.
    memory : Memory
    fits : tuple of Fit
    modes : tuple of str
        In what it falls short; empty where nothing lacks.
    """

    analysis: Run
    forecast: Run
    memory: Memory
    fits: tuple[Fit, ...]
    modes: tuple[str, ...]

    @property
    def state(self) -> State:
        """The river now."""
        return self.analysis.state


def begin_from(
    states_s: Sequence[float], now_s: float, settings: Settings, oldest_new_s: float = np.inf
) -> tuple[int | None, bool]:
    """Which of the kept states to begin from: the newest before the window and before everything that is new.

    Parameters
    ----------
    states_s : sequence of float
        Instants of the states that are kept [s].
    oldest_new_s : float
        Instant of the oldest reading that no cycle has seen [s].

    Returns
    -------
    int or None
        Its number; None where no state is old enough, and the river has to be guessed.
    bool
        Whether late readings are why it begins before the window.
    """
    usual = now_s - settings.window_s

    def newest(before: float) -> int | None:
        old = [k for k, at in enumerate(states_s) if at <= before]
        return max(old, key=lambda k: states_s[k]) if old else None

    found = newest(min(usual, oldest_new_s))
    return found, found != newest(usual)


def cycle(
    model: Model,
    gauges: Sequence[Gauge],
    now_s: float,
    memory: Memory,
    state: State | None = None,
    settings: Settings | None = None,
    *,
    late: bool = False,
) -> Cycle:
    """Bring the twin up to now and look ahead.

    Parameters
    ----------
    model : Model
        Its inflows are the first guess.
    gauges : sequence of Gauge
    now_s : float
        [s since 1970 UTC].
    memory : Memory
        Of the cycle before; an empty one where there was none.
    state : State, optional
        To begin from; where left out, the river is filled from its inflows at the window's beginning.
    settings : Settings, optional
    late : bool
        Whether late readings are why it begins so early; see `begin_from`.

    Raises
    ------
    Diverged
        Where the equations have no solution; nothing has been changed.
    """
    used = settings or Settings()
    begin_s = float(state.clock[0]) if state is not None else now_s - used.window_s
    above = Upstream.of(model, [(gauge.reach, gauge.chainage_m) for gauge in gauges])
    factor = {name: memory.factor.get(name, 1.0) for name in model.river.inflows}
    datum = dict(memory.datum_m)
    since = now_s - used.compare_s
    seen = [_observed(model, gauge, since, now_s) for gauge in gauges]
    for turn in range(used.rounds + 1):
        multiply(model, factor)
        start = state if state is not None else model.start(begin_s)
        analysis = model.run(start, now_s, used.every_s)
        fits = [_fit(model, analysis, gauge, one, datum, since) for gauge, one in zip(gauges, seen, strict=True)]
        moved = _moved(model, above, fits, factor, used)
        if turn == used.rounds or moved == factor:
            break
        factor = moved
    for gauge, one, fit in zip(gauges, seen, fits, strict=True):
        if fit.by == "flow" and np.isfinite(one[1]):
            # where both are read, the model's level at the observed flow tells the station's datum
            datum[gauge.station] = one[1] - _level_at(model, analysis, gauge, fit, since)
    forecast = model.run(analysis.state, now_s + used.ahead_s, used.every_s)
    modes = _modes(fits, seen, cold=state is None, late=late)
    return Cycle(analysis, forecast, Memory(factor, datum), tuple(fits), modes)


def multiply(model: Model, factor: Mapping[str, float]) -> None:
    """Set the factors on a model's inflows; losses and what people take stay as they are."""
    for m, (name, inflow) in enumerate(model.river.inflows.items()):
        gains = float(inflow.flow_m3s.value.max()) > 0
        model.forcing.factor[m] = factor.get(name, 1.0) if gains else 1.0


def _modes(fits: Sequence[Fit], seen: Sequence[tuple[float, float]], *, cold: bool, late: bool) -> tuple[str, ...]:
    flow = any(np.isfinite(one[0]) for one in seen)
    level = any(np.isfinite(one[1]) for one in seen)
    found = []
    if not any(fit.by for fit in fits):
        found.append(FIRST_GUESS)
    if not flow:
        found.append(NO_FLOW)
    if not level:
        found.append(NO_LEVEL)
    if cold:
        found.append(COLD_START)
    if late:
        found.append(LATE_DATA)
    return tuple(found)


def _observed(model: Model, gauge: Gauge, since_s: float, until_s: float) -> tuple[float, float]:
    """Median discharge [m³/s] and level [m] of the compared time; nan where nothing was read."""
    model.river.place(gauge.reach, gauge.chainage_m, gauge.station)

    def middle(time_s: Floats, value: Floats) -> float:
        mine = value[(time_s > since_s) & (time_s <= until_s) & np.isfinite(value)]
        return float(np.median(mine)) if mine.size else float("nan")

    return middle(gauge.flow_time_s, gauge.flow_m3s), middle(gauge.level_time_s, gauge.level_m)


def _modelled(run: Run, face: int, since_s: float) -> float:
    return float(np.median(run.record.flow[run.time_s > since_s, face]))


def _fit(
    model: Model, run: Run, gauge: Gauge, seen: tuple[float, float], datum: Mapping[str, float], since_s: float
) -> Fit:
    """A gauge beside the model: by its flow, else by its level through the model's own rating."""
    face = model.cells.face(gauge.reach, gauge.chainage_m)
    modelled = _modelled(run, face, since_s)
    flow, level = seen
    if np.isfinite(flow):
        return Fit(gauge.station, flow, modelled, "flow")
    if np.isfinite(level) and gauge.station in datum:
        depth = _depth(model, run, face, since_s)
        own = level - datum[gauge.station] - (_mean_level(model, run, face, since_s) - depth)
        return Fit(gauge.station, modelled * _ratio(model, face, own, depth), modelled, "level")
    return Fit(gauge.station, np.nan, modelled, "")


def _mean_level(model: Model, run: Run, face: int, since_s: float) -> float:
    """Level in the middle of a face [m]."""
    g = model.cells.grid
    ends = run.record.level[run.time_s > since_s][:, [g.up[face], g.dn[face]]]
    return float(np.median(ends.mean(axis=1)))


def _depth(model: Model, run: Run, face: int, since_s: float) -> float:
    g = model.cells.grid
    return max(_mean_level(model, run, face, since_s) - 0.5 * float(g.zu[face] + g.zd[face]), 1e-3)


def _ratio(model: Model, face: int, depth_m: float, reference_m: float) -> float:
    """Discharge at a depth over that at another with the same slope [-]: the ratio of conveyances."""
    g = model.cells.grid
    h = tables.levels(g.depth[face])
    k = np.interp([max(depth_m, 0.0), reference_m], h, g.rows[face, :, 3])
    return float(k[0] / max(float(k[1]), 1e-9))


def _level_at(model: Model, run: Run, gauge: Gauge, fit: Fit, since_s: float) -> float:
    """The model's level at the flow that was observed [m]."""
    face = model.cells.face(gauge.reach, gauge.chainage_m)
    g = model.cells.grid
    depth = _depth(model, run, face, since_s)
    h, k = tables.levels(g.depth[face]), g.rows[face, :, 3]
    wanted = np.interp(depth, h, k) * fit.observed_m3s / max(fit.modelled_m3s, 1e-9)
    return float(np.interp(wanted, k, h)) - depth + _mean_level(model, run, face, since_s)


def _moved(
    model: Model, above: Upstream, fits: Sequence[Fit], factor: dict[str, float], used: Settings
) -> dict[str, float]:
    """Factors with which every gauge would see what it saw, were the river steady; the rest follow the middle one."""
    wanted = dict(factor)
    firm = {n: float(i.flow_m3s.value.mean()) for n, i in model.river.inflows.items() if n in used.firm}
    seen: dict[int, float] = {}  # discharge that a gauge will pass once the inflows are moved
    for k in above.order:
        fit = fits[k]
        own = fit.modelled_m3s - sum(fits[a].modelled_m3s for a in above.above[k])
        passed = sum(seen[a] for a in above.above[k])
        known = sum(firm.get(name, 0.0) for name in above.own[k])
        if fit.by and own - known > used.own_share * max(fit.modelled_m3s, 1e-9):
            ratio = (fit.observed_m3s - passed - known) / (own - known)
            for name in above.own[k]:
                if name not in firm:
                    wanted[name] = float(np.clip(factor[name] * ratio, used.least, used.most))
            seen[k] = fit.observed_m3s
        else:
            seen[k] = own + passed
    told = [wanted[n] for k in above.order if fits[k].by for n in above.own[k] if n not in firm]
    for name in above.rest:
        if told and name not in firm:
            wanted[name] = float(np.median(told))
    return wanted
