"""The stream of events: nobody hears of a record that they may not see, and who comes back misses nothing."""

import asyncio
import json

import pytest

from riverchief.web import live
from riverchief.web.loop.models import Event

COUNTY, OTHER = "149901000000", "149902000000"


@pytest.fixture
def incident(person):
    """A case with a note and a patrol, in one county."""
    guard = person("guard", region=COUNTY)
    given = {"lon": 112.2284, "lat": 37.2482, "note": "rubbish on the bank", "severity": 2}
    key = guard.post("/api/v1/ground/cases", given, content_type="application/json").json()["id"]
    note = guard.post(f"/api/v1/ground/cases/{key}/notes", {"text": "seen"}, content_type="application/json").json()
    patrol = guard.post("/api/v1/ground/patrols", {"case": key}, content_type="application/json").json()
    return {key, note["id"], patrol["id"]}


def heard(user, after=0):
    position, messages = live._after(user, after)
    return position, [json.loads(m.decode().split("data: ")[1]) for m in messages]


def test_people_of_the_county_hear_of_everything_in_it(person, incident):
    _, events = heard(person("county", region=COUNTY).user)
    assert {event["subject"] for event in events} == incident
    assert {event["kind"] for event in events} == {"case", "evidence", "patrol"}


@pytest.mark.parametrize(
    ("role", "region"), [("county", OTHER), ("guard", OTHER), ("citizen", ""), ("citizen", COUNTY)]
)
def test_strangers_hear_nothing_of_it_and_move_on(person, incident, role, region):
    position, events = heard(person(role, region=region, username="stranger").user)
    assert events == []
    assert position == Event.objects.order_by("-id").first().id


def test_who_comes_back_with_the_last_id_misses_nothing_and_hears_nothing_twice(person, incident):
    office = person("county", region=COUNTY).user
    _, events = heard(office)
    _, later = heard(office, events[0]["id"])
    assert later == events[1:]


def request(path="/live", method="GET", headers=()):
    sent = []

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": path, "method": method, "headers": list(headers)}
    asyncio.run(live.application(scope, receive, send))
    return sent[0]["status"]


@pytest.mark.django_db(transaction=True)
def test_nobody_is_served_without_a_session():
    assert request() == 401
    assert request(headers=[(b"cookie", b"sessionid=00000000000000000000000000000000")]) == 401
    assert request("/elsewhere") == 404
    assert request(method="POST") == 404


@pytest.fixture(autouse=True)
def _the_connection_is_the_tests(monkeypatch):
    """The test's own transaction must not be closed under it; in the process every look begins with a fresh one."""
    monkeypatch.setattr("riverchief.web.live.close_old_connections", lambda: None)
