"""Shares and their interval against worked values and an independent peer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from riverchief.base.errors import InputError
from riverchief.ground.citizens import survey


def test_wilson_by_hand():
    """8 of 10: z² = 3.8415; middle (0.8 + 0.19207) / 1.38415 = 0.71674; half 0.22659."""
    assert survey.wilson(8, 10) == pytest.approx((0.4901, 0.9433), abs=2e-4)
    assert survey.wilson(0, 0) == (0.0, 1.0)


@given(st.integers(1, 2_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_agrees_with_scipy(pair):
    k, n = pair
    peer = binomtest(k, n).proportion_ci(0.95, "wilson")
    assert survey.wilson(k, n) == pytest.approx((peer.low, peer.high), abs=1e-9)


def test_four_and_five_are_satisfied():
    found = survey.share([5, 4, 3, 1])
    assert (found.satisfied, found.n, found.share) == (2, 4, 0.5)
    assert survey.share([]).share is None


def test_answers_are_read_strictly():
    assert survey.read({"a": 1, "b": 5}, ["a", "b"]) == {"a": 1, "b": 5}
    for answers in ({"a": 1}, {"a": 0, "b": 1}, {"a": 6, "b": 1}, {"a": 1, "b": 1, "c": 1}):
        with pytest.raises(InputError, match="1 to 5"):
            survey.read(answers, ["a", "b"])
    with pytest.raises(InputError):
        survey.wilson(3, 2)
