"""Reading series of a station the way verdicts and pages need them; the store does the work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from riverchief.base.ids import reading_id
from riverchief.base.readings import Flag, Period
from riverchief.base.time import from_epoch, to_epoch
from riverchief.store import SeriesData
from riverchief.web import context

PROPERTIES_OF_STATION = 8  # five parameters and three nutrients: a station with all of them is not asked for again


@dataclass(frozen=True)
class Current:
    """The value of one property that counted at a time."""

    property: str
    value: float
    unit: str
    at: datetime
    reading_id: str


_numbers: dict[tuple[int, str], dict[str, int]] = {}  # of a store and a place; a series keeps its number for ever


def series_of(place: str) -> dict[str, int]:
    """Series numbers of a station's instant values by property."""
    store = context.store()
    known = _numbers.get((id(store), place), {})
    if len(known) < PROPERTIES_OF_STATION:
        found = store.observations.find(place=place)
        known = {i.key.property: i.series_id for i in found if i.key.period in (Period.INSTANT, Period.HOUR)}
        _numbers[id(store), place] = known
    return known


def read(place: str, code: str, start: datetime, end: datetime, as_of: datetime | None = None) -> SeriesData:
    """A series between two times, both included; empty where there is none."""
    number = series_of(place).get(code)
    if number is None:
        nothing = np.empty(0, np.int64)
        return SeriesData(nothing, np.empty(0), np.empty(0, np.int8), nothing, nothing)
    return context.store().observations.read(number, to_epoch(start), to_epoch(end), as_of=as_of)


def usable(data: SeriesData) -> np.ndarray:
    """Mask of the values that are measurements: a value with flag OK."""
    return np.asarray((data.flag == Flag.OK) & ~np.isnan(data.value))


def counted_at(place: str, codes: Iterable[str], at: datetime, age_s: int) -> dict[str, Current]:
    """For every property its newest measurement at a time, unless it is older than `age_s` [s]."""
    observations = context.store().observations
    numbers = series_of(place)
    end = to_epoch(at)
    found: dict[str, Current] = {}
    for code in codes:
        if code not in numbers:
            continue
        data = observations.read(numbers[code], end - age_s, end)
        good = np.flatnonzero(usable(data))
        if good.size:
            i = int(good[-1])
            key = reading_id(numbers[code], int(data.time_s[i]), int(data.revision[i]))
            unit = observations.series(numbers[code]).unit
            found[code] = Current(code, float(data.value[i]), unit, from_epoch(int(data.time_s[i])), key)
    return found
