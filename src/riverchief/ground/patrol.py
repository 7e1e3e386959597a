"""Patrols (巡河): a track in; its length, its gaps, what it covered of the assigned stretch, whether it counts.

Nothing is interpolated: where the phone recorded nothing there is a gap, and a gap is neither length nor coverage.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.base.geometry import to_local_m, to_wgs84
from riverchief.base.network import Network
from riverchief.base.places import Interval
from riverchief.base.time import from_epoch
from riverchief.ground.rules import Asked, Patrol, PatrolRule, Reason, shortfalls

Floats = NDArray[np.float64]

ACCURACY_M = 50.0  # fixes that claim less are left out
GAP_S = 120.0  # longer than this without a fix is a gap
FASTEST_MS = 15.0  # two fixes that need more are an outlier of the receiver, not a chief
NEAR_M = 100.0  # how far from the river's line a walker still sees it
_SAMPLE_M = 10.0


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of time without fixes [s since 1970 UTC], and how far apart its ends lie [m]."""

    start_s: float
    end_s: float
    distance_m: float


@dataclass(frozen=True, slots=True)
class ToldGap:
    """A time without fixes as the phone knows it [s since 1970 UTC], and what stood in the way.

    `no_signal`, `hidden` (another application before it), `closed`, `denied` (positions turned off).
    """

    from_s: float
    to_s: float
    why: str

    def overlap_s(self, gap: Gap) -> float:
        """How long it stood in the way of a gap that the server reckons [s]."""
        return min(self.to_s, gap.end_s) - max(self.from_s, gap.start_s)


def why_of(gap: Gap, told: Sequence[ToldGap]) -> str | None:
    """What the phone says of a gap: what stood in the way for the longest time of it; None where it says nothing."""
    lasted_s: dict[str, float] = {}
    for one in told:
        lasted_s[one.why] = lasted_s.get(one.why, 0.0) + max(0.0, one.overlap_s(gap))
    return max((why for why in lasted_s if lasted_s[why] > 0), key=lambda why: lasted_s[why], default=None)


@dataclass(frozen=True)
class Track:
    """A cleaned track.

    Attributes
    ----------
    time_s : float64 (n,)
        Seconds since 1970 UTC, increasing.
    lonlat : float64 (n, 2)
        WGS 84 [°].
    joined : bool (n − 1,)
        Whether fix i and fix i + 1 were recorded without a gap between them.
    dropped : dict
        How many fixes were left out, by reason: accuracy, not_finite, repeated, jump.
    """

    time_s: Floats
    lonlat: Floats
    joined: NDArray[np.bool_]
    dropped: dict[str, int]

    @property
    def _step_m(self) -> Floats:
        if len(self.lonlat) < 2:
            return np.empty(0)
        xy = to_local_m(self.lonlat[:, 0], self.lonlat[:, 1], self._origin)
        return np.asarray(np.hypot(*np.diff(xy, axis=0).T), np.float64)

    @property
    def _origin(self) -> tuple[float, float]:
        return float(self.lonlat[0, 0]), float(self.lonlat[0, 1])

    @property
    def length_m(self) -> float:
        """Length walked [m], gaps left out."""
        return float(self._step_m[self.joined].sum())

    @property
    def duration_s(self) -> float:
        """Time from the first to the last fix [s], gaps left out."""
        return float(np.diff(self.time_s)[self.joined].sum())

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """The gaps, in order."""
        step = self._step_m
        return tuple(
            Gap(float(self.time_s[i]), float(self.time_s[i + 1]), float(step[i])) for i in np.flatnonzero(~self.joined)
        )


def read_track(points: Sequence[Sequence[float | None]], system: str = "wgs84") -> Track:
    """Clean a recorded track.

    Parameters
    ----------
    points : sequence of (time [s since 1970 UTC], longitude [°], latitude [°], accuracy [m] or None)
        In any order.
    system : str
        "wgs84", "cgcs2000" or "gcj02".

    Raises
    ------
    UnknownName
        For another coordinate system.
    InputError
        When a point has another number of values.
    """
    wrong = next((i for i, p in enumerate(points) if len(p) != 4), None)
    if wrong is not None:
        raise InputError(
            f"point {wrong} of the track has {len(points[wrong])} values; "
            f"give time [s], longitude, latitude, accuracy [m]."
        )
    dropped: Counter[str] = Counter()
    rows = np.array([[np.nan if x is None else float(x) for x in p] for p in points], np.float64).reshape(-1, 4)
    rows = rows[np.argsort(rows[:, 0], kind="stable")]
    on_earth = (np.abs(rows[:, 1]) <= 180) & (np.abs(rows[:, 2]) <= 90) & np.isfinite(rows[:, 0])
    dropped["not_finite"] = int((~on_earth).sum())
    rows = rows[on_earth]
    vague = rows[:, 3] > ACCURACY_M  # an unknown accuracy is let through: old phones send none
    dropped["accuracy"] = int(vague.sum())
    rows = rows[~vague]
    again = np.concatenate([[False], np.diff(rows[:, 0]) <= 0]) if len(rows) else np.empty(0, bool)
    dropped["repeated"] = int(again.sum())
    rows = rows[~again]
    lon, lat = to_wgs84(rows[:, 1], rows[:, 2], system)
    lonlat = np.column_stack([lon, lat]).reshape(-1, 2)
    keep = _without_jumps(rows[:, 0], lonlat)
    dropped["jump"] = int((~keep).sum())
    time_s = rows[keep, 0]
    return Track(time_s, lonlat[keep], np.diff(time_s) <= GAP_S, {k: n for k, n in dropped.items() if n})


