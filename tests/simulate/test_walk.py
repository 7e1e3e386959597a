"""What a simulated phone records counts as a patrol by the platform's own rules."""

from datetime import date

import pytest

from riverchief.base.places import Interval, Place
from riverchief.ground import patrol, rules
from riverchief.simulate.walk import Walk

START_S = 1_778_515_200.0


@pytest.fixture
def walk(mini):
    return Walk.along(mini.network, Place("qx1", 9_500.0), START_S, "patrol-1")


def test_it_is_a_patrol_with_one_gap_that_counts(mini, walk):
    track = patrol.read_track([list(fix) for fix in walk.fixes])
    assert len(track.gaps) == 1
    assert 150 <= track.gaps[0].end_s - track.gaps[0].start_s < 180
    assert track.dropped == {}
    assert 1_000 < track.length_m < 2_000
    assert patrol.judge(track, rules.named().of("village")) == ()


def test_it_covers_the_stretch_but_for_the_gap(mini, walk):
    track = patrol.read_track([list(fix) for fix in walk.fixes])
    seen = patrol.covered(track, Interval("qx1", 8_800, 10_200, date(2026, 1, 1)), mini.network)
    assert 0.85 < seen.fraction <= 1


def test_the_same_walk_is_walked_again_and_another_is_not(mini, walk):
    assert Walk.along(mini.network, Place("qx1", 9_500.0), START_S, "patrol-1") == walk
    assert Walk.along(mini.network, Place("qx1", 9_500.0), START_S, "patrol-2") != walk


def test_only_what_was_walked_by_then_is_told(walk):
    assert walk.until(START_S - 1) == []
    assert [fix[0] for fix in walk.until(START_S + 25)] == [START_S, START_S + 10, START_S + 20]
    assert walk.until(walk.end_s) == list(walk.fixes)


@pytest.mark.parametrize("chainage_m", [0.0, 11_800.0])
def test_at_an_end_of_the_reach_it_stays_on_the_reach(mini, chainage_m):
    walk = Walk.along(mini.network, Place("qx1", chainage_m), START_S, "x")
    located = mini.network.locate([fix[1] for fix in walk.fixes], [fix[2] for fix in walk.fixes])
    assert located.distance_m.max() < 40
    assert 1_000 < (walk.end_s - START_S) * 1.3 < 1_500
