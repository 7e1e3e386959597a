"""A model fitted to readings: roughness by reach or class and decay, on a first part; judged on the part that follows.

The split-sample test is that of V. Klemeš (Hydrological Sciences Journal 31, 1986): what was fitted on one part is
judged on another, beside the model as it stood. Passes are kept on disk, so that whoever breaks off goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError, UnknownName
from riverchief.govern.twin.assimilation.calibrate import UNTOLD, Calibration, calibrate
from riverchief.govern.twin.assimilation.cycle import Design, _watching
from riverchief.govern.twin.assimilation.kept import Kept, digest_of
from riverchief.govern.twin.assimilation.readings import Reading, Refused, predicted, usable
from riverchief.govern.twin.ensemble import LogNormal, Members, Spread, draw, run_members
from riverchief.govern.twin.hydraulics.layout import State
from riverchief.govern.twin.model import DAY_S, Model
from riverchief.govern.twin.river import Reach

Floats = NDArray[np.float64]

BY = ("reach", "class")
CLASS_DIGITS = 3  # of Manning's n: reaches whose means are the same to so many are of one class
CALIBRATION, VERIFICATION = "calibration", "verification"


@dataclass(frozen=True)
class Asked:
    """How a model is fitted.

    Attributes
    ----------
    by : {"reach", "class"}
        Whether every reach has a factor on its Manning's n, or all reaches of one mean n together.
    roughness_sd, decay_sd : float
        Prior standard deviations of the logarithms of Manning's n and of the rates of decay [-]; 0 leaves them alone.
    spin_up_s : float
        Readings of so long after the beginning do not count [s].
    verify : float
        Share of the time of the readings, its last part, that is kept for verification [-].
    every_s : float
        Interval of the predictions [s].
    """

    by: str = "reach"
    roughness_sd: float = 0.25
    decay_sd: float = 0.5
    spin_up_s: float = 0.0
    verify: float = 1 / 3
    members: int = 64
    passes: int = 4
    every_s: float = 1800.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.by not in BY:
            raise UnknownName("what has a factor of its own", self.by, BY)
        if not 0 <= self.verify < 1 or self.passes < 1 or not self.every_s > 0 or not self.spin_up_s >= 0:
            raise InputError(
                f"a fit with {self.passes} passes, predictions every {self.every_s:g} s, a spin-up of "
                f"{self.spin_up_s:g} s and {self.verify:g} of the time for verification cannot be; give 1 pass or "
                "more, an interval above 0 s, a spin-up from 0 s and a share from 0 to below 1."
            )


@dataclass(frozen=True)
class Score:
    """A station's errors before and after, in its unit.

    Attributes
    ----------
    period : {"calibration", "verification"}
    n : int
    rmse_before, rmse_after : float
        Root mean square error of the model as it stood and with the medians of the factors.
    nse_before, nse_after : float
        Nash-Sutcliffe efficiency [-]; nan where the readings do not vary.
    """

    station: str
    what: str
    period: str
    n: int
    rmse_before: float
    rmse_after: float
    nse_before: float
    nse_after: float


@dataclass(frozen=True)
class Fit:
    """A fitted model.

    Attributes
    ----------
    calibration : Calibration
    manning_factor : dict of str to float
        By reach; medians, 1 where the readings do not tell it [-].
    decay_per_day : dict of str to float
        By constituent [1/d]; those that the readings tell.
    split_s : float
        Where the verification begins [s since 1970 UTC].
    scores : list of Score
    refused : list of Refused
        Readings that counted neither here nor there.
    early : int
        How many lie before the end of the spin-up.
    """

    calibration: Calibration = field(repr=False)
    manning_factor: dict[str, float]
    decay_per_day: dict[str, float]
    split_s: float
    scores: list[Score]
    refused: list[Refused] = field(repr=False)
    early: int


def fit(
    model: Model,
    state: State,
    readings: Sequence[Reading],
    asked: Asked,
    decay_per_day: Mapping[str, float] | None = None,
    folder: Path | None = None,
    progress: Callable[[float], None] = lambda _share: None,
) -> Fit:
    """Fit a model to readings, and judge it on those that were kept back.

    Parameters
    ----------
    model : Model
    state : State
        Where it begins.
    readings : sequence of Reading
    asked : Asked
    decay_per_day : mapping of str to float, optional
        Rates to begin with where the river has none [1/d].
    folder : Path, optional
        Where passes are kept; those of another question are thrown away.
    progress : callable
        Told the share that is done.

    Raises
    ------
    InputError
        Where no reading may be used or nothing is doubtful.
    """
    begin = float(state.clock[0])
    counted = [r for r in readings if r.time_s > begin + asked.spin_up_s]
    good, refused = usable(model, counted, begin, np.inf)
    if not good:
        raise InputError(
            f"of {len(readings)} readings none can be used{': ' + refused[0].why if refused else ''}; the model begins "
            f"at {begin:.0f} s, its spin-up takes {asked.spin_up_s:.0f} s. Choose another start."
        )
    first, last = min(r.time_s for r in good), max(r.time_s for r in good)
    split = last - asked.verify * (last - first) if last > first else last
    early, late = [r for r in good if r.time_s <= split], [r for r in good if r.time_s > split]
    own = {c: float(k) * DAY_S for c, k in zip(model.constituents, model.decay_per_s, strict=True) if k > 0}
    rates = {**(decay_per_day or {}), **own}
    members = _drawn(model, state, asked, {c: k / DAY_S for c, k in rates.items()})
    design = Design(every_s=asked.every_s)
    digest = digest_of(model, state, good, asked, sorted(rates.items()))
    kept = Kept(folder, digest, lambda k: progress(k / (asked.passes + 2)))
    found = calibrate(members, early, split, design, passes=asked.passes, kept=kept)
    before, after = _logs(members, found.members)
    scored = [*found.used, *late]
    both = kept(asked.passes + 1, lambda: _beside(members, before, after, scored, asked))
    progress(1.0)
    factors = {code: float(np.exp(after["log_rough"][k])) for k, code in enumerate(model.cells.reach)}
    told = {c: rates[c] * float(np.exp(after["log_decay"][model.number(c)])) for c in rates}
    new = {c: rate for c, rate in told.items() if rate != own.get(c, 0.0)}
    return Fit(found, factors, new, split, _scores(scored, both, split), [*refused, *found.refused],
               len(readings) - len(counted))  # fmt: skip


def _drawn(model: Model, state: State, asked: Asked, decay_per_s: Mapping[str, float]) -> Members:
    spread = Spread(roughness=LogNormal(asked.roughness_sd), decay=LogNormal(asked.decay_sd))
    made = draw(model, asked.members, state, spread, seed=asked.seed, decay_per_s=decay_per_s)
    log_rough, log_decay = made.log_rough.copy(), made.log_decay.copy()
    log_decay[:, made.decay_per_s == 0] = 0.0  # nothing to multiply
    if asked.by == "class":
        first: dict[float, int] = {}
        for k, code in enumerate(model.cells.reach):
            of_class = first.setdefault(round(manning(model.river.reaches[code]), CLASS_DIGITS), k)
            log_rough[:, k] = log_rough[:, of_class]
    return made.moved(log_rough=log_rough, log_decay=log_decay)


def manning(reach: Reach) -> float:
    """Mean Manning's n of a reach's forms, every panel alike [s/m^(1/3)]."""
    found = [getattr(getattr(shape, "form", shape), "manning", np.nan) for shape in reach.shapes]
    return float(np.mean([np.mean(n) for n in found]))


def _logs(prior: Members, after: Members) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Logarithms of the multipliers of the model as it stood, and as it is fitted: medians where the readings tell.

    A rate of decay that the model did not have counts as none until it is told.
    """
    was, now = {}, {}
    for name in ("log_rough", "log_decay"):
        old, new = getattr(prior, name), getattr(after, name)
        spread = old.std(axis=0)
        none = np.zeros(old.shape[1])
        if name == "log_decay":
            none[(prior.model.decay_per_s == 0) & (prior.decay_per_s > 0)] = -np.inf
        tells = (spread > 0) & (new.std(axis=0) <= UNTOLD * spread)
        was[name], now[name] = none, np.where(tells, np.median(new, axis=0), none)
    return was, now


