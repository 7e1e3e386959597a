"""What a patrol rule (巡河规则) asks: of each level how often, what counts as one patrol, what may stand in for it.

A rule is data; nothing here knows a place. Values that cannot be are refused where a rule is made, each with its key.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from riverchief.base.errors import InputError, UnknownName

Period = Literal["day", "working_day", "week", "ten_days", "month", "quarter", "half_year", "year"]

LEVELS = ("province", "city", "county", "township", "village")
LONGEST_H = {  # of each period, shortest period first
    "day": 24,
    "working_day": 24,
    "week": 7 * 24,
    "ten_days": 11 * 24,
    "month": 31 * 24,
    "quarter": 92 * 24,
    "half_year": 184 * 24,
    "year": 366 * 24,
}
ALERTS = ("yellow", "orange", "red")
SUBSTITUTES = ("drone", "meeting", "assistant", "paper")
CONDITIONS = ("remote", "good_water")
ALL_YEAR = tuple(range(1, 13))


@dataclass(frozen=True, slots=True)
class Substitute:
    """What counts in place of the chief's own walk.

    Attributes
    ----------
    kind : str
        "drone" (flight), "meeting" (on site), "assistant" (who walks for the chief), "paper" (no track in the app).
    most : int or None
        How many count in one period; None: no limit.
    only : tuple of str
        What must hold of the stretch on that day, all of it: "remote", "good_water".
    measured : bool
        Whether the minutes, metres and photographs of a walk are asked of it too.
    """

    kind: str
    most: int | None = None
    only: tuple[str, ...] = ()
    measured: bool = False

    def __post_init__(self) -> None:
        found = [
            *_known("kind", "substitute", self.kind, SUBSTITUTES),
            *(fault for one in self.only for fault in _known("only", "condition", one, CONDITIONS)),
        ]
        if self.most is not None and self.most < 1:
            found.append(("most", f"is {self.most}; give 1 or more, or leave it out where there is no limit."))
        _refuse("substitute", found)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of one level.

    Attributes
    ----------
    count, period : int, str
        So many patrols in each period of the calendar.
    months : tuple of int
        The season; a period is due when one of its days lies in it.
    per_river : bool
        Whether the count is asked of each river of the chief's.
    shortest_min, shortest_m : float
        Least time [min] and way [m] of a patrol, gaps of its track left out; 0: none asked.
    spacing_h : float
        Least time from the end of the last patrol that counted to the start of the next [h]; 0: none asked.
    photos : int
        Least number of photographs filed with a patrol.
    track : bool
        Whether a patrol needs a recorded track.
    round_share : float
        Share of the stretch that the patrols of a period must see together; 0: none asked.
    whole_within : str or None
        Period of the calendar within which all of the stretch must be seen.
    alert : tuple of (str, int)
        By how much the count is multiplied in a period that an alert of this level touches.
    substitutes : tuple of Substitute
        What counts in place of a walk; nothing else does.
    """

    level: str
    period: Period
    count: int
    months: tuple[int, ...] = ALL_YEAR
    per_river: bool = False
    shortest_min: float = 0.0
    shortest_m: float = 0.0
    spacing_h: float = 0.0
    photos: int = 0
    track: bool = False
    round_share: float = 0.0
    whole_within: Period | None = None
    alert: tuple[tuple[str, int], ...] = ()
    substitutes: tuple[Substitute, ...] = ()

    def __post_init__(self) -> None:
        found = [*_known("level", "level", self.level, LEVELS), *_known("period", "period", self.period, LONGEST_H)]
        if self.count < 1:
            found.append(("count", f"is {self.count}; give 1 or more, or leave the level out."))
        found += _season(self.months)
        for key in ("shortest_min", "shortest_m", "spacing_h", "photos"):
            value = getattr(self, key)
            if not 0 <= value < float("inf"):
                found.append((key, f"is {value:g} {UNITS[key]}; give 0 or more."))
        if not 0 <= self.round_share <= 1:
            found.append(("round_share", f"is {self.round_share:g}; give a share from 0 to 1 (0.3 is 30 %)."))
        found += self._alerts()
        if not found:
            found += self._together()
        _refuse(f"level {self.level}", found)

    def _alerts(self) -> list[tuple[str, str]]:
        found = [fault for level, _ in self.alert for fault in _known("alert", "alert", level, ALERTS)]
        found += [
            ("alert", f"{level} multiplies by {times}; give a whole number, 1 or more.")
            for level, times in self.alert
            if times < 1
        ]
        graded = [times for level in ALERTS for name, times in self.alert if name == level]
        if graded != sorted(graded):
            found.append(("alert", "asks less at a graver alert; order them yellow ≤ orange ≤ red."))
        return found

    def _together(self) -> list[tuple[str, str]]:
        """What no single value shows."""
        found = _known("whole_within", "period", self.whole_within or "year", LONGEST_H)
        if self.whole_within and not found and LONGEST_H[self.whole_within] < LONGEST_H[self.period]:
            found.append(("whole_within", f"{self.whole_within} is shorter than the period, {self.period}."))
        most = self.count * max((times for _, times in self.alert), default=1)
        taken_h, longest_h = (most - 1) * self.spacing_h, LONGEST_H[self.period]
        if taken_h >= longest_h:
            text = (
                f"is {self.spacing_h:g} h, so {most} patrols take {taken_h:g} h, but a {self.period} has {longest_h} h"
            )
            found.append(("spacing_h", f"{text} at most; ask for fewer or for a shorter spacing."))
        kinds = [one.kind for one in self.substitutes]
        if len(set(kinds)) < len(kinds):
            found.append(("substitute", f"names one kind twice: {', '.join(kinds)}."))
        return found

    def substitute(self, kind: str) -> Substitute | None:
        """What is said about this kind of substitute; None where it is not accepted."""
        return next((one for one in self.substitutes if one.kind == kind), None)


