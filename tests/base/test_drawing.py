import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riverchief.base.drawing import Drawing
from riverchief.base.errors import PlaceError
from riverchief.base.geometry import EARTH_RADIUS_M, distance_m


def random_drawing(seed: int, n: int) -> tuple[Drawing, np.ndarray]:
    """`n` wandering lines over two degrees, some reaches without a line between them."""
    rng = np.random.default_rng(seed)
    lines = []
    for _ in range(n):
        steps = rng.normal(0, 0.01, (rng.integers(2, 9), 2))
        line = rng.uniform((111, 36), (113, 38)) + np.cumsum(steps, axis=0)
        lines.append(line if rng.random() < 0.8 else np.empty((0, 2)))
    lines.append(np.array([[112.0, 37.0], [112.0, 37.3]]))
    length_m = rng.uniform(1_000, 9_000, len(lines))
    return Drawing(lines, length_m), length_m


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 20))
def test_a_drawn_point_is_located_where_it_was_drawn(seed, n):
    drawing, length_m = random_drawing(seed, n)
    rng = np.random.default_rng(seed)
    reach = rng.integers(0, n + 1, 60)
    chainage_m = rng.uniform(0, 1, 60) * length_m[reach]
    points = drawing.point(reach, chainage_m)
    drawn = np.isin(reach, drawing.reach)
    assert np.isfinite(points).all(axis=1).tolist() == drawn.tolist()
    located = drawing.locate(*points[drawn].T, limit_m=1.0)
    assert (located.reach >= 0).all()
    assert located.distance_m.max(initial=0.0) < 0.01
    same = located.reach == reach[drawn]  # lines may cross
    assert located.chainage_m[same] == pytest.approx(chainage_m[drawn][same], abs=30)  # a line may cross itself
    again = drawing.point(located.reach, located.chainage_m)
    assert distance_m(*again.T, *points[drawn].T).max(initial=0.0) < 0.01


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_the_nearest_is_the_nearest_on_the_sphere_all_over_two_degrees(seed):
    drawing, _ = random_drawing(seed, 12)
    rng = np.random.default_rng(seed)
    lon, lat = rng.uniform(111, 113, 15), rng.uniform(36, 38, 15)
    located = drawing.locate(lon, lat, limit_m=np.inf)
    share = np.linspace(0, 1, 401)[:, None, None]
    dense = drawing.begin * (1 - share) + drawing.end * share  # (201, n_segment, 2)
    for k in range(15):
        away = distance_m(dense[..., 0], dense[..., 1], lon[k], lat[k])
        scale = np.tan(np.radians(38)) * away.min() / EARTH_RADIUS_M  # how far Mercator's scale changes on the way
        assert located.distance_m[k] == pytest.approx(away.min(), rel=scale + 1e-4, abs=20)


def test_what_is_not_finite_or_too_far_is_nowhere():
    drawing, _ = random_drawing(1, 3)
    located = drawing.locate([np.nan, np.inf, 112.0, 100.0], [37.0, 37.0, 90.0, 37.0], limit_m=2_000)
    assert located.reach.tolist() == [-1, -1, -1, -1]
    assert np.isnan(located.chainage_m).all()
    assert np.isinf(located.distance_m[:3]).all()
    assert located.distance_m[3] > 800_000


def test_chainages_beyond_the_ends_stay_on_the_line_and_undrawn_reaches_have_no_point():
    drawing = Drawing(
        [np.array([[112.0, 37.0], [112.0, 36.9], [112.0, 36.8]]), np.empty((0, 2))], np.array([900.0, 5.0])
    )
    points = drawing.point([0, 0, 0, 1], [-5.0, 450.0, 1e6, 1.0])
    assert points[:3] == pytest.approx(np.array([[112.0, 37.0], [112.0, 36.9], [112.0, 36.8]]))
    assert np.isnan(points[3]).all()


def test_a_network_without_any_line_says_so():
    with pytest.raises(PlaceError, match="no drawn lines"):
        Drawing([np.empty((0, 2))], np.array([1.0])).locate(112.0, 37.0, 2_000)
