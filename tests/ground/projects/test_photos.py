"""What is doubtful about a photograph."""

from datetime import date

from riverchief.ground.projects.photos import doubts

GOOD = {
    "away_m": 120.0, "placed": True, "taken": date(2026, 10, 12), "month_first": date(2026, 10, 1),
    "received": date(2026, 10, 31),
}  # fmt: skip


def test_a_photograph_taken_there_and_then_is_not_doubtful():
    assert doubts(**GOOD) == []


def test_far_old_and_without_place_or_time():
    assert doubts(**{**GOOD, "away_m": 500.1}) == ["far"]
    assert doubts(**{**GOOD, "taken": date(2026, 8, 31)}) == []  # 31 days before the month
    assert doubts(**{**GOOD, "taken": date(2026, 8, 30)}) == ["old"]
    assert doubts(**{**GOOD, "taken": date(2026, 11, 2)}) == ["after"]
    assert doubts(**{**GOOD, "away_m": None, "placed": False, "taken": None}) == ["no_place", "no_time"]
    assert doubts(**{**GOOD, "away_m": None}) == []  # a project without a place has no distance


def test_a_picture_that_came_before():
    assert doubts(**GOOD, picture_hash=0b1111, known=[0b0000]) == ["again"]  # four bits apart
    assert doubts(**GOOD, picture_hash=0b11111, known=[0b0000]) == []
