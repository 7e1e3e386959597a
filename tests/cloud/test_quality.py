import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riverchief.base.readings import Flag
from riverchief.base.units import PROPERTIES
from riverchief.cloud import cnemc
from riverchief.cloud.instruments import defaults
from riverchief.cloud.quality import (
    Judgement,
    Neighbour,
    Origin,
    assess_reading,
    equal_chance,
    flag,
    judge,
    jump,
    neighbour,
    range_,
    stuck,
)

QUARTER = 900
T0 = 1_700_000_000


def noisy(code, level, n, seed=0):
    """A healthy probe: level plus its own noise, printed with its decimals."""
    trait = defaults().traits[code]
    values = level + trait.noise(level) * np.random.default_rng(seed).standard_normal(n)
    return np.round(values, PROPERTIES[code].decimals)


def times(n, step_s=QUARTER):
    return T0 + step_s * np.arange(n)


# ------------------------------------------------------------------------------------------------ flag and range


def test_a_value_that_cannot_be_is_an_instrument():
    low = range_("ph", -0.1)
    assert (low.test, low.passed, low.why_key) == ("range", False, "quality.range.not_physical")
    assert low.evidence == {"property": "ph", "value": -0.1, "unit": "1", "low": 0, "high": 14}
    assert [range_("ph", v).passed for v in (0.0, 14.0, 14.01)] == [True, True, False]
    assert range_("nh3n", None).passed is None
    assert range_("nh3n", float("nan")).passed is None


def test_a_value_outside_the_measuring_range_is_an_instrument_too():
    found = range_("nh3n", 12.0, (0.0, 10.0))
    assert (found.passed, found.why_key) == (False, "quality.range.outside_instrument")
    assert range_("nh3n", 9.9, (0.0, 10.0)).passed is True


@pytest.mark.parametrize("given_flag", list(Flag))
def test_only_a_good_flag_is_a_measurement(given_flag):
    found = flag("nh3n", given_flag)
    assert (found.passed is True) == (given_flag is Flag.OK)
    doubtful = {Flag.MANUAL, Flag.SUSPECT}
    assert (found.passed is None) == (given_flag in doubtful)
    broken = {Flag.FAULT, Flag.COMM_FAULT, Flag.OVER_RANGE}
    assert (found.why_key == "quality.flag.fault") == (given_flag in broken)


# ------------------------------------------------------------------------------------------------ stuck


def test_the_chance_of_two_equal_prints_is_that_of_rounded_normal_numbers():
    rng = np.random.default_rng(1)
    for code, level in (("water_temperature", 12.3), ("ph", 8.1), ("do", 9.0), ("codmn", 4.0)):
        trait = defaults().traits[code]
        pair = level + rng.uniform(-1, 1, 400_000) + trait.noise(level) * rng.standard_normal((2, 400_000))
        printed = np.round(pair, PROPERTIES[code].decimals)
        assert equal_chance(trait, level) == pytest.approx(np.mean(printed[0] == printed[1]), rel=0.1)


@pytest.mark.parametrize(("code", "level"), [("ph", 8.1), ("ec", 850.0), ("do", 9.0), ("water_temperature", 12.0)])
def test_a_probe_that_stands_still_is_found_with_count_and_duration(code, level):
    healthy = noisy(code, level, 60)
    values = np.append(healthy, np.full(30, healthy[-1]))
    found = stuck(code, times(values.size), values)
    assert (found.passed, found.why_key) == (False, "quality.stuck.stands_still")
    assert found.evidence["count"] >= 31
    assert found.evidence["duration_s"] == (found.evidence["count"] - 1) * QUARTER
    assert found.evidence["chance"] < 1e-7
    assert stuck(code, times(60), healthy).passed is True


def test_few_equal_values_are_no_proof_where_the_resolution_is_coarse():
    values = np.append(noisy("water_temperature", 12.0, 40), np.full(6, 12.1))
    assert stuck("water_temperature", times(46), values).passed is True
    fine = np.append(noisy("ec", 850.0, 40), np.full(6, 851.3))
    assert stuck("ec", times(46), fine).passed is False


def test_a_series_that_always_repeats_itself_teaches_the_test():
    steady = np.repeat([8.1, 8.2, 8.1, 8.3, 8.2, 8.1, 8.2, 8.3], 12)  # a smoothing probe: runs of 12 are its habit
    assert stuck("ph", times(96 + 12), np.append(steady, np.full(12, 8.4))).passed is True
    assert stuck("ph", times(12 + 12), np.append(noisy("ph", 8.1, 12), np.full(12, 8.4))).passed is False


