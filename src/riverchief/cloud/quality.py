"""Tests that tell an instrument from a river: pure functions, each with its evidence, and one that weighs them.

A test answers True (this is what a river does), False (this is an instrument) or None (it cannot tell, yet). The
sentence is a key with the evidence as its parameters (`riverchief.cloud.wording` says it in both languages).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.readings import Flag
from riverchief.base.units import PROPERTIES, property_named
from riverchief.cloud.instruments import Settings, Trait, defaults

Floats = NDArray[np.float64]

_HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one test found: True (a river), False (an instrument), None (cannot tell), and the evidence for it."""

    test: str
    passed: bool | None
    why_key: str
    evidence: dict[str, Any] = field(default_factory=dict)


class Origin(StrEnum):
    """Where an odd reading comes from."""

    INSTRUMENT = "instrument"
    RIVER = "river"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What all tests together say, and the judgement that decided it."""

    origin: Origin
    decisive: Judgement | None
    judgements: tuple[Judgement, ...]


def _judgement(test: str, passed: bool | None, reason: str, **evidence: Any) -> Judgement:
    return Judgement(test, passed, f"quality.{test}.{reason}", evidence)


# ---------------------------------------------------------------------------------------------- one reading


def range_(code: str, value: float | None, instrument_range: tuple[float, float] | None = None) -> Judgement:
    """Whether a value can be: within what the property can physically be, and what the instrument can measure.

    Parameters
    ----------
    code : str
        Property.
    value : float or None
        In the property's unit.
    instrument_range : tuple of float, optional
        Measuring range, same unit.
    """
    known = property_named(code)
    if value is None or math.isnan(value):
        return _judgement("range", None, "no_value", property=code)
    facts = {"property": code, "value": value, "unit": known.unit}
    if not known.low <= value <= known.high:
        return _judgement("range", False, "not_physical", **facts, low=known.low, high=known.high)
    if instrument_range is not None and not instrument_range[0] <= value <= instrument_range[1]:
        low, high = instrument_range
        return _judgement("range", False, "outside_instrument", **facts, low=low, high=high)
    return _judgement("range", True, "plausible", **facts)


def flag(code: str, given: Flag) -> Judgement:
    """What the station itself says about a reading; only `Flag.OK` is a measurement."""
    facts = {"property": code, "flag": given.name}
    if given is Flag.OK:
        return _judgement("flag", True, "measured", **facts)
    if given in {Flag.MANUAL, Flag.SUSPECT}:
        return _judgement("flag", None, "doubtful", **facts)
    broken = given in {Flag.FAULT, Flag.COMM_FAULT, Flag.OVER_RANGE}
    return _judgement("flag", False, "fault" if broken else "not_measured", **facts)


# ---------------------------------------------------------------------------------------------- one series


def equal_chance(trait: Trait, value: float) -> float:
    """Chance that two readings of the same water print the same number.

    Two readings with normal noise σ differ by a normal number of √2 σ; they print alike with chance
    E max(0, 1 - |d|/r) for a resolution r: erf(a) - (1 - exp(-a²)) / (a √π) with a = r / (2 σ).
    """
    step = 10.0 ** -PROPERTIES[trait.property].decimals
    sigma = float(trait.noise(value))
    if sigma <= 0:
        return 1.0
    a = step / (2 * sigma)
    return math.erf(a) - (1 - math.exp(-(a**2))) / (a * math.sqrt(math.pi))


def _run_length(values: Floats) -> int:
    """How many values at the end are equal."""
    changed = np.flatnonzero(values != values[-1])
    return int(values.size - (changed[-1] + 1 if changed.size else 0))


def stuck(code: str, time_s: ArrayLike, value: ArrayLike, settings: Settings | None = None) -> Judgement:
    """Whether the last value stands still: a run of equal values that the series' own variability does not explain.

    Parameters
    ----------
    code : str
        Property.
    time_s, value : array_like, shape (n,)
        Good readings in order of time [s since 1970 UTC] and the property's unit, the one in question last; the more
        of the past, the better the test knows the series. nan counts as absent.

    Notes
    -----
    The chance that a reading equals the one before it is estimated from the pairs of the past, with the noise of such
    an instrument as a prior. Where the past has known this very value, only pairs that begin with it count, since a
    series may rest at one value and move at others. A run is an instrument's when its chance is below
    `stuck_chance`.
    """
    settings = settings or defaults()
    trait = settings.trait(code)
    times, values = _good(time_s, value)
    if trait is None or values.size == 0:
        return _judgement("stuck", None, "not_tested", property=code)
    run = _run_length(values)
    last = float(values[-1])
    facts = {"property": code, "value": last, "unit": property_named(code).unit, "count": run}
    facts["duration_s"] = float(times[-1] - times[-run])
    if last <= trait.floor:
        return _judgement("stuck", None, "detection_limit", **facts)
    first, second = _pairs(times, values, run)
    alike = first == last
    if alike.sum() >= settings.quality.stuck_least:
        first, second = first[alike], second[alike]
    prior = settings.quality.stuck_prior_pairs
    chance_of_one = (int((first == second).sum()) + prior * equal_chance(trait, last)) / (first.size + prior)
    chance = chance_of_one ** (run - 1)
    facts["chance"] = chance
    if run >= settings.quality.stuck_least and chance < settings.quality.stuck_chance:
        return _judgement("stuck", False, "stands_still", **facts)
    return _judgement("stuck", True, "moves", **facts)


def _pairs(times: Floats, values: Floats, run: int) -> tuple[Floats, Floats]:
    """Pairs of successive readings before the run, not further apart than twice those of the run."""
    gaps = np.diff(times)
    before = gaps[: max(times.size - run - 1, 0)]
    near = before <= 2 * (float(np.median(gaps[-(run - 1) :])) if run > 1 else math.inf)
    return values[: before.size][near], values[1 : before.size + 1][near]


def _good(time_s: ArrayLike, value: ArrayLike) -> tuple[Floats, Floats]:
    times, values = np.asarray(time_s, np.float64), np.asarray(value, np.float64)
    there = np.isfinite(values)
    return times[there], values[there]


def _bound(trait: Trait, level: float, duration_s: float) -> float:
    """What a river is credited with in a time [s] at a level, in the property's unit."""
    assert trait.river_step is not None
    return max(trait.river_step + trait.river_rate * duration_s / 3600, trait.river_share * abs(level))


