"""Media (影像): photographs as bytes in; where, when and how they were taken out, thumbnails and public copies.

EXIF and DJI's XMP are read from the file's head; no pixel is decoded to place a photograph.
"""

from __future__ import annotations

import io
import math
import re
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

from riverchief.base.errors import InputError
from riverchief.base.time import CHINA
from riverchief.sky.cameras import Camera, camera_of_model
from riverchief.sky.view import Pose

Tags = dict[int, Any]

MOST_BYTES = 100_000_000
MOST_PIXELS = 80_000_000  # a decompression bomb claims more than any camera here takes
_FORMATS = ("JPEG", "PNG", "WEBP")
_XMP_LIMIT = 200_000
_FLAT = 3.0  # standard deviation of a small picture's 256 greys, below which noise would decide its hash
_FULL_FRAME_DIAGONAL_MM = math.hypot(36.0, 24.0)  # what a 35 mm equivalent refers to

# DJI writes attributes or elements in its own namespace; some firmware misspells the longitude
_XMP_NAMES = {
    "lat": ("GpsLatitude", "GPSLatitude"),
    "lon": ("GpsLongitude", "GPSLongitude", "GpsLongtitude", "GPSLongtitude"),
    "absolute_altitude_m": ("AbsoluteAltitude",),
    "relative_altitude_m": ("RelativeAltitude",),
    "gimbal_pitch_deg": ("GimbalPitchDegree",),
    "gimbal_yaw_deg": ("GimbalYawDegree",),
    "gimbal_roll_deg": ("GimbalRollDegree",),
    "flight_yaw_deg": ("FlightYawDegree",),
}


@dataclass(frozen=True, slots=True)
class PhotoMeta:
    """What a photograph says about itself; None where it says nothing.

    Attributes
    ----------
    lon, lat : float
        WGS 84 longitude and latitude [°]; None where it is not placed, and then `why` says why.
    taken_at : datetime
        UTC; `time_source` names where it came from: "gps", "utc" (XMP), "offset" (EXIF with its zone) or "zone"
        (EXIF without one, read as local time of the basin).
    absolute_altitude_m : float
        Above sea level or the ellipsoid, as the file says [m]; too coarse to compute with.
    relative_altitude_m : float
        Above the takeoff point [m].
    gimbal_pitch_deg, gimbal_yaw_deg, gimbal_roll_deg, flight_yaw_deg : float
        In the earth's frame [°].
    """

    width_px: int
    height_px: int
    lon: float | None
    lat: float | None
    why: str
    taken_at: datetime | None = None
    time_source: str = ""
    absolute_altitude_m: float | None = None
    relative_altitude_m: float | None = None
    gimbal_pitch_deg: float | None = None
    gimbal_yaw_deg: float | None = None
    gimbal_roll_deg: float | None = None
    flight_yaw_deg: float | None = None
    make: str = ""
    model: str = ""
    focal_mm: float | None = None
    focal_35mm: float | None = None

    @property
    def placed(self) -> bool:
        """Whether the photograph has a place."""
        return self.lon is not None

    def camera(self) -> Camera:
        """The camera scaled to this image: a named one by its model, else by the 35 mm equivalent in the file.

        Raises
        ------
        InputError
            When neither is known, or a named camera's image was cropped.
        """
        named = camera_of_model(self.model)
        if named is not None:
            return named.scaled_to(self.width_px, self.height_px)
        if self.focal_35mm:
            # the equivalent is meant over the diagonal; any sensor width will do as long as the ratio is right
            diagonal_px = math.hypot(self.width_px, self.height_px)
            sensor_mm = _FULL_FRAME_DIAGONAL_MM * self.width_px / diagonal_px
            return Camera(
                f"{self.make} {self.model}".strip() or "unnamed",
                sensor_mm,
                self.focal_35mm,
                self.width_px,
                self.height_px,
                source="35 mm equivalent in the file",
            )
        raise InputError(
            f"camera {self.make} {self.model}".rstrip() + " is not known and the file gives no 35 mm equivalent: "
            "directions in the image are not known. Add the camera to cameras.toml.",
            model=self.model,
        )

    def pose(self, takeoff_above_water_m: float = 0.0) -> Pose:
        """Where the camera was and where it looked, with the takeoff point `takeoff_above_water_m` [m] above the water.

        Raises
        ------
        InputError
            When place, height above takeoff, or the gimbal's angles are missing; the sentence names them.
        """
        yaw = _first(self.gimbal_yaw_deg, self.flight_yaw_deg)
        lon, lat, up, pitch = self.lon, self.lat, self.relative_altitude_m, self.gimbal_pitch_deg
        if lon is None or lat is None or up is None or pitch is None or yaw is None:
            names = {"position": lon, "height above takeoff": up, "gimbal pitch": pitch, "yaw": yaw}
            missing = [name for name, value in names.items() if value is None]
            raise InputError(
                f"the photograph does not say its {', '.join(missing)}, so it is not known what it shows; "
                f"use the drone's original file.",
                missing=missing,
            )
        return Pose(lon, lat, up + takeoff_above_water_m, pitch, yaw, self.gimbal_roll_deg or 0.0)


