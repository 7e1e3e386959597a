"""Whose load it is: loads in and out between sections, what facilities discharge, and the rest, with confidence.

At a section: load out = loads of the next sections above + what facilities between discharge + the rest. The rest is
what nobody accounts for: non-point sources where it is above zero, settling and decay in the stream where it is below.

Shares follow the water down. A gain of a stretch belongs to the counties along it by their length of river; a loss
takes the same part from everything that came in. What comes over a border belongs to nobody inside. So the shares of a
section are never below zero and add up to one, in every equally likely version of the loads; their intervals are those
of the versions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from riverchief.base.basin import Section
from riverchief.base.errors import InputError
from riverchief.base.network import Network
from riverchief.base.places import Place

Floats = NDArray[np.float64]
LEVEL = 0.95
BORDER = "border"
_PIECE_M = 1_000.0


@dataclass(frozen=True)
class Passing:
    """The load past a section in a period: best estimate [kg], and equally likely versions (b,)."""

    section: Section
    load_kg: float
    draws_kg: Floats


@dataclass(frozen=True)
class Discharged:
    """What a facility discharged in the period.

    Attributes
    ----------
    code, region : str
    place : Place
    load_kg, deviation_kg : float
        Best estimate and its standard deviation [kg].
    basis : str
        `measured`, `permit` or `registry`: where the figure is from.
    """

    code: str
    region: str
    place: Place
    load_kg: float
    deviation_kg: float
    basis: str


@dataclass(frozen=True)
class Share:
    """The share of a load [0..1] that belongs to somebody, with the interval of the versions."""

    owner: str
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Balance:
    """The account of one section.

    Attributes
    ----------
    section : Section
    above : tuple of str
        The next sections upstream.
    out_kg, in_kg, discharged_kg, rest_kg : float
        `out = in + discharged + rest`.
    out_interval_kg, rest_interval_kg : tuple of float
    facilities : tuple of Discharged
        Between those sections and this one.
    owners : tuple of Share
        Regions and `border`, by share of the load past this section; they add up to one.
    """

    section: Section
    above: tuple[str, ...]
    out_kg: float
    in_kg: float
    discharged_kg: float
    rest_kg: float
    out_interval_kg: tuple[float, float]
    rest_interval_kg: tuple[float, float]
    facilities: tuple[Discharged, ...]
    owners: tuple[Share, ...]

    @property
    def rest_word(self) -> str:
        """`gain`, `loss`, or `balanced` where the interval of the rest holds zero."""
        low, high = self.rest_interval_kg
        return "gain" if low > 0 else "loss" if high < 0 else "balanced"

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "code": self.section.code,
            "above": list(self.above),
            "out_t": self.out_kg / 1000,
            "out_low_t": self.out_interval_kg[0] / 1000,
            "out_high_t": self.out_interval_kg[1] / 1000,
            "in_t": self.in_kg / 1000,
            "discharged_t": self.discharged_kg / 1000,
            "rest_t": self.rest_kg / 1000,
            "rest_low_t": self.rest_interval_kg[0] / 1000,
            "rest_high_t": self.rest_interval_kg[1] / 1000,
            "rest_word": self.rest_word,
            "facilities": [
                {"code": f.code, "region": f.region, "load_t": f.load_kg / 1000, "basis": f.basis}
                for f in self.facilities
            ],
            "shares": [
                {"owner": s.owner, "share": s.share, "low": s.low, "high": s.high}
                for s in sorted(self.owners, key=lambda s: -s.share)
            ],
        }


def next_above(network: Network, places: Sequence[Place]) -> list[list[int]]:
    """For every place, the places upstream of it with no other of them between."""
    reach, chainage = network.positions(places)
    apart = network.distance(reach[:, None], chainage[:, None], reach[None, :], chainage[None, :])
    above = np.isfinite(apart) & (apart > 0)  # [i, j]: i lies above j
    # i is next above j unless some k lies below i and above j
    between = (above.astype(np.int64) @ above.astype(np.int64)) > 0
    return [np.flatnonzero(above[:, j] & ~between[:, j]).tolist() for j in range(len(places))]


def balances(
    network: Network,
    passing: Sequence[Passing],
    discharged: Sequence[Discharged],
    region_of: Callable[[Place], str],
    *,
    seed: int = 0,
) -> list[Balance]:
    """The account of every section, in the order of the water.

    Parameters
    ----------
    network : Network
    passing : sequence of Passing
        Sections with a load; all with the same number of versions.
    discharged : sequence of Discharged
        Facilities anywhere on the network.
    region_of : callable
        The county that a place belongs to.
    seed : int
        Of the versions of what facilities discharged.

    Raises
    ------
    InputError
        When the sections' versions are not equally many.
    """
    if not passing:
        return []
    n = passing[0].draws_kg.size
    for one in passing:
        if one.draws_kg.size != n:
            raise InputError(f"{one.section.code} has {one.draws_kg.size} versions of its load, others {n}.")
    places = [one.section.place for one in passing]
    above = next_above(network, places)
    owned_by = _stretches(network, places, above, [f.place for f in discharged])
    rng = np.random.default_rng(seed)
    versions = [np.maximum(f.load_kg + f.deviation_kg * rng.standard_normal(n), 0.0) for f in discharged]
    # the best estimate goes through the same account as the versions, in column 0
    loads = [np.concatenate([[one.load_kg], one.draws_kg]) for one in passing]
    sent = [np.concatenate([[f.load_kg], v]) for f, v in zip(discharged, versions, strict=True)]
    order = sorted(range(len(passing)), key=lambda j: int(_n_above(network, places)[j]))
    owners: dict[int, dict[str, Floats]] = {}
    found: dict[int, Balance] = {}
    for j in order:
        mine = [k for k, at in enumerate(owned_by) if at == j]
        came = {i: loads[i] for i in above[j]}
        total_in, total_sent = _sum(came.values(), n), _sum((sent[k] for k in mine), n)
        rest = loads[j] - total_in - total_sent
        border = passing[j].section.boundary and not above[j]
        regions = {} if border else _along(network, places, j, above[j], region_of)
        parts = [(owners[i], came[i]) for i in above[j]]
        own = {discharged[k].region: np.zeros(n + 1) for k in mine}
        for k in mine:
            own[discharged[k].region] = own[discharged[k].region] + sent[k]
        owners[j] = _shared(loads[j], rest, parts, own, {BORDER: 1.0} if border else regions)
        found[j] = Balance(
            passing[j].section,
            tuple(passing[i].section.code for i in above[j]),
            float(loads[j][0]),
            float(total_in[0]),
            float(total_sent[0]),
            float(rest[0]),
            _interval(loads[j]),
            _interval(rest),
            tuple(discharged[k] for k in mine),
            tuple(Share(who, float(s[0]), *_interval(s)) for who, s in owners[j].items()),
        )
    return [found[j] for j in order]


def _sum(parts: Any, n: int) -> Floats:
    total = np.zeros(n + 1)
    for part in parts:
        total = total + part
    return total


def _interval(version: Floats) -> tuple[float, float]:
    low, high = np.quantile(version[1:], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def _n_above(network: Network, places: Sequence[Place]) -> NDArray[np.int64]:
    reach, chainage = network.positions(places)
    apart = network.distance(reach[:, None], chainage[:, None], reach[None, :], chainage[None, :])
    counts: NDArray[np.int64] = (np.isfinite(apart) & (apart > 0)).sum(axis=0)
    return counts


def _stretches(
    network: Network, places: Sequence[Place], above: Sequence[Sequence[int]], facilities: Sequence[Place]
) -> list[int]:
    """For every facility the section whose stretch it lies on; -1 below the last one."""
    if not facilities:
        return []
    reach, chainage = network.positions(places)
    f_reach, f_chainage = network.positions(facilities)
    apart = network.distance(f_reach[:, None], f_chainage[:, None], reach[None, :], chainage[None, :])
    found = []
    for row in apart:
        below = set(np.flatnonzero(np.isfinite(row)).tolist())
        first = [j for j in below if not below & set(above[j])]
        found.append(min(first, key=lambda j: row[j]) if first else -1)
    return found


def _along(
    network: Network, places: Sequence[Place], j: int, above: Sequence[int], region_of: Callable[[Place], str]
) -> dict[str, float]:
    """Shares of the length of river between the sections above and this one, by region."""
    reach, chainage = network.positions([places[j]])
    here, at = int(reach[0]), float(chainage[0])
    first = np.zeros(len(network.codes))
    open_ = network.upstream([here])
    for i in above:
        up, up_at = network.positions([places[i]])
        for r in np.flatnonzero(network.upstream([int(up[0])])):
            if r != int(up[0]):
                open_[r] = False
        first[int(up[0])] = max(first[int(up[0])], float(up_at[0]))
    length: dict[str, float] = {}
    for r in np.flatnonzero(open_):
        start, end = first[r], at if r == here else float(network.length_m[r])
        n = max(1, int((end - start) / _PIECE_M))
        for k in range(n if end > start else 0):
            who = region_of(network.place(int(r), start + (k + 0.5) * (end - start) / n))
            length[who] = length.get(who, 0.0) + (end - start) / n
    total = sum(length.values())
    return {who: part / total for who, part in length.items()} if total else {region_of(places[j]): 1.0}


def _shared(
    out: Floats,
    rest: Floats,
    came: Sequence[tuple[Mapping[str, Floats], Floats]],
    own: Mapping[str, Floats],
    along: Mapping[str, float],
) -> dict[str, Floats]:
    """Shares of the load past a section by owner, in every version."""
    owed: dict[str, Floats] = {}
    for owners, load in came:
        for who, share in owners.items():
            owed[who] = owed.get(who, np.zeros_like(out)) + share * load
    for who, load in own.items():
        owed[who] = owed.get(who, np.zeros_like(out)) + load
    gain = np.maximum(rest, 0.0)
    for who, part in along.items():
        owed[who] = owed.get(who, np.zeros_like(out)) + part * gain
    # a loss takes the same part of everything: dividing by the sum is all there is to it
    total = sum(owed.values(), np.zeros_like(out))
    return {who: np.divide(load, total, out=np.zeros_like(load), where=total > 0) for who, load in owed.items()}
