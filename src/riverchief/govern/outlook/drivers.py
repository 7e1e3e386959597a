"""Drivers (flow, temperature) as regressors: in the unit of the model, without gaps, centred and scaled by section."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.outlook.panel import AS_IT_IS, Panel

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Scale:
    """How drivers become regressors: (modelled value - centre) / width, shapes (n_section, n_driver)."""

    drivers: tuple[str, ...]
    floors: Floats
    centre: Floats
    width: Floats

    def effects(self, values: Floats) -> Floats:
        """Values (n_section, n_driver, …) [unit] as regressors; a driver that a section does not have is 0."""
        found = np.empty_like(values)
        tail = (slice(None), *(None,) * (values.ndim - 2))
        for j, name in enumerate(self.drivers):
            given = values[:, j]
            if name not in AS_IT_IS:
                given = np.log(np.maximum(given, self.floors[:, j][tail]))
            found[:, j] = (given - self.centre[:, j][tail]) / self.width[:, j][tail]
        return np.nan_to_num(found)


def scale_of(panel: Panel) -> Scale:
    """The scale of a panel's drivers over its history."""
    drivers = panel.of_drivers()
    modelled = drivers.forward()
    centre, width = np.zeros(modelled.shape[:2]), np.ones(modelled.shape[:2])
    for s, j in np.ndindex(modelled.shape[:2]):
        known = modelled[s, j][np.isfinite(modelled[s, j])]
        if known.size > 1:
            centre[s, j], width[s, j] = known.mean(), max(float(known.std()), 1e-6)
    return Scale(panel.drivers, drivers.floors(), centre, width)


def past_effects(panel: Panel, scale: Scale) -> Floats:
    """The drivers of the history as regressors, shape (n_section, n_driver, n_day); gaps are bridged straight."""
    bridged = panel.driving.copy()
    day = np.arange(bridged.shape[2])
    for s, j in np.ndindex(bridged.shape[:2]):
        known = np.isfinite(bridged[s, j])
        if known.any():
            bridged[s, j] = np.interp(day, day[known], bridged[s, j, known])
    return scale.effects(bridged)
