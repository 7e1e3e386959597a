"""Points from a sheet and its inputs: each opens to its formula, its inputs and the records behind them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from riverchief.base.errors import InputError, RuleError, UnknownName
from riverchief.govern.sheets.formula import MissingInput, UndefinedResult, rounded
from riverchief.govern.sheets.score import Input, ItemScore, Review, Score, State, UsedInput
from riverchief.govern.sheets.sheet import Item, Kind, Sheet

_NOTHING = Input(None)


def evaluate(
    sheet: Sheet,
    inputs: Mapping[str, Input],
    reviews: Mapping[str, Review] | None = None,
    on: date | None = None,
) -> Score:
    """Score a sheet.

    A missing input leaves its item without points, neither zero nor full; the score then says what it is out of, and
    between which totals it lies.

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
        For a review outside of the item's points, or without a reason.
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
    known = {spec.name for spec in sheet.inputs}
    for name in inputs:
        if name not in known:
            raise UnknownName(f"input of sheet {sheet.code}", name, known)
    _check(sheet, reviews)
    items = tuple(_score(sheet, item, inputs, reviews.get(item.code)) for item in sheet.items)
    unknown = tuple(line.item.code for line in items if line.points is None)
    earning = [line for line in items if line.item.kind in (Kind.POINTS, Kind.MANUAL)]
    lost = sum(line.maximum for line in earning if line.points is None)
    computable = rounded(max(sheet.maximum - lost, 0.0), sheet.decimals)
    vetoed_by = tuple(line.item.code for line in items if line.vetoes)
    # a veto that did not fire gives no points, so it alone does not make a total of 0
    nothing = computable == 0 or all(line.points is None for line in items if line.item.kind is not Kind.VETO)
    return Score(
        sheet=sheet,
        points=None if nothing and not vetoed_by else _total(sheet, items, None),
        maximum=sheet.maximum,
        computable_maximum=computable,
        lowest=_total(sheet, items, False),
        highest=_total(sheet, items, True),
        complete=not unknown,
        missing=unknown,
        vetoed_by=vetoed_by,
        items=items,
    )


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


def _score(sheet: Sheet, item: Item, inputs: Mapping[str, Input], review: Review | None) -> ItemScore:
    line = _computed(item, _used(sheet, item, inputs))
    if review is not None:
        return replace(
            line,
            state=State.REVIEWED,
            points=_signed(item, rounded(review.points, sheet.decimals)),
            vetoes=False,
            why_zh=f"{review.who}评定{review.points:g}分：{review.why}",
            why_en=f"{review.who} gave {review.points:g} points: {review.why}",
            review=review,
        )
    if line.computed is None:
        return line
    if item.kind is Kind.VETO:
        fired = line.computed != 0
        end_zh = f"；总分不超过{item.caps_total_at:g}分。" if fired else "；未触发否决。"
        end_en = f"; the total is cut to {item.caps_total_at:g}." if fired else "; no veto."
        return replace(line, points=0.0, vetoes=fired, why_zh=line.why_zh + end_zh, why_en=line.why_en + end_en)
    held = min(max(line.computed, 0.0), item.weight)
    end_zh, end_en = "。", "."
    if held != line.computed:
        end_zh = f"，限于0至{item.weight:g}分，得{held:g}分。"
        end_en = f", held to {held:g} (0 to {item.weight:g})."
    points = _signed(item, rounded(held, sheet.decimals))
    return replace(line, points=points, why_zh=line.why_zh + end_zh, why_en=line.why_en + end_en)


def _used(sheet: Sheet, item: Item, inputs: Mapping[str, Input]) -> tuple[UsedInput, ...]:
    mentioned = item.formula.names if item.formula else ()
    found = []
    for spec in sheet.inputs:
        if spec.name in mentioned:
            given = inputs.get(spec.name, _NOTHING)
            if given.value is not None and not math.isfinite(given.value):
                given = replace(given, value=None, why=given.why or f"{given.value} is no number")
            found.append(UsedInput(spec, given.value, given.records, given.why))
    return tuple(found)


def _computed(item: Item, used: tuple[UsedInput, ...]) -> ItemScore:
    """What the formula gives, before reviews, vetoes and limits; its sentences still lack their full stop."""
    line = ItemScore(
        item, State.AWAITING, None, item.weight, None, vetoes=False, inputs=used,
        why_zh="等待人工评定。", why_en="a person has still to give these points.",
    )  # fmt: skip
    if item.formula is None:
        return line
    values: dict[str, float | None] = {one.name: one.value for one in used}
    shown_en = ", ".join(f"{one.name} = {'missing' if one.value is None else f'{one.value:g}'}" for one in used)
    shown_zh = "，".join(f"{one.name_zh} = {'缺' if one.value is None else f'{one.value:g}'}" for one in used)
    try:
        value = item.formula.value({**values, "weight": item.weight, "target": item.target})
    except MissingInput as gap:
        lacking = next(one for one in used if one.name == gap.data["name"])
        because_zh, because_en = (f"（{lacking.why}）", f" ({lacking.why})") if lacking.why else ("", "")
        return replace(
            line,
            state=State.MISSING,
            why_zh=f"缺少{lacking.name_zh}{because_zh}，本项无法计分。",
            why_en=f"{lacking.name_en} has no value{because_en}, so this item has no points.",
        )
    except UndefinedResult as fault:
        return replace(
            line,
            state=State.UNDEFINED,
            why_zh=f"{item.formula.text} 无法计算（{shown_zh}）。",
            why_en=f"{fault.sentence} With {shown_en}.",
        )
    return replace(
        line,
        state=State.COMPUTED,
        computed=value,
        why_zh=f"{item.formula.text} = {value:g}，其中{shown_zh}" if used else f"恒为{value:g}",
        why_en=f"{item.formula.text} = {value:g} with {shown_en}" if used else f"always {value:g}",
    )
