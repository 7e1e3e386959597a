"""The compiled kernel: our one C file, built at first use into the user's cache where there is a compiler."""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.twin.ensemble.batch import Batch, Outcome, by_numba, parts, spreading
from riverchief.govern.twin.model import Model

SOURCE = Path(__file__).with_name("kernel.c")
COMPILER = "cc"
FLAGS = (
    "-std=gnu11",
    "-O3",
    "-march=native",
    "-ffp-contract=fast",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-Wno-psabi",
)

_SIZES = (
    "n_cell", "n_face", "n_kind", "n_inflow", "n_level", "n_set", "n_rule", "n_structure", "n_time", "n_cells",
    "n_faces", "members", "first_time", "end_time",
)  # fmt: skip
_NUMBERS = ("least_s", "most_s", "tolerance")
_GRID = ("dn", "main", "kind", "structures", "inv_length", "zu", "zd", "rows", "depth", "scale", "loss", "bed",
         "cell_rows", "cell_depth", "cell_scale", "fixed", "still", "law")  # fmt: skip
_FORCING = ("time", "value", "total", "start", "steps", "cell", "series", "conc_series", "level_cell", "level_series",
            "set_face", "set_series", "rule_face", "rule_cell", "rule")  # fmt: skip
_STATE = (
    "level",
    "volume",
    "lateral",
    "flow",
    "flux",
    "level_1",
    "volume_1",
    "flow_1",
    "conc",
    "setting",
    "memory",
    "clock",
)
_BATCH = ("rough2", "spread", "factor", "load_factor", "decay", "times", "cells", "faces")
_KEPT = ("level", "flow", "conc", "balance", "book", "reacted")


class _Job(ctypes.Structure):
    """`job` of the C file: sizes, numbers, then pointers in its order."""

    _fields_ = [
        *((name, ctypes.c_int64) for name in _SIZES),
        *((name, ctypes.c_double) for name in _NUMBERS),
        *((f"grid_{name}", ctypes.c_void_p) for name in _GRID),
        *((f"forcing_{name}", ctypes.c_void_p) for name in _FORCING),
        *((f"state_{name}", ctypes.c_void_p) for name in _STATE),
        *((f"batch_{name}", ctypes.c_void_p) for name in _BATCH),
        *((f"kept_{name}", ctypes.c_void_p) for name in _KEPT),
    ]


def hindrance(model: Model) -> str:
    """Why a model cannot run on the compiled kernel, in words; empty where it can."""
    if model.cells.n_chord:
        return "the river has loops, which only the Numba path carries"
    if model.reactor is not None:
        return "kinetics react on the Numba path alone"
    found = _library()
    return found if isinstance(found, str) else ""


def by_kernel(batch: Batch) -> Outcome:
    """Run a batch tile by tile; where no step was short enough the Numba path tells the members apart."""
    library = _library()
    if isinstance(library, str) or batch.chords or batch.reactor:
        return by_numba(batch)
    return Outcome.joined([_tile(library, part) for part in batch.tiles()])


def _tile(library: ctypes.CDLL, batch: Batch) -> Outcome:
    made = Outcome.empty(batch)
    arrays: list[NDArray[np.generic]] = [getattr(batch.grid, n) for n in _GRID if n != "structures"]
    arrays.insert(_GRID.index("structures"), batch.structures)
    arrays += [getattr(batch.forcing, n) for n in _FORCING]
    arrays += [getattr(made.state, n) for n in _STATE]
    spread = batch.spread.copy()
    arrays += [spread if n == "spread" else getattr(batch, n) for n in _BATCH]
    arrays += [getattr(made, n) for n in _KEPT]
    arrays = [np.ascontiguousarray(a) for a in arrays]  # what is written to is contiguous already
    forcing, grid = batch.forcing, batch.grid
    job = _Job(
        grid.bed.size, grid.up.size, batch.decay.shape[1], forcing.cell.size, forcing.level_cell.size,
        forcing.set_face.size, forcing.rule_face.size, batch.structures.size, batch.times.size, batch.cells.size,
        batch.faces.size, len(batch), 0, 0, batch.control.least_s, batch.control.most_s, batch.control.tolerance,
        *(a.ctypes.data for a in arrays),
    )  # fmt: skip
    for part in parts(batch):
        if batch.formula:
            for m in range(len(batch)):
                spread[m] = spreading(batch, made.state, m)
        job.first_time, job.end_time = part.start, part.stop
        if library.riverchief_tile(ctypes.byref(job)):
            return by_numba(batch)
    return made


@cache
def _library() -> ctypes.CDLL | str:
    """The built kernel, or why there is none."""
    compiler = shutil.which(COMPILER)
    if compiler is None:
        return f"there is no compiler ({COMPILER}) on this machine"
    try:
        return _loaded(_built(compiler))
    except subprocess.CalledProcessError as error:
        told = error.stderr.decode(errors="replace").strip() if error.stderr else f"exit code {error.returncode}"
        return f"{compiler} could not build the kernel: {told[:300]}"
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"the kernel could not be built or loaded: {error}"


def _loaded(path: Path) -> ctypes.CDLL:
    library = ctypes.CDLL(str(path))
    library.riverchief_tile.argtypes = [ctypes.c_void_p]
    library.riverchief_tile.restype = library.riverchief_size.restype = ctypes.c_int64
    if library.riverchief_size() != ctypes.sizeof(_Job):
        raise OSError(f"{path} takes {library.riverchief_size()} bytes, {ctypes.sizeof(_Job)} were meant")
    return library


def _built(compiler: str, flags: tuple[str, ...] = FLAGS) -> Path:
    """Build once for each source, compiler, processor and set of flags; the macros tell compiler and processor."""
    macros = subprocess.run(
        [compiler, *flags, "-dM", "-E", "-x", "c", os.devnull], check=True, capture_output=True, timeout=60
    ).stdout
    key = hashlib.sha256(b"\0".join([SOURCE.read_bytes(), macros, " ".join(flags).encode()])).hexdigest()[:24]
    target = cache_folder() / f"ensemble-{key}.so"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            made = Path(folder) / target.name
            subprocess.run(
                [compiler, *flags, "-shared", "-fPIC", "-o", made, SOURCE, "-lm"],
                check=True, capture_output=True, timeout=300,
            )  # fmt: skip
            made.replace(target)  # at once, as another process may build the same
    return target


def cache_folder() -> Path:
    """Where built kernels are kept: the platform's folder for caches, `riverchief` in it."""
    if platform.system() == "Darwin":
        base = Path.home() / "Library" / "Caches"
    elif platform.system() == "Windows":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "riverchief"
