"""The outlook (研判): value to date, the probability of meeting the target, what decides, what is still allowed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.outlook.allowed import Allowed, DaysLeft
from riverchief.govern.outlook.goal import ClassGoal, Goal, Judged
from riverchief.govern.outlook.levers import Lever, pull
from riverchief.govern.outlook.model import Ensemble, Fit, Size, ensemble
from riverchief.govern.outlook.panel import Panel
from riverchief.govern.outlook.period import Averaging, Ledger, Period, from_sum, to_sum

Floats = NDArray[np.float64]

LIKELY_FROM = 0.8
AT_RISK_BELOW = 0.5
LEAST_DAYS_ALONE, LEAST_DAYS_POOLED = 30, 10  # values of an item before anything is said
SEASON_DAYS = 365  # with a shorter history the season is not known, and the note says so
BAND = (0.1, 0.5, 0.9)
COURSE_DAYS = 60  # so many days of a period are drawn
_Z90 = 1.2815515655446004  # 90 % quantile of the normal distribution


class State(StrEnum):
    """Where a target stands."""

    MET = "met"  # nothing that can come would miss it, or the period is over
    LIKELY = "likely"
    OPEN = "open"
    AT_RISK = "at_risk"
    MISSED = "missed"  # nothing that can come would meet it, or the period is over
    NOT_ENOUGH = "not_enough_history"


@dataclass(frozen=True)
class Outlook:
    """What is to be expected of one target at its period's end.

    Attributes
    ----------
    origin : date
        The first local day that was not known.
    probability, low, high : float or None
        Of meeting it; the band is what is not known about the model (10 % and 90 % of the parameters). None where the
        history is too short.
    to_date : Judged
        The period so far.
    expected : tuple of float
        10 %, 50 % and 90 % of the figure that is compared at the end (class, mean, share, days).
    items : dict
        By item: the mean to date, 10 %, 50 % and 90 % of the period's mean.
    deciding : tuple of (str, float)
        Items that are in the worst class, by the share of the ensemble; where the target is missed in some members,
        only those count.
    allowed : tuple
        What each item may come to, or how many bad days are left.
    course : dict
        By item: the mean of the period so far on some of its days [epoch day, mean or None, 10 %, 50 %, 90 % or None].
    n_history : dict of int
        Days with a value in the history, by item.
    pooled : bool
        Whether sections shared what they said about the model.
    """

    section: str
    period: Period
    origin: date
    state: State
    probability: float | None
    low: float | None
    high: float | None
    to_date: Judged
    expected: tuple[float, ...]
    items: dict[str, tuple[float, ...]]
    deciding: tuple[tuple[str, float], ...]
    allowed: tuple[Allowed | DaysLeft, ...]
    course: dict[str, list[list[float | None]]]
    n_history: dict[str, int]
    pooled: bool
    met: NDArray[np.bool_] = field(repr=False, default_factory=lambda: np.empty(0, np.bool_))
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class View:
    """One section's period: its account, its history's size and the ensemble that leads on.

    `known` (n_item, n_day) are the period's daily values before the origin; `row` is the section's in the ensemble,
    `n_days` the days that its history spans; `drivers` are those that this section has.
    """

    section: str
    period: Period
    origin: date
    goal: Goal
    account: Ledger
    known: Floats
    n_history: dict[str, int]
    ahead: Ensemble | None
    row: int
    pooled: bool
    n_days: int
    drivers: tuple[str, ...] = ()


def views(found: Fit, goals: dict[str, Goal], period: Period, size: Size | None = None) -> dict[str, View]:
    """Views of the sections that have a goal; sections whose goals look at the same items share one fit.

    Parameters
    ----------
    found : Fit
        Of the history before the origin, which is its end; the period may have begun and may be over.
    goals : dict
        By section of the panel.
    """
    panel = found.panel
    origin: date = panel.end.astype(object)
    n_left = max(0, (period.end - max(origin, period.start)).days + 1)
    gap = max(0, (period.start - origin).days)
    rows = np.array([panel.sections.index(name) for name in goals], np.int64)
    coming = ensemble(found, gap + n_left, size, rows) if n_left and rows.size else None
    if coming is not None and gap:
        coming = _from(coming, gap)
    views_: dict[str, View] = {}
    for at, (name, goal) in enumerate(goals.items()):
        row = int(rows[at])
        values = panel.values[row]
        counted = {item: int(np.isfinite(values[i]).sum()) for i, item in enumerate(panel.items)}
        account = goal.account(panel.first_day, values, period, origin)
        n_days = int(np.ptp(np.isfinite(values).any(axis=0).nonzero()[0])) + 1 if any(counted.values()) else 0
        known = _known(panel, values, period, account)
        driven = tuple(d for j, d in enumerate(panel.drivers) if np.isfinite(panel.driving[row, j]).any())
        views_[name] = View(
            name, period, origin, goal, account, known, counted, coming, at, found.pooled, n_days, driven
        )  # fmt: skip
    return views_


def _known(panel: Panel, values: Floats, period: Period, account: Ledger) -> Floats:
    """The period's daily values before the origin, nan where the panel has none."""
    found = np.full((values.shape[0], period.n_day - account.n_left), np.nan)
    offset = int((np.datetime64(period.start) - panel.first_day) / np.timedelta64(1, "D"))
    begin, end = max(0, -offset), min(found.shape[1], values.shape[1] - offset)
    if end > begin:
        found[:, begin:end] = values[:, offset + begin : offset + end]
    return found


