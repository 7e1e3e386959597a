"""What a place decides: read whole, kept within sense, and nothing unconfirmed passes for confirmed."""

import pytest

from riverchief.base.errors import UnknownName
from riverchief.ground.citizens import rules


def test_no_rule_passes_for_law():
    given = rules()
    assert not given.reopening_days.confirmed
    assert not given.answering_hours.confirmed
    assert not given.survey.confirmed
    assert all(one.document for one in (given.reopening_days, given.answering_hours, given.survey))


def test_kinds_and_questions():
    given = rules()
    assert len(given.questions) == 3
    assert {kind.severity for kind in given.kinds} <= {1, 2, 3}
    assert all(one.text_zh and one.text_en for one in (*given.kinds, *given.questions))
    assert given.kind("rubbish").severity == 1
    with pytest.raises(UnknownName, match="did you mean 'rubbish'"):
        given.kind("rubish")


def test_an_honest_puzzle_stays_within_what_an_old_phone_does_in_two_seconds():
    """50,000 hashes a second are taken for an old phone; under the greatest load of others."""
    rule = rules().puzzle
    assert rule.parts * 2 ** (rule.bits + rule.load_bits) <= 2 * 50_000