def place_photo(data: bytes, zone: tzinfo = CHINA) -> PhotoMeta:
    """Read what a photograph says about itself.

    Parameters
    ----------
    data : bytes
        The file.
    zone : tzinfo
        Local time of the basin, for stamps without a zone.

    Raises
    ------
    InputError
        When the bytes are no image, or claim to be larger than any camera's. A photograph without a position is no
        error: it comes back with `placed` False and `why`.
    """
    image = _open(data)
    exif, detail, gps = _tags(image)
    xmp = _xmp(image)
    lon, lat, why = _position(gps, xmp)
    taken_at, source = _taken_at(exif, detail, gps, xmp, zone)
    return PhotoMeta(
        width_px=image.width,
        height_px=image.height,
        lon=lon,
        lat=lat,
        why=why,
        taken_at=taken_at,
        time_source=source,
        absolute_altitude_m=_first(_number(xmp, "absolute_altitude_m"), _altitude(gps)),
        relative_altitude_m=_number(xmp, "relative_altitude_m"),
        gimbal_pitch_deg=_number(xmp, "gimbal_pitch_deg"),
        gimbal_yaw_deg=_number(xmp, "gimbal_yaw_deg"),
        gimbal_roll_deg=_number(xmp, "gimbal_roll_deg"),
        flight_yaw_deg=_number(xmp, "flight_yaw_deg"),
        make=_text(exif.get(ExifTags.Base.Make)),
        model=_text(exif.get(ExifTags.Base.Model)),
        focal_mm=_finite(detail.get(ExifTags.Base.FocalLength)),
        focal_35mm=_finite(detail.get(ExifTags.Base.FocalLengthIn35mmFilm)) or None,
    )


def thumbnail(data: bytes, longest_px: int = 480) -> bytes:
    """A small upright JPEG without metadata, its longer side at most `longest_px` pixels.

    Raises
    ------
    InputError
        When the bytes are no image, or the file ends too early.
    """
    image = _open(data)
    image.draft("RGB", (longest_px, longest_px))
    return _clean(image, longest_px, quality=82)


def picture_hash(data: bytes) -> int | None:
    """64 bits that stay nearly the same when a picture is sent again smaller or recompressed; None for a flat one.

    Each bit says whether one of 8 × 8 places is darker than its neighbour to the right. Pictures of one colour, a lens
    that was covered or a night, would all share the same bits: they have none.

    Raises
    ------
    InputError
        When the bytes are no image, or the file ends too early.
    """
    small = Image.open(io.BytesIO(thumbnail(data))).convert("L").resize((9, 8), Image.Resampling.LANCZOS)
    grey = np.asarray(small, np.int16)
    if grey.std() < _FLAT:
        return None
    return int.from_bytes(np.packbits(grey[:, 1:] > grey[:, :-1]).tobytes())


def public_copy(data: bytes) -> bytes:
    """The photograph upright as JPEG without EXIF, XMP, position or embedded previews; the original stays as it is.

    Raises
    ------
    InputError
        When the bytes are no image, or the file ends too early.
    """
    image = _open(data)
    return _clean(image, max(image.size), quality=92)


# what Pillow's reader of tags raises on damaged ones
_DAMAGED = (OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, struct.error)

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _tags(image: Image.Image) -> tuple[Tags, Tags, Tags]:
    """EXIF's three tables: image, camera, position; empty where the file has none or they are damaged."""
    try:
        exif = image.getexif()
        return dict(exif), dict(exif.get_ifd(ExifTags.IFD.Exif)), dict(exif.get_ifd(ExifTags.IFD.GPSInfo))
    except _DAMAGED:
        return {}, {}, {}


def _clean(image: Image.Image, longest_px: int, quality: int) -> bytes:
    try:
        turn = _UPRIGHT.get(_tags(image)[0].get(ExifTags.Base.Orientation) or 1)
        image.thumbnail((longest_px, longest_px))
        plain = image.convert("RGB") if turn is None else image.convert("RGB").transpose(turn)
    except _DAMAGED as error:
        raise InputError(f"the image cannot be decoded: {error}. Send the whole file again.") from error
    plain.info.clear()
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=quality)
    return out.getvalue()


def mime_type(data: bytes) -> str:
    """What a kept photograph is on the wire: image/jpeg, image/png or image/webp.

    Raises
    ------
    InputError
        When it is no photograph.
    """
    return Image.MIME[_open(data).format or "JPEG"]


