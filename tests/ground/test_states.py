"""The case as a state machine: what the table allows, and what no sequence of actions can ever reach."""

from itertools import product

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from riverchief.base.errors import InputError, NotAllowed, RiverError, UnknownName, WrongState
from riverchief.base.time import from_epoch
from riverchief.ground.closure import Decision, Outcome
from riverchief.ground.states import (
    ACTIONS,
    PLATFORM,
    TABLE,
    Actor,
    Case,
    Given,
    Need,
    Relation,
    State,
    allowed,
    apply,
    relations,
)

OFFICE = Actor("office-1", "county")
OTHER_OFFICE = Actor("office-2", "county")
CHIEF = Actor("li", "chief", chief="chief-7")
WALKER = Actor("wang", "guard")
NOON = from_epoch(1_795_000_000)


def decision(outcome):
    return Decision(outcome, ("reading-1",), NOON, NOON, f"the readings say {outcome}")


def given(**changes):
    return Given(
        **{
            "note": "done",
            "reason": "because",
            "evidence": 1,
            "assignee": "chief-7",
            "days": 2,
            "into": "2026-00001",
            "parts": 1,
            **changes,
        }
    )


def walk(case, *steps):
    for action, actor, come in steps:
        case = apply(case, action, actor, come)
    return case


CLOSING = (
    ("submit", WALKER, None),
    ("accept", OFFICE, None),
    ("dispatch", OFFICE, given()),
    ("handle", CHIEF, given()),
    ("verify", OFFICE, given()),
    ("close", OFFICE, None),
)
DRAFT = Case(reporter="wang")


def test_a_case_goes_the_whole_way_and_keeps_who_did_what():
    case = walk(DRAFT, *CLOSING)
    assert case == Case(State.CLOSED, "wang", "chief-7", handler="li", verifier="office-1", closer="office-1")
    confirmed = apply(case, "confirm", PLATFORM, Given(closure=decision(Outcome.CONFIRM)))
    assert confirmed.confirmed
    assert confirmed.state is State.CLOSED


def test_one_reading_reopens_and_the_case_is_dispatched_anew():
    closed = walk(DRAFT, *CLOSING)
    again = apply(closed, "reopen", PLATFORM, Given(closure=decision(Outcome.REOPEN)))
    assert again.state is State.REOPENED
    sent = apply(again, "dispatch", PLATFORM, given(assignee="chief-9"))
    assert sent == Case(State.DISPATCHED, "wang", "chief-9")


def test_the_side_branches():
    sent = walk(DRAFT, *CLOSING[:3])
    back = apply(sent, "return", CHIEF, given())
    assert (back.state, back.assignee) == (State.RETURNED, "")
    assert apply(back, "reject", OFFICE, given()).state is State.REJECTED
    handled = apply(sent, "handle", CHIEF, given())
    failed = apply(handled, "fail", OFFICE, given())
    assert (failed.state, failed.assignee, failed.handler) == (State.DISPATCHED, "chief-7", "")
    assert apply(handled, "fly_again", OFFICE, given()).state is State.HANDLED


def test_asking_above_and_aside_comes_back_and_loses_nobody():
    sent = walk(DRAFT, *CLOSING[:3])
    asked = apply(sent, "ask_above", CHIEF, given())
    assert asked.state is State.REFERRED
    with pytest.raises(NotAllowed, match="that is for: superior"):
        apply(asked, "instruct", OFFICE, given())
    assert apply(asked, "instruct", Actor("above", "prefecture"), given()).state is State.ACCEPTED
    assert apply(asked, "withdraw", OFFICE, given()).state is State.ACCEPTED
    others = apply(sent, "ask_others", CHIEF, given())
    assert apply(others, "coordinate", OFFICE, given()) == sent
    assert apply(apply(sent, "pause", OFFICE, given()), "resume", OFFICE) == sent
    assert apply(sent, "extend", OFFICE, given(days=3)) == sent
    with pytest.raises(InputError, match="extend by 0 puts nothing off"):
        apply(sent, "extend", OFFICE, given(days=0))
    merged = apply(sent, "merge", OFFICE, given())
    assert (merged.state, allowed(merged, OFFICE)) == (State.MERGED, ())


def test_no_case_ends_but_closed_rejected_or_merged():
    """From every state a way leads to an end, and nobody waits for a step that stands beside."""
    ends = {State.CLOSED, State.REJECTED, State.MERGED}
    leads = set(ends)
    while more := {row.start for row in TABLE if row.end in leads} - leads:
        leads |= more
    assert leads == set(State)
    for state in set(State) - ends - {State.DRAFT}:
        assert any(row.start is state and not row.beside for row in TABLE), state


