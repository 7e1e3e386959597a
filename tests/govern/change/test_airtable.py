"""Air and weather by local day."""

from zoneinfo import ZoneInfo

import numpy as np
import pytest

from riverchief.base.errors import InputError, UnknownName
from riverchief.cloud.tables.table import read_table
from riverchief.govern.change.airtable import read_air, read_weather

CHINA = ZoneInfo("Asia/Shanghai")


def _table(tmp_path, text):
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    return read_table(path, ())


def _hours(n, value):
    return "".join(f"2020-01-01 {h:02}:00,{value}\n" for h in range(1, n + 1))


def test_a_day_of_hours_needs_twenty_and_midnight_closes_the_day_before(tmp_path):
    text = "time,pm2_5\n" + _hours(19, 10) + "2020-01-02 00:00,30\n2020-01-02 01:00,99\n"
    days, value, bad, column = read_air(_table(tmp_path, text), "pm25", CHINA)
    assert (days.astype(str).tolist(), column, bad) == (["2020-01-01", "2020-01-02"], "pm2_5", ())
    assert value[0] == pytest.approx((19 * 10 + 30) / 20)
    assert np.isnan(value[1])


def test_stations_of_one_hour_are_averaged_and_marks_are_no_values(tmp_path):
    text = "date,PM2.5\n2020-01-01,10\n2020-01-01,30\n2020-01-03,—\n2020-01-04,12\n2020-01-05,x\n"
    days, value, bad, _ = read_air(_table(tmp_path, text), "pm25", CHINA)
    assert days.size == 4
    assert value[[0, 3]].tolist() == [20.0, 12.0]
    assert np.isnan(value[[1, 2]]).all()
    assert [(b.line, b.text) for b in bad] == [(6, "x")]


def test_every_column_of_weather_that_holds_numbers_counts(tmp_path):
    days = np.arange("2020-01-01", "2020-01-04", dtype="datetime64[D]")
    text = "date,wind,note\n2020-01-01,2,calm\n2020-01-01,4,calm\n2020-01-03,5,gale\n2021-01-01,9,far\n"
    kinds, _ = read_weather(_table(tmp_path, text), days, CHINA)
    assert list(kinds) == ["wind"]
    assert kinds["wind"][[0, 2]].tolist() == [3.0, 5.0]
    assert np.isnan(kinds["wind"][1])


def test_what_is_not_there_is_said(tmp_path):
    with pytest.raises(UnknownName, match="did you mean 'pm25'"):
        read_air(_table(tmp_path, "date,pm25\n"), "pm2", CHINA)
    with pytest.raises(InputError, match=r"no column of o3 \[µg/m³\]; found .*pm25"):
        read_air(_table(tmp_path, "date,pm25\n2020-01-01,1\n"), "o3", CHINA)
