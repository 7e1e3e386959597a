"""Words, numbers and dates of reports in both languages; colours of the water classes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from riverchief.base.errors import UnknownName

LANGUAGES = ("zh", "en")
MISSING = "—"
UNCONFIRMED = "※"

CLASS_ZH = ("—", "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ", "劣Ⅴ")
CLASS_EN = ("—", "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ", ">Ⅴ")
CLASS_FILL = ("", "7CC8F2", "2F8FE0", "2FA866", "E8B90C", "F08A24", "D8352A")
CLASS_INK = ("4A5560", "14202B", "FFFFFF", "FFFFFF", "14202B", "14202B", "FFFFFF")
UNKNOWN_FILL = "C9D0D6"

_WORDS = {
    "part_zh": ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十"),
    "issue": ("第{n}期", "No. {n}"),
    "as_of": ("数据截至 {t}", "data as of {t}"),
    "signed": ("签发：{name}", "Signed: {name}"),
    "signed_by_chief": ("述职人：{name}", "Signed by the chief: {name}"),
    "before": ("整改前", "before"),
    "after": ("整改后", "after"),
    "table": ("表", "Table"),
    "figure": ("图", "Figure"),
    "query": ("数据查询", "Query"),
    "simulated": (
        "本报告的数据由演示系统模拟生成，不是真实监测结果。",
        "The data of this report are simulated by a demonstration; they were not measured.",
    ),
    "unconfirmed": (
        "标有“※”的结果依据尚未核实的标准或限值（见“依据与说明”），不得作为正式结论。",
        "Figures marked ※ rest on unconfirmed standards or limits (see the sources); they are not official results.",
    ),
    "unconfirmed_here": (
        "标有“※”的内容尚未核实，不得作为正式依据。",
        "What is marked ※ is not confirmed; it is no official basis.",
    ),
    "confirmed": ("已核实", "confirmed"),
    "not_confirmed": ("未核实", "not confirmed"),
    "review_number": ("审图号：{n}", "Map review number: {n}"),
    "contents": ("目录", "Contents"),
    "continued": ("续表", "continued"),
    "page": ("— {n} —", "{n} / {total}"),
    "class": ("类别", "Class"),
    "no_data": ("无数据", "no data"),
    "limit": ("目标限值", "target's limit"),
    "month": ("月", "month"),
    "sections": ("断面数", "sections"),
}


def word(key: str, language: str, **filled: object) -> str:
    """A word or sentence of the reports themselves.

    Raises
    ------
    UnknownName
        When the language is neither `zh` nor `en`.
    """
    if language not in LANGUAGES:
        raise UnknownName("language", language, LANGUAGES)
    return _WORDS[key][LANGUAGES.index(language)].format(**filled)


def part_number(n: int, language: str) -> str:
    """The number of a part, from 1: 一、 … in Chinese, 1. … in English."""
    if language != "zh":
        return f"{n}."
    tens, ones = divmod(n, 10)
    digits = _WORDS["part_zh"]
    head = "" if tens == 0 else "十" if tens == 1 else f"{digits[tens - 1]}十"
    return f"{head}{digits[ones - 1] if ones else ''}、"


def class_name(class_: Any, language: str) -> str:
    """Numeral of a class from 1 to 6; a dash for 0 and None."""
    names = CLASS_ZH if language == "zh" else CLASS_EN
    return names[class_] if isinstance(class_, int) and 0 <= class_ < len(names) else MISSING


def number(value: float | None, decimals: int, language: str) -> str:
    """A number as it is printed: thousands apart by a thin space, a proper minus sign; a dash for None."""
    if value is None or value != value:  # noqa: PLR0124  nan is missing
        return MISSING
    text = f"{value:,.{decimals}f}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    if text.lstrip("-0.\N{NARROW NO-BREAK SPACE}") == "":
        text = text.lstrip("-")  # no minus before nought
    return text.replace("-", "\N{MINUS SIGN}")


def day(value: Any) -> str:
    """A day or an instant of local time as it is printed: 2026-10-05 or 2026-10-05 03:10."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).replace("T", " ")[:16] if value else MISSING


def said(value: Any, language: str) -> str:
    """A cell's words: of both languages the one that is asked for, a dash for none."""
    if isinstance(value, dict):
        return str(value.get(language) or value.get("zh") or MISSING)
    return MISSING if value in {None, ""} else str(value)
