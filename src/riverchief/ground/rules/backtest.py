"""A rule on a year that has been walked: who would have failed, by level, beside the rule in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from riverchief.base.time import CHINA
from riverchief.ground.rules.judge import Outcome, judge
from riverchief.ground.rules.model import LEVELS, PatrolRule
from riverchief.ground.rules.records import ChiefYear


@dataclass(frozen=True, slots=True)
class Fate:
    """What a rule says of one chief's year.

    Attributes
    ----------
    periods : int
        How many periods asked for something.
    missed : tuple of Outcome
        Those that were not met.
    """

    chief: str
    level: str
    periods: int
    missed: tuple[Outcome, ...]

    @property
    def fails(self) -> bool:
        """Whether a period was missed."""
        return bool(self.missed)


@dataclass(frozen=True, slots=True)
class LevelShare:
    """Of one level: chiefs judged, chiefs who missed a period, periods and periods missed."""

    chiefs: int
    failing: int
    periods: int
    missed: int

    @property
    def failing_share(self) -> float:
        """Share of the chiefs who missed a period; 0 where there are none."""
        return self.failing / self.chiefs if self.chiefs else 0.0

    @property
    def missed_share(self) -> float:
        """Share of the periods that were missed; 0 where there are none."""
        return self.missed / self.periods if self.periods else 0.0


@dataclass(frozen=True, slots=True)
class Backtest:
    """A rule on a year: every chief's fate in the order given.

    Attributes
    ----------
    unasked : tuple of str
        Chiefs of levels of which the rule asks nothing.
    """

    rule: PatrolRule
    fates: tuple[Fate, ...]
    unasked: tuple[str, ...]

    @property
    def failing(self) -> tuple[str, ...]:
        """Chiefs who would have missed a period."""
        return tuple(fate.chief for fate in self.fates if fate.fails)

    def levels(self) -> dict[str, LevelShare]:
        """Shares by level, highest first."""
        found = {}
        for level in LEVELS:
            own = [fate for fate in self.fates if fate.level == level]
            if own:
                found[level] = LevelShare(
                    len(own),
                    sum(fate.fails for fate in own),
                    sum(fate.periods for fate in own),
                    sum(len(fate.missed) for fate in own),
                )
        return found


@dataclass(frozen=True, slots=True)
class Comparison:
    """A rule beside the rule in force on the same year.

    Attributes
    ----------
    newly_fail, newly_pass : tuple of str
        Chiefs who miss a period by the one rule and none by the other. Of whom the proposed rule asks nothing, does not
        pass by it: see `proposed.unasked`.
    """

    proposed: Backtest
    in_force: Backtest
    newly_fail: tuple[str, ...]
    newly_pass: tuple[str, ...]


def backtest(
    rule: PatrolRule, years: Iterable[ChiefYear], first_day: date, last_day: date, zone: ZoneInfo = CHINA
) -> Backtest:
    """Judge every chief's patrols by a rule, over the periods that lie wholly between two days, both included.

    Parameters
    ----------
    years : iterable of ChiefYear
        One for each chief.
    """
    fates, unasked = [], []
    for one in years:
        if not rule.asks(one.level):
            unasked.append(one.chief)
            continue
        outcomes = [
            outcome
            for outcome in judge(rule, one.level, one.stretch, one.patrols, first_day, last_day, one.alerts, zone)
            # a period that began earlier would be missed for patrols that are not in the record
            if outcome.first_day >= first_day and (outcome.due or outcome.seen_asked)
        ]
        fates.append(Fate(one.chief, one.level, len(outcomes), tuple(o for o in outcomes if not o.met)))
    return Backtest(rule, tuple(fates), tuple(unasked))


def compare(
    rule: PatrolRule,
    in_force: PatrolRule,
    years: Iterable[ChiefYear],
    first_day: date,
    last_day: date,
    zone: ZoneInfo = CHINA,
) -> Comparison:
    """A rule beside the rule in force: who would newly fail, who newly pass. See `backtest`."""
    given = tuple(years)
    proposed = backtest(rule, given, first_day, last_day, zone)
    now = backtest(in_force, given, first_day, last_day, zone)
    before, after = set(now.failing), set(proposed.failing)
    chiefs = [one.chief for one in given]
    return Comparison(
        proposed,
        now,
        tuple(chief for chief in chiefs if chief in after - before),
        tuple(chief for chief in chiefs if chief in before - after - set(proposed.unasked)),
    )
