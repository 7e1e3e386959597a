"""Where to look first: the corridor of river that holds most of the probability and can be flown."""

from __future__ import annotations

import numpy as np

from riverchief.base.errors import InputError
from riverchief.base.network import Network
from riverchief.govern.trace.result import Stretch, Trace

ENOUGH = 0.95  # part of the corridor's probability beyond which its ends are not worth a battery


def suspect_stretch(trace: Trace, network: Network, max_length_m: float) -> list[Stretch]:
    """The corridor down the water, at most so long, with the most probability: stretches that follow one another.

    Every cell is tried as its upper end; at a bifurcation it follows the branch with more probability. Its ends are
    then drawn in as long as 95 % of what it holds stays inside.

    Parameters
    ----------
    max_length_m : float
        Length that can be flown [m].

    Returns
    -------
    list of Stretch
        From upstream; empty when the trace ranks nothing.

    Raises
    ------
    InputError
        For a length that is not above 0 m.
    """
    if not max_length_m > 0:
        raise InputError(f"a flight over at most {max_length_m} m was asked for; give a length above 0 m.")
    cells: dict[int, list[Stretch]] = {}
    for cell in trace.reach_probability:
        cells.setdefault(network.index(cell.reach), []).append(cell)
    best: list[Stretch] = []
    for reach, mine in cells.items():
        for cell in mine:
            way = _follow(network, cells, reach, cell.from_m, max_length_m)
            if _chance(way) > _chance(best) + 1e-12:
                best = way
    return _joined(_drawn_in(best))


def _chance(way: list[Stretch]) -> float:
    return sum(s.probability for s in way)


def _follow(
    network: Network, cells: dict[int, list[Stretch]], reach: int, from_m: float, length_m: float
) -> list[Stretch]:
    """Cells along the water from one place on, the last one cut where the length ends; gaps have probability 0."""
    way: list[Stretch] = []
    while length_m > 1e-6:
        to_m = min(float(network.length_m[reach]), from_m + length_m)
        at = from_m
        for cell in sorted(cells.get(reach, ()), key=lambda c: c.from_m):
            low, high = max(cell.from_m, at), min(cell.to_m, to_m)
            if high <= low:
                continue
            if low > at:
                way.append(Stretch(cell.reach, at, low, 0.0))
            way.append(Stretch(cell.reach, low, high, cell.probability * (high - low) / (cell.to_m - cell.from_m)))
            at = high
        if to_m > at:
            way.append(Stretch(network.codes[reach], at, to_m, 0.0))
        length_m -= to_m - from_m
        below = np.flatnonzero(network.from_node == network.to_node[reach])
        if below.size == 0:
            break
        reach = int(max(below, key=lambda r: _chance(cells.get(int(r), []))))
        from_m = 0.0
    return way


def _drawn_in(way: list[Stretch]) -> list[Stretch]:
    """Drop the poorer end, cell by cell, while enough probability stays inside."""
    enough = ENOUGH * _chance(way)
    while len(way) > 1:
        shorter = way[1:] if way[0].probability <= way[-1].probability else way[:-1]
        if _chance(shorter) < enough:
            break
        way = shorter
    return way


def _joined(way: list[Stretch]) -> list[Stretch]:
    """One stretch per reach."""
    joined: list[Stretch] = []
    for part in way:
        if joined and joined[-1].reach == part.reach:
            last = joined[-1]
            joined[-1] = Stretch(part.reach, last.from_m, part.to_m, last.probability + part.probability)
        else:
            joined.append(part)
    return joined
