"""Ranks of places: ties share a rank and the next is skipped; what is missing has none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import UnknownName
from riverchief.govern.sheets import Input, evaluate_places, named, ranks

values = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=3), st.none() | st.integers(0, 5).map(float), max_size=9
)


@given(values, st.sampled_from(["high", "low"]))
def test_a_rank_is_one_more_than_how_many_are_better(found, best):
    told = ranks(found, best)
    ordered = sorted((v for v in found.values() if v is not None), reverse=best == "high")
    for place, value in found.items():
        assert told[place] == (None if value is None else ordered.index(value) + 1)


def test_ties_share_a_rank_and_the_next_is_skipped():
    told = ranks({"a": 0.5, "b": 0.8, "c": 0.8, "d": None, "e": 0.1})
    assert told == {"a": 3, "b": 1, "c": 1, "d": None, "e": 4}
    with pytest.raises(UnknownName, match="rank 'best' is not known"):
        ranks({}, "best")


def test_half_a_sheet_has_no_rank_among_totals():
    full = {"patrols_done": Input(4.0), "patrols_due": Input(4.0), "cases_due": Input(0.0),
            "section_on_target_share": Input(0.45)}  # fmt: skip
    half = {"patrols_done": Input(4.0), "patrols_due": Input(4.0), "cases_due": Input(0.0)}
    board = evaluate_places(named("chief-monthly"), {"x": full, "y": half, "z": {**full, "patrols_done": Input(2.0)}})
    assert [(one.code, one.score.points, one.ranks["points"]) for one in board.places] == [
        ("x", 85.0, 1),
        ("y", 70.0, None),
        ("z", 65.0, 2),
    ]
    assert board.places[1].as_dict()["missing"] == ["section"]
