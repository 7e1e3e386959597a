"""Runs of the closed cases: what the twin makes of them, beside what is true."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from govern.twin import cases
from riverchief.govern import twin

Floats = NDArray[np.float64]
G = cases.G


@dataclass(frozen=True)
class Played:
    """A profile or a hydrograph as it came out, beside the truth; `x` is place [m] or time [s]."""

    x: Floats
    found: Floats
    truth: Floats
    run: twin.Run

    @property
    def mean_error(self) -> float:
        """Mean distance over the mean size of the truth (L1)."""
        return float(np.abs(self.found - self.truth).mean() / np.abs(self.truth).mean())

    @property
    def worst_error(self) -> float:
        """Largest distance over the mean size of the truth (L∞)."""
        return float(np.abs(self.found - self.truth).max() / np.abs(self.truth).mean())


def order(coarse: float, fine: float, ratio: float) -> float:
    """Observed order of convergence."""
    return float(np.log(coarse / fine) / np.log(ratio))


def steps(dt_s: float) -> twin.Control:
    """Steps of one length."""
    return twin.Control(dt_s, dt_s, 0.05)


def _steady(river: twin.River, x: Floats, bed: Floats, depth: Floats, q: float, until_s: float, dt_s: float) -> Played:
    river.inflow("head", q, node="a:start")
    fast = q / depth[-1] > np.sqrt(G * depth[-1])
    slope = float((bed[-2] - bed[-1]) / (x[-1] - x[-2]))
    if fast:
        river.boundary(twin.NormalDepth("a:end", slope) if slope > 0 else twin.FreeFall("a:end"))
    else:
        river.boundary(twin.LevelBoundary("a:end", twin.constant(float(depth[-1] + bed[-1]))))
    model = twin.Model(river, control=steps(dt_s))
    run = model.run(model.start(0.0, cases.profile(model, bed + depth), q), until_s, until_s)
    found = run.record.level[-1][model.cells.reach["a"]] - bed
    inside = slice(0, -1) if not fast else slice(0, None)
    return Played(x[inside], found[inside], depth[inside], run)


def macdonald(name: str, n: int) -> Played:
    """A profile of MacDonald's kind, run from the truth until it stands."""
    made = cases.MACDONALD[name]
    x = np.linspace(0, 1000, n + 1)
    bed, depth = made.bed_m(x), made.depth(x)
    return _steady(cases.wide(x, bed, made.manning), x, bed, depth, made.q_m2s, 2000.0, 200.0 / n)


def bump(name: str, n: int) -> Played:
    """Flow over the bump."""
    q, end, shock = {
        "subcritical": (4.42, 2.0, False),
        "transcritical": (1.53, None, False),
        "with a jump": (0.18, 0.33, True),
    }[name]
    x = np.linspace(0, 25, n + 1)
    bed, depth = cases.bump(x), cases.bump_depth(x, q, end, shock)
    return _steady(cases.wide(x, bed, 1e-6), x, bed, depth, q, 300.0, 10.0 / n)


def backwater(n: int) -> Played:
    """An M1 profile after Chézy, run from normal depth."""
    q, c, slope, length = 2.0, 50.0, 5e-4, 10e3
    x = np.linspace(0, length, n + 1)
    river = twin.River("backwater")
    river.reach("a", x[[0, -1]], [cases.Chezy(1.0, c, slope * length), cases.Chezy(1.0, c)], dx_m=length / n)
    river.inflow("head", q, node="a:start")
    river.boundary(twin.LevelBoundary("a:end", twin.constant(4.0)))
    model = twin.Model(river)
    truth = cases.backwater(x, 4.0, c, slope, q)
    normal = (q * q / (c * c * slope)) ** (1 / 3)
    bed = slope * (length - x)
    start = cases.profile(model, np.maximum(bed + normal, 4.0))
    run = model.run(model.start(0.0, start, q), 4 * 86400.0, 86400.0)
    found = run.record.level[-1][model.cells.reach["a"]] - bed
    return Played(x[:-1], found[:-1], truth[:-1], run)


def dam(high_m: float, low_m: float, n: int, t_s: float = 60.0) -> Played:
    """A dam that breaks in the middle of 2 km, with automatic steps."""
    river = cases.flat(2000.0, n)
    model = twin.Model(river)
    x = model.cells.chainage_m["a"]
    run = model.run(model.start(0.0, cases.profile(model, np.where(x < 1000, high_m, low_m))), t_s, t_s)
    # the last cell of deep water ends half a face above 1000 m
    at = x - 1000 + 1000 / n
    truth = cases.stoker(high_m, low_m, at, t_s)[0] if low_m > 0 else cases.ritter(high_m, at, t_s)
    return Played(x, run.record.level[-1][model.cells.reach["a"]], truth, run)


