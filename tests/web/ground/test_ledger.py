"""The ledger: filters, pages, figures; marks and joint counties; splitting; hot lines; the monthly table."""

import io
import math
from datetime import UTC, datetime
from itertools import product

import openpyxl
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from riverchief.web import integrity
from riverchief.web.govern.facts import collect
from riverchief.web.ground import cases, ledger
from riverchief.web.ground.models import Case, Handoff, Move, SeriesCount
from web.ground.sheets import uploaded, workbook

COUNTY, OTHER = "149901000000", "149902000000"
HERE = {"lon": 112.2284, "lat": 37.2482}


def post(client, path, **body):
    return client.post(f"/api/v1/ground/{path}", body, content_type="application/json")


def listed(client, **asked):
    return client.get("/api/v1/ground/cases", asked).json()


@pytest.fixture
def office(person):
    return person("county", region=COUNTY)


@pytest.fixture
def some(person, office, clock):
    """Five reports an hour apart: two dumps, a sign, two without a type."""
    guard = person("guard", region=COUNTY)
    made = []
    for type_, values in (
        ("dumping", {"material": "rubble", "volume_m3": 3}),
        ("dumping", {"material": "spoil"}),
        ("public_sign", {"fault": "missing"}),
        ("", {}),
        ("", {}),
    ):
        made.append(post(guard, "cases", **HERE, note=f"{type_} seen", type=type_, values=values).json())
        clock.advance(3600)
    return made


def test_the_catalogue_is_served_for_a_day(office):
    told = office.get("/api/v1/ground/case-types?on=2026-11-21").json()
    assert {"dumping", "outfall", "grazing"} <= {one["code"] for one in told["items"]}
    assert told["checklist"][0]["code"] == "water_body"
    assert not any(group["confirmed"] for group in told["groups"])
    old = office.get("/api/v1/ground/case-types?on=2018-01-01").json()
    assert "dumping" not in {one["code"] for one in old["items"]}
    assert office.get("/api/v1/ground/case-types?on=x").status_code == 400


def test_a_report_has_the_severity_of_its_type_and_faults_by_field(person, some):
    assert [(one["type"], one["severity"]) for one in some[:4]] == [
        ("dumping", 2), ("dumping", 2), ("public_sign", 1), (None, 1),
    ]  # fmt: skip
    guard = person("guard", region=COUNTY, username="g2")
    refused = post(guard, "cases", **HERE, note="x", type="dumping", values={"volume_m3": -1})
    assert refused.status_code == 400
    assert {fault["field"] for fault in refused.json()["data"]["faults"]} == {"material", "volume_m3"}


def test_every_filter_gives_what_counting_by_hand_gives(office, some):
    assert listed(office, type="dumping")["total"] == 2
    assert listed(office, type="none")["total"] == 2
    assert listed(office, group="duty")["total"] == 1
    assert listed(office, region="149902")["total"] == 0
    assert listed(office, reach="qx1", source="walker", stage="open")["total"] == 5
    assert listed(office, **{"from": "2026-11-22"})["total"] == 0
    assert listed(office, **{"from": "2026-11-21", "to": "2026-11-21"})["total"] == 5
    assert office.get("/api/v1/ground/cases?type=dumpin").json()["code"] == "input.unknown_name"
    assert office.get("/api/v1/ground/cases?from=yesterday").status_code == 400
    figures = office.get("/api/v1/ground/ledger/figures").json()
    assert (figures["total"], figures["open"], figures["overdue"]) == (5, 5, 0)
    assert figures["types"] == [{"type": None, "n": 2}, {"type": "dumping", "n": 2}, {"type": "public_sign", "n": 1}]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
def test_pages_follow_each_other_and_none_is_lost_when_more_arrive(person, office, some, size):
    guard = person("guard", region=COUNTY, username="g3")
    seen, after = [], ""
    while True:
        page = listed(office, limit=size, after=after)
        seen += [one["id"] for one in page["items"]]
        if len(seen) == size:
            post(guard, "cases", **HERE, note="meanwhile")
        if not page["next"]:
            break
        after = page["next"]
    assert seen == [one["id"] for one in reversed(some)]
    assert listed(office, after="x")["code"] == "input"


def test_stages_are_those_of_the_ledger(office, some):
    names = {one["stage"] for one in listed(office)["items"]}
    assert names == {"open"}
    Case.objects.filter(pk=some[0]["id"]).update(state="handled")
    Case.objects.filter(pk=some[1]["id"]).update(state="rejected")
    told = {one["id"]: one["stage"] for one in listed(office)["items"]}
    assert (told[some[0]["id"]], told[some[1]["id"]]) == ("recheck", "void")
    for stage in ledger.STAGES:
        found = {one["id"] for one in listed(office, stage=stage)["items"]}
        assert found == {key for key, name in told.items() if name == stage}


