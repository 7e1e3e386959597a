"""Edits of rows: what they make of a basin, the faults that they bring, and that nothing else moves."""

from datetime import date

import pytest

from riverchief import basins
from riverchief.base.errors import UnknownName
from riverchief.basins import change
from riverchief.basins.folder import cells_of


@pytest.fixture(scope="module")
def basin():
    return basins.read(basins.named("mini"))


DUTY = {"chief": "ch-nanan", "reach": "qx3", "from_m": "5000", "start": "2025-01-01"}


def test_an_edit_keeps_the_columns_that_it_does_not_name_and_reads_cells_as_the_folder_does(basin):
    edit = change.edit_of(basin, "responsibilities.csv", {**DUTY, "from_m": "5000.0", "end": "2026/12/1"})
    assert edit.key == ("ch-nanan", "qx3", "5000", "2025-01-01")
    assert (edit.before["to_m"], edit.before["end"]) == ("11600", "")
    assert (edit.after["to_m"], edit.after["end"]) == ("11600", "2026-12-01")
    made, faults = change.apply(basin, [edit])
    assert faults == []
    (moved,) = [d for d in made.responsibilities if d.chief == "ch-nanan"]
    assert moved.interval.end == date(2026, 12, 1)
    assert change.between(basin, made) == [edit]
    assert change.edit_of(basin, "responsibilities.csv", dict(edit.before)) is None


def test_only_the_faults_that_an_edit_brings_are_told_with_its_line(basin):
    wider = change.edit_of(basin, "responsibilities.csv", {**DUTY, "to_m": "12600"}, line=7)
    made, faults = change.apply(basin, [wider])
    assert made is None
    assert [(f.file, f.line, f.code) for f in faults] == [("responsibilities.csv", 7, "off_network")]
    ghost = change.edit_of(basin, "chiefs.csv", {"code": "ch-x", "name_zh": "甲", "level": "mayor"}, line=9)
    _, faults = change.apply(basin, [ghost])
    assert {(f.line, f.code, f.column) for f in faults} == {
        (9, "missing_value", "name_en"), (9, "bad_value", "level"), (9, "missing_value", "region"),
        (9, "missing_value", "assumed"), (9, "no_interval", ""),
    }  # fmt: skip


def test_a_row_that_goes_leaves_what_needs_it_named(basin):
    gone = change.edit_of(basin, "chiefs.csv", None, ("ch-nanan",))
    made, faults = change.apply(basin, [gone])
    assert made is None
    assert {f.code for f in faults} >= {"unknown_chief"}
    assert change.edit_of(basin, "chiefs.csv", None, ("nobody",)) is None


def test_an_edit_made_of_an_older_row_is_stale(basin):
    first = change.edit_of(basin, "sections.csv", {"code": "sec-liuwan", "target_class": "2"})
    made, _ = change.apply(basin, [first])
    second = change.edit_of(basin, "sections.csv", {"code": "sec-liuwan", "target_class": "4"})
    assert change.stale(basin, [second]) == []
    assert change.stale(made, [second]) == [second]


def test_a_table_that_is_not_changed_this_way_is_refused(basin):
    with pytest.raises(UnknownName, match=r"table of the registry 'reaches\.csv'"):
        change.edit_of(basin, "reaches.csv", {"code": "qx1"})


def test_a_shipped_basin_says_the_same_when_each_of_its_rows_is_given_again(basin):
    for file in change.EDITABLE:
        for row in cells_of(basin)[file]:
            assert change.edit_of(basin, file, row) is None, (file, row)
