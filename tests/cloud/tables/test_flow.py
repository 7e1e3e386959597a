import csv
from datetime import date, datetime

import numpy as np
import pytest
from openpyxl import Workbook

from riverchief.base.errors import InputError
from riverchief.cloud.standards.flow.ecoflow import programme, satisfaction
from riverchief.cloud.standards.flow.targets import fixed_target
from riverchief.cloud.tables.flow import judged_cells, read_exempt, read_flows


def put(tmp_path, text, name="flow.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_bad_cells_are_named_and_the_rest_counts(tmp_path):
    path = put(
        tmp_path, "date,level_m,q_m3s\n2025-01-02,1,3\n2025-01-01,1,dry\nsoon,1,2\n2025-01-03,1,\n\n2025-01-04,1,-5\n"
    )
    found = read_flows(path)
    assert found.days.astype(str).tolist() == ["2025-01-01", "2025-01-02", "2025-01-03", "2025-01-04"]
    np.testing.assert_array_equal(found.flow_m3s, [np.nan, 3, np.nan, np.nan])
    assert [(b.line, b.why) for b in found.bad] == [
        (3, "'dry' is not a number"),
        (4, "'soon' is not a day"),
        (7, "-5 is not from 0 to 300000"),
    ]


def test_hours_become_days_and_midnight_closes_the_day_before(tmp_path):
    path = put(tmp_path, "时间,流量\n2025-01-01 12:00,1\n2025-01-02 00:00,3\n2025-01-02 12:00,7\n2025-01-02 12:00,9\n")
    found = read_flows(path)
    assert found.flow_m3s.tolist() == [2, 9]
    assert "stands on line 4 too; the later counts" in found.bad[0].why


def test_days_of_a_workbook_are_days_though_a_cell_holds_midnight(tmp_path):
    book = Workbook()
    book.active.append(["date", "q_m3s"])
    for day in (1, 2, 3):
        book.active.append([datetime(2025, 1, day), 1.5 * day])
    book.save(tmp_path / "flow.xlsx")
    found = read_flows(tmp_path / "flow.xlsx")
    assert found.days.astype(str).tolist() == ["2025-01-01", "2025-01-02", "2025-01-03"]
    assert found.flow_m3s.tolist() == [1.5, 3.0, 4.5]
    assert read_flows(put(tmp_path, "time,q_m3s\n2025-01-01 24:00,1\n2025-01-02 24:00,2\n")).row_day[0] == date(
        2025, 1, 1
    )


def test_what_is_no_table_of_flow_says_which_column_it_lacks(tmp_path):
    with pytest.raises(InputError, match=r"no column for flow \[m³/s\]: name it one of q_m3s"):
        read_flows(put(tmp_path, "date,flux\n2025-01-01,1\n"))
    with pytest.raises(InputError, match="already has the column 'r_kept'"):
        read_flows(put(tmp_path, "date,q_m3s,r_kept\n2025-01-01,1,yes\n"))
    with pytest.raises(InputError, match="no row with a day"):
        read_flows(put(tmp_path, "date,q_m3s\n"))


def test_exempt_days_by_day_or_from_to(tmp_path):
    path = put(tmp_path, "first,last,reason\n2025-02-27,2025-03-01,检修\n2025/5/1,2025/5/1,防汛\n")
    assert read_exempt(path) == {
        date(2025, 2, 27): "检修", date(2025, 2, 28): "检修", date(2025, 3, 1): "检修", date(2025, 5, 1): "防汛",
    }  # fmt: skip
    assert read_exempt(put(tmp_path, "date,reason\n2025-01-01,x\n", "b.csv")) == {date(2025, 1, 1): "x"}
    with pytest.raises(InputError, match="line 3: give a first and a last day and a reason"):
        read_exempt(put(tmp_path, "date,reason\n2025-01-01,x\n2025-01-02,\n", "c.csv"))


def test_every_row_gets_its_cells_in_the_order_of_the_file(tmp_path):
    found = read_flows(put(tmp_path, "date,q_m3s\n2025-01-02,0.5\n2025-01-01,2\nx,1\n2025-01-03,\n"))
    cells = judged_cells(found, fixed_target(1.0), {date(2025, 1, 2): "检修"}, "zh")
    assert cells == [
        ("1", "no", "0.5 m³/s，低于 1（豁免：检修）"),
        ("1", "yes", "2 m³/s，不低于 1"),
        ("", "", "数据无法识别，未评价"),
        ("1", "", "缺测，未评价"),
    ]


def test_the_fen_at_hejin_against_a_count_of_its_rows(shared_data):
    path = shared_data / "hydrology" / "fen_hejin_daily_2001_2016.csv"
    found = read_flows(path)
    kept, known = {}, {}
    with path.open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            year = row["date"][:4]
            if row["q_m3s"]:
                known[year] = known.get(year, 0) + 1
                kept[year] = kept.get(year, 0) + (float(row["q_m3s"]) >= 15)
    judged = satisfaction(found.days, found.flow_m3s, fixed_target(15.0), rules=programme("anhui"))
    assert {one.period: one.compliant for one in judged} == kept
    assert {one.period: one.days - one.missing for one in judged} == known
    assert [one.passed for one in judged if one.period == "2001"] == [None]  # begins in August
