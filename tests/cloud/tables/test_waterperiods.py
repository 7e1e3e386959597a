import pytest

from riverchief.cloud.tables.water import judge_table, read_for_assessment, read_tp_rules
from riverchief.cloud.tables.waterperiods import period_summary

HEADER = "province,basin,section,time,ph,do_mgl,codmn_mgl,nh3n_mgl,tp_mgl,status"


def summary_of(tmp_path, kind, *lines, rules=None, items="automatic", rounded=False):
    path = tmp_path / "t.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    table = read_for_assessment(path)
    return period_summary(table, judge_table(table, rules, items, rounded=rounded), kind, items, rounded=rounded)


def lines_of(found, *keys):
    return [tuple(line[key] for key in keys) for line in found["sections"]]


ROWS = (
    "省,河流域,甲,2021-04-01 08:00,8,9,1,0.2,0.05,正常",
    "省,河流域,甲,2021-04-01 12:00,8,9,1,9.9,0.05,正常",
    "省,河流域,甲,2021-04-01 12:00,8,9,1,0.4,0.05,正常",  # revises the row above
    "省,河流域,甲,2021-04-02 08:00,8,9,1,9.9,0.05,维护",  # not a measurement
    "省,河流域,甲,2021-05-01 00:00,8,9,1,2.1,0.05,正常",  # midnight closes the 30th of April
    "省,河流域,甲,2021-05-01,8,9,1,0.6,0.05,正常",  # a day without an hour is that day
    "省,湖流域,乙,2021-04-03 08:00,8,9,1,0.1,<0.02,正常",
)


def test_months_from_days_with_revisions_midnights_and_values_below_detection(tmp_path):
    found = summary_of(tmp_path, "month", *ROWS)
    assert lines_of(found, "section", "period", "class", "n_days") == [
        ("甲", "2021-04", 4, 2),
        ("乙", "2021-04", 1, 1),
        ("甲", "2021-05", 3, 1),
    ]
    april, lake, _ = found["sections"]
    assert april["means"]["nh3n"] == pytest.approx(((0.2 + 0.4) / 2 + 2.1) / 2)
    assert (april["rating"], [m["zh"] for m in april["main"]]) == ("light", ["氨氮(0.2)"])
    assert lake["means"]["tp"] == pytest.approx(0.01)
    assert found["notes"][0]["confirmed"] is False


def test_basins_are_rated_one_by_one_and_all_together(tmp_path):
    found = summary_of(tmp_path, "month", *ROWS)
    assert [(r["period"], r["basin"], r["n_sections"], r["rating"]["code"], r["method"]) for r in found["ratings"]] == [
        ("2021-04", "", 2, "good", "means"),
        ("2021-04", "河流域", 1, "light", "means"),
        ("2021-04", "湖流域", 1, "excellent", "means"),
        ("2021-05", "", 1, "good", "means"),
        ("2021-05", "河流域", 1, "good", "means"),
    ]


def test_quarter_year_and_year_to_date(tmp_path):
    assert lines_of(summary_of(tmp_path, "quarter", *ROWS), "section", "period", "class") == [
        ("甲", "2021-Q2", 3),
        ("乙", "2021-Q2", 0),  # one day of two
    ]
    year = summary_of(tmp_path, "year", *ROWS)
    assert lines_of(year, "section", "period", "class", "enough") == [
        ("甲", "2021", 0, False),
        ("乙", "2021", 0, False),
    ]
    assert all(r["rating"] is None for r in year["ratings"])
    to_date = summary_of(tmp_path, "to-date", *ROWS)
    assert lines_of(to_date, "section", "period", "class") == [
        ("甲", "2021-01..2021-05", 3),
        ("乙", "2021-01..2021-05", 1),
    ]


def test_the_column_of_phosphorus_follows_the_rule_file(tmp_path):
    (tmp_path / "rules.csv").write_text("province,section,rule\n省,甲,lake\n", encoding="utf-8")
    rules = read_tp_rules(tmp_path / "rules.csv")
    found = summary_of(tmp_path, "month", "省,湖流域,甲,2021-04-01 08:00,8,9,1,0.1,0.15,正常", rules=rules)
    assert lines_of(found, "class", "deciding") == [(5, ["tp"])]


def test_the_order_of_rows_does_not_matter_but_for_what_revises(tmp_path):
    plain = [row for row in ROWS if "9.9,0.05,正常" not in row]
    one, other = summary_of(tmp_path, "month", *plain), summary_of(tmp_path, "month", *reversed(plain))
    key = lambda line: (line["period"], line["section"])  # noqa: E731
    assert sorted(one["sections"], key=key) == sorted(other["sections"], key=key)


def test_a_table_without_any_usable_row_has_no_periods(tmp_path):
    found = summary_of(tmp_path, "month", "省,河流域,甲,,8,9,1,0.2,0.05,正常")
    assert (found["sections"], found["ratings"]) == ([], [])
