"""A table of problems that is damaged, or much larger than it looks, is an answer and no crash."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest

from riverchief.base.errors import InputError
from riverchief.ground import problems

TODAY = date(2026, 11, 21)


def changed(part: str, content: bytes) -> bytes:
    """A workbook of which one part was replaced."""
    plain, out = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return out.getvalue()


def far_out(cell: str) -> bytes:
    """A workbook with a header and one cell at the other end of the sheet."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["序号", "发现日期"])
    book.active[cell] = "x"
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("xl/worksheets/sheet1.xml", b"<a"),
        ("xl/styles.xml", b"nonsense"),
        ("[Content_Types].xml", b""),
        ("xl/workbook.xml", b"<x/>"),
    ],
)
def test_a_damaged_workbook_is_told(part, content):
    with pytest.raises(InputError, match=r"no Excel workbook"):
        problems.read(changed(part, content), "a.xlsx", TODAY)


def test_what_is_huge_once_unpacked_is_not_unpacked():
    bomb = changed("xl/worksheets/sheet1.xml", b" " * 120_000_000)
    assert len(bomb) < 1_000_000
    with pytest.raises(InputError, match=r"unpacks to 120,\d{3},\d{3} bytes"):
        problems.read(bomb, "a.xlsx", TODAY)


def test_a_cell_far_below_is_too_many_rows_and_one_far_to_the_right_makes_no_wide_table():
    with pytest.raises(InputError, match="more than 5,000 rows"):
        problems.read(far_out("A20000"), "a.xlsx", TODAY)
    assert problems.read(far_out("XFD3"), "a.xlsx", TODAY).problems == ()
