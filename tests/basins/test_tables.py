"""The tables say what the values take, and the reference page says what the tables say."""

from dataclasses import fields
from pathlib import Path

import pytest

from riverchief.base import basin as values
from riverchief.basins.tables import BASIN_KEYS, TABLE, TABLES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "basin-folder.md"
VALUE = {
    "rivers.csv": values.River, "reaches.csv": values.Reach, "regions.csv": values.Region,
    "sections.csv": values.Section, "stations.csv": values.Station, "facilities.csv": values.Facility,
    "chiefs.csv": values.Chief, "projects.csv": values.Project, "permits.csv": values.PermitLimit,
    "terms.csv": values.Term, "leaves.csv": values.Leave, "cameras.csv": values.Camera, "culture.csv": values.Culture,
}  # fmt: skip


@pytest.mark.parametrize("file", VALUE)
def test_every_field_of_a_value_has_a_column(file):
    elsewhere = {"line", "interval_s", "pollutants"}  # in reaches.geojson and the two long tables
    wanted = {f.name for f in fields(VALUE[file])} - elsewhere
    if "place" in wanted:
        wanted = wanted - {"place"} | {"reach", "chainage_m"}
    assert {column.name for column in TABLE[file].columns} == wanted


def test_references_point_to_files_that_are_there():
    for table in TABLES:
        for column in table.columns:
            assert not column.refers or column.refers in TABLE, (table.file, column.name)


def test_the_reference_page_lists_every_file_column_and_choice():
    text = PAGE.read_text(encoding="utf-8")
    for key in BASIN_KEYS:
        assert f"`{key}`" in text, key
    for table in TABLES:
        part = text.split(f"## `{table.file}`")[1].split("\n## ")[0]
        for column in table.columns:
            assert f"| `{column.name}` |" in part, (table.file, column.name)
            for choice in column.choices:
                assert choice in part, (table.file, column.name, choice)
