"""Sums by month of totals so far."""

from datetime import date

from riverchief.ground.projects.money import cumulative, money_curve


def test_the_newest_total_by_a_month_counts():
    totals = {"2026-03": 100, "2026-05": 250}
    assert [cumulative(totals, f"2026-0{k}") for k in (2, 3, 4, 5, 9)] == [0, 100, 100, 250, 250]


def test_plan_and_spending_of_two_projects():
    planned = [{"2026-01": 10, "2026-03": 30}, {"2026-02": 5}]
    done = [{"2026-02": 8}]
    found = money_curve(planned, done, date(2026, 2, 15))
    assert [(one.month, one.planned_fen, one.done_fen) for one in found] == [
        ("2026-01", 10, 0),
        ("2026-02", 15, 8),
        ("2026-03", 35, None),
    ]
    assert money_curve([], [], date(2026, 2, 15)) == []
