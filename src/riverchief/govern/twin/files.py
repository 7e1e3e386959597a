"""States and results as NetCDF by CF-1.11 and UGRID-1.0; a state read back goes on bit for bit.

xarray and its engine are imported where a file is read or written: whoever only runs a model need not load them.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from riverchief import __version__
from riverchief.base.errors import InputError
from riverchief.govern.twin.hydraulics import layout
from riverchief.govern.twin.hydraulics.layout import Record, State
from riverchief.govern.twin.model import Model, Run

if TYPE_CHECKING:
    import xarray as xr

    from riverchief.govern.twin.course import Course
    from riverchief.govern.twin.ensemble.members import Members
    from riverchief.govern.twin.ensemble.spread import Spread

Floats = NDArray[np.float64]

CONVENTIONS = "CF-1.11 UGRID-1.0"
EPOCH = "seconds since 1970-01-01 00:00:00"
# what a state is made of: dimensions, unit and meaning of each array
_STATE: dict[str, tuple[tuple[str, ...], str, str]] = {
    "level": (("cell",), "m", "water level"),
    "volume": (("cell",), "m3", "volume of water"),
    "lateral": (("cell",), "m3 s-1", "mean lateral inflow of the last step"),
    "flow": (("face",), "m3 s-1", "discharge at the instant"),
    "flux": (("face",), "m3 s-1", "effective mean discharge of the last step"),
    "level_1": (("cell",), "m", "water level one step before"),
    "volume_1": (("cell",), "m3", "volume of water one step before"),
    "flow_1": (("face",), "m3 s-1", "discharge one step before"),
    "conc": (("constituent", "cell"), "mg L-1", "concentration"),
    "setting": (("face",), "1", "opening of gates [m], setting of orifices [-], flow of pumps [m3 s-1]"),
    "memory": (("face", "two"), "1", "integral of rules, state of pumps"),
    "clock": (("four",), "s", "time since 1970, last step, wanted step, steps since the last jump [-]"),
}
_SINCE = "since the instant before"
_KINDS = np.arange(9, dtype=np.int32)
_KIND_NAMES = "closed channel weir gate orifice pump rating normal_depth critical_depth"


def digest(model: Model) -> str:
    """SHA-256 over what the cells are: a state fits a model whose digest is the same."""
    found = hashlib.sha256("\n".join((*model.constituents, *model.cells.node)).encode())
    g = model.cells.grid
    for part in (g.up, g.dn, g.kind, g.length, g.bed, g.cell_rows):
        found.update(np.ascontiguousarray(part).tobytes())
    return found.hexdigest()


def write_state(path: Path, model: Model, state: State) -> None:
    """Write a state; the file appears whole or not at all.

    Raises
    ------
    InputError
        Where the file cannot be written.
    """
    import xarray as xr

    variables: dict[str, Any] = {
        name: (dims, np.asarray(getattr(state, name)), {"units": unit, "long_name": meaning})
        for name, (dims, unit, meaning) in _STATE.items()
    }
    about = {"grid_sha256": digest(model), "constituents": " ".join(model.constituents)}
    _save(xr.Dataset(variables, attrs={**_about(model, "State of a river's twin"), **about}), path)


def read_state(path: Path, model: Model) -> State:
    """The state of a file.

    Raises
    ------
    InputError
        Where there is no such file, it holds no state, or that of another model.
    """
    with _opened(path) as found:
        missing = [name for name in _STATE if name not in found]
        if missing:
            raise InputError(f"{path} holds no state of a twin: {', '.join(missing)} missing.", path=str(path))
        if found.attrs.get("grid_sha256") != digest(model):
            raise InputError(
                f"{path} holds the state of another model ({found.attrs.get('title', 'no title')}): its cells or "
                "constituents differ from this one's. Start anew, or run the model that wrote it.",
                path=str(path),
            )
        return State(*(np.array(found[name].values, np.float64) for name in State._fields))


_LOGS = ("log_inflow", "log_load", "log_rough", "log_decay", "log_dispersion")


def write_members(path: Path, members: Members, note: str = "") -> None:
    """Write an ensemble with a note of the caller's as NumPy arrays; the file appears whole or not at all.

    It is what an operation goes on from, many times a day: nothing is packed, as doubles that differ by member do not
    get smaller.

    Raises
    ------
    InputError
        Where the file cannot be written.
    """
    fits = "\n".join((digest(members.model), *members.model.river.inflows))
    logs = {name: getattr(members, name) for name in _LOGS}
    with _beside(path) as beside, beside.open("wb") as out:
        np.savez(out, allow_pickle=False, fits=fits, note=note, **members.state._asdict(), **logs)


def read_members(
    path: Path, model: Model, spread: Spread, seed: int, decay_per_s: Mapping[str, float]
) -> tuple[Members, str]:
    """The ensemble of a file, and the note that was written with it; a run from it goes on bit for bit.

    Raises
    ------
    InputError
        Where there is no such file, or it holds no ensemble of this model.
    """
    from riverchief.govern.twin.ensemble.members import Members

    try:
        with np.load(path, allow_pickle=False) as found:
            fits = str(found["fits"]) == "\n".join((digest(model), *model.river.inflows))
            note = str(found["note"])
            state = State(*(found[name] for name in State._fields))
            logs = {name: found[name] for name in _LOGS}
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise InputError(f"{path} holds no ensemble that can be read: {error}.", path=str(path)) from error
    if not fits:
        raise InputError(
            f"{path} holds the ensemble of another model: its cells, constituents or inflows differ from this one's. "
            "Start anew, or use the model that wrote it.",
            path=str(path),
        )
    rates = np.array([decay_per_s.get(name, 0.0) for name in model.constituents])
    return Members(model, spread, seed, state, **logs, decay_per_s=rates), note


def write_course(path: Path, model: Model, course: Course, lonlat: Floats | None = None) -> None:
    """Write what an ensemble does through time as NetCDF: means and the ends of the band, on the mesh of `as_dataset`.

    Raises
    ------
    InputError
        Where the file cannot be written.
    """
    import xarray as xr

    by_cell, by_face = {"mesh": "mesh1d", "location": "node"}, {"mesh": "mesh1d", "location": "edge"}
    variables: dict[str, Any] = dict(_mesh(model, lonlat))
    for k, end in enumerate(course.ENDS):
        suffix, of = (f"_{end}", f", {end} end of the band") if k else ("", ", mean of the members")
        level, flow = _named("m", f"water level{of}"), _named("m3 s-1", f"discharge{of}")
        variables[f"level{suffix}"] = (("time", "cell"), course.level_m[k], {**by_cell, **level})
        variables[f"flow{suffix}"] = (("time", "face"), course.flow_m3s[k], {**by_face, **flow})
        for s, name in enumerate(model.constituents):
            told = _named("mg L-1", f"concentration of {name}{of}")
            variables[f"{_safe(name)}{suffix}"] = (("time", "cell"), course.conc[k, :, s], {**by_cell, **told})
    made = xr.Dataset(
        variables, coords={"time": _time(course.time_s)}, attrs=_about(model, f"Twin of {model.river.name}")
    )
    _save(made, path, single=True)


def read_course(path: Path, model: Model) -> Course:
    """What `write_course` has written, to float32.

    Raises
    ------
    InputError
        Where there is no such file, or it is of other cells.
    """
    from riverchief.govern.twin.course import Course

    with _opened(path) as found:
        names = ["level", "flow", *(_safe(name) for name in model.constituents)]
        wanted = [[f"{name}_{end}" if k else name for k, end in enumerate(Course.ENDS)] for name in names]
        cells = found["level"].shape[1] if "level" in found else 0
        if any(one not in found for row in wanted for one in row) or cells != model.cells.grid.bed.size:
            raise InputError(f"{path} holds no course of this model's ensemble.", path=str(path))
        level, flow, *conc = (np.stack([found[one].values for one in row]).astype(np.float64) for row in wanted)
        time_s = found["time"].values.astype("datetime64[ns]").astype(np.int64) / 1e9
    return Course(time_s, level, flow, np.stack(conc, axis=2) if conc else np.empty((*level.shape[:2], 0, cells)))


def _time(time_s: Floats) -> tuple[str, NDArray[Any], dict[str, str]]:
    stamps = np.asarray(np.round(time_s * 1e3), np.int64).astype("datetime64[ms]").astype("datetime64[ns]")
    return "time", stamps, {"standard_name": "time", "long_name": "instant, UTC"}


def as_dataset(run: Run, lonlat: Floats | None = None) -> xr.Dataset:
    """A run as an xarray Dataset: cells are the nodes of a one-dimensional mesh, faces its edges.

    Parameters
    ----------
    run : Run
    lonlat : float64 (n_cell, 2), optional
        Longitude and latitude of the cells [°]; where left out, nodes lie at their distance to the outlet [m].

    Returns
    -------
    xarray.Dataset
        `level` [m], `volume` [m3] and one variable per constituent [mg/L] over (time, cell); `flow` [m3/s] and
        `through` [m3] over (time, face).
    """
    import xarray as xr

    model, record = run.model, run.record
    g = model.cells.grid
    by_cell, by_face = {"mesh": "mesh1d", "location": "node"}, {"mesh": "mesh1d", "location": "edge"}
    level = _named("m", "water level", "water_surface_height_above_reference_datum")
    flow = _named("m3 s-1", "discharge", "water_volume_transport_in_river_channel")
    through, lateral = "water that went through", "water that came in from outside"
    variables: dict[str, Any] = {
        **_mesh(model, lonlat),
        "level": (("time", "cell"), record.level, {**by_cell, **level}),
        "volume": (("time", "cell"), record.volume, {**by_cell, **_named("m3", "volume of water in the cell")}),
        "flow": (("time", "face"), record.flow, {**by_face, **flow}),
        "through": (("time", "face"), record.through, {**by_face, **_named("m3", f"{through} {_SINCE}")}),
        "lateral": (("time", "cell"), record.lateral, {**by_cell, **_named("m3", f"{lateral} {_SINCE}")}),
        "bed": (("cell",), g.bed, {**by_cell, **_named("m", "lowest bed of the cell")}),
        "face_kind": (("face",), g.kind, {**by_face, "flag_values": _KINDS, "flag_meanings": _KIND_NAMES}),
    }
    for s, name in enumerate(model.constituents):
        told = _named("mg L-1", f"concentration of {name}")
        variables[_safe(name)] = (("time", "cell"), record.conc[:, s], {**by_cell, **told})
    made = xr.Dataset(
        variables,
        coords={"time": _time(run.time_s)},
        attrs=_about(model, f"Twin of {model.river.name or 'a river'}"),
    )
    made.attrs["water_balance_error"] = run.balance.error
    return made


def write(path: Path, run: Run, lonlat: Floats | None = None) -> None:
    """Write a run as NetCDF; see `as_dataset`."""
    _save(as_dataset(run, lonlat), path)


def read_record(path: Path, model: Model) -> tuple[Floats, Record]:
    """Instants [s since 1970 UTC] and record of a run that was written.

    Raises
    ------
    InputError
        Where the file holds no run, or one of other cells.
    """
    with _opened(path) as found:
        names = ("level", "volume", "flow", "through", "lateral", *(_safe(name) for name in model.constituents))
        missing = [name for name in names if name not in found]
        if missing or found["level"].shape[1] != model.cells.grid.bed.size:
            raise InputError(
                f"{path} holds no run of this model ({', '.join(missing) or 'other cells'}).", path=str(path)
            )
        own = {name: np.array(found[name].values, np.float64) for name in names}
        conc = np.stack([own[_safe(name)] for name in model.constituents], axis=1) if model.constituents else None
        time_s = found["time"].values.astype("datetime64[ns]").astype(np.int64) / 1e9
    empty = np.empty((time_s.size, 0, model.cells.grid.bed.size))
    kept = {name: own[name] for name in ("level", "volume", "flow", "through", "lateral")}
    return time_s, Record(**kept, conc=empty if conc is None else conc)


def joined(parts: Sequence[Path], path: Path) -> None:
    """Put the pieces of a run, in the order of time, into one file."""
    import xarray as xr

    pieces = []
    for part in parts:
        with _opened(part) as found:
            pieces.append(found.load())
    over_time = [name for name in pieces[0].data_vars if "time" in pieces[0][name].dims]
    made = xr.concat([piece[over_time] for piece in pieces], "time", join="exact", combine_attrs="override")
    rest = pieces[0].drop_vars([*over_time, "time"])
    _save(xr.merge([rest, made], join="exact", combine_attrs="override", compat="no_conflicts"), path)


def _mesh(model: Model, lonlat: Floats | None) -> dict[str, Any]:
    """The topology of UGRID, and which reach and chainage every cell is."""
    cells, g = model.cells, model.cells.grid
    ends = np.stack([g.up, g.dn], axis=1).astype(np.int32)
    topology = {
        "cf_role": "mesh_topology",
        "topology_dimension": 1,
        "long_name": "cells of the river (nodes) and the faces between them (edges)",
        "node_coordinates": "cell_lon cell_lat" if lonlat is not None else "cell_to_outlet",
        "edge_node_connectivity": "face_cells",
    }
    reach, chainage = np.full(g.bed.size, "", dtype=object), np.full(g.bed.size, np.nan)
    for code, own in cells.reach.items():
        reach[own], chainage[own] = code, cells.chainage_m[code]
    faces = {"cf_role": "edge_node_connectivity", "start_index": 0, "long_name": "cells at the two ends; -1 for none"}
    told: dict[str, Any] = {
        "mesh1d": ((), np.int32(0), topology),
        "face_cells": (("face", "two"), ends, faces),
        "cell_reach": (("cell",), reach.astype(str), {"long_name": "reach; at a confluence one of those that meet"}),
        "cell_chainage": (("cell",), chainage, _named("m", "distance from the reach's upstream end")),
        "cell_to_outlet": (("cell",), to_outlet_m(model), _named("m", "distance to the outlet along the tree")),
    }
    if lonlat is not None:
        told["cell_lon"] = (("cell",), lonlat[:, 0], _named("degrees_east", "longitude", "longitude"))
        told["cell_lat"] = (("cell",), lonlat[:, 1], _named("degrees_north", "latitude", "latitude"))
    return told


def to_outlet_m(model: Model) -> Floats:
    """Distance of every cell to its outlet along the tree of cells [m], (n_cell,)."""
    g = model.cells.grid
    found = np.zeros(g.bed.size)
    for i in range(g.bed.size - 1, -1, -1):  # every cell stands before the one its water runs to
        if g.dn[i] >= 0:
            away = g.length[i] if g.kind[i] == layout.CHANNEL else 0.0
            found[i] = found[g.dn[i]] + away
    return found


def _named(unit: str, meaning: str, standard: str = "") -> dict[str, str]:
    told = {"units": unit, "long_name": meaning}
    return {**told, "standard_name": standard} if standard else told


def _safe(name: str) -> str:
    """A constituent's name as a variable's: letters, digits and underscores, none that is taken."""
    plain = "".join(c if c.isalnum() else "_" for c in name)
    return f"conc_{plain}" if plain in {*_STATE, "bed", "through", "time", "mesh1d"} else plain


def _about(model: Model, title: str) -> dict[str, Any]:
    return {
        "Conventions": CONVENTIONS,
        "title": title,
        "source": f"riverchief {__version__}, one-dimensional Saint-Venant equations on a network",
        "references": "docs of riverchief, concepts",
        "river": model.river.name,
    }


def _save(made: xr.Dataset, path: Path, *, single: bool = False) -> None:
    """Write beside the place and move there; in single precision where that will do."""
    encoding: dict[str, Any] = {
        str(name): {"zlib": True, "complevel": 1, "shuffle": True}
        for name, values in made.data_vars.items()
        if values.size > 4096 and values.dtype.kind == "f"
    }
    for name, values in made.data_vars.items():
        if values.dtype.kind == "f":
            encoding.setdefault(str(name), {})["_FillValue"] = None
            if single:
                encoding[str(name)]["dtype"] = "float32"
    if "time" in made.coords:
        encoding["time"] = {"units": EPOCH, "calendar": "proleptic_gregorian", "dtype": "float64"}
    with _beside(path) as beside:
        made.to_netcdf(beside, engine="h5netcdf", encoding=encoding)


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A file beside `path` that takes its place once it is whole; nothing half-written stays."""
    made = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield made
        made.replace(path)
    except OSError as error:
        raise InputError(
            f"cannot write {path}: {error.strerror or error}. Check the folder.", path=str(path)
        ) from error
    finally:
        if made.is_file():  # where the folder is no folder, there is nothing to ask for either
            made.unlink()


def _opened(path: Path) -> xr.Dataset:
    """A file's dataset, or a sentence that says why not."""
    import xarray as xr

    if not path.is_file():
        raise InputError(f"there is no file {path}.", path=str(path))
    try:
        return xr.open_dataset(path, engine="h5netcdf")
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"{path} is no NetCDF file that can be read: {error}.", path=str(path)) from error
