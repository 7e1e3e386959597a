"""Write docs/validation/catchment.md: runoff of the Fen, four rivers to 潼关, and 龙羊峡, each in years not calibrated.

Run from the checkout, with the real data beside it: .venv/bin/python benchmarks/verify_catchment.py
Exit code 1 when what is claimed does not hold, 2 when the data are not there.
"""

from __future__ import annotations

import math
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from stamp import written

from riverchief.govern.twin.catchment import (
    PARAMETERS,
    Calibration,
    Donor,
    Parameter,
    StorageCurve,
    Updating,
    balance,
    calibrate,
    depth_mm_d,
    flow_m3s,
    inflow_series,
    nse,
    run_warmed,
    scores,
    simulate,
)
from riverchief.govern.twin.catchment.routing import calibrate as calibrate_routing

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data" / "hydrology"
TARGET = ROOT / "docs" / "validation" / "catchment.md"
DAY = 86_400.0
AREA_KM2 = 38_900.0
LEADS = (1, 3, 7)
MARGIN = 0.05  # by which Nash-Sutcliffe is to be above persistence
JUMP = "2016-07-24"
RIVERS = ("龙门", "河津", "状头", "华县(二)")

Floats = NDArray[np.float64]


def row(*cells: object) -> str:
    return "| " + " | ".join(str(c) for c in cells) + " |"


def table(head: list[str], rows: list[list[object]]) -> list[str]:
    return [row(*head), row(*["---"] * len(head)), *(row(*r) for r in rows), ""]


# ---------------------------------------------------------------------- the Fen above 河津


def variants() -> dict[str, tuple[Parameter, ...]]:
    """GR4J, and what each addition is worth."""
    soil, exchange, routing, delay, share, seep, returned, drawn = PARAMETERS
    neutral = (
        replace(share, low=1, high=1),
        replace(seep, low=math.inf, high=math.inf),
        replace(returned, low=0, high=0),
        replace(drawn, low=0, high=0),
    )
    free = (replace(soil, high=3000), replace(exchange, low=-10, high=5), routing, delay)
    held = (replace(soil, high=3000), exchange, routing, delay)
    return {
        "GR4J": (*free, *neutral),
        "share instead of exchange": (*held, share, *neutral[1:]),
        "and infiltration": (*held, share, seep, *neutral[2:]),
        "and return and draw (the model)": PARAMETERS,
        "the model with exchange free": (soil, free[1], *PARAMETERS[2:]),
    }


def compared(
    rain: Floats, lift: Floats, seen: Floats, early: NDArray[np.bool_]
) -> tuple[list[list[object]], Calibration]:
    """Scores of every variant in both periods, and the calibration of the model itself."""
    rows: list[list[object]] = []
    kept = None
    for name, ranges in variants().items():
        begun = time.perf_counter()
        found = calibrate(rain[early], lift[early], seen[early], parameters=ranges)
        spent = time.perf_counter() - begun
        made = run_warmed(rain, lift, found.best).flow_mm_d[0]
        for period, days in (("2012 to 2014", early), ("2015 to 2016", ~early)):
            s = scores(made[days], seen[days])
            rows.append(
                [
                    name,
                    period,
                    f"{s.kge:.3f}",
                    f"{s.nse:.3f}",
                    f"{s.log_nse:.3f}",
                    f"{100 * s.bias:+.0f} %",
                    f"{spent:.0f} s",
                ]
            )
        if ranges is PARAMETERS:
            kept = found
    assert kept is not None
    return rows, kept


