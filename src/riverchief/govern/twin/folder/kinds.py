"""What the tables of `river.toml` are called, and what each field of them is: read off the river's own dataclasses."""

from __future__ import annotations

from typing import Any

from riverchief.govern.twin import river as described

STRUCTURES: dict[str, type[Any]] = {
    "weir": described.Weir,
    "gate": described.Gate,
    "orifice": described.Orifice,
    "pump": described.Pump,
    "rating": described.Rating,
}
BOUNDARIES: dict[str, type[Any]] = {
    "level": described.LevelBoundary,
    "normal-depth": described.NormalDepth,
    "free-fall": described.FreeFall,
    "rating": described.RatingBoundary,
}
RIVER, POINTS, CONDUITS = "river.toml", "cross-sections.csv", "conduits.csv"
POINT_COLUMNS = ("reach", "chainage_m", "name", "station_m", "level_m", "manning", "depth_m")
CONDUIT_COLUMNS = (
    "reach", "chainage_m", "name", "invert_m", "depth_m", "width_m", "perimeter_m", "manning", "slot_m", "barrels",
)  # fmt: skip


def kind_of(thing: object, kinds: dict[str, type[Any]]) -> str:
    """The word for a structure or boundary."""
    return next(word for word, made in kinds.items() if type(thing) is made)
