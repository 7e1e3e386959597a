import json
from datetime import date

import pytest

from riverchief.basins import parse
from riverchief.basins.tables import TABLE


def test_rows_know_the_line_they_begin_on_also_after_quoted_line_breaks():
    text = 'code,name_zh,name_en\na,"上\n游",Upper\n\n,,\nb,下游,Lower\n'
    faults = []
    rows = parse.rows_of(TABLE["rivers.csv"], text, faults)
    assert [(row.line, row["code"], row["name_zh"]) for row in rows] == [(2, "a", "上\n游"), (6, "b", "下游")]
    assert faults == []


def test_a_missing_column_is_one_fault_and_its_cells_are_none():
    faults = []
    rows = parse.rows_of(TABLE["rivers.csv"], "code,name_zh\na,上游\n", faults)
    assert [(f.line, f.code) for f in faults] == [(1, "missing_column")]
    assert rows[0]["name_en"] is None


@pytest.mark.parametrize("cell", ["2026-01-05", "2026/1/5", "2026/01/05"])
def test_dates_as_people_and_excel_write_them(cell):
    faults = []
    text = f"chief,reach,from_m,to_m,start,end\nc,r,0,1,{cell},\n"
    (row,) = parse.rows_of(TABLE["responsibilities.csv"], text, faults)
    assert row["start"] == date(2026, 1, 5)
    assert faults == []


@pytest.mark.parametrize("cell", ["1e999", "nan", "inf", "0x10", "1_000", "1,5", "１２"])
def test_what_python_would_take_for_a_number_but_nobody_means(cell):
    faults = []
    text = f'chief,reach,from_m,to_m,start,end\nc,r,"{cell}",1,2026-01-01,\n'
    (row,) = parse.rows_of(TABLE["responsibilities.csv"], text, faults)
    assert row["from_m"] is None
    assert [(f.line, f.code) for f in faults] == [(2, "bad_number")]


@pytest.mark.parametrize("indent", [None, 1])
def test_lines_of_geojson_are_found_however_it_is_laid_out(indent):
    features = [
        {
            "type": "Feature",
            "properties": {"code": c},
            "geometry": {"type": "LineString", "coordinates": [[1, 2], [3, 4]]},
        }
        for c in ("a", "b")
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features, "bbox": [1, 2, 3, 4]}, indent=indent)
    faults = []
    found = parse.lines_of("reaches.geojson", text, faults)
    assert faults == []
    assert [line.points for line in found] == [((1.0, 2.0), (3.0, 4.0))] * 2
    rows = text.split("\n")
    for line in found:
        assert rows[line.line - 1].strip().startswith("{")
        following = "".join(rows[line.line - 1 :])
        assert following.index(f'"{line.code}"') < 120 or indent is None
    assert indent is None or found[0].line < found[1].line


def test_another_coordinate_system_is_refused():
    faults = []
    text = '{"crs": {"type": "name", "properties": {"name": "EPSG:4547"}}, "features": []}'
    assert parse.lines_of("reaches.geojson", text, faults) == []
    assert "EPSG:4326" in faults[0].sentence


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"type": "FeatureCollection"}', '{"features": [1]}', '{"features": 1}']
)
def test_what_is_no_feature_collection_is_one_fault(text):
    faults = []
    assert parse.lines_of("reaches.geojson", text, faults) == []
    assert [fault.code for fault in faults] == ["syntax"]


def test_the_line_of_a_toml_fault():
    faults = []
    assert parse.toml_of("basin.toml", 'a = 1\nb = "x\n', faults) == {}
    assert (faults[0].line, faults[0].code) == (2, "syntax")
    assert parse.line_of_key("# a = 0\n\na = 1\n", "a") == 3
