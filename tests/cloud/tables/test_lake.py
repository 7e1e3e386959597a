import pytest

from riverchief.base.errors import InputError
from riverchief.cloud.tables.lake import lake_cells, lake_periods, lake_summary, read_lakes

HEADER = "section,time,chla_mgm3,tp_mgl,tn_mgl,sd_cm,codmn_mgl"


def lakes_of(tmp_path, *lines, header=HEADER):
    path = tmp_path / "t.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return read_lakes(path)


def test_every_row_gets_index_state_and_what_was_missing(tmp_path):
    lakes = lakes_of(
        tmp_path,
        "湖,2021-04-01,26,0.11,1.4,60,5.0",
        "湖,2021-05-01,26,0.11,1.4,60,--",
        "湖,2021-06-01,,0.11,1.4,60,5",
        "湖,,26,abc,1.4,60,5",
    )
    cells = lake_cells(lakes, "zh")
    assert cells[0] == ("57.114", "轻度富营养", "")
    assert cells[1][1:] == ("中度富营养" if float(cells[1][0]) > 60 else "轻度富营养", "codmn")
    assert cells[2] == ("", "", "chla")
    found = lake_summary(lakes)
    assert (found["rows"], found["judged"], found["without_time"]) == (4, 3, 1)
    assert found["unread"] == [{"line": 5, "property": "tp", "text": "abc"}]
    assert found["without"] == {"chla": 1, "tp": 1, "codmn": 1}


def test_units_and_chinese_headers(tmp_path):
    header = "湖库名称,监测日期,叶绿素a(mg/L),总磷(mg/L),总氮(mg/L),透明度(m),高锰酸盐指数(mg/L)"
    lakes = lakes_of(tmp_path, "湖,2021-04-01,0.026,0.11,1.4,0.6,5.0", header=header)
    assert lake_cells(lakes, "en") == [("57.114", "lightly eutrophic", "")]
    with pytest.raises(InputError, match="has no chlorophyll a"):
        lakes_of(tmp_path, "湖,0.1", header="section,tp_mgl")


def test_periods_are_judged_by_mean_concentrations(tmp_path):
    lakes = lakes_of(
        tmp_path,
        "湖,2021-04-01,20,0.10,1.4,60,5.0",
        "湖,2021-04-20,32,0.12,1.4,60,5.0",
        "塘,2021-04-20,2,<0.02,0.2,300,2",
    )
    lake, pond = lake_periods(lakes, "month")
    assert (lake["lake"], lake["period"], lake["n_days"], lake["tli"]) == ("湖", "2021-04", 2, 57.114)
    assert (pond["state"]["zh"], pond["means"]["tp"]) == ("贫营养", pytest.approx(0.01))
    assert lake_periods(lakes, "year")[0]["missing"] == []
