"""What people see and do, in a real Chromium on a running platform: phone and desk, Chinese and English."""

import re
from itertools import pairwise

import httpx
import pytest
from playwright.sync_api import expect

from e2e.running import DESK, PHONE, drawn
from riverchief.web.demo import PASSWORD
from web.pictures import picture

pytestmark = pytest.mark.browser

SIZES = {"phone": PHONE, "desk": DESK}
LANGUAGES = ("zh-CN", "en")
CLASS_RGB = {
    1: (124, 200, 242),
    2: (47, 143, 224),
    3: (47, 168, 102),
    4: (232, 185, 12),
    5: (240, 138, 36),
    6: (216, 53, 42),
}
# said by the software renderer about itself, whatever a page does
NOISE = re.compile(r"GL Driver Message|GPU stall|WebGL.*software", re.IGNORECASE)
WORDS = {
    "zh-CN": {"cases": "未结事件", "today": "今日", "lost": "没有找到"},
    "en": {"cases": "Open cases", "today": "Today", "lost": "Not found"},
}


def troubles(page):
    return [text for text in page.troubles if not NOISE.search(text)]


def sign_in(page, username):
    """By the form, as people do."""
    page.goto("/")
    page.wait_for_url("**/signin**")
    page.locator("input[name=username]").fill(username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").click()
    page.wait_for_url("**/today")


def settled(page):
    """Nothing is being loaded any more, and nothing went wrong."""
    expect(page.locator("h1").first).to_be_attached()
    expect(page.locator(".skeleton")).to_have_count(0)
    expect(page.locator(".wrong")).to_have_count(0)


def overflow_px(page, width):
    return page.evaluate("document.documentElement.scrollWidth") - width


@pytest.fixture
def waiting_case(site, office, case):
    """The case of the spill, dispatched to its chief; opened again where an earlier test has closed it."""
    now = office.get(f"/ground/cases/{case['id']}")["case"]
    if now["state"] == "closed":
        for action in ("reopen", "dispatch"):
            office.post(f"/ground/cases/{case['id']}/actions", {"action": action, "reason": "the next test"})
        now = office.get(f"/ground/cases/{case['id']}")["case"]
    assert now["state"] == "dispatched"
    return now


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", SIZES)
def test_from_signing_in_to_a_closed_case(visit, site, office, waiting_case, alert, width, language):
    size, key, number = SIZES[width], waiting_case["id"], waiting_case["number"]
    desk = visit(size=size, language=language)
    sign_in(desk, "prefecture")
    expect(desk.locator("html")).to_have_attribute("lang", language)
    expect(desk.locator("nav").get_by_text(WORDS[language]["today"], exact=True)).to_be_visible()

    # the map: a river that is drawn, stations on it, the same river as a line by chainage
    desk.locator("nav a[href='/map']").click()
    assert drawn(desk, "reach-class", "reach-bed") == {"qx1", "qx2", "qx3"}
    assert {"st-shiqiao", "st-liuwan", "sec-shiqiao", "sec-liuwan"} <= drawn(desk, "stations", "sections")
    assert desk.locator("figure.long .mark").count() >= 4
    assert desk.locator("figure.long svg rect").count() >= 3

    # from the alert in the panel to its room, from there to the case
    desk.locator("aside .list button").first.click()
    desk.locator("[data-test=open-alert]").click()
    desk.wait_for_url(f"**/alert/{alert['alert']['id']}")
    expect(desk.locator("html")).to_have_attribute("data-theme", "night")
    desk.locator("[data-test=to-case]").click()
    desk.wait_for_url(f"**/case/{key}")
    expect(desk.get_by_text(number).first).to_be_visible()
    expect(desk.locator("[data-test=action-verify]")).to_have_count(0)
    desk.evaluate("window.__kept = true")

    handle(visit, site, waiting_case, size, language)

    # the office's page was never loaded again; it heard
    desk.locator("[data-test=action-verify]").click()
    desk.locator("textarea[name=note]").fill("photographs and track agree")
    desk.locator("[data-test=submit-action]").click()
    desk.locator("[data-test=action-close]").click()
    desk.locator("[data-test=submit-action]").click()
    expect(desk.locator("[data-test=action-reopen]")).to_be_visible()
    assert desk.evaluate("window.__kept") is True
    assert office.get(f"/ground/cases/{key}")["case"]["state"] == "closed"

    desk.locator("header summary").click()
    desk.locator("[data-test=sign-out]").click()
    desk.wait_for_url("**/signin**")
    desk.goto(f"/case/{key}")
    desk.wait_for_url("**/signin**")
    assert troubles(desk) == []


def handle(visit, site, case, size, language):
    """The chief finds the case in today's list, brings evidence (on the phone a walk, else a photograph), reports."""
    chief = visit(size=size, language=language)
    chief.context.grant_permissions(["geolocation"])
    chief.context.set_geolocation({"longitude": case["lon"], "latitude": case["lat"], "accuracy": 8})
    sign_in(chief, site.chief_of(case))
    chief.locator(f"ol.items a[href='/case/{case['id']}']").first.click()
    if size == PHONE:
        chief.locator("[data-test=patrol-start]").click()
        expect(chief.locator("[data-test=patrol-finish]")).to_be_visible()
        chief.wait_for_timeout(300)
        chief.locator("[data-test=patrol-finish]").click()
        expect(chief.locator("[data-test=patrol-start]")).to_be_visible()
    else:
        before = chief.locator(".side li img").count()
        photo = {"name": "bank.jpg", "mimeType": "image/jpeg", "buffer": picture(case["lon"], case["lat"])}
        chief.locator("[data-test=evidence-photo]").set_input_files(photo)
        expect(chief.locator(".side li img")).to_have_count(before + 1)
    chief.locator("[data-test=action-handle]").click()
    chief.locator("textarea[name=note]").fill("discharge stopped")
    chief.locator("[data-test=submit-action]").click()
    expect(chief.locator("[data-test=action-handle]")).to_have_count(0)
    assert troubles(chief) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_works_over_its_permit_is_an_alert_with_the_clause(visit, office, language):
    """The works' own monitor said it over the wire; the page cites what was not kept, and offers to make a case."""
    over = next(a for a in office.get("/cloud/alerts")["items"] if a["kind"] == "discharge")
    why = office.get(f"/cloud/alerts/{over['id']}")["alert"]["why"]
    steps = office.get(f"/loop/explain/{over['id']}")
    assert "frame" in str(steps), "it opens down to the bytes"
    page = visit("prefecture", language=language)
    page.goto("/today")
    page.locator(f"ol.items a[href='/alert/{over['id']}']").first.click()
    page.wait_for_url(f"**/alert/{over['id']}")
    settled(page)
    clause = page.locator("[data-test=clause]")
    expect(clause).to_contain_text(why["clause_zh"] if language == "zh-CN" else why["clause_en"])
    expect(clause).to_contain_text(why["facility_zh"] if language == "zh-CN" else why["facility_en"])
    expect(page.locator(".why")).to_contain_text(why["zh"] if language == "zh-CN" else why["en"])
    expect(page.locator("[data-test=clause] .warn")).to_be_visible()  # the demo's permit is assumed
    assert office.get(f"/cloud/alerts/{over['id']}")["trace"] is None
    assert troubles(page) == []


def test_the_colour_of_the_drawn_river_is_the_colour_of_its_class(visit, office):
    page = visit("prefecture")
    page.goto("/map?layers=class")
    drawn(page, "reach-class")
    classes = office.get("/cloud/state")["reaches"]
    lines = {f["properties"]["code"]: f["geometry"]["coordinates"] for f in office.get("/basin/network")["features"]}
    seen = {}
    for reach, line in lines.items():
        # somewhere between two corners where nothing but the river is drawn: no symbol, no mark of an alert
        spots = [[a[i] + (b[i] - a[i]) * k / 10 for i in (0, 1)] for a, b in pairwise(line) for k in range(1, 10)]
        seen[reach] = page.evaluate(
            """async spots => {
                const map = window.__riverchief.map
                const bare = ({ x, y }) => map
                    .queryRenderedFeatures([[x - 8, y - 8], [x + 8, y + 8]])
                    .every(found => found.layer.id.startsWith('reach-'))
                const { x, y } = spots.map(spot => map.project(spot)).find(bare)
                const canvas = map.getCanvas()
                const flat = document.createElement('canvas')
                flat.width = canvas.width
                flat.height = canvas.height
                const context = flat.getContext('2d')
                context.drawImage(canvas, 0, 0)
                return [...context.getImageData(x * devicePixelRatio, y * devicePixelRatio, 1, 1).data]
            }""",
            spots,
        )[:3]
    for reach, rgb in seen.items():
        assert rgb == pytest.approx(CLASS_RGB[classes[reach]], abs=6), reach


def test_a_case_changes_under_the_eyes_of_whoever_looks_at_it(visit, site, office, waiting_case):
    page = visit("prefecture")
    page.goto(f"/case/{waiting_case['id']}")
    expect(page.locator(".live.on")).to_be_visible()
    words = "seen from the bridge, the water is dark"
    expect(page.get_by_text(words)).to_have_count(0)
    page.evaluate("window.__kept = true")
    site.person(site.chief_of(waiting_case)).post(f"/ground/cases/{waiting_case['id']}/notes", {"text": words})
    expect(page.locator(".side").get_by_text(words)).to_be_visible()
    assert page.evaluate("window.__kept") is True


def test_a_new_case_appears_on_todays_list_without_loading_again(visit, site, waiting_case):
    page = visit("county-149901")
    page.goto("/today")
    expect(page.locator(".live.on")).to_be_visible()
    settled(page)
    before = page.locator("ol.items li").count()
    spot = {"lon": waiting_case["lon"], "lat": waiting_case["lat"]}
    site.person("guard-149901").post("/ground/cases", {**spot, "note": "foam under the bridge", "severity": 1})
    expect(page.locator("ol.items li")).to_have_count(before + 1)
    assert page.url.endswith("/today")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_county_cannot_read_anothers_case(visit, site, case, language):
    stranger = site.person("county-149902")
    for path in (f"/ground/cases/{case['id']}", f"/cloud/alerts/{case['alert']}", f"/loop/explain/{case['id']}"):
        answer = stranger.client.get(f"/api/v1{path}")
        assert answer.status_code == 404, path
        assert answer.json()["code"]
        assert case["number"] not in answer.text
    assert case["id"] not in {item["id"] for item in stranger.get("/ground/cases")["items"]}
    moved = stranger.client.post(f"/api/v1/ground/cases/{case['id']}/actions", json={"action": "verify", "note": "x"})
    assert moved.status_code == 404
    page = visit("county-149902", language=language)
    page.goto(f"/case/{case['id']}")
    expect(page.locator(".wrong")).to_contain_text(WORDS[language]["lost"])
    expect(page.get_by_text(case["number"])).to_have_count(0)
    page.goto("/cases")
    expect(page.locator("h1")).to_be_visible()
    expect(page.get_by_text(case["number"])).to_have_count(0)


def test_events_about_another_countys_case_are_not_sent(site, office, waiting_case):
    live = office.get("/session")["live_url"]
    before = office.get("/loop/health")["events"]
    chief = site.person(site.chief_of(waiting_case))
    piece = chief.post(f"/ground/cases/{waiting_case['id']}/notes", {"text": "once more"})["id"]
    heard = {}
    for name in ("county-149901", "county-149902"):
        client, headers = site.person(name).client, {"Last-Event-ID": str(before)}
        with client.stream("GET", live, headers=headers, timeout=httpx.Timeout(5, read=2.5)) as stream:
            heard[name] = read_for(stream)
    assert piece in heard["county-149901"]
    assert piece not in heard["county-149902"]
    assert waiting_case["id"] not in heard["county-149902"]


def read_for(stream):
    """What a stream says until it falls silent."""
    text = ""
    try:
        for piece in stream.iter_text():
            text += piece
    except httpx.ReadTimeout:
        pass
    return text


@pytest.mark.parametrize("width", SIZES)
def test_every_page_loads_in_both_languages_without_a_complaint(visit, pages, width):
    size = SIZES[width]
    page = visit("prefecture", size, "zh-CN")
    for name, path in pages.items():
        page.troubles.clear()
        page.goto(path)
        settled(page)
        assert page.evaluate("document.documentElement.lang") == "zh-CN"
        chinese = page.locator("body").inner_text()
        assert overflow_px(page, size[0]) <= 0, f"{name}, zh-CN"
        if name == "wall":  # it has no switch; it follows the browser
            page.evaluate("localStorage.setItem('riverchief.locale', 'en')")
            page.reload()
        else:
            page.evaluate("document.querySelector('[data-test=language]').click()")
        expect(page.locator("html")).to_have_attribute("lang", "en")
        settled(page)
        assert page.locator("body").inner_text() != chinese
        assert overflow_px(page, size[0]) <= 0, f"{name}, en"
        assert troubles(page) == [], name
        page.evaluate("localStorage.removeItem('riverchief.locale')")  # the next one begins as the browser asks for


def test_the_language_that_was_chosen_stays(visit):
    page = visit("prefecture", language="en")
    page.goto("/today")
    expect(page.locator("nav").get_by_text("Govern", exact=True)).to_be_visible()
    page.locator("header [data-test=language]").first.click()
    expect(page.locator("nav").get_by_text("智慧治", exact=True)).to_be_visible()
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("nav").get_by_text("智慧治", exact=True)).to_be_visible()


