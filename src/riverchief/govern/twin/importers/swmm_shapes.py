"""SWMM's cross-section shapes as the twin's: open ones as surveyed points, closed ones by their width over depth.

Forms follow the figures of the EPA SWMM 5.2 User's Manual (EPA/600/R-22/030, table 3-1 and appendix B); those that SWMM
knows only by a table take an ellipse of the same height and the same full area, and say so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.govern.twin.geometry.section import Conduit, CrossSection, Hydraulics, Shape
from riverchief.govern.twin.importers.swmm_rows import Curve, Transect

Floats = NDArray[np.float64]

_POINTS = 80  # of a curved wall
# Width of the slot over the conduit's greatest width: f exp(−(y/D)^p) from just below the crown to its last value [-]
SLOT, _SLOT_FROM, _SLOT_FACTOR, _SLOT_POWER = 0.01, 0.985257, 0.5423, 2.4
# Full area over the square of the height, of shapes that SWMM keeps as tables (user's manual, appendix B)
_AREA = {
    "HORSESHOE": 0.8293,
    "GOTHIC": 0.6554,
    "CATENARY": 0.7028,
    "SEMIELLIPTICAL": 0.785,
    "BASKETHANDLE": 0.7862,
    "SEMICIRCULAR": 1.2697,
}


@dataclass(frozen=True)
class Laid:
    """A form as it lies between two nodes: so many barrels side by side, its invert at a level.

    A closed conduit goes on above its crown as a slot that narrows gradually (A. Sjöberg, Sewer network models DAGVL-A
    and DAGVL-DIFF, 1982, as SWMM's own slot option has it), for a sudden slot is a wall to the water. Its conveyance is
    held at that of the full pipe where it would be larger just below the crown: so it never falls while the water
    rises, and a full pipe under pressure loses what it should.

    Attributes
    ----------
    form : CrossSection or Conduit
        What carries the water.
    vessel : CrossSection or Conduit
        What holds it: the form, with the slot where it is closed.
    """

    form: CrossSection | Conduit
    vessel: CrossSection | Conduit
    level_m: float
    barrels: int = 1

    @property
    def bed_m(self) -> float:
        """Level of the invert [m]."""
        return self.level_m

    @property
    def depth_m(self) -> float:
        """Height of the form, with the slot above it where it is closed [m]."""
        return self.vessel.depth_m

    def hydraulics(self, depth_m: ArrayLike) -> Hydraulics:
        """Area, width and conveyance of all barrels at depths above the invert [m]."""
        held, n = self.vessel.hydraulics(depth_m), self.barrels
        carried = self.form.hydraulics(depth_m).conveyance_m3s
        if isinstance(self.form, Conduit):
            carried = np.minimum(carried, self.form.hydraulics(self.form.depth_m).conveyance_m3s)
        return Hydraulics(n * held.area_m2, n * held.width_m, n * carried)


def _slotted(form: Conduit) -> Conduit:
    """A conduit that goes on above its crown until the slot has its last width."""
    crown, width = form.depth_m, float(form.widths_m.max())
    end = np.log(_SLOT_FACTOR / SLOT) ** (1.0 / _SLOT_POWER)
    above = crown * np.linspace(1.0, end, _POINTS + 1)
    below = np.unique(np.concatenate([form.depths_m, crown * np.linspace(_SLOT_FROM, 1.0, 20)]))
    below = below[np.concatenate([[True], np.diff(below) > 1e-9 * crown])]  # unique keeps what differs by rounding
    depth = np.concatenate([below, [crown * (1.0 + 1e-6)], above[1:]])
    slot = np.where(depth > _SLOT_FROM * crown, width * _SLOT_FACTOR * np.exp(-((depth / crown) ** _SLOT_POWER)), 0.0)
    own = np.where(depth <= crown, np.interp(depth, form.depths_m, form.widths_m), 0.0)
    return Conduit(0.0, depth, np.maximum(own, slot), np.ones(depth.size), form.manning, SLOT * width)


def _open(x: ArrayLike, z: ArrayLike, n: float) -> CrossSection:
    return CrossSection(np.asarray(x, np.float64), np.asarray(z, np.float64), np.array([n]), np.array([0.0]))


def _closed(depth: Floats, width: Floats, n: float, perimeter: Floats | None = None) -> Conduit:
    """A conduit from its widths; the wetted perimeter is measured along them where it is not given.

    The roof, where there is a flat one, is wetted over the last hundredth of the depth.
    """
    if perimeter is None:
        walls = 2.0 * np.hypot(np.diff(depth), 0.5 * np.diff(width))
        perimeter = width[0] + np.concatenate([[0.0], np.cumsum(walls)])
        if width[-1] > 0:
            under = depth[-1] * 0.99
            row = [np.interp(under, depth, v) for v in (depth, width, perimeter)]
            at = int(np.searchsorted(depth, under))
            keep = slice(0, at)
            depth, width, perimeter = (
                np.concatenate([v[keep], [r], v[-1:]]) for v, r in zip((depth, width, perimeter), row, strict=True)
            )
            perimeter = np.concatenate([perimeter[:-1], [perimeter[-1] + width[-1]]])
    return Conduit(0.0, depth, width, perimeter, n, SLOT * float(width.max()))


def _fine(height: float) -> Floats:
    """Depths from 0 to a height, close at both ends."""
    return 0.5 * height * (1.0 - np.cos(np.linspace(0.0, np.pi, _POINTS + 1)))


# ---------------------------------------------------------------------- open forms


def _trapezoidal(s: Floats, n: float) -> CrossSection:
    deep, bottom, left, right = s
    x = np.cumsum([0.0, left * deep, bottom, right * deep])
    return _open(x, [deep, 0.0, 0.0, deep], n)


def _rect_open(s: Floats, n: float) -> CrossSection:
    # The third size is how many side walls are taken as smooth: their height leaves the wetted perimeter
    deep, width, smooth = s[0], s[1], int(s[2])
    x, z = [0.0, width], [0.0, 0.0]
    if smooth < 2:
        x, z = [0.0, *x], [deep, *z]
    if smooth < 1:
        x, z = [*x, width], [*z, deep]
    return _open(x, z, n)


def _triangular(s: Floats, n: float) -> CrossSection:
    return _open([0.0, 0.5 * s[1], s[1]], [s[0], 0.0, s[0]], n)


def _power(s: Floats, n: float) -> CrossSection:
    """Width over depth as a power, 1/exponent; the parabola has the exponent 2."""
    deep, top, exponent = s[0], s[1], s[2]
    half = np.linspace(-1.0, 1.0, 2 * _POINTS + 1)
    return _open(0.5 * top * (1.0 + half), deep * np.abs(half) ** exponent, n)


def _parabolic(s: Floats, n: float) -> CrossSection:
    return _power(np.array([s[0], s[1], 2.0]), n)


# ---------------------------------------------------------------------- closed forms


def _circular(s: Floats, n: float) -> Conduit:
    return _filled(np.array([s[0], 0.0]), n)


def _filled(s: Floats, n: float) -> Conduit:
    """A circle with sediment on its bottom; its depth counts from the sediment."""
    radius, fill = 0.5 * s[0], s[1]
    start = float(np.arccos(1.0 - fill / radius))
    angle = np.linspace(start, np.pi, _POINTS + 1)
    chord = 2.0 * radius * np.sin(start)
    depth = np.maximum(radius * (1.0 - np.cos(angle)) - fill, 0.0)
    width = np.maximum(2.0 * radius * np.sin(angle), 0.0)
    return _closed(depth, width, n, chord + 2.0 * radius * (angle - start))


def _rect_closed(s: Floats, n: float) -> Conduit:
    return _closed(np.array([0.0, s[0]]), np.array([s[1], s[1]]), n)


def _rect_triangular(s: Floats, n: float) -> Conduit:
    return _closed(np.array([0.0, s[2], s[0]]), np.array([0.0, s[1], s[1]]), n)


def _rect_round(s: Floats, n: float) -> Conduit:
    """A rectangle on the segment of a circle of the third size."""
    deep, width, radius = s[0], s[1], s[2]
    rise = radius - np.sqrt(max(radius**2 - 0.25 * width**2, 0.0))
    y = np.linspace(0.0, rise, _POINTS // 2 + 1)
    arc = 2.0 * np.sqrt(np.maximum(y * (2.0 * radius - y), 0.0))
    return _closed(np.append(y, deep), np.append(arc, width), n)


def _basket(s: Floats, n: float) -> Conduit:
    """A rectangle under the segment of a circle of the third size."""
    deep, width, radius = s[0], s[1], max(s[2], 0.5 * s[1])
    rise = radius - np.sqrt(max(radius**2 - 0.25 * width**2, 0.0))
    down = rise * (1.0 - np.cos(np.linspace(0.5 * np.pi, 0.0, _POINTS // 2 + 1)))
    arc = 2.0 * np.sqrt(np.maximum(down * (2.0 * radius - down), 0.0))
    return _closed(np.concatenate([[0.0], deep - down]), np.concatenate([[width], arc]), n)


def _ellipse(s: Floats, n: float) -> Conduit:
    y = _fine(s[0])
    return _closed(y, s[1] * np.sqrt(np.maximum(1.0 - (2.0 * y / s[0] - 1.0) ** 2, 0.0)), n)


def _egg(s: Floats, n: float) -> Conduit:
    """The old 2:3 egg: crown of radius H/3, invert of H/6, sides of H between them."""
    h = s[0]
    y = _fine(h)
    # The side circle of radius H touches the crown at its equator and the invert at a fifth of the crown's height
    touch = h * (1.0 / 6.0 - (1.0 / 6.0) * 0.6)
    invert = np.sqrt(np.maximum((h / 6) ** 2 - (y - h / 6) ** 2, 0.0))
    side = np.sqrt(np.maximum(h**2 - (y - 2 * h / 3) ** 2, 0.0)) - 2 * h / 3
    crown = np.sqrt(np.maximum((h / 3) ** 2 - (y - 2 * h / 3) ** 2, 0.0))
    return _closed(y, 2.0 * np.where(y < touch, invert, np.where(y < 2 * h / 3, side, crown)), n)


def _by_area(area: float) -> Callable[[Floats, float], Conduit]:
    return lambda s, n: _ellipse(np.array([s[0], 4.0 * area * s[0] / np.pi]), n)


# Shape → how many sizes it needs, its form, what is said about it
FORMS: dict[str, tuple[int, Callable[[Floats, float], CrossSection | Conduit], str]] = {
    "TRAPEZOIDAL": (4, _trapezoidal, ""),
    "RECT_OPEN": (2, _rect_open, ""),
    "TRIANGULAR": (2, _triangular, ""),
    "PARABOLIC": (2, _parabolic, ""),
    "POWER": (3, _power, ""),
    "CIRCULAR": (1, _circular, ""),
    "FORCE_MAIN": (1, _circular, "its own loss formula under pressure becomes Manning's with the conduit's n"),
    "FILLED_CIRCULAR": (2, _filled, ""),
    "RECT_CLOSED": (2, _rect_closed, ""),
    "RECT_TRIANGULAR": (3, _rect_triangular, ""),
    "RECT_ROUND": (3, _rect_round, ""),
    "MODBASKETHANDLE": (3, _basket, ""),
    "EGG": (1, _egg, ""),
    "HORIZ_ELLIPSE": (2, _ellipse, ""),
    "VERT_ELLIPSE": (2, _ellipse, ""),
    "ARCH": (2, _ellipse, "becomes an ellipse of the same height and width"),
    **{
        name: (1, _by_area(area), "becomes an ellipse of the same height and full area") for name, area in _AREA.items()
    },
}


def custom(height: float, curve: Curve, n: float) -> Conduit:
    """A closed conduit by SWMM's shape curve: width over depth, both relative to the height [m]."""
    x, y = np.array(curve.x), np.array(curve.y)
    depth, first = np.unique(np.concatenate([x, [1.0]] if x[-1] < 1 else [x]), return_index=True)
    width = np.append(y, y[-1])[first]
    if depth[0] > 0:
        depth, width = np.concatenate([[0.0], depth]), np.concatenate([width[:1], width])
    inside = depth <= 1.0
    return _closed(height * depth[inside], height * width[inside], n)


def surveyed(transect: Transect, length_m: float) -> CrossSection:
    """A transect with its lowest point at 0; stations and levels in the file's unit of `length_m` metres.

    A channel that winds between straight overbanks has them shorter by the length factor: as SWMM does, its own
    roughness grows by the root of it.
    """
    left, right, channel = transect.roughness
    x = np.array(transect.stations) * transect.width_factor * length_m
    z = np.array(transect.levels) * length_m
    banks = np.array(transect.banks) * transect.width_factor * length_m
    panels = [(x[0], left)] if banks[0] > x[0] else []
    panels.append((max(banks[0], x[0]), channel * transect.length_factor**0.5))
    if banks[1] < x[-1]:
        panels.append((banks[1], right))
    starts, values = zip(*panels, strict=True)
    return CrossSection(x, z - z.min(), np.array(values), np.array(starts), transect.name)


def shape_of(form: CrossSection | Conduit, level_m: float, barrels: int = 1) -> Shape:
    """A form laid with its invert at a level."""
    return Laid(form, _slotted(form) if isinstance(form, Conduit) else form, level_m, barrels)
