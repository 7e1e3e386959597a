import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riverchief.govern.twin.assimilation.transform import MOST_WIDER, analyse, gaspari_cohn, told, widened


def case(seed, rows=5, members=40, readings=3):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((rows, members)) * rng.uniform(0.5, 3.0, (rows, 1)) + rng.standard_normal((rows, 1))
    mix = rng.standard_normal((readings, rows))
    sigma = rng.uniform(0.3, 2.0, readings)
    value = mix @ x.mean(axis=1) + rng.standard_normal(readings)
    return x, mix, value, sigma


@given(st.integers(0, 10_000))
@settings(max_examples=25)
def test_mean_and_covariance_are_those_of_kalman(seed):
    x, mix, value, sigma = case(seed)
    cov = np.cov(x)
    gain = cov @ mix.T @ np.linalg.inv(mix @ cov @ mix.T + np.diag(sigma**2))
    new = analyse(x, np.zeros(5, np.int64), told((mix @ x).T, value, sigma), np.ones((3, 1)))
    assert new.mean(axis=1) == pytest.approx(x.mean(axis=1) + gain @ (value - mix @ x.mean(axis=1)), abs=1e-9)
    assert np.cov(new) == pytest.approx((np.eye(5) - gain @ mix) @ cov, abs=1e-9)


@given(st.integers(0, 10_000), st.floats(0.01, 1.0))
@settings(max_examples=15)
def test_a_reading_that_counts_less_is_one_with_a_larger_error(seed, taper):
    x, mix, value, sigma = case(seed)
    what = told((mix @ x).T, value, sigma)
    weak = told((mix @ x).T, value, sigma / np.sqrt(taper))
    place = np.zeros(5, np.int64)
    assert analyse(x, place, what, np.full((3, 1), taper)) == pytest.approx(
        analyse(x, place, weak, np.ones((3, 1))), abs=1e-9
    )


def test_every_place_is_done_as_if_it_were_alone():
    x, mix, value, sigma = case(3, rows=6)
    what = told((mix @ x).T, value, sigma)
    taper = np.random.default_rng(4).uniform(0, 1, (3, 4))
    place = np.array([2, 0, 1, 2, 3, 0])
    together = analyse(x, place, what, taper)
    for k in range(6):
        alone = analyse(x[k : k + 1], np.zeros(1, np.int64), what, taper[:, place[k] : place[k] + 1])
        assert together[k : k + 1] == pytest.approx(alone, abs=1e-12)


def test_what_no_reading_reaches_stays_to_the_last_bit():
    x, mix, value, sigma = case(5)
    taper = np.array([[1.0, 0.0]] * 3)
    new = analyse(x, np.array([0, 1, 0, 1, 1]), told((mix @ x).T, value, sigma), taper, relax=0.5)
    assert (new[[1, 3, 4]] == x[[1, 3, 4]]).all()
    assert (new[[0, 2]] != x[[0, 2]]).any()
    none = told(np.zeros((40, 0)), np.zeros(0), np.zeros(0))
    assert (analyse(x, np.zeros(5, np.int64), none, np.zeros((0, 1))) == x).all()


@pytest.mark.parametrize("relax", [0.3, 1.0])
def test_relaxation_gives_back_its_share_of_the_spread(relax):
    x, mix, value, sigma = case(6)
    what, place, taper = told((mix @ x).T, value, sigma), np.zeros(5, np.int64), np.ones((3, 1))
    plain, relaxed = analyse(x, place, what, taper), analyse(x, place, what, taper, relax)
    assert relaxed.mean(axis=1) == pytest.approx(plain.mean(axis=1))
    wanted = (1 - relax) * plain.std(axis=1) + relax * x.std(axis=1)
    assert relaxed.std(axis=1) == pytest.approx(wanted)


def test_the_taper_falls_from_one_to_nothing_at_its_radius():
    at = np.linspace(0.0, 15.0, 400)
    weight = gaspari_cohn(at, 10.0)
    assert weight[0] == 1.0
    assert (weight[at >= 10.0] < 1e-12).all()
    assert (np.diff(weight) <= 1e-12).all()
    # continuous where its two polynomials meet; its value there is 5/24 (eq. 4.10 at z = c)
    assert gaspari_cohn(np.array([5.0]), 10.0)[0] == pytest.approx(5.0 / 24.0)
    assert gaspari_cohn(np.array([np.inf]), 10.0)[0] == 0.0


def test_a_surprise_widens_the_members_until_it_is_none():
    x = np.random.default_rng(2).standard_normal((1, 500))
    x = (x - x.mean()) / x.std(ddof=1)
    what, wider = widened(x.T, np.array([12.0]), np.array([0.5]), 3.0)
    # 12 = 3 √(w² + 0.25)
    assert wider == pytest.approx([np.sqrt(16 - 0.25)])
    new = analyse(x, np.zeros(1, np.int64), what, np.ones((1, 1)), wider=wider)
    gain = wider[0] ** 2 / (wider[0] ** 2 + 0.25)
    assert new.mean() == pytest.approx(12 * gain)
    assert new.var(ddof=1) == pytest.approx((1 - gain) * wider[0] ** 2)


@pytest.mark.parametrize(("value", "factor"), [(2.0, 1.0), (1e6, MOST_WIDER)])
def test_what_is_expected_widens_nothing_and_nothing_widens_without_end(value, factor):
    x = np.random.default_rng(2).standard_normal((1, 500))
    assert widened(x.T, np.array([value]), np.array([0.5]), 3.0)[1] == [factor]
    assert widened(x.T, np.array([value]), np.array([0.5]), np.inf)[1] == [1.0]
