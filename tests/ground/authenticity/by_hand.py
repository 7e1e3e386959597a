"""Tracks made by hand on a straight river, in metres."""

from datetime import date

import numpy as np

from riverchief.base.geometry import from_local_m
from riverchief.base.network import Network
from riverchief.base.places import Interval
from riverchief.ground.authenticity import Fixes, Handed, Known
from riverchief.ground.patrol import read_track

ORIGIN = (112.0, 37.0)
T0 = 1_795_000_000.0
LENGTH_M = 3000.0
NETWORK = Network.build(["R"], ["a"], ["b"], [LENGTH_M], lines=[from_local_m([[0, 0], [LENGTH_M, 0]], ORIGIN)])
STRETCH = [Interval("R", 0.0, LENGTH_M, date(2020, 1, 1))]


def track_of(time_s, xy):
    lonlat = from_local_m(np.asarray(xy, float), ORIGIN)
    return read_track([(float(t), float(x), float(y), 5.0) for t, (x, y) in zip(time_s, lonlat, strict=True)])


def along(pace_ms=1.25, step_s=5.0, start_s=T0, first_m=0.0, last_m=LENGTH_M, north_m=0.0):
    """An even walk along the river: times and places."""
    time_s = np.arange(0.0, (last_m - first_m) / pace_ms + 1e-9, step_s)
    return start_s + time_s, np.column_stack([first_m + pace_ms * time_s, np.full(len(time_s), north_m)])


def uneven(seed, start_s=T0, stops=4, step_s=5.0):
    """A walk along a bending bank with a pace of its own: times and places, without any error of a receiver."""
    generator = np.random.default_rng(seed)
    pace = np.repeat(generator.uniform(0.9, 1.6, 200), 60)
    for at in generator.integers(60, 1500, stops):
        pace[at : at + 90] = 0.0
    s = np.cumsum(pace)
    s = s[s < LENGTH_M][:: int(step_s)]
    return start_s + step_s * np.arange(len(s)), np.column_stack([s, 40 * np.sin(s / 150)])


def handed(track, accuracy_m=None, mock=None, photos=()):
    n = len(track.time_s)
    claimed = np.linspace(3, 9, n) if accuracy_m is None else np.asarray(accuracy_m, float)
    return Handed(track, Fixes(claimed, np.zeros(n, bool) if mock is None else np.asarray(mock)), photos)


def known(**beside):
    return Known(NETWORK, STRETCH, **beside)


def kinds(answer):
    return {reason.kind for reason in answer.reasons}
