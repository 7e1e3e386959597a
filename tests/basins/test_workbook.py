"""A workbook out and in again changes nothing; what is wrong in one is named by sheet, row and column."""

import io
import zipfile

import openpyxl
import pytest

from riverchief import basins
from riverchief.base.errors import InputError
from riverchief.basins import change, workbook


@pytest.fixture(scope="module", params=["mini", "jinzhong"])
def basin(request):
    return basins.read(basins.named(request.param))


@pytest.fixture(scope="module")
def mini():
    return basins.read(basins.named("mini"))


def edited(content: bytes, change_it) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    change_it(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_out_and_in_again_changes_nothing(basin):
    found = workbook.read(workbook.write(basin), basin)
    assert (found.edits, found.faults) == ([], [])
    assert found.same["responsibilities.csv"] == len(basin.responsibilities)
    assert found.same["facilities.csv"] == len(basin.facilities)


def test_saved_by_another_program_it_still_changes_nothing_and_is_the_same_file_twice(mini):
    saved = edited(workbook.write(mini), lambda book: None)
    assert workbook.read(saved, mini).edits == []
    assert workbook.write(mini) == workbook.write(mini)


def test_a_cell_that_a_person_changed_is_one_edit(mini):
    def change_it(book):
        book["断面"]["I4"] = 2  # a number where there was text

    found = workbook.read(edited(workbook.write(mini), change_it), mini)
    assert found.faults == []
    (edit,) = found.edits
    assert (edit.file, edit.key, edit.line) == ("sections.csv", ("sec-liuwan",), 4)
    assert (edit.before["target_class"], edit.after["target_class"]) == ("3", "2")
    made, _ = change.apply(mini, found.edits)
    assert next(s.target_class for s in made.sections if s.code == "sec-liuwan") == 2


def test_faults_name_the_row_and_the_column(mini):
    def change_it(book):
        sheet = book["责任河段"]
        sheet.append(["ch-nobody", "qx9", "0", "a lot", "2026-01-01", ""])  # row 21
        sheet.append(["ch-nanan", "qx3", 5000, 11600, "2025-01-01", ""])  # row 22, as row 17

    found = workbook.read(edited(workbook.write(mini), change_it), mini)
    assert [(f.file, f.line, f.code) for f in found.faults] == [("responsibilities.csv", 22, "duplicate_code")]

    def only_new(book):
        book["责任河段"].append(["ch-nobody", "qx9", "0", "a lot", "2026-01-01", ""])

    found = workbook.read(edited(workbook.write(mini), only_new), mini)
    assert {(f.line, f.code, f.column, f.value) for f in found.faults} == {
        (21, "unknown_chief", "chief", "ch-nobody"),
        (21, "unknown_reach", "reach", "qx9"),
        (21, "bad_number", "to_m", "a lot"),
    }


def test_headings_are_read_in_either_language_and_an_unknown_one_is_told(mini):
    def change_it(book):
        for name in book.sheetnames[1:]:
            del book[name]
        sheet = book["河长"]
        sheet["A1"], sheet["B1"], sheet["C1"] = "编码", "name_zh", "电话"

    found = workbook.read(edited(workbook.write(mini), change_it), mini)
    assert [(f.line, f.code, f.value) for f in found.faults] == [(1, "unknown_column", "电话")]
    assert found.edits == []


def test_a_row_that_is_left_out_stays(mini):
    found = workbook.read(edited(workbook.write(mini), lambda book: book["河长"].delete_rows(3)), mini)
    assert (found.edits, found.faults) == ([], [])


@pytest.mark.parametrize("content", [b"", b"code,name\n1,2\n", b"PK\x03\x04 and no more"])
def test_what_is_no_workbook_is_said_so(mini, content):
    with pytest.raises(InputError, match="no Excel workbook"):
        workbook.read(content, mini)


def test_a_workbook_of_something_else_is_refused(mini):
    with pytest.raises(InputError, match="none of the sheets 河长"):
        workbook.read(
            edited(
                workbook.write(mini),
                lambda book: (
                    [book.remove(s) for s in book.worksheets[:-1]] and setattr(book.worksheets[0], "title", "x")
                ),
            ),
            mini,
        )


def test_a_workbook_that_is_damaged_or_larger_than_it_looks_is_told(mini):
    plain = io.BytesIO(workbook.write(mini))

    def replaced(content: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(plain) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                new.writestr(name, content if name == "xl/worksheets/sheet1.xml" else old.read(name))
        return out.getvalue()

    for content, told in ((b"<a", "no Excel workbook"), (b" " * 120_000_000, "unpacks to")):
        with pytest.raises(InputError, match=told):
            workbook.read(replaced(content), mini)


def test_one_cell_far_out_does_not_make_a_sheet_of_millions_of_cells(mini):
    def change_it(book):
        book["断面"]["XFD500"] = "x"

    found = workbook.read(edited(workbook.write(mini), change_it), mini)
    assert [(f.file, f.line, f.code) for f in found.faults] == [("sections.csv", 1, "unknown_column")]
