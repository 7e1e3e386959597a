"""Assignment (派单): who is responsible for a place on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from riverchief.base.basin import Chief, Responsibility
from riverchief.base.errors import UnknownName
from riverchief.base.places import Interval, Place

LEVELS = ("village", "township", "county", "city", "province")  # lowest first


@dataclass(frozen=True, slots=True)
class Answerable:
    """A chief and the interval for which the chief answers."""

    chief: Chief
    interval: Interval


def responsible(
    place: Place, day: date, chiefs: Iterable[Chief], duties: Iterable[Responsibility]
) -> tuple[Answerable, ...]:
    """All who answer for the place on that day, the lowest level first; the shorter stretch first within a level.

    Empty when nobody does: then the office must name somebody.

    Raises
    ------
    UnknownName
        When a responsibility names a chief or a level that is not known.
    """
    known = {chief.code: chief for chief in chiefs}
    found = []
    for duty in duties:
        if not duty.interval.covers(place, day):
            continue
        if duty.chief not in known:
            raise UnknownName("chief", duty.chief, known)
        chief = known[duty.chief]
        if chief.level not in LEVELS:
            raise UnknownName(f"level of chief {chief.code}", chief.level, LEVELS)
        found.append(Answerable(chief, duty.interval))
    found.sort(key=lambda a: (LEVELS.index(a.chief.level), a.interval.to_m - a.interval.from_m, a.chief.code))
    return tuple(found)


def assignee(place: Place, day: date, chiefs: Iterable[Chief], duties: Iterable[Responsibility]) -> Chief | None:
    """The chief to whom a case at the place goes: the lowest level that covers the chainage; None when nobody does."""
    found = responsible(place, day, chiefs, duties)
    return found[0].chief if found else None
