"""Write docs/validation/loads.md: nitrate of the Lamprey River by three estimators, and what their intervals are worth.

Run from the checkout: .venv/bin/python benchmarks/verify_loads.py [thinnings, default 100]
Exit code 1 when an interval holds the truth less often than its floor, or two estimators do not agree.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
from rich.progress import track
from stamp import written

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from govern.loads.rivers import lamprey  # noqa: E402
from riverchief.govern import loads  # noqa: E402
from riverchief.govern.loads.series import Flow  # noqa: E402

TARGET = ROOT / "docs" / "validation" / "loads.md"
SHARED = ROOT.parent / "shared" / "data"
FLOOR = 0.90  # of a 95 % interval
WHOLE_FLOOR = 0.80  # of the whole record: one number, whose bias no version of the record shows


def full(samples: loads.Samples, flow: Flow) -> tuple[str, bool]:
    text, found = "", {}
    whole, years = loads.whole(flow), loads.by_calendar(flow)
    by_year = {}
    for method, estimator in loads.METHODS.items():
        begun = time.process_time()
        found[method] = estimator(samples, flow, whole)
        by_year[method] = estimator(samples, flow, years)
        low, high = found[method].interval_kg()
        seconds = (time.process_time() - begun) / 2
        text += (
            f"| {method} | {found[method].load_kg[0] / 1e3:.0f} | {low[0] / 1e3:.0f} … {high[0] / 1e3:.0f} | "
            f"{found[method].load_kg[0] / flow.duration_s.sum() * 86_400:.0f} | {seconds:.2f} |\n"
        )
    text += "\n| year | " + " | ".join(f"{m} [t]" for m in loads.METHODS) + " |\n|---" + "|---" * 3 + "|\n"
    for i, year in enumerate(years.names):
        cells = []
        for estimate in by_year.values():
            low, high = estimate.interval_kg()
            cells.append(f"{estimate.load_kg[i] / 1e3:.1f} ({low[i] / 1e3:.1f} … {high[i] / 1e3:.1f})")
        text += f"| {year} | " + " | ".join(cells) + " |\n"
    ends = [estimate.interval_kg() for estimate in (found["rating"], found["interpolation"])]
    agree = max(low[0] for low, _ in ends) < min(high[0] for _, high in ends)
    return text, bool(agree)


def thinned(samples: loads.Samples, n: int) -> tuple[dict[str, dict[str, float]], int]:
    """The sampled moments as a small world whose load is known; one sample of each month is left of it."""
    world = Flow(samples.time_s, samples.flow_m3s, np.full(len(samples), 3600.0))
    periods, whole = loads.by_calendar(world), loads.whole(world)
    per_step = samples.concentration_mgl * world.volume_m3 / 1000
    truth, total = periods.total(per_step), float(per_step.sum())
    month = samples.time_s.astype("datetime64[s]").astype("datetime64[M]")
    rows: dict[str, list[list[float]]] = {method: [] for method in loads.METHODS}
    for seed in track(range(n), "thinned to monthly"):
        order = np.random.default_rng(seed).permutation(len(samples))
        kept = np.sort(order[np.unique(month[order], return_index=True)[1]])
        for method, estimator in loads.METHODS.items():
            year = estimator(samples.take(kept), world, periods, seed=seed)
            low, high = year.interval_kg()
            one = estimator(samples.take(kept), world, whole, seed=seed)
            one_low, one_high = one.interval_kg()
            rows[method].append(
                [
                    float(one_low[0] <= total <= one_high[0]),
                    one.load_kg[0] / total - 1,
                    (one_high[0] - one_low[0]) / total,
                    np.mean((low <= truth) & (truth <= high)),
                    np.sqrt(np.mean((year.load_kg / truth - 1) ** 2)),
                    np.mean((high - low) / truth),
                ]
            )
    names = ("whole_held", "bias", "whole_width", "year_held", "year_error", "year_width")
    return {m: dict(zip(names, np.mean(r, axis=0), strict=True)) for m, r in rows.items()}, len(kept)


def main(n: int) -> int:
    samples, flow = lamprey(SHARED)
    table, agree = full(samples, flow)
    small, kept = thinned(samples, n)
    text = f"""# Loads: three estimators on a real record

{written(f"benchmarks/verify_loads.py {n}")}

Nitrate of the Lamprey River (USGS 01073500, New Hampshire; published with USGS-R/loadflex, CC0): {len(samples)} samples, about
weekly with a gap of 164 days, and {len(flow):,} days of discharge, October 1999 to November 2014. Loads in tonnes with
95 % intervals.

| estimator | all years [t] | 95 % interval | kg/d | CPU s |
|---|---|---|---|---|
{table}
The regression and the interpolation share no step beyond the multiplication; their intervals {"meet" if agree else "DO NOT MEET"}.

## Thinned to monthly: what an interval is worth

The truth between samples is not known, so the samples themselves are made a small world: {len(samples)} moments with
known concentration and flow, whose load is a plain sum. One sample a month is kept ({kept} of them), drawn anew {n} times, and
each estimator is asked for the load of all the moments.

| estimator | years within their interval | root mean square error of a year | width | all years within | bias of all years | width |
|---|---|---|---|---|---|---|
"""
    for method, r in small.items():
        text += (
            f"| {method} | {r['year_held']:.1%} | {r['year_error']:.1%} | {r['year_width']:.0%} | {r['whole_held']:.0%} | "
            f"{r['bias']:+.1%} | {r['whole_width']:.0%} |\n"
        )
    text += f"""
Floors: {FLOOR:.0%} of the years, {WHOLE_FLOOR:.0%} of the sums over all years. Monthly samples miss floods: interpolation gives
too much on a river that floods dilute, the regression a little too little; the composite method is the closest for a
single year. The regression's interval is wider than it need be: it does not know which errors the samples hold in check.
"""
    TARGET.write_text(text, encoding="utf-8")
    print(text)
    held = all(r["year_held"] >= FLOOR and r["whole_held"] >= WHOLE_FLOOR for r in small.values())
    return int(not (held and agree))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
