from datetime import UTC, datetime

import pytest

from riverchief.base.errors import InputError
from riverchief.base.time import CHINA
from riverchief.cloud.tables.aircolumns import air_columns, cell_number, items_printed, stamp, value_column
from riverchief.cloud.tables.table import read_table


@pytest.mark.parametrize(
    ("title", "key", "factor"),
    [
        ("pm2_5", "pm25", 1),
        ("PM2.5", "pm25", 1),
        ("PM₂.₅（µg/m³）", "pm25", 1),
        ("细颗粒物(PM2.5)", "pm25", 1),
        ("颗粒物(PM10)", "pm10", 1),
        ("PM10浓度(ug/m3)", "pm10", 1),
        ("PM10(mg/m3)", "pm10", 1000),
        ("O3_1h", "o3", 1),
        ("臭氧1小时(O3_1h)", "o3", 1),
        ("臭氧（8小时）", "o3_8h", 1),
        ("o3_8h_24h", "o3_8h_24h", 1),
        ("CO(mg/m³)", "co", 1),
        ("一氧化碳(CO)(µg/m³)", "co", 0.001),
        ("SO2_24h", "so2_24h", 1),
    ],
)
def test_headers_of_concentrations(title, key, factor):
    found = value_column(3, title)
    assert (found.key, found.factor, found.at) == (key, pytest.approx(factor), 3)


@pytest.mark.parametrize("title", ["NO", "NOx", "PM2.5_IAQI", "county", "co2", "longitude", "首要污染物"])
def test_headers_that_only_look_like_one(title):
    assert value_column(0, title) is None


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01 01:00:00",
        "2026-03-01T0100",
        "2026-03-01T01:00",
        "2026-03-01T01",
        "2026/3/1 1:00",
        "20260301 01",
        "2026030101",
        "2026年3月1日1时",
        "2026-03-01T01:00:00+08:00",
    ],
)
def test_stamps_as_people_write_them(text):
    assert stamp(text) == (datetime(2026, 3, 1, 1, tzinfo=CHINA), True)


def test_stamps_that_name_no_hour_a_zone_or_the_end_of_the_day():
    assert stamp("2026-03-01") == (datetime(2026, 3, 1, tzinfo=CHINA), False)
    assert stamp("2026-02-28T17:00:00Z") == (datetime(2026, 2, 28, 17, tzinfo=UTC), True)
    assert stamp("2026-02-28 24:00")[0] == datetime(2026, 3, 1, tzinfo=CHINA)
    assert stamp("20200402", "08") == (datetime(2020, 4, 2, 8, tzinfo=CHINA), True)
    assert stamp("2020-04-02", "24")[0] == datetime(2020, 4, 3, tzinfo=CHINA)
    for wrong in ("", "03-01 01:00", "2026-13-01", "2026-03-01 25:00", "9999-12-31 24:00", "0001-01-01", "yesterday"):
        assert stamp(wrong) is None
    assert stamp("20200402", "noon") is None


def test_marks_for_nothing_are_told_from_text_that_is_none():
    for mark in ("", "NA", "—", "--", "-", "NaN", "null", "＊"):
        assert cell_number(mark) == (None, "missing"), mark
    assert cell_number("/") == (None, "unplanned")
    assert cell_number("35") == (35.0, "")
    assert cell_number("35H") == (None, "not_a_number")


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("颗粒物(PM10),细颗粒物(PM2.5)", {"pm10", "pm25"}),
        ("\n    颗粒物(PM10)\n    \n    细颗粒物(PM2.5)\n", {"pm10", "pm25"}),
        ("臭氧8小时(O3_8h)、二氧化氮(NO2)", {"o3", "no2"}),
        ("PM2.5;CO", {"pm25", "co"}),
        ("O₃", {"o3"}),
        ("—", set()),
        ("NaN", set()),
        ("无", set()),
    ],
)
def test_primary_pollutants_as_they_are_published(text, items):
    assert items_printed(text) == items


def test_a_primary_pollutant_that_nobody_knows():
    assert items_printed("花粉") is None


def read(tmp_path, header):
    path = tmp_path / "t.csv"
    path.write_text(header + "\n", encoding="utf-8")
    return air_columns(read_table(path, ()))


def test_what_the_columns_of_a_table_are(tmp_path):
    found = read(tmp_path, "城市,监测点,时间,AQI,空气质量,首要污染物,PM2.5,臭氧1小时,备注,WatchPoint")
    assert found.roles == {"city": 0, "station": 1, "time": 2, "aqi": 3, "level": 4, "primary": 5}
    assert {key: column.at for key, column in found.values.items()} == {"pm25": 6, "o3": 7}
    assert found.unknown == ("备注", "WatchPoint")


def test_a_table_without_time_or_concentrations_or_with_one_twice_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"no column 'time'.*; not known here: foo"):
        read(tmp_path, "foo,pm25")
    with pytest.raises(InputError, match="no column of concentrations"):
        read(tmp_path, "time,foo")
    with pytest.raises(InputError, match=r"'pm25' twice, again as 'PM2\.5'"):
        read(tmp_path, "time,pm2_5,PM2.5")
