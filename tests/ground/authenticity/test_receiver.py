"""What no receiver does, measured on fixes whose figures are known."""

import numpy as np
import pytest

from ground.authenticity.by_hand import along, handed, known, track_of
from riverchief.ground.authenticity.model import Silence
from riverchief.ground.authenticity.receiver import commonest, memory, mock, off_line_m, pace_variation, regular


def noisy(seed, size_m=2.0):
    time_s, xy = along(step_s=5)
    generator = np.random.default_rng(seed)
    return time_s, xy + size_m * generator.standard_normal(xy.shape)


def test_a_zigzag_lies_beside_its_lines_by_twice_its_height():
    time_s, xy = along()
    xy[::2, 1] += 0.5
    xy[1::2, 1] -= 0.5
    assert off_line_m(track_of(time_s, xy)) == pytest.approx(1.0, rel=1e-3)


def test_a_straight_line_has_no_height_and_an_even_pace_no_variation():
    track = track_of(*along())
    assert off_line_m(track).max() < 1e-3
    assert pace_variation(track) == pytest.approx(0.0, abs=1e-3)


def test_two_paces_in_turn_vary_by_half_their_difference():
    pace = np.tile(np.repeat([1.0, 1.5], 60), 10)
    xy = np.column_stack([np.concatenate([[0], np.cumsum(pace)]), np.zeros(len(pace) + 1)])
    track = track_of(1_795_000_000.0 + np.arange(len(xy)), xy)
    assert pace_variation(track) == pytest.approx(0.25 / 1.25, rel=1e-3)


def test_memory_of_a_process_is_its_coefficient():
    generator = np.random.default_rng(5)
    x = np.zeros(20_000)
    for i in range(1, len(x)):
        x[i] = 0.8 * x[i - 1] + generator.standard_normal()
    assert memory(x) == pytest.approx(0.8, abs=0.02)
    assert memory(generator.standard_normal(20_000)) == pytest.approx(0.0, abs=0.02)
    assert memory(np.ones(10)) == 1.0
    assert commonest(np.array([1.0, 1.0, 2.0, 1.0])) == 0.75


def test_a_drawn_line_is_too_regular_and_says_so_in_both_languages():
    found = regular(handed(track_of(*along())), known())
    assert "lie on lines" in found["marks_en"]
    assert "直线" in found["marks_zh"]


@pytest.mark.parametrize("accuracy", [np.full(481, 4.0), np.linspace(3, 12, 481)])
def test_a_constant_accuracy_alone_says_nothing(accuracy):
    time_s, xy = noisy(1)
    xy[:, 0] += 60 * np.sin((time_s - time_s[0]) / 80)  # a pace that varies
    track = track_of(time_s, xy)
    assert len(track.time_s) == len(accuracy)
    assert regular(handed(track, accuracy), known()) is Silence.NOTHING


def test_few_fixes_say_nothing():
    assert regular(handed(track_of(*along(last_m=100))), known()) is Silence.CANNOT_TELL


def test_a_mark_by_the_phone_is_told_with_its_share():
    track = track_of(*along())
    marked = np.arange(len(track.time_s)) < 48
    assert mock(handed(track, mock=marked), known()) == {"count": 48, "share": pytest.approx(48 / 481)}
    assert mock(handed(track), known()) is Silence.NOTHING
