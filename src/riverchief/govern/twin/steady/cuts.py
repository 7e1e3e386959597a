"""What a profile needs of a CrossSection at given levels, and how a `Shape` of the unsteady twin gives it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.govern.twin.geometry.section import Hydraulics, Shape

Floats = NDArray[np.float64]

GRAVITY = 9.81
"""Acceleration of gravity [m/s²], as in the rest of the twin."""

_DRY = 1e-9
# the moment is the integral of the area over depth: exact where the width is a straight line
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(6)


@dataclass(frozen=True)
class Flowing:
    """A CrossSection at n levels.

    Attributes
    ----------
    level_m : float64 (n,)
        Levels of the water [m].
    area_m2, width_m : float64 (n,)
        Area that flows [m²] and width of its surface [m].
    wet_m2 : float64 (n,)
        All water, what stands still included [m²].
    moments : function
        First moments about the surface, area times depth of the centre [m³], (n,) each: of all water, of what flows.
        Called only where forces are asked for, as shapes have to integrate for them.
    conveyance_m3s : float64 (3, n)
        Of left overbank, channel, right overbank [m³/s]; a section that is not divided is all channel.
    alpha, beta : float64 (n,)
        Coriolis' and Boussinesq's coefficients [-].
    """

    level_m: Floats
    area_m2: Floats
    width_m: Floats
    wet_m2: Floats
    moments: Callable[[], tuple[Floats, Floats]]
    conveyance_m3s: Floats
    alpha: Floats
    beta: Floats

    @property
    def moment_m3(self) -> Floats:
        """First moment of all water about its surface [m³]."""
        return self.moments()[0]

    @property
    def flow_moment_m3(self) -> Floats:
        """First moment of what flows about its surface [m³]."""
        return self.moments()[1]

    @property
    def total_m3s(self) -> Floats:
        """Conveyance of the whole section [m³/s]."""
        return np.asarray(self.conveyance_m3s.sum(axis=0), np.float64)

    def head_m(self, flow_m3s: float) -> Floats:
        """Velocity head α V² / 2g [m]; infinite where nothing flows."""
        with np.errstate(divide="ignore", invalid="ignore"):
            head = self.alpha * (flow_m3s / self.area_m2) ** 2 / (2 * GRAVITY)
        return np.where(self.area_m2 > _DRY, head, 0.0 if flow_m3s == 0 else np.inf)

    def energy_m(self, flow_m3s: float) -> Floats:
        """Level of the energy line [m]."""
        return self.level_m + self.head_m(flow_m3s)

    def force_m3(self, flow_m3s: float) -> Floats:
        """Specific force β Q² / (g A) + A ȳ [m³]; Chow, Open-Channel Hydraulics, 1959, eq. 3-17."""
        with np.errstate(divide="ignore", invalid="ignore"):
            moving = self.beta * flow_m3s**2 / (GRAVITY * self.area_m2)
        return np.where(self.area_m2 > _DRY, moving, np.inf) + self.moment_m3

    def froude(self, flow_m3s: float) -> Floats:
        """Froude number, the square root of the change of velocity head with level where α stands still [-]."""
        with np.errstate(divide="ignore", invalid="ignore"):
            square = self.alpha * flow_m3s**2 * self.width_m / (GRAVITY * self.area_m2**3)
        return np.sqrt(np.where(self.area_m2 > _DRY, square, 0.0 if flow_m3s == 0 else np.inf))


class Cut(Protocol):
    """A section of the river that a profile can be computed through."""

    @property
    def bed_m(self) -> float:
        """Lowest level of the bed [m]."""
        ...

    @property
    def top_m(self) -> float:
        """Level up to which its form is known [m]."""
        ...

    def at(self, level_m: ArrayLike) -> Flowing:
        """The section at levels [m]."""
        ...


@dataclass(frozen=True)
class ShapeCut:
    """A `Shape` of the unsteady twin as it is: not divided, α = β = 1, so that both agree on what a steady state is."""

    shape: Shape

    @property
    def bed_m(self) -> float:
        """Lowest level of the bed [m]."""
        return self.shape.bed_m

    @property
    def top_m(self) -> float:
        """Level of the higher bank [m]."""
        return self.shape.bed_m + self.shape.depth_m

    def at(self, level_m: ArrayLike) -> Flowing:
        """The shape at levels [m]."""
        level = np.atleast_1d(np.asarray(level_m, np.float64))
        depth = np.maximum(level - self.bed_m, 0.0)
        here = self.shape.hydraulics(depth)
        zero = np.zeros_like(depth)

        def moments() -> tuple[Floats, Floats]:
            inside = self.shape.hydraulics(np.multiply.outer(depth, 0.5 * (_POINTS + 1))).area_m2
            all_of_it = 0.5 * depth * (inside @ _WEIGHTS)
            return all_of_it, all_of_it

        return Flowing(
            level,
            here.area_m2,
            here.width_m,
            here.area_m2,
            moments,
            np.stack([zero, here.conveyance_m3s, zero]),
            np.ones_like(depth),
            np.ones_like(depth),
        )


@dataclass(frozen=True)
class BlendedShape:
    """A shape between two others: bed, area, width and conveyance at equal depth go from one to the other in a line."""

    upper: Shape
    lower: Shape
    share: float

    @property
    def bed_m(self) -> float:
        """Lowest level of the bed [m]."""
        return (1 - self.share) * self.upper.bed_m + self.share * self.lower.bed_m

    @property
    def depth_m(self) -> float:
        """Depth up to which its form is known [m]."""
        return (1 - self.share) * self.upper.depth_m + self.share * self.lower.depth_m

    def hydraulics(self, depth_m: ArrayLike) -> Hydraulics:
        """Area, width and conveyance at depths above the bed."""
        a, b, w = self.upper.hydraulics(depth_m), self.lower.hydraulics(depth_m), self.share
        return Hydraulics(
            (1 - w) * a.area_m2 + w * b.area_m2,
            (1 - w) * a.width_m + w * b.width_m,
            (1 - w) * a.conveyance_m3s + w * b.conveyance_m3s,
        )
