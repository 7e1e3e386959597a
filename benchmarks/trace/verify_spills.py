"""Write docs/validation/trace-spills.md: spills of known place, time and mass, traced from noisy readings.

`spills.py` has the river, the truth and the readings; `walk.py` the random walk against which the posterior is held.
Run from the checkout: .venv/bin/python benchmarks/trace/verify_spills.py [--spills 200] [--first SEED] [--keep FILE ...]
Every outcome is a line of the first FILE of --keep, and a seed that has one there is not run again; --shard 0/2 runs every
second seed and writes no page. Exit code 1 when a floor is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track
from scipy.stats import binom

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "benchmarks"), str(ROOT / "benchmarks" / "trace")]
from spills import (  # noqa: E402
    COARSE_M,
    HOUR_S,
    LIMIT,
    LISTED,
    STATIONS,
    Spill,
    World,
    draw,
    members,
    ran,
    read,
    truth,
    twin,
    weather,
    world,
)
from stamp import written  # noqa: E402
from walk import walk  # noqa: E402

from riverchief.base.basin import Basin, Reach  # noqa: E402
from riverchief.govern.twin import Model  # noqa: E402
from riverchief.govern.twin.flows import Flows  # noqa: E402
from riverchief.govern.twin.tracing import (  # noqa: E402
    Posterior,
    Reading,
    Releases,
    Tracer,
    TracerSettings,
    branches,
    forward,
    mix_log_factor,
    posterior,
    steady_flows,
    well_stepped,
)

FIRST = 50_000  # no seed from here on was looked at before the tracer's assumptions stood
SWEEPS = 40_000
NEAR_M = 3_000.0  # two most probable places this close are the same
TOLD = TracerSettings(timing_sd=0.02, timing_floor_s=600.0)  # of a tracer that knows the true water, in its own cells
Outcome = dict[str, Any]


# ---------------------------------------------------------------------- one spill


def seen_at_all(readings: Sequence[Reading]) -> bool:
    """Whether any reading stands clearly above nothing."""
    return any(not r.below and r.value_mgl > 5 * LIMIT for r in readings)


def run(w: World, seed: int) -> Outcome:
    """Draw a spill, let it run, trace it with one, two and four stations, and hold the answers against the truth."""
    rng = np.random.default_rng(seed)
    spill = draw(w.basin, rng)
    water, told = weather(rng)
    readings = read(truth(spill, water), w.cells, rng)
    ratio = (spill.log_ratio[0] + float(rng.normal(0, 0.1)), 0.1)
    found: Outcome = {"seed": seed, "kind": spill.kind, "seen": seen_at_all(readings), "stations": {}}
    if not found["seen"]:
        return found
    waters = members(told)
    for n, codes in STATIONS.items():
        some = [r for r in readings if r.station in codes]
        if seen_at_all(some):
            begun = time.process_time()
            answer = trace(w, waters, some, second=n == max(STATIONS))
            found["stations"][n] = judged(w, spill, waters[0][0], answer, ratio) | {
                "cpu_s": time.process_time() - begun
            }
            found["stations"][n] |= plain(w, spill, waters[len(waters) // 2][0], some)
    true = ran(Model(twin(COARSE_M, water.rough, water.inflow), [], dispersion=water.formula)).flows()
    answer = trace(w, [(true, 1.0)], readings, settings=TOLD)
    found["told_off_m"] = float(w.apart_m(spill.place[0])[w.number(answer.best)])
    return found


def trace(
    w: World,
    waters: list[tuple[Flows, float]],
    readings: list[Reading],
    *,
    second: bool = False,
    settings: TracerSettings | None = None,
) -> Posterior:
    """The tracer's answer; two thirds of the spills come from nowhere in particular, and it knows that."""
    tracer = Tracer(waters, w.places, settings=settings or TracerSettings())
    tracer.add(readings)
    return posterior(tracer, w.sources, w.length_m, unlisted_share=1 - LISTED - 0.1, second=second)