def test_keys_search_and_go(visit):
    page = visit("prefecture", language="en")
    page.goto("/today")
    settled(page)
    for key, path in (
        ("r", "/cases"),
        ("c", "/cloud"),
        ("s", "/sky"),
        ("v", "/govern"),
        ("m", "/map"),
        ("a", "/air"),
        ("d", "/dischargers"),
        ("k", "/rankings"),
        ("g", "/targets"),
        ("h", "/sheets"),
        ("p", "/reports"),
        ("t", "/today"),
    ):
        page.keyboard.press("g")
        page.keyboard.press(key)
        page.wait_for_url(f"**{path}**")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("sq")  # initials of 石桥
    expect(page.locator("[role=option]").first).to_contain_text("Shiqiao")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Shiqiao")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_flight_comes_back_and_a_mark_on_it_joins_the_case(visit, office, alert, waiting_case):
    mission = alert["mission"]["id"]
    planned = office.get(f"/sky/missions/{mission}")
    spots = [f["geometry"]["coordinates"] for f in planned["lines"]["features"] if f["properties"]["kind"] == "photo"]
    lon, lat = spots[len(spots) // 2]
    page = visit("guard-149901")
    page.goto(f"/mission/{mission}")
    drawn(page, "flight")
    files = [
        {"name": "DJI_0001.jpg", "mimeType": "image/jpeg", "buffer": picture(lon, lat)},
        {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"no picture at all"},
    ]
    page.locator("[data-test=mission-photos]").set_input_files(files)
    expect(page.locator(".refused li")).to_contain_text("notes.txt")
    page.locator("[data-test=photo]").first.click()
    page.locator("[data-test=mark-pad]").click(position={"x": 120, "y": 90})
    page.locator("[data-test=save-finding]").click()
    page.get_by_role("dialog").get_by_role("button").first.click()
    found = page.locator("[data-test=finding]")
    expect(found).to_have_count(1)
    found.locator("[data-test=finding-to-case]").click()
    page.wait_for_url(f"**/case/{waiting_case['id']}")
    expect(page.locator("[data-step=finding]").first).to_be_visible()
    assert troubles(page) == []


def test_the_time_slider_goes_back(visit):
    page = visit("prefecture")
    page.goto("/map")
    drawn(page, "reach-class")
    slider = page.get_by_role("slider")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**at=**")
    drawn(page, "reach-class")
    settled(page)
    assert troubles(page) == []


def test_a_sections_year_is_walked_day_by_day_and_seen_as_it_was_known(visit, pages):
    page = visit("prefecture", language="en")
    page.goto(pages["section"])
    page.locator("[data-test=to-year]").click()
    settled(page)
    calendar = page.locator("[data-test=calendar]")
    expect(calendar.locator("td[data-day]").first).to_be_visible()
    assert calendar.locator("td[data-day]").count() in (365, 366)
    calendar.focus()
    page.keyboard.press("Home")
    first = page.locator(".told").inner_text()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".told")).not_to_have_text(first)
    page.locator("[data-test=as-of]").fill("2026-10-05")
    page.wait_for_url("**as_of=2026-10-05**")
    expect(page.locator("[data-test=changed]")).to_be_visible()
    settled(page)
    assert troubles(page) == []