def _from(coming: Ensemble, gap: int) -> Ensemble:
    """The ensemble from a later day on."""
    values = coming.values[..., gap:]
    return Ensemble(
        coming.sections, coming.items, coming.drivers, coming.first_day + gap, values, coming.draw, coming.elasticity
    )


def look_ahead(view: View, levers: tuple[Lever, ...] = ()) -> Outlook:
    """The outlook of one section.

    Parameters
    ----------
    view : View
        From `views`.
    levers : tuple of Lever
        What is changed on the days that are left.
    """
    goal, account = view.goal, view.account
    to_date = goal.judge(account, None)
    allowed = goal.allowed(account)
    certain = _certain(account, to_date, allowed)
    enough = _enough(view)
    notes = _notes(view, enough=enough)
    if view.ahead is None or not enough:
        state = certain or State.NOT_ENOUGH
        p = {State.MET: 1.0, State.MISSED: 0.0}.get(state)
        return Outlook(
            view.section, view.period, view.origin, state, p, p, p, to_date, (), _to_date_items(to_date),
            _deciding_now(to_date), allowed, _course(view, None), view.n_history, view.pooled, notes=notes,
        )  # fmt: skip
    values = pull(view.ahead, view.row, levers)
    judged = goal.judge(account, values)
    probability, low, high = _probability(judged.met, view.ahead.draw)
    if certain is not None and not levers:
        probability = low = high = float(certain is State.MET)
    state = certain if certain is not None and not levers else _state(probability)
    return Outlook(
        view.section, view.period, view.origin, state, probability, low, high, to_date,
        tuple(np.nanquantile(judged.value, BAND).tolist()) if np.isfinite(judged.value).any() else (),
        _items(to_date, judged), _deciding(judged), allowed, _course(view, values), view.n_history, view.pooled,
        judged.met, notes,
    )  # fmt: skip


def _enough(view: View) -> bool:
    """Whether the history says anything: every item that was ever measured has enough days, and one that grades has."""
    least = LEAST_DAYS_POOLED if view.pooled else LEAST_DAYS_ALONE
    counts = [n for item, n in view.n_history.items() if n and item != "ph"]
    return bool(counts) and min(counts) >= least


def _notes(view: View, *, enough: bool) -> tuple[str, ...]:
    found = []
    if not enough:
        found.append("not_enough_history")
    elif view.n_days < SEASON_DAYS:
        found.append("short_history")
    if view.pooled and enough:
        found.append("pooled")
    if enough:
        found += [f"with_{driver}" for driver in view.drivers]
    if isinstance(view.goal, ClassGoal) and any(not n for n in view.n_history.values()):
        found.append("items_missing")
    return tuple(found)


