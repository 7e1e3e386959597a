"""The twin in operation: readings and the last ensemble in; the river as it is now, what it will do, and how sure, out.

A cycle takes members from where they stand, hour by hour with the readings of each hour, up to now, and lets them all
run on into the forecast. Nothing here asks for the time or reads a file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.twin.assimilation import Reading, Refused, assimilate
from riverchief.govern.twin.course import Course
from riverchief.govern.twin.ensemble import EnsembleRun, MemberDiverged, Members, Watch
from riverchief.govern.twin.ensemble.run import run_members
from riverchief.govern.twin.hydraulics import layout
from riverchief.govern.twin.model import Model
from riverchief.govern.twin.record import LEADS_H, Said
from riverchief.govern.twin.standing import HOUR_S, Gauge, Settings, Standing
from riverchief.govern.twin.usual import LEAST, MOST

Floats = NDArray[np.float64]
T = TypeVar("T")

# how a cycle may fall short; the page has words for each
FIRST_GUESS, NO_FLOW, NO_LEVEL, NO_QUALITY = "first_guess", "no_flow", "no_level", "no_quality"
COLD_START, LATE_DATA, USUAL_INFLOW = "cold_start", "late_data", "usual_inflow"
SLOW_KERNEL, MEMBERS_REPLACED = "slow_kernel", "members_replaced"

FLOW, LEVEL = "flow", "level"

# ASSUMED errors of an hour's reading: of a discharge and of what the water carries a share, of a level [m]
FLOW_SHARE, CARRIED_SHARE, LEVEL_M = 0.05, 0.15, 0.05
DATUM_MEMORY_S = 86_400.0  # over which a station's datum is averaged
AT_ONCE_S = HOUR_S  # of the forecast so much is held for all members and cells at a time
MOST_REPLACED = 8  # so many members may lose their way in one run before the cycle fails


@dataclass(frozen=True)
class Fit:
    """How a gauge and the analysis agree over the hours that were run anew.

    Attributes
    ----------
    observed_m3s, modelled_m3s : float
        Median of readings and of the twin [m³/s]; observed is nan where no flow was read.
    by : str
        `flow`, `level`, or empty where nothing could be followed.
    """

    station: str
    observed_m3s: float
    modelled_m3s: float
    by: str


@dataclass(frozen=True)
class Books:
    """Where the water went, mean of the members, and what the runs cost.

    Attributes
    ----------
    inflow_m3, outflow_m3, shortage_m3, stored_m3 : float
        What came and left, what abstractions missed, what the river holds now [m³].
    put_in_m3 : float
        What the analyses put in [m³].
    error : float
        Largest relative error of a member's balance [-].
    """

    inflow_m3: float = 0.0
    outflow_m3: float = 0.0
    shortage_m3: float = 0.0
    stored_m3: float = 0.0
    put_in_m3: float = 0.0
    steps: int = 0
    error: float = 0.0

    def with_run(self, run: EnsembleRun, put_in_m3: float = 0.0) -> Books:
        """The books after a run and what an analysis put in behind it."""
        mean = run.balance.mean(axis=0)
        return Books(
            self.inflow_m3 + float(mean[layout.IN]), self.outflow_m3 + float(mean[layout.OUT]),
            self.shortage_m3 + float(mean[layout.SHORT]), self.stored_m3, self.put_in_m3 + put_in_m3,
            self.steps + round(float(mean[layout.STEPS])), max(self.error, float(np.abs(run.water_error).max())),
        )  # fmt: skip


@dataclass(frozen=True)
class Cycle:
    """One cycle.

    Attributes
    ----------
    standing : Standing
        The twin now.
    past, ahead : Course
        The hours that were run anew, after their analyses, and what follows.
    said : tuple of Said
        What the members forecast where stations read, to be scored.
    fits : tuple of Fit
        Of stations that read flow or level.
    books : Books
    used : int
    refused : tuple of Refused
        Readings that were brought in, and those that were not.
    modes : tuple of str
        In what it falls short; empty where nothing lacks.
    why_slow : str
        Why members did not run on the compiled kernel; empty where they did.
    """

    standing: Standing
    past: Course
    ahead: Course
    said: tuple[Said, ...]
    fits: tuple[Fit, ...]
    books: Books
    used: int
    refused: tuple[Refused, ...]
    modes: tuple[str, ...]
    why_slow: str

    @property
    def model(self) -> Model:
        """What the members run on."""
        return self.standing.members.model


def cycle(
    standing: Standing,
    gauges: Sequence[Gauge],
    now_s: float,
    settings: Settings,
    *,
    begun_cold: bool = False,
    late: bool = False,
    keep: Callable[[Standing], None] | None = None,
) -> Cycle:
    """Bring the twin up to now and look ahead.

    Parameters
    ----------
    standing : Standing
        To begin from; see `begin_from`, `resumed` and `cold`.
    gauges : sequence of Gauge
    now_s : float
        [s since 1970 UTC].
    settings : Settings
    begun_cold, late : bool
        Whether the ensemble is new, and whether late readings are why it begins so early.
    keep : callable, optional
        Gets the twin at every whole hour on the way.

    Raises
    ------
    UnknownName, InputError
        For a gauge that does not lie on the river.
    MemberDiverged
        Where more members had no solution than may be replaced.
    """
    way = _Way(standing, gauges, settings)
    begin = standing.members.time_s
    whole = np.arange(np.floor(begin / HOUR_S) + 1, np.floor(now_s / HOUR_S) + 1) * HOUR_S
    for until in dict.fromkeys([*whole.tolist(), now_s]):
        way.to(until)
        if keep is not None and until % HOUR_S == 0:
            keep(way.standing)
    fits = tuple(_fit(way, gauge, now_s) for gauge in gauges if {FLOW, LEVEL} & set(gauge.series))
    past = Course.joined(way.past)
    standing = way.standing
    free = ~standing.members.model.cells.grid.fixed
    books = replace(way.books, stored_m3=float(standing.members.state.volume[:, free].sum(axis=1).mean()))
    ahead, said = way.ahead()
    modes = _modes(way, fits, now_s, begun_cold=begun_cold, late=late)
    return Cycle(standing, past, ahead, said, fits, books, way.used, tuple(way.refused), modes, way.why_slow)


class _Way:
    """The ensemble on its way to now and beyond, with what is kept of it."""

    def __init__(self, standing: Standing, gauges: Sequence[Gauge], settings: Settings) -> None:
        self.standing, self.gauges, self.settings = standing, gauges, settings
        self.model = standing.members.model
        self.cells = [self.model.cells.cell(g.reach, g.chainage_m) for g in gauges]
        self.faces = [self.model.cells.face(g.reach, g.chainage_m) for g in gauges]
        self.past: list[Course] = []
        self.books = Books()
        self.used, self.replaced, self.why_slow = 0, 0, ""
        self.refused: list[Refused] = []

    def to(self, until_s: float) -> None:
        """Run to an instant with the readings on the way."""
        begin, used = self.standing.members.time_s, self.settings
        readings = [one for gauge in self.gauges for one in self._readings(gauge, begin, until_s)]
        done = self._safely(lambda members: assimilate(members, readings, until_s, used.design))
        members = done.members.aged(until_s - begin, used.forget_s)
        members = members.moved(log_inflow=np.clip(members.log_inflow, np.log(LEAST), np.log(MOST)))
        self.books = self.books.with_run(done.run, float(done.water_m3.mean()))
        self.why_slow = done.run.why
        self.used += len(done.used)
        self.refused += done.refused
        datum = self._datums(members, begin, until_s)
        self.standing = Standing(members, self.standing.usual_m3s, datum)
        self.past.append(Course.of_members(members))

    def ahead(self) -> tuple[Course, tuple[Said, ...]]:
        """All members into the forecast; a few hours at a time, so that memory stays small."""
        members, used = self.standing.members, self.settings
        begin, end = members.time_s, members.time_s + used.ahead_s
        parts, leads = [], [lead for lead in LEADS_H if lead * HOUR_S <= used.ahead_s]
        heard: dict[tuple[int, str], list[Floats]] = {}
        while members.time_s < end - 1e-6:
            until = min(members.time_s + AT_ONCE_S, end)
            run = self._safely(partial(self._run, until), members)
            self.books = self.books.with_run(run)
            members = run.members
            parts.append(Course.of_run(run))
            for k, time_s in enumerate(run.time_s):
                if round((time_s - begin) / HOUR_S) in leads:
                    self._hear(run, k, heard)
        said = tuple(self._said(k, what, begin, leads, values) for (k, what), values in heard.items())
        return Course.joined(parts), said

    def _run(self, until_s: float, members: Members) -> EnsembleRun:
        return run_members(members, until_s, HOUR_S, Watch.all(self.model))

    def _hear(self, run: EnsembleRun, k: int, heard: dict[tuple[int, str], list[Floats]]) -> None:
        for j, gauge in enumerate(self.gauges):
            for what in gauge.series:
                if what == FLOW:
                    heard.setdefault((j, what), []).append(run.flow_m3s[:, k, self.faces[j]])
                elif what in self.model.constituents:
                    s = self.model.number(what)
                    heard.setdefault((j, what), []).append(run.conc[:, k, s, self.cells[j]])

    def _said(self, j: int, what: str, issued_s: float, leads: list[int], values: list[Floats]) -> Said:
        gauge = self.gauges[j]
        read = gauge.series[what][1]
        last = float(read[np.isfinite(read)][-1]) if np.isfinite(read).any() else float("nan")
        members = np.stack(values)
        if what == FLOW:  # a reading will come, and strays from the river
            rng = np.random.default_rng([self.settings.seed, j, int(abs(issued_s))])
            members = members * (
                1 + self.settings.flow_error.get(gauge.station, 0.0) * rng.standard_normal(members.shape)
            )
        return Said.of(gauge.station, what, issued_s, leads, members, last)

    def _readings(self, gauge: Gauge, after_s: float, until_s: float) -> list[Reading]:
        """An hour's readings of a station, one of each kind."""
        found = []
        for what in gauge.series:
            at_s, value = gauge.within(what, after_s, until_s)
            if not np.isfinite(value):
                continue
            if what == LEVEL:
                if gauge.station not in self.standing.datum_m:
                    continue
                value, sigma = value - self.standing.datum_m[gauge.station], LEVEL_M
            elif what == FLOW:
                sigma = self.settings.flow_error.get(gauge.station, FLOW_SHARE) * max(abs(value), 1e-3)
            else:
                sigma = CARRIED_SHARE * (value + self.settings.floors.get(what, 0.0)) + 1e-9
            found.append(Reading(gauge.station, at_s, gauge.reach, gauge.chainage_m, what, value, sigma))
        return found

    def _datums(self, members: Members, after_s: float, until_s: float) -> dict[str, float]:
        """Datums after an hour: where flow and level are both read, the twin's level at that flow tells them."""
        found = dict(self.standing.datum_m)
        weight = -np.expm1(-(until_s - after_s) / DATUM_MEMORY_S)
        for gauge, cell in zip(self.gauges, self.cells, strict=True):
            level = gauge.within(LEVEL, after_s, until_s)[1]
            if np.isfinite(level) and np.isfinite(gauge.within(FLOW, after_s, until_s)[1]):
                now = level - float(members.state.level[:, cell].mean())
                before = found.get(gauge.station, now)
                found[gauge.station] = before + weight * (now - before)
        return found

    def _safely(self, work: Callable[[Members], T], members: Members | None = None) -> T:
        """Do something with the members; one that finds no solution takes its neighbour's place and is counted."""
        members = self.standing.members if members is None else members
        while True:
            try:
                return work(members)
            except MemberDiverged as error:
                self.replaced += 1
                if self.replaced > MOST_REPLACED:
                    raise
                lost = int(error.data["member"])
                members = members.replaced(lost, (lost + 1) % len(members))


