"""Points from a sheet and its inputs: each opens to its formula, its inputs and the records behind them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from riverchief.base.errors import InputError, RuleError, UnknownName
from riverchief.govern.sheets.formula import MissingInput, UndefinedResult, rounded
from riverchief.govern.sheets.model import EARNING, Grade, Item, Kind, Sheet, State, Status
from riverchief.govern.sheets.score import (
    GroupScore,
    Input,
    ItemScore,
    Review,
    Score,
    UsedDerived,
    UsedInput,
)

_NOTHING = Input(None)


class _Known(Mapping[str, float | None]):
    """Values by name: inputs as they are, derived ones computed once, when somebody asks for them."""

    def __init__(self, sheet: Sheet, inputs: Mapping[str, Input]) -> None:
        self.inputs = inputs
        self.formulas = {one.name: one.formula for one in sheet.derived}
        self.names = {spec.name: spec.name_en for spec in sheet.inputs}
        self.names |= {one.name: one.name_en for one in sheet.derived}
        self.found: dict[str, float | MissingInput | UndefinedResult] = {}

    def __getitem__(self, name: str) -> float | None:
        if name not in self.formulas:
            return self.inputs[name].value
        if name not in self.found:
            try:
                self.found[name] = self.formulas[name].value(self)
            except MissingInput as gap:
                self.found[name] = gap
            except UndefinedResult as fault:
                self.found[name] = UndefinedResult(f"{self.names[name]}: {fault.sentence}", **fault.data)
        value = self.found[name]
        if isinstance(value, float):
            return value
        raise value

    def __iter__(self) -> Iterator[str]:
        return iter((*self.inputs, *self.formulas))

    def __len__(self) -> int:
        return len(self.inputs) + len(self.formulas)


class _Of(Mapping[str, float | None]):
    """The values that an item's formula knows: the sheet's, its weight and its target."""

    def __init__(self, known: _Known, item: Item) -> None:
        self.known, self.own = known, {"weight": item.weight, "target": item.target}

    def __getitem__(self, name: str) -> float | None:
        return self.own[name] if name in self.own else self.known[name]

    def __iter__(self) -> Iterator[str]:
        return iter((*self.own, *self.known))

    def __len__(self) -> int:
        return len(self.own) + len(self.known)


def evaluate(
    sheet: Sheet,
    inputs: Mapping[str, Input],
    reviews: Mapping[str, Review] | None = None,
    on: date | None = None,
) -> Score:
    """Score a sheet.

    A missing input leaves its item without points, neither zero nor full; the score then says what it is out of, and
    between which totals it lies. A template gives no points at all: its items show their inputs, and what is missing.

    Parameters
    ----------
    inputs : mapping
        Input name → value and records.
    reviews : mapping, optional
        Item code → points by a person, for manual items and those that allow it.
    on : date, optional
        The day it is for; the sheet has to be valid then.

    Raises
    ------
    UnknownName
        For an input or a reviewed item that the sheet does not have.
    InputError
        For a review outside of the item's points, or without a reason; for an input that the sheet fixes.
    RuleError
        When the sheet does not count on that day, or an item allows no review.
    """
    reviews = reviews or {}
    if on is not None and not sheet.valid_on(on):
        raise RuleError(
            f"sheet {sheet.code} {sheet.version} counts from {sheet.valid_from or 'ever'} to "
            f"{sheet.valid_to or 'ever'}, not on {on}; choose the edition of that day.",
            sheet=sheet.code,
            on=on.isoformat(),
        )
    _check(sheet, reviews)
    known = _Known(sheet, _given(sheet, inputs))
    items = tuple(_score(sheet, item, known, reviews.get(item.code)) for item in sheet.items)
    lost = sum(line.maximum for line in items if line.item.kind in EARNING and line.points is None)
    computable = rounded(max(sheet.maximum - lost, 0.0), sheet.decimals)
    vetoed_by = tuple(line.item.code for line in items if line.vetoes)
    # a veto that did not fire gives no points, so it alone does not make a total of 0
    nothing = computable == 0 or all(line.points is None for line in items if line.item.kind is not Kind.VETO)
    unscored = sheet.status is Status.TEMPLATE or sheet.maximum == 0
    lowest, highest = (None, None) if unscored else (_total(sheet, items, False), _total(sheet, items, True))
    open_items = tuple(line.item.code for line in items if not line.settled)
    return Score(
        sheet=sheet,
        points=None if unscored or (nothing and not vetoed_by) else _total(sheet, items, None),
        maximum=sheet.maximum,
        computable_maximum=0.0 if unscored else computable,
        lowest=lowest,
        highest=highest,
        complete=not open_items,
        missing=open_items,
        vetoed_by=vetoed_by,
        items=items,
        groups=_groups(sheet, items),
        grade=_grade(sheet, lowest, highest),
    )


def _given(sheet: Sheet, inputs: Mapping[str, Input]) -> dict[str, Input]:
    """Every input of the sheet: what was given, what it fixes, or nothing; no number is none."""
    specs = {spec.name: spec for spec in sheet.inputs}
    for name in inputs:
        if name not in specs:
            raise UnknownName(f"input of sheet {sheet.code}", name, specs)
        if specs[name].value is not None:
            raise InputError(f"input {name} is fixed at {specs[name].value:g} by sheet {sheet.code}; leave it out.")
    found = {}
    for name, spec in specs.items():
        given = Input(spec.value) if spec.value is not None else inputs.get(name, _NOTHING)
        if given.value is not None and not math.isfinite(given.value):
            given = replace(given, value=None, why=given.why or f"{given.value} is no number")
        found[name] = given
    return found


def _grade(sheet: Sheet, lowest: float | None, highest: float | None) -> Grade | None:
    """The grade, where everything that is still open would lead to the same one."""
    if lowest is None or highest is None:
        return None
    worst = sheet.grade_of(lowest)
    return worst if worst == sheet.grade_of(highest) else None


def _groups(sheet: Sheet, items: tuple[ItemScore, ...]) -> tuple[GroupScore, ...]:
    found = []
    for group in sheet.groups:
        own = [line for line in items if line.item.group == group.code]
        earning = [line for line in own if line.item.kind in EARNING]
        scored = [line.points for line in own if line.points is not None and line.item.kind is not Kind.VETO]
        computable = sum(line.maximum for line in earning if line.points is not None)
        points = rounded(sum(scored), sheet.decimals) if scored else None
        found.append(GroupScore(group, points, sum(line.maximum for line in earning), computable))
    return tuple(found)


def _total(sheet: Sheet, items: tuple[ItemScore, ...], hopeful: bool | None) -> float:
    """Total of the known items (None), or with the unknown ones at their best (True) or worst (False)."""
    plain, bonus, cap = sheet.base, 0.0, sheet.maximum
    for line in items:
        kind, points = line.item.kind, line.points
        if points is None:
            gives = hopeful is not None and hopeful != (kind is Kind.DEDUCTION)
            points = _signed(line.item, line.item.weight) if gives else 0.0
            if kind is Kind.VETO and hopeful is False:
                cap = min(cap, line.item.caps_total_at)
        if line.vetoes:
            cap = min(cap, line.item.caps_total_at)
        if kind is Kind.BONUS:
            bonus += points
        else:
            plain += points
    return rounded(max(0.0, min(plain + min(bonus, sheet.bonus_cap), cap)), sheet.decimals)


def _check(sheet: Sheet, reviews: Mapping[str, Review]) -> None:
    by_code = {item.code: item for item in sheet.items}
    for code, review in reviews.items():
        if code not in by_code:
            raise UnknownName(f"item of sheet {sheet.code}", code, by_code)
        item = by_code[code]
        if item.kind is not Kind.MANUAL and not item.manual_review:
            raise RuleError(f"item {code} of sheet {sheet.code} is computed and allows no review.", item=code)
        if not 0 <= review.points <= item.weight:
            raise InputError(
                f"{review.who} gave item {code} {review.points:g} points; it has 0 to {item.weight:g}.", item=code
            )
        if not review.why.strip():
            raise InputError(f"{review.who} reviewed item {code} without a reason; give one.", item=code)


def _signed(item: Item, points: float) -> float:
    return -points if item.kind is Kind.DEDUCTION and points else points


def _score(sheet: Sheet, item: Item, known: _Known, review: Review | None) -> ItemScore:
    line = _computed(item, known, *_used(sheet, item, known))
    if sheet.status is Status.TEMPLATE and item.kind is not Kind.FIGURE:
        return replace(line, state=State.TEMPLATE, computed=None)
    if review is not None:
        points = _signed(item, rounded(review.points, sheet.decimals))
        return replace(line, state=State.REVIEWED, points=points, review=review)
    if line.computed is None or item.kind is Kind.FIGURE:
        return line
    if item.kind is Kind.VETO:
        return replace(line, points=0.0, vetoes=line.computed != 0)
    held = min(max(line.computed, 0.0), item.weight)
    return replace(line, points=_signed(item, rounded(held, sheet.decimals)))


def _used(sheet: Sheet, item: Item, known: _Known) -> tuple[tuple[UsedInput, ...], tuple[UsedDerived, ...]]:
    """Inputs and derived values that an item rests on, in the order of the sheet."""
    if item.formula is None:
        return (), ()
    names, derived = sheet.used_by(item.formula)
    given = [(spec, known.inputs[spec.name]) for spec in sheet.inputs if spec.name in names]
    inputs = tuple(UsedInput(spec, one.value, one.records, one.why, one.why_zh) for spec, one in given)
    found = []
    for spec in sheet.derived:
        if spec.name in derived:
            try:
                found.append(UsedDerived(spec, known[spec.name]))
            except MissingInput as gap:
                found.append(UsedDerived(spec, None, f"{known.names[gap.data['name']]} has no value."))
            except UndefinedResult as fault:
                found.append(UsedDerived(spec, None, fault.sentence))
    return inputs, tuple(found)


def _computed(item: Item, known: _Known, used: tuple[UsedInput, ...], derived: tuple[UsedDerived, ...]) -> ItemScore:
    """What the formula gives, before reviews, vetoes and limits."""
    line = ItemScore(item, State.AWAITING, None, item.weight, None, vetoes=False, inputs=used, derived=derived)
    if item.formula is None:
        return line
    try:
        value = item.formula.value(_Of(known, item))
    except MissingInput as gap:
        return replace(line, state=State.MISSING, stopped_by=gap.data["name"])
    except UndefinedResult as fault:
        return replace(line, state=State.UNDEFINED, stopped_by=fault.sentence)
    return replace(line, state=State.COMPUTED, computed=value)
