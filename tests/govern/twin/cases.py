"""Closed solutions of open-channel flow and transport, and the rivers they belong to.

A wide channel is a rectangle without walls, whose hydraulic radius is its depth; all rivers here are 1 m wide unless said.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import cumulative_simpson
from scipy.optimize import brentq
from scipy.special import erfc, erfcx

from riverchief.govern import twin
from riverchief.govern.twin.geometry.section import Hydraulics

Floats = NDArray[np.float64]
Depth = Callable[[Floats], Floats]
G = 9.81


@dataclass(frozen=True)
class Chezy:
    """A wide channel after A. Chézy: conveyance C b h^1.5 [m³/s]."""

    width_m: float
    chezy: float
    bed_m: float = 0.0
    depth_m: float = 10.0

    def hydraulics(self, depth_m: Floats) -> Hydraulics:
        h = np.maximum(depth_m, 0.0)
        return Hydraulics(self.width_m * h, self.width_m + 0 * h, self.chezy * self.width_m * h**1.5)


def wide(chainage_m: Floats, bed_m: Floats, manning: float) -> twin.River:
    """One reach `a` with a bed known at every point, and one cell for each."""
    river = twin.River("wide")
    shapes = [twin.trapezoid(1.0, 0.0, manning, bed_m=float(z), depth_m=10.0) for z in bed_m]
    river.reach("a", chainage_m, shapes, dx_m=float(chainage_m[1] - chainage_m[0]))
    return river


def flat(length_m: float, n: int, manning: float = 1e-6) -> twin.River:
    """A level channel of n faces."""
    return wide(np.linspace(0.0, length_m, n + 1), np.zeros(n + 1), manning)


def profile(model: twin.Model, values: Floats, code: str = "a") -> Floats:
    """Values along a reach's cells put at their places among all cells (lowest elsewhere: outside they are not used)."""
    full = np.full(model.cells.grid.bed.size, float(np.min(values)))
    full[model.cells.reach[code]] = values
    return full


# uniform and gradually varied flow


def bresse_m(depth_m: float, chezy: float, slope: float, q_m2s: float) -> float:
    """Distance [m] along a wide channel at which a depth lies, from J. A. Bresse's integral (1860)."""
    normal = (q_m2s**2 / (chezy**2 * slope)) ** (1 / 3)
    critical3 = q_m2s**2 / G
    u = depth_m / normal
    integral = np.log((u * u + u + 1) / (u - 1) ** 2) / 6 + np.arctan((2 * u + 1) / np.sqrt(3)) / np.sqrt(3)
    return float(normal / slope * (u - (1 - critical3 / normal**3) * integral))


def backwater(x_m: Floats, end_m: float, chezy: float, slope: float, q_m2s: float) -> Floats:
    """Depth of an M1 profile at x, which is `end_m` at the last x."""
    normal = (q_m2s**2 / (chezy**2 * slope)) ** (1 / 3)
    far = bresse_m(end_m, chezy, slope, q_m2s)
    return np.array([
        brentq(lambda h, d=x_m[-1] - x: far - bresse_m(h, chezy, slope, q_m2s) - d, normal * (1 + 1e-12), end_m + 1e-9)
        for x in x_m
    ])  # fmt: skip


@dataclass(frozen=True)
class Steady:
    """A steady flow with a bed made for its depth."""

    q_m2s: float
    manning: float
    depth: Depth
    breaks_m: tuple[float, ...] = ()

    def bed_m(self, x_m: Floats) -> Floats:
        """Bed under the depth: dz/dx = (q²/(g h³) − 1) dh/dx − n² q² h^(−10/3), integrated finely; 0 at the end.

        I. MacDonald et al., J. Hydraul. Eng. 123 (1997), where this way of making solutions comes from.
        """
        cuts = [float(x_m[0]), *self.breaks_m, float(x_m[-1])]
        points, beds, base = [], [], 0.0
        for a, b in itertools.pairwise(cuts):
            s = np.linspace(a, b, 20_001)
            inner = np.clip(s, a + 1e-9 * (b - a), b - 1e-9 * (b - a))
            step = 1e-3
            lo, hi = np.maximum(inner - step, a + 1e-9), np.minimum(inner + step, b - 1e-9)
            h = self.depth(inner)
            rise = (self.depth(hi) - self.depth(lo)) / (hi - lo)
            q2 = self.q_m2s**2
            slope = (q2 / (G * h**3) - 1) * rise - self.manning**2 * q2 * h ** (-10 / 3)
            points.append(s)
            beds.append(base + cumulative_simpson(slope, x=s, initial=0.0))
            base = beds[-1][-1]
        return np.interp(x_m, np.concatenate(points), np.concatenate(beds)) - base


