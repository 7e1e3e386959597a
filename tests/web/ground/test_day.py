"""The walker's day: own stretch and nothing else, what is due by the rule, whose turn a case is."""

from datetime import UTC, date, datetime, timedelta

from riverchief.ground import rules
from riverchief.web.accounts.models import User
from riverchief.web.ground.models import Patrol, RuleVersion

COUNTY = "149901000000"


def day_of(client):
    answer = client.get("/api/v1/ground/day")
    assert answer.status_code == 200
    return answer.json()


def walk(client, clock, *, valid, days_ago=0, minutes=10):
    start = clock.now() - timedelta(days=days_ago)
    return Patrol.objects.create(
        id=f"patrol-{days_ago}-{valid}",
        by=client.user.username,
        chief=client.user.chief,
        started_at=start,
        finished_at=start + timedelta(minutes=minutes),
        result={
            "duration_s": 600 if valid else 60,
            "length_m": 900 if valid else 20,
            "fixes": 60,
            "coverage": [],
            "valid": valid,
        },
    )


def test_a_village_chief_gets_the_own_stretch_with_its_line_and_what_lies_on_it(person):
    found = day_of(person("chief", chief="ch-beiguan"))
    for one in found["stretches"]:
        assert 0 <= one["from_m"] < one["to_m"] <= one["length_m"]
        assert len(one["line"]) >= 2
    for thing in found["things"]:
        assert any(
            s["reach"] == thing["reach"] and s["from_m"] <= thing["chainage_m"] <= s["to_m"] for s in found["stretches"]
        )
    assert {one["code"] for one in found["checklist"]} >= {"water_body", "outfall", "sign"}
    assert found["types"]


def test_what_is_due_counts_the_walks_of_this_week_that_count(person, clock):
    chief = person("chief", chief="ch-beiguan")
    duty = day_of(chief)["duty"]
    assert (duty["period"], duty["due"], duty["done"]) == ("week", 1, 0)
    assert duty["first_day"] == "2026-11-16"  # the Monday before 21 November 2026, a Saturday
    assert duty["last_day"] == "2026-11-22"
    walk(chief, clock, valid=True, days_ago=8)
    walk(chief, clock, valid=False, days_ago=1)
    assert day_of(chief)["duty"]["done"] == 0
    walk(chief, clock, valid=True, days_ago=2)
    assert day_of(chief)["duty"]["done"] == 1
    assert duty["rule"]["confirmed"] is False


def test_who_has_no_stretch_has_no_duty_and_sees_no_other_persons_cases(person):
    guard = person("guard", region=COUNTY)
    given = {"lon": 112.2284, "lat": 37.2482, "note": "rubbish", "severity": 2}
    guard.post("/api/v1/ground/cases", given, content_type="application/json")
    mine = day_of(guard)
    assert (mine["stretches"], mine["duty"]) == ([], None)
    assert [c["params"]["note"] for c in mine["cases"]] == ["rubbish"]
    assert day_of(person("guard", region="149902000000"))["cases"] == []


def test_the_turn_is_told_with_each_case(person):
    guard, office = person("guard", region=COUNTY), person("county", region=COUNTY)
    chief = person("chief", chief="ch-beiguan")
    given = {"lon": 112.2284, "lat": 37.2482, "note": "rubbish", "severity": 2}
    key = guard.post("/api/v1/ground/cases", given, content_type="application/json").json()["id"]
    for action in ("accept", "dispatch"):
        office.post(f"/api/v1/ground/cases/{key}/actions", {"action": action}, content_type="application/json")
    (case,) = day_of(chief)["cases"]
    assert {row["action"] for row in case["allowed"] if not row["beside"]} == {"handle", "return"}


def test_a_new_year_whose_working_days_are_not_known_leaves_the_rest_of_the_day(person, clock):
    """The holidays of a year are published in the November before; a phone needs its day all the same."""
    text = rules.to_toml(rules.named()).replace('"village", period = "week"', '"village", period = "working_day"')
    RuleVersion.objects.create(
        id="rule-1", region="149901000000", code="ladder", version="1", text=text, valid_from=date(2026, 1, 1),
        state="issued", by="a", at=clock.now(), approved_by="b",
    )  # fmt: skip
    chief = person("chief", chief="ch-beiguan")
    assert day_of(chief)["duty"]["period"] == "working_day"
    clock.at = datetime(2031, 1, 6, 4, tzinfo=UTC)
    found = day_of(chief)
    assert (found["duty"], bool(found["stretches"])) == (None, True)


def test_the_number_of_an_account_that_was_closed_is_told_to_nobody(person):
    User.objects.create_user("left", role="chief", chief="ch-beiguan-town", phone="13800138000", is_active=False)
    chief = person("chief", chief="ch-beiguan")
    assert {one["code"]: one["phone"] for one in day_of(chief)["chiefs"]}["ch-beiguan-town"] is None
