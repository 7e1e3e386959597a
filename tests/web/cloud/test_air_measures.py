"""Measures about the air, their inspections, and the control list of a day."""

from datetime import date

import pytest

from riverchief.web.cloud.models import AirGrade, AirInspection, AirMeasure, AirWarning

GIVEN = {
    "kind": "loose_coal",
    "name_zh": "上川县散煤清零",
    "indicator_zh": "完成户数",
    "target": 1200,
    "unit": "户",
    "region": "149901",
    "state": "running",
}
URL = "/api/v1/cloud/air/measures"


def enter(client, **changed):
    return client.post(URL, {**GIVEN, **changed}, content_type="application/json")


@pytest.fixture
def county(person):
    return person("county", region="149901000000")


def test_an_office_enters_a_measure_and_others_see_it_by_region(county, person):
    made = enter(county)
    assert made.status_code == 200, made.content
    assert made.json()["region"] == "149901"
    assert (made.json()["target"], made.json()["done"], made.json()["name_en"]) == (1200, None, "上川县散煤清零")
    assert [one["id"] for one in county.get(URL).json()["items"]] == [made.json()["id"]]
    assert len(person("prefecture", region="149900000000").get(URL).json()["items"]) == 1
    assert person("county", region="149902000000").get(URL).json()["items"] == []
    assert person("citizen").get(URL).json()["items"] == []


def test_an_inspection_counts_and_completes(county):
    key = enter(county).json()["id"]
    at = f"{URL}/{key}/inspections"
    seen = county.post(at, {"finding": "抽查20户，2户复烧。", "done": 870}, content_type="application/json").json()
    assert (seen["done"], seen["state"]) == (870, "running")
    assert seen["inspections"][0]["person"] == "county-149901000000"
    seen = county.post(at, {"finding": "全部完成。", "done": 1200}, content_type="application/json").json()
    assert (seen["done"], seen["state"], len(seen["inspections"])) == (1200, "done", 2)
    assert AirInspection.objects.count() == 2


def test_what_was_not_counted_stays_unknown(county):
    key = enter(county).json()["id"]
    seen = county.post(f"{URL}/{key}/inspections", {"finding": "未清点。"}, content_type="application/json").json()
    assert seen["done"] is None


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"kind": "coal"}, 400),
        ({"state": "over"}, 400),
        ({"name_zh": " "}, 400),
        ({"target": -1}, 400),
        ({"region": "149902"}, 403),
        ({"region": "x"}, 400),
    ],
)
def test_wrong_measures_are_refused(county, changed, status):
    assert enter(county, **changed).status_code == status
    assert not AirMeasure.objects.exists()


def test_who_may_not(person, county):
    key = enter(county).json()["id"]
    guard = person("guard", region="149901000000")
    assert enter(guard).status_code == 403
    at = f"{URL}/{key}/inspections"
    assert guard.post(at, {"finding": "看过。"}, content_type="application/json").status_code == 200
    assert county.post(at, {"finding": "  "}, content_type="application/json").status_code == 400
    assert county.post(at, {"finding": "x", "done": -1}, content_type="application/json").status_code == 400
    other = person("county", region="149902000000")
    assert other.post(at, {"finding": "x"}, content_type="application/json").status_code == 404
    police = person("police", region="149901000000")
    assert police.post(at, {"finding": "x"}, content_type="application/json").status_code == 403


def test_measures_are_chosen_by_kind_and_state(county):
    enter(county)
    enter(county, kind="dust_site", state="late")
    assert len(county.get(f"{URL}?kind=dust_site").json()["items"]) == 1
    assert len(county.get(f"{URL}?state=running").json()["items"]) == 1
    assert county.get(f"{URL}?kind=dust").status_code == 400


@pytest.fixture
def graded(platform):
    for facility, grade, since in (("f-c", "C", "2026-01-01"), ("f-a", "A", "2026-01-01"), ("f-d", "D", "2026-12-01")):
        AirGrade.objects.create(
            facility=facility, name_zh=facility, region="149901000000", grade=grade, valid_from=since
        )
    AirGrade.objects.create(facility="f-c", name_zh="f-c", region="149901000000", grade="B", valid_from="2026-11-01")
    AirWarning.objects.create(level="orange", first_day=date(2026, 10, 5), last_day=date(2026, 11, 7))
    AirWarning.objects.create(level="red", first_day=date(2026, 11, 6), last_day=date(2026, 11, 6))


def listed(client, **query):
    answer = client.get("/api/v1/cloud/air/control-list", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_the_control_list_follows_grade_and_gravest_warning_of_the_day(graded, person):
    client = person("citizen")
    october = listed(client, day="2026-10-05")
    assert october["level"] == "orange"
    assert [(one["code"], one["grade"], one["cut_percent"]) for one in october["items"]] == [
        ("f-c", "C", 50),
        ("f-a", "A", 0),
    ]
    november = listed(client, day="2026-11-06")
    assert november["level"] == "red"
    assert [(one["code"], one["grade"]) for one in november["items"]] == [("f-c", "B"), ("f-a", "A")]


def test_without_a_warning_nothing_is_asked_unless_somebody_wants_to_know(graded, person):
    client = person("citizen")
    quiet = listed(client, day="2026-11-20")
    assert (quiet["level"], quiet["issued"], quiet["items"]) == (None, None, [])
    assert len(listed(client, day="2026-12-20", level="yellow")["items"]) == 3
    assert client.get("/api/v1/cloud/air/control-list?level=purple").status_code == 400
    assert client.get("/api/v1/cloud/air/control-list?day=yesterday").status_code == 400


def test_the_template_is_marked_in_the_list_and_in_its_table(graded, person):
    client = person("citizen")
    found = listed(client, day="2026-10-05")
    assert not found["confirmed"]
    assert "模板" in found["note_zh"]
    table = client.get("/api/v1/cloud/air/control-list.csv?day=2026-10-05")
    lines = table.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("# 模板未经确认")
    assert lines[1].startswith("day,level,code")
    assert lines[2].startswith("2026-10-05,orange,f-c,")
    assert len(lines) == 4
