"""What the twin in operation works with: how a cycle works, what stations have read, where the twin stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.twin.assimilation import Design, LogScale
from riverchief.govern.twin.background import steady
from riverchief.govern.twin.doubt import ASSUMED, Wander, of_inflows
from riverchief.govern.twin.ensemble import LogNormal, Members, Spread, draw
from riverchief.govern.twin.model import Model
from riverchief.govern.twin.usual import Usual

Floats = NDArray[np.float64]

HOUR_S = 3600.0
STALE_S = 6 * HOUR_S

SPREAD = Spread(
    inflow=ASSUMED, load=LogNormal(0.3), roughness=LogNormal(0.2), decay=LogNormal(0.4), conc=LogNormal(0.2)
)
"""ASSUMED doubt: inflows stray as where no gauge has told, see `doubt`; what they carry, roughness and decay are each
member's own."""


@dataclass(frozen=True)
class Settings:
    """How a cycle works.

    Attributes
    ----------
    members, seed : int
    spread : Spread
        Its inflows as `doubt` finds them.
    flow_error : mapping of str to float
        By station: error of an hour's discharge, as a share [-]; `FLOW_SHARE` where none is known.
    decay_per_day : mapping of str to float
        First-order decay by constituent [1/d].
    floors : mapping of str to float
        Concentration below which differences stop to count, such as a detection limit [mg/L].
    settle_s : float
        Past that every cycle runs anew [s], as readings come some time after they were taken.
    cold_s : float
        Past over which a new ensemble is led to now [s].
    ahead_s : float
        Length of the forecast [s].
    step_s : float
        Interval at which multipliers of inflows change and readings are compared [s].
    forget_s : float
        Time over which members' roughness, loads and decay wander back to what is assumed [s], so that their doubt
        never dies out.
    """

    members: int = 64
    seed: int = 0
    spread: Spread = SPREAD
    flow_error: Mapping[str, float] = field(default_factory=dict)
    decay_per_day: Mapping[str, float] = field(default_factory=dict)
    floors: Mapping[str, float] = field(default_factory=dict)
    settle_s: float = 3 * HOUR_S
    cold_s: float = 48 * HOUR_S
    ahead_s: float = 72 * HOUR_S
    step_s: float = 900.0
    forget_s: float = 10 * 86_400.0

    @property
    def decay_per_s(self) -> dict[str, float]:
        """Rates of decay [1/s]."""
        return {name: rate / 86_400.0 for name, rate in self.decay_per_day.items()}

    @property
    def design(self) -> Design:
        """How readings are brought in: what quality control has let pass is believed, however much it surprises."""
        scales = {name: LogScale(floor) for name, floor in self.floors.items()}
        return Design(
            outlier_sigma=np.inf, surprise_sigma=3.0, carried_moves_water=False, scales=scales, every_s=self.step_s
        )


@dataclass(frozen=True)
class Gauge:
    """What a station has read and quality control has let pass.

    Attributes
    ----------
    series : mapping of str to (time_s, value)
        By what it reads: `flow` [m³/s], `level` above the station's own datum [m], constituents [mg/L].
    """

    station: str
    reach: str
    chainage_m: float
    series: Mapping[str, tuple[Floats, Floats]]

    def within(self, what: str, after_s: float, until_s: float) -> tuple[float, float]:
        """Middle instant [s] and median of the readings in (after, until]; nan where there are none."""
        time_s, value = self.series.get(what, (np.empty(0), np.empty(0)))
        mine = (time_s > after_s) & (time_s <= until_s) & np.isfinite(value)
        if not mine.any():
            return float("nan"), float("nan")
        return float(np.median(time_s[mine])), float(np.median(value[mine]))


@dataclass(frozen=True)
class Standing:
    """The twin between two cycles.

    Attributes
    ----------
    members : Members
    usual_m3s : dict of str to float
        By inflow: the mean discharge that its multipliers refer to [m³/s].
    datum_m : dict of str to float
        By station: its datum over the model's [m], known where level and flow were once read together.
    """

    members: Members
    usual_m3s: dict[str, float]
    datum_m: dict[str, float]


def doubting(settings: Settings, model: Model, stations: Sequence[Gauge], now_s: float) -> Settings:
    """The same settings with inflows and readings as doubtful as records of the last days make them.

    A gauge whose discharge is not read any more does not tell how doubtful it is by now.
    """
    told = {}
    for one in stations:
        time_s, flow = one.series.get("flow", (np.empty(0), np.empty(0)))
        wander = Wander.of(time_s, flow)
        if wander is not None:
            wander = wander if time_s[-1] > now_s - STALE_S else Wander.unread()
            told[one.station] = Usual(one.reach, one.chainage_m, float(np.nanmedian(flow))), wander
    inflow = of_inflows(model, list(told.values()))
    error = {station: wander.error for station, (_, wander) in told.items()}
    return replace(settings, spread=replace(settings.spread, inflow=inflow), flow_error=error)


def begin_from(
    states_s: Sequence[float], now_s: float, settings: Settings, oldest_new_s: float = np.inf
) -> tuple[int | None, bool]:
    """Which of the kept ensembles to begin from: the newest before what is run anew and before everything new.

    Parameters
    ----------
    states_s : sequence of float
        Instants of those that are kept [s].
    oldest_new_s : float
        Instant of the oldest reading that no cycle has seen [s].

    Returns
    -------
    int or None
        Its number; None where none is old enough, and the river has to be guessed.
    bool
        Whether late readings are why it begins so early.
    """
    settled = [k for k, at in enumerate(states_s) if at <= now_s - settings.settle_s]
    # a reading of the very instant belongs to the hour that ends with it
    whole = [k for k in settled if states_s[k] < oldest_new_s]

    def newest(some: list[int]) -> int | None:
        return max(some, key=lambda k: states_s[k], default=None)

    return newest(whole), newest(whole) != newest(settled)


def cold(model: Model, now_s: float, settings: Settings) -> Standing:
    """A new ensemble some days ago, around steady water that carries what its inflows bring."""
    start = model.start(now_s - settings.cold_s)
    start = start._replace(conc=steady(model, start, settings.decay_per_s))
    known = {name: rate for name, rate in settings.decay_per_s.items() if name in model.constituents}
    members = draw(model, settings.members, start, settings.spread, seed=settings.seed, decay_per_s=known)
    return Standing(members, usual_of(model), {})


def usual_of(model: Model) -> dict[str, float]:
    """Mean discharge of every inflow's series [m³/s]."""
    return {name: float(inflow.flow_m3s.value.mean()) for name, inflow in model.river.inflows.items()}


def resumed(standing: Standing) -> Standing:
    """The same water on a model whose inflows have another usual flow: multipliers move the other way."""
    members, usual = standing.members, usual_of(standing.members.model)
    before = np.array([standing.usual_m3s.get(name, now) for name, now in usual.items()])
    now = np.array(list(usual.values()))
    moved = (before * now > 0) & (before != now)
    shift = np.log(np.where(moved, before / np.where(moved, now, 1.0), 1.0))
    return Standing(members.moved(log_inflow=members.log_inflow + shift), usual, standing.datum_m)
