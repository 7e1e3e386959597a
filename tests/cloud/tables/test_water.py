import csv
import gzip

import pytest

from riverchief.base.errors import InputError
from riverchief.cloud.standards.water.classes import class_number
from riverchief.cloud.tables.table import read_table
from riverchief.cloud.tables.water import (
    agreement,
    judge_table,
    read_for_assessment,
    read_tp_rules,
    summary,
)

HEADER = "province,section,time,class,ph,do_mgl,codmn_mgl,nh3n_mgl,tp_mgl,status"


def judged_of(tmp_path, *lines, header=HEADER, rules=None):
    path = tmp_path / "t.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    table = read_for_assessment(path)
    return table, judge_table(table, rules)


def rules_of(tmp_path, *lines):
    path = tmp_path / "rules.csv"
    path.write_text("\n".join(["province,section,n,rule", *lines]) + "\n", encoding="utf-8")
    return read_tp_rules(path)


def test_rows_are_judged_by_their_own_values_and_say_why(tmp_path):
    _, rows = judged_of(
        tmp_path,
        "省,甲,2021-04-01 08:00,Ⅲ,8,9,5,0.1,0.05,正常",
        "省,甲,2021-04-01 12:00,Ⅲ,8,9,5,0.1,0.05,维护",
        "省,甲,2021-04-01 16:00,Ⅲ,8,9,5,0.1,0.05,停站",
        "省,甲,,Ⅲ,8,9,5,0.1,0.05,正常",
        "省,甲,2021-04-01 20:00,,8,--,*,,,正常",
        "省,甲,2021-04-01 20:00,,8,9,0.1L,0.1,0.05,正常",
        "省,甲,2021-04-01 20:00,,8,9",
    )
    assert [row.verdict.name for row in rows] == ["Ⅲ", "", "", "", "", "Ⅱ", ""]
    assert [row.not_judged for row in rows] == ["", "status", "status", "no_time", "", "", "field_count"]
    assert [row.sentence("zh") for row in rows[1:]] == [
        "不评价：站点情况为 维护。",
        "不评价：站点情况为 停站。",
        "不评价：没有时间。",
        "不能评价。缺项未参评：溶解氧、高锰酸盐指数、氨氮、总磷。",
        "Ⅱ类：总磷 0.05 mg/L 高于Ⅰ类限值 0.02。未检出：高锰酸盐指数 <0.1 mg/L。",
        "不评价：列数不符 (6 fields, the header has 10)。",
    ]
    assert rows[3].sentence("en") == "not judged: no time"


def test_a_table_without_status_section_and_class_is_judged_too(tmp_path):
    table, rows = judged_of(
        tmp_path, "2021-04-01 08:00,8,9,5,0.1,0.3", header="time,ph,do_mgl,codmn_mgl,nh3n_mgl,tp_mgl"
    )
    assert rows[0].verdict.name == "Ⅳ"
    assert summary(table, rows, None)["agreement"] is None


def test_the_rule_file_gives_the_phosphorus_column_by_province_and_section(tmp_path):
    rules = rules_of(tmp_path, "省,湖心,9,lake", "省,甲,9,river", "省,乙,9,either")
    line = "{},{},2021-04-01 08:00,,8,9,1,0.1,0.06,正常"
    places = [("省", "湖心"), ("省", "甲"), ("省", "乙"), ("别省", "湖心")]
    table, rows = judged_of(tmp_path, *(line.format(*place) for place in places), rules=rules)
    assert [row.verdict.name for row in rows] == ["Ⅳ", "Ⅱ", "Ⅱ", "Ⅱ"]
    found = summary(table, rows, rules)
    assert found["tp_column"] == {"lake": 1, "river": 3}
    assert found["sections_without_tp_rule"] == 1
    with pytest.raises(InputError, match=r"rules.csv line 2: rule 'sea' is none of river, lake, either"):
        rules_of(tmp_path, "省,湖心,9,sea")


def test_mismatches_are_listed_with_the_reason_that_the_table_itself_gives(tmp_path):
    rules = rules_of(tmp_path, "省,丁,9,lake")
    table, rows = judged_of(
        tmp_path,
        "省,甲,2021-04-01 08:00,Ⅲ,8,9,1,0.1,0.100,正常",  # 0.1004 unrounded would be Ⅲ
        "省,乙,2021-04-01 20:00,劣Ⅴ,8,9,1,9.0,0.05,正常",
        "省,乙,2021-04-02 00:00,劣Ⅴ,8,9,1,0.1,0.05,正常",  # the class of the reading before
        "省,丙,2021-04-01 08:00,Ⅳ,8,9,1,0.1,0.06,正常",  # the lake column
        "省,丁,2021-04-01 08:00,Ⅱ,8,9,1,0.1,0.06,正常",  # the river column
        "省,戊,2021-04-01 08:00,Ⅴ,8,9,1,0.1,0.05,正常",  # nothing explains it
        "省,己,2021-04-01 08:00,Ⅴ,8,9,1,0.1,0.05,维护",  # not judged, not compared
        "省,庚,2021-04-01 08:00,-,8,9,1,0.1,0.05,正常",  # nothing published
        rules=rules,
    )
    found = agreement(table, rows)
    assert (found.compared, found.agreed) == (6, 1)
    assert (found.compared_off_midnight, found.agreed_off_midnight) == (5, 1)
    assert [(m.section, m.published, m.judged, m.reason, m.midnight) for m in found.mismatches] == [
        ("甲", "Ⅲ", "Ⅱ", "rounding", False),
        ("乙", "劣Ⅴ", "Ⅱ", "held_over", True),
        ("丙", "Ⅳ", "Ⅱ", "other_tp_column", False),
        ("丁", "Ⅱ", "Ⅳ", "other_tp_column", False),
        ("戊", "Ⅴ", "Ⅱ", "unexplained", False),
    ]
    assert found.as_dict()["outside_midnight"] == {"compared": 5, "agreed": 1, "share": 0.2}
    assert found.as_dict()["mismatches"][0]["line"] == 2


