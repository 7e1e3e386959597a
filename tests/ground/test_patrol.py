"""Patrols: length, gaps and coverage of tracks that were made by hand."""

import math
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError, UnknownName
from riverchief.base.geometry import distance_m, from_local_m
from riverchief.base.network import Network
from riverchief.base.places import Interval
from riverchief.ground.patrol import GAP_S, Gap, ToldGap, as_dict, covered, judge, read_track, why_of
from riverchief.ground.rules import named

ORIGIN = (111.9, 37.0)
T0 = 1_795_000_000
RIVER = from_local_m([[0, 0], [6000, 0]], ORIGIN)
NETWORK = Network.build(["R1", "R2"], ["a", "c"], ["b", "d"], [6000.0, 100.0], lines=[RIVER, []])


def fixes(xy, step_s=10.0, accuracy=8.0, start=T0):
    lonlat = from_local_m(np.asarray(xy, float), ORIGIN)
    return [(start + i * step_s, float(lon), float(lat), accuracy) for i, (lon, lat) in enumerate(lonlat)]


def along(x0, x1, north=20.0, step=12.0):
    return [(x, north) for x in np.arange(x0, x1 + 1e-9, step)]


def interval(from_m, to_m, reach="R1"):
    return Interval(reach, from_m, to_m, date(2020, 1, 1))


def test_length_and_duration_of_a_straight_walk():
    track = read_track(fixes(along(0, 1200)))
    assert track.length_m == pytest.approx(1200, rel=1e-4)
    assert track.duration_s == 1000
    assert track.gaps == ()
    assert track.dropped == {}


def test_a_gap_is_neither_length_nor_time_nor_coverage():
    before, behind = fixes(along(0, 1200)), fixes(along(3600, 4800), start=T0 + 1000 + 600)
    track = read_track(behind + before)  # order of arrival does not matter
    assert track.length_m == pytest.approx(2400, rel=1e-4)
    assert track.duration_s == 2000
    (gap,) = track.gaps
    assert (gap.start_s, gap.end_s) == (T0 + 1000, T0 + 1600)
    assert gap.distance_m == pytest.approx(2400, rel=1e-4)
    got = covered(track, interval(0, 6000), NETWORK)
    near = math.sqrt(100**2 - 20**2)  # 100 m from the line, walked 20 m beside it
    assert [edge for piece in got.pieces for edge in piece] == pytest.approx(
        [0, 1200 + near, 3600 - near, 4800 + near], abs=10
    )
    assert got.fraction == pytest.approx((2400 + 3 * near) / 6000, abs=0.005)


def test_coverage_counts_only_the_assigned_stretch_and_only_near_the_river():
    track = read_track(fixes(along(0, 3000)))
    assert covered(track, interval(2000, 4000), NETWORK).fraction == pytest.approx((1000 + 98) / 2000, abs=0.01)
    far = read_track(fixes(along(0, 3000, north=150)))
    assert covered(far, interval(0, 3000), NETWORK).fraction == 0
    assert covered(far, interval(0, 3000), NETWORK, near_m=160).fraction == 1
    assert covered(read_track([]), interval(0, 3000), NETWORK).pieces == ()
    with pytest.raises(InputError, match="R2 has no drawn line"):
        covered(track, interval(0, 100, "R2"), NETWORK)


def test_vague_repeated_broken_and_jumping_fixes_are_counted_not_used():
    points = fixes(along(0, 1200))
    points[10] = (*points[10][:3], 300.0)  # a fix within 300 m says nothing
    points[20] = (points[19][0], *points[20][1:])  # two fixes of one second
    points[30] = (points[30][0], float("nan"), 37.0, 5.0)
    lon, lat = from_local_m([[480, 5000]], ORIGIN)[0]
    points[40] = (points[40][0], float(lon), float(lat), 5.0)  # 5 km aside and back within 10 s
    track = read_track(points)
    assert track.dropped == {"accuracy": 1, "repeated": 1, "not_finite": 1, "jump": 1}
    assert track.length_m == pytest.approx(1200, rel=1e-3)
    assert len(track.time_s) == len(points) - 4


def test_a_first_fix_far_away_does_not_throw_out_the_walk():
    lon, lat = from_local_m([[0, 40_000]], ORIGIN)[0]
    track = read_track([(T0 - 10, float(lon), float(lat), 5.0), *fixes(along(0, 600))])
    assert track.dropped == {"jump": 1}
    assert track.length_m == pytest.approx(600, rel=1e-3)


def test_fixes_without_accuracy_are_let_through():
    points = [(t, x, y, None) for t, x, y, _ in fixes(along(0, 240))]
    assert read_track(points).length_m == pytest.approx(240, rel=1e-3)


