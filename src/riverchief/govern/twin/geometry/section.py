"""CrossSections: surveyed points with roughness in, area, width, wetted perimeter and conveyance by water level out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Hydraulics:
    """What a CrossSection is at given depths; arrays of one shape.

    Attributes
    ----------
    area_m2, width_m : float64
        Wetted area [m²] and width of the water surface [m].
    conveyance_m3s : float64
        K of Manning's formula Q = K √S [m³/s].
    """

    area_m2: Floats
    width_m: Floats
    conveyance_m3s: Floats


class Shape(Protocol):
    """Anything that water can run through: a surveyed CrossSection or a closed conduit."""

    @property
    def bed_m(self) -> float:
        """Lowest level of the bed [m]."""
        ...

    @property
    def depth_m(self) -> float:
        """Depth up to which its form is known [m]; above it the walls go on vertically."""
        ...

    def hydraulics(self, depth_m: ArrayLike) -> Hydraulics:
        """Area, width and conveyance at depths above the bed."""
        ...


@dataclass(frozen=True)
class CrossSection:
    """A surveyed CrossSection, looking downstream, walls vertical and smooth above its ends.

    Attributes
    ----------
    station_m, level_m : float64 (n,)
        Points from left to right: distance along the section, never falling, and height of the ground [m].
    manning : float64 (n_panel,)
        Roughness [s/m^(1/3)] of each panel.
    panel_from_m : float64 (n_panel,)
        Where each panel begins [m along the section]; the first value counts from the left end. Conveyances of the
        panels add up: V. T. Chow, Open-Channel Hydraulics, McGraw-Hill 1959, §6-5.
    name : str
        How people call it, for messages.
    depth_m : float
        Depth up to which water may be reckoned with [m]; never less than the height of the higher end over the bed.

    Raises
    ------
    InputError
        Naming the section and the point where something is wrong.
    """

    station_m: Floats
    level_m: Floats
    manning: Floats
    panel_from_m: Floats
    name: str = ""
    depth_m: float = 0.0

    def __post_init__(self) -> None:
        for field in ("station_m", "level_m", "manning", "panel_from_m"):
            object.__setattr__(self, field, np.atleast_1d(np.asarray(getattr(self, field), np.float64)))
        self._check()
        object.__setattr__(self, "depth_m", float(max(self.depth_m, np.ptp(self.level_m), 1e-3)))

    def _check(self) -> None:
        x, z = self.station_m, self.level_m
        who = f"CrossSection {self.name}".rstrip()
        if x.size != z.size or x.size < 2:
            raise InputError(
                f"{who} has {x.size} distances and {z.size} levels; give at least two points with both, in metres.",
                section=self.name,
            )
        for values, what in ((x, "distance"), (z, "level")):
            bad = np.flatnonzero(~np.isfinite(values))
            if bad.size:
                raise InputError(
                    f"{who}, point {bad[0] + 1}: {what} is no number; give metres.",
                    section=self.name,
                    point=int(bad[0]) + 1,
                )
        back = np.flatnonzero(np.diff(x) < 0)
        if back.size:
            p = int(back[0])
            raise InputError(
                f"{who} crosses itself: point {p + 2} lies at {x[p + 1]:g} m, left of point {p + 1} at {x[p]:g} m. "
                "Put the points in order from the left bank to the right.",
                section=self.name,
                point=p + 2,
            )
        if x[-1] <= x[0] or np.ptp(z) == 0 == np.ptp(x):
            raise InputError(f"{who} has no width; give points on both banks, in metres.", section=self.name)
        if (
            self.manning.size != self.panel_from_m.size
            or not np.isfinite(self.manning).all()
            or not np.isfinite(self.panel_from_m).all()
            or (self.manning <= 0).any()
        ):
            raise InputError(
                f"{who} has roughness {self.manning.tolist()} for panels from {self.panel_from_m.tolist()} m; every "
                "panel needs one Manning n above 0 s/m^(1/3), usually 0.012 to 0.15.",
                section=self.name,
            )

    @property
    def bed_m(self) -> float:
        """Lowest point [m]."""
        return float(self.level_m.min())

    def hydraulics(self, depth_m: ArrayLike) -> Hydraulics:
        """Area, width and conveyance at depths above the lowest point.

        Parameters
        ----------
        depth_m : array_like
            Depths [m]; below 0 counts as dry.
        """
        depth = np.asarray(depth_m, np.float64)
        flat = depth.ravel()
        area, perimeter, width = self._panels(flat)
        with np.errstate(divide="ignore", invalid="ignore"):
            radius = np.where(perimeter > 0, area / perimeter, 0.0)
        conveyance = (area * radius ** (2 / 3) / self.manning[:, None]).sum(axis=0)
        shape = depth.shape
        return Hydraulics(area.sum(axis=0).reshape(shape), width.sum(axis=0).reshape(shape), conveyance.reshape(shape))

    def _panels(self, depth: Floats) -> tuple[Floats, Floats, Floats]:
        """Area [m²], wetted perimeter [m] and surface width [m] of every panel, (n_panel, n_depth)."""
        x, z, panel = self._cut
        level = self.bed_m + depth[None, :]
        left, right = (level - z[:-1, None]), (level - z[1:, None])
        wet_left, wet_right = np.maximum(left, 0), np.maximum(right, 0)
        high = np.maximum(wet_left, wet_right)
        low = np.minimum(wet_left, wet_right)
        rise = np.abs(np.diff(z))[:, None]
        run = np.diff(x)[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(rise > 0, (high - low) / rise, (high > 0).astype(float))
        share = np.clip(share, 0.0, 1.0)
        width = share * run
        area = width * 0.5 * (high + low)
        perimeter = share * np.hypot(run, rise)
        n = self.manning.size
        return tuple(  # type: ignore[return-value]
            np.stack([part[panel == k].sum(axis=0) for k in range(n)]) for part in (area, perimeter, width)
        )

    @cached_property
    def _cut(self) -> tuple[Floats, Floats, NDArray[np.int64]]:
        """Points with those where a panel begins put in, and the panel of every piece between two points."""
        inner = self.panel_from_m[1:]
        inner = inner[(inner > self.station_m[0]) & (inner < self.station_m[-1])]
        extra = np.setdiff1d(inner, self.station_m)
        where = np.searchsorted(self.station_m, extra)
        x = np.insert(self.station_m, where, extra)
        z = np.insert(self.level_m, where, np.interp(extra, self.station_m, self.level_m))
        # an upright wall belongs to the side of its foot, where the water is
        middle = 0.5 * (x[1:] + x[:-1]) + np.where(np.diff(x) > 0, 0.0, 1e-6 * np.sign(z[:-1] - z[1:]))
        panel = np.searchsorted(self.panel_from_m[1:], middle, side="right")
        return x, z, panel


def trapezoid(
    bottom_m: float, side: float, manning: float, bed_m: float = 0.0, depth_m: float = 15.0, name: str = ""
) -> CrossSection:
    """A trapezoidal channel.

    Parameters
    ----------
    bottom_m : float
        Width of the bottom [m].
    side : float
        Horizontal metres per metre of height on either side [-]; 0 leaves smooth vertical walls, which makes of a
        rectangle the wide channel whose hydraulic radius is its depth.
    manning : float
        Roughness [s/m^(1/3)].
    bed_m, depth_m : float
        Level of the bottom and height of the banks above it [m].
    """
    reach = side * depth_m
    x = [0.0, reach, reach + bottom_m, 2 * reach + bottom_m]
    z = [bed_m + depth_m, bed_m, bed_m, bed_m + depth_m]
    if side <= 0:  # the walls above the ends are smooth already
        x, z = [0.0, bottom_m], [bed_m, bed_m]
    return CrossSection(np.array(x), np.array(z), np.array([manning]), np.array([0.0]), name, depth_m)


@dataclass(frozen=True)
class Conduit:
    """A closed conduit by its width over depth, with a narrow slot above the crown that carries the pressure.

    Attributes
    ----------
    level_m : float
        Level of the invert [m].
    depths_m, widths_m, perimeters_m : float64 (n,)
        From 0 at the invert to the crown: depth, width of the surface, wetted perimeter [m].
    manning : float
        Roughness [s/m^(1/3)].
    slot_m : float
        Width of the slot above the crown [m]; A. Preissmann, J. A. Cunge, Calcul des intumescences sur machines
        électroniques, IAHR 1961.
    """

    level_m: float
    depths_m: Floats
    widths_m: Floats
    perimeters_m: Floats
    manning: float
    slot_m: float
    name: str = ""

    @property
    def bed_m(self) -> float:
        """Level of the invert [m]."""
        return self.level_m

    @property
    def depth_m(self) -> float:
        """Height of the crown over the invert [m]."""
        return float(self.depths_m[-1])

    def hydraulics(self, depth_m: ArrayLike) -> Hydraulics:
        """Area, width and conveyance at depths above the invert; above the crown the full pipe's conveyance stays."""
        depth = np.maximum(np.asarray(depth_m, np.float64), 0.0)
        crown = self.depth_m
        inside = np.minimum(depth, crown)
        steps = np.diff(self.depths_m)
        sums = np.concatenate([[0.0], np.cumsum(0.5 * (self.widths_m[1:] + self.widths_m[:-1]) * steps)])
        k = np.clip(np.searchsorted(self.depths_m, inside, side="right") - 1, 0, steps.size - 1)
        x = inside - self.depths_m[k]
        slope = np.diff(self.widths_m)[k] / steps[k]
        area = sums[k] + x * (self.widths_m[k] + 0.5 * slope * x)
        width = np.maximum(self.widths_m[k] + slope * x, self.slot_m)
        perimeter = np.interp(inside, self.depths_m, self.perimeters_m)
        with np.errstate(divide="ignore", invalid="ignore"):
            radius = np.where(perimeter > 0, area / perimeter, 0.0)
        conveyance = area * radius ** (2 / 3) / self.manning
        full = depth > crown
        return Hydraulics(
            area + np.where(full, (depth - crown) * self.slot_m, 0.0), np.where(full, self.slot_m, width), conveyance
        )


def circle(diameter_m: float, manning: float, bed_m: float = 0.0, name: str = "", points: int = 80) -> Conduit:
    """A circular pipe; its slot is a hundredth of the diameter wide."""
    angle = np.linspace(0.0, np.pi, points + 1)
    radius = diameter_m / 2
    depths = radius * (1 - np.cos(angle))
    return Conduit(bed_m, depths, 2 * radius * np.sin(angle), 2 * radius * angle, manning, 0.01 * diameter_m, name)


def shifted(sections: Sequence[CrossSection], by_m: float) -> list[CrossSection]:
    """The same sections, all raised by so many metres (datum differences)."""
    return [replace(s, level_m=s.level_m + by_m) for s in sections]