def test_a_number_is_entered_into_a_sheet_and_a_template_is_never_frozen(visit, office):
    cards = office.get("/govern/sheets")["items"]
    code = next(
        card["code"]
        for card in cards
        if card["status"] == "template"
        and any(i["form"] for item in office.get(f"/govern/sheets/{card['code']}")["items"] for i in item["inputs"])
    )
    page = visit("prefecture", language="en")
    page.goto(f"/sheet/{code}")
    settled(page)
    expect(page.locator("[data-test=banner]")).to_be_visible()
    expect(page.locator("[data-test=freeze]")).to_be_disabled()
    expect(page.locator("[data-test=freeze-why]")).not_to_be_empty()
    form = page.locator("details.enter").first
    form.locator("summary").click()
    form.locator("input[name=value]").fill("12.5")
    form.locator("input[name=why]").fill("counted on the bank")
    form.locator("button").click()
    expect(page.get_by_text("counted on the bank").first).to_be_visible()
    assert troubles(page) == []


def test_a_limit_of_a_permit_is_entered_and_stands_with_its_clause(visit, office):
    code = office.get("/cloud/dischargers")["items"][0]["code"]
    page = visit("prefecture", language="en")
    page.goto(f"/discharger/{code}")
    settled(page)
    form = page.locator("[data-test=permit-form]")
    form.locator("summary").click()
    form.locator("select[name=property]").select_option("tn")
    form.locator("select[name=period]").select_option("day")
    form.locator("input[name=limit]").fill("14.5")
    form.locator("input[name=clause]").fill("主要排放口许可排放浓度限值（日均值）")
    form.locator("input[name=document]").fill("许可证副本第三页")
    form.locator("button").click()
    row = page.locator("tr", has_text="total nitrogen").filter(has_text="14.50")
    expect(row).to_be_visible()
    form.locator("input[name=limit]").fill("14.5")
    form.locator("select[name=property]").select_option("tn")
    form.locator("input[name=clause]").fill("again")
    form.locator("input[name=document]").fill("again")
    form.locator("button").click()
    expect(form.locator("[role=alert]")).to_contain_text("already has a limit")
    assert [t for t in troubles(page) if "409" not in t] == []


def test_a_report_is_asked_for(visit):
    page = visit("prefecture", language="en")
    page.goto("/reports")
    settled(page)
    expect(page.locator("[data-test=report-period]")).not_to_have_value("")
    page.locator("[data-test=report-make]").click()
    expect(page.locator("[data-test=reports] > li").first).to_be_visible()
    assert troubles(page) == []
