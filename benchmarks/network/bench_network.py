"""Network operations on 100,000 reaches beside networkx and a plain Python loop, timed in one run.

    python benchmarks/network/bench_network.py [--reaches 100000] [--json FILE]

A random river tree is drawn on a plane (no two runs of a seed differ). Every engine answers the same questions; the
answers are compared before a time is printed. Where a plain answer takes minutes it is timed on a part of the
questions and its time is multiplied, which the table says.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import numba
import numpy as np
import shapely

from riverchief.base.network import Network

ORIGIN = (112.0, 37.0)
DEGREE_M = 111_195.0  # of latitude


def river_tree(n: int, seed: int) -> dict[str, Any]:
    """A tree of `n` reaches: every node drains to a nearer-the-outlet node close by; lines of three vertices."""
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0, 1, (n + 1, 2)) * math.sqrt(n) * 700.0
    xy = xy[np.argsort(xy.sum(axis=1))][::-1]  # the outlet is the last node, in one corner
    window = 60
    lower = np.empty(n, np.int64)
    for i in range(n):
        below = np.arange(i + 1, min(i + 1 + window * 4, n + 1))
        lower[i] = below[np.argmin(((xy[below] - xy[i]) ** 2).sum(axis=1))]
    lon = ORIGIN[0] + xy[:, 0] / DEGREE_M / math.cos(math.radians(ORIGIN[1]))
    lat = ORIGIN[1] + xy[:, 1] / DEGREE_M
    nodes = np.column_stack([lon, lat])
    middle = (nodes[:-1] + nodes[lower]) / 2 + rng.normal(0, 5e-4, (n, 2))
    lines = np.stack([nodes[:-1], middle, nodes[lower]], axis=1)
    order = rng.permutation(n)  # reaches come in no order from a registry
    return {
        "codes": [f"r{i}" for i in order],
        "from": [f"n{i}" for i in order],
        "to": [f"n{lower[i]}" for i in order],
        "length_m": np.hypot(*(xy[:-1] - xy[lower])[order].T) * 1.2 + 1.0,
        "velocity_ms": rng.uniform(0.3, 1.2, n),
        "lines": list(lines[order]),
    }


def timed(work: Callable[[], Any], repeat: int = 3) -> tuple[float, Any]:
    """Shortest of `repeat` runs [s], and the answer."""
    best, answer = math.inf, None
    for _ in range(repeat):
        begin = time.perf_counter()
        answer = work()
        best = min(best, time.perf_counter() - begin)
    return best, answer


class Rows:
    """The table that grows: one row per question and engine."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def add(self, question: str, engine: str, seconds: float, note: str = "") -> None:
        self.rows.append({"question": question, "engine": engine, "seconds": seconds, "note": note})

    def markdown(self) -> str:
        own = {row["question"]: row["seconds"] for row in self.rows if row["engine"] == "riverchief"}
        lines = ["| question | engine | time | against riverchief | note |", "|---|---|---:|---:|---|"]
        for row in self.rows:
            ratio = row["seconds"] / own[row["question"]]
            times = "1" if row["engine"] == "riverchief" else f"{ratio:,.0f} ×" if ratio >= 10 else f"{ratio:,.1f} ×"
            lines.append(f"| {row['question']} | {row['engine']} | {shown(row['seconds'])} | {times} | {row['note']} |")
        return "\n".join(lines)


def shown(seconds: float) -> str:
    """A duration in a unit that reads well."""
    if seconds < 1e-3:
        return f"{seconds * 1e6:,.0f} µs"
    return f"{seconds * 1e3:,.1f} ms" if seconds < 1 else f"{seconds:,.2f} s"


def plain_graph(tree: dict[str, Any]) -> tuple[dict[str, tuple[str, float]], dict[str, list[str]]]:
    """What a first attempt would hold: the way down by node, and the nodes above."""
    down: dict[str, tuple[str, float]] = {}
    above: dict[str, list[str]] = {}
    for upper, lower, length in zip(tree["from"], tree["to"], tree["length_m"], strict=True):
        down[upper] = (lower, float(length))
        above.setdefault(lower, []).append(upper)
    return down, above


