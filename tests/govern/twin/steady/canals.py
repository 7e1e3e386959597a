"""Channels whose water surface is known in closed form, for the tests of steady profiles."""

from itertools import pairwise

import numpy as np
from scipy.integrate import quad

from riverchief.govern.twin.geometry.section import CrossSection, trapezoid
from riverchief.govern.twin.steady.cuts import ShapeCut
from riverchief.govern.twin.steady.divided import DividedCrossSection
from riverchief.govern.twin.steady.model import SteadyModel, SteadyReach
from riverchief.govern.twin.steady.step import Row

G = 9.81
CRITICAL = (4 / G) ** (1 / 3)  # of 2 m²/s


def canal(x, bed, manning, width=1.0, crossings=None):
    """A rectangle with smooth walls over a bed."""
    x, bed = np.asarray(x, float), np.asarray(bed, float)
    ways = np.append(np.diff(x), 0.0)
    rows = tuple(
        Row(f"{at:g}", float(at), ShapeCut(trapezoid(width, 0, manning, bed_m=float(z))), (float(w),) * 3)
        for at, z, w in zip(x, bed, ways, strict=True)
    )
    return SteadyModel("", {"a": SteadyReach("a", rows, "a:start", "a:end", crossings or {})})


def plain(stations, levels, manning=0.03, left=None, right=None, **more):
    """A divided CrossSection with one roughness."""
    ground = CrossSection(np.array(stations, float), np.array(levels, float), np.array([manning]), np.array([0.0]), "p")
    left = stations[0] if left is None else left
    right = stations[-1] if right is None else right
    return DividedCrossSection(ground, left, right, **more)


class MacDonald:
    """A depth h(x) in pieces with its slope; the bed that makes it the exact solution (SWASHES, L = 1000 m)."""

    def __init__(self, q, manning, *pieces):
        self.q, self.manning, self.pieces = q, manning, pieces  # (up to x, h, dh/dx)

    def piece(self, x):
        return next(p for p in self.pieces if x <= p[0])

    def depth(self, x):
        return np.array([self.piece(v)[1](v) for v in np.atleast_1d(x)])

    def bed(self, x):
        fall, z = [], 0.0
        for a, b in pairwise(x):
            _, h, slope = self.piece(b)

            def rate(s, h=h, slope=slope):
                return (self.q**2 / (G * h(s) ** 3) - 1) * slope(s) - (self.manning * self.q) ** 2 * h(s) ** (-10 / 3)

            z += quad(rate, a, b, epsabs=1e-12)[0]
            fall.append(z)
        bed = np.array([0.0, *fall])
        return bed - bed.min()


def _bell(critical, height, steep):
    def h(x):
        return critical * (1 + height * np.exp(-steep * (x / 1000 - 0.5) ** 2))

    def slope(x):
        u = x / 1000 - 0.5
        return critical * height * np.exp(-steep * u**2) * (-2 * steep * u / 1000)

    return h, slope


def _tanh(share):
    def h(x):
        return CRITICAL * (1 - np.tanh(share * (x / 1000 - 0.5)) / share)

    def slope(x):
        return -CRITICAL / np.cosh(share * (x / 1000 - 0.5)) ** 2 / 1000

    return h, slope


_A = (-0.348427, 0.552264, -0.55558)


def _after_jump():
    def h(x):
        u = x / 1000 - 0.5
        return CRITICAL * (1 + sum(a * np.exp(-20 * k * u) for k, a in enumerate(_A, 1)) + 0.8 * np.exp(x / 1000 - 1))

    def slope(x):
        u = x / 1000 - 0.5
        inner = sum(-20 * k * a * np.exp(-20 * k * u) for k, a in enumerate(_A, 1)) + 0.8 * np.exp(x / 1000 - 1)
        return CRITICAL * inner / 1000

    return h, slope


SUBCRITICAL = MacDonald(2.0, 0.033, (1000, *_bell(CRITICAL, 0.5, 16)))
SUPERCRITICAL = MacDonald(2.5, 0.04, (1000, *_bell(CRITICAL, -0.2, 36)))
TRANSCRITICAL = MacDonald(2.0, 0.0218, (500, *_tanh(3)), (1000, *_tanh(6)))
JUMP = MacDonald(
    2.0,
    0.0218,
    (500, lambda x: CRITICAL * (0.9 - np.exp(-x / 250) / 6), lambda x: CRITICAL * np.exp(-x / 250) / 1500),
    (1000, *_after_jump()),
)
