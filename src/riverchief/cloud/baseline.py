"""What a series usually does: its hours of the day and its scatter, learnt from history; its level, from recent days.

The model is multiplicative: value = level x factor(hour of the day) x error, with the level as the median of the last
days and the error as a normal number in the logarithm. Medians, so that past events teach it nothing wrong.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError
from riverchief.base.readings import Flag
from riverchief.cloud.instruments import Settings, Trait, defaults

Floats = NDArray[np.float64]

HOURS = 24
_LOCAL_S = 8 * 3600  # Asia/Shanghai; hours of the day are local
_MAD_TO_SIGMA = 1.4826  # of a normal distribution
_HOUR_LEAST = 10  # readings that an hour of the day needs


class Expected(NamedTuple):
    """What should be measured: value [the property's unit], relative scatter (one sigma of the logarithm).

    Both are nan where too little is known; `readings` is the number of recent ones behind the level.
    """

    value: float
    sigma: float
    readings: int


@dataclass(frozen=True, slots=True)
class Baseline:
    """The habit of one series.

    Attributes
    ----------
    property : str
    log_factor : tuple of 24 float
        Logarithm of the value's ratio to the level, by local hour of the day.
    sigma : float
        Scatter of one reading around level x factor (one sigma of the logarithm), the level's own error included.
    count : int
        Readings that it was learnt from.
    """

    property: str
    log_factor: tuple[float, ...]
    sigma: float
    count: int

    @classmethod
    def learn(
        cls,
        code: str,
        time_s: ArrayLike,
        value: ArrayLike,
        flag: ArrayLike | None = None,
        settings: Settings | None = None,
    ) -> Baseline | None:
        """Learn it from history; None where the history is too short, or the property is watched by no one.

        Parameters
        ----------
        code : str
            Property.
        time_s, value, flag : array_like, shape (n,)
            Readings in order of time [s since 1970 UTC], in the property's unit, and their flags (all good unless
            given); only good ones count.
        """
        settings = settings or defaults()
        trait = settings.trait(code)
        times, values = _measured(time_s, value, flag)
        if trait is None or not trait.departure or times.size < settings.departure.history_least:
            return None
        logs = _logs(trait, values)
        factor = _hour_factors(times, logs - _centred_level(times, logs))
        flat = logs - factor[_hour(times)]
        level = _trailing_level(times, flat, settings)
        residual = (flat - level)[np.isfinite(level)]
        if residual.size < settings.departure.history_least:
            return None
        scatter = _MAD_TO_SIGMA * float(np.median(np.abs(residual - np.median(residual))))
        typical = float(np.exp(np.median(logs)))
        sigma = max(scatter, float(trait.noise(typical)) / typical)
        return cls(code, tuple(factor.tolist()), sigma, int(times.size))

    def expected(
        self,
        at_s: float,
        recent_time_s: ArrayLike,
        recent_value: ArrayLike,
        *,
        recent_flag: ArrayLike | None = None,
        left_s: float | None = None,
        settings: Settings | None = None,
    ) -> Expected:
        """What should be measured at a time, from the readings of the days before it.

        Parameters
        ----------
        at_s : float
            When [s since 1970 UTC]; later readings are not looked at.
        recent_time_s, recent_value, recent_flag : array_like, shape (n,)
            Readings of at least the last `level_window_s` in order of time; only good ones count.
        left_s : float, optional
            When the series left its habit (an alert is open since then): the level stays that of before, until it has
            been away for so long that the new level is the habit.
        """
        settings = settings or defaults()
        trait = settings.trait(self.property)
        if trait is None:
            raise InputError(f"nothing is known of {self.property}, so nothing can be expected of it.")
        rule = settings.departure
        frozen = left_s is not None and at_s - left_s < rule.adapt_s
        until_s = min(at_s, left_s) if frozen and left_s is not None else at_s
        times, values = _measured(recent_time_s, recent_value, recent_flag)
        recent = (times < until_s) & (times >= until_s - rule.level_window_s)
        count = int(recent.sum())
        if count < rule.level_least:
            return Expected(math.nan, math.nan, count)
        factor = np.array(self.log_factor)
        level = float(np.median(_logs(trait, values[recent]) - factor[_hour(times[recent])]))
        value = math.exp(level + float(factor[_hour(np.array([at_s]))[0]]))
        # near the detection limit the noise is no share of the value any more
        return Expected(value, max(self.sigma, float(trait.noise(value)) / value), count)

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "property": self.property,
            "log_factor": [round(f, 6) for f in self.log_factor],
            "sigma": self.sigma,
            "count": self.count,
        }

    @classmethod
    def from_dict(cls, saved: dict[str, Any]) -> Baseline:
        """The inverse of `as_dict`."""
        return cls(saved["property"], tuple(saved["log_factor"]), saved["sigma"], saved["count"])


def _measured(time_s: ArrayLike, value: ArrayLike, flag: ArrayLike | None) -> tuple[Floats, Floats]:
    times, values = np.asarray(time_s, np.float64), np.asarray(value, np.float64)
    good = np.isfinite(values)
    if flag is not None:
        good &= np.asarray(flag) == int(Flag.OK)
    return times[good], values[good]


def _logs(trait: Trait, values: Floats) -> Floats:
    """Logarithms; a value below the instrument's own error is no smaller than that."""
    return np.asarray(np.log(np.maximum(values, max(trait.noise_floor, 1e-9))))


def _hour(times: Floats) -> NDArray[np.int64]:
    return (((times + _LOCAL_S) // 3600) % HOURS).astype(np.int64)


def _centred_level(times: Floats, logs: Floats) -> Floats:
    """Median over the day around each reading; every hour of the day is in it once, so that they cancel."""
    first = np.searchsorted(times, times - 12 * 3600, side="left")
    last = np.searchsorted(times, times + 12 * 3600, side="left")
    return np.array([np.median(logs[a:b]) for a, b in zip(first.tolist(), last.tolist(), strict=True)])


def _hour_factors(times: Floats, residual: Floats) -> Floats:
    """Median residual by hour of the day; hours without readings are interpolated around the clock."""
    hours = _hour(times)
    known = [h for h in range(HOURS) if (hours == h).sum() >= _HOUR_LEAST]
    if not known:
        return np.zeros(HOURS)
    found = np.array([np.median(residual[hours == h]) for h in known])
    around = np.interp(np.arange(HOURS), known, found, period=HOURS)
    return np.asarray(around - around.mean())


def _trailing_level(times: Floats, flat: Floats, settings: Settings) -> Floats:
    """The level that each reading would have been held against; nan where too few readings came before it."""
    rule = settings.departure
    first = np.searchsorted(times, times - rule.level_window_s, side="left")
    level = np.full(times.size, np.nan)
    for i, a in enumerate(first.tolist()):
        if i - a >= rule.level_least:
            level[i] = np.median(flat[a:i])
    return level
