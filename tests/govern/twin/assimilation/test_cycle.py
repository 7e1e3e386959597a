import numpy as np
import pytest

from govern.twin import doubtful
from govern.twin.assimilation.known import DESIGN, HOUR_S, experiment
from riverchief.govern.twin import ensemble as ens
from riverchief.govern.twin import state as states
from riverchief.govern.twin.assimilation import Reading, assimilate, locality


def cycled(hours=48, window_h=3, **kw):
    members, true, readings = experiment(hours, **kw)
    analyses = []
    while members.time_s < true.time_s[-1] - 1:
        end = members.time_s + window_h * HOUR_S
        due = [r for r in readings if members.time_s < r.time_s <= end]
        analyses.append(assimilate(members, due, end, DESIGN))
        members = analyses[-1].members
    return true, analyses


@pytest.fixture(scope="module")
def cycles():
    return cycled()


def rms(members, true, name):
    free = ~members.model.cells.grid.fixed
    mean, truth = getattr(members.state, name).mean(axis=0), getattr(true.members.state, name)[0]
    return float(np.sqrt(np.mean((mean - truth)[..., free] ** 2)))


def test_levels_flows_and_concentrations_come_nearer_to_the_truth_everywhere(cycles):
    true, analyses = cycles
    free = ens.run_members(experiment()[0], true.time_s[-1], HOUR_S, true.watch).members
    for name, least in (("level", 3.0), ("flow", 1.5), ("conc", 3.0)):
        assert rms(free, true, name) > least * rms(analyses[-1].members, true, name), name


def test_roughness_is_found_with_an_honest_spread(cycles):
    true, analyses = cycles
    after = analyses[-1].members
    error = after.log_rough.mean(axis=0) - true.members.log_rough[0]
    assert np.abs(error).max() < 0.06
    assert (after.log_rough.std(axis=0) < 0.5 * experiment()[0].log_rough.std(axis=0)).all()
    assert np.mean((error / after.log_rough.std(axis=0)) ** 2) < 6.0


def test_innovations_are_as_large_as_the_ensemble_expects(cycles):
    _, analyses = cycles
    assert 0.5 < np.mean([a.chi2 for a in analyses[4:]]) < 1.6


def test_what_the_analysis_puts_in_is_booked_and_volumes_are_those_of_the_levels(cycles):
    _, analyses = cycles
    one = analyses[5]
    grid = one.members.model.cells.grid
    free = ~grid.fixed
    before, after = one.run.members.state, one.members.state
    for m in (0, 7):
        assert after.volume[m][free] == pytest.approx(states.volumes(grid, after.level[m])[free], rel=1e-12)
    assert one.water_m3 == pytest.approx((after.volume - before.volume)[:, free].sum(axis=1))
    mass = ((after.conc[:, 0] * after.volume) - before.conc[:, 0] * before.volume)[:, free].sum(axis=1)
    assert one.mass_g[:, 0] == pytest.approx(mass)
    assert np.abs(one.water_m3).max() > 0
    assert np.abs(one.run.water_error).max() < 1e-12


def test_a_run_goes_on_after_an_analysis_without_a_shock(cycles):
    _, analyses = cycles
    before, after = analyses[-1].run.members, analyses[-1].members
    moved = []
    for members in (before, after):
        run = ens.run_members(members, members.time_s + 1800.0, 300.0, ens.Watch.all(members.model))
        moved.append(np.sqrt(np.mean((run.level_m[:, 0] - members.state.level) ** 2)))
        assert run.balance[:, 4].sum() == 0  # no step was thrown away
    put_in = np.sqrt(np.mean((after.state.level - before.state.level) ** 2))
    assert moved[1] - moved[0] < 0.25 * put_in  # what was put in stays


def test_a_reading_out_of_line_is_named_and_does_nothing():
    members, true, readings = experiment()
    end = members.time_s + 3 * HOUR_S
    due = [r for r in readings if r.time_s <= end]
    wild = Reading("broken gauge", end, "down", 9000.0, "level", true.level_m[0, 2, 2] + 9.0, 0.02)
    with_it, without = (assimilate(members, rs, end, DESIGN) for rs in ([*due, wild], due))
    assert [r.reading.name for r in with_it.refused] == ["broken gauge"]
    assert "standard deviations" in with_it.refused[0].why
    assert (with_it.members.state.level == without.members.state.level).all()


def test_without_readings_nothing_changes():
    members = doubtful.members(4)
    end = members.time_s + HOUR_S
    done = assimilate(members, [], end, DESIGN)
    assert done.used == []
    assert (done.members.state.level == done.run.members.state.level).all()
    assert (locality.parameters(done.members) == locality.parameters(done.run.members)).all()


def test_far_water_is_left_alone():
    members, _, readings = experiment()
    end = members.time_s + HOUR_S
    near = DESIGN.__class__(radius_m=2500.0, parameter_radius_m=2500.0, scales=DESIGN.scales)
    due = [r for r in readings if r.time_s <= end and r.reach == "up"]
    done = assimilate(members, due, end, near)
    cells = members.model.cells
    away = locality.distances_m(cells, np.array([cells.cell("up", 8000.0)]))[0]
    moved = (done.members.state.level != done.run.members.state.level).any(axis=0)
    assert not moved[away >= 2500.0].any()
    assert moved[away < 1500.0].all()