_CRITICAL_M = (4 / G) ** (1 / 3)


def _hump(sign: float, size: float, sharp: float) -> Depth:
    return lambda x: _CRITICAL_M * (1 + sign * size * np.exp(-sharp * (x / 1000 - 0.5) ** 2))


def _steepening(x: Floats) -> Floats:
    return np.where(
        x <= 500,
        _CRITICAL_M * (1 - np.tanh(3 * (x / 1000 - 0.5)) / 3),
        _CRITICAL_M * (1 - np.tanh(6 * (x / 1000 - 0.5)) / 6),
    )


def _jump(x: Floats) -> Floats:
    a = (-0.348427, 0.552264, -0.55558)
    after = 1 + sum(a[k] * np.exp(-20 * (k + 1) * (x / 1000 - 0.5)) for k in range(3)) + 0.8 * np.exp(x / 1000 - 1)
    return np.where(x <= 500, _CRITICAL_M * (0.9 - np.exp(-x / 250) / 6), _CRITICAL_M * after)


MACDONALD = {
    "subcritical": Steady(2.0, 0.033, _hump(1, 0.5, 16)),
    "supercritical": Steady(2.5, 0.04, _hump(-1, 0.2, 36)),
    "transcritical": Steady(2.0, 0.0218, _steepening, (500.0,)),
    "hydraulic jump": Steady(2.0, 0.0218, _jump, (500.0,)),
}


def bump(x_m: Floats) -> Floats:
    """The bump of 0.2 m in a channel of 25 m (N. Goutal, F. Maurel, 1997)."""
    return np.maximum(0.2 - 0.05 * (x_m - 10) ** 2, 0.0)


def bump_depth(x_m: Floats, q_m2s: float, end_m: float | None, shock: bool = False) -> Floats:
    """Depth over the bump from Bernoulli's equation; where critical at the crest, with or without a jump behind it."""
    critical = (q_m2s**2 / G) ** (1 / 3)

    def head(h: float) -> float:
        return h + q_m2s**2 / (2 * G * h * h)

    def over(z: float, total: float, fast: bool) -> float:
        if total - z <= head(critical):
            return critical
        low, high = (1e-3, critical) if fast else (critical, 5.0)
        return float(brentq(lambda h: head(h) + z - total, low, high))

    if end_m is not None and not shock:
        return np.array([over(z, head(end_m), False) for z in bump(x_m)])
    total = 0.2 + 1.5 * critical
    at = jump_place(q_m2s, end_m) if shock and end_m is not None else np.inf
    return np.array([
        over(float(bump(np.array(x))), head(end_m) if x > at and end_m is not None else total, 10 < x <= at) for x in x_m
    ])  # fmt: skip


def jump_place(q_m2s: float, end_m: float) -> float:
    """Where the jump stands behind the bump: equal specific force on both sides."""
    critical = (q_m2s**2 / G) ** (1 / 3)

    def head(h: float) -> float:
        return h + q_m2s**2 / (2 * G * h * h)

    def force(h: float) -> float:
        return q_m2s**2 / h + G * h * h / 2

    def differ(x: float) -> float:
        z = float(bump(np.array(x)))
        fast = brentq(lambda h: head(h) + z - 0.2 - 1.5 * critical, 1e-3, critical)
        slow = brentq(lambda h: head(h) + z - head(end_m), critical, 5.0)
        return force(fast) - force(slow)

    crest = head(end_m) - 1.5 * critical  # above this bed the tailwater's head passes no such flow
    return float(brentq(differ, 10 + np.sqrt(max(0.2 - crest, 0.0) / 0.05) + 1e-6, 11.9999))


# dams that break, standing waves


