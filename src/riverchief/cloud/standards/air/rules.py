"""HJ 663 as data: how many values make a mean, which statistics make a year, which limits and weights make an index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from riverchief.base.errors import InputError, UnknownName
from riverchief.cloud.standards.editions import CONFIDENCES, Edition, edition_named, edition_on, editions

STANDARD = "hj663"
ITEMS = ("so2", "no2", "pm10", "co", "o3_8h", "pm25")
"""What a day has: 24 h means, and the daily maximum of 8 h means of ozone."""

PARTICLES = ("pm10", "pm25")
_COUNTS = (
    "hour_minutes",
    "eight_hours",
    "day_hours",
    "day_eight_hour_means",
    "month_days",
    "february_days",
    "year_days",
    "city_station_share",
)


@dataclass(frozen=True, slots=True)
class Validity:
    """How many values make a valid mean; `confidence` says of each how sure it is.

    `day_eight_hour_means` may be fewer where the maximum is above the limit. `city_station_share` is the share of a
    city's stations with a valid value that its mean needs.
    """

    hour_minutes: int
    eight_hours: int
    day_hours: int
    day_eight_hour_means: int
    month_days: int
    february_days: int
    year_days: int
    city_station_share: float
    confidence: Mapping[str, str]

    def days_of_month(self, month: int) -> int:
        """Valid days that a month 1..12 needs."""
        return self.february_days if month == 2 else self.month_days


@dataclass(frozen=True, slots=True)
class Statistic:
    """What represents an item in a period: its mean, a percentile of its days, or both."""

    mean: bool
    percentile: float | None


@dataclass(frozen=True, slots=True)
class Combination:
    """A composite index as somebody computes it: limits [µg/m³, CO mg/m³] and weights by item, and its rounding."""

    name: str
    limits: Mapping[str, float]
    weights: Mapping[str, float]
    ratio_decimals: int | None
    index_decimals: int
    default: bool
    confidence: str

    @property
    def confirmed(self) -> bool:
        """Whether two independent sources compute it so."""
        return self.confidence == "A"


@dataclass(frozen=True)
class AirRules:
    """One edition of HJ 663."""

    edition: Edition
    validity: Validity
    statistics: Mapping[str, Statistic]
    decimals: int
    co_decimals: int
    combinations: tuple[Combination, ...]

    @property
    def code(self) -> str:
        """As it is cited."""
        return self.edition.code

    def decimals_of(self, item: str) -> int:
        """Decimals of a period's statistic before its ratio is taken."""
        return self.co_decimals if item == "co" else self.decimals

    def with_validity(self, **counts: float) -> AirRules:
        """The same with other counts, where a programme sets its own.

        Raises
        ------
        UnknownName
            When there is no such count.
        """
        for name in counts:
            if name not in _COUNTS:
                raise UnknownName("count of valid values", name, _COUNTS)
        changed: dict[str, Any] = {**counts}
        return replace(self, validity=replace(self.validity, **changed))


def _combination(row: Mapping[str, Any]) -> Combination:
    if set(row["limits"]) != set(ITEMS) or set(row["weights"]) != set(ITEMS) or row["confidence"] not in CONFIDENCES:
        raise InputError(f"composite index {row['name']}: limits, weights or confidence are not complete.")
    return Combination(
        name=row["name"],
        limits={item: float(value) for item, value in row["limits"].items()},
        weights={item: float(value) for item, value in row["weights"].items()},
        ratio_decimals=row.get("ratio_decimals"),
        index_decimals=row["index_decimals"],
        default=row.get("default", False),
        confidence=row["confidence"],
    )


@cache
def rules_named(code: str) -> AirRules:
    """The edition with this code, such as `HJ 663-2013`.

    Raises
    ------
    UnknownName
        With the nearest known code.
    """
    edition = edition_named(STANDARD, code)
    body = edition.body
    return AirRules(
        edition=edition,
        validity=Validity(
            **{name: row["value"] for name, row in body["validity"].items()},
            confidence={name: row["confidence"] for name, row in body["validity"].items()},
        ),
        statistics={
            item: Statistic(row.get("mean", False), row.get("percentile")) for item, row in body["statistics"].items()
        },
        decimals=body["rounding"]["decimals"],
        co_decimals=body["rounding"]["co_decimals"],
        combinations=tuple(_combination(row) for row in body["composite"]),
    )


def rules_on(day: date) -> AirRules:
    """The edition in force on a day; of a period ask for its last one.

    Raises
    ------
    InputError
        Before the first edition.
    """
    found = edition_on(STANDARD, day)
    if found is None:
        first = editions(STANDARD)[0]
        raise InputError(f"no edition of HJ 663 is in force on {day}; the first one begins {first.valid_from}.")
    return rules_named(found.code)


def combination_named(name: str) -> Combination:
    """A composite index by name: `2013-equal`, `2013-weighted`, `2026-equal` or `2026-weighted`.

    Raises
    ------
    UnknownName
        With the nearest known name.
    """
    known = {one.name: one for edition in editions(STANDARD) for one in rules_named(edition.code).combinations}
    if name not in known:
        raise UnknownName("composite index", name, known)
    return known[name]


def combination_on(day: date) -> Combination:
    """The composite index that a day's edition takes unless another is named: its own limits, equal weights.

    Raises
    ------
    InputError
        Before the first edition.
    """
    return next(one for one in rules_on(day).combinations if one.default)
