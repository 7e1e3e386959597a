"""The table of limits and sentences, and the score."""

import json
import math

import numpy as np
import pytest

from ground.authenticity.by_hand import T0, along, handed, kinds, known, track_of, uneven
from riverchief.base.errors import InputError
from riverchief.ground.authenticity import LOOKS, Fixes, Photo, look
from riverchief.ground.authenticity.model import shipped

CIRCUMSTANCES = ("gaps", "coverage")


def honest():
    """A walk with wandering errors of some metres."""
    time_s, xy = uneven(7)
    generator = np.random.default_rng(7)
    error = np.zeros_like(xy)
    for i in range(1, len(xy)):
        error[i] = 0.9 * error[i - 1] + 1.3 * generator.standard_normal(2)
    return track_of(time_s, xy + error)


def test_every_kind_has_a_weight_a_why_and_a_sentence_in_each_language():
    table = {kind: rule for kind, rule in shipped().items() if isinstance(rule, dict)}
    assert set(table) == set(LOOKS)
    for rule in table.values():
        assert rule["weight"] > 0
        assert rule["why"]
        assert rule["zh"].endswith("。")
        assert rule["en"].endswith(".")


def test_circumstances_alone_ask_nobody_and_every_sign_alone_does():
    rules = shipped()
    assert 100 - sum(rules[kind]["weight"] for kind in CIRCUMSTANCES) >= rules["asked_below"]
    assert all(100 - rules[kind]["weight"] < rules["asked_below"] for kind in LOOKS if kind not in CIRCUMSTANCES)


def test_an_honest_walk_has_full_marks_and_says_what_was_not_looked_at():
    answer = look(handed(honest()), known())
    assert (answer.score, answer.reasons, answer.asked) == (100, (), False)
    assert answer.not_looked == ("replay", "together", "photo_place", "photo_time", "photo_again")
    assert answer.confirmed is False


def test_the_score_is_what_the_reasons_leave():
    track = honest()
    answer = look(
        handed(track, mock=np.ones(len(track.time_s), bool), photos=[Photo(T0 - 90_000, math.nan, math.nan, 5)]),
        known(earlier={"May": track}, others={"Li": track}, hashes=[5]),
    )
    assert kinds(answer) == {"mock", "replay", "together", "photo_time", "photo_again"}
    assert answer.score == 0
    assert answer.asked
    weights = [reason.weight for reason in answer.reasons]
    assert weights == sorted(weights, reverse=True)
    assert all("{" not in reason.zh + reason.en for reason in answer.reasons)
    assert json.loads(json.dumps(answer.as_dict(), allow_nan=False))["score"] == 0


def test_one_reason_takes_its_weight():
    track = honest()
    answer = look(handed(track), known(others={"Li": track}))
    assert kinds(answer) == {"together"}
    assert answer.score == 100 - shipped()["together"]["weight"]
    assert "Li" in answer.reasons[0].en
    assert "Li" in answer.reasons[0].zh


@pytest.mark.parametrize("n", [0, 1, 2])
def test_a_track_of_almost_nothing_is_no_crash(n):
    time_s, xy = along()
    answer = look(handed(track_of(time_s[:n], xy[:n])), known(earlier={"May": honest()}, others={"Li": honest()}))
    assert kinds(answer) == {"coverage"}
    assert "regular" in answer.not_looked


def test_marks_and_accuracies_belong_together():
    with pytest.raises(InputError, match="3 accuracies and 2 marks"):
        Fixes(np.zeros(3), np.zeros(2, bool))
