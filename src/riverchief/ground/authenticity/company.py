"""Signs against other tracks: one's own of another day, and other people's of the same hour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from riverchief.ground.authenticity.model import Figures, Floats, Handed, Known, Silence, limits
from riverchief.ground.authenticity.way import at_times, local, one_walk
from riverchief.ground.patrol import Track

_BEAT_S = 10.0  # the grid on which the shift is looked for
_WINDOW_S = 60.0  # how far a stretched replay may run ahead or behind at its ends
_LEAST_OVERLAP = 0.6
_MOVES_MS = 0.4


def replay(handed: Handed, known: Known) -> Figures | Silence:
    """The same places in the same rhythm as on another day."""
    rule = limits("replay")
    track = handed.track
    candidates = {name: old for name, old in known.earlier.items() if _lasts(old, rule["minutes"])}
    if not candidates or not _lasts(track, rule["minutes"]):
        return Silence.CANNOT_TELL
    moves = on_the_move(track)
    if moves.sum() * _BEAT_S < 60 * rule["minutes"]:
        return Silence.CANNOT_TELL
    best: Figures | Silence = Silence.NOTHING
    best_share = rule["share"]
    for name, old in candidates.items():
        apart = apart_in_step_m(track, old)[moves]
        share = float(np.mean(apart < rule["near_m"]))
        if share >= best_share:
            best_share = share
            best = {"name": name, "share": share, "apart_m": float(np.median(apart))}
    return best


def on_the_move(track: Track) -> NDArray[np.bool_]:
    """At which moments, every 10 s from the first fix, the walker moves; moments in a gap do not count.

    Whoever stands at one gate every week repeats nothing.
    """
    grid = np.arange(track.time_s[0], track.time_s[-1], _BEAT_S)
    pace = np.hypot(*np.gradient(at_times(track.time_s, local(track), grid), _BEAT_S, axis=0).T)
    return np.asarray((pace > _MOVES_MS) & _recorded(track, grid), np.bool_)


def apart_in_step_m(track: Track, old: Track) -> Floats:
    """How far apart two tracks are every 10 s [m], shape (n_moment,), the older one shifted to fit as well as it can.

    First the shift in whole beats that brings them nearest; then a shift and a stretch of time, fitted to the moments
    at which the older track came nearest. The value is inf where the older one had not begun or was over.
    """
    origin = (float(track.lonlat[0, 0]), float(track.lonlat[0, 1]))
    new_s, old_s = track.time_s - track.time_s[0], old.time_s - old.time_s[0]
    new_xy, old_xy = local(track, origin), local(old, origin)
    grid, old_grid = np.arange(0.0, new_s[-1], _BEAT_S), np.arange(0.0, old_s[-1], _BEAT_S)
    here, there = at_times(new_s, new_xy, grid), at_times(old_s, old_xy, old_grid)
    shift = _best_shift(here, there) * _BEAT_S
    fine = np.arange(-_WINDOW_S, _WINDOW_S + 1, 2.0)
    slope, offset = 1.0, shift
    for reach in (1.0, 0.25):
        at = slope * grid[:, None] + offset + reach * fine
        near = at_times(old_s, old_xy, at.ravel()).reshape(*at.shape, 2)
        apart = np.hypot(*np.moveaxis(near - here[:, None], 2, 0))
        best = np.argmin(apart, axis=1)
        rows = np.arange(len(grid))
        found = at[rows, best]
        inside = (best > 0) & (best < len(fine) - 1) & (found > 0) & (found < old_s[-1])
        if inside.sum() < 10:
            break
        slope, offset = np.polyfit(grid[inside], found[inside], 1)
    when = slope * grid + offset
    apart = np.hypot(*(at_times(old_s, old_xy, when) - here).T)
    return np.where((when >= -_BEAT_S) & (when <= old_s[-1] + _BEAT_S), apart, np.inf)


def _best_shift(here: Floats, there: Floats) -> int:
    """By how many beats the older track runs ahead where the two are nearest, by the mean over the overlap."""
    n, m = len(here), len(there)
    least = max(2, int(_LEAST_OVERLAP * min(n, m)))
    best, nearest = 0, np.inf
    for shift in range(least - n, m - least + 1):
        first, last = max(0, -shift), min(n, m - shift)
        if last - first < least:
            continue
        apart = here[first:last:3] - there[first + shift : last + shift : 3]
        mean_m = float(np.mean(np.hypot(apart[:, 0], apart[:, 1])))
        if mean_m < nearest:
            best, nearest = shift, mean_m
    return best


def together(handed: Handed, known: Known) -> Figures | Silence:
    """Another chief's phone beside this one, second by second, for most of the time."""
    rule, track = limits("together"), handed.track
    if not known.others or not _lasts(track, rule["minutes"]):
        return Silence.CANNOT_TELL
    best: Figures | Silence = Silence.NOTHING
    best_share = rule["share"]
    for name, other in known.others.items():
        if not len(other.time_s):
            continue
        share = beside_share(track, other, rule["near_m"])
        if share >= best_share:
            best_share = share
            words = rule["missing"][known.missing.get(name, "nobody")]
            best = {
                "name": name,
                "share": share,
                "near_m": rule["near_m"],
                "missing_zh": words["zh"].format(name=name),
                "missing_en": words["en"].format(name=name),
            }
    return best


def beside_share(track: Track, other: Track, near_m: float) -> float:
    """The share of the longer of two tracks' recorded times in which they were within `near_m` [m] of each other."""
    origin = (float(track.lonlat[0, 0]), float(track.lonlat[0, 1]))
    time_s = np.arange(track.time_s[0], track.time_s[-1], _BEAT_S)
    both = _recorded(track, time_s) & _recorded(other, time_s)
    here = at_times(track.time_s, local(track, origin), time_s[both])
    there = at_times(other.time_s, local(other, origin), time_s[both])
    near_s = _BEAT_S * float(np.sum(np.hypot(*(here - there).T) <= near_m))
    return min(near_s / max(track.duration_s, other.duration_s, _BEAT_S), 1.0)


def _recorded(track: Track, time_s: Floats) -> NDArray[np.bool_]:
    """Whether the track was recorded at these times, with no gap around them; shape (n,)."""
    if len(track.time_s) < 2:
        return np.zeros(len(time_s), bool)
    leg = np.searchsorted(track.time_s, time_s, side="right") - 1
    inside = (leg >= 0) & (leg < len(track.joined))
    return inside & track.joined[np.clip(leg, 0, len(track.joined) - 1)]


def _lasts(track: Track, minutes: float) -> bool:
    return one_walk(track) and track.duration_s >= 60 * minutes
