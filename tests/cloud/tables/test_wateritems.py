import pytest

from riverchief.base.errors import InputError, UnknownName
from riverchief.cloud.tables.water import judge_table, read_for_assessment
from riverchief.cloud.tables.wateritems import chosen_items

HEADER = "section,time,ph,do_mgl,codmn_mgl,nh3n_mgl,tp_mgl,cod_mgl,mercury_mgl"


def judged(tmp_path, *lines, items):
    path = tmp_path / "t.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return judge_table(read_for_assessment(path), None, items)


def test_the_sets():
    assert chosen_items("automatic") == ("ph", "do", "codmn", "nh3n", "tp")
    assert len(chosen_items("evaluation")) == len(chosen_items("5+X")) == 21
    assert chosen_items("do, tp") == ("do", "tp")
    with pytest.raises(UnknownName, match="did you mean 'evaluation'"):
        chosen_items("evaluations")
    with pytest.raises(UnknownName, match="did you mean 'nh3n'"):
        chosen_items("do,nh3")
    with pytest.raises(InputError, match="ec has no class limits"):
        chosen_items("do,ec")


def test_all_items_of_the_method_take_part_when_asked_for(tmp_path):
    line = "甲,2021-04-01 08:00,8,9,1,0.1,0.01,25,0.00001"
    assert [r.verdict.name for r in judged(tmp_path, line, items="automatic")] == ["Ⅰ"]
    (row,) = judged(tmp_path, line, items="evaluation")
    assert (row.verdict.name, row.verdict.deciding) == ("Ⅳ", ("cod",))
    assert "缺项未参评：五日生化需氧量" in row.sentence("zh")


def test_of_the_others_those_count_that_exceeded_in_this_year_or_the_one_before(tmp_path):
    rows = judged(
        tmp_path,
        "甲,2019-04-01 08:00,8,9,1,0.1,0.01,18,0.00001",  # before it exceeded
        "甲,2020-04-01 08:00,8,9,1,0.1,0.01,25,0.00001",  # COD beyond class Ⅲ
        "甲,2020-05-01 08:00,8,9,1,0.1,0.01,18,",
        "甲,2021-04-01 08:00,8,9,1,0.1,0.01,18,0.00009",  # mercury Ⅲ, never beyond it: takes no part
        "甲,2021-05-01 08:00,8,9,1,0.1,0.01,,",
        "甲,2022-04-01 08:00,8,9,1,0.1,0.01,18,",
        "乙,2021-04-01 08:00,8,9,1,0.1,0.01,18,",  # another section
        items="5+X",
    )
    assert [r.verdict.name for r in rows] == ["Ⅰ", "Ⅳ", "Ⅲ", "Ⅲ", "Ⅰ", "Ⅰ", "Ⅰ"]
    assert [r.verdict.missing for r in rows] == [(), (), (), (), ("cod",), (), ()]
    assert set(rows[0].verdict.item_class) == {"ph", "do", "codmn", "nh3n", "tp"}
