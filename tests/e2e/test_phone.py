"""The walker's page in a real Chromium: without signal, through a reload and a crash, beside another user, sent twice,
to a server that dies, on a full disk."""

import json
import os
import signal
import subprocess

import numpy as np
import pytest
from PIL import Image

from e2e import running
from e2e.phones import CHIEF, along, in_hand, patrol_of
from riverchief.web import supervisor
from web.pictures import picture

SPEED = 30.0
BANK = (112.33, 37.38)


@pytest.fixture(scope="module")
def quiet(machine, tmp_path_factory):
    """Jinzhong on a morning on which nothing has happened yet."""
    with running.quiet_platform(tmp_path_factory.mktemp("quiet"), "jinzhong", SPEED) as found:
        yield found


@pytest.fixture
def phone(browser, quiet, tmp_path):
    with in_hand(browser, quiet, tmp_path / "phone") as found:
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
    phone.start()
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
    phone.page.wait_for_timeout(6_000)  # three minutes of the platform's time; the server calls two a gap
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
    assert gaps[0]["end_s"] - gaps[0]["start_s"] > 120
    assert gaps[0]["why"] == "no_signal"  # open again, with a first fix, and then none
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
    phone.start()
    points = along(28_000, 28_600, 14)
    phone.walk(points)
    mine = phone.finish()
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
    phone.sent()
    patrol = patrol_of(quiet, CHIEF, mine)
    assert patrol["by"] == CHIEF
    assert_walked(patrol, points)
    assert [c["reporter"] for c in cases_of(quiet, "巡河员看到的")] == ["guard-140727"]


def test_a_server_that_dies_while_it_receives_gets_everything_once(phone, quiet, photo):
    phone.sign_in(CHIEF)
    phone.signal(there=False)
    phone.start()
    points = along(30_000, 31_500, 36)
    phone.walk(points)
    for i in range(6):
        phone.photograph(photo(f"p{i}", 10 + i))
    key = phone.finish()
    phone.signal(there=True)
    with phone.page.expect_request("**/phone/*"):
        phone.page.click("[data-test=waiting]")
        phone.page.click("[data-test=send]")
    for pid in _web_processes(quiet.folder):
        os.kill(pid, signal.SIGKILL)
    phone.sent(within_ms=120_000)
    patrol = patrol_of(quiet, CHIEF, key)
    assert_walked(patrol, points)
    assert patrol["result"]["photos"] == 6


def _web_processes(folder):
    parent = supervisor.state(folder)["web"]["pid"]
    children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], check=False, capture_output=True, text=True)
    return [parent, *(int(pid) for pid in children.stdout.split())]


def test_uploads_that_come_twice_and_backwards_are_stored_once_and_in_order(phone, quiet, photo):
    def twice_and_backwards(route):
        told = route.request.post_data_json
        told["records"].reverse()
        headers = {**route.request.headers, "content-type": "application/json"}
        route.fetch(headers=headers, post_data=json.dumps(told))
        route.fulfill(response=route.fetch(headers=headers, post_data=json.dumps(told)))

    phone.sign_in(CHIEF)
    phone.signal(there=False)
    phone.start()
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


