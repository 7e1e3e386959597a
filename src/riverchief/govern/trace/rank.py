"""Who did it: Bayesian ranking of every possible origin by the readings of all stations.

Every candidate is tried with every start, duration and velocity; the mass is integrated out. `docs/concepts/tracing.md`
has the mathematics and says what the probabilities mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from riverchief.base.basin import Basin
from riverchief.base.errors import InputError
from riverchief.govern.trace.candidates import suspects
from riverchief.govern.trace.engine import TransportEngine
from riverchief.govern.trace.evidence import evidence_of
from riverchief.govern.trace.fingerprint import Fingerprint
from riverchief.govern.trace.kinetics import shipped_kinetics
from riverchief.govern.trace.observations import Observation, Readings, usable
from riverchief.govern.trace.posterior import summarise
from riverchief.govern.trace.result import Trace
from riverchief.govern.trace.settings import TraceSettings


def rank(
    basin: Basin,
    engine: TransportEngine,
    observations: Sequence[Observation],
    at: datetime,
    settings: TraceSettings | None = None,
) -> Trace:
    """Rank facilities, inflow over the border and "none of these" by what the stations saw.

    Parameters
    ----------
    basin : Basin
        Its facilities and boundary sections are the candidates, its reaches the river.
    engine : TransportEngine
        Where water goes and what a kilogram does.
    observations : sequence of Observation
        Of one or several properties, of **all** stations around, those that saw nothing among them, from some hours
        before the first reading above background (two days are plenty).
    at : datetime
        Readings later than this are not used; aware.
    settings : TraceSettings, optional

    Returns
    -------
    Trace
        With state "not_enough" when no usable reading stands clearly above its background.

    Raises
    ------
    InputError, UnknownName, PlaceError
        For a property that is no released mass, a background that is no number, or a station off the network.
    """
    settings = settings or TraceSettings()
    if at.tzinfo is None:
        raise InputError(f"trace at {at.isoformat()}: the instant has no time zone; pass an aware datetime.")
    at_s = at.timestamp()
    readings = usable(observations, at_s, settings)
    for code in readings:
        shipped_kinetics().decay(code)  # refuses what is no released mass
    seen = {code: r for code, r in readings.items() if r.is_hit.any()}
    if not seen:
        return _not_enough(at_s, readings)
    main = max(seen, key=lambda code: float(np.log1p(seen[code].score[seen[code].is_hit] ** 2).sum()))
    hits = seen[main]
    hit_places = [p for p, hit in zip(hits.places, hits.is_hit, strict=True) if hit]
    origins = suspects(basin, engine, list(dict.fromkeys(hit_places)), main, settings)
    found = evidence_of(engine, origins, hits, at_s, settings)
    fingerprint = Fingerprint.of(main, readings, basin.facilities, settings)
    for origin in found:
        origin.log_weight += np.log(origin.suspect.prior) + fingerprint.log_factor(
            origin.suspect.kind, origin.suspect.pollutants
        )
    background = float(np.log(settings.background_share))
    return summarise(found, background, main, engine, readings, at_s, settings)


def _not_enough(at_s: float, readings: Mapping[str, Readings]) -> Trace:
    n = sum(r.time_s.size for r in readings.values())
    reason = (
        "no usable reading was given: every one is flagged, later than the instant asked for, or without a number."
        if n == 0
        else f"none of {n} usable readings stands clearly above its background, so there is nothing to trace."
    )
    stations = {s for r in readings.values() for s in r.stations}
    return Trace(at_s, "not_enough", reason, "", n, len(stations), 0, (), (), 0.0, 0.0, {})
