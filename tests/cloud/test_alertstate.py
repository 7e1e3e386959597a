import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riverchief.cloud.alertstate import AlertState, Decision, Signal
from riverchief.cloud.instruments import AlertSettings

OVER, BAND, CLEAR = "over", "band", "clear"


def signal(what, time_s, code="nh3n", severity=1, strength=1.0):
    return Signal(code, time_s, 1.0, severity if what == OVER else 0, what == CLEAR, strength)


def play(*whats, rule=None, state=None):
    state = state or AlertState()
    decisions = []
    for at, what in enumerate(whats):
        state, decision, _ = state.step([signal(what, at)], rule)
        decisions.append(decision.value)
    return state, decisions


def test_it_opens_once_and_closes_after_three_clear_readings_in_a_row():
    state, decisions = play(CLEAR, OVER, OVER, BAND, CLEAR, CLEAR, OVER, CLEAR, CLEAR, CLEAR, CLEAR)
    assert decisions == ["none", "open", "update", "none", "none", "none", "update", "none", "none", "close", "none"]
    assert state == AlertState()


def test_a_reading_in_the_band_starts_the_count_again():
    _, decisions = play(OVER, CLEAR, CLEAR, BAND, CLEAR, CLEAR, CLEAR)
    assert decisions == ["open", "none", "none", "none", "none", "none", "close"]


def test_it_can_be_made_to_wait_for_more_than_one_reading():
    rule = AlertSettings(raise_after=2, close_after=1)
    _, decisions = play(OVER, CLEAR, OVER, BAND, OVER, OVER, CLEAR, rule=rule)
    assert decisions == ["none", "none", "none", "none", "none", "open", "close"]


def test_every_property_that_was_over_must_be_clear():
    state = AlertState()
    state, decision, leading = state.step([signal(OVER, 0, "nh3n"), signal(OVER, 0, "tp", 2), signal(CLEAR, 0, "do")])
    assert (decision, leading.property, state.severity) == (Decision.OPEN, "tp", 2)
    for at in (1, 2, 3):
        state, decision, _ = state.step([signal(CLEAR, at, "nh3n"), signal(BAND, at, "tp")])
        assert decision is Decision.NONE
    for at in (4, 5):
        state, decision, _ = state.step([signal(CLEAR, at, "tp")])
        assert decision is Decision.NONE
    assert state.step([signal(CLEAR, 6, "tp")]).decision is Decision.CLOSE


def test_samples_that_lack_the_property_change_nothing():
    state, _ = play(OVER, CLEAR, CLEAR)
    for at in range(10, 20):
        step = state.step([signal(CLEAR, at, "ph")])
        assert step.decision is Decision.NONE
        assert step.state.tracks == state.tracks
    assert state.step([]).decision is Decision.NONE


def test_severity_only_grows_while_it_is_open():
    state = AlertState()
    found = []
    for at, severity in enumerate([1, 3, 2]):
        state, _, leading = state.step([signal(OVER, at, severity=severity)])
        found.append((state.severity, leading.severity))
    assert found == [(1, 1), (3, 3), (3, 2)]
    assert state.opened_s == 0


def test_a_late_reading_changes_nothing():
    state, _ = play(OVER, CLEAR, CLEAR)
    late = state.step([signal(OVER, 1)])
    assert (late.decision, late.state) == (Decision.NONE, state)


def test_a_revision_takes_the_place_of_the_reading_it_revises():
    state, _ = play(OVER, CLEAR, CLEAR)
    state, decision, _ = state.step([signal(CLEAR, 2)])  # the same reading again: still two in a row
    assert decision is Decision.NONE
    state, decision, _ = state.step([signal(OVER, 2)])  # revised: it was over after all
    assert decision is Decision.UPDATE
    _, decisions = play(CLEAR, CLEAR, state=AlertState.from_dict({**state.as_dict()}))
    assert decisions == ["none", "none"]


@pytest.mark.parametrize("whats", [(), (OVER,), (OVER, CLEAR), (OVER, OVER, BAND, CLEAR, CLEAR)])
def test_it_is_kept_as_json(whats):
    state, _ = play(*whats)
    assert AlertState.from_dict(json.loads(json.dumps(state.as_dict()))) == state


@given(st.lists(st.sampled_from([OVER, BAND, CLEAR]), max_size=40))
@settings(deadline=None)
def test_whatever_comes_it_opens_and_closes_in_turn(whats):
    state, decisions = play(*whats)
    turns = [d for d in decisions if d in {"open", "close"}]
    assert all(a != b for a, b in pairwise(turns))
    assert turns[:1] in ([], ["open"])
    assert state.open == (len(turns) % 2 == 1)
    assert all((what == OVER) == (d in {"open", "update"}) for what, d in zip(whats, decisions, strict=True))


@given(st.lists(st.sampled_from([OVER, BAND, CLEAR]), min_size=1, max_size=30))
@settings(deadline=None)
def test_the_same_readings_twice_decide_nothing_new(whats):
    state, decisions = play(*whats)
    again = state
    for at, what in enumerate(whats[:-1]):
        again, decision, _ = again.step([signal(what, at)])
        assert decision is Decision.NONE or state == AlertState()
    if state.open:
        assert again == state
    assert decisions.count("open") - decisions.count("close") in {0, 1}
