"""The class of surface water (GB 3838) from its readings, over arrays of any shape.

Single-factor evaluation (clause 5): every item gets the best class whose limit it keeps, the worst item decides.
Which items count is a set of the edition; the default, `automatic`, is what reproduces the class that the national
monitoring centre publishes for its stations, taken from the values before rounding:

* pH, DO, CODMn, NH3-N and TP count; temperature, conductivity, turbidity and TN do not;
* pH outside 6..9 is 劣Ⅴ at once;
* DO is judged in mg/L, without the 90 % saturation that Table 1 allows for class Ⅰ;
* TP has a river and a lake column, by section;
* an item without a value is left out, and named.

docs/validation/water-class.md shows each of these on real rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError
from riverchief.base.units import property_named
from riverchief.cloud.standards.detection import substituted
from riverchief.cloud.standards.editions import in_force
from riverchief.cloud.standards.rounding import round_half_even
from riverchief.cloud.standards.water.surface import (
    CLASS_COUNT,
    STANDARD,
    Limits,
    Rule,
    SurfaceEdition,
    surface_editions,
    surface_named,
)
from riverchief.cloud.standards.water.wording import Reason, verdict_sentence

AUTOMATIC = "automatic"
WORST = CLASS_COUNT + 1
CLASS_NAMES = ("", "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ", "劣Ⅴ")
CLASS_III = 3

# A mean of three readings of 0.1 is 0.10000000000000002: closeness of this size is arithmetic, not water.
_SLACK = 1e-9

_SPELLINGS = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "劣V": WORST}


def class_name(class_: int) -> str:
    """`Ⅰ` … `Ⅴ`, `劣Ⅴ`; the empty text for 0, which means that no class can be given."""
    return CLASS_NAMES[int(class_)]


def class_number(name: str) -> int:
    """The number 1..6 of a class as people write it (`Ⅲ`, `III`, `Ⅲ类`, `劣V`); 0 for anything else."""
    text = name.strip().removesuffix("类")
    if text in CLASS_NAMES:
        return CLASS_NAMES.index(text)
    return _SPELLINGS.get(text.upper(), 0)


def limits(edition: str, code: str, tp_rule: str = "river") -> Limits:
    """The limits of one item in an edition.

    Parameters
    ----------
    edition : str
        Code of the edition, such as `GB 3838-2002`.
    code : str
        Property, such as `tp`.
    tp_rule : str
        `river` or `lake`: which column counts for phosphorus (and nitrogen, which only lakes have).

    Raises
    ------
    UnknownName
        When the edition, the property or the column is not known.
    InputError
        When the property has no class limits there.
    """
    found = surface_named(edition)
    column = found.column(tp_rule)
    if property_named(code).code not in column:
        raise InputError(
            f"{edition} gives no class limits for {code} in the {tp_rule} column; it has them for {', '.join(column)}.",
            edition=edition,
            property=code,
        )
    return column[code]


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """The verdict on one set of readings: class 1..6 (0 = none can be given), and everything it rests on."""

    class_: int
    deciding: tuple[str, ...]
    missing: tuple[str, ...]
    item_class: dict[str, int]
    inputs: dict[str, float]
    exceedance: dict[str, float]
    edition: str
    tp_rule: str
    why: tuple[Reason, ...]

    @property
    def name(self) -> str:
        """The class as it is printed, empty where none can be given."""
        return class_name(self.class_)

    def sentence(self, language: str = "en") -> str:
        """Why, as one sentence in `zh` or `en`."""
        return verdict_sentence(self.class_, self.name, self.why, language)


@dataclass(frozen=True)
class WaterVerdict:
    """Verdicts on arrays of readings; every array has the shape of the inputs broadcast together.

    Attributes
    ----------
    class_ : int8
        1..6 (6 = 劣Ⅴ); 0 where no class can be given.
    item_class : dict of int8
        The same for each item; 0 where the item took no part.
    exceedance : dict of float64
        (C - S) / S over the class Ⅲ limit S; nan where not above it, and for pH and DO, which have no multiple.
    inputs : dict of float64
        The values that were judged, nan where there was none.
    edition : str array
        The edition that applied; empty where none was in force.
    lake : bool
        Where the lake column counted.
    unphysical : dict of bool
        Where a value was given that no river can have: it took no part.
    below : dict of float64
        The detection limit where a value stayed below it; only of items for which limits were given.
    undetected : dict of bool
        Where that limit is too high to tell the class: the item took no part. Of the same items.
    """

    class_: NDArray[np.int8]
    item_class: dict[str, NDArray[np.int8]]
    exceedance: dict[str, NDArray[np.float64]]
    inputs: dict[str, NDArray[np.float64]]
    edition: NDArray[np.str_]
    lake: NDArray[np.bool_]
    unphysical: dict[str, NDArray[np.bool_]]
    below: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    undetected: dict[str, NDArray[np.bool_]] = field(default_factory=dict)

    def deciding(self, code: str) -> NDArray[np.bool_]:
        """Where an item is in the worst class and so decides."""
        decides: NDArray[np.bool_] = (self.item_class[code] == self.class_) & (self.class_ > 0)
        return decides

    def row(self, index: Any = ()) -> RowVerdict:
        """The verdict at one index, in plain values."""
        class_ = int(self.class_[index])
        item_class = {code: int(array[index]) for code, array in self.item_class.items()}
        inputs = {code: float(array[index]) for code, array in self.inputs.items()}
        exceedance = {code: float(array[index]) for code, array in self.exceedance.items() if np.isfinite(array[index])}
        edition = str(self.edition[index])
        tp_rule = "lake" if self.lake[index] else "river"
        deciding = [code for code in item_class if class_ and item_class[code] == class_]
        deciding.sort(key=lambda code: -exceedance.get(code, 0.0))  # stable: the order of the table among equals
        # nitrogen has no limits in rivers: it is not asked for there, so it is not missing either
        asked = surface_named(edition).column(tp_rule) if edition else item_class
        missing = tuple(code for code, given in item_class.items() if not given and code in asked)
        why = tuple(_reasons(self, index, deciding, missing, edition, tp_rule))
        return RowVerdict(class_, tuple(deciding), missing, item_class, inputs, exceedance, edition, tp_rule, why)


def _reasons(
    verdict: WaterVerdict, index: Any, deciding: Sequence[str], missing: Sequence[str], edition: str, tp_rule: str
) -> list[Reason]:
    """What decided, and what could not take part, each with its value and limit."""
    if not edition:
        return [Reason("no_edition")]
    column = surface_named(edition).column(tp_rule)
    reasons = [
        _limit_reason(
            column[code],
            float(verdict.inputs[code][index]),
            int(verdict.class_[index]),
            float(verdict.exceedance[code][index]),
        )
        for code in deciding
    ]
    reasons += [
        Reason("not_detected", code, float(limit[index]), unit=column[code].unit)
        for code, limit in verdict.below.items()
        if code in column and np.isfinite(limit[index]) and not verdict.undetected[code][index]
    ]
    reasons += [_absence(verdict, index, column[code]) for code in missing]
    return reasons


def _absence(verdict: WaterVerdict, index: Any, item: Limits) -> Reason:
    """Why an item took no part."""
    code = item.property
    if code in verdict.undetected and verdict.undetected[code][index]:
        limit = item.values[0] if item.values else None
        return Reason("undetected", code, float(verdict.below[code][index]), limit, "Ⅰ", unit=item.unit)
    if verdict.unphysical[code][index]:
        return Reason("unphysical", code, float(verdict.inputs[code][index]))
    return Reason("missing", code)


def _limit_reason(item: Limits, value: float, class_: int, exceedance: float) -> Reason:
    if item.rule is Rule.WITHIN:
        kind = "outside" if class_ == WORST else "within"
        return Reason(kind, item.property, value, low=item.low, high=item.high, unit=item.unit)
    multiple = exceedance if np.isfinite(exceedance) else None
    if class_ == 1:
        return Reason("keeps", item.property, value, limit=item.values[0], limit_class="Ⅰ", unit=item.unit)
    kind = "below" if item.rule is Rule.AT_LEAST else "above"
    return Reason(
        kind,
        item.property,
        value,
        limit=item.values[class_ - 2],
        limit_class=class_name(class_ - 1),
        multiple=multiple,
        unit=item.unit,
    )


def classify(item: Limits, values: ArrayLike) -> NDArray[np.int8]:
    """The class 1..6 of each value of one item, 0 where it is nan; a value equal to a limit keeps the better class.

    Parameters
    ----------
    item : Limits
        From `limits`.
    values : array_like
        In the item's unit.
    """
    value = np.asarray(values, np.float64)
    if item.rule is Rule.WITHIN:
        low, high = float(item.low or 0), float(item.high or 0)
        inside = (value >= low * (1 - _SLACK)) & (value <= high * (1 + _SLACK))
        found = np.where(inside, 1, WORST)
    elif item.rule is Rule.AT_LEAST:
        bounds = np.array(item.values) * (1 - _SLACK)
        found = 1 + np.searchsorted(-bounds, -value, side="left")
    else:
        bounds = np.array(item.values) * (1 + _SLACK)
        found = 1 + np.searchsorted(bounds, value, side="left")
    return np.where(np.isnan(value), 0, found).astype(np.int8)


def assess(
    values: Mapping[str, ArrayLike],
    *,
    on: date | ArrayLike,
    tp_rule: str | ArrayLike = "river",
    items: Sequence[str] | None = None,
    below: Mapping[str, ArrayLike] | None = None,
    decimals: Mapping[str, int] | None = None,
    known_on: date | None = None,
) -> WaterVerdict:
    """Judge readings by the edition in force on their day.

    Parameters
    ----------
    values : mapping of property to array_like
        In the property's unit (mg/L, pH without); nan = no value. All broadcast together. Properties that are not
        among the items are looked at by nobody.
    on : date or array_like of datetime64
        Local day of the observation.
    tp_rule : str or array_like of str
        `river` or `lake`, by section.
    items : sequence of str, optional
        Which properties take part; the edition's set `automatic` unless given.
    below : mapping of property to array_like, optional
        Detection limit where a value stayed below it, nan elsewhere. It keeps class Ⅰ where the limit does; where the
        limit is above that of class Ⅰ, nobody can say which class the value has: the item takes no part, and is named.
    decimals : mapping of property to int, optional
        Places to which a value is rounded (GB/T 8170) before it is compared, as
        `rounding.evaluation_decimals()`; a property that is not in it, and everything without it, is taken as it is.
    known_on : date, optional
        Leave out editions published after this day: the judgement as it could be made then.

    Returns
    -------
    WaterVerdict
        Class 0 where no item with graded limits has a value (a pH inside 6..9 alone says nothing), or where no
        edition was in force.

    Raises
    ------
    UnknownName
        When an item or a column is not known.
    InputError
        When an item has no class limits in any column.
    """
    known = surface_editions()
    chosen = tuple(items) if items is not None else tuple(dict.fromkeys(c for e in known for c in e.sets[AUTOMATIC]))
    _check_items(chosen, known)
    lake = _is_lake(tp_rule, known[0])
    days = np.asarray(on, dtype="datetime64[D]")
    given = [np.asarray(values.get(code, np.nan), np.float64) for code in chosen]
    limited = [code for code in chosen if below and code in below]
    not_reached = [np.asarray((below or {})[code], np.float64) for code in limited]
    days, lake, *arrays = (np.array(a) for a in np.broadcast_arrays(days, lake, *given, *not_reached))
    inputs = dict(zip(chosen, arrays[: len(chosen)], strict=True))
    detection = dict(zip(limited, arrays[len(chosen) :], strict=True))
    for code, limit in detection.items():
        inputs[code] = substituted(inputs[code], limit)
    for code in (decimals or {}).keys() & inputs.keys():
        inputs[code] = round_half_even(inputs[code], (decimals or {})[code])
    verdict = _empty(chosen, days.shape, inputs, lake, detection)
    for applying, where in in_force(STANDARD, days, known_on):
        _judge(verdict, surface_named(applying.code), chosen if items is not None else None, where)
    verdict.class_[...] = _worst(verdict.item_class, known)
    return verdict


def _is_lake(tp_rule: str | ArrayLike, edition: SurfaceEdition) -> NDArray[np.bool_]:
    """Where the lake column counts; a name that is no column is refused."""
    columns = np.asarray(tp_rule, dtype=np.str_)
    lake = np.asarray(columns == "lake")
    other = ~lake & np.asarray(columns != "river")
    if other.any():
        edition.column(str(columns[other].flat[0]))
    return lake


def _empty(
    chosen: Sequence[str],
    shape: tuple[int, ...],
    inputs: dict[str, NDArray[np.float64]],
    lake: NDArray[np.bool_],
    below: dict[str, NDArray[np.float64]],
) -> WaterVerdict:
    """A verdict on which nothing has been judged yet."""
    return WaterVerdict(
        class_=np.zeros(shape, np.int8),
        item_class={code: np.zeros(shape, np.int8) for code in chosen},
        exceedance={code: np.full(shape, np.nan) for code in chosen},
        inputs=inputs,
        edition=np.full(shape, "", dtype="<U24"),
        lake=lake,
        unphysical={code: _unphysical(code, value) for code, value in inputs.items()},
        below=below,
        undetected={code: np.zeros(shape, np.bool_) for code in below},
    )


def _judge(
    verdict: WaterVerdict, edition: SurfaceEdition, chosen: Sequence[str] | None, where_in_force: NDArray[np.bool_]
) -> None:
    """Write the class of every item where an edition is in force."""
    verdict.edition[where_in_force] = edition.code
    taking_part = edition.sets[AUTOMATIC] if chosen is None else chosen
    for column, where in (
        (edition.river, where_in_force & ~verdict.lake),
        (edition.lake, where_in_force & verdict.lake),
    ):
        if not where.any():
            continue
        for code in taking_part:
            if code not in column:
                continue
            usable = where & ~verdict.unphysical[code]
            value = verdict.inputs[code][usable]
            found = classify(column[code], value)
            if code in verdict.below:
                limit = verdict.below[code][usable]
                unclear = _unclear(column[code], limit)
                verdict.undetected[code][usable] = unclear
                found = np.where(unclear, 0, found).astype(np.int8)
                value = np.where(np.isnan(limit), value, np.nan)  # what was not detected exceeds nothing
            verdict.item_class[code][usable] = found
            verdict.exceedance[code][usable] = _multiple(column[code], value)


def _unclear(item: Limits, limit: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Where a value between nothing and the detection limit could be in more than one class."""
    unclear: NDArray[np.bool_] = ~np.isnan(limit) & (classify(item, np.zeros(limit.shape)) != classify(item, limit))
    return unclear


