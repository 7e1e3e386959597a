"""Chiefs and offices act when it is their turn, and only then."""

from datetime import UTC, datetime, timedelta

import pytest

from riverchief.base.places import Place
from riverchief.base.time import FixedClock
from riverchief.simulate.actors import CHECK, FLIGHT_WAIT, SET_OUT, Office, Walker, county_of
from riverchief.simulate.api import Cast
from simulate.platform import People

NOW = datetime(2026, 5, 12, 0, 0, tzinfo=UTC)
CASE = {
    "id": "case-1",
    "number": "2026-00001",
    "state": "dispatched",
    "assigned_to": "ch-beiguan",
    "region": "149901000000",
    "alert": "alert-1",
    "section": "sec-shiqiao",
    "params": {"property": "nh3n"},
    "reach": "qx1",
    "chainage_m": 9_500.0,
    "lon": 112.22,
    "lat": 37.25,
    "opened_at": "2026-05-12T00:00:00Z",
    "confirmed_at": None,
}


def move(action, hours=0.0):
    at = (NOW + timedelta(hours=hours)).isoformat()
    return {"step": "move", "id": f"case-1:{action}", "summary_key": f"case.move.{action}", "at": at}


@pytest.fixture
def people(monkeypatch):
    found = People()
    found.install(monkeypatch)
    return found


@pytest.fixture
def clock():
    return FixedClock(NOW)


def tell(people, *allowed, state="dispatched", timeline=(), evidence=()):
    """What the ledger and the case's page say."""
    case = {**CASE, "state": state}
    people.answers["GET", "/ground/cases"] = {"items": [case]}
    page = {"case": case, "timeline": [move("dispatch"), *timeline], "evidence": list(evidence)}
    people.answers["GET", "/ground/cases/case-1"] = {**page, "allowed": [{"action": a, "needs": []} for a in allowed]}
    people.answers["GET", "/today"] = {"items": [{"id": "case-1"}]}
    people.answers["GET", "/ground/patrols"] = {"items": []}


PATROL = {
    "id": "patrol-01KRCC0HS9TXPRXRS00YTTDCHX",
    "case": "case-1",
    "by": "chief-ch-beiguan",
    "points": 0,
    "finished_at": None,
}


# ------------------------------------------------------------------ the chief


@pytest.fixture
def walker(people, clock, mini):
    return Walker(Cast("http://river.test"), clock, mini)


def test_a_chief_sets_out_some_time_after_the_dispatch(people, clock, walker):
    tell(people, "handle", "return")
    clock.at = NOW + SET_OUT - timedelta(seconds=1)
    assert walker.step() == []
    clock.at = NOW + SET_OUT
    people.answers["POST", "/ground/patrols"] = PATROL
    assert walker.step() == ["chief-ch-beiguan starts walking for 2026-00001"]
    assert people.done() == [("/ground/patrols", {"case": "case-1"})]


def test_a_chief_does_nothing_about_a_case_that_is_not_on_the_list_of_today(people, clock, walker):
    tell(people, "handle")
    people.answers["GET", "/today"] = {"items": [{"id": "case-2"}]}
    clock.at = NOW + 2 * SET_OUT
    assert walker.step() == []
    assert people.done() == []


def test_a_chief_walks_records_and_ends_the_patrol(people, clock, walker):
    tell(people, "handle")
    patrol = {**PATROL, "started_at": (NOW + SET_OUT).isoformat()}
    people.answers["GET", "/ground/patrols"] = {"items": [patrol]}
    clock.at = NOW + SET_OUT + timedelta(minutes=5)
    assert walker.step() == []
    (path, body), *rest = people.done()
    assert (path, rest) == (f"/ground/patrols/{PATROL['id']}/track", [])
    assert body["system"] == "wgs84"
    assert len(body["points"]) == 31
    assert max(p[0] for p in body["points"]) <= clock.now().timestamp()
    people.calls.clear()
    clock.at = NOW + SET_OUT + timedelta(hours=1)
    people.answers["POST", f"/ground/patrols/{PATROL['id']}/finish"] = {"result": {"length_m": 1_127.4}}
    assert walker.step() == ["chief-ch-beiguan walked 1,127 m for 2026-00001"]
    assert [path.rpartition("/")[2] for path, _ in people.done()] == ["track", "finish"]


