"""No page has a serious accessibility fault: axe-core on every page, in both themes, on desk and phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from e2e.running import DESK, PHONE

pytestmark = pytest.mark.browser

GRAVE = ("serious", "critical")
OTHER = {"paper": "night", "night": "paper"}


def faults(page):
    """Grave violations as `rule: first elements`."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {', '.join(str(node['target']) for node in one['nodes'][:4])}"
        for one in found
        if one["impact"] in GRAVE
    ]


def open_page(page, path):
    page.goto(path)
    expect(page.locator("h1").first).to_be_attached()
    expect(page.locator(".skeleton")).to_have_count(0)


NAMES = (
    "citizens",
    "signs",
    "today",
    "map",
    "cloud",
    "section",
    "station",
    "alert",
    "case",
    "cases",
    "sky",
    "mission",
    "govern",
    "score",
    "projects",
    "project",
)


STANDING = ("year", "air", "dischargers", "discharger", "rankings", "targets", "sheets", "sheet", "reports")
TWIN = ("twin", "twin-profile", "twin-hydrograph", "twin-skill")


@pytest.mark.parametrize("name", [*NAMES, *STANDING, *TWIN, "wall", "explain", "health"])
def test_no_grave_fault(visit, pages, name):
    page = visit("prefecture", DESK)
    open_page(page, pages[name])
    assert faults(page) == [], "desk"
    theme = page.evaluate("document.documentElement.dataset.theme")
    assert theme in OTHER
    page.evaluate("theme => document.documentElement.dataset.theme = theme", OTHER[theme])
    page.wait_for_timeout(300)
    assert faults(page) == [], f"desk, theme {OTHER[theme]}"
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
    page.wait_for_timeout(300)
    assert faults(page) == [], "phone"


def test_no_grave_fault_before_signing_in_and_where_nothing_is(visit):
    stranger = visit()
    open_page(stranger, "/signin")
    assert faults(stranger) == []
    lost = visit("prefecture")
    open_page(lost, "/no/such/page")
    assert faults(lost) == []
    lost.goto("/case/case-00000000000000000000000000")
    expect(lost.locator(".wrong")).to_be_visible()
    assert faults(lost) == []


def test_no_grave_fault_in_what_opens_on_a_page(visit, pages):
    page = visit("prefecture")
    open_page(page, pages["cases"])
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert faults(page) == [], "help"
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("s")
    expect(page.locator("[role=option]").first).to_be_visible()
    assert faults(page) == [], "search"
