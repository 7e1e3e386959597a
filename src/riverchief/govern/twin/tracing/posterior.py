"""The answer: where, when and how much, with probabilities that sum to one, and what cannot be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import logsumexp

from riverchief.govern.trace.engine import weighted_quantile
from riverchief.govern.twin.flows import Floats
from riverchief.govern.twin.tracing.branches import Group, ambiguous
from riverchief.govern.twin.tracing.second import Other, second_source, smallest
from riverchief.govern.twin.tracing.sources import Source, prior
from riverchief.govern.twin.tracing.tracer import Atoms, Longs, Tracer

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
        Where it is more probable than not, everything above is of the first beside it.
    second_region : int64
        The fewest cells that hold 95 % of where it would be, by falling probability; empty without one.
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
    second_region: Longs
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
                {"branches": list(g.branches), "probability": [round(p, 4) for p in g.probability]}
                for g in self.ambiguous
            ],
            "second": number(self.second),
            "second_cells": [int(c) for c in self.second_region],
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
    atoms = tracer.atoms(tracer.batch())
    listed, unlisted = prior(
        sources, tracer.cells, length_m, unlisted_share=unlisted_share,
        background_share=tracer.settings.background_share, substance=substance,
    )  # fmt: skip
    if log_factor is not None:
        listed = listed * np.exp(np.asarray(log_factor))
    other = second_source(tracer, atoms, _at_places(tracer, sources, listed, unlisted)) if second else Other(NAN)
    atoms = other.first or atoms
    chance, cell_source = _shares(tracer, atoms, sources, listed, unlisted)
    total = float(logsumexp([*chance, np.log(tracer.settings.background_share)]))
    none = float(np.exp(np.log(tracer.settings.background_share) - total))
    weight = np.exp(cell_source[0] - total)
    cell_probability = np.zeros(tracer.members[0][0].n_cell)
    np.add.at(cell_probability, tracer.cells[atoms.place], weight)
    members = np.bincount(atoms.member, weight, len(tracer.members))
    return Posterior(
        tuple(_suspicions(tracer, atoms, sources, chance - total, cell_source[1])),
        none,
        cell_probability,
        smallest(cell_probability, 0.95),
        _start(tracer, atoms, weight),
        _mass(atoms, weight),
        members / members.sum() if members.sum() > 0 else tracer.member_weight.copy(),
        tuple(ambiguous(tracer, atoms, weight)),
        other.chance,
        other.region,
        atoms,
        weight,
    )


def _shares(
    tracer: Tracer, atoms: Atoms, sources: Sequence[Source], listed: Floats, unlisted: Floats
) -> tuple[Floats, tuple[Floats, Floats]]:
    """Log weight of every source and of "unlisted", and of every atom with all priors and without the listed ones."""
    place_of = _place_of(tracer)
    chance = np.full(len(sources) + 1, -np.inf)
    with np.errstate(divide="ignore"):
        log_listed, log_unlisted = np.log(listed), np.log(unlisted)
        log_all = np.log(_at_places(tracer, sources, listed, unlisted))
    by_place = np.full(tracer.cells.size, -np.inf)
    np.logaddexp.at(by_place, atoms.place, atoms.log_like)
    for i, source in enumerate(sources):
        place = int(place_of[source.cell])
        if place >= 0:
            chance[i] = log_listed[i] + by_place[place]
    alone = atoms.log_like + log_unlisted[atoms.place]
    chance[-1] = float(logsumexp(alone)) if alone.size else -np.inf
    return chance, (atoms.log_like + log_all[atoms.place], alone)


def _place_of(tracer: Tracer) -> Longs:
    """Number of every cell among the tracer's places, -1 for the others."""
    place_of = np.full(tracer.members[0][0].n_cell, -1)
    place_of[tracer.cells] = np.arange(tracer.cells.size)
    return place_of


def _at_places(tracer: Tracer, sources: Sequence[Source], listed: Floats, unlisted: Floats) -> Floats:
    """Prior probability of every place, whoever is there; (n_place,)."""
    place_of, total = _place_of(tracer), unlisted.copy()
    for source, chance in zip(sources, listed, strict=True):
        if place_of[source.cell] >= 0:
            total[place_of[source.cell]] += chance
    return total


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