def test_the_catalogue_of_a_group_is_that_of_the_local_day(office, some, clock, monkeypatch):
    """At two in the morning of the 22nd in China it is still the 21st in UTC."""
    asked = []
    catalogue = ledger.casetypes.catalogue
    monkeypatch.setattr(ledger.casetypes, "catalogue", lambda day: asked.append(day) or catalogue(day))
    clock.at = datetime(2026, 11, 21, 18, tzinfo=UTC)
    listed(office, group="four_disorders")
    assert asked[0].isoformat() == "2026-11-22"


def test_a_type_is_said_later_and_sealed(office, some):
    key = some[3]["id"]
    told = post(office, f"cases/{key}/type", type="outfall", values={"fault": "晴天排水"}).json()
    assert (told["type"], told["values"]) == ("outfall", {"fault": "dry_flow"})
    move = Move.objects.get(case=key, action="classify")
    assert move.data == {"type": "outfall", "values": {"fault": "dry_flow"}}
    assert list(integrity.faults()) == []
    Move.objects.filter(pk=move.pk).update(data={"type": "grazing"})
    assert [fault.what for fault in integrity.faults()] == ["case"]


def test_another_county_takes_part_and_leads_nothing(person, office, some):
    neighbour, key = person("county", region=OTHER), some[0]["id"]
    assert neighbour.get(f"/api/v1/ground/cases/{key}").status_code == 404
    assert post(office, f"cases/{key}/counties", region=OTHER, reason=" ").status_code == 400
    told = post(office, f"cases/{key}/counties", region=OTHER, reason="垃圾来自下川县").json()
    assert told["joint_regions"] == [OTHER]
    shown = neighbour.get(f"/api/v1/ground/cases/{key}").json()
    assert (shown["allowed"], shown["marks"]) == ([], ["add_part"])
    assert post(neighbour, f"cases/{key}/actions", action="accept").status_code == 403
    assert post(neighbour, f"cases/{key}/parts", note="已清理我县一侧").status_code == 200
    assert post(office, f"cases/{key}/parts", note="x").status_code == 403
    assert post(office, f"cases/{key}/counties/leave", region=OTHER, reason="已办结").status_code == 200
    assert neighbour.get(f"/api/v1/ground/cases/{key}").status_code == 404
    assert list(integrity.faults()) == []


def test_a_department_of_the_other_county_verifies_nothing(person, office, some):
    own, guest = person("department", region=COUNTY), person("department", region=OTHER)
    key = some[0]["id"]
    post(office, f"cases/{key}/counties", region=OTHER, reason="垃圾来自下川县")
    Case.objects.filter(pk=key).update(state="handled", handler="li")
    assert guest.get(f"/api/v1/ground/cases/{key}").json()["allowed"] == []
    assert post(guest, f"cases/{key}/actions", action="verify", note="好").status_code == 403
    assert post(own, f"cases/{key}/actions", action="verify", note="好").status_code == 200


def test_parts_of_what_is_confidential_are_confidential(person, some):
    above, key = person("prefecture", region="149900000000"), some[0]["id"]
    Case.objects.filter(pk=key).update(confidential=True)
    made = post(above, f"cases/{key}/split", reason="两件事", parts=[{"note": "堆渣"}]).json()["items"]
    assert [Case.objects.get(pk=one["id"]).confidential for one in made] == [True]
    county = person("county", region=COUNTY, username="c9")
    assert county.get(f"/api/v1/ground/cases/{made[0]['id']}").status_code == 404


def test_the_ladder_does_not_open_what_is_confidential_to_the_county(person, office, some, clock):
    above, key = person("prefecture", region="149900000000"), some[0]["id"]
    Case.objects.filter(pk=key).update(confidential=True, due_at=clock.now())
    clock.advance(30 * 86_400)
    cases.escalate_overdue()
    case = Case.objects.get(pk=key)
    assert case.escalation > 1
    assert f",{above.user.username}," in case.assignees
    assert f",{office.user.username}," not in case.assignees


def test_the_next_number_is_not_looked_for_among_all_cases(office, some):
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        cases._next_number(2026)
    assert not [query for query in asked.captured_queries if "ground_case" in query["sql"]]
    SeriesCount.objects.all().delete()
    with transaction.atomic():
        assert int(cases._next_number(2026)[5:]) == len(some) + 1


