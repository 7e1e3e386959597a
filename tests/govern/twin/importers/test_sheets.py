import pytest
from openpyxl import Workbook

from riverchief.base.errors import InputError
from riverchief.govern.twin.importers.sheets import cell, chainage_m, number, read_sheet

NAMES = {"chainage": ("桩号", "里程", "chainage"), "level": ("高程", "level"), "section": ("断面编号", "section")}


def table(tmp_path, text, encoding="utf-8", name="t.csv"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    ("title", "factor"),
    [("高程", 1), ("高程(m)", 1), ("高程（米）", 1), ("高程 [ft]", 0.3048), ("level_m", 1), ("Level_ft", 0.3048),
     ("level (cm)", 0.01), ("高程_公里", 1000)],
)  # fmt: skip
def test_headers_carry_their_unit_in_brackets_or_after_an_underscore(tmp_path, title, factor):
    sheet = read_sheet(table(tmp_path, f"section,{title}\na,1\n"), NAMES)
    assert sheet.column("level").factor == pytest.approx(factor)


def test_an_unknown_unit_is_refused_with_those_that_are_known(tmp_path):
    with pytest.raises(InputError, match="'furlong' is not known"):
        read_sheet(table(tmp_path, "section,高程(furlong)\na,1\n"), NAMES)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_tables_are_read_in_the_encodings_that_offices_write(tmp_path, encoding):
    sheet = read_sheet(table(tmp_path, "断面编号,桩号,高程\n甲,K1+200,3.5\n", encoding), NAMES)
    assert [cell(sheet.rows[0][1], sheet.column(k)) for k in ("section", "chainage", "level")] == [
        "甲",
        "K1+200",
        "3.5",
    ]


def test_a_workbook_with_a_title_above_its_header_is_read(tmp_path):
    book = Workbook()
    for row in (["某河大断面成果表"], ["断面编号", "桩号", "高程(m)"], ["CS1", "K0+100", 12.5]):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    sheet = read_sheet(tmp_path / "t.xlsx", NAMES)
    ((row, cells),) = sheet.rows
    assert row == 3
    assert cell(cells, sheet.column("level")) == "12.5"


def test_numbered_columns_keep_their_number(tmp_path):
    sheet = read_sheet(table(tmp_path, "section,level1,level2,高程3(m)\na,1,2,3\n"), NAMES)
    assert [c.number for c in sheet.columns if c.key == "level"] == [1, 2, 3]


@pytest.mark.parametrize(
    ("text", "metres"),
    [("K12+300", 12300), ("12+300.5", 12300.5), ("k0+000", 0), ("-1+200", -1200), ("350", 350), ("", None), ("K12", None)],
)  # fmt: skip
def test_chainages_are_read_as_engineers_write_them(text, metres):
    assert chainage_m(text) == metres


def test_a_chainage_with_a_plus_does_not_take_the_headers_unit():
    assert chainage_m("K2+000", 1000.0) == 2000
    assert chainage_m("2.5", 1000.0) == 2500


@pytest.mark.parametrize(
    ("text", "value"), [("1,234.5", 1234.5), ("nan", None), ("inf", None), ("三", None), ("", None)]
)
def test_only_finite_numbers_are_numbers(text, value):
    assert number(text) == value


@pytest.mark.parametrize(("data", "said"), [(b"", "empty"), (b"\xff\xff\x00\x81", "neither|no text")])
def test_files_that_are_no_table_are_refused(tmp_path, data, said):
    (tmp_path / "x.csv").write_bytes(data)
    with pytest.raises(InputError, match=said):
        read_sheet(tmp_path / "x.csv", NAMES)


def test_a_missing_column_is_named_with_the_headers_that_would_do(tmp_path):
    sheet = read_sheet(table(tmp_path, "a,b\n1,2\n"), NAMES)
    with pytest.raises(InputError, match="桩号, 里程, chainage"):
        sheet.needed("chainage", NAMES)
