"""Air with a planted change on real weather, whose parts are known by plain summing."""

import csv
import gzip
from dataclasses import dataclass

import numpy as np

from govern.change.world import SCATTER, persistent
from riverchief.govern.change import Pair, year_and_before

FIRST_YEAR, LAST_YEAR = 2015, 2019


@dataclass(frozen=True)
class PlantedAir:
    days: np.ndarray
    value: np.ndarray
    weather: dict
    pair: Pair
    rest: float
    conditions: float


def beijing(folder, first_year=FIRST_YEAR):
    """Daily weather of Beijing (54511), local days and columns by name."""
    with gzip.open(folder / "weather" / "beijing_54511_daily_1990_2019.csv.gz", "rt", encoding="utf-8-sig") as file:
        rows = [row for row in csv.DictReader(file) if int(row["date"][:4]) >= first_year]
    days = np.array([row["date"] for row in rows], "datetime64[D]")

    def column(name):
        return np.array([float(row[name]) if row[name] not in ("", "NA") else np.nan for row in rows])

    names = {"tmean_c": "air_temperature", "rh_pct": "humidity", "wind_ms": "wind_speed", "precip_mm": "rain"}
    return days, {ours: column(theirs) for theirs, ours in names.items()}


def planted_air(folder, seed, management, beijing_of=beijing):
    """PM2.5 that wind blows away and damp air gathers; `management` is the factor of the last year."""
    days, weather = beijing_of(folder)
    rng = np.random.default_rng(seed)
    whole = np.all([np.isfinite(v) for v in weather.values()], axis=0)
    days, weather = days[whole], {name: v[whole] for name, v in weather.items()}
    year = days.astype("datetime64[Y]").astype(int) + 1970
    angle = 2 * np.pi * days.astype(float) / 365.25
    of_time = 3.9 + 0.3 * np.cos(angle - rng.uniform(0, 0.5))
    of_weather = (
        -rng.uniform(0.3, 0.7) * np.log(weather["wind_speed"].clip(0.3))
        + rng.uniform(0.005, 0.015) * (weather["humidity"] - 50)
        - rng.uniform(0.1, 0.4) * (weather["rain"] > 1)
        - 0.01 * weather["air_temperature"]
    )
    factor = np.where(year == LAST_YEAR, management, 1.0)
    error = SCATTER * persistent(rng, days.size, 2.0)
    value = np.exp(of_time + of_weather + error) * factor
    parts = []
    for one in (LAST_YEAR - 1, LAST_YEAR):
        mine = np.flatnonzero(year == one)
        day = days.astype(float)
        near = np.abs((day - day[mine, None] + 365.25 / 2) % 365.25 - 365.25 / 2) <= 15.5
        usual = (near * np.exp(of_weather)).sum(axis=1) / near.sum(axis=1)
        lift = np.exp(of_time[mine] + SCATTER**2 / 2) * factor[mine]
        parts.append(((lift * np.exp(of_weather[mine])).mean(), (lift * usual).mean()))
    (a0, n0), (a1, n1) = parts
    return PlantedAir(days, value, weather, year_and_before(days, LAST_YEAR), n1 - n0, (a1 - a0) - (n1 - n0))
