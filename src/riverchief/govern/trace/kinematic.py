"""The first transport engine: steady water of the registry, carried and spread reach by reach.

Every parcel has a travel time whose mean and variance add up along its way; decay and dilution by flow act on it.
`docs/concepts/tracing.md` has the equations. The common error of the registry's velocities is a lognormal factor,
integrated over its nodes (the members).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base import _kernels as network_kernels
from riverchief.base.basin import Basin
from riverchief.base.errors import InputError
from riverchief.base.network import Network
from riverchief.base.places import Place
from riverchief.govern.trace import _kernels as kernels
from riverchief.govern.trace.engine import Band, Floats, Ints, Releases, Travel, weighted_quantile
from riverchief.govern.trace.kinetics import Kinetics, shipped_kinetics
from riverchief.govern.twin.dispersion import fischer, shear_velocity

DAY_S = 86_400.0
LITRE = 1_000.0  # kg/m³ → mg/L


@dataclass(frozen=True)
class KinematicSettings:
    """What the engine assumes where the registry is silent; every default is an assumption, none is a rule.

    Attributes
    ----------
    velocity_log_sd : float
        Standard deviation of the logarithm of the common velocity factor [-].
    timing_log_sd : float
        What is left of it that differs from way to way (unsteady flow, reach by reach) [-].
    members : int
        Nodes of the velocity factor, evenly spaced in its logarithm.
    reach_sd : float
        The nodes cover this many standard deviations on either side.
    strength_log_sd : float
        Error of a predicted concentration: flow, decay and mixing are not those of the registry [-].
    dispersion_log_sd : float
        Standard deviation of the logarithm of the dispersion; formulas from width and depth are no better [-].
    manning : float
        Roughness from which the shear velocity is taken [s/m^(1/3)].
    dispersion_cap_m2s : float
        Upper limit of Fischer's formula, which runs away in wide shallow rivers [m²/s].
    """

    velocity_log_sd: float = 0.2
    timing_log_sd: float = 0.06
    members: int = 11
    reach_sd: float = 2.2
    dispersion_log_sd: float = 1.1
    strength_log_sd: float = 0.25
    manning: float = 0.035
    dispersion_cap_m2s: float = 50.0


class KinematicEngine:
    """Steady kinematic transport on a basin (`TransportEngine`).

    Parameters
    ----------
    basin : Basin
        Its reaches give flow, velocity, width and depth.
    kinetics : Kinetics, optional
        Decay by property; the shipped, assumed one where left out.
    settings : KinematicSettings, optional

    Raises
    ------
    InputError
        Naming a reach whose flow, velocity, width or depth is not above zero.
    """

    def __init__(
        self, basin: Basin, kinetics: Kinetics | None = None, settings: KinematicSettings | None = None
    ) -> None:
        self.settings = settings or KinematicSettings()
        self.kinetics = kinetics or shipped_kinetics()
        self._network = basin.network
        for name, unit in (("flow_m3s", "m³/s"), ("velocity_ms", "m/s"), ("width_m", "m"), ("depth_m", "m")):
            for reach in basin.reaches:
                if not getattr(reach, name) > 0:
                    raise InputError(
                        f"reach {reach.code} has {name} = {getattr(reach, name)} {unit}; the trace needs a value above "
                        f"0 to carry water through it. Add it to the basin's reaches.",
                        reach=reach.code,
                        field=name,
                    )
        self._flow = np.array([r.flow_m3s for r in basin.reaches])
        velocity = np.array([r.velocity_ms for r in basin.reaches])
        depth = np.array([r.depth_m for r in basin.reaches])
        dispersion = np.minimum(
            fischer(
                velocity,
                [r.width_m for r in basin.reaches],
                depth,
                shear_velocity(velocity, depth, self.settings.manning),
            ),
            self.settings.dispersion_cap_m2s,
        )
        self.dispersion_m2s = dispersion
        self._pace = 1 / velocity  # s/m
        self._spread = 2 * dispersion / velocity**3  # s²/m
        self._local = dispersion / velocity**2  # s

    # ------------------------------------------------------------------ what it is

    @property
    def network(self) -> Network:
        """The network whose addresses the engine understands."""
        return self._network

    @cached_property
    def _nodes(self) -> tuple[Floats, Floats, Floats]:
        """Velocity factor, dispersion factor and weight of every member; members of one dispersion stand together."""
        s = self.settings
        score = np.linspace(-s.reach_sd, s.reach_sd, s.members) if s.members > 1 else np.zeros(1)
        density = np.exp(-0.5 * score**2)
        # three nodes with the weights of a Gaussian's mean and variance, 1 : 1.5 : 1 at ± √(7/4) standard deviations
        mixing = np.sqrt(1.75) * np.array([-1.0, 0.0, 1.0]) if s.dispersion_log_sd > 0 else np.zeros(1)
        share = np.array([1.0, 1.5, 1.0]) if s.dispersion_log_sd > 0 else np.ones(1)
        weight = share[:, None] * density
        return (
            np.tile(np.exp(s.velocity_log_sd * score), mixing.size),
            np.repeat(np.exp(s.dispersion_log_sd * mixing), score.size),
            (weight / weight.sum()).ravel(),
        )

    @property
    def velocity_factor(self) -> Floats:
        """How many times as fast as the registry each member runs, shape (n_member,) [-]."""
        return self._nodes[0]

    @property
    def member_weight(self) -> Floats:
        """Prior probability of every member, shape (n_member,), summing to one."""
        return self._nodes[2]

    @cached_property
    def _split(self) -> Floats:
        """Share of a node's load that each of its outgoing reaches carries on.

        Where more flows out than in, water without load has joined; where less flows out, intakes took load with it.
        """
        net = self._network
        out = np.bincount(net.from_node, self._flow, len(net.nodes))
        into = np.bincount(net.to_node, self._flow, len(net.nodes))
        return np.asarray(self._flow / np.maximum(out, into)[net.from_node], np.float64)

    # ------------------------------------------------------------------ the way

    def _ways(self, origins: Sequence[Place], targets: Sequence[Place]) -> tuple[Floats, Floats, Floats]:
        """Gain [mg/L per kg/s], mean travel time [s] and scale D/u² [s], each (n_origin, n_target); gain 0 = no way."""
        net = self._network
        reach, chainage = net.positions(origins)
        goal, into = net.positions(targets)
        out_start, out_reach = network_kernels.adjacency(len(net.nodes), net.from_node)
        share, mean, variance = kernels.way_moments(
            goal, into, net.order, net.from_node, net.to_node, out_start, out_reach,
            self._split, net.length_m, self._pace, self._spread,
        )  # fmt: skip
        rest = net.length_m[reach] - chainage
        passed = share[:, reach].T
        time = mean[:, reach].T + (rest * self._pace[reach])[:, None]
        square = variance[:, reach].T + (rest * self._spread[reach])[:, None]
        run = into[None, :] - chainage[:, None]
        here = (reach[:, None] == goal[None, :]) & (run >= 0)
        passed = np.where(here, 1.0, np.where(reach[:, None] == goal[None, :], 0.0, passed))
        time = np.where(here, run * self._pace[reach][:, None], time)
        square = np.where(here, run * self._spread[reach][:, None], square)
        local = np.broadcast_to(self._local[reach][:, None], time.shape)
        scale = np.divide(square, 2 * time, out=local.copy(), where=time > 0)
        return LITRE * passed / self._flow[goal][None, :], time, scale

    def travel(self, origins: Sequence[Place], targets: Sequence[Place]) -> Travel:
        """Travel times from every origin to every target; see `TransportEngine.travel`."""
        gain, time, scale = self._ways(origins, targets)
        own = self.settings.timing_log_sd
        sds = (float(np.hypot(self.settings.velocity_log_sd, own)), own, np.sqrt(2 * scale * time))
        return Travel(np.where(gain > 0, time, np.nan), *(np.where(gain > 0, sd, np.nan) for sd in sds))

    # ------------------------------------------------------------------ the response

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
        if members is None:
            parts = [
                w * self.response(places, start, duration, targets, times_s, property_code, m)
                for m, w in enumerate(self.member_weight)
            ]
            return np.asarray(np.sum(parts, axis=0), np.float64)
        chosen = np.broadcast_to(members, n).astype(np.int64)
        spots, at = _distinct(targets)
        gain, mean, scale = self._ways(places, spots)
        times = np.ascontiguousarray(np.broadcast_to(times_s, len(targets)), np.float64)
        decay = self.kinetics.decay(property_code).per_day / DAY_S
        mixed = scale * self._nodes[1][chosen][:, None]
        return kernels.response(  # type: ignore[no-any-return]
            start, duration, self._nodes[0][chosen], mean, mixed, gain, times, at, decay
        )

    def onset(
        self,
        origins: Sequence[Place],
        edges_s: ArrayLike,
        targets: Sequence[Place],
        times_s: ArrayLike,
        property_code: str,
    ) -> NDArray[np.float32]:
        """Concentration under an endless load of 1 kg/s; see `TransportEngine.onset`."""
        spots, at = _distinct(targets)
        gain, mean, scale = self._ways(origins, spots)
        edges = np.ascontiguousarray(edges_s, np.float64)
        times = np.ascontiguousarray(np.broadcast_to(times_s, len(targets)), np.float64)
        result = np.empty((len(origins), self.velocity_factor.size, edges.shape[1], times.size), np.float32)
        decay = self.kinetics.decay(property_code).per_day / DAY_S
        kernels.onset(edges, *self._nodes[:2], mean, scale, gain, times, at, decay, result)
        return result

    def forecast(self, releases: Releases, places: Sequence[Place], times_s: ArrayLike) -> Band:
        """Concentration above the background at places and times; see `TransportEngine.forecast`.

        What the members do not carry is drawn by the releases' scores: the arrival is shifted by
        `timing_log_sd` of the way, the size by `strength_log_sd`.
        """
        times = np.atleast_1d(np.asarray(times_s, np.float64))
        decay = self.kinetics.decay(releases.property).per_day / DAY_S
        gain, mean, scale = self._ways(releases.places, places)
        way = mean
        if releases.anchor is not None:
            seen_gain, seen_after, _ = self._ways(releases.places, [releases.anchor])
            way = np.where(seen_gain > 0, np.abs(mean - seen_after), mean)
        share = np.divide(way, mean, out=np.zeros_like(mean), where=mean > 0)
        stretch = np.exp(self.settings.timing_log_sd * releases.timing_score[:, None] * share)
        stretched = scale * stretch * self._nodes[1][releases.member][:, None]
        targets = np.repeat(np.arange(len(places)), times.size)
        seen = kernels.response(
            releases.start_s, releases.duration_s, self.velocity_factor[releases.member],
            mean * stretch, stretched, gain, np.tile(times, len(places)), targets, decay,
        )  # fmt: skip
        size = releases.mass_kg * np.exp(self.settings.strength_log_sd * releases.strength_score)
        samples = seen.reshape(len(releases.places), len(places), times.size) * size[:, None, None]
        low, median, high = (weighted_quantile(samples, releases.weight, level) for level in (0.05, 0.5, 0.95))
        return Band(samples, np.tensordot(releases.weight, samples, 1), low, median, high)


def _distinct(places: Sequence[Place]) -> tuple[list[Place], Ints]:
    """The distinct places in order of appearance, and which of them each place is."""
    index: dict[Place, int] = {}
    at = np.array([index.setdefault(place, len(index)) for place in places], np.int64)
    return list(index), at
