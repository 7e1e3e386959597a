import numpy as np
import pytest

from riverchief import basins
from riverchief.simulate.air import PROPERTIES, air, dust_s, hours
from riverchief.simulate.noise import LOCAL_OFFSET_S

YEAR_2026_S = 1_767_196_800  # 2026-01-01 00:00 in Beijing


@pytest.fixture(scope="module")
def stations():
    return [one for one in basins.read(basins.named("jinzhong")).stations if one.kind == "air"]


@pytest.fixture(scope="module")
def year(stations):
    times = hours(YEAR_2026_S, YEAR_2026_S + 365 * 86_400)
    return times, air(7, stations[0], times)


def month(times):
    return (times + LOCAL_OFFSET_S).astype("datetime64[s]").astype("datetime64[M]").astype(int) % 12 + 1


def test_hours_close_and_begin_after_the_first_moment():
    times = hours(YEAR_2026_S, YEAR_2026_S + 2 * 3600)
    assert times.tolist() == [YEAR_2026_S + 3600, YEAR_2026_S + 7200]


def test_asked_in_pieces_it_answers_the_same(stations):
    times = hours(YEAR_2026_S, YEAR_2026_S + 20 * 86_400)
    whole = air(7, stations[1], times)
    for name in PROPERTIES:
        pieces = np.concatenate([air(7, stations[1], part)[name] for part in np.array_split(times, 7)])
        np.testing.assert_array_equal(pieces, whole[name])


def test_another_seed_or_station_is_other_air(stations):
    times = hours(YEAR_2026_S, YEAR_2026_S + 86_400)
    one = air(7, stations[0], times)["pm25"]
    assert not np.array_equal(one, air(8, stations[0], times)["pm25"])
    assert not np.array_equal(one, air(7, stations[1], times)["pm25"])


def test_winter_has_the_particles_and_summer_the_ozone(year):
    times, values = year
    months = month(times)
    winter, summer = np.isin(months, (1, 12)), np.isin(months, (6, 7))
    for name in ("pm25", "no2", "so2", "co"):
        assert np.nanmean(values[name][winter]) > np.nanmean(values[name][summer]), name
    assert np.nanmean(values["o3"][summer]) > 1.5 * np.nanmean(values["o3"][winter])


def test_ozone_is_of_the_afternoon(year):
    times, values = year
    hour = (times + LOCAL_OFFSET_S) // 3600 % 24
    by_hour = [np.nanmean(values["o3"][hour == h]) for h in range(24)]
    assert 13 <= int(np.argmax(by_hour)) <= 18


def test_dust_comes_in_spring_and_is_coarse(year):
    times, values = year
    middle, _, height = max(dust_s(7, 2026), key=lambda one: one[2])
    at = int(np.argmin(np.abs(times - middle)))
    near = slice(at - 2, at + 3)
    assert month(times[[at]])[0] in (3, 4, 5)
    assert np.nanmax(values["pm10"][near]) > 0.7 * height
    assert np.nanmax(values["pm10"][near]) > 3 * np.nanmax(values["pm25"][near])


def test_values_are_physical_and_have_gaps(year):
    _, values = year
    for name, array in values.items():
        assert np.nanmin(array) >= 0, name
        assert 0 < np.isnan(array).mean() < 0.05, name