def _certain(account: Ledger, to_date: Judged, allowed: tuple[Allowed | DaysLeft, ...]) -> State | None:
    """Met or missed whatever comes."""
    if not account.n_left:
        if np.isnan(to_date.value):
            return None
        return State.MET if bool(to_date.met) else State.MISSED
    known = [a for a in allowed if isinstance(a, DaysLeft) or not np.isnan(a.exact)]
    if any(a.impossible for a in known):
        return State.MISSED
    # an item that was never measured takes no part; the others must all be beyond what can still be missed
    return State.MET if known and all(a.assured for a in known) else None


def _probability(met: NDArray[np.bool_], draw: NDArray[np.int64]) -> tuple[float, float, float]:
    """Probability, and the band that the parameters leave it.

    An ensemble of n proves nothing beyond 1 in n: (k + 1/2) / (n + 1) is never sure. The variance of the draws' own
    probabilities is lessened by what chance alone gives to so few members.
    """
    n = met.size
    p = (float(met.sum()) + 0.5) / (n + 1)
    each = n // (int(draw.max()) + 1)
    own = met.reshape(-1, each).mean(axis=1)
    chance = float(np.mean(own * (1 - own))) / max(each - 1, 1)
    spread = np.sqrt(max(float(own.var()) - chance, 0.0))
    return p, max(0.0, p - _Z90 * spread), min(1.0, p + _Z90 * spread)


def _state(probability: float) -> State:
    if probability >= LIKELY_FROM:
        return State.LIKELY
    return State.AT_RISK if probability < AT_RISK_BELOW else State.OPEN


def _to_date_items(to_date: Judged) -> dict[str, tuple[float, ...]]:
    return {item: (float(mean),) for item, mean in to_date.means.items() if np.isfinite(mean)}


def _items(to_date: Judged, judged: Judged) -> dict[str, tuple[float, ...]]:
    """By item the mean to date and the band of the period's mean."""
    found = {}
    for item, means in judged.means.items():
        if np.isfinite(means).any():
            found[item] = (float(to_date.means[item]), *np.nanquantile(means, BAND).tolist())
    return found


def _deciding_now(to_date: Judged) -> tuple[tuple[str, float], ...]:
    """Which items are in the worst class so far."""
    return tuple((item, 1.0) for item, where in to_date.deciding.items() if bool(where))


def _deciding(judged: Judged) -> tuple[tuple[str, float], ...]:
    """Which items decide, the most frequent first: among the members that miss the target, or all where none does."""
    if not judged.deciding:
        return ()
    among = ~judged.met if (~judged.met).any() else np.ones_like(judged.met)
    shares = [(item, float(where[among].mean())) for item, where in judged.deciding.items()]
    return tuple(sorted((pair for pair in shares if pair[1] > 0), key=lambda pair: -pair[1]))


def _course(view: View, values: Floats | None) -> dict[str, list[list[float | None]]]:
    """By item the period's mean on some of its days: as it was on those that are known, its band on those to come."""
    account = view.account
    if account.items != view.goal.items:
        return {}
    n_known = view.period.n_day - account.n_left
    found: dict[str, list[list[float | None]]] = {}
    for i, item in enumerate(account.items):
        days = view.known[i][None, :]
        if values is not None and np.isfinite(values[i]).any():
            ahead = np.concatenate([np.repeat(days, values.shape[1], axis=0), values[i]], axis=1)
        elif np.isfinite(days).any():
            ahead = days
        else:
            continue
        found[item] = _running(item, ahead, view.period, n_known, account.averaging)
    return found


def _running(item: str, values: Floats, period: Period, n_known: int, averaging: Averaging) -> list[list[float | None]]:
    """Rows [epoch day, mean so far or None, 10 %, 50 %, 90 % or None] of values (n_member, n_day)."""
    n_day = values.shape[1]
    months = period.days.astype("datetime64[M]").astype(np.int64)
    first = int(np.datetime64(period.start, "D").astype(np.int64))
    shown = {*np.unique(np.linspace(0, n_day - 1, min(n_day, COURSE_DAYS)).astype(int)).tolist(), n_known - 1}
    closed, n_closed, total, count = (np.zeros(values.shape[0]) for _ in range(4))
    rows: list[list[float | None]] = []
    for d in range(n_day):
        if d and averaging is Averaging.MONTHS and months[d] != months[d - 1]:
            there = count > 0
            closed += np.where(there, total / np.maximum(count, 1), 0.0)
            n_closed += there
            total, count = np.zeros_like(total), np.zeros_like(count)
        known = np.isfinite(values[:, d])
        total += np.where(known, to_sum(item, values[:, d]), 0.0)
        count += known
        if d in shown:
            there = count > 0
            with np.errstate(invalid="ignore", divide="ignore"):
                mean = (closed + np.where(there, total / np.maximum(count, 1), 0.0)) / (n_closed + there)
            rows.append(_row(first + d, from_sum(item, mean), known=d < n_known))
    return [row for row in rows if len(row) > 1]


