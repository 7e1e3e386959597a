"""What the readings say beside the list of suspects: free places, a second source, branches alike, the next sample.

The registry's steady water runs faster or slower; every release from anywhere is tried, wherever a suspect stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from riverchief.base.basin import Basin
from riverchief.base.network import Network
from riverchief.base.places import Place
from riverchief.base.time import from_epoch
from riverchief.govern.trace.candidates import SUSPECTS, typical
from riverchief.govern.trace.observations import Observation, Readings, usable
from riverchief.govern.trace.result import Stretch
from riverchief.govern.trace.settings import TraceSettings
from riverchief.govern.twin.flows import Floats, Flows
from riverchief.govern.twin.tracing.branches import branches
from riverchief.govern.twin.tracing.plan import next_sample
from riverchief.govern.twin.tracing.posterior import Posterior, posterior
from riverchief.govern.twin.tracing.readings import Reading
from riverchief.govern.twin.tracing.sources import Source
from riverchief.govern.twin.tracing.steady import ReachCells, steady_flows
from riverchief.govern.twin.tracing.tracer import Longs, Tracer, TracerSettings

HOUR_S = 3_600.0
CELL_M = 2_000.0
LOOK_BACK_S, AHEAD_S = 84 * HOUR_S, 13 * HOUR_S
SPEEDS = ((0.74, 0.13), (0.86, 0.23), (1.0, 0.28), (1.16, 0.23), (1.35, 0.13))  # times the registry's, and how probable
THIN_S = 2 * HOUR_S  # readings of one station closer than this say next to nothing new
SETTINGS = TracerSettings(
    durations_s=tuple(h * HOUR_S for h in (1, 2, 4, 8, 16)), edge_s=HOUR_S, limit_bytes=48_000_000
)
SAMPLED_M = 6_000.0  # between places that are proposed for a sample
LEAD_H = (1, 3, 6, 12)  # when somebody could be there, in hours from now
SAMPLES, STRETCHES = 3, 5  # so many are named
WORTH = 0.01  # a sample that settles less of what is open is not proposed


@dataclass(frozen=True)
class Sample:
    """A reading that could be taken, and what share of what is open about the place it is expected to settle [-]."""

    place: Place
    time_s: float
    settles: float
    expected_mgl: float


@dataclass(frozen=True)
class Beside:
    """What stands beside the list.

    Attributes
    ----------
    places : tuple of Stretch
        Where along the river it entered, listed or not, by falling probability; the fewest that hold 95 %.
    second : float
        Probability of a second source [-].
    second_places : tuple of Stretch
        Where that would be; empty where it is less probable than not.
    alike : tuple of tuple of Stretch
        Branches between which these readings cannot tell, with the probability of each.
    samples : tuple of Sample
        Where and when to sample next, the most telling first.
    """

    places: tuple[Stretch, ...]
    second: float
    second_places: tuple[Stretch, ...]
    alike: tuple[tuple[Stretch, ...], ...]
    samples: tuple[Sample, ...]

    def as_dict(self, network: Network) -> dict[str, Any]:
        """As JSON: probabilities to four digits, instants in ISO 8601 UTC, positions [°]."""

        def stretch(one: Stretch) -> dict[str, Any]:
            return {
                "reach": one.reach,
                "from_m": round(one.from_m),
                "to_m": round(one.to_m),
                "probability": round(one.probability, 4),
                **_position(network, one.reach, 0.5 * (one.from_m + one.to_m)),
            }

        return {
            "places": [stretch(s) for s in self.places],
            "second": round(self.second, 4),
            "second_places": [stretch(s) for s in self.second_places],
            "alike": [[stretch(s) for s in group] for group in self.alike],
            "samples": [
                {
                    "reach": s.place.reach, "chainage_m": round(s.place.chainage_m),
                    "at": from_epoch(round(s.time_s)).strftime("%Y-%m-%dT%H:%M:%SZ"), "settles": round(s.settles, 3),
                    "expected_mgl": float(f"{s.expected_mgl:.3g}"),
                    **_position(network, s.place.reach, s.place.chainage_m),
                }
                for s in self.samples
            ],
        }  # fmt: skip


def beside(basin: Basin, observations: Sequence[Observation], at_s: float, property_code: str) -> Beside | None:
    """Trace from anywhere on the river.

    Parameters
    ----------
    observations : sequence of Observation
        As for the ranking; those of other properties and later ones are left out.
    at_s : float
        Now [s since 1970 UTC]; samples are proposed from here on.
    property_code : str
        What is traced.

    Returns
    -------
    Beside, or None
        None where no reading stands above its background, or no release explains those that do.
    """
    read = usable(observations, at_s, TraceSettings()).get(property_code)
    if read is None or not read.is_hit.any():
        return None
    begin_s = at_s - LOOK_BACK_S
    flows, cells = steady_flows(basin, CELL_M, LOOK_BACK_S + AHEAD_S)
    flows = replace(flows, time_s=flows.time_s + begin_s)
    readings = _readings(read, cells, begin_s)
    places = _above(flows, {r.cell for r, hit in readings if hit})
    members = [(replace(flows, volume_m3=flows.volume_m3 / speed), chance) for speed, chance in SPEEDS]
    tracer = Tracer(members, places, settings=SETTINGS)
    tracer.add([r for r, _ in readings])
    found = posterior(
        tracer, _sources(basin, cells, property_code), [_length_m(cells, int(c)) for c in places],
        substance=property_code, unlisted_share=TraceSettings().unlisted_share, second=True,
    )  # fmt: skip
    if not found.weight.sum() > 0:
        return None
    second = float(np.nan_to_num(found.second))
    return Beside(
        tuple(_stretches(cells, found.region, found.cell_probability)),
        second,
        tuple(_stretches(cells, found.second_region, np.zeros(flows.n_cell))) if second > 0.5 else (),
        tuple(_alike(cells, branches(flows), found)),
        tuple(_samples(cells, tracer, found, at_s, float(np.median(read.noise_sd)))),
    )


def _readings(read: Readings, cells: ReachCells, begin_s: float) -> list[tuple[Reading, bool]]:
    """Readings that say something new, and whether they stand above their background; hits are never left out."""
    found: list[tuple[Reading, bool]] = []
    last: dict[str, float] = {}
    for k in np.argsort(read.time_s, kind="stable"):
        who, when, hit = read.stations[k], float(read.time_s[k]), bool(read.is_hit[k])
        if when <= begin_s or (not hit and when - last.get(who, -np.inf) < THIN_S):
            continue
        last[who] = when
        cell, share = cells.cell(read.places[k])
        found.append((Reading(who, cell, share, when, float(read.excess[k]), float(read.noise_sd[k])), hit))
    return found


def _above(flows: Flows, hits: set[int]) -> Longs:
    """Cells from which water comes to a hit, and those of the hits."""
    above = np.zeros(flows.n_cell, np.bool_)
    above[list(hits)] = True
    rank = np.argsort(-flows.up, kind="stable")
    for f in rank:
        if flows.dn[f] >= 0:
            above[flows.up[f]] |= above[flows.dn[f]]
    return np.flatnonzero(above & ~flows.fixed)


def _sources(basin: Basin, cells: ReachCells, property_code: str) -> list[Source]:
    found = [
        Source(
            f.code, f.kind, cells.cell(f.place)[0], 86.4 * (typical(f.pollutants, property_code) or 0.0) * f.flow_m3s
        )
        for f in basin.facilities
        if f.kind in SUSPECTS
    ]
    return found + [Source(s.code, "boundary", cells.cell(s.place)[0]) for s in basin.sections if s.boundary]


def _span(cells: ReachCells, cell: int) -> tuple[str, float, float]:
    """Reach of a cell, and where on it the cell begins and ends [m]."""
    reach = int(np.flatnonzero((cells.first <= cell) & (cell < cells.first + cells.count))[0])
    step = float(cells.network.length_m[reach]) / int(cells.count[reach])
    begin = (cell - int(cells.first[reach])) * step
    return cells.network.codes[reach], begin, begin + step


def _length_m(cells: ReachCells, cell: int) -> float:
    _, begin, end = _span(cells, cell)
    return end - begin


def _stretches(cells: ReachCells, region: Longs, chance: Floats) -> list[Stretch]:
    """Cells of a region joined to stretches, the most probable first."""
    found: list[Stretch] = []
    for cell in np.sort(region):
        reach, begin, end = _span(cells, int(cell))
        p = float(chance[cell])
        if found and found[-1].reach == reach and abs(found[-1].to_m - begin) < 1.0:
            found[-1] = replace(found[-1], to_m=end, probability=found[-1].probability + p)
        else:
            found.append(Stretch(reach, begin, end, p))
    return sorted(found, key=lambda s: -s.probability)[:STRETCHES]


def _alike(cells: ReachCells, branch: Longs, found: Posterior) -> list[tuple[Stretch, ...]]:
    """Of every branch of a group the reach in which it most probably entered, with the probability of the branch."""
    groups = []
    for group in found.ambiguous:
        named = []
        for number, chance in zip(group.branches, group.probability, strict=True):
            mine = np.where(branch == number, found.cell_probability, -1.0)
            reach, begin, end = _span(cells, int(np.argmax(mine)))
            named.append(Stretch(reach, begin, end, chance))
        groups.append(tuple(named))
    return groups


def _samples(cells: ReachCells, tracer: Tracer, found: Posterior, at_s: float, sd_mgl: float) -> list[Sample]:
    """The most telling instant at each of some places along the water, the best few of them."""
    chance = found.cell_probability[found.cell_probability > 0]
    open_nats = -float((chance / chance.sum() * np.log(chance / chance.sum())).sum())
    if open_nats < 0.1:
        return []
    step = max(1, round(SAMPLED_M / CELL_M))
    flows, first = tracer.members[0][0], np.sort(cells.first)
    reached = np.isin(np.arange(flows.n_cell), tracer.cells)
    for cell, below in enumerate(flows.dn[: flows.n_cell]):  # a wave that has passed is met further down
        if below >= 0:
            reached[below] |= reached[cell]
    along = np.flatnonzero(reached & ~flows.fixed)
    begins = first[np.searchsorted(first, along, side="right") - 1]
    spots = along[(along - begins) % step == 0].tolist()
    asked = next_sample(tracer, found, spots, at_s + HOUR_S * np.array(LEAD_H, np.float64), sd_mgl)
    best: list[Sample] = []
    seen: set[int] = set()
    for one in asked:
        if one.cell in seen or len(best) == SAMPLES or one.gain < WORTH * open_nats:
            continue
        seen.add(one.cell)
        reach, _, end = _span(cells, one.cell)
        best.append(Sample(Place(reach, end), one.time_s, min(one.gain / open_nats, 1.0), one.expected_mgl))
    return best


def _position(network: Network, reach: str, chainage_m: float) -> dict[str, float | None]:
    lon, lat = (float(v) for v in network.point(network.index(reach), chainage_m)[0])
    known = bool(np.isfinite(lon))
    return {"lon": round(lon, 6) if known else None, "lat": round(lat, 6) if known else None}
