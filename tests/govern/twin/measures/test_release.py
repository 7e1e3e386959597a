"""Releases: what flows beside decides, water is kept account of, and what is short is said."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riverchief.base.errors import InputError
from riverchief.govern.twin.measures import Need, Reservoir, release
from riverchief.govern.twin.measures.release import arrival

DAY = 86_400.0
BESIDE = np.array([0.5, 1.0, 3.0, 0.0, 0.2])


def reservoir(storage: float = 2e6, inflow: float = 0.1, most: float = 5.0) -> Reservoir:
    return Reservoir("top", storage, 1e5, 3e6, np.full(5, inflow), most)


def test_with_water_enough_a_section_gets_what_it_lacks_and_no_more():
    made = release([reservoir()], [Need("s", 2.0, BESIDE, {"top": np.ones(1)})], DAY)
    np.testing.assert_allclose(made.release_m3s["top"], np.maximum(2.0 - BESIDE, 0.0), atol=1e-6)
    assert made.kept


def test_a_release_is_let_out_before_it_is_needed():
    need = Need("s", 2.0, np.array([2.0, 2.0, 2.0, 0.5, 2.0]), {"top": arrival(1.0 * DAY, DAY)})
    made = release([reservoir()], [need], DAY)
    np.testing.assert_allclose(made.release_m3s["top"], [0, 0, 1.5, 0, 0], atol=1e-6)


def test_what_the_reservoir_does_not_hold_is_told_as_short():
    made = release([reservoir(storage=2e5, inflow=0.0)], [Need("s", 2.0, BESIDE, {"top": np.ones(1)})], DAY)
    wanted = float(np.maximum(2.0 - BESIDE, 0.0).sum())
    assert not made.kept
    assert made.short_m3s["s"].sum() == pytest.approx(wanted - 1e5 / DAY, rel=1e-6)


def test_a_full_reservoir_spills_what_its_outlet_does_not_let_through():
    made = release([Reservoir("top", 3e6, 1e5, 3e6, np.full(3, 8.0), 5.0)], [], DAY)
    np.testing.assert_allclose(made.release_m3s["top"], 5.0, atol=1e-6)
    np.testing.assert_allclose(made.spill_m3s["top"], 3.0, atol=1e-6)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.floats(0.0, 6.0), min_size=4, max_size=4),
    st.lists(st.floats(0.0, 4.0), min_size=4, max_size=4),
    st.floats(1e5, 3e6),
    st.floats(0.0, 1.0),
)
def test_no_water_is_made_or_lost_and_flow_and_shortage_add_up(inflow, beside, storage, lag):
    one = Reservoir("top", storage, 1e5, 3e6, np.array(inflow), 5.0)
    made = release([one], [Need("s", 3.0, np.array(beside), {"top": arrival(lag * DAY, DAY)})], DAY)
    held = np.concatenate([[storage], made.storage_m3["top"]])
    gone = made.release_m3s["top"] + made.spill_m3s["top"]
    np.testing.assert_allclose(np.diff(held), DAY * (np.array(inflow) - gone), atol=1.0)
    assert (made.flow_m3s["s"] + made.short_m3s["s"] >= 3.0 - 1e-6).all()
    assert (made.storage_m3["top"] >= 1e5 - 1.0).all()


def test_two_reservoirs_help_each_other():
    pair = [Reservoir(c, 3e5, 1e5, 1e6, np.zeros(2), 5.0) for c in ("x", "y")]
    need = Need("s", 2.0, np.zeros(2), {"x": np.ones(1), "y": np.ones(1)})
    made = release(pair, [need], DAY)
    assert made.kept
    assert sum(v.sum() for v in made.release_m3s.values()) == pytest.approx(4.0)


def test_a_reservoir_outside_its_own_limits_is_refused():
    with pytest.raises(InputError, match="between"):
        release([reservoir(storage=9e6)], [], DAY)
    with pytest.raises(InputError, match="one length"):
        release([reservoir()], [Need("s", 2.0, np.zeros(3))], DAY)
