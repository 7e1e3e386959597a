import numpy as np
import pytest

from riverchief.govern.twin.catchment._kernels import double_curve, produce, single_curve


@pytest.mark.parametrize("base", [0.3, 1.0, 2.0, 3.7])
def test_unit_hydrographs_share_out_everything_and_nothing_more(base):
    steps = np.arange(0, 12)
    one = np.diff([single_curve(j / base) for j in steps])
    two = np.diff([double_curve(j / base) for j in steps])
    assert one.sum() == pytest.approx(1)
    assert two.sum() == pytest.approx(1)
    assert one.min() >= 0
    assert two.min() >= 0


def test_ordinates_are_those_of_the_published_curves():
    # time base 2 d: (1/2)^2.5 on the first day; the second hydrograph half of that, and the same backwards
    first = 0.5**2.5
    one = np.diff([single_curve(j / 2) for j in range(4)])
    two = np.diff([double_curve(j / 2) for j in range(5)])
    assert one == pytest.approx([first, 1 - first, 0])
    assert two == pytest.approx([first / 2, (1 - first) / 2, (1 - first) / 2, first / 2])


def test_rain_on_a_store_solves_the_equation_that_filling_slows_with_fullness():
    # dS = (1 - (S/X)²) dP, in ten thousand small steps by the midpoint rule
    soil, store, rain = 120.0, 30.0, 80.0
    held = store
    for _ in range(10_000):
        half = held + 0.5 * (1 - (held / soil) ** 2) * rain / 10_000
        held += (1 - (half / soil) ** 2) * rain / 10_000
    assert produce(rain, 0.0, soil, store, rain)[0] == pytest.approx(held - store, abs=1e-6)


def test_evaporation_from_a_store_solves_its_equation():
    # dS = -(S/X)(2 - S/X) dE
    soil, store, lift = 120.0, 90.0, 60.0
    held = store
    for _ in range(10_000):
        half = held - 0.5 * held / soil * (2 - held / soil) * lift / 10_000
        held -= half / soil * (2 - half / soil) * lift / 10_000
    assert produce(0.0, lift, soil, store, 0.0)[1] == pytest.approx(store - held, abs=1e-6)
