"""Cases over HTTP: reported by a walker, walked to their end, closed for now; nobody verifies their own work."""

from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from riverchief.web.ground.models import Case, Evidence
from web.pictures import picture

COUNTY = "149901000000"


def act(client, key, action, **more):
    return client.post(
        f"/api/v1/ground/cases/{key}/actions", {"action": action, **more}, content_type="application/json"
    )


@pytest.fixture
def reported(person):
    guard = person("guard", region=COUNTY)
    given = {"lon": 112.2284, "lat": 37.2482, "note": "rubbish on the bank", "severity": 2}
    return guard.post("/api/v1/ground/cases", given, content_type="application/json").json()


def test_a_case_is_walked_to_its_end_by_two_people(person, reported, clock):
    office, chief, guard = (
        person("county", region=COUNTY),
        person("chief", chief="ch-beiguan"),
        person("guard", region=COUNTY, username="g2"),
    )
    key = reported["id"]
    assert reported["state"] == "reported"
    assert reported["assignee"]["code"] == "ch-beiguan"
    assert act(guard, key, "accept").status_code == 403
    assert act(office, key, "close").status_code == 409
    assert act(office, key, "accept").json()["state"] == "accepted"
    assert act(office, key, "dispatch").json()["state"] == "dispatched"
    assert [i["id"] for i in chief.get("/api/v1/today").json()["items"]] == [key]
    assert act(chief, key, "handle", note="cleaned").status_code == 400
    patrol = chief.post("/api/v1/ground/patrols", {"case": key}, content_type="application/json").json()
    t = clock.now().timestamp()
    track = [[t + 30 * i, 112.2284 + 0.0003 * i, 37.2482, 5.0] for i in range(60)]
    chief.post(f"/api/v1/ground/patrols/{patrol['id']}/track", {"points": track}, content_type="application/json")
    again = chief.post(
        f"/api/v1/ground/patrols/{patrol['id']}/track", {"points": track}, content_type="application/json"
    ).json()
    assert again["points"] == 60
    clock.advance(1800)
    done = chief.post(f"/api/v1/ground/patrols/{patrol['id']}/finish").json()
    assert done["result"]["length_m"] > 1000
    photo = SimpleUploadedFile("a.jpg", picture(112.2284, 37.2482), "image/jpeg")
    assert chief.post(f"/api/v1/ground/cases/{key}/evidence", {"files": [photo], "patrol": patrol["id"]}).json()[
        "items"
    ][0]["accepted"]
    assert act(chief, key, "handle", note="cleaned").json()["state"] == "handled"
    assert act(chief, key, "verify", note="fine").status_code == 403
    assert act(office, key, "verify", note="seen").json()["state"] == "verified"
    assert act(office, key, "close", note="done").json()["state"] == "closed"
    shown = office.get(f"/api/v1/ground/cases/{key}").json()
    assert [m["summary_key"] for m in shown["timeline"] if m["step"] == "move"] == [
        f"case.move.{a}" for a in ("submit", "accept", "dispatch", "handle", "verify", "close")
    ]
    assert {e["kind"] for e in shown["evidence"]} == {"track", "photo"}
    assert shown["chain_broken_at"] is None
    assert shown["closures"][0]["outcome"] == "provisional"


def test_the_other_county_cannot_read_the_case_by_its_address(person, reported):
    stranger = person("county", region="149902000000")
    answer = stranger.get(f"/api/v1/ground/cases/{reported['id']}")
    assert answer.status_code == 404
    assert "not yours to see" in answer.json()["sentence"]
    assert stranger.get("/api/v1/ground/cases").json()["total"] == 0
    assert act(stranger, reported["id"], "accept").status_code == 404
    assert stranger.get(f"/api/v1/loop/explain/{reported['id']}").status_code == 404


def test_after_a_silent_day_only_a_second_person_confirms(person, reported, clock):
    office, chief = person("county", region=COUNTY), person("chief", chief="ch-beiguan")
    key = reported["id"]
    act(office, key, "accept")
    act(office, key, "dispatch")
    chief.post(f"/api/v1/ground/cases/{key}/notes", {"text": "nothing left"}, content_type="application/json")
    act(chief, key, "handle", note="cleaned")
    act(office, key, "verify", note="seen")
    act(office, key, "close", note="done")
    second = person("prefecture", region="149900000000")
    assert act(second, key, "confirm").status_code == 409
    clock.advance(25 * 3600)
    assert act(office, key, "confirm").status_code == 403
    assert act(second, key, "confirm").status_code == 200
    assert Case.objects.get(pk=key).confirmed_at is not None


def test_a_changed_piece_of_evidence_is_named(person, reported):
    office = person("county", region=COUNTY)
    for text in ("first", "second", "third"):
        office.post(f"/api/v1/ground/cases/{reported['id']}/notes", {"text": text}, content_type="application/json")
    second = Evidence.objects.get(position=1)
    Evidence.objects.filter(pk=second.pk).update(text="something else")
    broken = office.get(f"/api/v1/ground/cases/{reported['id']}").json()["chain_broken_at"]
    assert broken["index"] == 1
    assert "changed" in broken["why"]


