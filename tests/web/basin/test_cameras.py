"""Pictures of cameras, from a real server of this test: good, slow, large, broken, gone."""

import io
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image

from riverchief.web import context
from riverchief.web.basin import cameras
from riverchief.web.basin.models import Camera, Still
from riverchief.web.basin.registry import touch
from riverchief.web.ground.models import Case, Evidence


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "steelblue").save(out, "JPEG")
    return out.getvalue()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/gone":
            self.send_error(404)
            return
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "/good")
            self.end_headers()
            return
        body = {"/page": b"<html>no picture</html>", "/cut": jpeg()[:200]}.get(self.path, jpeg())
        self.send_response(200)
        self.end_headers()
        try:
            if self.path == "/slow":
                for byte in range(100):
                    self.wfile.write(body[byte : byte + 1])
                    self.wfile.flush()
                    time.sleep(0.05)
            elif self.path == "/large":
                for _ in range(100):
                    self.wfile.write(b"\xff\xd8" * 50_000)
            else:
                self.wfile.write(body)
        except OSError:
            pass  # who asked has gone, as it should

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def server():
    found = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=found.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{found.server_port}"
    found.shutdown()
    found.server_close()


@pytest.fixture
def camera(platform, server, settings, monkeypatch):
    settings.CONFIG = replace(
        settings.CONFIG, values={**settings.CONFIG.values, "simulated": True}
    )  # its camera may be this machine
    monkeypatch.setattr(cameras, "TIME_LIMIT_S", 0.6)
    monkeypatch.setattr(cameras, "SIZE_LIMIT_BYTES", 1_000_000)

    def at(path: str):
        Camera.objects.filter(pk="cam-liuwan").update(still_url=server + path if path.startswith("/") else path)
        touch()
        return context.basin().cameras["cam-liuwan"]

    return at


def test_a_picture_is_kept_by_its_hash_and_shown_on_the_sections_page(camera, person, clock):
    camera("/good")
    cameras.fetch_due()
    cameras.fetch_due()  # not due again
    kept = Still.objects.get()
    assert context.store().files.read(kept.sha256) == jpeg()
    office = person("county", region="149902000000")
    (told,) = office.get("/api/v1/basin/cameras", {"section": "sec-liuwan"}).json()["items"]
    assert (told["state"], told["still"]["id"]) == ("ok", kept.pk)
    picture = office.get(f"/api/v1/basin/stills/{kept.pk}/image")
    assert (picture["Content-Type"], picture.content) == ("image/jpeg", jpeg())
    clock.advance(3600)
    cameras.fetch_due()
    assert Still.objects.count() == 2


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/gone", "status"),
        ("/away", "status"),
        ("/page", "no_image"),
        ("/cut", "no_image"),
        ("/slow", "slow"),
        ("/large", "size"),
        ("http://127.0.0.1:9/nothing-listens", "unreachable"),
        ("http://no-such-host.invalid/x", "unreachable"),
    ],
)
def test_what_is_no_picture_is_a_state_with_its_reason_and_the_last_good_one_stays(camera, person, clock, path, why):
    camera("/good")
    cameras.fetch_due()
    clock.advance(3600)
    camera(path)
    cameras.fetch_due()
    told = person("auditor").get("/api/v1/basin/cameras/cam-liuwan").json()
    assert (told["state"], told["why"]["code"]) == ("failed", why)
    assert told["still"] is not None
    assert [bool(one["why"]) for one in told["tries"]] == [True, False]


def test_outside_of_a_demo_the_platforms_own_machine_is_no_camera(camera, settings):
    settings.CONFIG = replace(settings.CONFIG, values={**settings.CONFIG.values, "simulated": False})
    camera("/good")
    cameras.fetch_due()
    assert Still.objects.get().why["code"] == "own_machine"


@pytest.mark.parametrize(
    "address", ["[::ffff:127.0.0.1]", "[::1]", "127.0.0.1", "0.0.0.0", "[::ffff:169.254.169.254]", "[2002:7f00:1::]"]
)
def test_no_way_of_writing_this_machine_is_a_camera(platform, address):
    with pytest.raises(cameras.NoStill) as refused:
        cameras.fetch(f"http://{address}:9/x.jpg")
    assert refused.value.data["why"] == "own_machine"


def test_a_cameras_password_is_told_to_offices_alone(camera, person):
    camera("http://admin:secret@10.0.0.5/snap.jpg")
    Camera.objects.update(stream_url="rtsp://admin:secret@10.0.0.5/live")
    touch()
    office, guard = person("county", region="149902000000"), person("guard", region="149902000000")
    assert "admin:secret@10.0.0.5" in str(office.get("/api/v1/basin/tables/cameras").json())
    seen = guard.get("/api/v1/basin/tables/cameras").json()["items"][0]["cells"]
    assert (seen["still_url"], seen["stream_url"]) == ("http://10.0.0.5/snap.jpg", "rtsp://10.0.0.5/live")
    shown = office.get("/api/v1/basin/places").json(), office.get("/api/v1/basin/cameras").json()
    assert "rtsp://10.0.0.5/live" in str(shown[0]), "to follow the stream nobody needs the password on a page"
    assert "secret" not in str(shown)
    assert (office.get("/api/v1/basin/workbook").status_code, guard.get("/api/v1/basin/workbook").status_code) == (
        200,
        403,
    )


def test_a_camera_without_an_address_or_past_its_last_day_is_not_asked(camera, clock):
    camera("/good")
    Camera.objects.update(valid_to="2026-11-21")
    touch()
    assert cameras.due(clock.now()) == []


def test_a_picture_becomes_evidence_of_a_case(camera, person, clock):
    camera("/good")
    cameras.fetch_due()
    office = person("county", region="149902000000")
    case = Case.objects.create(
        id="case-1", number="1", region="149902000000", title_key="case.title.walker", source="walker",
        opened_at=clock.now(), reporter="x", reach="qx3", chainage_m=4000.0,
    )  # fmt: skip
    key = Still.objects.get().pk
    answer = office.post(f"/api/v1/basin/stills/{key}/evidence", {"case": case.pk}, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert Evidence.objects.get().sha256 == Still.objects.get().sha256
    stranger = person("county", region="149901000000")
    assert (
        stranger.post(
            f"/api/v1/basin/stills/{key}/evidence", {"case": case.pk}, content_type="application/json"
        ).status_code
        == 404
    )
