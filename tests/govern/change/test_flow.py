"""Planted changes come back: flow alone, management alone, both, and none."""

import numpy as np
import pytest

from govern.change.world import planted
from govern.loads.rivers import flows, lamprey
from riverchief.base.errors import InputError
from riverchief.govern.change import explain_flow, year_and_before
from riverchief.govern.loads import samples_of
from riverchief.govern.loads.series import DAY_S, Flow

N = int(8 * 365.25)
TIME_D = np.datetime64("2010-01-01", "D").astype(float) + np.arange(N) + 0.5


def _explain(world, before, after, *, every=7, load=False, **more):
    at = slice(None, None, every)
    samples, _ = samples_of(world.time_d[at] * DAY_S, world.concentration_mgl[at], world.flow_m3s[at])
    flow = Flow(world.time_d * DAY_S, world.flow_m3s, np.full(world.time_d.size, float(DAY_S)))
    pair = year_and_before(np.asarray(samples.time_s, "datetime64[s]").astype("datetime64[D]"), after, before)
    return explain_flow(samples, flow, pair, code="nh3n", load=load, draws=120, **more)


def _quiet(management, flow_m3s):
    """A river without errors or season: C = Q^-0.4 times management."""
    year = (TIME_D * 86_400).astype("datetime64[s]").astype("datetime64[Y]").astype(int) + 1970
    factor = np.array([management(one) for one in year])
    world = planted(TIME_D, flow_m3s, 0, management=management, flow_trend=0.0)
    return type(world)(TIME_D, flow_m3s, flow_m3s**-0.4 * factor, year, lambda t, q, one: q**-0.4 * management(one))


def test_without_management_all_of_the_change_is_the_waters():
    wet = flows(N) * np.where((TIME_D * 86_400).astype("datetime64[s]").astype("datetime64[Y]").astype(int) == 45, 3, 1)
    found = _explain(_quiet(lambda _: 1.0, wet), 2014, 2015).split  # 2015 has three times its water
    assert found.total.value == pytest.approx(found.conditions.value, rel=0.02)
    assert abs(found.rest.value) < 0.01 * found.before
    assert found.total.value < -0.2 * found.before


def test_a_halved_source_is_the_rest_and_not_the_waters():
    world = _quiet(lambda one: 0.5 if one >= 2015 else 1.0, flows(N))
    found = _explain(world, 2014, 2015).split
    conditions, rest = world.parts(2014, 2015)
    assert found.rest.value == pytest.approx(rest, rel=0.05)
    assert found.conditions.value == pytest.approx(conditions, abs=0.03 * found.before)


@pytest.mark.parametrize("load", [False, True])
def test_the_parts_add_up_to_the_change(load):
    found = _explain(planted(TIME_D, flows(N), 3, management=lambda _: 1.0, flow_trend=0.05), 2013, 2016, load=load)
    split = found.split
    assert split.conditions.value + split.rest.value == pytest.approx(split.total.value)
    assert split.total.value == pytest.approx(split.after - split.before)
    assert split.rest.value == pytest.approx(split.normal_after - split.normal_before)
    assert found.unit == ("kg/d" if load else "mg/L")


def test_a_load_is_the_concentration_times_86_4():
    # C = 1 mg/L always: the mean load is 86.4 kg/d per m³/s of mean flow
    world = _quiet(lambda _: 1.0, flows(N))
    world = type(world)(world.time_d, world.flow_m3s, np.ones(N), world.year, None)
    found = _explain(world, 2014, 2015, load=True).split
    for value, one in ((found.before, 2014), (found.after, 2015)):
        assert value == pytest.approx(86.4 * world.flow_m3s[world.year == one].mean(), rel=1e-6)
    assert found.rest.value == pytest.approx(0, abs=0.01 * found.before)  # leap days shift the half-months


@pytest.mark.slow
@pytest.mark.parametrize("trend", [-0.06, 0.0])
def test_planted_trends_on_real_discharge_lie_within_the_interval(shared_data, trend):
    _, flow = lamprey(shared_data)
    time_d = flow.time_s / DAY_S
    held = 0
    for seed in range(6):
        world = planted(
            time_d, flow.flow_m3s, seed, management=lambda one: np.exp(trend * (one - 2000)), flow_trend=0.04
        )
        found = _explain(world, 2008, 2012, seed=seed).split
        held += found.rest.low <= world.parts(2008, 2012)[1] <= found.rest.high
    assert held >= 5  # of a 95 % interval; the page has all draws


def test_sentences_claim_no_more_than_the_interval():
    world = planted(TIME_D, flows(N), 5, management=lambda one: 0.4 if one >= 2015 else 1.0, flow_trend=0.0)
    sure = _explain(world, 2014, 2015)
    assert sure.word == "less"
    assert "something other than flow brought it down" in sure.sentence("en")
    assert "来水以外的因素使其下降" in sure.sentence("zh")
    none = _explain(planted(TIME_D, flows(N), 5, management=lambda _: 1.0, flow_trend=0.0), 2014, 2015)
    assert none.word == "not_told_apart"
    assert "不能算作治理成效" in none.sentence("zh")


def test_the_same_input_gives_the_same_interval():
    world = planted(TIME_D, flows(N), 6, management=lambda _: 1.0, flow_trend=0.0)
    assert _explain(world, 2014, 2015).as_dict() == _explain(world, 2014, 2015).as_dict()


def test_too_few_samples_are_said_with_what_is_needed():
    world = planted(TIME_D, flows(N), 7, management=lambda _: 1.0, flow_trend=0.0)
    with pytest.raises(InputError, match=r"\d usable samples in 2014.*, at least 10 are needed"):
        _explain(world, 2014, 2015, every=60)
