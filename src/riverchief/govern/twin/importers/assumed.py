"""Reaches where nobody has surveyed: trapezoids, assumed and marked, with their uncertainty."""

from __future__ import annotations

import numpy as np

from riverchief.base.basin import Basin
from riverchief.base.basin import Reach as Registered
from riverchief.base.errors import InputError
from riverchief.govern.twin.geometry.section import trapezoid
from riverchief.govern.twin.river import Assumed, NormalDepth, Reach, River

MANNING = 0.035
"""Roughness of a natural channel of which nothing is known [s/m^(1/3)]; Chow 1959, table 5-6."""

MANNING_LOG_SD = 0.3
WIDTH_LOG_SD = 0.2
"""Standard deviations of the logarithms [-]: what hydraulic geometry leaves open for a river whose mean is known."""

_SIDE = 2.0
_SLOPES = (2e-5, 0.03)


def generated(
    river: River,
    code: str,
    *,
    length_m: float,
    width_m: float,
    slope: float,
    depth_m: float,
    dx_m: float,
    manning: float = MANNING,
    bed_end_m: float = 0.0,
    from_node: str = "",
    to_node: str = "",
) -> Reach:
    """Add a reach of one trapezoid, marked as assumed.

    Parameters
    ----------
    river : River
        Gets the reach.
    code : str
    length_m, width_m, slope, depth_m : float
        Length, width of the water surface at `depth_m`, slope of the bed [-], usual depth [m].
    dx_m : float
        Wanted length of a cell [m].
    manning : float
        Roughness [s/m^(1/3)].
    bed_end_m : float
        Level of the bed at the lower end [m].

    Raises
    ------
    InputError
        Where a size is not above 0.
    """
    for name, value in (("length", length_m), ("width", width_m), ("slope", slope), ("depth", depth_m)):
        if not value > 0:
            raise InputError(f"reach {code} has a {name} of {value:g}; a generated reach needs it above 0.", reach=code)
    side = _side(width_m, depth_m)
    return _two_ends(
        river,
        code,
        length_m,
        width_m - 2 * side * depth_m,
        side,
        slope,
        depth_m,
        manning,
        bed_end_m,
        dx_m,
        from_node,
        to_node,
    )


def _side(width_m: float, depth_m: float) -> float:
    """1 in 2, steeper where the river is too narrow for it: the bottom keeps a third of the width."""
    return min(_SIDE, width_m / 3 / depth_m)


def _two_ends(
    river: River,
    code: str,
    length_m: float,
    bottom_m: float,
    side: float,
    slope: float,
    depth_m: float,
    manning: float,
    bed_end_m: float,
    dx_m: float,
    from_node: str,
    to_node: str,
) -> Reach:
    """The same trapezoid at either end of a reach."""
    banks = max(4 * depth_m, 5.0)  # floods stay in; above the banks walls go on
    ends = [
        trapezoid(bottom_m, side, manning, bed_end_m + drop, banks, f"{code} (assumed)")
        for drop in (slope * length_m, 0.0)
    ]
    assumed = Assumed("CrossSections, slope and roughness", MANNING_LOG_SD, WIDTH_LOG_SD)
    return river.reach(code, [0.0, length_m], ends, dx_m=dx_m, from_node=from_node, to_node=to_node, assumed=assumed)


