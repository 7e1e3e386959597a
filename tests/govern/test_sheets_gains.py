"""What would have to be done to gain points: told steps do gain them, none is superfluous, none goes out of bounds."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riverchief.base.errors import InputError, UnknownName
from riverchief.govern.sheets import Input, SheetError, evaluate, named, parse_sheet, tried, ways, ways_as_dict
from riverchief.govern.sheets import gains as engine

CHIEF = named("chief-monthly")


def inputs(done=3, due=8, on_time=2, cases=3, left=4, share=0.72):
    values = {
        "patrols_done": done, "patrols_due": due, "cases_on_time": on_time, "cases_due": cases, "cases_open": left,
        "section_on_target_share": share,
    }  # fmt: skip
    return {name: Input(None if value is None else float(value)) for name, value in values.items()}


def after(sheet, given_, times):
    """The inputs after steps, added up here and not by the code under test; None where a bound is broken."""
    values = {name: one.value for name, one in given_.items()}
    for step in sheet.steps:
        for name, amount in step.adds.items():
            values[name] = round(values[name] + times.get(step.code, 0) * amount, 9)
    if any(times.get(step.code) and not step.within.value(values) for step in sheet.steps):
        return None
    return {name: Input(value) for name, value in values.items()}


def test_three_points_by_hand():
    """40 · 3/8 + 30 · 2/3 + 30 · 0.72/0.9 = 15 + 20 + 24 = 59; a patrol more is 40/8 = 5 points for half a day."""
    answer = ways(CHIEF, inputs(), 3)
    assert (answer.points, answer.maximum, answer.proven) == (59.0, 100.0, True)
    first, second, third = answer.plans
    assert [(p.step.code, p.n, p.gain) for p in first.parts] == [("patrol", 1, 5.0)]
    assert (first.gain, first.points, first.effort_days) == (5.0, 64.0, 0.5)
    assert [(c.spec.name, c.before, c.after) for c in first.changes] == [("patrols_done", 3.0, 4.0)]
    # two more cases: 30 · 4/5 = 24, 4 more; one: 30 · 3/4 = 22.5, 2.5 more, and two points of percentage 0.7
    assert [(p.step.code, p.n, p.gain) for p in second.parts] == [("close", 2, 4.0)]
    assert [(p.step.code, p.n, p.gain) for p in third.parts] == [("close", 1, 2.5), ("section", 2, 0.7)]


def test_each_step_by_itself_says_what_one_more_gains_and_how_often_it_can_be_done():
    by_code = {one.step.code: one for one in ways(CHIEF, inputs(), 3).singles}
    assert (by_code["patrol"].most, by_code["patrol"].gain_of_one, by_code["patrol"].gain_of_most) == (5, 5.0, 25.0)
    assert (by_code["close"].most, by_code["close"].gain_of_one, by_code["close"].items) == (4, 2.5, {"cases": 2.5})
    assert (by_code["section"].most, by_code["section"].gain_of_most) == (28, 6.0)


def test_what_cannot_be_reached_is_said_with_the_most_that_can():
    answer = ways(CHIEF, inputs(), 40)
    assert (answer.plans, answer.proven) == ((), True)
    assert answer.top.points == 40 + round(30 * 6 / 7, 1) + 30  # all patrols, all four cases, the target


def test_a_step_that_cannot_be_done_says_why():
    done = {one.step.code: one for one in ways(CHIEF, inputs(done=8, left=None), 3).singles}
    assert (done["patrol"].most, done["patrol"].gain_of_one) == (0, None)
    assert done["patrol"].why_zh == "已到上限：有效巡河次数 ≤ 应巡河次数。"
    assert done["patrol"].why_en == "nothing is left to do: valid patrols ≤ patrols due."
    none_left = next(one for one in ways(CHIEF, inputs(left=0), 3).singles if one.step.code == "close")
    assert none_left.why_zh == "没有可做的：未到期未销号事件数为0。"
    assert done["close"].why_en == "open cases within their time limit has no value."


def test_without_any_points_there_is_no_way():
    answer = ways(CHIEF, {}, 3)
    assert (answer.points, answer.plans, answer.top) == (None, (), None)
    assert ways_as_dict(answer)["steps"][0]["why"]["en"] == "valid patrols, patrols due has no value."


def test_a_template_gains_nothing():
    assert ways(named("public-satisfaction"), {}, 3).plans == ()


@pytest.mark.parametrize("wanted", [0, -3, float("nan"), float("inf")])
def test_nothing_to_gain_is_refused(wanted):
    with pytest.raises(InputError, match="nothing to gain"):
        ways(CHIEF, inputs(), wanted)


def test_what_somebody_chose_is_evaluated_and_what_cannot_be_done_is_refused():
    score, plan = tried(CHIEF, inputs(), {"patrol": 5, "close": 1})
    assert (score.points, plan.gain, plan.effort_days) == (40 + 22.5 + 24, 27.5, 4.5)
    with pytest.raises(InputError, match=r"cannot be done .*valid patrols, 6 more"):
        tried(CHIEF, inputs(), {"patrol": 6})
    with pytest.raises(InputError, match="cannot be done"):
        tried(CHIEF, inputs(), {"patrol": -1})
    with pytest.raises(UnknownName, match="patrol"):
        tried(CHIEF, inputs(), {"patrols": 1})


counts = st.integers(0, 12)


@settings(max_examples=60, deadline=None)
@given(
    counts, counts, counts, counts, st.integers(0, 6), st.integers(0, 100), st.sampled_from([0.1, 1, 3, 9.5, 25, 60])
)
def test_what_is_told_gains_what_was_asked_and_no_step_of_it_is_superfluous(
    done, due, on_time, more, left, share, wanted
):
    given_ = inputs(done, due, on_time, on_time + more, left, share / 100)
    base = evaluate(CHIEF, given_).points
    answer = ways(CHIEF, given_, wanted)
    for plan in answer.plans:
        times = {part.step.code: part.n for part in plan.parts}
        assert evaluate(CHIEF, after(CHIEF, given_, times)).points == plan.points
        assert plan.points - base >= wanted - 1e-6
        assert plan.gain == pytest.approx(plan.points - base, abs=1e-6)
        for code, n in times.items():
            fewer = after(CHIEF, given_, {**times, code: n - 1})
            assert evaluate(CHIEF, fewer).points - base < wanted - 1e-6
    efforts = [plan.effort_days for plan in answer.plans]
    assert efforts == sorted(efforts)
    if not answer.plans and answer.top:
        assert answer.top.gain < wanted


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 4), st.integers(0, 3), st.integers(0, 3), st.sampled_from([1, 4, 12, 20]))
def test_the_first_is_the_one_with_the_least_effort_of_all_there_are(done, on_time, left, wanted):
    given_ = inputs(done, 4, on_time, on_time + 1, left, 0.86)
    base = evaluate(CHIEF, given_).points
    best = None
    for a, b, c in product(range(5), range(4), range(15)):
        told = after(CHIEF, given_, {"patrol": a, "close": b, "section": c})
        if told is not None and evaluate(CHIEF, told).points - base >= wanted - 1e-6:
            effort = 0.5 * a + 2 * b + 3 * c
            best = effort if best is None else min(best, effort)
    answer = ways(CHIEF, given_, wanted)
    assert answer.proven
    assert (answer.plans[0].effort_days if answer.plans else None) == best


def test_where_there_are_too_many_combinations_one_that_is_enough_is_found_and_not_called_the_least(monkeypatch):
    monkeypatch.setattr(engine, "MOST_LOOKS", 5)
    answer = ways(CHIEF, inputs(), 33)
    assert not answer.proven
    (plan,) = answer.plans
    assert plan.gain >= 33
    times = {part.step.code: part.n for part in plan.parts}
    for code, n in times.items():
        assert evaluate(CHIEF, after(CHIEF, inputs(), {**times, code: n - 1})).points < 59 + 33


SHEET = """format = 1
code = "own"
version = "1"
name_zh = "表"
name_en = "sheet"
maximum = 10
[[input]]
name = "done"
name_zh = "完成"
name_en = "done"
[[input]]
name = "factor"
name_zh = "系数"
name_en = "factor"
value = 2
[[item]]
code = "a"
name_zh = "甲"
name_en = "a"
weight = 10
formula = "if(done >= 3, weight, 0)"
[[step]]
code = "do"
name_zh = "再做{n}次"
name_en = "{n} more"
adds = { done = 1 }
within = "done <= factor * 5"
effort_days = 1
"""


def test_a_threshold_that_one_step_alone_does_not_reach_is_reached_by_three():
    (plan,) = ways(parse_sheet(SHEET, "own.toml"), {"done": Input(0.0)}, 1).plans
    assert [(part.n, part.gain) for part in plan.parts] == [(3, 10.0)]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("{ done = 1 }", "{ dome = 1 }", "input that is not fixed 'dome' is not known"),
        ("{ done = 1 }", "{ factor = 1 }", "input that is not fixed 'factor' is not known"),
        ("{ done = 1 }", "{ done = 0 }", "adds is {'done': 0}; give an amount by name"),
        ("{n} more", "more", "name_en does not say how often"),
        ("effort_days = 1", "effort_days = 0", "give more than 0 days of work"),
        ("done <= factor * 5", "dome <= 5", "It stands at column 1 of the within 'dome <= 5'"),
        ('within = "done <= factor * 5"\n', "", "within is None; give a text"),
    ],
)
def test_a_step_that_is_wrong_is_told_with_its_line(old, new, fault):
    with pytest.raises(SheetError) as caught:
        parse_sheet(SHEET.replace(old, new), "own.toml")
    assert fault in str(caught.value)
    assert "line" in str(caught.value)
