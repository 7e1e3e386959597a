"""Readings for the twin: what may be used, what the ensemble says they should be, and who is out of line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.base.readings import Flag
from riverchief.govern.twin.ensemble.run import EnsembleRun
from riverchief.govern.twin.grid import Cells
from riverchief.govern.twin.model import Model

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEVEL, FLOW = "level", "flow"


@dataclass(frozen=True)
class Reading:
    """One reading at a place of the river.

    Attributes
    ----------
    name : str
        Station or id, for people.
    time_s : float
        Instant [s since 1970 UTC].
    reach, chainage_m
        Where.
    what : str
        "level" [m], "flow" [m³/s] or a constituent in its unit.
    value, sigma : float
        The value and the standard deviation of its error (instrument and representativeness), in its unit.
    flag : Flag
        Only `Flag.OK` is used.
    """

    name: str
    time_s: float
    reach: str
    chainage_m: float
    what: str
    value: float
    sigma: float
    flag: Flag = Flag.OK


@dataclass(frozen=True)
class Refused:
    """A reading that was not used, and why."""

    reading: Reading
    why: str


@dataclass(frozen=True)
class LogScale:
    """Anamorphosis for what is never negative: log(value + floor), nearly Gaussian where errors are relative.

    Attributes
    ----------
    floor : float
        Value below which differences stop to count, such as a detection limit.
    """

    floor: float

    def forward(self, value: Floats) -> Floats:
        """To the scale of the analysis."""
        return np.asarray(np.log(np.maximum(value, 0.0) + self.floor), np.float64)

    def back(self, scaled: Floats) -> Floats:
        """From it, never below 0."""
        return np.asarray(np.maximum(np.exp(scaled) - self.floor, 0.0), np.float64)

    def sigma(self, value: Floats, sigma: Floats) -> Floats:
        """Error on the scale of the analysis."""
        return np.asarray(sigma / (np.maximum(value, 0.0) + self.floor), np.float64)


def place(cells: Cells, reading: Reading) -> int:
    """Cell of a reading; for a discharge the one its face leaves."""
    if reading.what == FLOW:
        return int(cells.grid.up[cells.face(reading.reach, reading.chainage_m)])
    return cells.cell(reading.reach, reading.chainage_m)


def usable(
    model: Model, readings: Sequence[Reading], begin_s: float, end_s: float
) -> tuple[list[Reading], list[Refused]]:
    """Readings of (begin, end] that may be used, and the others with the reason."""
    good: list[Reading] = []
    refused: list[Refused] = []
    known = {LEVEL, FLOW, *model.constituents}
    for reading in readings:
        if reading.flag is not Flag.OK:
            refused.append(Refused(reading, f"its flag is {reading.flag.name}"))
        elif not np.isfinite(reading.value):
            refused.append(Refused(reading, f"its value is {reading.value}"))
        elif not 0 < reading.sigma < np.inf:
            refused.append(Refused(reading, f"the error of a reading must be above 0, this one's is {reading.sigma}"))
        elif not begin_s < reading.time_s <= end_s:
            refused.append(Refused(reading, f"its time {reading.time_s:.0f} s is not within the window"))
        elif reading.what not in known:
            refused.append(Refused(reading, f"the model knows no {reading.what}; it knows {', '.join(sorted(known))}"))
        else:
            try:
                place(model.cells, reading)
            except InputError as error:
                refused.append(Refused(reading, error.sentence))
            else:
                good.append(reading)
    return good, refused


def predicted(run: EnsembleRun, readings: Sequence[Reading], begin_s: float) -> Floats:
    """What each member says the readings should be (n_member, n_reading), between kept instants by straight lines.

    Before the first kept instant the first holds: keep instants at least as dense as readings.
    """
    model = run.members.model
    cell_of = {int(c): j for j, c in enumerate(run.watch.cells)}
    face_of = {int(f): j for j, f in enumerate(run.watch.faces)}
    out = np.empty((len(run.members), len(readings)))
    for k, reading in enumerate(readings):
        if reading.what == FLOW:
            series = run.flow_m3s[:, :, face_of[model.cells.face(reading.reach, reading.chainage_m)]]
        else:
            j = cell_of[model.cells.cell(reading.reach, reading.chainage_m)]
            series = run.level_m[:, :, j] if reading.what == LEVEL else run.conc[:, :, model.number(reading.what), j]
        after = min(int(np.searchsorted(run.time_s, reading.time_s)), run.time_s.size - 1)
        before = max(after - 1, 0)
        gap = run.time_s[after] - run.time_s[before]
        part = np.clip((reading.time_s - run.time_s[before]) / gap, 0.0, 1.0) if gap > 0 else 1.0
        out[:, k] = (1.0 - part) * series[:, before] + part * series[:, after]
    return out
