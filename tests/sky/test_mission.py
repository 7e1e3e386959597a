"""Corridor missions: proofs of coverage and of battery on random rivers."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riverchief.base.errors import InputError
from riverchief.base.geometry import distance_m, from_local_m, to_local_m
from riverchief.sky.cameras import Camera, Drone
from riverchief.sky.mission import BATTERY_SHARE, Setup, plan_corridor
from sky.rivers import rivers

ORIGIN = (111.9, 37.0)
M3E, DRONE = Camera.named("DJI M3E"), Drone.named("M3E")


def lonlat(xy):
    return from_local_m(np.asarray(xy, float), ORIGIN)


def plan(xy, **changes):
    given = {"width_m": 150, "camera": M3E, "drone": DRONE, "altitude_m": 90}
    return plan_corridor(lonlat(xy), **{**given, **changes})


def seen_by_any(mission, points):
    """Which points (metres) lie in a photograph's rectangle, by the photographs' positions and headings alone."""
    photos = mission.photos
    at = to_local_m([p.lon for p in photos], [p.lat for p in photos], ORIGIN)
    heading = np.radians([p.heading_deg for p in photos])
    gsd = 90 / M3E.focal_px if mission.setup.altitude_m == 90 else mission.setup.altitude_m / M3E.focal_px
    delta = points[:, None, :] - at[None, :, :]
    ahead = delta[..., 0] * np.sin(heading) + delta[..., 1] * np.cos(heading)
    aside = delta[..., 0] * np.cos(heading) - delta[..., 1] * np.sin(heading)
    half = gsd / 2 * np.array([M3E.image_height_px, M3E.image_width_px]) + 0.01
    return ((np.abs(ahead) <= half[0]) & (np.abs(aside) <= half[1])).any(axis=1)


@settings(max_examples=30, deadline=None)
@given(
    river=rivers(shortest_m=60, sharpest_deg=75, fewest=2),
    width=st.floats(40, 400),
    altitude=st.floats(50, 120),
    front=st.floats(0, 0.8),
    side=st.floats(0, 0.75),
    seed=st.integers(0, 2**32 - 1),
)
def test_the_whole_corridor_is_covered_and_every_sortie_comes_home(river, width, altitude, front, side, seed):
    mission = plan(river, width_m=width, altitude_m=altitude, overlap_front=front, overlap_side=side)
    coverage = mission.coverage()
    assert coverage.fraction >= 1 - 1e-6
    assert coverage.gaps == ()
    for sortie in mission.sorties:
        assert sortie.duration_s <= BATTERY_SHARE * DRONE.battery_min * 60 + 1e-6
        assert sortie.waypoints <= 200
        assert sortie.photos == sum(len(line.photos) for line in sortie.lines) > 0
    # the same without a polygon library: points of the corridor against the photographs' rectangles
    rng = np.random.default_rng(seed)
    line = np.asarray(river)
    leg = rng.integers(0, len(line) - 1, 300)
    share, across = rng.uniform(0.001, 0.999, 300)[:, None], rng.uniform(-0.499, 0.499, 300)[:, None] * width
    run = line[leg + 1] - line[leg]
    normal = np.column_stack([-run[:, 1], run[:, 0]]) / np.hypot(*run.T)[:, None]
    assert seen_by_any(mission, line[leg] + run * share + normal * across).all()


def test_a_straight_river_is_flown_as_the_formulas_say():
    mission = plan([(0, 0), (2000, 0)], altitude_m=None, gsd_m=0.02, width_m=120, overlap_front=0.8, overlap_side=0.7)
    # swath 5280 · 0.02 = 105.6 m, spacing 31.68 m: ⌈120 / 31.68⌉ = 4 lines; photographs every 0.2 · 79.12 = 15.824 m
    assert mission.setup.altitude_m == pytest.approx(0.02 * 12.29 / 17.3 * 5280)
    (sortie,) = mission.sorties
    assert len(sortie.lines) == 4
    assert sortie.photos == 4 * (math.ceil(2000 / 15.824) + 1)
    offsets = sorted(float(np.mean(to_local_m(*np.array(line.points).T, ORIGIN)[:, 1])) for line in sortie.lines)
    assert offsets == pytest.approx([-45, -15, 15, 45], abs=0.1)
    assert not any(line.fill for line in sortie.lines)
    starts = [line.points[0] for line in sortie.lines]
    ends = [line.points[-1] for line in sortie.lines]
    assert all(float(distance_m(*a, *b)) < 40 for a, b in zip(ends[:-1], starts[1:], strict=True)), "to and fro"


def test_only_the_stretch_asked_for_is_flown():
    mission = plan([(0, 0), (5000, 0)], from_m=1000, to_m=1800)
    assert mission.length_m == pytest.approx(800, rel=1e-3)
    xy = to_local_m([p.lon for p in mission.photos], [p.lat for p in mission.photos], ORIGIN)
    assert xy[:, 0].min() == pytest.approx(1000, abs=5)
    assert xy[:, 0].max() == pytest.approx(1800, abs=5)


def test_sorties_start_at_the_given_home_or_beside_their_own_part():
    home = tuple(lonlat([(300, 900)])[0])
    given_home = plan([(0, 0), (9000, 0)], home=home)
    assert all(s.home == pytest.approx(home) for s in given_home.sorties)
    assert not any(s.home_assumed for s in given_home.sorties)
    own = plan([(0, 0), (9000, 0)])
    assert len(own.sorties) > 1
    assert all(s.home_assumed for s in own.sorties)
    assert len({s.home for s in own.sorties}) == len(own.sorties)


def test_the_fewest_photographs_that_overlaps_allow_are_close_to_the_ideal():
    mission = plan([(0, 0), (3000, 0)], overlap_front=0.6, overlap_side=0.5)
    grid = mission.setup.grid
    ideal = math.ceil(150 / grid.line_spacing_m) * 3000 / grid.shot_spacing_m
    assert len(mission.photos) <= 1.05 * ideal


def test_figures_are_given_as_the_interface_asks():
    got = plan([(0, 0), (1000, 0)]).as_dict()
    assert got["camera"] == "DJI M3E"
    assert got["altitude_m"] == 90
    assert got["gsd_cm"] == pytest.approx(9000 / M3E.focal_px, abs=1e-3)
    assert got["sorties"][0].keys() >= {"n", "length_m", "duration_s", "photos"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"gsd_m": 0.02}, "give exactly one"),
        ({"altitude_m": None}, "give exactly one"),
        ({"altitude_m": -5}, "is not above the water"),
        ({"home_above_water_m": 95}, "which lies 95.0 m above the water"),
        ({"width_m": 0}, "corridor is 0 m wide"),
        ({"from_m": 500, "to_m": 400}, "stretch from 500 m to 400 m does not lie on the line"),
        ({"to_m": 1001 * 1000}, "which is 1,000 m long"),
        ({"overlap_front": 0.9999}, "fly higher, overlap less"),
    ],
)
def test_what_cannot_be_flown_is_refused_in_a_sentence(changes, sentence):
    with pytest.raises(InputError, match=sentence):
        plan([(0, 0), (1000, 0)], **changes)


def test_a_line_that_is_none_is_refused():
    with pytest.raises(InputError, match="at least two points"):
        plan_corridor([[111.9, 37.0]], width_m=100, camera=M3E, drone=DRONE, altitude_m=90)
    with pytest.raises(InputError, match="does not lie on the line, which is 0 m long"):
        plan([(0, 0), (0, 0)])


def test_a_home_above_the_water_lowers_the_climb_only():
    low, high = (plan([(0, 0), (1000, 0)], home_above_water_m=h) for h in (0, 30))
    saved = 30 / DRONE.climb_ms + 30 / DRONE.descent_ms
    assert high.sorties[0].duration_s == pytest.approx(low.sorties[0].duration_s - saved)
    assert isinstance(high.setup, Setup)
    assert high.setup.gsd_m == low.setup.gsd_m
