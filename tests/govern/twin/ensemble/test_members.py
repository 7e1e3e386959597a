from dataclasses import replace

import numpy as np
import pytest

from govern.twin import doubtful
from riverchief.base.errors import InputError
from riverchief.govern.twin import ensemble as ens
from riverchief.govern.twin import state as states
from riverchief.govern.twin.model import Model


@pytest.fixture(scope="module")
def model():
    return doubtful.model()


def test_a_member_is_the_same_whatever_the_size_of_the_ensemble(model):
    start = model.start(0.0)
    few, many = (ens.draw(model, n, start, doubtful.SPREAD, seed=4) for n in (3, 20))
    assert (few.log_rough == many.log_rough[:3]).all()
    assert (few.log_inflow == many.log_inflow[:3]).all()
    times = np.array([3600.0, 7200.0])
    assert (few.ahead(times) == many.ahead(times)[:3]).all()


def test_multipliers_have_the_spread_that_was_asked_for(model):
    drawn = ens.draw(model, 3000, model.start(0.0), doubtful.SPREAD, seed=2)
    assert drawn.log_rough.std(axis=0) == pytest.approx(np.full(3, 0.15), rel=0.05)
    assert drawn.log_inflow.std(axis=0) == pytest.approx(np.full(3, 0.2), rel=0.05)
    pairs = np.corrcoef(np.concatenate([drawn.log_rough, drawn.log_inflow, drawn.log_load], axis=1).T)
    assert np.abs(pairs - np.eye(9)).max() < 0.08


def test_roughness_acts_on_the_faces_of_its_reach_alone(model):
    drawn = ens.draw(model, 2, model.start(0.0), doubtful.SPREAD, seed=2)
    rough2 = drawn.rough2()
    for k, faces in enumerate(model.cells.faces.values()):
        assert rough2[0, faces] == pytest.approx(np.exp(2 * drawn.log_rough[0, k]))


def test_states_of_their_own_hold_the_volume_of_their_levels(model):
    start = model.start(0.0)
    start.conc[:] = 5.0
    drawn = ens.draw(model, 4, start, ens.Spread(depth=ens.LogNormal(0.2), conc=ens.LogNormal(0.2)), seed=3)
    grid = model.cells.grid
    for m in range(4):
        assert drawn.state.volume[m] == pytest.approx(states.volumes(grid, drawn.state.level[m]))
    free = ~grid.fixed
    ratio = (drawn.state.level - grid.bed)[:, free] / (start.level - grid.bed)[free]
    assert 0.1 < np.log(ratio).std() < 0.3
    assert (drawn.state.level[:, grid.fixed] == start.level[grid.fixed]).all()
    assert drawn.state.conc.std() > 0.3


def test_an_ensemble_of_one_and_rates_of_nothing_are_refused(model):
    with pytest.raises(InputError, match="2 members"):
        ens.draw(model, 1, model.start(0.0), doubtful.SPREAD)
    with pytest.raises(InputError, match="nitrate"):
        ens.draw(model, 2, model.start(0.0), doubtful.SPREAD, decay_per_s={"nitrate": 1e-6})
    with pytest.raises(InputError, match="rate"):
        ens.draw(model, 2, model.start(0.0), doubtful.SPREAD, decay_per_s={"cod": -1.0})


@pytest.mark.parametrize("path", ["numba", ""])
def test_a_member_is_the_river_with_its_roughness_and_rates(model, path):
    """The outlet's uniform flow too: a factor on a reach's n is that n in the river's description."""
    factor = {"up": 1.2, "down": 0.8, "side": 1.1}
    river = doubtful.river()
    for code, reach in river.reaches.items():
        shapes = tuple(replace(shape, manning=shape.manning * factor[code]) for shape in reach.shapes)
        river.reaches[code] = replace(reach, shapes=shapes)
    river.decay_per_day = {"cod": 2.0}
    other = Model(river)
    start = model.run(model.start(0.0), 6 * 3600.0, 6 * 3600.0).state
    run = other.run(start, 18 * 3600.0, 3600.0)
    drawn = ens.draw(model, 2, start, ens.Spread(), decay_per_s={"cod": 1.0 / 86_400.0})
    logs = np.log([factor[code] for code in model.cells.reach])
    drawn = drawn.moved(log_rough=np.tile(logs, (2, 1)), log_decay=np.full((2, 1), np.log(2.0)))
    told = ens.run_members(drawn, 18 * 3600.0, 3600.0, ens.Watch.all(model), path=path)
    np.testing.assert_allclose(told.level_m[1], run.record.level, atol=2e-4)
    free = ~model.cells.grid.fixed
    np.testing.assert_allclose(told.conc[1, :, 0][:, free], run.record.conc[:, 0][:, free], rtol=2e-3)


def test_draws_take_the_models_own_rates_where_none_are_given():
    river = doubtful.river()
    river.decay_per_day = {"cod": 0.864}
    model = Model(river)
    assert ens.draw(model, 2, model.start(0.0), ens.Spread()).decay_per_s == pytest.approx([1e-5])
    given = ens.draw(model, 2, model.start(0.0), ens.Spread(), decay_per_s={"cod": 2e-6})
    assert given.decay_per_s == pytest.approx([2e-6])


def test_parameters_that_age_keep_their_spread_and_forget_as_their_memory_says(model):
    drawn = ens.draw(model, 2000, model.start(0.0), doubtful.SPREAD, seed=3)
    aged = drawn.aged(3600.0, 7200.0)
    kept = np.exp(-0.5)
    assert aged.log_rough.std() == pytest.approx(0.15, rel=0.05)
    assert np.corrcoef(aged.log_rough.ravel(), drawn.log_rough.ravel())[0, 1] == pytest.approx(kept, abs=0.03)
    assert (aged.log_inflow == drawn.log_inflow).all()
    assert (drawn.aged(3600.0, np.inf).log_rough == drawn.log_rough).all()
    assert (drawn.aged(3600.0, 7200.0).log_decay == aged.log_decay).all()


def test_the_middle_of_members_is_a_state_that_a_run_begins_from(model):
    drawn = ens.draw(model, 6, model.start(0.0), ens.Spread(depth=ens.LogNormal(0.2)), seed=3)
    middle = drawn.middle()
    assert middle.level == pytest.approx(drawn.state.level.mean(axis=0))
    assert middle.volume == pytest.approx(states.volumes(model.cells.grid, middle.level))
    assert abs(model.run(middle, 3600.0, 3600.0).balance.error) < 1e-12


def test_a_member_may_take_anothers_place(model):
    drawn = ens.draw(model, 4, model.start(0.0), doubtful.SPREAD, seed=3)
    other = drawn.replaced(1, 2)
    assert (other.log_rough[1] == drawn.log_rough[2]).all()
    assert (other.log_rough[[0, 2, 3]] == drawn.log_rough[[0, 2, 3]]).all()
    assert len(drawn.first(2)) == 2
