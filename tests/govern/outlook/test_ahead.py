"""The outlook: certain where it is certain, honest where little is known, exact in what decides."""

from datetime import date

import numpy as np
import pytest

from govern.outlook.worlds import FIRST, level_and_noise, panel
from riverchief.govern.outlook import (
    ClassGoal,
    DaysGoal,
    Lever,
    MeanGoal,
    Size,
    State,
    as_dict,
    fit,
    look_ahead,
    parse_period,
    rank_by_risk,
    share_ahead,
    views,
)
from riverchief.govern.outlook.allowed import AT_MOST

YEAR = parse_period("2025")
SIZE = Size(20, 20)


def one(values, goal, items=("tp",), period=YEAR, *, pooled=False, levers=()):
    made = panel(values, items)
    goals = dict.fromkeys(made.sections, goal)
    return look_ahead(views(fit(made, pooled=pooled), goals, period, SIZE)["s0"], levers)


def tp(class_=3, period=YEAR):
    return ClassGoal(class_, period.end, "river", ("tp",))


def test_a_clean_river_is_likely_and_a_foul_one_at_risk():
    clean, foul = level_and_noise(1, 500, mean=-3.5, seed=1), level_and_noise(1, 500, mean=-1.2, seed=1)
    assert one(clean, tp()).state is State.LIKELY
    found = one(foul, tp())
    assert found.state is State.AT_RISK
    assert found.deciding == (("tp", 1.0),)
    assert found.low <= found.probability <= found.high


def test_what_cannot_be_made_good_is_missed_for_certain():
    values = np.full((1, 700), 5.0)  # 25 times the limit for most of the year
    found = one(values, tp())
    assert (found.state, found.probability) == (State.MISSED, 0.0)
    assert found.allowed[0].impossible


def test_a_period_that_is_over_is_met_or_missed_as_it_turned_out():
    values = level_and_noise(1, 800, mean=-3.0, seed=2)
    found = one(values, tp())
    assert (found.state, found.probability) == (State.MET, 1.0)
    assert found.to_date.means["tp"] == pytest.approx(
        np.mean([values[0, 366:731][m].mean() for m in months_of_2025()]), rel=1e-12
    )


def months_of_2025():
    month = (np.datetime64("2025-01-01") + np.arange(365)).astype("datetime64[M]").astype(int)
    return [month == m for m in np.unique(month)]


def test_good_days_enough_are_met_already_and_too_few_are_missed():
    aqi = np.full((1, 600), 50.0)
    count = DaysGoal("aqi", AT_MOST, 100, 200, share=False)
    assert one(aqi, count, ("aqi",)).state is State.MET
    smog = np.full((1, 600), 180.0)
    found = one(smog, count, ("aqi",))
    assert (found.state, found.probability) == (State.MISSED, 0.0)


def test_too_short_a_history_says_what_is_needed_and_gives_no_probability():
    found = one(level_and_noise(1, 20, seed=3), tp(period=parse_period("2024")), period=parse_period("2024"))
    assert (found.state, found.probability) == (State.NOT_ENOUGH, None)
    assert "not_enough_history" in found.notes
    assert not np.isnan(found.allowed[0].exact)  # what is allowed needs no history
    pooled = panel(level_and_noise(5, 20, seed=3))
    goals = dict.fromkeys(pooled.sections, tp(period=parse_period("2024")))
    seen = look_ahead(views(fit(pooled, pooled=True), goals, parse_period("2024"), SIZE)["s0"])
    assert seen.probability is not None
    assert {"pooled", "short_history"} <= set(seen.notes)


def test_a_period_that_has_not_begun_is_looked_ahead_to_over_the_gap():
    values = level_and_noise(1, 200, mean=-2.0, seed=4)
    found = one(values, tp(period=parse_period("2025-03")), period=parse_period("2025-03"))
    assert np.isnan(found.to_date.value)
    assert 0 < found.probability < 1


@pytest.mark.parametrize("cut", [(-10, -30), (-30, -60)])
def test_less_load_never_lessens_the_probability(cut):
    values = level_and_noise(1, 500, mean=-1.6, seed=5)
    less, more = (one(values, tp(), levers=(Lever("scale", float(c), "tp"),)) for c in cut)
    assert one(values, tp()).probability <= less.probability <= more.probability
    assert more.probability > one(values, tp()).probability


def test_without_the_worst_days_the_probability_rises():
    values = level_and_noise(1, 500, mean=-1.9, sigma=0.5, seed=5)
    assert one(values, tp(), levers=(Lever("worst_days", 20.0),)).probability > one(values, tp()).probability


def test_the_probability_of_a_mean_is_the_normal_one_where_it_is_known():
    # white noise: the mean of 31 days is nearly normal, so that the probability is known in closed form
    from statistics import NormalDist

    random = np.random.default_rng(6)
    values = np.exp(np.log(30) + 0.2 * random.standard_normal((1, 1461)))
    period = parse_period("2028-01")
    limit = 31.0
    found = one(values, MeanGoal("pm25", AT_MOST, limit), ("pm25",), period)
    mean, variance = values.mean(), values.var()
    closed = NormalDist().cdf((limit - mean) / np.sqrt(variance / 31))
    assert found.probability == pytest.approx(closed, abs=0.06)


def test_early_warning_ranks_by_the_risk_and_puts_what_is_not_known_last():
    made = panel(np.concatenate([level_and_noise(1, 500, mean=m, seed=7) for m in (-1.2, -3.0, -1.7)]))
    made.values[1, 0, 5:] = np.nan
    goals = dict.fromkeys(made.sections, tp())
    found = [look_ahead(v) for v in views(fit(made, pooled=False), goals, YEAR, SIZE).values()]
    assert [o.section for o in rank_by_risk(found)] == ["s0", "s2", "s1"]


def test_a_share_comes_from_sections_that_share_their_chance():
    values = level_and_noise(6, 500, mean=-1.75, season=0.0, seed=8, shared=0.9)
    made = panel(values)
    goals = dict.fromkeys(made.sections, tp())
    seen = views(fit(made, pooled=True), goals, YEAR, SIZE)
    found = [look_ahead(v) for v in seen.values()]
    draw = next(iter(seen.values())).ahead.draw
    share = share_ahead(found, 0.5, draw)
    met = np.stack([o.met for o in found])
    assert share.probability == pytest.approx(((met.mean(axis=0) >= 0.5).sum() + 0.5) / (met.shape[1] + 1))
    assert share.n_section == 6
    assert share_ahead([], 0.5, draw) is None


def test_the_course_ends_where_the_period_does_and_the_json_is_plain():
    import json

    found = one(level_and_noise(1, 500, seed=9), tp())
    last = found.course["tp"][-1]
    assert np.datetime64(int(last[0]), "D") == np.datetime64("2025-12-31")
    assert last[1] is None
    assert last[2] <= last[3] <= last[4]
    assert last[2:] == pytest.approx(found.items["tp"][1:])  # the band ends where the period's mean does
    seen = [row for row in found.course["tp"] if row[1] is not None]
    assert seen[-1][1] == pytest.approx(found.items["tp"][0])
    assert np.datetime64(int(seen[-1][0]), "D") == found.origin - np.timedelta64(1, "D")
    told = json.loads(json.dumps(as_dict(found)))
    assert told["state"] == found.state
    assert told["allowed"][0]["property"] == "tp"
    assert np.datetime64(date(2025, 1, 1)) > FIRST
