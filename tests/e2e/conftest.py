"""One platform and one Chromium for all browser tests; where the machine lacks one, they say so and are skipped."""

import os

import pytest
from playwright.sync_api import expect

from e2e import running

expect.set_options(timeout=20_000)  # a busy machine is slow, and slow is not wrong


@pytest.fixture(scope="session")
def machine():
    """A machine on which a browser test can run."""
    why = running.missing()
    if why and os.environ.get("RIVERCHIEF_NO_SKIP") == "1":
        pytest.fail(f"nothing may be skipped here, and {why}")
    if why:
        pytest.skip(why)


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The mini basin some hours after an alert: its case is dispatched, its flight planned."""
    with running.platform(tmp_path_factory.mktemp("site"), "mini") as found:
        yield found


@pytest.fixture(scope="session")
def browser(machine):
    """A real Chromium."""
    with running.chromium() as found:
        yield found


@pytest.fixture
def visit(browser, site):
    """Open windows of people: visit("prefecture", size, language) → page; what goes wrong in them is kept."""
    contexts = []

    def open_window(username=None, size=running.DESK, language="zh-CN"):
        context = running.visitor(browser, site, size, language, username)
        contexts.append(context)
        page = context.new_page()
        page.troubles = []
        page.on("console", lambda m: page.troubles.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: page.troubles.append(str(error)))
        return page

    yield open_window
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def office(site):
    """The prefecture's office, over the API."""
    return site.person("prefecture")


@pytest.fixture(scope="session")
def case(office):
    """The case of the spill."""
    return next(c for c in office.get("/ground/cases")["items"] if c["source"] == "alert")


@pytest.fixture(scope="session")
def alert(office, case):
    """Its alert."""
    return office.get(f"/cloud/alerts/{case['alert']}")


@pytest.fixture(scope="session")
def letter(office, case):
    """A letter about it, as a draft."""
    return office.post(f"/ground/cases/{case['id']}/letters", {"kind": "supervision_letter"})


@pytest.fixture(scope="session")
def pages(office, case, alert, letter):
    """Every page of the platform, by name, with the address that shows something there."""
    mission = alert["mission"]
    section = alert["alert"]["section"]
    score = office.get("/govern/scores")["items"][0]
    discharger = office.get("/cloud/dischargers")["items"][0]
    target = office.get("/govern/targets")["items"][0]
    sheet = office.get("/govern/sheets")["items"][0]
    chief = next(one for one in office.get("/basin/tree")["items"] if one["duty"])
    return {
        "today": "/today",
        "map": "/map",
        "cloud": "/cloud",
        "section": f"/section/{section}",
        "year": f"/section/{section}/year",
        "air": "/air",
        "dischargers": "/dischargers",
        "discharger": f"/discharger/{discharger['code']}",
        "rankings": "/rankings",
        "projects": "/projects",
        "project": "/project/prj-1",
        "targets": "/targets",
        "target": f"/target/{target['id']}",
        "sheets": "/sheets",
        "sheet": f"/sheet/{sheet['code']}",
        "county": "/sheet/county-monthly",
        "reports": "/reports",
        "twin": "/twin",
        "twin-profile": "/twin/profile",
        "twin-hydrograph": "/twin/hydrograph",
        "twin-skill": "/twin/skill",
        "twin-capacity": "/twin/capacity",
        "chiefs": "/chiefs",
        "duty": f"/chief/{chief['code']}/duty",
        "changes": "/changes",
        "land-use": "/land-use",
        "river": f"/river/{office.get('/basin/rivers')['items'][0]['code']}",
        "station": f"/station/{alert['alert']['station']['code']}",
        "alert": f"/alert/{alert['alert']['id']}",
        "case": f"/case/{case['id']}",
        "cases": "/cases",
        "citizens": "/citizens",
        "signs": "/signs",
        "problems": "/cases/import",
        "patrols": "/patrols",
        "rules": "/rules",
        "rule": "/rules/new?from=ladder",
        "letters": "/letters",
        "letter": f"/letter/{letter['id']}",
        "hotlines": "/hotlines",
        "meetings": "/meetings",
        "sky": "/sky",
        "mission": f"/mission/{mission['id']}",
        "govern": "/govern",
        "score": f"/score/{score['id']}",
        "wall": "/wall",
        "explain": f"/explain/{case['id']}",
        "health": "/health",
        "me": "/me",
        "messages": "/messages",
        "people": "/people",
        "install": "/install",
    }
