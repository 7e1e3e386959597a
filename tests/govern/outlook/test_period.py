"""Periods as people write them, and means of what is known and what is to come."""

from datetime import date

import numpy as np
import pytest

from riverchief.base.errors import InputError
from riverchief.cloud.standards.water.means import mean_of
from riverchief.govern.outlook.period import Averaging, Period, ledger, parse_period


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-01..2026-10", date(2026, 1, 1), date(2026, 10, 31)),
        ("2026-11-15..2027-03-15", date(2026, 11, 15), date(2027, 3, 15)),
    ],
)
def test_periods_are_read_as_they_are_written(text, start, end):
    assert parse_period(text) == Period(start, end)


@pytest.mark.parametrize("text", ["", "2026-13", "last year", "2026-02-30..2026-03-01", "2026-05-02..2026-05-01"])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(InputError):
        parse_period(text)


def test_a_year_is_the_mean_of_its_months_and_a_month_that_of_its_days():
    first = np.datetime64("2026-01-01")
    values = np.full((1, 59), np.nan)
    values[0, :31] = 1.0
    values[0, 31:33] = 4.0  # two days of February
    account = ledger(("tp",), first, values, parse_period("2026-01..2026-02"), date(2026, 3, 1), Averaging.MONTHS)
    assert account.means()[0] == 2.5
    alike = ledger(("tp",), first, values, parse_period("2026-01..2026-02"), date(2026, 3, 1), Averaging.DAYS)
    assert alike.means()[0] == pytest.approx(39 / 33)


def test_acidity_is_averaged_not_ph():
    given = np.array([[6.5, 7.9, 8.8, 9, 6.78, 8.87]])
    account = ledger(
        ("ph",), np.datetime64("2026-01-01"), given, parse_period("2026-01"), date(2026, 1, 7), Averaging.MONTHS
    )
    assert account.means()[0] == pytest.approx(7.0803, abs=5e-5)  # 总站水字〔2020〕90号 by way of the fact sheet's §9.8
    assert account.means()[0] == pytest.approx(mean_of(given, "ph"))


@pytest.mark.parametrize("averaging", list(Averaging))
def test_the_line_is_the_mean_with_the_same_value_on_every_day_that_is_left(averaging):
    random = np.random.default_rng(5)
    values = random.gamma(2.0, size=(2, 100))
    values[:, random.random(100) < 0.3] = np.nan
    period, origin = parse_period("2026-01..2026-06"), date(2026, 3, 11)
    account = ledger(("tp", "ph"), np.datetime64("2026-01-01"), values, period, origin, averaging)
    assert account.n_left == (period.end - origin).days + 1
    a, b = account.line()
    ahead = np.stack([np.full((3, account.n_left), 0.7), np.full((3, account.n_left), 7.0)])
    means = account.means(ahead)
    np.testing.assert_allclose(means[0], a[0] + b[0] * 0.7)
    np.testing.assert_allclose(10.0 ** -means[1], a[1] + b[1] * 1e-7)


def test_what_lies_outside_or_after_the_origin_is_not_looked_at():
    values = np.arange(90.0)[None]
    period = parse_period("2026-02")
    account = ledger(("tp",), np.datetime64("2026-01-01"), values, period, date(2026, 2, 11), Averaging.MONTHS)
    assert account.means()[0] == np.mean(values[0, 31:41])
    assert account.n_left == 18