UNITS = {"shortest_min": "min", "shortest_m": "m", "spacing_h": "h", "photos": "photographs"}


@dataclass(frozen=True, slots=True)
class PatrolRule:
    """A place's rule for patrols, in force from `valid_from` up to but without `valid_to`."""

    code: str
    name_zh: str
    name_en: str
    document: str
    confirmed: bool
    levels: tuple[Asked, ...]
    version: str = "1"
    valid_from: date | None = None
    valid_to: date | None = None
    note_zh: str = ""
    note_en: str = ""
    document_zh: str = ""  # the same paper as readers of Chinese know it; empty: as in `document`

    def __post_init__(self) -> None:
        found: list[tuple[str, str]] = []
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            found.append(("valid_to", f"is {self.valid_to}, not after valid_from, {self.valid_from}."))
        named = [asked.level for asked in self.levels]
        found += [
            ("level", f"{one} is there twice; one level has one table.") for one in LEVELS if named.count(one) > 1
        ]
        if not named:
            found.append(("level", "is missing; a rule asks something of at least one level."))
        found += [(key, "is empty.") for key in ("code", "name_zh", "name_en", "document") if not getattr(self, key)]
        _refuse(f"patrol rule {self.code}", found)

    def of(self, level: str) -> Asked:
        """What the rule asks of a level; `UnknownName` for a level of which it asks nothing."""
        known = {asked.level: asked for asked in self.levels}
        if level not in known:
            raise UnknownName(f"level of patrol rule {self.code}", level, known)
        return known[level]

    def asks(self, level: str) -> bool:
        """Whether the rule asks anything of a level."""
        return any(asked.level == level for asked in self.levels)

    def in_force(self, day: date) -> bool:
        """Whether the rule holds on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


def _season(months: tuple[int, ...]) -> list[tuple[str, str]]:
    if not months:
        return [("months", "is empty, so that no patrol is ever due; give months 1 to 12.")]
    wrong = [month for month in months if not 1 <= month <= 12]
    if wrong or len(set(months)) < len(months):
        return [("months", f"is {list(months)}; give months 1 to 12, each once.")]
    return []


def _known(key: str, kind: str, name: str, known: Iterable[str]) -> list[tuple[str, str]]:
    names = list(known)
    return [] if name in names else [(key, f"is {name!r}; {hint(kind, name, names)}")]


def hint(kind: str, name: str, known: Iterable[str]) -> str:
    """The nearest known name, or all of them: the end of `UnknownName`'s sentence."""
    return UnknownName(kind, name, known).sentence.partition("; ")[2]


def _refuse(what: str, found: list[tuple[str, str]]) -> None:
    if found:
        raise InputError("; ".join(f"{what}: {key} {text}" for key, text in found), faults=tuple(found))