def test_every_state_is_reached_and_every_row_is_used_once():
    assert {row.end for row in TABLE} | {State.DRAFT} == set(State)
    assert len({(row.action, row.start, row.who) for row in TABLE}) == len(TABLE)
    stuck = set(State) - {row.start for row in TABLE}
    assert stuck == {State.REJECTED, State.MERGED}
    ends = {}
    for row in TABLE:
        assert ends.setdefault((row.action, row.start), row.end) is row.end, "an action leads to one state only"


@pytest.mark.parametrize(
    ("case", "actor", "relation"),
    [
        (Case(State.HANDLED, handler="li", assignee="chief-7"), OFFICE, Relation.VERIFIER),
        (Case(State.HANDLED, handler="epb", assignee="epb"), Actor("epb-2", "department"), Relation.VERIFIER),
        (Case(State.DISPATCHED, assignee="chief-7"), CHIEF, Relation.ASSIGNEE),
        (Case(State.DISPATCHED, assignee="li"), CHIEF, Relation.ASSIGNEE),
        (Case(reporter="wang"), WALKER, Relation.REPORTER),
        (Case(State.CLOSED, closer="office-1"), OTHER_OFFICE, Relation.SECOND),
    ],
)
def test_who_is_what_to_a_case(case, actor, relation):
    assert relation in relations(case, actor)


def test_nobody_verifies_confirms_or_handles_what_is_not_theirs():
    handled_by_office = Case(State.HANDLED, assignee="office-1", handler="office-1")
    assert Relation.VERIFIER not in relations(handled_by_office, OFFICE)
    assert Relation.VERIFIER in relations(handled_by_office, OTHER_OFFICE)
    assert Relation.SECOND not in relations(Case(State.CLOSED, closer="office-1"), OFFICE)
    assert relations(Case(State.CLOSED), Actor("x", "system")) == frozenset()
    # an empty name or code is nobody's: a case without a reporter does not belong to every chief without a code
    assert relations(Case(), Actor("", "chief")) == frozenset()


def test_errors_name_who_may_and_what_is_possible():
    reported = apply(DRAFT, "submit", WALKER)
    with pytest.raises(
        WrongState,
        match=r"the case is reported: handle is possible when it is dispatched\. Now office-1 may: accept, reject",
    ):
        apply(reported, "handle", OFFICE, given())
    with pytest.raises(
        NotAllowed,
        match=r"wang \(guard\) may not accept this case, that is for: office, platform. Now there is nothing for wang",
    ):
        apply(reported, "accept", WALKER)
    with pytest.raises(UnknownName, match="did you mean 'accept'"):
        apply(reported, "acept", OFFICE)


@pytest.mark.parametrize(
    ("case", "action", "actor", "missing", "sentence"),
    [
        (Case(State.REPORTED), "reject", OFFICE, {"reason": "  "}, "reject needs a reason"),
        (Case(State.ACCEPTED), "dispatch", OFFICE, {"assignee": ""}, "dispatch needs an assignee"),
        (Case(State.DISPATCHED, assignee="li"), "handle", CHIEF, {"note": ""}, "handle needs a note"),
        (Case(State.DISPATCHED, assignee="li"), "handle", CHIEF, {"evidence": 0}, "handle needs evidence"),
        (Case(State.DISPATCHED), "merge", OFFICE, {"into": ""}, "merge needs the case"),
        (Case(State.DISPATCHED), "pause", OFFICE, {"reason": ""}, "pause needs a reason"),
        (Case(State.DISPATCHED), "split", OFFICE, {"parts": 0}, "split needs at least one part"),
        (Case(State.ACCEPTED), "split", OFFICE, {"reason": " "}, "split needs a reason"),
    ],
)
def test_what_an_action_needs_is_asked_for(case, action, actor, missing, sentence):
    with pytest.raises(InputError, match=sentence):
        apply(case, action, actor, given(**missing))
    assert (apply(case, action, actor, given()).state is case.state) == (action == "split")


