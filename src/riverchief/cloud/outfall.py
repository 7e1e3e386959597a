"""An outfall's online monitor: readings in; hourly and daily means that count, loads with their gaps, shares of a year.

A reading stands for the step that it closes. A mean counts when enough of the readings that were due are measurements
(`Validity`, data of the edition); what is exempt (start-up, maintenance) or missing is neither over a limit nor zero.
A load is the sum of c q Δt over the steps where both are known, and says which time it lacks; a concentration below
the detection limit counts half of it in a mean and nothing in a load.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.base.time import CHINA, day_of_closing_stamp, from_epoch
from riverchief.cloud.standards.editions import Edition, edition_on

HOUR_S = 3_600
DAY_S = 86_400
RATE_DAYS = 30
STANDARD = "online_monitor"
_G_PER_KG = 1e3
_OFFSET_S = 8 * HOUR_S  # China has kept one time zone without summer time since 1991

Floats = NDArray[np.float64]
Times = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Validity:
    """Which means count.

    Attributes
    ----------
    hour_share, day_share : float
        Least share of the readings due in an hour, of the values due in a day, that must be measurements.
    exempt : dict
        State of a works in which it is not judged → its name in Chinese and English.
    """

    hour_share: float
    day_share: float
    exempt: dict[str, tuple[str, str]]
    edition: Edition


@cache
def validity(day: date) -> Validity:
    """The rules for data of a day.

    Raises
    ------
    InputError
        When no edition was in force.
    """
    edition = edition_on(STANDARD, day)
    if edition is None:
        raise InputError(f"no rules for online monitors are known for {day}.", day=str(day))
    body = edition.body
    exempt = {state: (zh, en) for state, (zh, en) in body["exempt"].items()}
    return Validity(body["hour_share"], body["day_share"], exempt, edition)


@dataclass(frozen=True)
class Flow:
    """Flow of the same water: each value is the mean of the step it closes.

    Attributes
    ----------
    time_s : int64 (n,)
        Closing stamps [s since 1970 UTC], rising.
    flow_m3s : float64 (n,)
        nan where not measured.
    step_s : int
        What one value stands for [s].
    """

    time_s: Times
    flow_m3s: Floats
    step_s: int

    def over(self, time_s: Times, step_s: int) -> Floats:
        """Mean flow [m³/s] of each step of another rhythm, nan where nothing of it was measured; shape (n,)."""
        known = ~np.isnan(self.flow_m3s)
        stamp, flow = self.time_s[known], self.flow_m3s[known]
        if not stamp.size:
            return np.full(time_s.shape, np.nan)
        if step_s <= self.step_s:  # one value of flow spans several steps
            at = np.searchsorted(stamp, time_s, side="left")
            near = np.minimum(at, stamp.size - 1)
            spans = (at < stamp.size) & (stamp[near] - self.step_s < time_s)
            return np.where(spans, flow[near], np.nan)
        total = np.concatenate([[0.0], np.cumsum(flow)])
        first = np.searchsorted(stamp, time_s - step_s, side="right")
        last = np.searchsorted(stamp, time_s, side="right")
        count = last - first
        return np.where(count > 0, (total[last] - total[first]) / np.maximum(count, 1), np.nan)


@dataclass(frozen=True)
class Monitored:
    """Readings of one property of an outfall.

    Attributes
    ----------
    time_s : int64 (n,)
        Closing stamps [s since 1970 UTC], rising, each once.
    value : float64 (n,)
        Concentration in the property's unit (mg/L = g/m³ where it has a load); nan where none. Below the detection
        limit: that limit.
    step_s : int
        What one reading stands for [s]: the interval of the instrument.
    counts : bool (n,)
        Which are measurements and not exempt.
    below : bool (n,)
        Which are below the detection limit.
    flow : Flow or None
        Of the same water.
    """

    time_s: Times
    value: Floats
    step_s: int
    counts: Mask
    below: Mask
    flow: Flow | None = None

    @classmethod
    def of(
        cls, time_s: Times, value: Floats, step_s: int, counts: Mask | None = None, flow: Flow | None = None
    ) -> Monitored:
        """Readings of which none is below the detection limit.

        Raises
        ------
        InputError
            When the step is none, or times do not rise.
        """
        if step_s <= 0:
            raise InputError(f"the interval of a monitor is {step_s} s, it must be above 0 s.")
        if (np.diff(time_s) <= 0).any():
            raise InputError("the times of a monitor must rise: sort them, and keep one value for each.")
        good = ~np.isnan(value)
        return cls(time_s, value, step_s, good if counts is None else counts & good, np.zeros(value.shape, bool), flow)

    @property
    def mean_value(self) -> Floats:
        """What a reading contributes to a mean; nan where it does not count; shape (n,)."""
        return np.where(self.counts, np.where(self.below, self.value / 2, self.value), np.nan)


# ------------------------------------------------------------------ means


@dataclass(frozen=True)
class Means:
    """Means of hours or days.

    Attributes
    ----------
    stamp_s : int64 (n,)
        The end of each [s since 1970 UTC].
    mean : float64 (n,)
        nan where nothing was measured.
    n, due : int64 (n,)
        Readings that counted, and that were due.
    valid : bool (n,)
        Whether enough of them counted.
    weighted : bool (n,)
        Whether it is weighted with the flow of every reading in it.
    """

    stamp_s: Times
    mean: Floats
    n: Times
    due: Times
    valid: Mask
    weighted: Mask

    def day(self, i: int) -> date:
        """The local day of a mean."""
        return day_of_closing_stamp(from_epoch(int(self.stamp_s[i])))


def hour_means(data: Monitored, rules: Validity) -> Means:
    """Means of the hours in which something was due.

    A monitor that measures once an hour or less often gives one value, which is that of its hour.
    """
    ends = -(-data.time_s // HOUR_S) * HOUR_S
    return _grouped(data, ends, max(1, HOUR_S // data.step_s), rules.hour_share)


def day_means(data: Monitored, rules: Validity) -> Means:
    """Means of local days, weighted with the flow where it is known for every reading that counts.

    Notes
    -----
    Mean = Σ c q Δt / Σ q Δt over the readings of the day; 00:00 closes the day before. Where flow is missing for one
    of them, or nothing flowed, the plain mean is given and `weighted` says so.
    """
    local = data.time_s + _OFFSET_S
    ends = -(-local // DAY_S) * DAY_S - _OFFSET_S
    return _grouped(data, ends, max(1, DAY_S // data.step_s), rules.day_share)


def _grouped(data: Monitored, ends: Times, due: int, share: float) -> Means:
    stamp, group = np.unique(ends, return_inverse=True)
    value = data.mean_value
    counted = ~np.isnan(value)
    n = np.bincount(group, counted, stamp.size).astype(np.int64)
    plain = np.bincount(group, np.where(counted, value, 0.0), stamp.size)
    flow = np.full(value.shape, np.nan) if data.flow is None else data.flow.over(data.time_s, data.step_s)
    with_flow = counted & ~np.isnan(flow)
    water = np.bincount(group, np.where(with_flow, flow, 0.0), stamp.size)
    carried = np.bincount(group, np.where(with_flow, value * flow, 0.0), stamp.size)
    weighted = (np.bincount(group, with_flow, stamp.size) == n) & (water > 0) & (n > 0)
    mean = np.where(weighted, carried / np.where(water > 0, water, 1), plain / np.maximum(n, 1))
    mean = np.where(n > 0, mean, np.nan)
    # never more than what was due: an instrument that reports oftener than its interval does not make up for gaps
    valid = (n > 0) & (np.minimum(n, due) >= share * due - 1e-9)
    return Means(stamp, mean, n, np.full(stamp.size, due, np.int64), np.asarray(valid), np.asarray(weighted))


# ------------------------------------------------------------------ loads


@dataclass(frozen=True, slots=True)
class Load:
    """What was carried out in a time.

    Attributes
    ----------
    kg : float
        Of the steps where concentration and flow are known: at least so much.
    covered_s, lasted_s : float
        How much of the time that is, and how long it was [s].
    gaps : tuple of (float, float)
        From when to when nothing is known [s since 1970 UTC].
    """

    kg: float
    covered_s: float
    lasted_s: float
    gaps: tuple[tuple[float, float], ...]

    @property
    def covered(self) -> float:
        """Share of the time that is covered, nan for no time."""
        return self.covered_s / self.lasted_s if self.lasted_s > 0 else float("nan")


def _pieces(data: Monitored) -> tuple[Floats, Floats, Floats]:
    """Start and end of every step that is known [s], and what it carries [g/s]."""
    if data.flow is None:
        return np.empty(0), np.empty(0), np.empty(0)
    end = data.time_s.astype(np.float64)
    before = np.concatenate([[-np.inf], end[:-1]])
    begin = np.maximum(end - data.step_s, before)  # two readings closer than a step share the time between them
    rate = np.where(data.below, 0.0, data.value) * data.flow.over(data.time_s, data.step_s)
    known = data.counts & ~np.isnan(rate)
    return begin[known], end[known], rate[known]


def load(data: Monitored, start_s: float, end_s: float) -> Load:
    """The load between two instants [kg]; loads of adjoining times add up.

    Parameters
    ----------
    data : Monitored
        A concentration in mg/L with its flow; without flow nothing is covered.
    start_s, end_s : float
        [s since 1970 UTC]
    """
    begin, end, rate = _pieces(data)
    low, high = np.clip(begin, start_s, end_s), np.clip(end, start_s, end_s)
    lasts = high - low
    gaps: list[tuple[float, float]] = []
    at = start_s
    for a, b in zip(low[lasts > 0].tolist(), high[lasts > 0].tolist(), strict=True):
        if a > at:
            gaps.append((at, a))
        at = b
    if at < end_s:
        gaps.append((at, end_s))
    return Load(float((rate * lasts).sum()) / _G_PER_KG, float(lasts.sum()), end_s - start_s, tuple(gaps))


@dataclass(frozen=True, slots=True)
class YearShare:
    """How much of its yearly load a discharger has used.

    Attributes
    ----------
    load : Load
        Since the first instant of the local year.
    allowed_kg, share : float
        Permitted total, and what part of it `load` is.
    rate_kg_day : float or None
        Load of a day at the present rate: over what is covered of the last 30 days; None with less than a day of it.
    exhausted_on : date or None
        The day on which the total was reached, or will be at the present rate; None where not within the year.
    expected_kg : float or None
        At the year's end, at the present rate.
    """

    year: int
    load: Load
    allowed_kg: float
    share: float
    rate_kg_day: float | None
    exhausted_on: date | None
    expected_kg: float | None


def year_share(data: Monitored, allowed_kg: float, year: int, until_s: float) -> YearShare:
    """Hold the load of a local year up to an instant against the permitted total.

    Raises
    ------
    InputError
        When the total is not above 0 kg, or the year has not begun.
    """
    start_s, end_s = year_bounds_s(year)
    if not allowed_kg > 0:
        raise InputError(f"the permitted load is {allowed_kg:g} kg, it must be above 0 kg.", allowed_kg=allowed_kg)
    if until_s < start_s:
        raise InputError(f"{year} has not begun yet: there is no load to hold against its total.", year=year)
    until_s = min(until_s, end_s)
    used = load(data, start_s, until_s)
    recent = load(data, max(start_s, until_s - RATE_DAYS * DAY_S), until_s)
    rate = recent.kg / recent.covered_s * DAY_S if recent.covered_s >= DAY_S else None
    expected = None if rate is None else used.kg + rate * (end_s - until_s) / DAY_S
    day = None
    if used.kg >= allowed_kg:
        day = _day_reached(data, allowed_kg, start_s, until_s)
    elif rate and (expected or 0.0) >= allowed_kg:
        # from_epoch of the very end would be next year's first day
        day = day_of_closing_stamp(from_epoch(min(until_s + (allowed_kg - used.kg) / rate * DAY_S, end_s)))
    return YearShare(year, used, allowed_kg, used.kg / allowed_kg, rate, day, expected)


def year_bounds_s(year: int) -> tuple[float, float]:
    """First and last instant of a local year [s since 1970 UTC]."""
    first = datetime(year, 1, 1, tzinfo=CHINA)
    return first.astimezone(UTC).timestamp(), datetime(year + 1, 1, 1, tzinfo=CHINA).astimezone(UTC).timestamp()


def _day_reached(data: Monitored, allowed_kg: float, start_s: float, until_s: float) -> date:
    begin, end, rate = _pieces(data)
    lasts = np.clip(end, start_s, until_s) - np.clip(begin, start_s, until_s)
    total = np.cumsum(rate * lasts) / _G_PER_KG
    i = int(np.searchsorted(total, allowed_kg * (1 - 1e-12)))
    return day_of_closing_stamp(from_epoch(float(end[min(i, end.size - 1)])))
