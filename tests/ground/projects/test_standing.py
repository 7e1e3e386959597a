"""Ranks that ties share, and months against the plan."""

from datetime import date

from riverchief.base.basin import Project
from riverchief.ground.projects import standing

DAY = date(2026, 6, 30)


def project(code, region, start=None, end=None, plan=("2026-01-15", "2026-05-15")):
    days = [date.fromisoformat(text) if text else None for text in (*plan, start, end)]
    return Project(code, "board", code, code, region, None, *days)


BOARD = [
    project("a1", "a", "2026-01-20", "2026-05-01"),
    project("a2", "a", "2026-02-20"),
    project("b1", "b", "2026-02-20"),
    project("b2", "b"),
    project("c1", "c", "2026-03-01", "2026-06-01"),
    project("c2", "c"),
    project("d1", "d"),
    project("none", ""),
]


def test_equals_share_a_rank_and_the_next_is_left_out():
    found = standing.standings(BOARD, lambda one: one.region, DAY)
    told = {
        one.code: (one.rate.start_rate, one.start_rank, one.rate.completion_rate, one.completion_rank) for one in found
    }
    # starts: 100, 50, 50, 0 %; completions: 50, 0, 50, 0 %
    assert told == {"a": (100, 1, 50, 1), "b": (50, 2, 0, 3), "c": (50, 2, 50, 1), "d": (0, 4, 0, 3)}
    assert [one.code for one in found] == ["a", "c", "b", "d"]


def test_months_against_the_plan():
    found = standing.curve(BOARD[:3], date(2026, 4, 10))
    assert [(one.month, one.starts_planned, one.started, one.ends_planned, one.completed) for one in found] == [
        ("2026-01", 3, 1, 0, 0),
        ("2026-02", 3, 3, 0, 0),
        ("2026-03", 3, 3, 0, 0),
        ("2026-04", 3, 3, 0, 0),
        ("2026-05", 3, None, 3, None),
    ]


def test_projects_without_days_have_no_curve():
    assert standing.curve([project("x", "a", plan=(None, None))], DAY) == []