def _check_items(chosen: Sequence[str], known: Sequence[SurfaceEdition]) -> None:
    for code in chosen:
        property_named(code)
        if not any(code in edition.lake for edition in known):
            raise InputError(
                f"{code} has no class limits in {', '.join(e.code for e in known)}: leave it out of the items.",
                property=code,
            )


def _unphysical(code: str, value: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Where a value is no measurement at all: infinite, or outside what the property can be."""
    bounds = property_named(code)
    odd: NDArray[np.bool_] = np.asarray(~np.isnan(value) & ~((value >= bounds.low) & (value <= bounds.high)))
    return odd


def _multiple(item: Limits, value: NDArray[np.float64]) -> NDArray[np.float64]:
    """(C - S) / S over the class Ⅲ limit; nan where it is kept, and for pH and DO."""
    if item.rule is not Rule.AT_MOST:
        return np.full(value.shape, np.nan)
    limit = item.values[CLASS_III - 1]
    return np.where(value > limit * (1 + _SLACK), (value - limit) / limit, np.nan)


def _worst(item_class: Mapping[str, NDArray[np.int8]], known: Sequence[SurfaceEdition]) -> NDArray[np.int8]:
    """The worst item's class; 0 where only items without graded limits took part and none of them failed."""
    worst: NDArray[np.int8] = np.max(np.stack(list(item_class.values())), axis=0)
    ungraded = {code for e in known for code, item in e.lake.items() if item.rule is Rule.WITHIN}
    graded = [array for code, array in item_class.items() if code not in ungraded]
    has_graded = np.any(np.stack(graded) > 0, axis=0) if graded else np.zeros(worst.shape, np.bool_)
    return np.where(has_graded | (worst == WORST), worst, 0).astype(np.int8)
