"""Flight geometry (航摄几何): what a camera at a height sees of the water, how far apart lines and photographs may be.

For a camera that looks straight down on a plane; closed formulas of photogrammetry, metres and seconds.
"""

from __future__ import annotations

from riverchief.base.errors import InputError
from riverchief.sky.cameras import Camera, Drone

BLUR_PX = 1.0  # how far the ground may move in the image while the shutter is open
EXPOSURE_S = 1 / 800  # the longest exposure that a pilot should let the camera choose


def gsd_m(camera: Camera, altitude_m: float) -> float:
    """Ground sampling distance [m/px] straight below: altitude over focal length in pixels."""
    return _positive("altitude", altitude_m, "m") / camera.focal_px


def altitude_for_gsd_m(camera: Camera, gsd_m: float) -> float:
    """Altitude [m] above the water at which a pixel stands for `gsd_m` [m]."""
    return _positive("ground sampling distance", gsd_m, "m") * camera.focal_px


def footprint_m(camera: Camera, altitude_m: float) -> tuple[float, float]:
    """Swath (across the flight) and length (along it) [m] of one photograph taken straight down.

    The longer side of the image lies across the flight, as drones carry their cameras.
    """
    gsd = gsd_m(camera, altitude_m)
    return camera.image_width_px * gsd, camera.image_height_px * gsd


def line_spacing_m(swath_m: float, overlap_side: float) -> float:
    """Distance [m] between neighbouring lines whose photographs share `overlap_side` (0 up to 1) of the swath."""
    return swath_m * (1 - _share("side overlap", overlap_side))


def shot_spacing_m(length_m: float, overlap_front: float) -> float:
    """Distance [m] between photographs that share `overlap_front` (0 up to 1) of the footprint's length."""
    return length_m * (1 - _share("front overlap", overlap_front))


def speed_ms(
    camera: Camera,
    drone: Drone,
    altitude_m: float,
    overlap_front: float,
    exposure_s: float = EXPOSURE_S,
    blur_px: float = BLUR_PX,
) -> float:
    """Speed over the ground [m/s] on the lines: the drone's cruise, held back by the camera.

    The camera must be ready for the next photograph (spacing over its shortest interval), and the ground may move
    at most `blur_px` pixels while the shutter is open `exposure_s` [s].
    """
    spacing = shot_spacing_m(footprint_m(camera, altitude_m)[1], overlap_front)
    by_camera = spacing / camera.shortest_interval_s
    by_blur = _positive("blur", blur_px, "px") * gsd_m(camera, altitude_m) / _positive("exposure", exposure_s, "s")
    return min(by_camera, by_blur, drone.cruise_ms, drone.fastest_ms)


def _positive(what: str, value: float, unit: str) -> float:
    if not value > 0:
        raise InputError(f"{what} is {value} {unit}; it must be above 0 {unit}.", what=what, value=value)
    return value


def _share(what: str, value: float) -> float:
    if not 0 <= value < 1:
        raise InputError(f"{what} is {value}; give a share from 0 up to (not including) 1, as 0.7.", value=value)
    return value