def judged(w: World, spill: Spill, water: Flows, answer: Posterior, ratio: tuple[float, float]) -> Outcome:
    """What of an answer is held against the truth."""
    cells = [w.cells.cell(place)[0] for place in spill.place]
    region = [answer.region, answer.second_region] if answer.second > 0.5 else [answer.region]
    inside = np.isin(cells, np.concatenate(region))
    near = w.apart_m(w.cells.place(answer.best))
    chance = answer.cell_probability[w.places]
    branch = branches(water)
    groups = [set(g.branches) for g in answer.ambiguous]
    return {
        "inside": inside.tolist(),
        "off_m": float(w.apart_m(spill.place[0])[w.number(answer.best)]),
        "expected_off_m": float(near @ chance / chance.sum()),
        "start_off_s": answer.start_s.middle - spill.start_s[0],
        "mass_log_off": float(np.log(answer.mass_kg.middle / spill.mass_kg[0])),
        "region_m": float(w.length_m[np.isin(w.places, answer.region)].sum()),
        "second": answer.second,
        "none": answer.none,
        "groups": len(groups),
        "grouped": any(int(branch[cells[0]]) in g for g in groups),
        **ranks(w, spill, answer, ratio),
    }


def ranks(w: World, spill: Spill, answer: Posterior, ratio: tuple[float, float]) -> Outcome:
    """The true discharger's rank without and with the ratio of constituents; none where it stands on no list."""
    if not spill.code[0] or spill.kind == "two":
        return {}
    chance = {s.code: s.probability for s in answer.suspicions if s.code}
    factor = mix_log_factor(w.sources, "nh3n", {"cod": ratio})
    mixed = {s.code: chance[s.code] * float(np.exp(f)) for s, f in zip(w.sources, factor, strict=True)}
    return {
        name: 1 + sum(p > of[spill.code[0]] for p in of.values()) for name, of in (("rank", chance), ("mixed", mixed))
    }


def plain(w: World, spill: Spill, water: Flows, readings: Sequence[Reading]) -> Outcome:
    """What a plain ranking by travel times makes of the same readings."""
    score = by_travel_time(w, water, readings)
    found: Outcome = {"plain_off_m": float(w.apart_m(spill.place[0])[np.argmin(score[w.places])])}
    if spill.code[0] and spill.kind != "two":
        order = sorted(w.sources, key=lambda s: score[s.cell])
        found["plain_rank"] = [s.code for s in order].index(spill.code[0]) + 1
    return found


def by_travel_time(w: World, water: Flows, readings: Sequence[Reading]) -> np.ndarray:
    """How ill one start would fit the peaks of all stations, for every cell (n_cell,); smaller is better.

    A cell is ranked by the spread of (time of the peak less travel time) over the stations that saw anything, and by
    whether clean stations lie above it; with one station every cell upstream fits, and the nearest is taken.
    """
    peaks: dict[int, float] = {}
    clean = set()
    for station in {r.station for r in readings}:
        best = max((r for r in readings if r.station == station), key=lambda r: 0.0 if r.below else r.value_mgl)
        if seen_at_all([best]):
            peaks[best.cell] = best.time_s
        else:
            clean.add(best.cell)
    held, through = water.volume_m3.mean(axis=0), np.maximum(np.abs(water.flux_m3s).mean(axis=0), 1e-9)
    score = np.full(water.n_cell, np.inf)
    for i in w.places:
        lag, cell, starts, passed_clean = 0.0, int(i), [], False
        while cell >= 0 and not water.fixed[cell]:
            lag += held[cell] / through[cell]
            if cell in peaks:
                starts.append(peaks[cell] - lag)
            passed_clean |= cell in clean and not starts
            cell = int(water.dn[cell])
        if len(starts) == len(peaks) and not passed_clean:
            score[i] = float(np.ptp(starts)) + 1e-3 * lag
    return score


# ---------------------------------------------------------------------- against a random walk


def against_walk(w: World, seed: int) -> Outcome | None:
    """The whole posterior of a single spill, under all members and with the stations' gains, by a walk as well."""
    rng = np.random.default_rng(seed)
    spill = draw(w.basin, rng)
    water, told = weather(rng)
    readings = read(truth(spill, water), w.cells, rng)
    if spill.kind != "one" or not seen_at_all(readings):
        return None
    waters = [well_stepped(flows.split(3)) for flows, _ in members(told)]
    settings = TracerSettings(durations_s=tuple(0.5 * HOUR_S * 2 ** (k / 2) for k in range(9)), edge_s=600.0)
    tracer = Tracer([(flows, 1.0) for flows in waters], w.places, settings=settings)
    tracer.add(readings)
    answer = posterior(tracer, (), w.length_m)
    exact = answer.cell_probability[w.places] / answer.cell_probability[w.places].sum()
    walked = walk(waters, readings, w.places, w.length_m, settings, SWEEPS)
    both = 0.5 * (walked.place[0] + walked.place[1])
    return {
        "seed": seed,
        "apart_m": float(w.apart_m(w.cells.place(answer.best))[np.argmax(both)]),
        "variation": 0.5 * float(np.abs(exact - both).sum()),
        "between_walks": 0.5 * float(np.abs(walked.place[0] - walked.place[1]).sum()),
        "in_region": float(both[np.isin(w.places, answer.region)].sum()),
        "member_off": float(np.abs(answer.member_probability - walked.member).max()),
    }


