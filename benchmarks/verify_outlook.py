"""Write docs/validation/outlook.md: the outlook forecast again on real sections, and on synthetic ones whose truth is known.

Run from the checkout, with the real data beside it: .venv/bin/python benchmarks/verify_outlook.py
Exit code 1 when the skill that is claimed is not proved, 2 when the data are not there.
"""

from __future__ import annotations

import argparse
import math
import platform
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from stamp import written

from riverchief.cloud.tables.water import ITEMS, read_tp_rules
from riverchief.govern.outlook.backtest import ORIGIN_DAYS, Forecasts, backtest
from riverchief.govern.outlook.model import Size
from riverchief.govern.outlook.panel import Panel
from riverchief.govern.outlook.period import Period
from riverchief.govern.outlook.scores import Bin, Skill, brier, reliability, skill
from riverchief.govern.outlook.table import read_observed

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data" / "water_quality"
NATION = "national_daily_2020-05_2020-12.csv.gz"
TARGET = ROOT / "docs" / "validation" / "outlook.md"
PICTURE = ROOT / "docs" / "images" / "outlook-reliability.svg"
REFERENCES = {
    "climatology": "climatology (all sections)",
    "own": "climatology (the section's own)",
    "persistence": "persistence",
}
SIZE = Size(40, 10, 1)

Floats = NDArray[np.float64]


# ---------------------------------------------------------------------- synthetic rivers whose truth is known

LIMIT = 0.2  # class Ⅲ of total phosphorus in rivers [mg/L]
FIRST = date(2016, 1, 1)
YEARS = 10
_YEAR_SD, _FAST_SD, _NOISE_SD, _FAST = 0.20, 0.35, 0.25, 0.9


@dataclass(frozen=True)
class World:
    """Daily series that come from a process that is not the model's: each year has a level of its own (unknown until
    it is lived through), a season with a sharp summer peak, an autoregression with memory of ten days, noise."""

    values: Floats  # (n_section, n_day)
    calm: Floats  # the season's part, logarithms
    years: Floats  # (n_section, YEARS): each year's level
    fast: Floats  # (n_section, n_day): the autoregression


def _season(days: NDArray[np.datetime64]) -> Floats:
    of_year = (days - days.astype("datetime64[Y]").astype("datetime64[D]")).astype(float)
    return 0.5 * np.exp(-(((of_year - 200) / 35) ** 2)) + 0.15 * np.cos(2 * np.pi * of_year / 365.25)


def world(n_section: int, seed: int) -> World:
    random = np.random.default_rng(seed)
    days = np.datetime64(FIRST) + np.arange((date(FIRST.year + YEARS, 1, 1) - FIRST).days)
    calm = _season(days)
    # the mean of a log-normal year lies near the limit, so that the answer is open
    variance = _FAST_SD**2 + _NOISE_SD**2
    centre = math.log(LIMIT) - variance / 2 - math.log(float(np.exp(calm).mean()))
    base = centre + 0.08 * random.standard_normal(n_section)
    years = base[:, None] + _YEAR_SD * random.standard_normal((n_section, YEARS))
    fast = np.zeros((n_section, days.size))
    fast[:, 0] = _FAST_SD * random.standard_normal(n_section)
    for t in range(1, days.size):
        fast[:, t] = _FAST * fast[:, t - 1] + _FAST_SD * math.sqrt(1 - _FAST**2) * random.standard_normal(n_section)
    which = days.astype("datetime64[Y]").astype(int) + 1970 - FIRST.year
    noise = _NOISE_SD * random.standard_normal((n_section, days.size))
    return World(np.exp(calm + years[:, which] + fast + noise), calm, years, fast)


def truth(made: World, section: int, origin: int, start: int, end: int, year: int, seed: int, n: int = 4000) -> float:
    """The probability of meeting the year, by brute force: the process led on from its true state, n times."""
    random = np.random.default_rng([seed, section, origin])
    left = end - origin
    state = np.full(n, made.fast[section, origin - 1])
    total = np.zeros(n)
    months = (np.datetime64(FIRST) + np.arange(start, end)).astype("datetime64[M]").astype(int)
    lengths = np.bincount(months - months[0]).astype(float)
    weight = 1 / (lengths[months - months[0]] * lengths.size)  # a year is the mean of its months
    known = float((made.values[section, start:origin] * weight[: origin - start]).sum())
    for k in range(left):
        state = _FAST * state + _FAST_SD * math.sqrt(1 - _FAST**2) * random.standard_normal(n)
        log = made.calm[origin + k] + made.years[section, year] + state + _NOISE_SD * random.standard_normal(n)
        total += np.exp(log) * weight[origin - start + k]
    return float(np.mean(known + total <= LIMIT))


@dataclass(frozen=True)
class Annual:
    """Annual forecasts of synthetic sections, with the probability that the process itself gives."""

    made: Forecasts
    known: Floats
    month: NDArray[np.int64]


