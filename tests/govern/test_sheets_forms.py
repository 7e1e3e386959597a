"""Forms of a sheet: what goes out comes back, units are turned, and every bad row is named while the rest goes on."""

import io
from datetime import datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError, UnknownName
from riverchief.govern.sheets import named
from riverchief.govern.sheets.forms import form, read_given

WATER = named("groundwater-control")
AT = datetime(2026, 10, 31, 16, 0)


def filled(values, name="地下水双控"):
    """The form, with values written where a person writes them."""
    book = openpyxl.load_workbook(io.BytesIO(form(WATER, {}, name, AT)))
    page = book.active
    titles = [cell.value for cell in page[5]]
    for row in page.iter_rows(min_row=6):
        if row[0].value in values:
            row[titles.index("数值")].value, row[titles.index("依据")].value = values[row[0].value]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_filled_form_comes_back_and_empty_cells_are_left_alone():
    rows = read_given(filled({"groundwater_use": (4490, "年报"), "groundwater_depth": ("21.4", None)}), ".xlsx", WATER)
    assert [(one.name, one.value, one.why, one.ok) for one in rows] == [
        ("groundwater_use", 4490.0, "年报", True),
        ("groundwater_depth", 21.4, "", True),
    ]


def test_the_form_shows_what_is_known_says_what_it_is_and_is_the_same_bytes_twice():
    made = form(WATER, {"groundwater_limit": (4678.0, "上级下达")}, "介休市 2026", AT)
    assert made == form(WATER, {"groundwater_limit": (4678.0, "上级下达")}, "介休市 2026", AT)
    page = openpyxl.load_workbook(io.BytesIO(made)).active
    assert page["A2"].value == "介休市 2026"
    assert page["A3"].value.startswith("模板")
    rows = {row[0].value: row for row in page.iter_rows(min_row=6) if row[0].value}
    assert set(rows) == {spec.name for spec in WATER.inputs}
    limit = rows["groundwater_limit"]
    assert [limit[i].value for i in (1, 3, 4, 6)] == ["地下水取水总量控制指标", "10⁴ m³", 4678, "上级下达"]
    energy = openpyxl.load_workbook(io.BytesIO(form(named("methanol-energy"), {}, "", AT))).active
    assert "methanol_co2" not in [row[0].value for row in energy.iter_rows(min_row=6)]  # fixed: nobody fills it in


CSV = """表,,,
代码,数值,单位,依据
groundwater_use,"44,900,000",m³,抄表
地下水取水总量控制指标,４６７８,,
groundwater_wells,16,,
groundwater_wells,17,,
groundwater_depth,约20,,
groundwater_depth_before,22.1,km,
groundwater_depht,3,,
depth to groundwater,1,,
wells_closed,—,,
wells_to_close,,,
groundwater_depth_limit,3,furlong,
groundwater_wells_met,1_000,,
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_every_bad_row_is_named_and_the_rest_goes_on(encoding):
    text = CSV if encoding != "gb18030" else CSV.replace("m³", "立方米")
    rows = {one.row: one for one in read_given(text.encode(encoding), ".csv", WATER)}
    assert rows[3].value == 4490.0  # m³ turned into the sheet's 10⁴ m³
    assert (rows[4].name, rows[4].value) == ("groundwater_limit", 4678.0)
    assert rows[5].value == 16.0
    assert rows[8].value == 22_100.0  # 22.1 km of depth is absurd, but that is for a person to say
    refused = {number: one.en for number, one in rows.items() if not one.ok}
    assert refused == {
        6: "row 5 gives the same input already.",
        7: "'约20' is no number.",
        9: "input 'groundwater_depht' is not known; did you mean 'groundwater_depth'?",
        10: refused[10],
        13: refused[13],
        14: "'1_000' is no number.",
    }
    assert "'depth to groundwater' is not known" in refused[10]
    assert "unit 'furlong' is not known" in refused[13]
    assert rows[7].zh == "“约20”不是数。"


def test_units_that_are_unlike_are_refused_and_percentages_turned():
    sheet = named("river-health")
    text = "name,value,unit\necoflow_winter_share,0.25,1\necoflow_summer_share,45%,\ndo_mean,6.75,m\nmean_class,250%,\n"
    rows = read_given(text.encode(), ".csv", sheet)
    assert [one.value for one in rows] == [25.0, 45.0, None, 2.5]
    assert rows[2].en == "mean dissolved oxygen is in mg/L, this row is in m; give it in mg/L."


def test_toml_gives_numbers_or_tables_with_a_reason():
    text = 'groundwater_use = 4490\nwells = 1\n[groundwater_depth]\nvalue = 2140\nunit = "cm"\nwhy = "surveyed"\n'
    rows = read_given(text.encode(), ".toml", WATER)
    assert [(one.name, one.value, one.why) for one in rows if one.ok] == [
        ("groundwater_use", 4490.0, ""),
        ("groundwater_depth", 21.4, "surveyed"),
    ]
    assert [one.name for one in rows if not one.ok] == ["wells"]


@pytest.mark.parametrize(
    ("data", "suffix", "error", "sentence"),
    [
        (b"a,b\n1,2\n", ".csv", InputError, "no row of the first 10 has a column for the input"),
        (b"name,value\n", ".xls", UnknownName, "kind of file '.xls' is not known"),
        (b"PK no workbook", ".xlsx", InputError, "the file is no Excel workbook"),
        (b"PK\x03\x04", ".xlsx", InputError, "the file is no Excel workbook"),
        (b"x = ", ".toml", InputError, "the inputs are not valid TOML"),
        (b"name,value\n\xff\xff\xff,1\n", ".csv", InputError, "neither UTF-8 nor GB 18030"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(data, suffix, error, sentence):
    with pytest.raises(error, match=sentence):
        read_given(data, suffix, WATER)


@given(st.floats(-1e9, 1e9, allow_nan=False), st.sampled_from(["10⁴ m³", "m³", "亿立方米", "L"]))
def test_a_value_means_the_same_in_any_unit(value, unit):
    size = {"10⁴ m³": 1.0, "m³": 1e-4, "亿立方米": 1e4, "L": 1e-7}[unit]
    row = read_given(f"name,value,unit\ngroundwater_use,{value!r},{unit}\n".encode(), ".csv", WATER)[0]
    assert row.value == pytest.approx(value * size, rel=1e-9, abs=1e-12)
