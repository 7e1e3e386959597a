"""A cycle of the twin against a river whose truth is known: nearer than without, honest, the same after a restart."""

import numpy as np
import pytest

from govern.twin.rivers_of_operation import PLACES, forked
from riverchief.base.errors import InputError
from riverchief.govern import twin
from riverchief.govern.twin import cycle as cy
from riverchief.govern.twin import ensemble as ens
from riverchief.govern.twin import files
from riverchief.govern.twin.cycle import cycle
from riverchief.govern.twin.ensemble import compiled
from riverchief.govern.twin.standing import Gauge, Settings, Standing, begin_from, cold, resumed

HOUR = 3600.0
NOW = 30 * HOUR
DATUM_M = 37.0
DECAY = {"nh3n": 0.3}
USED = Settings(members=24, seed=1, decay_per_day=DECAY, floors={"nh3n": 0.02}, settle_s=3 * HOUR, cold_s=24 * HOUR,
                ahead_s=12 * HOUR)  # fmt: skip
ALWAYS = {cy.USUAL_INFLOW}


def carrying(river, left=0.4, right=0.2):
    for name, value in (("l", left), ("r", right), ("works", 3.0)):
        one = river.inflows[name]
        river.inflows[name] = twin.Inflow(
            name, one.flow_m3s, one.node, one.reach, one.chainage_m, {"nh3n": twin.constant(value)}
        )
    return river


def guessed():
    return twin.Model(carrying(forked()), ["nh3n"])


@pytest.fixture(scope="module")
def truth():
    """The fork with other heads, another roughness and other loads than anybody was told; a small flood on the left."""
    time = np.arange(0.0, 72 * HOUR, HOUR)
    flood = twin.Series(time, 5.2 + 2.0 * np.exp(-(((time / HOUR - 24) / 6) ** 2)))
    model = twin.Model(carrying(forked(manning=0.035, l=flood, r=4.5), 0.6, 0.25), ["nh3n"])
    return model.run(model.start(0.0), 42 * HOUR, 900.0)


def read(run, stations=("a", "b"), what=("flow", "level", "nh3n"), seed=3):
    """What stations read of a run up to now, with errors, levels on a datum of their own."""
    rng, found = np.random.default_rng(seed), []
    past = run.time_s <= NOW
    for code in PLACES:
        place, noise = PLACES[code], rng.standard_normal((3, past.sum()))
        values = {
            "flow": run.flow_m3s(*place)[past] * (1 + 0.03 * noise[0]),
            "level": run.level_m(*place)[past] + DATUM_M + 0.01 * noise[1],
            "nh3n": run.concentration("nh3n", *place)[past] * (1 + 0.05 * noise[2]),
        }
        if code in stations:
            found.append(Gauge(code, *place, {name: (run.time_s[past], values[name]) for name in what}))
    return found


def led(gauges, **more):
    return cycle(cold(guessed(), NOW, USED), gauges, NOW, USED, begun_cold=True, **more)


@pytest.fixture(scope="module")
def told(truth):
    return led(read(truth))


@pytest.fixture(scope="module")
def blind():
    return led([])


def rms(one, truth, name):
    """Error of the ensemble's mean now, everywhere."""
    free = slice(None, one.model.cells.grid.bed.size - 1) if name == "flow" else ~one.model.cells.grid.fixed
    k = int(np.abs(truth.time_s - NOW).argmin())
    mean, true = getattr(one.standing.members.state, name).mean(axis=0), getattr(truth.record, name)[k]
    return float(np.sqrt(np.mean((mean - true)[..., free] ** 2)))


def test_readings_bring_water_and_what_it_carries_nearer_to_the_truth_everywhere(told, blind, truth):
    # what roughness nobody knows does to levels, gauges on a datum of their own cannot tell
    for name, least in (("flow", 3.0), ("level", 1.3), ("conc", 2.0)):
        assert rms(blind, truth, name) > least * rms(told, truth, name), name


