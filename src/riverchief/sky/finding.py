"""Findings (疑似图斑): something marked on a photograph, as a place on the water with its position error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.sky.cameras import Camera
from riverchief.sky.view import Pose, direction, ground_m, rotation, to_lonlat

Floats = NDArray[np.float64]

_SURE = 0.95
_ANGLES = 360


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Standard deviations of what the photograph says about itself.

    The defaults are those of a drone with an ordinary (not RTK) receiver; they are assumptions, to be replaced by
    an airframe's own calibration where there is one.
    """

    position_m: float = 1.5  # of east and of north
    height_m: float = 1.0  # above the water
    pitch_deg: float = 0.5
    yaw_deg: float = 1.0
    roll_deg: float = 0.5


@dataclass(frozen=True, slots=True)
class GroundPoint:
    """A place on the water with its error.

    Attributes
    ----------
    lon, lat : float
        Longitude and latitude [°].
    sigma_m : float
        Root of the sum of the variances of east and north [m].
    error_m : float
        Radius [m] of the circle that holds the true place with 95 % probability.
    ellipse_m : (float, float)
        Half axes [m] of the ellipse that holds it with 95 % probability.
    ellipse_azimuth_deg : float
        Direction of the longer axis, clockwise from north, 0 up to 180.
    usable : bool
        False where `error_m` exceeds half the river's width, so that the bank or the outfall cannot be told.
    why : str
        The sentence to that, else empty.
    """

    lon: float
    lat: float
    sigma_m: float
    error_m: float
    ellipse_m: tuple[float, float]
    ellipse_azimuth_deg: float
    usable: bool
    why: str

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "lon": self.lon,
            "lat": self.lat,
            "sigma_m": round(self.sigma_m, 2),
            "error_m": round(self.error_m, 2),
            "ellipse_m": [round(axis, 2) for axis in self.ellipse_m],
            "ellipse_azimuth_deg": round(self.ellipse_azimuth_deg, 1),
            "usable": self.usable,
            "why": self.why,
        }


def locate_pixel(
    camera: Camera,
    pose: Pose,
    u: float,
    v: float,
    *,
    accuracy: Accuracy | None = None,
    river_width_m: float | None = None,
) -> GroundPoint:
    """The place on the water that a pixel shows, with its error.

    Parameters
    ----------
    u, v : float
        Pixel from the upper left corner, to the right and down; the camera must be scaled to the image
        (`Camera.scaled_to`).
    river_width_m : float
        Width of the river [m]; an error above half of it makes the point not usable.

    Raises
    ------
    InputError
        When the pixel shows no water (see `view.ground_m`).

    Notes
    -----
    First-order propagation through n = Rz(yaw) Ry(pitch) Rx(roll) d, s = H / n_z. For the centre pixel, θ off
    nadir, it is σ² = 2σp² + (H sec²θ σpitch)² + (tanθ σH)² + (H tanθ σyaw)².
    """
    given = accuracy or Accuracy()
    east, north = ground_m(camera, pose, u, v)
    cov = covariance(camera, pose, u, v, given)
    values, vectors = np.linalg.eigh(cov)
    minor, major = np.sqrt(values)
    azimuth = float(np.degrees(np.arctan2(vectors[0, 1], vectors[1, 1]))) % 180
    error = radius(float(major), float(minor))
    lon, lat = to_lonlat(pose, east, north)
    scale = float(np.sqrt(-2 * np.log(1 - _SURE)))  # chi-square of two degrees of freedom
    bad = river_width_m is not None and error > river_width_m / 2
    why = (
        f"95 % error is {error:.1f} m, more than half of the river's {river_width_m:g} m: "
        f"the photograph cannot say on which bank this is. Fly lower, or look more steeply down."
        if bad
        else ""
    )
    sigma = float(np.sqrt(values.sum()))
    return GroundPoint(lon, lat, sigma, error, (scale * float(major), scale * float(minor)), azimuth, not bad, why)


def covariance(camera: Camera, pose: Pose, u: float, v: float, accuracy: Accuracy) -> Floats:
    """Covariance of east and north [m²], shape (2, 2), of the place that a pixel shows."""
    d = direction(camera, u, v)
    n = rotation(pose.pitch_deg, pose.yaw_deg, pose.roll_deg) @ d
    height = pose.height_m

    def slope(change: Floats) -> Floats:
        """East and north per unit of a change of the direction n (north, east, down)."""
        east, north = (change[k] * n[2] - n[k] * change[2] for k in (1, 0))
        return np.asarray(np.array([east, north]) * height / n[2] ** 2, np.float64)

    pitch, yaw = np.radians(pose.pitch_deg), np.radians(pose.yaw_deg)
    # a small turn about an axis changes n by axis × n; the axes of pitch and roll as they stand in space
    pitch_axis = np.array([-np.sin(yaw), np.cos(yaw), 0.0])
    roll_axis = np.array([np.cos(yaw) * np.cos(pitch), np.sin(yaw) * np.cos(pitch), -np.sin(pitch)])
    columns = [
        np.array([1.0, 0.0]) * accuracy.position_m,
        np.array([0.0, 1.0]) * accuracy.position_m,
        np.array([n[1], n[0]]) / n[2] * accuracy.height_m,
        slope(np.cross(pitch_axis, n)) * np.radians(accuracy.pitch_deg),
        slope(np.cross([0.0, 0.0, 1.0], n)) * np.radians(accuracy.yaw_deg),
        slope(np.cross(roll_axis, n)) * np.radians(accuracy.roll_deg),
    ]
    jacobian = np.column_stack(columns)
    return np.asarray(jacobian @ jacobian.T, np.float64)


def radius(major_m: float, minor_m: float, probability: float = _SURE) -> float:
    """Radius [m] of the circle about the mean that holds `probability` of a normal distribution in the plane.

    Parameters
    ----------
    major_m, minor_m : float
        Standard deviations [m] along the two axes; 2.4477·σ where they are equal, 1.96·σ where one vanishes.

    Notes
    -----
    P(r < R) = 1/(2π σ₁σ₂) ∫ (1 − exp(−a R²/2)) / a dφ with a = cos²φ/σ₁² + sin²φ/σ₂², solved by bisection.
    """
    if not (major_m > 0 and minor_m >= 0):
        raise InputError(f"standard deviations are {major_m} m and {minor_m} m; the first must be above 0 m.")
    narrow = max(minor_m, major_m * 1e-3)
    phi = (np.arange(_ANGLES * 20) + 0.5) * (np.pi / (_ANGLES * 20))
    a = (np.cos(phi) / major_m) ** 2 + (np.sin(phi) / narrow) ** 2
    low, high = 0.0, 10 * major_m
    for _ in range(60):
        middle = (low + high) / 2
        inside = float(((1 - np.exp(-a * middle**2 / 2)) / a).mean() / (major_m * narrow))
        low, high = (middle, high) if inside < probability else (low, middle)
    return (low + high) / 2
