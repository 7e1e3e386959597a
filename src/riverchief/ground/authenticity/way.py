"""Signs on the way itself: gaps, what was covered, and what was only driven past."""

from __future__ import annotations

import numpy as np

from riverchief.base.geometry import to_local_m
from riverchief.ground.authenticity.model import Figures, Floats, Handed, Known, Silence, limits
from riverchief.ground.patrol import Covered, Track, covered

LONGEST_S = 2 * 86_400.0  # a track between whose first and last fix more lies is no walk to be laid on a grid of time


def one_walk(track: Track) -> bool:
    """Whether a track is short enough to be looked at moment by moment: a wrong clock makes it decades long."""
    return len(track.time_s) > 1 and float(track.time_s[-1] - track.time_s[0]) <= LONGEST_S


def gaps(handed: Handed, _: Known) -> Figures | Silence:
    """Time without fixes, as a share of the whole."""
    track, rule = handed.track, limits("gaps")
    if len(track.time_s) < 2:
        return Silence.CANNOT_TELL
    gap_s = sum(gap.end_s - gap.start_s for gap in track.gaps)
    share = gap_s / float(track.time_s[-1] - track.time_s[0])
    if share <= rule["share"]:
        return Silence.NOTHING
    return {"count": len(track.gaps), "gap_min": gap_s / 60, "share": share}


def coverage(handed: Handed, known: Known) -> Figures | Silence:
    """How little of the stretch was covered."""
    if not known.stretch:
        return Silence.CANNOT_TELL
    fraction = _fraction(handed.track, known)
    asked = limits("coverage")["fraction"]
    return {"fraction": fraction, "asked": asked} if fraction < asked else Silence.NOTHING


def driven(handed: Handed, known: Known) -> Figures | Silence:
    """Which share of what was covered was passed at a vehicle's speed only."""
    rule, track = limits("driven"), handed.track
    if not known.stretch or len(track.time_s) < 2:
        return Silence.CANNOT_TELL
    slow = speed_ms(track, rule["over_s"]) < rule["fast_ms"]
    if slow.all():
        return Silence.NOTHING
    whole = _fraction(track, known)
    if whole == 0:
        return Silence.CANNOT_TELL
    at = np.flatnonzero(slow)
    joined = track.joined[at[:-1]] & (np.diff(at) == 1) if len(at) else np.empty(0, bool)
    on_foot = _fraction(Track(track.time_s[at], track.lonlat[at], joined, {}), known)
    share = 1 - on_foot / whole
    if share < rule["share"]:
        return Silence.NOTHING
    return {"share": share, "fast_kmh": rule["fast_ms"] * 3.6}


def speed_ms(track: Track, over_s: float) -> Floats:
    """Speed at every fix [m/s], as the distance between the places half of `over_s` [s] before and after it.

    A distance as the crow flies: the receiver's noise is gone, and a walker's turn makes it slower, never faster.
    """
    xy = local(track)
    before = np.maximum(track.time_s - over_s / 2, track.time_s[0])
    after = np.minimum(track.time_s + over_s / 2, track.time_s[-1])
    moved = at_times(track.time_s, xy, after) - at_times(track.time_s, xy, before)
    return np.asarray(np.hypot(*moved.T) / np.maximum(after - before, 1.0), np.float64)


def local(track: Track, origin: tuple[float, float] | None = None) -> Floats:
    """The track in metres from an origin, or from its first fix; shape (n, 2)."""
    at = (float(track.lonlat[0, 0]), float(track.lonlat[0, 1])) if origin is None else origin
    return to_local_m(track.lonlat[:, 0], track.lonlat[:, 1], at)


def at_times(time_s: Floats, xy: Floats, wanted_s: Floats) -> Floats:
    """Places at other times, on the straight line between fixes; shape (n_wanted, 2)."""
    return np.column_stack([np.interp(wanted_s, time_s, xy[:, k]) for k in (0, 1)])


def _fraction(track: Track, known: Known) -> float:
    """The covered share of the whole stretch, its intervals weighted by their lengths."""
    parts: list[Covered] = [covered(track, interval, known.network) for interval in known.stretch]
    length = np.array([max(part.interval.to_m - part.interval.from_m, 1e-9) for part in parts])
    return float(np.average([part.fraction for part in parts], weights=length))