def fen() -> tuple[list[str], bool]:
    d = pd.read_csv(DATA / "fen_basin_prcp_et0_q_2012_2016.csv", parse_dates=["date"], index_col="date")
    rain, lift = d.prcp.to_numpy(), d.ET0.to_numpy()
    seen = depth_mm_d(d.Qobs.to_numpy(), AREA_KM2)
    early = d.index.year.to_numpy() <= 2014
    out = [
        "## Rain to runoff: the Fen above 河津",
        "",
        "Basin means of rain and ET0, discharge at 08:00 (38,900 km², 2012 to 2016, published with rpkgs/hydroTools). Calibrated on",
        "2012 to 2014, validated on 2015 to 2016; 151 of 1,827 days have no discharge and are not scored. The first year passes once",
        "before the record as a warm-up: five years cannot spare one. Objective: the mean of the Kling-Gupta efficiencies of √flow",
        "and flow.",
        "",
    ]
    rows, kept = compared(rain, lift, seen, early)
    out += table(["model", "period", "KGE", "NSE", "log NSE", "bias", "calibration"], rows)
    out += [
        "Of the year's rain 2 to 5 % leaves the basin. The structure was chosen with both periods in sight; the calibration years alone",
        "choose the same one. The flood of July 2016 (444 m³/s, the largest of the record, twice that of the calibration years) is",
        "underestimated by every variant, which is most of the bias. Low flow is made by releases and intakes that no record names:",
        "log NSE stays low. Soil and infiltration are poorly known apart (either makes excess rain), which is why an ensemble keeps",
        "thousands of sets.",
        "",
    ]
    out += table(
        ["parameter", "unit", "best", f"{len(kept.losses):,} sets within 0.02 of it", "range"],
        [
            [p.name, p.unit, f"{b:.3g}", f"{c.min():.3g} to {c.max():.3g}", f"{p.low:g} to {p.high:g}"]
            for p, b, c in zip(PARAMETERS, kept.best, kept.behavioural.T, strict=True)
        ],
    )
    made = run_warmed(rain, lift, kept.best).flow_mm_d[0]
    updating = Updating.fit(made[early], seen[early], max(LEADS))
    more, holds = leads(d.index, early, made, seen, updating)
    out += more
    donor = Donor(AREA_KM2, kept, updating)
    begin = int(early.sum())
    alone = inflow_series(donor, rain, lift, AREA_KM2, history=begin, members=200)
    observed = d.Qobs.to_numpy()[begin:]
    known = np.isfinite(observed)
    inside = (observed >= alone.quantile(0.05)) & (observed <= alone.quantile(0.95))
    ledger = run_warmed(rain, lift, kept.best).ledger
    many = np.tile(kept.best, (1000, 1))
    begun = time.perf_counter()
    simulate(rain, lift, many)
    spent = time.perf_counter() - begun
    out += [
        "Without a gauge (`inflow_series` of the basin itself, 200 members, behavioural sets and lasting departures): the band of 90 %",
        f"holds {100 * inside[known].mean():.0f} % of the {known.sum()} observed days of 2015 to 2016. That a donor's parameters serve another",
        "basin is not shown here: there is one basin with rain in the data.",
        "",
        f"Water balance over five years: out by {abs(ledger.residual[0]):.1e} mm of {ledger.rain[0]:,.0f} mm of rain. Speed: 1,000 sets of",
        f"{rain.size:,} days in {spent:.2f} s, {spent / many.shape[0] / rain.size * 1e9:.0f} ns per set and day, one core.",
        "",
    ]
    return out, holds and abs(ledger.residual[0]) < 1e-9


def leads(
    days: pd.DatetimeIndex, early: NDArray[np.bool_], made: Floats, seen: Floats, updating: Updating
) -> tuple[list[str], bool]:
    """Forecasts with the observed rain in place of a forecast, led on from the gauge."""
    doy = days.day_of_year.to_numpy()
    climate = np.array([np.nanmean(seen[early & (np.minimum((doy - k) % 365, (k - doy) % 365) <= 15)]) for k in doy])
    rows: list[list[object]] = []
    gains = {}
    for lead in LEADS:
        now, then = slice(0, -lead), slice(lead, None)
        gauged = np.isfinite(seen[now])
        ahead = updating.ahead(made[then], made[now], seen[now], lead)
        low, high = (updating.ahead(made[then], made[now], seen[now], lead, z) for z in (-1.645, 1.645))
        last = np.where(gauged, seen[now], 0.0)
        jump = days[then] == JUMP
        for period, those in (
            ("2012 to 2014", early[then]),
            ("2015 to 2016", ~early[now]),
            (f"2015 to 2016 but {JUMP}", ~early[now] & ~jump),
        ):
            both = np.where(gauged & those, seen[then], np.nan)
            here = np.isfinite(both)
            values = [float(nse(f, both)) for f in (ahead, last, climate[then])]
            gains[lead, period] = values[0] - values[1]
            held = np.mean((both >= low)[here] & (both <= high)[here])
            rows.append(
                [
                    f"{lead} d",
                    period,
                    *(f"{v:.3f}" for v in values),
                    f"{values[0] - values[1]:+.3f}",
                    f"{100 * held:.0f} %",
                ]
            )
    out = [
        "### Forecasts",
        "",
        "The observed rain stands in place of a forecast of rain, so this is the hydrological part alone. The departure of √flow that the",
        "gauge shows is carried on by its memory, fitted on 2012 to 2014. Nash-Sutcliffe efficiencies; climatology is the mean within 15",
        "days of the day of the year, 2012 to 2014.",
        "",
        *table(
            ["lead", "period", "model", "persistence", "climatology", "gain on persistence", "in the 90 % band"], rows
        ),
    ]
    now = np.where(np.isfinite(seen[:-1]) & ~early[:-1], seen[:-1], np.nan)
    square = (seen[1:] - now) ** 2
    part = square[days[1:] == JUMP][0] / np.nansum(square)
    at = int(np.flatnonzero(days == JUMP)[0])
    front = float(flow_m3s(updating.ahead(made[at], made[at - 1], seen[at - 1], 1), AREA_KM2))
    enough = [lead for lead in LEADS if gains[lead, "2015 to 2016"] >= MARGIN]
    out += [
        f"The gain of {MARGIN} over persistence that was asked for is met at leads of {' and '.join(str(k) for k in enough)} days"
        + ("." if 1 in enough else ", not at 1 day."),
        f"On {JUMP} the river rose from 234 to 440 m³/s between two readings: that one day is {100 * part:.0f} % of persistence's",
        "squared error at lead 1 in the validation years, and the model, which spreads the rain of the 19th over five days by one unit",
        f"hydrograph for 38,900 km², gives {front:.0f} m³/s from the 23rd. At one day persistence is hard to better where the rain needs four",
        "days to the gauge; sub-basins and readings by the hour would be the way.",
        "",
    ]
    return out, {3, 7} <= set(enough) and gains[1, "2015 to 2016"] > 0