def test_a_case_is_split_and_every_part_says_where_it_came_from(office, some):
    key = some[0]["id"]
    parts = [
        {"note": "堆渣", "type": "dumping", "values": {"material": "spoil"}},
        {
            "note": "公示牌缺失",
            "type": "public_sign",
            "values": {"fault": "missing"},
            "reach": "qx1",
            "chainage_m": 500,
        },
    ]
    assert post(office, f"cases/{key}/split", reason="两件事", parts=[]).status_code == 400
    bad = post(
        office, f"cases/{key}/split", reason="x", parts=[parts[0], {"note": "x", "type": "dumping", "values": {}}]
    )
    assert bad.status_code == 200, "values of the same type are taken over"
    assert Case.objects.filter(split_from=key).count() == 2
    made = post(office, f"cases/{key}/split", reason="两件事", parts=parts).json()["items"]
    assert [(one["type"], one["split_from"], one["state"]) for one in made] == [
        ("dumping", key, "dispatched"), ("public_sign", key, "dispatched"),
    ]  # fmt: skip
    assert office.get(f"/api/v1/ground/cases/{key}").json()["case"]["state"] == "reported"
    tree = office.get(f"/api/v1/loop/explain/{made[0]['id']}").json()
    assert key in str(tree)
    assert list(integrity.faults()) == []


def test_enforcement_is_sealed_with_its_fine_in_fen(person, office, some):
    key, police = some[0]["id"], person("police", region="149900000000")
    given = {
        "to": "police",
        "receiver": "上川县公安局",
        "number": "移〔2026〕3号",
        "day": "2026-11-21",
        "note": "涉嫌非法采矿",
    }
    assert post(police, f"cases/{key}/hand-over", **given).status_code == 200
    assert post(office, f"cases/{key}/hand-over", **{**given, "to": "nobody"}).status_code == 400
    assert post(office, f"cases/{key}/enforcement", result="罚款", fine_fen=-1).status_code == 400
    assert post(office, f"cases/{key}/enforcement", result="罚款", fine_fen=5_000_000).status_code == 200
    assert Move.objects.get(action="enforcement").data["fine_fen"] == 5_000_000
    assert post(person("guard", region=COUNTY, username="g8"), f"cases/{key}/hand-over", **given).status_code == 403


COMPLAINT = {
    **HERE,
    "hotline": "12345",
    "number": "12345-1",
    "received": "2026-11-20",
    "text": "河边堆了很多建筑垃圾，没人清理",
}


def test_a_complaint_becomes_a_case_with_both_clocks(office):
    told = post(office, "handoffs", **COMPLAINT, due="2026-11-27").json()
    assert (told["due"], told["due_given"], told["answer_to"]) == ("2026-11-27T16:00:00.000Z", True, "centre")
    assert told["case_due"] is not None
    refused = post(office, "handoffs", **COMPLAINT)
    assert (refused.status_code, refused.json()["data"]["case_number"]) == (409, told["case_number"])
    no_rule = post(office, "handoffs", **{**COMPLAINT, "number": "2"}).json()
    assert no_rule["due"] is None, "no figure is invented for a hotline of the nation"
    assert [one["number"] for one in no_rule["similar"]] == [told["case_number"]]
    example = post(office, "handoffs", **{**COMPLAINT, "hotline": "96133", "number": "3", "text": "水很臭"}).json()
    assert example["due"] == "2026-12-04T16:00:00.000Z", "ten working days after Friday 20 November 2026"
    assert (example["similar"], example["confirmed"]) == ([], False)


def test_cases_are_counted_by_the_piece_of_river_they_lie_on(person, office, some):
    told = office.get("/api/v1/ground/ledger/along").json()
    reach, chainage_m = listed(office)["items"][0]["reach"], listed(office)["items"][0]["chainage_m"]
    assert [(one["reach"], one["n"]) for one in told["items"]] == [(reach, 5)]
    assert told["items"][0]["from_m"] <= chainage_m < told["items"][0]["from_m"] + told["piece_m"]
    place = told["items"][0]
    off_m = math.hypot((place["lon"] - HERE["lon"]) * 88_500, (place["lat"] - HERE["lat"]) * 111_000)
    assert off_m < told["piece_m"], "the middle of the piece lies near what was reported"
    assert office.get("/api/v1/ground/ledger/along?type=dumping").json()["total"] == 2
    assert person("county", region=OTHER).get("/api/v1/ground/ledger/along").json()["items"] == []


