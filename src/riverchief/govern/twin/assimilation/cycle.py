"""One cycle of assimilation: the members run to an instant, readings of the way correct state and parameters there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.twin import state as states
from riverchief.govern.twin.assimilation import locality
from riverchief.govern.twin.assimilation.readings import (
    FLOW,
    LEVEL,
    LogScale,
    Reading,
    Refused,
    place,
    predicted,
    usable,
)
from riverchief.govern.twin.assimilation.transform import Told, analyse, widened
from riverchief.govern.twin.ensemble.members import Members
from riverchief.govern.twin.ensemble.run import EnsembleRun, Executor, Watch, run_members

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Design:
    """How readings are brought in.

    Attributes
    ----------
    radius_m, parameter_radius_m : float
        Distance along the water at which a reading stops to count for the state, and for parameters [m].
    relax, parameter_relax : float
        Share of the lost spread that is given back (RTPS) to the state and to parameters [-].
    outlier_sigma : float
        Readings further from the mean prediction than so many standard deviations of both are refused by name.
    surprise_sigma : float
        A reading further off than so many standard deviations widens the ensemble around it until it is not: what
        came was more than the members had been given to doubt.
    carried_moves_water : bool
        Whether readings of what the water carries also correct the water, by how much it dilutes: only where loads are
        known well.
    scales : mapping of str to LogScale
        Constituents that are analysed on a logarithmic scale.
    every_s : float
        Interval at which predictions are kept within a cycle [s].
    """

    radius_m: float = 60_000.0
    parameter_radius_m: float = 40_000.0
    relax: float = 0.3
    parameter_relax: float = 0.6
    outlier_sigma: float = 5.0
    surprise_sigma: float = float("inf")
    carried_moves_water: bool = True
    scales: Mapping[str, LogScale] = field(default_factory=dict)
    every_s: float = 3600.0


@dataclass(frozen=True)
class Analysis:
    """What a cycle did.

    Attributes
    ----------
    run : EnsembleRun
        The way to the instant, before the readings were brought in.
    members : Members
        After.
    used, refused
        Readings that were brought in, and those that were not, with the reason.
    what, taper, wider
        What was told, where it counts, and by how much deviations were widened there; `analyse` takes them for rows of
        another time (smoothers).
    chi2 : float
        Mean of squared innovations over their expected variance; 1 where spread and errors are honest.
    water_m3, mass_g : float64 (n_member,), (n_member, n_constituent)
        What the analysis put in; the balance of a member counts it beside its inflow.
    """

    run: EnsembleRun
    members: Members
    used: list[Reading]
    refused: list[Refused]
    what: Told = field(repr=False)
    taper: Floats = field(repr=False)
    wider: Floats = field(repr=False)
    chi2: float
    water_m3: Floats = field(repr=False)
    mass_g: Floats = field(repr=False)


def assimilate(
    members: Members,
    readings: Sequence[Reading],
    until_s: float,
    design: Design,
    *,
    watch: Watch | None = None,
    executor: Executor | None = None,
    path: str = "",
) -> Analysis:
    """Run members to an instant and correct them with the readings since where they stood.

    Readings count at their own instants (the transform of an asynchronous reading is that of its prediction). `watch`
    names further places whose course is kept.
    """
    begin = members.time_s
    good, refused = usable(members.model, readings, begin, until_s)
    run = run_members(members, until_s, design.every_s, _watching(members, good, watch), executor=executor, path=path)
    guess, value, sigma = compared(run, good, design, begin)
    apart, keep = _in_line(guess, value, sigma, design.outlier_sigma)
    refused += [
        Refused(r, f"it lies {away:.1f} standard deviations from what the ensemble expects")
        for r, away, kept in zip(good, apart, keep, strict=True)
        if not kept
    ]
    used = [r for r, kept in zip(good, keep, strict=True) if kept]
    what, wider = widened(guess[:, keep], value[keep], sigma[keep], design.surprise_sigma)
    at = np.array([place(members.model.cells, r) for r in used], np.int64)
    carried = np.array([r.what not in {LEVEL, FLOW} for r in used], np.bool_)
    taper = locality.tapers(
        run.members, at, carried, design.radius_m, design.parameter_radius_m, moves_water=design.carried_moves_water
    )
    wider = 1.0 + (taper * (wider - 1.0)[:, None]).max(axis=0, initial=0.0)
    after, water, mass = corrected(run.members, what, taper, design, wider)
    chi2 = float(np.mean(apart[keep] ** 2)) if used else float("nan")
    return Analysis(run, after, used, refused, what, taper, wider, chi2, water, mass)


def compared(
    run: EnsembleRun, readings: Sequence[Reading], design: Design, begin_s: float
) -> tuple[Floats, Floats, Floats]:
    """Predictions (n_member, n_reading), values and errors (n_reading,), on the scale of the analysis."""
    return scaled(predicted(run, readings, begin_s), readings, design)


def scaled(guess: Floats, readings: Sequence[Reading], design: Design) -> tuple[Floats, Floats, Floats]:
    """The same of predictions (n_member, n_reading) in the readings' units."""
    guess = guess.copy()
    value = np.array([r.value for r in readings], np.float64)
    sigma = np.array([r.sigma for r in readings], np.float64)
    for k, reading in enumerate(readings):
        scale = design.scales.get(reading.what)
        if scale is not None and reading.what not in {LEVEL, FLOW}:
            sigma[k] = scale.sigma(value[k], sigma[k])
            value[k], guess[:, k] = scale.forward(value[k]), scale.forward(guess[:, k])
    return guess, value, sigma


