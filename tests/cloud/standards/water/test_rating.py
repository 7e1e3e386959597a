from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import UnknownName
from riverchief.cloud.standards.water.classes import assess
from riverchief.cloud.standards.water.method import part
from riverchief.cloud.standards.water.rating import (
    MainItem,
    main_items,
    rate_shares,
    rate_waters,
    rating_named,
    ratings,
    section_rating,
)
from riverchief.cloud.standards.water.surface import surface_named
from vectors import water as vectors

DAY = date(2015, 10, 31)
ITEMS = surface_named("GB 3838-2002").sets["evaluation"]


def row(class_=None, **values):
    """A section with these values, or one of a class by its NH3-N alone."""
    if class_ is not None:
        values = {"nh3n": (0.1, 0.4, 0.9, 1.4, 1.9, 2.4)[class_ - 1], "do": 9.0}
    return assess(values, on=DAY, items=ITEMS).row()


def names(found):
    return [(i.property, i.class_, i.multiple) for i in found]


def test_the_ratings_are_those_of_the_method():
    assert [(r.name_zh, r.colour, r.classes) for r in ratings()] == [
        ("优", "blue", (1, 2)),
        ("良好", "green", (3,)),
        ("轻度污染", "yellow", (4,)),
        ("中度污染", "orange", (5,)),
        ("重度污染", "red", (6,)),
    ]
    assert part("colours")["confirmed"] is False
    assert (section_rating(4).code, section_rating(0)) == ("light", None)
    with pytest.raises(UnknownName, match="did you mean 'heavy'"):
        rating_named("heavi")


@pytest.mark.parametrize(("good", "bad", "name"), vectors.RATINGS)
def test_every_row_of_the_table_of_shares(good, bad, name):
    assert rate_shares(good, bad).name_zh == name


@pytest.mark.parametrize(("name", "good", "bad", "n", "good_text", "bad_text", "rating"), vectors.BASINS)
def test_official_basins(name, good, bad, n, good_text, bad_text, rating):
    found = rate_waters([row(2)] * good + [row(6)] * bad + [row(4)] * (n - good - bad), on=DAY)
    assert (f"{found.good_percent:.1f}", f"{found.bad_percent:.1f}") == (good_text, bad_text)
    assert (found.rating.name_zh, found.method, found.notes) == (rating, "shares", ())


@pytest.mark.parametrize(("name", "counts", "printed"), vectors.SHARES)
def test_shares_as_bulletins_print_them(name, counts, printed):
    assert tuple(f"{100 * n / sum(counts):.1f}" for n in counts) == printed


def test_a_quarter_is_all_compliant_section_months_over_all():
    n, monthly, overall = vectors.QUARTER
    compliant = [round(n * share / 100) for share in monthly]
    assert compliant == [47, 48, 45]
    assert f"{100 * sum(compliant) / (3 * n):.1f}" == overall


def test_fewer_than_five_are_rated_by_their_mean():
    # classes Ⅱ, Ⅱ, Ⅱ, 劣Ⅴ would be 75 % good; the mean of NH3-N is 0.9, class Ⅲ
    rows = [row(2), row(2), row(2), row(6)]
    found = rate_waters(rows, on=DAY)
    assert (found.method, found.rating.name_zh, found.good_percent) == ("means", "良好", 75.0)
    worse = rate_waters([row(2), row(6)], on=DAY)
    assert (worse.rating.name_zh, names(worse.main)) == ("轻度污染", [("nh3n", 4, 0.4)])


def test_exactly_five_are_rated_by_shares_and_nobody_confirmed_it():
    found = rate_waters([row(2)] * 4 + [row(6)], on=DAY)
    assert (found.method, found.rating.name_zh) == ("shares", "良好")
    assert "not checked" in found.notes[0].en
    assert rate_waters([row(2)] * 6, on=DAY).notes == ()


def test_sections_without_a_class_take_no_part_and_are_counted():
    unjudged = assess({}, on=DAY, items=ITEMS).row()
    found = rate_waters([row(2)] * 5 + [unjudged] * 2, on=DAY)
    assert (found.n_sections, found.n_unjudged, found.good_percent) == (5, 2, 100.0)
    nothing = rate_waters([unjudged], on=DAY)
    assert (nothing.rating, nothing.good_percent, nothing.n_unjudged) == (None, None, 1)


