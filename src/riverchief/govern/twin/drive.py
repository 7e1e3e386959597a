"""What drives a run, as the kernels read it: every series in one list, with the cells and faces it acts on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from riverchief.base.errors import InputError
from riverchief.govern.twin import river as described
from riverchief.govern.twin.grid import Cells
from riverchief.govern.twin.hydraulics.layout import Forcing
from riverchief.govern.twin.river import Series, constant


class _Book:
    """Series as they are collected; the same object is kept once."""

    def __init__(self) -> None:
        self.series: list[Series] = []
        self._known: dict[int, int] = {}

    def number(self, series: Series) -> int:
        if id(series) not in self._known:
            self._known[id(series)] = len(self.series)
            self.series.append(series)
        return self._known[id(series)]


def forcing(cells: Cells, constituents: Sequence[str] = ()) -> Forcing:
    """All series of a river: inflows, concentrations, boundary levels, settings and rules.

    Raises
    ------
    InputError
        Where an inflow carries a constituent that the run does not know.
    """
    book, river = _Book(), cells.river
    inflows = list(river.inflows.values())
    conc = np.full((len(constituents), len(inflows)), -1, np.int32)
    for m, inflow in enumerate(inflows):
        for name, series in inflow.concentration.items():
            if name not in constituents:
                raise InputError(
                    f"inflow {inflow.name} carries {name}, which is not among the constituents of this run "
                    f"({', '.join(constituents) or 'none'}); add it to them or take it from the inflow.",
                    inflow=inflow.name,
                )
            conc[constituents.index(name), m] = book.number(series)
    levels = [b for b in river.boundaries.values() if isinstance(b, described.LevelBoundary)]
    structures = [link.structure for link in river.links] + [i.structure for i in river.inlines]
    settings, rules = [], []
    for what in structures:
        face = cells.structure[what.name]
        if isinstance(what, described.Gate) and what.rule is not None:
            rule = what.rule
            at = cells.cell(rule.reach, rule.chainage_m)
            rules.append((face, at, (rule.target_m, rule.gain, rule.integral_s, rule.least_m, rule.most_m)))
            continue
        moved = _moved(what)
        if moved is not None:
            settings.append((face, book.number(moved)))
    made = Forcing(
        time=np.zeros(0),
        value=np.zeros(0),
        total=np.zeros(0),
        start=np.zeros(1, np.int32),
        steps=np.zeros(0, np.bool_),
        cell=_ints([cells.cell(i.reach, i.chainage_m) if i.reach else cells.node[i.node] for i in inflows]),
        series=_ints([book.number(i.flow_m3s) for i in inflows]),
        factor=np.ones(len(inflows)),
        load_factor=np.ones(len(inflows)),
        conc_series=conc,
        level_cell=_ints([cells.node[b.node] for b in levels]),
        level_series=_ints([book.number(b.level_m) for b in levels]),
        set_face=_ints([f for f, _ in settings]),
        set_series=_ints([s for _, s in settings]),
        rule_face=_ints([f for f, _, _ in rules]),
        rule_cell=_ints([c for _, c, _ in rules]),
        rule=np.array([r for _, _, r in rules], np.float64).reshape(len(rules), 5),
        decay=np.zeros(len(constituents)),
    )
    return _joined(made, book.series or [constant(0.0)])


def _moved(what: described.Structure) -> Series | None:
    """The series that moves a structure, None where nothing does."""
    if isinstance(what, described.Gate):
        return what.opening_m
    if isinstance(what, described.Pump):
        return what.flow_m3s
    return what.setting if isinstance(what, described.Orifice) else None


def _ints(values: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.array(values, np.int32)


def _joined(made: Forcing, series: list[Series]) -> Forcing:
    """The series one behind the other, with the integral up to every point."""
    totals = []
    for one in series:
        gaps = np.diff(one.time_s)
        mean = one.value[:-1] if one.steps else 0.5 * (one.value[1:] + one.value[:-1])
        totals.append(np.concatenate([[0.0], np.cumsum(mean * gaps)]))
    return made._replace(
        time=np.concatenate([s.time_s for s in series]),
        value=np.concatenate([s.value for s in series]),
        total=np.concatenate(totals),
        start=np.cumsum([0, *(s.time_s.size for s in series)]).astype(np.int32),
        steps=np.array([s.steps for s in series], np.bool_),
    )
