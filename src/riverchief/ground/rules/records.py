"""What is judged: the patrols of a chief, and the stretch that the chief answers for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from riverchief.base.errors import InputError, UnknownName
from riverchief.ground.rules.model import SUBSTITUTES
from riverchief.ground.rules.periods import Alert

_KINDS = ("walk", *SUBSTITUTES)

Piece = tuple[str, float, float]  # reach, from, to [m]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of what a chief answers for: a reach from and to a chainage [m], and the river that it belongs to."""

    reach: str
    from_m: float
    to_m: float
    river: str = ""

    def __post_init__(self) -> None:
        if not self.from_m <= self.to_m:
            raise InputError(
                f"stretch on {self.reach} runs from {self.from_m:g} m to {self.to_m:g} m; give the upstream end first."
            )


@dataclass(frozen=True, slots=True)
class Patrol:
    """One patrol as it was recorded, or what stood in for it.

    Attributes
    ----------
    started_at, finished_at : datetime
        Aware.
    duration_s, length_m : float
        Time [s] and way [m] of its track, gaps left out.
    seen : tuple of (str, float, float)
        Pieces of reaches that it saw, from and to [m].
    kind : str
        "walk", or the kind of substitute.
    held : frozenset of str
        What held of the stretch on that day: "remote", "good_water".
    decided : bool
        Counts by decision of an office; nothing is asked of it any more.
    """

    id: str
    started_at: datetime
    finished_at: datetime
    duration_s: float
    length_m: float
    seen: tuple[Piece, ...] = ()
    kind: str = "walk"
    track: bool = True
    photos: int = 0
    held: frozenset[str] = frozenset()
    decided: bool = False

    def __post_init__(self) -> None:
        if self.kind not in _KINDS:
            raise UnknownName(f"kind of patrol {self.id}", self.kind, _KINDS)
        if not (self.duration_s >= 0 and self.length_m >= 0 and self.finished_at >= self.started_at):
            raise InputError(
                f"patrol {self.id} took {self.duration_s:g} s over {self.length_m:g} m, from {self.started_at} to "
                f"{self.finished_at}; none of it can be less than nothing.",
                patrol=self.id,
            )
        wrong = next((piece for piece in self.seen if not piece[1] <= piece[2]), None)
        if wrong is not None:
            raise InputError(
                f"patrol {self.id} saw {wrong[0]} from {wrong[1]:g} m to {wrong[2]:g} m; give the upstream end first.",
                patrol=self.id,
            )


@dataclass(frozen=True, slots=True)
class ChiefYear:
    """All that a rule looks at of one chief."""

    chief: str
    level: str
    stretch: tuple[Stretch, ...]
    patrols: tuple[Patrol, ...]
    alerts: tuple[Alert, ...] = ()


def read_years(rows: Iterable[Mapping[str, Any]]) -> tuple[ChiefYear, ...]:
    """Chiefs' years from plain values, as JSON holds them; times are ISO 8601 with their zone.

    Parameters
    ----------
    rows : iterable of dict
        `chief`, `level`, `stretch`, `patrols`, and where there are any `alerts`, each with the fields of the classes
        here. What else a row says of its chief is the caller's.

    Raises
    ------
    InputError
        When a value is missing, unknown or not of its kind, with the chief.
    """
    found = []
    for row in rows:
        try:
            found.append(
                ChiefYear(
                    row["chief"],
                    row["level"],
                    tuple(Stretch(**one) for one in row["stretch"]),
                    tuple(_patrol(one) for one in row["patrols"]),
                    tuple(_alert(**one) for one in row.get("alerts", ())),
                )
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(
                f"chief {row.get('chief', '?')}: the year of patrols cannot be read: {error!r}; "
                f"see the fields of riverchief.ground.rules.Patrol."
            ) from None
    return tuple(found)


def _patrol(row: Mapping[str, Any]) -> Patrol:
    return Patrol(
        **{
            **row,
            "started_at": _aware(row["started_at"]),
            "finished_at": _aware(row["finished_at"]),
            "seen": tuple((reach, float(a), float(b)) for reach, a, b in row.get("seen", ())),
            "held": frozenset(row.get("held", ())),
        }
    )


def _aware(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return at


def _alert(level: str, first_day: str, last_day: str | None = None) -> Alert:
    return Alert(level, date.fromisoformat(first_day), date.fromisoformat(last_day) if last_day else None)


def seen_share(stretch: Iterable[Stretch], pieces: Iterable[Piece]) -> float:
    """Share of a stretch that pieces cover together; what lies over each other counts once. 0 for an empty stretch.

    Parameters
    ----------
    stretch : iterable of Stretch
        Parts that do not lie over each other.
    """
    by_reach: dict[str, list[tuple[float, float]]] = {}
    for reach, low, high in pieces:
        by_reach.setdefault(reach, []).append((low, high))
    for own in by_reach.values():
        own.sort()
    length_m = seen_m = 0.0
    for part in stretch:
        length_m += part.to_m - part.from_m
        at = part.from_m
        for low, high in by_reach.get(part.reach, ()):
            if high > at and low < part.to_m:
                seen_m += min(high, part.to_m) - max(low, at)
                at = min(high, part.to_m)
    return seen_m / length_m if length_m > 0 else 0.0


def sees(stretch: Iterable[Stretch], pieces: Iterable[Piece]) -> bool:
    """Whether a piece lies on the stretch."""
    own = tuple(pieces)
    return any(
        part.reach == reach and low < part.to_m and high > part.from_m for part in stretch for reach, low, high in own
    )
