"""Tables as people have them: units from names, local days, detection limits, bad cells named."""

from zoneinfo import ZoneInfo

import numpy as np
import pytest

from riverchief.base.errors import InputError, UnknownName
from riverchief.cloud.tables.table import read_table
from riverchief.govern.loads.table import read_flow, read_samples

CHINA = ZoneInfo("Asia/Shanghai")


def _table(tmp_path, text, name="t.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_table(path, ())


def _utc(text):
    return np.datetime64(text, "s").astype(float)


@pytest.mark.parametrize(
    ("header", "flow_m3s"),
    [
        ("flow_m3s", 2.0),
        ("discharge_cfs", 2 * 0.028316846592),
        ("discharge_cfs_daily_mean", 2 * 0.028316846592),
        ("q_ls", 0.002),
        ("流量(m³/s)", 2.0),
        ("日均流量（m3/s）", 2.0),
        ("flow_m3h", 2 / 3600),
    ],
)
def test_the_unit_of_a_flow_is_in_its_columns_name(tmp_path, header, flow_m3s):
    flow, bad = read_flow(_table(tmp_path, f"date,{header}\n2020-01-01,2\n"), CHINA)
    assert not bad
    assert flow.flow_m3s == pytest.approx([flow_m3s])


def test_a_flow_without_a_unit_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"column 'Qobs' .* has no unit: name it Qobs_m3s"):
        read_flow(_table(tmp_path, "date,Qobs\n2020-01-01,2\n"), CHINA)


@pytest.mark.parametrize(
    ("header", "code", "mgl"),
    [("no3_mgl", "nitrate", 3.0), ("tp_ugl", "tp", 0.003), ("氨氮(mg/L)", "nh3n", 3.0), ("xyz_mgl", "xyz", 3.0)],
)
def test_property_and_unit_of_a_concentration_are_in_its_columns_name(tmp_path, header, code, mgl):
    found = read_samples(_table(tmp_path, f"date,{header}\n2020-01-01,3\n"), CHINA)
    assert found.property == code
    assert found.concentration_mgl == pytest.approx([mgl])
    assert np.isnan(found.flow_m3s).all()


def test_several_concentrations_ask_which(tmp_path):
    table = _table(tmp_path, "date,nh3n_mgl,tp_mgl\n2020-01-01,3,0.2\n")
    with pytest.raises(InputError, match="nh3n_mgl, tp_mgl: say which with --property"):
        read_samples(table, CHINA)
    assert read_samples(table, CHINA, "tp").concentration_mgl.tolist() == [0.2]
    with pytest.raises(UnknownName, match="did you mean 'nh3n'"):
        read_samples(table, CHINA, "nh3")


def test_times_are_local_unless_their_column_says_utc_and_a_date_is_noon(tmp_path):
    rows = "2020-01-01 10:00:00,1\n2020/1/2 10:00,1\n2020-01-03,1\n"
    local = read_samples(_table(tmp_path, "datetime,tp_mgl\n" + rows), CHINA).time_s
    assert local.tolist() == [_utc("2020-01-01T02:00"), _utc("2020-01-02T02:00"), _utc("2020-01-03T04:00")]
    utc = read_samples(_table(tmp_path, "datetime_utc,tp_mgl\n" + rows), CHINA).time_s
    assert utc.tolist()[:2] == [_utc("2020-01-01T10:00"), _utc("2020-01-02T10:00")]


def test_cells_below_a_limit_and_cells_that_are_nothing(tmp_path):
    text = "date,tp_mgl\n2020-01-01,<0.02\n2020-01-02,0.01L\n2020-01-03,ND\n2020-01-04,--\n2020-01-05,0.3\n"
    found = read_samples(_table(tmp_path, text), CHINA)
    assert found.below_limit.tolist() == [True, True, True, False, False]
    assert found.concentration_mgl[[0, 1, 4]].tolist() == [0.02, 0.01, 0.3]
    assert np.isnan(found.concentration_mgl[3])


def test_bad_cells_are_named_with_their_line_and_the_rest_goes_on(tmp_path):
    text = "date,tp_mgl\nyesterday,1\n2020-01-02,abc\n2020-01-03,-1\n2020-01-04,0.5\n"
    found = read_samples(_table(tmp_path, text), CHINA)
    assert [(one.line, one.column, one.why) for one in found.bad] == [
        (2, "date", "not a time"),
        (3, "tp_mgl", "not a number"),
        (4, "tp_mgl", "below zero"),
    ]
    assert found.concentration_mgl.tolist() == [0.5]


def test_hourly_flows_become_the_means_of_local_days_and_midnight_closes_the_day_before(tmp_path):
    text = "time,flow_m3s\n2020-01-01 01:00,1\n2020-01-02 00:00,3\n2020-01-02 01:00,9\n"
    flow, _ = read_flow(_table(tmp_path, text), CHINA)
    assert flow.flow_m3s.tolist() == [2.0, 9.0]


def test_samples_take_the_flow_of_their_day_where_they_have_none(tmp_path):
    samples = read_samples(_table(tmp_path, "datetime,tp_mgl\n2020-01-02 09:00,0.5\n2020-01-09 09:00,0.5\n"), CHINA)
    flow, _ = read_flow(_table(tmp_path, "date,q_m3s\n2020-01-01,1\n2020-01-02,4\n", "q.csv"), CHINA)
    joined, left_out = samples.with_flow(flow)
    assert joined.flow_m3s.tolist() == [4.0]
    assert left_out == 1


def test_a_table_without_time_or_concentration_says_what_it_has(tmp_path):
    with pytest.raises(InputError, match="no column of time; found when, tp_mgl"):
        read_samples(_table(tmp_path, "when,tp_mgl\n1,1\n"), CHINA)
    with pytest.raises(InputError, match="no column of concentration with its unit; found date, tp"):
        read_samples(_table(tmp_path, "date,tp\n2020-01-01,1\n"), CHINA)
