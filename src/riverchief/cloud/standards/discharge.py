"""What a discharger may discharge: limits of its permit and of the standards for its kind, the strictest decides.

A limit holds for a property and a period: the mean of an hour or of a day, or the total load of a calendar year. A
facility's permit is entered data with its own clause and validity; standards are editions like all others. A standard
that nobody confirmed is shown with its mark; `applicable` leaves it out where asked to, so that no alert and no
penalty rests on a number from memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base import regions, units
from riverchief.base.basin import PermitLimit
from riverchief.base.errors import InputError, UnknownName
from riverchief.cloud.standards.editions import Edition, editions

PERIODS = ("hour", "day", "year")
STANDARDS = ("gb18918", "db14-1928")
PERMIT = "permit"
LOAD_UNIT = "kg"

_PERIOD_WORDS = {
    "hour": ("小时均值", "hourly mean"),
    "day": ("日均值", "daily mean"),
    "year": ("年排放量", "yearly load"),
}
_SLACK = 1e-9  # arithmetic of means, not water

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit.

    Attributes
    ----------
    property, period : str
        Of what, and whether of an hour's mean, a day's mean or a calendar year's load.
    high : float
        Largest value that is kept, in `unit`: the property's own, or kg for a year.
    low : float or None
        Smallest value that is kept (pH).
    source : str
        `permit`, or the folder of the standard.
    edition : str
        Code of the edition; of a permit the document.
    cold_high, cold_at_c : float or None
        Where the water is at most `cold_at_c` [°C], this limit holds instead.
    """

    property: str
    period: str
    high: float
    unit: str
    clause_zh: str
    clause_en: str
    document: str
    source: str
    edition: str
    confirmed: bool
    valid_from: date
    valid_to: date | None = None
    low: float | None = None
    cold_high: float | None = None
    cold_at_c: float | None = None
    note_zh: str = ""
    note_en: str = ""

    def in_force(self, day: date) -> bool:
        """Whether it holds on a local day; `valid_to` is the first day on which it does not."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "property": self.property,
            "period": self.period,
            "limit": self.high,
            "lower": self.low,
            "unit": self.unit,
            "clause_zh": self.clause_zh,
            "clause_en": self.clause_en,
            "document": self.document,
            "source": self.source,
            "edition": self.edition,
            "confirmed": self.confirmed,
            "note_zh": self.note_zh,
            "note_en": self.note_en,
        }


# ------------------------------------------------------------------ where limits come from


def of_permit(given: PermitLimit) -> Limit:
    """A line of a permit as a limit, in the property's unit or, of a year's load, in kg.

    Raises
    ------
    InputError
        When its period, property or unit is none that it can be.
    """
    if given.period not in PERIODS:
        raise UnknownName("period of a limit", given.period, PERIODS)
    known = units.property_named(given.property)
    unit = LOAD_UNIT if given.period == "year" else known.unit
    if given.period == "year" and known.unit != "mg/L":
        raise InputError(f"{given.property} has no yearly load: it is kept in {known.unit}.", property=given.property)
    factor = load_factor(given.unit) if given.period == "year" else units.factor(given.unit, unit)
    return Limit(
        property=given.property,
        period=given.period,
        high=given.limit * factor,
        low=None if given.lower is None else given.lower * factor,
        unit=unit,
        clause_zh=given.clause_zh,
        clause_en=given.clause_en,
        document=given.document,
        source=PERMIT,
        edition=given.document,
        confirmed=given.confirmed,
        valid_from=given.valid_from,
        valid_to=given.valid_to,
        note_zh="" if given.confirmed else "许可限值未经核对",
        note_en="" if given.confirmed else "the permit's limit has not been confirmed",
    )


def load_factor(unit: str) -> float:
    """What a load in `unit` is multiplied with to stand in kg.

    Raises
    ------
    InputError
        When the unit is none of a mass.
    """
    if unit == LOAD_UNIT:
        return 1.0
    return 1e3 * units.factor(unit, "t")


@dataclass(frozen=True, slots=True)
class DischargeStandard:
    """An edition's limits and the facilities they are for; no regions means everywhere."""

    edition: Edition
    kinds: tuple[str, ...]
    regions: tuple[str, ...]
    limits: tuple[Limit, ...]

    def applies(self, kind: str, region: str) -> bool:
        """Whether it judges a facility of a kind in a region."""
        here = regions.prefix(region) if region else ""
        return kind in self.kinds and (not self.regions or any(here.startswith(r) for r in self.regions))


@cache
def discharge_standards() -> tuple[DischargeStandard, ...]:
    """Every edition of every discharge standard that is known."""
    return tuple(_read(edition) for standard in STANDARDS for edition in editions(standard))


def _read(edition: Edition) -> DischargeStandard:
    body = edition.body
    limits = tuple(
        Limit(
            property=units.property_named(row["property"]).code,
            period=row["period"],
            high=row["limit"],
            low=row.get("lower"),
            unit=units.property_named(row["property"]).unit,
            clause_zh=f"{edition.code} {body['name_of_limit_zh']}",
            clause_en=f"{edition.code}, {body['name_of_limit_en']}",
            document=edition.document,
            source=edition.standard,
            edition=edition.code,
            confirmed=row.get("confidence", edition.confidence) != "C" and edition.confirmed,
            valid_from=edition.valid_from,
            valid_to=edition.valid_to,
            cold_high=row.get("cold_limit"),
            cold_at_c=row.get("cold_at_c"),
            note_zh=edition.note_zh,
            note_en=edition.note_en,
        )
        for row in body["limit"]
    )
    return DischargeStandard(edition, tuple(body["kinds"]), tuple(body["regions"]), limits)


