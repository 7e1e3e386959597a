"""The air quality index (HJ 633) from concentrations, hourly and daily, over arrays of any shape.

Concentrations are rounded first (GB/T 8170: integers, CO one decimal), the index is rounded up; the worst item decides.
The edition follows the local day of the closing stamp: the hour stamped 2026-03-01 00:00 is February's last and is
judged by the 2012 edition. What reproduces the real-time report of the national centre:

* hourly particles stand on the 24 h breakpoints, ozone on those of 1 h;
* above an index of 50 every item that reaches the maximum is a primary pollutant;
* in 2026 an hour with an item missing has no index unless the rest is above 100 (clause 5.3, `withheld`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import UnknownName
from riverchief.base.units import property_named
from riverchief.cloud.standards.air.indices import (
    DAILY,
    HOURLY,
    NONE,
    STANDARD,
    AqiEdition,
    Asked,
    Level,
    Scale,
    aqi_editions,
    aqi_named,
    item_of,
    level_of,
)
from riverchief.cloud.standards.air.wording import AirReason, air_sentence
from riverchief.cloud.standards.editions import in_force

_LOCAL_OFFSET_S = 8 * 3600  # Asia/Shanghai; no summer time since 1992
_DAY_S = 86_400
_SLACK = 1e-9  # a sum of floats that should be whole is not rounded up for its last bit

Index = NDArray[np.int16]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def days_of_stamps(time_s: ArrayLike) -> NDArray[np.datetime64]:
    """Local days that closing stamps [s since 1970 UTC] belong to: 00:00 closes the day before."""
    local_s = np.asarray(time_s, np.int64) + (_LOCAL_OFFSET_S - 1)
    days: NDArray[np.datetime64] = (local_s // _DAY_S).astype("datetime64[D]")
    return days


def iaqi(edition: str, item: str, averaging: str, values: ArrayLike, *, rounded: bool = True) -> Index:
    """The individual index of each value of one item, -1 where there is none.

    Parameters
    ----------
    edition, item, averaging : str
        Such as `HJ 633-2026`, `pm25`, `24h`.
    values : array_like
        Concentrations [µg/m³, CO mg/m³]; nan = no value.
    rounded : bool
        Round the concentration first, as the standard asks. False shows what the raw value would give.

    Raises
    ------
    UnknownName
        When the edition or the item in it is not known.
    """
    scale = aqi_named(edition).scale(item, averaging)
    value = np.asarray(values, np.float64)
    if rounded:
        return _indices(scale, value)[0]
    usable = _usable(item, value)
    raw = np.ceil(np.interp(value, scale.values, scale.indices) - _SLACK)
    raw = np.where(value > scale.values[-1], scale.beyond, raw)
    return np.where(usable, raw, NONE).astype(np.int16)


def _usable(item: str, value: Floats) -> Mask:
    bounds = property_named(item)
    inside: Mask = np.asarray((value >= bounds.low) & (value <= bounds.high))  # false for nan
    return inside


def _indices(scale: Scale, value: Floats) -> tuple[Index, Mask]:
    """The index of each value, and where the value could be used at all."""
    usable = _usable(scale.item, value)
    last = len(scale.lookup) - 2
    # rint rounds halves to even, as GB/T 8170 does
    step = np.asarray(np.rint(value * scale.steps if scale.steps != 1 else value))
    np.minimum(step, last, out=step)
    step[~usable] = last + 1
    return np.asarray(scale.lookup[step.astype(np.int32)]), usable


@dataclass(frozen=True, slots=True)
class RowAqi:
    """The index of one set of concentrations: -1 where there is none, and everything it rests on.

    Attributes
    ----------
    aqi : int
        The index of the items that have a value.
    withheld : bool
        The edition does not let this index be published, because an item is missing; it is printed as NA.
    level : Level or None
        Of the index that may be published.
    primary, missing, unplanned : tuple of str
        Keys: those that decide, those without a value, those not in the station's plan.
    iaqi : dict of int
        Index by key, for those that have one.
    inputs : dict of float
        Concentrations that were looked at.
    edition : str
        The edition that applied, empty where none was in force.
    why : tuple of AirReason
    """

    aqi: int
    withheld: bool
    level: Level | None
    primary: tuple[str, ...]
    missing: tuple[str, ...]
    unplanned: tuple[str, ...]
    iaqi: dict[str, int]
    inputs: dict[str, float]
    edition: str
    why: tuple[AirReason, ...]

    @property
    def published(self) -> int | None:
        """The index that a report may print, None where it prints NA."""
        return None if self.withheld or self.aqi < 0 else self.aqi

    def sentence(self, language: str = "en") -> str:
        """Why, as one sentence in `zh` or `en`."""
        return air_sentence(self.aqi, self.level, self.why, language, withheld=self.withheld)


@dataclass(frozen=True)
class AirVerdict:
    """Indices of arrays of concentrations; every array has the shape of the inputs broadcast together.

    Attributes
    ----------
    report : str
        `hourly` or `daily`.
    aqi : int16
        Index of the items that have a value; -1 where none has, or no edition was in force.
    withheld : bool
        Where the edition does not let an incomplete index be published.
    iaqi : dict of int16
        Index by key, -1 where there is none.
    inputs : dict of float64
        The concentrations; nan where there was none.
    edition_number : int8
        Index into `editions`, -1 where none was in force.
    unplanned : dict of bool
        Where a key is not in the plan of the station: it is not missing.
    """

    report: str
    aqi: Index
    withheld: Mask
    iaqi: dict[str, Index]
    inputs: dict[str, Floats]
    edition_number: NDArray[np.int8]
    unplanned: dict[str, Mask]
    editions: tuple[AqiEdition, ...] = field(default_factory=aqi_editions)

    @property
    def edition(self) -> NDArray[np.str_]:
        """Code of the edition that applied; empty where none was in force."""
        return np.array([edition.code for edition in self.editions] + [""])[self.edition_number]

    @property
    def published(self) -> Index:
        """The index that a report may print, -1 where it prints NA."""
        return np.where(self.withheld, np.int16(NONE), self.aqi)

    @property
    def level(self) -> NDArray[np.int8]:
        """Number 1..6 of the level of the published index, 0 where there is none."""
        ends = np.array([level.up_to for level in self.editions[-1].levels[:-1]])
        published = self.published
        return np.where(published < 0, 0, 1 + np.searchsorted(ends, published)).astype(np.int8)

    def primary(self, key: str) -> Mask:
        """Where an item is a primary pollutant."""
        above = np.array([edition.primary_above for edition in self.editions] + [0])[self.edition_number]
        decides: Mask = (self.iaqi[key] == self.aqi) & (self.aqi > above)
        return decides

    def missing(self, key: str) -> Mask:
        """Where an item that the report asks for has no index and is in the station's plan."""
        absent: Mask = (self.iaqi[key] < 0) & ~self.unplanned.get(key, np.False_)
        optional = np.zeros(len(self.editions) + 1, np.bool_)
        for number, edition in enumerate(self.editions):
            asked = next((a for a in edition.reports[self.report] if a.key == key), None)
            optional[number] = asked is None or asked.optional
        return absent & ~optional[self.edition_number]

    def row(self, index: Any = ()) -> RowAqi:
        """The index at one place, in plain values."""
        number, aqi = int(self.edition_number[index]), int(self.aqi[index])
        withheld = bool(self.withheld[index])
        indices = {key: int(array[index]) for key, array in self.iaqi.items() if array[index] >= 0}
        inputs = {key: float(array[index]) for key, array in self.inputs.items()}
        primary = tuple(key for key in indices if bool(self.primary(key)[index]))
        missing = tuple(key for key in self.iaqi if bool(self.missing(key)[index]))
        unplanned = tuple(key for key, where in self.unplanned.items() if bool(where[index]))
        edition = "" if number < 0 else self.editions[number].code
        why = tuple(_reasons(edition, aqi, indices, inputs, missing))
        level = None if withheld else level_of(aqi)
        return RowAqi(aqi, withheld, level, primary, missing, unplanned, indices, inputs, edition, why)


