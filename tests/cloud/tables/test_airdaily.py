import csv
import gzip
import io
from datetime import date

import pytest

from riverchief.base.errors import InputError
from riverchief.cloud.tables.air import read_air
from riverchief.cloud.tables.airdaily import periods, place_days, write_days

HEADER = "time,area,positionname,pm10,pm2_5,o3,no2,so2,co"


def table(tmp_path, lines, header=HEADER):
    path = tmp_path / "t.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return read_air(path)


def day(day_text, station, pm25, hours=24):
    rows = [f"{day_text} {h:02}:00,城,{station},40,{pm25},60,15,8,0.4" for h in range(1, min(hours, 23) + 1)]
    if hours == 24:
        rows.append(f"{day_text} 24:00,城,{station},40,{pm25},60,15,8,0.4")
    return rows


def test_days_of_stations_and_of_their_city(tmp_path):
    air = table(tmp_path, [*day("2026-03-01", "甲", 20), *day("2026-03-01", "乙", 50), *day("2026-03-02", "甲", 80)])
    places = place_days(air)
    assert [(one.kind, one.station) for one in places] == [("station", "甲"), ("station", "乙"), ("city", "")]
    out = tmp_path / "days.csv"
    assert write_days(out, places, [date(2026, 3, 2)]) == 6
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert [(r["station"], r["day"], r["pm2_5"], r["aqi"], r["dust"]) for r in rows] == [
        ("甲", "2026-03-01", "20", "40", "0"),
        ("甲", "2026-03-02", "80", "119", "1"),
        ("乙", "2026-03-01", "50", "80", "0"),
        ("乙", "2026-03-02", "", "NA", "1"),
        ("", "2026-03-01", "35", "50", "0"),
        ("", "2026-03-02", "", "NA", "1"),  # one of two stations is less than three quarters
    ]
    assert rows[1]["primary"] == "细颗粒物(PM2.5)"
    assert rows[3]["missing"] == "so2;no2;pm10;co;o3_8h;pm25"


def test_a_day_of_nineteen_hours_has_no_mean(tmp_path):
    places = place_days(table(tmp_path, day("2026-03-01", "甲", 20, hours=19)))
    out = tmp_path / "days.csv.gz"
    write_days(out, places)
    row = next(csv.DictReader(io.StringIO(gzip.decompress(out.read_bytes()).decode())))
    assert (row["pm2_5"], row["n_pm2_5"], row["aqi"]) == ("", "19", "NA")


def test_the_whole_table_as_one_period(tmp_path):
    found = periods(place_days(table(tmp_path, day("2026-03-01", "甲", 20))), combination="2013-equal")[0]
    assert (found["start"], found["end"], found["good_days"]["ratio_percent"]) == ("2026-03-01", "2026-03-01", 100.0)
    assert found["items"]["pm25"]["mean"] == 20.0
    # 8/60 + 15/40 + 40/70 + 0.4/4 + 60/160 + 20/35, each in two decimals
    assert found["composite"]["value"] == pytest.approx(0.13 + 0.38 + 0.57 + 0.10 + 0.38 + 0.57)
    assert not found["confirmed"]


def test_a_table_of_days_keeps_its_days(tmp_path):
    air = table(tmp_path, ["2026-03-01,甲,75,90,12,28,0.7,140"], "date,station,PM2.5,PM10,SO2,NO2,CO,O3_8h")
    found = place_days(air)[0]
    assert int(found.days.index().aqi[0]) == 114


def test_a_table_without_any_time_has_no_days(tmp_path):
    with pytest.raises(InputError, match="no row has a time"):
        place_days(table(tmp_path, [",城,甲,1,1,1,1,1,1"]))


def test_a_year_that_is_a_slip_of_the_pen_is_named(tmp_path):
    with pytest.raises(InputError, match="goes from 2026-03-01 to 2926-03-01: one of them is a slip of the pen"):
        place_days(table(tmp_path, [*day("2026-03-01", "甲", 1), *day("2926-03-01", "甲", 1)]))


def test_a_city_of_four_real_stations(shared_data):
    air = read_air(shared_data / "air_quality" / "jinzhong_hourly_2026-02-26_2026-05-31.csv.gz")
    places = place_days(air)
    assert [one.kind for one in places] == ["station"] * 4 + ["city"]
    city = periods(places[-1:])[0]
    stations = [one["items"]["pm25"]["mean"] for one in periods(places[:-1])]
    assert min(stations) <= city["items"]["pm25"]["mean"] <= max(stations)
    assert city["good_days"]["valid"] <= city["good_days"]["days"] == 95
    assert not city["good_days"]["comparable"]
