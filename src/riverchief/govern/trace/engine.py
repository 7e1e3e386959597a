"""What the trace asks of a transport engine, and the values that pass between them.

The kinematic engine is the first that answers; a full hydrodynamic model answers the same questions later and has to
pass the same test class. Transport is linear in the load, so everything is a response to one kilogram. What is not
known of the water (how fast it really runs) is carried by *members*: equally shaped worlds with a weight each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.network import Network
from riverchief.base.places import Place

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Travel:
    """Travel times of the water from origins (rows) down to targets (columns).

    Attributes
    ----------
    median_s : float64 (n_origin, n_target)
        Median travel time [s]; nan where the target is not below the origin.
    log_sd : float64 (n_origin, n_target)
        Standard deviation of the logarithm of the travel time [-].
    own_log_sd : float64 (n_origin, n_target)
        The part of it that differs from way to way, which no member carries [-].
    spread_s : float64 (n_origin, n_target)
        Standard deviation of the passage of what was released in one instant [s].
    """

    median_s: Floats
    log_sd: Floats
    own_log_sd: Floats
    spread_s: Floats


@dataclass(frozen=True)
class Releases:
    """Weighted releases that stand for a posterior: place, time, mass and member of each.

    Attributes
    ----------
    places : tuple of Place, length n
        Where each release enters the water.
    start_s, duration_s : float64 (n,)
        Its start [s since 1970 UTC] and how long it lasts [s].
    mass_kg : float64 (n,)
        Mass released of the property [kg].
    member : int64 (n,)
        The member of the engine under which it explains the readings.
    weight : float64 (n,)
        Probability of each; sums to one.
    property : str
        What was released.
    timing_score : float64 (n,)
        Standard normal score of the part of the arrival that no member carries [-].
    strength_score : float64 (n,)
        Standard normal score of the error of the response's size [-].
    anchor : Place, optional
        Where the release was last seen; errors grow with the way from there.
    """

    places: tuple[Place, ...]
    start_s: Floats
    duration_s: Floats
    mass_kg: Floats
    member: Ints
    weight: Floats
    property: str
    timing_score: Floats
    strength_score: Floats
    anchor: Place | None = None


@dataclass(frozen=True)
class Band:
    """Concentration above the background at places (rows) and times (columns), from weighted releases.

    Attributes
    ----------
    samples_mgl : float64 (n_release, n_place, n_time)
        Concentration of every release [mg/L].
    mean_mgl, low_mgl, median_mgl, high_mgl : float64 (n_place, n_time)
        Weighted mean and 5 %, 50 %, 95 % quantiles [mg/L].
    """

    samples_mgl: Floats
    mean_mgl: Floats
    low_mgl: Floats
    median_mgl: Floats
    high_mgl: Floats


class TransportEngine(Protocol):
    """Answers where water goes, how long it takes, and what one kilogram does to a reading."""

    @property
    def network(self) -> Network:
        """The network whose addresses the engine understands."""
        ...

    @property
    def member_weight(self) -> Floats:
        """Prior probability of every member, shape (n_member,), summing to one."""
        ...

    def travel(self, origins: Sequence[Place], targets: Sequence[Place]) -> Travel:
        """Travel times from every origin to every target."""
        ...

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
        """Concentration that one kilogram causes at every observation [mg/L per kg].

        Parameters
        ----------
        places : sequence of Place, length n_candidate
            Where each candidate enters the water.
        starts_s, durations_s : array_like, broadcastable to (n_candidate,)
            Start [s since 1970 UTC] and duration [s] of each; duration 0 is instantaneous.
        targets : sequence of Place, length n_observation
        times_s : array_like, broadcastable to (n_observation,)
            Where and when [s since 1970 UTC] each observation is taken.
        property_code : str
            Decides the decay.
        members : array_like of int, broadcastable to (n_candidate,), optional
            The member of each candidate; the weighted mean over all members where left out.

        Returns
        -------
        float64 (n_candidate, n_observation)
        """
        ...

    def onset(
        self,
        origins: Sequence[Place],
        edges_s: ArrayLike,
        targets: Sequence[Place],
        times_s: ArrayLike,
        property_code: str,
    ) -> NDArray[np.float32]:
        """Concentration that a load of 1 kg/s causes which began at each edge and never ended [mg/L per kg/s].

        A release from one edge to a later one is the difference of two of them over its duration; that is how the
        ranking sees all starts and durations at once.

        Parameters
        ----------
        edges_s : array_like, shape (n_origin, n_edge)
            Instants at which a release may begin or end [s since 1970 UTC], own ones per origin.

        Returns
        -------
        float32 (n_origin, n_member, n_edge, n_observation)
        """
        ...

    def forecast(self, releases: Releases, places: Sequence[Place], times_s: ArrayLike) -> Band:
        """Concentration above the background that weighted releases bring to places at times."""
        ...


def weighted_quantile(values: ArrayLike, weight: ArrayLike, level: float) -> Floats:
    """Quantile of weighted samples along the first axis: the smallest value whose weight reaches `level`.

    Parameters
    ----------
    values : array_like, shape (n, ...)
    weight : array_like, shape (n,)
        Not negative, with a sum above zero.
    level : float
        0 … 1.
    """
    samples = np.asarray(values, np.float64)
    order = np.argsort(samples, axis=0)
    share = np.asarray(weight, np.float64)[order]
    reached = np.cumsum(share, axis=0) >= level * share.sum(axis=0) * (1 - 1e-12)
    first = np.argmax(reached, axis=0)
    ranked = np.take_along_axis(samples, order, axis=0)
    return np.asarray(np.take_along_axis(ranked, first[None], axis=0)[0], np.float64)
