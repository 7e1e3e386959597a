import numpy as np
import pytest

from govern.twin import doubtful
from govern.twin.assimilation.known import DESIGN, HOUR_S, PLACES
from riverchief.base.errors import InputError
from riverchief.govern.twin import ensemble as ens
from riverchief.govern.twin.assimilation import Reading, calibrate

SPREAD = ens.Spread(roughness=ens.LogNormal(0.2), decay=ens.LogNormal(0.5))


def readings_of(truth, end_s, whats, places=PLACES):
    watch = ens.Watch.at(truth.model, places)
    true = ens.run_members(truth, end_s, 2 * HOUR_S, watch)
    rng = np.random.default_rng(8)
    made = []
    for k, t in enumerate(true.time_s):
        for j, place in enumerate(places):
            for what, value, sigma in (("level", true.level_m[0, k, j], 0.02), ("cod", true.conc[0, k, 0, j], 0.4)):
                if what in whats:
                    made.append(Reading(f"{what} {j}", t, *place, what, value + sigma * rng.standard_normal(), sigma))
    return made


@pytest.fixture(scope="module")
def worlds():
    mine = doubtful.members(32, seed=1, spread=SPREAD)
    truth = doubtful.members(2, seed=77, spread=SPREAD)
    fast = np.full(1, 2e-5)  # 1.7 per day: the river is short
    return mine.moved(decay_per_s=fast), truth.moved(decay_per_s=fast)


def test_roughness_and_decay_are_found_and_all_are_told(worlds):
    mine, truth = worlds
    end = mine.time_s + 24 * HOUR_S
    found = calibrate(mine, readings_of(truth, end, ("level", "cod")), end, DESIGN)
    names = [p.name for p in found.parameters]
    assert names == ["roughness up", "roughness down", "roughness side", "decay cod"]
    truths = np.exp([*truth.log_rough[0], truth.log_decay[0, 0]])
    for parameter, value in zip(found.parameters, truths, strict=True):
        assert parameter.low * 0.97 < value < parameter.high * 1.03, parameter.name
        assert parameter.ratio < 0.5
    assert found.untold == []
    assert found.misfit[0] > 3 * found.misfit[-1]
    assert found.misfit[-1] < 1.5
    assert found.members.time_s == mine.time_s
    assert np.diag(found.correlation) == pytest.approx(np.ones(4))
    assert (found.singular > 1.5).sum() >= 3


def test_what_the_readings_do_not_tell_is_named(worlds):
    mine, truth = worlds
    end = mine.time_s + 12 * HOUR_S
    found = calibrate(mine, readings_of(truth, end, ("level",), [("up", 5000.0)]), end, DESIGN, passes=2)
    assert "decay cod" in found.untold
    assert "roughness up" not in found.untold
    assert found.singular[-1] < 1.0


def test_a_calibration_without_readings_is_refused(worlds):
    mine, _ = worlds
    with pytest.raises(InputError, match="0 usable readings"):
        calibrate(mine, [], mine.time_s + HOUR_S, DESIGN)
