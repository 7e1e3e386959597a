"""NetCDF of states and runs: bit for bit, by the conventions, and refused by name where it does not fit."""

import numpy as np
import pytest
import xarray as xr

from govern.twin.rivers_of_operation import canal, wave
from riverchief.base.errors import InputError
from riverchief.govern import twin
from riverchief.govern.twin import ensemble as ens
from riverchief.govern.twin import files
from riverchief.govern.twin.course import Course


@pytest.fixture(scope="module")
def run():
    model = twin.Model(canal(flow_m3s=wave(), nh3n=0.7))
    return model.run(model.start(0.0), 3 * 3600.0, 600.0)


def test_a_state_that_was_written_goes_on_bit_for_bit(run, tmp_path):
    files.write_state(tmp_path / "s.nc", run.model, run.state)
    read = files.read_state(tmp_path / "s.nc", run.model)
    for name, part in read._asdict().items():
        assert part.tobytes() == getattr(run.state, name).tobytes(), name
    kept, again = (run.model.run(one, 6 * 3600.0, 600.0) for one in (run.state, read))
    for name, part in again.record._asdict().items():
        assert part.tobytes() == getattr(kept.record, name).tobytes(), name


def test_a_state_of_other_cells_is_refused(run, tmp_path):
    files.write_state(tmp_path / "s.nc", run.model, run.state)
    other = twin.Model(canal(dx_m=90.0, nh3n=0.7))
    with pytest.raises(InputError, match="state of another model"):
        files.read_state(tmp_path / "s.nc", other)


@pytest.mark.parametrize(("made", "told"), [(None, "there is no file"), (b"not a file of HDF5", "no NetCDF file")])
def test_what_is_no_state_is_named(run, tmp_path, made, told):
    path = tmp_path / "x.nc"
    if made is not None:
        path.write_bytes(made)
    with pytest.raises(InputError, match=told):
        files.read_state(path, run.model)


def test_a_run_as_a_file_holds_all_values_with_units_and_a_mesh(run, tmp_path):
    files.write(tmp_path / "r.nc", run)
    with xr.open_dataset(tmp_path / "r.nc", engine="h5netcdf") as found:
        assert (found["level"].values == run.record.level).all()
        assert (found["flow"].values == run.record.flow).all()
        assert (found["nh3n"].values == run.record.conc[:, 0]).all()
        assert found["time"].values[0] == np.datetime64("1970-01-01T00:10:00")
        assert found.attrs["Conventions"] == "CF-1.11 UGRID-1.0"
        assert {name: found[name].attrs["units"] for name in ("level", "flow", "nh3n", "volume")} == {
            "level": "m", "flow": "m3 s-1", "nh3n": "mg L-1", "volume": "m3",
        }  # fmt: skip
        mesh = found["mesh1d"].attrs
        assert (mesh["cf_role"], mesh["topology_dimension"]) == ("mesh_topology", 1)
        ends = found[mesh["edge_node_connectivity"]].values
        assert ends.max() < found.sizes["cell"]
        for name in ("level", "flow"):
            assert found[name].attrs["mesh"] == "mesh1d"


def test_the_distance_to_the_outlet_is_the_rest_of_the_way(run):
    cells = run.model.cells
    found = files.to_outlet_m(run.model)[cells.reach["a"]]
    assert found == pytest.approx(1000.0 - cells.chainage_m["a"])


def test_pieces_of_a_run_put_together_are_the_run(run, tmp_path):
    model, state = run.model, run.model.start(0.0)
    for k, end in enumerate((3600.0, 2 * 3600.0, 3 * 3600.0)):
        piece = model.run(state, end, 600.0)
        state = piece.state
        files.write(tmp_path / f"{k}.nc", piece)
    files.joined([tmp_path / f"{k}.nc" for k in range(3)], tmp_path / "whole.nc")
    time_s, record = files.read_record(tmp_path / "whole.nc", model)
    assert (time_s == run.time_s).all()
    for name, part in record._asdict().items():
        assert (part == getattr(run.record, name)).all(), name


def test_a_file_that_cannot_be_written_is_named_and_leaves_nothing_behind(run, tmp_path):
    (tmp_path / "full").write_text("")
    with pytest.raises(InputError, match="cannot write"):
        files.write_state(tmp_path / "full" / "s.nc", run.model, run.state)
    assert [path.name for path in tmp_path.iterdir()] == ["full"]


def test_an_ensemble_of_another_model_and_a_file_that_is_none_are_refused(run, tmp_path):
    members = ens.draw(run.model, 3, run.state, ens.Spread(roughness=ens.LogNormal(0.1)))
    files.write_members(tmp_path / "m.npz", members, "{}")
    other = twin.Model(canal(dx_m=90.0, nh3n=0.7))
    with pytest.raises(InputError, match="ensemble of another model"):
        files.read_members(tmp_path / "m.npz", other, members.spread, 0, {})
    (tmp_path / "x.npz").write_bytes(b"nothing")
    for name in ("x.npz", "none.npz"):
        with pytest.raises(InputError, match="no ensemble that can be read"):
            files.read_members(tmp_path / name, run.model, members.spread, 0, {})


def test_a_course_comes_back_to_single_precision(run, tmp_path):
    members = ens.draw(run.model, 8, run.state, ens.Spread(inflow=ens.AR1(0.2), conc=ens.LogNormal(0.1)))
    done = ens.run_members(members, members.time_s + 3600.0, 1200.0, ens.Watch.all(run.model))
    course = Course.of_run(done)
    assert (course.flow_m3s[1] == np.quantile(done.flow_m3s, 0.1, axis=0)).all()
    files.write_course(tmp_path / "c.nc", run.model, course)
    read = files.read_course(tmp_path / "c.nc", run.model)
    assert (read.time_s == course.time_s).all()
    for name in ("level_m", "flow_m3s", "conc"):
        assert (getattr(read, name) == getattr(course, name).astype(np.float32)).all(), name
    with pytest.raises(InputError, match="no course of this model"):
        files.read_course(tmp_path / "c.nc", twin.Model(canal(dx_m=90.0, nh3n=0.7)))
