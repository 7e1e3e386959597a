"""A forecast led on from what the gauge shows now: the model's departure dies away with the lead, and has a width.

The departure is taken of √runoff, where it is about as wide in flood as between floods. Its memory is fitted for every
lead by least squares (a direct forecast; with one lag it is the AR(1) error model of G. E. P. Box, G. M. Jenkins, Time
Series Analysis, 1976).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError

Floats = NDArray[np.float64]

LEAST_PAIRS = 30  # fewer pairs of departures say nothing of their memory


def _root(flow: ArrayLike) -> Floats:
    return np.sqrt(np.maximum(np.asarray(flow, np.float64), 0.0))


@dataclass(frozen=True)
class Updating:
    """How the departure of √runoff from the model persists.

    Attributes
    ----------
    memory : float64 (k,)
        Share of today's departure that is expected 1 … k steps on [-].
    width : float64 (k,)
        Standard deviation of what is then still missed [√(mm/d)].
    lasting : float
        Standard deviation of the departure itself [√(mm/d)]: what a basin without a gauge has at any lead.
    """

    memory: Floats
    width: Floats
    lasting: float

    @classmethod
    def fit(cls, modelled_mm_d: ArrayLike, observed_mm_d: ArrayLike, leads: int) -> Updating:
        """Fit on a record of modelled and observed runoff (n,) [mm/d] for 1 … `leads` steps; NaN is left out.

        Raises
        ------
        InputError
            Fewer than 30 pairs of days at some lead.
        """
        departure = _root(observed_mm_d) - _root(modelled_mm_d)
        memory, width = np.empty(leads), np.empty(leads)
        for lead in range(1, leads + 1):
            now, then = departure[:-lead], departure[lead:]
            both = np.isfinite(now) & np.isfinite(then)
            if both.sum() < LEAST_PAIRS:
                raise InputError(
                    f"the forecast's memory at lead {lead} needs {LEAST_PAIRS} pairs of observations; found "
                    f"{int(both.sum())}. Give a longer record, or fewer leads."
                )
            now, then = now[both], then[both]
            square = float(now @ now)
            memory[lead - 1] = np.clip(now @ then / square, 0.0, 1.0) if square > 0 else 0.0
            width[lead - 1] = np.sqrt(np.mean((then - memory[lead - 1] * now) ** 2))
        known = departure[np.isfinite(departure)]
        return cls(memory, width, float(np.sqrt(np.mean(known**2))))

    def ahead(
        self, modelled_mm_d: ArrayLike, modelled_now_mm_d: ArrayLike, observed_now_mm_d: ArrayLike, lead: int,
        deviate: ArrayLike = 0.0,
    ) -> Floats:  # fmt: skip
        """The runoff `lead` steps on [mm/d], never negative; arrays of one shape.

        Parameters
        ----------
        modelled_mm_d, modelled_now_mm_d : array_like
            The model's runoff then and now [mm/d].
        observed_now_mm_d : array_like
            What the gauge shows now [mm/d]; where it is NaN the model is taken as it is.
        lead : int
            Steps ahead, at most as many as were fitted.
        deviate : array_like
            Standard normal deviates: 0 the median, ±1.64 the band of 90 %.
        """
        if not 1 <= lead <= self.memory.size:
            raise InputError(f"the forecast is asked for lead {lead}; it was fitted for leads 1 to {self.memory.size}.")
        departure = _root(observed_now_mm_d) - _root(modelled_now_mm_d)
        gauged = np.isfinite(departure)
        carried = self.memory[lead - 1] * np.where(gauged, departure, 0.0)
        width = np.where(gauged, self.width[lead - 1], self.lasting)
        return np.asarray(np.maximum(_root(modelled_mm_d) + carried + width * np.asarray(deviate), 0.0) ** 2)

    def wander(self, n_step: int, members: int, rng: np.random.Generator) -> Floats:
        """Departures of a basin without a gauge (members, n_step) [√(mm/d)]: an AR(1) of the lasting width."""
        noise = rng.standard_normal((members, n_step))
        rho = float(self.memory[0])
        drawn = np.empty_like(noise)
        drawn[:, 0] = noise[:, 0]
        for t in range(1, n_step):
            drawn[:, t] = rho * drawn[:, t - 1] + np.sqrt(1 - rho**2) * noise[:, t]
        return np.asarray(self.lasting * drawn, np.float64)
