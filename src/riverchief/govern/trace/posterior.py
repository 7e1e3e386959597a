"""From the evidence of single releases to the answer: probabilities, starts, masses, cells and weighted releases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy.special import logsumexp, ndtri

from riverchief.base.places import Place
from riverchief.govern.trace.engine import Floats, Releases, TransportEngine, weighted_quantile
from riverchief.govern.trace.evidence import Origin
from riverchief.govern.trace.kinetics import shipped_kinetics
from riverchief.govern.trace.observations import Readings
from riverchief.govern.trace.result import Candidate, Stretch, Trace
from riverchief.govern.trace.settings import TraceSettings

SAMPLES = 300  # releases that stand for the posterior in the forecast
NAN = float("nan")
_SCORES = ndtri((np.arange(5) + 0.5) / 5)  # five equally probable standard normal values


def summarise(
    origins: Sequence[Origin],
    background_log_weight: float,
    main: str,
    engine: TransportEngine,
    readings: Mapping[str, Readings],
    at_s: float,
    settings: TraceSettings,
) -> Trace:
    """The answer from weighted releases.

    Parameters
    ----------
    origins : sequence of Origin
        With log weights that contain every prior.
    background_log_weight : float
        Log weight of "no source explains it".
    """
    each = np.array([float(logsumexp(o.log_weight)) for o in origins] + [background_log_weight])
    share = np.exp(each - logsumexp(each))
    listed = [(o, float(p)) for o, p in zip(origins, share, strict=False) if o.suspect.kind != "none"]
    unlisted = [(o, float(p)) for o, p in zip(origins, share, strict=False) if o.suspect.kind == "none"]
    candidates = [_candidate([(o, p)], p, main, settings) for o, p in listed]
    candidates.append(_candidate(unlisted, sum(p for _, p in unlisted) + float(share[-1]), main, settings))
    candidates.sort(key=lambda c: -c.probability)
    chance = np.array([c.probability for c in candidates])
    hits = readings[main]
    above = [p for p, hit in zip(hits.places, hits.is_hit, strict=True) if hit]
    decay = shipped_kinetics().decay(main)
    return Trace(
        at_s=at_s,
        state="ranked",
        reason="",
        property=main,
        n_readings=sum(r.time_s.size for r in readings.values()),
        n_stations=len({s for r in readings.values() for s in r.stations}),
        n_above=sum(int(r.is_hit.sum()) for r in readings.values()),
        candidates=tuple(candidates),
        reach_probability=tuple(_along(engine, listed + unlisted, settings)),
        certainty=float(chance[0]),
        effective_candidates=float(np.exp(-(chance[chance > 0] * np.log(chance[chance > 0])).sum())),
        releases=_all_releases(origins, main, engine, readings, _last_seen(engine, above), settings),
        background=hits.background,
        decay_per_day=decay.per_day,
        decay_assumed=decay.assumed,
        reading_ids=tuple(i for r in readings.values() for i in r.ids if i),
    )


def _candidate(
    parts: Sequence[tuple[Origin, float]], probability: float, main: str, settings: TraceSettings
) -> Candidate:
    """One candidate from the origin, or the origins, that it stands for."""
    parts = [(o, p) for o, p in parts if p > 0]
    if not parts:
        return Candidate("none", "none", "", "", probability, None, NAN, NAN, NAN, NAN, NAN, NAN, NAN)
    first = max(parts, key=lambda part: part[1])[0].suspect
    weight = np.concatenate([p * np.exp(o.log_weight - logsumexp(o.log_weight)) for o, p in parts])
    start = np.concatenate([o.start_s for o, _ in parts])
    duration = np.concatenate([o.duration_s for o, _ in parts])
    middle = np.concatenate([o.log_mass for o, _ in parts])
    # the error of the registry's flow is an error of the mass
    sd = np.hypot(np.concatenate([o.log_sd for o, _ in parts]), settings.shape_sd)
    mass = np.exp(middle[:, None] + sd[:, None] * _SCORES).ravel()
    many = np.repeat(weight, _SCORES.size)
    return Candidate(
        first.code,
        first.kind,
        first.name_zh,
        first.name_en,
        probability,
        first.place,
        start_s=float(weighted_quantile(start, weight, 0.5)),
        start_low_s=float(weighted_quantile(start, weight, 0.05)),
        start_high_s=float(weighted_quantile(start, weight, 0.95)),
        duration_s=float(weighted_quantile(duration, weight, 0.5)),
        mass_kg=float(weighted_quantile(mass, many, 0.5)),
        mass_low_kg=float(weighted_quantile(mass, many, 0.05)),
        mass_high_kg=float(weighted_quantile(mass, many, 0.95)),
    )


def _along(engine: TransportEngine, parts: Sequence[tuple[Origin, float]], settings: TraceSettings) -> list[Stretch]:
    """Probability per cell of the river: sources on no list spread over their cells, others lie in one."""
    cells: dict[tuple[str, float, float], float] = {}
    for origin, chance in parts:
        length = sum(to - start for _, start, to in origin.suspect.cells)
        for reach, start, to in origin.suspect.cells:
            cells[reach, start, to] = cells.get((reach, start, to), 0.0) + chance * (to - start) / length
    for origin, chance in parts:
        if origin.suspect.cells:
            continue
        place = origin.suspect.place
        inside = [c for c in cells if c[0] == place.reach and c[1] <= place.chainage_m <= c[2]]
        cell = inside[0] if inside else _own_cell(engine, place, settings.cell_m)
        cells[cell] = cells.get(cell, 0.0) + chance
    return [Stretch(*cell, chance) for cell, chance in sorted(cells.items())]


def _own_cell(engine: TransportEngine, place: Place, cell_m: float) -> tuple[str, float, float]:
    length = float(engine.network.length_m[engine.network.index(place.reach)])
    low = min(max(place.chainage_m - cell_m / 2, 0.0), max(length - cell_m, 0.0))
    return place.reach, low, min(low + cell_m, length)


def _last_seen(engine: TransportEngine, above: Sequence[Place]) -> Place:
    """The lowest place at which it was seen: none of the others lies below it."""
    spots = list(dict.fromkeys(above))
    travel = np.nan_to_num(engine.travel(spots, spots).median_s, nan=-1.0)
    return spots[int(np.argmin((travel > 0).sum(axis=1)))]


def _all_releases(
    origins: Sequence[Origin],
    main: str,
    engine: TransportEngine,
    readings: Mapping[str, Readings],
    anchor: Place,
    settings: TraceSettings,
) -> dict[str, Releases]:
    """Weighted releases of the main property, and of every other that was seen: the same releases with its own mass."""
    if not origins:
        return {}
    drawn = _draw(origins, main, anchor)
    result = {main: drawn}
    for code, r in readings.items():
        if code == main or not r.is_hit.any():
            continue
        kg = engine.response(
            drawn.places, drawn.start_s, drawn.duration_s, r.places, r.time_s, code, drawn.member
        )  # (release, reading)
        mass = _masses(kg, r, settings)
        result[code] = replace(drawn, property=code, mass_kg=mass)
    return result


def _masses(per_kg: Floats, r: Readings, settings: TraceSettings) -> Floats:
    """Mass of every release that fits the readings best [kg], by the same robust error as the ranking; shape (n,)."""
    mass = np.maximum(r.excess.max() / np.maximum(per_kg.max(axis=1), 1e-30), 1e-30)
    for _ in range(6):
        seen = mass[:, None] * per_kg
        error = r.noise_sd**2 + (settings.shape_sd * seen) ** 2
        weight = r.part * (settings.freedom + 1) / (settings.freedom * error + (r.excess - seen) ** 2)
        below = (weight * per_kg**2).sum(axis=1)
        fitted = np.divide((weight * per_kg * r.excess).sum(axis=1), below, out=np.zeros_like(below), where=below > 0)
        mass = np.maximum(0.5 * (mass + fitted), 1e-30)
    return np.asarray(mass, np.float64)


def _draw(origins: Sequence[Origin], main: str, anchor: Place) -> Releases:
    """Draw equally weighted releases from the posterior, evenly and not at random: a repeat gives the same."""
    log_weight = np.concatenate([o.log_weight for o in origins])
    cumulative = np.cumsum(np.exp(log_weight - log_weight.max()))
    drawn = np.searchsorted(cumulative, (np.arange(SAMPLES) + 0.5) / SAMPLES * cumulative[-1])
    owner = np.repeat(np.arange(len(origins)), [o.start_s.size for o in origins])[drawn]

    def pick(rows: Sequence[Floats]) -> Floats:
        return np.asarray(np.concatenate(rows)[drawn], np.float64)

    spread = [_even(k) for k in range(1, 5)]
    step = np.array([origins[i].step_s for i in owner])
    mass = pick([o.log_mass for o in origins]) + pick([o.log_sd for o in origins]) * ndtri(spread[1])
    return Releases(
        places=tuple(origins[i].suspect.place for i in owner),
        start_s=pick([o.start_s for o in origins]) + step * (spread[0] - 0.5),
        duration_s=pick([o.duration_s for o in origins]),
        mass_kg=np.exp(mass),
        member=np.concatenate([o.member for o in origins])[drawn],
        weight=np.full(SAMPLES, 1 / SAMPLES),
        property=main,
        timing_score=ndtri(spread[2]),
        strength_score=ndtri(spread[3]),
        anchor=anchor,
    )


def _even(dimension: int) -> Floats:
    """Points of an additive recurrence in (0, 1), even in every dimension [-]."""
    # the inverse powers of the root of x⁵ = x + 1 fill four dimensions evenly
    return np.asarray((0.5 + np.arange(1, SAMPLES + 1) * 1.1673039782614187**-dimension) % 1.0, np.float64)