def corrected(
    members: Members, what: Told, taper: Floats, design: Design, wider: Floats
) -> tuple[Members, Floats, Floats]:
    """Members after the analysis, and the water [m³] and masses [g] it put into each."""
    state, model = members.state, members.model
    grid, n = model.cells.grid, model.cells.grid.bed.size
    if not what.innovation.size:
        return members, np.zeros(len(members)), np.zeros((len(members), len(model.constituents)))
    cells, faces = np.arange(n), np.flatnonzero(grid.dn >= 0)
    by_cell = {name: getattr(state, name).T for name in ("level", "level_1")}
    by_face = {name: getattr(state, name)[:, faces].T for name in ("flow", "flow_1", "flux")}
    scales = [design.scales.get(name) for name in model.constituents]
    for s, scale in enumerate(scales):
        conc = state.conc[:, s].T
        by_cell[f"conc {s}"] = conc if scale is None else scale.forward(conc)
    names = [*by_cell, *by_face]
    rows = np.concatenate([*by_cell.values(), *by_face.values()])
    carried = [locality.places_of_carried(members)] * len(scales)
    where = np.concatenate([cells, cells, *carried, *[grid.up[faces].astype(np.int64)] * len(by_face)])
    rows = analyse(rows, where, what, taper, design.relax, wider)
    ends = np.cumsum([*[n] * len(by_cell), *[faces.size] * len(by_face)])
    new = dict(zip(names, (part.T for part in np.split(rows, ends[:-1])), strict=True))
    theta = locality.parameters(members)
    theta = analyse(theta, n + np.arange(theta.shape[0]), what, taper, design.parameter_relax, wider)
    free = ~grid.fixed
    level = np.where(free, np.maximum(new["level"], grid.bed), state.level)
    level_1 = np.where(free, np.maximum(new["level_1"], grid.bed), state.level_1)
    volume = np.where(free, np.stack([states.volumes(grid, one) for one in level]), state.volume)
    volume_1 = np.where(free, np.stack([states.volumes(grid, one) for one in level_1]), state.volume_1)
    flow, flow_1, flux = state.flow.copy(), state.flow_1.copy(), state.flux.copy()
    flow[:, faces], flow_1[:, faces], flux[:, faces] = new["flow"], new["flow_1"], new["flux"]
    conc = state.conc.copy()
    for s, scale in enumerate(scales):
        rows_s = new[f"conc {s}"]
        conc[:, s] = np.maximum(rows_s if scale is None else scale.back(rows_s), 0.0)
    conc[:, :, grid.fixed] = state.conc[:, :, grid.fixed]
    changed = state._replace(
        level=level, level_1=level_1, volume=volume, volume_1=volume_1, flow=flow, flow_1=flow_1, flux=flux, conc=conc
    )
    water = (volume - state.volume)[:, free].sum(axis=1)
    mass = ((conc * volume[:, None]) - state.conc * state.volume[:, None])[:, :, free].sum(axis=2)
    return locality.with_parameters(members.moved(state=changed), theta), water, mass


def _watching(members: Members, readings: Sequence[Reading], watch: Watch | None) -> Watch:
    """Places of the readings beside those that are watched anyhow, which come first."""
    cells = members.model.cells
    own_cells = [cells.cell(r.reach, r.chainage_m) for r in readings if r.what != FLOW]
    own_faces = [cells.face(r.reach, r.chainage_m) for r in readings if r.what == FLOW]
    first_cells = [] if watch is None else watch.cells.tolist()
    first_faces = [] if watch is None else watch.faces.tolist()
    return Watch(
        np.array(list(dict.fromkeys(first_cells + own_cells)), np.int64),
        np.array(list(dict.fromkeys(first_faces + own_faces)), np.int64),
    )


def _in_line(guess: Floats, value: Floats, sigma: Floats, most: float) -> tuple[Floats, NDArray[np.bool_]]:
    """Innovations over their expected standard deviation, and which are not beyond the limit."""
    if not value.size:
        return np.zeros(0), np.zeros(0, np.bool_)
    apart = np.abs(value - guess.mean(axis=0)) / np.sqrt(guess.var(axis=0, ddof=1) + sigma**2)
    return apart, apart <= most
