import io

import openpyxl
import pytest

from riverchief.base.errors import InputError, UnknownName
from riverchief.govern import report


def _sheet(content, name):
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(content))[name].iter_rows(values_only=True)]


def test_one_set_of_facts_fills_the_forms_of_two_superiors(facts):
    from dataclasses import replace

    from riverchief.govern.report import Part

    with_cases = replace(facts, parts=(*facts.parts, Part("cases")))
    province = _sheet(report.export("province", with_cases), "断面水质")
    assert province[0][0].startswith("样表")
    assert province[2][:5] == ["行政区划代码", "时段", "断面名称", "所在河流", "所在县区"]
    assert province[3] == ["140700000000", "2026-10", "王庄桥南", "汾河", "灵石县", "Ⅲ", "Ⅳ", "Ⅲ", "Ⅳ", "总磷（0.35）"]
    assert province[6][6] == "--"
    nation = _sheet(report.export("nation", facts), "年初以来均值")
    assert nation[3] == ["140700000000", "2026-10", "王庄桥南", "Wangzhuang Bridge South", 3, 4, 7.12, 5.2, 0.812, 0.27]


def test_exports_are_the_same_bytes_twice(facts):
    assert report.export("nation", facts) == report.export("nation", facts)


def test_missing_values_carry_the_superiors_mark(facts, tmp_path):
    folder = tmp_path / "templates" / "report" / "exports"
    folder.mkdir(parents=True)
    (folder / "county.toml").write_text(
        'name_zh = "县表"\nname_en = "County"\ndocument = ""\nconfirmed = true\nmissing = "/"\n'
        '[[sheet]]\nname = "指标"\npart = "summary"\ncolumn = [\n'
        '{ header = "指标", key = "item" }, { header = "上年同期", key = "year_before" },\n'
        '{ header = "本期（千件）", key = "value", factor = 0.001, decimals = 3 } ]\n',
        encoding="utf-8",
    )
    rows = _sheet(report.export("county", facts, tmp_path), "指标")
    assert rows[0][0].startswith("指标")
    assert rows[2] == ["Ⅰ—Ⅲ类断面比例", "/", 0.033]
    assert rows[3] == ["销号事件", -5, 1.234]


def test_unknown_forms_and_columns_are_refused_with_the_nearest_name(facts, tmp_path):
    with pytest.raises(UnknownName, match="did you mean 'province'"):
        report.export("provence", facts)
    folder = tmp_path / "templates" / "report" / "exports"
    folder.mkdir(parents=True)
    head = 'name_zh = "x"\nname_en = "x"\ndocument = ""\nconfirmed = true\n'
    (folder / "x.toml").write_text(
        head + '[[sheet]]\nname = "a"\npart = "sections"\ncolumn = [{ header = "a", key = "clas" }]\n'
    )
    with pytest.raises(UnknownName, match="did you mean 'class'"):
        report.export("x", facts, tmp_path)
    (folder / "y.toml").write_text('name_zh = "x"\n')
    with pytest.raises(InputError, match=r"y\.toml has no name_en"):
        report.exports(tmp_path)


def test_a_form_that_needs_another_kind_of_report_says_which_part(facts):
    with pytest.raises(InputError, match="needs the part cases, which a monthly report does not have"):
        report.export("province", facts)