# ---------------------------------------------------------------------- four rivers to 潼关


def yellow() -> pd.DataFrame:
    return pd.read_csv(DATA / "yellow_river_daily_2001_2016.csv.gz", parse_dates=["date"])


def lag_of(wide: pd.DataFrame) -> tuple[int, float, float, float]:
    """Days, r, NSE and volume ratio of one day's lag on the days that have all stations, nothing filled."""
    d = pd.DataFrame(
        {"lag": wide[list(RIVERS)].sum(axis=1, min_count=len(RIVERS)).shift(1), "seen": wide["潼关"]}
    ).dropna()
    ratio = d.seen.sum() / d.lag.sum()
    return len(d), float(d.corr().iloc[0, 1]), float(nse(d.lag.to_numpy(), d.seen.to_numpy())), float(ratio)


def tongguan(all_rows: pd.DataFrame) -> tuple[list[str], bool]:
    wide = all_rows.pivot_table(index="date", columns="station", values="q_m3s")
    wide = wide.reindex(pd.date_range(wide.index[0], wide.index[-1]))
    inflow = wide[list(RIVERS)].interpolate(limit=5, limit_area="inside")
    bad = inflow.isna().any(axis=1).rolling(9, min_periods=1).max().to_numpy(copy=True) > 0
    bad[:8] = True
    observed = np.where(bad, np.nan, wide["潼关"].to_numpy())
    inflows = [inflow[k].fillna(inflow[k].median()).to_numpy() for k in RIVERS]
    early = wide.index.year.to_numpy() <= 2009
    until, after = np.where(early, observed, np.nan), np.where(early, np.nan, observed)
    found = calibrate_routing(inflows, until, DAY)
    led = found.route(inflows, DAY)
    total = np.sum(inflows, axis=0)
    lag = np.r_[total[0], total[:-1]]
    scaled = lag * np.nansum(until) / lag[np.isfinite(until)].sum()
    rows: list[list[object]] = []
    nses = {}
    for period, those in (("2001 to 2009", until), ("2010 to 2016", after), ("all", observed)):
        here = np.isfinite(those)
        for name, flow in (("one day's lag", lag), ("one day's lag, scaled", scaled), ("Muskingum", led)):
            s = scores(flow, those)
            nses[period, name] = s.nse
            r = np.corrcoef(flow[here], those[here])[0, 1]
            rows.append(
                [
                    period,
                    f"{s.n:,}",
                    name,
                    f"{r:.4f}",
                    f"{s.nse:.3f}",
                    f"{s.kge:.3f}",
                    f"{those[here].sum() / flow[here].sum():.3f}",
                ]
            )
    times = ", ".join(f"{name} {reach.k_s / 3600:.0f} h" for name, reach in zip(RIVERS, found.reaches, strict=True))
    gain = {p: nses[p, "Muskingum"] - nses[p, "one day's lag, scaled"] for p in ("2001 to 2009", "2010 to 2016")}
    plain, smooth = lag_of(wide), lag_of(wide.rolling(3, center=True, min_periods=1).mean())
    out = [
        "## Four rivers to 潼关",
        "",
        "Daily discharge at 08:00 of 龙门, 河津, 状头 and 华县, and of 潼关 below them, 2001 to 2016. Calibrated on 2001 to 2009,",
        "validated on 2010 to 2016. Gaps of up to 5 days in an inflow are filled by a straight line; days within 8 days after a longer",
        "one are not scored.",
        "",
        *table(["period", "days", "method", "r", "NSE", "KGE", "volume, observed over led"], rows),
        f"Found: {times}; x = {found.reaches[0].x:.2f}; {100 * found.lost:.1f} % lost on the way (intakes, and gauges that differ). Against",
        f"the lag with the same kind of loss the gain is {gain['2001 to 2009']:+.3f} in the calibration years and {gain['2010 to 2016']:+.3f} after.",
        "",
        "The note with the data quotes for the lag r 0.9695, NSE 0.935 and a ratio of 0.956 over 5,586 days. The file does not give those",
        f"figures: {plain[0]:,} of its days have all five stations, with the inflows of the day before, and the lag scores r {plain[1]:.3f}, NSE",
        f"{plain[2]:.3f}, ratio {plain[3]:.3f} on them (r {smooth[1]:.3f} and NSE {smooth[2]:.3f} when all series are first smoothed over three days).",
        "The lines above are what can be compared.",
        "",
    ]
    return out, min(gain.values()) > 0


