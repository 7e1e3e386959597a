"""A project in the browser: an office reports with a photograph, somebody else confirms, the board moves."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from e2e.running import DESK, PHONE
from riverchief.simulate.pictures import bank_picture

pytestmark = pytest.mark.browser


def settled(page):
    expect(page.locator("h1").first).to_be_visible()
    expect(page.locator(".skeleton")).to_have_count(0)


def test_a_report_is_written_by_one_and_counts_when_another_confirms_it(visit, office):
    before = office.get("/govern/projects/prj-1")
    lon, lat = before["lon"], before["lat"]
    page = visit("county-149901", DESK, "en")
    page.goto("/project/prj-1")
    settled(page)
    form = page.locator("[data-test=report-form]")
    form.locator("summary").click()
    form.locator("input[name=share]").fill("61.5")
    form.locator("input[name=spent]").fill("321.5")
    form.locator("textarea").fill("Second tank filled")
    form.locator("[data-test=send-report]").click()
    written = page.locator("[data-test=report-open]", has_text="Second tank filled")
    expect(written).to_contain_text("not confirmed, does not count")
    expect(written.locator("[data-test=confirm]")).to_have_count(0)
    far = bank_picture((lon + 0.05, lat), datetime(2026, 11, 17, 2, tzinfo=UTC))
    written.locator("[data-test=progress-photos]").set_input_files(
        {"name": "far.jpg", "mimeType": "image/jpeg", "buffer": far}
    )
    expect(written).to_contain_text("Far from the project")
    assert office.get("/govern/projects/prj-1")["share"] == before["share"]

    other = visit("prefecture", DESK, "en")
    other.goto("/project/prj-1")
    settled(other)
    other.locator("[data-test=report-open]", has_text="Second tank filled").locator("[data-test=confirm]").click()
    expect(other.locator("[data-test=report-confirmed]", has_text="Second tank filled")).to_be_visible()
    after = office.get("/govern/projects/prj-1")
    assert (after["share"], after["spent_wan"]) == (0.615, 321.5)
    assert page.troubles == other.troubles == []


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_board_keeps_its_filters_in_the_address(visit, size, language):
    page = visit("prefecture", size, language)
    page.goto("/projects")
    settled(page)
    expect(page.locator("[data-test=projects] tbody tr")).to_have_count(2)
    page.get_by_role("combobox").last.select_option("completed")
    expect(page.locator("[data-test=projects] tbody tr")).to_have_count(1)
    page.goto(page.url)
    settled(page)
    assert "state=completed" in page.url
    expect(page.locator("[data-test=projects] tbody tr")).to_have_count(1)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert (wide, page.troubles) == (0, [])


def test_another_county_sees_the_board_and_not_the_money(visit):
    page = visit("county-149902", DESK, "en")
    page.goto("/project/prj-1")
    settled(page)
    expect(page.get_by_text("seen by the offices of its region only").first).to_be_visible()
    expect(page.locator("[data-test=report-form]")).to_have_count(0)
    assert page.troubles == []
