"""Flow led down long reaches by Muskingum's storage: never negative, and no water made or lost on the way.

G. T. McCarthy, The unit hydrograph and flood routing, US Army Corps of Engineers, 1938; J. A. Cunge, On the subject of
a flood propagation computation method, J. Hydraul. Res. 7 (1969), 205-230; a reach in equal parts as in the
马斯京根分段连续演算法 that Chinese forecasters use.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import Bounds, differential_evolution

from riverchief.base.errors import InputError
from riverchief.govern.twin.catchment._kernels import muskingum
from riverchief.govern.twin.catchment.scores import nse

Floats = NDArray[np.float64]

GRAVITY_WIDE = 5 / 3  # celerity over velocity in a wide channel by Manning
MOST_PARTS = 50
MOST_SUB_STEPS = 100_000  # a reach that needs more passes its water on within the step: there is nothing to route


@dataclass(frozen=True)
class Muskingum:
    """A reach that holds `k_s` · (x · inflow + (1 - x) · outflow).

    Attributes
    ----------
    k_s : float
        Travel time of a wave [s], at least 1 s.
    x : float
        How little the wave spreads: 0.5 not at all, 0 as through one lake, below 0 more [-].
    """

    k_s: float
    x: float

    def __post_init__(self) -> None:
        """Refuse what is no reach."""
        if not (math.isfinite(self.k_s) and self.k_s >= 1 and -1 <= self.x <= 0.5):
            raise InputError(
                f"the reach has a travel time of {self.k_s:g} s and x = {self.x:g}; give a time of 1 s or more and x "
                "between -1 and 0.5."
            )


def cunge(*, length_m: float, slope: float, width_m: float, manning: float, flow_m3s: float) -> Muskingum:
    """The reach of a wide channel of known geometry, at a reference flow (Cunge 1969).

    Parameters
    ----------
    length_m, slope, width_m : float
        Length [m], bed slope [-], width of the water [m].
    manning : float
        Roughness [s/m^(1/3)].
    flow_m3s : float
        Reference flow [m³/s], such as the mean of base and peak.

    Returns
    -------
    Muskingum
        k = length / celerity; x = (1 - flow / (width · slope · celerity · length)) / 2.

    Raises
    ------
    InputError
        A measure that is not above 0, or a reach so short and flat that a wave spreads over more than three times it.
    """
    given = {"length_m": length_m, "slope": slope, "width_m": width_m, "manning": manning, "flow_m3s": flow_m3s}
    for name, value in given.items():
        if not (math.isfinite(value) and value > 0):
            raise InputError(f"the reach's {name} is {value:g}; it must be more than 0.")
    depth_m = (flow_m3s * manning / (width_m * math.sqrt(slope))) ** 0.6
    celerity = GRAVITY_WIDE * flow_m3s / (width_m * depth_m)
    x = 0.5 * (1 - flow_m3s / (width_m * slope * celerity * length_m))
    if x < -1:
        raise InputError(
            f"the reach of {length_m:g} m has x = {x:.2f} by Cunge: water there levels out rather than travels. "
            "Join it to its neighbours, or use the hydraulic model."
        )
    return Muskingum(length_m / celerity, x)


@dataclass(frozen=True)
class Grid:
    """How a reach is computed: `n_part` equal parts of `k_s` and `x` each, `n_sub` sub-steps of a step."""

    n_part: int
    n_sub: int
    k_s: float
    x: float


def grid(reach: Muskingum, step_s: float) -> Grid:
    """The fewest parts and sub-steps in which no coefficient is negative.

    A reach in n parts keeps its travel time k and its spread k² (1 - 2 x) when each part has k / n and
    x_n = (1 - n (1 - 2 x)) / 2. The coefficients are none of them negative when the sub-step lies between 2 k_n |x_n|
    and 2 k_n (1 - x_n). Where no number of parts meets that (steps far shorter than the reach), the reach is the
    cascade of equal lakes that spreads nearest to it: x_n = 0, which holds at any step.
    """
    loose = 1 - 2 * reach.x
    most = MOST_PARTS if loose == 0 else min(MOST_PARTS, max(1, math.floor(3 / loose)))
    for n_part in range(1, most + 1):
        k, x = reach.k_s / n_part, 0.5 * (1 - n_part * loose)
        n_sub = max(1, math.ceil(step_s / (2 * k * (1 - x))))
        if step_s / n_sub >= 2 * k * abs(x):
            return Grid(n_part, n_sub, k, x)
    n_part = MOST_PARTS if loose * MOST_PARTS < 1 else max(1, round(1 / loose))
    k = reach.k_s / n_part
    return Grid(n_part, max(1, math.ceil(step_s / (2 * k))), k, 0.0)


@dataclass(frozen=True)
class Routed:
    """What left a reach.

    Attributes
    ----------
    outflow_m3s : float64 (n,)
        Outflow at the steps [m³/s].
    in_m3, out_m3, stored_more_m3 : float
        Volumes from the first to the last step [m³].
    """

    outflow_m3s: Floats
    in_m3: float
    out_m3: float
    stored_more_m3: float

    @property
    def residual_m3(self) -> float:
        """What the books are out by [m³]: nothing but round-off."""
        return self.in_m3 - self.out_m3 - self.stored_more_m3


def _flows(name: str, values: ArrayLike) -> Floats:
    flows = np.asarray(values, np.float64)
    wrong = np.argwhere(~(np.isfinite(flows) & (flows >= 0)))
    if flows.ndim != 1 or not flows.size or wrong.size:
        found = f"{flows[tuple(wrong[0])]:g} m³/s at step {wrong[0][-1]}" if wrong.size else f"shape {flows.shape}"
        raise InputError(f"{name} has {found}; give one series of flows of 0 m³/s or more, its gaps filled.")
    return np.ascontiguousarray(flows)


def route(inflow_m3s: ArrayLike, reach: Muskingum, step_s: float) -> Routed:
    """Lead a flow down a reach that is steady at the beginning.

    Parameters
    ----------
    inflow_m3s : array_like (n,)
        Inflow at the steps [m³/s], a straight line between them.
    reach : Muskingum
        The reach.
    step_s : float
        Time between steps [s].

    Raises
    ------
    InputError
        A gap or negative flow, a step of 0 s or less, or a reach far shorter than the step.
    """
    inflow = _flows("the reach's inflow", inflow_m3s)
    if not (math.isfinite(step_s) and step_s > 0):
        raise InputError(f"the reach's step is {step_s:g} s; it must be more than 0 s.")
    g = grid(reach, step_s)
    if g.n_sub > MOST_SUB_STEPS:
        raise InputError(
            f"the reach's travel time of {reach.k_s:g} s is far below the step of {step_s:g} s; "
            "join it to its neighbour."
        )
    sub_s = step_s / g.n_sub
    under = g.k_s * (1 - g.x) + sub_s / 2
    c0, c1 = max(sub_s / 2 - g.k_s * g.x, 0.0) / under, max(sub_s / 2 + g.k_s * g.x, 0.0) / under
    out, total, ends = muskingum(inflow, c0, c1, max(1 - c0 - c1, 0.0), g.n_part, g.n_sub)

    def held(levels: Floats) -> float:
        """What the parts hold [m³] when these flows pass their ends, the inflow first."""
        return float(g.k_s * (g.x * levels[:-1] + (1 - g.x) * levels[1:]).sum())

    more = held(np.append(inflow[-1], ends)) - held(np.full(g.n_part + 1, inflow[0]))
    came = float(step_s * (inflow[1:] + inflow[:-1]).sum() / 2)
    return Routed(out, came, float(sub_s * total), more)


@dataclass(frozen=True)
class Confluence:
    """Tributaries that meet: a reach for each, and the share that is lost on the way together [-].

    Negative where more comes in between the gauges than is taken out.
    """

    reaches: tuple[Muskingum, ...]
    lost: float = 0.0

    def route(self, inflows_m3s: Sequence[ArrayLike], step_s: float) -> Floats:
        """Flow below the confluence (n,) [m³/s], of the tributaries' inflows, each (n,)."""
        if len(inflows_m3s) != len(self.reaches):
            raise InputError(
                f"the confluence has {len(self.reaches)} reaches and {len(inflows_m3s)} inflows; give one each."
            )
        parts = [route(q, reach, step_s).outflow_m3s for q, reach in zip(inflows_m3s, self.reaches, strict=True)]
        return np.asarray((1 - self.lost) * np.sum(parts, axis=0), np.float64)


