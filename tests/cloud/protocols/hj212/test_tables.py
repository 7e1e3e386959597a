import csv

import pytest

from riverchief.base.errors import UnknownName
from riverchief.base.readings import Flag
from riverchief.base.units import PROPERTIES, factor
from riverchief.cloud.protocols.hj212.tables import factor_to_send, find_factor, tables

UNITS = {
    "毫克/升": "mg/L", "微克/升": "µg/L", "纳克/升": "ng/L", "升/秒": "L/s", "立方米/秒": "m³/s", "无量纲": "1", "[色]度": "1",
    "摄氏度": "°C", "微西[门子]/厘米": "µS/cm", "个/升": "1/L", "贝可[勒尔]/升": "Bq/L", "%": "%", "千帕": "kPa", "米/秒": "m/s",
    "[角]度": "°", "平方米": "m²", "毫克/立方米": "mg/m³", "纳克/立方米": "ng/m³", "分贝": "dB",
}  # fmt: skip
TOTALS = {"千克": "kg", "克": "g", "毫克": "mg", "立方米": "m³", "": None}
# printed as ng/m³, sent as µg/m³
MISPRINTS = {"a34001", "a34002", "a34004", "a34005"}


@pytest.fixture(scope="module")
def printed(shared_data):
    """The factor codes of HJ 212-2017 tables B.1 to B.3 as they were collected."""
    with (shared_data / "telemetry" / "hj212_2017_factors.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_every_water_code_of_the_standard_is_known_with_its_units(printed):
    water = [row for row in printed if row["table"] == "B.1"]
    assert len(water) == 63
    for row in water:
        one = tables().factors[row["code"]]
        assert one.unit == UNITS[row["unit"]], row["code"]
        assert one.total_unit == TOTALS[row["emission_unit"]], row["code"]
        assert one.code_2005 == row["code_2005"], row["code"]


def test_other_codes_that_are_known_agree_with_the_standard(printed):
    known = [row for row in printed if row["table"] != "B.1" and row["code"] in tables().factors]
    assert len(known) > 60
    for row in known:
        one = tables().factors[row["code"]]
        if row["code"] not in MISPRINTS:
            assert one.unit == UNITS[row["unit"]], row["code"]
        assert one.code_2005 == row["code_2005"], row["code"]


def test_every_old_code_of_the_standard_leads_to_its_new_one(printed):
    for row in printed:
        if row["code_2005"]:
            assert find_factor(row["code_2005"], "32").code == row["code"]


def test_every_property_can_be_brought_into_its_unit():
    for one in tables().factors.values():
        if one.property:
            assert float(one.scale) == factor(one.unit, PROPERTIES[one.property].unit)


def test_the_letters_of_flags():
    assert tables().letters[Flag.OK] == "N"
    assert tables().letters[Flag.FAULT] == "D"
    assert Flag.SUSPECT not in tables().letters


def test_names_that_can_be_sent():
    assert factor_to_send("cod").code == "w01018"
    assert factor_to_send("w20141").property == "arsenic"
    with pytest.raises(UnknownName, match="did you mean 'turbidity'"):
        factor_to_send("turbidty")