def test_a_chief_reports_with_picture_and_note_each_brought_once(people, clock, walker):
    patrol = {**PATROL, "started_at": (NOW + SET_OUT).isoformat(), "finished_at": (NOW + 2 * SET_OUT).isoformat()}
    clock.at = NOW + 3 * SET_OUT
    tell(people, "handle", evidence=[{"kind": "track", "patrol": PATROL["id"]}])
    people.answers["GET", "/ground/patrols"] = {"items": [patrol]}
    assert walker.step() == ["chief-ch-beiguan reports 2026-00001 as handled"]
    paths = [path.rpartition("/")[2] for path, _ in people.done()]
    assert paths == ["evidence", "notes", "actions"]
    assert people.done()[2][1]["action"] == "handle"
    assert people.files[0][1].startswith(b"\xff\xd8")
    people.calls.clear()
    brought = [{"kind": kind, "patrol": PATROL["id"]} for kind in ("track", "photo", "note")]
    tell(people, "handle", evidence=brought)
    people.answers["GET", "/ground/patrols"] = {"items": [patrol]}
    walker.step()
    assert [path.rpartition("/")[2] for path, _ in people.done()] == ["actions"]


def test_a_case_that_is_sent_round_again_is_walked_again(people, clock, walker):
    first = {**PATROL, "started_at": (NOW + SET_OUT).isoformat(), "finished_at": (NOW + 2 * SET_OUT).isoformat()}
    tell(people, "handle", timeline=[move("dispatch", hours=20)])
    people.answers["GET", "/ground/patrols"] = {"items": [first]}
    clock.at = NOW + timedelta(hours=21)
    people.answers["POST", "/ground/patrols"] = PATROL
    assert walker.step() == ["chief-ch-beiguan starts walking for 2026-00001"]


# ------------------------------------------------------------------ the office


@pytest.fixture
def office(people, clock, mini):
    return Office(Cast("http://river.test"), clock, mini)


def acted(people):
    return [(body["action"], bool(body["note"])) for path, body in people.done() if path.endswith("/actions")]


def test_the_county_verifies_when_the_flight_has_brought_its_finding(people, clock, office):
    mission, finding = ({"step": step, "id": f"{step}-1", "at": NOW.isoformat()} for step in ("mission", "finding"))
    clock.at = NOW + timedelta(hours=1) + CHECK
    tell(people, "verify", "fail", "fly_again", state="handled", timeline=[move("handle", hours=1), mission])
    assert office.step() == []
    tell(people, "verify", "fail", state="handled", timeline=[move("handle", hours=1), mission, finding])
    clock.at -= timedelta(minutes=1)
    assert office.step() == [], "not at once"
    clock.at += timedelta(minutes=1)
    assert office.step() == ["county-149901: verify 2026-00001"]
    assert acted(people) == [("verify", True)]


def test_the_county_does_not_wait_for_a_flight_for_ever(people, clock, office):
    mission = {"step": "mission", "id": "mission-1", "at": NOW.isoformat()}
    tell(people, "verify", state="handled", timeline=[move("handle", hours=1), mission])
    clock.at = NOW + timedelta(hours=1, minutes=1) + FLIGHT_WAIT
    assert office.step() == ["county-149901: verify 2026-00001"]


@pytest.mark.parametrize(
    ("value", "hours", "closes"),
    [(0.94, 5, True), (0.96, 5, False), (1.4, 5, False), (0.3, -1, False)],
    ids=["calm", "too near to the limit", "above the limit", "older than the case"],
)
def test_the_county_closes_when_the_section_keeps_its_limit(people, clock, office, value, hours, closes):
    clock.at = NOW + timedelta(hours=6)
    tell(people, "close", state="verified", timeline=[move("verify", hours=2)])
    people.answers["GET", "/cloud/sections/sec-shiqiao"] = {
        "target_class": 3,
        "thresholds": {"nh3n": [0.15, 0.5, 1.0, 1.5, 2.0]},
        "now": {
            "inputs": [{"property": "nh3n", "value": value, "time": (NOW + timedelta(hours=hours)).isoformat()}],
        },
    }
    assert bool(office.step()) is closes
    assert acted(people) == ([("close", True)] if closes else [])


def test_the_prefecture_is_the_second_person_and_dispatches_anew(people, clock, office):
    clock.at = NOW + timedelta(hours=30)
    tell(people, state="closed", timeline=[move("close", hours=3)])
    assert office.step() == [], "nothing is allowed while readings may still come"
    tell(people, "confirm", state="closed", timeline=[move("close", hours=3)])
    assert office.step() == ["prefecture: confirm 2026-00001"]
    tell(people, "dispatch", state="reopened", timeline=[move("reopen", hours=5)])
    assert office.step() == ["county-149901: dispatch 2026-00001"]


def test_a_county_is_told_by_its_county_chief(mini):
    assert county_of(mini, Place("qx1", 9_500.0), NOW) == "149901000000"
    assert county_of(mini, Place("qx2", 8_600.0), NOW) == "149902000000"
    assert county_of(mini, Place("qx1", 9_500.0), datetime(2020, 1, 1, tzinfo=UTC)) == mini.region