@dataclass(slots=True)
class _Walk:
    """Where a series is while it is read: its level, and since when it is away from it."""

    level: list[float]
    at_level_s: float
    away_since_s: float | None = None
    away_count: int = 0
    stayed: bool = False
    away: list[tuple[float, float]] = field(default_factory=list)  # leaps that came back: value, time away at most [s]
    leap: float = math.nan


_LEVEL_OF = 5  # readings
_STAYS_AFTER = 3  # readings


def _walk(trait: Trait, times: Floats, values: Floats, least: int) -> _Walk:
    """Read a series from its first readings on, and note every stretch in which it was away from its level."""
    walk = _Walk(values[:least].tolist(), float(times[least - 1]))
    for time, value in zip(times[least:].tolist(), values[least:].tolist(), strict=True):
        level = median(walk.level)
        if abs(value - level) > _bound(trait, level, time - walk.at_level_s):
            if walk.away_since_s is None:
                walk.away_since_s, walk.away_count, walk.leap = time, 0, value
            walk.away_count += 1
            if time - walk.away_since_s < trait.pulse_s or walk.away_count < _STAYS_AFTER:
                continue
            walk.level, walk.stayed = [value], True  # it stays: that is the level now
        else:
            if walk.away_since_s is not None:
                walk.away.append((walk.leap, time - walk.at_level_s))
            walk.level = [*walk.level, value][-_LEVEL_OF:]
        walk.away_since_s, walk.at_level_s = None, time
    return walk


def jump(code: str, time_s: ArrayLike, value: ArrayLike, settings: Settings | None = None) -> Judgement:
    """Whether the last value, or one shortly before it, leapt away as no river does, and came back.

    Parameters
    ----------
    code : str
        Property.
    time_s, value : array_like, shape (n,)
        Good readings in order of time [s since 1970 UTC] and the property's unit, the one in question last.

    Notes
    -----
    The level is the median of the last readings that did not leap. A leap beyond what a river is credited with is, by
    itself, undecided: a wave may have come. It is an instrument's when it is beyond what any river does within the
    hour, when it is gone again in less time than any wave takes to pass, or when it happens again and again.
    """
    settings = settings or defaults()
    trait = settings.trait(code)
    times, values = _good(time_s, value)
    if trait is None or trait.river_step is None or values.size == 0:
        return _judgement("jump", None, "not_tested", property=code)
    recent = times >= times[-1] - settings.quality.jump_window_s
    times, values = times[recent], values[recent]
    least = settings.quality.jump_least
    if values.size <= least:
        return _judgement("jump", None, "too_few", property=code, count=int(values.size))
    walk = _walk(trait, times, values, least)
    level, last = median(walk.level), float(values[-1])
    facts: dict[str, Any] = {"property": code, "unit": property_named(code).unit, "level": level}
    short = [value for value, away_s in walk.away if away_s <= trait.pulse_s]
    if short or len(walk.away) >= settings.quality.jump_again:
        leap = (short or [value for value, _ in walk.away])[-1]
        return _judgement("jump", False, "leapt_and_back", **facts, value=leap, count=len(walk.away))
    if walk.away_since_s is None:
        return _judgement("jump", True, "stayed" if walk.stayed else "river_like", **facts, value=last)
    step, within_s = walk.leap - level, walk.away_since_s - walk.at_level_s
    facts |= {"value": last, "step": step, "within_s": within_s}
    if trait.impossible_step is not None and abs(step) > trait.impossible_step and within_s <= _HOUR_S:
        return _judgement("jump", False, "impossible", **facts)
    return _judgement("jump", None, "leapt", **facts)


# ---------------------------------------------------------------------------------------------- other witnesses


