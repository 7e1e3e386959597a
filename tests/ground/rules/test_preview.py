"""A rule in sentences: every number that it asks is told, and nothing that it does not ask."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ground.rules.making import rule
from riverchief.ground.rules import Asked, Substitute, named, names, preview
from riverchief.ground.rules.model import ALERTS, CONDITIONS, LEVELS, LONGEST_H, SUBSTITUTES
from riverchief.ground.rules.words import ALERT_NAMES, CONDITION_NAMES, KIND_NAMES, LEVEL_NAMES, PERIOD_NAMES

FULL = Asked(
    "village",
    "week",
    2,
    (11, 12, 1, 2, 5),
    True,
    20,
    1_500,
    24,
    3,
    True,
    0.3,
    "month",
    (("yellow", 2), ("red", 3)),
    (Substitute("drone", 1, ("remote", "good_water")), Substitute("assistant", measured=True)),
)


def test_the_fullest_rule_in_english():
    assert preview(rule(FULL), "en") == {
        "village": "Village chiefs: at least 2 patrols every week on each river from May and November to February. "
        "A patrol counts when it has at least 20 min, at least 1,500 m, a recorded track and at least 3 photographs. "
        "It begins 24 h or more after the end of the last one that counted. "
        "Every week at least 30 % of the stretch is seen. All of the stretch is seen every month. "
        "An alert multiplies the number in its period: yellow 2, red 3. "
        "A drone flight counts too where the stretch is remote and of good water, at most 1 every week. "
        "An assistant's patrol counts too, with the same time, way and proof."
    }


def test_the_fullest_rule_in_chinese():
    assert preview(rule(FULL), "zh") == {
        "village": "村级河长：5月、11月至次年2月，对每条河流每周至少巡河2次。"
        "一次巡河须不少于20分钟，不少于1,500米，有轨迹，附照片3张以上，才算有效。"
        "距上次有效巡河结束不少于24小时。每周巡到责任河段的30%以上。每月巡遍全部责任河段。"
        "有预警的周期，次数按倍数增加：黄色预警2倍、红色预警3倍。"
        "河段位置偏远、水质良好时，无人机巡河可代替，每周最多1次。河长助理巡河可代替，时间、路程等要求不变。"
    }


def test_the_plainest_rule_says_no_more_than_it_asks():
    plain = rule(Asked("city", "half_year", 1))
    assert preview(plain, "en") == {"city": "City chiefs: at least 1 patrol every half year."}
    assert preview(plain, "zh") == {"city": "市级河长：每半年至少巡河1次。"}


@pytest.mark.parametrize("code", names())
def test_shipped_rules_have_one_text_for_each_level_that_they_ask_of(code):
    one = named(code)
    asked = {level for level in LEVELS if one.asks(level)}
    assert set(preview(one, "zh")) == set(preview(one, "en")) == asked == {own.level for own in one.levels}


@given(st.sets(st.integers(1, 12), min_size=1, max_size=11))
def test_a_season_tells_its_first_and_last_months(months):
    got = preview(rule(Asked("village", "week", 1, tuple(months))), "zh")["village"]
    edges = {m for m in months if m % 12 + 1 not in months} | {m for m in months if (m - 2) % 12 + 1 not in months}
    told = got.removeprefix("村级河长：").split("，")[0].replace("次年", "").replace("至", "、").split("、")
    assert {int(month.removesuffix("月")) for month in told} == edges


def test_everything_that_a_rule_speaks_of_has_a_name():
    assert set(LEVEL_NAMES) == set(LEVELS)
    assert set(PERIOD_NAMES) == set(LONGEST_H)
    assert set(ALERT_NAMES) == set(ALERTS)
    assert set(KIND_NAMES) == {"walk", *SUBSTITUTES}
    assert set(CONDITION_NAMES) == set(CONDITIONS)
