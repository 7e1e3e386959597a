import math

import pytest

from riverchief.base.errors import InputError
from riverchief.govern.twin.importers.hecras.text import Lines


def lines(tmp_path, text):
    path = tmp_path / "a.g01"
    path.write_text(text, encoding="utf-8")
    found = Lines(path)
    next(found)
    return found


def test_numbers_stand_in_columns_of_eight_even_when_they_touch(tmp_path):
    got = lines(tmp_path, "#Sta= 6\n       01234.56767499.99        -1.5e+01     .06\n").numbers(6)
    assert got[:3] == [0, 1234.567, 67499.99]
    assert math.isnan(got[3])
    assert got[4:] == [-15, 0.06]


def test_tables_that_go_on_in_lines_of_nine_are_read(tmp_path):
    got = lines(tmp_path, "#Mann= 4\n" + "".join(f"{k:8d}" for k in range(9)) + "\n       9      10      11\n")
    assert got.numbers(12, per_line=9) == list(range(12))


def test_what_is_no_number_is_named_with_its_line(tmp_path):
    with pytest.raises(InputError, match=r"a.g01, line 2: 'oops'"):
        lines(tmp_path, "#Sta= 1\n    oops\n").numbers(1)


def test_a_file_that_ends_too_soon_is_named(tmp_path):
    with pytest.raises(InputError, match="20 numbers are announced, the file ends after 10"):
        lines(tmp_path, "#Sta= 20\n" + "       1" * 10 + "\n").numbers(20)


def test_a_binary_file_is_refused(tmp_path):
    path = tmp_path / "b.g01"
    path.write_bytes(b"\x89HDF\r\n\0\0\0")
    with pytest.raises(InputError, match="no text file"):
        Lines(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        Lines(tmp_path / "none.g01")
