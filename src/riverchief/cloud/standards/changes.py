"""What has changed since a past day: readings that came late or were revised, editions, and what became of the class.

An assessment as of a past day is right by what was known then. Held against today's it differs for reasons that each
have a name, a time and often a person; this module puts them side by side, and says each in Chinese and English.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from riverchief.base.time import CHINA
from riverchief.base.units import property_named
from riverchief.cloud.standards.editions import edition_named, editions
from riverchief.cloud.standards.water.classes import class_name
from riverchief.cloud.standards.water.periods import PeriodVerdict

LISTED = 20  # readings that are told one by one; the rest are counted
_UNSURE_ZH, _UNSURE_EN = "（未经核实）", " (not confirmed)"


@dataclass(frozen=True, slots=True)
class ReadingChange:
    """One reading that was not known then as it is known now.

    Attributes
    ----------
    kind : str
        `late` (it was not there yet) or `revised`.
    property : str
    at : datetime
        Time of the reading.
    old, new : float or None
        Its value then and now [unit]; None for none that counts.
    unit : str
    known_at : datetime or None
        When it became known or was last changed.
    who, why : str
        By whom and for what reason, where that was noted.
    reading_id : str
    """

    kind: str
    property: str
    at: datetime
    old: float | None
    new: float | None
    unit: str
    known_at: datetime | None = None
    who: str = ""
    why: str = ""
    reading_id: str = ""


@dataclass(frozen=True)
class Difference:
    """One thing that has changed: `kind` is late, revised, more_readings, newer_days, edition, class, deciding, day."""

    kind: str
    zh: str
    en: str
    data: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {"kind": self.kind, "zh": self.zh, "en": self.en, **self.data}


def differences(
    then: PeriodVerdict, now: PeriodVerdict, readings: Iterable[ReadingChange], as_of: date
) -> list[Difference]:
    """All that has changed about a period since a day, the class first.

    Parameters
    ----------
    then, now : PeriodVerdict
        The same period of the same section, as known at the end of `as_of` and as known now.
    readings : iterable of ReadingChange
        Within the period and stamped up to `as_of`.
    as_of : date
        Local day of the earlier assessment.
    """
    found = [*_class(then, now), *_editions(then, now)]
    found += reading_differences(readings)
    if now.until > as_of and now.n_days > then.n_days:
        n = now.n_days - then.n_days
        found.append(
            Difference(
                "newer_days",
                f"{as_of.isoformat()} 之后时段继续，有数据的天数由 {then.n_days} 增至 {now.n_days}",
                f"the period went on after {as_of.isoformat()}: {then.n_days} days with data then, {now.n_days} now",
                {"days": n},
            )
        )
    return found


def reading_differences(readings: Iterable[ReadingChange]) -> list[Difference]:
    """Readings that came late or were revised, the first of them one by one, the rest counted."""
    changed = sorted(readings, key=lambda r: (r.kind != "revised", r.at, r.property))
    found = [_reading(one) for one in changed[:LISTED]]
    if n := len(changed) - len(found):
        en = f"{n} more readings came late or were revised"
        found.append(Difference("more_readings", f"另有 {n} 个读数迟到或修订", en, {"n": n}))
    return found


def day_changes(then: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> list[Difference]:
    """Days of air whose index is another than it was.

    Parameters
    ----------
    then, now : sequence of mapping
        Days with `day` (ISO) and `aqi` (None for none), as known then and as known now.
    """
    was = {one["day"]: one["aqi"] for one in then}
    found = []
    for one in now:
        old, new = was.get(one["day"]), one["aqi"]
        if old != new:
            zh = f"{one['day']}：AQI {'无' if old is None else old} → {'无' if new is None else new}"
            en = f"{one['day']}: AQI {'none' if old is None else old} → {'none' if new is None else new}"
            found.append(Difference("day", zh, en, {"day": one["day"], "from": old, "to": new}))
    return found


def _named(found: PeriodVerdict, language: str) -> str:
    if not found.class_:
        return "不能评价" if language == "zh" else "no class"
    return class_name(found.class_) + "类" if language == "zh" else "class " + class_name(found.class_)


def _class(then: PeriodVerdict, now: PeriodVerdict) -> list[Difference]:
    label = now.span.label
    if then.class_ != now.class_:
        data = {"period": label, "from": then.class_, "to": now.class_}
        zh = f"{label}：{_named(then, 'zh')} → {_named(now, 'zh')}"
        en = f"{label}: {_named(then, 'en')} → {_named(now, 'en')}"
        return [Difference("class", zh, en, data)]
    if then.deciding != now.deciding:
        data = {"period": label, "from": list(then.deciding), "to": list(now.deciding)}
        zh = f"{label}：类别未变，决定项目由{_items(then.deciding, 'zh')}变为{_items(now.deciding, 'zh')}"
        en = f"{label}: same class, decided by {_items(now.deciding, 'en')}, then by {_items(then.deciding, 'en')}"
        return [Difference("deciding", zh, en, data)]
    return []


def _items(codes: Sequence[str], language: str) -> str:
    names = [property_named(c).name_zh if language == "zh" else property_named(c).name_en for c in codes]
    return ("、" if language == "zh" else ", ").join(names) or ("无" if language == "zh" else "none")


def _editions(then: PeriodVerdict, now: PeriodVerdict) -> list[Difference]:
    if then.row.edition == now.row.edition or not (then.row.edition or now.row.edition):
        return []
    return [edition_change(then.row.edition, now.row.edition)]


def edition_change(before: str, after: str) -> Difference:
    """Another edition of the standard judges the period than did then (codes; empty for none in force)."""
    unsure = any(not _confirmed(code) for code in (before, after) if code)
    none_zh, none_en = "无", "none"
    return Difference(
        "edition",
        f"标准版本：{before or none_zh} → {after or none_zh}" + (_UNSURE_ZH if unsure else ""),
        f"edition of the standard: {before or none_en} → {after or none_en}" + (_UNSURE_EN if unsure else ""),
        {"from": before, "to": after, "confirmed": not unsure},
    )


def _confirmed(code: str, standards: Sequence[str] = ("gb3838", "gb3095", "hj633")) -> bool:
    for standard in standards:
        if any(edition.code == code for edition in editions(standard)):
            return edition_named(standard, code).confirmed
    return False


def _value(value: float | None, unit: str, language: str) -> str:
    if value is None:
        return "无有效值" if language == "zh" else "no valid value"
    return f"{value:.6g}" + (f" {unit}" if unit not in {"", "1"} else "")


def _reading(one: ReadingChange) -> Difference:
    item = property_named(one.property)
    at = one.at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    known = one.known_at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if one.known_at else ""
    by_zh = "，".join(part for part in (known, one.who, one.why) if part)
    by_en = ", ".join(part for part in (known, one.who, one.why) if part)
    tail_zh, tail_en = (f"（{by_zh}）" if by_zh else ""), (f" ({by_en})" if by_en else "")
    new_zh, new_en = _value(one.new, one.unit, "zh"), _value(one.new, one.unit, "en")
    if one.kind == "late":
        zh = f"迟到：{at} {item.name_zh} {new_zh}{tail_zh}"
        en = f"came late: {item.name_en} of {at}, {new_en}{tail_en}"
    else:
        zh = f"修订：{at} {item.name_zh} {_value(one.old, one.unit, 'zh')} → {new_zh}{tail_zh}"
        en = f"revised: {item.name_en} of {at}, {_value(one.old, one.unit, 'en')} → {new_en}{tail_en}"
    data = {
        "property": one.property,
        "at": one.at.isoformat(),
        "old": one.old,
        "new": one.new,
        "unit": one.unit,
        "known_at": one.known_at.isoformat() if one.known_at else None,
        "who": one.who,
        "why": one.why,
        "reading_id": one.reading_id,
    }
    return Difference(one.kind, zh, en, data)
