"""What a period of days amounts to (HJ 663): means, percentiles, completeness, good days, the composite index.

Dust days named by the office are left out of the particles' statistics and of the composite index, and kept among the
days that are counted good or not: so the national reports handle sand and dust.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError
from riverchief.cloud.standards.air.aqi import AirVerdict
from riverchief.cloud.standards.air.days import AirDays
from riverchief.cloud.standards.air.indices import aqi_editions
from riverchief.cloud.standards.air.rules import (
    ITEMS,
    PARTICLES,
    AirRules,
    Combination,
    combination_named,
    combination_on,
    rules_on,
)

GOOD_UP_TO = 100

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def percentile(values: ArrayLike, percent: float) -> Floats:
    """A percentile along the last axis by HJ 663: k = 1 + (n - 1) p of the sorted values, linear between; nan ignored.

    Parameters
    ----------
    values : array_like, shape (..., n)
    percent : float
        0 to 100.
    """
    ordered = np.sort(np.asarray(values, np.float64), axis=-1)  # nan goes to the end
    count = np.count_nonzero(~np.isnan(ordered), axis=-1)
    at = np.maximum(count - 1, 0) * (percent / 100)
    low = np.floor(at + 1e-9).astype(np.int64)
    high = np.minimum(low + 1, np.maximum(count - 1, 0))
    below = np.take_along_axis(ordered, low[..., None], axis=-1)[..., 0]
    above = np.take_along_axis(ordered, high[..., None], axis=-1)[..., 0]
    part = np.maximum(at - low, 0.0)
    return np.asarray(np.where(count > 0, below + (above - below) * part, np.nan))


@dataclass(frozen=True)
class Composite:
    """A composite index (环境空气质量综合指数) of one place.

    `value` is None where an item is missing: a sum of fewer would look better than it is. `main` leads the sum.
    """

    combination: str
    value: float | None
    ratios: dict[str, float]
    main: tuple[str, ...]
    missing: tuple[str, ...]
    confirmed: bool


def composite_index(statistics: Mapping[str, float], combination: Combination | str) -> Composite:
    """The composite index from what represents each item in a period.

    Parameters
    ----------
    statistics : mapping
        Means of `so2 no2 pm10 pm25`, 95th percentile of `co`, 90th of `o3_8h` [µg/m³, CO mg/m³].
    combination : Combination or str
        Limits and weights, or their name.

    Raises
    ------
    UnknownName
        When no combination has this name.
    """
    one = combination_named(combination) if isinstance(combination, str) else combination
    ratios: dict[str, float] = {}
    for item in ITEMS:
        given = statistics.get(item, np.nan)
        if np.isfinite(given):
            ratio = float(given) / one.limits[item]
            ratios[item] = ratio if one.ratio_decimals is None else _round(ratio, one.ratio_decimals)
    missing = tuple(item for item in ITEMS if item not in ratios)
    parts = {item: ratio * one.weights[item] for item, ratio in ratios.items()}
    most = max(parts.values(), default=np.nan)
    main = tuple(item for item, part in parts.items() if part == most and not missing)
    value = None if missing else _round(sum(parts.values()), one.index_decimals)
    return Composite(one.name, value, ratios, main, missing, one.confirmed)


def _round(value: float, decimals: int) -> float:
    # 0.275 is kept as 0.27500000000000002 or as 0.27499999999999997: both were a half
    return float(np.round(round(value, decimals + 9), decimals))


@dataclass(frozen=True)
class GoodDays:
    """Days by level, and the share of good ones among the valid.

    `ratio_percent` is None without a valid day. `valid` are days whose index could be given; `comparable` says whether
    one edition judged all of them.
    """

    valid: int
    days: int
    by_level: dict[int, int]
    good: int
    ratio_percent: float | None
    comparable: bool


def valid_days(verdict: AirVerdict) -> Mask:
    """Where a day counts: its index may be published, with every item or above 100."""
    complete = ~np.any(np.stack([verdict.missing(key) for key in verdict.iaqi]), axis=0)
    valid: Mask = (verdict.level > 0) & (complete | (verdict.aqi > GOOD_UP_TO))
    return valid


def good_days(verdict: AirVerdict, index: Any = ...) -> GoodDays:
    """Count good days (index up to 100) among the valid ones of a row of days.

    Parameters
    ----------
    verdict : AirVerdict
        Daily, days in the last axis.
    index : any
        Which place, where there are more axes than days.
    """
    level, valid = np.asarray(verdict.level[index]), valid_days(verdict)[index]
    counts = {number: int(np.count_nonzero(valid & (level == number))) for number in range(1, 7)}
    n, good = int(np.count_nonzero(valid)), counts[1] + counts[2]
    editions = np.unique(np.asarray(verdict.edition_number[index])[valid])
    return GoodDays(n, level.size, counts, good, _round(100 * good / n, 1) if n else None, editions.size <= 1)


@dataclass(frozen=True)
class ItemPeriod:
    """One item over a period.

    Attributes
    ----------
    mean, percentile : float or None
        [µg/m³, CO mg/m³]; None where the edition has no such statistic, or no day has a value.
    percent : float or None
        Which percentile it is.
    days : int
        Days with a value that counts.
    complete : bool
        Whether the days suffice for the period.
    short_months : tuple of str
        Months (`2026-02`) with too few of them.
    """

    item: str
    mean: float | None
    percentile: float | None
    percent: float | None
    days: int
    complete: bool
    short_months: tuple[str, ...]

    @property
    def representative(self) -> float | None:
        """What stands for the item in a composite index: its mean, of CO and ozone the percentile."""
        return self.percentile if self.item in ("co", "o3_8h") else self.mean


@dataclass(frozen=True)
class AirPeriod:
    """A place over a period: statistics by item, good days, composite index, how often each item was primary."""

    start: date
    end: date
    edition: str
    confirmed: bool
    items: dict[str, ItemPeriod]
    good: GoodDays
    composite: Composite
    primary_days: dict[str, int]
    dust_days: int

    @property
    def complete(self) -> bool:
        """Whether every item has days enough."""
        return all(item.complete for item in self.items.values())


def _short_months(days: NDArray[np.datetime64], valid: Mask, rules: AirRules) -> tuple[str, ...]:
    """Months whose gaps inside the period are more than a whole month may have."""
    months = days.astype("datetime64[M]")
    short = []
    for month in np.unique(months):
        year, number = month.astype(object).year, month.astype(object).month
        allowed = calendar.monthrange(year, number)[1] - rules.validity.days_of_month(number)
        inside = months == month
        if int(np.count_nonzero(inside & ~valid)) > max(allowed, 0):
            short.append(str(month))
    return tuple(short)


def _item(key: str, days: NDArray[np.datetime64], value: Floats, rules: AirRules) -> ItemPeriod:
    valid = ~np.isnan(value)
    n = int(np.count_nonzero(valid))
    statistic, places = rules.statistics[key], rules.decimals_of(key)
    short = _short_months(days, valid, rules)
    whole_year = days.size >= 365
    enough = n >= rules.validity.year_days if whole_year else n > 0
    mean = _round(float(np.mean(value[valid])), places) if n and statistic.mean else None
    percent = statistic.percentile
    high = None if percent is None or not n else _round(float(percentile(value, percent)), places)
    return ItemPeriod(key, mean, high, percent, n, enough and not short, short)


def air_period(
    days: AirDays,
    start: date,
    end: date,
    *,
    dust: Sequence[date] = (),
    combination: str = "",
    rules: AirRules | None = None,
) -> AirPeriod:
    """What the days of one place amount to from `start` to `end`, both included.

    Parameters
    ----------
    days : AirDays
        Values of the shape (days,); days outside the period are not looked at.
    dust : sequence of date
        Days under sand and dust, as the monitoring centre names them.
    combination : str
        Of the composite index; that of the edition on the last day unless given.
    rules : AirRules, optional
        Other rules than those in force on the last day.

    Raises
    ------
    InputError
        When the period ends before it begins, or begins before the first edition.
    UnknownName
        When no combination has this name.
    """
    if end < start:
        raise InputError(f"the period from {start} to {end} ends before it begins.")
    own = rules or rules_on(end)
    span = np.arange(np.datetime64(start, "D"), np.datetime64(end, "D") + 1)
    within = AirDays(span, {key: _aligned(days, values, span) for key, values in days.values.items()})
    dusty = np.isin(span, np.array(list(dust), "datetime64[D]")) if dust else np.zeros(span.size, np.bool_)
    items = {}
    for key in ITEMS:
        value = within.values.get(key, np.full(span.size, np.nan))
        items[key] = _item(key, span, np.where(dusty, np.nan, value) if key in PARTICLES else value, own)
    verdict = within.index()
    primary = {key: int(np.count_nonzero(verdict.primary(key) & ~verdict.withheld)) for key in verdict.iaqi}
    representative = {key: np.nan if (v := one.representative) is None else v for key, one in items.items()}
    return AirPeriod(
        start=start,
        end=end,
        edition=own.code,
        confirmed=own.edition.confirmed,
        items=items,
        good=good_days(verdict),
        composite=composite_index(representative, combination or combination_on(end)),
        primary_days={key: n for key, n in primary.items() if n},
        dust_days=int(np.count_nonzero(dusty)),
    )


def _aligned(days: AirDays, values: Floats, span: NDArray[np.datetime64]) -> Floats:
    """Values of the days of a span, nan where a day is not there."""
    if values.shape != days.days.shape:
        raise InputError(f"a period is of one place: values have the shape {values.shape}, days {days.days.shape}.")
    out = np.full(span.size, np.nan)
    at = (days.days - span[0]).astype(np.int64)
    inside = (at >= 0) & (at < span.size)
    out[at[inside]] = values[inside]
    return out


def levels_in_words(counts: Mapping[int, int], language: str) -> dict[str, int]:
    """Days by level with the level's name in `zh` or `en`."""
    levels = aqi_editions()[-1].levels
    return {one.name_zh if language == "zh" else one.name_en: counts.get(one.number, 0) for one in levels}
