"""Who is above whom, by hand on the small basin, and that a tree has one root and no ring."""

from datetime import date

from riverchief import basins
from riverchief.ground.assignment import Offices
from riverchief.ground.tree import superiors

DAY = date(2026, 11, 21)


def test_the_small_basins_tree_by_hand():
    found = superiors(Offices.of(basins.read(basins.named("mini"))), DAY)
    assert found == {
        "ch-city": "",
        "ch-shangchuan": "ch-city",
        "ch-xiachuan": "ch-city",
        "ch-beiguan-town": "ch-shangchuan",
        "ch-shiqiao-town": "ch-shangchuan",
        "ch-liuwan-town": "ch-xiachuan",
        "ch-beiguan": "ch-beiguan-town",
        "ch-shiqiao": "ch-shiqiao-town",
        "ch-liuwan": "ch-liuwan-town",
        "ch-nanan": "ch-liuwan-town",
        "po-qingxi": "ch-shangchuan",
        "gu-beiguan": "ch-beiguan",
    }


def test_from_everybody_of_jinzhong_one_climbs_to_the_province_without_a_ring():
    basin = basins.read(basins.named("jinzhong"))
    found = superiors(Offices.of(basin), DAY)
    assert "ch-xiamen-town-old" not in found  # out of office by its term
    for code in found:
        path = [code]
        while found[path[-1]]:
            path.append(found[path[-1]])
            assert len(path) < 8
        assert path[-1] == "ch-shanxi"


def test_of_three_city_chiefs_the_one_of_the_same_river_is_above():
    basin = basins.read(basins.named("jinzhong"))
    assert superiors(Offices.of(basin), DAY)["ch-qixian"] == "ch-jinzhong-2"
