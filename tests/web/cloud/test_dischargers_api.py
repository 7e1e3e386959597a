"""Dischargers, energy and ecological flow over HTTP, on the mini basin."""

import pytest

from riverchief.base.readings import Flag, SeriesKey
from riverchief.base.time import from_epoch, to_epoch
from riverchief.base.units import PROPERTIES
from riverchief.store import Row
from riverchief.web import context
from riverchief.web.accounts.models import AuditEntry
from riverchief.web.cloud import dischargers, energy
from riverchief.web.cloud.models import Alert, EnergyUse
from riverchief.web.loop import tail, worker

STATION, WORKS = "out-mon-shangchuan", "works-shangchuan"
API = "/api/v1/cloud"


def send(place, time_s, values, interval_s):
    rows = []
    for code, value in values.items():
        key = SeriesKey(place, code)
        number = context.store().observations.series_id(key, unit=PROPERTIES[code].unit, interval_s=interval_s)
        rows.append(Row(number, time_s, value, Flag.OK, None))
    context.store().observations.write(rows, known_at=from_epoch(time_s), who="test")


@pytest.fixture
def morning(platform, clock):
    """Ten hours of the works' monitor: every two hours, from 04:00 on over the hour's limit of COD."""
    tail.position_of(tail.TAIL)
    tail.advance(tail.TAIL, context.store().observations.last_arrival())
    dischargers._loads.clear()
    for i in range(5):
        clock.advance(7200)
        send(STATION, to_epoch(clock.now()), {"cod": 40.0 if i == 0 else 75.0 + i, "tp": 0.4, "flow": 0.25}, 7200)
        while worker.step():
            pass
    return clock


@pytest.fixture
def county(person):
    return person("county", region="149901000000")


def items(client, path="dischargers", **query):
    return {item["code"]: item for item in client.get(f"{API}/{path}", query).json()["items"]}


def test_who_is_over_comes_first_with_value_clause_and_alert(morning, county):
    answer = county.get(f"{API}/dischargers").json()
    assert answer["total"] == 3
    first = answer["items"][0]
    assert (first["code"], first["state"], first["kind"]) == (WORKS, "over", "works")
    (over,) = first["over"]
    assert (over["property"], over["period"], over["value"], over["limit"], over["times"]) == ("cod", "hour", 79, 60, 4)
    assert over["clause_zh"].startswith("排污许可证 演示-2026-002")
    assert over["clause_en"]
    assert over["confirmed"] is False
    assert over["alert"] == Alert.objects.get().pk
    assert context.store().observations.reading(over["reading_id"]).value == 79
    assert {i["state"] for i in answer["items"][1:]} == {"unmonitored"}


def test_the_load_of_the_year_is_at_least_what_was_measured(morning, county):
    load = items(county)[WORKS]["load"]
    kg = (40 + 76 + 77 + 78 + 79) * 0.25 * 7200 / 1000
    assert load["cod"]["year_kg"] == pytest.approx(kg, abs=0.001)
    assert load["cod"]["allowed_kg"] == 394_000
    assert load["cod"]["share"] == pytest.approx(kg / 394_000, abs=1e-6)
    assert load["cod"]["covered"] < 0.01
    assert load["cod"]["covered_since"] == 1
    assert load["tp"]["year_kg"] == pytest.approx(5 * 0.4 * 0.25 * 7.2)
    assert "flow" not in load


def test_one_discharger_opens_to_limits_days_and_alerts(morning, county):
    page = county.get(f"{API}/dischargers/{WORKS}").json()
    known = {("permit", True), ("gb18918", False), ("db14-1928", False)}
    assert {(one["source"], one["binding"]) for one in page["limits"]} == known
    deciding = {(one["property"], one["period"]): one for one in page["deciding"]}
    assert deciding["cod", "day"]["source"] == "db14-1928"  # 40 is stricter than the permit's 55, and not confirmed
    assert page["days"]["cod"][0]["valid"] is False
    assert page["alerts"][0]["state"] == "open"
    assert page["validity"]["confirmed"] is False
    assert county.get(f"{API}/dischargers/nobody").status_code == 404
    assert county.get(f"{API}/dischargers", {"day": "soon"}).status_code in (400, 422)


