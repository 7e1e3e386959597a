import re
from pathlib import Path

import pytest

from riverchief.base.errors import InputError, UnknownName
from riverchief.base.units import PROPERTIES
from riverchief.cloud.standards.editions import parse_edition
from riverchief.cloud.standards.water.surface import Rule, read_surface, surface_named

# Table 1 of GB 3838-2002 typed a second time, from the printed table: item number → classes Ⅰ…Ⅴ (river column)
TABLE_1 = {
    "do": (3, 7.5, 6, 5, 3, 2),
    "codmn": (4, 2, 4, 6, 10, 15),
    "cod": (5, 15, 15, 20, 30, 40),
    "bod5": (6, 3, 3, 4, 6, 10),
    "nh3n": (7, 0.15, 0.5, 1.0, 1.5, 2.0),
    "tp": (8, 0.02, 0.1, 0.2, 0.3, 0.4),
    "copper": (10, 0.01, 1, 1, 1, 1),
    "zinc": (11, 0.05, 1, 1, 2, 2),
    "fluoride": (12, 1, 1, 1, 1.5, 1.5),
    "selenium": (13, 0.01, 0.01, 0.01, 0.02, 0.02),
    "arsenic": (14, 0.05, 0.05, 0.05, 0.1, 0.1),
    "mercury": (15, 5e-5, 5e-5, 1e-4, 1e-3, 1e-3),
    "cadmium": (16, 0.001, 0.005, 0.005, 0.005, 0.01),
    "chromium6": (17, 0.01, 0.05, 0.05, 0.05, 0.1),
    "lead": (18, 0.01, 0.01, 0.05, 0.05, 0.1),
    "cyanide": (19, 0.005, 0.05, 0.2, 0.2, 0.2),
    "phenol": (20, 0.002, 0.002, 0.005, 0.01, 0.1),
    "petroleum": (21, 0.05, 0.05, 0.05, 0.5, 1.0),
    "surfactant": (22, 0.2, 0.2, 0.2, 0.3, 0.3),
    "sulphide": (23, 0.05, 0.1, 0.2, 0.5, 1.0),
    "faecal_coliform": (24, 200, 2000, 10000, 20000, 40000),
}
MINIMAL = """
edition = "X-1"
name_zh = "样"
name_en = "sample"
document = "none"
valid_from = 2000-01-01
valid_to = 2010-01-01
confidence = "C"
[sets]
automatic = ["do"]
[[item]]
number = 1
property = "do"
rule = "at_least"
limits = [5.0, 4.0, 3.0, 2.0, 1.0]
"""


def test_every_limit_of_table_1_is_there():
    edition = surface_named("GB 3838-2002")
    assert {code: (item.number, *item.values) for code, item in edition.river.items() if item.values} == TABLE_1
    assert edition.lake["tp"].values == (0.01, 0.025, 0.05, 0.1, 0.2)
    assert edition.lake["tn"].values == (0.2, 0.5, 1.0, 1.5, 2.0)
    assert "tn" not in edition.river
    assert (edition.river["ph"].low, edition.river["ph"].high) == (6, 9)
    assert edition.without_class == ("water_temperature",)
    numbers = {i.number for i in edition.lake.values()} | {1}
    assert numbers == set(range(1, 25))


def test_limits_grow_worse_and_stand_in_the_unit_that_the_property_is_kept_in():
    for item in [*surface_named("GB 3838-2002").river.values(), *surface_named("GB 3838-2002").lake.values()]:
        assert list(item.values) == sorted(item.values, reverse=item.rule is Rule.AT_LEAST)
        assert item.unit == PROPERTIES[item.property].unit
        assert item.confidence in "ABC"


def test_the_counted_sets():
    edition = surface_named("GB 3838-2002")
    assert edition.sets["automatic"] == ("ph", "do", "codmn", "nh3n", "tp")
    assert len(edition.sets["evaluation"]) == 21
    assert not {"water_temperature", "tn", "faecal_coliform"} & set(edition.sets["evaluation"])
    assert set(edition.sets["evaluation"]) <= set(edition.lake)


def test_an_edition_with_a_limit_too_few_is_refused():
    with pytest.raises(InputError, match="do has 4 limits, 5 are needed"):
        read_surface(parse_edition(MINIMAL.replace("5.0, 4.0, 3.0", "5.0, 4.0")))
    with pytest.raises(UnknownName, match="property 'dissolved' is not known"):
        read_surface(parse_edition(MINIMAL.replace('property = "do"', 'property = "dissolved"')))


def test_the_reference_page_prints_the_limits_as_they_are():
    page = (Path(__file__).resolve().parents[4] / "docs" / "reference" / "standards.md").read_text(encoding="utf-8")
    printed = dict(re.findall(r"^\| `(\w+)`(?: river| \(1/L\))? \| ([\d.].*) \|$", page, flags=re.MULTILINE))
    lakes = dict(re.findall(r"^\| `(\w+)` lake \| (.*) \|$", page, flags=re.MULTILINE))
    edition = surface_named("GB 3838-2002")
    assert {c: tuple(map(float, t.split(" | "))) for c, t in printed.items()} == {
        code: item.values for code, item in edition.river.items() if item.values
    }
    assert {c: tuple(map(float, t.split(" | "))) for c, t in lakes.items()} == {
        code: edition.lake[code].values for code in ("tp", "tn")
    }


def test_a_column_that_is_not_known_is_answered_with_the_nearest():
    with pytest.raises(UnknownName, match="column of the standard 'rivers' is not known; did you mean 'river'"):
        surface_named("GB 3838-2002").column("rivers")
