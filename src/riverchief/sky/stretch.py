"""Stretches (可疑河段): which part of the network a trace makes worth a flight, and its line on the map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.base.geometry import to_local_m
from riverchief.base.network import Network


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of one reach, chainages [m], with the probability that the source lies in it."""

    reach: str
    from_m: float
    to_m: float
    probability: float = 0.0


def suspect(stretches: Iterable[Stretch], share: float = 0.8) -> tuple[Stretch, ...]:
    """The fewest stretches that hold `share` of the probability that lies on the river, the densest first.

    Probability per metre decides, so that a short stretch with a likely outfall comes before a long one with a
    little more. Stretches that touch on the same reach are joined.

    Raises
    ------
    InputError
        When no stretch has any probability: then there is nothing to fly to.
    """
    held = [s for s in stretches if s.probability > 0 and s.to_m > s.from_m]
    if not held:
        raise InputError("the trace puts no probability on any stretch of the river, so there is nothing to fly to.")
    held.sort(key=lambda s: (-s.probability / (s.to_m - s.from_m), s.reach, s.from_m))
    wanted = share * sum(s.probability for s in held)
    chosen: list[Stretch] = []
    for stretch in held:
        chosen.append(stretch)
        if sum(s.probability for s in chosen) >= wanted - 1e-12:
            break
    return _joined(chosen)


def _joined(chosen: Sequence[Stretch]) -> tuple[Stretch, ...]:
    result: list[Stretch] = []
    for s in sorted(chosen, key=lambda s: (s.reach, s.from_m)):
        last = result[-1] if result else None
        if last is not None and last.reach == s.reach and s.from_m <= last.to_m + 1e-6:
            both = last.probability + s.probability
            result[-1] = Stretch(s.reach, last.from_m, max(last.to_m, s.to_m), both)
        else:
            result.append(s)
    return tuple(sorted(result, key=lambda s: -s.probability))


def centreline(network: Network, reach: str, from_m: float, to_m: float) -> NDArray[np.float64]:
    """Longitude and latitude [°], shape (n, 2), of a stretch of a reach: its ends and the drawn vertices between.

    Raises
    ------
    InputError
        When the stretch does not lie on the reach, or the reach has no drawn line.
    """
    i = network.index(reach)
    length = float(network.length_m[i])
    if not 0 <= from_m < to_m <= length * (1 + 1e-9):
        raise InputError(
            f"stretch from {from_m:,.0f} m to {to_m:,.0f} m is not on {reach}, which is {length:,.0f} m long; "
            f"give 0 ≤ from < to ≤ length.",
            reach=reach,
        )
    line = network.lines[i]
    if len(line) < 2:
        raise InputError(f"reach {reach} has no drawn line, so no flight can follow it; add vertices.", reach=reach)
    at = vertex_chainage_m(network, i)
    inside = at[(at > from_m + 1e-6) & (at < to_m - 1e-6)]
    return network.point(i, np.concatenate([[from_m], inside, [min(to_m, length)]]))


def vertex_chainage_m(network: Network, index: int) -> NDArray[np.float64]:
    """Chainage [m] of every drawn vertex of a reach; the drawn line is stretched to the registry's length."""
    line = network.lines[index]
    xy = to_local_m(line[:, 0], line[:, 1], (float(line[0, 0]), float(line[0, 1])))
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
    return along * float(network.length_m[index]) / max(float(along[-1]), 1e-9)
