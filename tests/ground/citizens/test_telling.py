"""What the public is told: every state of a case has a plain step; numbers of people are covered, dates are not."""

import pytest

from riverchief.ground.citizens import telling
from riverchief.ground.states import ACTIONS, State


def test_every_state_has_a_step_and_every_told_action_exists():
    assert set(telling.STEP_OF) == set(State)
    assert set(ACTIONS) >= telling.TOLD


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("打我电话13812345678", "打我电话***"),
        ("tel 138 1234 5678 now", "tel *** now"),
        ("0354-1234567", "***"),
        ("身份证14010119800101123X", "身份证***"),
        ("写信到 a.b@example.cn 吧", "写信到 *** 吧"),
        ("2026-11-21 起有3车垃圾，约500米", "2026-11-21 起有3车垃圾，约500米"),
        ("", ""),
    ],
)
def test_numbers_of_people_are_covered(words, told):
    assert telling.masked(words) == told
