"""One alert from before it opens until after it closes: opened once, closed when it is over, kept as JSON between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from riverchief.cloud.instruments import AlertSettings, defaults


@dataclass(frozen=True, slots=True)
class Signal:
    """What one reading says about an alert: its severity (0 = not over the threshold), and whether it is clear of it.

    Between over and clear lies the band in which nothing is decided. `strength` tells which property leads.
    """

    property: str
    time_s: int
    value: float
    severity: int
    clear: bool
    strength: float = 0.0
    why_key: str = ""
    evidence: dict[str, Any] = field(default_factory=dict)


class Decision(StrEnum):
    """What a step decides about an alert."""

    NONE = "none"
    OPEN = "open"
    UPDATE = "update"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Track:
    """One property of an open or coming alert: its last reading, how many in a row were over, how many clear.

    `before` is the same counts without the last reading, so that a revision of it counts once.
    """

    last_s: int
    over: int
    calm: int
    before: tuple[int, int] = (0, 0)


class Step(NamedTuple):
    """What became of an alert: its state from now on, the decision, and the signal that leads (None for a close)."""

    state: AlertState
    decision: Decision
    leading: Signal | None


@dataclass(frozen=True)
class AlertState:
    """One alert of one kind at one place, from before it opens until after it closes; `AlertState()` is quiet.

    Opened once, when a property has been over its threshold `raise_after` times in a row; closed when every property
    that was over has been clear `close_after` times in a row. A reading that is older than the last one of its
    property changes nothing; one with the same time is a revision and takes the place of the last.
    """

    opened_s: int | None = None
    severity: int = 0
    tracks: Mapping[str, Track] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Whether the alert is open."""
        return self.opened_s is not None

    def step(self, signals: Sequence[Signal], settings: AlertSettings | None = None) -> Step:
        """Take the signals of one sample; the properties that it lacks change nothing.

        Parameters
        ----------
        signals : sequence of Signal
            Of one time, one per property.
        settings : AlertSettings, optional
        """
        rule = settings or defaults().alert
        tracks = dict(self.tracks)
        counted = [s for s in signals if s.property not in tracks or s.time_s >= tracks[s.property].last_s]
        for signal in counted:
            track = _advance(tracks.get(signal.property), signal)
            if track is not None:
                tracks[signal.property] = track
        over = [s for s in counted if s.severity > 0]
        leading = max(over, key=lambda s: (s.severity, s.strength), default=None)
        if not self.open:
            return self._maybe_open(tracks, over, leading, rule)
        if leading is not None:
            state = AlertState(self.opened_s, max(self.severity, leading.severity), tracks)
            return Step(state, Decision.UPDATE, leading)
        if counted and all(track.calm >= rule.close_after for track in tracks.values()):
            return Step(AlertState(), Decision.CLOSE, None)
        return Step(AlertState(self.opened_s, self.severity, tracks), Decision.NONE, None)

    def _maybe_open(
        self, tracks: dict[str, Track], over: Sequence[Signal], leading: Signal | None, rule: AlertSettings
    ) -> Step:
        ripe = [s for s in over if tracks[s.property].over >= rule.raise_after]
        if leading is not None and ripe:
            return Step(AlertState(leading.time_s, leading.severity, tracks), Decision.OPEN, leading)
        waiting = {code: track for code, track in tracks.items() if track.over > 0}
        return Step(AlertState(None, 0, waiting), Decision.NONE, None)

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        tracks = {code: asdict(track) for code, track in self.tracks.items()}
        return {"opened_s": self.opened_s, "severity": self.severity, "tracks": tracks}

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> AlertState:
        """The inverse of `as_dict`."""
        tracks = {
            code: Track(track["last_s"], track["over"], track["calm"], tuple(track["before"]))
            for code, track in saved["tracks"].items()
        }
        return cls(saved["opened_s"], saved["severity"], tracks)


def _advance(track: Track | None, signal: Signal) -> Track | None:
    """The track after a signal; None for a property that never was over."""
    if track is None:
        return Track(signal.time_s, 1, 0) if signal.severity > 0 else None
    revised = signal.time_s == track.last_s
    over, calm = track.before if revised else (track.over, track.calm)
    before = (over, calm)
    if signal.severity > 0:
        return Track(signal.time_s, over + 1, 0, before)
    return Track(signal.time_s, 0, calm + 1 if signal.clear else 0, before)
