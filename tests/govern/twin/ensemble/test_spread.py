import numpy as np
import pytest

from riverchief.base.errors import InputError
from riverchief.govern.twin.ensemble import AR1, LogNormal


def test_an_ar1_path_keeps_its_variance_and_forgets_as_its_memory_says():
    rng = np.random.default_rng(1)
    many, hours = 4000, 40
    ar1 = AR1(0.3, 5 * 3600.0)
    times = 3600.0 * np.arange(1, hours + 1)
    z = 0.3 * rng.standard_normal(many)
    path = ar1.path(z, times, 0.0, rng.standard_normal((hours, many)))
    assert path.shape == (hours, many)
    assert path.std(axis=1) == pytest.approx(np.full(hours, 0.3), rel=0.06)
    lagged = np.mean(path[:-5] * path[5:]) / 0.09
    assert lagged == pytest.approx(np.exp(-1.0), abs=0.03)


def test_a_memory_without_end_is_a_constant():
    z = np.array([0.2, -0.1])
    path = AR1(0.3).path(z, np.array([10.0, 1e9]), 0.0, np.ones((2, 2)))
    assert (path == z).all()


@pytest.mark.parametrize("make", [lambda: AR1(-0.1), lambda: AR1(0.1, 0.0), lambda: LogNormal(float("nan"))])
def test_what_is_no_spread_is_refused_in_words(make):
    with pytest.raises(InputError):
        make()