def _row(day: int, means: Floats, *, known: bool) -> list[float | None]:
    if not np.isfinite(means).any():
        return [day]
    if known:
        return [day, float(means[0]), None, None, None]
    return [day, None, *np.nanquantile(means, BAND).tolist()]


def rank_by_risk(outlooks: list[Outlook]) -> list[Outlook]:
    """Early warning: the least likely to be met first; what has missed for certain leads, what is not known comes last.

    Among equals, those whose next step matters more: less is left of them.
    """

    def key(one: Outlook) -> tuple[int, float, str]:
        if one.probability is None:
            return (1, 0.0, one.section)
        return (0, one.probability, one.section)

    return sorted(outlooks, key=key)


@dataclass(frozen=True)
class ShareOutlook:
    """The outlook of a share of sections: how many will meet, from sections that share their chance."""

    probability: float
    low: float
    high: float
    to_date: float
    expected: tuple[float, ...]
    n_section: int
    without: tuple[str, ...]


def share_ahead(outlooks: list[Outlook], required: float, draw: NDArray[np.int64]) -> ShareOutlook | None:
    """The probability that at least a share of sections meets; None where no section has an outlook.

    Sections without an outlook are left out and named; those that are certain count as they stand.
    """
    rows, names, done = [], [], []
    for one in outlooks:
        if one.met.size:
            certain = one.state in (State.MET, State.MISSED)
            rows.append(np.full(draw.size, one.state is State.MET) if certain else one.met)
        elif one.state in (State.MET, State.MISSED):
            rows.append(np.full(draw.size, one.state is State.MET))
        else:
            names.append(one.section)
            continue
        done.append(bool(one.to_date.met))
    if not rows:
        return None
    share = np.stack(rows).mean(axis=0)
    probability, low, high = _probability(share >= required - 1e-12, draw)
    band = tuple(np.quantile(share, BAND).tolist())
    return ShareOutlook(probability, low, high, float(np.mean(done)), band, len(rows), tuple(names))


def as_dict(one: Outlook) -> dict[str, Any]:
    """An outlook as JSON, without its ensemble."""
    return {
        "section": one.section,
        "period": {"start": one.period.start.isoformat(), "end": one.period.end.isoformat()},
        "origin": one.origin.isoformat(),
        "state": one.state.value,
        "probability": _round(one.probability),
        "low": _round(one.low),
        "high": _round(one.high),
        "to_date": {
            "value": _finite(float(one.to_date.value)),
            "met": bool(one.to_date.met),
            "means": {i: float(m) for i, m in one.to_date.means.items() if np.isfinite(m)},
        },
        "expected": list(one.expected),
        "items": {item: list(values) for item, values in one.items.items()},
        "deciding": [{"property": item, "share": round(share, 3)} for item, share in one.deciding],
        "allowed": [allowed_as_dict(a) for a in one.allowed],
        "course": one.course,
        "n_history": one.n_history,
        "pooled": one.pooled,
        "notes": list(one.notes),
    }


def allowed_as_dict(one: Allowed | DaysLeft) -> dict[str, Any]:
    """What is still allowed as JSON; None where no finite value says it."""
    if isinstance(one, DaysLeft):
        return {
            "kind": "bad_days", "good": one.good, "valid": one.valid, "n_left": one.n_left, "bad": one.bad,
            "impossible": one.impossible, "assured": one.assured,
        }  # fmt: skip
    return {
        "kind": "mean", "property": one.property, "sense": one.sense, "limit": one.limit, "exact": _finite(one.exact),
        "value": _finite(one.printed), "step": one.step, "unit": one.unit, "n_left": one.n_left,
        "impossible": one.impossible, "assured": one.assured,
    }  # fmt: skip


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