def _reasons(
    edition: str, aqi: int, indices: Mapping[str, int], inputs: Mapping[str, float], missing: tuple[str, ...]
) -> Iterator[AirReason]:
    """What decided, and what could not take part."""
    if not edition:
        yield AirReason("no_edition")
        return
    for key, index in indices.items():
        if index == aqi:
            yield AirReason("decides", key, inputs[key], index)
    for key in missing:
        value = inputs[key]
        if np.isnan(value):
            yield AirReason("missing", key)
        else:
            usable = bool(_usable(item_of(key), np.asarray(value)))
            yield AirReason("not_computed" if usable else "unphysical", key, value)


def assess_air(
    values: Mapping[str, ArrayLike],
    *,
    on: date | ArrayLike,
    report: str = HOURLY,
    unplanned: Mapping[str, ArrayLike] | None = None,
) -> AirVerdict:
    """The air quality index by the edition in force on the day.

    Parameters
    ----------
    values : mapping of key to array_like
        Concentrations [µg/m³, CO mg/m³], nan = no value; all broadcast together. Keys of an hourly report are `so2 no2
        pm10 co o3 pm25` (1 h means) and `so2_24h`, which stands in above the 1 h scale of 2012; of a daily one `so2 no2
        pm10 co pm25` (24 h means), `o3_8h` and, in 2012, `o3_1h` (daily maxima).
    on : date or array_like of datetime64
        Local day of the observation; for hours the day that the closing stamp belongs to (`days_of_stamps`).
    report : str
        `hourly` or `daily`.
    unplanned : mapping of key to array_like of bool, optional
        Where an item is not in the plan of the station (printed `/`): it is left out and does not count as missing.

    Raises
    ------
    UnknownName
        When the report is neither, or a key of `values` is not one of it.
    """
    if report not in {HOURLY, DAILY}:
        raise UnknownName("report of the air quality index", report, (HOURLY, DAILY))
    editions = aqi_editions()
    keys = tuple(dict.fromkeys(a.key for edition in editions for a in edition.reports[report]))
    stand_ins = {a.instead.key for e in editions for a in e.reports[report] if a.instead is not None}
    for key in values:
        if key not in keys and key not in stand_ins:
            raise UnknownName(f"key of the {report} index", key, (*keys, *stand_ins))
    all_keys = (*keys, *(stand_ins - set(keys)))
    days = np.asarray(on, dtype="datetime64[D]")
    given = [np.asarray(values.get(key, np.nan), np.float64) for key in all_keys]
    shape = np.broadcast_shapes(days.shape, *(array.shape for array in given))
    inputs = {key: np.broadcast_to(array, shape) for key, array in zip(all_keys, given, strict=True)}
    planless = {key: np.broadcast_to(np.asarray(where, np.bool_), shape) for key, where in (unplanned or {}).items()}
    verdict = AirVerdict(
        report=report,
        aqi=np.full(shape, NONE, np.int16),
        withheld=np.zeros(shape, np.bool_),
        iaqi={key: np.full(shape, NONE, np.int16) for key in keys},
        inputs={key: inputs[key] for key in keys},
        edition_number=np.full(shape, NONE, np.int8),
        unplanned=planless,
        editions=editions,
    )
    codes = [edition.code for edition in editions]
    for applying, where in in_force(STANDARD, np.broadcast_to(days, shape)):
        # a whole array under one edition is written without picking elements
        part: Any = ... if where.all() else where
        number = codes.index(applying.code)
        verdict.edition_number[part] = number
        _fill(verdict, editions[number], inputs, planless, part)
    return verdict