def nx_graph(tree: dict[str, Any]) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_weighted_edges_from(zip(tree["from"], tree["to"], map(float, tree["length_m"]), strict=True))
    return graph


def plain_above(above: dict[str, list[str]], node: str) -> set[str]:
    seen, waiting = set(), [node]
    while waiting:
        here = waiting.pop()
        for upper in above.get(here, ()):
            if upper not in seen:
                seen.add(upper)
                waiting.append(upper)
    return seen


def plain_distance(down: dict[str, tuple[str, float]], start: str, goal: str) -> float:
    """Walk down from `start` until `goal`; nan where the water never comes by [m]."""
    length = 0.0
    while start != goal:
        if start not in down:
            return math.nan
        start, step = down[start]
        length += step
    return length


def bench_graph(tree: dict[str, Any], rows: Rows, rng: np.random.Generator) -> Network:
    n = len(tree["codes"])

    def build() -> Network:
        net = Network.build(
            tree["codes"], tree["from"], tree["to"], tree["length_m"], tree["velocity_ms"], tree["lines"]
        )
        net.upstream([0])  # the lists that every question needs are part of building
        net.distance(0, 0, 0, 1)
        return net

    build()  # compiles
    seconds, net = timed(build)
    rows.add(f"build {n:,} reaches", "riverchief", seconds, "codes to arrays, order, cycle check, lists")
    seconds, graph = timed(lambda: nx_graph(tree))
    rows.add(f"build {n:,} reaches", "networkx", seconds, "no cycle check")
    seconds, (down, above) = timed(lambda: plain_graph(tree))
    rows.add(f"build {n:,} reaches", "plain dicts", seconds, "no cycle check")

    outlet = next(i for i in range(n) if tree["to"][i] not in down)
    question = "everything upstream of the outlet's reach"
    seconds, mask = timed(lambda: net.upstream([outlet]))
    rows.add(question, "riverchief", seconds, f"{int(mask.sum()):,} reaches")
    seconds, found = timed(lambda: nx.ancestors(graph, tree["from"][outlet]))
    assert len(found) + 1 == int(mask.sum())
    rows.add(question, "networkx", seconds)
    seconds, plain = timed(lambda: plain_above(above, tree["from"][outlet]))
    assert len(plain) == len(found)
    rows.add(question, "plain loop", seconds)

    pairs = 100_000
    a, b = rng.integers(0, n, pairs), rng.integers(0, n, pairs)
    half = pairs // 2
    b[:half] = walk_down(net, a[:half], rng)  # half of the pairs have a way
    question = f"distance along the water, {pairs:,} pairs"
    seconds, distance = timed(lambda: net.distance(a, 0.0, b, 0.0))
    rows.add(question, "riverchief", seconds, f"{int(np.isfinite(distance).sum()):,} have a way")
    seconds, _ = timed(lambda: net.travel_time(a, 0.0, b, 0.0))
    rows.add(f"travel time, {pairs:,} pairs", "riverchief", seconds)
    part = rng.choice(pairs, 1_000, replace=False)
    names = [(tree["from"][i], tree["from"][j]) for i, j in zip(a[part], b[part], strict=True)]
    few = names[:200]
    seconds, answers = timed(lambda: [nx_distance(graph, u, w) for u, w in few], 1)
    assert np.allclose(answers, distance[part[:200]], equal_nan=True)
    rows.add(question, "networkx", seconds * pairs / len(few), f"200 pairs timed, × {pairs // len(few)}")
    seconds, answers = timed(lambda: [plain_distance(down, u, w) for u, w in names], 1)
    assert np.allclose(answers, distance[part], equal_nan=True)
    rows.add(question, "plain loop", seconds * pairs / len(names), f"1,000 pairs timed, × {pairs // len(names)}")
    return net


def nx_distance(graph: nx.DiGraph, start: str, goal: str) -> float:
    try:
        return float(nx.shortest_path_length(graph, start, goal, weight="weight"))
    except nx.NetworkXNoPath:
        return math.nan


