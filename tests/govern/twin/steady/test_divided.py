import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govern.twin.steady.canals import plain
from riverchief.govern.twin.geometry.section import CrossSection
from riverchief.govern.twin.steady.divided import Block, Deck, DividedCrossSection, Ineffective, Levee

# a channel 10 m wide and 2 m deep in a plain of 50 m on either side
X, Z = [0, 0, 50, 50, 60, 60, 110, 110], [5, 2, 2, 0, 0, 2, 2, 5]


def compound(**more):
    rough = np.array([0.06, 0.03, 0.06])
    ground = CrossSection(np.array(X, float), np.array(Z, float), rough, np.array([0.0, 50.0, 60.0]))
    return DividedCrossSection(ground, 50.0, 60.0, **more)


@given(st.lists(st.floats(0, 9), min_size=4, max_size=12), st.floats(0.1, 12))
@settings(max_examples=40)
def test_a_channel_without_overbanks_is_what_the_unsteady_twin_takes_it_for(levels, depth):
    x = np.linspace(0, 30, len(levels))
    cut = plain(x.tolist(), levels)
    here, peer = cut.at(cut.bed_m + depth), cut.ground.hydraulics(depth)
    assert here.area_m2[0] == pytest.approx(float(peer.area_m2), rel=1e-9, abs=1e-9)
    assert here.width_m[0] == pytest.approx(float(peer.width_m), rel=1e-9, abs=1e-9)
    assert here.total_m3s[0] == pytest.approx(float(peer.conveyance_m3s), rel=1e-9, abs=1e-9)


def test_overbanks_and_channel_have_their_own_conveyance_and_alpha():
    here = compound().at(3.0)
    bank = 50 * (50 / 51) ** (2 / 3) / 0.06  # 1 m deep, the wall at its end wetted too
    channel = 30 * (30 / 14) ** (2 / 3) / 0.03
    assert here.conveyance_m3s[:, 0] == pytest.approx([bank, channel, bank])
    total, area = 2 * bank + channel, 130.0
    alpha = (2 * bank**3 / 50**2 + channel**3 / 30**2) * area**2 / total**3
    assert here.alpha[0] == pytest.approx(alpha)
    assert here.beta[0] == pytest.approx((2 * bank**2 / 50 + channel**2 / 30) * area / total**2)


def test_water_within_the_channel_leaves_alpha_at_one():
    assert compound().at(1.5).alpha[0] == pytest.approx(1)


def test_a_channel_with_a_steep_side_and_two_roughnesses_gets_a_composite_one():
    ground = CrossSection(np.array([0.0, 0, 4, 8, 8]), np.array([5.0, 0, 0, 4, 5]), [0.02, 0.05], [0.0, 4.0])
    here = DividedCrossSection(ground, 0.0, 8.0).at(2.0)
    left, right = 2.0 + 4.0, 8**0.5
    rough = ((left * 0.02**1.5 + right * 0.05**1.5) / (left + right)) ** (2 / 3)
    assert here.total_m3s[0] == pytest.approx(10 * (10 / (left + right)) ** (2 / 3) / rough)


def test_water_beside_an_ineffective_level_stands_still_and_flows_above_it():
    cut = compound(ineffective=(Ineffective(0, 50, 2.8), Ineffective(60, 110, 2.8, permanent=True)))
    below, above = cut.at(2.7), cut.at(3.0)
    assert below.area_m2[0] == pytest.approx(27)
    assert below.wet_m2[0] == pytest.approx(27 + 100 * 0.7)
    # of a permanent one only what is above it flows
    assert above.area_m2[0] == pytest.approx(30 + 50 + 50 * 0.2)


def test_the_moment_counts_still_water_and_the_flows_own_does_not():
    here = compound(ineffective=(Ineffective(0, 50, 4.0),)).at(3.0)
    assert here.moment_m3[0] == pytest.approx(10 * 9 / 2 + 2 * 50 / 2)
    assert here.flow_moment_m3[0] == pytest.approx(10 * 9 / 2 + 50 / 2)


def test_behind_a_levee_the_land_is_dry_until_it_is_overtopped():
    cut = compound(levees=(Levee(40.0, 3.5, left=True),))
    assert cut.at(3.4).wet_m2[0] == pytest.approx(34 + 10 * 1.4 + 50 * 1.4)
    assert cut.at(3.6).wet_m2[0] == pytest.approx(36 + 100 * 1.6)


def test_a_levee_wets_its_wall():
    there, without = compound(levees=(Levee(40.0, 9.0, left=True),)).at(3.0), compound().at(3.0)
    bank = 10 * (10 / 11) ** (2 / 3) / 0.06
    assert there.conveyance_m3s[0, 0] == pytest.approx(bank)
    assert without.conveyance_m3s[0, 0] > 4 * bank


def test_a_block_takes_its_area_and_wets_its_wall():
    here = compound(blocks=(Block(0, 20, 9.0),)).at(3.0)
    assert here.area_m2[0] == pytest.approx(30 + 30 + 50)
    assert here.conveyance_m3s[0, 0] == pytest.approx(30 * (30 / 31) ** (2 / 3) / 0.06)


def test_pools_on_an_overbank_that_dry_ground_parts_do_not_share_a_radius():
    x, z = [0, 0, 20, 25, 30, 50, 50, 60, 60], [9, 0, 0, 3, 0, 0, -2, -2, 9]
    ground = CrossSection(np.array(x, float), np.array(z, float), [0.05], [0.0])
    here = DividedCrossSection(ground, 50.0, 60.0).at(1.0)
    slant = np.hypot(5 / 3, 1.0)
    areas = 20 + 5 / 6, 20 + 5 / 6
    rubbed = 20 + 1 + slant, 20 + slant
    alone = sum(a * (a / p) ** (2 / 3) / 0.05 for a, p in zip(areas, rubbed, strict=True))
    assert here.conveyance_m3s[0, 0] == pytest.approx(alone)


def test_a_deck_closes_what_lies_between_soffit_and_road():
    deck = Deck(np.array([0.0, 40, 40, 70, 70, 110]), np.array([np.nan, np.nan, 3, 3, np.nan, np.nan]), np.full(6, 4.0))
    cut = compound(deck=deck)
    opening = 10 * 2 + 30 * 1  # below 3 m, between the embankments
    assert cut.at(3.5).area_m2[0] == pytest.approx(opening)
    assert cut.at(3.5).width_m[0] == pytest.approx(0)
    assert cut.at(4.5).area_m2[0] == pytest.approx(opening + 110 * 0.5)
    assert cut.at(2.5).area_m2[0] == pytest.approx(10 * 2.5 + 20 * 0.5)


def test_area_never_falls_as_water_rises_through_everything_that_can_stand_on_a_section():
    cut = compound(
        ineffective=(Ineffective(60, 90, 3.1),), levees=(Levee(20.0, 3.7, left=True),), blocks=(Block(95, 100, 3.2),),
        deck=Deck(np.array([30.0, 100]), np.array([2.8, 2.9]), np.array([3.3, 3.4])),
    )  # fmt: skip
    area = cut.at(np.linspace(0, 8, 900)).area_m2
    assert (np.diff(area) > -1e-9).all()
    assert np.isfinite(area).all()
