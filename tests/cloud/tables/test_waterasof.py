"""A table as it was known on a past day: what came later is not judged, and what it changes is said."""

from datetime import date

import pytest

from riverchief.base.errors import InputError
from riverchief.cloud.standards.water.classes import AUTOMATIC
from riverchief.cloud.tables.water import judge_table, read_for_assessment
from riverchief.cloud.tables.waterasof import changed_since, known_by

HEAD = "snapshot,province,section,time,ph,do_mgl,codmn_mgl,nh3n_mgl,tp_mgl,status\n"
ROWS = (
    "2021-04-01,山西省,王庄桥南,2021-04-01 12:00,8,9,3,0.3,0.246,正常\n"
    "2021-04-02,山西省,王庄桥南,2021-04-01 16:00,8,9,3,0.3,0.1,正常\n"
    "2021-04-03,山西省,王庄桥南,2021-04-01 12:00,8,9,3,0.3,0.320,正常\n"  # revised: TP from Ⅳ to Ⅴ
    "2021-04-03,山西省,王庄桥南,2021-04-01 20:00,8,9,3,0.3,0.1,正常\n"  # late
    "2021-04-03,山西省,王庄桥南,2021-04-03 08:00,8,9,3,0.3,0.1,正常\n"  # newer
    "soon,山西省,王庄桥南,2021-04-03 12:00,8,9,3,0.3,0.1,正常\n"
)


def _table(tmp_path, text=HEAD + ROWS):
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    return read_for_assessment(path)


def _since(table, day):
    known = known_by(table, day)
    judged = judge_table(known.table, known_on=day)
    return judged, changed_since(known, judged, None, AUTOMATIC, rounded=False)


def test_rows_from_after_the_day_are_not_judged_and_told_apart(tmp_path):
    judged, since = _since(_table(tmp_path), date(2021, 4, 2))
    assert [one.verdict.name for one in judged] == ["Ⅳ", "Ⅱ"]
    assert (since["column"], since["rows_known"]) == ("snapshot", 2)
    assert since["rows_later"] == {"revised": 1, "late": 1, "newer": 1}
    assert since["undated_lines"] == [7]


def test_a_revision_that_changes_the_class_is_told_in_both_languages(tmp_path):
    _, since = _since(_table(tmp_path), date(2021, 4, 2))
    (change,) = since["changed"]
    assert (change["from"], change["to"], change["lines"]) == (4, 5, [2, 4])
    assert change["zh"] == "王庄桥南 2021-04-01 12:00：修订后由Ⅳ类变为Ⅴ类"
    assert change["en"] == "王庄桥南 2021-04-01 12:00: revised since, Ⅳ → Ⅴ"


def test_once_all_is_known_nothing_is_later(tmp_path):
    judged, since = _since(_table(tmp_path), date(2021, 4, 3))
    assert (len(judged), since["rows_later"], since["changed"]) == (5, {}, [])


def test_a_table_that_does_not_say_when_a_row_was_known_is_refused(tmp_path):
    text = (HEAD + ROWS).replace("snapshot", "seen")
    with pytest.raises(InputError, match="neither a column known_at nor snapshot"):
        known_by(_table(tmp_path, text), date(2021, 4, 2))


def test_known_at_counts_before_snapshot_and_may_be_a_time(tmp_path):
    text = "known_at," + HEAD + "2021-04-05 10:00," + ROWS.split("\n", maxsplit=1)[0] + "\n"
    assert known_by(_table(tmp_path, text), date(2021, 4, 4)).column == "known_at"
    assert len(known_by(_table(tmp_path, text), date(2021, 4, 4)).later.records) == 1
