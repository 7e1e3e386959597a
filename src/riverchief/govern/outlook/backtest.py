"""The past forecast again: at every origin only with what was known before it, held against what then happened.

References: *climatology*, the share of all sections' earlier periods that met the class; *own climatology*, that of
the section itself (all sections' where it has none); *persistence*, the class of the period to date, as a certainty
(before the period's first value, the class of the period before).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.outlook.ahead import LEAST_DAYS_POOLED
from riverchief.govern.outlook.goal import ClassGoal
from riverchief.govern.outlook.model import Size, ensemble, fit
from riverchief.govern.outlook.panel import Panel
from riverchief.govern.outlook.period import Period

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ORIGIN_DAYS = (5, 10, 15, 20, 25)
LEAST_DAYS = 15  # of a month with a value, so that its class means something


@dataclass(frozen=True)
class Forecasts:
    """Forecasts and what became of them, one row each; every array has shape (n,).

    `section` and `period` count from 0; `lead` is the number of days of the period that were known; `probability` and
    the references are of meeting the class, `outcome` is 1 where it was met.
    """

    section: Ints
    period: Ints
    lead: Ints
    probability: Floats
    climatology: Floats
    own: Floats
    persistence: Floats
    outcome: Floats

    def where(self, mask: NDArray[np.bool_]) -> Forecasts:
        """Some of the rows."""
        return Forecasts(*(getattr(self, f.name)[mask] for f in fields(self)))


def months_of(panel: Panel) -> tuple[Period, ...]:
    """The calendar months that a panel has any day of."""
    first, last = panel.first_day.astype("datetime64[M]"), (panel.end - 1).astype("datetime64[M]")
    found = []
    for month in np.arange(first, last + 1):
        start: date = month.astype("datetime64[D]").astype(object)
        end: date = (month + 1).astype("datetime64[D]").astype(object) - timedelta(days=1)
        found.append(Period(start, end))
    return tuple(found)


@dataclass(frozen=True)
class Happened:
    """Classes of sections by period, shape (n_section, n_period); 0 where there were too few days."""

    class_: Ints

    def earlier(self, period: int, target_class: int) -> tuple[float, Floats]:
        """Share of the earlier periods that met: of all sections, and of each (nan where it has none)."""
        past = self.class_[:, :period]
        known = past > 0
        met = known & (past <= target_class)
        whole = float(met.sum() / known.sum()) if known.any() else float("nan")
        with np.errstate(invalid="ignore", divide="ignore"):
            return whole, met.sum(axis=1) / known.sum(axis=1)


def happened(
    panel: Panel, periods: Sequence[Period], tp_rules: Sequence[str], least_days: int = LEAST_DAYS
) -> Happened:
    """What the classes of the periods turned out to be, from the daily values."""
    found = np.zeros((len(panel.sections), len(periods)), np.int64)
    for p, period in enumerate(periods):
        goal_of = {rule: ClassGoal(1, period.end, rule, panel.items) for rule in set(tp_rules)}
        for s, rule in enumerate(tp_rules):
            account = goal_of[rule].account(panel.first_day, panel.values[s], period, period.end + timedelta(days=1))
            if account.counts.sum(axis=1).max() >= least_days:
                value = float(goal_of[rule].judge(account, None).value)
                found[s, p] = 0 if np.isnan(value) else int(value)
    return Happened(found)


def backtest(
    panel: Panel,
    tp_rules: Sequence[str],
    *,
    target_class: int = 3,
    periods: Sequence[Period] = (),
    origin_days: Sequence[int] = ORIGIN_DAYS,
    least_days: int = LEAST_DAYS,
    size: Size | None = None,
    pooled: bool = True,
    only_last: bool = False,
) -> Forecasts:
    """Forecast every period of a panel again.

    Parameters
    ----------
    panel : Panel
        Everything that is known by now.
    tp_rules : sequence of str
        `river` or `lake`, by section.
    periods : sequence of Period, optional
        The calendar months unless given. The first has no climatology and is not forecast, nor is one that is not over.
    origin_days : sequence of int
        Days of the period after which a forecast is made.
    least_days : int
        Days with a value that a period needs.
    only_last : bool
        Forecast the last of the periods alone; the others are its climatology.

    Returns
    -------
    Forecasts
        Of the sections with enough history that had a value before the origin in this period, or a class in the last.
    """
    # a period that is not over has not happened yet
    periods = [p for p in periods or months_of(panel) if np.datetime64(p.end) < panel.end]
    classes = happened(panel, periods, tp_rules, least_days)
    rows = [
        row
        for p in range(len(periods) - 1 if only_last else 1, len(periods))
        for row in _of_period(panel, tp_rules, classes, periods, p, target_class, origin_days, size, pooled=pooled)
    ]
    table = np.array(rows, np.float64).reshape(-1, len(fields(Forecasts)))
    whole = table[:, :3].astype(np.int64)
    return Forecasts(whole[:, 0], whole[:, 1], whole[:, 2], *(table[:, j] for j in range(3, table.shape[1])))


def _of_period(
    panel: Panel,
    tp_rules: Sequence[str],
    classes: Happened,
    periods: Sequence[Period],
    p: int,
    target_class: int,
    origin_days: Sequence[int],
    size: Size | None,
    *,
    pooled: bool,
) -> Iterator[tuple[float, ...]]:
    """Rows of one period's forecasts."""
    period = periods[p]
    whole, own = classes.earlier(p, target_class)
    if np.isnan(whole):
        return
    for lead in origin_days:
        origin = period.start + timedelta(days=lead)
        known = panel.before(np.datetime64(origin))
        counts = np.isfinite(known.values).sum(axis=2).max(axis=1)
        rows = np.flatnonzero((classes.class_[:, p] > 0) & (counts >= LEAST_DAYS_POOLED))
        if not rows.size or origin > period.end:
            continue
        kept = np.flatnonzero(counts >= LEAST_DAYS_POOLED)
        found = fit(known.of(kept), pooled=pooled)
        at = np.searchsorted(kept, rows)
        coming = ensemble(found, (period.end - origin).days + 1, size, at)
        for i, row in enumerate(rows.tolist()):
            goal = ClassGoal(target_class, period.end, tp_rules[row], panel.items)
            account = goal.account(known.first_day, known.values[row], period, origin)
            to_date = goal.judge(account, None)
            last = int(classes.class_[row, p - 1])
            if np.isnan(to_date.value) and not last:
                continue
            persists = float(last <= target_class) if np.isnan(to_date.value) else float(to_date.met)
            met = goal.judge(account, coming.values[i]).met
            probability = (float(met.sum()) + 0.5) / (met.size + 1)
            mine = whole if np.isnan(own[row]) else float(own[row])
            outcome = float(classes.class_[row, p] <= target_class)
            yield row, p, lead, probability, whole, mine, persists, outcome