def test_the_inflows_that_nobody_told_are_found(told):
    factor = dict(zip(told.model.river.inflows, np.exp(told.standing.members.log_inflow.mean(axis=0)), strict=True))
    # 30 hours on the flood of the left head has 0.74 m³/s left
    assert factor["l"] * 4.0 == pytest.approx(5.94, rel=0.1)
    assert factor["r"] * 6.0 == pytest.approx(4.5, rel=0.1)


def test_roughness_moves_towards_the_truth_and_keeps_its_doubt(told, blind):
    wanted = np.log(0.035 / 0.03)
    k = list(told.model.cells.reach).index("stem")
    rough, before = told.standing.members.log_rough[:, k], blind.standing.members.log_rough[:, k]
    assert abs(rough.mean() - wanted) < abs(before.mean() - wanted) + 0.05
    assert 0.02 < rough.std() < 1.1 * before.std()


def test_the_band_holds_the_truth_now_and_ahead(told, truth):
    for code, place in PLACES.items():
        face = told.model.cells.face(*place)
        mean, low, high = told.past.flow_m3s[:, -1, face]
        now = np.interp(NOW, truth.time_s, truth.flow_m3s(*place))
        assert low < now < high, code
        assert high - low < 0.4 * mean
        ahead = told.ahead.flow_m3s[:, :, face]
        came = np.interp(told.ahead.time_s, truth.time_s, truth.flow_m3s(*place))
        assert np.mean((came > ahead[1]) & (came < ahead[2])) > 0.6, code
        assert (ahead[2] - ahead[1])[-1] > 1.5 * (high - low)


def test_ahead_inflows_run_back_to_what_is_usual(told):
    ahead = told.ahead.flow_m3s[0, :, told.model.cells.face(*PLACES["a"])]
    assert 4.0 < ahead[-1] < ahead[0]
    assert told.modes == (cy.COLD_START, cy.USUAL_INFLOW)


def test_what_is_said_of_a_station_are_its_members(told):
    said = {(one.station, one.what): one for one in told.said}
    assert set(said) == {(code, what) for code in PLACES for what in ("flow", "nh3n")}
    one = said["b", "flow"]
    assert one.lead_h == (1, 6, 12)
    face = told.model.cells.face(*PLACES["b"])
    for k, lead in enumerate(one.lead_h):
        mean, low, high = told.ahead.flow_m3s[:, lead - 1, face]
        assert one.members[k, 0] < low < one.members[k].mean() < high < one.members[k, -1]
        assert one.members[k].mean() == pytest.approx(mean, rel=0.02)


def test_every_balance_is_kept_and_what_the_filter_put_in_is_booked(told):
    assert told.books.error < 1e-12
    assert told.books.put_in_m3 != 0
    free = ~told.model.cells.grid.fixed
    stored = told.standing.members.state.volume[:, free].sum(axis=1).mean()
    assert told.books.stored_m3 == pytest.approx(stored)


def test_a_station_that_is_missing_costs_what_it_would_have_told(told, blind, truth):
    only = led(read(truth, ("b",)))
    assert [fit.station for fit in only.fits] == ["b"]
    assert rms(told, truth, "flow") < rms(only, truth, "flow")
    face, true = only.model.cells.face(*PLACES["b"]), np.interp(NOW, truth.time_s, truth.flow_m3s(*PLACES["b"]))
    off = {name: abs(one.past.flow_m3s[0, -1, face] - true) for name, one in (("only", only), ("blind", blind))}
    assert off["only"] < 0.3 * off["blind"]


