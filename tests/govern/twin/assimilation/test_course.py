"""The filter's course: what it says of every reading, and that going on is the same as going through."""

import numpy as np
import pytest
import xarray as xr

from govern.twin import doubtful
from govern.twin.assimilation.known import DESIGN, HOUR_S, experiment
from riverchief.base.errors import InputError
from riverchief.govern.twin.assimilation import begun, files, follow, stations
from riverchief.govern.twin.assimilation.course import Judged


@pytest.fixture(scope="module")
def world():
    members, _, readings = experiment(hours=12, members=24)
    until = members.time_s + 12 * HOUR_S
    return members, readings, until, follow(begun(members), readings, until, DESIGN, HOUR_S)


def test_every_reading_is_judged_and_analyses_come_nearer_to_them(world):
    members, readings, _, course = world
    assert len(course.judged) == len(readings)
    assert course.time_s.tolist() == [members.time_s + h * HOUR_S for h in range(1, 13)]
    found = {(one.station, one.what): one for one in stations(course.judged)}
    assert set(found) == {(r.name, r.what) for r in readings}
    for one in found.values():
        assert one.rmse_after < one.rmse_before
        assert one.spread_after < one.spread_before
        assert one.n + one.refused == sum(r.name == one.station for r in readings)


def test_the_mean_after_an_analysis_is_that_of_the_members_it_leaves(world):
    """A reading at the end of a window is judged by the very state that goes on."""
    members, _, _, course = world
    cell = members.model.cells.cell("up", 8000.0)
    last = [one for one in course.judged if one.station == "level 0" and one.time_s == course.time_s[-1]]
    level = course.members.state.level[:, cell]
    assert last[0].after == pytest.approx(level.mean(), abs=1e-9)
    assert last[0].spread_after == pytest.approx(level.std(ddof=1), rel=1e-9)
    assert course.level_m[:, -1, cell] == pytest.approx([level.mean(), level.std(ddof=1)], rel=1e-12)


def test_a_course_that_was_kept_goes_on_bit_for_bit(world, tmp_path):
    members, readings, until, whole = world
    half = follow(begun(members), readings, members.time_s + 5 * HOUR_S, DESIGN, HOUR_S)
    path = tmp_path / "part.nc"
    files.write_members(path, half.members, half, "this")
    assert files.holds_members(path)
    assert files.read_course(path, members.model, members.spread, "that") is None
    back = files.read_course(path, members.model, members.spread, "this")
    end = follow(back, readings, until, DESIGN, HOUR_S)
    for name in ("time_s", "level_m", "flow_m3s", "conc"):
        assert (getattr(end, name) == getattr(whole, name)).all(), name
    assert end.judged == whole.judged
    assert (end.members.log_inflow == whole.members.log_inflow).all()


def test_members_on_disk_are_the_same_and_belong_to_their_model(world, tmp_path):
    members = world[3].members
    path = tmp_path / "m.nc"
    files.write_members(path, members)
    back = files.read_members(path, members.model, members.spread)
    assert all((a == b).all() for a, b in zip(back.state, members.state, strict=True))
    assert (back.log_rough == members.log_rough).all()
    assert (back.seed, back.time_s) == (members.seed, members.time_s)
    with pytest.raises(InputError, match="members of another model"):
        files.read_members(path, doubtful.model(dx_m=1000.0), members.spread)


def test_the_file_is_cf_and_ugrid_with_mean_and_spread(world, tmp_path):
    course = world[3]
    path = tmp_path / "a.nc"
    files.write(path, course)
    with xr.open_dataset(path, engine="h5netcdf") as found:
        assert found.attrs["Conventions"] == "CF-1.11 UGRID-1.0"
        assert found["mesh1d"].attrs["cf_role"] == "mesh_topology"
        assert (found["level"].values == course.level_m[0]).all()
        assert (found["flow_spread"].values == course.flow_m3s[1]).all()
        assert (found["cod"].values == course.conc[0, :, 0]).all()
        assert found["level_spread"].attrs["cell_methods"] == "realization: standard_deviation"
        assert found["level"].attrs["units"] == found["level_spread"].attrs["units"] == "m"
        assert found.sizes["time"] == course.time_s.size


def test_refused_readings_are_counted_and_not_scored():
    rows = [Judged("s", "level", 0.0, 1.0, 0.1, 1.3, 1.1, 0.2, 0.1), Judged("s", "level", 1.0, 9.0, 0.1, why="far")]
    (one,) = stations(rows)
    assert (one.n, one.refused) == (1, 1)
    assert one.rmse_before == pytest.approx(0.3)
    assert one.chi2 == pytest.approx(0.09 / 0.05)
    (none,) = stations(rows[1:])
    assert none.n == 0
    assert np.isnan(none.rmse_after)


def test_a_window_is_a_length_of_time(world):
    with pytest.raises(InputError, match="windows of 0 s"):
        follow(begun(world[0]), [], world[2], DESIGN, 0.0)