def stoker(high_m: float, low_m: float, x_m: Floats, t_s: float) -> tuple[Floats, float, float, float]:
    """Depth at x from the dam after t, with the plateau's depth [m], its speed and that of the front [m/s].

    J. J. Stoker, Water Waves, 1957, §10.8.
    """
    fast = np.sqrt(G * high_m)

    def differ(c: float) -> float:
        h = c * c / G
        return 2 * (fast - c) - (h - low_m) * np.sqrt(0.5 * G * (h + low_m) / (h * low_m))

    c = brentq(differ, np.sqrt(G * low_m), fast)
    h = c * c / G
    u = 2 * (fast - c)
    front = h * u / (h - low_m)
    xi = x_m / t_s
    depth = np.where(
        xi < -fast, high_m, np.where(xi < u - c, (2 * fast - xi) ** 2 / (9 * G), np.where(xi < front, h, low_m))
    )
    return depth, float(h), float(u), float(front)


def ritter(high_m: float, x_m: Floats, t_s: float) -> Floats:
    """Depth at x from the dam after t on a dry bed (A. Ritter, 1892)."""
    fast = np.sqrt(G * high_m)
    xi = x_m / t_s
    return np.where(xi < -fast, high_m, np.where(xi < 2 * fast, (2 * fast - xi) ** 2 / (9 * G), 0.0))


def seiche_s(length_m: float, depth_m: float) -> float:
    """Period of the first standing wave of a closed basin [s] (J. R. Merian, 1828)."""
    return 2 * length_m / np.sqrt(G * depth_m)


def basins_s(length_m: float, area_m2: float, surface_1_m2: float, surface_2_m2: float) -> float:
    """Period of the swing of two basins joined by a channel [s]."""
    return float(
        2 * np.pi * np.sqrt(length_m * surface_1_m2 * surface_2_m2 / (G * area_m2 * (surface_1_m2 + surface_2_m2)))
    )


# transport


def step_front(x_m: float, t_s: Floats, u_ms: float, spread_m2s: float, decay_1s: float = 0.0) -> Floats:
    """Concentration where 1 has entered since t = 0 (A. Ogata, R. B. Banks, 1961; with decay M. Th. van Genuchten, 1981)."""
    gamma = np.sqrt(1 + 4 * decay_1s * spread_m2s / u_ms**2)
    root = 2 * np.sqrt(spread_m2s * t_s)
    ahead = np.exp(u_ms * x_m * (1 - gamma) / (2 * spread_m2s)) * erfc((x_m - u_ms * gamma * t_s) / root)
    z = (x_m + u_ms * gamma * t_s) / root
    # e^{ux(1+γ)/2D} erfc(z) without overflow
    behind = np.exp(u_ms * x_m * (1 + gamma) / (2 * spread_m2s) - z * z) * erfcx(z)
    return 0.5 * (ahead + behind)


def inflow_front(x_m: float, t_s: Floats, u_ms: float, spread_m2s: float) -> Floats:
    """Concentration where water of 1 has flowed in since t = 0 and none disperses out against it.

    M. Th. van Genuchten, W. J. Alves, USDA Technical Bulletin 1661, 1982, solution A2: the front of Ogata and Banks for an
    inflow whose flux is known, not the concentration just inside.
    """
    root = 2 * np.sqrt(spread_m2s * t_s)
    bell = np.exp(-(((x_m - u_ms * t_s) / root) ** 2))
    behind = bell * erfcx((x_m + u_ms * t_s) / root)  # e^{ux/D} erfc(z) without overflow
    far = 1 + u_ms * x_m / spread_m2s + u_ms**2 * t_s / spread_m2s
    ahead = 0.5 * erfc((x_m - u_ms * t_s) / root)
    return ahead + np.sqrt(u_ms**2 * t_s / (np.pi * spread_m2s)) * bell - 0.5 * far * behind


def spill(mass_g: float, area_m2: float, x_m: Floats, t_s: Floats, u_ms: float, spread_m2s: float) -> Floats:
    """Concentration of a mass put in at once at x = 0, t = 0 (G. I. Taylor, 1954)."""
    t = np.maximum(t_s, 1e-9)
    return (
        mass_g / area_m2 / np.sqrt(4 * np.pi * spread_m2s * t) * np.exp(-((x_m - u_ms * t) ** 2) / (4 * spread_m2s * t))
    )
