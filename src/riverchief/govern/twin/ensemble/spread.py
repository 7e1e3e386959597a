"""What is doubtful about a model, as distributions on logarithms, so that nothing becomes negative."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LogNormal:
    """A multiplier exp(z) with z normal, mean 0; its median is 1.

    Attributes
    ----------
    sigma : float
        Standard deviation of z [-]; 0.1 is about ten per cent.
    """

    sigma: float = 0.0

    def __post_init__(self) -> None:
        _positive(self.sigma, "sigma of a log-normal multiplier")


@dataclass(frozen=True)
class AR1:
    """A multiplier exp(z) over time, z a first-order autoregression with mean 0 that is stationary from the start.

    z(t + dt) = φ z(t) + √(1 − φ²) σ ε with φ = exp(−dt / memory). Each value holds through one interval of a run.

    Attributes
    ----------
    sigma : float, or one for each of what it multiplies
        Standard deviation of z at any instant [-].
    memory_s : float, or one for each
        Time over which z forgets to 1/e [s]; inf makes it a constant of each member.
    """

    sigma: float | tuple[float, ...] = 0.0
    memory_s: float | tuple[float, ...] = float("inf")

    def __post_init__(self) -> None:
        for sigma in np.atleast_1d(self.sigma):
            _positive(float(sigma), "sigma of an AR(1) multiplier")
        for memory_s in np.atleast_1d(self.memory_s):
            if not memory_s > 0:
                raise InputError(f"the memory of an AR(1) multiplier is {memory_s:g} s; give one above 0 s, or inf.")

    @property
    def wanders(self) -> bool:
        """Whether anything of it changes with time."""
        return bool(np.any((np.asarray(self.sigma) > 0) & np.isfinite(self.memory_s)))

    def path(self, z: Floats, times_s: Floats, begin_s: float, noise: Floats) -> Floats:
        """Continue z (...) through intervals that end at `times_s` (n_time,), with noise (n_time, ...)."""
        out = np.empty((times_s.size, *z.shape))
        sigma, memory_s, before = np.asarray(self.sigma), np.asarray(self.memory_s), begin_s
        for k, t in enumerate(times_s):
            phi = np.exp(-(t - before) / memory_s)
            z = phi * z + np.sqrt(1.0 - phi * phi) * sigma * noise[k]
            out[k], before = z, t
        return out


@dataclass(frozen=True)
class Spread:
    """How doubtful each part of a model is.

    Attributes
    ----------
    inflow : AR1
        Every inflow's discharge, independent of each other.
    load : LogNormal
        What every inflow carries, beyond its discharge.
    roughness : LogNormal
        Manning's n, one multiplier for each reach.
    decay : LogNormal
        Rate of first-order decay, one multiplier for each constituent.
    dispersion : LogNormal
        Longitudinal dispersion, one multiplier for the river.
    depth, conc : LogNormal
        Initial depth (discharge follows it with the power 5/3) and concentration, one multiplier for each reach.
    """

    inflow: AR1 = field(default_factory=AR1)
    load: LogNormal = field(default_factory=LogNormal)
    roughness: LogNormal = field(default_factory=LogNormal)
    decay: LogNormal = field(default_factory=LogNormal)
    dispersion: LogNormal = field(default_factory=LogNormal)
    depth: LogNormal = field(default_factory=LogNormal)
    conc: LogNormal = field(default_factory=LogNormal)


def _positive(value: float, what: str) -> None:
    if not 0 <= value < np.inf:
        raise InputError(f"{what} is {value:g}; give a number from 0 up.")
