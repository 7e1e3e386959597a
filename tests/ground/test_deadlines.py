"""Deadlines against the State Council's calendar of 2026, and the ladder of what follows."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError
from riverchief.base.time import CHINA
from riverchief.ground import deadlines
from riverchief.ground.deadlines import Pause, Rule, Step


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


# Worked by hand on the State Council's notices for 2025 and 2026: opened (local day), working days, last day.
# 2025: 1 January; 28 January to 4 February, worked on 26 January and 8 February; 4 to 6 April; 1 to 5 May, worked on
# 27 April; 31 May to 2 June; 1 to 8 October, worked on 28 September and 11 October. 2026: 1 to 3 January, worked on
# 4 January; 15 to 23 February, worked on 14 and 28 February; 4 to 6 April; 1 to 5 May, worked on 9 May; 19 to 21 June;
# 25 to 27 September, worked on 20 September; 1 to 7 October, worked on 10 October.
BY_HAND = (
    ("2024-12-31", 1, "2025-01-02"),
    ("2025-01-24", 1, "2025-01-26"),  # a Sunday that is worked
    ("2025-01-24", 2, "2025-01-27"),
    ("2025-01-24", 3, "2025-02-05"),
    ("2025-01-27", 4, "2025-02-08"),  # a Saturday that is worked
    ("2025-01-27", 5, "2025-02-10"),
    ("2025-02-07", 2, "2025-02-10"),
    ("2025-04-03", 1, "2025-04-07"),
    ("2025-04-25", 1, "2025-04-27"),
    ("2025-04-25", 4, "2025-04-30"),
    ("2025-04-30", 2, "2025-05-07"),
    ("2025-05-30", 1, "2025-06-03"),
    ("2025-09-26", 1, "2025-09-28"),
    ("2025-09-26", 3, "2025-09-30"),
    ("2025-09-30", 1, "2025-10-09"),
    ("2025-09-30", 3, "2025-10-11"),
    ("2025-10-01", 10, "2025-10-21"),  # opened on a holiday
    ("2025-12-31", 1, "2026-01-04"),
    ("2025-12-31", 2, "2026-01-05"),
    ("2026-02-13", 1, "2026-02-14"),
    ("2026-02-14", 1, "2026-02-24"),
    ("2026-02-14", 5, "2026-02-28"),
    ("2026-02-27", 2, "2026-03-02"),
    ("2026-04-03", 1, "2026-04-07"),
    ("2026-04-30", 3, "2026-05-08"),
    ("2026-04-30", 4, "2026-05-09"),
    ("2026-06-18", 1, "2026-06-22"),
    ("2026-09-18", 1, "2026-09-20"),
    ("2026-09-24", 4, "2026-10-08"),
    ("2026-09-30", 3, "2026-10-10"),
    ("2026-11-21", 5, "2026-11-27"),  # a Saturday: Monday to Friday
    ("2026-11-23", 1, "2026-11-24"),  # the day of opening is not counted
)


@pytest.mark.parametrize(("opened", "days", "last_day"), BY_HAND)
def test_others_run_on_working_days_as_worked_by_hand(opened, days, last_day):
    start = datetime.fromisoformat(opened).replace(hour=9, tzinfo=CHINA)
    due = deadlines.deadline(1, start, (rule("working_days", days),))
    assert due.at == datetime.fromisoformat(last_day).replace(tzinfo=CHINA) + timedelta(days=1)
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


def clock(kind, amount, opened, pauses=(), extended=0):
    due = deadlines.deadline(1, opened, (rule(kind, amount),))
    return deadlines.running(due, opened, pauses, extended).at


def test_a_clock_that_stands_for_hours_ends_so_many_later():
    opened = china(2026, 11, 23, 9)
    pauses = (
        Pause(china(2026, 11, 23, 12), china(2026, 11, 23, 15)),
        Pause(china(2026, 11, 24, 8), china(2026, 11, 24, 9)),
    )
    assert clock("elapsed", 24, opened, pauses[:1]) == china(2026, 11, 24, 12)
    assert clock("elapsed", 24, opened, pauses) == china(2026, 11, 24, 13)
    assert clock("elapsed", 24, opened, pauses, extended=2) == china(2026, 11, 24, 15)
    assert clock("elapsed", 2, opened, pauses) == china(2026, 11, 23, 11), "a pause after the deadline moves nothing"


def test_days_at_whose_end_the_clock_stood_are_not_counted():
    opened = china(2026, 11, 23, 9)  # a Monday; two working days: to the end of Wednesday
    assert clock("working_days", 2, opened) == china(2026, 11, 26)
    over_tuesday = Pause(china(2026, 11, 24, 17), china(2026, 11, 25, 8))
    assert clock("working_days", 2, opened, (over_tuesday,)) == china(2026, 11, 27)
    lunch = Pause(china(2026, 11, 24, 12), china(2026, 11, 24, 14))
    assert clock("working_days", 2, opened, (lunch,)) == china(2026, 11, 26)
    weekend = Pause(china(2026, 11, 27, 18), china(2026, 11, 30, 8))
    assert clock("working_days", 4, opened, (weekend,)) == china(2026, 12, 1), "Friday is lost, Monday counts"
    assert clock("working_days", 2, opened, extended=3) == china(2026, 12, 1)


def test_a_clock_that_stands_has_no_end():
    opened = china(2026, 11, 23, 9)
    open_end = Pause(china(2026, 11, 23, 10))
    assert clock("elapsed", 24, opened, (open_end,)) is None
    assert clock("working_days", 2, opened, (open_end,)) is None
    assert clock("elapsed", 1, opened, (open_end,)) == china(2026, 11, 23, 10), "over when the clock was stopped"
    with pytest.raises(InputError, match="ends before it begins"):
        Pause(china(2026, 11, 24), china(2026, 11, 23))
    with pytest.raises(InputError, match="would shorten the time"):
        clock("elapsed", 24, opened, extended=-1)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 9, 1)).map(lambda at: at.replace(tzinfo=CHINA))
pause = st.tuples(moments, st.timedeltas(timedelta(0), timedelta(days=20))).map(lambda p: Pause(p[0], p[0] + p[1]))


@given(
    st.sampled_from(["elapsed", "working_days"]), st.integers(0, 60), moments, st.lists(pause, max_size=4), st.randoms()
)
def test_a_pause_or_an_extension_never_brings_a_deadline_forward(kind, amount, opened, pauses, random):
    plain = clock(kind, amount, opened)
    assert plain == deadlines.deadline(1, opened, (rule(kind, amount),)).at
    stood = clock(kind, amount, opened, pauses)
    assert stood >= plain
    assert clock(kind, amount, opened, pauses, extended=1) > stood
    shuffled = random.sample(pauses, len(pauses))
    assert clock(kind, amount, opened, shuffled) == stood
    assert clock(kind, amount, opened, [*pauses, *pauses]) == stood, "the same pause twice is one"
