"""Satisfaction of ecological flow (生态流量达标率): daily flow against its target, by the rules of a programme.

rate = days that keep the target / (days of the period - exempt days), at most 100 %. As in the published results that
this follows, a day that keeps its target counts even where it is exempt; that is what makes the cap necessary. A day
without a value is neither kept nor failed: where the missing days could change the verdict there is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError, UnknownName
from riverchief.cloud.standards.editions import Edition, editions
from riverchief.cloud.standards.flow.targets import FlowTarget, checked_days

STANDARD = "ecoflow"
PERIODS = ("month", "year")
_DAY_S = 86_400
_SLACK = 1e-9
_FULL = 100.0

Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class Programme:
    """By which rules a place judges: the period, and the shares from which on a station and a county pass.

    Shares are None where the programme names none: then there is a rate and no verdict.
    """

    code: str
    edition: Edition
    period: str
    station_share: float | None
    county_share: float | None


@cache
def programmes() -> dict[str, Programme]:
    """Every programme that is known, by its code."""
    found = {}
    for edition in editions(STANDARD):
        body = edition.body
        code = body["programme"]
        found[code] = Programme(code, edition, body["period"], body.get("station_share"), body.get("county_share"))
    return found


def programme(code: str) -> Programme:
    """A programme by its code, such as `anhui`.

    Raises
    ------
    UnknownName
        With the nearest known one.
    """
    if code not in programmes():
        raise UnknownName("programme of ecological flow", code, programmes())
    return programmes()[code]


def satisfaction_rate(compliant: ArrayLike, exempt: ArrayLike, days: ArrayLike = 365) -> Floats:
    """Share of days that kept their target [%], at most 100; nan where every day is exempt.

    Parameters
    ----------
    compliant, exempt, days : array_like of int
        Days that kept it, exempt days, all days of the period; broadcast together.

    Raises
    ------
    InputError
        For a count below 0 or above that of all days.
    """
    kept, excused, whole = np.broadcast_arrays(*(np.asarray(a, np.float64) for a in (compliant, exempt, days)))
    for name, count in (("compliant", kept), ("exempt", excused)):
        if ((count < 0) | (count > whole)).any():
            raise InputError(
                f"{name} days must be from 0 to the days of the period: {count.max():g} of {whole.max():g}."
            )
    asked = whole - excused
    rate = np.divide(kept * _FULL, asked, out=np.full(asked.shape, np.nan), where=asked > 0)
    return np.asarray(np.minimum(rate, _FULL))


@dataclass(frozen=True, slots=True)
class Run:
    """Days in a row that all kept their target, or all failed it.

    Attributes
    ----------
    first, last : date
    kept : bool
    lowest_m3s : float
        Smallest flow among them.
    short_m3 : float
        Water that was lacking for the target; 0 where it was kept.
    """

    first: date
    last: date
    kept: bool
    lowest_m3s: float
    short_m3: float

    @property
    def days(self) -> int:
        """How many days it lasted."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Satisfaction:
    """How well a gauge kept its target in one period.

    Attributes
    ----------
    period : str
        `2025` or `2025-10`.
    first, last : date
        What was asked of it; `whole` says whether that is the whole period.
    days, compliant, failed, missing : int
        All days, those that kept it, those that did not and are not exempt, those without a value or target and not
        exempt.
    exempt : dict
        Reason → days.
    rate, highest : float
        Rate of the programme [%], and what it would be had every missing day kept its target.
    passed : bool or None
        None where it cannot be said; `why` says why.
    """

    period: str
    first: date
    last: date
    whole: bool
    days: int
    compliant: int
    failed: int
    missing: int
    exempt: dict[str, int]
    rate: float
    highest: float
    threshold: float | None
    passed: bool | None
    why_zh: str
    why_en: str
    runs: tuple[Run, ...]

    def as_dict(self) -> dict[str, Any]:
        """As JSON; rates in %."""
        return {
            "period": self.period,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "whole": self.whole,
            "days": self.days,
            "compliant": self.compliant,
            "failed": self.failed,
            "missing": self.missing,
            "exempt": self.exempt,
            "rate_percent": _number(self.rate),
            "rate_highest_percent": _number(self.highest),
            "threshold_percent": self.threshold,
            "passed": self.passed,
            "why": {"zh": self.why_zh, "en": self.why_en},
            "failed_runs": [
                {
                    "first": run.first.isoformat(),
                    "last": run.last.isoformat(),
                    "days": run.days,
                    "lowest_m3s": round(run.lowest_m3s, 6),
                    "short_m3": round(run.short_m3, 3),
                }
                for run in self.runs
                if not run.kept
            ],
        }


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 4)