def from_basin(basin: Basin, dx_m: float) -> River:
    """A river from the registry: trapezoids whose uniform flow has the registry's mean velocity and depth.

    Parameters
    ----------
    basin : Basin
    dx_m : float
        Wanted length of a cell [m]; a reach shorter than two of them gets shorter cells.

    Returns
    -------
    River
        Levels count from the bed at the lowest outlet, 0 m: the registry has no heights. The mean flows of the registry
        come in at heads and, where they grow, at the nodes below; outlets run on uniformly.

    Raises
    ------
    InputError
        Where a reach has no length, velocity, width or depth.

    Notes
    -----
    The area is the registry's flow over its velocity (width times depth where it has no flow). The bed takes the slope
    that `MANNING` needs for that velocity, between bounds of natural rivers; roughness follows from slope and velocity,
    by Manning's formula. Reaches that end at a node end at one level.
    """
    made = River(basin.name_en or basin.name_zh)
    slopes = {r.code: _slope(r) for r in basin.reaches}
    beds = _node_beds(basin, slopes)
    for r in basin.reaches:
        bottom, side, radius = _trapezoid(r)
        slope = (beds[r.from_node] - beds[r.to_node]) / r.length_m
        manning = radius ** (2 / 3) * slope**0.5 / r.velocity_ms
        cell = min(dx_m, r.length_m / 2)
        _two_ends(
            made,
            r.code,
            r.length_m,
            bottom,
            side,
            slope,
            r.depth_m,
            manning,
            beds[r.to_node],
            cell,
            r.from_node,
            r.to_node,
        )
    _flows(made, basin, slopes)
    return made


def _check(r: Registered) -> None:
    for name, value, unit in (
        ("length", r.length_m, "m"),
        ("velocity", r.velocity_ms, "m/s"),
        ("width", r.width_m, "m"),
        ("depth", r.depth_m, "m"),
    ):
        if not value > 0:
            raise InputError(
                f"reach {r.code} has a {name} of {value:g} {unit} in the registry; the twin needs it above 0.",
                reach=r.code,
            )


def _trapezoid(r: Registered) -> tuple[float, float, float]:
    """Bottom [m], side [-] and hydraulic radius [m] of a trapezoid with the registry's area at its depth."""
    area = r.flow_m3s / r.velocity_ms if r.flow_m3s > 0 else r.width_m * r.depth_m
    mean = area / r.depth_m
    side = min(_SIDE, 0.5 * mean / r.depth_m)
    bottom = mean - side * r.depth_m
    return bottom, side, area / (bottom + 2 * r.depth_m * (1 + side**2) ** 0.5)


def _slope(r: Registered) -> float:
    """The slope at which MANNING gives the registry's velocity at its depth [-]."""
    _check(r)
    radius = _trapezoid(r)[2]
    return float(np.clip((MANNING * r.velocity_ms / radius ** (2 / 3)) ** 2, *_SLOPES))


def _node_beds(basin: Basin, slopes: dict[str, float]) -> dict[str, float]:
    """Bed level of every node over the lowest outlet [m]: where a river divides the highest way up counts."""
    beds: dict[str, float] = {}
    waiting = list(basin.reaches)
    tops = {r.from_node for r in basin.reaches}
    beds.update({r.to_node: 0.0 for r in basin.reaches if r.to_node not in tops})
    while waiting:
        ready = {r.from_node for r in waiting} - {r.from_node for r in waiting if r.to_node not in beds}
        if not ready:
            raise InputError(
                f"the reaches {', '.join(r.code for r in waiting)} flow in a ring; no bed can fall all the way round.",
                reaches=[r.code for r in waiting],
            )
        for node in ready:
            leaving = [r for r in waiting if r.from_node == node]
            beds[node] = max(beds[r.to_node] + slopes[r.code] * r.length_m for r in leaving)
        waiting = [r for r in waiting if r.from_node not in ready]
    return beds


def _flows(river: River, basin: Basin, slopes: dict[str, float]) -> None:
    """Mean flows in at heads and nodes, uniform flow at outlets."""
    comes: dict[str, float] = {}
    leaves: dict[str, float] = {}
    for r in basin.reaches:
        comes[r.to_node] = comes.get(r.to_node, 0.0) + r.flow_m3s
        leaves[r.from_node] = leaves.get(r.from_node, 0.0) + r.flow_m3s
    for node, flow in leaves.items():
        more = flow - comes.get(node, 0.0)
        if node not in comes or abs(more) > 1e-9:
            river.inflow(f"{node} mean", more, node=node)
    for r in basin.reaches:
        if r.to_node not in leaves:
            river.boundary(NormalDepth(r.to_node, slopes[r.code]))
