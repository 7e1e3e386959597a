"""What drives a run: exact means of series, settings and levels at their instants."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError
from riverchief.govern import twin
from riverchief.govern.twin import drive, grid
from riverchief.govern.twin.forcing import _kernels as kernels

POINTS = st.lists(st.tuples(st.floats(1, 1000), st.floats(-50, 50)), min_size=1, max_size=6)


def _forcing(series, constituents=(), **inflow):
    river = twin.River()
    river.reach("a", [0.0, 100.0], [twin.trapezoid(5, 1, 0.03)] * 2, dx_m=50.0)
    river.inflow("q", series, node="a:start", **inflow)
    return drive.forcing(grid.build(river), constituents)


@given(POINTS, st.floats(-100, 4000), st.floats(0.1, 3000), st.booleans())
def test_the_mean_of_a_series_is_that_of_its_area(points, begin, dt, steps):
    time = np.cumsum([gap for gap, _ in points])
    value = np.array([v for _, v in points])
    forcing = _forcing(twin.Series(time, value, steps))
    fine = begin + dt * (np.arange(4000) + 0.5) / 4000
    if steps:
        at = value[np.clip(np.searchsorted(time, fine, side="right") - 1, 0, None)]
    else:
        at = np.interp(fine, time, value)
    found = kernels.mean_over(forcing.time, forcing.value, forcing.total, forcing.start, forcing.steps, 0, begin, dt)
    # the sum of a fine rule misses by at most a part at each jump
    assert found == pytest.approx(at.mean(), abs=100 * len(points) / 4000 + 1e-9)


def test_outside_a_series_the_nearest_value_holds():
    forcing = _forcing(twin.Series(np.array([10.0, 20.0]), np.array([1.0, 3.0])))
    assert [kernels.value_at(forcing, 0, t) for t in (0.0, 10.0, 15.0, 20.0, 99.0)] == [1.0, 1.0, 2.0, 3.0, 3.0]


def test_a_constituent_that_the_run_does_not_know_is_named():
    with pytest.raises(InputError, match="inflow q carries lead"):
        _forcing(1.0, ("cod",), lead=2.0)


def test_a_series_used_twice_is_kept_once():
    river = twin.River()
    river.reach("a", [0.0, 100.0], [twin.trapezoid(5, 1, 0.03)] * 2, dx_m=50.0)
    rain = twin.Series(np.arange(3.0), np.arange(3.0))
    river.inflow("one", rain, node="a:start")
    river.inflow("two", rain, node="a:end")
    forcing = drive.forcing(grid.build(river))
    assert forcing.time.size == 3
    assert forcing.series.tolist() == [0, 0]
