"""Real series of the Fen and the Yellow River, read once."""

import csv
import gzip
from datetime import date

import numpy as np
import pytest

FILL_D = 5  # shorter gaps are filled by a straight line
FORGET_D = 8  # days after a longer gap that are not scored


@pytest.fixture(scope="session")
def fen(shared_data):
    """Rain, evaporation [mm/d], discharge [m³/s] and year, each (1827,)."""
    with (shared_data / "hydrology" / "fen_basin_prcp_et0_q_2012_2016.csv").open() as file:
        rows = list(csv.DictReader(file))
    flow = np.array([float(r["Qobs"]) if r["Qobs"] not in ("", "NA") else np.nan for r in rows])
    rain, lift = (np.array([float(r[name]) for r in rows]) for name in ("prcp", "ET0"))
    return rain, lift, flow, np.array([int(r["date"][:4]) for r in rows])


@pytest.fixture(scope="session")
def yellow_rows(shared_data):
    """Every value of the Yellow River file by station and column: arrays over all days, NaN where there is none."""
    with gzip.open(shared_data / "hydrology" / "yellow_river_daily_2001_2016.csv.gz", "rt") as file:
        rows = list(csv.DictReader(file))
    days = [date.fromisoformat(r["date"]).toordinal() for r in rows]
    first, n = min(days), max(days) - min(days) + 1
    found = {"year": np.array([date.fromordinal(first + k).year for k in range(n)])}
    found["month"] = np.array([date.fromordinal(first + k).month for k in range(n)])
    for row, day in zip(rows, days, strict=True):
        for column in ("level_m", "q_m3s", "storage_1e8m3"):
            if row[column]:
                series = found.setdefault((row["station"], column), np.full(n, np.nan))
                series[day - first] = float(row[column])
    return found


def filled(series, most):
    """Gaps of at most `most` steps filled by a straight line, the rest by the median; and where the rest was."""
    known = np.isfinite(series)
    at = np.arange(series.size)
    out = np.interp(at, at[known], series[known])
    long = np.zeros(series.size, bool)
    edges = np.flatnonzero(np.diff(np.r_[1, known.astype(int), 1]))
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        if end - begin > most or begin == 0 or end == series.size:
            long[begin:end] = True
    out[long] = np.median(series[known])
    return out, long


@pytest.fixture(scope="session")
def yellow_river(yellow_rows):
    """A function: inflows with gaps filled, and the flow below, NaN where it is not known or an inflow was not."""

    def of(names, below):
        flows, bad = {"year": yellow_rows["year"]}, np.zeros(yellow_rows["year"].size, bool)
        for name in names:
            flows[name], gap = filled(yellow_rows[name, "q_m3s"], FILL_D)
            bad |= gap
        for _ in range(FORGET_D):
            bad[1:] |= bad[:-1]
        bad[:FORGET_D] = True
        return flows, np.where(bad, np.nan, yellow_rows[below, "q_m3s"])

    return of
