import csv

import pytest

from riverchief.base.errors import UnknownName
from riverchief.base.units import PROPERTIES, factor
from riverchief.cloud.protocols.sl651.tables import RAIN_BLOCK, element_to_send, tables

UNITS = {
    "平方米": "m²", "摄氏度": "°C", "毫米": "mm", "百帕": "hPa", "米": "m", "百分比": "%", "立方米/秒": "m³/s", "万吨": "10⁴ t",
    "米/秒": "m/s", "伏特": "V", "千克/立方米": "kg/m³", "毫克/升": "mg/L", "微西门/厘米": "µS/cm", "度": "NTU", "毫伏": "mV",
    "千帕": "kPa", "立方米": "m³", "立方米/小时": "m³/h", "安培": "A", "孔": "1", "台": "1",
}  # fmt: skip
# written with another sign here, or no number with digits
OTHERWISE = {"DT", "ZT", "DRP", "UE", "pH"}


@pytest.fixture(scope="module")
def printed(shared_data):
    """The element identifiers of SL 651-2014 as they were collected."""
    with (shared_data / "telemetry" / "sl651_elements.csv").open(encoding="utf-8") as lines:
        return [row for row in csv.DictReader(lines) if not row["lead"].startswith("F") and row["ascii"] != "DRxnn"]


def test_every_element_of_the_standard_is_known_with_its_digits_and_unit(printed):
    assert len(printed) == 116
    for row in printed:
        one = tables().elements[int(row["lead"], 16)]
        assert one.code == row["ascii"], row
        if one.code in OTHERWISE:
            continue
        assert (one.digits, one.decimals) == (int(row["digits"]), int(row["decimals"])), row
        assert one.unit == (UNITS[row["unit"]] if row["unit"] else None), row


def test_the_definition_byte_of_a_positive_value(printed):
    for row in printed:
        if row["definition_byte_positive"]:
            one = tables().elements[int(row["lead"], 16)]
            assert (one.digits + 1) // 2 << 3 | one.decimals == int(row["definition_byte_positive"], 16), row


def test_properties_are_in_the_platforms_units():
    for one in tables().elements.values():
        if one.property:
            assert float(one.scale) == factor(one.unit, PROPERTIES[one.property].unit)


def test_a_property_comes_from_one_element_per_period_but_for_known_pairs():
    seen = {}
    for one in tables().elements.values():
        if one.property:
            seen.setdefault((one.property, one.period), []).append(one.code)
    # the level of a reservoir is that above it; five minutes of rain come singly and in twelves
    assert sorted(codes for codes in seen.values() if len(codes) > 1) == [["PN05", "DRP"], ["Z", "ZU"]]


def test_names_that_can_be_sent():
    assert element_to_send("level").lead == 0x39
    assert element_to_send("ZU").lead == 0x3B
    assert element_to_send("flow").code == "Q"
    assert tables().elements[RAIN_BLOCK].code == "DRP"
    for name in ("DRP", "ZT", "nothing"):
        with pytest.raises(UnknownName):
            element_to_send(name)
