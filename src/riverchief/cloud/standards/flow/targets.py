"""Ecological flow (生态流量) from daily flow: Tennant's shares, a frequency of driest months, the driest month.

Every target says what it was made from and, where the series does not suffice, why there is none. The series is that
of natural flow; a gauge below reservoirs and intakes gives what was left of it, and the caller says which it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError, UnknownName
from riverchief.cloud.standards.editions import Edition, editions

METHODS = ("tennant", "q90", "q95", "driest_month")
READINGS = ("annual", "same_period")
_PROBABILITY = {"q90": 0.90, "q95": 0.95}
_MONTHS = 12

Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade of Tennant's table: least shares of mean flow in the half with little and with much water."""

    code: str
    name_zh: str
    name_en: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Tennant:
    """Tennant's table: its grades from the most to the least water, and which months are the half with little."""

    edition: Edition
    grades: tuple[Grade, ...]
    low_months: tuple[int, ...]

    def grade(self, code: str) -> Grade:
        """A grade by its code.

        Raises
        ------
        UnknownName
            With the nearest known one.
        """
        known = {one.code: one for one in self.grades}
        if code not in known:
            raise UnknownName("grade of Tennant's table", code, known)
        return known[code]

    def shares(self, code: str) -> Floats:
        """Least share of mean flow by month for a grade; shape (12,), January first."""
        one = self.grade(code)
        return np.array([one.low if month in self.low_months else one.high for month in range(1, _MONTHS + 1)])

    def graded(self, share: ArrayLike, month: ArrayLike) -> NDArray[np.str_]:
        """The grade that a share of mean flow reaches in a month; `severe` below the last, empty for nan."""
        given, at = np.broadcast_arrays(np.asarray(share, np.float64), np.asarray(month, np.int64))
        found = np.full(given.shape, "severe", dtype="<U16")
        for one in reversed(self.grades):
            found[given >= self.shares(one.code)[at - 1] - 1e-12] = one.code
        found[np.isnan(given)] = ""
        return found


@cache
def tennant() -> Tennant:
    """The table as it was published."""
    edition = editions("tennant")[0]
    grades = tuple(
        Grade(row["code"], row["name_zh"], row["name_en"], row["low"], row["high"]) for row in edition.body["grade"]
    )
    return Tennant(edition, grades, tuple(edition.body["low_months"]))


@cache
def _series_rules() -> Edition:
    return editions("sl712")[-1]


@dataclass(frozen=True)
class FlowTarget:
    """Flow that a river should keep.

    Attributes
    ----------
    method, reading, grade : str
        How it was made; reading and grade only of Tennant.
    by_month : float64 (12,)
        Target of each month [m³/s], January first; nan where there is none.
    years : int
        How many whole years (or driest months) it was made from.
    edition : str
    confirmed : bool
    why_zh, why_en : str
        What it was made from, or why there is none.
    """

    method: str
    by_month: Floats
    years: int
    edition: str
    confirmed: bool
    why_zh: str
    why_en: str
    reading: str = ""
    grade: str = ""

    @property
    def known(self) -> bool:
        """Whether every month has a target."""
        return bool(np.isfinite(self.by_month).all())

    def of(self, days: Days) -> Floats:
        """Target of each day [m³/s]; shape (n,)."""
        return np.asarray(self.by_month[_month(days) - 1])

    def as_dict(self) -> dict[str, Any]:
        """As JSON; the targets in m³/s by month, None where there is none."""
        return {
            "method": self.method,
            "reading": self.reading or None,
            "grade": self.grade or None,
            "by_month_m3s": [None if np.isnan(v) else round(float(v), 6) for v in self.by_month],
            "years": self.years,
            "edition": self.edition,
            "confirmed": self.confirmed,
            "why": {"zh": self.why_zh, "en": self.why_en},
        }


def fixed_target(flow_m3s: float) -> FlowTarget:
    """A target that was given, the same for every month [m³/s].

    Raises
    ------
    InputError
        When it is not above 0.
    """
    if not flow_m3s > 0:
        raise InputError(f"the target flow is {flow_m3s:g} m³/s, it must be above 0 m³/s.", target_m3s=flow_m3s)
    words = f"下达的目标 {flow_m3s:g} m³/s", f"the target of {flow_m3s:g} m³/s that was given"
    return FlowTarget("given", np.full(_MONTHS, flow_m3s), 0, "", True, *words)


# ------------------------------------------------------------------ months and years


