"""A cycle of the twin: against a river whose truth is known, what each gauge moves, and how it falls short."""

import numpy as np
import pytest

from govern.twin.rivers_of_operation import canal
from riverchief.base.errors import InputError
from riverchief.govern import twin
from riverchief.govern.twin.cycle import (
    COLD_START,
    FIRST_GUESS,
    LATE_DATA,
    NO_FLOW,
    NO_LEVEL,
    Gauge,
    Memory,
    Settings,
    begin_from,
    cycle,
    multiply,
)
from riverchief.govern.twin.upstream import Upstream

HOUR = 3600.0
NOTHING = np.empty(0)
DATUM_M = 37.0
SHORT = Settings(window_s=12 * HOUR, compare_s=2 * HOUR, ahead_s=6 * HOUR, firm=frozenset({"works"}))


def forked(**flows):
    """Two heads, a confluence, a gauge on one head and one below; a discharger between."""
    river = twin.River("fork")
    shape = [twin.trapezoid(8, 2, 0.03, bed) for bed in (4.0, 2.0)]
    below = [twin.trapezoid(12, 2, 0.03, bed) for bed in (2.0, 0.0)]
    river.reach("left", [0, 2000.0], shape, dx_m=200.0, to_node="meet")
    river.reach("right", [0, 2000.0], shape, dx_m=200.0, to_node="meet")
    river.reach("stem", [0, 3000.0], below, dx_m=250.0, from_node="meet")
    river.inflow("l", flows.get("l", 4.0), node="left:start")
    river.inflow("r", flows.get("r", 6.0), node="right:start")
    river.inflow("works", flows.get("works", 1.0), at=("stem", 500.0))
    river.boundary(twin.NormalDepth("stem:end", 0.0007))
    return river


PLACES = {"a": ("left", 1500.0), "b": ("stem", 2500.0)}


def read(run, stations=PLACES, flow=True, level=True):
    """What gauges read of a run, on a datum of their own."""
    found = []
    for code, place in stations.items():
        q, z = run.flow_m3s(*place), run.level_m(*place) + DATUM_M
        series = [run.time_s, q] if flow else [NOTHING, NOTHING]
        series += [run.time_s, z] if level else [NOTHING, NOTHING]
        found.append(Gauge(code, *place, *series))
    return found


@pytest.fixture(scope="module")
def truth():
    """The fork with other heads than anybody was told."""
    model = twin.Model(forked(l=5.2, r=4.5))
    return model.run(model.start(0.0), 24 * HOUR, 900.0)


@pytest.fixture
def model():
    return twin.Model(forked())


def test_inflows_move_until_every_gauge_sees_what_it_saw(truth, model):
    told = cycle(model, read(truth), 24 * HOUR, Memory(), None, SHORT)
    assert told.memory.factor["l"] == pytest.approx(5.2 / 4.0, rel=1e-3)
    assert told.memory.factor["r"] == pytest.approx(4.5 / 6.0, rel=1e-3)
    assert told.memory.factor["works"] == 1.0
    assert [fit.modelled_m3s for fit in told.fits] == pytest.approx([fit.observed_m3s for fit in told.fits], rel=1e-3)
    assert told.state.level == pytest.approx(truth.state.level, abs=2e-3)
    assert told.modes == (COLD_START,)


def test_a_forecast_goes_on_from_the_analysis_and_keeps_its_water(truth, model):
    told = cycle(model, read(truth), 24 * HOUR, Memory(), None, SHORT)
    assert told.forecast.time_s[0] == 25 * HOUR
    assert told.forecast.time_s[-1] == 30 * HOUR
    for run in (told.analysis, told.forecast):
        assert abs(run.balance.error) < 1e-12


def test_a_level_moves_the_river_through_its_rating_once_the_datum_is_known(truth, model):
    first = cycle(model, read(truth), 24 * HOUR, Memory(), None, SHORT)
    for code in PLACES:
        assert first.memory.datum_m[code] == pytest.approx(DATUM_M, abs=0.25)  # between two cells the level is a mean
    blind = cycle(model, read(truth, flow=False), 24 * HOUR, Memory({}, first.memory.datum_m), None, SHORT)
    assert {fit.by for fit in blind.fits} == {"level"}
    assert blind.memory.factor["l"] == pytest.approx(5.2 / 4.0, rel=0.03)
    assert blind.memory.factor["r"] == pytest.approx(4.5 / 6.0, rel=0.03)


