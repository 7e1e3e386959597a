"""What came back (回传影像): photographs that were really taken, held against the corridor that was planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import ArrayLike

from riverchief.base.errors import InputError
from riverchief.sky.coverage import Coverage, Ring, cover
from riverchief.sky.media import PhotoMeta
from riverchief.sky.view import footprint


@dataclass(frozen=True)
class Flown:
    """Coverage of a corridor by photographs; `left_out` says by position in the list why some could not count."""

    coverage: Coverage
    footprints: Mapping[int, Ring]
    left_out: Mapping[int, str]


def flown(corridor: Sequence[ArrayLike], photos: Sequence[PhotoMeta], takeoff_above_water_m: float = 0.0) -> Flown:
    """Which part of the corridor the photographs show, by where each camera was and how it looked.

    Parameters
    ----------
    corridor : sequence of array_like, each shape (n, 2)
        Rings of the planned corridor, longitude and latitude [°].
    takeoff_above_water_m : float
        Height of the takeoff point above the water [m], from which drones count their height.
    """
    seen: dict[int, Ring] = {}
    left_out: dict[int, str] = {}
    for i, photo in enumerate(photos):
        try:
            ring = footprint(photo.camera(), photo.pose(takeoff_above_water_m))
        except InputError as error:
            left_out[i] = error.sentence
            continue
        if ring:
            seen[i] = ring
        else:
            left_out[i] = "the photograph shows no water: it looks above the horizon."
    return Flown(cover(corridor, list(seen.values())), seen, left_out)


def corridor_of(mission: Mapping[str, Any]) -> list[list[list[float]]]:
    """Rings of the corridor in a mission's GeoJSON, as `export.as_geojson` writes it.

    Raises
    ------
    InputError
        When there is none.
    """
    for feature in mission.get("features", []):
        if feature.get("properties", {}).get("kind") == "corridor":
            rings: list[list[list[float]]] = feature["geometry"]["coordinates"]
            return rings
    raise InputError("this GeoJSON has no feature of kind corridor; give the mission.geojson that was planned.")
