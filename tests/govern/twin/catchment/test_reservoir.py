import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError
from riverchief.govern.twin.catchment.reservoir import StorageCurve, balance

DAY = 86_400.0
BOX = StorageCurve(np.array([100.0, 110.0]), np.array([0.0, 1e7]))  # 1 km² at every level
BOWL = StorageCurve(np.array([100.0, 105.0, 110.0]), np.array([0.0, 2e6, 1e7]))
flows = st.lists(st.floats(0, 500), min_size=8, max_size=8)


@given(flows, flows, st.floats(0, 1e7), st.lists(st.floats(-50, 50), min_size=8, max_size=8))
def test_what_comes_is_released_spilled_lost_or_held(came, asked, start, loss):
    made = balance(BOWL, start, came, asked, loss_mm=loss, capacity_m3=1e7)
    went = made.released_m3s + made.spilled_m3s + made.lost_m3s
    residual = (np.array(came) - went) * DAY - np.diff(made.storage_m3)
    assert np.abs(residual).max() <= 1e-12 * (np.array(came).max() * DAY + 1e7) + 1e-6
    assert (made.storage_m3 >= 0).all()
    assert (made.storage_m3 <= 1e7).all()
    assert (made.released_m3s >= 0).all()
    assert (made.released_m3s <= np.array(asked) + 1e-9).all()
    assert (made.spilled_m3s >= 0).all()


def test_a_box_rises_by_what_comes_over_its_area():
    # 10 m³/s more than leaves, less 5 mm a day, on 1 km²: 0.864 m - 0.005 m
    made = balance(BOX, 2e6, np.full(5, 15.0), np.full(5, 5.0), loss_mm=5.0)
    assert np.diff(made.level_m) == pytest.approx(0.859)
    assert made.level_m[0] == pytest.approx(102.0)


def test_an_empty_reservoir_releases_only_what_comes():
    made = balance(BOX, 0.0, np.full(3, 7.0), np.full(3, 20.0))
    assert made.released_m3s == pytest.approx(7.0)
    assert made.storage_m3 == pytest.approx(0.0)


def test_a_full_reservoir_spills():
    made = balance(BOX, 1e7, np.full(3, 7.0), np.zeros(3), capacity_m3=1e7)
    assert made.spilled_m3s == pytest.approx(7.0)


@given(st.floats(90, 130))
def test_level_and_storage_undo_each_other(level_m):
    storage = BOWL.storage(level_m)
    assert (storage >= 0).all()
    if level_m >= 100:
        assert float(BOWL.level(storage)) == pytest.approx(level_m)


def test_the_surface_is_the_slope_of_the_curve():
    assert BOWL.area(1e6) == pytest.approx(4e5)
    assert BOWL.area(5e6) == pytest.approx(1.6e6)


def test_longyangxias_months_close(yellow_rows):
    """Its storage is published to 1e8 m³, its level to a centimetre: the curve of the early years reads the later."""
    came, let = yellow_rows["龙羊峡入库", "q_m3s"], yellow_rows["龙羊峡出库", "q_m3s"]
    level, held = (yellow_rows["龙羊峡蓄水量", c] for c in ("level_m", "storage_1e8m3"))
    early = np.isfinite(level) & np.isfinite(held) & (yellow_rows["year"] <= 2011)
    metre = np.round(level[early])
    points = [(level[early][metre == m].mean(), held[early][metre == m].mean() * 1e8) for m in np.unique(metre)]
    curve = StorageCurve(*np.array(points).T)
    later = np.flatnonzero(yellow_rows["year"] >= 2012)
    month = yellow_rows["year"][later] * 12 + yellow_rows["month"][later]
    modelled, observed = [], []
    for m in np.unique(month):
        days = later[month == m]
        window = np.r_[days[0] - 1, days]  # from the evening before
        if np.isfinite(came[days]).all() and np.isfinite(let[days]).all() and np.isfinite(level[window]).all():
            seen = curve.storage(level[window])
            made = balance(curve, float(seen[0]), came[days], let[days])
            modelled.append(made.storage_m3[-1] - made.storage_m3[0])
            observed.append(seen[-1] - seen[0])
    assert len(observed) > 50
    assert np.corrcoef(modelled, observed)[0, 1] > 0.9988  # the correlation of a bare difference, MANIFEST


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: StorageCurve(np.array([1.0]), np.array([1.0])), "two pairs"),
        (lambda: StorageCurve(np.array([1.0, 2.0]), np.array([5.0, 5.0])), "does not rise"),
        (lambda: StorageCurve(np.array([1.0, np.nan]), np.array([5.0, 6.0])), "gap"),
        (lambda: balance(BOX, 0.0, [1, np.nan], [1, 1]), "inflow is nan"),
        (lambda: balance(BOX, 0.0, [1, 1], [1, -1]), "outflow is -1"),
        (lambda: balance(BOX, 0.0, [1, 1], [1]), "one of each"),
        (lambda: balance(BOX, 0.0, [1], [1], loss_mm=np.nan), "loss has a gap"),
        (lambda: balance(BOX, -1.0, [1], [1]), "begins with"),
    ],
)
def test_bad_input_is_named(call, said):
    with pytest.raises(InputError, match=said):
        call()
