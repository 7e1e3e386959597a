"""The filter through a period, window by window: what the river was and how sure, and what it made of every reading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.govern.twin.assimilation.cycle import Analysis, Design, assimilate, scaled
from riverchief.govern.twin.assimilation.readings import FLOW, LEVEL, Reading, place, predicted
from riverchief.govern.twin.assimilation.transform import analyse
from riverchief.govern.twin.ensemble import Members

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Judged:
    """A reading and the ensemble, in the reading's unit.

    Attributes
    ----------
    before, after : float
        Mean of the members before and after the analysis; nan where the reading was refused.
    spread_before, spread_after : float
        Standard deviation of the members.
    why : str
        Why it was refused; empty where it was used.
    """

    station: str
    what: str
    time_s: float
    value: float
    sigma: float
    before: float = float("nan")
    after: float = float("nan")
    spread_before: float = float("nan")
    spread_after: float = float("nan")
    why: str = ""


@dataclass(frozen=True)
class Course:
    """A river through a period as the filter sees it, at the ends of windows.

    Attributes
    ----------
    members : Members
        At the end; whoever goes on from them gets the same as in one go.
    time_s : float64 (n_time,)
        [s since 1970 UTC].
    level_m, flow_m3s, conc : float64 (2, n_time, n_cell), (2, n_time, n_face), (2, n_time, n_constituent, n_cell)
        Mean and standard deviation of the members.
    judged : list of Judged
        Every reading of the period, in the order of windows.
    """

    members: Members = field(repr=False)
    time_s: Floats
    level_m: Floats = field(repr=False)
    flow_m3s: Floats = field(repr=False)
    conc: Floats = field(repr=False)
    judged: list[Judged] = field(repr=False)


@dataclass(frozen=True)
class Station:
    """Root mean square errors of a station before and after, and the mean spread, in its unit.

    Attributes
    ----------
    n, refused : int
        Readings that were used, and those that were not.
    chi2 : float
        Mean squared error before over its expected variance; 1 where spread and errors are honest [-].
    """

    station: str
    what: str
    n: int
    refused: int
    rmse_before: float
    rmse_after: float
    spread_before: float
    spread_after: float
    chi2: float


def begun(members: Members) -> Course:
    """The course before its first window."""
    grid, kinds = members.model.cells.grid, len(members.model.constituents)
    n, f = grid.bed.size, grid.up.size
    return Course(members, np.empty(0), np.empty((2, 0, n)), np.empty((2, 0, f)), np.empty((2, 0, kinds, n)), [])


def follow(
    course: Course,
    readings: Sequence[Reading],
    until_s: float,
    design: Design,
    window_s: float,
    after_each: Callable[[Course], None] = lambda _course: None,
) -> Course:
    """Go on with a course to an instant.

    Parameters
    ----------
    course : Course
        Where it stands; `begun` for a new one.
    readings : sequence of Reading
        Those of before it are passed over.
    until_s : float
        [s since 1970 UTC].
    design : Design
    window_s : float
        Time from one analysis to the next [s].
    after_each : callable
        Given the course after every window.

    Raises
    ------
    InputError
        Where the window is no length of time.
    """
    if not window_s > 0:
        raise InputError(f"windows of {window_s:g} s were asked for; give more than 0 s.")
    while course.members.time_s < until_s - 1e-6:
        begin = course.members.time_s
        end = min(begin + window_s, until_s)
        done = assimilate(course.members, [r for r in readings if begin < r.time_s <= end], end, design)
        course = _longer(course, done, end, _judged(done, begin, design))
        after_each(course)
    return course


def _longer(course: Course, done: Analysis, end_s: float, judged: list[Judged]) -> Course:
    state = done.members.state

    def both(values: Floats) -> Floats:
        return np.stack([values.mean(axis=0), values.std(axis=0, ddof=1)])[:, None]

    return Course(
        done.members,
        np.append(course.time_s, end_s),
        np.concatenate([course.level_m, both(state.level)], axis=1),
        np.concatenate([course.flow_m3s, both(state.flow)], axis=1),
        np.concatenate([course.conc, both(state.conc)], axis=1),
        [*course.judged, *judged],
    )


def _judged(done: Analysis, begin_s: float, design: Design) -> list[Judged]:
    refused = [Judged(r.reading.name, r.reading.what, r.reading.time_s, r.reading.value, r.reading.sigma, why=r.why)
               for r in done.refused]  # fmt: skip
    if not done.used:
        return refused
    model = done.members.model
    before = predicted(done.run, done.used, begin_s)
    rows = scaled(before, done.used, design)[0].T
    where = np.array([place(model.cells, r) for r in done.used], np.int64)
    after = analyse(rows, where, done.what, done.taper, design.relax).T
    for k, r in enumerate(done.used):
        scale = design.scales.get(r.what)
        if scale is not None and r.what not in {LEVEL, FLOW}:
            after[:, k] = scale.back(after[:, k])
    told = zip(
        done.used, before.mean(axis=0), after.mean(axis=0), before.std(axis=0, ddof=1), after.std(axis=0, ddof=1),
        strict=True,
    )  # fmt: skip
    return [
        Judged(r.name, r.what, r.time_s, r.value, r.sigma, float(a), float(b), float(c), float(d))
        for r, a, b, c, d in told
    ] + refused


def stations(judged: Sequence[Judged]) -> list[Station]:
    """Errors and spreads by station and what it reads."""
    groups: dict[tuple[str, str], list[Judged]] = {}
    for one in judged:
        groups.setdefault((one.station, one.what), []).append(one)
    return [_station(*key, rows) for key, rows in sorted(groups.items())]


def _station(station: str, what: str, rows: Sequence[Judged]) -> Station:
    used = [one for one in rows if not one.why]
    refused = len(rows) - len(used)
    if not used:
        return Station(station, what, 0, refused, *[float("nan")] * 5)
    value, sigma, before, after, wide, narrow = (
        np.array([getattr(one, name) for one in used])
        for name in ("value", "sigma", "before", "after", "spread_before", "spread_after")
    )
    return Station(
        station, what, len(used), refused,
        rmse_before=float(np.sqrt(np.mean((before - value) ** 2))),
        rmse_after=float(np.sqrt(np.mean((after - value) ** 2))),
        spread_before=float(wide.mean()), spread_after=float(narrow.mean()),
        chi2=float(np.mean((before - value) ** 2 / (wide**2 + sigma**2))),
    )  # fmt: skip
