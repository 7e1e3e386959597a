"""Whatever comes in, the answer says who, what and what to do: {code, sentence, data}, and never a crash."""

import io
import json
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from riverchief.base.time import to_epoch
from riverchief.web.ground.models import Case
from web.pictures import picture

COUNTY = "149901000000"
ON_THE_RIVER = {"lon": 112.2284, "lat": 37.2482}


def assert_told(answer, status, code=None):
    """The body of an error, after its form was looked at."""
    assert answer.status_code == status, answer.content[:400]
    assert answer["Content-Type"].startswith("application/json")
    body = answer.json()
    assert set(body) == {"code", "sentence", "data"}
    assert len(body["sentence"]) > 10
    assert isinstance(body["data"], dict)
    if code is not None:
        assert body["code"] == code
    return body


@pytest.fixture
def office(person):
    return person("prefecture", region="149900000000")


@pytest.fixture
def guard(person):
    return person("guard", region=COUNTY)


@pytest.fixture
def case(guard):
    given = {**ON_THE_RIVER, "note": "rubbish on the bank", "severity": 2}
    return guard.post("/api/v1/ground/cases", given, content_type="application/json").json()["id"]


def upload(client, path, *files):
    return client.post(path, {"files": [SimpleUploadedFile(name, data) for name, data in files]})


def half(data):
    return data[: len(data) // 2]


BOMB = b"\x89PNG\r\n\x1a\n" + bytes.fromhex("0000000d49484452000f4240000f42400802000000")
NO_IMAGES = {
    "text": b"this is a letter",
    "nothing": b"",
    "half a photograph": half(picture(112.2284, 37.2482)),
    "a head and no body": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "a page": b"<html><script>alert(1)</script></html>",
    "a picture too large to open": BOMB,
}


@pytest.mark.parametrize("what", NO_IMAGES)
def test_an_upload_that_is_no_image_is_refused_by_name_and_the_rest_is_kept(guard, case, what):
    good = picture(112.2284, 37.2482)
    answer = upload(guard, f"/api/v1/ground/cases/{case}/evidence", ("bad.jpg", NO_IMAGES[what]), ("good.jpg", good))
    assert answer.status_code == 200
    bad, kept = answer.json()["items"]
    assert (bad["name"], bad["accepted"], bad["id"]) == ("bad.jpg", False, None)
    assert len(bad["why"]) > 10
    assert kept["accepted"]
    page = guard.get(f"/api/v1/ground/cases/{case}").json()
    assert [piece["text"] for piece in page["evidence"]] == ["good.jpg"]
    assert page["chain_broken_at"] is None


def test_a_name_of_a_file_cannot_leave_the_folder_or_break_the_page(guard, case):
    names = ("../../etc/passwd", "<img src=x onerror=alert(1)>.jpg", "长" * 400 + ".jpg", "a\x00b.jpg")
    for i, name in enumerate(names):
        answer = upload(guard, f"/api/v1/ground/cases/{case}/evidence", (name, picture(112.2284, 37.2482, colour=i)))
        assert answer.status_code == 200, answer.content[:300]
        assert answer.json()["items"][0]["accepted"]


def test_an_upload_without_files_says_what_is_missing(guard, case):
    body = assert_told(guard.post(f"/api/v1/ground/cases/{case}/evidence", {}), 422, "input.fields")
    assert any("files" in fault["where"] for fault in body["data"]["faults"])


def test_a_picture_that_is_no_jpeg_is_kept_as_it_is(guard, case):
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (40, 90, 120)).save(out, "PNG")
    item = upload(guard, f"/api/v1/ground/cases/{case}/evidence", ("shot.png", out.getvalue())).json()["items"][0]
    assert item["accepted"]
    shown = guard.get(f"/api/v1/ground/evidence/{item['id']}/image")
    assert shown.content == out.getvalue()
    assert shown["Content-Type"] == "image/png"