# ---------------------------------------------------------------------- 龙羊峡


def longyangxia(all_rows: pd.DataFrame) -> tuple[list[str], bool]:
    def series(station: str, column: str) -> pd.Series:
        return all_rows[all_rows.station == station].set_index("date")[column]

    d = pd.DataFrame(
        {
            "came": series("龙羊峡入库", "q_m3s"),
            "let": series("龙羊峡出库", "q_m3s"),
            "level": series("龙羊峡蓄水量", "level_m"),
            "held": series("龙羊峡蓄水量", "storage_1e8m3"),
        }
    ).asfreq("D")
    early = d[d.index.year <= 2011].dropna()
    mean = early.groupby(early.level.round())[["level", "held"]].mean()
    curve = StorageCurve(mean.level.to_numpy(), mean.held.to_numpy() * 1e8)
    later = d[d.index.year >= 2012]
    known = later.interpolate(limit=3)
    level = known.level.to_numpy()
    stored = curve.storage(level)
    came, let = known.came.to_numpy(), known.let.to_numpy()
    assert np.isfinite(came).all()
    assert np.isfinite(let).all()
    rows: list[list[object]] = []
    for span in (1, 7, 30, 365):
        starts = np.arange(0, len(level) - span, max(span // 3, 1))
        ends = [balance(curve, float(stored[k]), came[k + 1 : k + 1 + span], let[k + 1 : k + 1 + span]) for k in starts]
        miss = np.array([b.level_m[-1] for b in ends]) - level[starts + span]
        still = level[starts] - level[starts + span]
        rows.append(
            [
                f"{span} d",
                len(starts),
                f"{100 * np.sqrt(np.mean(miss**2)):.0f}",
                f"{100 * miss.mean():+.0f}",
                f"{100 * np.sqrt(np.mean(still**2)):.0f}",
            ]
        )
    month = later.index.year * 12 + later.index.month
    end = np.flatnonzero(np.diff(month.to_numpy()))
    book = np.diff(np.cumsum((came - let) * DAY)[end])
    by_curve, by_figure = np.diff(stored[end]), np.diff(known.held.to_numpy()[end]) * 1e8
    r = [float(np.corrcoef(book, seen)[0, 1]) for seen in (by_curve, by_figure)]
    out = [
        "## 龙羊峡 by the day",
        "",
        "Inflow, outflow, level and storage at 08:00. Storage is published to 1e8 m³ (rounding alone is a standard deviation of",
        "0.41e8 m³ in a day's change), the level to a centimetre; the level-storage curve is made from 2006 to 2011 (means of each metre),",
        "all else is 2012 to 2016. Observed in- and outflow go in, no loss is assumed; the level comes out.",
        "",
        *table(
            ["days led on", "starts", "error of level, rms [cm]", "its mean [cm]", "level unchanged, rms [cm]"], rows
        ),
        f"Monthly in- less outflow against the change of storage, {len(book)} months: r {r[0]:.4f} with storage read from the level by the",
        f"curve, {r[1]:.4f} with the published storage (0.9988 over all years in the note with the data).",
        "",
    ]
    return out, r[0] > 0.9988


def main() -> int:
    """Write the page, say whether it holds."""
    if not (DATA / "yellow_river_daily_2001_2016.csv.gz").exists():
        print(f"no data at {DATA}", file=sys.stderr)
        return 2
    everything = yellow()
    found = [fen(), tongguan(everything), longyangxia(everything)]
    lines = [
        "# Catchments, confluences, reservoirs on real rivers",
        "",
        written("benchmarks/verify_catchment.py"),
        "",
    ]
    TARGET.write_text(
        "\n".join([*lines, *(line for part, _ in found for line in part)]).rstrip() + "\n", encoding="utf-8"
    )
    holds = [ok for _, ok in found]
    print(f"{TARGET.name}: runoff {holds[0]}, confluence {holds[1]}, reservoir {holds[2]}")
    return 0 if all(holds) else 1


if __name__ == "__main__":
    sys.exit(main())
