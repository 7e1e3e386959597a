"""Replays and companions: the same way at another time, and two phones at the same time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ground.authenticity.by_hand import T0, along, handed, known, track_of, uneven
from riverchief.ground.authenticity import look
from riverchief.ground.authenticity.company import apart_in_step_m, beside_share, on_the_move, replay, together
from riverchief.ground.authenticity.model import Silence
from riverchief.ground.authenticity.receiver import pace_variation

WEEK_S = 7 * 86_400


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), shift_s=st.integers(3600, 10 * WEEK_S), cut=st.integers(0, 40))
def test_a_track_replayed_at_any_time_and_cut_anywhere_is_told(seed, shift_s, cut):
    time_s, xy = uneven(seed)
    old = track_of(time_s - shift_s, xy)
    found = replay(
        handed(track_of(time_s[cut : len(time_s) - cut], xy[cut : len(xy) - cut])), known(earlier={"May": old})
    )
    assert found["name"] == "May"
    assert found["share"] > 0.95


@pytest.mark.parametrize("stretch", [0.98, 1.0, 1.02])
def test_resampled_stretched_and_roughened_it_is_still_told(stretch):
    time_s, xy = uneven(3)
    old = track_of(time_s - WEEK_S, xy)
    since = np.arange(0, time_s[-1] - T0, 7.0)
    again = np.column_stack([np.interp(since, time_s - T0, xy[:, k]) for k in (0, 1)])
    again += np.random.default_rng(1).standard_normal(again.shape)
    track = track_of(T0 + stretch * since, again)
    assert replay(handed(track), known(earlier={"May": old}))["share"] > 0.9
    # the noise added is 1 m each way: its median distance is sqrt(2 ln 2)
    assert np.median(apart_in_step_m(track, old)) == pytest.approx(np.sqrt(2 * np.log(2)), rel=0.25)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000))
def test_the_same_path_at_a_pace_of_its_own_is_no_replay(seed):
    old = track_of(*uneven(seed, T0 - WEEK_S))
    assert replay(handed(track_of(*uneven(seed + 5000))), known(earlier={"May": old})) is Silence.NOTHING


def test_whoever_stands_at_one_gate_every_week_replays_nothing():
    def standing(seed, start_s):
        error = np.random.default_rng(seed).standard_normal((180, 2))
        return track_of(start_s + 10.0 * np.arange(180), [1000.0, 20.0] + error)

    today = standing(1, T0)
    assert not on_the_move(today)[1:-1].any()
    assert replay(handed(today), known(earlier={"May": standing(2, T0 - WEEK_S)})) is Silence.CANNOT_TELL


def test_nothing_to_compare_with_is_said():
    track = handed(track_of(*uneven(1)))
    assert replay(track, known()) is Silence.CANNOT_TELL
    assert together(track, known()) is Silence.CANNOT_TELL


def test_side_by_side_for_the_whole_way_is_told_and_for_half_of_it_is_not():
    track = track_of(*along())
    beside = track_of(*along(north_m=5))
    assert beside_share(track, beside, 20) == pytest.approx(1.0, abs=0.01)
    assert together(handed(track), known(others={"Li": beside}))["name"] == "Li"
    time_s, xy = along()
    xy[len(xy) // 2 :, 1] += 200
    half = track_of(time_s, xy)
    assert beside_share(track, half, 20) == pytest.approx(0.5, abs=0.01)
    assert together(handed(track), known(others={"Li": half})) is Silence.NOTHING


def test_the_same_path_an_hour_later_is_not_together():
    track = track_of(*along())
    assert beside_share(track, track_of(*along(start_s=T0 + 3600)), 20) == 0.0


def test_a_gap_of_either_is_no_company():
    time_s, xy = along()
    hole = (time_s - T0 > 600) & (time_s - T0 < 1800)
    other = track_of(time_s[~hole], xy[~hole])
    assert beside_share(track_of(time_s, xy), other, 20) == pytest.approx(0.5, abs=0.01)


def test_a_fix_of_a_wrong_clock_years_away_makes_no_grid_of_years():
    """Two fixes decades apart would be laid out every ten seconds in between, on a server's memory."""
    time_s, xy = uneven(3)
    late = track_of(np.append(time_s, T0 + 3 * 365 * 86_400), np.vstack([xy, xy[-1:]]))
    assert replay(handed(late), known(earlier={"May": track_of(time_s - WEEK_S, xy)})) is Silence.CANNOT_TELL
    assert together(handed(late), known(others={"Li": track_of(time_s, xy)})) is Silence.CANNOT_TELL
    assert pace_variation(late) is None
    assert pace_variation(track_of(time_s, xy)) is not None


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ({}, "each names the other"),
        ({"Li": "them"}, "Li has yet to confirm"),
        ({"Li": "you"}, "Li says"),
        ({"Li": "photo"}, "a photograph of both taken on the way is missing"),
    ],
)
def test_who_is_asked_about_a_companion_is_told_what_is_missing(missing, words):
    track = track_of(*along())
    answer = look(handed(track), known(others={"Li": track}, missing=missing))
    [said] = [one for one in answer.reasons if one.kind == "together"]
    assert words in said.en
    assert said.zh.endswith("请说明。")
