"""A patrol rule in plain sentences, one per level, for those who set it and those whom it binds."""

from __future__ import annotations

from typing import Literal

from riverchief.ground.rules.model import ALL_YEAR, Asked, PatrolRule, Substitute
from riverchief.ground.rules.words import (
    ALERT_NAMES,
    CONDITION_NAMES,
    KIND_NAMES,
    LEVEL_NAMES,
    MONTH_NAMES,
    PERIOD_NAMES,
)

Language = Literal["zh", "en"]


def preview(rule: PatrolRule, language: Language) -> dict[str, str]:
    """What the rule says to each level that it asks of, in sentences, highest level first.

    Parameters
    ----------
    language : str
        "zh" or "en".
    """
    tell = _zh if language == "zh" else _en
    return {level: tell(rule.of(level)) for level in LEVEL_NAMES if rule.asks(level)}


def _runs(months: tuple[int, ...]) -> list[tuple[int, int]]:
    """Months as runs (first, last), over the turn of the year where they go on there."""
    own = set(months)
    firsts = [month for month in sorted(own) if (month - 2) % 12 + 1 not in own]
    found = []
    for first in firsts:
        last = first
        while last % 12 + 1 in own:
            last = last % 12 + 1
        found.append((first, last))
    return found


def _number(value: float) -> str:
    return f"{value:,g}" if value < 1e6 else f"{value:,.0f}"


# ------------------------------------------------------------------ Chinese


def _zh(asked: Asked) -> str:
    season = "" if asked.months == ALL_YEAR else f"{'、'.join(_run_zh(*run) for run in _runs(asked.months))}，"
    river = "对每条河流" if asked.per_river else ""
    parts = [
        f"{LEVEL_NAMES[asked.level][0]}：{season}{river}每{PERIOD_NAMES[asked.period][0]}至少巡河{asked.count}次。"
    ]
    if one := _valid_zh(asked):
        parts.append(f"一次巡河须{'，'.join(one)}，才算有效。")
    if asked.spacing_h:
        parts.append(f"距上次有效巡河结束不少于{_number(asked.spacing_h)}小时。")
    if asked.round_share:
        parts.append(f"每{PERIOD_NAMES[asked.period][0]}巡到责任河段的{_number(asked.round_share * 100)}%以上。")
    if asked.whole_within:
        parts.append(f"每{PERIOD_NAMES[asked.whole_within][0]}巡遍全部责任河段。")
    if asked.alert:
        times = "、".join(f"{ALERT_NAMES[level][0]}预警{n}倍" for level, n in asked.alert)
        parts.append(f"有预警的周期，次数按倍数增加：{times}。")
    parts += [_stand_in_zh(one, asked) for one in asked.substitutes]
    return "".join(parts)


def _run_zh(first: int, last: int) -> str:
    return f"{first}月" if first == last else f"{first}月至{'次年' if last < first else ''}{last}月"


def _valid_zh(asked: Asked) -> list[str]:
    return [
        *([f"不少于{_number(asked.shortest_min)}分钟"] if asked.shortest_min else []),
        *([f"不少于{_number(asked.shortest_m)}米"] if asked.shortest_m else []),
        *(["有轨迹"] if asked.track else []),
        *([f"附照片{asked.photos}张以上"] if asked.photos else []),
    ]


def _stand_in_zh(one: Substitute, asked: Asked) -> str:
    only = f"河段{'、'.join(CONDITION_NAMES[c][0] for c in one.only)}时，" if one.only else ""
    most = f"，每{PERIOD_NAMES[asked.period][0]}最多{one.most}次" if one.most is not None else ""
    measured = "，时间、路程等要求不变" if one.measured and _valid_zh(asked) else ""
    return f"{only}{KIND_NAMES[one.kind][0]}可代替{most}{measured}。"


# ------------------------------------------------------------------ English


def _en(asked: Asked) -> str:
    season = "" if asked.months == ALL_YEAR else f" from {_listed([_run_en(*run) for run in _runs(asked.months)])}"
    river = " on each river" if asked.per_river else ""
    patrols = "1 patrol" if asked.count == 1 else f"{asked.count} patrols"
    parts = [f"{LEVEL_NAMES[asked.level][1]}: at least {patrols} every {PERIOD_NAMES[asked.period][1]}{river}{season}."]
    if one := _valid_en(asked):
        parts.append(f"A patrol counts when it has {_listed(one)}.")
    if asked.spacing_h:
        parts.append(f"It begins {_number(asked.spacing_h)} h or more after the end of the last one that counted.")
    if asked.round_share:
        share = _number(asked.round_share * 100)
        parts.append(f"Every {PERIOD_NAMES[asked.period][1]} at least {share} % of the stretch is seen.")
    if asked.whole_within:
        parts.append(f"All of the stretch is seen every {PERIOD_NAMES[asked.whole_within][1]}.")
    if asked.alert:
        times = ", ".join(f"{ALERT_NAMES[level][1]} {n}" for level, n in asked.alert)
        parts.append(f"An alert multiplies the number in its period: {times}.")
    parts += [_stand_in_en(one, asked) for one in asked.substitutes]
    return " ".join(parts)


def _run_en(first: int, last: int) -> str:
    return MONTH_NAMES[first - 1] if first == last else f"{MONTH_NAMES[first - 1]} to {MONTH_NAMES[last - 1]}"


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _valid_en(asked: Asked) -> list[str]:
    photos = "photograph" if asked.photos == 1 else "photographs"
    return [
        *([f"at least {_number(asked.shortest_min)} min"] if asked.shortest_min else []),
        *([f"at least {_number(asked.shortest_m)} m"] if asked.shortest_m else []),
        *(["a recorded track"] if asked.track else []),
        *([f"at least {asked.photos} {photos}"] if asked.photos else []),
    ]


def _stand_in_en(one: Substitute, asked: Asked) -> str:
    kind = KIND_NAMES[one.kind][1]
    only = f" where the stretch is {_listed([CONDITION_NAMES[c][1] for c in one.only])}" if one.only else ""
    most = f", at most {one.most} every {PERIOD_NAMES[asked.period][1]}" if one.most is not None else ""
    measured = ", with the same time, way and proof" if one.measured and _valid_en(asked) else ""
    return f"{kind[0].upper()}{kind[1:]} counts too{only}{most}{measured}."