def test_a_level_whose_datum_nobody_knows_moves_nothing(truth, model):
    told = cycle(model, read(truth, flow=False), 24 * HOUR, Memory(), None, SHORT)
    assert set(told.memory.factor.values()) == {1.0}
    assert set(told.modes) == {FIRST_GUESS, NO_FLOW, COLD_START}


@pytest.mark.parametrize(
    ("flow", "level", "modes"),
    [(True, True, set()), (True, False, {NO_LEVEL}), (False, False, {FIRST_GUESS, NO_FLOW, NO_LEVEL})],
)
def test_each_way_of_falling_short_is_named(truth, model, flow, level, modes):
    told = cycle(model, read(truth, flow=flow, level=level), 24 * HOUR, Memory(), None, SHORT)
    assert set(told.modes) == {*modes, COLD_START}


def test_readings_older_than_the_compared_time_do_not_count(truth, model):
    told = cycle(model, read(truth), 40 * HOUR, Memory(), None, SHORT)
    assert FIRST_GUESS in told.modes


def test_one_gauge_moves_all_above_it_alike_and_what_no_gauge_sees_follows(truth, model):
    only = {"a": PLACES["a"]}
    told = cycle(model, read(truth, only), 24 * HOUR, Memory(), None, SHORT)
    assert told.memory.factor["l"] == pytest.approx(1.3, rel=1e-3)
    assert told.memory.factor["r"] == told.memory.factor["l"]
    assert told.memory.factor["works"] == 1.0


def test_factors_stay_within_their_limits(model):
    wild = twin.Model(forked(l=400.0))
    run = wild.run(wild.start(0.0), 24 * HOUR, 900.0)
    told = cycle(model, read(run), 24 * HOUR, Memory(), None, SHORT)
    assert max(told.memory.factor.values()) <= SHORT.most
    assert np.isfinite(told.state.level).all()


def test_a_cycle_begins_from_a_kept_state_and_changes_it_not(truth, model):
    kept = model.run(model.start(0.0), 10 * HOUR, HOUR).state
    before = kept.level.copy()
    told = cycle(model, read(truth), 24 * HOUR, Memory(), kept, SHORT, late=True)
    assert told.analysis.time_s[0] == 11 * HOUR
    assert set(told.modes) == {LATE_DATA}
    assert (kept.level == before).all()


def test_losses_and_abstractions_are_not_multiplied():
    river = canal()
    river.inflow("taken", -2.0, at=("a", 500.0))
    model = twin.Model(river)
    multiply(model, {"head": 1.5, "taken": 3.0})
    assert model.forcing.factor.tolist() == [1.5, 1.0]


def test_a_gauge_that_is_not_on_the_river_is_named(truth, model):
    with pytest.raises(InputError, match="reach 'nowhere'"):
        cycle(model, [Gauge("x", "nowhere", 0.0, NOTHING, NOTHING, NOTHING, NOTHING)], 24 * HOUR, Memory(), None, SHORT)


@pytest.mark.parametrize(
    ("states_h", "now_h", "oldest_h", "found"),
    [
        ([], 100, np.inf, (None, False)),
        ([60, 95], 100, np.inf, (None, False)),
        ([10, 40, 53, 90], 100, np.inf, (1, False)),
        ([10, 40, 53, 90], 100, 30, (0, True)),
        ([10, 40, 53, 90], 100, 99, (1, False)),
        ([10, 40, 53, 90], 100, 5, (None, True)),
    ],
)
def test_a_cycle_begins_before_its_window_and_before_what_came_late(states_h, now_h, oldest_h, found):
    used = Settings(window_s=48 * HOUR)
    assert begin_from([h * HOUR for h in states_h], now_h * HOUR, used, oldest_h * HOUR) == found


def test_each_inflow_belongs_to_the_next_place_below_it(model):
    above = Upstream.of(model, [PLACES["b"], PLACES["a"]])
    assert above.own == (("r", "works"), ("l",))
    assert above.above == ((1,), ())
    assert above.order == (1, 0)
    assert above.rest == ()
    high = Upstream.of(model, [PLACES["a"]])
    assert (high.own, high.rest) == ((("l",),), ("r", "works"))
