"""Deadlines against the State Council's calendar of 2026, and the ladder of what follows."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError
from riverchief.base.time import CHINA
from riverchief.ground import deadlines
from riverchief.ground.deadlines import Rule, Step


def china(*parts):
    return datetime(*parts, tzinfo=CHINA)


def rule(clock, amount, **changes):
    return Rule(
        **{
            "severity": 1,
            "clock": clock,
            "amount": amount,
            "valid_from": date(2017, 1, 1),
            "document": "",
            "confirmed": False,
            **changes,
        }
    )


def test_the_gravest_run_day_and_night():
    opened = china(2026, 10, 1, 23, 30)  # first day of a holiday
    assert deadlines.deadline(3, opened).at == opened + timedelta(hours=24)


@pytest.mark.parametrize(
    ("opened", "days", "last_day"),
    [
        (china(2026, 11, 21, 9), 5, date(2026, 11, 27)),  # a Saturday: Monday to Friday
        (china(2026, 11, 23, 9), 1, date(2026, 11, 24)),  # the day of opening is not counted
        (china(2026, 9, 30, 18), 1, date(2026, 10, 8)),  # National Day 2026: 1 to 7 October free
        (china(2026, 10, 9, 18), 1, date(2026, 10, 10)),  # Saturday 10 October is worked (调休)
        (china(2026, 2, 13, 8), 1, date(2026, 2, 14)),  # Saturday 14 February is worked before Spring Festival
        (china(2026, 2, 14, 8), 1, date(2026, 2, 24)),  # Spring Festival 15 to 23 February
    ],
)
def test_others_run_on_working_days_of_the_notice_for_2026(opened, days, last_day):
    due = deadlines.deadline(1, opened, (rule("working_days", days),))
    midnight_after = last_day + timedelta(days=1)
    assert due.at == china(midnight_after.year, midnight_after.month, midnight_after.day)
    assert due.at.tzinfo is UTC


def test_the_local_day_of_opening_decides():
    # 16:30 UTC on Friday is half past midnight of Saturday in China: Monday is the first working day
    due = deadlines.deadline(1, datetime(2026, 11, 20, 16, 30, tzinfo=UTC), (rule("working_days", 1),))
    assert due.at == china(2026, 11, 24)


@given(st.dates(date(2020, 1, 1), date(2026, 9, 1)), st.integers(0, 15))
def test_counting_working_days_one_by_one_agrees(day, count):
    last = deadlines.after_working_days(day, count)
    between = [day + timedelta(days=n) for n in range(1, (last - day).days + 1)]
    assert sum(deadlines.is_working_day(d) for d in between) == count
    assert count == 0 or deadlines.is_working_day(last)


def test_a_year_without_a_notice_is_refused_in_a_sentence():
    with pytest.raises(InputError, match="working days of 2035 are not known"):
        deadlines.deadline(1, china(2034, 12, 31, 9), (rule("working_days", 3),))
    assert deadlines.deadline(3, china(2034, 12, 31, 9)).at == china(2035, 1, 1, 9), "elapsed hours need no calendar"


def test_shipped_rules_say_that_nobody_has_confirmed_them():
    assert {r.severity for r in deadlines.rules()} == {1, 2, 3}
    for thing in (*deadlines.rules(), *deadlines.ladder()):
        assert thing.confirmed is False
        assert thing.document
    assert [step.kind for step in deadlines.ladder()] == ["reminder", "supervision_letter", "chief_order"]


def test_the_rule_of_the_day_of_opening_holds():
    old = rule("elapsed", 48, valid_to=date(2026, 1, 1))
    new = rule("elapsed", 24, valid_from=date(2026, 1, 1))
    assert deadlines.deadline(1, china(2025, 12, 31, 23), (old, new)).rule is old
    assert deadlines.deadline(1, china(2026, 1, 1, 0), (old, new)).rule is new
    with pytest.raises(InputError, match="2 time limits are in force for severity 1 on 2026-01-01"):
        deadlines.deadline(1, china(2026, 1, 1), (new, new))
    with pytest.raises(InputError, match="0 time limits are in force for severity 7"):
        deadlines.deadline(7, china(2026, 1, 1))
    with pytest.raises(InputError, match='"elapsed" \\(hours\\) or "working_days"'):
        rule("lunar", 3)


def test_the_ladder_climbs_with_the_days_overdue():
    due = china(2026, 11, 25)  # Tuesday 24:00
    steps = (
        Step("reminder", "assignee", "elapsed", 0, "d", False),
        Step("supervision_letter", "superior", "working_days", 1, "d", False),
        Step("chief_order", "general_chief", "working_days", 3, "d", False),
    )

    def kinds(now):
        return [e.step.kind for e in deadlines.escalations(due, now, steps)]

    assert kinds(due) == []
    assert kinds(due + timedelta(seconds=1)) == ["reminder"]
    assert kinds(china(2026, 11, 26, 23, 59)) == ["reminder"]
    assert kinds(china(2026, 11, 27)) == ["reminder", "supervision_letter"], (
        "Wednesday is the day of the deadline's stamp"
    )
    assert kinds(china(2026, 12, 1)) == ["reminder", "supervision_letter", "chief_order"]
    last = deadlines.escalations(due, china(2026, 12, 1), steps)[-1]
    assert (last.number, last.at) == (3, china(2026, 12, 1))
