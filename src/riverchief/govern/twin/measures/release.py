"""生态下泄: reservoirs, their inflow and what sections need in; releases with the least water, and shortages, out.

A linear programme (HiGHS) over periods: shortages cost most, earlier ones like later ones; of the plans with the least
shortage the one that lets out least.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import lil_matrix

from riverchief.base.errors import InputError
from riverchief.govern.twin.measures.programme import solved

Floats = NDArray[np.float64]

DEAR = 1e4  # a m³ that is short counts as so many that are let out


@dataclass(frozen=True)
class Reservoir:
    """A reservoir.

    Attributes
    ----------
    storage_m3, least_m3, most_m3 : float
        What it holds, must keep, and can hold [m³].
    inflow_m3s : float64 (n_period,)
        Forecast [m³/s].
    most_m3s : float
        The most that its outlet lets through [m³/s]; what does not fit spills over and runs down too.
    """

    code: str
    storage_m3: float
    least_m3: float
    most_m3: float
    inflow_m3s: Floats
    most_m3s: float


@dataclass(frozen=True)
class Need:
    """The flow that a section needs.

    Attributes
    ----------
    target_m3s : float
    beside_m3s : float64 (n_period,)
        What flows there without the reservoirs [m³/s].
    arrives : dict of str to float64 (n_lag,)
        By reservoir: how much of a period's release arrives so many periods later [-], summing to at most 1.
    """

    code: str
    target_m3s: float
    beside_m3s: Floats
    arrives: dict[str, Floats] = field(default_factory=dict)


@dataclass(frozen=True)
class Releases:
    """A plan of releases.

    Attributes
    ----------
    release_m3s, spill_m3s, storage_m3 : dict of str to float64 (n_period,)
        By reservoir; storages at the end of periods.
    flow_m3s, short_m3s : dict of str to float64 (n_period,)
        By section: what will flow, and what it lacks [m³/s].
    """

    release_m3s: dict[str, Floats]
    spill_m3s: dict[str, Floats]
    storage_m3: dict[str, Floats]
    flow_m3s: dict[str, Floats]
    short_m3s: dict[str, Floats]

    @property
    def kept(self) -> bool:
        """Whether every section has what it needs."""
        return all(float(short.max()) <= 1e-6 for short in self.short_m3s.values())


def release(reservoirs: Sequence[Reservoir], needs: Sequence[Need], period_s: float) -> Releases:
    """Releases that keep flows at sections with the least water.

    Raises
    ------
    InputError
        For series of different lengths, or a reservoir whose storage lies outside its own limits.
    """
    n = _periods(reservoirs, needs, period_s)
    n_r, n_s = len(reservoirs), len(needs)
    # unknowns by block of n: releases, spills and shortages [m³/s], then storages [m³]
    spill_0, short_0, store_0 = n_r * n, 2 * n_r * n, (2 * n_r + n_s) * n
    size = store_0 + n_r * n
    cost, high, low = np.zeros(size), np.full(size, np.inf), np.zeros(size)
    balance, brought = lil_matrix((n_r * n, size)), np.zeros(n_r * n)
    for r, one in enumerate(reservoirs):
        cost[r * n : (r + 1) * n] = 1.0
        cost[spill_0 + r * n : spill_0 + (r + 1) * n] = (
            2.0  # water over the spillway is lost: an outlet that can comes first
        )
        high[r * n : (r + 1) * n] = one.most_m3s
        part = slice(store_0 + r * n, store_0 + (r + 1) * n)
        low[part], high[part] = one.least_m3, one.most_m3
        for t in range(n):
            row = r * n + t
            balance[row, store_0 + row] = 1.0
            if t:
                balance[row, store_0 + row - 1] = -1.0
            balance[row, row] = balance[row, spill_0 + row] = period_s
            brought[row] = period_s * one.inflow_m3s[t] + (one.storage_m3 if t == 0 else 0.0)
    cost[short_0:store_0] = DEAR
    arriving = _arriving(reservoirs, needs, n, size)
    wanted = np.concatenate([one.target_m3s - one.beside_m3s for one in needs]) if needs else np.zeros(0)
    held = arriving.copy()
    for k in range(n_s * n):
        held[k, short_0 + k] = 1.0
    found = solved(cost, -held.tocsr(), -wanted, low, high, (balance.tocsr(), brought))
    if found is None:
        raise InputError(
            "the reservoirs cannot all keep their least storage even with nothing let out; look at the forecast inflow "
            "[m³/s] and the least storage [m³]."
        )
    x = found[0]
    flow = arriving.tocsr() @ x

    def block(first: int, names: Sequence[str], values: Floats = x) -> dict[str, Floats]:
        return {name: values[first + k * n : first + (k + 1) * n] for k, name in enumerate(names)}

    codes, sections = [one.code for one in reservoirs], [one.code for one in needs]
    flows = {one.code: flow[k * n : (k + 1) * n] + one.beside_m3s for k, one in enumerate(needs)}
    return Releases(block(0, codes), block(spill_0, codes), block(store_0, codes), flows, block(short_0, sections))


def arrival(lag_s: float, period_s: float) -> Floats:
    """Weights of a release that comes after a time, unspread: shared between the two periods that it falls into."""
    if not (np.isfinite(lag_s) and lag_s >= 0 and period_s > 0):
        raise InputError(
            f"a release was to arrive after {lag_s:g} s in periods of {period_s:g} s; give times of at least 0 s."
        )
    whole, part = divmod(lag_s / period_s, 1.0)
    made = np.zeros(int(whole) + 2)
    made[int(whole)], made[int(whole) + 1] = 1 - part, part
    return made


def _arriving(reservoirs: Sequence[Reservoir], needs: Sequence[Need], n: int, size: int) -> lil_matrix:
    """Flow at sections from releases and spills, (n_section n, size)."""
    made = lil_matrix((len(needs) * n, size))
    for s, need in enumerate(needs):
        for r, one in enumerate(reservoirs):
            for lag, weight in enumerate(need.arrives.get(one.code, np.zeros(0))):
                for t in range(lag, n):
                    made[s * n + t, r * n + t - lag] = weight
                    made[s * n + t, (len(reservoirs) + r) * n + t - lag] = weight
    return made


def _periods(reservoirs: Sequence[Reservoir], needs: Sequence[Need], period_s: float) -> int:
    lengths: dict[str, ArrayLike] = {one.code: one.inflow_m3s for one in reservoirs}
    lengths |= {one.code: one.beside_m3s for one in needs}
    sizes = {np.size(series) for series in lengths.values()}
    if not reservoirs or len(sizes) != 1 or not min(sizes) or not period_s > 0:
        raise InputError(
            f"releases need at least one reservoir and series of one length above 0; found {sorted(sizes)} periods of "
            f"{period_s:g} s."
        )
    for one in reservoirs:
        if not 0 <= one.least_m3 <= one.storage_m3 <= one.most_m3:
            raise InputError(
                f"reservoir {one.code} holds {one.storage_m3:g} m³; it must lie between {one.least_m3:g} and "
                f"{one.most_m3:g} m³.",
                reservoir=one.code,
            )
    if not all(np.isfinite(np.asarray(series, np.float64)).all() for series in lengths.values()):
        raise InputError("a forecast holds something that is no number; leave such periods out.")
    return sizes.pop()
