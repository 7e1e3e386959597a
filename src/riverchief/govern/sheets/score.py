"""What goes into a sheet beside its formulas, and what comes out: points that open to their records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from riverchief.govern.sheets.sheet import InputSpec, Item, Sheet


@dataclass(frozen=True)
class Input:
    """A number with the ids of the records behind it; value None, with the reason, where nothing is known."""

    value: float | None
    records: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class Review:
    """Points that a person gives or puts in the place of computed ones [points], with the reason and a record."""

    points: float
    who: str
    why: str
    record: str


class State(StrEnum):
    """How an item came to its points."""

    COMPUTED = "computed"
    REVIEWED = "reviewed"  # a person gave them
    AWAITING = "awaiting"  # a person has still to give them
    MISSING = "missing"  # an input has no value
    UNDEFINED = "undefined"  # the formula divides by zero


@dataclass(frozen=True)
class UsedInput:
    """An input that an item's formula names, with what was given for it."""

    spec: InputSpec
    value: float | None
    records: tuple[str, ...]
    why: str

    @property
    def name(self) -> str:
        """Its name in formulas."""
        return self.spec.name

    @property
    def name_zh(self) -> str:
        """Its Chinese name."""
        return self.spec.name_zh

    @property
    def name_en(self) -> str:
        """Its English name."""
        return self.spec.name_en


@dataclass(frozen=True)
class ItemScore:
    """One line of a score.

    Attributes
    ----------
    points : float or None
        What the item does to the total, negative for a deduction; None where it cannot be said.
    maximum : float
        The most that it could have been.
    computed : float or None
        What the formula gave before a review and before it was held between 0 and the weight.
    vetoes : bool
        A veto that has fired.
    why_zh, why_en : str
        How it came to that, in one sentence.
    """

    item: Item
    state: State
    points: float | None
    maximum: float
    computed: float | None
    vetoes: bool
    inputs: tuple[UsedInput, ...]
    why_zh: str
    why_en: str
    review: Review | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of its inputs without a value, where the item has no points for want of them."""
        return tuple(one.name for one in self.inputs if one.value is None) if self.state is State.MISSING else ()


@dataclass(frozen=True)
class Score:
    """A sheet's result.

    Attributes
    ----------
    points : float or None
        Total of the items that could be scored; None when none could.
    maximum : float
        The sheet's maximum.
    computable_maximum : float
        What the items that could be scored could have come to.
    lowest, highest : float
        The total if all that is missing turned out worst, and best.
    complete : bool
        Nothing is missing and nobody has still to decide.
    missing : tuple of str
        Items without points.
    vetoed_by : tuple of str
        Items whose veto cut the total.
    """

    sheet: Sheet
    points: float | None
    maximum: float
    computable_maximum: float
    lowest: float
    highest: float
    complete: bool
    missing: tuple[str, ...]
    vetoed_by: tuple[str, ...]
    items: tuple[ItemScore, ...]


def score_as_dict(score: Score) -> dict[str, Any]:
    """A score as JSON; every input carries the ids of its records, each with the path of the page that opens it."""
    sheet = score.sheet
    return {
        "sheet": {
            "code": sheet.code,
            "version": sheet.version,
            "name_zh": sheet.name_zh,
            "name_en": sheet.name_en,
        },
        "document": sheet.document or None,
        "confirmed": sheet.confirmed,
        "assumed": not sheet.confirmed,
        "banner_zh": sheet.banner_zh,
        "banner_en": sheet.banner_en,
        "points": score.points,
        "max": score.maximum,
        "computable_max": score.computable_maximum,
        "lowest": score.lowest,
        "highest": score.highest,
        "complete": score.complete,
        "missing": list(score.missing),
        "vetoed": bool(score.vetoed_by),
        "vetoed_by": list(score.vetoed_by),
        "items": [_line_as_dict(line) for line in score.items],
    }


def _href(record: str) -> str:
    """The page of a record: a case has its own, all others are opened by their provenance."""
    return f"/case/{record}" if record.startswith("case-") else f"/explain/{record}"


def _line_as_dict(line: ItemScore) -> dict[str, Any]:
    review = line.review
    return {
        "code": line.item.code,
        "name_zh": line.item.name_zh,
        "name_en": line.item.name_en,
        "kind": str(line.item.kind),
        "state": str(line.state),
        "points": line.points,
        "max": line.maximum,
        "formula": line.item.formula.text if line.item.formula else "",
        "weight": line.item.weight,
        "target": line.item.target,
        "why_zh": line.why_zh,
        "why_en": line.why_en,
        "missing": list(line.missing),
        "inputs": [
            {
                "name": one.name,
                "name_zh": one.name_zh,
                "name_en": one.name_en,
                "unit": one.spec.unit,
                "meaning_zh": one.spec.meaning_zh,
                "meaning_en": one.spec.meaning_en,
                "value": one.value,
                "why": one.why,
                "records": [{"id": key, "href": _href(key), "label": ""} for key in one.records],
            }
            for one in line.inputs
        ],
        "review": review and {"points": review.points, "who": review.who, "why": review.why, "record": review.record},
    }
