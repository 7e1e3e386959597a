"""The ordinary day: cycles, seasons, and levels that follow from a balance along the river."""

from dataclasses import replace

import numpy as np
import pytest

from riverchief.base.errors import UnknownName
from riverchief.base.places import Place
from riverchief.simulate.background import HIGHEST, Background, oxygen_saturation
from riverchief.simulate.flow import TrueFlow
from riverchief.simulate.tables import limit
from simulate.toy import START, works

DAY = 86_400
BEGIN = int(START.timestamp())  # local midnight


@pytest.fixture(scope="module")
def background(basin):
    return Background.draw(basin, TrueFlow.draw(basin, 7), 7)


def by_hour(background, name, days=40):
    """Mean over some days of every local hour, the slow weather taken out; shape (24,)."""
    values = background.at(name, Place("M2", 2_000.0), BEGIN + np.arange(days * 24) * 3_600).reshape(days, 24)
    return (values - values.mean(axis=1, keepdims=True)).mean(axis=0)


def test_oxygen_acidity_and_temperature_peak_in_the_afternoon(background):
    for name in ("do", "ph", "water_temperature"):
        day = by_hour(background, name)
        assert 13 <= int(day.argmax()) <= 18
        assert np.ptp(day) > 0.1


def test_summer_is_warm_and_poor_in_oxygen(background):
    july, january = BEGIN - 120 * DAY, BEGIN + 55 * DAY
    place = Place("M1", 500.0)
    warm, cold = (background.at("water_temperature", place, t + np.arange(10) * DAY).mean() for t in (july, january))
    assert warm > 18
    assert cold < 8
    rich, poor = (background.at("do", place, t + np.arange(10) * DAY).mean() for t in (january, july))
    assert rich > poor + 2


def test_saturation_agrees_with_the_published_table():
    # 9.09 mg/L at 20 °C and 14.62 mg/L at 0 °C at sea level (Standard Methods, table 4500-O:I)
    assert oxygen_saturation([0.0, 20.0]) / 0.909 == pytest.approx([14.62, 9.09], rel=0.01)


@pytest.mark.parametrize("seed", range(12))
def test_no_section_is_over_its_target_without_a_spill(basin, seed):
    background = Background.draw(basin, TrueFlow.draw(basin, seed), seed)
    times = BEGIN - np.arange(0, 400 * DAY, 4 * 3_600)
    for section in basin.sections:
        for name in ("codmn", "nh3n", "tp"):
            bound = limit(name, section.target_class)
            assert background.level(name, section.place) <= HIGHEST * bound * 1.001
            assert background.at(name, section.place, times).max() < 0.8 * bound
        assert background.at("do", section.place, times).min() > 5.0
        acidity = background.at("ph", section.place, times)
        assert acidity.min() > 6.5
        assert acidity.max() < 8.8


def test_level_falls_by_dilution_where_the_tributary_joins(basin, background):
    end = background.level("nh3n", Place("M1", 12_000.0)), background.level("nh3n", Place("T1", 8_000.0))
    joined = background.level("nh3n", Place("M2", 0.0))
    assert min(end) - 0.02 <= joined <= max(end) + 0.02


def test_a_works_raises_the_level_below_it(basin):
    clean = replace(basin, facilities=())
    loaded = replace(basin, facilities=(works("F", "M1", 6_000.0, {"nh3n": 2.0}),))
    flow = TrueFlow.draw(basin, 2)
    with_works, without = (Background.draw(b, flow, 2) for b in (loaded, clean))
    above, below = Place("M1", 5_900.0), Place("M1", 6_000.0)
    assert with_works.level("nh3n", above) == pytest.approx(without.level("nh3n", above))
    rise = with_works.level("nh3n", below) - without.level("nh3n", below)
    assert rise == pytest.approx(0.2 * 2.0 / flow.flow_m3s[0], rel=1e-6)  # load over flow; far from the cap


def test_rain_of_the_hours_adds_up_to_rain_of_the_day(background):
    year = np.arange(1, 366) * DAY + BEGIN - 400 * DAY
    hours = background.rain_mm(3_600, np.arange(1, 365 * 24 + 1) * 3_600 + BEGIN - 400 * DAY)
    assert background.rain_mm(DAY, year).sum() == pytest.approx(hours.sum(), rel=1e-9)
    assert 50 < hours.sum() < 1_500
    assert hours.min() >= 0


def test_an_unknown_property_is_named(background):
    with pytest.raises(UnknownName, match="pm25"):
        background.at("pm25", Place("M1", 0.0), BEGIN)
