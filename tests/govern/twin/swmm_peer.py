"""SWMM 5.2 as an independent peer: runs an .inp file in a process of its own and reads what it wrote, in SI.

SWMM keeps its model in global state and prints to the terminal, so every run has its own process. Times of a run are
those of its engine alone, without the start of the process.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from swmm.toolkit import output
from swmm.toolkit.shared_enum import ElementType, LinkAttribute, NodeAttribute, Time

Floats = NDArray[np.float64]

FOOT_M = 0.3048
# Flow units in the order of the .out file's code, in m³/s
_FLOW_M3S = (FOOT_M**3, 3.785411784e-3 / 60.0, 3785.411784 / 86_400.0, 1.0, 1e-3, 1_000.0 / 86_400.0)
_CHILD = """
import sys, time
from swmm.toolkit import solver
inp, rpt, out = sys.argv[1:]
begun = time.perf_counter()
solver.swmm_run(inp, rpt, out)
sys.stderr.write(f"\\nwall {time.perf_counter() - begun}")
"""


class SwmmFailed(AssertionError):
    """SWMM refused the file; the message is its report."""


@dataclass(frozen=True)
class Answer:
    """What SWMM wrote for one file.

    Attributes
    ----------
    wall_s : float
        Time of the engine [s].
    time_s : float64 (n,)
        Since the start of the report [s]; the first value closes the first interval.
    nodes, links : tuple of str
    error_pct : mapping
        SWMM's own balance: "flow" and, with pollutants, "quality" [%].
    """

    out: Path
    wall_s: float
    time_s: Floats
    nodes: tuple[str, ...]
    links: tuple[str, ...]
    error_pct: dict[str, float]
    _flow: float
    _length: float

    def flow_m3s(self, link: str) -> Floats:
        """Hydrograph of a link [m³/s]."""
        return self._read(ElementType.LINK, link, LinkAttribute.FLOW_RATE) * self._flow

    def inflow_m3s(self, node: str) -> Floats:
        """All water that comes to a node [m³/s]."""
        return self._read(ElementType.NODE, node, NodeAttribute.TOTAL_INFLOW) * self._flow

    def flooding_m3s(self, node: str) -> Floats:
        """Water that leaves a node over its rim [m³/s]."""
        return self._read(ElementType.NODE, node, NodeAttribute.FLOODING_LOSSES) * self._flow

    def depth_m(self, node: str) -> Floats:
        """Depth over a node's bottom [m]."""
        return self._read(ElementType.NODE, node, NodeAttribute.INVERT_DEPTH) * self._length

    def level_m(self, node: str) -> Floats:
        """Water level at a node [m]."""
        return self._read(ElementType.NODE, node, NodeAttribute.HYDRAULIC_HEAD) * self._length

    def node_mg_l(self, node: str) -> Floats:
        """Concentration of the first pollutant at a node [mg/L]."""
        return self._read(ElementType.NODE, node, NodeAttribute.POLLUT_CONC_0)

    def _read(self, kind: ElementType, name: str, attribute: NodeAttribute | LinkAttribute) -> Floats:
        names, get = (
            (self.nodes, output.get_node_series) if kind is ElementType.NODE else (self.links, output.get_link_series)
        )
        handle = output.init()
        output.open(handle, str(self.out))
        try:
            return np.array(get(handle, names.index(name), attribute, 0, self.time_s.size - 1), np.float64)
        finally:
            output.close(handle)


def start(inp: Path, name: str | None = None) -> tuple[subprocess.Popen[bytes], Path]:
    """Begin a run beside the file, under another name where one is given; `finish` waits for it."""
    stem = inp.with_name(name or inp.stem)
    rpt, out = stem.with_suffix(".rpt"), stem.with_suffix(".out")
    out.unlink(missing_ok=True)
    command = [sys.executable, "-c", _CHILD, str(inp), str(rpt), str(out)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE), out


def finish(child: subprocess.Popen[bytes], out: Path) -> Answer:
    """Wait for a run and read what it wrote."""
    told = child.communicate()[1].decode(errors="replace")
    rpt = out.with_suffix(".rpt")
    report = rpt.read_text(errors="replace") if rpt.exists() else ""
    wall = re.search(r"wall ([\d.e+-]+)", told)
    if wall is None or "ERROR" in report:
        raise SwmmFailed(f"{out.stem}: {report[:2000] or told[-2000:]}")
    return read(out, float(wall.group(1)))


def run(inp: Path) -> Answer:
    """Run a file and read what SWMM wrote."""
    return finish(*start(inp))


def read(out: Path, wall_s: float = float("nan")) -> Answer:
    """Open a finished run."""
    handle = output.init()
    output.open(handle, str(out))
    try:
        n_time, step_s = (output.get_times(handle, what) for what in (Time.NUM_PERIODS, Time.REPORT_STEP))
        units, sizes = output.get_units(handle), output.get_proj_size(handle)
        nodes = tuple(output.get_elem_name(handle, ElementType.NODE, i) for i in range(sizes[1]))
        links = tuple(output.get_elem_name(handle, ElementType.LINK, i) for i in range(sizes[2]))
    finally:
        output.close(handle)
    report = out.with_suffix(".rpt").read_text(errors="replace")
    errors = re.findall(r"Continuity Error \(%\)[ .]*([-\d.]+)", report)
    named = {"flow": "Flow Routing Continuity", "quality": "Quality Routing Continuity"}
    present = [key for key, title in named.items() if title in report]
    return Answer(
        out,
        wall_s,
        np.arange(1, n_time + 1) * float(step_s),
        nodes,
        links,
        dict(zip(present, map(float, errors[-len(present) :]), strict=True)) if present else {},
        _FLOW_M3S[units[1]],
        FOOT_M if units[0] == 0 else 1.0,
    )
