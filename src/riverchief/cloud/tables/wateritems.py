"""Which items of a table take part in a class: a named set, a list, or "5+X".

========== ==========================================================================================
automatic  pH, DO, CODMn, NH3-N, TP: what the national centre's published classes rest on
evaluation the 21 items of 环办〔2011〕22号
5+X        the five, and at each section those of the 21 that exceeded class Ⅲ there in the same year or
           the one before, as far as the table tells
========== ==========================================================================================
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError, UnknownName
from riverchief.base.units import property_named
from riverchief.cloud.standards.water.classes import AUTOMATIC, CLASS_III, assess
from riverchief.cloud.standards.water.surface import Rule, surface_editions

ITEMS = ("ph", "do", "codmn", "nh3n", "tp")
EVALUATION, FIVE_PLUS_X = "evaluation", "5+X"
SETS = (AUTOMATIC, EVALUATION, FIVE_PLUS_X)
GRADED = frozenset(
    code for edition in surface_editions() for code, item in edition.lake.items() if item.rule is not Rule.WITHIN
)

Arrays = dict[str, NDArray[np.float64]]
Masks = dict[str, NDArray[np.bool_]]


def chosen_items(text: str) -> tuple[str, ...]:
    """The items of a set, or of a list such as `do,codmn,tp`.

    Raises
    ------
    UnknownName
        When it is no set, and one of the list is no property.
    InputError
        When a property has no class limits.
    """
    if text == AUTOMATIC:
        return ITEMS
    if text in (EVALUATION, FIVE_PLUS_X):
        return surface_editions()[-1].sets[EVALUATION]
    codes = tuple(part.strip() for part in text.split(",") if part.strip())
    if len(codes) < 2 and text not in GRADED:
        raise UnknownName("set of items", text, [*SETS, "do,codmn,nh3n,tp"])
    for code in codes:
        if property_named(code).code not in surface_editions()[-1].lake:
            raise InputError(f"{code} has no class limits: leave it out of --items.", property=code)
    return codes


def asked_of(
    places: NDArray[np.int64],
    days: NDArray[np.datetime64],
    values: Mapping[str, NDArray[np.float64]],
    below: Mapping[str, NDArray[np.float64]],
    columns: NDArray[np.str_],
    measured: NDArray[np.bool_],
) -> Masks:
    """Which item is asked for in which row under "5+X".

    Parameters
    ----------
    places : int64, shape (n,)
        Number of the section of each row.
    days : datetime64[D], shape (n,)
    values, below : mapping of property to float64, shape (n,)
        Of the 21 items.
    columns : str, shape (n,)
        `river` or `lake`.
    measured : bool, shape (n,)
        Rows of running stations; the others tell nothing.
    """
    verdict = assess(values, on=days, tp_rule=columns, items=tuple(values), below=below)
    year = days.astype("datetime64[Y]").astype(np.int64)
    asked = {}
    for code in values:
        if code in ITEMS:
            asked[code] = np.ones(len(days), np.bool_)
            continue
        beyond = measured & (verdict.item_class[code] > CLASS_III)
        known = set(zip(places[beyond].tolist(), year[beyond].tolist(), strict=True))
        asked[code] = np.array(
            [(p, y) in known or (p, y - 1) in known for p, y in zip(places.tolist(), year.tolist(), strict=True)],
            np.bool_,
        )
    return asked
