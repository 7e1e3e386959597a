"""The walker's page itself: small, reachable for everybody, and the same without signal."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from e2e import running
from riverchief.web.pages import UI

MOST_BYTES = 200_000
PAGES = ("/m", "/m/walk", "/m/report", "/m/cases", "/m/queue", "/m/me")


def test_all_that_the_page_needs_is_small_when_compressed(machine):
    worker = (UI / "sw.js").read_text(encoding="utf-8")
    files = json.loads(re.search(r"const FILES = (\[.*?\])", worker).group(1))
    paths = [UI / name.removeprefix("/static/ui/") for name in files] + [UI / "m.html"]
    sizes = {}
    for path in paths:
        packed = path.with_name(path.name + ".gz")
        sizes[path.name] = (packed if packed.exists() else path).stat().st_size
    assert any(name.startswith("phone-") for name in sizes)
    assert sum(sizes.values()) < MOST_BYTES, sizes


@pytest.fixture
def chief(browser, site, case):
    def open_page(language="zh-CN", size=running.PHONE, large=False):
        context = running.visitor(browser, site, size, language, site.chief_of(case))
        context.grant_permissions(["geolocation"])
        page = context.new_page()
        page.troubles = []
        page.on("pageerror", lambda error: page.troubles.append(str(error)))
        if large:
            page.add_init_script("localStorage.setItem('riverchief.phone.large', '1')")
        page.goto("/m")
        page.wait_for_selector("[data-test=start]")
        return page

    return open_page


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_is_clean_for_axe_and_fits_the_smallest_phone_in_large_type(chief, language, case):
    page = chief(language, (320, 640), large=True)
    for path in (*PAGES, f"/m/case/{case['id']}"):
        page.goto(path)
        page.wait_for_selector("main h1")
        page.wait_for_timeout(300)
        wide = page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
        assert wide[0] <= wide[1], f"{path} scrolls sideways: {wide}"
        found = Axe().run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == [], path
    assert page.troubles == []


def test_a_patrol_is_started_reported_and_ended_by_keyboard_alone(chief):
    page = chief()
    page.focus("[data-test=start]")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-test=walked]")
    page.focus("[data-test=pocket]")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-test=pocket-screen]")
    page.keyboard.press("Escape")
    page.wait_for_selector("[data-test=pocket-screen]", state="detached")
    page.focus("[data-test=finish]")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-test=finish-yes]")
    page.focus("[data-test=finish-yes]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/m/patrol/*")
    assert page.troubles == []
