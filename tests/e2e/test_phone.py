"""The walker's page in a real Chromium: without signal, through a reload and a crash, beside another user, sent twice."""

import json

import pytest
from playwright.sync_api import sync_playwright

from e2e import running
from e2e.phones import CHIEF, along, in_hand, patrol_of
from web.pictures import picture

SPEED = 30.0
BANK = (112.33, 37.38)


@pytest.fixture(scope="module")
def quiet(machine, tmp_path_factory):
    """Jinzhong on a morning on which nothing has happened yet."""
    with running.quiet_platform(tmp_path_factory.mktemp("quiet"), "jinzhong", SPEED) as found:
        yield found


@pytest.fixture(scope="module")
def playwright(machine, quiet):
    with sync_playwright() as found:
        yield found


@pytest.fixture
def phone(playwright, quiet, tmp_path):
    with in_hand(playwright, quiet, tmp_path / "phone") as found:
        found.open()
        yield found


@pytest.fixture
def photo(tmp_path):
    def make(name, colour=0):
        path = tmp_path / f"{name}.jpg"
        path.write_bytes(picture(*BANK, colour=colour))
        return path

    return make


def cases_of(site, note):
    return [c for c in site.person("prefecture").get("/ground/cases")["items"] if c["params"].get("note") == note]


def assert_walked(patrol, points):
    """Every point arrived once and in its order; the receiver may tell the place where it stands more than once."""
    told = [(p[1], p[2]) for p in patrol["track"]]
    assert [p for i, p in enumerate(told) if i == 0 or p != told[i - 1]] == points
    times = [p[0] for p in patrol["track"]]
    assert times == sorted(set(times))


def test_a_patrol_without_signal_survives_a_reload_and_a_crash_and_arrives_once(phone, quiet, photo):
    points = along(24_000, 26_000, 48)
    phone.sign_in(CHIEF)
    phone.close()  # signed in at home; a browser that is shut down has its cookies on disk
    phone.open()
    phone.page.wait_for_selector("[data-test=start]")
    phone.signal(there=False)
    phone.page.reload()
    phone.page.click("[data-test=start]")
    phone.page.wait_for_selector("[data-test=walked]")
    phone.walk(points[:16])
    phone.photograph(photo("one", 1))
    phone.report("第一处：岸边垃圾", photo("two", 2))
    phone.page.reload()
    phone.page.wait_for_selector("[data-test=walked]")
    phone.walk(points[16:30])
    before = phone.waiting()
    phone.kill()
    phone.open("/m/walk")
    phone.page.wait_for_selector("[data-test=walked]")
    assert phone.waiting() >= before > 0
    phone.page.wait_for_timeout(3_000)  # a minute and a half of the platform's time: a gap
    phone.walk(points[30:])
    phone.report("第二处：新增排口")
    key = phone.finish()
    assert phone.page.get_attribute("[data-test=net]", "class").split().count("off") == 1
    phone.signal(there=True)
    phone.sent()

    patrol = patrol_of(quiet, CHIEF, key)
    assert_walked(patrol, points)
    gaps = patrol["result"]["gaps"]
    assert len(gaps) == 1
    assert gaps[0]["end_s"] - gaps[0]["start_s"] > 90
    assert 1_600 < patrol["result"]["length_m"] < 2_100
    for note, photos in (("第一处：岸边垃圾", 1), ("第二处：新增排口", 0)):
        found = cases_of(quiet, note)
        assert len(found) == 1
        assert found[0]["state"] == "reported"
        shown = quiet.person("prefecture").get(f"/ground/cases/{found[0]['id']}")
        assert sum(e["kind"] == "photo" for e in shown["evidence"]) == photos
        assert shown["chain_broken_at"] is None
    assert phone.troubles == []


def test_another_user_on_the_same_phone_neither_sees_nor_sends_what_is_not_theirs(phone, quiet):
    phone.sign_in(CHIEF)
    phone.signal(there=False)
    phone.page.click("[data-test=start]")
    phone.walk(along(28_000, 28_600, 14))
    mine = phone.finish()
    waiting = phone.waiting()
    phone.page.click("[data-test=tab-me]")
    phone.page.click("[data-test=leave]")
    phone.signal(there=True)
    phone.sign_in("guard-140727")
    assert phone.waiting() == 0
    phone.walk(along(29_000, 29_010, 2))
    phone.report("巡河员看到的")
    phone.sent()
    answer = quiet.person(CHIEF).client.get(f"/api/v1/ground/patrols/{mine}")
    assert answer.status_code == 404
    phone.page.click("[data-test=tab-me]")
    phone.page.click("[data-test=leave]")
    phone.sign_in(CHIEF)
    assert 0 <= phone.waiting() <= waiting
    phone.sent()
    assert patrol_of(quiet, CHIEF, mine)["by"] == CHIEF
    assert [c["reporter"] for c in cases_of(quiet, "巡河员看到的")] == ["guard-140727"]


def test_uploads_that_come_twice_and_backwards_are_stored_once_and_in_order(phone, quiet, photo):
    def twice_and_backwards(route):
        told = route.request.post_data_json
        told["records"].reverse()
        headers = {**route.request.headers, "content-type": "application/json"}
        route.fetch(headers=headers, post_data=json.dumps(told))
        route.fulfill(response=route.fetch(headers=headers, post_data=json.dumps(told)))

    phone.sign_in(CHIEF)
    phone.signal(there=False)
    phone.page.click("[data-test=start]")
    points = along(21_000, 22_500, 36)
    phone.walk(points)
    phone.report("倒着到的上报", photo("back", 30))
    key = phone.finish()
    phone.context.route("**/phone/records", twice_and_backwards)
    phone.signal(there=True)
    phone.sent()
    assert_walked(patrol_of(quiet, CHIEF, key), points)
    found = cases_of(quiet, "倒着到的上报")
    assert len(found) == 1
    shown = quiet.person("prefecture").get(f"/ground/cases/{found[0]['id']}")
    assert sum(e["kind"] == "photo" for e in shown["evidence"]) == 1
