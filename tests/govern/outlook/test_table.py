"""Tables as people have them: what counts, what does not and why."""

import numpy as np
import pytest

from riverchief.base.errors import InputError
from riverchief.govern.outlook.table import read_observed


def write(path, *lines):
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_stamp_closes_its_hour_a_later_row_revises_and_what_does_not_count_is_said(tmp_path):
    table = write(
        tmp_path / "t.csv",
        "province,section,time,tp_mgl,raw_tp_mgl,status",
        "山西省,王庄桥南,2021-04-01 12:00,0.2,0.246,正常",
        "山西省,王庄桥南,2021-04-01 12:00,0.3,0.269,正常",
        "山西省,王庄桥南,2021-04-02 00:00,0.1,,正常",
        "山西省,王庄桥南,2021-04-02 04:00,9.9,,维护",
        "山西省,王庄桥南,,0.1,,正常",
        "山西省,王庄桥南,04/31,0.1,,正常",
        "山西省,王庄桥南,2021-04-03 04:00,--,,正常",
        "山西省,王庄桥南,2021-04-03 08:00,o.1,,正常",
        "山西省,王庄桥南",
    )
    found = read_observed(table, ("tp",), {("山西省", "王庄桥南"): "lake"})
    assert found.panel.sections == ("山西省 王庄桥南",)
    np.testing.assert_allclose(found.panel.values[0, 0], [(0.269 + 0.1) / 2])  # 00:00 belongs to the day before
    assert found.tp_rules == ("lake",)
    assert (found.rows, found.used, found.revised) == (9, 3, 1)
    assert found.refused == {"维护": 1, "no_time": 1, "bad_time": 1, "no_value": 2, "field_count": 1}
    assert found.bad_cells == ((9, "tp_mgl", "o.1"),)


def test_a_series_of_one_place_with_dates_and_flow(tmp_path):
    rows = [f"2021-{m:02d}-{d:02d},{0.1 + d / 100},{5 + d}" for m in (1, 2, 3) for d in range(1, 29)]
    table = write(tmp_path / "fen.csv", "date,tp_mgl,flow_m3s", *rows)
    found = read_observed(table, ("tp",))
    assert found.panel.sections == ("fen",)
    assert found.panel.first_day == np.datetime64("2021-01-01")
    assert found.panel.drivers == ("flow",)
    assert found.panel.driving[0, 0, 0] == 6.0


def test_what_cannot_be_used_is_an_answer(tmp_path):
    with pytest.raises(InputError, match="no column of times"):
        read_observed(write(tmp_path / "a.csv", "section,tp_mgl", "x,0.1"), ("tp",))
    one = write(tmp_path / "b.csv", "section,time,tp_mgl", "x,2021-01-01 08:00,0.1")
    with pytest.raises(InputError, match="no value of section y of tp"):
        read_observed(one, ("tp",), section="y")