def test_closing_is_confirmed_and_reopened_only_by_the_readings_that_say_so():
    closed = Case(State.CLOSED, closer="office-1")
    with pytest.raises(WrongState, match="were not looked at"):
        apply(closed, "confirm", PLATFORM)
    with pytest.raises(WrongState, match="the readings say wait"):
        apply(closed, "confirm", PLATFORM, Given(closure=decision(Outcome.WAIT)))
    with pytest.raises(WrongState, match="the readings say confirm"):
        apply(closed, "reopen", PLATFORM, Given(closure=decision(Outcome.CONFIRM)))
    with pytest.raises(WrongState, match="the readings say second_person"):
        apply(closed, "confirm", PLATFORM, Given(closure=decision(Outcome.SECOND_PERSON)))
    with pytest.raises(NotAllowed):
        apply(closed, "confirm", OFFICE, Given(closure=decision(Outcome.SECOND_PERSON)))
    assert apply(closed, "confirm", OTHER_OFFICE, Given(closure=decision(Outcome.SECOND_PERSON))).confirmed
    done = Case(State.CLOSED, confirmed=True)
    with pytest.raises(WrongState, match="is confirmed already"):
        apply(done, "confirm", PLATFORM, Given(closure=decision(Outcome.CONFIRM)))
    assert apply(closed, "reopen", OFFICE, given()).state is State.REOPENED


JOINT = Actor("neighbour", "county", joint=True)


def test_the_office_of_another_county_leads_nothing():
    """It takes part: no row of the table is for it, whatever the state, also where it is a prefecture's."""
    for state, role in product(State, ("county", "prefecture")):
        case = Case(state, "wang", "chief-7", handler="li", verifier="x", closer="y")
        guest = Actor("neighbour", role, joint=True)
        assert allowed(case, guest, decision(Outcome.SECOND_PERSON)) == ()
        assert relations(case, guest) == {Relation.JOINT}


def test_a_department_of_another_county_checks_nothing():
    case, guest = Case(State.HANDLED, "wang", "chief-7", handler="li"), Actor("epb", "department", joint=True)
    assert allowed(case, guest) == ()
    assert Relation.VERIFIER in relations(case, Actor("epb", "department"))


ACTORS = [
    OFFICE,
    OTHER_OFFICE,
    JOINT,
    CHIEF,
    WALKER,
    PLATFORM,
    Actor("epb", "department"),
    Actor("above", "prefecture"),
    Actor("admin", "system"),
    Actor("c", "citizen"),
]


@pytest.mark.parametrize("state", list(State))
def test_what_is_offered_is_what_works(state):
    """`allowed` and `apply` agree for every state, actor, action and decision."""
    closures = [None, *(decision(outcome) for outcome in Outcome)]
    for actor, closure, confirmed in product(ACTORS, closures, (False, True)):
        case = Case(state, "wang", "chief-7", handler="li", closer="office-1", confirmed=confirmed)
        offered = {row.action for row in allowed(case, actor, closure)}
        works = set()
        for action in ACTIONS:
            try:
                apply(case, action, actor, given(closure=closure))
            except RiverError:
                continue
            works.add(action)
        assert offered == works, f"{actor.person} in {state} with {closure and closure.outcome}"


class Life(RuleBasedStateMachine):
    """Anybody tries anything in any order; the table must hold."""

    def __init__(self):
        super().__init__()
        self.case = Case(reporter="wang")
        self.verified_by = None
        self.handled_by = None

    @rule(
        action=st.sampled_from(ACTIONS),
        actor=st.sampled_from(ACTORS),
        assignee=st.sampled_from(["chief-7", "office-1", "epb", "wang"]),
        outcome=st.sampled_from([None, *Outcome]),
        evidence=st.integers(0, 1),
    )
    def attempt(self, action, actor, assignee, outcome, evidence):
        come = given(assignee=assignee, evidence=evidence, closure=outcome and decision(outcome))
        try:
            after = apply(self.case, action, actor, come)
        except RiverError:
            return
        if after.state is State.HANDLED and action == "handle":
            self.handled_by, self.verified_by = actor.person, None
        if action == "verify":
            self.verified_by = actor.person
        if action == "dispatch":
            self.handled_by = self.verified_by = None
        self.case = after

    @invariant()
    def closed_only_after_somebody_else_verified(self):
        if self.case.state in (State.VERIFIED, State.CLOSED):
            assert self.verified_by is not None
            assert self.verified_by != self.handled_by
            assert self.case.verifier == self.verified_by
            assert self.case.handler == self.handled_by

    @invariant()
    def only_closed_cases_are_confirmed(self):
        assert not self.case.confirmed or self.case.state is State.CLOSED


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_needs_are_those_of_the_interface():
    assert {need.value for need in Need} == {
        "note",
        "reason",
        "evidence",
        "assignee",
        "days",
        "into",
        "parts",
        "closure",
    }
