"""A filter's course as NetCDF: what it said by CF-1.11 and UGRID-1.0, and the members from which it goes on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.govern.twin.assimilation.course import Course, Judged
from riverchief.govern.twin.ensemble import Members, Spread
from riverchief.govern.twin.files import _STATE, _about, _mesh, _named, _opened, _safe, _save, digest
from riverchief.govern.twin.hydraulics.layout import State
from riverchief.govern.twin.model import Model

if TYPE_CHECKING:
    import xarray as xr

Floats = NDArray[np.float64]

_LOGS = {
    "log_inflow": "inflow", "log_load": "inflow", "log_rough": "reach", "log_decay": "constituent",
    "log_dispersion": "one",
}  # fmt: skip
_COURSE = ("time_s", "level_m", "flow_m3s", "conc")


def as_dataset(course: Course) -> xr.Dataset:
    """A course as an xarray Dataset.

    Returns
    -------
    xarray.Dataset
        `level` [m], `flow` [m3/s] and one variable per constituent [mg/L]: means over the members; beside each its
        standard deviation as `<name>_spread`.
    """
    import xarray as xr

    model = course.members.model
    cell, face = {"mesh": "mesh1d", "location": "node"}, {"mesh": "mesh1d", "location": "edge"}
    level = _named("m", "water level", "water_surface_height_above_reference_datum")
    flow = _named("m3 s-1", "discharge", "water_volume_transport_in_river_channel")
    kinds = [("level", "cell", course.level_m, {**cell, **level}), ("flow", "face", course.flow_m3s, {**face, **flow})]
    for s, name in enumerate(model.constituents):
        told = _named("mg L-1", f"concentration of {name}")
        kinds.append((_safe(name), "cell", course.conc[:, :, s], {**cell, **told}))
    variables: dict[str, Any] = _mesh(model, None)
    for name, dim, (mean, sd), about in kinds:
        said = about["long_name"]
        for plain, values, method, words in (
            (name, mean, "mean", f"{said}, mean of the members"),
            (f"{name}_spread", sd, "standard_deviation", f"{said}, standard deviation of the members"),
        ):
            attrs = {**about, "long_name": words, "cell_methods": f"realization: {method}"}
            variables[plain] = (("time", dim), values, attrs)
    time = np.asarray(np.round(course.time_s * 1e3), np.int64).astype("datetime64[ms]").astype("datetime64[ns]")
    return xr.Dataset(
        variables,
        coords={"time": ("time", time, {"standard_name": "time", "long_name": "instant of the analysis, UTC"})},
        attrs={**_about(model, f"Analysis of {model.river.name or 'a river'}"), "members": len(course.members)},
    )


def write(path: Path, course: Course) -> None:
    """Write what a filter said as NetCDF; see `as_dataset`.

    Raises
    ------
    InputError
        Where the file cannot be written.
    """
    _save(as_dataset(course), path)


def write_members(path: Path, members: Members, course: Course | None = None, asked: str = "") -> None:
    """Write members, and the course that brought them where they are; the file appears whole or not at all.

    Raises
    ------
    InputError
        Where the file cannot be written.
    """
    import xarray as xr

    model = members.model
    variables: dict[str, Any] = {
        name: (("member", *dims), getattr(members.state, name), {"units": unit, "long_name": meaning})
        for name, (dims, unit, meaning) in _STATE.items()
    }
    variables |= {
        name: (("member", dim), getattr(members, name), {"units": "1", "long_name": f"{name[4:]}, logarithm of factor"})
        for name, dim in _LOGS.items()
    }
    variables["decay_per_s"] = (("constituent",), members.decay_per_s, {"units": "s-1", "long_name": "rate of decay"})
    about: dict[str, Any] = {"grid_sha256": digest(model), "seed": members.seed, "asked": asked}
    if course is not None:
        said = np.array(json.dumps([asdict(one) for one in course.judged]), dtype=object)
        variables["course_judged"] = ((), said)  # an attribute may not hold so much
        variables |= {f"course_{name}": (_dims(name), getattr(course, name)) for name in _COURSE}
    _save(xr.Dataset(variables, attrs={**_about(model, "Members of a river's twin"), **about}), path)


def _dims(name: str) -> tuple[str, ...]:
    return {
        "time_s": ("step",),
        "level_m": ("both", "step", "cell"),
        "flow_m3s": ("both", "step", "face"),
        "conc": ("both", "step", "constituent", "cell"),
    }[name]


def holds_members(path: Path) -> bool:
    """Whether a file holds members, rather than the state of one river."""
    with _opened(path) as found:
        return "member" in found.sizes


def read_members(path: Path, model: Model, spread: Spread) -> Members:
    """The members of a file.

    Raises
    ------
    InputError
        Where there is no such file, it holds no members, or those of another model.
    """
    with _opened(path) as found:
        return _members(path, found, model, spread)


def read_course(path: Path, model: Model, spread: Spread, asked: str) -> Course | None:
    """The course of a file; none where it answers another question, or there is nothing to go on from."""
    try:
        with _opened(path) as found:
            if found.attrs.get("asked") != asked:
                return None
            members = _members(path, found, model, spread)
            time_s, level, flow, conc = (np.array(found[f"course_{name}"].values, np.float64) for name in _COURSE)
            judged = [Judged(**one) for one in json.loads(str(found["course_judged"].values))]
    except (InputError, KeyError, ValueError, TypeError):
        return None
    return Course(members, time_s, level, flow, conc, judged)


def _members(path: Path, found: xr.Dataset, model: Model, spread: Spread) -> Members:
    wanted: Sequence[str] = (*_STATE, *_LOGS, "decay_per_s")
    missing = [name for name in wanted if name not in found]
    if missing or "member" not in found.sizes:
        raise InputError(f"{path} holds no members of a twin: {', '.join(missing) or 'one state'}.", path=str(path))
    if found.attrs.get("grid_sha256") != digest(model):
        raise InputError(
            f"{path} holds members of another model: its cells or constituents differ from this one's.", path=str(path)
        )
    state = State(*(np.array(found[name].values, np.float64) for name in State._fields))
    logs = {name: np.array(found[name].values, np.float64) for name in _LOGS}
    rates = np.array(found["decay_per_s"].values, np.float64)
    return Members(model, spread, int(found.attrs["seed"]), state, **logs, decay_per_s=rates)
