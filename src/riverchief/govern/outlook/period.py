"""The period of a target, and what is known and what is left of it on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.base.spans import parse_span

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Period:
    """Local days from `start` to `end`, both included."""

    start: date
    end: date

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        if self.end < self.start:
            raise InputError(f"the period ends on {self.end}, before it begins on {self.start}.")

    @property
    def n_day(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1

    @property
    def days(self) -> NDArray[np.datetime64]:
        """Its days as datetime64[D]."""
        return np.datetime64(self.start) + np.arange(self.n_day)

    def contains(self, other: Period) -> bool:
        """Whether the other period lies in it."""
        return self.start <= other.start and other.end <= self.end

    def __str__(self) -> str:
        return f"{self.start}..{self.end}"


def parse_period(text: str) -> Period:
    """A period as people write it: `2026`, `2026-10`, `2026-Q3`, `2026-01..2026-10`, `2026-10-05..2026-12-31`.

    Raises
    ------
    InputError
        When it is none of these, or ends before it begins.
    """
    given = text.strip()
    try:
        first, _, last = given.partition("..")
        if last and len(first) == len(last) == len("2026-01-01"):
            return Period(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError as error:
        raise InputError(f"period {text!r}: {error}.", period=text) from error
    span = parse_span(given)
    return Period(span.first, span.last)


class Averaging(StrEnum):
    """How a mean over several months is taken: over all days alike, or over the means of the months (22号)."""

    DAYS = "days"
    MONTHS = "months"


@dataclass(frozen=True)
class Ledger:
    """Sums and counts of a period by item and month, up to a day; and the days that are left.

    pH is summed as hydrogen ion, so that its mean is that of the ion (环办监测函〔2020〕82号).

    Attributes
    ----------
    items : tuple of str
        Properties.
    sums, counts : float64, shape (n_item, n_month)
        Of what is known, [unit] and days.
    left : int64, shape (n_left,)
        The month, as a column of `sums`, of every day that is left.
    averaging : Averaging
        What the mean of the period is.
    """

    items: tuple[str, ...]
    sums: Floats
    counts: Floats
    left: Ints
    averaging: Averaging

    @property
    def n_left(self) -> int:
        """Days that are left."""
        return int(self.left.size)

    def means(self, ahead: Floats | None = None) -> Floats:
        """Means of the period [unit], shape (n_item, …).

        Parameters
        ----------
        ahead : float64, shape (n_item, …, n_left), optional
            Values for the days that are left, nan for a day that does not count; without it the mean is to date.
        """
        shape = () if ahead is None else ahead.shape[1:-1]
        tail = (1,) * len(shape)
        sums = np.broadcast_to(self.sums.reshape(*self.sums.shape, *tail), (*self.sums.shape, *shape)).copy()
        counts = np.broadcast_to(self.counts.reshape(*self.counts.shape, *tail), sums.shape).copy()
        if ahead is not None and self.n_left:
            forward = np.stack([to_sum(item, ahead[i]) for i, item in enumerate(self.items)])
            for month in np.unique(self.left).tolist():
                part = forward[..., self.left == month]
                known = np.isfinite(part)
                sums[:, month] += np.where(known, part, 0.0).sum(axis=-1)
                counts[:, month] += known.sum(axis=-1)
        with np.errstate(invalid="ignore", divide="ignore"):
            if self.averaging is Averaging.DAYS:
                mean = sums.sum(axis=1) / counts.sum(axis=1)
            else:
                there = counts > 0
                mean = np.where(there, sums / counts, 0.0).sum(axis=1) / there.sum(axis=1)
            return np.stack([from_sum(item, mean[i]) for i, item in enumerate(self.items)])

    def line(self) -> tuple[Floats, Floats]:
        """The mean as a + b·c of a value c on every day that is left: a, b, shapes (n_item,), in the sum's unit."""
        ahead = np.bincount(self.left, minlength=self.sums.shape[1]).astype(np.float64)
        total = self.counts + ahead
        with np.errstate(invalid="ignore", divide="ignore"):
            if self.averaging is Averaging.DAYS:
                whole = total.sum(axis=1)
                return self.sums.sum(axis=1) / whole, ahead.sum() / whole
            there = total > 0
            n = there.sum(axis=1)
            known = np.where(there, self.sums / total, 0.0).sum(axis=1)
            return known / n, np.where(there, ahead / total, 0.0).sum(axis=1) / n


def to_sum(item: str, values: Floats) -> Floats:
    """Values as they are summed."""
    return 10.0**-values if item == "ph" else values


def from_sum(item: str, values: Floats) -> Floats:
    """The inverse of `to_sum`."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return -np.log10(values) if item == "ph" else values


def ledger(
    items: tuple[str, ...], first_day: np.datetime64, values: Floats, period: Period, origin: date, averaging: Averaging
) -> Ledger:
    """What is known of a period before a day, and what is left.

    Parameters
    ----------
    values : float64, shape (n_item, n_day)
        Daily values from `first_day` on; what lies outside of the period or from `origin` on is not looked at.
    origin : date
        The first day that is not known.
    """
    months = (period.days.astype("datetime64[M]") - np.datetime64(period.start, "M")).astype(np.int64)
    n_month = int(months[-1]) + 1
    sums, counts = np.zeros((len(items), n_month)), np.zeros((len(items), n_month))
    offset = int((np.datetime64(period.start) - first_day) / np.timedelta64(1, "D"))
    known_days = max(0, min((origin - period.start).days, period.n_day))
    for d in range(max(0, -offset), min(known_days, values.shape[1] - offset)):
        there = np.isfinite(values[:, offset + d])
        for i in np.flatnonzero(there).tolist():
            sums[i, months[d]] += float(to_sum(items[i], values[i, offset + d]))
            counts[i, months[d]] += 1
    return Ledger(items, sums, counts, months[known_days:], averaging)
