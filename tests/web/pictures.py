"""Small JPEGs as a drone writes them: EXIF position and time, DJI's XMP."""

import io
from datetime import datetime

from PIL import Image


def _dms(value: float) -> tuple[float, float, float]:
    value = abs(value)
    return int(value), int(value * 60 % 60), value * 3600 % 60


def picture(
    lon: float | None, lat: float | None, *, height_m: float = 120.0, at: str = "2026:11:21 03:10:00", colour: int = 0
) -> bytes:
    """A 528 × 396 picture straight down, of the M3E's shape."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "DJI", "M3E"
    exif.get_ifd(0x8769)[0x9003] = at
    if lon is not None:
        gps = exif.get_ifd(0x8825)
        gps[1], gps[2] = "N", _dms(lat)
        gps[3], gps[4] = "E", _dms(lon)
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description xmlns:drone-dji="http://www.dji.com/drone-dji/1.0/" drone-dji:RelativeAltitude="+{height_m:.2f}" '
        'drone-dji:GimbalPitchDegree="-90.00" drone-dji:GimbalYawDegree="+0.00" drone-dji:GimbalRollDegree="+0.00" '
        'drone-dji:FlightYawDegree="+0.00"/></rdf:RDF></x:xmpmeta>'
    )
    out = io.BytesIO()
    Image.new("RGB", (528, 396), (40, 90, 120 + colour)).save(out, "JPEG", exif=exif, xmp=xmp.encode())
    assert datetime.strptime(at, "%Y:%m:%d %H:%M:%S")
    return out.getvalue()
