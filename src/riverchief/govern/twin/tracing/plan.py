"""Where and when to sample next: the reading that is expected to tell most about the place of the release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from riverchief.base.errors import InputError
from riverchief.govern.twin.flows import Floats
from riverchief.govern.twin.tracing import transport
from riverchief.govern.twin.tracing.posterior import Posterior
from riverchief.govern.twin.tracing.tracer import Longs, Tracer

DRAWN = 300  # releases that stand for the posterior
_SCORES = np.array([-1.35, -0.5, 0.0, 0.5, 1.35])  # what a reading may be off, in standard deviations
_PARTS = np.exp(-0.5 * _SCORES**2) / np.exp(-0.5 * _SCORES**2).sum()

NEXT_TO_NOTHING = 1e-3  # information [nats] below which its upper bound is as good an answer


@dataclass(frozen=True)
class Proposal:
    """One reading that could be taken, and by how much it is expected to lower the entropy of the place [nats]."""

    cell: int
    time_s: float
    gain: float
    expected_mgl: float

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "cell": self.cell, "time_s": self.time_s, "gain": round(self.gain, 4),
            "expected_mgl": float(f"{self.expected_mgl:.4g}"),
        }  # fmt: skip


def next_sample(
    tracer: Tracer,
    found: Posterior,
    cells: Sequence[int],
    times_s: ArrayLike,
    sd_mgl: float,
    group: Longs | None = None,
) -> list[Proposal]:
    """Rank readings that could be taken by what they are expected to tell.

    The expected information of a reading is the mutual information of its value and the place, by a sample of the
    posterior; every release predicts a value, with the error of the instrument and of the prediction.

    Parameters
    ----------
    cells : sequence of int
        Cells that can be sampled, at their lower ends.
    times_s : array_like, shape (n_time,)
        Instants at which somebody could be there [s].
    sd_mgl : float
        Error of the instrument and the background [mg/L].
    group : int64 (n_cell,), optional
        What is to be told apart: the number of each cell's branch, say. The cells themselves where left out.

    Returns
    -------
    list of Proposal
        By falling gain.

    Raises
    ------
    InputError
        For an error not above 0, or a posterior that no release explains.
    """
    if not sd_mgl > 0:
        raise InputError(f"a sample with an error of {sd_mgl} mg/L was asked for; give one above 0 mg/L.")
    if found.weight.size == 0 or not found.weight.sum() > 0:
        raise InputError("no release explains the readings so far; there is no place to tell apart by a sample.")
    times = np.atleast_1d(np.asarray(times_s, np.float64))
    drawn = _draw(found.weight)
    spots = transport.Spots(
        np.repeat(np.asarray(cells, np.int64), times.size), np.ones(len(cells) * times.size), np.tile(times, len(cells))
    )
    seen = _predicted(tracer, found, drawn, spots)
    at = tracer.cells[found.atoms.place[drawn]]
    _, label = np.unique(at if group is None else group[at], return_inverse=True)
    gains = [_information(seen[:, k], label, sd_mgl, tracer.settings.shape_sd) for k in range(seen.shape[1])]
    proposals = [
        Proposal(int(spots.cell[k]), float(spots.time_s[k]), gains[k], float(seen[:, k].mean()))
        for k in range(len(gains))
    ]
    return sorted(proposals, key=lambda p: -p.gain)


def _draw(weight: Floats) -> Longs:
    """Releases of equal weight, drawn evenly and not at random: a repeat gives the same."""
    total = np.cumsum(weight)
    return np.asarray(np.searchsorted(total, (np.arange(DRAWN) + 0.5) / DRAWN * total[-1]), np.int64)


def _predicted(tracer: Tracer, found: Posterior, drawn: Longs, spots: transport.Spots) -> Floats:
    """What every drawn release brings to every spot [mg/L], shape (n_drawn, n_spot); masses as their own posterior."""
    _, step, n_edge = tracer.grid
    atoms = found.atoms
    score = np.sqrt(2) * np.array([-0.8, 0.0, 0.8])[np.arange(drawn.size) % 3]
    mass = np.exp(atoms.log_mass[drawn] + atoms.log_sd[drawn] * score)
    seen = np.empty((drawn.size, spots.cell.size))
    for member in np.unique(atoms.member[drawn]):
        table = tracer.responses(int(member), spots)
        rows = np.flatnonzero(atoms.member[drawn] == member)
        one = drawn[rows]
        end = atoms.edge[one] + atoms.width[one]
        after = np.where((end < n_edge)[:, None], table[atoms.place[one], np.minimum(end, n_edge - 1)], 0.0)
        phi = np.maximum(table[atoms.place[one], atoms.edge[one]] - after, 0.0) / (atoms.width[one] * step)[:, None]
        seen[rows] = mass[rows, None] * phi
    return seen


def _information(seen: Floats, label: Longs, sd_mgl: float, shape_sd: float) -> float:
    """Mutual information [nats] of a reading and the labels of equally weighted releases."""
    most = 0.5 * float(np.log1p(seen.var() / sd_mgl**2))  # all a channel of this noise carries
    if most < NEXT_TO_NOTHING:
        return most
    error = np.hypot(sd_mgl, shape_sd * seen)
    value = (seen[:, None] + error[:, None] * _SCORES).ravel()
    density = np.exp(-0.5 * ((value[:, None] - seen) / error) ** 2) / error  # (n_value, n_release)
    density[np.arange(value.size), np.repeat(np.arange(seen.size), _SCORES.size)] = (
        0.0  # a release is no news of itself
    )
    total = density.sum(axis=1)
    by_label = density @ (label[:, None] == np.arange(label.max() + 1)).astype(np.float64)
    chance = by_label / np.maximum(total, 1e-300)[:, None]
    left = -np.where(chance > 0, chance * np.log(np.maximum(chance, 1e-300)), 0.0).sum(axis=1)
    before = np.bincount(label) / label.size
    now = -(before * np.log(before)).sum()
    return float(max(now - np.tile(_PARTS, seen.size) @ left / seen.size, 0.0))
