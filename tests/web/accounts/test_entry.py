"""Signing in by code and by link: limits, single use, and that nobody learns which numbers are known."""

import re
from dataclasses import replace

import pytest
from django.test import Client

from riverchief.web.accounts import entry
from riverchief.web.accounts.models import AuditEntry, CodeSent, Device, EntryLink, User
from riverchief.web.messages import courier
from riverchief.web.messages.models import Message
from web.gateway_double import serving

COUNTY = "149901000000"
PHONE = "+8613800138000"


def post(client, path, body=None, **headers):
    return client.post(f"/api/v1/session{path}", body or {}, content_type="application/json", **headers)


@pytest.fixture
def gateway(platform, settings):
    with serving(lambda asked: {"code": 0, "msgid": "m-1"}) as found:
        sms = {
            "url": f"{found.url}/send",
            "success": r'"code":\s*0\b',
            "body": {"to": "{local_phone}", "msg": "{text}"},
        }
        settings.CONFIG = replace(settings.CONFIG, values={**settings.CONFIG.values, "sms": sms})
        yield found


@pytest.fixture
def walker(platform):
    return User.objects.create_user("walker", role="guard", region=COUNTY, phone="138 0013 8000", name_zh="王巡河")


def digits(gateway):
    courier.send_due()
    return re.search(r"\d{6}", gateway.asked[-1].body["msg"]).group()


def test_a_code_signs_in_once(walker, gateway):
    client = Client(headers={"User-Agent": "Mozilla/5.0 (Linux; Android 13; V2203A Build/TP1A) MicroMessenger/8.0"})
    assert post(client, "/code", {"phone": "+86 138-0013-8000"}).json()["sent"] is True
    code = digits(gateway)
    assert gateway.asked[0].body["to"] == "13800138000"
    inside = post(client, "/code/check", {"phone": "13800138000", "code": code})
    assert inside.json()["user"]["username"] == "walker"
    again = post(Client(), "/code/check", {"phone": PHONE, "code": code})
    assert (again.status_code, "wrong or has run out" in again.json()["sentence"]) == (403, True)
    device = Device.objects.get()
    assert (device.system, device.browser, device.model, device.way) == ("android", "wechat", "V2203A", "code")
    assert client.session.get_expiry_age() == pytest.approx(90 * 86_400, abs=5)
    assert AuditEntry.objects.get(what="sign-in").data == {"way": "code"}


def test_neither_answer_nor_limits_tell_whether_a_number_is_known(walker, gateway):
    known, unknown = Client(), Client(REMOTE_ADDR="10.0.0.9")
    told = [post(c, "/code", {"phone": p}).json() for c, p in ((known, PHONE), (unknown, "13900139000"))]
    assert told[0] == told[1]
    more = [post(c, "/code", {"phone": p}) for c, p in ((known, PHONE), (unknown, "13900139000"))]
    assert [a.status_code for a in more] == [429, 429]
    assert more[0].json() == more[1].json()
    wrong = [
        post(Client(), "/code/check", {"phone": p, "code": "000000"}).json()
        for p in (PHONE, "13900139000", "13700137000")
    ]
    assert wrong[0] == wrong[1] == wrong[2]
    courier.send_due()
    assert len(gateway.asked) == 1


def test_five_tries_and_the_right_code_comes_too_late(walker, gateway):
    post(Client(), "/code", {"phone": PHONE})
    code = digits(gateway)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(entry.TRIES):
        assert post(Client(), "/code/check", {"phone": PHONE, "code": wrong}).status_code == 403
    assert post(Client(), "/code/check", {"phone": PHONE, "code": code}).status_code == 403


def test_a_code_runs_out_and_only_the_last_one_counts(walker, gateway, clock):
    post(Client(), "/code", {"phone": PHONE})
    first = digits(gateway)
    clock.advance(61)
    post(Client(), "/code", {"phone": PHONE})
    second = digits(gateway)
    assert first != second
    assert post(Client(), "/code/check", {"phone": PHONE, "code": first}).status_code == 403
    clock.advance(301)
    assert post(Client(), "/code/check", {"phone": PHONE, "code": second}).status_code == 403


def test_a_number_and_an_address_may_ask_so_often_in_an_hour(walker, gateway, clock):
    for _ in range(5):
        assert post(Client(), "/code", {"phone": PHONE}).status_code == 200
        clock.advance(60)
    sixth = post(Client(), "/code", {"phone": PHONE}).json()
    assert (sixth["code"], sixth["data"]["wait_s"]) == ("rule.too_many", 3600 - 5 * 60)
    for i in range(15):
        assert post(Client(), "/code", {"phone": f"139001390{i:02d}"}).status_code == 200
    assert post(Client(), "/code", {"phone": "13900139099"}).status_code == 429
    assert post(Client(REMOTE_ADDR="10.0.0.2"), "/code", {"phone": "13900139099"}).status_code == 200


