import gzip
from collections import Counter
from datetime import datetime

import numpy as np
import pytest

from riverchief.base.errors import InputError
from riverchief.cloud.tables.air import ADDED_COLUMNS, cells, judge_air, read_air, summary
from riverchief.cloud.tables.airagreement import agreement
from riverchief.cloud.tables.table import read_table, write_table

HEADER = "time,positionname,aqi,primarypollutant,pm10,pm2_5,o3,no2,so2,co"
CLEAN = "40,20,60,15,8,0.4"


def table(tmp_path, lines, header=HEADER, name="t.csv"):
    path = tmp_path / name
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return read_air(path)


def judged(air):
    return cells(air, judge_air(air))


def test_the_edition_changes_between_two_hours(tmp_path):
    row = "甲,,,70,60,60,15,8,0.4"
    air = table(tmp_path, [f"2026-03-01 00:00:00,{row}", f"2026-03-01 01:00:00,{row}"])
    assert judged(air) == [("82", "良", "细颗粒物(PM2.5)"), ("100", "良", "细颗粒物(PM2.5)")]
    assert summary(air, judge_air(air))["editions"] == ["HJ 633-2012", "HJ 633-2026"]


@pytest.mark.parametrize("mark", ["", "NA", "—", "--", "NaN", "35H"])
def test_a_missing_value_withholds_the_index_whatever_its_mark(tmp_path, mark):
    air = table(
        tmp_path, [f"2026-04-01T0100,甲,,,{mark},40,60,15,8,0.4", f"2026-04-01T0100,甲,,,{mark},80,60,15,8,0.4"]
    )
    assert judged(air) == [("NA", "", ""), ("119", "轻度污染", "细颗粒物(PM2.5)")]
    found = summary(air, judge_air(air))
    assert found["not_available"] == {"withheld": 1, "no_item": 0, "no_edition": 0}
    assert found["bad_cells"]["count"] == 2 * (mark == "35H")


def test_an_item_that_is_not_planned_does_not(tmp_path):
    air = table(tmp_path, ["2026-04-01 01:00,甲,,,/,40,60,15,8,0.4"])
    assert judged(air) == [("60", "良", "细颗粒物(PM2.5)")]


def test_dust_that_leaves_the_scale_stays_at_five_hundred(tmp_path):
    air = table(tmp_path, ["2026-04-01 01:00,甲,,,1981,260,60,15,8,0.4"])
    assert judged(air) == [("500", "严重污染", "颗粒物(PM10)")]


def test_rows_that_cannot_be_judged_stay_empty_and_are_counted(tmp_path):
    air = table(
        tmp_path, [f",甲,,,{CLEAN}", f"noon,甲,,,{CLEAN}", "2026-04-01 01:00,甲", "", f"2001-04-01 01:00,甲,,,{CLEAN}"]
    )
    assert judged(air) == [("", "", "")] * 5
    found = summary(air, judge_air(air))
    assert found["not_judged"] == {"no_time": 1, "bad_time": 1, "field_count": 1, "blank": 1}
    assert found["not_available"]["no_edition"] == 1


def test_a_table_of_days_is_judged_as_days(tmp_path):
    header = "日期,城市,PM2.5,PM10,SO2,NO2,CO,O3_8h"
    air = table(tmp_path, ["2026-03-01,甲,75,90,12,28,0.7,140", "2026-02-28,甲,75,90,12,28,0.7,140"], header)
    assert air.report == "daily"
    assert [one[0] for one in judged(air)] == ["114", "100"]
    assert air.sources["o3_8h"] == "O3_8h"


def test_ozone_alone_is_the_eight_hour_maximum_in_a_table_of_days(tmp_path):
    air = table(tmp_path, ["2026-03-01,5,10,5,5,0.3,160"], "date,PM2.5,PM10,SO2,NO2,CO,O3")
    assert air.sources["o3_8h"] == "O3"
    assert judged(air)[0][:2] == ("100", "良")


def test_a_table_that_was_judged_already_is_refused(tmp_path):
    with pytest.raises(InputError, match="already has the column 'r_aqi'"):
        table(tmp_path, [], HEADER + ",r_aqi")


def published(tmp_path, rows):
    air = table(tmp_path, rows)
    return agreement(air, judge_air(air))


def test_disagreement_has_a_reason_as_far_as_the_table_tells(tmp_path):
    found = published(
        tmp_path,
        [
            "2026-04-01 01:00,甲,100,细颗粒物(PM2.5),70,60,60,15,8,0.4",
            "2026-04-01 02:00,甲,100,细颗粒物(PM2.5),70,35,60,15,8,0.4",
            "2026-04-01 03:00,甲,82,细颗粒物(PM2.5),70,60,60,15,8,0.4",
            "2026-04-01 04:00,甲,100,颗粒物(PM10),70,60,60,15,8,0.4",
            "2026-04-01 05:00,甲,100,花粉,70,60,60,15,8,0.4",
            "2026-04-01 06:00,甲,77,细颗粒物(PM2.5),70,60,60,15,8,0.4",
            "2026-04-01 07:00,甲,60,细颗粒物(PM2.5),,40,60,15,8,0.4",
        ],
    )
    assert [m.reason for m in found.mismatches] == [
        "held_over",
        "other_edition",
        "primary",
        "primary_not_understood",
        "unexplained",
    ]
    assert (found.compared, found.agreed, found.agreed_index) == (6, 1, 3)
    assert (found.incomplete, found.incomplete_agreed, found.published_though_withheld) == (1, 1, 1)


