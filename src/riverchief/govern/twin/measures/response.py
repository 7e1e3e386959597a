"""What sections answer to loads: the transpose of the transport on a run's own water, for all levers at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.govern.twin.flows import Floats, Flows
from riverchief.govern.twin.measures.case import HOUR_S, Case, Goal, Outcome, window
from riverchief.govern.twin.measures.levers import Lever, values
from riverchief.govern.twin.model import Model, Run
from riverchief.govern.twin.tracing import Spots, onset, well_stepped

KG_PER_G = 1e-3
POINTS = 8  # at which a load is looked at within a step


@dataclass(frozen=True)
class Response:
    """Concentration at readings that a kilogram per second brings, place by place and step by step.

    Attributes
    ----------
    time_s : float64 (n_step + 1,)
        Instants of the run [s].
    table : float64 (n_place, n_step, n_reading)
        Of 1 kg/s let into a place during a step [mg/L].
    """

    time_s: Floats
    table: Floats

    def of_loads(self, load_kgs: ArrayLike) -> Floats:
        """Concentration that loads (n_place, n_step) [kg/s] bring to the readings [mg/L], (n_reading,)."""
        return np.asarray(np.einsum("ps,psr->r", np.asarray(load_kgs, np.float64), self.table), np.float64)

    def gradient(self, weight: ArrayLike) -> Floats:
        """Slope of a weighted sum of readings to every load [per kg/s], (n_place, n_step)."""
        return np.asarray(self.table @ np.asarray(weight, np.float64), np.float64)


def response(
    flows: Flows, cells: Sequence[int], readings: Sequence[tuple[int, float]], decay_per_s: ArrayLike = 0.0
) -> Response:
    """Response of readings (cell, instant [s]) to loads in cells.

    Steps are cut where the transport needs it; loads are even over the flows' own steps.
    """
    fine = well_stepped(flows)
    parts = fine.n_step // flows.n_step
    at = np.array([t for _, t in readings], np.float64)
    spots = Spots(np.array([c for c, _ in readings], np.int64), np.ones(at.size), at)
    edges = parts * np.arange(flows.n_step + 1)
    table = np.asarray(onset(fine, spots, edges, cells, decay_per_s, single=False), np.float64)
    return Response(flows.time_s, -np.diff(table, axis=1))


@dataclass(frozen=True)
class Linear:
    """Goals as linear functions of the linear levers, around a run.

    Attributes
    ----------
    effect : tuple of float64 (n_linear, n_reading)
        By goal: change of the readings in its window per unit of each lever [mg/L].
    number : int64 (n_linear,)
        Which levers these are.
    """

    number: NDArray[np.int64]
    effect: tuple[Floats, ...]


def linear(case: Case, outcome: Outcome) -> Linear:
    """How goals answer to the linear levers on the water of a run."""
    number = np.array([k for k, lever in enumerate(case.levers) if lever.linear], np.int64)
    levers = [case.levers[k] for k in number]
    run = outcome.run
    at = [window(run.time_s, goal) for goal in case.goals]
    if not levers:
        return Linear(number, tuple(np.zeros((0, a.size)) for a in at))
    flows = run.flows()
    spots = [(_cell(run, goal), float(t)) for goal, a in zip(case.goals, at, strict=True) for t in run.time_s[a]]
    told = response(flows, [_where(run.model, lever) for lever in levers], spots, case.decay_per_s)
    effects, first = [], 0
    for goal, a in zip(case.goals, at, strict=True):
        part = told.table[:, :, first : first + a.size]
        load = np.stack([unit_load_kgs(case.model, lever, goal.constituent, told.time_s) for lever in levers])
        effects.append(np.asarray(np.einsum("ps,psr->pr", load, part), np.float64))
        first += a.size
    return Linear(number, tuple(effects))


def unit_load_kgs(model: Model, lever: Lever, constituent: str, time_s: Floats) -> Floats:
    """Mean load that one unit of a lever adds in every step [kg/s], (n_step,)."""
    low, high = np.maximum(time_s[:-1], lever.begin_s), np.minimum(time_s[1:], lever.end_s)
    share = np.clip(high - low, 0.0, None) / np.diff(time_s)
    if lever.kind == "aerate":
        return np.asarray(share * (lever.constituent == constituent) / HOUR_S, np.float64)
    inside = low[:, None] + np.clip(high - low, 0.0, None)[:, None] * (np.arange(POINTS) + 0.5) / POINTS
    return np.asarray(-share * load_kgs(model, lever.on, constituent, inside).mean(axis=1), np.float64)


def load_kgs(model: Model, inflow: str, constituent: str, time_s: ArrayLike) -> Floats:
    """Load of an inflow at instants [kg/s]; 0 for what it does not carry and where it takes water."""
    what = model.river.inflows[inflow]
    m = list(model.river.inflows).index(inflow)
    if constituent not in what.concentration:
        return np.zeros(np.shape(time_s))
    flow = np.maximum(model.forcing.factor[m] * values(what.flow_m3s, time_s), 0.0)
    carried = flow * model.forcing.load_factor[m] * values(what.concentration[constituent], time_s)
    return np.asarray(KG_PER_G * carried, np.float64)


def _cell(run: Run, goal: Goal) -> int:
    return run.model.cells.cell(goal.reach, goal.chainage_m)


def _where(model: Model, lever: Lever) -> int:
    if lever.kind == "aerate":
        return model.cells.cell(lever.reach, lever.chainage_m)
    inflow = model.river.inflows[lever.on]
    return model.cells.cell(inflow.reach, inflow.chainage_m) if inflow.reach else model.cells.node[inflow.node]
