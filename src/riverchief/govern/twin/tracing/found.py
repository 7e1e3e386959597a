"""A trace on a model's own water, from readings to an answer for people and programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.govern.trace.result import Stretch
from riverchief.govern.twin.flows import Flows
from riverchief.govern.twin.model import Model
from riverchief.govern.twin.tracing.branches import branches
from riverchief.govern.twin.tracing.plan import next_sample
from riverchief.govern.twin.tracing.posterior import Interval, Posterior, posterior
from riverchief.govern.twin.tracing.readings import Reading
from riverchief.govern.twin.tracing.sources import Source
from riverchief.govern.twin.tracing.stretches import named_branches, place_of, stretches
from riverchief.govern.twin.tracing.tracer import Tracer, TracerSettings
from riverchief.govern.twin.tracing.water import lengths_m

Floats = NDArray[np.float64]

HOUR_S = 3600.0
LIKELY = 0.5
CELLS_TO_SAMPLE, SAMPLES, AHEAD_H = 40, 5, (1.0, 3.0, 6.0)
USEFUL = 0.01  # a sample that is expected to tell less is not worth a walk [nats]


@dataclass(frozen=True)
class Trace:
    """Where, when and how much, and what the readings leave open.

    Attributes
    ----------
    found : Posterior
    region, second_region : list of Stretch
        The shortest stretches that hold 95 % of where it entered, and of where a second source did.
    best : (reach, chainage_m)
        The most probable cell; ("", 0) where nothing explains the readings.
    going_on : float
        Probability that it still went on at the last reading, a continuous discharge rather than a spill [-].
    alike : list of dict
        Branches that cannot be told apart: name to probability.
    samples : list of dict
        Where and when to sample next.
    """

    found: Posterior = field(repr=False)
    region: list[Stretch]
    second_region: list[Stretch]
    best: tuple[str, float]
    going_on: float
    alike: list[dict[str, float]]
    samples: list[dict[str, Any]]


def trace(
    model: Model,
    worlds: Sequence[tuple[Flows, float]],
    readings: Sequence[Reading],
    sources: Sequence[Source],
    substance: str,
    decay_per_s: float = 0.0,
) -> Trace:
    """Trace readings back on a model's own water.

    Raises
    ------
    InputError
        Where no reading stands above its background.
    """
    above = [r for r in readings if not r.below and r.value_mgl > 3 * r.sd_mgl]
    if not above:
        raise InputError(
            f"none of {len(readings)} readings of {substance} stands above its background by more than three times its "
            "error; there is nothing to trace. Give the background with --background where it is known to be lower."
        )
    cells, flows = model.cells, worlds[0][0]
    length, last = lengths_m(cells), max(r.time_s for r in readings)
    span = float(flows.time_s[-1] - flows.time_s[0])
    plain = TracerSettings()
    settings = replace(
        plain, durations_s=(*plain.durations_s, 24 * HOUR_S, span), limit_bytes=plain.limit_bytes // len(worlds)
    )
    tracer = Tracer(worlds, np.flatnonzero(~flows.fixed & (length > 0)), decay_per_s, settings)
    tracer.add(list(readings))
    found = posterior(tracer, sources, length[tracer.cells], substance=substance, second=True)
    first, step, _ = tracer.grid
    end = first + step * (found.atoms.edge + found.atoms.width)
    total = float(found.weight.sum())
    branch = branches(flows)
    second = np.zeros(flows.n_cell)
    second[found.second_region] = 1.0 / max(found.second_region.size, 1)
    return Trace(
        found,
        stretches(cells, found.region.tolist(), found.cell_probability),
        stretches(cells, found.second_region.tolist(), second) if found.second > LIKELY else [],
        place_of(cells, found.best) if found.best >= 0 else ("", 0.0),
        float(found.weight[end >= last].sum() / total) if total > 0 else 0.0,
        [dict(zip(named_branches(cells, branch, g.branches), g.probability, strict=True)) for g in found.ambiguous],
        _samples(model, tracer, found, readings, branch if found.ambiguous else None) if total > 0 else [],
    )


def _samples(
    model: Model, tracer: Tracer, found: Posterior, readings: Sequence[Reading], group: NDArray[np.int64] | None
) -> list[dict[str, Any]]:
    """The readings that are expected to tell most, each at another place."""
    cells, last = model.cells, max(r.time_s for r in readings)
    choice = np.unique(
        np.concatenate(
            [
                tracer.cells[:: max(1, tracer.cells.size // CELLS_TO_SAMPLE)],
                np.array([r.cell for r in readings], np.int64),
            ]
        )
    )
    times = [last + h * HOUR_S for h in AHEAD_H if last + h * HOUR_S <= tracer.members[0][0].time_s[-1]]
    if not times:
        return []
    error = float(np.median([r.sd_mgl for r in readings]))
    told: dict[int, dict[str, Any]] = {}
    for one in next_sample(tracer, found, choice.tolist(), times, error, group):
        if len(told) == SAMPLES or one.gain < USEFUL:
            break
        reach, chainage = place_of(cells, one.cell)
        told.setdefault(one.cell, {
            "reach": reach, "chainage_m": round(chainage, 1), "time": when(one.time_s), "gain": round(one.gain, 4),
            "expected_mgl": float(f"{one.expected_mgl:.4g}"),
        })  # fmt: skip
    return list(told.values())


def when(time_s: float) -> str | None:
    """An instant as ISO 8601 in UTC; none for nan."""
    if not np.isfinite(time_s):
        return None
    return datetime.fromtimestamp(round(time_s), UTC).isoformat().replace("+00:00", "Z")


def as_dict(told: Trace, model: Model) -> dict[str, Any]:
    """A trace as JSON."""
    found = told.found

    def number(value: float, digits: int = 4) -> float | None:
        return float(f"{value:.{digits}g}") if np.isfinite(value) else None

    def interval(one: Interval) -> list[float | None]:
        return [number(v) for v in (one.low, one.middle, one.high)]

    def instants(one: Interval) -> list[str | None]:
        return [when(v) for v in (one.low, one.middle, one.high)]

    def parts(region: Sequence[Stretch]) -> list[Mapping[str, Any]]:
        return [
            {"reach": s.reach, "from_m": round(s.from_m, 1), "to_m": round(s.to_m, 1),
             "probability": round(s.probability, 4)} for s in region
        ]  # fmt: skip

    rows = []
    for s in found.suspicions:
        reach, chainage = place_of(model.cells, s.cell)
        rows.append({
            "code": s.code, "kind": s.kind, "reach": reach, "chainage_m": round(chainage, 1),
            "probability": round(s.probability, 4), "start": instants(s.start_s), "mass_kg": interval(s.mass_kg),
            "duration_h": number(s.duration_s / HOUR_S),
        })  # fmt: skip
    return {
        "none": round(found.none, 4),
        "suspects": rows,
        "place": {"reach": told.best[0], "chainage_m": round(told.best[1], 1)} if told.best[0] else None,
        "region": parts(told.region),
        "start": instants(found.start_s),
        "mass_kg": interval(found.mass_kg),
        "going_on": round(told.going_on, 4),
        "alike": [{name: round(p, 4) for name, p in group.items()} for group in told.alike],
        "second": {"probability": number(found.second), "region": parts(told.second_region)},
        "next": told.samples,
    }
