"""A flood at a small size: the office's first page holds the report of whoever came alone."""

import random

from django.test import Client

from riverchief.ground.citizens import puzzle, rules
from riverchief.web.public import moderation, senders
from riverchief.web.public.models import CitizenReport
from web.public.citizens import PLACE, send

WORDS = "河水岸边垃圾堆放污水排放桥下左岸右岸上游下游有人倾倒发黑发臭"


def easy(clock):
    """Headers with a token that asks for no work, as if the sender had unlimited machines."""
    token = puzzle.issue(senders._secret(), "report", 1, 0, int(clock.now().timestamp()) + 600)
    return {"HTTP_X_PUZZLE": token, "HTTP_X_PUZZLE_SOLUTION": "0"}


def test_a_report_from_a_new_address_stands_before_a_flood(person, clock):
    drawn, client, answers = random.Random(3), Client(), []
    for k in range(300):
        fields = {"kind": "rubbish", "words": "".join(drawn.choice(WORDS) for _ in range(20)), **PLACE}
        answer = client.post("/api/v1/public/reports", fields, REMOTE_ADDR=f"10.7.0.{k % 20}", **easy(clock))
        answers.append(answer.status_code)
        clock.advance(1)
        if k == 200:
            assert send(address="10.8.0.1", words="石桥下有人排污水").status_code == 200
    assert answers.count(200) == 20 * rules().limits.per_address
    assert set(answers) == {200, 429}
    office = person("county", region="149901000000")
    page = office.get("/api/v1/ground/citizens").json()
    assert page["total"] == 20 * rules().limits.per_address + 1, "what was taken is not lost"
    assert page["items"][0]["words"] == "石桥下有人排污水"
    second = office.get("/api/v1/ground/citizens?page=2").json()["items"]
    assert len(second) == moderation.PAGE
    assert {one["id"] for one in second}.isdisjoint(one["id"] for one in page["items"])


def test_a_harder_puzzle_is_set_for_whom_the_flood_comes_from(platform, clock):
    client = Client()
    base = rules().puzzle.bits
    ask = lambda address: client.get("/api/v1/public/puzzle", REMOTE_ADDR=address).json()["bits"]  # noqa: E731
    assert ask("10.7.0.1") == base
    for k in range(16):
        client.post(
            "/api/v1/public/reports",
            {"kind": "rubbish", "words": f"垃圾{WORDS[k:]}", **PLACE},
            REMOTE_ADDR="10.7.0.1",
            **easy(clock),
        )
    assert ask("10.7.0.1") == base + 3
    assert ask("10.8.0.1") == base
    assert CitizenReport.objects.count() == rules().limits.per_address


def test_the_address_that_the_outermost_own_proxy_saw_counts(platform, settings, rf):
    from dataclasses import replace

    seen = lambda forwarded: senders.address_of(  # noqa: E731
        rf.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    )
    assert seen("1.1.1.1") == seen("2.2.2.2"), "nobody's word is taken where there is no proxy"
    settings.CONFIG = replace(settings.CONFIG, values={**settings.CONFIG.values, "proxies": 1})
    assert seen("9.9.9.9, 1.1.1.1") == seen("1.1.1.1")
    assert seen("1.1.1.1, 2.2.2.2") != seen("1.1.1.1")
    v6 = lambda address: senders.address_of(rf.get("/", REMOTE_ADDR=address))  # noqa: E731
    settings.CONFIG = replace(settings.CONFIG, values={**settings.CONFIG.values, "proxies": 0})
    assert v6("2001:db8:1:2::1") == v6("2001:db8:1:2:ffff::9")
    assert v6("2001:db8:1:2::1") != v6("2001:db8:1:3::1")
    assert v6("::ffff:10.0.0.1") == v6("10.0.0.1")


def test_the_office_finds_it_among_todays_work_and_a_guard_does_not(person, clock):
    send()
    clock.advance(3_600)
    office, guard = person("county", region="149901000000"), person("guard", region="149901000000")
    (item,) = office.get("/api/v1/today").json()["items"]
    assert (item["kind"], item["href"], item["params"], item["overdue"]) == ("citizen", "/citizens", {"n": 1}, False)
    assert guard.get("/api/v1/today").json()["items"] == []
    clock.advance(rules().answering_hours.amount * 3_600)
    assert office.get("/api/v1/today").json()["items"][0]["overdue"] is True
