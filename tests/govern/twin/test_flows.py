"""The water that transport is built on hangs together, or the fault is named."""

from dataclasses import replace

import numpy as np
import pytest

from govern.rivers import fork, island
from riverchief.base.errors import InputError
from riverchief.govern.twin.tracing import steady_flows


def test_steady_water_gains_and_loses_nothing():
    for river in (fork(), island()):
        flows, _ = steady_flows(river, 400.0, 7_200.0)
        flows.check()
        assert np.abs(flows.residual_m3()).max() < 1e-9


def test_steps_that_are_cut_keep_their_balance_and_their_water():
    flows, _ = steady_flows(fork(), 400.0, 7_200.0)
    grown = replace(flows, volume_m3=flows.volume_m3 * np.linspace(1, 2, flows.n_step + 1)[:, None])
    grown = replace(
        grown, lateral_m3s=flows.lateral_m3s + np.diff(grown.volume_m3, axis=0) / np.diff(flows.time_s)[:, None]
    )
    cut = grown.split(3)
    cut.check()
    assert cut.n_step == 3 * grown.n_step
    assert cut.volume_m3[::3] == pytest.approx(grown.volume_m3)
    assert np.diff(cut.time_s) == pytest.approx(np.diff(grown.time_s)[0] / 3)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda f: {"lateral_m3s": f.lateral_m3s + 1.0}, r"cell 0 gains .* m³ in step 0 that no face brought"),
        (lambda f: {"volume_m3": -f.volume_m3}, "a volume or an exchange is below 0"),
        (lambda f: {"flux_m3s": f.flux_m3s * np.nan}, "a flux is no number"),
        (lambda f: {"time_s": f.time_s[::-1].copy()}, "time_s must rise"),
        (lambda f: {"up": f.up[::-1].copy()}, "sort the cells from upstream"),
        (lambda f: {"fixed": f.fixed[:-1]}, r"fixed has shape \(\d+,\); with these fluxes it must be"),
        (lambda f: {"exchange_m3s": f.exchange_m3s + np.inf}, "exchange_m3s holds values that are no numbers"),
    ],
)
def test_water_that_does_not_hang_together_is_refused_with_its_fault(change, sentence):
    flows, _ = steady_flows(fork(), 400.0, 7_200.0)
    with pytest.raises(InputError, match=sentence):
        replace(flows, **change(flows)).check()
