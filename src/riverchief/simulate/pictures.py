"""Pictures (模拟影像): what a drone would show of a simulated river, with what a camera writes into its files.

Nothing here is a photograph, and every picture says so. The river follows the reach's drawn line, the land is a
pattern of sines that agrees from picture to picture, and a plume begins where the true source lies.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageDraw

from riverchief.base.geometry import from_local_m, to_local_m
from riverchief.base.network import Network
from riverchief.base.places import Place
from riverchief.base.time import CHINA
from riverchief.simulate.lettering import mark_simulated

Floats = NDArray[np.float64]

WIDE_PX, HIGH_PX = 792, 594
_COARSE = 3  # drawn at a third of the size and enlarged: nobody measures on it
_VERTEX_M = 20.0
_BEYOND_M = 300.0  # of river drawn above and below a stretch
_QUALITY = 82


@dataclass(frozen=True)
class Lens:
    """The camera that the simulated drone carries; figures of a 4/3 inch sensor behind a 24 mm equivalent."""

    model: str = "M3E"
    make: str = "DJI"
    sensor_width_mm: float = 17.3
    focal_mm: float = 12.29

    def gsd_m(self, height_m: float) -> float:
        """Ground that one pixel of a picture shows from a height [m]."""
        return height_m * self.sensor_width_mm / self.focal_mm / WIDE_PX


@dataclass(frozen=True)
class Shot:
    """One picture straight down: where the camera truly was, which way the drone flew, when.

    `said` is where its receiver says that it was, longitude and latitude [°].
    """

    lon: float
    lat: float
    height_m: float
    heading_deg: float
    at: datetime
    said: tuple[float, float]
    lens: Lens = Lens()

    def pixel(self, lon: float, lat: float) -> tuple[float, float] | None:
        """Column and row [px] that show a point on the water; None where the picture does not reach."""
        east, north = to_local_m(lon, lat, (self.lon, self.lat))
        turn = math.radians(self.heading_deg)
        right = east * math.cos(turn) - north * math.sin(turn)
        ahead = east * math.sin(turn) + north * math.cos(turn)
        gsd = self.lens.gsd_m(self.height_m)
        u, v = WIDE_PX / 2 + right / gsd, HIGH_PX / 2 - ahead / gsd
        return (float(u), float(v)) if 0 <= u <= WIDE_PX and 0 <= v <= HIGH_PX else None

    def centred(self, lon: float, lat: float) -> float:
        """How far a point is from the middle of the picture [px]; inf where it is not in it."""
        seen = self.pixel(lon, lat)
        return math.inf if seen is None else math.hypot(seen[0] - WIDE_PX / 2, seen[1] - HIGH_PX / 2)


@dataclass(frozen=True)
class Scene:
    """A stretch of river to be photographed.

    Attributes
    ----------
    line : float64 (n, 2)
        Longitude and latitude [°] along the water, downstream.
    along_m : float64 (n,)
        Distance along it [m].
    width_m : float
        Width of the water [m].
    plume_m : float or None
        Where along it a plume begins [m]; None where the water is as ever.
    strength : float
        How strongly the plume shows, from 0 to 1.
    """

    line: Floats
    along_m: Floats
    width_m: float
    plume_m: float | None = None
    strength: float = 1.0

    @classmethod
    def of(
        cls,
        network: Network,
        stretches: Sequence[tuple[str, float, float]],
        width_m: float,
        source: Place | None = None,
        strength: float = 1.0,
    ) -> Scene:
        """The scene of stretches [(reach, from_m, to_m), …] that follow one another; the source may lie there."""
        parts, plume_m, gone_m = [], None, 0.0
        for k, (code, from_m, to_m) in enumerate(stretches):
            reach = network.index(code)
            low = max(0.0, from_m - (_BEYOND_M if k == 0 else 0.0))
            high = min(float(network.length_m[reach]), to_m + (_BEYOND_M if k == len(stretches) - 1 else 0.0))
            at = np.linspace(low, high, max(2, int((high - low) / _VERTEX_M) + 1))
            if source is not None and source.reach == code and low <= source.chainage_m <= high:
                plume_m = gone_m + source.chainage_m - low
            parts.append((network.point(np.full(at.size, reach), at), gone_m + at - low))
            gone_m += high - low
        line, along = (np.concatenate(columns) for columns in zip(*parts, strict=True))
        return cls(line, along, width_m, plume_m, strength)

    @property
    def source(self) -> tuple[float, float] | None:
        """Longitude and latitude [°] of the plume's head: beside the right bank; None without a plume."""
        if self.plume_m is None:
            return None
        i = int(np.clip(np.searchsorted(self.along_m, self.plume_m), 1, len(self.line) - 1))
        origin = (float(self.line[i, 0]), float(self.line[i, 1]))
        ends = to_local_m(self.line[i - 1 : i + 1, 0], self.line[i - 1 : i + 1, 1], origin)
        way = ends[1] - ends[0]
        span = max(float(self.along_m[i] - self.along_m[i - 1]), 1e-9)
        length = max(float(np.hypot(*way)), 1e-9)
        right = np.array([way[1], -way[0]]) / length
        spot = ends[0] + way * (self.plume_m - self.along_m[i - 1]) / span + right * _HEAD * self.width_m
        lon, lat = from_local_m(spot[None, :], origin)[0]
        return float(lon), float(lat)


