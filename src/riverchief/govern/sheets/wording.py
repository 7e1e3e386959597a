"""How an item came to its points, as a sentence of each language: names for people, never the codes of formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from riverchief.govern.sheets.model import Kind, State

if TYPE_CHECKING:
    from riverchief.govern.sheets.score import ItemScore, UsedInput

Language = Literal["zh", "en"]
_OWN: dict[Language, dict[str, str]] = {
    "zh": {"weight": "权重", "target": "目标值"},
    "en": {"weight": "weight", "target": "target"},
}
_COMMA: dict[Language, str] = {"zh": "，", "en": ", "}
_NONE: dict[Language, str] = {"zh": "缺", "en": "missing"}


def _values(line: ItemScore, language: Language) -> list[tuple[str, str, float | None]]:
    """(code, name, value) of all that the item's formula rests on."""
    inputs = [(one.spec.name, one.spec.name_zh, one.spec.name_en, one.value) for one in line.inputs]
    derived = [(one.spec.name, one.spec.name_zh, one.spec.name_en, one.value) for one in line.derived]
    return [(code, zh if language == "zh" else en, value) for code, zh, en, value in (*inputs, *derived)]


def formula(line: ItemScore, language: Language) -> str:
    """The item's formula with names; empty where a person gives the points."""
    if line.item.formula is None:
        return ""
    names = {code: name for code, name, _ in _values(line, language)}
    return line.item.formula.told({**_OWN[language], **names})


def _shown(line: ItemScore, language: Language) -> str:
    return _COMMA[language].join(
        f"{name} = {_NONE[language] if value is None else f'{value:g}'}" for _, name, value in _values(line, language)
    )


def _lacking(line: ItemScore) -> UsedInput:
    return next(one for one in line.inputs if one.name == line.stopped_by)


def _held(line: ItemScore) -> float | None:
    """What the points were held to, None where the formula's value lies between 0 and the weight."""
    computed = line.computed or 0.0
    held = min(max(computed, 0.0), line.item.weight)
    return None if held == computed else held


def why_zh(line: ItemScore) -> str:
    """The sentence in Chinese."""
    item, review = line.item, line.review
    if review is not None:
        return f"{review.who}评定{review.points:g}分：{review.why}"
    match line.state:
        case State.AWAITING:
            return "等待人工评定。"
        case State.TEMPLATE:
            lacking = "、".join(one.name_zh for one in line.inputs if one.value is None)
            return f"模板，分值未经核实，不计分{f'；缺少{lacking}' if lacking else ''}。"
        case State.MISSING:
            gap = _lacking(line)
            because = gap.why_zh or gap.why
            end = "无法计算。" if item.kind is Kind.FIGURE else "本项无法计分。"
            return f"缺少{gap.name_zh}{f'（{because}）' if because else ''}，{end}"
        case State.UNDEFINED:
            return f"{formula(line, 'zh')} 无法计算（{_shown(line, 'zh')}）。"
    shown, value = _shown(line, "zh"), line.computed or 0.0
    told = f"{formula(line, 'zh')} = {value:g}，其中{shown}" if shown else f"恒为{value:g}"
    if item.kind is Kind.VETO:
        return told + (f"；总分不超过{item.caps_total_at:g}分。" if line.vetoes else "；未触发否决。")
    held = None if item.kind is Kind.FIGURE else _held(line)
    return told + ("。" if held is None else f"，限于0至{item.weight:g}分，得{held:g}分。")


def why_en(line: ItemScore) -> str:
    """The sentence in English."""
    item, review = line.item, line.review
    if review is not None:
        return f"{review.who} gave {review.points:g} points: {review.why}"
    match line.state:
        case State.AWAITING:
            return "a person has still to give these points."
        case State.TEMPLATE:
            lacking = ", ".join(one.name_en for one in line.inputs if one.value is None)
            end = f"; without a value: {lacking}" if lacking else ""
            return f"a template: its points are not confirmed, none are given{end}."
        case State.MISSING:
            gap = _lacking(line)
            end = "figure cannot be computed." if item.kind is Kind.FIGURE else "item has no points."
            return f"{gap.name_en} has no value{f' ({gap.why})' if gap.why else ''}, so this {end}"
        case State.UNDEFINED:
            return f"{formula(line, 'en')} cannot be computed ({_shown(line, 'en')}): {line.stopped_by}"
    shown, value = _shown(line, "en"), line.computed or 0.0
    told = f"{formula(line, 'en')} = {value:g} with {shown}" if shown else f"always {value:g}"
    if item.kind is Kind.VETO:
        return told + (f"; the total is cut to {item.caps_total_at:g}." if line.vetoes else "; no veto.")
    held = None if item.kind is Kind.FIGURE else _held(line)
    return told + ("." if held is None else f", held to {held:g} (0 to {item.weight:g}).")
