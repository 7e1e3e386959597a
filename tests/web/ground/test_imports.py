"""A track of another device becomes a patrol, once, marked with where it came from."""

from datetime import UTC, datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from riverchief.web.ground.models import Patrol

BEGUN = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def gpx(count):
    points = "".join(
        f'<trkpt lat="37.2482" lon="{112.2284 + 0.0003 * i:.7f}"><time>'
        f"{(BEGUN + timedelta(seconds=30 * i)).isoformat()}</time></trkpt>"
        for i in range(count)
    )
    return f'<gpx version="1.1" creator="x"><trk><trkseg>{points}<trkpt lat="1" lon="1"/></trkseg></trk></gpx>'


def test_a_gpx_becomes_a_patrol_marked_as_imported_once(person):
    chief = person("chief", chief="ch-beiguan")

    def send():
        file = SimpleUploadedFile("walk.gpx", gpx(60).encode())
        return chief.post("/api/v1/ground/phone/tracks", {"file": file}).json()

    told = send()
    assert told["patrol"]["source"] == "gpx"
    assert told["patrol"]["started_at"] == "2026-11-20T01:00:00.000Z"
    assert told["patrol"]["finished_at"] == "2026-11-20T01:29:30.000Z"
    assert told["patrol"]["result"]["fixes"] == 60
    assert told["faults"] == [{"row": 61, "why": "it has no time, or none that can be read"}]
    assert send() == told
    assert Patrol.objects.count() == 1


def test_what_is_no_track_is_refused_and_no_patrol_is_there(person):
    chief = person("chief", chief="ch-beiguan")
    answer = chief.post("/api/v1/ground/phone/tracks", {"file": SimpleUploadedFile("walk.gpx", b"a photograph")})
    assert answer.status_code == 400
    assert "GPX or KML" in answer.json()["sentence"]
    assert Patrol.objects.count() == 0


def test_a_track_that_has_not_been_walked_yet_is_no_patrol(person, clock):
    """Times of a file are what its maker says; a walk of next month would count for next month."""
    chief = person("chief", chief="ch-beiguan")
    for year in ("2027", "9999"):
        text = gpx(60).replace("2026-11-20T01:29", f"{year}-12-31T23:29")
        answer = chief.post("/api/v1/ground/phone/tracks", {"file": SimpleUploadedFile("walk.gpx", text.encode())})
        assert (answer.status_code, "after now" in answer.json()["sentence"]) == (400, True)
    assert Patrol.objects.count() == 0
