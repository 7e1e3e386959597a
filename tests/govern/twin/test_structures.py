"""Laws of weirs, gates, orifices: textbook values at their limits, and no jump or fall where they change."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.govern.twin.structures._kernels import gate, orifice, weir

G = 9.81
head = st.floats(1e-4, 10)
part = st.floats(0, 1)


@given(head, st.floats(0.5, 60))
def test_a_free_broad_crest_passes_critical_flow(h, b):
    assert weir(h, -1.0, b, (2 / 3) ** 1.5 * np.sqrt(G)) == pytest.approx(b * np.sqrt(G * (2 * h / 3) ** 3), rel=1e-12)


@given(head, part)
def test_a_drowned_weir_follows_villemonte(h1, ratio):
    if h1 * (1 - ratio) > 1e-3:
        free = weir(h1, -1.0, 3.0, 1.7)
        assert weir(h1, ratio * h1, 3.0, 1.7) == pytest.approx(free * (1 - ratio**1.5) ** 0.385, rel=1e-9)


def test_a_free_gate_passes_the_jet_of_torricelli():
    # 0.5 m open, 3 m head: the jet is 0.305 m thick
    assert gate(3.0, 0.0, 4.0, 0.5, 0.61, 1.705) == pytest.approx(0.305 * 4 * np.sqrt(2 * G * (3 - 0.305)), rel=1e-12)


def test_a_gate_drowns_when_the_tailwater_passes_the_jump_s_conjugate_depth():
    jet = 0.305
    conjugate = jet / 2 * (np.sqrt(1 + 16 * (3 - jet) / jet) - 1)
    free = gate(3.0, 0.0, 4.0, 0.5, 0.61, 1.705)
    assert gate(3.0, conjugate - 1e-9, 4.0, 0.5, 0.61, 1.705) == free
    assert gate(3.0, conjugate + 0.01, 4.0, 0.5, 0.61, 1.705) < free
    assert gate(3.0, 3.0, 4.0, 0.5, 0.61, 1.705) == 0.0


def test_an_orifice_passes_what_torricelli_says():
    assert orifice(2.0, -1.0, 0.5, 0.4, 0.65, 1.705) == pytest.approx(0.65 * 0.2 * np.sqrt(2 * G * 1.8), rel=1e-12)
    assert orifice(2.0, 1.0, 0.5, 0.4, 0.65, 1.705) == pytest.approx(0.65 * 0.2 * np.sqrt(2 * G * 1.0), rel=1e-12)


LAWS = {
    "weir": lambda h1, h2: weir(h1, h2, 3.0, 1.705),
    "gate": lambda h1, h2: gate(h1, h2, 3.0, 0.7, 0.61, 1.705),
    "orifice": lambda h1, h2: orifice(h1, h2, 1.5, 0.8, 0.65, 1.705),
}


@pytest.mark.parametrize("law", LAWS)
@given(h1=head, ratio=part)
def test_no_law_passes_water_uphill_and_level_water_stands_still(law, h1, ratio):
    assert LAWS[law](h1, ratio * h1) >= 0
    assert LAWS[law](h1, h1) == 0
    assert LAWS[law](0.0, -1.0) == 0


@pytest.mark.parametrize("law", LAWS)
@given(h1=st.floats(0.01, 6), ratio=part)
def test_more_head_passes_more_and_more_tailwater_less(law, h1, ratio):
    here = LAWS[law](h1, ratio * h1)
    assert LAWS[law](h1 * 1.01, ratio * h1) >= here * (1 - 1e-9)
    assert LAWS[law](h1, ratio * h1 * 0.99) >= here * (1 - 1e-9)


@pytest.mark.parametrize("law", LAWS)
@given(h1=st.floats(0.01, 6), ratio=part)
def test_no_law_jumps(law, h1, ratio):
    # a law's slope is finite: a micrometre changes little, wherever it goes over from one formula to the other. The
    # steepest law is the weir's straight line below a millimetre of fall, which ends where Villemonte's factor begins
    here, there = LAWS[law](h1, ratio * h1), LAWS[law](h1 + 1e-6, ratio * h1)
    part = min(1e-3 / h1, 0.5)
    steepest = 3.0 * 1.705 * h1**1.5 * (1 - (1 - part) ** 1.5) ** 0.385 / (part * h1)
    assert abs(there - here) < max(1.01 * steepest * 1e-6, 1e-3)
