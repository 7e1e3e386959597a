from datetime import date

import numpy as np
import pytest

from riverchief.base.basin import PermitLimit
from riverchief.base.errors import InputError
from riverchief.cloud.standards.discharge import of_permit
from riverchief.cloud.tables.outfall import added_cells, assess_outfall, read_outfall


def limit(prop="cod", value=50.0, period="hour", unit="mg/L", **more):
    return of_permit(
        PermitLimit("w", prop, value, unit, period, "表2", "Table 2", "证 1", date(2024, 1, 1), confirmed=True, **more)
    )


def put(tmp_path, header, rows):
    path = tmp_path / "outfall.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def a_day(of=lambda hour: (40, 0.5), day=20):
    return [f"2026-11-{day} {h:02d}:00,{of(h)[0]},{of(h)[1]}" for h in range(1, 25)]


def test_hours_days_and_the_year_of_a_table(tmp_path):
    rows = a_day(lambda h: (70 if h in (3, 4) else 40, 0.5))
    found = assess_outfall(
        read_outfall(put(tmp_path, "time,cod_mgl,flow_m3s", rows)),
        [limit(), limit(period="day", value=42.0), limit(period="year", value=2.0, unit="t")],
    )
    cod = found.result["properties"]["cod"]
    assert (cod["step_s"], cod["hours"]["judged"], cod["days"]["judged"]) == (3600, 24, 1)
    assert [(o["at"], o["value"], o["multiple"]) for o in cod["hours"]["over"]] == [
        ("2026-11-20 03:00", 70, 0.4),
        ("2026-11-20 04:00", 70, 0.4),
    ]
    assert cod["days"]["over"][0]["at"] == "2026-11-20"
    assert cod["days"]["over"][0]["value"] == pytest.approx((22 * 40 + 2 * 70) / 24)
    year = cod["years"]["2026"]
    kg = (22 * 40 + 2 * 70) * 0.5 * 3.6
    assert (year["kg"], year["covered"], year["gaps"]) == (pytest.approx(kg), 1, [])
    assert year["share"] == pytest.approx(kg / 2000)
    assert year["exhausted_on"] == "2026-11-21"  # 84 % in a day
    assert found.result["over"]
    cells = added_cells(read_outfall(tmp_path / "outfall.csv"), found, "en")
    assert [i for i, (codes, _) in enumerate(cells) if codes] == [2, 3, 23]
    assert "Table 2" in cells[2][1]


def test_headers_in_chinese_other_units_and_analysers_of_two_hours(tmp_path):
    rows = [f"2026-11-20 {h:02d}:00,{'' if h % 2 else 60},{40000 + h},{1800}" for h in range(1, 25)]
    given = read_outfall(put(tmp_path, "监测时间,化学需氧量(mg/L),tp_ugl,flow_m3h", rows))
    assert given.values["tp"][0] == pytest.approx(40.001)
    assert given.flow_m3s[0] == pytest.approx(0.5)
    cod = assess_outfall(given, [limit()]).result["properties"]["cod"]
    assert cod["step_s"] == 7200
    assert len(cod["hours"]["over"]) == 12
    assert cod["days"]["valid"] == 1
    assert cod["years"]["2026"]["kg"] == pytest.approx(60 * 0.5 * 24 * 3.6)


def test_exempt_hours_bad_cells_and_non_detects(tmp_path):
    rows = [
        "2026-11-20 01:00,99,start_up",
        "2026-11-20 02:00,x,",
        "soon,1,",
        "2026-11-20 03:00,<4,正常",
        "2026-11-20 03:00,0.5L,",
    ]
    given = read_outfall(put(tmp_path, "time,cod_mgl,state", rows))
    found = assess_outfall(given, [limit(value=10.0)])
    assert found.result["exempt_rows"] == {"start_up": 1}
    assert found.result["properties"]["cod"]["hours"]["over"] == []
    assert {(b["line"], b["column"]) for b in found.result["bad"]} == {(3, "cod_mgl"), (4, "time"), (6, "time")}
    assert given.below["cod"].tolist() == [False, False, True]
    assert found.result["properties"]["cod"]["years"]["2026"]["covered"] == 0  # no flow at all


def test_too_few_hours_make_no_day(tmp_path):
    found = assess_outfall(
        read_outfall(put(tmp_path, "time,cod_mgl,flow_m3s", a_day()[:17])), [limit(period="day", value=10.0)]
    )
    days = found.result["properties"]["cod"]["days"]
    assert (days["means"], days["valid"], days["judged"], days["over"]) == (1, 0, 0, [])


def test_the_standards_for_a_works_judge_with_their_mark_and_ammonia_by_temperature(tmp_path):
    rows = [f"2026-11-20 {h:02d}:00,45,6,20" for h in range(1, 25)]
    given = read_outfall(put(tmp_path, "time,cod_mgl,nh3n_mgl,wt_c", rows))
    national = assess_outfall(given, [], kind="works").result["properties"]
    assert national["cod"]["days"]["over"] == []
    assert national["nh3n"]["days"]["over"][0]["limit"] == 5
    assert national["nh3n"]["days"]["over"][0]["confirmed"] is False
    shanxi = assess_outfall(given, [], kind="works", region="140781").result["properties"]
    assert shanxi["cod"]["days"]["over"][0]["limit"] == 40


def test_the_order_of_rows_does_not_matter(tmp_path):
    rows = a_day(lambda h: (30 + 2 * h, 0.5))
    one = assess_outfall(read_outfall(put(tmp_path, "time,cod_mgl,flow_m3s", rows)), [limit()])
    other = assess_outfall(read_outfall(put(tmp_path, "time,cod_mgl,flow_m3s", rows[::-1])), [limit()])
    assert one.result == other.result
    assert np.isclose(
        one.result["properties"]["cod"]["years"]["2026"]["kg"], sum((30 + 2 * h) * 0.5 * 3.6 for h in range(1, 25))
    )


@pytest.mark.parametrize(
    ("header", "row", "sentence"),
    [
        ("time,colour_of_sky", "2026-11-20 01:00,blue", "no property column"),
        ("time,cod_mgl,cod", "2026-11-20 01:00,1,2", "more than one column for cod"),
        ("time,cod_mgl,q_m3s,flow_m3h", "2026-11-20 01:00,1,2,3", "more than one column for flow"),
        ("time,ph(mg/L)", "2026-11-20 01:00,7", "ph"),
        ("when,cod_mgl", "2026-11-20 01:00,1", "no column for the time"),
        ("time,cod_mgl", "2026-11-20,1", "no row with a time"),
    ],
)
def test_a_table_that_cannot_be_judged_says_why(tmp_path, header, row, sentence):
    with pytest.raises(InputError, match=sentence):
        read_outfall(put(tmp_path, header, [row]))
