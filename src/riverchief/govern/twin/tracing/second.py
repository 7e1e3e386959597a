"""A second source, by matching pursuit on the responses of the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.special import logsumexp

from riverchief.govern.twin.flows import Floats
from riverchief.govern.twin.tracing.tracer import Atoms, Longs, Tracer

TURNS = 8  # of drawing two sources beside each other


def smallest(probability: Floats, level: float) -> Longs:
    """The fewest cells that hold a share of the probability, by falling probability."""
    order = np.argsort(-probability, kind="stable")
    held = np.cumsum(probability[order])
    if not held[-1] > 0:
        return np.empty(0, np.int64)
    return np.asarray(order[: int(np.searchsorted(held, level * held[-1])) + 1], np.int64)


@dataclass(frozen=True)
class Other:
    """A second source: its probability, where it would be, and the releases of the first beside it."""

    chance: float
    region: Longs = field(default_factory=lambda: np.empty(0, np.int64))
    first: Atoms | None = None


def second_source(tracer: Tracer, atoms: Atoms, at_places: Floats) -> Other:
    """Matching pursuit on the same responses: what the best release brings is taken off, and the rest is traced.

    Where that speaks for a second source, the two are drawn in turns, each beside the other, so that neither region is
    narrower than what is not known of the other.
    """
    batch = tracer.batch()
    with np.errstate(divide="ignore"):
        log_place = np.log(at_places)

    def beside(one: Atoms, which: int) -> tuple[Atoms, Floats]:
        rest = tracer.atoms(batch, tracer.predicted(one, which, batch))
        return rest, rest.log_like + log_place[rest.place]

    if atoms.place.size == 0:
        return Other(0.0)
    of_one = atoms.log_like + log_place[atoms.place]
    alone = float(logsumexp(of_one))  # every turn counts alike, and all together as much as the first alone
    second, weight = beside(atoms, int(np.argmax(of_one)))
    share = tracer.settings.second_share
    odds = np.log(share / (1 - share)) + (float(logsumexp(weight)) if weight.size else -np.inf)
    chance = float(1 / (1 + np.exp(-np.clip(odds, -700, 700))))
    if chance <= 0.5:
        return Other(chance, _region(tracer, [second], [weight]))
    rng = np.random.default_rng(0)  # a repeat gives the same
    firsts, seconds, weights = [], [], []
    for _ in range(TURNS):
        first, of_first = beside(second, _drawn(weight, rng))
        if of_first.size == 0:
            break
        second, weight = beside(first, _drawn(of_first, rng))
        if weight.size == 0:
            break
        level = logsumexp(of_first)
        firsts.append(replace(first, log_like=first.log_like - level + alone - np.log(TURNS)))
        seconds.append(second)
        weights.append(weight)
    if not firsts:
        return Other(0.0)
    joined = {n: np.concatenate([getattr(f, n) for f in firsts]) for n in Atoms.__dataclass_fields__}
    return Other(chance, _region(tracer, seconds, weights), Atoms(**joined))


def _drawn(log_weight: Floats, rng: np.random.Generator) -> int:
    chance = np.cumsum(np.exp(log_weight - log_weight.max()))
    return min(int(np.searchsorted(chance, rng.random() * chance[-1])), chance.size - 1)


def _region(tracer: Tracer, atoms: Sequence[Atoms], log_weights: Sequence[Floats]) -> Longs:
    """The fewest cells that hold 95 % of several posteriors, each of the same weight."""
    where = np.zeros(tracer.members[0][0].n_cell)
    for one, weight in zip(atoms, log_weights, strict=True):
        if weight.size:
            np.add.at(where, tracer.cells[one.place], np.exp(weight - logsumexp(weight)))
    return smallest(where, 0.95)