_HEAD = 0.3  # of the river's width, right of its middle: where the plume begins


def _ground(shot: Shot) -> tuple[Floats, Floats]:
    """East and north [m] of the camera for every coarse pixel, each of shape (rows, columns)."""
    gsd = shot.lens.gsd_m(shot.height_m)
    right = ((np.arange(WIDE_PX // _COARSE) + 0.5) * _COARSE - WIDE_PX / 2) * gsd
    ahead = (HIGH_PX / 2 - (np.arange(HIGH_PX // _COARSE) + 0.5) * _COARSE) * gsd
    x, y = np.meshgrid(right, ahead)
    turn = math.radians(shot.heading_deg)
    return x * math.cos(turn) + y * math.sin(turn), -x * math.sin(turn) + y * math.cos(turn)


def _river(scene: Scene, shot: Shot, east: Floats, north: Floats) -> tuple[Floats, Floats]:
    """For every pixel its distance right of the river's middle [m] and its place along it [m]."""
    xy = to_local_m(scene.line[:, 0], scene.line[:, 1], (shot.lon, shot.lat))
    near = np.flatnonzero(np.hypot(*xy.T) < np.hypot(east, north).max() + 4 * _VERTEX_M + scene.width_m)
    aside, along = np.full(east.shape, np.inf), np.zeros(east.shape)
    if near.size == 0:
        return aside, along
    for i in range(max(int(near[0]), 1), min(int(near[-1]) + 1, len(xy) - 1) + 1):
        step = xy[i] - xy[i - 1]
        length = float(np.hypot(*step))
        if length < 1e-6:
            continue
        px, py = east - xy[i - 1, 0], north - xy[i - 1, 1]
        share = np.clip((px * step[0] + py * step[1]) / length**2, 0, 1)
        dx, dy = px - share * step[0], py - share * step[1]
        away = np.hypot(dx, dy)
        closer = away < np.abs(aside)
        side = np.where(dx * step[1] - dy * step[0] >= 0, 1.0, -1.0)
        aside = np.where(closer, away * side, aside)
        along = np.where(closer, scene.along_m[i - 1] + share * (scene.along_m[i] - scene.along_m[i - 1]), along)
    return aside, along


def _pattern(x: Floats, y: Floats, scale_m: float) -> Floats:
    """A smooth field between −1 and 1 that belongs to the ground."""
    a, b = x / scale_m, y / scale_m
    return 0.5 * np.sin(a + 1.7 * np.sin(0.61 * b + 0.4)) + 0.5 * np.sin(1.13 * b + 1.9 * np.sin(0.53 * a + 1.1))


def _plume(scene: Scene, aside: Floats, along: Floats) -> Floats:
    """How strongly the plume shows at every pixel, 0 to 1: it widens from the bank and fades downstream."""
    if scene.plume_m is None:
        return np.zeros(aside.shape)
    down = along - scene.plume_m
    spread = scene.width_m * (0.10 + 0.004 * np.maximum(down, 0))
    across = (aside - _HEAD * scene.width_m) / np.minimum(spread, scene.width_m)
    shown = np.exp(-np.square(np.minimum(np.abs(across), 6.0))) * np.exp(-np.maximum(down, 0) / 900.0)
    return scene.strength * np.where(down >= -2.0, shown, 0.0)


@dataclass(frozen=True)
class Picture:
    """A picture as drawn: pixels, and which of them are water."""

    shot: Shot
    pixels: NDArray[np.uint8]  # (HIGH_PX, WIDE_PX, 3)
    water: NDArray[np.bool_]  # at the coarse size

    def darkest(self) -> tuple[float, float] | None:
        """Column and row [px] of the darkest water away from the picture's edge; None where it shows none."""
        light = self.pixels[::_COARSE, ::_COARSE].astype(np.float64).sum(axis=2)
        inside = np.zeros(self.water.shape, bool)
        inside[12:-12, 12:-12] = self.water[12:-12, 12:-12]
        if not inside.any():
            return None
        row, column = np.unravel_index(int(np.argmin(np.where(inside, light, np.inf))), light.shape)
        return float((column + 0.5) * _COARSE), float((row + 0.5) * _COARSE)

    def jpeg(self) -> bytes:
        """The picture as the drone would leave it on its card, marked as simulated."""
        image = Image.fromarray(self.pixels)
        mark_simulated(ImageDraw.Draw(image), 14, HIGH_PX - 36, 20)
        return with_tags(image, self.shot)


def draw(scene: Scene, shot: Shot) -> Picture:
    """Draw what the camera sees."""
    east, north = _ground(shot)
    aside, along = _river(scene, shot, east, north)
    # the land's pattern is tied to the scene's first vertex, so that neighbouring pictures agree
    x0, y0 = to_local_m(shot.lon, shot.lat, (float(scene.line[0, 0]), float(scene.line[0, 1])))
    x, y = east + x0, north + y0
    field = _pattern(x, y, 38.0)
    land = np.where((field > 0)[..., None], np.array([112, 128, 78.0]), np.array([138, 134, 92.0]))
    land = land + (14 * _pattern(x, y, 4.5))[..., None]
    edge = scene.width_m / 2 + 1.2 * _pattern(x, y, 9.0)
    water = np.abs(aside) < edge
    shore = np.abs(aside) < edge + 5.0
    depth = 1 - 0.35 * (aside / np.maximum(edge, 1e-9)) ** 2
    stream = np.array([66, 96, 102.0]) * (0.9 + 0.1 * depth + 0.07 * _pattern(x, y, 22.0))[..., None]
    plume = _plume(scene, aside, along)[..., None]
    stream = stream * (1 - plume) + np.array([70, 48, 34.0]) * plume
    colour = np.where(water[..., None], stream, np.where(shore[..., None], np.array([176, 162, 130.0]), land))
    grain = 5 * np.random.default_rng(int(abs(shot.lon * 1e6) + abs(shot.lat * 1e6))).standard_normal(water.shape)
    small = np.clip(colour + grain[..., None], 0, 255).astype(np.uint8)
    image = Image.fromarray(small).resize((WIDE_PX, HIGH_PX), Image.Resampling.BILINEAR)
    return Picture(shot, np.asarray(image, np.uint8), water)


# ------------------------------------------------------------------ what a camera writes into its files


def _dms(degrees: float) -> tuple[float, float, float]:
    value = abs(degrees)
    return float(int(value)), float(int(value * 60 % 60)), value * 3600 % 60


def _exif(make: str, model: str, said: tuple[float, float], at: datetime) -> Image.Exif:
    local = at.astimezone(CHINA)
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = make, model
    exif[ExifTags.Base.Software] = "riverchief simulate"
    exif[ExifTags.Base.ImageDescription] = "SIMULATED: drawn by riverchief, not photographed"
    detail = exif.get_ifd(ExifTags.IFD.Exif)
    detail[ExifTags.Base.DateTimeOriginal] = local.strftime("%Y:%m:%d %H:%M:%S")
    detail[ExifTags.Base.OffsetTimeOriginal] = "+08:00"
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    tag = ExifTags.GPS
    gps[tag.GPSLatitudeRef], gps[tag.GPSLatitude] = ("N" if said[1] >= 0 else "S"), _dms(said[1])
    gps[tag.GPSLongitudeRef], gps[tag.GPSLongitude] = ("E" if said[0] >= 0 else "W"), _dms(said[0])
    return exif


def _save(image: Image.Image, exif: Image.Exif, xmp: bytes = b"") -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_QUALITY, exif=exif, **({"xmp": xmp} if xmp else {}))
    return out.getvalue()


def with_tags(image: Image.Image, shot: Shot) -> bytes:
    """JPEG with EXIF position and time, and DJI's XMP of height and angles."""
    yaw = (shot.heading_deg + 180) % 360 - 180
    fields = {
        "RelativeAltitude": shot.height_m,
        "GimbalPitchDegree": -90.0,
        "GimbalYawDegree": yaw,
        "GimbalRollDegree": 0.0,
        "FlightYawDegree": yaw,
    }
    attributes = " ".join(f'drone-dji:{name}="{value:+.2f}"' for name, value in fields.items())
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:drone-dji="http://www.dji.com/drone-dji/1.0/" '
        f"{attributes}/></rdf:RDF></x:xmpmeta>"
    )
    return _save(image, _exif(shot.lens.make, shot.lens.model, shot.said, shot.at), xmp.encode())


def bank_picture(said: tuple[float, float], at: datetime) -> bytes:
    """What a phone would show from the bank: far bank, water, a pipe; marked as simulated."""
    image = Image.new("RGB", (WIDE_PX, HIGH_PX), (188, 208, 224))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 200, WIDE_PX, 260), fill=(112, 128, 78))
    pen.rectangle((0, 260, WIDE_PX, HIGH_PX), fill=(66, 96, 102))
    for row in range(272, 468, 14):
        pen.line((0, row, WIDE_PX, row + 3), fill=(76, 106, 112), width=2)
    pen.polygon([(0, 440), (WIDE_PX, 480), (WIDE_PX, HIGH_PX), (0, HIGH_PX)], fill=(150, 138, 100))
    pen.ellipse((520, 400, 600, 480), fill=(120, 120, 120), outline=(70, 70, 70), width=6)
    pen.ellipse((534, 414, 586, 466), fill=(40, 36, 32))
    pen.polygon([(536, 450), (584, 450), (660, 330), (600, 318)], fill=(70, 48, 34))
    mark_simulated(pen, 14, 14, 20)
    return _save(image, _exif("riverchief", "simulated phone", said, at))
