"""Outings by kind (模拟巡河样本): what honest chiefs hand in, with all that goes wrong in the field.

Made to try out what judges patrols, and written before it. The fakes stand in `fakes`; `outing` gives either. The same
kind and seed give the same outing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from riverchief.base.geometry import from_local_m, to_local_m
from riverchief.simulate.noise import DAY_S, LOCAL_OFFSET_S, Floats, rng
from riverchief.simulate.phone import Phone, Photo, Recording, Way, record, wandering

HONEST = ("plain", "canyon", "tunnel", "pauses", "pocket", "ride_home", "fast", "assistant", "weekly", "joint")
_MONDAY_S = 1_790_553_600 - LOCAL_OFFSET_S  # 2026-09-28, a Monday, local midnight
_MEANDER_M = 500.0
_SPACING_M = 20.0


@dataclass(frozen=True)
class Outing:
    """What is handed in for one patrol, and what the platform knows beside it.

    Attributes
    ----------
    kind : str
    fake : bool
    line : float64 (n_vertex, 2)
        The river's line along which was to be walked [° WGS 84].
    recording : Recording
    earlier : tuple of Recording
        The same chief's patrols of earlier weeks.
    others : tuple of Recording
        What other chiefs recorded on the same day.
    """

    kind: str
    fake: bool
    line: Floats
    recording: Recording
    earlier: tuple[Recording, ...]
    others: tuple[Recording, ...]


def river(seed: object) -> Floats:
    """A meandering line of 2 to 3.5 km that begins at 0, 0; metres, shape (n_vertex, 2)."""
    generator = rng("walks", "river", seed)
    n = int(generator.uniform(2000, 3500) / _SPACING_M)
    along = np.arange(n) * _SPACING_M
    bend = np.zeros(n)
    for size, length_m in ((0.5, 1.0), (0.25, 0.43), (0.1, 0.2)):
        wave_m = _MEANDER_M * length_m * generator.uniform(0.8, 1.3)
        bend += size * generator.uniform(0.5, 1.5) * np.sin(2 * np.pi * along / wave_m + generator.uniform(0, 6.28))
    heading = generator.uniform(0, 2 * np.pi) + bend
    step = _SPACING_M * np.column_stack([np.cos(heading), np.sin(heading)])
    return np.vstack([np.zeros(2), np.cumsum(step[:-1], axis=0)])


def every_metre(line_m: Floats) -> Floats:
    """The same line with a point every metre; shape (n_metre, 2)."""
    at = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line_m, axis=0).T))])
    grid = np.arange(0.0, at[-1], 1.0)
    return np.column_stack([np.interp(grid, at, line_m[:, k]) for k in (0, 1)])


def beside(line_m: Floats, offset_m: float | Floats) -> Floats:
    """A line of one point a metre, moved to its right [m]."""
    way = np.gradient(line_m, axis=0)
    right = np.column_stack([way[:, 1], -way[:, 0]]) / np.maximum(np.hypot(*way.T), 1e-9)[:, None]
    return np.asarray(line_m + np.reshape(offset_m, (-1, 1)) * right, np.float64)


def _smoothed(line_m: Floats, over_m: int) -> Floats:
    padded = np.pad(line_m, ((over_m // 2, over_m // 2), (0, 0)), mode="edge")
    total = np.cumsum(np.vstack([np.zeros(2), padded]), axis=0)
    return np.asarray((total[over_m:] - total[:-over_m]) / over_m, np.float64)


@dataclass(frozen=True)
class Chief:
    """Somebody who looks after a river: the bank path, the phone, the pace; all drawn from a seed."""

    seed: tuple[object, ...]
    river_m: Floats
    origin: tuple[float, float]
    phone: Phone
    pace_ms: float
    start_s: float

    @classmethod
    def draw(cls, kind: str, seed: object, line: Floats | None = None) -> Chief:
        """Draw one; `line` [° WGS 84] is the river, None for one that the seed makes."""
        generator = rng("walks", kind, seed, "chief")
        origin = (112.2 + generator.uniform(-0.2, 0.2), 37.3 + generator.uniform(-0.2, 0.2))
        if line is None:
            river_m = river((kind, seed))
        else:
            origin = (float(line[0, 0]), float(line[0, 1]))
            river_m = to_local_m(line[:, 0], line[:, 1], origin)
        day_s = _MONDAY_S + DAY_S * int(generator.integers(28, 300))
        start_s = day_s + int(generator.uniform(7, 17) * 3600)
        pace_ms = float(generator.uniform(1.0, 1.5))
        return cls((kind, seed), river_m, origin, Phone.draw(generator), pace_ms, float(start_s))

    def rng(self, *parts: object) -> np.random.Generator:
        """A generator of this chief's own."""
        return rng("walks", *self.seed, *parts)

    @cached_property
    def bank_m(self) -> Floats:
        """The path along the bank, one point a metre: it keeps a distance and wanders a little."""
        line = _smoothed(every_metre(self.river_m), 41)
        generator = self.rng("bank")
        drift = wandering(generator, len(line), 150.0, 1)[:, 0]
        return _smoothed(beside(line, generator.uniform(10, 28) + 2.5 * drift), 15)

    @property
    def line(self) -> Floats:
        """The river [° WGS 84]."""
        return from_local_m(self.river_m, self.origin)


