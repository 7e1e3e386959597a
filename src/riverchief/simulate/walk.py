"""A walk along the bank (模拟巡河): what the phone of somebody who patrols a stretch would record."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from riverchief.base.geometry import from_local_m, to_local_m
from riverchief.base.network import Network
from riverchief.base.places import Place
from riverchief.simulate.noise import rng

Fix = tuple[float, float, float, float]  # time [s since 1970 UTC], longitude, latitude [°], accuracy [m]

PACE_MS = 1.3
AROUND_M = 700.0  # walked above and below the place
_EVERY_S = 10.0
_BESIDE_M = 14.0
_WANDER_M = 3.0
_GAP_S = 150.0  # in a pocket, behind a wall: the phone records nothing


@dataclass(frozen=True)
class Walk:
    """The way of one patrol; the same seed walks the same way."""

    fixes: tuple[Fix, ...]

    @property
    def end_s(self) -> float:
        """When it is over [s since 1970 UTC]."""
        return self.fixes[-1][0]

    def until(self, time_s: float) -> list[Fix]:
        """What has been recorded by a time."""
        return [fix for fix in self.fixes if fix[0] <= time_s]

    @classmethod
    def along(cls, network: Network, place: Place, start_s: float, seed: object) -> Walk:
        """Walk down the bank past a place, with the receiver's noise and one gap."""
        generator = rng("walk", seed)
        reach = network.index(place.reach)
        length_m = float(network.length_m[reach])
        low = max(0.0, min(place.chainage_m - AROUND_M, length_m - 2 * AROUND_M))
        high = min(length_m, low + 2 * AROUND_M)
        n = max(2, math.ceil((high - low) / PACE_MS / _EVERY_S) + 1)
        at = np.linspace(low, high, n)
        line = network.point(np.full(n, reach), at)
        origin = (float(line[0, 0]), float(line[0, 1]))
        xy = to_local_m(line[:, 0], line[:, 1], origin)
        way = np.gradient(xy, axis=0)
        right = np.column_stack([way[:, 1], -way[:, 0]]) / np.maximum(np.hypot(*way.T), 1e-9)[:, None]
        wander = np.zeros((n, 2))
        for i in range(1, n):
            wander[i] = 0.9 * wander[i - 1] + math.sqrt(1 - 0.81) * _WANDER_M * generator.standard_normal(2)
        lonlat = from_local_m(xy + _BESIDE_M * right + wander, origin)
        time_s = np.round(start_s + _EVERY_S * np.arange(n), 3)
        accuracy = np.round(generator.uniform(3, 9, n), 1)
        lost_s = start_s + generator.uniform(0.3, 0.6) * _EVERY_S * n
        fixes = [
            (float(t), round(float(x), 7), round(float(y), 7), float(a))
            for t, (x, y), a in zip(time_s, lonlat, accuracy, strict=True)
            if not lost_s < t < lost_s + _GAP_S or t == time_s[-1]
        ]
        return cls(tuple(fixes))
