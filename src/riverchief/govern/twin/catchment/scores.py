"""How good a hydrograph is: Kling-Gupta and Nash-Sutcliffe efficiency, bias. Days without an observation are left out.

H. V. Gupta et al., Decomposition of the mean squared error and NSE performance criteria, J. Hydrol. 377 (2009), 80-91;
J. E. Nash, J. V. Sutcliffe, River flow forecasting through conceptual models I, J. Hydrol. 10 (1970), 282-290.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError

Floats = NDArray[np.float64]

LEAST_SCORED = 10  # fewer days than this have no score worth a number
LOG_FLOOR = 0.01  # share of the mean flow added before logarithms, so that a dry bed has one


def _pairs(modelled: ArrayLike, observed: ArrayLike) -> tuple[Floats, Floats]:
    made, seen = np.asarray(modelled, np.float64), np.asarray(observed, np.float64)
    if made.shape[-1:] != seen.shape:
        raise InputError(
            f"the score compares {made.shape[-1:]} modelled with {seen.shape} observed steps; give both the same steps."
        )
    kept = np.isfinite(seen)
    if kept.sum() < LEAST_SCORED or np.ptp(seen[kept]) == 0:
        raise InputError(
            f"the score needs at least {LEAST_SCORED} observed values that differ; found {int(kept.sum())} values. "
            "Give a longer record."
        )
    return made[..., kept], seen[kept]


def kge(modelled: ArrayLike, observed: ArrayLike) -> Floats:
    """Kling-Gupta efficiency [-], 1 is perfect.

    Parameters
    ----------
    modelled : array_like (..., n)
        One or many hydrographs.
    observed : array_like (n,)
        The observed one, NaN where nothing was observed.

    Returns
    -------
    float64 (...)
        1 - sqrt((r - 1)² + (σ ratio - 1)² + (mean ratio - 1)²); r is 0 where the model stands still.
    """
    made, seen = _pairs(modelled, observed)
    mean, spread = made.mean(-1), made.std(-1)
    scatter = ((made - mean[..., None]) * (seen - seen.mean())).mean(-1)
    # a model that stands still correlates with nothing
    r = np.divide(scatter, spread * seen.std(), out=np.zeros_like(scatter), where=spread > 0)
    miss = (r - 1) ** 2 + (spread / seen.std() - 1) ** 2 + (mean / seen.mean() - 1) ** 2
    return np.asarray(1 - np.sqrt(miss), np.float64)


def nse(modelled: ArrayLike, observed: ArrayLike) -> Floats:
    """Nash-Sutcliffe efficiency [-], 1 is perfect, 0 as good as the mean; shapes as in `kge`."""
    made, seen = _pairs(modelled, observed)
    return np.asarray(1 - ((made - seen) ** 2).sum(-1) / ((seen - seen.mean()) ** 2).sum(), np.float64)


@dataclass(frozen=True)
class Scores:
    """Scores of one hydrograph, all dimensionless.

    Attributes
    ----------
    kge, nse : float
        Efficiencies of the flow itself.
    log_nse : float
        Nash-Sutcliffe of ln(flow + 1 % of the mean observed flow): how good low flow is.
    bias : float
        Modelled over observed volume, less 1.
    n : int
        Days scored.
    """

    kge: float
    nse: float
    log_nse: float
    bias: float
    n: int


def scores(modelled: ArrayLike, observed: ArrayLike) -> Scores:
    """All scores of one hydrograph, shapes (n,); NaN in `observed` is left out."""
    made, seen = _pairs(modelled, observed)
    floor = LOG_FLOOR * seen.mean()
    return Scores(
        float(kge(made, seen)),
        float(nse(made, seen)),
        float(nse(np.log(made + floor), np.log(seen + floor))),
        float(made.mean() / seen.mean() - 1),
        int(seen.size),
    )
