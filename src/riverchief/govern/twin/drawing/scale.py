"""Axes: round numbers, and where on the picture they lie."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """From values to places on a picture [px]."""

    low: float
    high: float
    start_px: float
    end_px: float

    def __call__(self, value: float) -> float:
        """Where a value lies [px]."""
        return self.start_px + (value - self.low) / (self.high - self.low) * (self.end_px - self.start_px)


def step_of(span: float, most: int) -> float:
    """The round step that cuts a span into at most so many parts."""
    if span <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(span / most))
    return next(f * power for f in (1, 2, 2.5, 5, 10, 20) if span / (f * power) <= most)


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round values between two."""
    step = step_of(high - low, most)
    first = math.ceil(low / step - 1e-9)
    return [round(k * step, 10) for k in range(first, math.floor(high / step + 1e-9) + 1)]


def room(low: float, high: float, share: float = 0.06) -> tuple[float, float]:
    """The same span with some room above and below."""
    gap = max(high - low, 1e-3 * max(abs(low), abs(high), 1.0)) * share
    return low - gap, high + gap
