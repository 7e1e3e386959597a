"""Devices: known whichever way somebody came in, cut off at once by owner or office, and told so."""

import pytest
from django.test import Client

from riverchief.web import live
from riverchief.web.accounts.devices import described
from riverchief.web.accounts.models import Device, User

COUNTY = "149901000000"


def sign_in(username, agent=""):
    client = Client(headers={"User-Agent": agent})
    given = {"username": username, "password": "a long enough one"}
    assert client.post("/api/v1/session", given, content_type="application/json").status_code == 200
    return client


@pytest.fixture
def walker(platform):
    return User.objects.create_user("walker", password="a long enough one", role="guard", region=COUNTY)


def mine(client):
    return client.get("/api/v1/session/me").json()["devices"]


def cut(client, key):
    return client.post(f"/api/v1/session/devices/{key}/cut-off")


def test_every_session_is_a_device(walker):
    sign_in("walker", "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36")
    phone = sign_in("walker", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1")
    phone.get("/api/v1/today")
    seen = mine(phone)
    assert {(d["system"], d["browser"]) for d in seen} == {("windows", "chrome"), ("ios", "safari")}
    assert [d["system"] for d in seen if d["this"]] == ["ios"]
    assert Device.objects.count() == 2


def test_a_lost_phone_is_cut_off_at_once_and_its_uploads_are_told_so(walker, monkeypatch):
    # the test's own transaction must not be closed under it
    monkeypatch.setattr(live, "close_old_connections", lambda: None)
    desk, phone = sign_in("walker"), sign_in("walker", "Android")
    lost = next(d["id"] for d in mine(phone) if d["this"])
    cookie = f"sessionid={phone.cookies['sessionid'].value}"
    assert live._user(cookie).username == "walker"
    assert cut(desk, lost).json()["cut_off_by"] == "walker"
    answer = phone.post("/api/v1/ground/cases", {"lon": 1, "lat": 1, "note": "x"}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (401, "session.cut_off")
    assert live._user(cookie) is None
    assert desk.get("/api/v1/today").status_code == 200
    assert [d["id"] for d in mine(desk)] == [d["id"] for d in mine(desk) if d["this"]]
    assert cut(desk, lost).status_code == 200


def test_the_office_cuts_off_its_people_and_nobody_elses(walker, person):
    phone = sign_in("walker")
    key = Device.objects.get().pk
    other, guard = person("county", region="149902000000"), person("guard", region=COUNTY)
    assert cut(other, key).status_code == 404
    assert cut(guard, key).status_code == 404
    office = person("county", region=COUNTY)
    assert [d["id"] for d in office.get("/api/v1/session/people/walker").json()["devices"]] == [key]
    assert cut(office, key).status_code == 200
    assert phone.get("/api/v1/today").json()["code"] == "session.cut_off"


def test_a_phone_that_is_used_stays_signed_in(walker, clock):
    phone = sign_in("walker", "Android")
    first = phone.cookies["sessionid"]["expires"]
    clock.advance(2 * 86_400)
    answer = phone.get("/api/v1/today")
    assert "sessionid" in answer.cookies, "the cookie is given anew, so that its days count from now"
    assert answer.cookies["sessionid"]["max-age"] == 90 * 86_400
    assert first
    assert "sessionid" not in phone.get("/api/v1/today").cookies


def test_signing_out_forgets_the_device_and_strangers_are_no_device(walker):
    desk = sign_in("walker")
    desk.delete("/api/v1/session")
    assert Device.objects.count() == 0
    assert desk.get("/api/v1/today").json()["code"] == "session.none"


@pytest.mark.parametrize(
    ("agent", "system", "browser", "model"),
    [
        ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36", "android", "chrome", ""),
        ("Mozilla/5.0 (Linux; Android 14; 22041211AC Build/UP1A; wv) Chrome/126 wxwork/4.1.30 MicroMessenger/7.0.1",
         "android", "wecom", "22041211AC"),
        ("Mozilla/5.0 (Phone; OpenHarmony 5.0) ArkWeb/4.1 Chrome/114 HuaweiBrowser/5.0", "harmony", "huawei", ""),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AliApp(DingTalk/7.6.0)", "ios", "dingtalk", ""),
        ("curl/8", "", "", ""),
    ],
)  # fmt: skip
def test_what_a_browser_says_it_is(agent, system, browser, model):
    assert described(agent) == {"system": system, "browser": browser, "model": model}


def test_own_wishes_are_kept_and_checked(walker):
    desk = sign_in("walker")
    post = lambda body: desk.post("/api/v1/session/me", body, content_type="application/json")  # noqa: E731
    assert post({"language": "en", "large_type": True, "quiet_from": "21:30", "quiet_to": "06:00"}).status_code == 200
    told = desk.get("/api/v1/session").json()["preferences"]
    assert (told["language"], told["large_type"], told["quiet_from"], told["quiet_to"]) == (
        "en",
        True,
        "21:30",
        "06:00",
    )
    assert post({"quiet_from": "25:61", "quiet_to": "06:00"}).status_code == 400
    assert post({"channels": ["pigeon"]}).json()["code"] == "input.unknown_name"
    assert post({"quiet_from": "", "quiet_to": ""}).json()["preferences"]["quiet_from"] is None