def test_a_complaint_joins_an_open_case_and_is_answered_once(office):
    first = post(office, "handoffs", **COMPLAINT).json()
    second = post(office, "handoffs", **{**COMPLAINT, "number": "2", "into": first["case_number"]}).json()
    assert second["case"] == first["case"]
    assert Case.objects.count() == 1
    assert post(office, f"handoffs/{second['id']}/answer", text=" ").status_code == 400
    assert post(office, f"handoffs/{second['id']}/answer", text="已清运").json()["answer"] == "已清运"
    assert post(office, f"handoffs/{second['id']}/answer", text="又答").status_code == 409
    states = {
        state: office.get(f"/api/v1/ground/handoffs?state={state}").json()["total"] for state in ("open", "answered")
    }
    assert states == {"open": 1, "answered": 1}
    book = openpyxl.load_workbook(io.BytesIO(office.get("/api/v1/ground/handoffs/answers.xlsx").content))
    rows = list(book.active.iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == ["2"]
    assert rows[1][6] == "已清运"
    assert list(integrity.faults()) == []


def test_a_complaint_comes_in_while_the_working_days_of_the_new_year_are_not_known(office, clock):
    clock.at = datetime(2031, 1, 6, 4, tzinfo=UTC)
    told = post(office, "handoffs", **{**COMPLAINT, "hotline": "96133", "received": "2031-01-06"})
    assert (told.status_code, told.json()["due"], told.json()["case_due"]) == (200, None, None)


def test_a_complaint_joins_no_case_that_has_ended(office):
    first = post(office, "handoffs", **COMPLAINT).json()
    Case.objects.filter(pk=first["case"]).update(state="closed")
    refused = post(office, "handoffs", **{**COMPLAINT, "number": "2", "into": first["case_number"]})
    assert (refused.status_code, Handoff.objects.count()) == (409, 1)


def test_a_number_that_another_county_has_tells_nothing_of_its_case(office, person):
    first = post(office, "handoffs", **COMPLAINT).json()
    other = person("county", region="149902000000")
    here = {"lon": 112.0632, "lat": 37.0632}
    refused = post(other, "handoffs", **{**COMPLAINT, **here}).json()
    assert "another region" in refused["sentence"]
    assert first["case_number"] not in str(refused)
    assert first["case"] not in str(refused)
    data = workbook(
        ("工单编号", "诉求内容", "经度", "纬度", "受理时间"),
        (COMPLAINT["number"], "x", here["lon"], here["lat"], "2026-11-18"),
    )
    form = {"file": uploaded(data), "hotline": COMPLAINT["hotline"], "dry_run": "false"}
    told = other.post("/api/v1/ground/handoffs/import", form).json()
    assert (told["new"], told["known"], told["faulty"], first["case_number"] in str(told)) == (0, 0, 1, False)


def test_a_table_of_a_hotline_is_looked_at_and_taken_once(office):
    heads = ("工单编号", "诉求内容", "经度", "纬度", "受理时间", "办理时限")
    data = workbook(
        heads,
        ("A1", "河边垃圾", 112.2284, 37.2482, "2026-11-18 09:30", "2026-11-25"),
        ("A2", "x", "", "", "2026-11-18", ""),
    )

    def send(dry):
        form = {"file": uploaded(data), "hotline": "12345", "dry_run": dry}
        return office.post("/api/v1/ground/handoffs/import", form).json()

    assert (send("true")["new"], Handoff.objects.count()) == (1, 0)
    taken = send("false")
    assert (taken["new"], taken["faulty"], Handoff.objects.count()) == (1, 1, 1)
    assert Handoff.objects.get().received_at.isoformat() == "2026-11-18T01:30:00+00:00"
    assert send("false")["known"] == 1


def test_the_monthly_table_is_what_the_lists_behind_it_count(person, office, some, clock):
    """Every figure of county and type against the list that its link opens."""
    Case.objects.filter(pk=some[0]["id"]).update(state="closed", closed_at=clock.now(), confirmed_at=clock.now())
    clock.advance(60)
    facts = collect("ledger", "2026-11", "149900000000")
    above = person("prefecture", region="149900000000")
    part = facts.part("ledger_types")
    assert [(row["type"]["zh"], row["opened"], row["closed"], row["rate"]) for row in part.rows] == [
        ("乱堆", 2, 1, 0.5), ("公示牌", 1, 0, 0.0), ("未认定类型", 2, 0, 0.0),
    ]  # fmt: skip
    for row, figure in product([*part.rows, *facts.part("ledger").rows], ("opened", "closed", "standing", "overdue")):
        path = row["_queries"][figure].replace("/cases", "/api/v1/ground/cases")
        assert above.get(path).json()["total"] == row[figure], path