def seiche(n: int, dt_s: float) -> Played:
    """A small standing wave in a closed basin, over two periods at one end."""
    length, depth, high = 10e3, 4.0, 1e-3
    model = twin.Model(cases.flat(length, n), control=steps(dt_s))
    x = model.cells.chainage_m["a"]
    period = cases.seiche_s(length, depth)
    run = model.run(
        model.start(0.0, cases.profile(model, depth + high * np.cos(np.pi * x / length))), 2 * period, period / 40
    )
    return Played(run.time_s, run.level_m("a", 0.0) - depth, high * np.cos(2 * np.pi * run.time_s / period), run)


def basins(dt_s: float) -> Played:
    """Two lakes of a hectare that swing through a channel of 500 m."""
    high, period = 1e-3, cases.basins_s(500.0, 50.0, 1e4, 1e4)
    river = twin.River("two basins")
    river.reach("a", [0.0, 500.0], [twin.trapezoid(10, 0, 1e-6)] * 2, dx_m=500.0)
    for node in ("a:start", "a:end"):
        river.storage(node, [0.0, 10.0], [1e4 - 2500.0] * 2)  # with half the channel it makes a hectare
    model = twin.Model(river, control=steps(dt_s))
    run = model.run(model.start(0.0, cases.profile(model, 5 + high * np.array([1.0, -1.0]))), 2 * period, period / 40)
    return Played(run.time_s, run.level_m("a", 0.0) - 5, high * np.cos(2 * np.pi * run.time_s / period), run)


def tide(n: int) -> Played:
    """A small M2 tide that co-oscillates in a channel closed at its head."""
    length, depth, high, period = 60e3, 10.0, 1e-3, 12.42 * 3600
    k = 2 * np.pi / period / np.sqrt(G * depth)
    river = cases.flat(length, n, manning=2e-3)  # a little friction ends what the start leaves
    t = np.arange(0, 40 * period, 300.0)
    river.boundary(twin.LevelBoundary("a:end", twin.Series(t, depth + high * np.cos(2 * np.pi * t / period))))
    model = twin.Model(river, control=steps(600.0))
    x = model.cells.chainage_m["a"]
    shape = high * np.cos(k * x) / np.cos(k * length)
    run = model.run(model.start(0.0, cases.profile(model, depth + shape)), 3 * period, period / 50)
    return Played(run.time_s, run.level_m("a", 0.0) - depth, shape[0] * np.cos(2 * np.pi * run.time_s / period), run)


def flood_wave(n: int) -> Played:
    """A small 24-hour sine on a river of 50 m, whose height 50 km down Hayami's theory gives."""
    width, manning, slope, q, high, period = 50.0, 0.03, 5e-4, 100.0, 1.0, 86400.0
    length = 100e3  # the wave leaves through a boundary far below
    river = twin.River("flood")
    shapes = [twin.trapezoid(width, 0, manning, bed_m=slope * length), twin.trapezoid(width, 0, manning)]
    river.reach("a", [0.0, length], shapes, dx_m=length / n)
    t = np.arange(0, 6 * period, 900.0)
    river.inflow("head", twin.Series(t, q + high * np.sin(2 * np.pi * t / period)), node="a:start")
    river.boundary(twin.NormalDepth("a:end", slope))
    depth = (q * manning / width / np.sqrt(slope)) ** 0.6
    speed, froude = 5 / 3 * q / width / depth, q / width / depth / np.sqrt(G * depth)
    spread = q / (2 * width * slope) * (1 - (2 * froude / 3) ** 2)
    model = twin.Model(river, control=steps(600.0))
    run = model.run(model.start(0.0), 5 * period, period / 48)
    last = run.time_s > 4 * period
    omega = 2 * np.pi / period
    k = (np.sqrt(speed**2 + 4j * omega * spread) - speed) / (2 * spread)  # from ∂Q/∂t + c ∂Q/∂x = D ∂²Q/∂x²

    def at(place: float) -> Floats:
        return np.asarray(high * np.imag(np.exp(1j * omega * run.time_s - k * place)))

    places = length / n * (0.5 + np.arange(n))
    face = int(np.abs(places - 50e3).argmin())
    found = run.record.flow[:, model.cells.faces["a"][face]] - q
    return Played(run.time_s[last], found[last], at(places[face])[last], run)


