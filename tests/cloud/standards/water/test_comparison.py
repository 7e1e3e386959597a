from datetime import date
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from riverchief.base.errors import InputError
from riverchief.cloud.standards.water.classes import assess
from riverchief.cloud.standards.water.comparison import compare_ratings, compare_shares, compare_waters, trend
from riverchief.cloud.standards.water.method import part
from riverchief.cloud.standards.water.rating import rate_waters, rating_named, section_rating
from vectors import water as vectors

DAY = date(2018, 12, 31)
GOOD, LIGHT = rating_named("good"), rating_named("light")


def row(class_):
    return assess({"nh3n": (0.1, 0.4, 0.9, 1.4, 1.9, 2.4)[class_ - 1]}, on=DAY).row()


def test_thresholds_are_from_memory_and_say_so():
    rules = part("comparison")
    assert (rules["some_above"], rules["marked_above"], rules["confirmed"]) == (10, 20, False)
    assert compare_ratings(GOOD, LIGHT).note.confirmed is False


def test_ten_basins_of_2018():
    delta_g, delta_d, word = vectors.TWO_YEARS
    found = compare_shares(GOOD, GOOD, delta_g, delta_d)
    assert (found.zh, found.direction, found.delta_g, found.delta_d) == (word, 0, 2.5, -1.5)


@pytest.mark.parametrize(
    ("delta_g", "delta_d", "zh"),
    [
        (10, 0, "无明显变化"),
        (10.01, 0, "有所好转"),
        (15, -5, "有所好转"),
        (15, -5.01, "明显好转"),
        (-5, 5, "无明显变化"),
        (-12, 0, "有所下降"),
        (-12, 9, "明显恶化"),
    ],
)
def test_within_one_rating_by_the_shares(delta_g, delta_d, zh):
    assert compare_shares(GOOD, GOOD, delta_g, delta_d).zh == zh


@pytest.mark.parametrize(
    ("before", "now", "zh"),
    [
        (4, 4, "无明显变化"),
        (4, 3, "有所好转"),
        (3, 4, "有所下降"),
        (5, 3, "明显好转"),
        (2, 6, "明显恶化"),
        (1, 2, "无明显变化"),
    ],
)
def test_a_section_by_its_rating(before, now, zh):
    assert compare_ratings(section_rating(before), section_rating(now)).zh == zh
    assert compare_ratings(None, section_rating(now)) is None


def test_basins_are_compared_as_they_were_rated():
    before = rate_waters([row(2)] * 8 + [row(4)] * 2, on=DAY)
    now = rate_waters([row(2)] * 10, on=DAY)
    found = compare_waters(before, now)
    assert (found.zh, found.delta_g, found.delta_d) == ("有所好转", 20.0, 0.0)
    few = rate_waters([row(2)] * 3, on=DAY)
    assert compare_waters(few, few).delta_g is None
    with pytest.raises(InputError, match="compare the same sections"):
        compare_waters(few, now)
    assert compare_waters(rate_waters([], on=DAY), now) is None


def test_spearman_limits_are_those_of_exact_permutations():
    table = {int(r[0]): tuple(r[1:]) for r in part("trend")["w"]}
    assert {n: table[n] for n in vectors.SPEARMAN} == vectors.SPEARMAN
    # one-tailed: of all orders, no more than 5 % and 1 % reach the limit, and the next smaller value would be too many
    for n in (5, 6, 7):
        order = np.arange(n)
        r = np.array([1 - 6 * ((order - p) ** 2).sum() / (n**3 - n) for p in permutations(range(n))])
        for limit, alpha in zip(table[n], (0.05, 0.01), strict=True):
            assert (r >= limit - 5e-4).mean() <= alpha
            smaller = r[r < limit - 5e-4].max()
            assert (r >= smaller - 1e-9).mean() > alpha


def test_a_trend_is_told_only_beyond_the_limit():
    rising = trend([1.0, 2.0, 3.0, 4.0, 5.0])
    assert (rising.coefficient, rising.limit, rising.direction, rising.words()) == (1.0, 0.9, 1, "显著上升")
    assert trend([5.0, 4.0, 3.0, 2.0, 1.0]).words("en") == "falling significantly"
    assert trend([1.0, 2.0, 3.0, 5.0, 4.0]).direction == 1  # 0.9 is at the limit
    assert trend([2.0, 1.0, 3.0, 5.0, 4.0]).direction == 0
    assert trend([1.0, 2.0, 3.0, 5.0, 4.0], alpha=0.01).direction == 0
    # between the table's N the stricter limit
    assert trend(list(range(11))).limit == 0.564


@pytest.mark.parametrize(
    ("values", "alpha", "said"),
    [
        ([1, 2, 3, 4], 0.05, "5 to 30 periods, there are 4"),
        (list(range(31)), 0.05, "there are 31"),
        ([1, np.nan, 3, 4, 5], 0.05, "without gaps"),
        ([1, 2, 3, 4, 5], 0.1, "limits for 0.05 and 0.01"),
    ],
)
def test_what_the_table_does_not_have_is_refused(values, alpha, said):
    with pytest.raises(InputError, match=said):
        trend(values, alpha)


@given(st.lists(st.integers(0, 10**6), min_size=5, max_size=30, unique=True))
def test_the_coefficient_is_spearmans(values):
    assert trend(values).coefficient == pytest.approx(spearmanr(range(len(values)), values).statistic)
