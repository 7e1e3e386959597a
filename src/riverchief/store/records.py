"""What goes into the store and what comes out: plain values, times in epoch seconds or aware datetimes in UTC."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.base.ids import reading_id
from riverchief.base.readings import Flag, Period, SeriesKey

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

# How often a series reports where nobody said it [s]. Only lateness (more than two intervals) depends on it.
ASSUMED_INTERVAL_S = {
    Period.INSTANT: 3600,
    Period.MINUTE: 600,
    Period.HOUR: 3600,
    Period.FOUR_HOUR: 4 * 3600,
    Period.DAY: 86_400,
    Period.TOTAL: 3600,
}


def to_ms(at: datetime) -> int:
    """An aware datetime as whole milliseconds since 1970 UTC, rounded down.

    Raises
    ------
    InputError
        When the time has no zone.
    """
    if at.tzinfo is None:
        raise InputError(f"the time {at.isoformat()} has no zone; the store keeps instants, give one with its zone.")
    return (at - _EPOCH) // _MILLISECOND


def from_ms(time_ms: int) -> datetime:
    """Milliseconds since 1970 UTC as an aware datetime; the inverse of `to_ms`."""
    return _EPOCH + time_ms * _MILLISECOND


class Row(NamedTuple):
    """One reading to be written; `value` in the unit of the series, None where there is none."""

    series_id: int
    time_s: int
    value: float | None
    flag: Flag = Flag.OK
    frame_no: int | None = None


@dataclass(slots=True)
class WriteReport:
    """What became of the rows of one write: their sum is the number of rows.

    `refused` counts by reason: `future` (kept in quarantine), `not_finite`, `before_1970`, `revisions`
    (more revisions of one reading than an id can name).
    """

    stored: int = 0
    revised: int = 0
    duplicate: int = 0
    refused: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class SeriesInfo:
    """A series: its number in this store, what names it, its unit, and how often it reports [s]."""

    series_id: int
    key: SeriesKey
    unit: str
    interval_s: int


@dataclass(frozen=True, slots=True)
class SeriesData:
    """Readings of one series in order of time, as arrays of one length n.

    `time_s` int64 [s since 1970 UTC], `value` float64 (NaN = none), `flag` int8, `revision` int64 (0 = first
    value), `frame_no` int64 (-1 = not from a frame).
    """

    time_s: NDArray[np.int64]
    value: NDArray[np.float64]
    flag: NDArray[np.int8]
    revision: NDArray[np.int64]
    frame_no: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.time_s)


class LatestRow(NamedTuple):
    """The newest reading of a series, whatever its flag."""

    series_id: int
    time_s: int
    value: float | None
    flag: Flag
    revision: int
    frame_no: int | None
    known_at: datetime

    @property
    def reading_id(self) -> str:
        """The id of this reading."""
        return reading_id(self.series_id, self.time_s, self.revision)


class DayRow(NamedTuple):
    """A local day of a series: `n` readings with `Flag.OK`, `n_bad` others; mean, min, max of the former."""

    day: date
    n: int
    n_bad: int
    mean: float | None
    min: float | None
    max: float | None


class Arrival(NamedTuple):
    """One row of the change feed: what was stored or revised, in the order in which it was."""

    seq: int
    series_id: int
    time_s: int
    value: float | None
    flag: Flag
    revision: int
    frame_no: int | None
    known_at: datetime

    @property
    def reading_id(self) -> str:
        """The id of this reading."""
        return reading_id(self.series_id, self.time_s, self.revision)


@dataclass(frozen=True, slots=True)
class StoredReading:
    """One value of one reading: the current one, or one that was revised later."""

    series: SeriesInfo
    time_s: int
    value: float | None
    flag: Flag
    revision: int
    frame_no: int | None
    known_at: datetime
    current: bool

    @property
    def reading_id(self) -> str:
        """The id of this reading."""
        return reading_id(self.series.series_id, self.time_s, self.revision)


class Edit(NamedTuple):
    """Why a reading is not what it was when it should have come: `kind` is `revised` or `late` (no old value)."""

    kind: str
    series_id: int
    time_s: int
    revision: int
    old_value: float | None
    old_flag: Flag | None
    new_value: float | None
    new_flag: Flag
    who: str
    why: str
    at: datetime


class Quarantined(NamedTuple):
    """A reading that was later than the clock allowed when it came; kept, and never judged."""

    series_id: int
    time_s: int
    value: float | None
    sent_flag: Flag
    frame_no: int | None
    known_at: datetime

    @property
    def flag(self) -> Flag:
        """Always `Flag.FUTURE`."""
        return Flag.FUTURE


class DeviceSeen(NamedTuple):
    """What one batch of frames says about one device; counts are added to those of the store."""

    device: str  # "<protocol>:<address>", or "peer:<host>" where no address could be read
    place: str
    frames: int = 0
    invalid: int = 0
    checksum_failures: int = 0
    readings: int = 0
    refused: int = 0
    resent: int = 0
    last_seen_ms: int = 0
    last_peer: str = ""
    last_frame_no: int = 0
    last_reason: str = ""  # of the last invalid frame or refused reading, empty for none in this batch


class DeviceHealth(NamedTuple):
    """All that the gateway has seen of one device: `frames` counts every frame, the invalid among them."""

    device: str
    place: str
    frames: int
    invalid: int
    checksum_failures: int
    readings: int
    refused: int
    resent: int
    last_seen: datetime
    last_peer: str
    last_frame_no: int
    last_reason: str