def walk_down(net: Network, reaches: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """For each reach one that its water passes, a random number of reaches further down."""
    out = {int(node): i for i, node in enumerate(net.from_node)}
    result = reaches.copy()
    for k, reach in enumerate(reaches):
        here = int(reach)
        for _ in range(rng.integers(1, 200)):
            following = out.get(int(net.to_node[here]))
            if following is None:
                break
            here = following
        result[k] = here
    return result


def bench_locate(net: Network, rows: Rows, rng: np.random.Generator) -> None:
    points = 100_000
    corners = np.concatenate([line[[0, -1]] for line in net.lines])
    west, south, east, north = *corners.min(axis=0), *corners.max(axis=0)
    lon, lat = rng.uniform(west, east, points), rng.uniform(south, north, points)
    question = f"nearest reach and chainage of {points:,} points"
    begin = time.perf_counter()
    net.locate(lon[:1], lat[:1])
    tree_s = time.perf_counter() - begin
    seconds, located = timed(lambda: net.locate(lon, lat, limit_m=5_000))
    rows.add(question, "riverchief", seconds, f"and {shown(tree_s)} once for the tree over the segments")

    tries = 100
    a, b, reach = segments(net)
    seconds, away = timed(lambda: [numpy_nearest(a, b, lon[k], lat[k]) for k in range(tries)], 1)
    assert np.allclose([m for m, _ in away], located.distance_m[:tries], rtol=2e-3, atol=1.0)
    rows.add(
        question, "numpy over all segments", seconds * points / tries, f"{tries} points timed, × {points // tries}"
    )
    lists = list(zip(a.tolist(), b.tolist(), reach.tolist(), strict=True))
    few = 3
    seconds, away = timed(lambda: [loop_nearest(lists, lon[k], lat[k]) for k in range(few)], 1)
    assert np.allclose(away, located.distance_m[:few], rtol=2e-3, atol=1.0)
    rows.add(question, "plain loop", seconds * points / few, f"{few} points timed, × {points // few:,}")


def segments(net: Network) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    lines = np.array(net.lines)
    a, b = lines[:, :-1].reshape(-1, 2), lines[:, 1:].reshape(-1, 2)
    return a, b, np.repeat(np.arange(len(lines)), lines.shape[1] - 1)


def numpy_nearest(a: np.ndarray, b: np.ndarray, lon: float, lat: float) -> tuple[float, int]:
    scale = np.array([DEGREE_M * math.cos(math.radians(lat)), DEGREE_M])
    p, run = (np.array([lon, lat]) - a) * scale, (b - a) * scale
    share = np.clip((p * run).sum(axis=1) / (run**2).sum(axis=1), 0, 1)
    away = np.hypot(*(p - share[:, None] * run).T)
    best = int(away.argmin())
    return float(away[best]), best


def loop_nearest(lists: list[Any], lon: float, lat: float) -> float:
    east_m, best = DEGREE_M * math.cos(math.radians(lat)), math.inf
    for (ax, ay), (bx, by), _ in lists:
        px, py, rx, ry = (lon - ax) * east_m, (lat - ay) * DEGREE_M, (bx - ax) * east_m, (by - ay) * DEGREE_M
        share = min(1.0, max(0.0, (px * rx + py * ry) / (rx * rx + ry * ry)))
        best = min(best, math.hypot(px - share * rx, py - share * ry))
    return best


def machine() -> dict[str, str]:
    cpu = next(
        (x.split(":")[1].strip() for x in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in x), ""
    )
    return {
        "cpu": cpu,
        "cores": str(os.cpu_count()),
        "load_1_min": f"{os.getloadavg()[0]:.1f}",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "shapely": shapely.__version__,
        "numba": numba.__version__,
        "networkx": nx.__version__,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reaches", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="also write the rows here")
    given = parser.parse_args()
    rng = np.random.default_rng(given.seed)
    rows = Rows()
    net = bench_graph(river_tree(given.reaches, given.seed), rows, rng)
    bench_locate(net, rows, rng)
    result = {"machine": machine(), "reaches": given.reaches, "seed": given.seed, "rows": rows.rows}
    print(rows.markdown())
    print(json.dumps(result, ensure_ascii=False))
    if given.json:
        given.json.write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