def _open(data: bytes) -> Image.Image:
    if len(data) > MOST_BYTES:
        raise InputError(f"the file has {len(data):,} bytes, more than {MOST_BYTES:,}; send photographs one by one.")
    try:
        image = Image.open(io.BytesIO(data), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InputError(f"the image claims more than {MOST_PIXELS:,} pixels and is not opened: {error}") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        start = data[:8].hex(" ") or "nothing"
        raise InputError(
            f"this is no photograph: {len(data):,} bytes that begin with {start}; send JPEG, PNG or WebP.",
            bytes=len(data),
        ) from error
    if image.width * image.height > MOST_PIXELS:
        raise InputError(
            f"the image claims {image.width:,} × {image.height:,} pixels, more than {MOST_PIXELS:,}, and is not opened."
        )
    return image


def _xmp(image: Image.Image) -> str:
    packet = image.info.get("xmp", b"")
    return bytes(packet[:_XMP_LIMIT]).decode("utf-8", "replace") if isinstance(packet, bytes) else ""


def _xmp_value(xmp: str, name: str) -> str | None:
    """Text of an attribute or element with this local name, whatever its namespace prefix."""
    found = re.search(rf"\b[\w-]+:{name}\s*=\s*[\"']([^\"']*)[\"']|<[\w-]+:{name}>([^<]*)<", xmp)
    return (found[1] if found[1] is not None else found[2]).strip() if found else None


def _number(xmp: str, field: str) -> float | None:
    for name in _XMP_NAMES[field]:
        value = _finite(_xmp_value(xmp, name))
        if value is not None:
            return value
    return None


def _finite(value: Any) -> float | None:
    """A number that a file may have written as a fraction, a text with a plus sign, or nonsense."""
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return number if math.isfinite(number) else None


def _first(*values: float | None) -> float | None:
    return next((value for value in values if value is not None), None)


def _text(value: Any) -> str:
    return str(value).replace("\0", "").strip() if value is not None else ""


def _degrees(triple: Any, reference: Any) -> float | None:
    """Degrees from EXIF's degrees, minutes, seconds and hemisphere."""
    if triple is None or len(triple) != 3:
        return None
    parts = [_finite(part) for part in triple]
    if any(part is None for part in parts):
        return None
    d, m, s = (part or 0.0 for part in parts)
    sign = -1 if _text(reference).upper() in ("S", "W") else 1
    return sign * (d + m / 60 + s / 3600)


def _position(gps: Tags, xmp: str) -> tuple[float | None, float | None, str]:
    """Longitude, latitude, or why there is none; EXIF first, then XMP."""
    tag = ExifTags.GPS
    lat = _degrees(gps.get(tag.GPSLatitude), gps.get(tag.GPSLatitudeRef))
    lon = _degrees(gps.get(tag.GPSLongitude), gps.get(tag.GPSLongitudeRef))
    if lat is None or lon is None:
        lat, lon = _number(xmp, "lat"), _number(xmp, "lon")
    if lat is None or lon is None:
        return None, None, "the file carries no position; it was taken or forwarded without one"
    if lat == 0 and lon == 0:
        return None, None, "the position is 0°, 0°: the receiver had no fix"
    if abs(lat) > 90 or abs(lon) > 180:
        return None, None, f"the position {lon:g}°, {lat:g}° is not on the earth"
    return lon, lat, ""


def _altitude(gps: Tags) -> float | None:
    value = _finite(gps.get(ExifTags.GPS.GPSAltitude))
    below = gps.get(ExifTags.GPS.GPSAltitudeRef) in (1, b"\x01")
    return None if value is None else (-value if below else value)


def _taken_at(exif: Tags, detail: Tags, gps: Tags, xmp: str, zone: tzinfo) -> tuple[datetime | None, str]:
    """UTC time and its source, the surest first."""
    clock = gps.get(ExifTags.GPS.GPSTimeStamp)
    day = _text(gps.get(ExifTags.GPS.GPSDateStamp))
    if clock is not None and len(clock) == 3 and day:
        h, m, s = (_finite(part) or 0.0 for part in clock)
        at = _stamp(f"{day} {int(h):02d}:{int(m):02d}:{int(s):02d}", UTC)
        if at is not None:
            return at, "gps"
    at = _stamp(_xmp_value(xmp, "UTCAtExposure") or "", UTC)
    if at is not None:
        return at, "utc"
    local = _text(detail.get(ExifTags.Base.DateTimeOriginal)) or _text(exif.get(ExifTags.Base.DateTime))
    offset = _text(detail.get(ExifTags.Base.OffsetTimeOriginal))
    if re.fullmatch(r"[+-]\d\d:\d\d", offset):
        with_zone = _parse(f"{local}{offset}", "%Y:%m:%d %H:%M:%S%z")
        if with_zone is not None:
            return with_zone.astimezone(UTC), "offset"
    at = _stamp(local, zone)
    return (at, "zone") if at is not None else (None, "")


def _stamp(text: str, zone: tzinfo) -> datetime | None:
    """An EXIF or XMP time without a zone, read in `zone`, as UTC."""
    at = _parse(re.sub(r"^(\d{4})-(\d\d)-(\d\d)", r"\1:\2:\3", text.replace("T", " "))[:19], "%Y:%m:%d %H:%M:%S")
    return None if at is None else at.replace(tzinfo=zone).astimezone(UTC)


def _parse(text: str, pattern: str) -> datetime | None:
    try:
        return datetime.strptime(text, pattern)  # noqa: DTZ007  the caller gives the zone
    except ValueError:
        return None
