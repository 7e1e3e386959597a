"""What a gauge's record tells of the doubt, by records whose law is known; and what forecasts are worth with it."""

from dataclasses import replace

import numpy as np
import pytest

from govern.twin.rivers_of_operation import PLACES, forked
from riverchief.govern import twin
from riverchief.govern.twin.cycle import cycle
from riverchief.govern.twin.doubt import ASSUMED, LEAST_ERROR, LEAST_SIGMA, MOST_SIGMA, Wander, of_inflows
from riverchief.govern.twin.record import score
from riverchief.govern.twin.standing import Gauge, Settings, cold, doubting
from riverchief.govern.twin.usual import Usual

HOUR, DAY, STEP = 3600.0, 86_400.0, 900.0


def wandering(sigma, memory_h, days, seed, many=1):
    """Logarithms of an AR(1), a quarter of an hour apart."""
    rng, n = np.random.default_rng(seed), round(days * DAY / STEP)
    keep = np.exp(-STEP / (memory_h * HOUR))
    noise = sigma * rng.standard_normal((n, many))
    out = noise.copy()
    for k in range(1, n):
        out[k] = keep * out[k - 1] + np.sqrt(1 - keep * keep) * noise[k]
    return STEP * np.arange(n), out


@pytest.mark.parametrize(("sigma", "memory_h"), [(0.05, 24.0), (0.3, 6.0), (0.4, 12.0)])
def test_a_record_whose_law_is_known_tells_it(sigma, memory_h):
    time_s, logs = wandering(sigma, memory_h, 10.0, 1, many=16)
    found = [Wander.of(time_s, 8.0 * np.exp(logs[:, k])) for k in range(16)]
    assert np.median([one.sigma for one in found]) == pytest.approx(sigma, rel=0.25)
    # what persistence gets wrong within hours, of which a record of ten days knows more than of the memory
    pace = [one.sigma**2 / one.memory_s for one in found]
    assert np.median(pace) == pytest.approx(sigma**2 / (memory_h * HOUR), rel=0.3)


def test_what_readings_stray_by_at_once_is_their_error_and_not_the_rivers():
    time_s, logs = wandering(0.1, 48.0, 10.0, 2, many=16)
    noise = 0.03 * np.random.default_rng(3).standard_normal(logs.shape)
    found = [Wander.of(time_s, np.exp(logs[:, k] + noise[:, k])) for k in range(16)]
    assert np.median([one.error for one in found]) == pytest.approx(0.03, rel=0.15)
    without = [Wander.of(time_s, np.exp(logs[:, k])) for k in range(16)]
    assert np.median([one.sigma for one in found]) == pytest.approx(np.median([one.sigma for one in without]), rel=0.1)
    still = Wander.of(time_s, np.full(time_s.size, 5.0))
    assert LEAST_SIGMA <= still.sigma < 1.5 * LEAST_SIGMA
    assert still.error == LEAST_ERROR


def test_a_river_that_has_risen_within_the_day_is_as_doubtful_as_that_day():
    time_s, logs = wandering(0.03, 48.0, 10.0, 4)
    calm = Wander.of(time_s, np.exp(logs[:, 0]))
    rise = np.clip((time_s - time_s[-1]) / HOUR + 12, 0, None) / 12 * np.log(3.0)
    woken = Wander.of(time_s, np.exp(logs[:, 0] + rise))
    assert woken.sigma > 8 * calm.sigma
    before = time_s < time_s[-1] - 12 * HOUR
    assert Wander.of(time_s[before], np.exp(logs[before, 0])).sigma == pytest.approx(calm.sigma, rel=0.2)


@pytest.mark.parametrize("hours", [0, 1, 30, 100])
def test_a_record_that_is_too_short_tells_nothing(hours):
    time_s = HOUR * np.arange(hours)
    assert Wander.of(time_s, np.full(time_s.size, 4.0)) is None


def test_holes_and_a_dry_bed_do_no_harm():
    time_s, logs = wandering(0.2, 12.0, 10.0, 5)
    flow = np.exp(logs[:, 0])
    whole = Wander.of(time_s, flow)
    flow[200:300] = np.nan
    holed = Wander.of(np.delete(time_s, slice(500, 560)), np.delete(flow, slice(500, 560)))
    assert holed.sigma == pytest.approx(whole.sigma, rel=0.25)
    dry = Wander.of(time_s, np.maximum(flow - 1.0, 0.0))
    assert dry.sigma == MOST_SIGMA


def test_inflows_come_together_to_what_their_gauge_has_wandered():
    model = twin.Model(forked())  # 4 on the left, 6 on the right, 1 of the works
    a = Usual(*PLACES["a"], 4.0), Wander(0.10, 20 * HOUR, 0.01)
    b = Usual(*PLACES["b"], 11.0), Wander(0.08, 40 * HOUR, 0.01)
    found = of_inflows(model, [b, a])
    by = dict(zip(model.river.inflows, zip(found.sigma, found.memory_s, strict=True), strict=True))
    assert by["l"] == pytest.approx((0.10, 20 * HOUR))
    own = np.sqrt((0.88**2 - 0.4**2) / (36 + 1))
    assert by["r"] == by["works"] == pytest.approx((own, 40 * HOUR))


