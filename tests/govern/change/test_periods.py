"""Which parts of two years are compared."""

from datetime import date

import numpy as np
import pytest

from riverchief.base.errors import InputError
from riverchief.govern.change.periods import months_sampled, represented, year_and_before, year_around


def _days(*spans):
    return np.concatenate([np.arange(a, b, dtype="datetime64[D]") for a, b in spans])


def test_whole_years_are_compared_as_such():
    pair = year_and_before(_days(("2019-01-05", "2021-01-01")), 2020)
    assert (pair.before.name, pair.after.name, pair.whole) == ("2019", "2020", True)
    assert str(pair.after.last) == "2020-12-31"


def test_a_year_that_is_not_over_is_compared_with_the_same_part_of_the_other():
    pair = year_and_before(_days(("2018-12-20", "2020-09-01")), 2020)
    assert not pair.whole
    assert (pair.before.name, pair.after.name) == ("2019-01-01/2019-09-01", "2020-01-01/2020-08-31")


def test_a_record_that_begins_in_autumn_gives_the_autumns():
    pair = year_and_before(_days(("2025-10-24", "2026-11-28")), 2026)
    assert pair.before.name.startswith("2025-10-24/")
    assert pair.after.name == "2026-10-24/2026-11-27"


def test_years_without_samples_or_without_a_common_season_are_refused():
    with pytest.raises(InputError, match="no sample in 2019"):
        year_and_before(_days(("2020-01-01", "2020-12-31")), 2020)
    with pytest.raises(InputError, match="share no part of the calendar"):
        year_and_before(_days(("2019-10-01", "2020-02-01")), 2020)


def test_days_belong_to_their_period():
    pair = year_and_before(_days(("2019-01-01", "2021-01-01")), 2020)
    days = np.array(["2018-12-31", "2019-01-01", "2020-12-31", "2021-01-01"], "datetime64[D]")
    assert pair.of(days).tolist() == [-1, 0, 1, -1]


def test_a_sample_stands_for_the_time_around_it():
    assert represented(np.array([0.0, 2, 10, 11])).tolist() == [2, 5, 4.5, 1]
    assert represented(np.array([0.0, 400, 401]))[1] == 30.5  # a gap of a year is nobody's


def test_the_years_around_works_leave_the_works_out():
    pair = year_around(date(2025, 3, 1), date(2025, 6, 30))
    assert (str(pair.before.first), str(pair.before.last)) == ("2024-03-01", "2025-02-28")
    assert (str(pair.after.first), str(pair.after.last)) == ("2025-07-01", "2026-06-30")
    assert pair.of(np.array(["2025-02-28", "2025-03-01", "2025-06-30", "2025-07-01"], "datetime64[D]")).tolist() == [
        0, -1, -1, 1,
    ]  # fmt: skip
    with pytest.raises(InputError, match="cannot be completed on 2025-02-28"):
        year_around(date(2025, 3, 1), date(2025, 2, 28))


def test_months_without_a_sample_are_counted():
    window = year_around(date(2025, 3, 1), date(2025, 3, 1)).after  # 2025-03-02 to 2026-03-01
    first = np.datetime64("2025-03-02")
    assert months_sampled(first + np.arange(0, 365, 28), window) == 12
    assert months_sampled(first + np.arange(90), window) == 3
    assert months_sampled(first - np.arange(1, 90), window) == 0