def test_pairs_of_the_past_that_lie_further_apart_teach_nothing():
    far = noisy("water_temperature", 12.0, 200) + np.arange(200) % 7  # 4 h apart, never equal
    near = np.full(9, 12.0)
    t = np.append(T0 + 14_400 * np.arange(200), T0 + 14_400 * 200 + QUARTER * np.arange(9))
    assert stuck("water_temperature", t, np.append(far, near)).passed is True


def test_a_value_at_the_detection_limit_may_repeat():
    found = stuck("nh3n", times(50), np.full(50, 0.025))
    assert (found.passed, found.why_key) == (None, "quality.stuck.detection_limit")


def test_what_the_test_does_not_know_it_does_not_judge():
    assert stuck("rain", times(30), np.zeros(30)).passed is None
    assert stuck("ph", [], []).passed is None
    assert stuck("ph", times(3), [np.nan] * 3).passed is None


@given(st.integers(1, 400), st.floats(0.1, 1000))
@settings(deadline=None)
def test_a_longer_run_is_never_more_likely(n, level):
    value = round(level, 1)
    runs = [stuck("ec", times(k + 5), [1.0, 2.0, 3.0, 4.0, 5000.0, *[value] * k]) for k in (n, n + 1)]
    assert runs[1].evidence["chance"] <= runs[0].evidence["chance"]


# ------------------------------------------------------------------------------------------------ jump


def leaping(code, level, leap, at, back_after, n=40):
    values = noisy(code, level, n)
    values[at : at + back_after] = leap
    return values


@pytest.mark.parametrize(
    ("code", "level", "leap"), [("ph", 8.1, 11.5), ("ec", 850.0, 9000.0), ("turbidity", 25.0, 3500.0), ("do", 9, 17.5)]
)
def test_a_leap_is_undecided_until_it_comes_back(code, level, leap):
    values = leaping(code, level, leap, 30, 1)
    before, during, after = (jump(code, times(n), values[:n]) for n in (30, 31, 32))
    assert (before.passed, before.why_key) == (True, "quality.jump.river_like")
    assert (during.passed, during.why_key) == (None, "quality.jump.leapt")
    assert (after.passed, after.why_key) == (False, "quality.jump.leapt_and_back")
    assert after.evidence["value"] == leap
    assert after.evidence["level"] == pytest.approx(level, rel=0.1)


def test_a_leap_that_stays_is_what_a_river_can_do():
    values = leaping("ec", 850.0, 1600.0, 20, 20)
    found = jump("ec", times(40), values)
    assert (found.passed, found.why_key) == (True, "quality.jump.stayed")


@pytest.mark.parametrize(("code", "level", "leap"), [("water_temperature", 13, 38), ("ph", 8.1, 12.5), ("do", 9, 24)])
def test_a_leap_that_no_river_makes_is_an_instrument_at_once(code, level, leap):
    found = jump(code, times(31), leaping(code, level, leap, 30, 1)[:31])
    assert (found.passed, found.why_key) == (False, "quality.jump.impossible")
    assert found.evidence["within_s"] == QUARTER


def test_hourly_leaps_need_to_happen_again_and_again():
    values = noisy("ec", 850.0, 24)
    outcomes = []
    for at in (5, 10, 15):
        values[at] = 9000.0
        outcomes.append(jump("ec", times(24, 3600), values).passed)
    assert outcomes == [True, True, False]


def test_a_storm_that_raises_turbidity_for_hours_is_a_river():
    t = times(96)
    values = 25 * (1 + 20 * np.maximum(0, np.minimum((np.arange(96) - 40) / 12, 1)))
    found = [jump("turbidity", t[:n], values[:n]).passed for n in range(5, 97)]
    assert False not in found


def test_the_day_of_a_river_is_no_leap():
    t = times(96 * 3)
    warm = 13 + 3 * np.cos(2 * np.pi * t / 86_400)
    oxygen = 9 + 3 * np.cos(2 * np.pi * t / 86_400)
    for code, values in (("water_temperature", warm), ("do", oxygen)):
        assert all(jump(code, t[:n], values[:n]).passed for n in range(10, 288, 7))


def test_too_few_readings_and_unknown_properties_decide_nothing():
    assert jump("ph", times(3), [8, 8, 12]).why_key == "quality.jump.too_few"
    assert jump("nh3n", times(9), np.ones(9)).why_key == "quality.jump.not_tested"


# ------------------------------------------------------------------------------------------------ witnesses


def station(place="down", *, upstream=False, z=0.0, window=(0, 3600), at=(600, 1800), expected=10.0):
    return Neighbour(place, upstream, *window, list(at), [z] * len(at), expected)


