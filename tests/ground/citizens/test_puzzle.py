"""The puzzle: what is not ours, old, for something else or unsolved is refused; a flood makes it harder for itself."""

import hashlib

import pytest

from riverchief.base.errors import NotAllowed
from riverchief.ground.citizens import puzzle
from riverchief.ground.citizens.rules import PuzzleRule

SECRET = b"of this installation"
RULE = PuzzleRule(parts=8, bits=10, most_bits=18, calm_per_minute=30, load_bits=3, minutes=30)


def solved(bits=6, purpose="report"):
    token = puzzle.issue(SECRET, purpose, 3, bits, 1_000)
    return token, puzzle.solve(token, 3, bits)


def test_zero_bits_by_hand():
    assert puzzle.zero_bits(bytes([0, 0b0001_0000, 255])) == 11
    assert puzzle.zero_bits(b"\xff\x00") == 0
    assert puzzle.zero_bits(bytes(32)) == 256


def test_a_solved_puzzle_is_let_in_and_says_what_it_is():
    token, numbers = solved()
    found = puzzle.check(SECRET, token, numbers, "report", 999.0)
    assert (found.purpose, found.parts, found.bits, found.until_s) == ("report", 3, 6, 1_000)
    for part, number in enumerate(numbers):  # as any other program would check it
        assert hashlib.sha256(f"{token}.{part}.{number}".encode()).hexdigest().startswith("0")


def test_what_does_not_hold_is_refused_with_its_reason():
    token, numbers = solved()
    other, _ = solved()
    body, _, signature = token.partition(".")
    for given, numbers_given, purpose, now, why in (
        (f"{body}x.{signature}", numbers, "report", 0, "not set by this site"),
        (f"{other.partition('.')[0]}.{signature}", numbers, "report", 0, "not set by this site"),
        ("", [], "report", 0, "not set by this site"),
        (token, numbers, "report", 1_001, "expired"),
        (token, numbers, "survey", 0, "for report, not for survey"),
        (token, numbers[:2], "report", 0, "not solved"),
        (token, [n + 1 for n in numbers], "report", 0, "not solved"),
    ):
        with pytest.raises(NotAllowed, match=why) as refused:
            puzzle.check(SECRET, given, numbers_given, purpose, now)
        assert refused.value.data["part"] == "puzzle"
    with pytest.raises(NotAllowed, match="not set by this site"):
        puzzle.check(b"another", token, numbers, "report", 0)


def test_two_tokens_of_one_moment_differ():
    assert puzzle.issue(SECRET, "report", 8, 10, 1) != puzzle.issue(SECRET, "report", 8, 10, 1)


@pytest.mark.parametrize(
    ("lately", "own", "bits"),
    [
        (0, 0, 10),
        (30, 1, 10),
        (31, 0, 11),
        (120, 0, 12),
        (100_000, 0, 13),
        (0, 2, 10),
        (0, 4, 11),
        (0, 50, 15),
        (100_000, 1e9, 18),
    ],
)
def test_load_adds_a_little_to_everybody_and_much_to_whom_it_comes_from(lately, own, bits):
    assert puzzle.hardness(RULE, lately, own) == bits