def _beside(
    prior: Members, before: Mapping[str, Floats], after: Mapping[str, Floats], readings: Sequence[Reading], asked: Asked
) -> Floats:
    """What the model as it stood and the fitted one say the readings should be, (2, n_reading)."""
    state = State(*(a[:2] for a in prior.state))
    rest = {name: np.zeros_like(getattr(prior, name)[:2]) for name in ("log_inflow", "log_load", "log_dispersion")}
    two = prior.moved(state=state, **rest, **{name: np.stack([before[name], after[name]]) for name in before})
    run = run_members(two, max(r.time_s for r in readings), asked.every_s, _watching(two, readings, None))
    return predicted(run, readings, prior.time_s)


def _scores(readings: Sequence[Reading], both: Floats, split_s: float) -> list[Score]:
    groups: dict[tuple[str, str, str], list[int]] = {}
    for k, one in enumerate(readings):
        period = CALIBRATION if one.time_s <= split_s else VERIFICATION
        groups.setdefault((period, one.name, one.what), []).append(k)
    told = []
    for (period, station, what), rows in sorted(groups.items()):
        value = np.array([readings[k].value for k in rows])
        square = ((both[:, rows] - value) ** 2).mean(axis=1)
        varies = float(value.var())
        nse = 1 - square / varies if varies > 0 else np.full(2, np.nan)
        told.append(Score(station, what, period, len(rows), *map(float, (*np.sqrt(square), *nse))))
    return told
