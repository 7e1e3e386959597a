"""Outings that are not what they seem (模拟虚假巡河): drawn, replayed, driven, carried by somebody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from riverchief.base.errors import UnknownName
from riverchief.base.geometry import from_local_m, to_local_m
from riverchief.simulate.noise import DAY_S, Floats
from riverchief.simulate.phone import Phone, Photo, Recording, Way, record, wandering
from riverchief.simulate.walks import (
    HONEST,
    Chief,
    Outing,
    beside,
    colleague_of,
    earlier_of,
    every_metre,
    flipped,
    honest,
    photographs,
    stroll,
    walk_of,
)


def _drawn(chief: Chief, path_m: Floats, speed_ms: Floats, white_m: float, generator: np.random.Generator) -> Recording:
    """What a mock application hands in along a path of one point a metre, at a speed [m/s] of one value a second."""
    s = np.cumsum(speed_ms)
    every_s = int(generator.choice([1, 2, 3, 5, 10]))
    s = s[: int(np.searchsorted(s, len(path_m) - 1)) + 1 : every_s]
    time_s = chief.start_s + every_s * np.arange(len(s))  # the application keeps an exact beat
    grid = np.arange(len(path_m))
    xy = np.column_stack([np.interp(s, grid, path_m[:, k]) for k in (0, 1)])
    xy += white_m * generator.standard_normal(xy.shape)
    told = np.append(np.hypot(*np.diff(xy, axis=0).T) / every_s, 0.0)
    constant = generator.random() < 0.5
    accuracy = np.full(len(s), generator.choice([3.0, 5.0, 10.0]))
    if not constant:
        accuracy = np.round(generator.uniform(3, 12, len(s)), 1)
    marked = generator.random() < 0.5  # the other half hides the mark
    return Recording(
        time_s=time_s.astype(np.float64),
        lonlat=np.round(from_local_m(xy, chief.origin), 7),
        accuracy_m=accuracy,
        speed_ms=np.round(told, 2) if generator.random() < 0.5 else np.full(len(s), np.nan),
        mock=np.full(len(s), marked),
    )


def straight(chief: Chief, generator: np.random.Generator) -> Recording:
    """A mock application that goes in straight lines between a few points, at one speed."""
    corner = np.linspace(0, len(chief.bank_m) - 1, int(generator.integers(3, 9))).astype(int)
    path = every_metre(chief.bank_m[corner] + generator.normal(0, 15, (len(corner), 2)))
    speed = np.full(6000, generator.uniform(1.0, 1.6))
    return _drawn(chief, path, speed, 0.0, generator)


def smooth(chief: Chief, generator: np.random.Generator) -> Recording:
    """An invented path along the river's line at an almost even pace, in half of the cases with noise sprinkled on."""
    path = beside(every_metre(chief.river_m), generator.uniform(5, 25))
    speed = generator.uniform(1.0, 1.6) * (1 + generator.uniform(0, 0.1) * wandering(generator, 6000, 60.0, 1)[:, 0])
    return _drawn(chief, path, speed, float(generator.choice([0.0, generator.uniform(0.2, 1.5)])), generator)


def replay(chief: Chief, generator: np.random.Generator) -> Recording:
    """An older track of the same chief at today's time: cut, resampled and with a little noise."""
    old = earlier_of(chief)[int(generator.integers(0, 3))]
    first = int(generator.uniform(0, 0.12) * len(old))
    last = len(old) - int(generator.uniform(0, 0.12) * len(old))
    cut_s = old.time_s[first:last]
    xy = to_local_m(old.lonlat[first:last, 0], old.lonlat[first:last, 1], chief.origin)
    since_s = np.arange(0.0, cut_s[-1] - cut_s[0], float(generator.choice([2, 3, 5, 7, 10])))
    stretch = generator.uniform(0.97, 1.03) if generator.random() < 0.3 else 1.0
    new = np.column_stack([np.interp(since_s, cut_s - cut_s[0], xy[:, k]) for k in (0, 1)])
    new += generator.uniform(0, 1.5) * generator.standard_normal(new.shape)
    accuracy = np.interp(since_s, cut_s - cut_s[0], old.accuracy_m[first:last])
    return Recording(
        time_s=np.round(chief.start_s + stretch * since_s, 3),
        lonlat=np.round(from_local_m(new, chief.origin), 7),
        accuracy_m=np.round(accuracy, 1),
        speed_ms=np.full(len(since_s), np.nan),
        mock=np.full(len(since_s), generator.random() < 0.3),
    )


