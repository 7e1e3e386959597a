"""Randomness that is a function of its key and of time: asked twice, in blocks or one by one, it answers the same.

That is what lets 400 days of history run on into the live stations without a seam, and a restarted simulation
repeat itself.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

DAY_S = 86_400
LOCAL_OFFSET_S = 8 * 3600  # Asia/Shanghai has had no summer time since 1991


def key(*parts: object) -> int:
    """A 64-bit key from names and numbers."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def rng(*parts: object) -> np.random.Generator:
    """A generator that belongs to these names and numbers."""
    return np.random.default_rng(key(*parts))


def _mix(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    # finaliser of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state ^ (state >> np.uint64(31))


def uniform(number: int, time_s: ArrayLike) -> Floats:
    """One number in (0, 1) for every time [s]; shape (n,)."""
    steps = np.atleast_1d(np.asarray(time_s)).astype(np.int64).astype(np.uint64)
    state = _mix(steps * np.uint64(0x9E3779B97F4A7C15) + np.full(steps.shape, number, np.uint64))
    return ((state >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


def normal(number: int, time_s: ArrayLike) -> Floats:
    """One standard normal number for every time [s] (Box and Muller 1958); shape (n,)."""
    first, second = uniform(number, time_s), uniform(number ^ 0x5DEECE66D, time_s)
    return np.asarray(np.sqrt(-2 * np.log(first)) * np.cos(2 * np.pi * second))


@dataclass(frozen=True)
class Wobble:
    """A smooth wandering between -1 and 1: a few sines of random period and phase.

    Attributes
    ----------
    share : float64 (n_sine,)
        Amplitudes, which add up to 1.
    omega, phase : float64 (n_sine,)
        Angular frequency [rad/s] and phase [rad].
    """

    share: Floats
    omega: Floats
    phase: Floats

    @classmethod
    def draw(cls, generator: np.random.Generator, shortest_s: float, longest_s: float, n_sine: int = 5) -> Wobble:
        """Draw one whose periods lie between `shortest_s` and `longest_s` [s]."""
        period = np.exp(generator.uniform(np.log(shortest_s), np.log(longest_s), n_sine))
        share = generator.uniform(0.5, 1.0, n_sine)
        return cls(share / share.sum(), 2 * np.pi / period, generator.uniform(0, 2 * np.pi, n_sine))

    def at(self, time_s: ArrayLike) -> Floats:
        """Its value at times [s]; shape (n,)."""
        angle = np.multiply.outer(np.atleast_1d(np.asarray(time_s, np.float64)), self.omega) + self.phase
        return np.asarray(np.sin(angle) @ self.share)


def day_angle(time_s: ArrayLike, peak_hour: float) -> Floats:
    """Angle [rad] of the local hour, 0 at `peak_hour`; shape (n,)."""
    local_s = np.atleast_1d(np.asarray(time_s, np.float64)) + LOCAL_OFFSET_S
    return 2 * np.pi * (local_s / DAY_S - peak_hour / 24)
