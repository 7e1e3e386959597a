"""Shares of living trees with their interval."""

import pytest

from riverchief.base.errors import InputError
from riverchief.ground.projects.plots import survival


def test_an_interval_decides_not_a_share():
    # Wilson, z = 1.96: 90 of 100 → 0.8256 to 0.9448; 180 of 200 → 0.8506 to 0.9343
    few = survival("survival", 100, 90)
    assert (few.low, few.high) == pytest.approx((0.8256, 0.9448), abs=1e-4)
    assert (few.share, few.verdict) == (0.9, "open")
    many = survival("survival", 200, 180)
    assert (many.low, many.high) == pytest.approx((0.8506, 0.9343), abs=1e-4)
    assert many.verdict == "passed"
    assert survival("survival", 100, 70).verdict == "failed"


def test_the_mark_is_of_its_kind_and_confirmed_by_nobody():
    assert (survival("survival", 10, 9).mark, survival("preservation", 10, 9).mark) == (0.85, 0.8)
    assert not survival("survival", 10, 9).confirmed


@pytest.mark.parametrize(("kind", "counted", "alive"), [("survival", 0, 0), ("survival", 5, 6), ("other", 5, 5)])
def test_what_is_no_count_is_refused(kind, counted, alive):
    with pytest.raises(InputError):
        survival(kind, counted, alive)
