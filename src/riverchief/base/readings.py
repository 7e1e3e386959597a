"""Readings: one property at one place with one aggregation; a time, a value, a flag."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Flag(IntEnum):
    """How far a value may be trusted. Only `OK` is a measurement; a flag always beats the value beside it."""

    OK = 0
    OVER_RANGE = 1  # above the measuring range: a lower bound
    MANUAL = 2  # typed in by hand
    MAINTENANCE = 3
    CALIBRATING = 4
    STOPPED = 5  # instrument or station stopped (停站)
    FAULT = 6  # instrument fault
    COMM_FAULT = 7  # between instrument and logger
    MISSING = 8  # sent as "no data"
    SUSPECT = 9  # by our own quality tests
    TEST = 10  # sent to the test database, not production (SL 651 function 30)
    FUTURE = 11  # later than the clock allows: quarantined


class Period(StrEnum):
    """What a value stands for in time; period values are stamped at their end unless a codec says otherwise."""

    INSTANT = "instant"
    MINUTE = "minute"
    HOUR = "hour"
    FOUR_HOUR = "4h"
    DAY = "day"
    TOTAL = "total"  # a counter that only grows


@dataclass(frozen=True, slots=True)
class SeriesKey:
    """What names a series: the code of the station or facility, the property, the aggregation."""

    place: str
    property: str
    period: Period = Period.INSTANT