def applicable(
    kind: str, region: str, day: date, permit: Iterable[Limit] = (), *, binding: bool = False
) -> dict[tuple[str, str], Limit]:
    """The limit that decides, by property and period: the strictest of all that hold on a day.

    Parameters
    ----------
    kind, region : str
        Of the facility: outfall, works or enterprise, and its region code (empty: none).
    day : date
        Local day of the discharge.
    permit : iterable of Limit
        The facility's own, from `of_permit`.
    binding : bool
        Leave out standards that nobody confirmed: what remains may raise an alert. The permit's own limits always
        count, they were entered by somebody who answers for them.
    """
    found = [limit for limit in permit if limit.in_force(day)]
    for standard in discharge_standards():
        if standard.applies(kind, region):
            found += [one for one in standard.limits if one.in_force(day) and (one.confirmed or not binding)]
    chosen: dict[tuple[str, str], Limit] = {}
    for one in found:
        key = one.property, one.period
        if key not in chosen or _strictness(one) < _strictness(chosen[key]):
            chosen[key] = one
    return chosen


def _strictness(limit: Limit) -> tuple[float, float]:
    return limit.high, -(limit.low if limit.low is not None else -np.inf)


# ------------------------------------------------------------------ judging


@dataclass(frozen=True)
class Judged:
    """Values held against one limit; every array has the shape of the values.

    Attributes
    ----------
    over : bool
        Where it is not kept.
    undecided : bool
        Where the limit depends on the water's temperature, which is not known, and that makes the difference.
    multiple : float64
        (C - S) / S where over an upper limit, nan elsewhere.
    """

    limit: Limit
    over: Mask
    undecided: Mask
    multiple: Floats


def judge(limit: Limit, values: ArrayLike, temperature_c: ArrayLike = np.nan) -> Judged:
    """Hold means (or loads) against a limit; nan is neither over nor undecided.

    Parameters
    ----------
    values : array_like of float
        In the limit's unit, of any shape.
    temperature_c : array_like of float, optional
        Of the water [°C], broadcast to the values.
    """
    value = np.asarray(values, np.float64)
    high = np.full(value.shape, limit.high)
    undecided = np.zeros(value.shape, np.bool_)
    if limit.cold_high is not None and limit.cold_at_c is not None:
        temperature = np.broadcast_to(np.asarray(temperature_c, np.float64), value.shape)
        unknown = np.isnan(temperature)
        high = np.where(unknown | (temperature <= limit.cold_at_c), limit.cold_high, high)
        undecided = unknown & _above(value, np.full(value.shape, limit.high)) & ~_above(value, high)
    above = _above(value, high)
    below = np.zeros(value.shape, np.bool_) if limit.low is None else value < limit.low - _SLACK
    # where the limit is 0 there is no multiple of it
    multiple = np.divide(value - high, high, out=np.full(value.shape, np.nan), where=above & (high > 0))
    return Judged(limit, above | below, undecided, multiple)


def _above(value: Floats, high: Floats) -> Mask:
    return np.asarray(value > high * (1 + _SLACK))


def over_sentence(limit: Limit, value: float, language: str) -> str:
    """What was exceeded, by how much, and which clause says so; `zh` or `en`.

    Raises
    ------
    UnknownName
        For another language.
    """
    if language not in {"zh", "en"}:
        raise UnknownName("language", language, ("zh", "en"))
    known = units.property_named(limit.property)
    unit = "" if limit.unit == "1" else f" {limit.unit}"
    chinese = language == "zh"
    words = _PERIOD_WORDS[limit.period][not chinese]
    if limit.low is not None and value < limit.low:
        bound, verb = limit.low, "低于" if chinese else "is below"
        by = ""
    else:
        bound, verb = limit.high, "超过" if chinese else "is over"
        multiple = (value - bound) / bound if bound > 0 else None
        times = "" if multiple is None else f"{multiple:.2f}"
        by = (f" {times} 倍" if chinese else f" by {times} times") if times else ""
    clause = limit.clause_zh if chinese else limit.clause_en
    if chinese:
        mark = "" if limit.confirmed else "，未核对"
        return f"{known.name_zh}{words} {value:.4g}{unit}，{verb}限值 {bound:g}{unit}{by}（{clause}{mark}）"
    mark = "" if limit.confirmed else ", not confirmed"
    return f"{known.name_en}, {words} {value:.4g}{unit}, {verb} the limit {bound:g}{unit}{by} ({clause}{mark})"


def episodes(stamp_s: NDArray[np.int64], over: Mask, longest_gap_s: int) -> list[tuple[int, int, Sequence[int]]]:
    """Stretches of means that are over in a row.

    Parameters
    ----------
    stamp_s : int64 (n,)
        Closing stamps [s since 1970 UTC], rising; only of means that were judged.
    over : bool (n,)
        Which are over.
    longest_gap_s : int
        Two that are over belong together when no more lies between them [s].

    Returns
    -------
    list of (first stamp, last stamp, indices)
    """
    found: list[tuple[int, int, list[int]]] = []
    for i in range(len(stamp_s)):
        if not over[i]:
            continue
        time = int(stamp_s[i])
        if found and found[-1][2][-1] == i - 1 and time - found[-1][1] <= longest_gap_s:
            first, _, members = found[-1]
            found[-1] = first, time, [*members, i]
        else:
            found.append((time, time, [i]))
    return [(first, last, tuple(members)) for first, last, members in found]
