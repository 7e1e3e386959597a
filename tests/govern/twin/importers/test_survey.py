import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from riverchief.base.errors import InputError
from riverchief.govern.twin.importers.survey import MANNING, read_survey

BOWL = ((0, 5.0), (5, 1.0), (12, 0.0), (20, 1.2), (24, 5.0))


def long_rows(sections, points=BOWL, n=0.03):
    return [
        (name, chainage, x * wide, z * high + bed, n)
        for name, chainage, bed, wide, high in sections
        for x, z in points
    ]  # fmt: skip


GOOD = [
    ("A", "K0+000", 103.0, 1, 1),
    ("B", "K1+000", 102.0, 1, 1),
    ("C", "K2+500", 101.0, 1, 1),
    ("D", "K4+000", 100.0, 1, 1),
]


def survey(tmp_path, rows, header="断面编号,桩号,起点距(m),高程(m),糙率", **more):
    path = tmp_path / "s.csv"
    path.write_text("\n".join([header, *(",".join(map(str, r)) for r in rows)]) + "\n", encoding="utf-8")
    return read_survey(path, **more)


def codes(found, severity=None):
    return [f.code for f in found.faults if severity is None or f.severity == severity]


def test_a_good_table_becomes_sections_in_order_without_a_fault(tmp_path):
    found = survey(tmp_path, long_rows(GOOD[::-1]))
    assert [s.section.name for s in found.sections] == list("ABCD")
    assert [s.chainage_m for s in found.sections] == [0, 1000, 2500, 4000]
    assert not found.faults
    first = found.sections[0].section
    assert first.station_m.tolist() == [0, 5, 12, 20, 24]
    assert first.bed_m == 103


def test_the_river_of_a_survey_has_its_sections_as_long_as_they_span(tmp_path):
    river = survey(tmp_path, long_rows(GOOD)).river("test", dx_m=100.0)
    reach = river.reaches["main"]
    assert reach.length_m == 4000
    assert [s.bed_m for s in reach.shapes] == [103, 102, 101, 100]
    assert reach.assumed is None


def test_english_headers_feet_and_kilometres_come_in_metres(tmp_path):
    rows = [("A", "0", 0, 10.0), ("A", "", 10, 0.0), ("A", "", 20, 10.0), ("B", "1.5", 0, 9.0), ("B", "", 20, 8.0)]
    found = survey(tmp_path, rows, "section,chainage_km,offset_ft,elevation [ft]")
    assert [s.chainage_m for s in found.sections] == [0, 1500]
    assert found.sections[0].section.station_m == pytest.approx(np.array([0, 10, 20]) * 0.3048)


def test_the_wide_form_gives_the_same_sections_as_the_long_one(tmp_path):
    header = "断面名称,里程," + ",".join(f"起点距{k},高程{k}" for k in range(1, 6)) + ",糙率"
    rows = [(n, c, *(v for x, z in BOWL for v in (x, z + bed)), 0.03) for n, c, bed, _, _ in GOOD]
    wide, long = survey(tmp_path, rows, header), survey(tmp_path, long_rows(GOOD))
    assert not wide.faults
    for a, b in zip(wide.sections, long.sections, strict=True):
        assert (a.chainage_m, a.section.name) == (b.chainage_m, b.section.name)
        assert a.section.level_m == pytest.approx(b.section.level_m)
        assert a.section.manning == pytest.approx(b.section.manning)


def test_a_workbook_with_merged_cells_is_read(tmp_path):
    book = Workbook()
    book.active.append(["河段", "断面编号", "桩号", "起点距", "高程", "糙率"])
    for name, chainage, bed, _, _ in GOOD:
        for k, (x, z) in enumerate(BOWL):
            book.active.append([*(("汾河", name, chainage) if k == 0 else (None, None, None)), x, z + bed, 0.03])
    book.save(tmp_path / "s.xlsx")
    found = read_survey(tmp_path / "s.xlsx")
    assert not found.faults
    assert [(s.reach, s.section.station_m.size) for s in found.sections] == [("汾河", 5)] * 4


def test_roughness_that_changes_along_a_section_makes_panels(tmp_path):
    rows = [("A", "0", 0, 5, 0.06), ("A", "0", 5, 1, 0.03), ("A", "0", 20, 1, 0.05), ("A", "0", 24, 5, "")]
    (found,) = survey(tmp_path, rows).sections
    assert found.section.manning.tolist() == [0.06, 0.03, 0.05]
    assert found.section.panel_from_m.tolist() == [0, 5, 20]


