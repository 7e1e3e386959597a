"""The proof of docs/validation/authenticity.md at a small size: outings that no limit was chosen on."""

import pytest

from ground.authenticity.trials import RIGHT, rightly, trial
from riverchief.simulate.walks import HONEST

SEEDS = range(100, 106)


@pytest.mark.parametrize("kind", RIGHT)
def test_fakes_are_asked_about_for_the_right_reason(kind):
    answers = [trial(kind, seed, marked=False) for seed in SEEDS]
    assert sum(rightly(kind, answer) for answer in answers) >= len(SEEDS) - 1


@pytest.mark.parametrize("kind", [kind for kind in HONEST if kind != "joint"])
def test_honest_walkers_are_left_alone(kind):
    assert sum(trial(kind, seed).asked for seed in SEEDS) <= 1


def test_two_who_walk_together_all_the_way_cannot_be_told_from_one_with_two_phones():
    answer = trial("joint", 100)
    assert [reason.kind for reason in answer.reasons] == ["together"]
    assert "each names the other" in answer.reasons[0].en
    assert trial("joint", 100, announced=True).reasons == ()
