"""容量总量: steady low water and targets in; what every outfall may discharge, and which section says so, out.

The response of a section to a load is the transpose of steady transport: one sparse solution for every section, however
many outfalls there are. What people call fair is a weight by outfall; everybody's load rises with its weight until a
section below is full, and who lies above that section stops there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csc_matrix
from scipy.sparse.linalg import splu

from riverchief.base.errors import InputError, UnknownName
from riverchief.govern.twin.flows import Flows
from riverchief.govern.twin.measures.programme import solved

Floats = NDArray[np.float64]

MGL_PER_KGM3 = 1e3
DAY_S = 86_400.0
FAIRNESS = ("permit", "equal", "total")


NOTHING = 1e-30  # a share of a load below this does not arrive
MEAN_PERMIT = 1e-9  # a permit smaller than this part of the largest counts as none


@dataclass(frozen=True)
class Outfall:
    """A discharger: the cell it discharges into and what its permit allows [kg/d]."""

    code: str
    cell: int
    permit_kgd: float


@dataclass(frozen=True)
class Target:
    """A section: its cell, the most that its class allows, and what comes there without the outfalls [mg/L]."""

    code: str
    cell: int
    limit_mgl: float
    background_mgl: float = 0.0


@dataclass(frozen=True)
class Capacity:
    """What an outfall may discharge.

    Attributes
    ----------
    permit_kgd, capacity_kgd : float
        What its permit allows and what the river bears [kg/d]; nan where no section lies below.
    binding : str
        The section that limits it; empty where none does.
    """

    outfall: str
    permit_kgd: float
    capacity_kgd: float
    binding: str

    @property
    def margin_kgd(self) -> float:
        """What the permit leaves unused; below 0 the permit is too much [kg/d]."""
        return self.capacity_kgd - self.permit_kgd


def steady_matrix(flows: Flows, decay_per_s: ArrayLike = 0.0) -> csc_matrix:
    """M of steady transport, M c = load [kg/s] for c [kg/m³], from the mean water of flows.

    A cell that water crosses in τ passes on e^(-kτ) of what enters it, so that decay does not depend on the cut; still
    cells lose k V c.
    """
    n = flows.n_cell
    weight = np.diff(flows.time_s) / (flows.time_s[-1] - flows.time_s[0])
    flux, lateral, exchange = weight @ flows.flux_m3s, weight @ flows.lateral_m3s, weight @ flows.exchange_m3s
    volume = flows.volume_m3.mean(axis=0)
    decay = np.broadcast_to(np.asarray(decay_per_s, np.float64), n)
    if not (np.isfinite(decay).all() and (decay >= 0).all()):
        raise InputError(f"a decay of {decay.min():g} 1/s was given; it must be a number of at least 0 1/s.")
    there = flows.dn >= 0
    up, dn, q, x = flows.up[there], flows.dn[there], flux[there], exchange[there]
    source, sink = np.where(q >= 0, up, dn), np.where(q >= 0, dn, up)
    clean = flows.fixed[source]  # what comes from beyond an outlet carries nothing
    out = np.zeros(n)
    np.add.at(out, source, np.abs(q))
    out += np.maximum(-lateral, 0.0)
    lost = np.where(out > 0, out * np.expm1(np.minimum(decay * volume / np.maximum(out, 1e-12), 50.0)), decay * volume)
    diagonal = out + lost
    inner = ~flows.fixed[up] & ~flows.fixed[dn]
    np.add.at(diagonal, up[inner], x[inner])
    np.add.at(diagonal, dn[inner], x[inner])
    diagonal = np.where(flows.fixed | (diagonal <= 0), 1.0, diagonal)
    onward = ~clean & ~flows.fixed[sink]
    row = np.concatenate([np.arange(n), sink[onward], up[inner], dn[inner]])
    column = np.concatenate([np.arange(n), source[onward], dn[inner], up[inner]])
    value = np.concatenate([diagonal, -np.abs(q[onward]), -x[inner], -x[inner]])
    return csc_matrix((value, (row, column)), shape=(n, n))


def share(flows: Flows, outfalls: Sequence[int], sections: Sequence[int], decay_per_s: ArrayLike = 0.0) -> Floats:
    """Steady concentration that 1 kg/d from a cell brings to a section [mg/L per kg/d], (n_section, n_outfall)."""
    transpose = splu(csc_matrix(steady_matrix(flows, decay_per_s).T))
    seed = np.zeros((flows.n_cell, len(sections)))
    seed[np.asarray(sections, np.int64), np.arange(len(sections))] = 1.0
    answer = np.asarray(transpose.solve(seed)).T[:, np.asarray(outfalls, np.int64)]
    return np.where(answer > 1e-12 * max(float(answer.max(initial=0.0)), 1e-300), answer, 0.0) * MGL_PER_KGM3 / DAY_S


def background(flows: Flows, load_kgs: ArrayLike, decay_per_s: ArrayLike = 0.0) -> Floats:
    """Steady concentration of every cell under loads by cell [kg/s], in mg/L; (n_cell,)."""
    told = splu(steady_matrix(flows, decay_per_s)).solve(np.asarray(load_kgs, np.float64))
    return np.asarray(told, np.float64) * MGL_PER_KGM3


def capacity(
    flows: Flows,
    outfalls: Sequence[Outfall],
    targets: Sequence[Target],
    fairness: str = "permit",
    decay_per_s: ArrayLike = 0.0,
) -> tuple[Capacity, ...]:
    """The most that every outfall may discharge so that every section keeps its target, in steady low water.

    Parameters
    ----------
    flows : Flows
        Steady water at the design flow (90 % dependable, or the driest month of ten years).
    fairness : str
        `permit`: loads in proportion to permits; `equal`: the same for all; `total`: the largest sum (which may leave
        some with nothing).

    Returns
    -------
    tuple of Capacity
        One for every outfall, in their order.

    Raises
    ------
    InputError
        For an unknown fairness, or a permit or limit that is no number above 0.
    """
    if fairness not in FAIRNESS:
        raise UnknownName("fairness", fairness, FAIRNESS)
    for one in outfalls:
        if not (np.isfinite(one.permit_kgd) and one.permit_kgd >= 0):
            raise InputError(
                f"outfall {one.code} has a permit of {one.permit_kgd:g} kg/d; give a number of at least 0."
            )
    for target in targets:
        if not (np.isfinite([target.limit_mgl, target.background_mgl]).all() and target.limit_mgl > 0):
            raise InputError(
                f"section {target.code} has a limit of {target.limit_mgl:g} mg/L over {target.background_mgl:g} mg/L; "
                "give numbers, the limit above 0."
            )
    phi = share(flows, [o.cell for o in outfalls], [t.cell for t in targets], decay_per_s)
    phi = np.where(phi > NOTHING, phi, 0.0)
    room = np.array([max(t.limit_mgl - t.background_mgl, 0.0) for t in targets])
    if fairness == "total":
        load, by = _largest_sum(phi, room)
    else:
        weight = np.array([o.permit_kgd if fairness == "permit" else 1.0 for o in outfalls])
        weight = np.where(weight > MEAN_PERMIT * weight.max(initial=0.0), weight, 0.0)
        load, by = _rising(phi, room, weight)
    free = ~np.asarray((phi > 0).any(axis=0), np.bool_)
    return tuple(
        Capacity(
            o.code, o.permit_kgd, float("nan") if free[k] else float(load[k]), targets[by[k]].code if by[k] >= 0 else ""
        )
        for k, o in enumerate(outfalls)
    )


def _rising(phi: Floats, room: Floats, weight: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Max-min: loads rise by their weights, all at once, until a section is full; those above it stop, others go on."""
    n = weight.size
    level, by = np.zeros(n), np.full(n, -1, np.int64)
    moving = (phi > 0).any(axis=0) if phi.size else np.zeros(n, np.bool_)
    weight = weight / (weight.max(initial=0.0) or 1.0)  # only proportions count
    weight = np.where(weight > 1e-9, weight, 0.0)  # and what is next to nothing is nothing
    now = 0.0
    while moving.any():
        used = phi @ (weight * np.where(moving, 0.0, level))
        rate = phi @ (weight * moving)
        touched = (phi[:, moving] > 0).any(axis=1)
        reach = np.where(rate > 0, (room - used) / np.where(rate > 0, rate, 1.0), np.inf)
        reach = np.where(touched & (rate <= 0), now, reach)  # above it only weights of 0 are left: they have nothing
        reach = np.where(touched, np.maximum(reach, now), np.inf)
        section = int(np.argmin(reach))
        now = float(reach[section])
        stop = moving & (phi[section] > 0)
        level[stop], by[stop] = now, section
        moving &= ~stop
    return weight * level, by


def _largest_sum(phi: Floats, room: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """The largest sum (HiGHS); the binding section is the one whose shadow price weighs most."""
    seen = (phi > 0).any(axis=0) if phi.size else np.zeros(phi.shape[1], np.bool_)
    load, by = np.zeros(phi.shape[1]), np.full(phi.shape[1], -1, np.int64)
    if seen.any():
        part = phi[:, seen]
        many = part.shape[1]
        found = solved(-np.ones(many), part, room, np.zeros(many), np.full(many, np.inf))
        assert found is not None, "nothing discharged is always possible"
        load[seen] = found[0]
        by[seen] = np.argmax(np.maximum(found[1], 0.0)[:, None] * part, axis=0)
    return load, by
