"""Meetings and notices: who may, what a decision becomes, who has read what and when first."""

import pytest

from riverchief.web.ground.models import Case

COUNTY, OTHER = "149901000000", "149902000000"


def post(client, path, **body):
    return client.post(f"/api/v1/ground/{path}", body, content_type="application/json")


MEETING = {
    "title": "第四季度河长会议", "held_at": "2026-11-20T09:00:00+08:00", "attendees": ["钱守川", " "], "minutes": "略",
    "decisions": ["清理北关段堆渣", "更换公示牌"],
}  # fmt: skip


@pytest.fixture
def office(person):
    return person("county", region=COUNTY)


def test_a_decision_becomes_one_case(person, office):
    kept = post(office, "meetings", **MEETING).json()
    assert kept["attendees"] == ["钱守川"]
    asked = {"decision": 1, "reach": "qx1", "chainage_m": 2300, "type": "dumping", "values": {"material": "spoil"}}
    told = post(office, f"meetings/{kept['id']}/cases", **asked).json()
    case = Case.objects.get()
    assert (case.source, case.params["note"], case.state) == ("meeting", "清理北关段堆渣", "dispatched")
    assert [one["case"] for one in told["decisions"]] == [case.pk, None]
    assert post(office, f"meetings/{kept['id']}/cases", **asked).status_code == 409
    assert post(office, f"meetings/{kept['id']}/cases", **{**asked, "decision": 9}).status_code == 400
    assert post(person("guard", region=COUNTY), "meetings", **MEETING).status_code == 403
    assert person("county", region=OTHER).get("/api/v1/ground/meetings").json()["total"] == 0


def test_who_has_read_a_notice_and_when_first(person, office, clock):
    guard, other = person("guard", region=COUNTY), person("guard", region=OTHER)
    sent = post(office, "notices", title="汛前巡查", text="请于本周内完成。", readers=["role:guard"]).json()
    assert (sent["readers"], sent["read"]) == (1, 0)
    assert other.get("/api/v1/ground/notices").json()["total"] == 0
    clock.advance(60)
    first = post(guard, f"notices/{sent['id']}/read").json()
    assert (first["to_me"], first["receipts"]) == (True, None)
    clock.advance(60)
    assert post(guard, f"notices/{sent['id']}/read").json()["read_at"] == first["read_at"]
    (told,) = office.get("/api/v1/ground/notices").json()["items"]
    assert told["receipts"] == [{"username": guard.user.username, "read_at": first["read_at"]}]
    assert post(office, "notices", title="x", text="y", readers=[other.user.username]).status_code == 400
    assert post(guard, "notices", title="x", text="y", readers=[guard.user.username]).status_code == 403