def test_a_cycle_goes_on_bit_for_bit_from_what_was_kept(truth, told, tmp_path):
    kept = {}
    gauges = read(truth)
    led(gauges, keep=lambda one: kept.update({one.members.time_s: one}))
    assert sorted(kept) == [h * HOUR for h in range(7, 31)]
    one = kept[20 * HOUR]
    files.write_members(tmp_path / "m.npz", one.members, "a note")
    again, note = files.read_members(tmp_path / "m.npz", guessed(), USED.spread, USED.seed, USED.decay_per_s)
    assert note == "a note"
    rest = cycle(resumed(Standing(again, one.usual_m3s, one.datum_m)), gauges, NOW, USED)
    for name, part in rest.standing.members.state._asdict().items():
        assert part.tobytes() == getattr(told.standing.members.state, name).tobytes(), name
    assert (rest.ahead.flow_m3s == told.ahead.flow_m3s).all()
    assert rest.modes == (cy.USUAL_INFLOW,)


def test_late_readings_count_as_if_they_had_come_in_time(truth, told):
    kept = {}
    gauges = read(truth)
    early = [gauges[0], Gauge("b", *PLACES["b"], {
        what: (time_s[(time_s < 15 * HOUR) | (time_s > 24 * HOUR)], value[(time_s < 15 * HOUR) | (time_s > 24 * HOUR)])
        for what, (time_s, value) in gauges[1].series.items()
    })]  # fmt: skip
    first = led(early, keep=lambda one: kept.update({one.members.time_s: one}))
    states = sorted(kept)
    which, late = begin_from(states, NOW, USED, oldest_new_s=15 * HOUR)
    assert (states[which], late) == (14 * HOUR, True)
    rewound = cycle(kept[states[which]], gauges, NOW, USED, late=late)
    assert rewound.modes == (cy.LATE_DATA, cy.USUAL_INFLOW)
    assert (rewound.standing.members.state.level == told.standing.members.state.level).all()
    assert (first.standing.members.state.level != told.standing.members.state.level).any()


def test_a_usual_flow_that_moves_leaves_the_water_where_it_is(told):
    river = carrying(forked(l=8.0))
    members = ens.Members(**{**vars(told.standing.members), "model": twin.Model(river, ["nh3n"])})
    moved = resumed(Standing(members, told.standing.usual_m3s, {}))
    flow = [8.0, 6.0, 1.0] * np.exp(moved.members.log_inflow)
    assert flow == pytest.approx([4.0, 6.0, 1.0] * np.exp(told.standing.members.log_inflow))


def test_a_level_moves_the_river_once_its_datum_is_known(truth, told):
    for code in PLACES:
        assert told.standing.datum_m[code] == pytest.approx(DATUM_M, abs=0.15)
    start = cold(guessed(), NOW, USED)
    known = cycle(
        Standing(start.members, start.usual_m3s, told.standing.datum_m), read(truth, what=("level",)), NOW, USED
    )
    assert {fit.by for fit in known.fits} == {cy.LEVEL}
    assert set(known.modes) == ALWAYS | {cy.NO_FLOW, cy.NO_QUALITY}
    unknown = cycle(start, read(truth, what=("level",)), NOW, USED, begun_cold=True)
    assert unknown.used == 0
    assert set(unknown.modes) == ALWAYS | {cy.NO_FLOW, cy.NO_QUALITY, cy.FIRST_GUESS, cy.COLD_START}
    assert rms(known, truth, "level") < 0.7 * rms(unknown, truth, "level")


@pytest.mark.parametrize(
    ("what", "modes"),
    [(("flow", "level"), {cy.NO_QUALITY}), (("flow", "nh3n"), {cy.NO_LEVEL}),
     ((), {cy.FIRST_GUESS, cy.NO_FLOW, cy.NO_LEVEL, cy.NO_QUALITY})],
)  # fmt: skip
def test_each_way_of_falling_short_is_named(truth, told, what, modes):
    start = Standing(told.standing.members, told.standing.usual_m3s, told.standing.datum_m)
    late = [Gauge(g.station, g.reach, g.chainage_m, {
        name: (time_s + 3 * HOUR, value) for name, (time_s, value) in g.series.items()
    }) for g in read(truth, what=what)]  # fmt: skip
    found = cycle(start, late, NOW + 2 * HOUR, USED)
    assert set(found.modes) == ALWAYS | modes


