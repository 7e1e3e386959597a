from datetime import UTC, datetime

import pytest
from openpyxl import Workbook

from riverchief.base.errors import InputError
from riverchief.govern.twin.importers.hydrograph import read_hydrograph


def read(tmp_path, text, **more):
    path = tmp_path / "q.csv"
    path.write_text(text, encoding="utf-8")
    return read_hydrograph(path, **more)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC).timestamp()


def test_times_are_beijings_unless_said(tmp_path):
    text = "时间,流量(m³/s),水位(m)\n2026-07-01 08:00,12.5,3.1\n2026/7/1 9:00,14,3.2\n"
    found = read(tmp_path, text)
    assert found.series["flow"].time_s.tolist() == [utc(2026, 7, 1, 0), utc(2026, 7, 1, 1)]
    assert found.series["flow"].value.tolist() == [12.5, 14]
    assert found.series["level"].value.tolist() == [3.1, 3.2]
    assert not found.faults
    other = read(tmp_path, text, utc_offset_h=0.0)
    assert other.series["flow"].time_s[0] == utc(2026, 7, 1, 8)


def test_a_time_with_its_own_offset_keeps_it(tmp_path):
    found = read(tmp_path, "time,flow\n2026-07-01T08:00:00+00:00,1\n2026-07-01T17:00:00+08:00,2\n")
    assert found.series["flow"].time_s.tolist() == [utc(2026, 7, 1, 8), utc(2026, 7, 1, 9)]


def test_days_alone_begin_at_midnight(tmp_path):
    found = read(tmp_path, "日期,流量\n2026-07-01,1\n2026-07-02,2\n")
    assert found.series["flow"].time_s.tolist() == [utc(2026, 6, 30, 16), utc(2026, 7, 1, 16)]


def test_discharge_in_other_units_comes_in_cubic_metres_per_second(tmp_path):
    assert read(tmp_path, "time,flow (cfs)\n2026-07-01 08:00,100\n").series["flow"].value[0] == pytest.approx(2.8316847)
    assert read(tmp_path, "time,流量(万m³/d)\n2026-07-01 08:00,8.64\n").series["flow"].value[0] == pytest.approx(1.0)


def test_an_excel_table_with_dates_of_its_own_is_read(tmp_path):
    book = Workbook()
    book.active.append(["时间", "流量"])
    book.active.append([datetime(2026, 7, 1, 8), 5.0])
    book.active.append([datetime(2026, 7, 1, 9), 6.0])
    book.save(tmp_path / "q.xlsx")
    found = read_hydrograph(tmp_path / "q.xlsx")
    assert found.series["flow"].time_s.tolist() == [utc(2026, 7, 1, 0), utc(2026, 7, 1, 1)]


def test_a_negative_discharge_is_named_and_kept(tmp_path):
    found = read(tmp_path, "time,flow\n2026-07-01 08:00,5\n2026-07-01 09:00,-3\n")
    (fault,) = found.faults
    assert (fault.code, fault.place, fault.severity) == ("inflow.negative", "row 3, column flow", "warning")
    assert found.series["flow"].value.tolist() == [5, -3]


def test_every_row_that_cannot_be_read_is_named_and_the_rest_goes_on(tmp_path):
    rows = ["time,flow", "soon,1", "2026-07-01 08:00,x", "2026-07-01 09:00,", "2026-07-01 10:00,4", "2026-07-01 10:00,5",
            "2026-07-01 07:00,6", "2026-07-01 11:00,7"]  # fmt: skip
    found = read(tmp_path, "\n".join(rows))
    assert [(f.code, f.place.split(",")[0]) for f in found.faults] == [
        ("time", "row 2"), ("cell", "row 3"), ("value.missing", "row 4"), ("time.order", "row 6"), ("time.order", "row 7"),
    ]  # fmt: skip
    assert found.series["flow"].value.tolist() == [4, 7]


def test_a_table_without_discharge_or_level_is_refused(tmp_path):
    with pytest.raises(InputError, match="流量"):
        read(tmp_path, "time,rain\n2026-07-01 08:00,1\n")
