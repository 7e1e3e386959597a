import numpy as np
import pytest

from riverchief.base.errors import InputError
from riverchief.govern.twin.catchment.calibrate import Calibration
from riverchief.govern.twin.catchment.inflow import HACK, Donor, inflow_series
from riverchief.govern.twin.catchment.model import flow_m3s, simulate
from riverchief.govern.twin.catchment.update import Updating

SETS = np.array([[60.0, 0, 30, 3.0, 0.3, 40, 0.02, 0.004], [80.0, 0, 20, 4.0, 0.25, 30, 0.02, 0.002]])


def donor(lasting=0.05):
    return Donor(
        1000.0,
        Calibration(SETS[0], 0.2, SETS, np.array([0.2, 0.21])),
        Updating(np.array([0.8]), np.array([0.03]), lasting),
    )


def weather(n=500):
    rng = np.random.default_rng(0)
    return np.where(rng.random(n) < 0.25, rng.exponential(9.0, n), 0.0), np.full(n, 2.5)


def test_the_donors_own_area_and_no_departure_give_the_donors_flow():
    rain, lift = weather()
    made = inflow_series(donor(0.0), rain, lift, 1000.0, history=365, members=1).members_m3s
    assert made[0] == pytest.approx(flow_m3s(simulate(rain, lift, SETS[0]).flow_mm_d[0, 365:], 1000.0))


def test_another_area_carries_more_water_later():
    rain, lift = weather()
    moved = SETS[0].copy()
    moved[3] *= 8**HACK
    made = inflow_series(donor(0.0), rain, lift, 8000.0, history=365, members=1).members_m3s
    assert made[0] == pytest.approx(flow_m3s(simulate(rain, lift, moved).flow_mm_d[0, 365:], 8000.0))


def test_the_band_has_the_width_that_the_donor_departs_by():
    rain, lift = weather()
    wide = inflow_series(donor(0.05), rain, lift, 86.4, history=365, members=400)
    assert (wide.members_m3s >= 0).all()
    assert np.isfinite(wide.members_m3s).all()
    assert (wide.quantile(0.05) <= wide.quantile(0.5)).all()
    assert (wide.quantile(0.5) <= wide.quantile(0.95)).all()
    # 86.4 km²: 1 m³/s is 1 mm/d; away from 0 the root is spread by the donor's width and by the two sets
    root = np.sqrt(wide.members_m3s)
    sets = np.sqrt(inflow_series(donor(0.0), rain, lift, 86.4, history=365, members=400).members_m3s)
    high = sets.mean(0) > 0.3
    assert high.any()
    assert np.median(root[:, high].var(0) - sets[:, high].var(0)) == pytest.approx(0.05**2, rel=0.15)


def test_the_same_seed_gives_the_same_ensemble():
    rain, lift = weather()
    one, two = (inflow_series(donor(), rain, lift, 500.0, history=365, seed=3).members_m3s for _ in range(2))
    assert np.array_equal(one, two)


def test_a_rain_forecast_of_many_members_is_taken_member_by_member():
    rain, lift = weather()
    both = np.stack([rain, rain])
    both[1, 400:] = 0.0
    made = inflow_series(donor(0.0), both, lift, 500.0, history=365, members=2).members_m3s
    assert made.shape == (2, 135)
    assert made[1, -1] < made[0, -1]


def test_hours_are_served_as_days_are():
    rain, lift = weather(370)
    hourly = inflow_series(
        donor(), np.repeat(rain / 24, 24), np.repeat(lift / 24, 24), 500.0, history=8760, step_s=3600.0
    )
    assert hourly.members_m3s.shape == (64, 120)
    assert np.isfinite(hourly.members_m3s).all()


@pytest.mark.parametrize(
    ("area_km2", "change", "said"),
    [
        (0, {}, "area is 0 km²"),
        (np.nan, {}, "area"),
        (100, {"members": 0}, "0 members"),
        (100, {"history": 100}, "history of 100"),
        (100, {"history": 500}, "history of 500"),
    ],
)
def test_bad_input_is_named(area_km2, change, said):
    rain, lift = weather()
    with pytest.raises(InputError, match="donor's area is 0 km²"):
        Donor(0, donor().calibration, donor().updating)
    with pytest.raises(InputError, match=said):
        inflow_series(donor(), rain, lift, area_km2, **{"history": 365, **change})
