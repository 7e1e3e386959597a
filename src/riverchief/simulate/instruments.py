"""What an instrument makes of the truth: bias, noise, drift, resolution, and now and then a fault."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.units import PROPERTIES
from riverchief.simulate.noise import DAY_S, key, normal, rng, uniform

Floats = NDArray[np.float64]

# property → (noise, smallest noise, detection limit): share of the value, the property's unit, the property's unit
_GRADES: dict[str, tuple[float, float, float]] = {
    "water_temperature": (0.0, 0.08, -5.0),
    "ph": (0.0, 0.02, 0.0),
    "do": (0.012, 0.03, 0.05),
    "ec": (0.008, 1.0, 1.0),
    "turbidity": (0.04, 0.4, 0.3),
    "nh3n": (0.03, 0.006, 0.025),
    "codmn": (0.03, 0.04, 0.5),
    "tp": (0.03, 0.002, 0.01),
    "tn": (0.03, 0.03, 0.05),
    "level": (0.0, 0.002, -500.0),
    "flow": (0.01, 0.002, 0.0),
    "rain": (0.0, 0.0, 0.0),
}
_OTHER = (0.03, 0.0, 0.0)
_RESOLUTION = {"rain": 0.5, "level": 0.01}  # tipping bucket [mm], float gauge [m]; else the property's decimals
_UNBIASED = ("rain", "level", "flow", "ph", "water_temperature")

STUCK, JUMPING = "stuck", "jumping"

# where a jumping probe leaps to: a value that no river shows from one quarter of an hour to the next
LEAPS = {"water_temperature": 38.0, "ph": 12.5, "do": 24.0, "ec": 9_000.0, "turbidity": 3_500.0}
_LEAPS_OFTEN = 0.25


@dataclass(frozen=True)
class Instrument:
    """One property at one station."""

    station: str
    property: str
    seed: int
    bias: float  # share of the value
    drift: float  # share of the value that a month without maintenance adds

    @classmethod
    def draw(cls, station: str, name: str, seed: int) -> Instrument:
        """Draw an instrument: bias within ±3 %, drift within ±1.5 % a month; none where a probe is adjusted daily."""
        generator = rng(seed, "instrument", station, name)
        bias, drift = generator.uniform(-0.03, 0.03), generator.uniform(-0.015, 0.015)
        return cls(station, name, seed, 0.0, 0.0) if name in _UNBIASED else cls(station, name, seed, bias, drift)

    def measure(self, truth: ArrayLike, time_s: ArrayLike) -> Floats:
        """What it shows for true values at times [s since 1970 UTC]; shape (n,)."""
        values, times = np.asarray(truth, np.float64), np.atleast_1d(np.asarray(time_s))
        share, floor, detection = _GRADES.get(self.property, _OTHER)
        month = (times % (30 * DAY_S)) / (30 * DAY_S)  # calibrated once a month
        shown = values * (1 + self.bias + self.drift * month)
        noise = np.hypot(share * values, floor)
        shown = shown + noise * np.clip(normal(key(self.seed, self.station, self.property), times), -3, 3)
        known = PROPERTIES[self.property]
        step = _RESOLUTION.get(self.property, 10.0**-known.decimals)
        rounded = np.round(shown / step) * step
        return np.asarray(np.round(np.clip(rounded, max(detection, known.low), known.high), known.decimals))


@dataclass(frozen=True)
class Breakdown:
    """A broken sensor (故障仪器): from `start_s` on it is stuck at its last value, or leaps away now and then."""

    station: str
    property: str
    mode: str  # STUCK or JUMPING
    start_s: int

    def shown(self, healthy: ArrayLike, last_healthy: float, time_s: ArrayLike) -> Floats:
        """What the broken sensor shows where a healthy one shows `healthy`; shape (n,).

        Parameters
        ----------
        healthy : array_like, shape (n,)
            What it would show at `time_s`.
        last_healthy : float
            What it showed just before the breakdown.
        time_s : array_like, shape (n,)
            Seconds since 1970 UTC.
        """
        values, times = np.asarray(healthy, np.float64), np.atleast_1d(np.asarray(time_s))
        after = times >= self.start_s
        if self.mode == STUCK:
            return np.where(after, last_healthy, values)
        lot = uniform(key("lot", self.station, self.property, self.start_s), times)
        scatter = 1 + 0.1 * (uniform(key("leap", self.station, self.property), times) - 0.5)
        leap = np.round(LEAPS[self.property] * scatter, PROPERTIES[self.property].decimals)
        return np.where(after & (lot < _LEAPS_OFTEN), leap, values)