BAD_TIMES = (
    "yesterday",
    "2026-11-21",
    "2026-11-21T03:10:00",
    "2026-13-45T99:00:00Z",
    "1e400",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-12:00",
    "99999-01-01T00:00:00Z",
    "'; drop table cases; --",
    "２０２６-11-21T03:10:00Z",
)


@pytest.mark.parametrize("when", BAD_TIMES)
@pytest.mark.parametrize(
    "path",
    [
        "/cloud/state?at={}",
        "/cloud/sections/sec-shiqiao/classes?start={}",
        "/cloud/series?place=st-shiqiao&property=ph&end={}",
        "/cloud/series?place=st-shiqiao&property=ph&as_of={}",
    ],
)
def test_a_bad_time_is_told_apart_from_no_time(office, path, when):
    answer = office.get("/api/v1" + path.format(quote(when)))
    assert_told(answer, 400)


@pytest.mark.parametrize("when", ["1900-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2999-12-31T23:59:59Z"])
def test_a_time_far_from_ours_is_answered(office, when):
    for path in (
        f"/cloud/state?at={when}",
        f"/cloud/sections/sec-shiqiao/classes?start={when}",
        f"/cloud/sections/sec-shiqiao/classes?end={when}",
        f"/cloud/series?place=st-shiqiao&property=ph&start={when}",
        f"/cloud/series?place=st-shiqiao&property=ph&end={when}",
        f"/cloud/series?place=st-shiqiao&property=ph&as_of={when}",
    ):
        answer = office.get("/api/v1" + path)
        assert answer.status_code == 200, (path, answer.content[:200])


ODD = (
    "nothing",
    "case-",
    "case-00000000000000000000000000",
    "case-' or 1=1 --",
    "case-%00",
    "河长-00000000000000000000000000",
    "case-" + "0" * 3000,
    "🐟",
    "case-01M7QA5AA0AQ9MCP0SGFJ38R1Z\n",
    "%FF%FE",
    "..%2f..%2fetc%2fpasswd",
)


@pytest.mark.parametrize("key", ODD, ids=range(len(ODD)))
def test_an_unknown_id_is_not_found_whatever_it_is_made_of(office, key):
    for path in (
        "/ground/cases/{}",
        "/ground/evidence/{}/image",
        "/ground/patrols/{}",
        "/cloud/alerts/{}",
        "/cloud/sections/{}",
        "/cloud/readings/{}",
        "/sky/missions/{}",
        "/sky/photos/{}/thumb",
        "/govern/scores/{}",
        "/loop/explain/{}",
    ):
        answer = office.get("/api/v1" + path.format(key))
        assert answer.status_code in (400, 404), (path, answer.content[:200])
        assert_told(answer, answer.status_code)


WRONG_TYPES = {
    "/ground/cases": [
        {},
        {"lon": "east", "lat": 37.2, "note": "x"},
        {"lon": None, "lat": 37.2, "note": "x"},
        {"lon": 112.2, "lat": 37.2, "note": 7},
        {"lon": 112.2, "lat": 37.2, "note": "x", "severity": "high"},
        [],
        "text",
        None,
    ],
    "/ground/cases/{case}/actions": [{}, {"action": 5}, {"action": None}, {"action": ["verify"]}],
    "/ground/cases/{case}/notes": [{}, {"text": {"a": 1}}],
    "/ground/patrols/{case}/track": [{}, {"points": "here"}, {"points": [[1, 2]]}, {"points": [["a", 1, 2, 3]]}],
    "/session": [{}, {"username": 5}, {"username": "a"}],
}


