"""Why an air quality index was given, as data and as a sentence in Chinese or English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from riverchief.base.errors import UnknownName
from riverchief.base.units import property_named
from riverchief.cloud.standards.air.indices import Level
from riverchief.cloud.standards.water.wording import LANGUAGES

_AVERAGES = {"8h": ("8小时", "8 h"), "1h": ("1小时", "1 h"), "24h": ("24小时", "24 h")}


@dataclass(frozen=True, slots=True)
class AirReason:
    """One fact behind an index.

    `kind` is `decides` (the item has the maximum), `missing`, `unphysical` (a value that no air can have),
    `not_computed` (the edition's scale ends below the value, and nothing stood in) or `no_edition`.
    """

    kind: str
    key: str = ""
    value: float | None = None
    index: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Only what it says, as JSON."""
        return {name: value for name, value in asdict(self).items() if value not in {None, ""}}


def item_name(key: str, language: str) -> str:
    """The name of a key in `zh` or `en`: `o3_8h` → 臭氧8小时, ozone 8 h."""
    item, _, averaging = key.partition("_")
    known = property_named(item)
    name = known.name_zh if language == "zh" else known.name_en
    if not averaging:
        return name
    zh, en = _AVERAGES[averaging]
    return f"{name}{zh}" if language == "zh" else f"{name} {en}"


def _measured(reason: AirReason, language: str) -> str:
    unit = property_named(reason.key.partition("_")[0]).unit
    return f"{item_name(reason.key, language)} {reason.value:.10g} {unit}"


def air_sentence(
    aqi: int, level: Level | None, why: Sequence[AirReason], language: str, *, withheld: bool = False
) -> str:
    """Say why in one sentence.

    Raises
    ------
    UnknownName
        When the language is neither `zh` nor `en`.
    """
    if language not in LANGUAGES:
        raise UnknownName("language", language, LANGUAGES)
    zh = language == "zh"
    between, listed = ("；", "、") if zh else ("; ", ", ")
    parts = []
    deciding = listed.join(_measured(reason, language) for reason in why if reason.kind == "decides")
    if aqi < 0:
        parts.append("不能计算AQI" if zh else "no index can be given")
    elif withheld:
        parts.append(
            f"缺项且其余项目AQI为{aqi}，不发布（NA）：{deciding}"
            if zh
            else f"NA: an item is missing and the rest gives only {aqi}: {deciding}"
        )
    else:
        name = "" if level is None else (level.name_zh if zh else level.name_en)
        parts.append(f"AQI {aqi}（{name}）：{deciding}" if zh else f"AQI {aqi} ({name}): {deciding}")
    if any(reason.kind == "no_edition" for reason in why):
        parts.append("观测日没有生效的标准版本" if zh else "no edition was in force on that day")
    for kind, head_zh, head_en in (
        ("unphysical", "数值不合理未参评：", "not plausible, left out: "),
        ("not_computed", "超出该时段分指数范围未计算：", "above the end of its scale, not computed: "),
    ):
        found = [_measured(reason, language) for reason in why if reason.kind == kind]
        if found:
            parts.append((head_zh if zh else head_en) + listed.join(found))
    absent = [item_name(reason.key, language) for reason in why if reason.kind == "missing"]
    if absent:
        parts.append(("缺项未参评：" if zh else "missing, left out: ") + listed.join(absent))
    return between.join(parts) + ("。" if zh else "")
