"""Branches of the river, and those between which the readings cannot tell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.twin.flows import Floats, Flows
from riverchief.govern.twin.tracing.tracer import Atoms, Longs, Tracer

ALIKE = 6.0  # squared distance of two predictions, in standard deviations, under which readings do not tell them apart
NOTABLE = 0.05  # a branch below this probability is not worth naming


@dataclass(frozen=True)
class Group:
    """Branches between which these readings cannot tell, and the probability of each."""

    branches: tuple[int, ...]
    probability: tuple[float, ...]


def branches(flows: Flows) -> Longs:
    """Number of the branch that each cell lies in, an unbroken row from one junction to the next; (n_cell,)."""
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


def ambiguous(tracer: Tracer, atoms: Atoms, weight: Floats) -> list[Group]:
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