def keeps(flow_m3s: ArrayLike, target_m3s: ArrayLike) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where a day's flow keeps its target, and where that can be said at all (both known)."""
    flow, target = np.broadcast_arrays(np.asarray(flow_m3s, np.float64), np.asarray(target_m3s, np.float64))
    known = np.isfinite(flow) & np.isfinite(target)
    return known & (flow >= target * (1 - _SLACK)), known


def satisfaction(
    days: Days,
    flow_m3s: ArrayLike,
    target: FlowTarget,
    *,
    rules: Programme | None = None,
    exempt: Mapping[date, str] | None = None,
    first: date | None = None,
    last: date | None = None,
) -> list[Satisfaction]:
    """Satisfaction by the programme's periods.

    Parameters
    ----------
    days : datetime64[D] (n,)
        Local days, each once.
    flow_m3s : array_like (n,)
        Mean flow of the day [m³/s]; nan where not known.
    target : FlowTarget
    rules : Programme, optional
        By calendar years without a threshold unless given.
    exempt : mapping of date to str
        Days that are excused (maintenance, drought, flood …), each with its reason.
    first, last : date, optional
        What is asked of the gauge; the days of the series unless given. Days in between that it lacks are missing.

    Raises
    ------
    InputError
        For a day that stands twice.
    """
    day, flow = checked_days(days, flow_m3s)
    order = np.argsort(day)
    day, flow = day[order], flow[order]
    begin = np.datetime64(first or day[0].astype(date), "D")
    end = np.datetime64(last or day[-1].astype(date), "D")
    every = np.arange(begin, end + 1)
    filled = np.full(every.shape, np.nan)
    inside = (day >= begin) & (day <= end)
    filled[(day[inside] - begin).astype(np.int64)] = flow[inside]
    unit = "M" if rules is not None and rules.period == "month" else "Y"
    reasons = {np.datetime64(d, "D"): reason for d, reason in (exempt or {}).items()}
    found = []
    for period in np.unique(every.astype(f"datetime64[{unit}]")):
        mine = every.astype(f"datetime64[{unit}]") == period
        found.append(_of_period(period, every[mine], filled[mine], target, rules, reasons))
    return found


def _of_period(
    period: np.datetime64,
    days: Days,
    flow: Floats,
    target: FlowTarget,
    rules: Programme | None,
    exempt: Mapping[Any, str],
) -> Satisfaction:
    wanted = target.of(days)
    kept, known = keeps(flow, wanted)
    excused = np.array([day in exempt for day in days])
    compliant = int(kept.sum())
    missing = int((~known & ~excused).sum())
    rate = float(satisfaction_rate(compliant, int(excused.sum()), days.size))
    highest = float(satisfaction_rate(compliant + missing, int(excused.sum()), days.size))
    aimless = not np.isfinite(wanted).any()
    if aimless:
        rate = highest = float("nan")
    whole = bool(days[0] == period.astype("datetime64[D]") and days[-1] + 1 == (period + 1).astype("datetime64[D]"))
    share = rules.station_share if rules is not None else None
    threshold = None if share is None else share * _FULL
    passed, words = _verdict(rate, highest, threshold, missing, whole=whole)
    if aimless:
        words = "没有目标流量，无达标率", "there is no target, so there is no rate"
    elif rules is None and not np.isnan(rate):
        words = f"达标率 {rate:.2f} %，未指定评价办法", f"{rate:.2f} % of days; no programme was named to judge it"
    return Satisfaction(
        period=str(period),
        first=days[0].astype(date),
        last=days[-1].astype(date),
        whole=whole,
        days=int(days.size),
        compliant=compliant,
        failed=int((known & ~kept & ~excused).sum()),
        missing=missing,
        exempt=dict(Counter(exempt[day] for day in days if day in exempt)),
        rate=rate,
        highest=highest,
        threshold=threshold,
        passed=passed,
        why_zh=words[0],
        why_en=words[1],
        runs=runs(days, flow, wanted),
    )


