from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest

from govern.twin import doubtful
from riverchief.base.errors import InputError
from riverchief.govern import twin
from riverchief.govern.twin import ensemble as ens
from riverchief.govern.twin.ensemble import compiled
from riverchief.govern.twin.quality import parse_kinetics

END_S = 18 * 3600.0


@pytest.fixture(scope="module")
def members():
    return doubtful.members(18, seed=5)


@pytest.fixture(scope="module")
def watch(members):
    return ens.Watch.at(members.model, [("up", 5000.0), ("down", 9000.0)])


def same(a, b):
    return all(
        (getattr(a, name) == getattr(b, name)).all()
        for name in ("level_m", "flow_m3s", "conc", "water_error", "balance")
    ) and all((x == y).all() for x, y in zip(a.members.state, b.members.state, strict=True))


def test_a_member_without_doubt_is_the_run_of_the_model_to_the_last_bit(watch):
    plain = doubtful.members(2, spread=ens.Spread())
    plain = plain.moved(decay_per_s=np.zeros(1))
    run = ens.run_members(plain, END_S, 3600.0, watch, path="numba")
    alone = plain.model.run(plain.member(0), END_S, 3600.0)
    assert (run.level_m[1] == alone.level_m("up", 5000.0)[:, None]).all(axis=0)[0]
    assert (run.flow_m3s[0, :, 1] == alone.flow_m3s("down", 9000.0)).all()
    assert (run.conc[0, :, 0, 1] == alone.concentration("cod", "down", 9000.0)).all()


def test_a_member_without_doubt_disperses_by_a_formula_as_the_run_of_its_model_does(watch):
    plain = doubtful.members(2, spread=ens.Spread(), dispersion="fischer")
    plain = plain.moved(decay_per_s=np.zeros(1))
    run = ens.run_members(plain, END_S, 3600.0, watch, path="numba")
    alone = plain.model.run(plain.member(0), END_S, 3600.0)
    assert (run.conc[1, :, 0, 1] == alone.concentration("cod", "down", 9000.0)).all()


@pytest.mark.parametrize("path", ["numba", "compiled"])
def test_every_member_keeps_its_water_and_its_mass(members, watch, path):
    if path == "compiled" and compiled.hindrance(members.model):
        pytest.skip(compiled.hindrance(members.model))
    run = ens.run_members(members, END_S, 3600.0, watch, path=path)
    assert run.path == path
    assert np.abs(run.water_error).max() < 1e-12
    assert np.abs(run.mass_error).max() < 1e-12
    assert run.flow_m3s[:, -1].std(axis=0).min() > 0.5  # and they differ


def test_decay_takes_what_its_rate_says_where_nothing_moves():
    still = doubtful.members(2, spread=ens.Spread(), warm_s=3600.0)
    still.state.conc[:] = 8.0
    rate = 5e-5
    still = still.moved(log_load=np.full_like(still.log_load, -60.0), decay_per_s=np.array([rate]))
    run = ens.run_members(still, still.time_s + 1800.0, 1800.0, ens.Watch.at(still.model, [("down", 9000.0)]))
    assert run.conc[0, 0, 0, 0] == pytest.approx(8.0 * np.exp(-rate * 1800.0), rel=1e-3)
    assert np.abs(run.mass_error).max() < 1e-12


@pytest.fixture(scope="module")
def reacting():
    """Demand that uses up what it makes: two constituents of which one looks at the other."""
    text = "format = 1\n" + "".join(f'[constituent.{name}]\nunit = "mg/L"\n' for name in ("cod", "deficit"))
    text += '[rate.k]\nvalue = 1e-5\nunit = "1/s"\nsource = "test"\n'
    text += '[process.p]\nrate = "k * cod"\nchange = { cod = -1.0, deficit = 1.0 }\n'
    model = twin.Model(doubtful.river(), kinetics=parse_kinetics(text, "test"))
    return ens.draw(model, 3, model.start(0.0), doubtful.SPREAD, seed=6, decay_per_s={"deficit": 3e-5})


def test_members_react_as_the_run_of_their_model_does(reacting, watch):
    plain = reacting.moved(decay_per_s=np.zeros(2), spread=ens.Spread())
    plain = plain.moved(**{k: np.zeros_like(getattr(plain, k)) for k in ("log_inflow", "log_load", "log_rough")})
    run = ens.run_members(plain, 6 * 3600.0, 3600.0, watch)
    alone = plain.model.run(plain.member(0), 6 * 3600.0, 3600.0)
    assert run.path == "numba"
    assert "kinetics" in run.why
    for s, name in enumerate(("cod", "deficit")):
        assert (run.conc[1, :, s, 1] == alone.concentration(name, "down", 9000.0)).all()


def test_kinetics_and_decay_of_their_own_keep_every_mass(reacting, watch):
    run = ens.run_members(reacting, 6 * 3600.0, 3600.0, watch)
    assert np.abs(run.mass_error).max() < 1e-12
    assert run.conc[:, -1, 1, 1].std() > 1e-3


def test_a_run_goes_on_from_where_it_stopped_with_the_spread_it_had(members, watch):
    half = ens.run_members(members, 12 * 3600.0, 3600.0, watch)
    rest = ens.run_members(half.members, END_S, 3600.0, watch)
    assert half.members.time_s == 12 * 3600.0
    assert (rest.log_inflow[:, 0] != half.log_inflow[:, -1]).any()
    assert np.abs(rest.water_error).max() < 1e-12


def test_processes_give_the_same_to_the_last_bit(members, watch):
    here = ens.run_members(members, END_S, 3600.0, watch)
    for workers in (1, 2):
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            assert same(here, ens.run_members(members, END_S, 3600.0, watch, executor=pool))


@pytest.mark.filterwarnings("default")  # what Dask and its event loop warn of is theirs
def test_a_dask_client_gives_the_same_to_the_last_bit(members, watch):
    distributed = pytest.importorskip("distributed")
    here = ens.run_members(members, END_S, 3600.0, watch)
    with distributed.Client(processes=False, n_workers=1, threads_per_worker=2, dashboard_address=None) as client:
        assert same(here, ens.run_members(members, END_S, 3600.0, watch, executor=client))


def test_an_end_before_the_beginning_is_refused(members, watch):
    with pytest.raises(InputError, match="later end"):
        ens.run_members(members, 0.0, 3600.0, watch)


def test_a_member_that_no_step_can_carry_is_named(watch):
    bad = doubtful.members(3)
    bad.state.level[1, 5] = np.nan
    bad.state.volume[1, 5] = np.nan
    with pytest.raises(ens.MemberDiverged, match="member 1 of 3"):
        ens.run_members(bad, END_S, 3600.0, watch)
