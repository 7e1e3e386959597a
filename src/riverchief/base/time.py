"""Time: UTC inside, local at the edge. A clock is passed in; nothing else asks the system for the time.

An hour stamp closes its hour, so 00:00 belongs to the day before (`day_of_closing_stamp`).
"""

from __future__ import annotations

import json
import time as _system
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Protocol
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """What tells the time [UTC], how fast it runs, and how to wait in it."""

    @property
    def speed(self) -> float:
        """How many seconds pass on this clock while one passes on the wall; 0 on a standing clock."""
        ...

    def now(self) -> datetime:
        """The time now, aware, in UTC."""
        ...

    def real_seconds(self, duration_s: float) -> float:
        """How long a wait of `duration_s` on this clock takes on the wall [s]."""
        ...


@dataclass(frozen=True)
class SystemClock:
    """The wall clock."""

    speed: ClassVar[float] = 1.0

    def now(self) -> datetime:
        """The time now, aware, in UTC."""
        return datetime.now(UTC)

    def real_seconds(self, duration_s: float) -> float:
        """Waits take as long as they say."""
        return duration_s


@dataclass(frozen=True)
class ScaledClock:
    """A clock that runs `speed` times faster than the wall, for the demo and its tests."""

    started_real_s: float
    started_at: datetime
    speed: float

    @classmethod
    def start(cls, at: datetime, speed: float) -> ScaledClock:
        """Start a clock now that shows `at` and runs `speed` times as fast as the wall."""
        return cls(_system.time(), at.astimezone(UTC), speed)

    def now(self) -> datetime:
        """The time now, aware, in UTC."""
        return self.at(_system.time())

    def at(self, real_s: float) -> datetime:
        """The time that it shows when the wall shows `real_s` [s since 1970 UTC]."""
        return self.started_at + timedelta(seconds=(real_s - self.started_real_s) * self.speed)

    def real_seconds(self, duration_s: float) -> float:
        """Waits are shorter by the factor `speed`."""
        return duration_s / self.speed


@dataclass
class FixedClock:
    """A clock that stands until it is moved, for tests."""

    at: datetime = field(default_factory=lambda: datetime(2026, 11, 21, tzinfo=UTC))
    speed: ClassVar[float] = 0.0

    def now(self) -> datetime:
        """The time that was set."""
        return self.at

    def real_seconds(self, duration_s: float) -> float:
        """A wait on a standing clock takes no time."""
        return 0.0

    def advance(self, duration_s: float) -> None:
        """Move the clock on by `duration_s` [s]."""
        self.at += timedelta(seconds=duration_s)


CLOCK_FILE = "clock.json"
_NOTICE_REAL_S = 0.5  # a change of speed is written down so long before it holds, so that all processes have read it


def _as_dict(clock: ScaledClock) -> dict[str, Any]:
    return {
        "started_real_s": clock.started_real_s,
        "started_at": clock.started_at.isoformat(),
        "speed": clock.speed,
    }


def _from_dict(saved: dict[str, Any]) -> ScaledClock:
    return ScaledClock(saved["started_real_s"], datetime.fromisoformat(saved["started_at"]), saved["speed"])


def _replace(path: Path, content: dict[str, Any]) -> None:
    part = path.with_suffix(".part")
    part.write_text(json.dumps(content), encoding="utf-8")
    part.replace(path)


def write_clock(folder: Path, clock: ScaledClock) -> None:
    """Leave a scaled clock in a data folder, so that every process of the platform shows the same time."""
    _replace(folder / CLOCK_FILE, _as_dict(clock))


def change_speed(folder: Path, speed: float) -> None:
    """Let the clock of a data folder run at another speed from half a second on; it never jumps or runs backwards."""
    clock = _read(folder / CLOCK_FILE)[-1]
    at_real_s = _system.time() + _NOTICE_REAL_S
    then = ScaledClock(at_real_s, clock.at(at_real_s), speed)
    _replace(folder / CLOCK_FILE, {**_as_dict(clock), "then": _as_dict(then)})


def _read(path: Path) -> tuple[ScaledClock, ...]:
    saved = json.loads(path.read_text(encoding="utf-8"))
    return tuple(_from_dict(part) for part in (saved, saved.get("then")) if part)


def read_clock(folder: Path) -> Clock:
    """The clock of a data folder as it is now: the scaled one that was left there, else the wall's."""
    path = folder / CLOCK_FILE
    return _now_valid(_read(path)) if path.exists() else SystemClock()


def _now_valid(clocks: tuple[ScaledClock, ...]) -> ScaledClock:
    real_s = _system.time()
    return [clock for k, clock in enumerate(clocks) if k == 0 or clock.started_real_s <= real_s][-1]


@dataclass
class FolderClock:
    """The clock of a data folder, also when it is changed while a process shows it; the wall's where there is none."""

    folder: Path
    _stamp: tuple[int, int] | None = field(default=None, init=False, repr=False)
    _clocks: tuple[ScaledClock, ...] = field(default=(), init=False, repr=False)

    def _clock(self) -> Clock:
        path = self.folder / CLOCK_FILE
        try:
            status = path.stat()
        except FileNotFoundError:
            return SystemClock()
        stamp = (status.st_mtime_ns, status.st_ino)
        if stamp != self._stamp:
            self._stamp, self._clocks = stamp, _read(path)
        return _now_valid(self._clocks)

    @property
    def speed(self) -> float:
        """How many seconds pass on this clock while one passes on the wall."""
        return self._clock().speed

    def now(self) -> datetime:
        """The time now, aware, in UTC."""
        return self._clock().now()

    def real_seconds(self, duration_s: float) -> float:
        """How long a wait of `duration_s` on this clock takes on the wall [s], at its speed now."""
        return self._clock().real_seconds(duration_s)


def from_epoch(time_s: float) -> datetime:
    """Seconds since 1970 UTC as an aware datetime."""
    return datetime.fromtimestamp(time_s, UTC)


def to_epoch(at: datetime) -> int:
    """An aware datetime as whole seconds since 1970 UTC."""
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone")
    return int(at.timestamp())


def local_day(at: datetime, zone: ZoneInfo = CHINA) -> date:
    """The local day of an instant."""
    return at.astimezone(zone).date()


def day_of_closing_stamp(at: datetime, zone: ZoneInfo = CHINA) -> date:
    """The local day that a closing stamp belongs to: 00:00 closes the day before."""
    return (at - timedelta(microseconds=1)).astimezone(zone).date()


def deadline_text(at: datetime, zone: ZoneInfo = CHINA) -> str:
    """A deadline as people say it: the last day of one that ends with a day, else day and minute (local)."""
    there = at.astimezone(zone)
    if there.hour == there.minute == there.second == 0:
        return day_of_closing_stamp(at, zone).isoformat()
    return there.strftime("%Y-%m-%d %H:%M")
