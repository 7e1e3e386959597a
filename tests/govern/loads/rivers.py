"""A small river whose concentration is known at every step, and the real one that tests read where it is present."""

from zoneinfo import ZoneInfo

import numpy as np

from riverchief.cloud.tables.table import read_table
from riverchief.govern.loads.table import read_flow, read_samples

DAY_S = 86_400
START_S = np.datetime64("2018-01-01", "s").astype(float)
NEW_ENGLAND = ZoneInfo("America/New_York")


def flows(n_days, seed=0):
    """Invented daily flows: a season and floods that recede."""
    rng = np.random.default_rng(seed)
    day = np.arange(n_days)
    flood = np.zeros(n_days)
    for i in range(1, n_days):
        flood[i] = flood[i - 1] * 0.85 + (rng.exponential(1.2) if rng.random() < 0.06 else 0.0)
    return np.exp(0.6 * np.cos(2 * np.pi * day / 365.25) + flood) * 3


def lamprey(folder):
    """Weekly nitrate and daily discharge of the Lamprey River, USGS 01073500, 1999 to 2014."""
    water = folder / "water_quality"
    flow, _ = read_flow(read_table(water / "usgs_lamprey_daily_discharge_1999_2014.csv", ()), NEW_ENGLAND)
    sampling = read_samples(read_table(water / "usgs_lamprey_nitrate_weekly_1999_2014.csv", ()), NEW_ENGLAND)
    return sampling.with_flow(flow)[0], flow
