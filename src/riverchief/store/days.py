"""Local days of readings: a closing stamp at 00:00 belongs to the day before, and all of it in plain integers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from riverchief.base.readings import Flag
from riverchief.base.time import CHINA, day_of_closing_stamp, from_epoch

# Asia/Shanghai has stood at +08:00 since its last summer time ended on 1991-09-15; before, the zone file is asked
_FIXED_SINCE_S = 684_900_000
_OFFSET_S = 8 * 3600
_DAY_S = 86_400
_DAY_ZERO = date(1970, 1, 1)


def day_number(time_s: int) -> int:
    """The local day that a stamp [s since 1970 UTC] closes in, counted from 1970-01-01."""
    if time_s >= _FIXED_SINCE_S:
        return (time_s - 1 + _OFFSET_S) // _DAY_S
    return (day_of_closing_stamp(from_epoch(time_s)) - _DAY_ZERO).days


def number_of(day: date) -> int:
    """A local day as its number; the inverse of `day_of`."""
    return (day - _DAY_ZERO).days


def day_of(number: int) -> date:
    """The local day with this number."""
    return _DAY_ZERO + timedelta(days=number)


def first_and_last_s(number: int) -> tuple[int, int]:
    """First and last stamp [s since 1970 UTC] that belong to a local day."""
    midnight = [datetime.combine(day_of(number + more), datetime.min.time(), CHINA) for more in (0, 1)]
    start_s, end_s = (int(at.astimezone(UTC).timestamp()) for at in midnight)
    return start_s + 1, end_s


class DayPart(NamedTuple):
    """What some readings add to a day: counts, sum, min, max."""

    n: int = 0
    n_bad: int = 0
    total: float = 0.0
    low: float | None = None
    high: float | None = None

    def plus(self, value: float | None, flag: int) -> DayPart:
        """The part with one more reading; only values with `Flag.OK` count as measured."""
        if flag != Flag.OK or value is None:
            return self._replace(n_bad=self.n_bad + 1)
        low = value if self.low is None else min(self.low, value)
        high = value if self.high is None else max(self.high, value)
        return DayPart(self.n + 1, self.n_bad, self.total + value, low, high)


_ADD = """
INSERT INTO day(series_id, d, n, n_bad, total, min, max) VALUES(?,?,?,?,?,?,?)
ON CONFLICT(series_id, d) DO UPDATE SET
    n = n + excluded.n, n_bad = n_bad + excluded.n_bad, total = total + excluded.total,
    min = min(coalesce(min, excluded.min), coalesce(excluded.min, min)),
    max = max(coalesce(max, excluded.max), coalesce(excluded.max, max))"""


def add(connection: sqlite3.Connection, parts: dict[tuple[int, int], DayPart]) -> None:
    """Add what fresh readings mean for their days; keys are (series, day number)."""
    connection.executemany(_ADD, ((series_id, day, *part) for (series_id, day), part in parts.items()))


def rewrite(
    connection: sqlite3.Connection, series_id: int, day: int, readings: Iterable[tuple[float | None, int]]
) -> None:
    """Write a day anew from all its readings (value, flag), as after a revision."""
    part = DayPart()
    for value, flag in readings:
        part = part.plus(value, flag)
    connection.execute(
        "INSERT OR REPLACE INTO day(series_id, d, n, n_bad, total, min, max) VALUES(?,?,?,?,?,?,?)",
        (series_id, day, *part),
    )
