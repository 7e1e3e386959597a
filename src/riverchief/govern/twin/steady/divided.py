"""A surveyed CrossSection divided into left overbank, channel and right overbank, as steady profiles take it.

What hydraulic engineers put on a CrossSection is here: bank stations, areas where water stands still, levees, blocked
parts, and the deck of a bridge. Conveyance is summed over the parts between changes of roughness; a channel with steep
banks and several roughnesses counts as one with a composite one (HEC-RAS Hydraulic Reference Manual 6, ch. 2).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.govern.twin.geometry.section import CrossSection
from riverchief.govern.twin.steady.cuts import Flowing

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

COMPOSITE_SLOPE = 5.0
"""A channel side steeper than 1 in 5 makes its roughnesses one composite; HEC-RAS' default."""

_EDGE = 1e-6


@dataclass(frozen=True)
class Ineffective:
    """Where water stands still up to a level [m]; above it all flows, or where permanent only what is above flows."""

    left_m: float
    right_m: float
    level_m: float
    permanent: bool = False


@dataclass(frozen=True)
class Levee:
    """A levee: behind it the land stays dry until the water stands above its crest [m]."""

    station_m: float
    crest_m: float
    left: bool


@dataclass(frozen=True)
class Block:
    """A blocked part: the ground is raised to a level [m]."""

    left_m: float
    right_m: float
    level_m: float


@dataclass(frozen=True)
class Deck:
    """The deck of a bridge from `station_m` to `station_m`: soffit and road [m]; no soffit (nan) is solid."""

    station_m: Floats
    soffit_m: Floats
    road_m: Floats


class _Pieces(NamedTuple):
    """Straight pieces of ground, walls and deck; `sign` of their area, `rub` of their wetted perimeter."""

    run: Floats
    z0: Floats
    z1: Floats
    part: Ints  # 0 left overbank, 1 channel, 2 right overbank
    unit: Ints  # what shares one roughness
    host: Ints  # the piece of ground it stands on
    manning: Floats
    dry: Floats  # no water up to here: levees
    still: Floats  # no flow up to here
    permanent: NDArray[np.bool_]
    sign: Floats
    rub: Floats


