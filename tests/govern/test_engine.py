"""Every engine passes the same contract; the hydrodynamic one joins here when it comes."""

import numpy as np
import pytest

from govern.engine_contract import EngineContract
from govern.rivers import basin, reach
from riverchief.base.errors import InputError, UnknownName
from riverchief.govern.trace.engine import weighted_quantile
from riverchief.govern.trace.kinematic import KinematicEngine, KinematicSettings
from riverchief.govern.trace.kinetics import read_kinetics, shipped_kinetics


class TestKinematicEngine(EngineContract):
    def build(self, basin, kinetics, *, certain):
        return KinematicEngine(basin, kinetics, KinematicSettings(members=1, dispersion_log_sd=0) if certain else None)


def test_dispersion_is_capped_in_wide_shallow_rivers():
    engine = KinematicEngine(basin([reach("w", "a", "b", 5_000.0, 40.0, 1.0, 200.0)]))
    assert engine.dispersion_m2s.tolist() == [KinematicSettings().dispersion_cap_m2s]


def test_a_reach_without_water_is_named():
    with pytest.raises(InputError, match=r"reach dry has flow_m3s = 0.0 m³/s"):
        KinematicEngine(basin([reach("wet", "a", "b", 1_000.0), reach("dry", "b", "c", 1_000.0, 0.0, depth_m=1.0)]))
    with pytest.raises(InputError, match=r"reach slow has velocity_ms = nan m/s"):
        KinematicEngine(basin([reach("slow", "a", "b", 1_000.0, 1.0, float("nan"), depth_m=1.0)]))


def test_flow_taken_out_takes_load_with_it_and_leaves_the_concentration():
    # 10 m³/s arrive, 4 m³/s go on: 40 % of the load, at the same concentration
    engine = KinematicEngine(
        basin([reach("a", "h", "i", 5_000.0, 10.0), reach("b", "i", "o", 5_000.0, 4.0)]), None,
        KinematicSettings(members=1, dispersion_log_sd=0),
    )  # fmt: skip
    net = engine.network
    long, t = 30 * 3600.0, np.array([15 * 3600.0])
    places = [net.place(0, 4_999.0), net.place(1, 1.0)]
    c = [engine.response([net.place(0, 0.0)], 0.0, long, [p], t, "chloride", 0)[0, 0] for p in places]
    assert c[1] == pytest.approx(c[0], rel=1e-3)


def test_only_what_is_released_as_a_mass_can_be_traced():
    assert shipped_kinetics().decay("nh3n").assumed
    assert shipped_kinetics().decay("chloride").per_day == 0
    for code in ("ph", "do", "ec"):
        with pytest.raises(InputError, match=rf"{code} in .* cannot be traced"):
            shipped_kinetics().decay(code)
    with pytest.raises(UnknownName, match="did you mean 'nh3n'"):
        shipped_kinetics().decay("nh3")


def test_a_kinetics_file_is_read_or_its_fault_is_named(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text('edition = "2026"\n[property.tp]\ndecay_per_day = 0.2\nsource = "own survey"\nassumed = false\n')
    found = read_kinetics(path)
    assert (found.decay("tp").per_day, found.decay("tp").assumed, found.decay("nh3n").per_day) == (0.2, False, 0.0)
    path.write_text("[property.tp]\ndecay_per_day = -1\n")
    with pytest.raises(InputError, match=r"own.toml: decay_per_day of tp is -1; give a number of at least 0"):
        read_kinetics(path)
    path.write_text("[property.tp\n")
    with pytest.raises(InputError, match=r"own.toml is not valid TOML"):
        read_kinetics(path)


def test_quantiles_follow_the_weights():
    values = np.array([[3.0, 1.0], [1.0, 2.0], [2.0, 3.0]])
    assert weighted_quantile(values, [0.2, 0.5, 0.3], 0.5).tolist() == [1.0, 2.0]
    assert weighted_quantile(values[:, 0], [0.2, 0.5, 0.3], 0.81) == 3.0
    assert weighted_quantile(values[:, 0], [0.2, 0.5, 0.3], 0.0) == 1.0
