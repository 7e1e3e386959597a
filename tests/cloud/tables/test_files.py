from datetime import datetime

import openpyxl
import pyarrow as pa
import pytest
from pyarrow import parquet as pq

from riverchief.base.errors import InputError
from riverchief.cloud.tables.table import read_table, write_table

HEAD = ["断面名称", "监测时间", "氨氮(mg/L)", "编号"]


def book(path, rows, formats=()):
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    for cell, form in formats:
        made.active[cell].number_format = form
    made.save(path)
    return path


def cells_of(path):
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(path).active.iter_rows()]


def test_a_workbook_is_read_with_its_titles_skipped_and_its_dates_understood(tmp_path):
    path = book(
        tmp_path / "in.xlsx",
        [
            ["某市断面监测表"],
            [],
            HEAD,
            ["甲", datetime(2021, 4, 1, 8, 0), 0.25, "007"],
            ["乙", datetime(2021, 4, 2), "0.02L", None],
            [],
            ["丙", "2021-04-03 12:00", 2, "8", "beyond the header"],
            [],
        ],
        [("B4", "yyyy-mm-dd hh:mm"), ("B5", "yyyy-mm-dd")],
    )
    table = read_table(path, ("section", "time", "nh3n_mgl"))
    assert [r.line for r in table.records] == [4, 5, 6, 7]
    first, second, blank, third = table.records
    assert [table.cell(first, c) for c in ("section", "time", "nh3n_mgl", "编号")] == [
        "甲",
        "2021-04-01 08:00",
        "0.25",
        "007",
    ]
    assert (table.cell(second, "time"), table.cell(second, "nh3n_mgl")) == ("2021-04-02", "0.02L")
    assert blank.fields == ()
    assert (table.cell(third, "nh3n_mgl"), table.complete(third)) == ("2", True)


def test_a_workbook_comes_back_with_its_own_values_and_columns_added(tmp_path):
    rows = [HEAD, ["甲", datetime(2021, 4, 1, 8, 0), 0.25, "007"], [], ["乙", "x", None, "8"]]
    table = read_table(book(tmp_path / "in.xlsx", rows), ("time",))
    out = tmp_path / "out.xlsx"
    write_table(out, table, ("r_class", "r_why"), [("Ⅱ", "why"), ("", ""), ("", "no")])
    got = cells_of(out)
    assert got[0] == [*HEAD, "r_class", "r_why"]
    assert got[1] == ["甲", datetime(2021, 4, 1, 8, 0), 0.25, "007", "Ⅱ", "why"]
    assert got[2] == [None] * 6
    assert got[3] == ["乙", "x", None, "8", None, "no"]
    again = tmp_path / "again.xlsx"
    write_table(again, table, ("r_class", "r_why"), [("Ⅱ", "why"), ("", ""), ("", "no")])
    assert again.read_bytes() == out.read_bytes()


def test_a_csv_becomes_a_workbook_with_numbers_and_codes_told_apart(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("time,nh3n_mgl,code\n2021-04-01 08:00,0.250,0012\n2021-04-02,--,1e5\n", encoding="utf-8")
    write_table(tmp_path / "out.xlsx", read_table(path, ()), ("r",), [("a",), ("b",)])
    assert cells_of(tmp_path / "out.xlsx")[1:] == [
        ["2021-04-01 08:00", 0.25, "0012", "a"],
        ["2021-04-02", "--", "1e5", "b"],
    ]


def test_parquet_keeps_its_types_and_gets_columns_of_text(tmp_path):
    path = tmp_path / "in.parquet"
    times = pa.array([datetime(2021, 4, 1, 8), None], pa.timestamp("us"))
    pq.write_table(pa.table({"section": ["甲", "乙"], "time": times, "nh3n_mgl": [0.25, None], "n": [1, 2]}), path)
    table = read_table(path, ("time",))
    assert [r.fields for r in table.records] == [("甲", "2021-04-01 08:00:00", "0.25", "1"), ("乙", "", "", "2")]
    write_table(tmp_path / "out.parquet", table, ("r_class",), [("Ⅱ",), ("",)])
    got = pq.read_table(tmp_path / "out.parquet")
    assert got.drop_columns("r_class").equals(pq.read_table(path))
    assert got["r_class"].to_pylist() == ["Ⅱ", ""]
    write_table(tmp_path / "out.csv", table, ("r_class",), [("Ⅱ",), ("",)])
    assert (tmp_path / "out.csv").read_text("utf-8").splitlines()[1] == "甲,2021-04-01 08:00:00,0.25,1,Ⅱ"


def test_a_csv_becomes_parquet_with_columns_of_numbers_where_every_cell_is_one(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("time,nh3n_mgl,tp_mgl,code\n2021-04-01,0.25,,0012\n2021-04-02,,--,7\n", encoding="utf-8")
    write_table(tmp_path / "out.parquet", read_table(path, ()), ("r",), [("a",), ("b",)])
    got = pq.read_table(tmp_path / "out.parquet").to_pydict()
    assert got == {
        "time": ["2021-04-01", "2021-04-02"],
        "nh3n_mgl": [0.25, None],
        "tp_mgl": ["", "--"],
        "code": ["0012", "7"],
        "r": ["a", "b"],
    }


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"PK\x03\x04rest", "is a zip file but no Excel workbook"),
        (b"PAR1rest", "begins as Parquet but cannot be read"),
        (b"\xd0\xcf\x11\xe0rest", r"old kind \(.xls\): save it as .xlsx"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(tmp_path, data, sentence):
    path = tmp_path / "bad.xlsx"
    path.write_bytes(data)
    with pytest.raises(InputError, match=sentence):
        read_table(path, ())
    with pytest.raises(InputError, match="the sheet 'Sheet' is empty"):
        read_table(book(tmp_path / "empty.xlsx", [[]]), ())