@pytest.mark.parametrize(("path", "body"), [(p, b) for p, bodies in WRONG_TYPES.items() for b in bodies])
def test_a_wrong_type_names_the_field(guard, case, path, body):
    answer = guard.post("/api/v1" + path.format(case=case), json.dumps(body), content_type="application/json")
    faults = assert_told(answer, 422, "input.fields")["data"]["faults"]
    assert faults
    assert all(fault["where"] and fault["what"] for fault in faults)


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"not json", b'{"note": NaN'])
def test_a_body_that_is_no_json_is_said(guard, case, body):
    answer = guard.post(f"/api/v1/ground/cases/{case}/notes", body, content_type="application/json")
    assert_told(answer, 400, "input.body")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"lon": 0.0, "lat": 0.0}, None),
        ({"lon": 1e308, "lat": -1e308}, None),
        ({"lon": float("nan"), "lat": 37.2}, None),
        ({"lon": float("inf"), "lat": 37.2}, None),
        ({**ON_THE_RIVER, "severity": 9}, "severity"),
        ({**ON_THE_RIVER, "severity": -(10**30)}, "severity"),
        ({**ON_THE_RIVER, "system": "bd09"}, None),
        ({**ON_THE_RIVER, "note": "   "}, None),
    ],
)
def test_a_report_from_nowhere_is_refused_and_nothing_is_opened(guard, given, field):
    from riverchief.web.ground.models import Case

    body = {"note": "rubbish", "severity": 1, **given}
    answer = guard.post("/api/v1/ground/cases", json.dumps(body), content_type="application/json")
    assert answer.status_code in (400, 422), answer.content[:300]
    said = assert_told(answer, answer.status_code)
    assert field is None or field in said["data"]
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "path", ["/basin/at?lon=nan&lat=37.2", "/basin/at?lon=inf&lat=inf", "/basin/at?lon=112", "/basin/at?lon=a&lat=b"]
)
def test_a_point_that_is_none_is_refused(office, path):
    answer = office.get("/api/v1" + path)
    assert answer.status_code in (400, 422), answer.content[:300]
    assert_told(answer, answer.status_code)


@pytest.mark.parametrize("limit", ["-1", "0", "1000000", str(10**30)])
def test_a_limit_out_of_bounds_is_drawn_in(office, case, limit):
    for path in (
        "/ground/cases?",
        "/cloud/alerts?",
        "/ground/patrols?",
        "/sky/missions?",
        "/cloud/frames?place=st-shiqiao&",
    ):
        answer = office.get(f"/api/v1{path}limit={limit}")
        assert answer.status_code == 200, (path, answer.content[:200])
    assert_told(office.get("/api/v1/ground/cases?limit=many"), 422, "input.fields")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "-1e308"])
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("cases", '{"lon": %s, "lat": 37.2482, "note": "x", "severity": 1}'),
        ("cases/KEY/split", '{"reason": "r", "parts": [{"note": "p", "chainage_m": %s}]}'),
        ("meetings/MEETING/cases", '{"decision": 1, "reach": "qx1", "chainage_m": %s}'),
        ("patrols/PATROL/track", '{"points": [[%s, 112.2, 37.2, 5]]}'),
    ],
)
def test_a_number_that_is_none_is_no_place_and_no_time(person, guard, case, path, body, number):
    office = person("county", region=COUNTY)
    given = {"title": "t", "held_at": "2026-11-20T00:00:00Z", "decisions": ["d"]}
    meeting = office.post("/api/v1/ground/meetings", given, content_type="application/json").json()["id"]
    patrol = guard.post("/api/v1/ground/patrols", {"case": case}, content_type="application/json").json()["id"]
    address = path.replace("KEY", case).replace("MEETING", meeting).replace("PATROL", patrol)
    client = guard if "PATROL" in path else office
    answer = client.post(f"/api/v1/ground/{address}", body % number, content_type="application/json")
    assert answer.status_code in (400, 422), answer.content
    assert_told(answer, answer.status_code)
    assert Case.objects.count() == 1


def test_days_of_no_year_of_ours_and_a_form_nested_too_deep_are_told(person):
    office = person("county", region=COUNTY)
    complaint = {"hotline": "12345", "number": "1", "text": "x", **ON_THE_RIVER}
    for days in ({"received": "0001-01-01"}, {"received": "2026-11-01", "due": "9999-12-31"}):
        answer = office.post("/api/v1/ground/handoffs", {**complaint, **days}, content_type="application/json")
        assert "no day on which" in assert_told(answer, 400)["sentence"]
    deep = '{"form": ' + '{"a": ' * 500 + "1" + "}" * 500 + "}"
    assert_told(office.post("/api/v1/ground/rules/check", deep, content_type="application/json"), 400)
    assert_told(Client().get("/api/v1/public/signs?lon=nan&lat=37"), 400)


