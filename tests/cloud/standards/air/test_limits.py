from datetime import date

import pytest

from riverchief.base.errors import InputError, UnknownName
from riverchief.cloud.standards.air.limits import air_editions, air_limit, air_named
from vectors.air import LIMITS_2012, LIMITS_FINAL, LIMITS_TRANSITION

DAYS = {"2016-06-01": LIMITS_2012, "2026-03-01": LIMITS_TRANSITION, "2031-01-01": LIMITS_FINAL}


@pytest.mark.parametrize("day", DAYS)
def test_every_limit_is_that_of_the_sheet(day):
    on, sheet = date.fromisoformat(day), DAYS[day]
    for (item, averaging), (first, second) in sheet.items():
        found = air_limit(item, averaging, on)
        assert (found.of(1), found.of(2)) == (first, second), (day, item, averaging)


@pytest.mark.parametrize("day", DAYS)
def test_the_file_holds_no_limit_that_the_sheet_does_not_know(day):
    on = date.fromisoformat(day)
    edition = next(e for e in air_editions() if e.edition.in_force(on))
    assert set(edition.phase_on(on).limits) == set(DAYS[day])


@pytest.mark.parametrize(
    ("before", "after"), [("2026-02-28", "2026-03-01"), ("2030-12-31", "2031-01-01")], ids=["edition", "phase"]
)
def test_limits_switch_only_at_their_dates(before, after):
    days = [date.fromisoformat(before), date.fromisoformat(after)]
    assert air_limit("pm25", "day", days[0]) != air_limit("pm25", "day", days[1])
    assert air_limit("o3", "8h", days[0]).of(2) == air_limit("o3", "8h", days[1]).of(2) == 160


def test_only_the_particles_of_2026_rest_on_two_sources():
    phases = air_named("GB 3095-2026").phases
    sure = {key for phase in phases for key, limit in phase.limits.items() if limit.confidence == "A"}
    assert {item for item, _ in sure} == {"pm10", "pm25"}


def test_what_is_not_there_is_named():
    with pytest.raises(UnknownName, match="day with limits of ambient air '1990-01-01'"):
        air_limit("pm25", "day", date(1990, 1, 1))
    with pytest.raises(UnknownName, match="limit of GB 3095-2026 'pm25 1h'"):
        air_limit("pm25", "1h", date(2026, 5, 1))
    with pytest.raises(InputError, match="grade 3"):
        air_limit("pm25", "day", date(2026, 5, 1)).of(3)