# ---------------------------------------------------------------------- speed


def speed() -> dict[str, float]:
    """977 cells, 1008 steps, 126 readings: one forward run, the transpose, and the whole posterior [s]."""
    reach = Reach("a", "a", "a", "a", "h", "o", 976 * 250.0, 20.0, 0.8, 25.0, 1.0)
    basin = Basin("speed", "", "", "", "", "", (), (reach,), (), (), (), (), (), ())
    flows, _ = steady_flows(basin, 250.0, 1008 * 312.5)
    rng = np.random.default_rng(0)
    load = Releases(np.array([200]), np.array([40_000.0]), np.array([47_200.0]), np.array([1_000.0]))
    spots = np.array([500, 600, 800])
    seen = forward(flows, load, spots)
    when = np.linspace(0.1, 0.99, 42) * flows.time_s[-1]
    readings = [
        Reading(f"s{j}", int(c), 1.0, float(t), float(np.interp(t, flows.time_s, seen[:, j, 0]) + rng.normal(0, 0.02)), 0.02)
        for j, c in enumerate(spots)
        for t in when
    ]  # fmt: skip
    settings = TracerSettings(edge_s=312.5, limit_bytes=10**9)
    best = {"forward": np.inf, "transpose": np.inf, "posterior": np.inf}

    def timed(name: str, what: Callable[[], object]) -> None:
        begun = time.process_time()
        what()
        best[name] = min(best[name], time.process_time() - begun)

    for _ in range(3):
        tracer = Tracer([(flows, 1.0)], settings=settings)
        for _ in range(5):
            timed("forward", lambda: forward(flows, load, spots))
        timed("transpose", lambda: tracer.add(readings))  # noqa: B023 - called at once
        timed("posterior", lambda: posterior(tracer))  # noqa: B023
        _, _, n_edge = tracer.grid
    return best | {"candidates": float(tracer.cells.size * n_edge)}


# ---------------------------------------------------------------------- the page


def share(flags: Sequence[bool]) -> str:
    return f"{sum(flags)} of {len(flags)}" if len(flags) else "none"


def top(places: Sequence[int]) -> str:
    at = np.array(places)
    return f"{np.mean(at == 1):.0%} | {np.mean(at <= 3):.0%}" if at.size else "– | –"


def quarters(values: Sequence[float], per: float, unit: str) -> str:
    low, middle, high = np.quantile(np.abs(values), [0.25, 0.5, 0.75]) / per
    return f"{middle:.1f} {unit} ({low:.1f}, {high:.1f})"


def answers(outcomes: Sequence[Outcome], n: int, *kinds: str) -> list[Outcome]:
    """What was said with so many stations of spills of some kinds."""
    return [o["stations"][str(n)] for o in outcomes if str(n) in o["stations"] and o["kind"] in (kinds or KINDS)]


KINDS = ("one", "two", "border")
INTRODUCTION = """\
**Synthetic** spills. The truth is the twin's own solver and transport in cells of 250 m; the tracer has runs of the twin in
cells of 1 km on what the gauges say. The true roughness is up to 20 % off the surveyed one (another 3 % from reach to
reach), every gauge 5 % off, the inflows swell by up to a quarter, the mixing follows one of four published formulas (the
tracer knows one), and the substance decays, which the tracer does not know. Stations read two-hourly with a gain of their
own (10 %), noise (4 % and 0.02 mg/L), 1 % bad samples, an outage of 8 h, and a limit of detection. One spill in ten is two
at once, one in ten comes over the border, a third of the others from one of 16 listed dischargers. The tracer's
assumptions were judged on other spills (seeds 10 000 to 10 059); these were drawn once."""


