import numpy as np
import pytest

from riverchief.base.errors import InputError
from riverchief.govern.twin.catchment.update import Updating


def record(rho=0.8, width=0.1, n=20_000, seed=0):
    """A model, and a river that departs from it by a known AR(1) of the root of the flow."""
    rng = np.random.default_rng(seed)
    departure = np.zeros(n)
    for t in range(1, n):
        departure[t] = rho * departure[t - 1] + width * rng.standard_normal()
    root = 2 + np.sin(np.arange(n) / 50)
    return root**2, (root + departure) ** 2


def test_the_memory_and_width_of_a_known_process_are_found():
    found = Updating.fit(*record(), leads=7)
    lead = np.arange(1, 8)
    assert found.memory == pytest.approx(0.8**lead, abs=0.03)
    assert found.width == pytest.approx(0.1 * np.sqrt((1 - 0.64**lead) / 0.36), rel=0.03)
    assert found.lasting == pytest.approx(0.1 / 0.6, rel=0.05)


def test_a_model_without_fault_is_left_as_it_is():
    flow, _ = record()
    found = Updating.fit(flow, flow, leads=3)
    assert found.ahead(flow[3:], flow[:-3], flow[:-3], 3) == pytest.approx(flow[3:])


def test_the_band_holds_what_it_says():
    flow, seen = record(seed=1)
    found = Updating.fit(*record(seed=2), leads=3)
    low, high = (found.ahead(flow[3:], flow[:-3], seen[:-3], 3, z) for z in (-1.645, 1.645))
    assert np.mean((seen[3:] >= low) & (seen[3:] <= high)) == pytest.approx(0.9, abs=0.01)


def test_without_a_reading_the_model_speaks_alone_and_the_band_is_wider():
    found = Updating.fit(*record(), leads=2)
    blind = found.ahead(4.0, 4.0, np.nan, 1)
    assert blind == pytest.approx(4.0)
    assert found.ahead(4.0, 4.0, np.nan, 1, 1.0) > found.ahead(4.0, 4.0, 4.0, 1, 1.0)


def test_a_forecast_is_never_below_nothing():
    found = Updating.fit(*record(), leads=1)
    assert (found.ahead([0.0, 0.01], [5.0, 5.0], [0.0, 0.0], 1, -3.0) >= 0).all()


def test_departures_of_an_ungauged_basin_are_as_wide_and_as_lasting_as_the_donors():
    found = Updating.fit(*record(), leads=1)
    drawn = found.wander(200, 500, np.random.default_rng(0))
    assert drawn.std() == pytest.approx(found.lasting, rel=0.03)
    assert np.corrcoef(drawn[:, 99], drawn[:, 100])[0, 1] == pytest.approx(found.memory[0], abs=0.05)


def test_too_short_a_record_and_too_long_a_lead_are_refused():
    flow, seen = record(n=40)
    with pytest.raises(InputError, match="pairs"):
        Updating.fit(flow, seen, leads=15)
    with pytest.raises(InputError, match="lead 4"):
        Updating.fit(*record(n=400), leads=3).ahead(1.0, 1.0, 1.0, 4)