def _verdict(
    rate: float, highest: float, threshold: float | None, missing: int, *, whole: bool
) -> tuple[bool | None, tuple[str, str]]:
    if np.isnan(rate):
        return None, ("全部日数豁免，无达标率", "every day is exempt, so there is no rate")
    text = f"{rate:.2f} %"
    if threshold is None:
        return None, (f"达标率 {text}，该办法未给出阈值", f"{text} of days; the programme names no share to reach")
    if not whole:
        return None, (f"达标率 {text}，期未满", f"{text} of days; the period is not whole")
    if rate >= threshold - _SLACK:
        return True, (f"达标率 {text}，不低于 {threshold:g} %", f"{text} of days, {threshold:g} % are asked")
    if highest >= threshold - _SLACK:
        return None, (
            f"达标率 {text}，缺测 {missing} 天足以改变结论，不作判定",
            f"{text} of days, and {missing} missing days could make it {highest:.2f} %: not decided",
        )
    return False, (f"达标率 {text}，低于 {threshold:g} %", f"{text} of days, below the {threshold:g} % that are asked")


def runs(days: Days, flow_m3s: ArrayLike, target_m3s: ArrayLike) -> tuple[Run, ...]:
    """Days in a row that kept their target or failed it; a missing day ends a run.

    Parameters
    ----------
    days : datetime64[D] (n,)
        Rising.
    """
    flow, target = np.broadcast_arrays(np.asarray(flow_m3s, np.float64), np.asarray(target_m3s, np.float64))
    kept, known = keeps(flow, target)
    found: list[Run] = []
    begin = 0
    for i in range(1, days.size + 1):
        same = i < days.size and known[i] and known[begin] and kept[i] == kept[begin]
        if same and days[i] - days[i - 1] == np.timedelta64(1, "D"):
            continue
        if known[begin]:
            part = slice(begin, i)
            short = float(np.maximum(target[part] - flow[part], 0).sum()) * _DAY_S if not kept[begin] else 0.0
            first, last = days[begin].astype(date), days[i - 1].astype(date)
            found.append(Run(first, last, bool(kept[begin]), float(flow[part].min()), short))
        begin = i
    return tuple(found)


@dataclass(frozen=True, slots=True)
class CountyRate:
    """Stations of a county that pass.

    Attributes
    ----------
    passed, decided, stations : int
        How many pass, of how many a verdict could be given, and how many there are.
    rate : float
        passed / stations [%]; nan without stations.
    reached : bool or None
        Whether the county's share is reached; None where the undecided ones could change it or none is named.
    """

    passed: int
    decided: int
    stations: int
    rate: float
    reached: bool | None


def county_rate(verdicts: Sequence[bool | None], rules: Programme) -> CountyRate:
    """The rate of a county from the verdicts on its stations; None stands for an undecided one."""
    n, passed = len(verdicts), sum(v is True for v in verdicts)
    open_ = sum(v is None for v in verdicts)
    rate = passed / n * _FULL if n else float("nan")
    reached: bool | None = None
    if rules.county_share is not None and n:
        if passed >= rules.county_share * n - _SLACK:
            reached = True
        elif passed + open_ < rules.county_share * n - _SLACK:
            reached = False
    return CountyRate(passed, n - open_, n, rate, reached)


def between(first: date, last: date, reason: str) -> dict[date, str]:
    """Exempt days from one to another, both included.

    Raises
    ------
    InputError
        When they are the wrong way round, or no reason is given.
    """
    if last < first or not reason.strip():
        raise InputError(f"exempt days {first} to {last} need a reason, and an end that is not before their start.")
    return {first + timedelta(days=i): reason for i in range((last - first).days + 1)}
