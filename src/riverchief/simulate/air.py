"""Hourly air at the simulated stations: seasons, weather that comes and goes, hours of the day, dust in spring, gaps.

Plausible, and nothing else: no chemistry and no city. Every value is a function of its seed, station and hour, so that
history and present join without a seam.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from riverchief.base.basin import Station
from riverchief.simulate.noise import DAY_S, LOCAL_OFFSET_S, Wobble, day_angle, key, normal, rng, uniform

Floats = NDArray[np.float64]
Times = NDArray[np.int64]

HOUR_S = 3_600
PROPERTIES = ("pm25", "pm10", "so2", "no2", "o3", "co")
_YEAR_S = 365.2425 * DAY_S
_DUST_PER_YEAR = 4
_DUST_FROM_DAY, _DUST_DAYS = 70, 60  # from the middle of March to the middle of May
_GAPS = 0.01
_CALIBRATED_HOUR = 5  # gases are calibrated before dawn, one after the other


def hours(from_s: float, until_s: float) -> Times:
    """Closing stamps of whole hours in (from, until] [s since 1970 UTC]."""
    first = int(from_s // HOUR_S + 1) * HOUR_S
    return np.arange(first, int(until_s) + 1, HOUR_S, dtype=np.int64)


def _season(times: Times, peak_day: float) -> Floats:
    """Cosine of the time of the year, 1 on `peak_day` (days after 1 January); shape (n,)."""
    return np.asarray(np.cos(2 * np.pi * ((times + LOCAL_OFFSET_S) / _YEAR_S - peak_day / 365.2425)))


def dust_s(seed: int, year: int) -> list[tuple[float, float, float]]:
    """Dust episodes of a spring: middle [s since 1970 UTC], half-width [s], PM10 at its height [µg/m³]."""
    found = []
    start_s = float(np.datetime64(f"{year}-01-01", "s").astype(np.int64)) - LOCAL_OFFSET_S
    for k in range(_DUST_PER_YEAR):
        when, width, height = rng(seed, "dust", year, k).uniform(size=3)
        middle = start_s + (_DUST_FROM_DAY + when * _DUST_DAYS) * DAY_S
        found.append((middle, (5 + 9 * width) * HOUR_S, 150 + 700 * height**2))
    return found


def _dust(seed: int, times: Times) -> Floats:
    years = np.unique(times.astype("datetime64[s]").astype("datetime64[Y]").astype(np.int64) + 1970)
    extra = np.zeros(times.shape)
    for year in years.tolist():
        for middle, width, height in dust_s(seed, year):
            extra += height * np.exp(-0.5 * ((times - middle) / width) ** 2)
    return extra


def air(seed: int, station: Station, times: Times) -> dict[str, Floats]:
    """What a station of the air network would have sent for hours that close at `times`.

    Returns
    -------
    dict of str to float64 (n,)
        `pm25 pm10 so2 no2 o3` [µg/m³] and `co` [mg/m³], unrounded; nan where nothing was measured.
    """
    weather = Wobble.draw(rng(seed, "air"), 1.5 * DAY_S, 11 * DAY_S).at(times)
    own = Wobble.draw(rng(seed, "air", station.code), 6 * HOUR_S, 2 * DAY_S).at(times)
    offset = 1 + 0.12 * float(rng(seed, "air-offset", station.code).normal())
    stale = np.exp(2.0 * weather + 0.3 * own) * offset  # still air gathers what is emitted
    rush = 1 + 0.18 * np.cos(day_angle(times, 8.5)) + 0.12 * np.cos(2 * day_angle(times, 9.5))
    dust = _dust(seed, times)
    fine = (27 + 17 * _season(times, 10)) * stale * rush + 0.12 * dust
    coarse = 1.15 * fine + (34 + 9 * _season(times, 105)) * np.exp(0.6 * weather) + dust
    sun = np.maximum(0.0, np.cos(day_angle(times, 15.5))) ** 0.8
    warm = 1 + _season(times, 172)  # 0 in midwinter, 2 at the solstice
    values = {
        "pm25": fine,
        "pm10": np.maximum(coarse, fine),
        "so2": (9 + 4 * _season(times, 10)) * stale**0.7,
        "no2": (24 + 8 * _season(times, 10)) * stale**0.6 * rush * (1.1 - 0.35 * sun),
        "o3": (34 + 16 * warm) + (18 + 38 * warm) * sun * np.exp(0.9 * weather) - 10 * rush,
        "co": (0.55 + 0.25 * _season(times, 10)) * stale**0.6,
    }
    return {name: _measured(seed, station.code, name, value, times) for name, value in values.items()}


def _measured(seed: int, code: str, name: str, value: Floats, times: Times) -> Floats:
    """With the instrument's noise and its gaps."""
    shown = np.maximum(value * (1 + 0.05 * normal(key(seed, "air-noise", code, name), times)), 0.0)
    gap = uniform(key(seed, "air-gap", code, name), times) < _GAPS
    if name not in ("pm25", "pm10"):
        day = (times + LOCAL_OFFSET_S) // DAY_S
        turn = int(key("air-calibration", code, name) % 7)
        hour = (times + LOCAL_OFFSET_S) // HOUR_S % 24
        gap |= (hour == _CALIBRATED_HOUR) & (day % 7 == turn)
    return np.where(gap, np.nan, shown)