def _fit(way: _Way, gauge: Gauge, now_s: float) -> Fit:
    since = now_s - way.settings.settle_s
    face = way.model.cells.face(gauge.reach, gauge.chainage_m)
    flows = [one.flow_m3s[0, 0, face] for one in way.past if one.time_s[0] > since]
    modelled = float(np.median(flows)) if flows else float("nan")
    flow, level = (gauge.within(what, since, now_s)[1] for what in (FLOW, LEVEL))
    if np.isfinite(flow):
        return Fit(gauge.station, flow, modelled, FLOW)
    known = np.isfinite(level) and gauge.station in way.standing.datum_m
    return Fit(gauge.station, float("nan"), modelled, LEVEL if known else "")


def _modes(way: _Way, fits: Sequence[Fit], now_s: float, *, begun_cold: bool, late: bool) -> tuple[str, ...]:
    since = now_s - way.settings.settle_s

    def read(what: str, after_s: float = since) -> bool:
        return any(np.isfinite(gauge.within(what, after_s, now_s)[1]) for gauge in way.gauges)

    carried = way.model.constituents
    found = {
        FIRST_GUESS: not any(fit.by for fit in fits),
        NO_FLOW: not read(FLOW),
        NO_LEVEL: not read(LEVEL),
        NO_QUALITY: bool(carried) and not any(read(what, now_s - 24 * HOUR_S) for what in carried),
        COLD_START: begun_cold,
        LATE_DATA: late,
        USUAL_INFLOW: all(inflow.flow_m3s.value.size == 1 for inflow in way.model.river.inflows.values()),
        MEMBERS_REPLACED: way.replaced > 0,
        SLOW_KERNEL: bool(way.why_slow),
    }
    return tuple(mode for mode, short in found.items() if short)
