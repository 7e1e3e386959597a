"""Ways in, in a real browser: a link that opens once, a passkey, a phone that is cut off while it is open."""

import pytest
from playwright.sync_api import expect

from e2e import running


@pytest.fixture
def chief(office):
    return next(p["username"] for p in office.get("/session/people")["items"] if p["role"] == "chief")


def test_a_link_signs_a_phone_in_once(visit, office, chief):
    url = office.post(f"/session/people/{chief}/links", {"valid_h": 2})["url"]
    phone = visit(size=running.PHONE)
    phone.goto(url)
    phone.locator("[data-test=enter]").click()
    phone.wait_for_url("**/m**")
    other = visit(size=running.PHONE)
    other.goto(url)
    other.locator("[data-test=enter]").click()
    expect(other.get_by_role("alert")).to_contain_text("已使用或已过期")


def test_a_phone_that_is_cut_off_is_signed_out_and_says_so(visit, office, chief):
    phone = visit(size=running.PHONE)
    phone.goto(office.post(f"/session/people/{chief}/links", {"valid_h": 2})["url"])
    phone.locator("[data-test=enter]").click()
    phone.wait_for_url("**/m**")
    desk = visit("prefecture")
    desk.goto(f"/people?who={chief}")
    row = desk.locator("[data-test=devices] li", has_text="一次性链接").first
    row.get_by_role("button", name="停用").click()
    desk.locator("[data-test=cut-off-sure]").click()
    expect(desk.locator("[data-test=cut-off-sure]")).to_have_count(0)
    told = phone.evaluate("fetch('/api/v1/today').then(async r => [r.status, (await r.json()).code])")
    assert told == [401, "session.cut_off"]


def test_a_passkey_is_added_and_signs_in(browser, site):
    """On localhost, which browsers trust without HTTPS; the authenticator is the browser's own virtual one."""
    base = site.base.replace(running.HOST, "localhost")
    window = browser.new_context(base_url=base, locale="en")
    page = window.new_page()
    tools = window.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    page.goto("/signin")
    page.locator("[data-test=demo-guard-149901]").click()
    page.wait_for_url("**/today")
    page.goto("/me")
    page.locator("[data-test=add-passkey]").click()
    expect(page.locator("[data-test=passkeys] li")).to_have_count(1)
    window.clear_cookies()
    page.goto("/signin")
    page.locator("[data-test=choice-passkey]").click()
    page.locator("[data-test=passkey]").click()
    page.wait_for_url("**/today")
    assert page.evaluate("fetch('/api/v1/session').then(r => r.json()).then(s => s.user.username)") == "guard-149901"
    window.close()


def test_the_bell_counts_what_is_unread_and_forgets_it(visit):
    page = visit("prefecture")
    page.goto("/messages")
    expect(page.locator("[data-test=messages] li.unread").first).to_be_visible()
    page.locator("[data-test=read-all]").click()
    expect(page.locator("[data-test=messages] li.unread")).to_have_count(0)
    expect(page.locator("[data-test=bell]")).to_have_attribute("aria-label", "消息，0 条未读")
    assert page.troubles == []
