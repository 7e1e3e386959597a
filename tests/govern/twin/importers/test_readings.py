"""Readings from tables: headers in both languages, units, limits of detection, and every fault with its row."""

import math

import pytest

from govern.twin.rivers_of_operation import canal
from riverchief.base.errors import InputError
from riverchief.govern import twin
from riverchief.govern.twin.importers.readings import read_readings, to_assimilate, to_trace


def read(tmp_path, text, constituents=("nh3n", "tp")):
    path = tmp_path / "r.csv"
    path.write_text(text, encoding="utf-8")
    return read_readings(path, canal(), constituents)


def test_chinese_headers_units_and_beijing_time(tmp_path):
    text = (
        "时间,测站,河段,桩号(km),水位(m),流量(L/s),氨氮(mg/L),总磷(µg/L)\n2026-07-01 08:00,一号,a,0.5,3.1,12500,0.8,\n"
    )
    found = {one.what: one for one in read(tmp_path, text)}
    assert {what: one.value for what, one in found.items()} == {"level": 3.1, "flow": 12.5, "nh3n": 0.8}
    assert found["level"].time_s == 1782864000.0  # 2026-07-01T00:00:00Z
    assert (found["nh3n"].station, found["nh3n"].reach, found["nh3n"].chainage_m) == ("一号", "a", 500.0)


def test_columns_as_the_folder_names_them_with_errors_of_their_own(tmp_path):
    text = "time,reach,chainage_m,level_m,level_m_sd,nh3n_mgl,nh3n_mgl_sd\n2026-07-01T08:00:00Z,a,500,3.1,0.05,0.8,\n"
    level, nh3n = read(tmp_path, text)
    assert (level.sd, level.station) == (0.05, "a:500")
    assert math.isnan(nh3n.sd)


def test_rows_come_by_time_and_a_limit_of_detection_is_one(tmp_path):
    text = (
        "time,reach,chainage_m,总磷\n2026-07-01 09:00,a,500,0.2\n2026-07-01 08:00,a,500,<0.05\n2026-07-01 10:00,a,9,\n"
    )
    first, second = read(tmp_path, text)
    assert (first.value, first.below, second.below) == (0.05, True, False)
    readings, told = to_assimilate([first, second])
    assert (readings[0].value, readings[0].sigma) == (0.025, 0.025)
    assert readings[1].sigma == pytest.approx(0.02)
    assert "half the limit for 1 readings" in " ".join(told)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("yesterday,a,500,3.1,", "row 3: 'yesterday' is no time; write 2026-07-01 08:00"),
        ("2026-07-01 09:00,b,500,3.1,", "row 3: reach 'b'"),
        ("2026-07-01 09:00,a,5000,3.1,", "row 3: a place lies at 5000 m of reach a, which is 1000 m long"),
        ("2026-07-01 09:00,a,far,3.1,", "row 3: chainage 'far' is no number"),
        ("2026-07-01 09:00,a,500,high,", "row 3: level: 'high' is not a number; give a number"),
        ("2026-07-01 09:00,a,500,,-1", "row 3: nh3n is -1; a concentration lies at 0 or above"),
        ("2026-07-01 08:00,a,500,3.2,", "row 3: level of this station and time stands in row 2 already; keep one"),
    ],
)
def test_a_row_that_is_wrong_is_named_with_what_to_do(tmp_path, row, why):
    head = "time,reach,chainage_m,level_m,nh3n\n2026-07-01 08:00,a,500,3.1,\n"
    with pytest.raises(InputError, match=why) as raised:
        read(tmp_path, f"{head}{row}\n")
    assert raised.value.data["rows"] == [3]


def test_many_faults_are_counted(tmp_path):
    text = "time,reach,chainage_m,level_m\n" + "never,a,1,2\n" * 5
    with pytest.raises(InputError, match=r"row 2: .*; row 3: .*; row 4: .*; and 2 rows more"):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("time,reach,level_m\n2026-07-01 08:00,a,3\n", "no column '桩号'"),
        (
            "time,reach,chainage_m,ph\n2026-07-01 08:00,a,1,7\n",
            "no column of readings; call one level_m, flow_m3s or nh3n",
        ),
        ("time,reach,chainage_m,level_m\n2026-07-01 08:00,a,1,\n", "holds no reading"),
        ("time,reach,chainage_m,level_m,level_m_sd\n2026-07-01 08:00,a,1,3,0\n", "error of level is 0"),
    ],
)
def test_a_table_that_is_none_is_refused(tmp_path, text, why):
    with pytest.raises(InputError, match=why):
        read(tmp_path, text)


def test_a_trace_gets_what_lies_above_the_usual(tmp_path):
    rows = "".join(f"2026-07-01 {h:02}:00,a,550,{v}\n" for h, v in enumerate((0.2, 0.2, 0.2, 1.2, "<0.1"), 1))
    model = twin.Model(canal())
    seen = read(tmp_path, f"time,reach,chainage_m,nh3n\n{rows}")
    readings, told = to_trace(seen, model)
    assert [r.value_mgl for r in readings] == pytest.approx([0.0, 0.0, 0.0, 1.0, 0.1])
    assert [r.below for r in readings] == [False] * 4 + [True]
    assert [r.sd_mgl for r in readings] == pytest.approx([0.02] * 5)
    assert told[0] == "a background of 0.2 mg/L at a:550"
    given, _ = to_trace(seen, model, 0.0)
    assert given[0].value_mgl == 0.2
