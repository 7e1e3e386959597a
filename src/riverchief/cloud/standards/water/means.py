"""Mean concentrations by local day and by span of months, over many sections at once.

Readings → day (mean of its readings) → month (mean of its days) → longer span (mean of its months); at every step an
item takes the mean of what it has. Acidity is averaged, not pH. That a day counts once, however often it was measured,
and a month once, however many days it has, is how the yearly clause reads; the clause itself is not confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.spans import Span
from riverchief.cloud.standards.detection import substituted

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Days = NDArray[np.datetime64]


@dataclass(frozen=True)
class DayMeans:
    """Means by section and local day.

    Attributes
    ----------
    section : int64, shape (n,)
        Index of the section; rows stand in order of section and day.
    day : datetime64[D], shape (n,)
    values : dict of float64, shape (n,)
        Mean of the day's values by property, in its unit; nan where there was none.
    counts : dict of int64, shape (n,)
        How many values it is the mean of.
    """

    section: Ints
    day: Days
    values: dict[str, Floats]
    counts: dict[str, Ints]

    def of(self, section: int) -> DayMeans:
        """The days of one section, as section 0."""
        return self.where(self.section == section, 0)

    def where(self, mask: NDArray[np.bool_], section: int | None = None) -> DayMeans:
        """The rows of a mask."""
        index = self.section[mask] if section is None else np.full(int(mask.sum()), section, np.int64)
        values = {code: array[mask] for code, array in self.values.items()}
        return DayMeans(index, self.day[mask], values, {code: array[mask] for code, array in self.counts.items()})

    def until(self, day: np.datetime64) -> DayMeans:
        """The rows up to a day, which is included."""
        return self.where(self.day <= day)


@dataclass(frozen=True)
class SpanMeans:
    """Means of one span by section.

    Attributes
    ----------
    section : int64, shape (n,)
        Index of each section that has any value in the span.
    values : dict of float64, shape (n,)
        Mean by property; nan where there was no value.
    n_days, n_months : int64, shape (n,)
        Days and months with any value.
    days_of : dict of int64, shape (n,)
        Days with a value, by property.
    """

    span: Span
    section: Ints
    values: dict[str, Floats]
    n_days: Ints
    n_months: Ints
    days_of: dict[str, Ints]


def mean_by(group: Ints, n_group: int, value: Floats, code: str) -> tuple[Floats, Ints]:
    """Mean and number of the values of each group, nan and 0 where it has none.

    Parameters
    ----------
    group : int64, shape (n,)
        Group 0 … n_group - 1 of each value.
    value : float64, shape (n,)
        Values of one property; nan = none.
    code : str
        The property: hydrogen ions are averaged for `ph`.
    """
    has = ~np.isnan(value)
    counted = np.bincount(group[has], minlength=n_group)
    amount = 10.0 ** -value[has] if code == "ph" else value[has]
    total = np.bincount(group[has], weights=amount, minlength=n_group)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / counted
        if code == "ph":
            mean = -np.log10(mean)
    return mean, counted


def mean_of(values: ArrayLike, code: str) -> float:
    """The mean of one item's values, over acidity for `ph`; nan where there is none.

    >>> round(mean_of([6.5, 7.9, 8.8, 9, 6.78, 8.87], "ph"), 2)
    7.08
    """
    value = np.asarray(values, np.float64).ravel()
    return float(mean_by(np.zeros(value.size, np.int64), 1, value, code)[0][0])


def day_means(
    section: ArrayLike,
    day: ArrayLike,
    values: Mapping[str, ArrayLike],
    below: Mapping[str, ArrayLike] | None = None,
) -> DayMeans:
    """Means by section and local day.

    Parameters
    ----------
    section : array_like of int, shape (n,)
        Index of the section of each reading.
    day : array_like of datetime64[D], shape (n,)
        Local day that it belongs to; readings without one (NaT) are left out.
    values : mapping of property to array_like, shape (n,)
        Values in the property's unit; nan = none.
    below : mapping of property to array_like, optional
        Detection limit where a value stayed below it; it counts half in the mean.
    """
    days = np.asarray(day, "datetime64[D]")
    known = ~np.isnat(days)
    index = np.asarray(section, np.int64)[known]
    found_section, found_day, group = _groups(index, days[known].astype(np.int64))
    means, counts = {}, {}
    for code, given in values.items():
        limit = (below or {}).get(code, np.nan)
        value = np.broadcast_to(substituted(given, limit), days.shape)[known]
        means[code], counts[code] = mean_by(group, len(found_day), value, code)
    return DayMeans(found_section, found_day.astype("datetime64[D]"), means, counts)


def _groups(section: Ints, number: Ints) -> tuple[Ints, Ints, Ints]:
    """The distinct pairs of section and number, in their order, and which of them each element is."""
    if not number.size:
        return section, number, number
    first = int(number.min())
    width = int(number.max()) - first + 1
    key = section * width + (number - first)
    if (np.diff(key) >= 0).all():  # most tables come in order: no need to sort them
        new = np.concatenate([[True], np.diff(key) > 0])
        found, group = key[new], np.cumsum(new) - 1
    else:
        found, group = np.unique(key, return_inverse=True)
    return found // width, found % width + first, group


def span_means(days: DayMeans, span: Span) -> SpanMeans:
    """Means of a span by section: of its days within a month, of its months beyond."""
    inside = days.where((days.day >= np.datetime64(span.first)) & (days.day < np.datetime64(span.after)))
    month = inside.day.astype("datetime64[M]").astype(np.int64)
    section_of_month, _, group = _groups(inside.section, month)
    n_group = len(section_of_month)
    section, of_section = np.unique(section_of_month, return_inverse=True)
    values, days_of = {}, {}
    for code, array in inside.values.items():
        monthly, n_days = mean_by(group, n_group, array, code)
        values[code] = mean_by(of_section, len(section), monthly, code)[0]
        days_of[code] = np.bincount(of_section, weights=n_days, minlength=len(section)).astype(np.int64)
    measured = np.zeros(len(inside.day), np.bool_)
    for array in inside.values.values():
        measured |= ~np.isnan(array)
    n_of_month = np.bincount(group[measured], minlength=n_group)
    n_days = np.bincount(of_section, weights=n_of_month, minlength=len(section)).astype(np.int64)
    n_months = np.bincount(of_section, weights=n_of_month > 0, minlength=len(section)).astype(np.int64)
    return SpanMeans(span, section, values, n_days, n_months, days_of)