@dataclass(frozen=True)
class Stroll:
    """A true walk: the way, and when its stops began [s after the start], shape (n_stop,)."""

    way: Way
    stops_s: Floats


def stroll(path_m: Floats, pace_ms: float, stops: int, start_s: float, generator: np.random.Generator) -> Stroll:
    """Walk a path of one point a metre to its end, with a pace that varies and stops of 20 to 180 s."""
    n = int(len(path_m) / pace_ms * 1.6) + 400 * (stops + 1)
    pace = pace_ms * generator.normal(1, 0.04) * np.exp(0.08 * wandering(generator, n, 90.0, 1)[:, 0])
    pace *= 1 + 0.1 * wandering(generator, n, 3.0, 1)[:, 0]
    walked_s = len(path_m) / pace_ms
    begin = np.sort(generator.uniform(30, max(walked_s - 30, 31), stops)).astype(int)
    for at in begin:
        pace[at : at + int(generator.uniform(20, 180))] = 0.0
    s = np.cumsum(np.maximum(pace, 0.0))
    s = s[: int(np.searchsorted(s, len(path_m) - 1)) + 1]
    grid = np.arange(len(path_m))
    xy = np.column_stack([np.interp(s, grid, path_m[:, k]) for k in (0, 1)])
    sway = 0.8 * wandering(generator, len(s), 20.0)
    standing = np.concatenate([[False], np.diff(s) <= 0])
    sway = sway[np.maximum.accumulate(np.where(standing, 0, np.arange(len(s))))]
    return Stroll(Way(start_s, xy + sway), begin[begin < len(s)].astype(np.float64))


def photographs(chief: Chief, walk: Stroll, generator: np.random.Generator) -> tuple[Photo, ...]:
    """One photograph at most stops; a spot that is photographed every week looks alike, but never the same."""
    spots = chief.rng("spots").integers(0, 2**64, 3, dtype=np.uint64)
    photos = []
    for at in walk.stops_s:
        if generator.random() < 0.2:
            continue
        t = min(int(at) + int(generator.integers(3, 18)), len(walk.way.xy) - 1)
        lon, lat = from_local_m(walk.way.xy[t] + generator.normal(0, 6, 2), chief.origin)
        picture = int(generator.integers(0, 2**64, dtype=np.uint64))
        if generator.random() < 0.4:
            picture = flipped(int(generator.choice(spots)), int(generator.integers(7, 13)), generator)
        photos.append(Photo(walk.way.start_s + t, float(lon), float(lat), picture))
    return tuple(photos)


def flipped(picture_hash: int, bits: int, generator: np.random.Generator) -> int:
    """A hash with some of its 64 bits turned over."""
    for bit in generator.choice(64, bits, replace=False):
        picture_hash ^= 1 << int(bit)
    return picture_hash


def walk_of(chief: Chief, weeks_ago: int, stops: int | None = None, pace_ms: float | None = None) -> Stroll:
    """The chief's walk of this week (0) or of earlier ones, in either direction, about the same time of the day."""
    generator = chief.rng("walk", weeks_ago)
    start_s = chief.start_s - 7 * DAY_S * weeks_ago + (round(generator.normal(0, 900)) if weeks_ago else 0)
    path = chief.bank_m if weeks_ago % 3 != 2 else chief.bank_m[::-1]
    stops = int(generator.poisson(3)) if stops is None else stops
    return stroll(path, pace_ms or chief.pace_ms, stops, start_s, generator)


