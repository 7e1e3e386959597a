import pytest

from riverchief.base.errors import InputError, UnknownName
from riverchief.cloud.standards.air.indices import DAILY, HOURLY, aqi_editions, aqi_named, level_of, read_aqi
from riverchief.cloud.standards.editions import parse_edition
from vectors.air import BREAKPOINTS, INDICES, LEVELS, PARTICLES

EDITIONS = ("HJ 633-2012", "HJ 633-2026")


@pytest.mark.parametrize("code", EDITIONS)
def test_every_breakpoint_is_that_of_the_sheet(code):
    sheet = {**BREAKPOINTS, **PARTICLES[code]}
    edition = aqi_named(code)
    assert {key: scale.values for key, scale in edition.scales.items()} == sheet
    for key, scale in edition.scales.items():
        assert scale.indices == INDICES[: len(sheet[key])]


@pytest.mark.parametrize("code", EDITIONS)
def test_every_level_is_that_of_the_sheet(code):
    found = tuple((one.up_to, one.number, one.name_zh, one.rgb, one.cmyk) for one in aqi_named(code).levels)
    assert found == LEVELS


def test_what_the_two_editions_ask_for():
    old, new = aqi_editions()
    assert {a.key for a in new.reports[HOURLY]} == {"so2", "no2", "pm10", "co", "o3", "pm25"}
    assert {a.key for a in new.reports[DAILY]} == {"so2", "no2", "pm10", "co", "o3_8h", "pm25"}
    assert {a.key for a in old.reports[DAILY]} - {a.key for a in new.reports[DAILY]} == {"o3_1h"}
    assert [a.key for a in old.reports[HOURLY] if a.scale.averaging == "24h"] == ["pm10", "pm25"]


def test_exceeding_pollutants_and_published_incomplete_indices_are_of_one_edition_each():
    old, new = aqi_editions()
    assert (old.exceeding_above, new.exceeding_above) == (100, None)
    assert (old.incomplete_above, new.incomplete_above) == (None, 100)


def test_whom_ozone_harms_first_is_said_by_2026_alone():
    old, new = aqi_editions()
    assert new.sensitive_groups("o3", "zh") == ("呼吸系统疾病患者", "儿童", "户外活动人群", "老年人")
    assert len(new.sensitive_groups("co", "en")) == 1
    assert old.sensitive_groups("o3") == ()


def test_levels_begin_above_the_end_of_the_one_before():
    assert [level_of(n).number for n in (0, 50, 51, 100, 101, 150, 151, 200, 201, 300, 301, 500)] == [
        1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6,
    ]  # fmt: skip
    assert level_of(-1) is None


def test_what_the_edition_does_not_have_is_named():
    with pytest.raises(UnknownName, match="did you mean 'pm25 24h'"):
        aqi_named("HJ 633-2026").scale("pm25", "8h")


def test_breakpoints_that_do_not_rise_are_refused():
    text = """
    edition = "HJ 633-2999"
    name_zh = "甲"
    name_en = "a"
    document = "none"
    valid_from = 2999-01-01
    confidence = "C"
    indices = [0, 50]
    primary_above = 50
    level = []
    reports = {}
    breakpoints = [{item = "co", averaging = "1h", values = [5, 5]}]
    """
    with pytest.raises(InputError, match="breakpoints of co 1h do not rise"):
        read_aqi(parse_edition(text))
