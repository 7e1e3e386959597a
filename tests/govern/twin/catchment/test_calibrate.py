import numpy as np
import pytest

from riverchief.base.errors import InputError
from riverchief.govern.twin.catchment.calibrate import BEHAVIOURAL, calibrate, run_warmed
from riverchief.govern.twin.catchment.model import PARAMETERS, depth_mm_d, gr4j, simulate
from riverchief.govern.twin.catchment.scores import kge, nse
from riverchief.govern.twin.catchment.update import Updating

AREA_KM2 = 38_900


def weather(n=730, seed=0):
    rng = np.random.default_rng(seed)
    season = 1 + np.sin(np.arange(n) * 2 * np.pi / 365)
    return np.where(rng.random(n) < 0.25, rng.exponential(9.0, n) * season, 0.0), 1 + 2 * season


def test_the_flow_of_a_known_basin_is_found_again():
    rain, lift = weather()
    truth = np.array([60.0, 0, 30, 3.0, 0.3, 40, 0.02, 0.004])
    seen = run_warmed(rain, lift, truth).flow_mm_d[0]
    hidden = seen.copy()
    hidden[100:160] = np.nan
    found = calibrate(rain, lift, hidden, generations=60)
    made = run_warmed(rain, lift, found.best).flow_mm_d[0]
    # also where it was hidden
    assert float(kge(made, seen)) > 0.97
    assert float(nse(made[100:160], seen[100:160])) > 0.9


def test_what_is_kept_is_nearly_as_good_as_the_best_and_within_the_ranges():
    rain, lift = weather(400)
    seen = run_warmed(rain, lift, np.array([60.0, 0, 30, 3.0, 0.3, 40, 0.02, 0.004])).flow_mm_d[0]
    found = calibrate(rain, lift, seen, generations=8)
    again = calibrate(rain, lift, seen, generations=8)
    assert np.array_equal(found.behavioural, again.behavioural)
    assert (np.diff(found.losses) >= 0).all()
    assert found.losses[-1] <= found.loss + BEHAVIOURAL
    for column, p in enumerate(PARAMETERS):
        kept = found.behavioural[:, column]
        assert kept.min() >= p.low * (1 - 1e-9)
        assert kept.max() <= p.high * (1 + 1e-9)
    made = run_warmed(rain, lift, found.behavioural[:5]).flow_mm_d
    losses = 1 - (kge(np.sqrt(made), np.sqrt(seen)) + kge(made, seen)) / 2
    assert losses == pytest.approx(found.losses[:5])
    drawn = found.sample(7, seed=1)
    assert drawn.shape == (7, 8)
    assert np.array_equal(drawn[0], found.best)


def test_the_first_year_passes_once_before_the_record():
    rain, lift = weather(500)
    by_hand = simulate(np.r_[rain[:365], rain], np.r_[lift[:365], lift], gr4j(300, 0, 60, 2)).flow_mm_d[:, 365:]
    assert np.array_equal(run_warmed(rain, lift, gr4j(300, 0, 60, 2)).flow_mm_d, by_hand)


def test_less_than_a_year_and_negative_observations_are_refused():
    rain, lift = weather(300)
    with pytest.raises(InputError, match="365 days"):
        run_warmed(rain, lift, gr4j(300, 0, 60, 2))
    rain, lift = weather(400)
    with pytest.raises(InputError, match="observed runoff is -1"):
        calibrate(rain, lift, np.full(400, -1.0))


def test_on_the_fen_forecasts_beat_persistence_in_years_not_calibrated(fen):
    """Rain as observed stands for a forecast of rain; leads of 3 and 7 days. Lead 1 is in docs/validation/catchment."""
    rain, lift, flow, year = fen
    seen, early = depth_mm_d(flow, AREA_KM2), year <= 2014
    found = calibrate(rain[early], lift[early], seen[early], generations=50)
    made = run_warmed(rain, lift, found.best).flow_mm_d[0]
    updating = Updating.fit(made[early], seen[early], leads=7)
    for lead in (3, 7):
        now, then = slice(0, -lead), slice(lead, None)
        both = np.where(np.isfinite(seen[now]) & (year[now] >= 2015), seen[then], np.nan)
        ahead = updating.ahead(made[then], made[now], seen[now], lead)
        assert float(nse(ahead, both)) > float(nse(np.nan_to_num(seen[now]), both)) + 0.05
