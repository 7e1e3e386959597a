"""孪生: a river described in; water, what it carries, and what may still be done, out."""

from riverchief.govern.twin.geometry.section import Conduit, CrossSection, circle, trapezoid
from riverchief.govern.twin.hydraulics.layout import Control
from riverchief.govern.twin.model import AUTOMATIC, Balance, Diverged, Model, Run
from riverchief.govern.twin.river import (
    FreeFall,
    Gate,
    Inflow,
    LevelBoundary,
    LevelRule,
    NormalDepth,
    Orifice,
    Pump,
    Rating,
    RatingBoundary,
    River,
    Series,
    Weir,
    constant,
)

__all__ = [
    "AUTOMATIC",
    "Balance",
    "Conduit",
    "Control",
    "CrossSection",
    "Diverged",
    "FreeFall",
    "Gate",
    "Inflow",
    "LevelBoundary",
    "LevelRule",
    "Model",
    "NormalDepth",
    "Orifice",
    "Pump",
    "Rating",
    "RatingBoundary",
    "River",
    "Run",
    "Series",
    "Weir",
    "circle",
    "constant",
    "trapezoid",
]
