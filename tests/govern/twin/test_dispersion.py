"""Dispersion formulas at figures worked out by hand, and where there is no water to disperse."""

import numpy as np
import pytest

from riverchief.govern.twin.dispersion import FORMULAS, VALID, fischer, kashefipour_falconer, shear_velocity


def test_fischer_with_the_shear_velocity_of_a_wide_channel():
    # u 0.5 m/s, B 20 m, h 1 m, n 0.035: u* = 0.5 · 0.035 · √9.81 = 0.054812 m/s; D = 0.011·0.25·400/0.054812
    shear = shear_velocity(0.5, 1.0, 0.035)
    assert shear == pytest.approx(0.054812, rel=1e-4)
    assert fischer(0.5, 20.0, 1.0, shear) == pytest.approx(20.0687, rel=1e-4)


@pytest.mark.parametrize(
    ("name", "by_hand"),
    [
        # u/u* 10, B/h 20, h u* 0.05 m²/s
        ("fischer", 22.0),  # 0.011 · 100 · 400 · 0.05
        ("seo_cheong", 50.765),  # 20^0.62 = 6.40676, 10^1.428 = 26.7917; 5.915 · 6.40676 · 26.7917 · 0.05
        # 20^1.38 = 62.4360, ε = 0.145 + 624.360/3520 = 0.322375; 20^(5/3) = 147.361; 0.15/8/0.322375 · 147.361 · 100 · 0.05
        ("deng", 42.854),
        ("kashefipour_falconer", 52.37),  # 10^-0.572 = 0.267917; (7.428 + 1.775 · 6.40676 · 0.267917) · 100 · 0.05
    ],
)
def test_formulas_at_a_middling_river(name, by_hand):
    assert FORMULAS[name](0.5, 20.0, 1.0, 0.05) == pytest.approx(by_hand, rel=1e-3)


def test_wide_rivers_have_the_other_form_of_kashefipour_and_falconer():
    assert kashefipour_falconer(0.5, 60.0, 1.0, 0.05) == pytest.approx(10.612 * 0.5 * 10)


@pytest.mark.parametrize("name", FORMULAS)
def test_still_or_dry_water_does_not_disperse_and_direction_does_not_matter(name):
    assert name in VALID
    found = FORMULAS[name]([0.0, 0.5, 0.5, -0.5], 20.0, [1.0, 0.0, 1.0, 1.0], [0.0, 0.05, 0.05, 0.05])
    assert found[:2].tolist() == [0.0, 0.0]
    assert found[2] == found[3] > 0
    assert np.isfinite(found).all()
