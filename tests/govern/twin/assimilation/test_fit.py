"""A fit finds what a known truth was made of, is judged on what it never saw, and goes on after a break bit for bit."""

from dataclasses import replace

import numpy as np
import pytest

from govern.twin import doubtful
from riverchief.base.errors import InputError
from riverchief.govern import twin
from riverchief.govern.twin.assimilation import Asked, Reading, fit

HOUR_S = 3600.0
PLACES = {"S1": ("up", 8000.0), "S2": ("side", 5000.0), "S3": ("down", 9500.0)}
FACTORS = {"up": 1.3, "down": 0.8, "side": 1.0}
DECAY_PER_DAY = 1.5
ASKED = Asked(members=24, passes=3, spin_up_s=12 * HOUR_S, every_s=HOUR_S)


def rougher(factor):
    river = doubtful.river()
    for code, reach in river.reaches.items():
        shapes = tuple(replace(shape, manning=shape.manning * factor[code]) for shape in reach.shapes)
        river.reaches[code] = replace(reach, shapes=shapes)
    return river


@pytest.fixture(scope="module")
def world():
    """The model as people have it, and readings of a river that is rougher here, smoother there, and decays."""
    river = rougher(FACTORS)
    river.decay_per_day = {"cod": DECAY_PER_DAY}
    truth = twin.Model(river)
    run = truth.run(truth.start(0.0), 48 * HOUR_S, HOUR_S)
    rng = np.random.default_rng(5)
    readings = []
    for name, place in PLACES.items():
        level, cod = run.level_m(*place), run.concentration("cod", *place)
        for k, t in enumerate(run.time_s):
            readings.append(Reading(name, t, *place, "level", level[k] + 0.01 * rng.standard_normal(), 0.01))
            if k % 3 == 2:
                readings.append(Reading(name, t, *place, "cod", cod[k] * (1 + 0.03 * rng.standard_normal()), 0.3))
    model = doubtful.model()
    return model, model.start(0.0), readings


@pytest.fixture(scope="module")
def done(world, tmp_path_factory):
    folder = tmp_path_factory.mktemp("fit") / "parts"
    shares = []
    return fit(*world, ASKED, {"cod": 0.5}, folder, shares.append), folder, shares


def test_roughness_and_decay_are_those_of_the_truth(done):
    found = done[0]
    for code, factor in FACTORS.items():
        assert found.manning_factor[code] == pytest.approx(factor, rel=0.03), code
    assert found.decay_per_day["cod"] == pytest.approx(DECAY_PER_DAY, rel=0.15)
    assert found.calibration.untold == []


def test_it_is_judged_on_readings_that_it_never_saw(done, world):
    found = done[0]
    late = {(s.station, s.what): s for s in found.scores if s.period == "verification"}
    assert set(late) == {(name, what) for name in PLACES for what in ("level", "cod")}
    assert all(r.time_s <= found.split_s for r in found.calibration.used)
    right = late.pop(("S2", "level"))  # there the roughness was right from the beginning: only noise is left
    assert right.rmse_before == pytest.approx(0.01, rel=0.5)
    assert right.rmse_after == pytest.approx(right.rmse_before, rel=0.2)
    for score in late.values():
        assert score.rmse_after < 0.6 * score.rmse_before
    assert all(s.rmse_after < 0.03 for (_, what), s in late.items() if what == "level")
    assert found.early == sum(r.time_s <= 12 * HOUR_S for r in world[2])


def test_what_it_would_write_is_what_it_was_judged_by(done, world):
    """The scores of the fitted model are those of a river with the new roughness and rates in its description."""
    found, readings = done[0], world[2]
    river = rougher(found.manning_factor)
    river.decay_per_day = found.decay_per_day
    model = twin.Model(river)
    run = model.run(world[1], 48 * HOUR_S, HOUR_S)
    (score,) = (s for s in found.scores if (s.station, s.what, s.period) == ("S3", "level", "verification"))
    mine = [r for r in readings if (r.name, r.what) == ("S3", "level") and r.time_s > found.split_s]
    level = np.interp([r.time_s for r in mine], run.time_s, run.level_m(*PLACES["S3"]))
    error = np.sqrt(np.mean((level - [r.value for r in mine]) ** 2))
    assert score.n == len(mine)
    assert score.rmse_after == pytest.approx(error, rel=0.03)


def test_broken_off_and_asked_again_it_is_the_same_to_the_last_bit(done, world, tmp_path):
    whole, _, shares = done
    assert shares == sorted(shares)
    assert shares[-1] == 1.0

    class Broken(Exception):
        pass

    def breaks(share):
        if share > 0.5:
            raise Broken

    with pytest.raises(Broken):
        fit(*world, ASKED, {"cod": 0.5}, tmp_path, breaks)
    kept = len(list(tmp_path.glob("*.npy")))
    assert 0 < kept < ASKED.passes + 2
    again = fit(*world, ASKED, {"cod": 0.5}, tmp_path)
    assert again.manning_factor == whole.manning_factor
    assert again.decay_per_day == whole.decay_per_day
    assert again.scores == whole.scores
    assert (again.calibration.members.log_rough == whole.calibration.members.log_rough).all()


def test_another_question_finds_nothing_of_it(done, world):
    whole, folder, _ = done
    names = {path.name for path in folder.glob("*.npy")}
    other = fit(*world, replace(ASKED, seed=1, passes=1), {"cod": 0.5}, folder)
    assert other.manning_factor != whole.manning_factor
    assert not names & {path.name for path in folder.glob("*.npy")}


def test_reaches_of_one_class_have_one_factor(world):
    found = fit(*world, replace(ASKED, by="class", passes=2, decay_sd=0.0))
    assert found.manning_factor["up"] == found.manning_factor["down"]  # n is 0.03 in both, 0.035 in the third
    assert [p.name for p in found.calibration.parameters] == ["roughness up, down", "roughness side"]
    assert found.calibration.correlation.shape == (2, 2)
    assert found.decay_per_day == {}


def test_what_no_reading_tells_stays_as_it_is(world):
    model, state, readings = world
    levels = [r for r in readings if (r.name, r.what) == ("S1", "level")]
    found = fit(model, state, levels, replace(ASKED, passes=2), {"cod": 0.5})
    assert found.decay_per_day == {}
    assert found.manning_factor["side"] == 1.0
    assert found.manning_factor["up"] == pytest.approx(1.3, rel=0.03)


def test_what_cannot_be_is_told(world):
    model, state, readings = world
    with pytest.raises(InputError, match="of 3 readings none can be used"):
        fit(model, state, readings[:3], replace(ASKED, spin_up_s=100 * HOUR_S))
    with pytest.raises(InputError, match="region"):
        Asked(by="region")
    with pytest.raises(InputError, match="0 passes"):
        Asked(passes=0)
