"""Kinetics files: the shipped ones, and every kind of fault, told with where it stands."""

import re
from pathlib import Path

import pytest

from riverchief.base.errors import InputError, UnknownName
from riverchief.base.units import PROPERTIES
from riverchief.govern.twin.quality import ENVIRONMENT, KineticsFileError, names, parse_kinetics, read_kinetics
from riverchief.govern.twin.quality.expressions.grammar import ARGUMENTS

GOOD = """
format = 1
[constituent.bod]
unit = "mg/L"
[constituent.do]
unit = "mg/L"
[rate.k_bod]
value = 0.3
unit = "1/d"
source = "a test"
assumed = true
[process.oxidation]
rate = "k_bod * bod"
change = { bod = -1, do = -1 }
"""


@pytest.mark.parametrize("name", names())
def test_shipped_kinetics_can_be_read_and_say_where_their_rates_are_from(name):
    kinetics = read_kinetics(name)
    kinetics.compile()
    assert kinetics.name == name
    assert all(rate.source for rate in kinetics.rates.values())
    assert all(c.name_zh and c.name_en for c in kinetics.constituents)
    for constituent in kinetics.constituents:
        if constituent.name in PROPERTIES:
            assert constituent.unit == PROPERTIES[constituent.name].unit


def test_every_rate_of_a_shipped_file_is_used():
    for name in names():
        kinetics = read_kinetics(name)
        trees = [*kinetics.terms.values(), *(p.rate for p in kinetics.processes)]
        assert set(kinetics.rates) <= set().union(*(tree.names() for tree in trees), set())


def test_a_file_of_ones_own_is_read_by_its_path(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(GOOD, encoding="utf-8")
    kinetics = read_kinetics(path)
    assert (kinetics.name, kinetics.names, kinetics.assumed) == ("own", ("bod", "do"), ("k_bod",))
    assert kinetics.processes[0].change == {"bod": pytest.approx(-1 / 86_400), "do": pytest.approx(-1 / 86_400)}
    with pytest.raises(InputError, match=r"none\.toml cannot be read"):
        read_kinetics(tmp_path / "none.toml")
    with pytest.raises(UnknownName, match="kinetics 'oxigen' is not known; did you mean 'oxygen'"):
        read_kinetics("oxigen")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("format = 1", "format = 2", "format is 2; this version reads format = 1"),
        ("format = 1", "format = 1\nprozess = 1", "key 'prozess' is not known; did you mean 'process'"),
        ("value = 0.3", 'value = "0.3"', "rate k_bod: value is '0.3'; give a finite number"),
        ("value = 0.3", "value = nan", "rate k_bod: value is nan; give a finite number"),
        ('source = "a test"', "", "rate k_bod: it has no source"),
        ("assumed = true", "assumed = 1", "assumed is 1; it is true or false"),
        ('unit = "1/d"', 'unit = "1/dd"', "rate k_bod: unit '1/dd' is not known"),
        ('unit = "1/d"', "", "rate k_bod: it has no unit"),
        ('"k_bod * bod"', '"k_bod * bdo"', "'k_bod \\* bdo': at column 9: name 'bdo' is not known; did you mean 'do'"),
        ('"k_bod * bod"', '"k_bod + bod"', r"process oxidation: 'k_bod \+ bod': \+ at column 7 adds 1/d and mg/L"),
        ('"k_bod * bod"', '"k_bod * bod *"', "process oxidation: .*expected a number, a name"),
        ('"k_bod * bod"', '"bod"', "its rate comes out in mg/L, but bod in mg/L changes in mg/L/d or the like"),
        ('"k_bod * bod"', "3", "process oxidation: its expression is 3; write it in quotation marks"),
        ("do = -1", "od = -1", "process oxidation: constituent 'od' is not known; did you mean 'bod'"),
        ("do = -1", "k_bod = -1", "constituent 'k_bod' is not known"),
        ("do = -1", "do = true", "the change of do is True; give a finite number"),
        ("change = { bod = -1, do = -1 }", "", "process oxidation: change is missing"),
        ("[rate.k_bod]", "[rate.bod]", "bod is a constituent and a rate; give one another name"),
        ("[rate.k_bod]", "[rate.exp]", "rate 'exp' is no name"),
        ("[constituent.do]", "[constituent.'d o']", "constituent 'd o' is no name"),
        ("[process.oxidation]", "[process]", "process holds tables with a name each"),
        ("format = 1", "format = ", "own is not valid TOML"),
    ],
)  # fmt: skip
def test_every_fault_of_a_file_is_told_with_where_it_stands(old, new, sentence):
    assert old in GOOD
    with pytest.raises(KineticsFileError, match=sentence):
        parse_kinetics(GOOD.replace(old, new, 1), "own")


def test_all_faults_are_told_at_once():
    text = GOOD.replace("0.3", "inf").replace("do = -1", "od = -1").replace("k_bod * bod", "k_bod - bod")
    with pytest.raises(KineticsFileError) as caught:
        parse_kinetics(text, "own")
    assert len(caught.value.data["faults"]) == 3
    assert all(re.match("own, (rate|process) ", fault) for fault in caught.value.data["faults"])


def test_a_file_without_constituents_is_refused():
    with pytest.raises(KineticsFileError, match="there is no constituent"):
        parse_kinetics("format = 1\n", "empty")


def test_rates_may_come_out_in_any_unit_of_the_right_kind():
    per_hour = GOOD.replace('"k_bod * bod"', '"k_bod * bod / 24[h/d]"')
    change = parse_kinetics(per_hour, "own").processes[0].change["bod"]
    assert change == pytest.approx(-1 / 3_600)
    assert parse_kinetics(GOOD.replace('"mg/L"', '"µg/L"'), "own").processes[0].change["bod"] == pytest.approx(
        -1 / 86_400
    )


def test_the_example_of_the_documentation_is_a_kinetics_file():
    page = Path(__file__).parents[4] / "docs" / "reference" / "kinetics-file.md"
    (example,) = re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    kinetics = parse_kinetics(example, "example")
    assert kinetics.compile().needs == ("ph", "temperature_c", "depth_m")
    text = page.read_text(encoding="utf-8")
    assert all(f"`{name}" in text for name in (*names(), *ENVIRONMENT, *ARGUMENTS))
