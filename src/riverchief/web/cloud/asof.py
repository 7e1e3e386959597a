"""A section as assessed at a past time held against today: what came late, what was revised, what else is different.

The past assessment uses the values known then and the edition that was in force and published then
(`evaluation.over`); every difference to today's is named.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from riverchief.base.basin import Section
from riverchief.base.ids import reading_id
from riverchief.base.spans import Span, to_date
from riverchief.base.time import CHINA, from_epoch, local_day, to_epoch
from riverchief.cloud.standards.changes import Difference, ReadingChange, differences
from riverchief.cloud.standards.water.periods import PeriodVerdict
from riverchief.store import SeriesData
from riverchief.web import context
from riverchief.web.cloud import evaluation
from riverchief.web.cloud.series import read, series_of, usable
from riverchief.web.cloud.verdicts import ITEMS
from riverchief.web.wire import iso, parse_day, parse_time

_TICK = timedelta(milliseconds=1)  # the store counts in them: the last one of a day still belongs to it


def moment(text: str) -> datetime:
    """An `as_of` from the wire: a time with its zone, or a local day, which means its end.

    Raises
    ------
    InputError
        When it is neither.
    """
    if len(text) == len("2026-10-31"):
        day = parse_day(text)
        return datetime(day.year, day.month, day.day, tzinfo=CHINA) + timedelta(days=1) - _TICK
    return parse_time(text)


def reading_changes(
    place: str, codes: tuple[str, ...], start: datetime, end: datetime, as_of: datetime
) -> list[ReadingChange]:
    """Readings of a place from start to end, stamped up to `as_of`, that were not known then as they are known now."""
    found: list[ReadingChange] = []
    last = min(end, as_of)
    if last < start:
        return found
    for code in codes:
        number = series_of(place).get(code)
        if number is not None:
            found += _of_series(place, code, number, start, last, as_of)
    return found


def _of_series(
    place: str, code: str, number: int, start: datetime, last: datetime, as_of: datetime
) -> list[ReadingChange]:
    now, then = read(place, code, start, last), read(place, code, start, last, as_of)
    was = dict(zip(then.time_s.tolist(), range(len(then)), strict=True))
    observations = context.store().observations
    unit = observations.series(number).unit
    noted = {e.time_s: e for e in observations.edits(number, to_epoch(start), to_epoch(last)) if e.at > as_of}
    good_now, good_then = usable(now), usable(then)
    found = []
    for i, time_s in enumerate(now.time_s.tolist()):
        before = was.get(time_s)
        old = None if before is None or not good_then[before] else float(then.value[before])
        new = float(now.value[i]) if good_now[i] else None
        if before is not None and (then.revision[before] == now.revision[i] or old == new):
            continue
        if before is None and new is None:
            continue
        edit = noted.get(time_s)
        known = edit.at if edit else _known_at(number, now, i)
        found.append(
            ReadingChange(
                "late" if before is None else "revised",
                code,
                from_epoch(time_s),
                old,
                new,
                unit,
                known,
                edit.who if edit else "",
                edit.why if edit else "",
                reading_id(number, time_s, int(now.revision[i])),
            )
        )
    return found


def _known_at(number: int, data: SeriesData, i: int) -> datetime:
    key = reading_id(number, int(data.time_s[i]), int(data.revision[i]))
    return context.store().observations.reading(key).known_at


def _bounds(span: Span) -> tuple[datetime, datetime]:
    first, after = span.first, span.after
    start = datetime(first.year, first.month, first.day, tzinfo=CHINA) + timedelta(seconds=1)
    return start, datetime(after.year, after.month, after.day, tzinfo=CHINA)


def changed(section: Section, span: Span, as_of: datetime) -> tuple[PeriodVerdict, PeriodVerdict, list[Difference]]:
    """A section over a span as known at `as_of` and as known now, and every difference between the two."""
    then, now = evaluation.over(section, span, as_of), evaluation.over(section, span)
    readings = reading_changes(section.station, ITEMS, *_bounds(span), as_of) if section.station else []
    last_day = local_day(as_of)
    return then, now, differences(then, now, readings, last_day)


def changed_in_year(section: Section, year: int, as_of: datetime) -> list[dict[str, Any]]:
    """What has changed about a section's year since: months whose class is another, then the readings behind it."""
    span, last_day = Span(date(year, 1, 1), date(year + 1, 1, 1)), local_day(as_of)
    if span.holds(last_day):
        span = to_date(last_day)
    found: list[Difference] = []
    if last_day >= span.first:
        until = min(span.last, last_day)
        was = {v.span: v for v in evaluation.month_means(section, span.first, until, as_of)}
        for now in evaluation.month_means(section, span.first, until):
            found += [d for d in differences(was[now.span], now, (), last_day) if d.kind in {"class", "deciding"}]
    _, _, of_year = changed(section, span, as_of)
    return [d.as_dict() for d in [*of_year, *found]]


def compared(section: Section, span: Span, as_of: datetime) -> dict[str, Any]:
    """Both assessments and their differences, as JSON."""
    then, now, found = changed(section, span, as_of)
    return {
        "code": section.code,
        "name_zh": section.name_zh,
        "name_en": section.name_en or section.name_zh,
        "period": span.label,
        "as_of": iso(as_of),
        "now_at": iso(context.now()),
        "then": {**then.as_dict(), "on_target": evaluation.on_target(then, section)},
        "now": {**now.as_dict(), "on_target": evaluation.on_target(now, section)},
        "changed": [d.as_dict() for d in found],
        "same": not found,
    }
