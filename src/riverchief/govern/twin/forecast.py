"""A forecast with its doubt: an ensemble from one state, and what so many of its members stay below at places."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.twin.ensemble import Spread, Watch, draw, run_members
from riverchief.govern.twin.hydraulics.layout import State
from riverchief.govern.twin.model import Model

Floats = NDArray[np.float64]

SHARES = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Forecast:
    """What an ensemble says at places.

    Attributes
    ----------
    places : tuple of (reach, chainage_m)
    time_s : float64 (n_time,)
        Instants [s since 1970 UTC].
    shares : tuple of float
        Shares of the members that stay below each value [-].
    flow_m3s, level_m : float64 (n_share, n_time, n_place)
    concentration : dict of str to float64 (n_share, n_time, n_place)
    members : int
    path : str
        "compiled" or "numba".
    """

    places: tuple[tuple[str, float], ...]
    time_s: Floats
    shares: tuple[float, ...]
    flow_m3s: Floats
    level_m: Floats
    concentration: dict[str, Floats]
    members: int
    path: str


def forecast(
    model: Model,
    state: State,
    until_s: float,
    every_s: float,
    places: Sequence[tuple[str, float]],
    spread: Spread,
    *,
    members: int = 64,
    seed: int = 0,
    shares: tuple[float, ...] = SHARES,
) -> Forecast:
    """Look ahead from a state with so many members.

    Parameters
    ----------
    model : Model
    state : State
        Stays as it is.
    until_s, every_s : float
        End [s since 1970 UTC] and interval [s]; the inflows' multipliers change at its instants.
    places : sequence of (reach, chainage_m)
    spread : Spread
        What is doubtful, and how much.
    members, seed : int
        The same seed gives the same forecast.
    shares : tuple of float
        Shares of the members that stay below [-].

    Raises
    ------
    InputError
        For a place off the river, or fewer than two members.
    MemberDiverged
        Naming the member for which no step had a solution.
    """
    watch = Watch.at(model, places)
    drawn = draw(_as_it_is_driven(model), members, state, spread, seed=seed)
    run = run_members(drawn, until_s, every_s, watch)

    def below(values: Floats) -> Floats:
        return np.asarray(np.quantile(values, shares, axis=0), np.float64)

    conc = {name: below(run.conc[:, :, s]) for s, name in enumerate(model.constituents)}
    return Forecast(tuple(places), run.time_s, shares, below(run.flow_m3s), below(run.level_m), conc, members, run.path)


def _as_it_is_driven(model: Model) -> Model:
    """The same model with the factors on its inflows taken into their series: members have factors of their own."""
    factor = model.forcing.factor
    if (factor == 1).all():
        return model
    river = copy(model.river)
    river.inflows = {
        name: replace(one, flow_m3s=replace(one.flow_m3s, value=one.flow_m3s.value * float(factor[m])))
        for m, (name, one) in enumerate(model.river.inflows.items())
    }
    return Model(river, model.constituents, model.control)