def test_another_property_of_the_sample_is_a_witness():
    found = neighbour("nh3n", {"tp": 4.2, "codmn": 1.0, "nh3n": 9.0}, [], 0)
    assert (found.passed, found.why_key) == (True, "quality.neighbour.other_property")
    assert found.evidence == {"property": "nh3n", "other": "tp", "z": 4.2}


def test_a_station_that_saw_the_wave_in_its_window_is_a_witness():
    assert neighbour("nh3n", {}, [station("up", upstream=True, z=5)], 0).passed is True
    late = station("up", upstream=True, z=5, at=(7200, 7300))
    assert neighbour("nh3n", {}, [late], 0).passed is None


def test_silence_downstream_counts_when_the_window_is_over_and_the_wave_had_to_show():
    silent = station("s2")
    assert neighbour("nh3n", {"tp": 0.3}, [silent], 3599).why_key == "quality.neighbour.too_early"
    over = neighbour("nh3n", {"tp": 0.3}, [silent], 3600)
    assert (over.passed, over.evidence["places"]) == (False, ["s2"])
    assert neighbour("nh3n", {}, [station(expected=4.0)], 9999).passed is None
    assert neighbour("nh3n", {}, [station(at=())], 9999).passed is None


def test_silence_upstream_says_nothing():
    assert neighbour("nh3n", {}, [station("up", upstream=True)], 9999).why_key == "quality.neighbour.no_witness"


# ------------------------------------------------------------------------------------------------ all together


def verdict(**passed):
    return judge([Judgement(test, answer, f"quality.{test}.x") for test, answer in passed.items()])


@pytest.mark.parametrize(
    ("passed", "origin", "decisive"),
    [
        ({"flag": True, "range": True, "neighbour": None}, Origin.UNDECIDED, None),
        ({"flag": True, "range": True, "neighbour": True}, Origin.RIVER, "neighbour"),
        ({"flag": True, "range": True, "neighbour": False}, Origin.INSTRUMENT, "neighbour"),
        ({"flag": False, "neighbour": True}, Origin.INSTRUMENT, "flag"),
        ({"range": False, "neighbour": True}, Origin.INSTRUMENT, "range"),
        ({"stuck": False, "neighbour": True}, Origin.INSTRUMENT, "stuck"),
        ({"jump": None, "neighbour": None}, Origin.UNDECIDED, None),
        ({}, Origin.UNDECIDED, None),
    ],
)
def test_how_the_tests_are_weighed(passed, origin, decisive):
    found = verdict(**passed)
    assert found.origin is origin
    assert (found.decisive.test if found.decisive else None) == decisive
    assert len(found.judgements) == len(passed)


def test_a_leap_and_back_that_others_saw_too_was_the_river():
    back = Judgement("jump", False, "quality.jump.leapt_and_back")
    assert judge([back]).origin is Origin.INSTRUMENT
    seen = Judgement("neighbour", True, "quality.neighbour.other_property")
    assert judge([back, seen]).origin is Origin.RIVER


def test_a_wave_in_three_properties_is_the_river_and_one_broken_probe_is_not():
    values = np.append(noisy("nh3n", 0.4, 20), 1.9)
    wave = assess_reading("nh3n", times(21, 14_400), values, others={"codmn": 8.0, "tp": 6.0})
    assert wave.origin is Origin.RIVER
    probe = leaping("ph", 8.1, 11.6, 30, 1)[:32]
    assert assess_reading("ph", times(32), probe, others={"do": 0.1, "ec": -0.4}).origin is Origin.INSTRUMENT
    assert assess_reading("ph", times(30), probe[:30], Flag.FAULT).origin is Origin.INSTRUMENT
    assert assess_reading("ph", times(30), probe[:30]).origin is Origin.UNDECIDED


def test_real_stations_at_work_are_hardly_ever_taken_for_broken(shared_data):
    """Shanxi, 5 days, rows of running stations: one probe in 46 sections stands still (turbidity 5.0 for 3.7 days)."""
    series = {}
    for row in cnemc.read(shared_data / "water_quality" / "shanxi_4h_2021-04.csv"):
        for cell in row.values:
            if cell.value is not None and cell.flag is Flag.OK:
                series.setdefault((row.section, cell.property), {})[row.time_s] = cell.value
    failed, judged = set(), 0
    for (section, code), readings in series.items():
        t = np.array(sorted(readings))
        v = np.array([readings[k] for k in t.tolist()])
        for n in range(6, t.size + 1, 3):
            found = [stuck(code, t[:n], v[:n]), jump(code, t[:n], v[:n]), range_(code, v[n - 1])]
            judged += 1
            if any(f.passed is False for f in found):
                failed.add((section, code))
    assert judged > 2500
    assert failed == {("张峰水库出口", "turbidity")}