def test_a_flood_that_nobody_expected_is_followed(told):
    start = told.standing
    time_s = NOW + np.arange(900.0, 4 * HOUR + 1, 900.0)
    wave = [Gauge(code, *place, {"flow": (time_s, np.full(time_s.size, flow))})
            for (code, place), flow in zip(PLACES.items(), (16.0, 24.0), strict=True)]  # fmt: skip
    found = cycle(start, wave, NOW + 4 * HOUR, USED)
    assert found.refused == ()
    for code, flow in (("a", 16.0), ("b", 24.0)):
        face = found.model.cells.face(*PLACES[code])
        assert found.past.flow_m3s[0, -1, face] == pytest.approx(flow, rel=0.15)


def test_a_member_that_finds_no_solution_takes_its_neighbours_place_and_is_named(truth, told, monkeypatch):
    real, calls = cy.assimilate, []

    def fails_once(members, *rest, **more):
        calls.append(members)
        if len(calls) == 1:
            raise ens.MemberDiverged("member 5 stopped", member=5, time_s=0.0)
        return real(members, *rest, **more)

    monkeypatch.setattr(cy, "assimilate", fails_once)
    found = cycle(told.standing, read(truth), NOW + 2 * HOUR, USED)
    assert (calls[1].state.level[5] == calls[1].state.level[6]).all()
    assert cy.MEMBERS_REPLACED in found.modes

    def fails(members, *rest, **more):
        raise ens.MemberDiverged("member 5 stopped", member=5, time_s=0.0)

    monkeypatch.setattr(cy, "assimilate", fails)
    with pytest.raises(ens.MemberDiverged):
        cycle(told.standing, [], NOW + 2 * HOUR, USED)


def test_without_the_compiled_kernel_a_cycle_says_so_and_comes_to_the_same(truth, told, monkeypatch):
    monkeypatch.setattr(compiled, "hindrance", lambda model: "there is no compiler")
    near = Settings(members=4, ahead_s=HOUR, settle_s=HOUR)
    few = Standing(told.standing.members.first(4), told.standing.usual_m3s, told.standing.datum_m)
    slow = cycle(few, [], NOW + HOUR, near)
    assert cy.SLOW_KERNEL in slow.modes
    assert slow.why_slow == "there is no compiler"
    monkeypatch.undo()
    fast = cycle(few, [], NOW + HOUR, near)
    # the kernel takes eight members with the same steps, the other way each with its own
    assert slow.ahead.level_m == pytest.approx(fast.ahead.level_m, abs=2e-3)


def test_a_gauge_that_is_not_on_the_river_is_named():
    nowhere = Gauge("x", "nowhere", 0.0, {"flow": (np.empty(0), np.empty(0))})
    with pytest.raises(InputError, match="reach 'nowhere'"):
        led([nowhere])


@pytest.mark.parametrize(
    ("states_h", "now_h", "oldest_h", "found"),
    [
        ([], 100, np.inf, (None, False)),
        ([60, 95], 100, np.inf, (None, False)),
        ([10, 40, 53, 90], 100, np.inf, (1, False)),
        ([10, 40, 53, 90], 100, 30, (0, True)),
        ([10, 40, 53, 90], 100, 99, (1, False)),
        ([10, 40, 53, 90], 100, 40, (0, True)),
        ([10, 40, 53, 90], 100, 5, (None, True)),
    ],
)
def test_a_cycle_begins_before_what_it_runs_anew_and_before_what_came_late(states_h, now_h, oldest_h, found):
    used = Settings(settle_s=48 * HOUR)
    assert begin_from([h * HOUR for h in states_h], now_h * HOUR, used, oldest_h * HOUR) == found
