"""The record of forecasts: what was said beside what came, by how far ahead, and beside saying that nothing changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEADS_H = (1, 6, 12, 24, 48, 72)
HOUR_S = 3600.0
LEAST_PAIRS = 20  # fewer say nothing of a band
# Relative standard deviation of a forecast discharge where there is no record yet. ASSUMED: at once, and growing with
# the square root of the lead to that of 72 h.
ASSUMED_NOW, ASSUMED_72H = 0.05, 0.25
Z_90 = 1.2816  # standard normal quantile of 90 %


@dataclass(frozen=True)
class Said:
    """A forecast of the discharge at a station.

    Attributes
    ----------
    issued_s : float
        [s since 1970 UTC].
    time_s, flow_m3s : float64 (n,)
    observed_m3s : float
        What the station read when the forecast was made; nan where nothing.
    """

    station: str
    issued_s: float
    time_s: Floats
    flow_m3s: Floats
    observed_m3s: float


@dataclass(frozen=True)
class Skill:
    """How forecasts of a lead have done.

    Attributes
    ----------
    lead_h : int
    n : int
        Pairs of forecast and reading.
    mae_m3s, persistence_m3s : float
        Mean absolute error of the forecast, and of saying that nothing changes [m³/s].
    bias_m3s : float
    low, high : float
        10 % and 90 % quantiles of what came over what was said [-].
    """

    station: str
    lead_h: int
    n: int
    mae_m3s: float
    persistence_m3s: float
    bias_m3s: float
    low: float
    high: float

    @property
    def skill(self) -> float:
        """1 − error over that of persistence [-]; nan where that was without error."""
        return 1 - self.mae_m3s / self.persistence_m3s if self.persistence_m3s > 0 else float("nan")


def score(said: Iterable[Said], observed: dict[str, tuple[Floats, Floats]], within_s: float = 1800.0) -> list[Skill]:
    """Score forecasts against readings, by station and lead.

    Parameters
    ----------
    said : iterable of Said
    observed : dict of str to (time_s, flow_m3s)
        Readings of each station, in the order of time.
    within_s : float
        A reading counts for an instant within so many seconds of it.

    Returns
    -------
    list of Skill
        Leads of `LEADS_H` for which there is at least one pair.
    """
    found: dict[tuple[str, int], list[tuple[float, float, float]]] = {}
    for one in said:
        time_s, flow = observed.get(one.station, (np.empty(0), np.empty(0)))
        if not time_s.size or not one.time_s.size:
            continue
        for lead in LEADS_H:
            at = one.issued_s + lead * HOUR_S
            k = int(np.abs(time_s - at).argmin())
            if abs(time_s[k] - at) > within_s or at > one.time_s[-1] + 1:
                continue
            guess = float(np.interp(at, one.time_s, one.flow_m3s))
            found.setdefault((one.station, lead), []).append((guess, float(flow[k]), one.observed_m3s))
    return [_skill(station, lead, np.array(pairs)) for (station, lead), pairs in sorted(found.items())]


def _skill(station: str, lead: int, pairs: Floats) -> Skill:
    guess, came, before = pairs.T
    known = np.isfinite(before)
    lasting = float(np.abs(came - before)[known].mean()) if known.any() else float("nan")
    ratio = came / np.maximum(guess, 1e-9)
    low, high = np.quantile(ratio, [0.1, 0.9])
    return Skill(
        station, lead, len(pairs), float(np.abs(came - guess).mean()), lasting, float((guess - came).mean()),
        float(low), float(high),
    )  # fmt: skip


@dataclass(frozen=True)
class Band:
    """Factors on a forecast that hold what comes in eight of ten cases; `assumed` where there is no record of them."""

    low: Floats
    high: Floats
    assumed: bool


def band(skills: Sequence[Skill], lead_h: Floats) -> Band:
    """The band of a station's forecast at leads [h], from its record where that is long enough."""
    told = [one for one in skills if one.n >= LEAST_PAIRS]
    if len(told) >= 2:
        at = [one.lead_h for one in told]
        return Band(np.interp(lead_h, at, [o.low for o in told]), np.interp(lead_h, at, [o.high for o in told]), False)
    sigma = np.sqrt(ASSUMED_NOW**2 + (ASSUMED_72H**2 - ASSUMED_NOW**2) * np.maximum(lead_h, 0.0) / LEADS_H[-1])
    return Band(np.exp(-Z_90 * sigma), np.exp(Z_90 * sigma), True)
