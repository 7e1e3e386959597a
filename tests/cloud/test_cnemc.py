from collections import Counter
from datetime import UTC, datetime

import pytest

from riverchief.base.errors import InputError
from riverchief.base.readings import Flag
from riverchief.base.time import from_epoch
from riverchief.cloud import cnemc

HEADER = "province,basin,section,time,class,wt_c,ph,do_mgl,ec_uscm,turb_ntu,codmn_mgl,nh3n_mgl,tp_mgl,tn_mgl,chla_mgl,algae_cellsl,status"
GOOD = "山西省,黄河流域,样桥,2021-04-01 12:00,Ⅴ,14.5,8.14,7.98,1340.9,255.8,13.50,0.529,{tp},9.01,,,{status}"


def rows_of(tmp_path, *lines, header=HEADER):
    path = tmp_path / "t.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return list(cnemc.read(path))


def values(row):
    return {v.property: (v.value, v.flag) for v in row.values}


def test_a_row_is_beijing_time_in_and_utc_out(tmp_path):
    (row,) = rows_of(tmp_path, GOOD.format(tp="0.246", status="正常"))
    assert from_epoch(row.time_s) == datetime(2021, 4, 1, 4, 0, tzinfo=UTC)
    assert (row.line, row.province, row.section, row.reason) == (2, "山西省", "样桥", "")
    assert values(row) == {
        "water_temperature": (14.5, Flag.OK),
        "ph": (8.14, Flag.OK),
        "do": (7.98, Flag.OK),
        "ec": (1340.9, Flag.OK),
        "turbidity": (255.8, Flag.OK),
        "codmn": (13.5, Flag.OK),
        "nh3n": (0.529, Flag.OK),
        "tp": (0.246, Flag.OK),
        "tn": (9.01, Flag.OK),
    }
    assert row.not_monitored == 2


def test_a_repeated_stamp_keeps_both_values_in_the_order_of_the_file(tmp_path):
    rows = rows_of(tmp_path, GOOD.format(tp="0.246", status="正常"), GOOD.format(tp="0.269", status="正常"))
    assert [values(row)["tp"][0] for row in rows] == [0.246, 0.269]
    assert rows[0].time_s == rows[1].time_s


@pytest.mark.parametrize(
    ("status", "flag"),
    [
        ("正常", Flag.OK),
        ("", Flag.OK),
        ("维护", Flag.MAINTENANCE),
        ("停站", Flag.STOPPED),
        ("不具备运行条件", Flag.STOPPED),
    ],
)
def test_a_status_is_the_flag_of_every_value(tmp_path, status, flag):
    (row,) = rows_of(tmp_path, GOOD.format(tp="0.246", status=status))
    assert {v.flag for v in row.values} == {flag}


def test_cells_without_a_value(tmp_path):
    rows = rows_of(tmp_path, GOOD.format(tp="--", status="正常"), GOOD.format(tp="", status="维护"),
                   GOOD.format(tp="*", status="正常"), GOOD.format(tp="0.03L", status="正常"))  # fmt: skip
    assert values(rows[0])["tp"] == (None, Flag.MISSING)
    assert values(rows[1])["tp"] == (None, Flag.MAINTENANCE)
    assert "tp" not in values(rows[2])
    assert rows[2].not_monitored == 3
    (refused,) = (v for v in rows[3].values if v.reason)
    assert (refused.property, refused.text, refused.reason) == ("tp", "0.03L", "not_a_number")


@pytest.mark.parametrize(
    ("change", "reason", "found"),
    [
        (("2021-04-01 12:00", ""), "no_time", ""),
        (("2021-04-01 12:00", "2021-04-31 12:00"), "bad_time", "2021-04-31 12:00"),
        (("2021-04-01 12:00", "04-01 12:00"), "bad_time", "04-01 12:00"),
        (("2021-04-01 12:00", "2021-04-01"), "no_hour", "2021-04-01"),
        (("样桥", " "), "no_section", ""),
        (("正常", "关门"), "unknown_status", "关门"),
        ((",,,正常", ",正常"), "field_count", "15 fields, the header has 17"),
        ((GOOD.format(tp="0.246", status="正常"), ""), "blank", ""),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_with_its_reason_and_the_rest_goes_on(tmp_path, change, reason, found):
    good = GOOD.format(tp="0.246", status="正常")
    bad, after = rows_of(tmp_path, good.replace(*change), good)
    assert (bad.reason, bad.found, bad.values, bad.time_s) == (reason, found, (), None)
    assert after.reason == ""


def test_the_unrounded_value_counts_where_it_stands_beside_the_rounded_one(tmp_path):
    header = "section,time,ph,do_mgl,codmn_mgl,nh3n_mgl,tp_mgl,raw_codmn_mgl,raw_tp_mgl"
    (row,) = rows_of(tmp_path, "样桥,2020-05-08 15:00,8,9,4.00,0.1,*,4.004,", header=header)
    assert values(row)["codmn"] == (4.004, Flag.OK)
    assert values(row)["ph"] == (8.0, Flag.OK)
    assert "tp" not in values(row)


@pytest.mark.parametrize(
    ("text", "snapshot", "stamp"),
    [
        ("2021-04-01 08:00", "", datetime(2021, 4, 1, tzinfo=UTC)),
        ("2021/4/1 8:00", "", datetime(2021, 4, 1, tzinfo=UTC)),
        ("2021-04-01T08:00:00+08:00", "", datetime(2021, 4, 1, tzinfo=UTC)),
        ("02-04 08:00", "2026-02-05", datetime(2026, 2, 4, tzinfo=UTC)),
        ("12-31 20:00", "2026-01-01", datetime(2025, 12, 31, 12, tzinfo=UTC)),
    ],
)
def test_stamps(text, snapshot, stamp):
    assert cnemc.parse_time(text, snapshot) == stamp


def test_a_missing_column_is_named_before_the_first_row(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("section,time,ph,do_mgl,codmn,nh3n_mgl\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"no column 'codmn_mgl' \(is it 'codmn'\?\), 'tp_mgl'"):
        cnemc.read(path)


def test_the_shanxi_file_as_it_is(shared_data):
    rows = list(cnemc.read(shared_data / "water_quality" / "shanxi_4h_2021-04.csv"))
    assert len(rows) == 1256
    assert Counter(row.reason for row in rows) == {"": 1252, "no_time": 4}
    assert Counter(row.flag for row in rows if not row.reason) == {Flag.OK: 1148, Flag.MAINTENANCE: 104}
    stamps = Counter((row.section, row.time_s) for row in rows if row.time_s)
    assert sum(n > 1 for n in stamps.values()) == 64
    twice = [row for row in rows if row.section == "王庄桥南" and row.time_s == 1617249600]
    assert [values(row)["tp"][0] for row in twice] == [0.246, 0.269]


def test_the_national_file_as_it_is(shared_data):
    rows = list(cnemc.read(shared_data / "water_quality" / "national_daily_2020-05_2020-12.csv.gz"))
    assert len(rows) == 26636
    assert Counter(row.reason for row in rows) == {"": 20013, "no_time": 6623}
    assert not [v for row in rows for v in row.values if v.reason]
    assert sum(any(v.property == "tp" for v in row.values) for row in rows if row.status == "正常") == 13515
