"""Somebody without an account at a sign by the river, in a real Chromium: three taps, an answer, a rating."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from e2e.running import DESK, PHONE
from web.public.citizens import SIGN, private_photo, segments

pytestmark = pytest.mark.browser
NARROW = 320
NEEDED = {0xE0, 0xDB, 0xC0, 0xC4}  # what a picture needs: JFIF head, tables, frame


def ready(page, path):
    page.goto(path)
    expect(page.locator("h1").first).to_be_visible()
    expect(page.locator(".skeleton")).to_have_count(0)
    expect(page.locator(".wrong")).to_have_count(0)


def report(page, words):
    """Photograph, kind, send: three taps after the sign's page; the receipt."""
    ready(page, f"/p/{SIGN}")
    page.locator("[data-test=report]").click()
    page.locator("[data-test=photos]").set_input_files(
        {"name": "river.jpg", "mimeType": "image/jpeg", "buffer": private_photo()}
    )
    page.locator("[data-test=kind-rubbish]").check(force=True)
    page.locator("textarea[name=words]").fill(words)
    page.locator("[data-test=send]").click()
    shown = page.locator("[data-test=receipt]")
    expect(shown).to_be_visible()
    return re.sub(r"\s", "", shown.inner_text())


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_report_by_the_code_becomes_a_case_is_answered_and_rated(visit, site, office, language):
    citizen = visit(size=PHONE, language=language)
    words = f"桥下有垃圾 rubbish under the bridge ({language})"
    receipt = report(citizen, words)
    assert len(receipt) == 12

    desk = visit("prefecture", DESK, language)
    ready(desk, "/citizens")
    row = desk.locator("[data-test=citizen]").filter(has_text=words)
    row.locator("[data-test=citizen-accept]").click()
    expect(row).to_have_count(0)
    taken = next(r for r in office.get("/ground/citizens", state="case")["items"] if r["words"] == words)
    key = taken["case"]

    act = lambda who, action, **more: who.post(f"/ground/cases/{key}/actions", {"action": action, **more})  # noqa: E731
    case = act(office, "dispatch")
    chief = site.person(site.chief_of(case))
    chief.post(f"/ground/cases/{key}/notes", {"text": "carried away"})
    act(chief, "handle", note="carried away 13812345678")
    act(office, "verify", note="clean")
    act(office, "close")

    ready(desk, f"/case/{key}")
    desk.locator("[data-test=release]").first.select_option("before")
    citizen.locator("[data-test=to-receipt]").click()
    expect(citizen.locator("[data-test=answer]")).to_contain_text("carried away ***")
    photo = citizen.locator("[data-test=released]")
    expect(photo).to_have_count(1)
    public = citizen.request.get(photo.get_attribute("src")).body()
    assert {marker for marker, _ in segments(public)} <= NEEDED
    assert b"Exif" not in public
    assert b"Secret" not in public

    citizen.locator("[data-test=stars-5]").check(force=True)
    citizen.locator("[data-test=rate]").click()
    expect(citizen.locator("p.good")).not_to_be_empty()
    ready(desk, f"/case/{key}")
    expect(desk.locator("[data-test=stars]")).to_contain_text("5")
    assert citizen.troubles == []


def test_the_point_moves_by_keys_and_a_report_without_words_is_answered(visit):
    page = visit(size=PHONE, language="en")
    ready(page, f"/p/report?sign={SIGN}")
    page.locator("[data-test=send]").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose what you saw")
    page.locator("[data-test=choose-place]").click()
    pin = page.locator("[data-test=place] .pin")
    before = pin.get_attribute("transform")
    page.locator("[data-test=place]").focus()
    page.keyboard.press("ArrowRight")
    assert pin.get_attribute("transform") != before


def test_three_answers_once_a_month(visit):
    page = visit(size=PHONE, language="zh-CN")
    ready(page, f"/p/survey/{SIGN}")
    for code in ("water", "bank", "overall"):
        page.locator(f"[data-test={code}-4]").check(force=True)
    page.locator("[data-test=answer]").click()
    expect(page.locator("p.good")).to_be_visible()
    ready(page, f"/p/survey/{SIGN}")
    for code in ("water", "bank", "overall"):
        page.locator(f"[data-test={code}-1]").check(force=True)
    page.locator("[data-test=answer]").click()
    expect(page.get_by_role("alert")).to_be_visible()


@pytest.mark.parametrize(
    "path", ["/p", f"/p/{SIGN}", f"/p/report?sign={SIGN}", "/p/report", f"/p/survey/{SIGN}", "/open"]
)
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_public_pages_fit_a_narrow_phone_in_large_type_and_have_no_fault(visit, path, language):
    page = visit(size=PHONE, language=language)
    page.set_viewport_size({"width": NARROW, "height": 640})
    ready(page, path)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
    grave = [v["id"] for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    assert grave == []
    page.add_style_tag(content=":root { --size: 24px !important; font-size: 24px !important }")
    page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW, "in large type"
    small = page.evaluate(
        "[...document.querySelectorAll('.public button, .public .button, .public select')]"
        ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 80))"
    )
    assert small == []


def test_no_map_library_is_loaded_on_public_pages(visit):
    page = visit(size=PHONE)
    loaded = []
    page.on("response", lambda answer: loaded.append(answer.url))
    ready(page, f"/p/report?sign={SIGN}")
    assert not [url for url in loaded if "maplibre" in url or "echarts" in url]
