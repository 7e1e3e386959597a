"""Every state and note is said in both languages."""

from datetime import date

import pytest

from govern.outlook.worlds import FIRST, level_and_noise, panel
from riverchief.govern.outlook import (
    ClassGoal,
    DaysGoal,
    MeanGoal,
    Size,
    State,
    bad_days_left,
    fit,
    look_ahead,
    parse_period,
    views,
)
from riverchief.govern.outlook.allowed import AT_MOST
from riverchief.govern.outlook.wording import NOTES, STATES, allowed_text, figure, note, required, sentence


def test_every_state_and_note_has_words_in_both_languages():
    assert set(STATES) == set(State)
    for code in (*NOTES, "not_enough_history"):
        zh, en = note(code)
        assert zh
        assert en


def test_the_answer_is_one_sentence():
    made = panel(level_and_noise(1, 400, seed=1))
    goal = ClassGoal(3, date(2025, 12, 31), "river", ("tp",))
    one = look_ahead(views(fit(made, pooled=False), {"s0": goal}, parse_period("2025"), Size(10, 10))["s0"])
    english, chinese = sentence(one, goal, "en"), sentence(one, goal, "zh")
    assert english.startswith(f"before {made.end}: class ")
    assert "target class Ⅲ" in english
    assert "still allowed: total phosphorus ≤ 0." in english
    assert "目标 Ⅲ类" in chinese
    assert "剩余期允许 总磷 ≤ 0." in chinese
    assert made.end > FIRST


@pytest.mark.parametrize(
    ("goal", "value", "said", "asked"),
    [
        (ClassGoal(3, date(2026, 12, 31)), 6.0, "class 劣Ⅴ", "class Ⅲ"),
        (MeanGoal("pm25", AT_MOST, 30), 31.25, "31.2 µg/m³", "≤ 30.0 µg/m³"),
        (DaysGoal("aqi", AT_MOST, 100, 0.8, share=True), 0.7777, "77.8 %", "≥ 80.0 %"),
        (DaysGoal("aqi", AT_MOST, 100, 292, share=False), 200, "200 days", "≥ 292 days"),
    ],
)
def test_figures_have_their_unit(goal, value, said, asked):
    assert (figure(goal, value), required(goal)) == (said, asked)
    assert figure(goal, float("nan")) == "—"


def test_days_left_are_said():
    left = bad_days_left(200, 250, 100, 292, share=False)
    assert allowed_text(left) == "at most 8 bad days in the 100 that are left"
    assert allowed_text(left, "zh") == "剩余 100 天中最多 8 个不达标天"
