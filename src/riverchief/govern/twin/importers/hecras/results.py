"""HEC-RAS' own results, to compare with: water surfaces of a steady plan's HDF file.

h5py is imported where a file is read: whoever only runs a model need not load it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.govern.twin.importers.hecras.rows import code

Floats = NDArray[np.float64]
_BLOCK = "Results/Steady/Output/Output Blocks/Base Output/Steady Profiles"
_NODES = "Results/Steady/Output/Geometry Info/Cross Section Attributes"


@dataclass(frozen=True)
class RasResult:
    """Levels that HEC-RAS computed.

    Attributes
    ----------
    profiles : tuple of str, length n
    places : tuple of (reach, station), length m
    level_m, energy_m, critical_m : float64 (n, m)
        Water surface, energy line and critical level; the last nan where HEC-RAS gives none.
    """

    profiles: tuple[str, ...]
    places: tuple[tuple[str, str], ...]
    level_m: Floats
    energy_m: Floats
    critical_m: Floats


def results(path: str | Path, *, unit_m: float = 0.3048) -> RasResult:
    """The results of a steady plan's `.p01.hdf`.

    Raises
    ------
    InputError
        Where the file holds no steady results.
    """
    import h5py

    path = Path(path)
    try:
        with h5py.File(path) as file:
            profiles = [n.decode().strip() for n in file[f"{_BLOCK}/Profile Names"][:]]
            nodes = file[_NODES][:]
            sections = file[f"{_BLOCK}/Cross Sections"]
            level, energy = (np.asarray(sections[k][:], np.float64) for k in ("Water Surface", "Energy Grade"))
            more = sections.get("Additional Variables/Critical Water Surface")
            critical = np.full(level.shape, np.nan) if more is None else np.asarray(more[:], np.float64)
    except (OSError, KeyError) as error:
        raise InputError(
            f"{path.name} holds no results of a steady HEC-RAS plan ({error}); give the .p??.hdf of a computed one.",
            file=path.name,
        ) from error
    places = tuple((code(n["River"].decode(), n["Reach"].decode()), n["Station"].decode().strip()) for n in nodes)
    critical[np.abs(critical) > 1e5] = np.nan  # HEC-RAS' mark for none
    return RasResult(tuple(profiles), places, level * unit_m, energy * unit_m, critical * unit_m)
