"""Targets (目标): who set them, from whom they come down, for which period; and whether children carry their parent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from riverchief.base.errors import InputError
from riverchief.govern.outlook.allowed import AT_LEAST, AT_MOST
from riverchief.govern.outlook.period import Period


class Kind(StrEnum):
    """What a target asks for."""

    SECTION_CLASS = "section_class"  # class of a section from the mean of the period
    SECTION_SHARE = "section_share"  # share of a region's sections that meet class Ⅲ
    GOOD_DAYS = "good_days"  # days with AQI up to 100
    GOOD_DAY_SHARE = "good_day_share"  # the same over valid days
    PM25_MEAN = "pm25_mean"  # mean of PM2.5
    FLOW_SHARE = "flow_share"  # share of days on which the ecological flow is kept


@dataclass(frozen=True)
class Form:
    """How a kind of target is written: names, sense, unit, and the bounds of its value."""

    name_zh: str
    name_en: str
    sense: str
    unit: str
    low: float
    high: float
    decimals: int


FORMS: Mapping[Kind, Form] = {
    Kind.SECTION_CLASS: Form("断面水质类别", "class of the section", AT_MOST, "class", 1, 5, 0),
    Kind.SECTION_SHARE: Form("优良断面比例", "share of good sections", AT_LEAST, "1", 0, 1, 3),
    Kind.GOOD_DAYS: Form("空气质量优良天数", "good-air days", AT_LEAST, "d", 0, 366, 0),
    Kind.GOOD_DAY_SHARE: Form("优良天数比例", "good-day ratio", AT_LEAST, "1", 0, 1, 3),
    Kind.PM25_MEAN: Form("PM2.5 平均浓度", "mean of PM2.5", AT_MOST, "µg/m³", 0, 500, 1),
    Kind.FLOW_SHARE: Form("生态流量达标率", "share of days with the ecological flow", AT_LEAST, "1", 0, 1, 3),
}


@dataclass(frozen=True)
class Required:
    """The value that a target asks for.

    Attributes
    ----------
    sense : str
        `at_most` or `at_least`; that of the kind.
    value : float
        In `unit`: a class 1..5, a share 0..1, days, µg/m³.
    weight : float
        How much it counts beside its siblings: sections of a county, stations of a city.
    flow_m3s : float
        Of a flow target: the ecological flow [m³/s].
    """

    sense: str
    value: float
    unit: str
    weight: float = 1.0
    flow_m3s: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        more = {"flow_m3s": self.flow_m3s} if self.flow_m3s else {}
        return {"sense": self.sense, "value": self.value, "unit": self.unit, "weight": self.weight, **more}


@dataclass(frozen=True)
class Target:
    """A goal with issuer and parent.

    Attributes
    ----------
    place : str
        Code of the section, station or region that it is about.
    issuer : str
        Who set it, as they call themselves.
    parent : str
        Key of the target that it was split from; empty where it stands for itself.
    confirmed : bool
        Whether somebody checked it against its document.
    signed_by : str
        Who answers for it; empty while nobody has signed.
    """

    key: str
    name_zh: str
    name_en: str
    kind: Kind
    place: str
    period: Period
    required: Required
    issuer: str = ""
    parent: str = ""
    document: str = ""
    confirmed: bool = False
    signed_by: str = ""
    signed_on: date | None = None


def required_of(kind: Kind, raw: Mapping[str, Any]) -> Required:
    """What a target of a kind asks for, checked.

    Raises
    ------
    InputError
        When a value is missing, is no number, lies outside of what the kind can ask for, or has another unit or sense.
    """
    form = FORMS[kind]
    for key in raw:
        if key not in ("sense", "value", "unit", "weight", "flow_m3s"):
            raise InputError(f"{kind} does not know {key!r}: give value, and weight or flow_m3s where needed.")
    numbers = {}
    for key, default in (("value", None), ("weight", 1.0), ("flow_m3s", 0.0)):
        value = raw.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124  nan
            raise InputError(f"{key} of {kind} is {value!r}: give a number in {form.unit}.", **{key: value})
        numbers[key] = float(value)
    for key, expected in (("sense", form.sense), ("unit", form.unit)):
        if raw.get(key, expected) != expected:
            raise InputError(f"{key} of {kind} is {raw[key]!r}: it is always {expected!r}.", **{key: raw[key]})
    value = numbers["value"]
    if not form.low <= value <= form.high:
        raise InputError(f"{kind} asks for {value:g} {form.unit}: it lies between {form.low:g} and {form.high:g}.")
    if kind is Kind.SECTION_CLASS and value != int(value):
        raise InputError(f"{kind} asks for class {value:g}: classes are whole numbers 1 to 5.")
    if numbers["weight"] <= 0:
        raise InputError(f"weight {numbers['weight']:g} of {kind} must be above 0.")
    if kind is Kind.FLOW_SHARE and numbers["flow_m3s"] <= 0:
        raise InputError(f"{kind} needs flow_m3s, the ecological flow [m³/s].")
    return Required(form.sense, value, form.unit, numbers["weight"], numbers["flow_m3s"])


@dataclass(frozen=True)
class Fault:
    """Why a child does not carry its parent: which, by how much [the parent's unit], in words."""

    child: str
    reason: str
    gap: float
    zh: str
    en: str


@dataclass(frozen=True)
class Consistency:
    """Whether a target's children carry it.

    `implied` is what the children come to together, `gap` how much of the parent's value they fall short of.
    """

    ok: bool
    implied: float | None
    gap: float
    faults: tuple[Fault, ...]
    zh: str
    en: str

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        told = [{"child": f.child, "reason": f.reason, "gap": f.gap, "zh": f.zh, "en": f.en} for f in self.faults]
        return {"ok": self.ok, "implied": self.implied, "gap": self.gap, "faults": told, "zh": self.zh, "en": self.en}


def printed(kind: Kind, value: float) -> str:
    """A value of a kind with its unit, for people."""
    form = FORMS[kind]
    if form.unit == "class":
        return "ⅠⅡⅢⅣⅤ"[int(value) - 1]
    if form.unit == "1":
        return f"{100 * value:.{max(form.decimals - 2, 0)}f} %"
    return f"{value:.{form.decimals}f} {form.unit}"


_CARRIED_BY = {
    Kind.SECTION_SHARE: (Kind.SECTION_SHARE, Kind.SECTION_CLASS),
}
_GOOD_CLASS = 3
_TINY = 1e-9


def check_children(parent: Target, children: Sequence[Target]) -> Consistency:
    """Whether the children of a target add up to it, or imply it; those that do not are named with their gap.

    A share of sections is carried by the sections' own classes, or by shares of smaller regions weighted with their
    numbers of sections; a class by classes that are no worse; days, ratios and means by the weighted mean of the
    children (a city's own figure comes from the mean of its stations, so that this is necessary, not proof).

    Raises
    ------
    InputError
        When something that is no child of the parent is among the children.
    """
    for child in children:
        if child.parent != parent.key:
            raise InputError(f"{child.key} is no child of {parent.key}: its parent is {child.parent or 'nobody'}.")
    if not children:
        return Consistency(True, None, 0.0, (), "未分解", "not handed down")
    faults = [fault for child in children for fault in _form_faults(parent, child)]
    able = [c for c in children if not any(f.child == c.key for f in faults)]
    implied, gap = _implied(parent, able)
    if gap > _TINY:
        faults += _short_children(parent, able)
    ok = not faults and gap <= _TINY
    zh, en = _sentences(parent, implied, gap, faults)
    return Consistency(ok, implied, max(gap, 0.0), tuple(faults), zh, en)


def _form_faults(parent: Target, child: Target) -> list[Fault]:
    """What keeps a child from being counted at all."""
    found = []
    if child.kind not in _CARRIED_BY.get(parent.kind, (parent.kind,)):
        found.append(
            Fault(
                child.key,
                "kind",
                0.0,
                f"{child.name_zh}：{FORMS[child.kind].name_zh}不能支撑{FORMS[parent.kind].name_zh}",
                f"{child.name_en}: {FORMS[child.kind].name_en} cannot carry {FORMS[parent.kind].name_en}",
            )
        )
    elif child.period != parent.period:
        found.append(
            Fault(
                child.key,
                "period",
                0.0,
                f"{child.name_zh}：考核期 {child.period} 与上级 {parent.period} 不同",
                f"{child.name_en}: its period {child.period} is not its parent's {parent.period}",
            )
        )
    return found


def _implied(parent: Target, children: Sequence[Target]) -> tuple[float | None, float]:
    """What the children come to together, and what is missing to the parent's value."""
    if not children:
        return None, abs(parent.required.value)
    wanted = parent.required.value
    if parent.kind is Kind.SECTION_CLASS:
        worst = max(c.required.value for c in children)
        return worst, worst - wanted
    total = sum(c.required.weight for c in children)
    implied = sum(c.required.weight * _carried(parent, c) for c in children) / total
    return implied, (wanted - implied if parent.required.sense == AT_LEAST else implied - wanted)


def _carried(parent: Target, child: Target) -> float:
    """What one child gives to its parent's value."""
    if parent.kind is Kind.SECTION_SHARE and child.kind is Kind.SECTION_CLASS:
        return float(child.required.value <= _GOOD_CLASS)
    return child.required.value


def _short_children(parent: Target, children: Sequence[Target]) -> list[Fault]:
    """The children that pull their parent down, the furthest first."""
    found = []
    wanted = parent.required.value
    for child in children:
        given = _carried(parent, child)
        gap = wanted - given if parent.required.sense == AT_LEAST else given - wanted
        if gap <= _TINY:
            continue
        own, above = printed(child.kind, child.required.value), printed(parent.kind, wanted)
        found.append(
            Fault(
                child.key,
                "short",
                gap,
                f"{child.name_zh}：{own}，低于上级要求 {above}"
                if parent.required.sense == AT_LEAST
                else f"{child.name_zh}：{own}，宽于上级要求 {above}",
                f"{child.name_en}: {own} is weaker than {above} above it",
            )
        )
    return sorted(found, key=lambda fault: -fault.gap)


def _sentences(parent: Target, implied: float | None, gap: float, faults: Sequence[Fault]) -> tuple[str, str]:
    wanted = printed(parent.kind, parent.required.value)
    come = "" if implied is None else printed(parent.kind, implied)
    if gap > _TINY and implied is not None:
        zh = f"下级目标合计 {come}，达不到 {wanted}"
        en = f"the targets below come to {come}, which does not carry {wanted}"
    elif gap > _TINY:
        zh, en = f"没有能支撑 {wanted} 的下级目标", f"no target below can carry {wanted}"
    elif faults:
        zh, en = "部分下级目标不能计入", "some targets below cannot be counted"
    else:
        return f"下级目标合计 {come}，可支撑 {wanted}", f"the targets below come to {come}, which carries {wanted}"
    named_zh, named_en = "；".join(f.zh for f in faults), "; ".join(f.en for f in faults)
    return f"{zh}：{named_zh}" if faults else zh, f"{en}: {named_en}" if faults else en


def signed(target: Target, by: str, on: date) -> Target:
    """The target with a signature; one that was signed keeps its first.

    Raises
    ------
    InputError
        When it is signed already or the name is empty.
    """
    if target.signed_by:
        raise InputError(f"{target.key} was signed by {target.signed_by} on {target.signed_on}.", target=target.key)
    if not by.strip():
        raise InputError(f"{target.key} cannot be signed by nobody: give a name.", target=target.key)
    return replace(target, signed_by=by.strip(), signed_on=on)