@dataclass(frozen=True)
class DividedCrossSection:
    """A CrossSection with banks and what stands on it.

    Attributes
    ----------
    ground : CrossSection
        Points and roughness.
    left_bank_m, right_bank_m : float
        Where the channel begins and ends [m along the section].
    """

    ground: CrossSection
    left_bank_m: float
    right_bank_m: float
    ineffective: tuple[Ineffective, ...] = ()
    levees: tuple[Levee, ...] = ()
    blocks: tuple[Block, ...] = ()
    deck: Deck | None = None

    @property
    def name(self) -> str:
        """How people call it."""
        return self.ground.name

    @property
    def bed_m(self) -> float:
        """Lowest point [m]."""
        return float(min(self._pieces.z0.min(), self._pieces.z1.min()))

    @property
    def top_m(self) -> float:
        """Highest level at which something changes [m]."""
        p = self._pieces
        marks = np.concatenate([p.z0, p.z1, p.dry, p.still])
        return float(marks[np.isfinite(marks)].max())

    def at(self, level_m: ArrayLike) -> Flowing:
        """The section at levels [m]."""
        level = np.atleast_1d(np.asarray(level_m, np.float64))
        p = _below(self._pieces, float(level.max()))
        here = np.where(level > p.dry[:, None], level, -1e30)  # water behind a levee comes with its overtopping
        area, width, perimeter, moment = _wet(p, here)
        # all that is wet counts for the moment, only what is not held still for the flow
        flows = level > p.still[:, None]
        wet, moment = area * p.sign[:, None], moment * p.sign[:, None]
        moments = np.maximum(moment.sum(axis=0), 0.0), np.maximum(np.where(flows, moment, 0.0).sum(axis=0), 0.0)
        held = _wet(p, np.minimum(here, p.still[:, None])) if p.permanent.any() else (0.0, 0.0, 0.0, 0.0)
        area = np.where(flows, area - p.permanent[:, None] * held[0], 0.0) * p.sign[:, None]
        perimeter = np.where(flows, perimeter - p.permanent[:, None] * held[2], 0.0) * p.rub[:, None]
        width = np.where(flows, width, 0.0) * p.sign[:, None]
        parts = self._parts(p, level, area, perimeter)
        return _flowing(level, *parts, width.sum(axis=0), wet.sum(axis=0), moments)

    def _parts(self, p: _Pieces, level: Floats, area: Floats, perimeter: Floats) -> tuple[Floats, Floats]:
        """Area [m²] and conveyance [m³/s] of overbanks and channel, (3, n_level).

        On an overbank, water on either side of dry ground does not share a hydraulic radius: each pool counts alone.
        """
        ground = slice(0, self._pieces.host.max() + 1)  # the first pieces are those of the ground, in order
        apart = (self._pieces.z1[ground, None] >= level) & (self._pieces.part[ground, None] != 1)
        pool = (np.cumsum(apart, axis=0) - apart)[p.host]
        pools, units = int(pool.max(initial=0)) + 1, int(p.unit.max(initial=0)) + 1
        key = ((np.arange(level.size) * units + p.unit[:, None]) * pools + pool).ravel()
        rubbed = np.maximum(perimeter, 0.0)
        sums = [
            np.bincount(key, values.ravel(), level.size * units * pools).reshape(level.size, units, pools)
            for values in (area, perimeter, rubbed, rubbed * p.manning[:, None] ** 1.5)
        ]
        with np.errstate(divide="ignore", invalid="ignore"):
            manning = (sums[3] / sums[2]) ** (2 / 3)
            conveyance = sums[0] * (sums[0] / sums[1]) ** (2 / 3) / manning
        conveyance = np.where((sums[0] > 0) & (sums[1] > 0), conveyance, 0.0).sum(axis=2)
        part_of_unit = np.zeros((3, units))
        part_of_unit[p.part, p.unit] = 1.0
        return part_of_unit @ sums[0].sum(axis=2).T, part_of_unit @ conveyance.T

    @cached_property
    def _pieces(self) -> _Pieces:
        x, z = self.points()
        z0, z1 = z[:-1].copy(), z[1:].copy()
        # an upright wall belongs to the side of its foot, where the water is
        middle = 0.5 * (x[1:] + x[:-1]) + np.where(np.diff(x) > 0, 0.0, _EDGE * np.sign(z0 - z1))
        walls: list[tuple[float, float, float]] = []  # the place that says which part it belongs to, foot, head
        for block in self.blocks:
            inside = (middle > block.left_m) & (middle < block.right_m)
            z0[inside], z1[inside] = np.maximum(z0[inside], block.level_m), np.maximum(z1[inside], block.level_m)
            for edge, outside in ((block.left_m, -_EDGE), (block.right_m, _EDGE)):
                if x[0] < edge < x[-1]:
                    walls.append((edge + outside, float(np.interp(edge, x, z)), block.level_m))
        for levee in self.levees:
            foot = float(np.interp(levee.station_m, x, z))
            walls.append((levee.station_m + (_EDGE if levee.left else -_EDGE), foot, levee.crest_m))
        walls = [w for w in walls if w[2] > w[1]]
        runs, lows, highs = [np.diff(x)], [z0], [z1]
        middles, signs, rubs = [middle], [np.ones_like(middle)], [np.ones_like(middle)]
        if walls:
            at, foot_m, head_m = (np.array(v) for v in zip(*walls, strict=True))
            for group, value in ((runs, 0 * at), (lows, foot_m), (highs, head_m), (middles, at)):
                group.append(value)
            signs.append(np.ones_like(at))
            rubs.append(np.ones_like(at))
        if self.deck is not None:
            for run, a, b, m, sign, rub in _deck(self.deck, x, z0, z1):
                runs.append(run)
                lows.append(a)
                highs.append(b)
                middles.append(m)
                signs.append(sign)
                rubs.append(rub)
        return self._placed(x, *(np.concatenate(g) for g in (runs, lows, highs, middles, signs, rubs)))

    def _placed(
        self, x: Floats, run: Floats, z0: Floats, z1: Floats, middle: Floats, sign: Floats, rub: Floats
    ) -> _Pieces:
        """Every piece with the part, roughness and conditions of the place where it lies."""
        panel = np.searchsorted(self.ground.panel_from_m[1:], middle, side="right")
        part = (middle > self.left_bank_m).astype(np.int64) + (middle > self.right_bank_m)
        one = self._composite()
        key = part * (panel.max() + 2) + np.where((part == 1) & one, 0, panel + 1)
        dry = np.full(middle.size, -np.inf)
        for levee in self.levees:
            behind = middle < levee.station_m if levee.left else middle > levee.station_m
            dry[behind] = np.maximum(dry[behind], levee.crest_m)
        still, permanent = np.full(middle.size, -np.inf), np.zeros(middle.size, bool)
        for area in self.ineffective:
            inside = (middle > area.left_m) & (middle < area.right_m) & (area.level_m > still)
            still[inside], permanent[inside] = area.level_m, area.permanent
        return _Pieces(
            run,
            z0,
            z1,
            part,
            np.unique(key, return_inverse=True)[1],
            np.clip(np.searchsorted(x, middle, side="right") - 1, 0, x.size - 2),
            self.ground.manning[panel],
            dry,
            still,
            permanent,
            sign,
            rub,
        )

    def _composite(self) -> bool:
        """Whether the channel counts as one with a composite roughness: several values and a steep side."""
        inner = self.ground.panel_from_m[1:]
        inner = inner[(inner > self.left_bank_m) & (inner < self.right_bank_m)]
        if not inner.size:
            return True
        marks = np.concatenate([[self.left_bank_m], inner, [self.right_bank_m]])
        heights = np.interp(marks, self.ground.station_m, self.ground.level_m)
        return bool((np.abs(np.diff(heights)) * COMPOSITE_SLOPE > np.diff(marks)).any())

    def points(self) -> tuple[Floats, Floats]:
        """The ground with a point wherever something begins, ends or crosses it."""
        x, z = self.ground.station_m, self.ground.level_m
        marks = [self.left_bank_m, self.right_bank_m, *self.ground.panel_from_m[1:]]
        marks += [m for i in self.ineffective for m in (i.left_m, i.right_m)]
        marks += [m for b in self.blocks for m in (b.left_m, b.right_m)] + [v.station_m for v in self.levees]
        lines = [(np.array([b.left_m, b.right_m]), np.full(2, b.level_m)) for b in self.blocks]
        if self.deck is not None:
            marks += self.deck.station_m.tolist()
            lines += [(self.deck.station_m, self.deck.road_m), (self.deck.station_m, self.deck.soffit_m)]
        x, z = _with(x, z, np.array(marks))
        for line_x, line_z in lines:
            gap = z - np.interp(x, line_x, line_z)
            k = np.flatnonzero((gap[:-1] * gap[1:] < 0) & (np.diff(x) > 0))
            share = gap[k] / (gap[k] - gap[k + 1])
            x, z = _with(x, z, x[k] + share * (x[k + 1] - x[k]))
        return x, z


