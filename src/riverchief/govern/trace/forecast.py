"""Where the wave goes: arrival and strength at sections downstream with their band, and the moving front."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from riverchief.base.basin import Basin, Section
from riverchief.base.errors import InputError
from riverchief.base.places import Place
from riverchief.base.units import property_named
from riverchief.govern.trace.engine import Floats, Releases, TransportEngine, weighted_quantile
from riverchief.govern.trace.result import Trace, iso, number

ARRIVED = 0.2  # a wave has arrived where it exceeds the background by this share
UNLIKELY = 0.05  # sections that the wave reaches with a smaller probability are left out
STEP_S = 900.0
FRONT_RELEASES = 100  # of the posterior's releases carry the front
FRONT_FLOOR = 0.02  # of the highest concentration on the river at any time


@dataclass(frozen=True)
class SectionForecast:
    """What a wave does to one section.

    Attributes
    ----------
    arrival_s, arrival_low_s, arrival_high_s : float
        Median, 5 % and 95 % of the first instant above the background by 20 % [s since 1970 UTC]; nan for a quantile
        that lies beyond the horizon or among the releases that never get there.
    peak, peak_low, peak_high : float
        Median, 5 % and 95 % of the highest concentration, background included [unit].
    probability : float
        Of arriving at all within the horizon [-].
    arrived : bool
        Whether the median arrival has passed.
    background : float
        Concentration without the wave [unit].
    background_assumed : bool
        None was given for this section; the median of the stations' stands for it.
    """

    code: str
    name_zh: str
    name_en: str
    arrival_s: float
    arrival_low_s: float
    arrival_high_s: float
    peak: float
    peak_low: float
    peak_high: float
    unit: str
    probability: float
    arrived: bool
    background: float
    background_assumed: bool


@dataclass(frozen=True)
class FrontTime:
    """Mean concentration above the background along the river at one instant: (reach, chainage [m], mg/L)."""

    at_s: float
    points: tuple[tuple[str, float, float], ...]


@dataclass(frozen=True)
class Forecast:
    """Sections by arrival, and the front by time."""

    property: str
    at_s: float
    items: tuple[SectionForecast, ...]
    front: tuple[FrontTime, ...]


def forecast(
    basin: Basin,
    engine: TransportEngine,
    trace: Trace,
    at: datetime,
    ahead: timedelta = timedelta(hours=72),
    *,
    backgrounds: Mapping[str, float] | None = None,
    front_step_s: float = 3_600.0,
    front_cell_m: float = 1_000.0,
) -> Forecast:
    """Arrival and strength at sections, and the moving front, from the posterior of a trace.

    Parameters
    ----------
    basin : Basin
        Its sections; those that no release reaches are left out.
    engine : TransportEngine
        The one that made the trace.
    at : datetime
        Now; aware.
    ahead : timedelta
        How far ahead to look.
    backgrounds : mapping, optional
        Section code → concentration of the traced property without the wave [mg/L].
    front_step_s, front_cell_m : float
        Resolution of the front in time [s] and along the river [m].

    Raises
    ------
    InputError
        For an instant without a time zone.
    """
    if at.tzinfo is None:
        raise InputError(f"forecast at {at.isoformat()}: the instant has no time zone; pass an aware datetime.")
    at_s, horizon_s = at.timestamp(), ahead.total_seconds()
    releases = trace.releases.get(trace.property)
    if releases is None:
        return Forecast(trace.property, at_s, (), ())
    items = _sections(engine, trace, releases, basin.sections, at_s, backgrounds or {}, horizon_s)
    return Forecast(
        trace.property, at_s, tuple(items), tuple(_front(engine, releases, at_s, horizon_s, front_step_s, front_cell_m))
    )


def _sections(
    engine: TransportEngine,
    trace: Trace,
    releases: Releases,
    sections: Sequence[Section],
    at_s: float,
    backgrounds: Mapping[str, float],
    horizon_s: float,
) -> list[SectionForecast]:
    if not sections:
        return []
    median = engine.travel(_distinct(releases), [s.place for s in sections]).median_s
    below = [bool(row.any()) for row in np.isfinite(median).T]
    sections = [s for s, ok in zip(sections, below, strict=True) if ok]
    if not sections:
        return []
    times = np.arange(releases.start_s.min(), at_s + horizon_s + STEP_S, STEP_S)
    samples = engine.forecast(releases, [s.place for s in sections], times).samples_mgl
    unit = property_named(trace.property).unit
    result = []
    for j, section in enumerate(sections):
        background = backgrounds.get(section.code, trace.background)
        arrival = _first_above(samples[:, j], times, ARRIVED * max(background, 1e-6))
        chance = float(releases.weight @ np.isfinite(arrival))
        if chance < UNLIKELY:
            continue
        middle, low, high = (_finite(weighted_quantile(arrival, releases.weight, q)) for q in (0.5, 0.05, 0.95))
        peak = background + samples[:, j].max(axis=1)
        result.append(
            SectionForecast(
                code=section.code,
                name_zh=section.name_zh,
                name_en=section.name_en,
                arrival_s=middle,
                arrival_low_s=low,
                arrival_high_s=high,
                peak=float(weighted_quantile(peak, releases.weight, 0.5)),
                peak_low=float(weighted_quantile(peak, releases.weight, 0.05)),
                peak_high=float(weighted_quantile(peak, releases.weight, 0.95)),
                unit=unit,
                probability=chance,
                arrived=bool(middle <= at_s),
                background=float(background),
                background_assumed=section.code not in backgrounds,
            )
        )
    return sorted(result, key=lambda item: np.nan_to_num(item.arrival_s, nan=np.inf))


def _distinct(releases: Releases) -> list[Place]:
    return list(dict.fromkeys(releases.places))


def _finite(value: Floats) -> float:
    return float(value) if np.isfinite(value) else float("nan")


def _first_above(samples: Floats, times: Floats, threshold: float) -> Floats:
    """First instant of every row above a threshold, linear between times; inf where it never is."""
    over = samples > threshold
    first = over.argmax(axis=1)
    rows = np.arange(samples.shape[0])
    before = samples[rows, np.maximum(first - 1, 0)]
    here = samples[rows, first]
    share = np.divide(threshold - before, here - before, out=np.ones_like(here), where=(first > 0) & (here > before))
    step = times[1] - times[0] if times.size > 1 else 0.0
    return np.where(over.any(axis=1), times[first] - (1 - np.clip(share, 0, 1)) * step, np.inf)


def _front(
    engine: TransportEngine, releases: Releases, at_s: float, horizon_s: float, step_s: float, cell_m: float
) -> list[FrontTime]:
    """Mean concentration along the river below the sources, down to a floor, at whole steps."""
    network = engine.network
    origins, _ = network.positions(_distinct(releases))
    places = []
    for reach in np.flatnonzero(network.downstream(origins)):
        length = float(network.length_m[reach])
        count = max(1, round(length / cell_m))
        places += [network.place(int(reach), (i + 0.5) * length / count) for i in range(count)]
    times = np.arange(np.floor(releases.start_s.min() / step_s) * step_s, at_s + horizon_s + step_s, step_s)
    every = max(1, len(releases.places) // FRONT_RELEASES)
    mean = engine.forecast(_thinned(releases, every), places, times).mean_mgl
    floor = FRONT_FLOOR * mean.max()
    front = []
    for k, time in enumerate(times):
        wet = np.flatnonzero(mean[:, k] > max(floor, 1e-9))
        if wet.size:
            points = tuple((places[i].reach, places[i].chainage_m, float(mean[i, k])) for i in wet)
            front.append(FrontTime(float(time), points))
    return front


def _thinned(releases: Releases, every: int) -> Releases:
    kept = slice(None, None, every)
    weight = releases.weight[kept]
    return replace(
        releases,
        places=releases.places[kept],
        start_s=releases.start_s[kept],
        duration_s=releases.duration_s[kept],
        mass_kg=releases.mass_kg[kept],
        member=releases.member[kept],
        weight=weight / weight.sum(),
        timing_score=releases.timing_score[kept],
        strength_score=releases.strength_score[kept],
    )


def forecast_as_dict(found: Forecast) -> dict[str, Any]:
    """A forecast as JSON: times ISO 8601 UTC, concentrations to four digits."""
    return {
        "at": iso(found.at_s),
        "property": found.property,
        "items": [
            {
                "code": i.code,
                "name_zh": i.name_zh,
                "name_en": i.name_en,
                "arrival": iso(i.arrival_s),
                "arrival_low": iso(i.arrival_low_s),
                "arrival_high": iso(i.arrival_high_s),
                "peak": number(i.peak),
                "peak_low": number(i.peak_low),
                "peak_high": number(i.peak_high),
                "unit": i.unit,
                "probability": round(i.probability, 3),
                "arrived": i.arrived,
                "background": number(i.background),
                "background_assumed": i.background_assumed,
            }
            for i in found.items
        ],
        "front": [
            {
                "at": iso(f.at_s),
                "points": [
                    {"reach": r, "chainage_m": round(m, 1), "concentration": number(c, 3)} for r, m, c in f.points
                ],
            }
            for f in found.front
        ],
    }
