"""A load with its interval, as values and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.loads.series import DAY_S, Flow, Periods

Floats = NDArray[np.float64]
LEVEL = 0.95
DRAWS = 500
COVERED_MIN = 0.9  # a period with less of its time covered by flow is not called complete
T_PER_KG = 1e-3

NAMES = {
    "rating": ("回归法（对数流量、季节、趋势）", "regression on flow, season and trend"),
    "composite": ("复合法（回归加残差内插）", "composite: regression with its residuals interpolated"),
    "interpolation": ("时段内插法", "period-weighted interpolation"),
}


@dataclass(frozen=True)
class LoadEstimate:
    """Loads of one property past one place by one estimator.

    Attributes
    ----------
    method : str
        `rating`, `composite` or `interpolation`.
    periods : tuple of str
        What the loads are of.
    load_kg : float64 (p,)
        Best estimate of each period's load [kg], over the time that flow covers.
    draws_kg : float64 (p, b)
        The same in equally likely versions: what is subtracted or shared is subtracted or shared in each of them.
    covered : float64 (p,)
        Part of each period for which there is a flow [0..1].
    duration_s : float64 (p,)
        The time that flow covers [s].
    n_samples : int
        Samples that were used.
    extrapolated : float64 (p,)
        Share of the load carried by flows higher than any that was sampled: the part that nobody has seen.
    detail : dict
        What the estimator found (model, scatter, correlation time), for people who check.
    """

    method: str
    periods: tuple[str, ...]
    load_kg: Floats
    draws_kg: Floats
    covered: Floats
    duration_s: Floats
    n_samples: int
    extrapolated: Floats
    detail: dict[str, Any]

    def interval_kg(self, level: float = LEVEL) -> tuple[Floats, Floats]:
        """Lower and upper end of the central interval of each load [kg]."""
        low, high = np.quantile(self.draws_kg, [(1 - level) / 2, (1 + level) / 2], axis=1)
        return low, high

    def as_dict(self, level: float = LEVEL) -> dict[str, Any]:
        """As JSON: kg/d and t for each period."""
        low, high = self.interval_kg(level)
        zh, en = NAMES[self.method]
        days = self.duration_s / DAY_S
        return {
            "method": self.method,
            "name_zh": zh,
            "name_en": en,
            "level": level,
            "n_samples": self.n_samples,
            "periods": [
                {
                    "period": name,
                    "load_t": float(self.load_kg[i] * T_PER_KG),
                    "low_t": float(low[i] * T_PER_KG),
                    "high_t": float(high[i] * T_PER_KG),
                    "mean_kg_per_day": float(self.load_kg[i] / days[i]) if days[i] else None,
                    "days": float(days[i]),
                    "covered": float(self.covered[i]),
                    "complete": bool(self.covered[i] >= COVERED_MIN),
                    "extrapolated": float(self.extrapolated[i]),
                }
                for i, name in enumerate(self.periods)
            ],
            "detail": self.detail,
        }


def extrapolated_share(per_step_kg: Floats, flow: Flow, highest_m3s: float, periods: Periods) -> Floats:
    """Share of each period's load that flows above the highest sampled one carry [0..1]."""
    total = periods.total(per_step_kg)
    above = periods.total(np.where(flow.flow_m3s > highest_m3s, per_step_kg, 0.0))
    return np.divide(above, total, out=np.zeros_like(total), where=total > 0)