def _with(x: Floats, z: Floats, marks: Floats) -> tuple[Floats, Floats]:
    """A line with points put in at `marks` inside it."""
    marks = marks[np.isfinite(marks) & (marks > x[0]) & (marks < x[-1])]
    extra = np.setdiff1d(marks, x)
    where = np.searchsorted(x, extra)
    return np.insert(x, where, extra), np.insert(z, where, np.interp(extra, x, z))


def _deck(deck: Deck, x: Floats, z0: Floats, z1: Floats) -> list[tuple[Floats, Floats, Floats, Floats, Floats, Floats]]:
    """Soffit (takes area away) and road (gives it back above) as pieces over those of the ground."""
    middle = 0.5 * (x[1:] + x[:-1])
    k = np.searchsorted(deck.station_m, middle, side="right") - 1
    over = (k >= 0) & (k < deck.station_m.size - 1) & (np.diff(x) > 0)
    k, left, right = k[over], x[:-1][over], x[1:][over]
    begin, span = deck.station_m[k], np.maximum(deck.station_m[k + 1] - deck.station_m[k], 1e-12)

    def chord(values: Floats, where: Floats) -> Floats:
        share = (where - begin) / span
        return np.asarray(values[k] * (1 - share) + values[k + 1] * share, np.float64)

    a, b = chord(deck.soffit_m, left), chord(deck.soffit_m, right)
    ground0, ground1 = z0[over], z1[over]
    solid = ~np.isfinite(a + b) | ((a <= ground0) & (b <= ground1))
    a, b = (np.where(solid, g, np.maximum(s, g)) for s, g in ((a, ground0), (b, ground1)))
    top0, top1 = np.maximum(chord(deck.road_m, left), a), np.maximum(chord(deck.road_m, right), b)
    run, ones = right - left, np.ones_like(left)
    # where the deck is solid its underside takes the wetted perimeter of the ground away again
    return [
        (run, a, b, middle[over], -ones, np.where(solid, -1.0, 1.0)),
        (run, top0, top1, middle[over], ones, ones),
    ]


def _below(p: _Pieces, level_m: float) -> _Pieces:
    """The pieces that water up to a level can touch."""
    touched = np.minimum(p.z0, p.z1) < level_m
    return _Pieces._make(values[touched] for values in p)


def _wet(p: _Pieces, level: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Area, width, wetted perimeter and moment about the surface of every piece, (n_piece, n_level)."""
    left, right = np.maximum(level - p.z0[:, None], 0.0), np.maximum(level - p.z1[:, None], 0.0)
    high, low = np.maximum(left, right), np.minimum(left, right)
    rise, run = np.abs(p.z1 - p.z0)[:, None], p.run[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(rise > 0, np.minimum((high - low) / rise, 1.0), high > 0)
    width = share * run
    return width * 0.5 * (high + low), width, share * np.hypot(run, rise), width * (high**2 + high * low + low**2) / 6


def _flowing(
    level: Floats, area: Floats, conveyance: Floats, width: Floats, wet: Floats, moments: tuple[Floats, Floats]
) -> Flowing:
    """Coriolis' and Boussinesq's coefficients from the parts' areas and conveyances, (3, n_level)."""
    total_area, total = area.sum(axis=0), conveyance.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        cubes = np.where(area > 0, conveyance**3 / area**2, 0.0).sum(axis=0)
        squares = np.where(area > 0, conveyance**2 / area, 0.0).sum(axis=0)
        alpha, beta = cubes * total_area**2 / total**3, squares * total_area / total**2
    dry = (total <= 0) | (total_area <= 0)
    return Flowing(
        level,
        np.where(dry, 0.0, total_area),
        np.maximum(width, 0.0),
        np.maximum(wet, 0.0),
        lambda: moments,
        conveyance,
        np.where(dry, 1.0, alpha),
        np.where(dry, 1.0, beta),
    )
