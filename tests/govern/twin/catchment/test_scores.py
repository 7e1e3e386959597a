import numpy as np
import pytest

from riverchief.base.errors import InputError
from riverchief.govern.twin.catchment.scores import kge, nse, scores

SEEN = np.random.default_rng(0).gamma(2.0, 10.0, 200)


def test_what_is_perfect_scores_one():
    assert kge(SEEN, SEEN) == pytest.approx(1)
    assert nse(SEEN, SEEN) == pytest.approx(1)


@pytest.mark.parametrize("factor", [0.5, 0.9, 1.3])
def test_a_model_off_by_a_factor_scores_what_the_formulas_say(factor):
    # r = 1, both ratios the factor; squared error is (1 - factor)² of the squares
    assert kge(factor * SEEN, SEEN) == pytest.approx(1 - np.sqrt(2) * abs(factor - 1))
    expected = 1 - (1 - factor) ** 2 * (SEEN**2).sum() / (SEEN.size * SEEN.var())
    assert nse(factor * SEEN, SEEN) == pytest.approx(expected)
    assert scores(factor * SEEN, SEEN).bias == pytest.approx(factor - 1)


def test_the_mean_scores_nothing():
    still = np.full(SEEN.size, SEEN.mean())
    assert nse(still, SEEN) == pytest.approx(0)
    assert np.isfinite(kge(still, SEEN))


def test_days_without_an_observation_do_not_count():
    gaps, made = SEEN.copy(), SEEN.copy()
    gaps[::3] = np.nan
    made[::3] = 1e6
    found = scores(made, gaps)
    assert found.kge == pytest.approx(1)
    assert found.nse == pytest.approx(1)
    assert found.log_nse == pytest.approx(1)
    assert found.n == np.isfinite(gaps).sum()


def test_many_hydrographs_are_scored_at_once():
    made = SEEN * np.array([[0.8], [1.0]])
    assert kge(made, SEEN) == pytest.approx([float(kge(row, SEEN)) for row in made])


@pytest.mark.parametrize(
    ("made", "seen"), [(SEEN[:5], SEEN[:5]), (SEEN, np.full(200, np.nan)), (SEEN, np.ones(200)), (SEEN[:50], SEEN)]
)
def test_what_cannot_be_scored_is_refused(made, seen):
    with pytest.raises(InputError):
        scores(made, seen)
