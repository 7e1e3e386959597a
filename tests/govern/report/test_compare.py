from dataclasses import replace

from govern.report import samples
from govern.report.samples import two
from riverchief.govern.report import Part, compared, part_of_changes


def _with(facts, **parts):
    return replace(facts, parts=tuple(parts.get(part.name, part) for part in facts.parts))


def test_class_moves_new_exceedances_and_dischargers_are_told(facts):
    rows = samples.sections()
    rows[0] = {**rows[0], "class": 3, "_over": []}
    earlier = _with(
        samples.facts(period="2026-09"),
        sections=Part("sections", rows=rows),
        dischargers=Part("dischargers", rows=[{"name": two("旧厂", "Old works"), "property": two("总磷", "TP")}]),
    )
    told = [(row["what"]["zh"], row["name"]["zh"], row["told"]["en"]) for row in compared(facts, earlier)]
    assert told == [
        ("断面类别", "王庄桥南", "worse by 1 class (over: total phosphorus (0.35))"),
        ("新增超标", "王庄桥南", "total phosphorus now misses the target's limit"),
        ("新增超许可", "介休市污水处理厂", "new this period"),
        ("不再超许可", "旧厂", "not seen this period"),
    ]


def test_equal_reports_have_no_changes_and_say_so(facts):
    part = part_of_changes(facts, samples.facts(period="2026-09"), kept=True)
    assert not part.rows
    assert part.missing == two("没有变化。", "Nothing has changed.")
    assert "2026年9月" in part.said[0]["zh"]


def test_a_class_that_cannot_be_judged_is_neither_better_nor_worse(facts):
    rows = samples.sections()
    rows[0] = {**rows[0], "class": 0, "_over": []}
    found = compared(_with(facts, sections=Part("sections", rows=rows)), facts)
    assert [row["told"]["zh"] for row in found] == ["本期不能评价"]


def test_without_an_earlier_period_the_part_says_so(facts):
    assert part_of_changes(facts, None, kept=False).missing["en"] == "There is no earlier period to compare with."
