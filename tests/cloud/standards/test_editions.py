from datetime import date

import numpy as np
import pytest

from riverchief.base.errors import InputError, UnknownName
from riverchief.cloud.standards import editions as module
from riverchief.cloud.standards.editions import edition_named, edition_on, editions, in_force, parse_edition

MINIMAL = """
edition = "X-1"
name_zh = "样"
name_en = "sample"
document = "none"
valid_from = 2000-01-01
valid_to = 2010-01-01
confidence = "C"
"""
NEXT = """
edition = "X-2"
name_zh = "样"
name_en = "sample"
document = "none"
published = 2009-11-15
valid_from = 2010-01-01
confidence = "A"
"""


def test_the_edition_is_chosen_by_the_day_of_the_observation():
    assert edition_on("gb3838", date(2002, 5, 31)) is None
    assert edition_on("gb3838", date(2002, 6, 1)).code == "GB 3838-2002"
    assert edition_on("gb3838", date(2026, 11, 21)).code == "GB 3838-2002"


def test_an_edition_ends_on_the_day_when_the_next_one_begins():
    edition = parse_edition(MINIMAL)
    assert [edition.in_force(date(y, 1, 1)) for y in (1999, 2000, 2009, 2010)] == [False, True, True, False]


@pytest.fixture
def two_editions(monkeypatch):
    both = (parse_edition(MINIMAL, "x"), parse_edition(NEXT, "x"))
    monkeypatch.setattr(module, "editions", lambda standard: both)
    return both


def test_what_was_not_published_yet_judges_nothing(two_editions):
    new_year = date(2010, 1, 1)
    assert edition_on("x", new_year).code == "X-2"
    assert edition_on("x", new_year, known_on=date(2009, 11, 15)).code == "X-2"
    # whoever looked ahead before the new edition was published knew only the old one, without an end
    assert edition_on("x", new_year, known_on=date(2009, 11, 14)).code == "X-1"
    assert edition_on("x", date(1999, 12, 31), known_on=date(2009, 11, 14)) is None


def test_days_of_any_shape_are_told_apart_by_edition(two_editions):
    days = np.array(
        [["1999-12-31", "2000-01-01"], ["2009-12-31", "2010-01-01"], ["NaT", "2020-06-30"]], "datetime64[D]"
    )
    found = {edition.code: where.tolist() for edition, where in in_force("x", days)}
    assert found == {
        "X-1": [[False, True], [True, False], [False, False]],
        "X-2": [[False, False], [False, True], [False, True]],
    }


def test_from_memory_is_not_confirmed_unless_the_file_says_so(two_editions):
    assert [edition.confirmed for edition in two_editions] == [False, True]
    assert parse_edition(MINIMAL + "confirmed = true").confirmed


def test_a_head_that_is_not_whole_is_refused():
    with pytest.raises(InputError, match="edition X-1 of x has no 'document'"):
        parse_edition(MINIMAL.replace("document", "paper"), "x")
    with pytest.raises(InputError, match="X-1: confidence 'D' is none of A, B, C"):
        parse_edition(MINIMAL.replace('"C"', '"D"'))


def test_names_that_are_not_known_are_answered_with_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'GB 3838-2002'"):
        edition_named("gb3838", "GB 3838-2020")
    with pytest.raises(UnknownName, match="did you mean 'gb3838'"):
        editions("gb3388")
