"""From hourly concentrations to days (HJ 663): means with enough hours, the 8 h maximum of ozone, cities of stations.

Hours stand in the last axis, 24 to a day: element k is the hour that closes at k + 1 o'clock, so that the hour stamped
00:00 is the last one of the day before. All arrays may have any leading axes, such as stations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError
from riverchief.cloud.standards.air.aqi import AirVerdict, assess_air
from riverchief.cloud.standards.air.indices import DAILY
from riverchief.cloud.standards.air.limits import air_limit
from riverchief.cloud.standards.air.rules import STANDARD, AirRules, rules_named
from riverchief.cloud.standards.editions import in_force

HOURS = 24
_WINDOW = 8

Floats = NDArray[np.float64]
Counts = NDArray[np.int8]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class AirDays:
    """Daily values; every array has the shape (..., days).

    Attributes
    ----------
    days : datetime64[D] (n,)
        Local days.
    values : dict of float64
        Daily mean of `so2 no2 pm10 co pm25`, maxima `o3_8h` and `o3_1h` [µg/m³, CO mg/m³]; nan where the day has not
        enough values.
    counts : dict of int8
        Valid hours behind each mean, valid 8 h means behind `o3_8h`; of cities the stations.
    """

    days: NDArray[np.datetime64]
    values: dict[str, Floats]
    counts: dict[str, Counts] = field(default_factory=dict)

    def index(self) -> AirVerdict:
        """The daily air quality index."""
        return assess_air(self.values, on=self.days, report=DAILY)


def day_means(hourly: ArrayLike, min_hours: int) -> tuple[Floats, Counts]:
    """Daily means of (..., days, 24) hours and the number of valid hours; nan where fewer than `min_hours`."""
    value = np.asarray(hourly, np.float64)
    count = np.count_nonzero(~np.isnan(value), axis=-1).astype(np.int8)
    total = np.nansum(value, axis=-1)
    return _over(total, count, min_hours), count


def _over(total: Floats, count: NDArray[np.int8], needed: int) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(count >= max(needed, 1), total / count, np.nan)


def eight_hour_means(hourly: ArrayLike, min_hours: int) -> Floats:
    """Means of 8 hours that end at the 8th to the last hour of the last axis; nan where fewer than `min_hours`."""
    value = np.asarray(hourly, np.float64)
    valid = ~np.isnan(value)
    count = sliding_window_view(valid, _WINDOW, axis=-1).sum(axis=-1, dtype=np.int8)
    total = sliding_window_view(np.where(valid, value, 0.0), _WINDOW, axis=-1).sum(axis=-1)
    return _over(total, count, min_hours)


def ozone_maxima(hourly: ArrayLike, rules: AirRules, limit: float) -> tuple[Floats, Counts]:
    """Daily maximum of the 8 h means that end from 08:00 to 24:00, and how many of the 17 are valid.

    With fewer than the edition asks for the maximum still counts where it is above the limit (clause 6.1.2).

    Parameters
    ----------
    hourly : array_like, shape (..., days, 24)
        Ozone [µg/m³].
    limit : float
        Grade 2 limit of the daily maximum [µg/m³].
    """
    means = eight_hour_means(hourly, rules.validity.eight_hours)
    count = np.count_nonzero(~np.isnan(means), axis=-1).astype(np.int8)
    highest = np.max(np.where(np.isnan(means), -np.inf, means), axis=-1)
    counts = (count >= rules.validity.day_eight_hour_means) | (np.rint(highest) > limit)
    return np.where(counts & (count > 0), highest, np.nan), count


def air_days(hourly: Mapping[str, ArrayLike], days: ArrayLike, rules: AirRules | None = None) -> AirDays:
    """Daily values of stations from their hours.

    Parameters
    ----------
    hourly : mapping of key to array_like, shape (..., days, 24)
        `so2 no2 pm10 co o3 pm25` [µg/m³, CO mg/m³], nan = no value; keys may be missing.
    days : array_like of datetime64[D], shape (days,)
        Local days.
    rules : AirRules, optional
        Other counts than those of the edition in force on each day.

    Raises
    ------
    InputError
        When an array does not have 24 hours to a day, or a day is before the first edition.
    """
    day = np.asarray(days, dtype="datetime64[D]")
    given = {key: np.asarray(array, np.float64) for key, array in hourly.items()}
    for key, array in given.items():
        if array.ndim < 2 or array.shape[-2:] != (day.size, HOURS):
            raise InputError(f"{key} has the shape {array.shape}; {day.size} days of 24 hours end in ({day.size}, 24).")
    shape = np.broadcast_shapes((day.size,), *(array.shape[:-1] for array in given.values()))
    found = AirDays(day, {}, {})
    for edition, where in in_force(STANDARD, day):
        own = rules or rules_named(edition.code)
        for key, array in given.items():
            part = array[..., where, :]
            if key == "o3":
                limit = air_limit("o3", "8h", day[where][0].item()).of(2)
                _put(found, shape, where, "o3_8h", *ozone_maxima(part, own, limit))
                _put(found, shape, where, "o3_1h", *_maxima(part, own.validity.day_hours))
            else:
                _put(found, shape, where, key, *day_means(part, own.validity.day_hours))
    return found


def _maxima(hourly: Floats, min_hours: int) -> tuple[Floats, Counts]:
    count = np.count_nonzero(~np.isnan(hourly), axis=-1).astype(np.int8)
    highest = np.max(np.where(np.isnan(hourly), -np.inf, hourly), axis=-1)
    return np.where(count >= max(min_hours, 1), highest, np.nan), count


def _put(found: AirDays, shape: tuple[int, ...], where: Mask, key: str, values: Floats, counts: Counts) -> None:
    if key not in found.values:
        found.values[key] = np.full(shape, np.nan)
        found.counts[key] = np.zeros(shape, np.int8)
    found.values[key][..., where] = values
    found.counts[key][..., where] = counts


def city_days(stations: AirDays, share: float) -> AirDays:
    """Daily values of a city: the mean of its stations' daily values, where enough of them have one.

    Parameters
    ----------
    stations : AirDays
        Values of the shape (stations, days).
    share : float
        Share of the stations that must have a value (`Validity.city_station_share`).
    """
    values, counts = {}, {}
    for key, array in stations.values.items():
        count = np.count_nonzero(~np.isnan(array), axis=0).astype(np.int8)
        # a share of 0.75 of four stations is three, whatever floats make of it
        needed = int(np.ceil(share * array.shape[0] - 1e-9))
        values[key], counts[key] = _over(np.nansum(array, axis=0), count, needed), count
    return AirDays(stations.days, values, counts)


def by_day(times_s: NDArray[np.int64], values: NDArray[np.float64], days: NDArray[np.datetime64]) -> Floats:
    """A series of closing stamps [s since 1970 UTC] as (days, 24), nan where there is none; the later of two counts."""
    local_s = np.asarray(times_s, np.int64) + 8 * 3600
    hour = -(-local_s // 3600) - 1  # number of the hour that the stamp closes
    first = np.asarray(days, "datetime64[D]")[0].astype(np.int64) * HOURS
    at = hour - first
    grid = np.full(days.size * HOURS, np.nan)
    inside = (at >= 0) & (at < grid.size)
    grid[at[inside]] = np.asarray(values, np.float64)[inside]
    return grid.reshape(days.size, HOURS)
