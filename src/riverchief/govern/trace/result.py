"""What a trace says: candidates with probabilities that sum to one, and where along the river they lie."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from riverchief.base.network import Network
from riverchief.base.places import Place
from riverchief.base.time import from_epoch
from riverchief.govern.trace.engine import Releases


@dataclass(frozen=True)
class Candidate:
    """One possible origin.

    Attributes
    ----------
    kind : str
        outfall, works, enterprise; boundary for inflow over the border; none for a source on no list.
    place : Place or None
        Where it enters the river; for "none" the middle of the most probable stretch.
    start_s, start_low_s, start_high_s : float
        Median, 5 % and 95 % of the start of the release if it was this one [s since 1970 UTC]; nan without any.
    duration_s : float
        Median duration [s].
    mass_kg, mass_low_kg, mass_high_kg : float
        Median, 5 % and 95 % of the mass [kg], with the error of the registry's flow.
    """

    code: str
    kind: str
    name_zh: str
    name_en: str
    probability: float
    place: Place | None
    start_s: float
    start_low_s: float
    start_high_s: float
    duration_s: float
    mass_kg: float
    mass_low_kg: float
    mass_high_kg: float


@dataclass(frozen=True)
class Stretch:
    """A stretch of a reach [m from its upstream end] and the probability that the source lies in it."""

    reach: str
    from_m: float
    to_m: float
    probability: float


@dataclass(frozen=True)
class Trace:
    """Where it came from, as far as the readings tell.

    Attributes
    ----------
    at_s : float
        The instant up to which readings were used [s since 1970 UTC].
    state : str
        "ranked", or "not_enough" when there is nothing to rank by; `reason` says why.
    property : str
        The pollutant that stands out most.
    n_readings, n_stations, n_above : int
        Readings used, stations they come from, readings clearly above background.
    candidates : tuple of Candidate
        By falling probability; they sum to one. Empty when there is nothing to rank by.
    reach_probability : tuple of Stretch
        Cells of about one kilometre; they sum to one less the probability that no source explains the readings.
    certainty : float
        Probability of the first candidate [-].
    effective_candidates : float
        exp of the entropy: 1 when it can only be one, n when n are alike [-].
    releases : dict
        By property: the posterior as weighted releases, for the forecast.
    background : float
        Median background of the traced property at the stations [mg/L].
    decay_per_day, decay_assumed
        The decay that was used [1/d], and whether it is only assumed.
    reading_ids : tuple of str
        The records behind it.
    """

    at_s: float
    state: str
    reason: str
    property: str
    n_readings: int
    n_stations: int
    n_above: int
    candidates: tuple[Candidate, ...]
    reach_probability: tuple[Stretch, ...]
    certainty: float
    effective_candidates: float
    releases: dict[str, Releases] = field(repr=False)
    background: float = 0.0
    decay_per_day: float = 0.0
    decay_assumed: bool = True
    reading_ids: tuple[str, ...] = ()


def trace_as_dict(trace: Trace, network: Network | None = None) -> dict[str, Any]:
    """A trace as JSON: times ISO 8601 UTC, probabilities to four digits, positions [°] where a network is given.

    The releases stay behind: they are for the forecast, not for reading.
    """

    def candidate(one: Candidate) -> dict[str, Any]:
        lon = lat = None
        if one.place is not None and network is not None:
            lon, lat = _lonlat(network, one.place)
        return {
            "code": one.code,
            "kind": one.kind,
            "name_zh": one.name_zh,
            "name_en": one.name_en,
            "probability": round(one.probability, 4),
            "reach": one.place.reach if one.place else None,
            "chainage_m": round(one.place.chainage_m, 1) if one.place else None,
            "lon": lon,
            "lat": lat,
            "start": iso(one.start_s),
            "start_low": iso(one.start_low_s),
            "start_high": iso(one.start_high_s),
            "duration_s": number(one.duration_s),
            "mass_kg": number(one.mass_kg),
            "mass_low_kg": number(one.mass_low_kg),
            "mass_high_kg": number(one.mass_high_kg),
        }

    return {
        "at": iso(trace.at_s),
        "state": trace.state,
        "reason": trace.reason,
        "property": trace.property,
        "n_readings": trace.n_readings,
        "n_stations": trace.n_stations,
        "n_above": trace.n_above,
        "certainty": round(trace.certainty, 4),
        "effective_candidates": round(trace.effective_candidates, 2),
        "decay_per_day": trace.decay_per_day,
        "decay_assumed": trace.decay_assumed,
        "candidates": [candidate(c) for c in trace.candidates],
        "reach_probability": [
            {
                "reach": s.reach,
                "from_m": round(s.from_m, 1),
                "to_m": round(s.to_m, 1),
                "probability": number(s.probability, 3),
            }
            for s in trace.reach_probability
        ],
        "reading_ids": list(trace.reading_ids),
    }


def _lonlat(network: Network, place: Place) -> tuple[float | None, float | None]:
    lon, lat = network.point(network.index(place.reach), place.chainage_m)[0]
    return (round(float(lon), 6), round(float(lat), 6)) if np.isfinite(lon) else (None, None)


def iso(time_s: float) -> str | None:
    """Seconds since 1970 UTC as ISO 8601 with Z, to the second; None for nan."""
    return None if not np.isfinite(time_s) else from_epoch(round(time_s)).strftime("%Y-%m-%dT%H:%M:%SZ")


def number(value: float, digits: int = 4) -> float | None:
    """A value to so many significant digits; None for nan, which JSON does not know."""
    return None if not np.isfinite(value) else float(f"{value:.{digits}g}")
