"""View (视线): where on a level water surface a pixel of an oblique photograph lies, and what the photograph sees.

Axes are north, east, down. Gimbal angles are those of the earth's frame, yaw clockwise from north, pitch 0 at the
horizon and −90° straight down, turned in the order yaw, pitch, roll, as DJI writes them into its files; the
aircraft's own attitude must not be added again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError
from riverchief.base.geometry import from_local_m
from riverchief.sky.cameras import Camera
from riverchief.sky.coverage import LonLat, Ring

Floats = NDArray[np.float64]

LOWEST_DEPRESSION_DEG = 10.0  # rays closer to the horizon than this hit the water too far away to mean anything
_CIRCLE_POINTS = 72


@dataclass(frozen=True, slots=True)
class Pose:
    """Where a camera was and where it looked: height above the water [m], angles [°]."""

    lon: float
    lat: float
    height_m: float
    pitch_deg: float = -90.0
    yaw_deg: float = 0.0
    roll_deg: float = 0.0


def rotation(pitch_deg: ArrayLike, yaw_deg: ArrayLike, roll_deg: ArrayLike) -> Floats:
    """Matrices Rz(yaw)·Ry(pitch)·Rx(roll), shape (…, 3, 3), from the camera's axes to north, east, down."""
    p, y, r = np.broadcast_arrays(*(np.radians(np.asarray(a, np.float64)) for a in (pitch_deg, yaw_deg, roll_deg)))
    cp, sp, cy, sy, cr, sr = np.cos(p), np.sin(p), np.cos(y), np.sin(y), np.cos(r), np.sin(r)
    rows = [
        [cy * cp, cy * sp * sr - sy * cr, cy * sp * cr + sy * sr],
        [sy * cp, sy * sp * sr + cy * cr, sy * sp * cr - cy * sr],
        [-sp, cp * sr, cp * cr],
    ]
    return np.moveaxis(np.array(rows), (0, 1), (-2, -1))


def direction(camera: Camera, u: ArrayLike, v: ArrayLike) -> Floats:
    """Directions of pixels in the camera's axes (forward, right, down), shape (…, 3); u to the right, v down."""
    x, y = np.broadcast_arrays(np.asarray(u, np.float64), np.asarray(v, np.float64))
    focal = camera.focal_px
    return np.stack(
        [np.ones_like(x), (x - camera.image_width_px / 2) / focal, (y - camera.image_height_px / 2) / focal], axis=-1
    )


def ground_m(camera: Camera, pose: Pose, u: float, v: float) -> tuple[float, float]:
    """East and north [m] from below the camera to the water that a pixel shows.

    Raises
    ------
    InputError
        When the pixel lies outside of the image, the camera is not above the water, or the ray meets the water
        at less than 10° (or never).
    """
    if not (0 <= u <= camera.image_width_px and 0 <= v <= camera.image_height_px):
        raise InputError(
            f"pixel ({u:g}, {v:g}) is outside of the image, which is {camera.image_width_px} × "
            f"{camera.image_height_px} px; mark a point inside of it.",
            u=u,
            v=v,
        )
    _above(pose)
    north, east, down = rotation(pose.pitch_deg, pose.yaw_deg, pose.roll_deg) @ direction(camera, u, v)
    depression = float(np.degrees(np.arctan2(down, np.hypot(north, east))))
    if depression < LOWEST_DEPRESSION_DEG:
        raise InputError(
            f"pixel ({u:g}, {v:g}) looks {depression:.1f}° below the horizon (camera pitch {pose.pitch_deg:g}°); under "
            f"{LOWEST_DEPRESSION_DEG:g}° its place on the water is not known. Mark a point lower in the image.",
            depression_deg=depression,
        )
    return float(pose.height_m * east / down), float(pose.height_m * north / down)


def _above(pose: Pose) -> None:
    if not pose.height_m > 0:
        raise InputError(
            f"the camera is {pose.height_m:g} m above the water; a place needs a height above 0 m. "
            f"Give the takeoff point's height above the water.",
            height_m=pose.height_m,
        )


def footprint(camera: Camera, pose: Pose) -> Ring:
    """Outline of what the photograph sees of the water, longitude and latitude [°]; empty where it sees none.

    The part that is seen at less than 10° is cut off.
    """
    _above(pose)
    angle = np.linspace(0, 2 * np.pi, _CIRCLE_POINTS, endpoint=False)
    reach = pose.height_m / np.tan(np.radians(LOWEST_DEPRESSION_DEG))
    ring = np.column_stack([np.cos(angle), np.sin(angle)]) * reach  # north, east
    w, h = camera.image_width_px, camera.image_height_px
    turn = rotation(pose.pitch_deg, pose.yaw_deg, pose.roll_deg)
    corners = direction(camera, [0, w, w, 0], [0, 0, h, h]) @ turn.T
    for k in range(4):
        inward = np.cross(corners[k], corners[(k + 1) % 4])
        ring = _clip(ring, inward, pose.height_m)
        if len(ring) < 3:
            return ()
    points = from_local_m(ring[:, ::-1], (pose.lon, pose.lat))
    return tuple((float(x), float(y)) for x, y in points)


def _clip(ring: Floats, inward: Floats, height_m: float) -> Floats:
    """The part of a convex ring (north, east at depth `height_m`) on the inner side of a plane through the camera."""
    side = ring @ inward[:2] + height_m * inward[2]
    kept: list[Floats] = []
    for k in range(len(ring)):
        a, b = ring[k], ring[(k + 1) % len(ring)]
        sa, sb = side[k], side[(k + 1) % len(ring)]
        if sa >= 0:
            kept.append(a)
        if (sa >= 0) != (sb >= 0):
            kept.append(a + (b - a) * sa / (sa - sb))
    return np.array(kept, np.float64).reshape(-1, 2)


def to_lonlat(pose: Pose, east_m: float, north_m: float) -> LonLat:
    """Longitude and latitude [°] of a point east and north [m] of the camera."""
    lon, lat = from_local_m([[east_m, north_m]], (pose.lon, pose.lat))[0]
    return float(lon), float(lat)
