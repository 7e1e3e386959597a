"""A sheet as values: items with formulas over named inputs, weights, caps and vetoes, a document and its validity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from riverchief.govern.sheets.formula import Formula


class Kind(StrEnum):
    """What an item does to the total."""

    POINTS = "points"  # earns from 0 to its weight
    DEDUCTION = "deduction"  # takes away from 0 to its weight
    BONUS = "bonus"  # adds from 0 to its weight, all bonuses together up to the sheet's bonus_cap
    VETO = "veto"  # where its formula is not 0, the total is cut to caps_total_at
    MANUAL = "manual"  # points that a person gives, from 0 to its weight
    FIGURE = "figure"  # a number that is shown, and perhaps ranked; no points


EARNING = frozenset({Kind.POINTS, Kind.MANUAL})


class Status(StrEnum):
    """How far a sheet can be trusted."""

    CONFIRMED = "confirmed"  # somebody checked it against its document
    EXAMPLE = "example"  # points as riverchief chose them, to show how it works; never an official result
    TEMPLATE = "template"  # its document's points are not known: inputs and figures, no points, no total


class State(StrEnum):
    """How an item came to its points."""

    COMPUTED = "computed"
    REVIEWED = "reviewed"  # a person gave them
    AWAITING = "awaiting"  # a person has still to give them
    MISSING = "missing"  # an input has no value
    UNDEFINED = "undefined"  # the formula divides by zero
    TEMPLATE = "template"  # a template gives no points


PERIODS = ("month", "quarter", "year")
BEST = ("high", "low")


@dataclass(frozen=True)
class InputSpec:
    """A number that formulas may name, with its unit and what exactly is counted.

    Attributes
    ----------
    source : str
        What computes it on the platform, such as `projects.started`; empty for what people enter.
    value : float or None
        Of a fixed value, a factor for instance: the value, which nobody enters.
    document : str
        Of a fixed value: where it is from.
    confirmed : bool
        Of a fixed value: whether somebody checked it there.
    """

    name: str
    name_zh: str
    name_en: str
    unit: str
    meaning_zh: str = ""
    meaning_en: str = ""
    source: str = ""
    value: float | None = None
    document: str = ""
    confirmed: bool = False


@dataclass(frozen=True)
class Derived:
    """A number with a name that a formula gives, for other formulas to use."""

    name: str
    name_zh: str
    name_en: str
    unit: str
    formula: Formula


@dataclass(frozen=True)
class Group:
    """A first-level head (一级指标) with the points of its items together, None where the sheet does not say."""

    code: str
    name_zh: str
    name_en: str
    weight: float | None


@dataclass(frozen=True)
class Grade:
    """What a total is called from `lowest` points on, that bound included; perhaps with stars.

    On a template the bound may be None: it is known that there is such a grade, and not from where on.
    """

    name_zh: str
    name_en: str
    lowest: float | None
    stars: int | None
    confirmed: bool


@dataclass(frozen=True)
class Item:
    """One line of a sheet.

    Attributes
    ----------
    weight : float
        The most points that it can earn, take away or add; 0 for a veto and a figure, and where a template's
        document is not known.
    target : float or None
        A goal that the formula may name as `target`, in `target_unit`.
    formula : Formula or None
        None for a manual item.
    manual_review : bool
        A person may replace the computed points, with a reason and a record.
    caps_total_at : float
        Of a veto: what the total is cut to [points].
    group : str
        Code of its head; empty where the sheet has none.
    unit : str
        Of a figure: what its formula comes out in.
    rank : str
        Of a figure: which end is first among several places, `high` or `low`; empty where it is not ranked.
    """

    code: str
    name_zh: str
    name_en: str
    kind: Kind
    weight: float
    target: float | None
    formula: Formula | None
    manual_review: bool
    caps_total_at: float
    group: str = ""
    unit: str = "1"
    target_unit: str = "1"
    rank: str = ""


@dataclass(frozen=True)
class Step:
    """Something that somebody can do, once or more often, and what that does to the inputs.

    Attributes
    ----------
    name_zh, name_en : str
        The sentence that tells it, with `{n}` where the number of times stands.
    adds : mapping
        Input → what doing it once adds to it, in the input's unit.
    within : Formula
        What must still hold after it: where it does not, it cannot be done (again).
    effort_days : float
        Work of doing it once, as the author of the sheet estimates it [person-days].
    """

    code: str
    name_zh: str
    name_en: str
    adds: Mapping[str, float]
    within: Formula
    effort_days: float

    def told(self, n: int, language: str) -> str:
        """The sentence for so many times."""
        return (self.name_zh if language == "zh" else self.name_en).replace("{n}", str(n))


@dataclass(frozen=True)
class Sheet:
    """An assessment sheet (考核表).

    Attributes
    ----------
    status : Status
        A confirmed sheet has been checked against its document; an example or a template says what it is.
    subject : str
        What it is about, for lists: `river`, `water`, `projects` and so on.
    period : str
        What it is made for each time: month, quarter or year.
    document : str
        The paper it comes from, with its number.
    valid_from, valid_to : date or None
        First and last day on which it counts; None for no limit.
    base : float
        Points that everybody begins with (100 on sheets that only deduct).
    maximum, bonus_cap : float
        The most that the total, and all bonuses together, can reach [points]; a sheet of figures alone has 0.
    decimals : int
        Points are rounded to so many.
    grades : tuple of Grade
        From the best down.
    steps : tuple of Step
        What somebody can do to gain points.
    """

    code: str
    version: str
    name_zh: str
    name_en: str
    status: Status
    subject: str
    period: str
    banner_zh: str
    banner_en: str
    document: str
    valid_from: date | None
    valid_to: date | None
    base: float
    maximum: float
    bonus_cap: float
    decimals: int
    inputs: tuple[InputSpec, ...]
    derived: tuple[Derived, ...]
    groups: tuple[Group, ...]
    items: tuple[Item, ...]
    grades: tuple[Grade, ...]
    steps: tuple[Step, ...] = ()

    @property
    def confirmed(self) -> bool:
        """Whether somebody has checked it against its document."""
        return self.status is Status.CONFIRMED

    def valid_on(self, day: date) -> bool:
        """Whether the sheet counts on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def grade_of(self, points: float) -> Grade | None:
        """The grade of a total; None below the lowest, and where the sheet has no grades."""
        return next((one for one in self.grades if one.lowest is not None and points >= one.lowest), None)

    def used_by(self, formula: Formula) -> tuple[set[str], set[str]]:
        """Names of inputs and of derived values that a formula needs, also through other derived values."""
        known = {one.name: one.formula for one in self.derived}
        inputs, derived, waiting = set[str](), set[str](), list(formula.names)
        while waiting:
            name = waiting.pop()
            if name not in known:
                inputs.add(name)
            elif name not in derived:
                derived.add(name)
                waiting += known[name].names
        return inputs, derived