def _month(days: Days) -> NDArray[np.int64]:
    return np.asarray(days.astype("datetime64[M]").astype(np.int64) % _MONTHS + 1)


@dataclass(frozen=True)
class Monthly:
    """Means of calendar months; nan where too few days are known.

    Attributes
    ----------
    first_year : int
    mean_m3s : float64 (n_year, 12)
    days : int64 (n_year, 12)
        Known days behind each.
    """

    first_year: int
    mean_m3s: Floats
    days: NDArray[np.int64]

    @property
    def whole(self) -> NDArray[np.bool_]:
        """Which years have all their months; shape (n_year,)."""
        return np.asarray(np.isfinite(self.mean_m3s).all(axis=1))


def monthly(days: Days, flow_m3s: ArrayLike, least_share: float | None = None) -> Monthly:
    """Means of calendar months from daily flow.

    Parameters
    ----------
    days : datetime64[D] (n,)
        Local days, each once, in any order.
    flow_m3s : array_like (n,)
        Mean flow of the day [m³/s]; nan where not known.
    least_share : float, optional
        Least share of a month's days that must be known; that of the data file unless given.

    Raises
    ------
    InputError
        For a day that stands twice, or no days at all.
    """
    day, flow = checked_days(days, flow_m3s)
    share = _series_rules().body["month_share"] if least_share is None else least_share
    first = int(day.min().astype("datetime64[Y]").astype(np.int64))
    last = int(day.max().astype("datetime64[Y]").astype(np.int64))
    size = (last - first + 1) * _MONTHS
    at = day.astype("datetime64[M]").astype(np.int64) - first * _MONTHS
    known = np.isfinite(flow)
    count = np.bincount(at, known, size).astype(np.int64)
    total = np.bincount(at, np.where(known, flow, 0.0), size)
    months = np.arange(first * _MONTHS, first * _MONTHS + size).astype("datetime64[M]")
    length = ((months + 1).astype("datetime64[D]") - months.astype("datetime64[D]")).astype(np.int64)
    mean = np.where(count >= np.ceil(share * length), total / np.maximum(count, 1), np.nan)
    return Monthly(first + 1970, mean.reshape(-1, _MONTHS), count.reshape(-1, _MONTHS))


def checked_days(days: Days, flow_m3s: ArrayLike) -> tuple[Days, Floats]:
    """Days and flow as arrays.

    Raises
    ------
    InputError
        For no days at all, a value without a day, or a day that stands twice.
    """
    day = np.asarray(days, "datetime64[D]")
    flow = np.asarray(flow_m3s, np.float64)
    if day.shape != flow.shape or day.ndim != 1:
        raise InputError(f"{day.size} days and {flow.size} values of flow: give one value for each day.")
    if not day.size or np.isnat(day).all():
        raise InputError("the series of flow has no day.")
    if np.isnat(day).any():
        raise InputError("the series of flow has values without a day: give each its date.")
    twice = np.unique(day, return_counts=True)
    if (twice[1] > 1).any():
        first = twice[0][twice[1] > 1][0]
        raise InputError(f"{first} stands in the series more than once: keep one value for each day.", day=str(first))
    return day, flow


# ------------------------------------------------------------------ the three methods


def tennant_target(days: Days, flow_m3s: ArrayLike, *, grade: str, reading: str = "annual") -> FlowTarget:
    """A grade of Tennant's table as flow.

    Parameters
    ----------
    days, flow_m3s
        As for `monthly`.
    grade : str
        Code of the table, such as `good`.
    reading : str
        `annual`: share of the mean of all whole years; `same_period`: share of the mean of the same month over them.
        Chinese practice knows both; which was used is part of the result.

    Raises
    ------
    UnknownName
        For an unknown grade or reading.
    """
    if reading not in READINGS:
        raise UnknownName("reading of Tennant's table", reading, READINGS)
    table = tennant()
    shares = table.shares(grade)
    found = monthly(days, flow_m3s)
    whole = found.whole
    years = int(whole.sum())
    nothing = "没有一个完整年份，无法求多年平均流量", "no whole year of flow, so no mean flow"
    if not years:
        words = nothing
        by_month = np.full(_MONTHS, np.nan)
    else:
        mean, count = found.mean_m3s[whole], found.days[whole]
        same_period = (mean * count).sum(axis=0) / count.sum(axis=0)
        annual = float((mean * count).sum() / count.sum())
        by_month = shares * (same_period if reading == "same_period" else annual)
        same = reading == "same_period"
        zh, en = ("同期", "mean of the same month") if same else ("年", "annual mean")
        words = (
            f"{years} 个完整年，多年平均 {annual:.4g} m³/s，按{zh}均值的百分比",
            f"{years} whole years, mean flow {annual:.4g} m³/s, shares of the {en}",
        )
    edition = table.edition
    return FlowTarget("tennant", by_month, years, edition.code, edition.confirmed, *words, reading=reading, grade=grade)