def test_what_no_gauge_sees_has_the_middle_of_the_others_and_without_a_gauge_it_is_assumed():
    model = twin.Model(forked())
    found = of_inflows(model, [(Usual(*PLACES["a"], 4.0), Wander(0.1, 20 * HOUR, 0.01))])
    assert found.sigma == pytest.approx((0.1, 0.1, 0.1))
    assert of_inflows(model, []) == ASSUMED


@pytest.mark.parametrize(("ended_h", "sigma"), [(1.0, LEAST_SIGMA), (9.0, ASSUMED.sigma)])
def test_a_gauge_that_has_fallen_silent_does_not_say_that_the_river_is_calm(ended_h, sigma):
    time_s = STEP * np.arange(960)
    gauge = Gauge("a", *PLACES["a"], {"flow": (time_s, np.full(time_s.size, 4.0))})
    found = doubting(Settings(), twin.Model(forked()), [gauge], time_s[-1] + ended_h * HOUR)
    assert sigma <= found.spread.inflow.sigma[0] < 1.5 * sigma
    assert set(found.flow_error) == {"a"}


# ---------------------------------------------------------------------- what forecasts are worth


def played(left, right, days=16.0):
    """Readings, every quarter of an hour, of a fork whose heads bring factors (n_time,) on 4 and 6 m³/s."""
    time_s = STEP * np.arange(left.size)
    heads = {"l": twin.Series(time_s, 4.0 * left), "r": twin.Series(time_s, 6.0 * right)}
    model = twin.Model(forked(manning=0.033, **heads))
    run = model.run(model.start(0.0), days * DAY - STEP, STEP)
    rng = np.random.default_rng(9)
    return {
        code: (run.time_s, run.flow_m3s(*place) * (1 + 0.01 * rng.standard_normal(run.time_s.size)))
        for code, place in PLACES.items()
    }


def until(read, begin_s, end_s):
    """What stations had read between two times."""
    found = []
    for code, (time_s, flow) in read.items():
        mine = (time_s > begin_s) & (time_s <= end_s)
        found.append(Gauge(code, *PLACES[code], {"flow": (time_s[mine], flow[mine])}))
    return found


def forecasts(read, first_d, last_d, every_h=6.0):
    """Scores of forecasts that were issued one after the other, by station and lead."""
    used = Settings(members=32, seed=5, cold_s=12 * HOUR, settle_s=HOUR, ahead_s=24 * HOUR)
    standing, said = None, []
    for now_s in np.arange(first_d * DAY, last_d * DAY, every_h * HOUR):
        stations = until(read, now_s - 10 * DAY, now_s)
        model = standing.members.model if standing else twin.Model(forked())
        settings = doubting(used, model, stations, now_s)
        if standing is None:
            standing = cold(model, now_s, settings)
        standing = replace(standing, members=replace(standing.members, spread=settings.spread))
        told = cycle(standing, until(read, standing.members.time_s, now_s), now_s, settings)
        standing, said = told.standing, [*said, *told.said]
    return {(one.skill.station, round(one.skill.lead_s / HOUR)): one for one in score(said, {
        (code, "flow"): series for code, series in read.items()
    })}  # fmt: skip


def flood(peak, rise_h, fall_h, begin_d):
    """A factor that rises smoothly within hours and falls away."""
    hours = STEP * np.arange(round(16 * DAY / STEP)) / HOUR - begin_d * 24
    up = np.sin(0.5 * np.pi * np.clip(hours / rise_h, 0, 1)) ** 2
    return 1 + (peak - 1) * up * np.exp(-np.clip(hours - rise_h, 0, None) / fall_h)


TRUTHS = {
    "calm": lambda: [np.exp(wandering(0.03, 36.0, 16.0, seed)[1][:, 0]) for seed in (11, 12)],
    "flashy": lambda: [np.exp(wandering(0.4, 12.0, 16.0, seed)[1][:, 0]) for seed in (13, 14)],
    "flood": lambda: [
        np.exp(wandering(0.03, 36.0, 16.0, seed)[1][:, 0]) * flood(4.0, 24.0, 48.0, begin_d)
        for seed, begin_d in ((11, 10.0), (12, 10.1))
    ],
}


@pytest.mark.parametrize("kind", TRUTHS)
def test_bands_hold_what_they_promise_and_forecasts_are_no_worse_than_persistence(kind):
    found = forecasts(played(*TRUTHS[kind]()), 10.0, 15.0)
    covered = np.mean([one.covered for one in found.values()])
    assert 0.65 < covered < 0.95
    for place, one in found.items():
        if kind != "flood" or place[1] >= 6:  # a flood's next hour goes on as the last: that an AR(1) does not know
            assert one.skill.crps <= one.skill.crps_persistence, place