def calibrate(inflows_m3s: Sequence[ArrayLike], observed_m3s: ArrayLike, step_s: float, *, seed: int = 0) -> Confluence:
    """Find travel times, one x, and the lost share that reproduce the flow below a confluence.

    Parameters
    ----------
    inflows_m3s : sequence of array_like (n,)
        Inflows, gaps filled [m³/s].
    observed_m3s : array_like (n,)
        Flow below [m³/s]; NaN is not scored.
    step_s : float
        Time between steps [s].
    seed : int
        Of the optimiser (differential evolution).

    Returns
    -------
    Confluence
        With the highest Nash-Sutcliffe efficiency; travel times between a tenth of a step and four steps.
    """
    observed = np.asarray(observed_m3s, np.float64)
    inflows = [_flows(f"inflow {k + 1}", q) for k, q in enumerate(inflows_m3s)]

    def of(v: Floats) -> Confluence:
        return Confluence(tuple(Muskingum(float(k) * step_s, float(v[-2])) for k in v[:-2]), float(v[-1]))

    def missed(v: Floats) -> float:
        return 1 - float(nse(of(v).route(inflows, step_s), observed))

    bounds = Bounds([0.1] * len(inflows) + [0.0, -0.3], [4.0] * len(inflows) + [0.5, 0.3])
    return of(differential_evolution(missed, bounds, popsize=8, maxiter=60, seed=seed, polish=False).x)
