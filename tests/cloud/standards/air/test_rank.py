from hypothesis import given
from hypothesis import strategies as st

from riverchief.cloud.standards.air.rank import ranks, standings


def test_equal_values_share_a_rank_and_the_next_is_left_out():
    assert ranks([(3.1,), (2.9,), (2.9,), None, (4.0,)]) == [3, 1, 1, None, 4]


def test_what_is_printed_alike_is_alike():
    found = standings({"a": 3.1404, "b": 3.1401, "c": 3.2}, decimals=3)
    assert [(one.code, one.rank) for one in found] == [("a", 1), ("b", 1), ("c", 3)]


def test_good_days_rank_downwards_and_particles_decide_between_equals():
    good = {"a": 80.0, "b": 90.0, "c": 80.0, "d": 80.0}
    found = standings(good, highest_first=True, then={"a": 40.0, "b": 35.0, "c": 38.0, "d": 38.0}, decimals=1)
    assert [(one.code, one.rank) for one in found] == [("b", 1), ("c", 2), ("d", 2), ("a", 4)]


def test_movement_and_change():
    found = {one.code: one for one in standings({"a": 3.0, "b": 4.0, "c": None}, {"a": 4.0, "b": 3.2, "c": 1.0})}
    # places before: c, b, a
    assert (found["a"].rank, found["a"].moved, found["a"].change_percent, found["a"].change_rank) == (1, 2, -25.0, 1)
    assert (found["b"].rank, found["b"].moved, found["b"].change_percent, found["b"].change_rank) == (2, 0, 25.0, 2)
    assert (found["c"].rank, found["c"].moved, found["c"].change_percent) == (None, None, None)


def test_without_a_period_before_nothing_moved():
    assert standings({"a": 1.0})[0].moved is None


@given(st.lists(st.integers(0, 20), min_size=1, max_size=30))
def test_a_rank_is_one_more_than_how_many_are_better(values):
    assert ranks([(v,) for v in values]) == [1 + sum(other < v for other in values) for v in values]