def driest_months(
    days: Days, flow_m3s: ArrayLike, *, without_months: Sequence[int] = (), without_dry: bool = False
) -> tuple[NDArray[np.int64], Floats]:
    """The driest monthly mean of each whole year: years, and means [m³/s].

    Parameters
    ----------
    without_months : sequence of int
        Months 1 … 12 that do not count, where the river is frozen.
    without_dry : bool
        Leave out months in which nothing flowed, for rivers that fall dry by season.

    Raises
    ------
    InputError
        For a month that is none.
    """
    odd = [month for month in without_months if not 1 <= month <= _MONTHS]
    if odd or len(set(without_months)) == _MONTHS:
        raise InputError(f"months to leave out are {list(without_months)}: give some of 1 … 12, not all.")
    found = monthly(days, flow_m3s)
    mean = np.delete(found.mean_m3s, [month - 1 for month in without_months], axis=1)
    whole = np.isfinite(mean).all(axis=1)
    if without_dry:
        mean = np.where(mean > 0, mean, np.nan)
        whole &= np.isfinite(mean).any(axis=1)
    years = found.first_year + np.flatnonzero(whole)
    return years, np.nanmin(mean[whole], axis=1) if whole.any() else np.empty(0)


def frequency_target(
    days: Days,
    flow_m3s: ArrayLike,
    method: str = "q90",
    *,
    years_least: int | None = None,
    without_months: Sequence[int] = (),
    without_dry: bool = False,
) -> FlowTarget:
    """The driest monthly mean that is reached in 90 % (or 95 %) of the years.

    Parameters
    ----------
    method : str
        `q90` or `q95`.
    years_least : int, optional
        Years that are needed; 30 as in the data file unless given.

    Notes
    -----
    Empirical frequency p = m / (n + 1) of the n values in falling order, straight between them, never beyond the
    driest one: a curve fitted to the tail is a judgement that this does not make.
    """
    if method not in _PROBABILITY:
        raise UnknownName("method", method, _PROBABILITY)
    rules = _series_rules()
    least = int(rules.body["years_least"]) if years_least is None else years_least
    _, driest = driest_months(days, flow_m3s, without_months=without_months, without_dry=without_dry)
    n, p = driest.size, _PROBABILITY[method]
    value = float("nan")
    if n < least:
        words = f"只有 {n} 个完整年，需要 {least} 年", f"{n} whole years, {least} are needed"
    elif p > n / (n + 1):
        words = (
            f"{n} 年的经验频率只到 {n / (n + 1):.1%}，达不到 {p:.0%}",
            f"{n} years reach a frequency of {n / (n + 1):.1%}, not {p:.0%}",
        )
    else:
        value = float(np.interp(p, np.arange(1, n + 1) / (n + 1), np.sort(driest)[::-1]))
        words = (
            f"{n} 年最枯月平均流量的 {p:.0%} 保证率",
            f"driest monthly means of {n} years, reached in {p:.0%} of them",
        )
    return FlowTarget(method, np.full(_MONTHS, value), n, rules.code, rules.confirmed, *words)


def driest_month_target(
    days: Days, flow_m3s: ArrayLike, *, without_months: Sequence[int] = (), without_dry: bool = False
) -> FlowTarget:
    """The driest monthly mean of the last ten whole years."""
    rules = _series_rules()
    wanted = int(rules.body["years_driest"])
    years, driest = driest_months(days, flow_m3s, without_months=without_months, without_dry=without_dry)
    recent = driest[-wanted:]
    value = float("nan")
    if recent.size < wanted:
        words = f"只有 {recent.size} 个完整年，需要 {wanted} 年", f"{recent.size} whole years, {wanted} are needed"
    else:
        value = float(recent.min())
        span = f"{years[-wanted]}–{years[-1]}"
        words = f"{span} 年最枯月平均流量", f"driest monthly mean of {span}"
    return FlowTarget("driest_month", np.full(_MONTHS, value), int(recent.size), rules.code, rules.confirmed, *words)
