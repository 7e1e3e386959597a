"""The twin and SWMM on the same .inp file: hydrographs and levels side by side, and how far they are apart."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from govern.twin import swmm_peer
from riverchief.govern.twin import Model, Run
from riverchief.govern.twin.importers.swmm_river import Imported, read_swmm

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Apart:
    """How two hydrographs differ: of the peak of the first [%], and the shift of the peaks [s]."""

    peak_m3s: float
    rms_pct: float
    peak_pct: float
    volume_pct: float
    late_s: float


@dataclass(frozen=True)
class Pair:
    """A file run by both."""

    model: Imported
    run: Run
    swmm: swmm_peer.Answer
    wall_s: float

    def ours_m3s(self, link: str) -> Floats:
        """Our hydrograph of a link."""
        cells = self.run.model.cells
        if link in cells.structure:
            return self.run.record.flow[:, cells.structure[link]]
        return self.run.flow_m3s(link, 0.5 * self.model.river.reaches[link].length_m)

    def ours_m(self, node: str) -> Floats:
        """Our level at a node."""
        return self.run.record.level[:, self.run.model.cells.node[node]]

    def apart(self, link: str, skip: int = 0) -> Apart:
        """How far our hydrograph of a link is from SWMM's; `skip` leaves out instants at the start."""
        theirs, ours = self.swmm.flow_m3s(link)[skip:], self.ours_m3s(link)[skip : self.swmm.time_s.size]
        peak, time_s = float(np.abs(theirs).max()), self.swmm.time_s[skip:]
        top = [int(np.abs(v).argmax()) for v in (theirs, ours)]
        return Apart(
            peak,
            100 * float(np.sqrt(np.mean((ours - theirs) ** 2))) / peak,
            100 * (float(np.abs(ours).max()) / peak - 1),
            100 * float(ours.sum() - theirs.sum()) / float(np.abs(theirs).sum()),
            float(time_s[top[1]] - time_s[top[0]]),
        )

    def level_apart_m(self, node: str, skip: int = 0) -> float:
        """Root mean square difference of the levels at a node [m]."""
        theirs, ours = self.swmm.level_m(node)[skip:], self.ours_m(node)[skip : self.swmm.time_s.size]
        return float(np.sqrt(np.mean((ours - theirs) ** 2)))


def both(path: Path, folder: Path, dx_m: float | None = None) -> Pair:
    """Run a file by SWMM in a folder and by us."""
    folder.mkdir(parents=True, exist_ok=True)
    inp = Path(shutil.copy(path, folder))
    answer = swmm_peer.run(inp)
    imported = read_swmm(path, dx_m)
    model = Model(imported.river)
    begun = time.perf_counter()
    every_s = float(answer.time_s[0])
    run = model.run(imported.start(model), imported.end_s, every_s)
    return Pair(imported, run, answer, time.perf_counter() - begun)
