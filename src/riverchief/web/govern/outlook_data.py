"""The series that outlooks rest on, read once per day and data: sections share one fit, others have their own."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from riverchief.base import regions
from riverchief.base.basin import Section
from riverchief.cloud.standards.air.days import AirDays, city_days
from riverchief.cloud.standards.air.rules import rules_on
from riverchief.govern import outlook
from riverchief.govern.outlook.model import Fit
from riverchief.web import context
from riverchief.web.cloud import air, evaluation
from riverchief.web.cloud.series import series_of
from riverchief.web.cloud.verdicts import ITEMS
from riverchief.web.govern import section_flow

HISTORY_DAYS = 5 * 366
FRESH_S = 20.0  # series that were read so long ago are not read again: all targets of a day are asked for in a row
SIZE = outlook.Size(25, 20)

Days = NDArray[np.datetime64]
Floats = NDArray[np.float64]
Series = dict[str, dict[str, tuple[Days, Floats]]]


@dataclass
class Batch:
    """Sections with their history before a day and one fit; views are made when they are asked for."""

    day: date
    version: dict[str, str]
    found: Fit | None
    kept: dict[tuple[str, str, outlook.Goal], outlook.View] = field(default_factory=dict)

    def view(self, section: str, goal: outlook.Goal, period: outlook.Period) -> outlook.View | None:
        """The view of one section; None where it has no history at all."""
        if self.found is None or section not in self.found.panel.sections:
            return None
        key = (section, str(period), goal)
        if key not in self.kept:
            if len(self.kept) > 64:
                self.kept.clear()
            self.kept[key] = outlook.views(self.found, {section: goal}, period, SIZE)[section]
        return self.kept[key]


_batches: dict[tuple[str, str, date, str], Batch] = {}
_read: dict[tuple[str, str, date], tuple[float, Batch]] = {}


def sections_batch(day: date) -> Batch:
    """All sections that have a station, as known before a day."""
    sections = [s for s in context.basin().basin.sections if s.station]

    def read() -> Series:
        series = {s.code: _section_series(s, day) for s in sections}
        return {code: one for code, one in series.items() if one}

    return _batch("sections", read, ITEMS, day)


def _section_series(section: Section, day: date) -> dict[str, tuple[Days, Floats]]:
    """Daily means of the items, and what drives them: the flow that a gauge tells, the water's temperature."""
    start, end = day - timedelta(days=HISTORY_DAYS), day - timedelta(days=1)
    known = evaluation.daily(section, start, end)
    if not known.day.size:
        return {}
    found = {item: (known.day, known.values[item]) for item in ITEMS}
    days = np.arange(known.day[0], known.day[-1] + 1)
    gauged = section_flow.gauged_at(context.basin(), section, days)
    if gauged is not None:
        found["flow"] = (days, gauged[1])
    warmth = _station_days(section.station, "water_temperature", start, end)
    if warmth[0].size:
        found["water_temperature"] = warmth
    return found


def place_batch(kind: str, place: str, day: date) -> Batch:
    """One place's daily series of `flow` (a station) or `pm25`, `aqi` (a region's air), as known before a day."""
    start, end = day - timedelta(days=HISTORY_DAYS), day - timedelta(days=1)

    def read() -> Series:
        one = _station_days(place, "flow", start, end) if kind == "flow" else air_days(kind, place, start, end)
        return {place: {kind: one}} if one[0].size else {}

    return _batch(f"{kind} {place}", read, (kind,), day)


def air_days(item: str, region: str, start: date, end: date) -> tuple[Days, Floats]:
    """Daily AQI or PM2.5 of a region's air, the mean of its stations; days that are not valid are left out.

    Sand and dust is taken out of PM2.5 and stays in the AQI, as the rules of ratios and means have it.
    """
    inside = [s.code for s in air.stations() if regions.contains(region, s.region or context.basin().basin.region)]
    if not inside:
        return np.empty(0, "datetime64[D]"), np.empty(0)
    own = [air.days_of(code, start, end) for code in inside]
    stacked = AirDays(own[0].days, {key: np.stack([one.values[key] for one in own]) for key in own[0].values})
    days = city_days(stacked, rules_on(end).validity.city_station_share)
    if item == "aqi":
        index = days.index().published
        values = np.where(index >= 0, index, np.nan).astype(np.float64)
    else:
        dusty = np.array(air.dust_days(start, end), "datetime64[D]")
        values = np.where(np.isin(days.days, dusty), np.nan, days.values[item])
    known = np.isfinite(values)
    return days.days[known], values[known]


def _station_days(station: str, code: str, start: date, end: date) -> tuple[Days, Floats]:
    """Daily means of a property at a station; days without any value are left out."""
    number = series_of(station).get(code)
    rows = [] if number is None else context.store().observations.days(number, start, end)
    known = [(row.day, row.mean) for row in rows if row.n and row.mean is not None]
    return np.array([day for day, _ in known], "datetime64[D]"), np.array([mean for _, mean in known], np.float64)


def _batch(name: str, read: Callable[[], Series], items: tuple[str, ...], day: date) -> Batch:
    """Read the series, unless that has just been done; fit them again only where one of them has changed."""
    asked = (str(context.config().folder), name, day)
    at, known = _read.get(asked, (0.0, None))
    if known is not None and time.monotonic() - at < FRESH_S:
        return known
    series = read()
    version = {code: _version(one) for code, one in series.items()}
    whole = hashlib.blake2s("".join(version.values()).encode(), digest_size=8).hexdigest()
    key = (str(context.config().folder), name, day, whole)
    if key not in _batches:
        for old in [k for k in _batches if k[:2] == key[:2]]:
            del _batches[old]
        _batches[key] = Batch(day, version, _fitted(series, items, day))
    for other in [k for k in _read if k[:2] == asked[:2]]:
        del _read[other]
    _read[asked] = (time.monotonic(), _batches[key])
    return _batches[key]


def _fitted(series: Series, items: tuple[str, ...], day: date) -> Fit | None:
    if not any(np.isfinite(values).any() for one in series.values() for _, values in one.values()):
        return None
    panel = outlook.panel_of(series, items, last=np.datetime64(day) - 1)
    return outlook.fit(outlook.with_drivers(panel, series), pooled=len(series) > 1)


def _version(one: dict[str, tuple[Days, Floats]]) -> str:
    """A short hash of daily values: the same values, the same version."""
    told = hashlib.blake2s(digest_size=8)
    for item, (days, values) in one.items():
        told.update(item.encode())
        told.update(days.astype(np.int64).tobytes())
        told.update(np.round(values, 9).tobytes())
    return told.hexdigest()


def forget() -> None:
    """Keep nothing, for tests that change the data folder."""
    _batches.clear()
    _read.clear()