def test_a_past_day_is_judged_by_its_own_readings_and_silence_is_said(morning, county):
    morning.advance(2 * 86_400)
    today = items(county)[WORKS]
    assert (today["state"], today["over"]) == ("silent", [])
    past = items(county, day="2026-11-21")[WORKS]
    assert past["state"] == "over"
    assert past["over"][0]["value"] == 79
    assert items(county, day="2026-11-10")[WORKS]["state"] == "silent"


def test_somebody_elses_alert_is_not_named(morning, person):
    stranger = person("county", region="149902000000")
    over = items(stranger)[WORKS]["over"][0]
    assert over["value"] == 79  # readings and permits are open
    assert over["alert"] is None


def test_energy_is_entered_opened_and_taken_back(platform, county, person):
    path = f"{API}/dischargers/{WORKS}/energy"
    empty = county.get(f"{API}/dischargers/{WORKS}/carbon", {"year": 2026}).json()
    assert (empty["entered"], empty["total_t"], empty["lines"]) == (False, 0, [])
    assert empty["boundary_zh"]
    assert {c["code"] for c in empty["carriers"]} >= {"diesel", "electricity"}
    body = {"item": "electricity", "amount": 12, "unit": "10⁴ kWh", "day": "2026-03-31", "document": "电费单 3 月"}
    made = county.post(path, body, content_type="application/json").json()
    assert made["scope2_t"] == pytest.approx(120_000 * 0.5366e-3)
    assert made["lines"][0]["document"] == "电费单 3 月"
    assert made["confirmed"] is False
    assert AuditEntry.objects.filter(what="enter-energy", subject=made["id"]).exists()
    diesel = {"item": "diesel", "amount": 500, "unit": "kg", "day": "2026-04-30"}
    assert county.post(path, diesel, content_type="application/json").json()["scope1_t"] == pytest.approx(0.5 * 3.186)
    back = county.post(f"{path}/{made['id']}/withdraw").json()
    assert back["scope2_t"] == 0
    assert EnergyUse.objects.count() == 2
    assert county.get(f"{API}/dischargers/{WORKS}/carbon", {"year": 2025}).json()["lines"] == []


def test_the_demo_has_used_energy_once_and_says_that_it_is_simulated(platform, clock, county):
    for _ in range(2):
        energy.enter_examples(context.basin().basin, clock.now())
    account = county.get(f"{API}/dischargers/{WORKS}/carbon", {"year": 2026}).json()
    assert len(account["lines"]) == 2 * 10  # two carriers, January to October
    assert all("simulated" in line["document"] for line in account["lines"])
    assert account["total_t"] > 0


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"item": "deisel"}, 422),
        ({"amount": -1}, 422),
        ({"unit": "GJ"}, 422),
        ({"factor_t": 3.0}, 422),
        ({"day": "2010-01-01"}, 422),
    ],
)
def test_energy_that_cannot_be_is_refused(platform, county, change, status):
    body = {"item": "diesel", "amount": 1, "unit": "t", "day": "2026-03-31", **change}
    answer = county.post(f"{API}/dischargers/{WORKS}/energy", body, content_type="application/json")
    assert answer.status_code in (400, status)
    assert answer.json()["sentence"]
    assert EnergyUse.objects.count() == 0


def test_only_offices_and_departments_of_the_region_enter_energy(platform, person):
    body = {"item": "diesel", "amount": 1, "unit": "t", "day": "2026-03-31"}
    for role, region, allowed in (
        ("county", "149902000000", False),
        ("guard", "149901000000", False),
        ("auditor", "", False),
        ("department", "149900000000", True),
    ):
        client = person(role, region=region)
        answer = client.post(f"{API}/dischargers/{WORKS}/energy", body, content_type="application/json")
        assert (answer.status_code == 200) is allowed, role
    stranger = person("county", region="149902000000", username="other")
    assert stranger.get(f"{API}/dischargers/{WORKS}/carbon", {"year": 2026}).json()["lines"] == []


