"""How a section, a river or a basin is rated, and by what it is mainly polluted (环办〔2011〕22号).

A section's rating is that of its class. A river or basin of five sections or more is rated by the shares of its
classes; one of fewer by the mean of each item over its sections, as if it were one section.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np

from riverchief.base.errors import UnknownName
from riverchief.base.units import property_named
from riverchief.cloud.standards.rounding import round_half_even
from riverchief.cloud.standards.water.classes import CLASS_III, WORST, RowVerdict, assess, limits
from riverchief.cloud.standards.water.means import mean_of
from riverchief.cloud.standards.water.method import Note, method, note_of, part

SHARES, MEANS = "shares", "means"
# percentages are compared as they are; 9 of 12 must not miss 75 % by arithmetic
_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Rating:
    """One of the five ratings: its rank (1 best), code, names and colour."""

    rank: int
    code: str
    name_zh: str
    name_en: str
    colour: str
    classes: tuple[int, ...]


@cache
def ratings() -> tuple[Rating, ...]:
    """The five ratings, best first."""
    return tuple(
        Rating(k + 1, row["code"], row["name_zh"], row["name_en"], row["colour"], tuple(row["classes"]))
        for k, row in enumerate(method().body["rating"])
    )


def rating_named(code: str) -> Rating:
    """The rating with this code.

    Raises
    ------
    UnknownName
        With the nearest known code.
    """
    known = {rating.code: rating for rating in ratings()}
    if code not in known:
        raise UnknownName("rating", code, known)
    return known[code]


def section_rating(class_: int) -> Rating | None:
    """The rating of a section of this class; None for 0, which is no class."""
    return next((rating for rating in ratings() if class_ in rating.classes), None)


@dataclass(frozen=True, slots=True)
class MainItem:
    """A main pollution indicator: the class it is in, how many times above class Ⅲ, or at how many sections [%]."""

    property: str
    class_: int
    multiple: float | None = None
    rate_percent: float | None = None

    def text(self, language: str = "zh") -> str:
        """As bulletins print it: name and multiple, or the share of sections."""
        known = property_named(self.property)
        name = known.name_zh if language == "zh" else known.name_en
        if self.rate_percent is not None:
            return f"{name}({self.rate_percent:.1f}%)"
        return name if self.multiple is None else f"{name}({_multiple_text(self.multiple)})"

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "property": self.property,
            "class": self.class_,
            "multiple": self.multiple,
            "rate": self.rate_percent,
            "zh": self.text("zh"),
            "en": self.text("en"),
        }


def _multiple_text(multiple: float) -> str:
    """With one decimal; one that would read 0.0 keeps its first digit."""
    return f"{multiple:.1f}" if multiple >= 0.1 or multiple == 0 else f"{multiple:.1g}"


def main_items(row: RowVerdict, target_class: int = CLASS_III) -> tuple[MainItem, ...]:
    """What a section is mainly polluted by: cyanide and heavy metals first, then by class, then by multiple.

    Parameters
    ----------
    row : RowVerdict
        The section's verdict.
    target_class : int
        The class whose limits are the base of the multiples; Ⅲ unless a functional target counts.

    Returns
    -------
    tuple of MainItem
        Three at most; more where more heavy metals exceed, then nothing but these. Empty where every item keeps the
        target. pH and DO come without a multiple.
    """
    rules = part("main")
    worse = [code for code, class_ in row.item_class.items() if class_ > target_class]
    found = [MainItem(code, row.item_class[code], _multiple(row, code, target_class)) for code in worse]
    found.sort(key=lambda item: (-item.class_, -(item.multiple or 0.0)))
    return _first_ones(found, rules)


def _first_ones(found: Sequence[MainItem], rules: Mapping[str, Any]) -> tuple[MainItem, ...]:
    """Heavy metals before the others, and no more than are kept unless they are all metals."""
    metals = [item for item in found if item.property in rules["first"]]
    others = [item for item in found if item.property not in rules["first"]]
    keep = int(rules["keep"])
    return tuple(metals) if len(metals) >= keep else tuple([*metals, *others][:keep])


def _multiple(row: RowVerdict, code: str, target_class: int) -> float | None:
    rules = part("main")
    if code in rules["without_multiple"]:
        return None
    limit = limits(row.edition, code, row.tp_rule).values[target_class - 1]
    exact = (row.inputs[code] - limit) / limit
    return float(round_half_even(exact, rules["multiple_decimals"]))


@dataclass(frozen=True)
class WatersRating:
    """The rating of a river, basin or region.

    Attributes
    ----------
    classes : dict of int
        Sections by class 1..6; those without a class are not among them.
    n_sections, n_unjudged : int
        Sections with a class, and without.
    good_percent, bad_percent : float or None
        Shares of the classes Ⅰ–Ⅲ and of 劣Ⅴ.
    rating : Rating or None
        None where no section has a class.
    method : str
        `shares`, or `means` for fewer than five sections.
    main : tuple of MainItem
        Only where the rating is worse than good.
    notes : tuple of Note
        What of it nobody has confirmed.
    """

    classes: dict[int, int]
    n_sections: int
    n_unjudged: int
    good_percent: float | None
    bad_percent: float | None
    rating: Rating | None
    method: str
    main: tuple[MainItem, ...]
    notes: tuple[Note, ...]


def rate_shares(good_percent: float, bad_percent: float) -> Rating:
    """The rating by the shares of the classes Ⅰ–Ⅲ and 劣Ⅴ [%].

    At 60 % and 40 % exactly the wording leaves a gap; no other rating fits, so it is heavy.
    """
    rules = part("basin")
    at_least = {
        "excellent": good_percent >= rules["excellent_good_share"] - _SLACK,
        "good": good_percent >= rules["good_good_share"] - _SLACK,
        "light": bad_percent < rules["moderate_bad_share"] - _SLACK,
        "moderate": bad_percent < rules["heavy_bad_share"] - _SLACK,
    }
    return rating_named(next((code for code, keeps in at_least.items() if keeps), "heavy"))


def rate_waters(rows: Sequence[RowVerdict], *, on: date) -> WatersRating:
    """Rate a river, basin or region from the verdicts on its sections.

    Parameters
    ----------
    rows : sequence of RowVerdict
        One per section, with the means of the period as its inputs; class 0 takes no part.
    on : date
        The last day of the period: it chooses the edition for the means over sections.
    """
    judged = [row for row in rows if row.class_]
    classes = {k: sum(row.class_ == k for row in judged) for k in range(1, WORST + 1)}
    n = len(judged)
    rules = part("basin")
    by = SHARES if n >= rules["proportion_from"] else MEANS
    if not n:
        return WatersRating(classes, 0, len(rows), None, None, None, by, (), ())
    good = 100.0 * sum(classes[k] for k in range(1, CLASS_III + 1)) / n
    bad = 100.0 * classes[WORST] / n
    notes: tuple[Note, ...] = ()
    if by == SHARES:
        rating: Rating | None = rate_shares(good, bad)
        main = _main_by_rate(judged)
        unsure = note_of(rules["exactly_five"])
        if n == rules["proportion_from"] and unsure is not None:
            notes = (unsure,)
    else:
        whole = mean_verdict(judged, on=on)
        rating = section_rating(whole.class_)
        main = main_items(whole)
    polluted = rating is not None and rating.rank > rating_named("good").rank
    return WatersRating(classes, n, len(rows) - n, good, bad, rating, by, main if polluted else (), notes)


def mean_verdict(rows: Sequence[RowVerdict], *, on: date) -> RowVerdict:
    """The verdict on the mean of each item over sections, as if they were one.

    Phosphorus is judged by the lake column where at least half of the sections are: no rule says what to do where a
    river and a lake are averaged, and this is the stricter one.
    """
    tp_rule = "lake" if 2 * sum(row.tp_rule == "lake" for row in rows) >= len(rows) else "river"
    items = tuple(dict.fromkeys(code for row in rows for code in row.item_class))
    taking_part = {code: [row.inputs[code] for row in rows if row.item_class.get(code)] for code in items}
    means = {code: mean_of(values, code) for code, values in taking_part.items() if values}
    return assess(means, on=on, tp_rule=tp_rule, items=items).row()


def _main_by_rate(rows: Sequence[RowVerdict]) -> tuple[MainItem, ...]:
    """Items by the share of sections at which they exceed class Ⅲ."""
    rules = part("main")
    items = dict.fromkeys(code for row in rows for code in row.item_class)
    found = []
    for code in items:
        classes = np.array([row.item_class.get(code, 0) for row in rows])
        exceeding = int((classes > CLASS_III).sum())
        if exceeding:
            found.append(MainItem(code, int(classes.max()), rate_percent=100.0 * exceeding / len(rows)))
    found.sort(key=lambda item: -(item.rate_percent or 0.0))
    return _first_ones(found, rules)
