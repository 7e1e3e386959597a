"""Photographs for tests: plain JPEGs that carry what drones write into their files."""

import io
from fractions import Fraction

from PIL import ExifTags, Image


def xmp(**values):
    """A DJI packet with attributes, as drones write it."""
    inner = " ".join(f'drone-dji:{name}="{value}"' for name, value in values.items())
    return (
        "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF "
        "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description "
        f"xmlns:drone-dji='http://www.dji.com/drone-dji/1.0/' {inner}/></rdf:RDF></x:xmpmeta><?xpacket end='w'?>"
    ).encode()


def _dms(degrees):
    whole = abs(Fraction(str(degrees)))
    d, rest = divmod(whole, 1)
    m, rest = divmod(rest * 60, 1)
    return (float(d), float(m), float(rest * 60))


def jpeg(
    lon=None,
    lat=None,
    *,
    size=(80, 60),
    packet=None,
    model="",
    make="DJI",
    taken=None,
    offset=None,
    gps_time=None,
    focal_35mm=None,
    orientation=None,
    altitude=None,
):
    """Bytes of a JPEG with EXIF and, where given, an XMP packet."""
    image = Image.new("RGB", size, (60, 110, 90))
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = make
    exif[ExifTags.Base.Model] = model
    if orientation:
        exif[ExifTags.Base.Orientation] = orientation
    detail = exif.get_ifd(ExifTags.IFD.Exif)
    if taken:
        detail[ExifTags.Base.DateTimeOriginal] = taken
    if offset:
        detail[ExifTags.Base.OffsetTimeOriginal] = offset
    if focal_35mm:
        detail[ExifTags.Base.FocalLengthIn35mmFilm] = focal_35mm
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    tag = ExifTags.GPS
    if lon is not None:
        gps[tag.GPSLatitudeRef], gps[tag.GPSLatitude] = ("N" if lat >= 0 else "S"), _dms(lat)
        gps[tag.GPSLongitudeRef], gps[tag.GPSLongitude] = ("E" if lon >= 0 else "W"), _dms(lon)
    if altitude is not None:
        gps[tag.GPSAltitudeRef], gps[tag.GPSAltitude] = (b"\x01" if altitude < 0 else b"\x00"), abs(altitude)
    if gps_time:
        gps[tag.GPSDateStamp], gps[tag.GPSTimeStamp] = gps_time
    out = io.BytesIO()
    more = {"xmp": packet} if packet else {}
    image.save(out, "JPEG", exif=exif, **more)
    return out.getvalue()
