"""A phone that records a way (模拟手机定位): a true way in; fixes with the errors of a satellite receiver out.

The error is a Gauss-Markov process of a few metres (multipath and atmosphere change slowly) and a little white noise;
rarely a fix is far out. Phones differ: in how often they record, how much they smooth, whether they hold still while
their owner stands, how finely they report an accuracy, and whether they tell a speed at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from riverchief.base.geometry import from_local_m
from riverchief.simulate.noise import Floats

_OUTLIER_SHARE = 0.003
_STANDS_MS = 0.3


@dataclass(frozen=True, slots=True)
class Photo:
    """A photograph: when [s since 1970 UTC], where [° WGS 84], and its perceptual hash of 64 bits."""

    time_s: float
    lon: float
    lat: float
    picture_hash: int


@dataclass(frozen=True)
class Recording:
    """What a phone hands in.

    Attributes
    ----------
    time_s, accuracy_m, speed_ms : float64 (n,)
        Seconds since 1970 UTC, increasing; the accuracy claimed [m]; the speed told [m/s], NaN where it tells none.
    lonlat : float64 (n, 2)
        WGS 84 [°].
    mock : bool (n,)
        Whether the phone marked the fix as coming from another app.
    photos : tuple of Photo
        In the order of time.
    """

    time_s: Floats
    lonlat: Floats
    accuracy_m: Floats
    speed_ms: Floats
    mock: NDArray[np.bool_]
    photos: tuple[Photo, ...] = ()

    def __len__(self) -> int:
        return len(self.time_s)

    @property
    def points(self) -> list[list[float]]:
        """The fixes as the platform takes them: time, longitude, latitude, accuracy."""
        return np.column_stack([self.time_s, self.lonlat, self.accuracy_m]).tolist()  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Way:
    """Where somebody truly was: metres from an origin, one row a second from `start_s` [s since 1970 UTC]."""

    start_s: float
    xy: Floats

    @property
    def speed_ms(self) -> Floats:
        """True speed [m/s], shape (n,)."""
        step = np.hypot(*np.diff(self.xy, axis=0).T)
        return np.append(step, step[-1:])


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone's habits.

    Attributes
    ----------
    every_s : int
        A fix is asked for every so many seconds.
    sigma_m, tau_s : float
        Size [m] and memory [s] of the wandering error, in each direction.
    white_m : float
        Noise from fix to fix [m].
    smooth_s : float
        Time constant of the phone's own smoothing [s].
    holds : bool
        Whether it repeats its place while the owner stands.
    accuracy_step_m : float
        The accuracy is reported in steps of this size [m].
    tells_speed : bool
    decimals : int
        Decimals of its degrees.
    """

    every_s: int
    sigma_m: float
    tau_s: float
    white_m: float
    smooth_s: float
    holds: bool
    accuracy_step_m: float
    tells_speed: bool
    decimals: int

    @classmethod
    def draw(cls, generator: np.random.Generator) -> Phone:
        """Draw a phone."""
        return cls(
            every_s=int(generator.choice([2, 3, 5, 10])),
            sigma_m=float(generator.uniform(1.5, 5.0)),
            tau_s=float(generator.uniform(30, 150)),
            white_m=float(np.exp(generator.uniform(np.log(0.1), np.log(0.8)))),
            smooth_s=float(generator.choice([0.0, 2.0, 6.0])),
            holds=bool(generator.random() < 0.5),
            accuracy_step_m=float(generator.choice([0.001, 0.1, 1.0, 5.0])),
            tells_speed=bool(generator.random() < 0.85),
            decimals=int(generator.choice([6, 7, 8])),
        )


def wandering(generator: np.random.Generator, n: int, tau_s: float, columns: int = 2) -> Floats:
    """A Gauss-Markov process of unit size, one row a second; shape (n, columns)."""
    keep = float(np.exp(-1.0 / max(tau_s, 1e-6)))
    start = generator.standard_normal((1, columns))
    shocks = np.sqrt(1 - keep**2) * generator.standard_normal((n, columns))
    out, _ = lfilter([1.0], [1.0, -keep], shocks, axis=0, zi=keep * start)
    return np.asarray(out, np.float64)


def record(
    phone: Phone,
    way: Way,
    origin: tuple[float, float],
    generator: np.random.Generator,
    factor: Floats | None = None,
    off: NDArray[np.bool_] | None = None,
    common_m: Floats | None = None,
) -> Recording:
    """What a phone records of a way.

    Parameters
    ----------
    factor : float64 (n_second,)
        How many times the usual error; 1 where the sky is open.
    off : bool (n_second,)
        Seconds in which nothing is recorded.
    common_m : float64 (n_second, 2)
        An error [m] that phones at the same place share.
    """
    n = len(way.xy)
    size = np.ones(n) if factor is None else factor
    error = phone.sigma_m * size[:, None] * wandering(generator, n, phone.tau_s)
    error += phone.white_m * np.sqrt(size)[:, None] * generator.standard_normal((n, 2))
    if common_m is not None:
        error += common_m
    seen = way.xy + error
    if phone.smooth_s:
        keep = float(np.exp(-1.0 / phone.smooth_s))
        seen = np.asarray(lfilter([1 - keep], [1.0, -keep], seen, axis=0, zi=keep * seen[:1])[0], np.float64)
    speed = np.maximum(way.speed_ms + 0.15 * np.sqrt(size) * generator.standard_normal(n), 0.0)
    if phone.holds:  # the last fix while moving is repeated
        moving = way.speed_ms > _STANDS_MS
        moving[0] = True
        seen = seen[np.maximum.accumulate(np.where(moving, np.arange(n), 0))]
        speed = np.where(moving, speed, 0.0)
    claimed = 1.3 * phone.sigma_m * size * np.exp(0.25 * wandering(generator, n, 40.0, 1)[:, 0])
    claimed = np.maximum(np.round(claimed / phone.accuracy_step_m), 1) * phone.accuracy_step_m
    at = np.arange(int(generator.integers(phone.every_s)), n, phone.every_s)
    late = generator.random(len(at)) < 0.05  # now and then a fix comes a second late
    at = np.unique(np.minimum(at + late, n - 1))
    if off is not None:
        at = at[~off[at]]
    far = generator.random(len(at)) < _OUTLIER_SHARE
    jump = generator.uniform(30, 150, len(at))[:, None] * generator.choice([-1.0, 1.0], (len(at), 2))
    lonlat = from_local_m(seen[at] + np.where(far[:, None], jump, 0.0), origin)
    return Recording(
        time_s=np.round(way.start_s + at + generator.uniform(0, 0.05, len(at)), 3),
        lonlat=np.round(lonlat, phone.decimals),
        accuracy_m=np.round(claimed[at], 3),
        speed_ms=np.asarray(np.round(speed[at], 2) if phone.tells_speed else np.full(len(at), np.nan), np.float64),
        mock=np.zeros(len(at), bool),
    )
