"""The ratio of pollutants as a soft prior: what stands beside the main pollutant speaks for one permit over another.

Two readings taken together at one station went the same way, so their ratio needs no transport.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from riverchief.base.basin import Facility
from riverchief.govern.trace.candidates import typical
from riverchief.govern.trace.engine import Floats
from riverchief.govern.trace.observations import Readings
from riverchief.govern.trace.settings import TraceSettings

TOGETHER_S = 1_800.0  # readings of one station this close belong to one sample
PAIRS = 6  # the strongest pairs; more of them share the error of the ratio
MIXED_LOG_SD = 0.8  # what comes over a border is many sources' water: near the usual ratio
BROAD_LOG_SD = 1.5
ABSENT_IF_LISTED, ABSENT_IF_UNLISTED, ABSENT_IF_UNKNOWN = 0.1, 0.7, 0.4

# standard normal scores close enough to each other for the narrow likelihood of many pairs
_NODES = np.linspace(-3.5, 3.5, 281)
_WEIGHTS = np.exp(-0.5 * _NODES**2) / np.exp(-0.5 * _NODES**2).sum()


@dataclass(frozen=True)
class _Pairs:
    """Readings of the main and of another property taken together; arrays (n,), excess and its noise [mg/L]."""

    property: str
    main: Floats
    other: Floats
    noise_sd: Floats
    usual_log_ratio: float


@dataclass(frozen=True)
class Fingerprint:
    """What was seen beside the main pollutant."""

    main: str
    pairs: tuple[_Pairs, ...]
    settings: TraceSettings

    @classmethod
    def of(
        cls, main: str, readings: Mapping[str, Readings], facilities: Sequence[Facility], settings: TraceSettings
    ) -> Fingerprint:
        """Pair the readings above background with what else was read in the same sample."""
        hits = readings[main]
        strongest = np.argsort(-hits.score)[:PAIRS]
        found = []
        for code, others in readings.items():
            if code == main:
                continue
            rows = []
            for i in strongest[hits.is_hit[strongest]]:
                near = [
                    j
                    for j, station in enumerate(others.stations)
                    if station == hits.stations[i] and abs(others.time_s[j] - hits.time_s[i]) <= TOGETHER_S
                ]
                if near:
                    j = min(near, key=lambda j: abs(float(others.time_s[j] - hits.time_s[i])))
                    rows.append((hits.excess[i], others.excess[j], others.noise_sd[j]))
            if rows:
                main_excess, other, noise = np.array(rows).T
                found.append(_Pairs(code, main_excess, other, noise, _usual(main, code, facilities)))
        return cls(main, tuple(found), settings)

    def log_factor(self, kind: str, pollutants: Mapping[str, float]) -> float:
        """Log of how well the ratios fit a permit, 0 for "no release of the other pollutants at all" [-].

        Parameters
        ----------
        kind : str
            Of the suspect; "boundary" stands for a mixture.
        pollutants : mapping
            Typical concentrations [mg/L]; empty where nothing is known.
        """
        total = 0.0
        have = typical(pollutants, self.main)
        for pair in self.pairs:
            other = typical(pollutants, pair.property)
            if have and other:
                centre, sd, absent = float(np.log(other / have)), self.settings.ratio_log_sd, ABSENT_IF_LISTED
            elif kind == "boundary":
                centre, sd, absent = pair.usual_log_ratio, MIXED_LOG_SD, ABSENT_IF_LISTED
            else:
                centre, sd = pair.usual_log_ratio, BROAD_LOG_SD
                absent = ABSENT_IF_UNLISTED if pollutants and have and not other else ABSENT_IF_UNKNOWN
            expected = pair.main[None, :] * np.exp(centre + sd * _NODES)[:, None]
            present = float(_WEIGHTS @ np.exp(self._fit(pair, expected)))
            total += float(np.log(absent + (1 - absent) * present))
        return total

    def _fit(self, pair: _Pairs, expected: Floats) -> Floats:
        """Log likelihood of the other pollutant relative to none of it, one value per row of `expected`."""
        nu = self.settings.freedom
        error = pair.noise_sd**2 + (self.settings.shape_sd * expected) ** 2
        here = -0.5 * (nu + 1) * np.log1p((pair.other - expected) ** 2 / error / nu) - 0.5 * np.log(error)
        none = -0.5 * (nu + 1) * np.log1p((pair.other / pair.noise_sd) ** 2 / nu) - np.log(pair.noise_sd)
        return np.asarray((here - none).sum(axis=1), np.float64)


def _usual(main: str, other: str, facilities: Sequence[Facility]) -> float:
    """Log of the usual ratio of two pollutants in the basin's permits; 0 where none has both."""
    ratios = []
    for facility in facilities:
        a, b = typical(facility.pollutants, main), typical(facility.pollutants, other)
        if a and b:
            ratios.append(np.log(b / a))
    return float(np.median(ratios)) if ratios else 0.0
