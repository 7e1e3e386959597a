"""Cameras and drones (相机, 无人机): named ones from `data/*.toml`, each figure with its source and confidence."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any, TypeVar

from riverchief.base.errors import InputError, UnknownName

Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera with square pixels and no distortion.

    `focal_mm` is the actual focal length; a 35 mm equivalent here would make every distance wrong by the
    ratio of the sensors.
    """

    name: str
    sensor_width_mm: float
    focal_mm: float
    image_width_px: int
    image_height_px: int
    shortest_interval_s: float = 2.0  # between two photographs
    exif_models: tuple[str, ...] = ()
    confidence: str = "C"
    source: str = ""

    def __post_init__(self) -> None:
        sizes = (self.sensor_width_mm, self.focal_mm, self.image_width_px, self.image_height_px)
        if not all(size > 0 for size in sizes):
            raise InputError(
                f"camera {self.name}: sensor {self.sensor_width_mm} mm, focal length {self.focal_mm} mm, image "
                f"{self.image_width_px} × {self.image_height_px} px; all of them must be above 0.",
                camera=self.name,
            )

    @property
    def focal_px(self) -> float:
        """Focal length in pixels of the full image."""
        return self.focal_mm / self.sensor_width_mm * self.image_width_px

    @classmethod
    def named(cls, name: str) -> Camera:
        """The camera with this name; `UnknownName` names the nearest known one."""
        return _find(cameras(), "camera", name)

    def scaled_to(self, width_px: int, height_px: int) -> Camera:
        """The same camera for an image that was made smaller or larger as a whole.

        Raises
        ------
        InputError
            When the image has another shape, so that it was cropped and the focal length in pixels is not known.
        """
        turned = width_px < height_px
        wide, high = (height_px, width_px) if turned else (width_px, height_px)
        if abs(wide / high * self.image_height_px / self.image_width_px - 1) > 0.01:
            raise InputError(
                f"the image is {width_px} × {height_px} px, but {self.name} takes {self.image_width_px} × "
                f"{self.image_height_px} px: it was cropped, so directions in it are not known. Use the original.",
                camera=self.name,
            )
        return replace(
            self,
            image_width_px=width_px,
            image_height_px=height_px,
            sensor_width_mm=self.sensor_width_mm * width_px / wide,
        )


@dataclass(frozen=True, slots=True)
class Drone:
    """A drone: how long its battery lasts [min], how fast it flies, climbs and sinks [m/s]."""

    name: str
    camera: str
    battery_min: float
    cruise_ms: float
    fastest_ms: float
    climb_ms: float
    descent_ms: float
    turn_s: float  # lost in a turn of 180°
    confidence: str = "C"
    source: str = ""

    def __post_init__(self) -> None:
        rates = (self.battery_min, self.cruise_ms, self.fastest_ms, self.climb_ms, self.descent_ms)
        if not all(rate > 0 for rate in rates):
            raise InputError(
                f"drone {self.name}: battery {self.battery_min} min, speeds {self.cruise_ms}, {self.fastest_ms}, "
                f"{self.climb_ms}, {self.descent_ms} m/s; all of them must be above 0.",
                drone=self.name,
            )

    @classmethod
    def named(cls, name: str) -> Drone:
        """The drone with this name; `UnknownName` names the nearest known one."""
        return _find(drones(), "drone", name)


def _find(known: dict[str, Kind], kind: str, name: str) -> Kind:
    try:
        return known[name]
    except KeyError:
        raise UnknownName(kind, name, known) from None


def _table(name: str) -> dict[str, Any]:
    text = resources.files("riverchief.sky").joinpath("data", f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def cameras() -> dict[str, Camera]:
    """All named cameras."""
    rows = _table("cameras")["camera"]
    return {row["name"]: Camera(**{**row, "exif_models": tuple(row["exif_models"])}) for row in rows}


@cache
def drones() -> dict[str, Drone]:
    """All named drones."""
    return {row["name"]: Drone(**row) for row in _table("drones")["drone"]}


def camera_of_model(exif_model: str) -> Camera | None:
    """The camera that writes this model name into its files; None where no named camera does."""
    wanted = exif_model.strip().casefold()
    return next((c for c in cameras().values() if wanted in (m.casefold() for m in c.exif_models)), None)
