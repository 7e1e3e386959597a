"""How much outfalls may discharge: closed solutions, hand-solved shares, and rivers drawn at random."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riverchief.base.errors import InputError
from riverchief.govern.twin.flows import Flows
from riverchief.govern.twin.measures import Outfall, Target, capacity
from riverchief.govern.twin.measures.capacity import background, share

DAY = 86_400.0


def channel(n: int = 40, flow: float = 5.0, volume: float = 20_000.0, exchange: float = 0.0) -> Flows:
    """Steady water through n cells and over an outlet."""
    cells = n + 1
    lateral = np.zeros((1, cells))
    lateral[0, 0] = flow
    dn = np.append(np.arange(1, cells), -1).astype(np.int32)
    flux = np.where(dn >= 0, flow, 0.0)[None]
    fixed = np.arange(cells) == n
    spread = np.where((dn >= 0) & (np.arange(cells) < n - 1), exchange, 0.0)[None]
    return Flows(
        np.array([0.0, DAY]), np.full((2, cells), volume), flux, lateral, np.arange(cells, dtype=np.int32), dn, fixed,
        spread,
    )  # fmt: skip


def fork() -> Flows:
    """Two arms of 2 and 3 m³/s that meet: cells 0, 1 and 2, 3, then 4, 5, and the outlet."""
    dn = np.array([1, 4, 3, 4, 5, 6, -1], np.int32)
    flux = np.array([[2.0, 2.0, 3.0, 3.0, 5.0, 5.0, 0.0]])
    lateral = np.array([[2.0, 0, 3.0, 0, 0, 0, 0]])
    fixed = np.arange(7) == 6
    return Flows(np.array([0.0, DAY]), np.full((2, 7), 1e4), flux, lateral, np.arange(7, dtype=np.int32), dn, fixed, 0 * flux)  # fmt: skip


def test_a_load_is_diluted_and_decays_as_in_a_pipe():
    k, tau = 2e-6, 20_000.0 / 5.0
    told = share(channel(), [0, 10], [30], k)
    # from its own cell on, through to the lower end of the section's
    wanted = [1e3 / DAY / 5.0 * np.exp(-k * tau * cells) for cells in (31, 21)]
    np.testing.assert_allclose(told[0], wanted, rtol=1e-12)


def test_a_section_answers_to_nobody_below_it_unless_water_is_exchanged():
    assert share(channel(), [20], [10])[0, 0] == 0.0
    assert share(channel(exchange=2.0), [20], [10])[0, 0] > 0.0


def test_shares_are_those_of_a_run_down_the_river():
    flows, load = channel(exchange=3.0), np.zeros(41)
    load[7] = 0.02
    down = background(flows, load, 1e-6)
    np.testing.assert_allclose(share(flows, [7], range(40), 1e-6)[:, 0] * 0.02 * DAY, down[:40], rtol=1e-10, atol=1e-10)


OUTFALLS = (Outfall("left", 0, 100.0), Outfall("right", 2, 300.0), Outfall("stem", 4, 50.0))


def test_loads_rise_with_permits_until_a_section_is_full_and_the_rest_go_on():
    # the left arm is full at 2 m³/s × .5 mg/L = 86.4 kg/d; then right and stem share what the stem has left
    targets = (Target("arm", 1, 0.5), Target("end", 5, 1.0))
    left, right, stem = capacity(fork(), OUTFALLS, targets, "permit")
    whole = 5.0 * 1.0 * 86.4
    assert left.binding == "arm"
    assert left.capacity_kgd == pytest.approx(86.4)
    assert left.margin_kgd == pytest.approx(-13.6)
    rest = whole - 86.4
    assert (right.capacity_kgd, stem.capacity_kgd) == pytest.approx((rest * 300 / 350, rest * 50 / 350))
    assert right.binding == stem.binding == "end"


def test_equal_shares_are_equal_where_one_section_decides():
    told = capacity(fork(), OUTFALLS, (Target("end", 5, 1.0, 0.25),), "equal")
    assert [one.capacity_kgd for one in told] == pytest.approx([5.0 * 0.75 * 86.4 / 3] * 3)


def test_the_largest_sum_fills_the_arm_and_then_the_stem():
    told = capacity(fork(), OUTFALLS, (Target("arm", 1, 0.1), Target("end", 5, 1.0)), "total", 1e-6)
    equal = capacity(fork(), OUTFALLS, (Target("arm", 1, 0.1), Target("end", 5, 1.0)), "equal", 1e-6)
    assert sum(one.capacity_kgd for one in told) > sum(one.capacity_kgd for one in equal)


def test_water_that_comes_too_dirty_leaves_nothing_and_names_the_section():
    told = capacity(fork(), OUTFALLS, (Target("arm", 1, 0.5, 0.6), Target("end", 5, 1.0)), "permit")
    assert told[0].capacity_kgd == 0.0
    assert told[0].binding == "arm"
    assert told[1].capacity_kgd > 0


def test_an_outfall_above_no_section_has_no_capacity_to_speak_of():
    told = capacity(fork(), OUTFALLS, (Target("arm", 1, 0.5),), "permit")
    assert np.isnan(told[1].capacity_kgd)
    assert told[1].binding == ""


def test_permits_of_nought_get_nought_and_do_not_stop_the_others():
    outfalls = (Outfall("idle", 0, 0.0), Outfall("right", 2, 10.0))
    told = capacity(fork(), outfalls, (Target("arm", 1, 0.5), Target("end", 5, 1.0)), "permit")
    assert told[0].capacity_kgd == 0.0
    assert told[1].capacity_kgd == pytest.approx(432.0)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 5), st.floats(0.0, 500.0)), min_size=1, max_size=5),
    st.lists(st.tuples(st.integers(0, 5), st.floats(0.05, 5.0), st.floats(0.0, 1.0)), min_size=1, max_size=4),
    st.sampled_from(["permit", "equal", "total"]),
    st.floats(0.0, 1e-4),
)
def test_no_section_is_ever_overfilled_and_every_binding_one_is_full(outfalls, targets, fairness, decay):
    there = [Outfall(f"o{k}", cell, permit) for k, (cell, permit) in enumerate(outfalls)]
    aims = [Target(f"s{k}", cell, limit, part * limit) for k, (cell, limit, part) in enumerate(targets)]
    told = capacity(fork(), there, aims, fairness, decay)
    load = np.zeros(7)
    for one, outfall in zip(told, there, strict=True):
        load[outfall.cell] += 0.0 if np.isnan(one.capacity_kgd) else one.capacity_kgd / DAY
    came = background(fork(), load, decay)
    for aim in aims:
        assert came[aim.cell] + aim.background_mgl <= aim.limit_mgl * (1 + 1e-7) + 1e-9
    for one in told:
        aim = next((a for a in aims if a.code == one.binding), None)
        if aim is not None and one.capacity_kgd > 1e-6:
            assert came[aim.cell] + aim.background_mgl == pytest.approx(aim.limit_mgl, rel=1e-6)


def test_what_is_no_number_is_refused():
    with pytest.raises(InputError, match="permit"):
        capacity(fork(), (Outfall("o", 0, float("nan")),), (Target("s", 5, 1.0),))
    with pytest.raises(InputError, match="limit"):
        capacity(fork(), OUTFALLS, (Target("s", 5, 0.0),))
    with pytest.raises(InputError, match="equal"):
        capacity(fork(), OUTFALLS, (Target("s", 5, 1.0),), "equale")
