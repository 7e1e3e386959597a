"""Heat between water and air in one coefficient: what `temperature` kinetics take as their environment."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def heat_exchange_wm2k(water_c: ArrayLike, dew_point_c: ArrayLike, wind_ms: ArrayLike) -> Floats:
    """Coefficient of the heat exchange at the surface [W/(m² °C)].

    Parameters
    ----------
    water_c, dew_point_c : array_like
        Temperature of the water's surface and dew point of the air [°C].
    wind_ms : array_like
        Wind 7 m above the water [m/s].

    Notes
    -----
    J. E. Edinger, D. K. Brady and J. C. Geyer, Heat exchange and transport in the environment, Electric Power Research
    Institute, Report 14, 1974: K = 4.5 + 0.05 T + (β + 0.47) f(W), f = 9.2 + 0.46 W², β = 0.35 + 0.015 Tm + 0.0012 Tm²
    with Tm between water and dew point. The constants are written from memory and were not compared with the report.
    """
    water, dew, wind = (np.asarray(v, np.float64) for v in (water_c, dew_point_c, wind_ms))
    middle = (water + dew) / 2
    beta = 0.35 + 0.015 * middle + 0.0012 * middle**2
    return np.asarray(4.5 + 0.05 * water + (beta + 0.47) * (9.2 + 0.46 * wind**2), np.float64)


def equilibrium_temperature_c(dew_point_c: ArrayLike, solar_wm2: ArrayLike, exchange_wm2k: ArrayLike) -> Floats:
    """Temperature at which the surface takes up as much heat as it gives off [°C].

    Parameters
    ----------
    dew_point_c : array_like
        Of the air [°C].
    solar_wm2 : array_like
        Short-wave radiation into the water [W/m²].
    exchange_wm2k : array_like
        Of `heat_exchange_wm2k` [W/(m² °C)].

    Notes
    -----
    Te = Td + Hs / K, Edinger, Brady and Geyer 1974 (see there).
    """
    dew, solar, exchange = (np.asarray(v, np.float64) for v in (dew_point_c, solar_wm2, exchange_wm2k))
    return np.asarray(dew + solar / exchange, np.float64)
