"""A model's own water for the tracer: a few runs that stand for its doubt, and where places lie among its cells."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.twin.flows import Flows
from riverchief.govern.twin.grid import Cells
from riverchief.govern.twin.hydraulics.layout import State
from riverchief.govern.twin.model import Model

Floats = NDArray[np.float64]

# how doubtful a model is that nobody has calibrated, standard deviations of logarithms; ASSUMED
ROUGHNESS_SD, INFLOW_SD = 0.15, 0.1
# five points with the moments of two independent normal variables up to the third (S. J. Julier, J. K. Uhlmann, Proc.
# IEEE 92, 2004, with n + κ = 3)
_FAR = float(np.sqrt(3.0))
POINTS = ((0.0, 0.0, 1 / 3), (_FAR, 0.0, 1 / 6), (-_FAR, 0.0, 1 / 6), (0.0, _FAR, 1 / 6), (0.0, -_FAR, 1 / 6))


def worlds(
    model: Model,
    begin: Callable[[Model], State],
    until_s: float,
    every_s: float,
    progress: Callable[[float], None] = lambda _share: None,
) -> list[tuple[Flows, float]]:
    """Runs of a model that is rougher or smoother, wetter or drier, each with its weight.

    Parameters
    ----------
    model : Model
    begin : callable
        The state to begin from, given the model as it is varied.
    until_s, every_s : float
        End [s since 1970 UTC] and step of the flows [s].
    progress : callable
        Told the share that is done.
    """
    found = []
    for k, (rough, wet, weight) in enumerate(POINTS):
        varied = _varied(model, float(np.exp(ROUGHNESS_SD * rough)), float(np.exp(INFLOW_SD * wet)))
        run = varied.run(begin(varied), until_s, every_s, lambda part, k=k: progress((k + part) / len(POINTS)))  # type: ignore[misc]
        found.append((run.flows(), weight))
    return found


def _varied(model: Model, manning_factor: float, inflow_factor: float) -> Model:
    """The same model with other roughness and inflows."""
    made = copy(model)
    made.cells = copy(model.cells)
    made.cells.grid = model.cells.grid._replace(rough2=model.cells.grid.rough2 * manning_factor**2)
    made.forcing = model.forcing._replace(factor=model.forcing.factor * inflow_factor)
    return made


def spot(cells: Cells, reach: str, chainage_m: float) -> tuple[int, float]:
    """The cell of a place, and how much of the cell lies above it [-]."""
    cell = cells.cell(reach, chainage_m)
    at = cells.chainage_m[reach]
    length = float(at[1] - at[0])
    middle = float(at[int(np.abs(at - chainage_m).argmin())])
    return cell, float(np.clip((chainage_m - middle) / length + 0.5, 0.0, 1.0))


def lengths_m(cells: Cells) -> Floats:
    """Length of river in every cell [m], (n_cell,); 0 where there is none."""
    found = np.zeros(cells.grid.bed.size)
    for code, own in cells.reach.items():
        dx = float(cells.chainage_m[code][1])
        np.add.at(
            found, own, np.where((np.arange(own.size) == 0) | (np.arange(own.size) == own.size - 1), 0.5, 1.0) * dx
        )
    return found
