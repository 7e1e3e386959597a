"""What an outlook says, in Chinese and English."""

from __future__ import annotations

import math

from riverchief.base.units import PROPERTIES
from riverchief.cloud.standards.water.classes import class_name
from riverchief.govern.outlook.ahead import LEAST_DAYS_ALONE, LEAST_DAYS_POOLED, SEASON_DAYS, Outlook, State
from riverchief.govern.outlook.allowed import AT_MOST, Allowed, DaysLeft
from riverchief.govern.outlook.goal import ClassGoal, DaysGoal, Goal, MeanGoal

STATES = {
    State.MET: ("已达标", "met already"),
    State.LIKELY: ("有望达标", "likely to be met"),
    State.OPEN: ("尚不确定", "open"),
    State.AT_RISK: ("有未达标风险", "at risk"),
    State.MISSED: ("已确定未达标", "missed for certain"),
    State.NOT_ENOUGH: ("历史数据不足", "not enough history"),
}
NOTES = {
    "short_history": (
        f"历史不足 {SEASON_DAYS} 天，季节变化未知，区间因此较宽",
        f"less than {SEASON_DAYS} days of history: the season is not known, the band is wide for it",
    ),
    "pooled": (
        "模型参数由多个断面共同估计",
        "memory and variance are estimated from several sections together",
    ),
    "with_flow": (
        "浓度随流量变化，未来流量由其自身历史推演",
        "concentrations follow the flow, which is itself looked ahead to from its own history",
    ),
    "with_water_temperature": (
        "浓度随水温变化，未来水温由其自身历史推演",
        "concentrations follow the water's temperature, looked ahead to from its own history",
    ),
    "items_missing": ("有项目从未监测，未参评", "items that were never measured take no part"),
    "no_skill": (
        "回测表明此类研判尚未优于参照，仅供参考",
        "the record shows no skill over its references: take it as no more than a guess",
    ),
    "no_contrast": (
        "回测各期结果全部相同，技巧无从检验",
        "all past periods came out the same: the skill cannot be told",
    ),
    "no_record": (
        "尚无已到期的研判可供检验",
        "no outlook of this kind has come to its end yet: its skill is not known",
    ),
}


def note(code: str, *, pooled: bool = False) -> tuple[str, str]:
    """What a note says, in Chinese and English."""
    if code == "not_enough_history":
        least = LEAST_DAYS_POOLED if pooled else LEAST_DAYS_ALONE
        return f"每个项目至少需要 {least} 天有效数据", f"every item needs at least {least} days with a value"
    return NOTES[code]


def _name(item: str, language: str) -> str:
    kept = PROPERTIES.get(item)
    if kept is None:
        return item.upper()
    return kept.name_zh if language == "zh" else kept.name_en


def _unit(unit: str) -> str:
    return "" if unit in ("", "1") else f" {unit}"


def figure(goal: Goal, value: float, language: str = "en") -> str:
    """The figure that a goal compares, with its unit; a dash where there is none."""
    if math.isnan(value):
        return "—"
    if isinstance(goal, ClassGoal):
        name = class_name(int(value))
        return f"{name}类" if language == "zh" else f"class {name}"
    if isinstance(goal, MeanGoal):
        kept = PROPERTIES.get(goal.item)
        return f"{value:.{kept.decimals + 1 if kept else 3}f}{_unit(kept.unit if kept else '')}"
    if isinstance(goal, DaysGoal) and goal.share:
        return f"{100 * value:.1f} %"
    return f"{value:.0f} 天" if language == "zh" else f"{value:.0f} days"


def required(goal: Goal, language: str = "en") -> str:
    """What a goal asks for."""
    if isinstance(goal, ClassGoal):
        return figure(goal, float(goal.target_class), language)
    if isinstance(goal, MeanGoal):
        return ("≤ " if goal.sense == AT_MOST else "≥ ") + figure(goal, goal.value, language)
    assert isinstance(goal, DaysGoal)
    return "≥ " + figure(goal, goal.required, language)


def allowed_text(one: Allowed | DaysLeft, language: str = "en") -> str:
    """What is still allowed, in words."""
    chinese = language == "zh"
    if isinstance(one, DaysLeft):
        if one.impossible:
            return "剩余天数全优良也不够" if chinese else "not even good days only would do"
        return (
            f"剩余 {one.n_left} 天中最多 {one.bad} 个不达标天"
            if chinese
            else f"at most {one.bad} bad days in the {one.n_left} that are left"
        )
    name = _name(one.property, language)
    if not one.n_left or math.isnan(one.exact):
        return f"{name} 无剩余天数" if chinese else f"{name}: nothing is left"
    if one.impossible:
        return f"{name} 已无法达标" if chinese else f"{name}: nothing would do"
    if one.assured:
        return f"{name} 不限" if chinese else f"{name}: anything"
    sign = "≤" if one.sense == AT_MOST else "≥"
    decimals = max(0, round(-math.log10(one.step)))
    return f"{name} {sign} {one.printed:.{decimals}f}{_unit(one.unit)}"


def sentence(one: Outlook, goal: Goal, language: str = "en") -> str:
    """The outlook as one sentence: to date, target, state and probability, what decides, what is still allowed."""
    chinese = language == "zh"
    to_date, wanted = figure(goal, float(one.to_date.value), language), required(goal, language)
    state = STATES[one.state][not chinese]
    parts = [
        f"截至 {one.origin}（不含）：{to_date}" if chinese else f"before {one.origin}: {to_date}",
        f"目标 {wanted}" if chinese else f"target {wanted}",
        state if one.probability is None or one.state in (State.MET, State.MISSED) else _chance(one, state, language),
    ]
    if one.deciding:
        names = [_name(item, language) for item, _ in one.deciding[:2]]
        parts.append(("决定项目 " + "、".join(names)) if chinese else "decided by " + ", ".join(names))
    left = _tightest(one, language)
    if left:
        parts.append(("剩余期允许 " if chinese else "still allowed: ") + left)
    return ("；" if chinese else "; ").join(parts) + ("。" if chinese else "")


def _chance(one: Outlook, state: str, language: str) -> str:
    p = one.probability or 0.0
    shown = "< 1 %" if p < 0.01 else "> 99 %" if p > 0.99 else f"{100 * p:.0f} %"
    return f"{state}，达标概率 {shown}" if language == "zh" else f"{state}, {shown} to meet it"


def _tightest(one: Outlook, language: str) -> str:
    """What is allowed for the items that decide; for all goals of one item, that one."""
    shown = [a for a in one.allowed if isinstance(a, DaysLeft)]
    if shown:
        return allowed_text(shown[0], language)
    names = [item for item, _ in one.deciding[:2]] or [a.property for a in one.allowed if isinstance(a, Allowed)][:1]
    found = [a for a in one.allowed if isinstance(a, Allowed) and a.property in names and not a.assured]
    return ("，" if language == "zh" else ", ").join(allowed_text(a, language) for a in found)
