"""Random rivers: trees, loops, bifurcations, storages and structures, irregular ground, dry beds, floods and tides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from riverchief.govern import twin

HOUR_S = 3600.0


@dataclass(frozen=True)
class World:
    """A random river, how it begins, and how long it runs."""

    model: twin.Model
    start: object
    until_s: float
    tracer_range: tuple[float, float]


def around(low: float, high: float) -> st.SearchStrategy[float]:
    """Sizes spread evenly over their powers of ten."""
    return st.floats(np.log(low), np.log(high)).map(lambda x: float(f"{np.exp(x):.4g}"))


def shapes(bed_m: float) -> st.SearchStrategy:
    """Trapezoids, triangles, rectangles, valleys with flood plains, pipes."""
    manning = around(0.012, 0.12)
    trapezoid = st.builds(
        lambda b, s, n: twin.trapezoid(b, s, n, bed_m=bed_m),
        around(0.3, 80),
        st.sampled_from([0.0, 0.5, 2.0, 5.0]),
        manning,
    )
    pipe = st.builds(lambda d, n: twin.circle(d, n, bed_m=bed_m), around(0.3, 4.0), around(0.01, 0.02))

    def valley(points: list[tuple[float, float]], n: list[float]) -> twin.CrossSection:
        x = np.cumsum([step for step, _ in points])
        z = np.array([height for _, height in points])
        z += bed_m - z.min()
        return twin.CrossSection(x, z, np.array(n), np.concatenate([[x[0]], np.sort(x[: len(n) - 1])]))

    ground = st.lists(st.tuples(st.floats(0.2, 30), st.floats(0, 6)), min_size=3, max_size=12)
    valleys = st.builds(valley, ground, st.lists(manning, min_size=1, max_size=2))
    return st.one_of(trapezoid, trapezoid, valleys, pipe)


def series(low: float, high: float) -> st.SearchStrategy[twin.Series]:
    """Constant, a tide, a flood, or steps, between two values over twelve hours."""

    def made(kind: str, a: float, b: float, hours: float) -> twin.Series:
        if kind == "constant":
            return twin.constant(a)
        if kind == "tide":
            t = np.linspace(0, 12 * HOUR_S, 49)
            return twin.Series(t, a + (b - a) * 0.5 * (1 - np.cos(2 * np.pi * t / (6 * HOUR_S))))
        t = np.array([0.0, 1.0, 1.0 + hours, 2.0 + 3 * hours]) * HOUR_S
        return twin.Series(t, np.array([a, a, b, a]), steps=kind == "steps")

    value = st.floats(low, high)
    return st.builds(made, st.sampled_from(["constant", "tide", "flood", "steps"]), value, value, st.floats(0.02, 3.0))


def structures(name: str, bed_m: float) -> st.SearchStrategy:
    """Any of the structures, a little above the bed."""
    sill = st.floats(0, 2).map(lambda h: bed_m + h)
    return st.one_of(
        st.builds(twin.Weir, st.just(name), sill, around(0.5, 40)),
        st.builds(twin.Gate, st.just(name), sill, around(0.5, 20), series(0.0, 2.0)),
        st.builds(twin.Orifice, st.just(name), sill, around(0.1, 5), around(0.1, 2), setting=series(0.0, 1.0)),
        st.builds(twin.Pump, st.just(name), series(0.0, 2.0), st.just(bed_m + 0.5), st.just(bed_m + 0.2)),
        st.builds(
            lambda z, q: twin.Rating(name, np.array([z, z + 1, z + 3]), np.array([0.0, q, 6 * q])),
            sill,
            around(0.1, 20),
        ),
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A random river with all that drives it."""
    river = twin.River("random")
    n = draw(st.integers(2, 6))
    steep = draw(st.sampled_from([0.0, 1e-4, 1e-3, 1e-2, 5e-2]))
    pairs = [(i, draw(st.integers(i + 1, n - 1))) for i in range(n - 1)]
    pairs += draw(
        st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda p: p[0] != p[1]), max_size=3)
    )
    bed = [100.0 + draw(st.floats(-1, 1)) for _ in range(n)]
    for i in range(n - 2, -1, -1):
        bed[i] += bed[i + 1] - 100.0 if steep else 0.0
    for k, (a, b) in enumerate(pairs):
        ends = (f"n{a}", f"n{b}")
        kind = draw(st.sampled_from(["reach"] * 4 + ["across", "between"]))
        if kind == "between" and k:
            river.structure(draw(structures(f"s{k}", max(bed[a], bed[b]))), between=ends)
            continue
        faces = draw(st.integers(1, 8))
        length = faces * draw(around(10, 1000))
        high, low = bed[a] + steep * length * (a < b), bed[b] + steep * length * (b < a)
        steps = draw(st.sampled_from([0.0, 0.0, 0.5]))
        river.reach(
            f"r{k}", [0.0, length], [draw(shapes(high + steps)), draw(shapes(low))], dx_m=length / faces,
            from_node=ends[0], to_node=ends[1], loss=[(0.5 * length, 2.0)] if steps else (),
        )  # fmt: skip
        if kind == "across":
            river.structure(draw(structures(f"s{k}", min(high, low))), at=(f"r{k}", 0.5 * length))
    nodes = river.nodes
    for node in draw(st.lists(st.sampled_from(nodes), max_size=2, unique=True)):
        z = bed[int(node[1:])] + draw(st.floats(-3, 1))
        river.storage(node, [z, z + 1, z + 5], draw(st.sampled_from([[10, 50, 100], [1e3, 1e4, 1e5], [0, 5e5, 1e6]])))
    ends = {r.to_node for r in river.reaches.values()}
    for node in draw(st.lists(st.sampled_from(nodes), min_size=0, max_size=2, unique=True)):
        z = bed[int(node[1:])]
        choices = [
            st.builds(twin.LevelBoundary, st.just(node), series(z - 0.5, z + 3), st.just({"one": 1.0, "tracer": 4.0})),
            st.builds(lambda q, z=z, node=node: twin.RatingBoundary(node, np.array([z, z + 2]), np.array([0, q])), around(0.5, 50)),
        ]  # fmt: skip
        if node in ends:
            choices += [
                st.builds(twin.NormalDepth, st.just(node), around(1e-5, 5e-2)),
                st.just(twin.FreeFall(node)),
            ]
        river.boundary(draw(st.one_of(choices)))
    for k in range(draw(st.integers(0, 4))):
        rate = draw(st.sampled_from([0.01, 1.0, 30.0]))
        flow = draw(st.one_of(series(0.0, rate), series(-rate, 0.0), series(-rate, rate)))
        place = {"node": draw(st.sampled_from(nodes))}
        if river.reaches and draw(st.booleans()):
            reach = draw(st.sampled_from(sorted(river.reaches)))
            place = {"at": (reach, river.reaches[reach].length_m * draw(st.floats(0, 1)))}
        river.inflow(f"q{k}", flow, **place, one=1.0, tracer=draw(series(0.0, 10.0)))
    model = twin.Model(river, ("one", "tracer"))
    return World(model, _start(draw, model), draw(st.sampled_from([0.25, 1.0])) * HOUR_S, (0.0, 10.0))


def _start(draw: st.DrawFn, model: twin.Model) -> object:
    """Dry, at rest, running, or with a water surface of steps."""
    grid = model.cells.grid
    kind = draw(st.sampled_from(["dry", "rest", "running", "steps"]))
    if kind == "running":
        state = model.start(0.0)
    elif kind == "dry":
        state = model.start(0.0, grid.bed)
    elif kind == "rest":
        state = model.start(0.0, draw(st.floats(99, 104)))
    else:
        depth = np.array(draw(st.lists(st.floats(0, 5), min_size=7, max_size=7)))
        state = model.start(0.0, grid.bed + depth[np.arange(grid.bed.size) * 7 // grid.bed.size])
    state.conc[0] = 1.0
    state.conc[1] = np.where(grid.fixed, state.conc[1], draw(st.floats(0, 10)))
    return state
