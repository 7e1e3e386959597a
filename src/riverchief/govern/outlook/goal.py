"""Goals: what decides whether a period's values meet a target, for one course or for every member of an ensemble."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.cloud.standards.water.classes import assess
from riverchief.cloud.standards.water.surface import SurfaceEdition, surface_on
from riverchief.govern.outlook.allowed import (
    AT_MOST,
    Allowed,
    DaysLeft,
    allowed_for_class,
    allowed_mean,
    bad_days_left,
)
from riverchief.govern.outlook.period import Averaging, Ledger, Period, ledger

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_SLACK = 1e-9  # as in the verdict: arithmetic, not water


@dataclass(frozen=True)
class Judged:
    """Members of an ensemble (or the one course to date, shape ()) held against a goal.

    Attributes
    ----------
    met : bool, shape (…)
    value : float64, shape (…)
        The figure that is compared: a class, a mean, a share, days; nan where there is none.
    means : dict of float64, shape (…)
        Of the period, by item [unit].
    deciding : dict of bool, shape (…)
        Where an item is in the worst class (of a class goal).
    """

    met: Bools
    value: Floats
    means: dict[str, Floats]
    deciding: dict[str, Bools]


class Goal(Protocol):
    """What a target asks of a period."""

    @property
    def items(self) -> tuple[str, ...]:
        """Properties that it looks at."""
        ...

    def account(self, first_day: np.datetime64, values: Floats, period: Period, origin: date) -> Ledger:
        """What is known of the period before `origin`, from daily values (n_item, n_day)."""
        ...

    def judge(self, account: Ledger, ahead: Floats | None) -> Judged:
        """Hold the period against the goal: with values (n_item, n_member, n_left), or to date with None."""
        ...

    def allowed(self, account: Ledger) -> tuple[Allowed | DaysLeft, ...]:
        """What is still allowed on the days that are left."""
        ...


@dataclass(frozen=True)
class ClassGoal:
    """A section's class from its mean concentrations is at most `target_class`, by the edition on the last day."""

    target_class: int
    last_day: date
    tp_rule: str = "river"
    items: tuple[str, ...] = ("ph", "do", "codmn", "nh3n", "tp")

    def account(self, first_day: np.datetime64, values: Floats, period: Period, origin: date) -> Ledger:
        """Days within a month count alike, months within a longer period."""
        return ledger(self.items, first_day, values, period, origin, Averaging.MONTHS)

    def edition(self) -> SurfaceEdition:
        """The edition in force on the period's last day.

        Raises
        ------
        InputError
            When there is none.
        """
        found = surface_on(self.last_day)
        if found is None:
            raise InputError(f"no edition of GB 3838 is in force on {self.last_day}.", day=str(self.last_day))
        return found

    def judge(self, account: Ledger, ahead: Floats | None) -> Judged:
        """The class of every member; one without a class meets nothing."""
        means = dict(zip(self.items, account.means(ahead), strict=True))
        verdict = assess(means, on=self.last_day, tp_rule=self.tp_rule, items=self.items)
        class_ = verdict.class_
        deciding = {item: (found == class_) & (class_ > 0) for item, found in verdict.item_class.items()}
        met = (class_ > 0) & (class_ <= self.target_class)
        value = np.where(class_ > 0, class_.astype(np.float64), np.nan)
        return Judged(met, value, means, {item: where & (class_ > 1) for item, where in deciding.items()})

    def allowed(self, account: Ledger) -> tuple[Allowed | DaysLeft, ...]:
        """The highest mean of every item (the lowest of oxygen, both of pH)."""
        return allowed_for_class(account, self.edition().column(self.tp_rule), self.target_class)


@dataclass(frozen=True)
class MeanGoal:
    """The mean of one item over all valid days of the period keeps a value."""

    item: str
    sense: str
    value: float

    @property
    def items(self) -> tuple[str, ...]:
        """The one item."""
        return (self.item,)

    def account(self, first_day: np.datetime64, values: Floats, period: Period, origin: date) -> Ledger:
        """Valid days count alike."""
        return ledger(self.items, first_day, values, period, origin, Averaging.DAYS)

    def judge(self, account: Ledger, ahead: Floats | None) -> Judged:
        """The mean of every member."""
        mean = account.means(ahead)[0]
        low, high = (-np.inf, self.value) if self.sense == AT_MOST else (self.value, np.inf)
        met = (mean <= high * (1 + _SLACK)) & (mean >= low * (1 - _SLACK))
        return Judged(np.asarray(met), np.asarray(mean), {self.item: mean}, {})

    def allowed(self, account: Ledger) -> tuple[Allowed | DaysLeft, ...]:
        """The highest (lowest) mean on the days that are left."""
        return (allowed_mean(account, self.item, self.sense, self.value),)


@dataclass(frozen=True)
class DaysGoal:
    """At least so many days, or such a share of the valid days, keep a limit.

    Attributes
    ----------
    sense, limit : str, float
        What makes a day good: its value is `at_most` or `at_least` the limit.
    required : float
        Days, or with `share` the share of valid days [-].
    """

    item: str
    sense: str
    limit: float
    required: float
    share: bool

    @property
    def items(self) -> tuple[str, ...]:
        """The one item."""
        return (self.item,)

    def good(self, values: Floats) -> Floats:
        """1 for a good day, 0 for a bad one, nan for one without a value."""
        kept = values <= self.limit if self.sense == AT_MOST else values >= self.limit
        return np.where(np.isnan(values), np.nan, kept.astype(np.float64))

    def account(self, first_day: np.datetime64, values: Floats, period: Period, origin: date) -> Ledger:
        """Good days summed, valid days counted."""
        return ledger((f"good {self.item}",), first_day, self.good(values), period, origin, Averaging.DAYS)

    def judge(self, account: Ledger, ahead: Floats | None) -> Judged:
        """Good days of every member, or their share."""
        good, valid = account.sums.sum(), account.counts.sum()
        shape = () if ahead is None else ahead.shape[1:-1]
        days, over = np.full(shape, good), np.full(shape, valid)
        if ahead is not None:
            one = self.good(ahead[0])
            days = days + np.nansum(one, axis=-1)
            over = over + np.isfinite(one).sum(axis=-1)
        with np.errstate(invalid="ignore", divide="ignore"):
            value = days / over if self.share else days
            met = np.asarray(value >= self.required - 1e-12) & (over > 0)
        return Judged(met, np.asarray(value), {}, {})

    def allowed(self, account: Ledger) -> tuple[Allowed | DaysLeft, ...]:
        """Bad days left."""
        good, valid = int(account.sums.sum()), int(account.counts.sum())
        return (bad_days_left(good, valid, account.n_left, self.required, share=self.share),)