def coverage(outcomes: Sequence[Outcome]) -> tuple[list[str], bool]:
    """Whether the truth lies where it is said to lie, with all stations and with fewer."""
    inside = [any(a["inside"]) for a in answers(outcomes, 4)]
    low, high = (int(v) for v in binom.ppf([0.025, 0.975], len(inside), 0.95))
    lines = [
        "| true place inside the 95 % region | |",
        "|---|---|",
        f"| four stations | **{share(inside)}** (binomial 95 % band {low} to {high}) |",
        *(f"| … {kind} | {share([any(a['inside']) for a in answers(outcomes, 4, kind)])} |" for kind in KINDS),
        f"| … both places of two | {share([all(a['inside']) for a in answers(outcomes, 4, 'two')])} |",
        *(
            f"| {n} station{'s' * (n > 1)} | {share([any(a['inside']) for a in answers(outcomes, n)])} |"
            for n in (2, 1)
        ),
    ]
    return lines, low <= sum(inside) <= high


def errors(outcomes: Sequence[Outcome]) -> list[str]:
    """How far off place, start and mass are, beside what the posterior itself expects and what others say."""
    found = {n: answers(outcomes, n, "one", "border") for n in STATIONS}

    def row(name: str, key: str, per: float, unit: str) -> str:
        return f"| {name} | " + " | ".join(quarters([a[key] for a in found[n]], per, unit) for n in found) + " |"

    told = [o["told_off_m"] for o in outcomes if o["seen"] and o["kind"] != "two"]
    return [
        "| median (quarter, three quarters); single spills | 1 station | 2 stations | 4 stations |",
        "|---|---|---|---|",
        row("error of the most probable place", "off_m", 1e3, "km"),
        row("… as the posterior itself expects it", "expected_off_m", 1e3, "km"),
        f"| … of a tracer that is told the true water | | | {quarters(told, 1e3, 'km')} |",
        row("… by plain travel times", "plain_off_m", 1e3, "km"),
        row("length of the 95 % region, of 166 km", "region_m", 1e3, "km"),
        row("error of the start", "start_off_s", HOUR_S, "h"),
        "| mass, median of estimate / truth | "
        + " | ".join(f"{np.exp(np.median([a['mass_log_off'] for a in found[n]])):.2f}" for n in found)
        + " |",
    ]


def dischargers(outcomes: Sequence[Outcome]) -> tuple[list[str], bool]:
    """How often the true discharger is named first or among three, beside a ranking by travel times."""
    found = {n: [a for a in answers(outcomes, n, "one", "border") if "rank" in a] for n in STATIONS}
    ranked = {key: {n: [a[key] for a in found[n]] for n in found} for key in ("rank", "mixed", "plain_rank")}
    lines = [
        "| stations | spills | first | in first three | with the mix: first | in first three | travel times: first | in first three |",
        "|---|---|---|---|---|---|---|---|",
        *(
            f"| {n} | {len(found[n])} | {top(ranked['rank'][n])} | {top(ranked['mixed'][n])} | {top(ranked['plain_rank'][n])} |"
            for n in found
        ),
    ]
    ahead = all(
        sum(r <= most for r in ranked["rank"][n]) >= sum(r <= most for r in ranked["plain_rank"][n])
        for n in found
        for most in (1, 3)
    )
    return lines, ahead


def seconds(outcomes: Sequence[Outcome]) -> list[str]:
    """The probability of a second source, by what it truly was; and branches that cannot be told apart."""
    lines = ["| truth | spills | mean probability of a second | above one half |", "|---|---|---|---|"]
    for kind in KINDS:
        chance = np.array([a["second"] for a in answers(outcomes, 4, kind)])
        if chance.size:
            lines.append(f"| {kind} | {chance.size} | {chance.mean():.0%} | {np.mean(chance > 0.5):.0%} |")
    lines += [
        "",
        "## Branches that cannot be told apart",
        "",
        "| stations | spills of which it is said | the true branch is one of those named |",
        "|---|---|---|",
    ]
    for n in STATIONS:
        said = [a["grouped"] for a in answers(outcomes, n, "one", "border") if a["groups"]]
        lines.append(f"| {n} | {len(said)} | {share(said)} |")
    return lines


def walks(found: Sequence[Outcome]) -> list[str]:
    """The random walks beside the posterior, one by one."""
    near = [o["apart_m"] <= NEAR_M for o in found]
    return [
        "| seed | most probable places apart | total variation | … between two walks | walk inside the 95 % region | member's probability off by |",
        "|---|---|---|---|---|---|",
        *(
            f"| {o['seed']} | {o['apart_m'] / 1e3:.1f} km | {o['variation']:.3f} | {o['between_walks']:.3f} | {o['in_region']:.1%} "
            f"| {o['member_off']:.3f} |"
            for o in found
        ),
        "",
        f"Most probable places within {NEAR_M / 1e3:.0f} km: **{share(near)}**.",
    ]


