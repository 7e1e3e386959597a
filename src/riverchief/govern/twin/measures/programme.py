"""A linear programme, solved by HiGHS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

Floats = NDArray[np.float64]


def solved(
    cost: Floats,
    rows: Any,
    room: Floats,
    low: Floats | Sequence[float],
    high: Floats | Sequence[float],
    equal: tuple[Any, Floats] | None = None,
) -> tuple[Floats, Floats] | None:
    """X of least cost with rows x <= room, low <= x <= high and equal[0] x = equal[1]; None where there is none.

    Parameters
    ----------
    cost, low, high : float64 (n,)
    rows : matrix (m, n), dense or sparse
    room : float64 (m,)

    Returns
    -------
    x : float64 (n,)
    price : float64 (m,)
        How much the cost would rise by a unit less of room.
    """
    a, b = (None, None) if equal is None else equal
    bounds = np.column_stack([np.asarray(low, np.float64), np.asarray(high, np.float64)])
    solve: Any = linprog  # its stubs know neither None nor sparse rows
    found = solve(cost, A_ub=rows, b_ub=room, A_eq=a, b_eq=b, bounds=bounds, method="highs")
    if not found.success:
        return None
    x = np.clip(np.asarray(found.x, np.float64), bounds[:, 0], bounds[:, 1])
    return x, -np.asarray(found.ineqlin.marginals, np.float64)