def test_missing_roughness_is_assumed_and_stays_marked_on_the_reach(tmp_path):
    found = survey(tmp_path, long_rows(GOOD, n=""))
    assert codes(found) == ["roughness.missing"] * 4
    assert found.sections[0].section.manning.tolist() == [MANNING]
    assert found.river(dx_m=100.0).reaches["main"].assumed.manning_log_sd > 0


def test_a_section_that_crosses_itself_is_named_with_row_and_column_and_stops_the_river(tmp_path):
    rows = long_rows(GOOD)
    rows[7] = ("B", "K1+000", 3, 102.0, 0.03)  # left of the point before
    found = survey(tmp_path, rows)
    (fault,) = found.faults
    assert (fault.code, fault.place) == ("section.crossing", "row 9, column 起点距(m)")
    assert [s.section.name for s in found.sections] == list("ACD")
    with pytest.raises(InputError, match="crosses itself"):
        found.river(dx_m=100.0)


def test_cells_that_are_no_number_are_named_with_row_and_column(tmp_path):
    rows = long_rows(GOOD)
    rows[2] = ("A", "K0+000", 12, "深", 0.03)
    rows[3] = ("A", "K0+000", "", 104.2, 0.03)
    rows[4] = ("A", "K0+000", 24, 108.0, "rough")
    found = survey(tmp_path, rows)
    assert [f.place for f in found.faults] == ["row 4, column 高程(m)", "row 5, column 起点距(m)", "row 6, column 糙率"]
    assert len(found.sections) == 4


def test_a_chainage_that_is_none_is_named(tmp_path):
    found = survey(tmp_path, [("X", "there", 0, 1, 0.03), *long_rows(GOOD)])
    assert [f.place for f in found.faults] == ["row 2, column 桩号"]
    assert len(found.sections) == 4


def test_two_sections_at_one_place_and_points_that_are_there_twice_are_named(tmp_path):
    rows = [*long_rows(GOOD), *long_rows([("E", "K1+000", 101.5, 1, 1)])]
    rows.insert(1, rows[0])
    found = survey(tmp_path, rows)
    assert codes(found, "error") == ["section.twice"]
    assert codes(found, "warning") == ["point.twice"]
    assert len(found.sections) == 4


def test_chainage_that_counts_from_the_mouth_is_suspected(tmp_path):
    back = [(n, c, 106 - bed, w, h) for n, c, bed, w, h in GOOD]
    assert codes(survey(tmp_path, long_rows(back))) == ["chainage.reversed"]


def test_a_section_in_feet_among_metres_is_suspected_by_form_and_by_level(tmp_path):
    form = [*GOOD[:2], ("C", "K2+500", 101.0, 3.28, 3.28), GOOD[3]]
    level = [*GOOD[:2], ("C", "K2+500", 101.0 / 0.3048, 1, 1), GOOD[3]]
    for rows in (form, level):
        found = [f for f in survey(tmp_path, long_rows(rows)).faults if f.code == "units.feet"]
        assert [f.place.split(",")[0] for f in found] == ["section C"]


@given(st.lists(st.floats(0.7, 1.4), min_size=4, max_size=4))
@settings(max_examples=20)
def test_sections_that_differ_as_rivers_do_are_not_suspected(tmp_path_factory, sizes):
    rows = [(n, c, bed, size, size) for (n, c, bed, _, _), size in zip(GOOD, sizes, strict=True)]
    found = survey(tmp_path_factory.mktemp("s"), long_rows(rows))
    assert "units.feet" not in codes(found)


@pytest.mark.parametrize(("length", "said"), [(4000 * 0.3048, "feet"), (4000 / 0.001, "kilometres")])
def test_a_chainage_that_does_not_fit_the_registry_is_suspected(tmp_path, length, said):
    (fault,) = survey(tmp_path, long_rows(GOOD), length_m={"main": length}).faults
    assert fault.code == "units.chainage"
    assert said in fault.sentence


@given(
    st.lists(
        st.lists(st.sampled_from(["", "A", "K1+0", "3", "-2.5", "x", "1e400", "0.03"]), min_size=5, max_size=5),
        max_size=8,
    )
)
@settings(max_examples=40)
def test_whatever_stands_in_the_cells_the_survey_names_it_and_never_crashes(tmp_path_factory, rows):
    found = survey(tmp_path_factory.mktemp("s"), rows)
    assert all(np.isfinite(s.section.level_m).all() for s in found.sections)
    assert all(f.place and f.sentence and f.remedy for f in found.faults)
