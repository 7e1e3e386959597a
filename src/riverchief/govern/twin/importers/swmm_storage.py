"""Storage units of an .inp file as surface over level."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.govern.twin.importers import swmm_rows as rows
from riverchief.govern.twin.importers.swmm_case import Case

Floats = NDArray[np.float64]

_POINTS = 60


def storages(case: Case) -> None:
    """Put all storage units of the file into the river."""
    for row in case.inp.of(rows.StorageUnit):
        depth, area = surface(case, row)
        case.river.storage(row.name, row.invert * case.inp.length_m + depth, area)
        if row.evaporated or any(row.seepage):
            case.say(row, "STORAGE", "it loses water by evaporation or seepage", "it keeps its water")


def surface(case: Case, row: rows.StorageUnit) -> tuple[Floats, Floats]:
    """Depths over the bottom [m] and the surface there [m²].

    A curve's first surface holds below it, its last above it; the forms are cut into levels, close near the bottom.
    """
    length = case.inp.length_m
    if row.kind == "TABULAR":
        curve = case.curve(row.curve, row)
        depth, first = np.unique(np.array(curve.x), return_index=True)
        area = np.array(curve.y)[first]
        if depth[0] > 0:
            depth, area = np.concatenate([[0.0], depth]), np.concatenate([area[:1], area])
        if depth.size == 1:
            depth, area = np.array([0.0, max(row.max_depth, 1.0)]), np.repeat(area, 2)
    else:
        depth = max(row.max_depth, 1e-3) * np.linspace(0.0, 1.0, _POINTS + 1) ** 2
        area = _form(row, depth)
    if (area < 0).any() or not area.max() > 0:
        raise InputError(f"line {row.line}: storage {row.name} has no surface; give areas above 0.", line=row.line)
    return depth * length, area * length**2


def _form(row: rows.StorageUnit, depth: Floats) -> Floats:
    """Surface of the forms that SWMM 5.2 knows, in the file's units squared."""
    a, b, c = row.a, row.b, row.c
    if row.kind == "FUNCTIONAL":
        with np.errstate(divide="ignore"):
            return np.asarray(c + a * depth**b)
    if row.kind == "CYLINDRICAL":
        return np.full(depth.size, 0.25 * np.pi * a * b)
    if row.kind == "CONICAL":
        return np.asarray(np.pi * b * (0.25 * a + c * depth + c**2 * depth**2 / a))
    if row.kind == "PARABOLOID":
        return np.asarray(0.25 * np.pi * a * b * depth / c)
    if row.kind == "PYRAMIDAL":
        return np.asarray((a + 2.0 * c * depth) * (b + 2.0 * c * depth))
    raise InputError(
        f"line {row.line}: storage {row.name} is {row.kind}, which is no form; give TABULAR, FUNCTIONAL, CYLINDRICAL, "
        "CONICAL, PARABOLOID or PYRAMIDAL.",
        line=row.line,
    )


def depth_of_volume(depth_m: Floats, area_m2: Floats, volume_m3: Floats) -> Floats:
    """Depths at which a storage holds so much [m]."""
    volumes = np.concatenate([[0.0], np.cumsum(0.5 * (area_m2[1:] + area_m2[:-1]) * np.diff(depth_m))])
    above = np.maximum(volume_m3 - volumes[-1], 0.0) / max(area_m2[-1], 1e-9)
    return np.asarray(np.interp(volume_m3, volumes, depth_m) + above)