def drive_by(chief: Chief, generator: np.random.Generator) -> Recording:
    """A car or an electric bicycle along the road near the bank, with few stops."""
    road = beside(chief.bank_m, generator.uniform(10, 30))
    speed = generator.uniform(4.5, 11.0)
    walk = stroll(road, speed, int(generator.integers(0, 4)), chief.start_s, generator)
    return replace(record(chief.phone, walk.way, chief.origin, generator), photos=photographs(chief, walk, generator))


def shared(chief: Chief, generator: np.random.Generator) -> Outing:
    """One person walks and carries the phones of two or three chiefs."""
    walk = walk_of(chief, 0)
    n = len(walk.way.xy)
    common = 1.5 * wandering(generator, n, 120.0)
    own = record(chief.phone, walk.way, chief.origin, generator, common_m=common)
    others = [colleague_of(chief)]
    for _ in range(int(generator.integers(1, 3))):
        begun = int(generator.integers(0, 45))
        way = Way(walk.way.start_s + begun, walk.way.xy[begun:] + generator.uniform(-0.4, 0.4, 2))
        others.append(record(Phone.draw(generator), way, chief.origin, generator, common_m=common[begun:]))
    own = replace(own, photos=photographs(chief, walk, generator))
    return Outing("shared", True, chief.line, own, earlier_of(chief), tuple(others))


def _old_photos(chief: Chief, today: Outing, generator: np.random.Generator) -> Outing:
    """An honest walk whose photographs were taken at another time or place, or are those of an earlier week."""
    old = [photo for recording in today.earlier for photo in recording.photos]
    track, photos = today.recording, []
    for _ in range(int(generator.integers(2, 5))):
        i = int(generator.integers(len(track)))
        time_s, (lon, lat) = float(track.time_s[i]), track.lonlat[i]
        picture = int(generator.integers(0, 2**64, dtype=np.uint64))
        how = generator.choice(["again", "elsewhere", "another_time"])
        if how == "again" and old:
            picture = flipped(
                old[int(generator.integers(len(old)))].picture_hash, int(generator.integers(0, 4)), generator
            )
        elif how == "elsewhere":
            away = from_local_m(
                generator.choice([-1, 1], 2) * generator.uniform(400, 3000, 2), (float(lon), float(lat))
            )
            lon, lat = away
        else:
            time_s -= generator.uniform(0.2, 5) * DAY_S
        photos.append(Photo(time_s, float(lon), float(lat), picture))
    ordered = tuple(sorted(photos, key=lambda photo: photo.time_s))
    return replace(today, kind="photos", fake=True, recording=replace(track, photos=ordered))


_TRACKS: dict[str, Callable[[Chief, np.random.Generator], Recording]] = {
    "straight": straight,
    "smooth": smooth,
    "replay": replay,
    "drive_by": drive_by,
}
FAKE = (*_TRACKS, "shared", "photos")


def outing(kind: str, seed: object, line: Floats | None = None) -> Outing:
    """One outing.

    Parameters
    ----------
    kind : str
        One of `HONEST` or `FAKE`.
    line : float64 (n_vertex, 2)
        The river [° WGS 84]; None for one that the seed makes.

    Raises
    ------
    UnknownName
        For another kind.
    """
    if kind not in (*HONEST, *FAKE):
        raise UnknownName("kind of outing", kind, (*HONEST, *FAKE))
    chief = Chief.draw(kind, seed, line)
    if kind in HONEST:
        return honest(kind, chief)
    generator = chief.rng("fake")
    if kind == "shared":
        return shared(chief, generator)
    if kind == "photos":
        return _old_photos(chief, honest("plain", chief), generator)
    recording = _TRACKS[kind](chief, generator)
    return Outing(kind, True, chief.line, recording, earlier_of(chief), (colleague_of(chief),))
