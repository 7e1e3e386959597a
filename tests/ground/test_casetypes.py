"""The catalogue of case types: what ships is sound, what is typed is read or refused with its field."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError, UnknownName
from riverchief.ground.casetypes import CHECKLIST, catalogue, check, checklist, groups, named, read, recognised

DAY = date(2026, 11, 21)
FILE = """
format = 1
group = "g"
name_zh = "组"
name_en = "Group"
document = "none"
confirmed = false
valid_from = 2020-01-01
[[type]]
code = "a"
name_zh = "甲"
name_en = "A"
severity = 2
verify = ["second_person"]
evidence = ["before_photo"]
checklist = "bank"
"""


def test_the_ministrys_four_and_the_rest_of_what_offices_list_are_there():
    codes = {one.code for one in catalogue(DAY)}
    four = {one.name_zh for one in catalogue(DAY) if one.group == "four_disorders"}
    assert {"乱占", "乱采", "乱堆", "乱建"} <= four
    assert {
        "flood_obstruction", "outfall", "floating", "black_odorous", "public_sign", "sand_mining", "grazing",
        "dust_burning", "structure",
    } <= codes  # fmt: skip
    assert len(codes) == len(catalogue(DAY)), "a code stands for one thing"
    assert not any(group.confirmed for group in groups()), "no document was read for them"


def test_a_type_is_in_force_only_on_its_days():
    assert "dumping" not in {one.code for one in catalogue(date(2018, 6, 30))}
    assert "dumping" in {one.code for one in catalogue(date(2018, 7, 1))}
    with pytest.raises(UnknownName, match="did you mean 'dumping'"):
        named("dumpin", DAY)


def test_the_walkers_checklist_is_the_same_catalogue():
    lines = checklist(DAY)
    assert tuple(line for line, _ in lines) == CHECKLIST
    assert all(types for _, types in lines)
    assert sorted(one.code for _, types in lines for one in types) == sorted(one.code for one in catalogue(DAY))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("乱堆", "dumping"),
        ("乱堆乱放生活垃圾", "dumping"),
        ("Dumping", "dumping"),
        ("非法采砂", "illegal_mining"),
        ("采砂", "sand_mining"),
        ("河长公示牌破损", "public_sign"),
        ("水面漂浮物", "floating"),
        ("天气不好", None),
        ("", None),
    ],
)
def test_the_words_of_an_office_are_recognised_or_not_guessed(words, code):
    found = recognised(words, DAY)
    assert (found and found.code) == code


def test_values_are_read_as_people_type_them():
    kept, faults = check(named("dumping", DAY), {"material": "生活垃圾", "volume_m3": " 12.5 "})
    assert (kept, faults) == ({"material": "household", "volume_m3": 12.5}, ())


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({}, "material", "What lies there is needed"),
        ({"material": "ghosts"}, "material", "'ghosts' is none of household, rubble"),
        ({"material": "rubble", "volume_m3": "many"}, "volume_m3", r"'many' is not a number \[m³\]"),
        ({"material": "rubble", "volume_m3": -1}, "volume_m3", "-1 m³ is below 0 m³"),
        ({"material": "rubble", "volume_m3": float("nan")}, "volume_m3", "not a number"),
        ({"material": "rubble", "colour": "red"}, "colour", "has no field 'colour'; it has: material, volume_m3"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(values, field, sentence):
    _, faults = check(named("dumping", DAY), values)
    assert [fault.field for fault in faults] == [field]
    assert re.search(sentence, faults[0].en)
    assert faults[0].zh


def test_animals_are_counted_whole():
    assert check(named("grazing", DAY), {"animals": "12"})[0] == {"animals": 12}
    assert check(named("grazing", DAY), {"animals": "12.5"})[1][0].en == "12.5 is not a whole number"


@given(st.dictionaries(st.sampled_from(["material", "volume_m3", "x"]), st.one_of(st.text(), st.floats(), st.none())))
def test_whatever_is_given_is_kept_or_named_and_never_lost(values):
    kept, faults = check(named("dumping", DAY), values)
    said = {key for key, value in values.items() if key == "x" or (value is not None and str(value).strip())}
    assert {fault.field for fault in faults} <= said | {"material"}
    assert said <= set(kept) | {fault.field for fault in faults}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('checklist = "bank"', 'checklist = "moon"', "checklist 'moon' is none of water_body"),
        ("severity = 2", "severity = 9", "severity 9 is not 1, 2 or 3"),
        ("format = 1", "format = 2", "reads format 1"),
        ('code = "a"', "", "code"),
        ("severity = 2", "sevrity = 2", "sevrity"),
        ('group = "g"', "group = ", "TOML"),
    ],
)
def test_a_file_with_a_fault_says_which(old, new, told):
    assert read(FILE, "a.toml")[1][0].code == "a"
    with pytest.raises(InputError, match=told):
        read(FILE.replace(old, new), "a.toml")