def pond(dt_s: float) -> Played:
    """A pond of 10 ha that a weir of 10 m drains for six hours."""
    area, width, c = 1e5, 10.0, 1.704
    river = twin.River("pond")
    river.storage("pond", [0.0, 10.0], [area, area])
    river.structure(twin.Weir("w", 0.0, width, c), between=("pond", "below"))
    river.boundary(twin.LevelBoundary("below", twin.constant(-5.0)))
    model = twin.Model(river, control=steps(dt_s))
    run = model.run(model.start(0.0, np.full(model.cells.grid.bed.size, 1.0)), 6 * 3600.0, 600.0)
    truth = (1 + c * width * run.time_s / (2 * area)) ** -2.0
    return Played(run.time_s, run.record.level[:, model.cells.node["pond"]], truth, run)


def split(n: int) -> Played:
    """Two wide ways between the same lakes share the water as their conveyances do."""
    q = 100.0
    river = twin.River("split")
    for code, width, manning, length in (("one", 30.0, 0.03, 20e3), ("two", 20.0, 0.035, 30e3)):
        shapes = [twin.trapezoid(width, 0, manning, bed_m=1.0), twin.trapezoid(width, 0, manning)]
        river.reach(code, [0.0, length], shapes, dx_m=length / n, from_node="up", to_node="down")
    for node, bed in (("up", 1.0), ("down", 0.0)):
        river.storage(node, [bed, bed + 10], [1e3, 1e3])
    river.inflow("head", q, node="up")
    a = [30 / (0.03 * np.sqrt(20e3)), 20 / (0.035 * np.sqrt(30e3))]
    depth = (q / sum(a)) ** 0.6  # the fall is 1 m on both
    river.boundary(twin.LevelBoundary("down", twin.constant(float(depth))))
    model = twin.Model(river)
    run = model.run(model.start(0.0), 5 * 86400.0, 86400.0)
    share = run.flow_m3s("one", 10e3)[-1:] / q
    return Played(np.zeros(1), share, np.array([a[0] / sum(a)]), run)


# transport


def channel(
    length_m: float, n: int, u_ms: float = 0.5, depth_m: float = 2.0, manning: float = 0.03, width_m: float = 10.0
) -> twin.River:
    """A uniform channel whose water runs at a given speed and depth."""
    slope = (u_ms * manning / depth_m ** (2 / 3)) ** 2
    river = twin.River("uniform")
    shapes = [twin.trapezoid(width_m, 0, manning, bed_m=slope * length_m), twin.trapezoid(width_m, 0, manning)]
    river.reach("a", [0.0, length_m], shapes, dx_m=length_m / n)
    river.boundary(twin.NormalDepth("a:end", slope))
    return river


def front(n: int, dt_s: float) -> Played:
    """A step of concentration at the head of a dispersing river (Ogata and Banks, of known flux), seen at 10 km."""
    u, spread, x = 0.5, 30.0, 10e3
    river = channel(20e3, n, u)
    river.inflow("head", u * 20.0, node="a:start", tracer=1.0)
    model = twin.Model(river, control=steps(dt_s), dispersion=spread)
    run = model.run(_uniform(model, u), 8 * 3600.0, 900.0)
    cell = model.cells.cell("a", x)
    return Played(run.time_s, run.record.conc[:, 0, cell], cases.inflow_front(x, run.time_s, u, spread), run)


def accident(n: int, dt_s: float) -> Played:
    """A ton put in within a minute, seen 9 km below (Taylor)."""
    u, spread, mass = 0.8, 30.0, 1e6
    river = channel(30e3, n, u)
    river.inflow("head", u * 20.0, node="a:start")
    load = twin.Series(np.array([0.0, 60.0]), np.array([mass / 60.0 / 1e-3, 0.0]), steps=True)
    river.inflow("spill", 1e-3, at=("a", 6e3), tracer=load)
    model = twin.Model(river, control=steps(dt_s), dispersion=spread)
    run = model.run(_uniform(model, u), 5 * 3600.0, 300.0)
    cell = model.cells.cell("a", 15e3)
    put = float(model.cells.chainage_m["a"][np.abs(model.cells.chainage_m["a"] - 6e3).argmin()])
    truth = cases.spill(mass, 20.0, 15e3 - put, run.time_s - 30.0, u, spread)
    return Played(run.time_s, run.record.conc[:, 0, cell], truth, run)


def _uniform(model: twin.Model, u_ms: float) -> object:
    full = model.cells.grid.bed + 2.0
    return model.start(0.0, full, u_ms * 20.0)
