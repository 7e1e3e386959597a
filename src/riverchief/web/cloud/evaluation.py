"""Sections evaluated over days, months and longer spans, as known now or at a past time.

Everything else that speaks of a month's class (targets, reports, comparisons) asks here. With `as_of` a value counts as
it was known then, and an edition only if it was published by then.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from riverchief.base.basin import Section
from riverchief.base.spans import Span, month_of, to_date
from riverchief.base.time import CHINA, local_day
from riverchief.cloud.standards import water
from riverchief.cloud.standards.water.classes import AUTOMATIC
from riverchief.cloud.standards.water.means import DayMeans, day_means
from riverchief.cloud.standards.water.method import method
from riverchief.cloud.standards.water.periods import PeriodVerdict, completeness_note, period_verdict
from riverchief.cloud.standards.water.surface import surface_on
from riverchief.web import context
from riverchief.web.cloud.series import read, series_of, usable
from riverchief.web.cloud.verdicts import ITEMS, SLOW_ITEMS
from riverchief.web.wire import iso


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)


def _local_days(time_s: np.ndarray[Any, np.dtype[np.int64]]) -> np.ndarray[Any, np.dtype[np.datetime64]]:
    """The local day that each stamp closes in; China has stood at +08:00 as long as readings have been kept."""
    return ((time_s - 1 + 8 * 3600) // 86_400).astype("datetime64[D]")


def known_day(as_of: datetime | None = None) -> date:
    """The local day up to which anything can be known: today, or that of `as_of`."""
    return local_day(as_of or context.now())


def daily(section: Section, start: date, end: date, as_of: datetime | None = None) -> DayMeans:
    """Mean of every local day from start to end, both included, by item; days without any value are left out.

    Parameters
    ----------
    section : Section
    start, end : date
        Local days; 00:00 closes the day before.
    as_of : datetime, optional
        Values as they were known then; as they are known now unless given.
    """
    if not section.station or end < start:
        return day_means([], np.empty(0, "datetime64[D]"), {code: [] for code in ITEMS})
    parts = {code: _item_days(section.station, code, start, end, as_of) for code in ITEMS}
    every = np.unique(np.concatenate([days for days, _, _ in parts.values()]))
    values, counts = {}, {}
    for code, (days, mean, n) in parts.items():
        at = np.searchsorted(every, days)
        values[code], counts[code] = np.full(len(every), np.nan), np.zeros(len(every), np.int64)
        values[code][at], counts[code][at] = mean, n
    return DayMeans(np.zeros(len(every), np.int64), every, values, counts)


def _item_days(station: str, code: str, start: date, end: date, as_of: datetime | None) -> tuple[Any, Any, Any]:
    """Days, means and numbers of values of one item; from the store's own days where these are what is asked for."""
    number = series_of(station).get(code)
    if number is not None and as_of is None and code != "ph":  # the store's mean of pH is not over acidity
        rows = [row for row in context.store().observations.days(number, start, end) if row.n]
        days = np.array([row.day for row in rows], "datetime64[D]")
        return days, np.array([row.mean for row in rows], np.float64), np.array([row.n for row in rows], np.int64)
    first, last = _midnight(start) + timedelta(seconds=1), _midnight(end + timedelta(days=1))
    data = read(station, code, first, last if as_of is None else min(last, as_of), as_of)
    good = usable(data)
    found = day_means(np.zeros(int(good.sum()), np.int64), _local_days(data.time_s[good]), {code: data.value[good]})
    return found.day, found.values[code], found.counts[code]


def over(section: Section, span: Span, as_of: datetime | None = None) -> PeriodVerdict:
    """The verdict on a section over a span; one that still runs is judged by what there is so far."""
    return _verdict(daily(section, span.first, min(span.last, known_day(as_of)), as_of), section, span, as_of)


def _verdict(days: DayMeans, section: Section, span: Span, as_of: datetime | None) -> PeriodVerdict:
    return period_verdict(
        days,
        span,
        today=known_day(as_of),
        tp_rule=section.tp_rule,
        known_on=None if as_of is None else local_day(as_of),
    )