def test_the_summary_counts_every_row_once(tmp_path):
    table, rows = judged_of(
        tmp_path,
        "省,甲,2021-04-01 08:00,Ⅲ,8,9,5,0.1,,正常",
        "省,甲,2021-04-01 12:00,Ⅲ,8,9,5,0.1,0.05,维护",
        "省,甲,,,,,,,,正常",
        "省,甲,2021-04-01 20:00,,8,,,,,正常",
    )
    found = summary(table, rows, None)
    assert (found["rows"], found["judged"]) == (4, 1)
    assert found["not_judged"] == {"维护": 1, "no_time": 1, "no item to judge by": 1}
    assert found["judged"] + sum(found["not_judged"].values()) == found["rows"]
    assert found["by_class"] == {"Ⅰ": 0, "Ⅱ": 0, "Ⅲ": 1, "Ⅳ": 0, "Ⅴ": 0, "劣Ⅴ": 0}
    assert found["judged_without"] == {"tp": 1}
    assert found["editions"] == ["GB 3838-2002"]


def test_a_table_that_was_judged_already_is_refused(tmp_path):
    with pytest.raises(InputError, match="already has the column 'r_class'"):
        judged_of(tmp_path, header=HEADER + ",r_class")


def test_published_classes_of_shanxi_are_reproduced(shared_data):
    table = read_table(shared_data / "water_quality" / "shanxi_4h_2021-04.csv", ())
    rows = judge_table(table)
    found = agreement(table, rows)
    assert found.compared == 1148
    assert found.agreed_off_midnight / found.compared_off_midnight >= 0.992
    assert not [m for m in found.mismatches if m.reason == "unexplained"]
    here = [row for row in rows if row.row.section == "王庄桥南"]
    assert [row.verdict.name for row in here] == [row.published for row in here]
    assert len(here) == 28


def test_published_classes_of_the_nation_are_reproduced(shared_data):
    folder = shared_data / "water_quality"
    table = read_table(folder / "national_daily_2020-05_2020-12.csv.gz", ())
    with_rules = agreement(table, judge_table(table, read_tp_rules(folder / "section_tp_rule.csv")))
    assert with_rules.compared == 16832
    assert with_rules.agreed / with_rules.compared >= 0.999


def test_published_classes_of_hejin_bridge_are_reproduced(shared_data):
    table = read_table(shared_data / "water_quality" / "fen_hejin_bridge_daily_2020-05_2021-04.csv", ())
    found = agreement(table, judge_table(table))
    assert (found.agreed, found.compared) == (274, 274)


CHINESE = {
    "time": "监测时间",
    "province": "省份",
    "basin": "流域",
    "section": "断面名称",
    "class": "水质类别",
    "ph": "pH(无量纲)",
    "do_mgl": "溶解氧(mg/L)",
    "codmn_mgl": "高锰酸盐指数(mg/L)",
    "nh3n_mgl": "氨氮(mg/L)",
    "tp_mgl": "总磷(mg/L)",
    "status": "站点情况",
}


@pytest.mark.parametrize(
    ("encoding", "keep_raw", "chinese"), [("utf-8", True, False), ("gb18030", False, True), ("utf-8-sig", False, True)]
)
def test_published_classes_are_reproduced_whatever_the_table_looks_like(
    tmp_path, shared_data, encoding, keep_raw, chinese
):
    with gzip.open(
        shared_data / "water_quality" / "national_daily_2020-05_2020-12.csv.gz", "rt", encoding="utf-8"
    ) as f:
        rows = list(csv.DictReader(f))
    rows = [row for row in rows if row["time"] and row["status"] == "正常" and class_number(row["class"])][::6]
    names = [name for name in rows[0] if keep_raw or not name.startswith("raw_")]
    if chinese:
        names = [name for name in names if name in CHINESE]
        for row in rows:
            for name in ("ph", "do_mgl", "codmn_mgl", "nh3n_mgl", "tp_mgl"):
                row[name] = row["raw_" + name] or row[name]
        for row in rows[::50]:
            row["status"], row["tp_mgl"] = ("仪器故障", "—")
    path = tmp_path / "like.csv"
    with path.open("w", encoding=encoding, newline="") as f:
        out = csv.writer(f)
        out.writerow([CHINESE.get(name, name) if chinese else name for name in names])
        out.writerows([[row[name] for name in names] for row in rows])
    table = read_for_assessment(path)
    judged = judge_table(table, read_tp_rules(shared_data / "water_quality" / "section_tp_rule.csv"))
    found = agreement(table, judged)
    assert found.compared == len(rows) - (len(rows[::50]) if chinese else 0)
    assert found.agreed >= found.compared - 2
    assert summary(table, judged, None)["not_judged"].get("unknown_status", 0) == (len(rows[::50]) if chinese else 0)


def test_several_sections_at_one_stamp_that_nothing_explains_have_that_in_common(tmp_path):
    line = "省,{},2020-11-04 08:00,{},8,9,1,0.1,0.01,正常"
    table, rows = judged_of(tmp_path, line.format("甲", "Ⅱ"), line.format("乙", "Ⅲ"), line.format("丙", "Ⅰ"))
    assert [m.reason for m in agreement(table, rows).mismatches] == ["between_updates", "between_updates"]
