"""The record of forecasts: what members said beside what came, by station, reading and how far ahead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.govern.twin.assimilation.skill import Skill, Verified, skill
from riverchief.govern.twin.course import SHARES

Floats = NDArray[np.float64]

LEADS_H = (1, 6, 12, 24, 48, 72)
HOUR_S = 3600.0
QUANTILES = 20  # members are kept as so many of their quantiles
READING_SHARE = 0.05  # ASSUMED error of a reading
CLIMATE = 50  # and what is usual as so many


@dataclass(frozen=True)
class Said:
    """What the members forecast where a station reads.

    Attributes
    ----------
    what : str
        `flow` or a constituent.
    issued_s : float
        [s since 1970 UTC].
    lead_h : tuple of int
        Hours ahead.
    members : float64 (n_lead, QUANTILES)
        Rising.
    observed : float
        Last reading before the issue; nan where there was none.
    """

    station: str
    what: str
    issued_s: float
    lead_h: tuple[int, ...]
    members: Floats
    observed: float

    @classmethod
    def of(
        cls, station: str, what: str, issued_s: float, lead_h: Sequence[int], members: ArrayLike, observed: float
    ) -> Said:
        """From all members (n_lead, n_member)."""
        shares = (np.arange(QUANTILES) + 0.5) / QUANTILES
        kept = np.quantile(np.asarray(members, np.float64), shares, axis=1).T
        return cls(station, what, issued_s, tuple(lead_h), kept, observed)


@dataclass(frozen=True)
class Score:
    """How forecasts of a station, a reading and a lead have done.

    Attributes
    ----------
    skill : Skill
        Its scores, in the unit of the reading; persistence is the last reading, climatology those of the whole record.
    bias : float
        Mean forecast minus what came.
    covered : float
        Share of what came within the band that is to hold eight of ten [-].
    """

    what: str
    skill: Skill
    bias: float
    covered: float


def score(
    said: Iterable[Said], observed: Mapping[tuple[str, str], tuple[Floats, Floats]], within_s: float = 1800.0
) -> list[Score]:
    """Score forecasts against readings.

    Parameters
    ----------
    said : iterable of Said
    observed : mapping of (station, what) to (time_s, value)
        Readings in the order of time.
    within_s : float
        A reading counts for an instant within so many seconds of it.

    Returns
    -------
    list of Score
        By reading, station and lead, where at least one forecast has come due.
    """
    cases: dict[str, list[Verified]] = {}
    for one in said:
        time_s, value = observed.get((one.station, one.what), (np.empty(0), np.empty(0)))
        if not time_s.size:
            continue
        usual = np.quantile(value, (np.arange(CLIMATE) + 0.5) / CLIMATE)
        for lead, members in zip(one.lead_h, one.members, strict=True):
            k = int(np.abs(time_s - one.issued_s - lead * HOUR_S).argmin())
            if abs(time_s[k] - one.issued_s - lead * HOUR_S) <= within_s:
                came = float(value[k])
                told = Verified(
                    one.station, lead * HOUR_S, members, came, READING_SHARE * abs(came) + 1e-9, one.observed, usual
                )
                cases.setdefault(one.what, []).append(told)
    found = []
    for what, known in sorted(cases.items()):
        for scored in skill(known):
            mine = [c for c in known if (c.station, c.lead_s) == (scored.station, scored.lead_s)]
            # the middles of equal shares are kept
            ends = np.array([np.quantile(c.members, SHARES, method="hazen") for c in mine])
            read = np.array([c.value for c in mine])
            inside = (read >= ends[:, 0]) & (read <= ends[:, 1])
            bias = float(np.mean([c.members.mean() - c.value for c in mine]))
            found.append(Score(what, scored, bias, float(inside.mean())))
    return found
