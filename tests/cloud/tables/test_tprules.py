from riverchief.base.readings import Flag
from riverchief.cloud.cnemc import TableRow
from riverchief.cloud.tables.tprules import columns_of

RULES = {
    ("北京市", "湖心"): "lake",
    ("天津市", "三岔口"): "river",
    ("江苏省", "大桥"): "lake",
    ("山西省", "大桥"): "river",
}


def column(province, section, rules=RULES):
    (found,) = columns_of([TableRow(2, province, section, None, Flag.OK, ())], rules)
    return found


def test_province_and_section_as_they_stand():
    assert (column("江苏省", "大桥"), column("山西省", "大桥")) == ("lake", "river")
    assert column("上海市", "湖心") is None
    assert column("北京市", "湖心", None) is None


def test_a_table_without_province_or_with_a_shorter_one_is_understood_where_the_name_is_enough():
    assert (column("", "湖心"), column("北京", "湖心")) == ("lake", "lake")
    assert (column("", "大桥"), column("江苏", "大桥")) == (None, "lake")