def test_an_unknown_property_is_told_with_its_neighbour(office):
    body = assert_told(office.get("/api/v1/cloud/series?place=st-shiqiao&property=nh3m"), 400)
    assert "nh3n" in body["sentence"]


def test_an_action_that_nobody_knows_is_told_with_those_that_are(office, case):
    answer = office.post(f"/api/v1/ground/cases/{case}/actions", {"action": "clsoe"}, content_type="application/json")
    assert "close" in assert_told(answer, 400)["sentence"]


def test_a_track_from_the_future_or_the_other_side_of_the_world_ends_in_reasons(guard, case, clock):
    patrol = guard.post("/api/v1/ground/patrols", {"case": case}, content_type="application/json").json()["id"]
    now = to_epoch(clock.now())
    points = [
        [now - 60, 112.2284, 37.2482, 8],
        [now + 10**9, 112.2284, 37.2482, 8],
        [now - 30, -70.0, -33.0, 8],
        [now, 1e300, 1e300, -1],
    ]
    answer = guard.post(f"/api/v1/ground/patrols/{patrol}/track", {"points": points}, content_type="application/json")
    assert answer.status_code in (200, 400)
    clock.advance(600)
    ended = guard.post(f"/api/v1/ground/patrols/{patrol}/finish")
    assert ended.status_code == 200, ended.content[:300]
    assert not ended.json()["result"]["valid"]
    assert ended.json()["result"]["reasons"]


FOR_EVERYBODY = ("/api/v1/public", "/api/v1/open", "/api/v1/ground/seal-key")
WAYS_IN = ("", "/demo-users", "/code", "/code/check", "/link", "/passkey", "/install")


def test_who_has_not_signed_in_is_told_so_on_every_route(client, platform):
    from riverchief.web.api import api

    asked = 0
    for path, methods in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items():
        for method in methods:
            if path.removeprefix("/api/v1/session") in WAYS_IN or path.startswith(FOR_EVERYBODY):
                continue
            address = path.replace("{key}", "x").replace("{code}", "x")
            answer = client.generic(method.upper(), address, "{}", content_type="application/json")
            assert_told(answer, 401, "session.none")
            asked += 1
    assert asked > 30


def test_a_request_without_its_token_is_refused(person):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(person("guard", region=COUNTY).user)
    answer = careful.post("/api/v1/ground/cases", {**ON_THE_RIVER, "note": "x"}, content_type="application/json")
    assert_told(answer, 403, "session.token")


def test_an_address_that_the_api_does_not_have_is_said(office):
    for path in ("/api/v1/nothing", "/api/v2/session", "/api/"):
        assert_told(office.get(path), 404, "not_found")


def test_a_fault_of_our_own_is_told_without_its_inside(office, monkeypatch, caplog):
    def broken(*_):
        raise ZeroDivisionError("secret inside")

    monkeypatch.setattr("riverchief.web.cloud.api.state", broken)
    body = assert_told(office.get("/api/v1/cloud/state"), 500, "ours.fault")
    assert "secret" not in json.dumps(body)
    assert "secret inside" in caplog.text


def test_too_many_wrong_passwords_lock_the_name_and_say_so(client, person):
    person("guard", region=COUNTY, username="somebody")
    given = {"username": "somebody", "password": "wrong"}
    statuses = [client.post("/api/v1/session", given, content_type="application/json").status_code for _ in range(8)]
    assert statuses[:7] == [403] * 7
    right = {"username": "somebody", "password": "a long enough one"}
    assert_told(client.post("/api/v1/session", right, content_type="application/json"), 429, "session.locked")
