"""Track files of other devices: fixes with times, and every row that is none by its number."""

import pytest

from riverchief.base.errors import InputError
from riverchief.ground.trackfile import Fault, read

GPX = """<?xml version="1.0"?><gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>
<trkpt lat="37.25" lon="112.23"><time>2026-11-21T08:00:30+08:00</time></trkpt>
<trkpt lat="37.24" lon="112.22"><time>2026-11-21T00:00:00Z</time></trkpt>
<trkpt lat="37.24" lon="112.22"><time>2026-11-21T00:00:00Z</time></trkpt>
<trkpt lat="37.26" lon="112.24"></trkpt>
<trkpt lat="97.26" lon="112.24"><time>2026-11-21T00:01:00Z</time></trkpt>
</trkseg></trk></gpx>"""
KML = """<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Placemark><gx:Track>
<when>2026-11-21T00:00:00Z</when><when>noon</when><gx:coord>112.22 37.24 800</gx:coord><gx:coord>112.23 37.25 800</gx:coord>
<gx:coord>east of here</gx:coord></gx:Track></Placemark></kml>"""
EIGHT = 1795219200.0  # 2026-11-21T00:00:00Z, eight in the morning in China


def test_gpx_gives_its_fixes_in_order_of_time_each_once():
    found = read(GPX.encode())
    assert found.form == "gpx"
    assert found.fixes == ((EIGHT, 112.22, 37.24), (EIGHT + 30, 112.23, 37.25))
    assert [fault.row for fault in found.faults] == [4, 5]
    assert "no time" in found.faults[0].why
    assert "no place" in found.faults[1].why


def test_kml_gives_the_fixes_of_its_track():
    found = read(KML.encode())
    assert (found.form, found.fixes) == ("kml", ((EIGHT, 112.22, 37.24),))
    assert [fault.row for fault in found.faults] == [2, 3]
    assert isinstance(found.faults[0], Fault)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("not XML", "no XML"),
        ("<html/>", "neither GPX nor KML"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><gpx>&a;</gpx>', "no XML"),
        ('<gpx version="1.1" creator="x"></gpx>', "no fix with a time"),
        ("<kml><LineString><coordinates>112,37 112.1,37.1</coordinates></LineString></kml>", "drawn by hand"),
        ('<gpx version="1.1"><trk><trkseg><trkpt lat="north" lon="1"/></trkseg></trk></gpx>', "cannot be read"),
    ],
)
def test_what_is_no_track_is_refused_with_the_reason(text, why):
    with pytest.raises(InputError, match=why):
        read(text.encode())