@pytest.fixture
def small_disk(tmp_path):
    """A disk of its own for one phone, and how to fill it up to what is left free."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=120m", "tmpfs", disk], check=False, capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here, so none can be filled: {mounted.stderr.strip()}")
    filler = disk / "filler"

    def fill(free_bytes):
        filler.unlink(missing_ok=True)
        if free_bytes is not None:
            left = os.statvfs(disk)
            filler.write_bytes(b"x" * (left.f_bavail * left.f_frsize - free_bytes))

    yield disk, fill
    subprocess.run(["umount", "-l", disk], check=True)


def test_on_a_full_phone_the_walk_goes_on_and_the_photograph_is_asked_for_again(browser, quiet, small_disk, tmp_path):
    big = tmp_path / "big.jpg"
    noise = np.random.default_rng(1).integers(0, 255, (1_400, 1_400, 3), dtype=np.uint8)
    Image.fromarray(noise).save(big, quality=95)
    disk, fill = small_disk
    with in_hand(browser, quiet, disk / "phone") as phone:
        phone.open()
        phone.sign_in(CHIEF)
        phone.signal(there=False)
        phone.start()
        points = along(23_000, 24_500, 40)
        phone.walk(points[:8])
        fill(1_200_000)
        phone.page.set_input_files("[data-test=photo]", str(big))
        phone.page.wait_for_selector(".notice.alarm")
        phone.walk(points[8:])
        assert phone.page.inner_text("[data-test=photos]") == "0"
        assert "存储已满" in phone.page.inner_text("[data-test=net]")
        fill(None)
        phone.page.click("[data-test=again]")
        phone.page.wait_for_selector("[data-test=photos]:text-is('1')")
        assert "存储已满" not in phone.page.inner_text("[data-test=net]")
        key = phone.finish()
        phone.signal(there=True)
        phone.sent()
        assert phone.troubles == []
    patrol = patrol_of(quiet, CHIEF, key)
    assert_walked(patrol, points)
    assert patrol["result"]["photos"] == 1


def test_two_who_walk_together_say_so_without_signal_and_the_other_confirms_by_a_tap(
    phone, browser, quiet, photo, tmp_path
):
    phone.sign_in(CHIEF)
    other = next(one for one in quiet.person(CHIEF).get("/ground/day")["people"] if one["role"] == "chief")
    points = along(24_000, 24_600, 12)
    with in_hand(browser, quiet, tmp_path / "other") as second:
        second.open()
        second.sign_in(other["username"])
        for one in (phone, second):
            one.signal(there=False)
            one.page.click("[data-test=tab-walk]")
        phone.page.click("[data-test=companions] summary")
        phone.page.check(f"[data-test=companion-{other['username']}]", force=True)
        for one in (phone, second):
            one.page.click("[data-test=start]")
            one.page.wait_for_selector("[data-test=walked]")
        for point in points:
            for one in (phone, second):
                one.walk([point])
        before = phone.waiting()
        phone.page.set_input_files("[data-test=company]", str(photo("both", 5)))
        phone.page.wait_for_function(
            "n => Number(document.querySelector('[data-test=waiting]').dataset.waiting) > n", arg=before
        )
        keys = [one.finish() for one in (phone, second)]
        for one in (phone, second):
            one.signal(there=True)
            one.sent()
        told = patrol_of(quiet, CHIEF, keys[0])
        assert [(one["username"], one["missing"]) for one in told["company"]] == [(other["username"], "them")]
        assert [piece["about"] for piece in told["pieces"]] == ["company"]
        second.page.goto("/m")
        second.page.click("[data-test=company-confirm]")
        second.sent()
        for name, key in zip((CHIEF, other["username"]), keys, strict=True):
            assert [one["missing"] for one in patrol_of(quiet, name, key)["company"]] == [""]
        assert phone.troubles == second.troubles == []


def test_a_report_asks_for_what_its_type_needs_and_goes_without_it(phone, quiet):
    phone.sign_in(CHIEF)
    phone.walk(along(25_000, 25_010, 2))
    for material in ("rubble", None):
        phone.page.click("[data-test=tab-report]")
        phone.page.check("[name=type][value=dumping]", force=True)
        if material:
            phone.page.check(f"[data-test=field-material][value={material}]", force=True)
        phone.page.fill("[data-test=note]", f"堆放 {material}")
        phone.page.click("[data-test=save]")
        phone.page.wait_for_selector("[data-test=saved]")
        phone.page.click("[data-test=done]")
    phone.sent()
    [full], [lacking] = cases_of(quiet, "堆放 rubble"), cases_of(quiet, "堆放 None")
    assert (full["values"], full["incomplete"]) == ({"material": "rubble"}, [])
    assert [one["field"] for one in lacking["incomplete"]] == ["material"]