def test_a_table_without_published_indices_has_no_agreement(tmp_path):
    air = table(tmp_path, ["2026-04-01 01:00,5"], "time,pm25")
    assert agreement(air, judge_air(air)) is None


def test_every_published_hour_of_2026_with_all_inputs_is_reproduced(shared_data):
    air = read_air(shared_data / "air_quality" / "jinzhong_hourly_2026-02-26_2026-05-31.csv.gz")
    found = agreement(air, judge_air(air))
    assert (found.compared, found.agreed, found.mismatches) == (8_069, 8_069, ())
    assert (found.incomplete, found.incomplete_agreed) == (366, 366)


def test_every_published_hour_of_2020_with_all_inputs_is_reproduced(shared_data):
    air = read_air(shared_data / "air_quality" / "jinzhong_hourly_2020-04.csv")
    found = agreement(air, judge_air(air))
    assert (found.compared, found.agreed) == (365, 365)
    assert (found.incomplete, found.incomplete_agreed) == (15, 15)


def test_the_real_report_withholds_what_clause_5_3_withholds(shared_data):
    """With an item missing and the rest up to 100 nothing is published, but where particles alone are not shown."""
    air = read_air(shared_data / "air_quality" / "jinzhong_hourly_2026-02-26_2026-05-31.csv.gz")
    verdict = judge_air(air)
    absent = {key: verdict.missing(key) for key in verdict.iaqi}
    some = np.any(np.stack(list(absent.values())), axis=0)
    coarse_alone = absent["pm10"] & ~np.any(np.stack([a for k, a in absent.items() if k != "pm10"]), axis=0)
    rows = np.flatnonzero(some & (verdict.aqi >= 0)).tolist()
    seen = Counter((bool(coarse_alone[row]), int(verdict.aqi[row]) > 100, air.text(row, "aqi") != "") for row in rows)
    assert seen[False, False, True] == 0
    assert seen[False, False, False] > 400
    assert seen[False, True, True] + seen[True, True, True] > 90
    assert seen[False, True, False] <= 1


def test_other_names_marks_and_stamps_give_the_same(shared_data, tmp_path):
    """The real table again with Chinese headers, another stamp and other marks for a missing value."""
    source = shared_data / "air_quality" / "jinzhong_hourly_2026-02-26_2026-05-31.csv.gz"
    lines = gzip.decompress(source.read_bytes()).decode().splitlines()[:400]
    names = {
        "area": "城市",
        "positionname": "监测点位",
        "primarypollutant": "首要污染物",
        "pm10": "可吸入颗粒物(μg/m³)",
        "pm2_5": "细颗粒物(μg/m³)",
        "o3": "臭氧1小时",
        "time": "timepoint",
    }
    header = ",".join(names.get(name, name) for name in lines[0].split(","))
    changed = [
        ",".join(
            cell or "—" if k not in {5, 21} else (cell[:10] + "T" + cell[11:16].replace(":", "") if k == 21 else cell)
            for k, cell in enumerate(line.split(","))
        )
        for line in lines[1:]
        if '"' not in line
    ]
    plain = table(tmp_path, [line for line in lines[1:] if '"' not in line], lines[0], "plain.csv")
    other = table(tmp_path, changed, header, "other.csv")
    assert judged(plain) == judged(other)
    assert agreement(other, judge_air(other)).agreed == agreement(plain, judge_air(plain)).agreed > 300


@pytest.mark.parametrize("suffix", ["xlsx", "parquet"])
def test_workbooks_and_parquet_are_judged_like_text(tmp_path, suffix):
    """The same hours as native numbers and times, around the change of edition."""
    import openpyxl
    import pyarrow as pa
    import pyarrow.parquet as pq

    stamps = [datetime(2026, 3, 1, 0), datetime(2026, 3, 1, 1), datetime(2026, 4, 1, 5)]
    columns = {
        "time": stamps,
        "pm10": [70.0, 70.0, 1981.0],
        "pm2_5": [60.0, 60.0, None],
        "o3": [60.0] * 3,
        "no2": [15.0] * 3,
        "so2": [8.0] * 3,
        "co": [0.4] * 3,
    }
    path, out = tmp_path / f"in.{suffix}", tmp_path / f"out.{suffix}"
    if suffix == "parquet":
        pq.write_table(pa.table(columns), path)
    else:
        book = openpyxl.Workbook()
        sheet = book.active
        for row in [list(columns), *zip(*columns.values(), strict=True)]:
            sheet.append(list(row))
        book.save(path)
    air = read_air(path)
    assert judged(air) == [
        ("82", "良", "细颗粒物(PM2.5)"),
        ("100", "良", "细颗粒物(PM2.5)"),
        ("500", "严重污染", "颗粒物(PM10)"),
    ]
    write_table(out, air.table, ADDED_COLUMNS, judged(air))
    again = read_table(out, ())
    assert again.header.fields == (*columns, *ADDED_COLUMNS)
    assert [record.fields[-1] for record in again.records][2] == "颗粒物(PM10)"