def earlier_of(chief: Chief, weeks: int = 3) -> tuple[Recording, ...]:
    """What the chief recorded in the weeks before."""
    out = []
    for week in range(1, weeks + 1):
        walk, generator = walk_of(chief, week), chief.rng("record", week)
        recording = record(chief.phone, walk.way, chief.origin, generator)
        out.append(replace(recording, photos=photographs(chief, walk, generator)))
    return tuple(out)


def colleague_of(chief: Chief) -> Recording:
    """Another chief on the same bank on the same day, who comes the other way and is met once."""
    generator = chief.rng("colleague")
    start_s = chief.start_s + generator.uniform(-600, 600)
    walk = stroll(chief.bank_m[::-1], generator.uniform(1.0, 1.5), int(generator.poisson(3)), start_s, generator)
    return record(Phone.draw(generator), walk.way, chief.origin, generator)


def ridden(way: Way, generator: np.random.Generator) -> Way:
    """The same way and the ride home behind it, which was recorded too: 3 to 12 minutes at 5 to 13 m/s with stops."""
    n = int(generator.uniform(180, 720))
    speed = generator.uniform(7, 11) * np.clip(1 + 0.6 * wandering(generator, n, 40.0, 1)[:, 0], 0.0, 1.25)
    heading = generator.uniform(0, 2 * np.pi) + 0.8 * np.cumsum(wandering(generator, n, 30.0, 1)[:, 0]) / 60
    wait = np.repeat(way.xy[-1:], int(generator.uniform(30, 240)), axis=0)
    ride = wait[-1] + np.cumsum(speed[:, None] * np.column_stack([np.cos(heading), np.sin(heading)]), axis=0)
    return Way(way.start_s, np.vstack([way.xy, wait, ride]))


def _stretches(generator: np.random.Generator, n: int, count: int, low_s: int, high_s: int) -> NDArray[np.bool_]:
    """Some stretches of time; shape (n,)."""
    inside = np.zeros(n, bool)
    for _ in range(count):
        at = int(generator.uniform(0.05, 0.9) * n)
        inside[at : at + int(generator.uniform(low_s, high_s))] = True
    return inside


def _partner(chief: Chief, walk: Stroll, share: float, generator: np.random.Generator) -> Recording:
    """Somebody who walks beside the chief for a share of the way and then on alone, the other way."""
    n = len(walk.way.xy)
    apart = generator.choice([-1.0, 1.0], 2) * generator.uniform(0.7, 2.0, 2)
    xy = walk.way.xy + apart + 0.7 * wandering(generator, n, 25.0)
    if share < 1:
        turn = int(share * n)
        back = stroll(chief.bank_m[::-1], generator.uniform(1.0, 1.5), 2, 0.0, generator).way.xy
        nearest = int(np.argmin(np.hypot(*(back - xy[turn]).T)))
        xy = np.vstack([xy[:turn], back[nearest:]])
    begun = int(generator.integers(0, 40))
    return record(Phone.draw(generator), Way(walk.way.start_s + begun, xy[begun:]), chief.origin, generator)


def honest(kind: str, chief: Chief) -> Outing:
    """An honest outing of a kind."""
    generator = chief.rng("honest")
    stops = {"pauses": 9, "fast": 1}.get(kind)
    walk = walk_of(chief, 0, stops, generator.uniform(1.9, 2.7) if kind == "fast" else None)
    way = walk.way
    others: tuple[Recording, ...] = (colleague_of(chief),)
    if kind == "ride_home":
        way = ridden(way, generator)
    n = len(way.xy)
    factor: Floats | None = None
    off: NDArray[np.bool_] | None = None
    if kind == "canyon":
        rough = _stretches(generator, n, 3, 120, 420).astype(np.float64)
        factor = 1 + generator.uniform(4, 9) * rough
    elif kind == "tunnel":
        off = _stretches(generator, n, int(generator.integers(1, 4)), 60, 240)
    elif kind == "pocket":
        off = _stretches(generator, n, int(generator.integers(3, 7)), 60, 400)
    elif kind in ("assistant", "joint"):
        share = 1.0 if kind == "joint" else generator.uniform(0.4, 0.7)
        others += (_partner(chief, walk, share, generator),)
    recording = record(chief.phone, way, chief.origin, generator, factor, off)
    recording = replace(recording, photos=photographs(chief, walk, generator))
    return Outing(kind, False, chief.line, recording, earlier_of(chief, 8 if kind == "weekly" else 3), others)
