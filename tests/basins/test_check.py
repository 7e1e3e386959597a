"""Each fault that a person can make is named with file and line; the folder is `mini` with one thing edited."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riverchief import basins
from riverchief.basins.tables import TABLES

ONE_FAULT = [
    # file, what stood there, what a person wrote, line, code, part of the sentence
    ("basin.toml", 'version = "2026-11-01"', "version = 2026-11", 13, "syntax", "this is not TOML"),
    ("basin.toml", 'version = "2026-11-01"', "version = 7", 13, "bad_value", "write it in quotes"),
    ("basin.toml", 'version = "2026-11-01"', "", 0, "missing_key", "'version' is missing"),
    ("basin.toml", "review_number =", "reveiw_number =", 17, "unknown_key", "did you mean 'review_number'"),
    ("basin.toml", '"wgs84"', '"bd09"', 15, "bad_value", "wgs84, cgcs2000, gcj02"),
    ("basin.toml", '"1499"', '"one"', 11, "bad_region", "not 2 to 12 digits"),
    ("basin.toml", '"1499"', '"149999"', 11, "unknown_region", "is not in regions.csv"),
    ("basin.toml", "format = 1", "format = 2", 3, "bad_value", "reads format 1"),
    ("reaches.csv", "length_m", "length_km", 1, "unknown_unit", "the unit 'km' is not known; use 'length_m'"),
    ("reaches.csv", "depth_m", "tiefe", 1, "unknown_column", "column 'tiefe' is not known"),
    ("reaches.csv", ",11800,", ",11.8,", 2, "length", "but its line is 11,055 m long"),
    ("reaches.csv", ",11800,", ",11km,", 2, "bad_number", "length_m is '11km': not a number"),
    ("reaches.csv", ",11800,", ",,", 2, "missing_value", "length_m is empty"),
    ("reaches.csv", ",0.42,", ",0,", 2, "out_of_range", "must be above 0"),
    ("reaches.csv", ",11400,", ',"11,400",', 3, "bad_number", "no thousands sign"),
    ("reaches.csv", "qx3,qingxi", "qx3,qinxi", 4, "unknown_river", "did you mean 'qingxi'"),
    ("reaches.csv", "typed at 0.01°,true", "typed, at 0.01°,true", 2, "cells", "14 cells and the header 13"),
    ("reaches.csv", "n2,n3", "n2,n0", 2, "cycle", "qx1, qx2, qx3 form a ring"),
    ("reaches.csv", "n1,n2,11400", "n9,n2,11400", 2, "gap", "0 m from node 'n9'"),
    ("reaches.geojson", "[[112.22, 37.23]", "[[112.24, 37.23]", 3, "gap", "ends 1,771 m away from qx1"),
    ("reaches.geojson", '"qx2"', '"qx9"', 3, "unknown_reach", "did you mean"),
    ("reaches.geojson", "LineString", "Polygon", 2, "bad_geometry", "needs one LineString"),
    ("reaches.geojson", "[112.3, 37.3]", "[621000, 4130000]", 2, "bad_geometry", "in degrees"),
    ("reaches.geojson", '"features": [', '"features": [[', 1, "syntax", "not a GeoJSON"),
    ("reaches.geojson", "[112.28, 37.29]", "[112.28 37.29]", 2, "syntax", "Expecting ',' delimiter"),
    ("regions.csv", "149901100,北关镇", "1.49901E+08,北关镇", 5, "bad_region", "a spreadsheet has cut this code"),
    ("sections.csv", "149901100", "149901109", 2, "unknown_region", "149901109000' is not in regions.csv"),
    ("sections.csv", "qx1,200", "qx1,20000", 2, "off_network", "reach qx1 is 11,800 m long"),
    ("sections.csv", "qx1,200", "qx1,9000", 2, "chainage", "from the point at 9,000 m of qx1"),
    ("sections.csv", "112.2982,37.2991", "112.4982,37.2991", 2, "far_from_reach", "m from reach qx1"),
    ("sections.csv", "qx1,200,112.2982,37.2991", ",,112.4982,37.2991", 2, "far_from_reach", "from every reach"),
    ("sections.csv", "qx1,200,112.2982,37.2991", ",,,", 2, "missing_value", "or lon and lat, or all four"),
    ("sections.csv", ",city,", ",town,", 2, "bad_value", "not one of national, provincial, city, county"),
    ("sections.csv", ",city,3,", ",city,6,", 2, "out_of_range", "at most 5"),
    ("sections.csv", ",true,,true", ",maybe,,true", 2, "bad_value", "write true or false"),
    ("sections.csv", "st-liuwan", "st-luiwan", 4, "unknown_station", "did you mean 'st-liuwan'"),
    ("stations.csv", "hj212,2005", "hj212,2014", 3, "bad_value", "hj212 has no dialect '2014'"),
    ("stations.csv", "0049900101", "49900101", 4, "bad_device", "drops leading zeros"),
    ("stations.csv", "LW149902000002", "1.4990E+13", 3, "bad_device", "not an MN"),
    ("stations.csv", "LW149902000002", "A149901010000000000000A1", 3, "duplicate_device", "already stands on line 2"),
    ("stations.csv", "hy-shiqiao,石桥水文站", "sec-liuwan,石桥水文站", 4, "duplicate_code", "also used in sections.csv line 4"),
    ("stations.csv", "Station,water_quality,qx2", "Station,outfall,qx2", 2, "missing_value", "the facility that it monitors"),
    ("stations.csv", "Station,hydrology,qx2,2600", "Station,air,qx2,2600", 4, "bad_value", "an air station is not on the river"),
    ("station_intervals.csv", "shiqiao,ph,", "shiqiao,pH,", 3, "unknown_property", "did you mean 'ph'"),
    ("station_intervals.csv", "st-shiqiao,ph,900", "st-shiqiao,ph,0", 3, "out_of_range", "at least 1"),
    ("station_intervals.csv", "st-shiqiao,ph,900", "st-shiqiao,do,900", 4, "duplicate_code", "already stands on line 3"),
    ("facility_pollutants.csv", "cod,60,mg/L", "cod,60,ppm", 2, "unknown_unit", "unit 'ppm' is not known for cod"),
    ("facility_pollutants.csv", "cod,60,mg/L", "cod,60,g/m", 2, "unknown_unit", "use 'mg/L'"),
    ("facility_pollutants.csv", "cod,60,mg/L", "cod,60,g/L", 2, "out_of_range", "60 g/L is not from 0 to 10000"),
    ("responsibilities.csv", "ch-nanan,qx3", "ch-nannan,qx3", 17, "unknown_chief", "did you mean 'ch-nanan'"),
    ("responsibilities.csv", "qx3,5000,11600", "qx3,4000,11600", 17, "overlap", "both of level village"),
    ("responsibilities.csv", "qx3,5000,11600", "qx3,5000,12600", 17, "off_network", "reach qx3 is 11,600 m long"),
    ("responsibilities.csv", "qx3,5000,11600", "qx3,11600,5000", 17, "end_before_start", "upstream end first"),
    ("responsibilities.csv", "11600,2025-01-01,", "11600,2025-02-30,", 4, "bad_date", "write 2026-11-21"),
    ("responsibilities.csv", "11600,2025-01-01,", "11600,2025-01-01,2024-01-01", 4, "end_before_start", "is not after start"),
    ("projects.csv", "2026-12-31", "2025-12-31", 2, "end_before_start", "end_planned 2025-12-31 is before start_planned"),
    ("projects.csv", "qx1,9500", "qx1,", 2, "missing_value", "together, or neither"),
    ("permits.csv", "works-shangchuan,cod,60", "works-shangchaun,cod,60", 2, "unknown_facility", "did you mean 'works-shangchuan'"),
    ("permits.csv", "cod,60,mg/L,hour", "cod,60,t,hour", 2, "unknown_unit", "use 'mg/L'"),
    ("permits.csv", "cod,60,mg/L,hour", "cod,60,mg/L,month", 2, "bad_value", "not one of hour, day, year"),
    ("permits.csv", "cod,60,mg/L,hour", "cod,60,mg/L,year", 2, "unknown_unit", "use t or kg"),
    ("permits.csv", "cod,60,mg/L,hour", "ph,60,t,year", 2, "bad_value", "ph has no yearly load"),
    ("permits.csv", "cod,60,mg/L,hour", "cod,-1,mg/L,hour", 2, "out_of_range", "at least 0"),
    ("permits.csv", "2024-01-01,2029-01-01", "2024-01-01,2023-01-01", 2, "end_before_start", "is not after valid_from"),
    ("permits.csv", "2024-01-01,2029-01-01,,false", "2024-01-01,2029-01-01,70,false", 2, "out_of_range", "lower 70 is not below limit 60"),
    ("rivers.csv", "Qingxi River", '"Qingxi River', 2, "syntax", "a quote is opened and not closed"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "line", "code", "part"), ONE_FAULT)
def test_one_edit_is_named_with_file_and_line(folder, edit, file, old, new, line, code, part):
    edit(folder / file, old, new)
    found = basins.check(folder)
    assert any((f.file, f.line, f.code) == (file, line, code) and part in f.sentence for f in found), [*map(str, found)]


def test_a_chief_without_a_stretch_and_a_stretch_without_a_chief(folder, edit):
    rows = (folder / "responsibilities.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "responsibilities.csv").write_text("".join(r for r in rows if "qx1" not in r), encoding="utf-8")
    found = [(f.file, f.line, f.code) for f in basins.check(folder)]
    assert found == [
        ("reaches.csv", 2, "uncovered"),
        ("chiefs.csv", 5, "no_interval"),
        ("chiefs.csv", 8, "no_interval"),
        ("chiefs.csv", 13, "no_interval"),
    ]


def test_every_fault_is_named_not_only_the_first(folder, edit):
    edit(folder / "stations.csv", "hj212,2017", "hj212,2027")
    edit(folder / "sections.csv", "qx1,200", "qx1,20000")
    edit(folder / "rivers.csv", "清溪", "")
    (folder / "regions.csv").unlink()
    (folder / "station.csv").write_text("code\n", encoding="utf-8")
    found = basins.check(folder)
    assert {
        ("stations.csv", 2, "bad_value"),
        ("sections.csv", 2, "off_network"),
        ("rivers.csv", 2, "missing_value"),
    } <= {(f.file, f.line, f.code) for f in found}
    assert sum(f.code == "unknown_region" for f in found) == 28 + 1  # every row that names one, and basin.toml
    unknown = next(f for f in found if f.code == "unknown_file")
    assert "did you mean 'stations.csv'" in unknown.sentence


def test_a_line_drawn_upstream_is_recognised(folder, edit):
    points = "[112.22, 37.23], [112.21, 37.21], [112.19, 37.2], [112.18, 37.18], [112.16, 37.17], [112.15, 37.15]"
    edit(folder / "reaches.geojson", points, ", ".join(f"{p}]" for p in points.removesuffix("]").split("], ")[::-1]))
    found = [f for f in basins.check(folder) if f.code == "gap"]
    assert found
    assert all(f.file == "reaches.geojson" for f in found)
    assert any("turn it around" in f.sentence and f.line == 3 for f in found)


def test_text_that_is_not_utf8_names_the_line_and_what_to_do_in_excel(folder, edit):
    path = folder / "chiefs.csv"
    path.write_bytes(path.read_text(encoding="utf-8-sig").encode("gb18030"))
    found = basins.check(folder)
    named = next(f for f in found if f.code == "encoding")
    assert (named.file, named.line) == ("chiefs.csv", 2)
    assert "CSV UTF-8" in named.sentence


def test_a_file_that_cannot_be_read_is_one_fault_not_hundreds(folder, edit):
    edit(folder / "regions.csv", "清州市", '"清州市')
    assert [(f.file, f.line, f.code) for f in basins.check(folder)] == [("regions.csv", 2, "syntax")]
    edit(folder / "reaches.geojson", "[112.28, 37.29]", "[112.28 37.29]")
    edit(folder / "station_intervals.csv", "st-shiqiao,ph", '"st-shiqiao,ph')
    edit(folder / "responsibilities.csv", "ch-city,qx1", '"ch-city,qx1')
    assert {(f.file, f.code) for f in basins.check(folder)} == {
        (file, "syntax") for file in ("regions.csv", "reaches.geojson", "station_intervals.csv", "responsibilities.csv")
    }


def test_a_folder_that_is_not_there_is_a_fault_not_a_crash(tmp_path):
    assert [f.code for f in basins.check(tmp_path / "none")][:1] == ["missing_file"]
    assert {f.file for f in basins.check(tmp_path)} >= {"basin.toml", "rivers.csv", "reaches.csv", "reaches.geojson"}


def test_assumed_rows_are_counted():
    found = basins.survey(basins.named("jinzhong"))
    basin = basins.read(basins.named("jinzhong"))
    assert found.assumed["sections.csv"] == sum(s.assumed for s in basin.sections)
    assert 0 < found.assumed["sections.csv"] < len(basin.sections)
    assert found.as_json()["assumed_total"] == sum(found.assumed.values())


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([t.file for t in TABLES] + ["basin.toml", "reaches.geojson"]), st.data())
def test_no_damage_to_a_file_makes_it_raise(tmp_path_factory, file, data):
    folder = tmp_path_factory.mktemp("damaged")
    for path in basins.named("mini").iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    raw = bytearray((folder / file).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=6))
    (folder / file).write_bytes(bytes(raw))
    assert all(f.line >= 0 and f.sentence and f.code for f in basins.check(folder))
