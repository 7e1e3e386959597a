"""The water quality index of sections and cities, and its two rankings (环办监测〔2017〕51号); smaller is better.

An item's index is its concentration over its class Ⅲ limit; oxygen the other way round, pH by its distance from 7. The
index of a river (or lake) is the sum over the 21 items of the mean concentration over its sections. Items that were
not measured add nothing, so indices compare only where the same items were measured: they are named.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np

from riverchief.base.errors import InputError
from riverchief.cloud.standards.editions import Edition, editions
from riverchief.cloud.standards.rounding import round_half_even
from riverchief.cloud.standards.water.means import mean_of
from riverchief.cloud.standards.water.method import Note, note_of
from riverchief.cloud.standards.water.surface import Limits, Rule, SurfaceEdition, surface_on

STANDARD = "cwqi"
_NEUTRAL_PH = 7.0


@cache
def _rules() -> Edition:
    return editions(STANDARD)[-1]


@dataclass(frozen=True)
class Index:
    """An index: its value, the index of every item, and the items that were not measured."""

    value: float
    items: dict[str, float]
    missing: tuple[str, ...]

    @property
    def printed(self) -> float:
        """With as many decimals as the lists have."""
        return _printed(self.value, "value_decimals")


def _printed(value: float, what: str) -> float:
    if not math.isfinite(value):
        return value
    return float(round_half_even(value, int(_rules().body[what]), keep_one_digit=False))


def item_index(item: Limits, value: float) -> float:
    """The index of one item from its mean concentration; infinite for oxygen at 0.

    Notes
    -----
    Ordinary items C / S, with S the class Ⅲ limit; DO S / C; pH (7 - pH) / (7 - 6) up to 7, (pH - 7) / (9 - 7) above.
    """
    if item.rule is Rule.WITHIN:
        bound = float((item.low if value <= _NEUTRAL_PH else item.high) or 0.0)
        return abs(value - _NEUTRAL_PH) / abs(bound - _NEUTRAL_PH)
    limit = item.values[int(_rules().body["limit_class"]) - 1]
    if item.rule is Rule.AT_LEAST:
        return limit / value if value > 0 else math.inf
    return value / limit


def index_of(means: Mapping[str, float], *, on: date, tp_rule: str = "river") -> Index:
    """The index of a section, river or lake from its mean concentrations.

    Parameters
    ----------
    means : mapping of property to float
        In the property's unit; what is missing or nan adds nothing and is named.
    on : date
        The last day of the period: it chooses the edition of the limits.
    tp_rule : str
        `river` or `lake`.

    Raises
    ------
    InputError
        When none of the items was measured, or no edition was in force.
    """
    edition = _surface(on)
    column = edition.column(tp_rule)
    asked = edition.sets[str(_rules().body["items"])]
    known = {code: means[code] for code in asked if code in means and not math.isnan(means[code])}
    if not known:
        raise InputError(f"none of the {len(asked)} items of the index was measured: it has no value.")
    items = {code: item_index(column[code], value) for code, value in known.items()}
    return Index(math.fsum(items.values()), items, tuple(code for code in asked if code not in known))


def _surface(on: date) -> SurfaceEdition:
    found = surface_on(on)
    if found is None:
        raise InputError(f"no edition of GB 3838 was in force on {on}.", on=on.isoformat())
    return found


def index_of_sections(sections: Sequence[Mapping[str, float]], *, on: date, tp_rule: str = "river") -> Index:
    """The index of a river or lake, from the mean over its sections of each item's mean concentration.

    Raises
    ------
    InputError
        As `index_of`.
    """
    items = dict.fromkeys(code for means in sections for code in means)
    means = {code: mean_of([s.get(code, math.nan) for s in sections], code) for code in items}
    return index_of(means, on=on, tp_rule=tp_rule)


def city_index(river: float | None, n_river: int, lake: float | None = None, n_lake: int = 0) -> float:
    """The index of a city from those of its rivers and lakes and their numbers of sections and points (not confirmed).

    Raises
    ------
    InputError
        When it has neither.
    """
    parts = [(value, n) for value, n in ((river, n_river), (lake, n_lake)) if value is not None and n > 0]
    if not parts:
        raise InputError("a city's index needs at least one river section or lake point.")
    return math.fsum(value * n for value, n in parts) / sum(n for _, n in parts)


def notes(index: Index | None = None, *, city: bool = False) -> tuple[Note, ...]:
    """What of an index nobody has confirmed: missing items where there are any, the weights of a city."""
    body = _rules().body
    found = [note_of(body["missing"])] if index is not None and index.missing else []
    found += [note_of(body["city"])] if city else []
    return tuple(note for note in found if note is not None)


def change_percent(now: float, base: float) -> float:
    """ΔCWQI = (now - base) / base [%]; negative is better. Some cities print it with the other sign."""
    return 100.0 * (now - base) / base


def ranks(values: Sequence[float], decimals: int | None = None) -> list[int]:
    """Ranks from 1, smallest first; what is equal as printed shares a rank, and the next ones are left out (1, 1, 3).

    Parameters
    ----------
    values : sequence of float
    decimals : int, optional
        Decimals as printed; those of the index unless given.
    """
    places = int(_rules().body["value_decimals"]) if decimals is None else decimals
    printed = [v if not math.isfinite(v) else float(round_half_even(v, places, keep_one_digit=False)) for v in values]
    ordered = np.sort(np.array(printed, np.float64))
    return [int(np.searchsorted(ordered, value, side="left")) + 1 for value in printed]


def change_ranks(changes: Sequence[float]) -> list[int]:
    """Ranks by change [%], the greatest improvement first."""
    return ranks(changes, int(_rules().body["change_decimals"]))


@dataclass(frozen=True, slots=True)
class Standing:
    """A section in the base period and now: its classes, and whether it met its target."""

    class_before: int
    class_now: int
    target_met: bool
    drain: bool = False


def leaves_change_ranking(sections: Sequence[Standing]) -> bool:
    """Whether a city is left out of the ranking of changes: every section good in both periods, every target met.

    A section without a class (0) is not known to be good.
    """
    best = int(_rules().body["exclusion"]["national"]["class"])
    return bool(sections) and all(
        1 <= s.class_before <= best and 1 <= s.class_now <= best and s.target_met for s in sections
    )


def section_leaves_change_ranking(section: Standing) -> bool:
    """The same for a single section or drain, as Ningxia has it: good in either period, target met."""
    rule = _rules().body["exclusion"]["ningxia"]
    best = int(rule["drain_class" if section.drain else "surface_class"])
    return section.target_met and any(1 <= c <= best for c in (section.class_before, section.class_now))
