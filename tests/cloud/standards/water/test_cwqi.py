import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError
from riverchief.cloud.standards.rounding import round_half_even
from riverchief.cloud.standards.water.cwqi import (
    Standing,
    change_percent,
    change_ranks,
    city_index,
    index_of,
    index_of_sections,
    item_index,
    leaves_change_ranking,
    notes,
    ranks,
    section_leaves_change_ranking,
)
from riverchief.cloud.standards.water.surface import surface_named
from vectors import water as vectors

DAY = date(2020, 6, 30)
EDITION = surface_named("GB 3838-2002")


@pytest.mark.parametrize(("code", "column", "value", "index"), vectors.INDICES)
def test_indices_of_items(code, column, value, index):
    assert item_index(EDITION.column(column)[code], value) == pytest.approx(index)


def test_the_index_is_the_sum_and_names_what_was_not_measured():
    found = index_of({"ph": 8.6, "do": 4.0, "cod": 15.0, "tp": 0.1, "tn": 9.0, "nh3n": math.nan}, on=DAY)
    assert found.value == pytest.approx(0.8 + 1.25 + 0.75 + 0.5)
    assert set(found.items) == {"ph", "do", "cod", "tp"}
    assert len(found.missing) == 21 - 4
    assert notes(found)[0].confirmed is False
    full = index_of(dict.fromkeys(EDITION.sets["evaluation"], 0.0) | {"ph": 7.0, "do": 10.0}, on=DAY)
    assert (full.value, full.missing, notes(full)) == (0.5, (), ())
    assert index_of({"do": 0.0}, on=DAY).value == math.inf
    with pytest.raises(InputError, match="none of the 21 items"):
        index_of({"tn": 1.0}, on=DAY)
    with pytest.raises(InputError, match="no edition of GB 3838 was in force on 1999"):
        index_of({"do": 1.0}, on=date(1999, 1, 1))


def test_sections_are_averaged_by_concentration_first():
    sections = [{"do": 10.0, "tp": 0.1}, {"do": 5.0}]
    found = index_of_sections(sections, on=DAY)
    assert found.value == pytest.approx(5 / 7.5 + 0.5)
    # not the mean of the indices 0.5 + 0.5 and 1.0
    assert found.value != pytest.approx((1.0 + 1.0) / 2)


def test_a_city_weighs_its_rivers_and_lakes_by_their_numbers():
    assert city_index(4.0, 3, 2.0, 1) == pytest.approx(3.5)
    assert city_index(None, 0, 2.0, 1) == 2.0
    with pytest.raises(InputError, match="at least one river section or lake point"):
        city_index(None, 0)


@pytest.mark.parametrize("ranking", [vectors.JILIN, vectors.HUNAN])
def test_official_rankings_come_in_their_order(ranking):
    mixed = sorted(ranking)
    place = dict(zip([name for name, _ in mixed], ranks([value for _, value in mixed]), strict=True))
    assert sorted(place, key=place.get) == [name for name, _ in ranking]
    assert sorted(place.values()) == list(range(1, len(ranking) + 1))


def test_changes_are_negative_where_it_became_better_and_the_greatest_comes_first():
    _, now, base, printed = vectors.JILIN_BEST
    assert float(round_half_even(change_percent(now, base), 2)) == printed
    assert change_ranks([change for _, change in vectors.HUNAN_CHANGES]) == [1, 2, 3]


def test_what_is_printed_alike_shares_a_rank():
    assert ranks([2.00004, 2.0, 1.0, 3.0]) == [2, 2, 1, 4]
    assert ranks([1.0, math.inf]) == [1, 2]


def test_who_leaves_the_ranking_of_changes():
    good = Standing(2, 1, target_met=True)
    assert leaves_change_ranking([good, good])
    # national: every section, both periods, every target
    for other in (Standing(3, 2, True), Standing(2, 3, True), Standing(2, 2, False), Standing(0, 2, True)):
        assert not leaves_change_ranking([good, other])
    assert not leaves_change_ranking([])
    # Ningxia: one section, either period; drains at Ⅲ
    assert section_leaves_change_ranking(Standing(3, 2, True))
    assert not section_leaves_change_ranking(Standing(3, 3, True))
    assert not section_leaves_change_ranking(Standing(2, 2, False))
    assert section_leaves_change_ranking(Standing(4, 3, True, drain=True))


@given(st.sampled_from(sorted(set(EDITION.sets["evaluation"]) - {"ph", "do"})), st.floats(0, 5), st.floats(1, 3))
def test_more_of_a_pollutant_never_lowers_the_index(code, value, factor):
    base = {"do": 6.0, "ph": 7.5, code: value}
    assert index_of({**base, code: value * factor}, on=DAY).value >= index_of(base, on=DAY).value
