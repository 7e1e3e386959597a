"""Measures on the platform: prepared, tried, confirmed and planned by the twin; capacities; who may see them."""

from datetime import timedelta

import pytest

from riverchief.web import context
from riverchief.web.cloud.models import Alert
from riverchief.web.govern.models import Trace, TwinMeasures
from riverchief.web.govern.twin import measures
from riverchief.web.wire import iso

PATH = "/api/v1/govern/twin/measures"


@pytest.fixture
def office(person):
    return person("prefecture", region="149900000000")


def incident(code="nh3n", mass=900.0):
    now = context.now()
    alert = Alert.objects.create(
        id="alert-1", kind="pollution", severity=3, station="st-shiqiao", property=code, value=3.0, limit=1.0,
        lon=112.2, lat=37.2, reach="qx1", chainage_m=9000.0, region="149901000000", at=now, last_at=now,
    )  # fmt: skip
    suspect = {"code": "out-chem", "kind": "outfall", "name_zh": "x", "name_en": "x", "lon": None, "lat": None}
    candidates = [
        {**suspect, "probability": p, "reach": "qx1", "chainage_m": x, "start": iso(now - timedelta(hours=3)),
         "duration_s": 36 * 3600.0, "mass_kg": m}
        for p, x, m in ((0.7, 4200.0, mass), (0.3, 6000.0, 0.8 * mass))
    ]  # fmt: skip
    Trace.objects.create(id="trace-1", alert=alert, at=now, n_readings=5, candidates=candidates, engine="test")
    return alert


def answered(office, ask, values=None):
    answer = office.post(
        PATH, {"alert": "alert-1", "ask": ask, "values": values or {}}, content_type="application/json"
    )
    assert answer.status_code == 200, answer.content[:300]
    measures.run(answer.json()["id"])
    row = TwinMeasures.objects.get(pk=answer.json()["id"])
    assert (row.state, row.error) == ("done", {})
    return office.get(f"{PATH}?alert=alert-1").json()


def test_levers_are_prepared_tried_and_confirmed(platform, office):
    incident()
    assert office.get(f"{PATH}?alert=alert-1").json()["prepare"] is None
    ready = answered(office, "prepare")["prepare"]
    codes = [lever["code"] for lever in ready["levers"]]
    assert "cut:spill" in codes
    values = {"cut:spill": 0.8}
    told = office.post(PATH, {"alert": "alert-1", "values": values}, content_type="application/json").json()
    idle = office.post(PATH, {"alert": "alert-1", "values": {}}, content_type="application/json").json()
    assert idle["cost_yuan"] == 0
    assert told["cost_yuan"] > 0
    assert all(a["ratio"] <= b["ratio"] for a, b in zip(told["goals"], idle["goals"], strict=True))
    came = answered(office, "confirm", values)["confirm"]
    for quick, full in zip(told["goals"], came["goals"], strict=True):
        assert quick["code"] == full["code"]
        assert quick["peak_mgl"] == pytest.approx(full["peak_mgl"], rel=0.05)
        assert full["band"][0] <= full["band"][2]


def test_a_plan_says_what_is_reached_or_what_stands_in_the_way(platform, office):
    incident()
    made = answered(office, "plan")["plan"]
    assert made["reached"] or made["smallest_mgl"]
    assert made["reached"] or made["binding"]
    for goal in made["goals"]:
        assert goal["ratio"] <= 1.0 + 1e-6 or goal["code"] in made["smallest_mgl"]


def test_what_cannot_be_asked_is_an_answer(platform, office):
    incident("tp")
    told = office.post(PATH, {"alert": "alert-1", "values": {"cut:spill": 0.5}}, content_type="application/json")
    assert told.status_code == 409
    assert office.get(f"{PATH}?alert=nothing").status_code == 404
    answered(office, "prepare")
    for values in ({"cut:spill": 2.0}, {"cut:moon": 0.1}):
        told = office.post(PATH, {"alert": "alert-1", "values": values}, content_type="application/json")
        assert told.status_code == 400


def test_what_the_twin_does_not_carry_fails_with_its_sentence(platform, office):
    incident("do")
    answer = office.post(PATH, {"alert": "alert-1", "ask": "plan"}, content_type="application/json").json()
    measures.run(answer["id"])
    told = office.get(f"{PATH}?alert=alert-1").json()
    assert "carries" in told["failed"]["sentence"]


def test_the_same_question_that_waits_is_asked_once(platform, office):
    incident()
    first, again = (
        office.post(PATH, {"alert": "alert-1", "ask": "plan"}, content_type="application/json").json()["id"]
        for _ in range(2)
    )
    assert first == again
    assert measures.next_queued() == first


def test_strangers_see_nothing_of_an_incident(platform, person):
    incident()
    stranger = person("county", region="149902000000")
    assert stranger.get(f"{PATH}?alert=alert-1").status_code == 404


def test_capacities_have_names_and_the_section_that_limits(platform, office):
    told = office.get("/api/v1/govern/twin/capacity?property=nh3n&fairness=equal").json()
    assert told["total"] == 3
    assert {row["code"] for row in told["items"]} == {"out-chem", "works-shangchuan", "out-farm"}
    for row in told["items"]:
        assert row["name_en"]
        assert row["binding"]["name_en"]
    assert office.get("/api/v1/govern/twin/capacity?property=benzene").status_code == 400
    assert office.get("/api/v1/govern/twin/capacity?fairness=fair").status_code == 400