def test_a_chain_whose_end_was_cut_off_is_told(person, reported):
    office = person("county", region=COUNTY)
    for text in ("first", "second"):
        office.post(f"/api/v1/ground/cases/{reported['id']}/notes", {"text": text}, content_type="application/json")
    Evidence.objects.get(position=1).delete()
    broken = office.get(f"/api/v1/ground/cases/{reported['id']}").json()["chain_broken_at"]
    assert "its end is gone" in broken["why"]


def test_a_case_whose_working_days_are_not_known_yet_opens_without_a_deadline(person, reported, clock):
    guard = person("guard", region=COUNTY, username="g9")
    clock.advance(50 * 86_400)
    given = {"lon": 112.2284, "lat": 37.2482, "note": "rubbish", "severity": 1}
    case = guard.post("/api/v1/ground/cases", given, content_type="application/json").json()
    assert case["due"] is None
    assert "2027" in case["params"]["no_deadline"]


def test_a_report_far_from_every_river_is_answered(person):
    guard = person("guard", region=COUNTY)
    answer = guard.post("/api/v1/ground/cases", {"lon": 100, "lat": 30, "note": "x"}, content_type="application/json")
    assert answer.status_code == 400
    assert "from every reach" in answer.json()["sentence"]


def dispatched(office, key):
    act(office, key, "accept")
    return act(office, key, "dispatch").json()


def test_a_paused_case_has_no_deadline_and_then_a_later_one(person, reported, clock):
    """Severity 2 has five working days; it stands on Monday and Tuesday, and is put off by two."""
    office, key = person("county", region=COUNTY), reported["id"]
    due = dispatched(office, key)["due"]
    clock.advance(2 * 86_400)  # from Saturday to Monday, both at midnight
    paused = act(office, key, "pause", reason="the owner is in court").json()
    assert (paused["state"], paused["due"], paused["overdue"]) == ("paused", None, False)
    assert act(office, key, "handle", note="x").status_code == 409
    clock.advance(2 * 86_400)
    resumed = act(office, key, "resume").json()
    day = lambda text, n: f"{(datetime.fromisoformat(text) + timedelta(days=n)).isoformat(timespec='milliseconds')}"  # noqa: E731
    # Monday and Tuesday ended while it stood: two days are lost, and the weekend lies between
    assert resumed["due"][:10] == day(due, 4)[:10]
    extended = act(office, key, "extend", reason="rain", days=2).json()
    assert (extended["due"][:10], extended["extended"]) == (day(due, 6)[:10], 2)
    assert act(office, key, "extend", reason="rain").status_code == 400


def test_a_case_goes_on_as_another_one(person, reported):
    office, guard = person("county", region=COUNTY), person("guard", region=COUNTY, username="g3")
    more = {"lon": 112.2284, "lat": 37.2482, "note": "the same rubbish", "severity": 1}
    other = guard.post("/api/v1/ground/cases", more, content_type="application/json").json()
    assert act(office, other["id"], "merge", reason="the same").status_code == 400
    assert act(office, other["id"], "merge", reason="the same", into="2026-09999").status_code == 404
    itself = act(office, other["id"], "merge", reason="the same", into=other["number"])
    assert (itself.status_code, "name another open case" in itself.json()["sentence"]) == (409, True)
    merged = act(office, other["id"], "merge", reason="the same", into=reported["number"]).json()
    assert (merged["state"], merged["merged_into"]) == ("merged", reported["id"])
    assert guard.get(f"/api/v1/ground/cases/{reported['id']}").status_code == 200, "who reported sees where it went"
    back = act(office, reported["id"], "merge", reason="no", into=other["number"])
    assert back.status_code == 409
    stranger = person("county", region="149902000000")
    assert act(stranger, reported["id"], "merge", reason="x", into=other["number"]).status_code == 404


def test_what_stands_beside_is_nobodys_turn(person, reported):
    office, chief = person("county", region=COUNTY), person("chief", chief="ch-beiguan")
    key = reported["id"]
    dispatched(office, key)
    shown = office.get(f"/api/v1/ground/cases/{key}").json()["allowed"]
    assert {row["action"] for row in shown} == {"ask_above", "ask_others", "pause", "extend", "merge", "split"}
    assert all(row["beside"] for row in shown)
    assert office.get("/api/v1/ground/cases?mine=true").json()["items"] == []
    assert office.get("/api/v1/today").json()["items"] == []
    act(chief, key, "ask_others", reason="the ditch is the roads bureau's")
    assert [i["action_key"] for i in office.get("/api/v1/today").json()["items"]] == ["coordinate"]
    assert act(office, key, "coordinate", note="they send a digger").json()["state"] == "dispatched"
    act(chief, key, "ask_above", reason="needs money")
    prefecture = person("prefecture", region="149900000000")
    assert act(office, key, "instruct", note="go").status_code == 403
    assert act(prefecture, key, "instruct", note="money is there").json()["state"] == "accepted"