@pytest.mark.parametrize(("name", "values", "class_", "printed"), vectors.MONTHLY, ids=lambda v: str(v)[:20])
def test_main_pollutants_as_reports_print_them(name, values, class_, printed):
    found = row(**values)
    assert found.class_ == class_
    assert names(main_items(found)) == list(printed[:3])
    assert [found.item_class[code] for code, *_ in printed] == [class_ for _, class_, _ in printed]


def test_the_order_is_by_class_first_and_only_then_by_multiple():
    # TP Ⅳ by 0.5 stands behind NH3-N 劣Ⅴ by 1.3 and BOD5 Ⅴ by 0.6, though COD Ⅳ is only 0.05 over
    found = main_items(row(nh3n=2.3, tp=0.3, bod5=6.5, cod=21))
    assert names(found) == [("nh3n", 6, 1.3), ("bod5", 5, 0.6), ("tp", 4, 0.5)]


def test_heavy_metals_come_first_and_three_of_them_push_the_others_out():
    assert names(main_items(row(lead=0.06, nh3n=9.0, tp=0.9, cod=90)))[0] == ("lead", 5, 0.2)
    metals = row(lead=0.06, mercury=0.002, cadmium=0.02, arsenic=0.2, nh3n=9.0)
    assert [i.property for i in main_items(metals)] == ["mercury", "arsenic", "cadmium", "lead"]
    assert part("main")["first"] == ["cyanide", "mercury", "cadmium", "chromium6", "lead", "arsenic"]


def test_ph_and_oxygen_have_no_multiple_and_nitrogen_takes_no_part():
    found = main_items(assess({"ph": 9.5, "do": 1.0, "tn": 9.0, "cod": 30}, on=DAY, items=ITEMS).row())
    assert names(found) == [("ph", 6, None), ("do", 6, None), ("cod", 4, 0.5)]
    assert [i.text("zh") for i in found] == ["pH", "溶解氧", "化学需氧量(0.5)"]
    assert main_items(row(codmn=3.0)) == ()


def test_against_a_target_its_limits_are_the_base():
    assert names(main_items(row(nh3n=0.75), target_class=2)) == [("nh3n", 3, 0.5)]
    assert main_items(row(nh3n=0.75)) == ()


def test_a_basin_lists_items_by_the_share_of_sections_only_where_it_is_polluted():
    rows = [row(cod=25, tp=0.25)] * 3 + [row(cod=25)] + [row(lead=0.06)] + [row(2)] * 5
    found = rate_waters(rows, on=DAY)
    assert found.rating.name_zh == "轻度污染"
    assert [(i.property, i.rate_percent) for i in found.main] == [("lead", 10.0), ("cod", 40.0), ("tp", 30.0)]
    assert found.main[1].text("en") == "chemical oxygen demand(40.0%)"
    good = rate_waters([row(2)] * 9 + [row(cod=25)], on=DAY)
    assert (good.rating.name_zh, good.main) == ("优", ())


def test_a_multiple_that_would_read_zero_keeps_its_first_digit():
    assert MainItem("nh3n", 4, 0.04).text() == "氨氮(0.04)"
    assert MainItem("nh3n", 4, 1.0).text() == "氨氮(1.0)"


def test_a_lake_and_a_river_averaged_are_judged_by_the_stricter_column():
    lake = assess({"tp": 0.12}, on=DAY, tp_rule="lake", items=("tp",)).row()
    river = assess({"tp": 0.12}, on=DAY, items=("tp",)).row()
    assert rate_waters([lake, river], on=DAY).rating.name_zh == "中度污染"
    assert rate_waters([lake, river, river], on=DAY).rating.name_zh == "良好"


@given(st.lists(st.integers(1, 6), min_size=5, max_size=30), st.integers(0, 29), st.integers(1, 5))
def test_a_worse_section_never_gives_a_better_rating(classes, at, more):
    at %= len(classes)
    worse = [*classes]
    worse[at] = min(6, worse[at] + more)
    before = rate_waters([row(c) for c in classes], on=DAY).rating.rank
    assert rate_waters([row(c) for c in worse], on=DAY).rating.rank >= before
