"""Marks on a case: for every role, who may make which; what they need; and that they are all on the drawn page."""

from itertools import product

import pytest

from riverchief.base.errors import InputError, NotAllowed, UnknownName, WrongState
from riverchief.ground.marks import ACTIONS, check, markable
from riverchief.ground.picture import as_markdown
from riverchief.ground.states import Actor, Case, Relation, State

CASE = Case(State.DISPATCHED, reporter="wang", assignee="chief-7")
OFFICE = Actor("office", "county")
JOINT = Actor("other", "county", joint=True)
OFFICES = {
    "classify", "join_county", "leave_county", "letter_issued", "letter_answered", "letter_withdrawn",
    "hand_over", "enforcement", "hotline_answered",
}  # fmt: skip
MAY = {
    OFFICE: OFFICES,
    Actor("above", "prefecture"): OFFICES,
    JOINT: {"add_part"},
    Actor("li", "chief", chief="chief-7"): set(),
    Actor("zhao", "chief", chief="chief-1"): set(),
    Actor("epb", "department"): {"hand_over", "enforcement"},
    Actor("sun", "police"): {"hand_over", "enforcement"},
    Actor("wang", "guard"): set(),
    Actor("c", "citizen"): set(),
    Actor("a", "auditor"): set(),
    Actor("admin", "system"): set(),
}


@pytest.mark.parametrize(("actor", "action"), list(product(MAY, ACTIONS)), ids=lambda x: getattr(x, "person", x))
def test_every_mark_is_for_those_it_says_and_for_nobody_else(actor, action):
    assert set(markable(CASE, actor)) == MAY[actor]
    if action in MAY[actor]:
        assert check(CASE, action, actor, note="n", reason="r") is None
        return
    with pytest.raises(NotAllowed, match="that is for: "):
        check(CASE, action, actor, note="n", reason="r")


def test_whoever_a_letter_went_to_may_answer_it():
    to = frozenset({Relation.ADDRESSEE})
    chief = Actor("zhao", "chief", chief="chief-1")
    assert markable(CASE, chief, to) == ("letter_answered",)
    assert check(CASE, "letter_answered", chief, note="done", also=to) is None


def test_what_a_mark_needs_is_asked_for():
    with pytest.raises(InputError, match="join_county needs a reason"):
        check(CASE, "join_county", OFFICE)
    with pytest.raises(InputError, match="add_part needs a note"):
        check(CASE, "add_part", JOINT, note="  ")
    with pytest.raises(UnknownName, match="did you mean 'classify'"):
        check(CASE, "clasify", OFFICE)


def test_on_a_case_that_nobody_solves_only_what_follows_it_is_written():
    merged = Case(State.MERGED)
    assert set(markable(merged, OFFICE)) == OFFICES - {"classify", "join_county", "leave_county", "letter_issued"}
    with pytest.raises(WrongState, match="the case is merged"):
        check(merged, "classify", OFFICE)


def test_every_mark_is_on_the_page():
    page = as_markdown()
    assert all(f"| `{action}` " in page for action in ACTIONS)
