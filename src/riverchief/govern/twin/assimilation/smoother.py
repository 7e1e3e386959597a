"""Re-analysis: the course of the water through a period, corrected by readings that came up to a lag later.

An ensemble Kalman smoother (G. Evensen, P. J. van Leeuwen, Mon. Wea. Rev. 128, 2000) with a fixed lag: each analysis
also corrects the watched places of the windows before, by the same transform.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.twin.assimilation.cycle import Analysis, Design, assimilate
from riverchief.govern.twin.assimilation.locality import places_of_carried
from riverchief.govern.twin.assimilation.readings import Reading
from riverchief.govern.twin.assimilation.transform import analyse
from riverchief.govern.twin.ensemble.members import Members
from riverchief.govern.twin.ensemble.run import Executor, Watch

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Reanalysis:
    """The watched places through a period, after all readings.

    Attributes
    ----------
    time_s : float64 (n_time,)
    watch : Watch
    level_m, flow_m3s, conc : float64
        As in `EnsembleRun`.
    analyses : list of Analysis
        Cycle by cycle.
    """

    time_s: Floats
    watch: Watch
    level_m: Floats = field(repr=False)
    flow_m3s: Floats = field(repr=False)
    conc: Floats = field(repr=False)
    analyses: list[Analysis] = field(repr=False)

    @property
    def members(self) -> Members:
        """The ensemble at the end."""
        return self.analyses[-1].members


def reanalyse(
    members: Members,
    readings: Sequence[Reading],
    until_s: float,
    design: Design,
    watch: Watch,
    *,
    window_s: float = 6 * 3600.0,
    lag: int = 4,
    executor: Executor | None = None,
) -> Reanalysis:
    """Assimilate window by window; each analysis corrects the watched course of its own and of `lag` windows before."""
    analyses: list[Analysis] = []
    courses: list[list[Floats]] = []
    left = list(readings)
    while members.time_s < until_s - 1e-6:
        end = min(members.time_s + window_s, until_s)
        due = [r for r in left if r.time_s <= end]
        left = [r for r in left if r.time_s > end]
        done = assimilate(members, due, end, design, watch=watch, executor=executor)
        own = watch.cells.size, watch.faces.size
        courses.append(
            [done.run.level_m[..., : own[0]], done.run.flow_m3s[..., : own[1]], done.run.conc[..., : own[0]]]
        )
        for course in courses[-1 - lag :]:
            # without relaxation, as nothing runs on from there
            course[:] = _corrected(course, watch, done, design)
        analyses.append(done)
        members = done.members
    level, flow, conc = (np.concatenate([c[k] for c in courses], axis=1) for k in range(3))
    times = np.concatenate([a.run.time_s for a in analyses])
    return Reanalysis(times, watch, level, flow, conc, analyses)


def _corrected(course: list[Floats], watch: Watch, done: Analysis, design: Design) -> list[Floats]:
    """The same course after an analysis; levels and discharges as they are, constituents on their scale."""
    model = done.members.model
    level, flow, conc = course
    up = model.cells.grid.up[watch.faces].astype(np.int64)
    new = [_rows(level, watch.cells, done), _rows(flow, up, done)]
    out, carried = conc.copy(), places_of_carried(done.members)[watch.cells]
    for s, name in enumerate(model.constituents):
        scale = design.scales.get(name)
        if scale is None:
            out[:, :, s] = np.maximum(_rows(conc[:, :, s], carried, done), 0.0)
        else:
            out[:, :, s] = scale.back(_rows(scale.forward(conc[:, :, s]), carried, done))
    return [*new, out]


def _rows(values: Floats, place: NDArray[np.int64], done: Analysis) -> Floats:
    """Values (n_member, n_time, n_place) after an analysis."""
    many, count, n = values.shape
    rows = values.reshape(many, count * n).T
    rows = analyse(rows, np.tile(place, count), done.what, done.taper, wider=done.wider)
    return np.ascontiguousarray(rows.T).reshape(many, count, n)
