"""What quality tests and alerts found, as sentences in Chinese and English from their keys and evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from riverchief.base.errors import UnknownName
from riverchief.base.units import PROPERTIES

# key → (zh, en); the braces are names of the evidence
SENTENCES: Mapping[str, tuple[str, str]] = {
    "quality.flag.measured": ("{property}为正常测量值", "{property} was measured normally"),
    "quality.flag.doubtful": ("{property}的标记为 {flag}，存疑", "{property} carries the flag {flag}: doubtful"),
    "quality.flag.fault": (
        "站点自报{property}故障（{flag}）",
        "the station itself reports a fault of {property} ({flag})",
    ),
    "quality.flag.not_measured": (
        "{property}的标记为 {flag}，不是测量值",
        "{property} carries the flag {flag}: not a measurement",
    ),
    "quality.range.no_value": ("{property}没有数值", "{property} has no value"),
    "quality.range.plausible": ("{property} {value} 在可能范围内", "{property} {value} is possible"),
    "quality.range.not_physical": (
        "{property} {value} 超出自然可能的 {low}–{high}",
        "{property} {value} is outside what can be, {low} to {high}",
    ),
    "quality.range.outside_instrument": (
        "{property} {value} 超出仪器量程 {low}–{high}",
        "{property} {value} is outside the instrument's range, {low} to {high}",
    ),
    "quality.stuck.not_tested": ("{property}不做恒值检验", "{property} is not tested for standing still"),
    "quality.stuck.detection_limit": (
        "{property} {value} 处于检出限，重复属正常",
        "{property} {value} is at the detection limit, where it repeats",
    ),
    "quality.stuck.moves": ("{property}有正常波动", "{property} moves as usual"),
    "quality.stuck.stands_still": (
        "{property}连续 {count} 次为 {value}（{duration_h} 小时），仪器疑似卡死",
        "{property} shows {value} for {count} readings ({duration_h} h): it stands still",
    ),
    "quality.jump.not_tested": ("{property}不做突变检验", "{property} is not tested for leaps"),
    "quality.jump.too_few": (
        "{property}近期数据不足，无法判断突变",
        "too few recent readings of {property} to see a leap",
    ),
    "quality.jump.river_like": ("{property}的变化在河流可能范围内", "{property} changes as a river can"),
    "quality.jump.stayed": ("{property}突变后持续，符合河流", "{property} leapt and stayed, as a river can"),
    "quality.jump.leapt": (
        "{property}由 {level} 突变到 {value}，尚不能判断",
        "{property} leapt from {level} to {value}: not yet decided",
    ),
    "quality.jump.leapt_and_back": (
        "{property}由 {level} 跳到 {value} 又跳回（{count} 次），河流不会如此",
        "{property} leapt from {level} to {value} and back ({count} times): no river does",
    ),
    "quality.jump.impossible": (
        "{property}在 {within_min} 分钟内由 {level} 变到 {value}，河流不可能",
        "{property} went from {level} to {value} within {within_min} min: no river can",
    ),
    "quality.neighbour.other_property": (
        "同一水样的{other}也偏离（{z} 倍标准差），是河流",
        "{other} of the same sample departs too ({z} sigma): it is the river",
    ),
    "quality.neighbour.same_wave": (
        "{place} 站也看到同一过程（{z} 倍标准差），是河流",
        "station {place} saw the same wave ({z} sigma): it is the river",
    ),
    "quality.neighbour.silence": (
        "下游 {places} 在传播时间内没有反应，疑似仪器",
        "nothing came by {places} downstream in its travel time: an instrument",
    ),
    "quality.neighbour.too_early": ("下游站的传播时间未到", "the wave is not due downstream yet"),
    "quality.neighbour.no_witness": ("没有其他站点或项目可作证", "there is no other witness"),
    "alert.departure.above_habit": (
        "{property} {value}，为常态 {expected} 的 {ratio} 倍（{z} 倍标准差）",
        "{property} {value} is {ratio} times the usual {expected} ({z} sigma)",
    ),
    "alert.limit.worse_than_target": (
        "{property} {value} 为{class}类，目标{target_class}类限值 {limit}",
        "{property} {value} is class {class}, the target class {target_class} has the limit {limit}",
    ),
    "alert.threshold.above": ("{property} {value} 达到 {limit}", "{property} {value} has reached {limit}"),
    "alert.threshold.below": ("{property} {value} 低于 {limit}", "{property} {value} is below {limit}"),
    "alert.discharge.over_limit": (
        "{property} {value}，超过许可限值 {limit}（{clause_zh}）",
        "{property} {value} is over the permitted {limit} ({clause_en})",
    ),
    "alert.instrument.sound": ("{property}仪器正常", "the instrument of {property} is sound"),
}


def say(key: str, evidence: Mapping[str, Any], language: str) -> str:
    """A finding as a sentence without its full stop.

    Parameters
    ----------
    key : str
        `why_key` of a judgement or a signal.
    evidence : mapping
        Its evidence; properties come as codes and are named, lengths of time come in seconds.
    language : str
        `zh` or `en`.

    Raises
    ------
    UnknownName
        When the key or the language is not known.
    """
    if language not in {"zh", "en"}:
        raise UnknownName("language", language, ("zh", "en"))
    if key not in SENTENCES:
        raise UnknownName("sentence", key, SENTENCES)
    words = {name: _word(name, value, language) for name, value in evidence.items()}
    if "duration_s" in evidence:
        words["duration_h"] = f"{evidence['duration_s'] / 3600:.1f}"
    if "within_s" in evidence:
        words["within_min"] = f"{evidence['within_s'] / 60:.0f}"
    unit = str(evidence.get("unit", "1"))
    if unit != "1" and "value" in words:
        words["value"] += f" {unit}"
    return SENTENCES[key][language == "en"].format(**words)


def _word(name: str, value: Any, language: str) -> str:
    if name in {"property", "other"} and value in PROPERTIES:
        known = PROPERTIES[value]
        return known.name_zh if language == "zh" else known.name_en
    if isinstance(value, float):
        return f"{value:.4g}" if name != "value" else f"{value:.10g}"
    if isinstance(value, list | tuple):
        return ("、" if language == "zh" else ", ").join(_word("", item, language) for item in value)
    return str(value)
