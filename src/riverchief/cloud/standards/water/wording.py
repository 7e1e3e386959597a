"""Why a class was given, as data and as a sentence in Chinese or English."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from riverchief.base.errors import UnknownName
from riverchief.base.units import property_named

LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Reason:
    """One fact behind a verdict.

    `kind` is one of `above`, `below` (worse than the limit of `limit_class`), `keeps` (keeps the class Ⅰ limit),
    `outside`, `within` (a range), `missing`, `unphysical` (a value that no river can have), `not_detected` (below its
    detection limit, the `value`, and judged by that), `undetected` (the same, but that limit is above the class's),
    `not_a_number` (a cell that is none, with its `text`), `no_edition`, or why a whole row was not judged
    (`not_judged`, with `text`).
    """

    kind: str
    property: str = ""
    value: float | None = None
    limit: float | None = None
    limit_class: str = ""
    low: float | None = None
    high: float | None = None
    multiple: float | None = None
    unit: str = ""
    text: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Only what it says, as JSON."""
        return {key: value for key, value in asdict(self).items() if value not in {None, ""}}


def _number(value: float | None) -> str:
    return f"{value:.10g}"


def _value(reason: Reason) -> str:
    """The value in four digits, or in as many as show on which side of its limit it lies: a mean has no last digit."""
    value = reason.value if reason.value is not None else math.nan
    bounds = [bound for bound in (reason.limit, reason.low, reason.high) if bound is not None]
    for digits in range(4, 11):
        text = f"{value:.{digits}g}"
        if all(
            (float(text) > bound) == (value > bound) and (float(text) < bound) == (value < bound) for bound in bounds
        ):
            return text
    return _number(value)


def _unit(reason: Reason) -> str:
    return f" {reason.unit}" if reason.unit not in {"", "1"} else ""


def _measured_zh(reason: Reason) -> str:
    name = property_named(reason.property).name_zh
    value = f"{name} {_value(reason)}{_unit(reason)}"
    if reason.kind in {"outside", "within"}:
        place = "超出" if reason.kind == "outside" else "在"
        return f"{value} {place} {_number(reason.low)}–{_number(reason.high)}" + ("" if place == "超出" else " 以内")
    if reason.kind == "keeps":
        return f"{value} 符合Ⅰ类限值 {_number(reason.limit)}"
    over = f"，超Ⅲ类 {reason.multiple:.1f} 倍" if reason.multiple is not None else ""
    verb = "低于" if reason.kind == "below" else "高于"
    return f"{value} {verb}{reason.limit_class}类限值 {_number(reason.limit)}{over}"


def _measured_en(reason: Reason) -> str:
    name = property_named(reason.property).name_en
    value = f"{name} {_value(reason)}{_unit(reason)}"
    if reason.kind in {"outside", "within"}:
        return f"{value} is {reason.kind} {_number(reason.low)}–{_number(reason.high)}"
    if reason.kind == "keeps":
        return f"{value} keeps the class Ⅰ limit {_number(reason.limit)}"
    over = f" ({reason.multiple:.1f} times over class Ⅲ)" if reason.multiple is not None else ""
    return f"{value} is {reason.kind} the class {reason.limit_class} limit {_number(reason.limit)}{over}"


def _undetected_zh(reason: Reason) -> str:
    name, limit = property_named(reason.property).name_zh, _number(reason.value) + _unit(reason)
    above = f" 高于{reason.limit_class}类限值 {_number(reason.limit)}" if reason.limit is not None else ""
    return f"{name} 检出限 {limit}{above}"


def _undetected_en(reason: Reason) -> str:
    said = f"{reason.property}, whose detection limit {_number(reason.value)}{_unit(reason)}"
    return (
        said
        if reason.limit is None
        else f"{said} is above the class {reason.limit_class} limit {_number(reason.limit)}"
    )


def verdict_sentence(class_: int, name: str, why: Sequence[Reason], language: str) -> str:
    """Say why in one sentence.

    Raises
    ------
    UnknownName
        When the language is neither `zh` nor `en`.
    """
    if language not in LANGUAGES:
        raise UnknownName("language", language, LANGUAGES)
    chinese = language == "zh"
    measured = [r for r in why if r.kind in {"above", "below", "keeps", "outside", "within"}]
    absent = [property_named(r.property) for r in why if r.kind == "missing"]
    odd = [r for r in why if r.kind == "unphysical"]
    unread = [r for r in why if r.kind == "not_a_number"]
    undetected = [r for r in why if r.kind == "undetected"]
    below = [r for r in why if r.kind == "not_detected"]
    stopped = [r.text for r in why if r.kind == "not_judged"]
    no_edition = any(r.kind == "no_edition" for r in why)
    parts: list[str] = []
    if class_:
        head = f"{name}类" if chinese else f"class {name}"
        if class_ == 1:
            body = "各参评项目均符合Ⅰ类限值" if chinese else "every item keeps its class Ⅰ limit"
        else:
            body = ("；" if chinese else "; ").join((_measured_zh if chinese else _measured_en)(r) for r in measured)
        parts.append(f"{head}：{body}" if chinese else f"{head}: {body}")
    elif not stopped:
        parts.append("不能评价" if chinese else "cannot be judged")
    parts += [f"不评价：{text}" if chinese else f"not judged: {text}" for text in stopped]
    if no_edition:
        parts.append("观测日没有生效的标准版本" if chinese else "no edition was in force on that day")
    if odd:
        names = [f"{property_named(r.property).name_zh if chinese else r.property} {_number(r.value)}" for r in odd]
        parts.append(("数值不合理未参评：" if chinese else "not plausible, left out: ") + ", ".join(names))
    if below:
        names = [
            f"{property_named(r.property).name_zh if chinese else r.property} <{_number(r.value)}{_unit(r)}"
            for r in below
        ]
        parts.append(("未检出：" if chinese else "not detected: ") + ", ".join(names))
    if undetected:
        names = [(_undetected_zh if chinese else _undetected_en)(r) for r in undetected]
        head = "未检出且检出限过高，不能评价：" if chinese else "not detected, cannot be judged: "
        parts.append(head + ", ".join(names))
    if unread:
        names = [f"{property_named(r.property).name_zh if chinese else r.property} {r.text!r}" for r in unread]
        parts.append(("不是数字未参评：" if chinese else "not a number, left out: ") + ", ".join(names))
    if absent:
        names = [p.name_zh if chinese else p.name_en for p in absent]
        parts.append("缺项未参评：" + "、".join(names) if chinese else "missing, left out: " + ", ".join(names))
    return ("。" if chinese else "; ").join(parts) + ("。" if chinese else "")
