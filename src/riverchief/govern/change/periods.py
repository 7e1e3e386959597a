"""The two periods that are compared: a year and the year before, or the part of both that there is a record of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.govern.change.split import Floats, Ints

DAY_S = 86_400.0
SAMPLES_MIN = 10  # in each period
RECORD_MIN = 40
_SLACK_DAYS = 16  # a record that begins or ends so close to the turn of the year covers all of it


@dataclass(frozen=True)
class Window:
    """Local days from `first` up to and with `last`."""

    first: np.datetime64
    last: np.datetime64

    @property
    def name(self) -> str:
        """`2025` for a whole year, else the first and the last day."""
        year = str(self.first)[:4]
        if (str(self.first), str(self.last)) == (f"{year}-01-01", f"{year}-12-31"):
            return year
        return f"{self.first}/{self.last}"

    def holds(self, days: NDArray[np.datetime64]) -> NDArray[np.bool_]:
        """Which of the local days lie within."""
        inside: NDArray[np.bool_] = (days >= self.first) & (days <= self.last)
        return inside


@dataclass(frozen=True)
class Pair:
    """The period before and the one after; `whole` where both are whole years."""

    before: Window
    after: Window
    whole: bool

    def of(self, days: NDArray[np.datetime64]) -> Ints:
        """0 before, 1 after, -1 neither."""
        return np.where(self.before.holds(days), 0, np.where(self.after.holds(days), 1, -1))


def year_and_before(days: NDArray[np.datetime64], year: int, before: int | None = None) -> Pair:
    """A year and an earlier one, cut to the part of the calendar that both have samples in.

    Parameters
    ----------
    days : array of datetime64[D]
        Local days with a sample.
    year : int
        The later year.
    before : int, optional
        The earlier year; the year before unless given.

    Raises
    ------
    InputError
        When the years have no part of the calendar in common.
    """
    earlier = year - 1 if before is None else before
    offsets = []
    for one in (earlier, year):
        start = np.datetime64(f"{one}-01-01")
        mine = days[(days >= start) & (days < np.datetime64(f"{one + 1}-01-01"))]
        if not mine.size:
            raise InputError(f"no sample in {one}: a change from {earlier} to {year} needs samples in both.", year=one)
        length = int((np.datetime64(f"{one + 1}-01-01") - start).astype(int))
        first, last = int((mine.min() - start).astype(int)), int((mine.max() - start).astype(int))
        offsets.append((0 if first <= _SLACK_DAYS else first, length - 1 if last >= length - _SLACK_DAYS else last))
    (a0, a1), (b0, b1) = offsets
    first, last = max(a0, b0), min(a1, b1)
    if last <= first:
        raise InputError(
            f"the samples of {earlier} and of {year} share no part of the calendar: give other years.",
            before=earlier,
            year=year,
        )
    whole = first == 0 and last >= 364
    windows = []
    for one, (_, end) in ((earlier, offsets[0]), (year, offsets[1])):
        start = np.datetime64(f"{one}-01-01")
        windows.append(Window(start + first, start + (end if whole else last)))
    return Pair(windows[0], windows[1], whole)


YEAR_D = 365
MONTHS_MIN = 10  # of the twelve of a year, each of which must hold a sample


def year_around(first: date, last: date) -> Pair:
    """The year before works began and the year after they were completed; what lies between is in neither.

    Parameters
    ----------
    first, last : date
        First and last day of the works.

    Raises
    ------
    InputError
        When they end before they begin.
    """
    if last < first:
        raise InputError(
            f"works that begin on {first} cannot be completed on {last}.", first=str(first), last=str(last)
        )
    begun, done = np.datetime64(first, "D"), np.datetime64(last, "D")
    return Pair(Window(begun - YEAR_D, begun - 1), Window(done + 1, done + YEAR_D), whole=True)


def months_sampled(days: NDArray[np.datetime64], window: Window) -> int:
    """How many of the twelve parts of a year hold a sample: a mean of summer days is no mean of the year."""
    inside = days[window.holds(days)]
    part = (inside - window.first).astype(int) * 12 // YEAR_D
    return int(np.unique(np.minimum(part, 11)).size)


def represented(time_d: Floats) -> Floats:
    """How much time each sample stands for [d]: half-way to its neighbours, at most a month to either side."""
    if time_d.size == 1:
        return np.ones(1)
    half = np.diff(time_d).clip(1e-3, 60.0) / 2
    return np.append(half, half[-1]) + np.insert(half, 0, half[0])


def need(period: Ints, names: tuple[str, str], n_all: int) -> None:
    """Refuse a comparison that a handful of samples cannot carry.

    Raises
    ------
    InputError
        With what was found and what is needed.
    """
    for k, name in enumerate(names):
        n = int((period == k).sum())
        if n < SAMPLES_MIN:
            raise InputError(f"{n} usable samples in {name}, at least {SAMPLES_MIN} are needed.", n=n, period=name)
    if n_all < RECORD_MIN:
        raise InputError(
            f"{n_all} usable samples in the whole record, at least {RECORD_MIN} are needed to tell flow or weather "
            f"from the rest.",
            n=n_all,
        )
