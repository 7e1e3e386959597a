"""One standard step: the energy equation between two neighbouring CrossSections.

E_up = E_down + L S_f + C |Δ(αV²/2g)|, with the reach length weighted by the discharges of overbanks and channel, the
friction slope of the mean conveyance, and a loss by contraction or expansion (HEC-RAS Hydraulic Reference Manual 6,
eq. 2-1 … 2-4; Chow, Open-Channel Hydraulics, 1959, §10-11).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.twin.steady.cuts import Cut, Flowing
from riverchief.govern.twin.steady.depths import critical_level, crossings, ladder

Floats = NDArray[np.float64]

_SUDDEN = "the section changes suddenly at this level (an ineffective area or a levee); the energy does not balance"


@dataclass(frozen=True)
class Row:
    """A CrossSection of a reach and the way from it to the next one downstream.

    Attributes
    ----------
    lengths_m : (float, float, float)
        Lengths along left overbank, channel and right overbank to the next row [m]; of the last row they count at
        nothing but a junction.
    contraction, expansion : float
        Loss per difference of velocity heads [-].
    local : float
        Loss per velocity head on the way, the mean of both ends [-]: bridges, bends.
    """

    name: str
    chainage_m: float
    cut: Cut
    lengths_m: tuple[float, float, float]
    contraction: float = 0.0
    expansion: float = 0.0
    local: float = 0.0


@dataclass(frozen=True)
class Water:
    """Water at a row: its discharge [m³/s], the section at its level, its critical level [m], and why it stands there.

    `why` is empty where the energy equation was solved.
    """

    flow_m3s: float
    state: Flowing
    critical_m: float
    why: str = ""

    @property
    def level_m(self) -> float:
        """Level of the water [m]."""
        return float(self.state.level_m[0])

    @property
    def energy_m(self) -> float:
        """Level of the energy line [m]."""
        return float(self.state.energy_m(self.flow_m3s)[0])

    @property
    def force_m3(self) -> float:
        """Specific force [m³]."""
        return float(self.state.force_m3(self.flow_m3s)[0])


def water(cut: Cut, flow_m3s: float, level_m: float, why: str = "", critical_m: float | None = None) -> Water:
    """Water of a discharge at a level."""
    critical = critical_level(cut, flow_m3s) if critical_m is None else critical_m
    return Water(flow_m3s, cut.at(level_m), critical, why)


def loss_m(row: Row, up: Flowing, down: Flowing, flow_up: float, flow_down: float) -> Floats:
    """Energy lost on the way from a row to the next [m]; one of both sections may be at many levels."""
    up_k, down_k = up.total_m3s, down.total_m3s
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = ((flow_up + flow_down) / (up_k + down_k)) ** 2
        shares = 0.5 * (flow_up * up.conveyance_m3s / up_k + flow_down * down.conveyance_m3s / down_k)
        length = (shares * np.array(row.lengths_m)[:, None]).sum(axis=0) / shares.sum(axis=0)
        heads = down.head_m(flow_down), up.head_m(flow_up)
        change = heads[0] - heads[1]
        lost = np.where(change > 0, row.contraction, row.expansion) * np.abs(change)
        lost = lost + (row.local * 0.5 * (heads[0] + heads[1]) if row.local else 0.0)
    # a section without conveyance or without water gives no weights: the channel's length is what is left
    length = np.where(np.isfinite(length), length, row.lengths_m[1])
    friction = np.where(np.isfinite(slope), length * slope, np.inf if flow_up else 0.0)
    return np.asarray(friction + np.nan_to_num(lost, nan=0.0), np.float64)


def step_up(row: Row, flow_m3s: float, down: Water) -> Water:
    """Subcritical: the water at a row from that at the next row downstream.

    Where no level above the critical one has the energy, the critical level stands, with the reason.
    """
    critical = critical_level(row.cut, flow_m3s)

    def surplus(level: Floats) -> Floats:
        here = row.cut.at(level)
        lost = loss_m(row, here, down.state, flow_m3s, down.flow_m3s)
        return np.nan_to_num(here.energy_m(flow_m3s) - down.energy_m - lost, nan=-1e30, posinf=1e30, neginf=-1e30)

    high = max(critical, down.energy_m) + 0.1
    while surplus(np.array([high]))[0] <= 0:
        high += 2 * (high - critical)
        if high > 1e7:
            return water(row.cut, flow_m3s, critical, "no level has the energy", critical)
    # levels at which a section changes suddenly lie between the rungs; all roots count, the nearest to the next row's
    found = crossings(surplus, np.concatenate([[critical], ladder(critical, high)[1:]]), rising=True)
    if not found:
        return water(row.cut, flow_m3s, critical, "critical: the water comes faster than it can leave", critical)
    best = min(found, key=lambda z: abs(z - down.level_m))
    open_m = abs(float(surplus(np.array([best]))[0]))
    return water(row.cut, flow_m3s, best, "" if open_m < 1e-3 else _SUDDEN, critical)


def step_down(row: Row, up: Water, cut: Cut, flow_m3s: float) -> Water:
    """Supercritical: the water at the next row from that at a row."""
    critical = critical_level(cut, flow_m3s)
    if flow_m3s == 0 or critical <= cut.bed_m:
        return water(cut, flow_m3s, critical, "dry", critical)

    def surplus(level: Floats) -> Floats:
        here = cut.at(level)
        lost = loss_m(row, up.state, here, up.flow_m3s, flow_m3s)
        return np.nan_to_num(here.energy_m(flow_m3s) + lost - up.energy_m, nan=1e30, posinf=1e30, neginf=-1e30)

    found = crossings(surplus, ladder(cut.bed_m, critical)[1:], rising=False)
    if not found:
        return water(cut, flow_m3s, critical, "critical: the water loses too much energy to stay fast", critical)
    return water(cut, flow_m3s, found[-1], "", critical)
