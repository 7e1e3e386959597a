"""The twin as the trace's transport engine: any run's flows, or the registry's steady water.

Members are worlds with a weight: runs of the hydraulics, or one steady water that runs faster or slower and mixes more
or less. Steady water (flows of one step) is answered from curves; a run's flows by the transport and its transpose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.basin import Basin
from riverchief.base.errors import InputError
from riverchief.base.network import Network
from riverchief.base.places import Place
from riverchief.govern.trace.engine import Band, Releases, Travel, weighted_quantile
from riverchief.govern.trace.kinetics import Kinetics, shipped_kinetics
from riverchief.govern.twin.flows import Floats, Flows
from riverchief.govern.twin.tracing import answers, transport
from riverchief.govern.twin.tracing.curves import MeanWater, Shapes
from riverchief.govern.twin.tracing.steady import PlaceMap, steady_flows
from riverchief.govern.twin.tracing.ways import _kernels as kernels

DAY_S = 86_400.0


@dataclass(frozen=True)
class Member:
    """One world: its water, how probable it is [-], and how many times as fast steady water runs in it [-]."""

    flows: Flows
    weight: float
    clock: float = 1.0


@dataclass(frozen=True)
class TwinSettings:
    """What is assumed of the water; every default is an assumption, none is a rule.

    Attributes
    ----------
    velocity_log_sd, dispersion_log_sd : float
        Standard deviation of the logarithm of the common factors on the registry's velocity and dispersion [-].
    velocity_nodes : int
        Nodes of the velocity factor over `reach_sd` standard deviations on either side; 1 for a known velocity.
    timing_log_sd : float
        What of the travel time differs from way to way, which no member carries [-].
    strength_log_sd : float
        Error of a predicted concentration [-].
    """

    velocity_log_sd: float = 0.2
    dispersion_log_sd: float = 1.1
    velocity_nodes: int = 11
    reach_sd: float = 2.2
    timing_log_sd: float = 0.06
    strength_log_sd: float = 0.25


class TwinEngine:
    """Transport on the twin's flows (`TransportEngine`).

    Parameters
    ----------
    network : Network
    members : sequence of Member
        All steady (one step each) or all runs on one grid; run times in seconds since 1970 UTC.
    places : PlaceMap
        Which cell a place lies in.
    kinetics : Kinetics, optional
    settings : TwinSettings, optional

    Raises
    ------
    InputError
        For no member, weights that are no probabilities, or flows that do not hang together.
    """

    def __init__(
        self,
        network: Network,
        members: Sequence[Member],
        places: PlaceMap,
        kinetics: Kinetics | None = None,
        settings: TwinSettings | None = None,
    ) -> None:
        weight = np.array([m.weight for m in members], np.float64)
        if weight.size == 0 or not (weight >= 0).all() or not weight.sum() > 0:
            raise InputError(f"the twin's engine was given {weight.size} members; give at least one of weight above 0.")
        if len({m.flows.n_step == 1 for m in members}) > 1:
            raise InputError("the twin's engine was given steady flows and runs together; give one kind.")
        self._network, self._members, self._places = network, tuple(members), places
        self.kinetics, self.settings = kinetics or shipped_kinetics(), settings or TwinSettings()
        self._weight: Floats = np.asarray(weight / weight.sum(), np.float64)
        self._steady = members[0].flows.n_step == 1
        waters: dict[int, MeanWater] = {}
        for member in members:
            if id(member.flows) not in waters:
                member.flows.check()
                waters[id(member.flows)] = MeanWater(member.flows)
        self._water = tuple(waters[id(m.flows)] for m in members)

    @classmethod
    def of_basin(
        cls,
        basin: Basin,
        kinetics: Kinetics | None = None,
        settings: TwinSettings | None = None,
        dx_m: float = 300.0,
    ) -> TwinEngine:
        """The registry's steady water, faster or slower, mixing more or less.

        Raises
        ------
        InputError
            Naming a reach whose flow, velocity, width or depth is not above zero.
        """
        s = settings or TwinSettings()
        score = np.linspace(-s.reach_sd, s.reach_sd, s.velocity_nodes) if s.velocity_nodes > 1 else np.zeros(1)
        # three nodes with the weights of a Gaussian's mean and variance, 1 : 1.5 : 1 at ± √(7/4) standard deviations
        mixing = np.sqrt(1.75) * np.array([-1.0, 0.0, 1.0]) if s.dispersion_log_sd > 0 else np.zeros(1)
        share = np.array([1.0, 1.5, 1.0]) if s.dispersion_log_sd > 0 else np.ones(1)
        members = []
        for factor, part in zip(np.exp(s.dispersion_log_sd * mixing), share, strict=True):
            flows, places = steady_flows(basin, dx_m, None, float(factor))
            members += [
                Member(flows, float(part * np.exp(-0.5 * z**2)), float(np.exp(s.velocity_log_sd * z))) for z in score
            ]
        return cls(basin.network, members, places, kinetics, settings)

    # ------------------------------------------------------------------ what it is

    @property
    def network(self) -> Network:
        """The network whose addresses the engine understands."""
        return self._network

    @property
    def member_weight(self) -> Floats:
        """Prior probability of every member, shape (n_member,), summing to one."""
        return self._weight

    def _spots(self, places: Sequence[Place]) -> list[tuple[int, float]]:
        return [self._places.cell(place) for place in places]

    def _decay(self, property_code: str) -> float:
        return self.kinetics.decay(property_code).per_day / DAY_S

    # ------------------------------------------------------------------ questions

    def travel(self, origins: Sequence[Place], targets: Sequence[Place]) -> Travel:
        """Travel times from every origin to every target; see `TransportEngine.travel`."""
        origins, who = _distinct(origins)
        targets, at = _distinct(targets)
        here, there = self._spots(origins), self._spots(targets)
        shape = (len(here), len(there))
        log_mean, square, log_spread, found = (
            np.zeros(shape),
            np.zeros(shape),
            np.zeros(shape),
            np.ones(shape, np.bool_),
        )
        ways = {key: water.ways(here, there) for key, water in {id(w): w for w in self._water}.items()}
        for member, water, weight in zip(self._members, self._water, self._weight, strict=True):
            way = ways[id(water)]
            log_time = np.log(np.maximum(way.mean_s, 1e-9) / member.clock)
            log_mean += weight * log_time
            square += weight * log_time**2
            log_spread += weight * 0.5 * np.log(np.maximum(way.variance_s2, 1e-18) / member.clock**2)
            found &= way.share > 0
        own = self.settings.timing_log_sd
        sd = np.sqrt(np.maximum(square - log_mean**2, 0.0) + own**2)
        median = np.where(np.exp(log_mean) <= 2e-9, 0.0, np.exp(log_mean))
        pick = np.ix_(who, at)
        return Travel(
            *(np.where(found, v, np.nan)[pick] for v in (median, sd, np.full(shape, own), np.exp(log_spread)))
        )

    def response(
        self,
        places: Sequence[Place],
        starts_s: ArrayLike,
        durations_s: ArrayLike,
        targets: Sequence[Place],
        times_s: ArrayLike,
        property_code: str,
        members: ArrayLike | None = None,
    ) -> Floats:
        """Concentration that one kilogram causes at every observation; see `TransportEngine.response`."""
        n = len(places)
        start, duration = (np.ascontiguousarray(np.broadcast_to(v, n), np.float64) for v in (starts_s, durations_s))
        times = np.ascontiguousarray(np.broadcast_to(times_s, len(targets)), np.float64)
        spots, at = _distinct(targets)
        decay, none = self._decay(property_code), np.ones((n, len(spots)))
        if members is not None:
            chosen = np.broadcast_to(members, n).astype(np.int64)
            return self._respond(places, start, duration, chosen, spots, at, times, decay, none)
        parts = [
            weight * self._respond(places, start, duration, np.full(n, m), spots, at, times, decay, none)
            for m, weight in enumerate(self._weight)
        ]
        return np.asarray(np.sum(parts, axis=0), np.float64)

    def onset(
        self,
        origins: Sequence[Place],
        edges_s: ArrayLike,
        targets: Sequence[Place],
        times_s: ArrayLike,
        property_code: str,
    ) -> NDArray[np.float32]:
        """Concentration under an endless load of 1 kg/s; see `TransportEngine.onset`."""
        edges = np.ascontiguousarray(edges_s, np.float64)
        times = np.ascontiguousarray(np.broadcast_to(times_s, len(targets)), np.float64)
        spots, at = _distinct(targets)
        decay, here, there = self._decay(property_code), self._spots(origins), self._spots(spots)
        result = np.empty((len(origins), len(self._members), edges.shape[1], times.size), np.float32)
        seen: dict[int, tuple[answers.Scaled, Shapes]] = {}
        for m, (member, water) in enumerate(zip(self._members, self._water, strict=True)):
            if self._steady:
                if id(water) not in seen:
                    cells = [np.array([c for c, _ in side], np.int64) for side in (here, there)]
                    seen[id(water)] = (answers.Scaled(water, here, there), answers.shapes(water, *cells))
                way, shapes = seen[id(water)]
                size, mean, sd = way.at(decay / member.clock)
                kernels.look_up_onset(
                    edges, member.clock, size, mean, sd, shapes.offset, shapes.scale, shapes.table, times, at,
                    result[:, m],
                )  # fmt: skip
            else:
                read = transport.Spots(
                    np.array([c for c, _ in there], np.int64)[at], np.array([f for _, f in there])[at], times
                )
                levels = np.arange(member.flows.n_step + 1)
                table = transport.onset(member.flows, read, levels, [c for c, _ in here], decay)
                below = answers.below(member.flows, here, there)
                for o, spot in enumerate(here):
                    after, part = answers.between_levels(
                        member.flows.time_s, edges[o] + answers.entry_shift(water, spot)
                    )
                    result[o, m] = table[o, after - 1] + part[:, None] * (table[o, after] - table[o, after - 1])
                    result[o, m][(edges[o][:, None] >= times[None, :]) | ~below[o, at]] = 0.0
        return result

    def forecast(self, releases: Releases, places: Sequence[Place], times_s: ArrayLike) -> Band:
        """Concentration above the background at places and times; see `TransportEngine.forecast`.

        What the members do not carry is drawn by the releases' scores: the arrival is shifted by `timing_log_sd` of
        the way, the size by `strength_log_sd`.
        """
        times = np.atleast_1d(np.asarray(times_s, np.float64))
        spots, which = _distinct(places)
        origins, who = _distinct(releases.places)
        mean = self.travel(origins, spots).median_s[who]
        way = mean
        if releases.anchor is not None:
            seen = self.travel(origins, [releases.anchor]).median_s[who]
            way = np.where(np.isfinite(seen), np.abs(mean - seen), mean)
        part = np.divide(way, mean, out=np.zeros_like(mean), where=mean > 0)
        stretch = np.exp(self.settings.timing_log_sd * releases.timing_score[:, None] * part)
        at = np.repeat(which, times.size)
        seen = self._respond(
            releases.places, releases.start_s, releases.duration_s, releases.member, spots, at,
            np.tile(times, len(places)), self._decay(releases.property), stretch,
        )  # fmt: skip
        size = releases.mass_kg * np.exp(self.settings.strength_log_sd * releases.strength_score)
        samples = seen.reshape(len(releases.places), len(places), times.size) * size[:, None, None]
        low, median, high = (weighted_quantile(samples, releases.weight, level) for level in (0.05, 0.5, 0.95))
        return Band(samples, np.tensordot(releases.weight, samples, 1), low, median, high)

    # ------------------------------------------------------------------ answers

    def _respond(
        self,
        places: Sequence[Place],
        start: Floats,
        duration: Floats,
        chosen: NDArray[np.int64],
        spots: Sequence[Place],
        at: NDArray[np.int64],
        times: Floats,
        decay: float,
        stretch: Floats,
    ) -> Floats:
        """Response per kg, every candidate under its own member, its lags stretched; shape (n, n_observation)."""
        origins, who = _distinct(places)
        here, there = self._spots(origins), self._spots(spots)
        out = np.zeros((len(places), times.size))
        groups: dict[int, list[int]] = {}
        for i, m in enumerate(chosen):
            groups.setdefault(id(self._water[m]) if self._steady else int(m), []).append(i)
        for rows_ in groups.values():
            rows = np.array(rows_)
            water = self._water[chosen[rows[0]]]
            if self._steady:
                clock = np.array([self._members[m].clock for m in chosen[rows]])
                out[rows] = answers.steady(
                    water, here, there, who[rows], start[rows], duration[rows], clock, at, times, decay, stretch[rows]
                )
            else:
                out[rows] = answers.run(
                    self._members[chosen[rows[0]]].flows, water, [here[i] for i in who[rows]], there, start[rows],
                    duration[rows], at, times, decay, stretch[rows],
                )  # fmt: skip
        return out


def _distinct(places: Sequence[Place]) -> tuple[list[Place], NDArray[np.int64]]:
    """The distinct places in order of appearance, and which of them each place is."""
    index: dict[Place, int] = {}
    at = np.array([index.setdefault(place, len(index)) for place in places], np.int64)
    return list(index), at
