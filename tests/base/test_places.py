from datetime import date

import pytest

from riverchief.base.errors import InputError
from riverchief.base.places import Interval, Place

STRETCH = Interval("qx2", 5500.0, 11400.0, date(2025, 1, 1), date(2026, 7, 1))


@pytest.mark.parametrize(
    ("place", "day", "covered"),
    [
        (Place("qx2", 5500.0), date(2025, 1, 1), True),  # both ends belong to it, and so does the first day
        (Place("qx2", 11400.0), date(2026, 6, 30), True),
        (Place("qx2", 6000.0), date(2026, 7, 1), False),  # the last day does not
        (Place("qx2", 6000.0), date(2024, 12, 31), False),
        (Place("qx2", 5499.9), date(2025, 5, 1), False),
        (Place("qx3", 6000.0), date(2025, 5, 1), False),
    ],
)
def test_a_stretch_covers_its_metres_in_its_days(place, day, covered):
    assert STRETCH.covers(place, day) is covered


def test_a_stretch_without_an_end_is_still_in_force():
    assert Interval("qx2", 0.0, 10.0, date(2025, 1, 1)).covers(Place("qx2", 5.0), date(2999, 1, 1))


def test_a_stretch_that_runs_upstream_is_refused():
    with pytest.raises(InputError, match="runs from 200 m to 100 m; give the upstream end first"):
        Interval("qx2", 200.0, 100.0, date(2025, 1, 1))