def test_shifted_coordinates_of_chinese_maps_come_out_where_they_were_walked():
    # Jinzhong's shift is several hundred metres: a track taken for WGS 84 would lie elsewhere
    from riverchief.base.geometry import _gcj_shift

    true = fixes(along(0, 2400))
    lon, lat = np.array([p[1] for p in true]), np.array([p[2] for p in true])
    dx, dy = _gcj_shift(lon, lat)
    shifted = [(p[0], float(x), float(y), p[3]) for p, x, y in zip(true, lon + dx, lat + dy, strict=True)]
    raw = read_track(shifted)
    assert distance_m(lon, lat, *raw.lonlat.T).min() > 300
    assert covered(raw, interval(0, 2400), NETWORK).pieces[0][0] > 300
    back = read_track(shifted, "gcj02")
    assert np.abs(back.lonlat - np.column_stack([lon, lat])).max() < 1e-7
    assert covered(back, interval(0, 2400), NETWORK).fraction == 1
    with pytest.raises(UnknownName, match="coordinate system 'bd09'"):
        read_track(shifted, "bd09")


def test_a_point_of_another_shape_is_refused():
    with pytest.raises(InputError, match=r"point 1 of the track has 3 values; give time \[s\]"):
        read_track([(T0, 111.9, 37.0, 5.0), (T0, 111.9, 37.0)])


@given(
    st.lists(st.tuples(st.integers(0, 5000), st.floats(-50, 6050), st.floats(-300, 300), st.floats(0, 80)), max_size=60)
)
def test_whatever_comes_in_nothing_is_made_up(raw):
    lonlat = from_local_m(np.array([[x, y] for _, x, y, _ in raw]).reshape(-1, 2), ORIGIN)
    points = [(T0 + t, float(lon), float(lat), a) for (t, _, _, a), (lon, lat) in zip(raw, lonlat, strict=True)]
    track = read_track(points)
    assert len(track.time_s) + sum(track.dropped.values()) == len(points)
    span = np.ptp(track.time_s) if len(track.time_s) else 0.0
    assert track.duration_s + sum(g.end_s - g.start_s for g in track.gaps) == pytest.approx(span)
    assert all(g.end_s - g.start_s > GAP_S for g in track.gaps)
    got = covered(track, interval(0, 6000), NETWORK)
    assert got.fraction == pytest.approx(sum(b - a for a, b in got.pieces) / 6000, abs=1e-9)


def test_a_patrol_counts_by_the_rule_of_its_place_and_says_why_not():
    short = read_track(fixes(along(0, 240)))  # 200 s, 240 m
    assert [r.key for r in judge(short, named().of("village"))] == ["patrol.too_short_time", "patrol.too_short_way"]
    walk = read_track(fixes(along(0, 2400)))  # 2000 s, 2400 m
    aheqi = named("aheqi").of("village")
    assert judge(walk, aheqi) == ()
    (reason,) = judge(walk, aheqi, datetime.fromtimestamp(T0, UTC) - timedelta(hours=90))
    assert (reason.key, reason.asked, reason.unit) == ("patrol.too_soon", 96, "h")
    assert reason.found == pytest.approx(90)
    assert judge(walk, aheqi, datetime.fromtimestamp(T0, UTC) - timedelta(hours=96)) == ()


def test_a_patrol_without_a_fix_does_not_count_and_has_no_start_to_be_too_soon():
    keys = [
        reason.key for reason in judge(read_track([]), named("aheqi").of("village"), datetime.fromtimestamp(T0, UTC))
    ]
    assert keys == ["patrol.too_short_time", "patrol.too_short_way"]
    assert [reason.key for reason in judge(read_track([]), named("guangzhou-2018").of("village"))] == [
        "patrol.no_track"
    ]


def test_a_result_for_json_holds_everything():
    track = read_track(fixes(along(0, 240)))
    parts = [covered(track, interval(0, 1000), NETWORK)]
    got = as_dict(track, parts, judge(track, named().of("village")), named())
    assert got["valid"] is False
    assert got["reasons"][0] == {"key": "patrol.too_short_time", "found": 3.3, "asked": 5.0, "unit": "min"}
    assert got["coverage"][0]["reach"] == "R1"
    assert got["rule"]["confirmed"] is False


def test_a_gap_has_the_reason_that_lasted_longest_in_it():
    gap = Gap(1000.0, 1600.0, 300.0)
    told = [
        ToldGap(900.0, 1200.0, "hidden"),
        ToldGap(1200.0, 1350.0, "no_signal"),
        ToldGap(1450.0, 1600.0, "no_signal"),
    ]
    assert why_of(gap, told) == "no_signal"  # 150 s + 150 s = 300 s, against 200 s
    assert why_of(gap, told[:2]) == "hidden"
    assert why_of(gap, [ToldGap(0.0, 1000.0, "closed"), ToldGap(1600.0, 1700.0, "closed")]) is None
    assert why_of(gap, []) is None
