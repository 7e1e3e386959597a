"""Planted changes in air on real weather come back; weather alone is not management."""

import numpy as np
import pytest

from govern.change.weatherworld import planted_air
from riverchief.base.errors import InputError
from riverchief.govern.change import explain_weather, year_and_before

DAYS = np.arange("2018-01-01", "2020-01-01", dtype="datetime64[D]")
PAIR = year_and_before(DAYS, 2019)


def _air(world, seed=0):
    return explain_weather(
        world.days, world.value, world.weather, world.pair, code="pm25", unit="µg/m³", draws=150, seed=seed
    )


def test_a_windy_year_is_the_weathers_doing():
    # c = 60 / wind and nothing else; the second year has twice the wind on every day
    rng = np.random.default_rng(1)
    wind = np.exp(0.4 * rng.standard_normal(DAYS.size)) * np.where(np.datetime64("2019-01-01") <= DAYS, 2.0, 1.0)
    found = explain_weather(DAYS, 60 / wind, {"wind_speed": wind}, PAIR, code="pm25", unit="µg/m³", draws=100).split
    assert found.total.value < -0.4 * found.before
    assert abs(found.rest.value) < 0.03 * found.before
    assert found.conditions.value == pytest.approx(found.total.value, abs=0.03 * found.before)


def test_the_mean_of_each_year_is_that_of_its_days():
    rng = np.random.default_rng(2)
    value = np.exp(3 + 0.3 * rng.standard_normal(DAYS.size))
    weather = {"wind_speed": rng.exponential(2, DAYS.size), "wind_direction": rng.uniform(0, 360, DAYS.size)}
    found = explain_weather(DAYS, value, weather, PAIR, code="pm25", unit="µg/m³", draws=50)
    assert found.split.before == pytest.approx(value[:365].mean())
    assert found.split.after == pytest.approx(value[365:].mean())
    assert "气象" in found.sentence("zh")
    assert "weather did" in found.sentence("en")


@pytest.mark.slow
@pytest.mark.parametrize("management", [1.0, 0.8])
def test_planted_changes_on_real_weather_lie_within_the_interval(shared_data, management):
    held = 0
    for seed in range(1, 6):
        world = planted_air(shared_data, seed, management)
        found = _air(world, seed).split
        held += found.rest.low <= world.rest <= found.rest.high
    assert held >= 4


def test_days_without_weather_are_left_out_and_counted():
    rng = np.random.default_rng(3)
    value, wind = np.exp(rng.standard_normal(DAYS.size)), rng.exponential(2, DAYS.size)
    wind[:30] = np.nan
    found = explain_weather(DAYS, value, {"wind_speed": wind}, PAIR, code="pm25", unit="µg/m³", draws=50)
    assert found.n_before == 335
    assert found.notes[0][1].startswith("30 days without weather")


def test_without_any_weather_nothing_is_normalised():
    with pytest.raises(InputError, match="no weather was measured"):
        explain_weather(DAYS, np.ones(DAYS.size), {"rain": np.full(DAYS.size, np.nan)}, PAIR, code="o3", unit="µg/m³")