def annual(n_section: int, years: Sequence[int], months: Sequence[int], seed: int) -> Annual:
    made = world(n_section, seed)
    names = tuple(f"synthetic {s}" for s in range(n_section))
    panel = Panel(names, ("tp",), np.datetime64(FIRST), made.values[:, None, :])
    periods = [Period(date(FIRST.year + y, 1, 1), date(FIRST.year + y, 12, 31)) for y in range(YEARS)]
    rows: list[Forecasts] = []
    known, at_month = [], []
    for year in years:
        for month in months:
            origin = date(FIRST.year + year, month, 1)
            lead = (origin - periods[year].start).days
            one = backtest(
                panel, ["river"] * n_section, periods=periods[: year + 1], origin_days=(lead,), size=SIZE,
                only_last=True,
            )  # fmt: skip
            start = (periods[year].start - FIRST).days
            end = (periods[year].end - FIRST).days + 1
            rows.append(one)
            known += [truth(made, int(s), start + lead, start, end, year, seed) for s in one.section]
            at_month += [month] * one.section.size
    columns = [np.concatenate([getattr(r, f) for r in rows]) for f in Forecasts.__dataclass_fields__]
    return Annual(Forecasts(*columns), np.array(known), np.array(at_month))


def without_memory(n_section: int, n_month: int, seed: int) -> Forecasts:
    """Months forecast before they begin, of series whose months have nothing to do with each other."""
    random = np.random.default_rng(seed)
    start = np.datetime64("2021-01")
    days = np.arange(start.astype("datetime64[D]"), (start + n_month).astype("datetime64[D]"))
    month = (days.astype("datetime64[M]") - start).astype(int)
    level = math.log(LIMIT) - 0.02 + 0.15 * random.standard_normal((n_section, n_month))
    values = np.exp(level[:, month] + 0.2 * random.standard_normal((n_section, days.size)))
    panel = Panel(tuple(f"no memory {s}" for s in range(n_section)), ("tp",), days[0], values[:, None, :])
    return backtest(panel, ["river"] * n_section, origin_days=(0,), size=SIZE)


# ---------------------------------------------------------------------- the page


def told(found: Skill) -> str:
    """A skill as it is printed; where its interval holds 0, there is none to speak of."""
    text = f"{found.value:+.3f} ({found.low:+.3f} to {found.high:+.3f})"
    return text if found.proved else f"{text}, **no skill**"


def skills(made: Forecasts) -> dict[str, Skill]:
    return {n: skill(made.probability, getattr(made, n), made.outcome, made.section) for n in REFERENCES}


def table(rows: dict[str, Forecasts], first: str) -> list[str]:
    lines = [
        f"| {first} | forecasts | met | Brier score | skill against {' | against '.join(REFERENCES.values())} |",
        "|---|---|---|---|" + "---|" * len(REFERENCES),
    ]
    for name, made in rows.items():
        cells = " | ".join(told(one) for one in skills(made).values())
        score = brier(made.probability, made.outcome)
        lines.append(f"| {name} | {made.outcome.size:,} | {made.outcome.mean():.1%} | {score:.4f} | {cells} |")
    return lines


def bins_of(found: Sequence[Bin]) -> list[str]:
    lines = ["| forecast | how many | mean forecast | came true | 95 % of it |", "|---|---|---|---|---|"]
    for b in found:
        rest = f"{b.forecast:.3f} | {b.observed:.3f} | {b.observed_low:.3f} to {b.observed_high:.3f}" if b.n else "| |"
        lines.append(f"| {b.low:.1f} to {b.high:.1f} | {b.n:,} | {rest} |")
    return lines


def picture(found: Sequence[Bin], path: Path) -> None:
    """The reliability diagram as SVG: forecast to the right, what came true upwards, circles by how many."""
    size, edge = 360, 44
    most = max(b.n for b in found)

    def x(v: float) -> float:
        return edge + v * size

    def y(v: float) -> float:
        return 16 + (1 - v) * size

    named = "Reliability diagram: share that came true by forecast probability"
    box = f"0 0 {size + edge + 24} {size + 64}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" font-family="sans-serif" font-size="12" role="img">',
        f"<title>{named}</title>",
        f'<rect x="{edge}" y="16" width="{size}" height="{size}" fill="#FBFBF9" stroke="#9AA7B1"/>',
        f'<line x1="{x(0)}" y1="{y(0)}" x2="{x(1)}" y2="{y(1)}" stroke="#9AA7B1" stroke-dasharray="4 4"/>',
    ]
    for tick in (0, 0.2, 0.4, 0.6, 0.8, 1.0):
        parts.append(f'<text x="{x(tick)}" y="{y(0) + 18}" text-anchor="middle" fill="#14202B">{tick:g}</text>')
        parts.append(f'<text x="{edge - 8}" y="{y(tick) + 4}" text-anchor="end" fill="#14202B">{tick:g}</text>')
    for b in (one for one in found if one.n):
        at, r = x(b.forecast), 3 + 9 * math.sqrt(b.n / most)
        parts.append(
            f'<line x1="{at:.1f}" y1="{y(b.observed_low):.1f}" x2="{at:.1f}" y2="{y(b.observed_high):.1f}" stroke="#1769AA"/>'
        )
        parts.append(f'<circle cx="{at:.1f}" cy="{y(b.observed):.1f}" r="{r:.1f}" fill="#1769AA" fill-opacity="0.75"/>')
    parts.append(f'<text x="{x(0.5)}" y="{y(0) + 38}" text-anchor="middle" fill="#14202B">forecast probability</text>')
    parts.append(
        f'<text x="12" y="{y(0.5)}" text-anchor="middle" fill="#14202B" transform="rotate(-90 12 {y(0.5)})">came true</text>'
    )
    path.write_text("\n".join([*parts, "</svg>"]) + "\n", encoding="utf-8")