def page(
    outcomes: Sequence[Outcome], walked: Sequence[Outcome], quick: dict[str, float], command: str
) -> tuple[str, bool]:
    """The page, and whether its floors hold."""
    whole = (quick["transpose"] + quick["posterior"]) / quick["forward"]
    held, covered = coverage(outcomes)
    listed, ahead = dischargers(outcomes)
    cpu = [a["cpu_s"] for a in answers(outcomes, 4)]
    unseen = sum(not o["seen"] for o in outcomes)
    lines = [
        "# Spills, traced on the twin's transposed transport", "", written(command), INTRODUCTION, "",
        f"{len(outcomes)} spills, {unseen} seen by no station. One trace with four stations, five members and a look for a",
        f"second source takes {np.median(cpu):.1f} s of processor time in the median, at the longest {max(cpu):.1f} s.", "",
        "## Where, when and how much", "", *held, "", *errors(outcomes), "",
        "Place and start trade for each other: a wave that began earlier and higher up arrives in the same way, and only its",
        "width tells. That is why a tracer that is told the true water is hardly nearer.", "",
        "## Which discharger", "",
        "Of spills from a listed discharger or over the border, among 18 that are listed. The mix is the ratio of two",
        "constituents against that of the permits, which a true discharge misses by a factor of 1.6 (standard deviation).", "",
        *listed, "", "## A second source", "", *seconds(outcomes), "",
        "## Against a random walk", "",
        "The whole posterior (place, start, duration, mass, the stations' gains, the member) by two parallel-tempered walks of",
        f"{SWEEPS:,} sweeps each, with a likelihood of their own and continuous starts and durations.", "", *walks(walked), "",
        "## Speed", "",
        f"977 cells × 1008 steps × 126 readings, {quick['candidates']:,.0f} places and starts (each with five durations),",
        "processor time on a shared machine:", "",
        "| one forward run | all responses (transpose) | likelihood of all releases | together, in forward runs |",
        "|---|---|---|---|",
        f"| {1e3 * quick['forward']:.0f} ms | {quick['transpose']:.2f} s | {quick['posterior']:.2f} s | **{whole:.0f}** |",
    ]  # fmt: skip
    return "\n".join(lines) + "\n", covered and ahead and whole <= 200


# ---------------------------------------------------------------------- all of it


def kept(files: Sequence[Path]) -> list[Outcome]:
    """Outcomes of earlier runs, once each."""
    lines = [line for file in files if file.exists() for line in file.read_text(encoding="utf-8").splitlines()]
    return list({o["seed"]: o for o in map(json.loads, lines)}.values())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spills", type=int, default=200)
    parser.add_argument("--first", type=int, default=FIRST, help="seed of the first spill")
    parser.add_argument("--walks", type=int, default=10, help="spills that are held against a random walk")
    parser.add_argument("--keep", type=Path, nargs="+", default=[ROOT / "build" / "spills.jsonl"])
    parser.add_argument("--shard", default="0/1")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "validation" / "trace-spills.md")
    options = parser.parse_args()
    which, of = (int(v) for v in options.shard.split("/"))
    w = world()
    seeds = range(options.first, options.first + options.spills)
    options.keep[0].parent.mkdir(parents=True, exist_ok=True)
    done = {o["seed"] for o in kept(options.keep)}
    for seed in track([s for s in seeds[which::of] if s not in done], "tracing"):
        with options.keep[0].open("a", encoding="utf-8") as file:
            file.write(json.dumps(run(w, seed)) + "\n")
    if of > 1:
        return 0
    outcomes = [o for o in kept(options.keep) if o["seed"] in seeds]
    walking = options.keep[0].with_suffix(".walks.jsonl")
    walked = {o["seed"]: o for o in kept([walking])}
    for seed in seeds:
        if len([o for o in walked.values() if "apart_m" in o]) >= options.walks:
            break
        if seed not in walked:
            walked[seed] = against_walk(w, seed) or {"seed": seed}
            with walking.open("a", encoding="utf-8") as file:
                file.write(json.dumps(walked[seed]) + "\n")
    command = f"benchmarks/trace/verify_spills.py --spills {options.spills} --walks {options.walks}"
    text, good = page(outcomes, [o for o in walked.values() if "apart_m" in o], speed(), command)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(text, encoding="utf-8")
    print(text)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
