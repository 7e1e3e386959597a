"""What goes into a sheet beside its formulas, and what comes out: points that open to their records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from riverchief.govern.sheets import wording
from riverchief.govern.sheets.model import Derived, Grade, Group, InputSpec, Item, Kind, Sheet, State


@dataclass(frozen=True)
class Input:
    """A number with the ids of the records behind it; value None, with the reason, where nothing is known.

    `why_zh` is the reason in Chinese; `why` stands in both languages where it is empty.
    """

    value: float | None
    records: tuple[str, ...] = ()
    why: str = ""
    why_zh: str = ""


@dataclass(frozen=True)
class Review:
    """Points that a person gives or puts in the place of computed ones [points], with the reason and a record."""

    points: float
    who: str
    why: str
    record: str


@dataclass(frozen=True)
class UsedInput:
    """An input that an item's formula names, with what was given for it."""

    spec: InputSpec
    value: float | None
    records: tuple[str, ...]
    why: str
    why_zh: str = ""

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
class UsedDerived:
    """A derived value that an item's formula names, with what it came to; None with the reason where it did not."""

    spec: Derived
    value: float | None
    why: str = ""


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
        What the formula gave before a review and before it was held between 0 and the weight; of a figure, its value.
    vetoes : bool
        A veto that has fired.
    stopped_by : str
        What the formula stopped at: the name of an input without a value, or in words what is no number.
    """

    item: Item
    state: State
    points: float | None
    maximum: float
    computed: float | None
    vetoes: bool
    inputs: tuple[UsedInput, ...]
    derived: tuple[UsedDerived, ...] = ()
    review: Review | None = None
    stopped_by: str = ""

    @property
    def why_zh(self) -> str:
        """How it came to that, in one Chinese sentence."""
        return wording.why_zh(self)

    @property
    def why_en(self) -> str:
        """How it came to that, in one English sentence."""
        return wording.why_en(self)

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of its inputs without a value, where the item has no points for want of them."""
        wanting = self.state in (State.MISSING, State.TEMPLATE)
        return tuple(one.name for one in self.inputs if one.value is None) if wanting else ()

    @property
    def settled(self) -> bool:
        """Whether nothing is left open in it."""
        if self.state is State.TEMPLATE:
            return not self.missing
        return (self.computed if self.item.kind is Kind.FIGURE else self.points) is not None


@dataclass(frozen=True)
class GroupScore:
    """What the items of a head earned together [points]; None where none of them could be scored."""

    group: Group
    points: float | None
    maximum: float
    computable_maximum: float


@dataclass(frozen=True)
class Score:
    """A sheet's result.

    Attributes
    ----------
    points : float or None
        Total of the items that could be scored; None when none could, and always on a template.
    maximum : float
        The sheet's maximum.
    computable_maximum : float
        What the items that could be scored could have come to.
    lowest, highest : float or None
        The total if all that is missing turned out worst, and best; None on a template and on a sheet of figures.
    grade : Grade or None
        What the total is called; also while something is missing, if no outcome of it would change that.
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
    lowest: float | None
    highest: float | None
    complete: bool
    missing: tuple[str, ...]
    vetoed_by: tuple[str, ...]
    items: tuple[ItemScore, ...]
    groups: tuple[GroupScore, ...] = ()
    grade: Grade | None = None


def score_as_dict(score: Score) -> dict[str, Any]:
    """A score as JSON; every input carries the ids of its records, each with the path of the page that opens it."""
    sheet = score.sheet
    return {
        "sheet": {
            "code": sheet.code,
            "version": sheet.version,
            "name_zh": sheet.name_zh,
            "name_en": sheet.name_en,
            "status": str(sheet.status),
            "subject": sheet.subject,
            "period": sheet.period,
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
        "grade": score.grade and _grade(score.grade),
        "grades": [_grade(grade) for grade in sheet.grades],
        "groups": [_group(one) for one in score.groups],
        "items": [_line_as_dict(line) for line in score.items],
    }


# what a record's id begins with → the page that shows it; everything else is opened by its provenance
_PAGES = {
    "case-": "/case/",
    "section:": "/section/",
    "station:": "/station/",
    "project:": "/project/",
    "facility:": "/discharger/",
}


def _record(key: str) -> dict[str, Any]:
    kind = next((start for start in _PAGES if key.startswith(start)), "")
    label = key.partition(":")[2]
    return {"id": key, "href": _PAGES[kind] + (label or key) if kind else f"/explain/{key}", "label": label}


def _grade(grade: Grade) -> dict[str, Any]:
    return {
        "name_zh": grade.name_zh,
        "name_en": grade.name_en,
        "from": grade.lowest,
        "stars": grade.stars,
        "confirmed": grade.confirmed,
    }


def _group(one: GroupScore) -> dict[str, Any]:
    return {
        "code": one.group.code,
        "name_zh": one.group.name_zh,
        "name_en": one.group.name_en,
        "points": one.points,
        "max": one.maximum,
        "computable_max": one.computable_maximum,
    }


def _derived(one: UsedDerived) -> dict[str, Any]:
    return {
        "name": one.spec.name,
        "name_zh": one.spec.name_zh,
        "name_en": one.spec.name_en,
        "unit": one.spec.unit,
        "formula": one.spec.formula.text,
        "value": one.value,
        "why": one.why,
    }


def _line_as_dict(line: ItemScore) -> dict[str, Any]:
    review = line.review
    return {
        "code": line.item.code,
        "name_zh": line.item.name_zh,
        "name_en": line.item.name_en,
        "kind": str(line.item.kind),
        "group": line.item.group,
        "state": str(line.state),
        "value": line.computed,
        "unit": line.item.unit,
        "rank": line.item.rank,
        "points": line.points,
        "max": None if line.state is State.TEMPLATE and not line.maximum else line.maximum,
        "formula": line.item.formula.text if line.item.formula else "",
        "formula_zh": wording.formula(line, "zh"),
        "formula_en": wording.formula(line, "en"),
        "weight": line.item.weight,
        "target": line.item.target,
        "target_unit": line.item.target_unit,
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
                "why_zh": one.why_zh or one.why,
                "source": one.spec.source,
                "fixed": one.spec.value is not None,
                "document": one.spec.document,
                "confirmed": one.spec.confirmed,
                "records": [_record(key) for key in one.records],
            }
            for one in line.inputs
        ],
        "derived": [_derived(one) for one in line.derived],
        "review": review and {"points": review.points, "who": review.who, "why": review.why, "record": review.record},
    }
