"""Assignment (派单): who is responsible for a place on a day. There is one answer, and it is made here.

A stretch belongs to a chief by its interval; the chief answers while in office (terms) and not on leave; on leave the
deputy answers, whose own leave passes on to the next. Where that ends with nobody in office, the chief answers still:
a stretch is never left to nobody because a list of deputies is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from riverchief.base.basin import Basin, Chief, Leave, Responsibility, Term
from riverchief.base.errors import UnknownName
from riverchief.base.places import Interval, Place

LEVELS = ("village", "township", "county", "city", "province")  # lowest first
KEEPERS = ("police", "guard")  # keep a stretch beside its chiefs; no case is theirs by the stretch alone


@dataclass(frozen=True, slots=True)
class Answerable:
    """Who answers for a stretch on a day.

    Attributes
    ----------
    chief : Chief
        Who answers: the chief of the stretch, or the deputy on days of leave.
    interval : Interval
        The stretch.
    instead_of : Chief or None
        The chief of the stretch, where a deputy answers.
    """

    chief: Chief
    interval: Interval
    instead_of: Chief | None = None

    @property
    def owner(self) -> Chief:
        """The chief whose stretch it is."""
        return self.instead_of or self.chief


@dataclass(frozen=True)
class Offices:
    """Chiefs, their stretches, terms and leave: what the question who answered needs to know.

    A chief of whom no term is known is in office as long as the stretches say so.
    """

    chiefs: Sequence[Chief]
    duties: Sequence[Responsibility]
    terms: Sequence[Term] = ()
    leaves: Sequence[Leave] = field(default=())

    @classmethod
    def of(cls, basin: Basin) -> Offices:
        """Those of a basin."""
        return cls(basin.chiefs, basin.responsibilities, basin.terms, basin.leaves)

    @cached_property
    def by_code(self) -> dict[str, Chief]:
        """Chiefs by code."""
        return {chief.code: chief for chief in self.chiefs}

    def duties_on(self, reach: str) -> Sequence[Responsibility]:
        """Stretches of a reach, of whatever day."""
        return self._duties_on.get(reach, ())

    @cached_property
    def _duties_on(self) -> dict[str, list[Responsibility]]:
        found: dict[str, list[Responsibility]] = {}
        for duty in self.duties:
            found.setdefault(duty.interval.reach, []).append(duty)
        return found

    @cached_property
    def _terms(self) -> dict[str, list[Term]]:
        found: dict[str, list[Term]] = {}
        for term in self.terms:
            found.setdefault(term.chief, []).append(term)
        return found

    @cached_property
    def _leaves(self) -> dict[str, list[Leave]]:
        found: dict[str, list[Leave]] = {}
        for leave in sorted(self.leaves, key=lambda one: (one.start, one.deputy)):
            found.setdefault(leave.chief, []).append(leave)
        return found

    @cached_property
    def _duties_of(self) -> dict[str, list[int]]:
        """Positions of each chief's stretches."""
        found: dict[str, list[int]] = {}
        for position, duty in enumerate(self.duties):
            found.setdefault(duty.chief, []).append(position)
        return found

    @cached_property
    def _deputised(self) -> dict[str, set[str]]:
        """For whom each chief is named as a deputy, on whatever day."""
        found: dict[str, set[str]] = {}
        for leave in self.leaves:
            found.setdefault(leave.deputy, set()).add(leave.chief)
        return found

    def _behind(self, code: str) -> set[str]:
        """A chief and all whose stretches could come to them by deputies."""
        found, waiting = {code}, [code]
        while waiting:
            more = self._deputised.get(waiting.pop(), set()) - found
            found |= more
            waiting.extend(more)
        return found

    def in_office(self, code: str, day: date) -> bool:
        """Whether a chief holds the office on a day."""
        return code not in self._terms or self.term_on(code, day) is not None

    def term_on(self, code: str, day: date) -> Term | None:
        """The term in which a chief is on a day, where one is known."""
        return next((t for t in self._terms.get(code, ()) if t.start <= day and (t.end is None or day < t.end)), None)

    def leave_on(self, code: str, day: date) -> Leave | None:
        """The leave that a chief is on; of several the one that began first."""
        return next((one for one in self._leaves.get(code, ()) if one.start <= day < one.end), None)

    def acting(self, code: str, day: date) -> Chief:
        """Who answers for what is a chief's on a day: the chief, the deputy, the deputy's deputy.

        Raises
        ------
        UnknownName
            When the chief, or a deputy, is not known.
        """
        here, seen = code, [code]
        while (leave := self.leave_on(here, day)) is not None:
            if leave.deputy in seen or not self.in_office(leave.deputy, day):
                return self._chief(code)
            here = leave.deputy
            seen.append(here)
        return self._chief(here)

    def _chief(self, code: str) -> Chief:
        if code not in self.by_code:
            raise UnknownName("chief", code, self.by_code)
        return self.by_code[code]

    def own(self, code: str, day: date) -> tuple[Interval, ...]:
        """The stretches that are somebody's own on a day, whoever answers for them."""
        mine = (self.duties[at].interval for at in self._duties_of.get(code, ()))
        return tuple(one for one in mine if _in_force(one, day))

    def held_by(self, code: str, day: date) -> tuple[Interval, ...]:
        """The stretches for which somebody answers on a day: their own while in office, and those they deputise for.

        Whoever is on leave keeps their own in sight, so those are here too.
        """
        positions = sorted(at for chief in self._behind(code) for at in self._duties_of.get(chief, ()))
        return tuple(
            duty.interval
            for duty in (self.duties[at] for at in positions)
            if _in_force(duty.interval, day)
            and self.in_office(duty.chief, day)
            and (duty.chief == code or self.acting(duty.chief, day).code == code)
        )

    def on(self, place: Place, day: date, levels: Sequence[str]) -> tuple[Answerable, ...]:
        """All of these levels who answer for the place on that day, in the order of the levels.

        Raises
        ------
        UnknownName
            When a responsibility names a chief or a level that is not known.
        """
        found = []
        for duty in self._duties_on.get(place.reach, ()):
            if not duty.interval.covers(place, day):
                continue
            chief = self._chief(duty.chief)
            if chief.level not in (*LEVELS, *KEEPERS):
                raise UnknownName(f"level of chief {chief.code}", chief.level, (*LEVELS, *KEEPERS))
            if chief.level in levels and self.in_office(chief.code, day):
                acting = self.acting(chief.code, day)
                found.append(Answerable(acting, duty.interval, chief if acting.code != chief.code else None))
        found.sort(key=lambda a: (levels.index(a.owner.level), a.interval.to_m - a.interval.from_m, a.owner.code))
        return tuple(found)

    def responsible(self, place: Place, day: date) -> tuple[Answerable, ...]:
        """Chiefs who answer for the place on that day, the lowest level first; within a level the shorter stretch.

        Empty when nobody does: then the office must name somebody.
        """
        return self.on(place, day, LEVELS)

    def keepers(self, place: Place, day: date) -> tuple[Answerable, ...]:
        """River police and guards of the place on that day."""
        return self.on(place, day, KEEPERS)


def _in_force(interval: Interval, day: date) -> bool:
    return interval.start <= day and (interval.end is None or day < interval.end)


def responsible(
    place: Place,
    day: date,
    chiefs: Iterable[Chief],
    duties: Iterable[Responsibility],
    terms: Iterable[Term] = (),
    leaves: Iterable[Leave] = (),
) -> tuple[Answerable, ...]:
    """All chiefs who answer for the place on that day; see `Offices.responsible`."""
    return Offices(tuple(chiefs), tuple(duties), tuple(terms), tuple(leaves)).responsible(place, day)


def assignee(place: Place, day: date, chiefs: Iterable[Chief], duties: Iterable[Responsibility]) -> Chief | None:
    """The chief to whom a case at the place goes: the lowest level that covers the chainage; None when nobody does."""
    found = responsible(place, day, chiefs, duties)
    return found[0].chief if found else None