HEAD = f"""# The outlook, forecast again

{written("benchmarks/verify_outlook.py")}
Every forecast uses only what was known before its origin.
Skill is 1 - Brier score / reference's Brier score; its interval of 95 % comes from drawing whole sections 2,000 times.
Where the interval holds 0 the table says *no skill*.

"""

REAL = """## Real sections, 2020

National automatic stations (CNEMC, as collected in jikin001/water_quality), once a day, 2020-05-08 to 2020-12-31, status
正常, unrounded values, phosphorus column from `section_tp_rule.csv`. Period: a calendar month. Event: the class of the
month's mean (acidity for pH) is Ⅲ or better. Origins: the evening of days 5, 10, 15, 20, 25. A section-month counts with at
least 15 days of values. Climatology is the share of section-months that met the class in earlier months, of all sections;
*own* that of the section alone; persistence the class of the month to date as a certainty. The first month has no
climatology and is not forecast. The width of the season's prior was chosen with these data in sight (of the four that were
tried the Brier scores lay between 0.051 and 0.054); nothing else was fitted to them.

"""

ANNUAL = """
## Synthetic years whose truth is known

Ten years of daily total phosphorus, marked synthetic, from a process that is *not* the model's: every year has a level of
its own, the season a sharp summer peak, an autoregression of ten days' memory and noise. Period: the year, class Ⅲ, means of
months. Brute force leads the process on from its true state 4,000 times; it knows the year's level, the forecast does not.

"""

MEMORYLESS = """
## Where there is nothing to know

Months forecast before they begin, of series whose months have nothing to do with each other. No forecast can beat the
climatology here, and none may claim to.

"""


def real(origin_days: Sequence[int]) -> Forecasts:
    observed = read_observed(DATA / NATION, ITEMS, read_tp_rules(DATA / "section_tp_rule.csv"))
    return backtest(observed.panel, observed.tp_rules, origin_days=origin_days, size=SIZE)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sections", type=int, default=80, help="synthetic sections")
    given = parser.parse_args()
    if not DATA.is_dir():
        print(f"real data not here: {DATA} does not exist; nothing was written", file=sys.stderr)
        return 2
    begun = time.monotonic()
    made = real(ORIGIN_DAYS)
    real_s = time.monotonic() - begun
    found = reliability(made.probability, made.outcome)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    picture(found, PICTURE)
    years = annual(given.sections, (7, 8, 9), (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), seed=1)
    nothing = without_memory(given.sections, 24, seed=1)
    by_lead = {f"after day {d}": made.where(made.lead == d) for d in ORIGIN_DAYS}
    text = HEAD + REAL + "\n".join(table({"all": made, **by_lead}, "origin"))
    text += f"\n\n{np.unique(made.section).size} sections, {real_s:.0f} s on one core.\n\n### Reliability\n\n"
    text += "\n".join(bins_of(found)) + "\n\n![Reliability diagram](../images/outlook-reliability.svg)\n"
    by_month = {f"{m} months known": years.made.where(years.month == m + 1) for m in range(1, 12)}
    text += ANNUAL + "\n".join(table({"all": years.made, **by_month}, "origin"))
    text += "\n\n" + "\n".join(against_truth(years)) + "\n\n### Reliability\n\n"
    text += "\n".join(bins_of(reliability(years.made.probability, years.made.outcome))) + "\n"
    text += MEMORYLESS + "\n".join(table({"before the month": nothing}, "origin")) + "\n"
    cpu = platform.processor() or platform.machine()
    text += f"\n{stamp()}, {cpu}, Python {platform.python_version()}, NumPy {np.__version__}; "
    text += f"`benchmarks/verify_outlook.py --sections {given.sections}`, {time.monotonic() - begun:.0f} s.\n"
    TARGET.write_text(text, encoding="utf-8")
    print(text)
    proved = all(one.proved for n, one in skills(made).items())
    honest = not skills(nothing)["climatology"].proved
    return int(not (proved and honest))


def stamp() -> str:
    return time.strftime("%Y-%m-%d")


def against_truth(years: Annual) -> list[str]:
    lines = [
        "| months known | mean distance from the process's own probability | Brier score of that probability |",
        "|---|---|---|",
    ]
    for month in np.unique(years.month).tolist():
        mine = years.month == month
        off = float(np.abs(years.made.probability[mine] - years.known[mine]).mean())
        lines.append(f"| {month - 1} | {off:.3f} | {brier(years.known[mine], years.made.outcome[mine]):.4f} |")
    return lines


if __name__ == "__main__":
    sys.exit(main())
