import h5py
import numpy as np
import pytest

from riverchief.base.errors import InputError
from riverchief.govern.twin.importers.hecras.results import results

BLOCK = "Results/Steady/Output/Output Blocks/Base Output/Steady Profiles"


def written(path, levels):
    names = np.array([(b"Brook ", b"Lower ", b"3 ", b"")] * levels.shape[1],
                     dtype=[("River", "S16"), ("Reach", "S16"), ("Station", "S8"), ("Name", "S16")])  # fmt: skip
    with h5py.File(path, "w") as file:
        file["Results/Steady/Output/Geometry Info/Cross Section Attributes"] = names
        file[f"{BLOCK}/Profile Names"] = np.array([b"P1 ", b"P2"], dtype="S16")
        for key in ("Water Surface", "Energy Grade"):
            file[f"{BLOCK}/Cross Sections/{key}"] = levels
    return path


def test_levels_come_in_metres_by_profile_and_place(tmp_path):
    found = results(written(tmp_path / "m.p01.hdf", np.array([[10.0], [20.0]])))
    assert found.profiles == ("P1", "P2")
    assert found.places == (("Brook/Lower", "3"),)
    assert found.level_m == pytest.approx(np.array([[3.048], [6.096]]))
    assert np.isnan(found.critical_m).all()


def test_a_file_without_steady_results_is_named(tmp_path):
    with h5py.File(tmp_path / "g.hdf", "w") as file:
        file["Geometry"] = 1
    with pytest.raises(InputError, match="no results of a steady"):
        results(tmp_path / "g.hdf")
    (tmp_path / "t.hdf").write_text("no hdf", encoding="utf-8")
    with pytest.raises(InputError, match="no results of a steady"):
        results(tmp_path / "t.hdf")