def _fill(
    verdict: AirVerdict,
    edition: AqiEdition,
    inputs: Mapping[str, Floats],
    planless: Mapping[str, Mask],
    part: Any,
) -> None:
    """Write the indices of one edition where it applies."""
    asked = edition.reports[verdict.report]
    keys = {one.key for one in asked}
    worst: Index | None = None
    complete: Mask | None = None
    for one in asked:
        index = _with_stand_in(one, inputs, keys, part)
        verdict.iaqi[one.key][part] = index
        worst = index if worst is None else np.maximum(worst, index)
        if edition.incomplete_above is not None and not one.optional:
            there = index >= 0
            if one.key in planless:
                there = there | planless[one.key][part]
            complete = there if complete is None else complete & there
    if worst is None:
        return
    verdict.aqi[part] = worst
    if edition.incomplete_above is not None and complete is not None:
        verdict.withheld[part] = ~complete & (worst >= 0) & (worst <= edition.incomplete_above)


def _with_stand_in(one: Asked, inputs: Mapping[str, Floats], keys: set[str], part: Any) -> Index:
    """The index of one item; where its scale ends without one, that of the value that stands in."""
    index, usable = _indices(one.scale, inputs[one.key][part])
    # a stand-in that the report asks for by itself decides by itself
    if one.instead is not None and one.instead.key not in keys:
        beyond = usable & (index < 0)
        if beyond.any():
            index[beyond] = _indices(one.instead.scale, inputs[one.instead.key][part][beyond])[0]
    return index
