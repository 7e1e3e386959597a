"""The air as it is now, the days of a station or of the whole prefecture, and what a period amounts to.

Everything else that speaks of air (targets, reports, rankings) asks here. A day needs its hours (HJ 663); the day that
still runs is none. With `as_of` a value counts as it was known then.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from riverchief.base.basin import Station
from riverchief.base.errors import NotFound
from riverchief.base.time import CHINA, from_epoch, local_day, to_epoch
from riverchief.cloud.standards.air.aqi import AirVerdict, assess_air, days_of_stamps
from riverchief.cloud.standards.air.days import AirDays, air_days, by_day, city_days
from riverchief.cloud.standards.air.indices import item_of, level_of
from riverchief.cloud.standards.air.periods import AirPeriod, air_period, valid_days
from riverchief.cloud.standards.air.rules import ITEMS, rules_on
from riverchief.web import context
from riverchief.web.cloud.models import DustDay
from riverchief.web.cloud.series import read, series_of, usable
from riverchief.web.wire import iso, named

PROPERTIES = ("pm25", "pm10", "so2", "no2", "o3", "co")
_MEANS = tuple(code for code in PROPERTIES if code != "o3")
_NOTHING = {"zh": "当日有效小时不足，没有日均值", "en": "not enough valid hours for any mean of the day"}
_RECENT = timedelta(hours=3)  # an hour that is older is not the air now


def stations() -> list[Station]:
    """The stations of the air network."""
    return [one for one in context.basin().basin.stations if one.kind == "air"]


def places() -> list[dict[str, str]]:
    """What has days: the prefecture as the mean of its stations, and every station."""
    basin = context.basin().basin
    found = [named(one) for one in stations()]
    region = next((named(one) for one in basin.regions if one.code == basin.region), None)
    head = region or {"code": basin.region, "name_zh": basin.name_zh, "name_en": basin.name_en}
    return [head, *found] if found else []


def place_named(code: str) -> dict[str, str]:
    """A place that has days; the prefecture unless one is named.

    Raises
    ------
    NotFound
        When there is no such station, or no air station at all.
    """
    known = places()
    found = next((one for one in known if one["code"] == code), known[0] if known and not code else None)
    if found is None:
        raise NotFound("air station", code)
    return found


def last_whole_day(as_of: datetime | None = None) -> date:
    """The last local day that is over."""
    return local_day(as_of or context.now()) - timedelta(days=1)


def days_of(code: str, start: date, end: date, as_of: datetime | None = None) -> AirDays:
    """Daily values of a station, or of the prefecture, from start to end, both included; days to come are missing.

    Parameters
    ----------
    code : str
        Of a station, or of the basin's region.
    as_of : datetime, optional
        Values as they were known then; as they are known now unless given.

    Raises
    ------
    NotFound
        When there is no such place.
    """
    place_named(code)
    last = min(end, last_whole_day(as_of))
    if last < start:
        return AirDays(np.empty(0, "datetime64[D]"), {key: np.empty(0) for key in ITEMS})
    if code != context.basin().basin.region:
        return _station_days(code, start, last, as_of)
    own = [_station_days(one.code, start, last, as_of) for one in stations()]
    stacked = AirDays(own[0].days, {key: np.stack([one.values[key] for one in own]) for key in own[0].values})
    return city_days(stacked, rules_on(last).validity.city_station_share)


def _station_days(code: str, start: date, end: date, as_of: datetime | None) -> AirDays:
    span = np.arange(np.datetime64(start, "D"), np.datetime64(end, "D") + 1)
    if as_of is not None:
        return air_days({name: _hours(code, name, span, as_of) for name in PROPERTIES}, span)
    # the store keeps the sums of every day; only ozone's 8 h means need the hours themselves
    found = air_days({"o3": _hours(code, "o3", span, None)}, span)
    for name in _MEANS:
        found.values[name], found.counts[name] = _stored_means(code, name, span)
    return found


def _stored_means(code: str, name: str, span: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], ...]:
    number = series_of(code).get(name)
    totals, counts = np.full(span.size, np.nan), np.zeros(span.size, np.int8)
    if number is not None:
        for row in context.store().observations.days(number, span[0].item(), span[-1].item()):
            at = int((np.datetime64(row.day, "D") - span[0]).astype(np.int64))
            totals[at], counts[at] = (np.nan if row.mean is None else row.mean), min(row.n, 24)
    needed = np.array([rules_on(day.item()).validity.day_hours for day in (span[0], span[-1])])
    return np.where(counts >= needed.max(), totals, np.nan), counts


def _hours(code: str, name: str, span: np.ndarray[Any, Any], as_of: datetime | None) -> np.ndarray[Any, Any]:
    """A series as (days, 24), without values that are no measurements."""
    first = datetime.combine(span[0].item(), datetime.min.time(), CHINA)
    last = datetime.combine(span[-1].item() + timedelta(days=1), datetime.min.time(), CHINA)
    data = read(code, name, first + timedelta(seconds=1), last, as_of)
    good = usable(data)
    return by_day(data.time_s[good], data.value[good], span)


def period(code: str, start: date, end: date, as_of: datetime | None = None, combination: str = "") -> AirPeriod:
    """What a place's days amount to from start to end (days to come left out); dust days are deducted.

    Raises
    ------
    NotFound
        When there is no such place.
    InputError
        When nothing of the period is over yet.
    """
    last = min(end, last_whole_day(as_of))
    return air_period(
        days_of(code, start, last, as_of), start, last, dust=dust_days(start, last), combination=combination
    )


def dust_days(start: date, end: date) -> list[date]:
    """Days under sand and dust that were entered, from start to end."""
    return list(DustDay.objects.filter(day__gte=start, day__lte=end).values_list("day", flat=True))


# ------------------------------------------------------------------ now


def now_page() -> dict[str, Any]:
    """Every station's last hour with its index, and the prefecture's from the mean of those hours."""
    at = context.now()
    hours = {one.code: _last_hour(one.code, at) for one in stations()}
    items = [_now(named(one), *hours[one.code], lon=one.lon, lat=one.lat) for one in stations()]
    newest = max((time for time, _ in hours.values() if time is not None), default=None)
    fresh = [values for time, values in hours.values() if time == newest]
    city = None
    if newest is not None:
        means = {name: _mean([values[name] for values in fresh if name in values], len(hours)) for name in PROPERTIES}
        city = _now(place_named(""), newest, {name: value for name, value in means.items() if value is not None})
    return {
        "items": items,
        "total": len(items),
        "city": city,
        "edition": _edition_of(assess_air({"pm25": np.nan}, on=local_day(at))),
    }


def _mean(values: list[float], n_stations: int) -> float | None:
    share = rules_on(local_day(context.now())).validity.city_station_share
    return float(np.mean(values)) if values and len(values) >= share * n_stations - 1e-9 else None


def _last_hour(code: str, at: datetime) -> tuple[datetime | None, dict[str, float]]:
    """The newest hour of a station that is not too old, and its values."""
    series = {name: read(code, name, at - _RECENT, at) for name in PROPERTIES}
    stamps = [int(data.time_s[-1]) for data in series.values() if data.time_s.size]
    if not stamps:
        return None, {}
    values = {}
    for name, data in series.items():
        good = usable(data) & (data.time_s == max(stamps))
        if good.any():
            values[name] = float(data.value[good][-1])
    return from_epoch(max(stamps)), values


def _now(
    head: dict[str, str],
    at: datetime | None,
    values: dict[str, float],
    *,
    lon: float | None = None,
    lat: float | None = None,
) -> dict[str, Any]:
    found: dict[str, Any] = {**head, "lon": lon, "lat": lat, "at": iso(at), "simulated": context.config().simulated}
    empty = {
        "aqi": None,
        "level": None,
        "primary": [],
        "missing": list(PROPERTIES),
        "values": dict.fromkeys(PROPERTIES),
    }
    if at is None:
        return {**found, **empty, "why": {"zh": "近3小时没有数据", "en": "no value within the last 3 hours"}}
    row = assess_air(values, on=days_of_stamps(to_epoch(at))).row()
    return {
        **found,
        "aqi": row.published,
        "level": row.level.number if row.level and row.published is not None else None,
        "primary": [item_of(key) for key in row.primary] if row.published is not None else [],
        "missing": [item_of(key) for key in row.missing],
        "values": {name: values.get(name) for name in PROPERTIES},
        "why": {"zh": row.sentence("zh"), "en": row.sentence("en")},
    }


def _edition_of(verdict: AirVerdict) -> dict[str, Any]:
    """The edition of the newest element of a verdict."""
    number = int(np.asarray(verdict.edition_number).reshape(-1)[-1])
    if number < 0:
        return {"code": "", "confirmed": False, "note_zh": "没有生效的标准版本", "note_en": "no edition in force"}
    edition = verdict.editions[number].edition
    return {
        "code": edition.code,
        "confirmed": edition.confirmed,
        "note_zh": edition.note_zh,
        "note_en": edition.note_en,
    }


# ------------------------------------------------------------------ a list of days


def listed_days(days: AirDays, dust: list[date]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Every day with its index, level, primary pollutants and whether it counts; and the edition of the last one."""
    verdict = days.index()
    valid, published, level = valid_days(verdict), verdict.published, verdict.level
    primary = {key: verdict.primary(key) for key in verdict.iaqi}
    dusty = set(dust)
    found = []
    for k, day in enumerate(days.days.tolist()):
        known = published[k] >= 0
        items = dict.fromkeys(item_of(key) for key, where in primary.items() if known and where[k])
        one: dict[str, Any] = {
            "day": day.isoformat(),
            "aqi": int(published[k]) if known else None,
            "level": int(level[k]) or None,
            "primary": list(items),
            "valid": bool(valid[k]),
            "dust": day in dusty,
        }
        if not known:
            row = verdict.row(k) if verdict.aqi[k] >= 0 else None
            one["why"] = _NOTHING if row is None else {"zh": row.sentence("zh"), "en": row.sentence("en")}
        found.append(one)
    empty = {"code": "", "confirmed": True, "note_zh": "", "note_en": ""}
    return found, _edition_of(verdict) if found else empty


def level_names() -> list[dict[str, Any]]:
    """The levels with their names and colours, for legends."""
    return [
        {"number": one.number, "name_zh": one.name_zh, "name_en": one.name_en, "rgb": list(one.rgb)}
        for up_to in (50, 100, 150, 200, 300, 500)
        if (one := level_of(up_to)) is not None
    ]