@dataclass(frozen=True)
class Neighbour:
    """Another station on the same water, and what it showed of the same property.

    Attributes
    ----------
    place : str
        Its code.
    upstream : bool
        Whether it lies upstream of the station in question.
    start_s, end_s : float
        When the wave that was seen should be there (or should have been), from its travel time [s since 1970 UTC].
    time_s, z : array_like, shape (n,)
        Its readings around that time: [s since 1970 UTC] and departure in sigmas, as `alerts.departure` gives it.
    expected_z : float
        With how many sigmas the wave should show there after dilution and decay.
    """

    place: str
    upstream: bool
    start_s: float
    end_s: float
    time_s: ArrayLike
    z: ArrayLike
    expected_z: float = math.inf

    def strongest(self) -> tuple[int, float]:
        """How many readings it has in the window, and the strongest departure among them."""
        times, z = _good(self.time_s, self.z)
        inside = z[(times >= self.start_s) & (times <= self.end_s)]
        return int(inside.size), float(inside.max(initial=-math.inf))


def neighbour(
    code: str,
    others: Mapping[str, float],
    neighbours: Sequence[Neighbour],
    now_s: float,
    settings: Settings | None = None,
) -> Judgement:
    """Whether anything else saw what one instrument shows: other properties of the sample, stations along the river.

    Parameters
    ----------
    code : str
        Property that departs.
    others : mapping of property to float
        Departures [sigmas, positive = towards pollution] of the other properties at the station at that time.
    neighbours : sequence of Neighbour
        Stations upstream and downstream.
    now_s : float
        The time now [s since 1970 UTC]: silence counts only when the window is over.

    Notes
    -----
    Silence upstream tells nothing: what flowed in may have done so between the stations. Silence downstream tells
    something where the wave should have shown clearly. Silence of the other properties alone decides nothing: some
    discharges carry one substance.
    """
    settings = settings or defaults()
    witness = settings.quality.witness_z
    agreeing = {name: z for name, z in others.items() if name != code and z >= witness}
    if agreeing:
        name = max(agreeing, key=lambda key: agreeing[key])
        return _judgement("neighbour", True, "other_property", property=code, other=name, z=agreeing[name])
    waiting, silent = 0, []
    for station in neighbours:
        count, z = station.strongest()
        if z >= witness:
            return _judgement("neighbour", True, "same_wave", property=code, place=station.place, z=z)
        if station.upstream or station.expected_z < settings.quality.silence_z:
            continue
        if now_s < station.end_s:
            waiting += 1
        elif count > 0:
            silent.append(station.place)
    facts = {"property": code, "others": sorted(set(others) - {code})}
    if silent:
        return _judgement("neighbour", False, "silence", **facts, places=silent)
    return _judgement("neighbour", None, "too_early" if waiting else "no_witness", **facts, waiting=waiting)


# ---------------------------------------------------------------------------------------------- all together


def judge(judgements: Sequence[Judgement]) -> Verdict:
    """Weigh all judgements on one reading.

    What the station says of itself, an impossible value or leap and a value that stands still make it an instrument.
    Then witnesses count: one that saw it too makes it the river; a leap that came back unseen, or a silence where it
    had to show, makes it an instrument. Without any of these it stays undecided.
    """
    by_test = {judgement.test: judgement for judgement in judgements}
    failed = [by_test[test] for test in ("flag", "range", "stuck", "jump") if _failed(by_test.get(test))]
    hard = [judgement for judgement in failed if judgement.why_key != _BACK]
    witness = by_test.get("neighbour")
    if hard:
        return Verdict(Origin.INSTRUMENT, hard[0], tuple(judgements))
    if witness is not None and witness.passed:
        return Verdict(Origin.RIVER, witness, tuple(judgements))
    if failed or _failed(witness):
        return Verdict(Origin.INSTRUMENT, failed[0] if failed else witness, tuple(judgements))
    return Verdict(Origin.UNDECIDED, None, tuple(judgements))


_BACK = "quality.jump.leapt_and_back"


def _failed(judgement: Judgement | None) -> bool:
    return judgement is not None and judgement.passed is False


def assess_reading(
    code: str,
    time_s: ArrayLike,
    value: ArrayLike,
    given: Flag = Flag.OK,
    *,
    others: Mapping[str, float] | None = None,
    neighbours: Sequence[Neighbour] = (),
    settings: Settings | None = None,
) -> Verdict:
    """All tests on the last reading of a series, weighed.

    Parameters
    ----------
    code : str
        Property.
    time_s, value : array_like, shape (n,)
        Good readings of the past and the one in question as the last [s since 1970 UTC; the property's unit].
    given : Flag
        The flag of the last reading.
    others, neighbours
        As `neighbour` takes them.
    """
    times, values = np.asarray(time_s, np.float64), np.asarray(value, np.float64)
    last = float(values[-1]) if values.size else None
    now_s = float(times[-1]) if times.size else 0.0
    return judge(
        (
            flag(code, given),
            range_(code, last),
            stuck(code, times, values, settings),
            jump(code, times, values, settings),
            neighbour(code, others or {}, neighbours, now_s, settings),
        )
    )