def _without_jumps(time_s: Floats, lonlat: Floats) -> NDArray[np.bool_]:
    """Which fixes can be reached from the last one kept; a receiver's outlier is left out, not smoothed.

    The first fix kept is the first that its follower confirms.
    """
    if len(time_s) < 2:
        return np.ones(len(time_s), bool)
    keep = np.zeros(len(time_s), bool)
    xy = to_local_m(lonlat[:, 0], lonlat[:, 1], (float(lonlat[0, 0]), float(lonlat[0, 1])))
    steady = np.hypot(*np.diff(xy, axis=0).T) / np.diff(time_s) <= FASTEST_MS
    last = int(np.argmax(steady)) if steady.any() else 0
    keep[last] = True
    for i in range(last + 1, len(time_s)):
        pace = np.hypot(*(xy[i] - xy[last])) / (time_s[i] - time_s[last])
        if pace <= FASTEST_MS:
            keep[i] = True
            last = i
    return keep


@dataclass(frozen=True)
class Covered:
    """What a track covered of one interval: pieces (from, to) [m] of chainage, and their share of the interval."""

    interval: Interval
    pieces: tuple[tuple[float, float], ...]
    fraction: float


def covered(track: Track, interval: Interval, network: Network, near_m: float = NEAR_M) -> Covered:
    """Which chainages of an interval the track passed within `near_m` [m].

    The interval is looked at every 10 m; a chainage counts when a recorded part of the track, not a gap, came that
    near.

    Raises
    ------
    InputError
        When the reach has no drawn line.
    """
    count = max(1, int(np.ceil((interval.to_m - interval.from_m) / _SAMPLE_M)))
    edges = np.linspace(interval.from_m, interval.to_m, count + 1)
    at = (edges[:-1] + edges[1:]) / 2
    line = network.point(network.index(interval.reach), at)
    if not np.isfinite(line).all():
        raise InputError(f"reach {interval.reach} has no drawn line, so coverage cannot be told; add vertices.")
    seen = np.zeros(count, bool)
    if len(track.lonlat):
        origin = (float(line[0, 0]), float(line[0, 1]))
        walked = _recorded(track, origin)
        shapely.prepare(walked)
        points = shapely.points(to_local_m(line[:, 0], line[:, 1], origin))
        seen[:] = shapely.dwithin(walked, points, near_m)
    pieces: list[tuple[float, float]] = []
    for i in np.flatnonzero(seen):
        if pieces and pieces[-1][1] == edges[i]:
            pieces[-1] = (pieces[-1][0], float(edges[i + 1]))
        else:
            pieces.append((float(edges[i]), float(edges[i + 1])))
    return Covered(interval, tuple(pieces), float(seen.mean()))


def _recorded(track: Track, origin: tuple[float, float]) -> shapely.Geometry:
    """The fixes and what was walked between them without a gap, in metres."""
    xy = to_local_m(track.lonlat[:, 0], track.lonlat[:, 1], origin)
    legs = [shapely.LineString(xy[i : i + 2]) for i in np.flatnonzero(track.joined)]
    return shapely.union_all([shapely.MultiPoint(xy), *legs])


def judge(track: Track, asked: Asked, last_finished: datetime | None = None, photos: int = 0) -> tuple[Reason, ...]:
    """Why a walk does not count by what is asked of its walker's level; empty when it does.

    Parameters
    ----------
    last_finished : datetime
        When the same person finished the last patrol that counted, for rules that ask for a spacing.
    photos : int
        How many photographs belong to it.
    """
    at = [from_epoch(float(time_s)) for time_s in track.time_s[[0, -1]]] if len(track.time_s) else []
    if not at:  # without a fix there is no start that a spacing could be told from
        at, last_finished = [from_epoch(0), from_epoch(0)], None
    walk = Patrol("", at[0], at[1], track.duration_s, track.length_m, photos=photos, track=len(track.time_s) > 0)
    return shortfalls(asked, walk, last_finished)


def as_dict(
    track: Track, parts: Sequence[Covered], reasons: Sequence[Reason], rule: PatrolRule, told: Sequence[ToldGap] = ()
) -> dict[str, Any]:
    """A patrol's result for JSON; `told` are the gaps that the phone knows of, for the reasons of those found here."""
    return {
        "length_m": round(track.length_m, 1),
        "duration_s": round(track.duration_s),
        "fixes": len(track.time_s),
        "dropped": track.dropped,
        "gaps": [
            {"start_s": g.start_s, "end_s": g.end_s, "distance_m": round(g.distance_m, 1), "why": why_of(g, told)}
            for g in track.gaps
        ],
        "coverage": [
            {
                "reach": part.interval.reach,
                "from_m": part.interval.from_m,
                "to_m": part.interval.to_m,
                "fraction": round(part.fraction, 4),
                "pieces": [[round(a, 1), round(b, 1)] for a, b in part.pieces],
            }
            for part in parts
        ],
        "valid": not reasons,
        "reasons": [{"key": r.key, "found": round(r.found, 1), "asked": r.asked, "unit": r.unit} for r in reasons],
        "rule": {
            "name": rule.code,
            "version": rule.version,
            "name_zh": rule.name_zh,
            "name_en": rule.name_en,
            "document": rule.document,
            "document_zh": rule.document_zh or rule.document,
            "confirmed": rule.confirmed,
        },
    }
