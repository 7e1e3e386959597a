"""The answer: where, when and how much, with probabilities that sum to one, and what cannot be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logsumexp

from riverchief.govern.trace.engine import weighted_quantile
from riverchief.govern.twin.flows import Floats, Flows
from riverchief.govern.twin.tracing.sources import Source, prior
from riverchief.govern.twin.tracing.tracer import Atoms, Longs, Tracer

ALIKE = 6.0  # squared distance of two predictions, in standard deviations, under which readings do not tell them apart
NOTABLE = 0.05  # a branch below this probability is not worth naming
NAN = float("nan")


@dataclass(frozen=True)
class Interval:
    """Median, 2.5 % and 97.5 % of a quantity; nan where there is none."""

    middle: float
    low: float
    high: float


@dataclass(frozen=True)
class Suspicion:
    """One listed source, or "unlisted" for everywhere else: its probability, and what it did if it was it."""

    code: str
    kind: str
    cell: int
    probability: float
    start_s: Interval
    mass_kg: Interval
    duration_s: float


@dataclass(frozen=True)
class Group:
    """Branches between which these readings cannot tell, and the probability of each."""

    branches: tuple[int, ...]
    probability: tuple[float, ...]


@dataclass(frozen=True)
class Posterior:
    """Where it came from.

    Attributes
    ----------
    suspicions : tuple of Suspicion
        By falling probability; with `none` they sum to one.
    none : float
        Probability that no source explains the readings [-].
    cell_probability : float64 (n_cell,)
        Where along the river it entered; sums to 1 - none.
    region : int64
        The fewest cells that hold 95 % of it.
    start_s, mass_kg : Interval
        Of the release, whoever it was.
    member_probability : float64 (n_member,)
        What the readings say of the members.
    ambiguous : tuple of Group
    second : float
        Probability of a second source [-]; nan where it was not asked for.
    second_cell : int
        Its most probable cell; -1 without one.
    atoms, weight : Atoms, float64 (n,)
        The releases behind it and the probability of each.
    """

    suspicions: tuple[Suspicion, ...]
    none: float
    cell_probability: Floats
    region: Longs
    start_s: Interval
    mass_kg: Interval
    member_probability: Floats
    ambiguous: tuple[Group, ...]
    second: float
    second_cell: int
    atoms: Atoms
    weight: Floats

    @property
    def best(self) -> int:
        """The most probable cell; -1 where nothing explains the readings."""
        return int(np.argmax(self.cell_probability)) if self.cell_probability.any() else -1

    def as_dict(self) -> dict[str, Any]:
        """As JSON: probabilities to four digits, times in seconds, masses in kg; nan becomes None."""

        def number(value: float, digits: int = 4) -> float | None:
            return float(f"{value:.{digits}g}") if np.isfinite(value) else None

        def interval(one: Interval, digits: int = 4) -> list[float | None]:
            return [number(v, digits) for v in (one.low, one.middle, one.high)]

        return {
            "none": round(self.none, 4),
            "suspicions": [
                {
                    "code": s.code, "kind": s.kind, "cell": s.cell, "probability": round(s.probability, 4),
                    "start_s": interval(s.start_s, 12), "mass_kg": interval(s.mass_kg),
                    "duration_s": number(s.duration_s),
                }
                for s in self.suspicions
            ],
            "cells": {int(c): round(float(self.cell_probability[c]), 4) for c in self.region},
            "start_s": interval(self.start_s, 12),
            "mass_kg": interval(self.mass_kg),
            "members": [round(float(p), 4) for p in self.member_probability],
            "ambiguous": [
                {"branches": list(g.branches), "probability": [round(p, 4) for p in g.probability]} for g in self.ambiguous
            ],
            "second": number(self.second),
            "second_cell": self.second_cell if self.second_cell >= 0 else None,
        }  # fmt: skip


def posterior(
    tracer: Tracer,
    sources: Sequence[Source] = (),
    length_m: ArrayLike = 1.0,
    *,
    substance: str = "",
    unlisted_share: float = 0.1,
    log_factor: Floats | None = None,
    second: bool = False,
) -> Posterior:
    """The posterior of a tracer's readings.

    Parameters
    ----------
    tracer : Tracer
        With readings.
    sources : sequence of Source
        Listed dischargers and borders; everywhere else keeps `unlisted_share`.
    length_m : array_like, broadcastable to (n_place,)
        Lengths of the tracer's cells [m].
    substance : str
        What was traced, for permits that do not list it.
    log_factor : float64 (n_source,), optional
        What else speaks for a source (`mix_log_factor`).
    second : bool
        Look for a second source in what the first leaves over.

    Raises
    ------
    InputError
        Without readings, or for a source whose prior is no number.
    """
    batch = tracer.batch()
    atoms = tracer.atoms(batch)
    listed, unlisted = prior(
        sources, tracer.cells, length_m, unlisted_share=unlisted_share,
        background_share=tracer.settings.background_share, substance=substance,
    )  # fmt: skip
    if log_factor is not None:
        listed = listed * np.exp(np.asarray(log_factor))
    chance, cell_source = _shares(tracer, atoms, sources, listed, unlisted)
    total = float(logsumexp([*chance, np.log(tracer.settings.background_share)]))
    none = float(np.exp(np.log(tracer.settings.background_share) - total))
    weight = np.exp(cell_source[0] - total)
    cell_probability = np.zeros(tracer.members[0][0].n_cell)
    np.add.at(cell_probability, tracer.cells[atoms.place], weight)
    members = np.bincount(atoms.member, weight, len(tracer.members))
    second_chance, second_cell = _second(tracer, atoms, weight, unlisted, listed, sources) if second else (NAN, -1)
    return Posterior(
        tuple(_suspicions(tracer, atoms, sources, chance - total, cell_source[1])),
        none,
        cell_probability,
        _smallest(cell_probability, 0.95),
        _start(tracer, atoms, weight),
        _mass(atoms, weight),
        members / members.sum() if members.sum() > 0 else tracer.member_weight.copy(),
        tuple(_ambiguous(tracer, atoms, weight)),
        second_chance,
        second_cell,
        atoms,
        weight,
    )


def _shares(
    tracer: Tracer, atoms: Atoms, sources: Sequence[Source], listed: Floats, unlisted: Floats
) -> tuple[Floats, tuple[Floats, Floats]]:
    """Log weight of every source and of "unlisted", and of every atom with all priors of its place and without listed."""
    place_of = np.full(tracer.members[0][0].n_cell, -1)
    place_of[tracer.cells] = np.arange(tracer.cells.size)
    at_place = np.zeros(tracer.cells.size)
    chance = np.full(len(sources) + 1, -np.inf)
    with np.errstate(divide="ignore"):
        log_listed, log_unlisted = np.log(listed), np.log(unlisted)
    by_place = np.full(tracer.cells.size, -np.inf)
    np.logaddexp.at(by_place, atoms.place, atoms.log_like)
    for i, source in enumerate(sources):
        place = int(place_of[source.cell])
        if place >= 0:
            chance[i] = log_listed[i] + by_place[place]
            at_place[place] += listed[i]
    alone = atoms.log_like + log_unlisted[atoms.place]
    chance[-1] = float(logsumexp(alone)) if alone.size else -np.inf
    with np.errstate(divide="ignore"):
        every = atoms.log_like + np.log(at_place + unlisted)[atoms.place]
    return chance, (every, alone)


def _suspicions(
    tracer: Tracer, atoms: Atoms, sources: Sequence[Source], log_chance: Floats, alone: Floats
) -> list[Suspicion]:
    found = []
    for i, source in enumerate(sources):
        mine = tracer.cells[atoms.place] == source.cell
        weight = np.where(mine, np.exp(atoms.log_like - atoms.log_like[mine].max()), 0.0) if mine.any() else mine * 1.0
        found.append(_suspicion(tracer, atoms, weight, source.code, source.kind, source.cell, float(log_chance[i])))
    if alone.size:
        weight = np.exp(alone - alone.max())
        best = int(tracer.cells[atoms.place[int(np.argmax(alone))]])
        found.append(_suspicion(tracer, atoms, weight, "", "unlisted", best, float(log_chance[-1])))
    return sorted(found, key=lambda s: -s.probability)


def _suspicion(
    tracer: Tracer, atoms: Atoms, weight: Floats, code: str, kind: str, cell: int, log_chance: float
) -> Suspicion:
    duration = NAN
    if weight.sum() > 0:
        duration = float(weighted_quantile(atoms.width * tracer.grid[1], weight, 0.5))
    return Suspicion(
        code, kind, cell, float(np.exp(log_chance)), _start(tracer, atoms, weight), _mass(atoms, weight), duration
    )


def _start(tracer: Tracer, atoms: Atoms, weight: Floats) -> Interval:
    first, step, _ = tracer.grid
    return _interval(first + step * atoms.edge.astype(np.float64), weight)


def _mass(atoms: Atoms, weight: Floats) -> Interval:
    scores = np.array([-1.5, -0.75, 0.0, 0.75, 1.5])
    spread = np.exp(-0.5 * scores**2)
    mass = np.exp(atoms.log_mass[:, None] + atoms.log_sd[:, None] * scores)
    return _interval(mass.ravel(), (weight[:, None] * spread).ravel())


def _interval(value: Floats, weight: Floats) -> Interval:
    if value.size == 0 or not weight.sum() > 0:
        return Interval(NAN, NAN, NAN)
    return Interval(*(float(weighted_quantile(value, weight, q)) for q in (0.5, 0.025, 0.975)))


def _smallest(probability: Floats, level: float) -> Longs:
    """The fewest cells that hold a share of the probability, by falling probability."""
    order = np.argsort(-probability, kind="stable")
    held = np.cumsum(probability[order])
    if not held[-1] > 0:
        return np.empty(0, np.int64)
    return np.asarray(order[: int(np.searchsorted(held, level * held[-1])) + 1], np.int64)


# ---------------------------------------------------------------------- branches


def branches(flows: Flows) -> Longs:
    """Number of the branch that each cell lies in: an unbroken row of cells from one junction to the next; (n_cell,)."""
    there = flows.dn >= 0
    into = np.bincount(flows.dn[there], minlength=flows.n_cell)
    out = np.bincount(flows.up[there], minlength=flows.n_cell)
    number = np.full(flows.n_cell, -1)
    count = 0
    for i in range(flows.n_cell):
        if number[i] < 0:
            number[i] = count
            count += 1
        below = int(flows.dn[i])
        if below >= 0 and into[below] == 1 and out[i] == 1:
            number[below] = number[i]
    return number


def _ambiguous(tracer: Tracer, atoms: Atoms, weight: Floats) -> list[Group]:
    """Branches whose best releases predict the same readings, though no water goes from one to the other."""
    flows = tracer.members[0][0]
    branch = branches(flows)
    of_atom = branch[tracer.cells[atoms.place]] if atoms.place.size else np.empty(0, np.int64)
    chance = np.bincount(of_atom, weight, int(branch.max()) + 1)
    named = np.flatnonzero(chance >= NOTABLE)
    if named.size < 2:
        return []
    batch = tracer.batch()
    best = [int(np.argmax(np.where(of_atom == b, weight, -1.0))) for b in named]
    seen = np.array([tracer.predicted(atoms, i, batch)[0] for i in best])
    error = batch.sd**2 + (tracer.settings.shape_sd * seen.max(axis=0)) ** 2
    below = _downstream_of(flows, branch)
    groups: list[list[int]] = []
    for i, one in enumerate(named):
        for group in groups:
            alike = all(
                (batch.part * (seen[i] - seen[j]) ** 2 / error).sum() < ALIKE
                and not below[one, named[j]] and not below[named[j], one]
                for j in group
            )  # fmt: skip
            if alike:
                group.append(i)
                break
        else:
            groups.append([i])
    return [
        Group(tuple(int(named[i]) for i in g), tuple(float(chance[named[i]]) for i in g)) for g in groups if len(g) > 1
    ]


def _downstream_of(flows: Flows, branch: Longs) -> NDArray[np.bool_]:
    """Whether water of a branch (row) flows into another (column)."""
    n = int(branch.max()) + 1
    below = np.zeros((n, n), np.bool_)
    for i in range(flows.n_cell - 1, -1, -1):
        for f in np.flatnonzero(flows.up == i) if (flows.up == i).sum() > 1 else (i,):
            d = int(flows.dn[f])
            if d >= 0 and branch[d] != branch[i]:
                below[branch[i]] |= below[branch[d]]
                below[branch[i], branch[d]] = True
    return below


# ---------------------------------------------------------------------- a second source


def _second(
    tracer: Tracer, atoms: Atoms, weight: Floats, unlisted: Floats, listed: Floats, sources: Sequence[Source]
) -> tuple[float, int]:
    """Probability of a second source, and its most probable cell: matching pursuit on the same responses.

    What the best release brings is taken off, and the rest is traced; then the first is fitted anew beside the second.
    """
    if atoms.place.size == 0:
        return 0.0, -1
    batch = tracer.batch()
    place_prior = unlisted.copy()
    place_of = {int(c): i for i, c in enumerate(tracer.cells)}
    for source, chance in zip(sources, listed, strict=True):
        if source.cell in place_of:
            place_prior[place_of[source.cell]] += chance
    log_place = np.log(np.maximum(place_prior, 1e-300))
    first = tracer.predicted(atoms, int(np.argmax(weight)), batch)
    found, second = _strongest(tracer, tracer.atoms(batch, first), log_place)
    if second < 0:
        return 0.0, -1
    beside = tracer.predicted(found, second, batch)
    again, mended = _strongest(tracer, tracer.atoms(batch, beside), log_place)
    if mended >= 0:
        first = tracer.predicted(again, mended, batch)
        found, second = _strongest(tracer, tracer.atoms(batch, first), log_place)
        if second < 0:
            return 0.0, -1
    share = tracer.settings.second_share
    odds = np.log(share / (1 - share)) + float(logsumexp(found.log_like + log_place[found.place]))
    return float(1 / (1 + np.exp(-np.clip(odds, -700, 700)))), int(tracer.cells[found.place[second]])


def _strongest(tracer: Tracer, atoms: Atoms, log_place: Floats) -> tuple[Atoms, int]:
    """Releases and the most probable of them; -1 where there is none."""
    if atoms.place.size == 0:
        return atoms, -1
    return atoms, int(np.argmax(atoms.log_like + log_place[atoms.place]))