def test_nothing_that_is_kept_holds_the_digits(walker, gateway):
    post(Client(), "/code", {"phone": PHONE})
    code = digits(gateway)
    kept = [*CodeSent.objects.values_list(), *Message.objects.values_list()]
    assert all(code not in re.findall(r"\d+", str(value)) for row in kept for value in row)


def test_a_number_has_one_account(walker, person):
    office = person("county", region=COUNTY)
    User.objects.create_user("other", role="guard", region=COUNTY)
    taken = post(office, "/people/other", {"phone": "138-0013-8000"})
    assert (taken.status_code, "another account" in taken.json()["sentence"]) == (400, True)
    assert post(office, "/people/other", {"phone": "13800138001"}).json()["phone"] == "+8613800138001"


def test_a_sign_in_without_the_token_of_the_page_is_refused(walker, gateway):
    strict = Client(enforce_csrf_checks=True)
    for path, body in (
        ("/code", {"phone": PHONE}),
        ("/code/check", {"phone": PHONE, "code": "1"}),
        ("/link", {"token": "x"}),
    ):
        assert post(strict, path, body).status_code == 403, path


def test_a_link_opens_once_for_whom_it_was_made(person, walker):
    office = person("county", region=COUNTY)
    made = post(office, "/people/walker/links", {"valid_h": 2}).json()
    assert "<svg" in made["qr_svg"]
    token = made["url"].partition("#")[2]
    assert token not in str(list(EntryLink.objects.values_list()))
    assert post(Client(), "/link", {"token": token}).json()["user"]["username"] == "walker"
    assert post(Client(), "/link", {"token": token}).status_code == 403


def test_a_link_runs_out_and_a_new_one_voids_it(person, walker, clock):
    office = person("county", region=COUNTY)
    links = [post(office, "/people/walker/links", {"valid_h": 2}).json()["url"].partition("#")[2] for _ in range(2)]
    assert post(Client(), "/link", {"token": links[0]}).status_code == 403
    clock.advance(2 * 3600)
    assert post(Client(), "/link", {"token": links[1]}).status_code == 403


def test_who_may_make_a_link_for_whom(person, walker):
    stranger, guard = person("county", region="149902000000"), person("guard", region=COUNTY)
    assert post(stranger, "/people/walker/links").status_code == 404
    assert post(guard, "/people/walker/links").status_code == 403
    User.objects.create_user("boss", role="department", region=COUNTY, is_staff=True)
    assert post(person("county", region=COUNTY, username="c2"), "/people/boss/links").status_code == 403
    assert post(person("system", username="root"), "/people/boss/links").status_code == 200


@pytest.mark.parametrize(
    ("office", "other"),
    [
        ("county", {"role": "county"}), ("county", {"role": "prefecture"}), ("county", {"role": "auditor"}),
        ("county", {"role": "guard", "is_superuser": True}), ("prefecture", {"role": "system"}),
        ("prefecture", {"role": "prefecture"}),
    ],
)  # fmt: skip
def test_an_office_lets_nobody_in_as_a_colleague_or_as_who_may_do_more(person, office, other):
    """Who holds the number gets the code; a second pair of eyes is worth nothing where one pair can be both."""
    client = person(office, region=COUNTY, username="me")
    User.objects.create_user("other", region=COUNTY, phone="13900139000", **other)
    refused = post(client, "/people/other", {"phone": PHONE})
    assert (refused.status_code, User.objects.get(username="other").phone) == (403, "+8613900139000")
    assert "administrator" in refused.json()["sentence"]
    assert post(client, "/people/other/links").status_code == 403
    assert post(client, "/people/me", {"phone": PHONE}).status_code == 200, "one's own number is one's own"
    assert AuditEntry.objects.get(what="change-reach").data == {"channels": ["phone"]}


def test_a_code_before_the_one_that_was_used_opens_nothing(walker, gateway, clock):
    post(Client(), "/code", {"phone": PHONE})
    first = digits(gateway)
    clock.advance(61)
    post(Client(), "/code", {"phone": PHONE})
    assert post(Client(), "/code/check", {"phone": PHONE, "code": digits(gateway)}).status_code == 200
    assert post(Client(), "/code/check", {"phone": PHONE, "code": first}).status_code == 403


def test_behind_a_proxy_of_ones_own_it_is_the_phones_address_that_counts(walker, gateway, settings):
    settings.CONFIG = replace(settings.CONFIG, values={**settings.CONFIG.values, "proxies": 1})
    post(Client(headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.4"}), "/code", {"phone": PHONE})
    assert CodeSent.objects.get().address == "198.51.100.4", "what a phone claims of itself is not believed"
