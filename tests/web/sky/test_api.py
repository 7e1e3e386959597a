"""Flights over HTTP: the plan, photographs in bulk, marks, one click to a case."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from riverchief.base.errors import WrongState
from riverchief.web.ground import cases
from riverchief.web.ground.models import Case
from riverchief.web.sky import missions
from riverchief.web.sky.models import Finding, Mission
from web.pictures import picture

COUNTY = "149901000000"


@pytest.fixture
def mission(platform):
    return missions.plan([("qx1", 8000.0, 10000.0)])


def _upload(client, mission, files):
    sent = [SimpleUploadedFile(name, data, "image/jpeg") for name, data in files]
    return client.post(f"/api/v1/sky/missions/{mission.pk}/photos", {"files": sent})


def test_a_mission_has_a_plan_that_a_ground_station_reads_and_covers_its_corridor(person, mission):
    client = person("county", region=COUNTY)
    plan = client.get(f"/api/v1/sky/missions/{mission.pk}/plan")
    content = json.loads(plan.content)
    assert (content["fileType"], content["version"]) == ("Plan", 1)
    assert all(item["type"] == "SimpleItem" for item in content["mission"]["items"])
    assert "attachment" in plan["Content-Disposition"]
    shown = client.get(f"/api/v1/sky/missions/{mission.pk}").json()
    kinds = {f["properties"]["kind"] for f in shown["lines"]["features"]}
    assert {"corridor", "line", "photo", "home"} <= kinds
    assert shown["coverage"]["fraction"] == 0.0
    assert shown["mission"]["length_m"] == pytest.approx(
        2000, rel=0.1
    )  # the drawn line is shorter than the surveyed river
    assert client.get(f"/api/v1/sky/missions/{mission.pk}/plan?sortie=99").status_code == 404


def test_photographs_at_the_planned_points_cover_the_corridor_and_gaps_show(person, mission):
    client = person("county", region=COUNTY)
    points = sorted(
        f["geometry"]["coordinates"] for f in mission.plan["geojson"]["features"] if f["properties"]["kind"] == "photo"
    )
    files = [(f"{i}.jpg", picture(*p, colour=i % 100)) for i, p in enumerate(points[: len(points) // 2])]
    answers = _upload(client, mission, files).json()["items"]
    assert all(a["accepted"] for a in answers)
    half = client.get(f"/api/v1/sky/missions/{mission.pk}").json()
    assert 0.2 < half["coverage"]["fraction"] < 0.9
    assert half["coverage"]["gaps"]["features"]
    assert half["mission"]["state"] == "flown"
    assert all(p["placed"] and p["reach"] == "qx1" for p in half["photos"])


def test_what_is_no_image_is_refused_by_name_and_the_rest_is_kept(person, mission):
    client = person("county", region=COUNTY)
    answers = _upload(
        client,
        mission,
        [("a.jpg", b"not an image"), ("b.jpg", picture(112.23, 37.249)), ("c.jpg", picture(None, None))],
    ).json()
    by_name = {a["name"]: a for a in answers["items"]}
    assert not by_name["a.jpg"]["accepted"]
    assert "no photograph" in by_name["a.jpg"]["why"]
    assert by_name["b.jpg"]["accepted"]
    assert by_name["c.jpg"]["accepted"]
    assert by_name["c.jpg"]["why"]
    again = _upload(client, mission, [("b.jpg", picture(112.23, 37.249))]).json()["items"][0]
    assert again["id"] == by_name["b.jpg"]["id"]
    assert "already" in again["why"]


def test_a_public_copy_carries_no_position(person, mission):
    client = person("county", region=COUNTY)
    photo = _upload(client, mission, [("b.jpg", picture(112.23, 37.249))]).json()["items"][0]["id"]
    content = client.get(f"/api/v1/sky/photos/{photo}/image").content
    assert b"RelativeAltitude" not in content
    assert b"Exif" not in content[:64]


def test_a_mark_becomes_a_finding_with_its_error_and_one_click_makes_it_a_case(person, mission):
    client = person("county", region=COUNTY)
    photo = _upload(client, mission, [("b.jpg", picture(112.23, 37.249))]).json()["items"][0]["id"]
    mark = {"u": 264, "v": 198, "kind": "plume", "note": "dark water"}
    finding = client.post(f"/api/v1/sky/photos/{photo}/findings", mark, content_type="application/json").json()
    assert finding["reach"] == "qx1"
    assert finding["lon"] == pytest.approx(112.23, abs=1e-4)
    assert 1 < finding["error_m"] < 10
    case = client.post(f"/api/v1/sky/findings/{finding['id']}/case").json()
    assert case["source"] == "finding"
    assert Case.objects.count() == 1
    assert client.post(f"/api/v1/sky/findings/{finding['id']}/case").status_code == 409
    outside = client.post(f"/api/v1/sky/photos/{photo}/findings", mark | {"u": 9999}, content_type="application/json")
    assert outside.status_code == 400
    assert "outside of the image" in outside.json()["sentence"]


def test_two_clicks_at_once_make_one_case_and_none_goes_into_one_that_was_refused(person, mission):
    client = person("county", region=COUNTY)
    photo = _upload(client, mission, [("b.jpg", picture(112.23, 37.249))]).json()["items"][0]["id"]
    mark = {"u": 264, "v": 198, "kind": "plume", "note": "dark water"}
    keys = [
        client.post(f"/api/v1/sky/photos/{photo}/findings", mark, content_type="application/json").json()["id"]
        for _ in range(2)
    ]
    seen_open = Finding.objects.get(pk=keys[0])  # as the second of two requests has read it
    first = cases.open_from_finding(Finding.objects.get(pk=keys[0]), "a")
    with pytest.raises(WrongState):
        cases.open_from_finding(seen_open, "b")
    assert Case.objects.count() == 1
    Case.objects.filter(pk=first.pk).update(state="rejected")
    Mission.objects.filter(pk=mission.pk).update(case=first.pk)
    second = cases.open_from_finding(Finding.objects.get(pk=keys[1]), "a")
    assert second.pk != first.pk


def test_other_counties_and_citizens_see_no_mission(person, mission):
    for client in (person("county", region="149902000000"), person("citizen")):
        assert client.get(f"/api/v1/sky/missions/{mission.pk}").status_code == 404
        assert client.get("/api/v1/sky/missions").json()["total"] == 0