def test_ecological_flow_of_a_gauge_day_by_day(platform, clock, county):
    start_s = to_epoch(clock.now())
    for day in range(4):
        for hour in range(1, 25):
            send("hy-shiqiao", start_s + day * 86_400 + hour * 3600, {"flow": 1.0}, 900)
    clock.advance(4 * 86_400)
    gauge = items(county, "flows", year=2026)["hy-shiqiao"]
    assert gauge["target_m3s"] == 1.5
    assert gauge["days"] == []  # hours where quarters are due: no day's mean counts
    for day, flow in enumerate((2.0, 1.0, None, 1.6)):
        if flow is not None:
            for quarter in range(1, 97):
                send("hy-shiqiao", start_s + day * 86_400 + quarter * 900, {"flow": flow}, 900)
    answer = county.get(f"{API}/flows", {"year": 2026, "programme": "anhui"}).json()
    (gauge,) = answer["items"]
    known = {d["day"]: d["ok"] for d in gauge["days"] if d["ok"] is not None}
    assert known == {"2026-11-21": True, "2026-11-22": False, "2026-11-24": True}
    assert gauge["rate"] == pytest.approx(2 / 3, abs=1e-6)
    assert gauge["missing"] == 1
    assert gauge["passed"] is None
    assert gauge["runs"][0]["short_m3"] == pytest.approx(0.5 * 86_400)
    assert answer["county"]["stations"] == 1
    assert county.get(f"{API}/flows", {"programme": "anhiu"}).status_code in (400, 422)


PERMIT = {
    "property": "tn",
    "limit": 20,
    "unit": "mg/L",
    "period": "hour",
    "clause_zh": "表 2",
    "clause_en": "Table 2",
    "document": "证 9",
    "valid_from": "2026-01-01",
}


def test_an_office_enters_a_limit_that_judges_at_once_and_ends_it(platform, clock, county, person):
    path = f"{API}/dischargers/{WORKS}/permits"
    made = county.post(path, PERMIT, content_type="application/json")
    assert made.status_code == 200, made.content
    assert county.post(path, PERMIT, content_type="application/json").status_code == 409
    clock.advance(7200)
    send(STATION, to_epoch(clock.now()), {"tn": 30.0, "flow": 0.25}, 7200)
    while worker.step():
        pass
    assert Alert.objects.get(property="tn").why["clause_zh"] == "表 2"
    key = made.json()["id"]
    ended = county.post(f"{path}/{key}/end", {"valid_to": "2026-11-21"}, content_type="application/json")
    assert ended.json()["valid_to"] == "2026-11-21"
    listed = county.get(path).json()["items"]
    assert [p["valid_to"] for p in listed if p["property"] == "tn"] == ["2026-11-21"]
    assert items(county, day="2026-11-21")[WORKS]["over"] == []
    assert set(AuditEntry.objects.values_list("what", flat=True)) >= {"enter-permit", "end-permit"}
    for role, region in (("county", "149902000000"), ("department", "149901000000"), ("auditor", "")):
        answer = person(role, region=region).post(path, PERMIT, content_type="application/json")
        assert answer.status_code == 403, role


@pytest.mark.parametrize(
    "change",
    [
        {"unit": "t"},
        {"property": "tnn"},
        {"period": "month"},
        {"clause_zh": " "},
        {"lower": 30},
        {"valid_to": "2025-01-01"},
    ],
)
def test_a_limit_that_cannot_be_is_refused_and_nothing_changes(platform, county, change):
    answer = county.post(f"{API}/dischargers/{WORKS}/permits", {**PERMIT, **change}, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert "tn" not in {p["property"] for p in county.get(f"{API}/dischargers/{WORKS}/permits").json()["items"]}
