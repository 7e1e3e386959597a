"""Counts, rates and lateness, worked by hand over five projects."""

from datetime import date

import pytest

from riverchief.base.basin import Project
from riverchief.ground.projects import progress

DAY = date(2026, 6, 30)


def project(code, plan=(None, None), actual=(None, None), region="149901"):
    parse = [None if text is None else date.fromisoformat(text) for text in (*plan, *actual)]
    return Project(code, "board", code, code, region, None, *parse)


FIVE = [
    project("done", ("2026-01-01", "2026-05-31"), ("2026-01-10", "2026-06-10")),  # ten days late
    project("late-end", ("2026-01-01", "2026-06-30"), ("2026-02-01", None)),  # due today
    project("runs", ("2026-06-01", "2026-12-31"), ("2026-06-30", None)),  # begun today
    project("late-start", ("2026-06-20", "2026-12-31")),
    project("ahead", ("2026-07-01", "2026-12-31"), (None, "2026-06-01")),  # completed, and nobody said when it began
]


def test_what_is_counted():
    found = progress.rate(FIVE, DAY)
    assert found == progress.Rate(
        total=5, started=4, completed=2, starts_due=4, ends_due=2, started_due=3, completed_due=1
    )
    assert (found.start_rate, found.completion_rate) == (80.0, 40.0)
    assert (found.start_rate_planned, found.completion_rate_planned) == (80.0, 40.0)
    assert (found.starts_late, found.ends_late) == (1, 1)


def test_the_day_before_nothing_of_the_day_counts():
    found = progress.rate(FIVE, date(2026, 6, 29))
    assert (found.started, found.ends_due, found.ends_late) == (3, 1, 0)


def test_states_and_days():
    assert [progress.state_of(one, DAY) for one in FIVE] == ["completed", "late", "running", "late_start", "completed"]
    assert [progress.days_late(one, DAY) for one in FIVE] == [10, 0, None, 10, None]
    assert progress.state_of(project("bare"), DAY) == "planned"


def test_lateness_is_a_sentence():
    zh, en = progress.told(progress.rate(FIVE, DAY), DAY)
    assert en == "By 2026-06-30, 1 of 5 should have begun and has not; 1 of 5 should be complete and is not."
    assert zh == "截至 2026-06-30，5 项中 1 项应开工而未开工；5 项中 1 项应完工而未完工。"
    zh, en = progress.told(progress.rate(FIVE[:1], DAY), DAY)
    assert en == "By 2026-06-30, 1 of 1 should have begun and 1 should be complete: all are."
    three = [project(f"p{k}", ("2026-01-01", None)) for k in range(3)] + [project(f"q{k}") for k in range(41)]
    assert progress.told(progress.rate(three, DAY), DAY)[1] == "By 2026-06-30, 3 of 44 should have begun and have not."


def test_no_project_has_no_rate():
    found = progress.rate([], DAY)
    assert (found.start_rate, found.completion_rate) == (None, None)
    assert progress.told(found, DAY)[1] == "There is no project."


@pytest.mark.parametrize("name", progress.COUNTS)
def test_every_count_is_one_of_a_rate(name):
    assert getattr(progress.rate(FIVE, DAY), name) == sum(progress.COUNTS[name](one, DAY) for one in FIVE)
