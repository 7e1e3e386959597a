"""The true flow: what the registry says, wrong by a factor that nobody was told, and never quite at rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.basin import Basin
from riverchief.base.errors import InputError
from riverchief.simulate.noise import Wobble, rng

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SYSTEMATIC = 0.12  # half-width of the factor between the registry's mean and the true one
UNSTEADY = 0.07  # half-width of the wandering about the true mean; both together stay within ±20 %


@dataclass(frozen=True)
class TrueFlow:
    """Flow and velocity of every reach at every time.

    Flow and velocity go up and down together, river by river, and the wetted area stands: what enters a reach
    leaves it, and a wave of pollution keeps its mass.

    Attributes
    ----------
    flow_m3s, velocity_ms : float64 (n_reach,)
        True means.
    dispersion_m2s : float64 (n_reach,)
        Longitudinal dispersion coefficient.
    river : int64 (n_reach,)
        Which of `pace` moves a reach.
    pace : tuple of Wobble
        One per river; the first is the whole basin's weather.
    """

    flow_m3s: Floats
    velocity_ms: Floats
    dispersion_m2s: Floats
    river: Ints
    pace: tuple[Wobble, ...]
    weather: Wobble

    @classmethod
    def draw(cls, basin: Basin, seed: int) -> TrueFlow:
        """Draw the truth behind a basin's registry.

        Raises
        ------
        InputError
            For a reach whose flow, velocity or width is not above 0.
        """
        for reach in basin.reaches:
            for name in ("flow_m3s", "velocity_ms", "width_m"):
                if not getattr(reach, name) > 0:
                    raise InputError(
                        f"reach {reach.code} has {name} {getattr(reach, name)}; "
                        f"the simulated river needs a value above 0 there.",
                        reach=reach.code,
                    )
        generator = rng(seed, "flow")
        rivers = list(dict.fromkeys(reach.river for reach in basin.reaches))
        river = np.array([rivers.index(reach.river) for reach in basin.reaches], np.int64)
        of_river = generator.uniform(-0.6, 0.6, (2, len(rivers)))[:, river]
        own = generator.uniform(-0.4, 0.4, (2, river.size))
        # the flow of a river is wrong as a whole: along it the registry's water balance holds
        flow_factor = 1 + SYSTEMATIC * of_river[0] / 0.6
        velocity_factor = 1 + SYSTEMATIC * (of_river[1] + own[1])
        velocity = np.array([reach.velocity_ms for reach in basin.reaches]) * velocity_factor
        width = np.array([reach.width_m for reach in basin.reaches])
        # mixing by the velocity's difference across the river; of the order u × width in natural streams
        mixing = np.exp(generator.uniform(np.log(0.5), np.log(2.0))) * np.exp(generator.normal(0, 0.15, river.size))
        hour_s, day_s = 3600.0, 86_400.0
        return cls(
            np.array([reach.flow_m3s for reach in basin.reaches]) * flow_factor,
            velocity,
            np.clip(mixing * velocity * width, 1.0, 60.0),
            river,
            tuple(Wobble.draw(generator, 12 * hour_s, 5 * day_s) for _ in rivers),
            Wobble.draw(generator, 12 * hour_s, 5 * day_s),
        )

    @property
    def area_m2(self) -> Floats:
        """Wetted area of every reach [m²]; shape (n_reach,)."""
        return self.flow_m3s / self.velocity_ms

    def paces(self, time_s: ArrayLike) -> Floats:
        """Factor on flow and velocity, shape (n, n_river), within 1 ± `UNSTEADY`."""
        weather = self.weather.at(time_s)
        return np.stack([1 + UNSTEADY * 0.5 * (weather + own.at(time_s)) for own in self.pace], axis=1)

    def flow_at(self, reach: int, time_s: ArrayLike) -> Floats:
        """Flow of one reach [m³/s]; shape (n,)."""
        own = self.pace[self.river[reach]]
        return np.asarray(
            self.flow_m3s[reach] * (1 + UNSTEADY * 0.5 * (self.weather.at(time_s) + own.at(time_s))), np.float64
        )

    def velocity_at(self, reach: int, time_s: ArrayLike) -> Floats:
        """Velocity of one reach [m/s]; shape (n,)."""
        return np.asarray(self.flow_at(reach, time_s) / self.area_m2[reach])