def month_means(
    section: Section, start: date, end: date, as_of: datetime | None = None, *, days: DayMeans | None = None
) -> list[PeriodVerdict]:
    """The verdict on every month that has a day from start to end, both included, in order of time.

    Parameters
    ----------
    section : Section
    start, end : date
        Any days of the first and of the last month.
    as_of : datetime, optional
        Values and editions as they were known then; months that begin later are left out.
    days : DayMeans, optional
        Where they have been read already.
    """
    last = min(end, known_day(as_of))
    if last < start:
        return []
    whole = Span(month_of(start).first, month_of(last).after)
    known = daily(section, whole.first, min(whole.last, known_day(as_of)), as_of) if days is None else days
    return [_verdict(known, section, month, as_of) for month in whole.months()]


def year_to_date(
    section: Section, year: int, as_of: datetime | None = None, *, days: DayMeans | None = None
) -> PeriodVerdict:
    """The verdict on the year as far as it has gone; on the whole year once it is over."""
    span = Span(date(year, 1, 1), date(year + 1, 1, 1))
    today = known_day(as_of)
    if span.holds(today):
        span = to_date(today)
    known = daily(section, span.first, min(span.last, today), as_of) if days is None else days
    return _verdict(known, section, span, as_of)


def edition_of(day: date, as_of: datetime | None = None) -> dict[str, Any]:
    """What a period's class rests on: limits and method with their editions, and whether all of it is confirmed."""
    surface = surface_on(day)
    unsure = completeness_note()
    return {
        "code": surface.code if surface else "",
        "method": method().code,
        "confirmed": bool(surface and surface.edition.confirmed and unsure is None),
        "note_zh": unsure.zh if unsure else "",
        "note_en": unsure.en if unsure else "",
    }


def limits_of(section: Section, day: date) -> dict[str, list[float]]:
    """Limits of classes Ⅰ to Ⅴ of every graded item that counts, by the edition in force on a day."""
    surface = surface_on(day)
    if surface is None:
        return {}
    column = surface.column(section.tp_rule)
    return {code: list(column[code].values) for code in surface.sets[AUTOMATIC] if column[code].values}


def section_year(section: Section, year: int, as_of: datetime | None = None) -> dict[str, Any]:
    """A section's year: class of every day and month, and of the year to date, each with what it rests on."""
    span = Span(date(year, 1, 1), date(year + 1, 1, 1))
    today = known_day(as_of)
    days = daily(section, span.first, min(span.last, today), as_of)
    to_now = year_to_date(section, year, as_of, days=days)
    return {
        "code": section.code,
        "name_zh": section.name_zh,
        "name_en": section.name_en or section.name_zh,
        "year": year,
        "target_class": section.target_class,
        "edition": edition_of(min(span.last, today)),
        "limits": limits_of(section, min(span.last, today)),
        "days": _days(days, section, as_of),
        "months": [
            {"month": one.span.label, **one.as_dict()}
            for one in month_means(section, span.first, span.last, as_of, days=days)
        ],
        "to_date": {**to_now.as_dict(), "n": to_now.n_days, "on_target": on_target(to_now, section)},
        "as_of": iso(as_of),
    }


def on_target(found: PeriodVerdict, section: Section) -> bool | None:
    """Whether the class keeps the section's target; None where there is no class."""
    return found.class_ <= section.target_class if found.class_ else None


def _days(days: DayMeans, section: Section, as_of: datetime | None) -> list[dict[str, Any]]:
    """Class of every day from the means of its readings; `n` is how often the slow items were measured."""
    judged = water.assess(
        days.values, on=days.day, tp_rule=section.tp_rule, known_on=None if as_of is None else local_day(as_of)
    )
    slow = np.max(np.stack([days.counts[code] for code in SLOW_ITEMS]), axis=0) if len(days.day) else []
    return [
        {
            "day": str(day),
            "class": int(judged.class_[k]),
            "deciding": [c for c in days.values if judged.class_[k] and judged.item_class[c][k] == judged.class_[k]],
            "n": int(slow[k]),
        }
        for k, day in enumerate(days.day)
    ]
