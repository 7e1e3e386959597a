"""A place's own patrol rule: two people put it in force, the day decides, what was judged stays judged."""

from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest

from riverchief.base.time import local_day
from riverchief.ground import rules
from riverchief.web.accounts.models import AuditEntry
from riverchief.web.ground import ruling
from riverchief.web.ground.models import Patrol, RuleVersion

COUNTY, OTHER, PREFECTURE = "149901000000", "149902000000", "149900000000"
TODAY = date(2026, 11, 21)  # of the tests' clock, in China
RULE = """
format = 1
code = "beiguan"
version = "{version}"
name_zh = "北关县"
name_en = "Beiguan"
document = "county notice 3"
confirmed = {confirmed}
valid_from = {day}

[[level]]
level = "village"
period = "week"
count = {count}
shortest_min = 10
shortest_m = 1000
"""


def text(version="1", day=TODAY, count=2, confirmed="true"):
    return RULE.format(version=version, day=day, count=count, confirmed=confirmed)


def send(client, path, **body):
    return client.post(f"/api/v1/ground{path}", body, content_type="application/json")


@pytest.fixture
def pair(person):
    return person("county", region=COUNTY, username="a"), person("county", region=COUNTY, username="b")


def issued(pair, **given):
    one, two = pair
    key = send(one, "/rules", text=text(**given)).json()["id"]
    assert send(one, f"/rules/{key}/actions", action="freeze").json()["state"] == "frozen"
    answer = send(two, f"/rules/{key}/actions", action="issue")
    assert answer.status_code == 200, answer.json()
    return key


def test_a_rule_is_issued_by_somebody_else_of_the_same_office_and_audited(pair, person):
    one, two = pair
    key = send(one, "/rules", text=text()).json()["id"]
    assert send(two, f"/rules/{key}/actions", action="issue").status_code == 409, "a draft still changes"
    send(one, f"/rules/{key}/actions", action="freeze")
    assert send(one, f"/rules/{key}", text=text(count=3)).status_code == 409, "what is frozen does not"
    own = send(one, f"/rules/{key}/actions", action="issue")
    assert own.status_code == 403
    assert "somebody else" in own.json()["sentence"]
    for stranger in (person("county", region=OTHER), person("chief", chief="ch-beiguan")):
        assert send(stranger, f"/rules/{key}/actions", action="issue").status_code == 404, "they do not see a draft"
    assert send(person("prefecture", region=PREFECTURE), f"/rules/{key}/actions", action="issue").status_code == 403
    assert ruling.rule_for(COUNTY, TODAY).code == "ladder"
    done = send(two, f"/rules/{key}/actions", action="issue").json()
    assert (done["state"], done["by"], done["approved_by"], done["in_force"]) == ("issued", "a", "b", True)
    told = AuditEntry.objects.filter(subject=key).order_by("id").values_list("who", "what")
    assert list(told) == [("a", "rule-draft"), ("a", "rule-freeze"), ("b", "rule-issue")]


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"day": TODAY - timedelta(days=1)}, "valid_from"),
        ({"confirmed": "false"}, "confirmed"),
    ],
)
def test_a_rule_that_binds_the_past_or_that_nobody_confirmed_is_not_frozen(pair, given, key):
    made = send(pair[0], "/rules", text=text(**given)).json()["id"]
    answer = send(pair[0], f"/rules/{made}/actions", action="freeze")
    assert answer.status_code == 400
    assert answer.json()["data"]["key"] == key


def test_a_version_is_issued_once(pair):
    issued(pair)
    again = send(pair[0], "/rules", text=text(count=5)).json()["id"]
    assert send(pair[0], f"/rules/{again}/actions", action="freeze").json()["data"]["key"] == "version"


def test_the_countys_rule_goes_before_the_prefectures_and_the_day_decides(pair, person):
    above = person("prefecture", region=PREFECTURE, username="p"), person("prefecture", region=PREFECTURE, username="q")
    issued(above, version="p", count=4)
    issued(pair, version="1", day=TODAY + timedelta(days=3))
    issued(pair, version="2", day=TODAY + timedelta(days=10), count=3)
    asked = [
        (ruling.rule_for(region, TODAY + timedelta(days=n)).version)
        for region, n in ((COUNTY, -1), (COUNTY, 0), (COUNTY, 3), (COUNTY, 9), (COUNTY, 10), (OTHER, 10))
    ]
    assert asked == ["1", "p", "1", "1", "2", "p"]  # the first 1 is the ladder's
    assert ruling.rule_for(COUNTY, TODAY - timedelta(days=1)).code == "ladder"
    assert ruling.rule_for("149901101000", TODAY + timedelta(days=3)).version == "1", "a township of the county"


def test_duties_are_those_of_the_rule_in_force_when_a_period_ends(pair):
    issued(pair, day=date(2026, 11, 30))  # a Monday; two a week from then on, by the ladder one
    owed = ruling.duties(COUNTY, "village", date(2026, 11, 16), date(2026, 12, 13))
    assert [(one.last_day.isoformat(), one.required) for one in owed] == [
        ("2026-11-22", 1), ("2026-11-29", 1), ("2026-12-06", 2), ("2026-12-13", 2),
    ]  # fmt: skip
    assert ruling.duties(COUNTY, "township", date(2026, 11, 30), date(2026, 12, 31)) == []


def test_a_withdrawn_rule_holds_for_the_days_that_it_held(pair, clock):
    key = issued(pair)
    clock.advance(5 * 86_400)
    assert send(pair[1], f"/rules/{key}/actions", action="withdraw").status_code == 400, "without a reason"
    assert send(pair[1], f"/rules/{key}/actions", action="withdraw", reason="too strict").json()["valid_to"]
    assert [ruling.rule_for(COUNTY, TODAY + timedelta(days=n)).code for n in (0, 5, 6)] == [
        "beiguan", "beiguan", "ladder",
    ]  # fmt: skip


def test_a_rule_withdrawn_before_its_first_day_never_holds(pair):
    key = issued(pair, day=TODAY + timedelta(days=9))
    send(pair[0], f"/rules/{key}/actions", action="withdraw", reason="a slip")
    assert ruling.rule_for(COUNTY, TODAY + timedelta(days=9)).code == "ladder"


def walk(client, clock, minutes=7):
    """A walk of a village chief along the own stretch, at 1 m/s."""
    key = send(client, "/patrols").json()["id"]
    t = clock.now().timestamp()
    points = [[t + 30 * i, 112.2284 + 0.00034 * i, 37.2482, 5.0] for i in range(2 * minutes + 1)]
    send(client, f"/patrols/{key}/track", points=points)
    clock.advance(60 * minutes + 10)
    return send(client, f"/patrols/{key}/finish").json()


@pytest.fixture
def village(person):
    from riverchief.web import context

    chief = next(
        one
        for one in context.basin().basin.chiefs
        if one.level == "village"
        and one.region.startswith("149901")
        and context.basin().offices.held_by(one.code, TODAY)
    )
    return person("chief", chief=chief.code, username="walker")


def test_what_was_judged_stays_judged_when_a_new_version_is_issued(pair, village, clock):
    before = walk(village, clock)
    assert before["result"]["rule"]["name"] == "ladder"
    assert before["counts"] is True, before["result"]
    issued(pair)  # from today on, and it asks 10 minutes
    after = walk(village, clock)
    assert (after["result"]["rule"]["name"], after["result"]["rule"]["version"]) == ("beiguan", "1")
    assert after["result"]["reasons"][0]["key"] == "patrol.too_short_time"
    from riverchief.web.ground import patrols

    for key, counts in ((before["id"], True), (after["id"], False)):
        stored = Patrol.objects.get(pk=key)
        patrols.reckon_again(stored, "photo")
        assert Patrol.objects.get(pk=key).result["valid"] is counts
    duty = village.get("/api/v1/ground/day").json()["duty"]
    assert (duty["rule"]["code"], duty["due"], duty["done"]) == ("beiguan", 2, 1), "what counted then counts"


def test_an_appeal_is_decided_by_somebody_else_and_stands_beside_the_result(pair, village, person, clock):
    issued(pair)
    key = walk(village, clock)["id"]
    assert send(village, f"/patrols/{key}/appeal", text=" ").status_code == 400
    assert send(village, f"/patrols/{key}/appeal", text="the bridge was closed").status_code == 200
    assert send(village, f"/patrols/{key}/appeal", text="again").status_code == 409
    assert send(village, f"/patrols/{key}/decision", accept=True, reason="so it was").status_code == 403
    assert [one["id"] for one in pair[0].get("/api/v1/ground/patrols?result=appeal").json()["items"]] == [key]
    assert pair[0].get(f"/api/v1/ground/patrols/{key}").json()["allowed"] == ["decide"]
    assert send(pair[0], f"/patrols/{key}/decision", accept=False, reason="it was open").json()["decision"] == "refused"
    assert send(pair[1], f"/patrols/{key}/appeal", text="closed at 8").status_code == 200, "an office may appeal too"
    assert send(pair[1], f"/patrols/{key}/decision", accept=True, reason="x").status_code == 403, "not against itself"
    send(pair[0], f"/patrols/{key}/decision", accept=True, reason="the road log says so")
    shown = village.get(f"/api/v1/ground/patrols/{key}").json()
    assert (shown["counts"], shown["decided"], shown["result"]["valid"]) == (True, True, False)
    assert [(one["by"], one["decision"], one["decided_by"]) for one in shown["appeals"]] == [
        ("walker", "refused", "a"), ("b", "accepted", "a"),
    ]  # fmt: skip
    assert village.get("/api/v1/ground/day").json()["duty"]["done"] == 1
    assert AuditEntry.objects.filter(subject=key, what="patrol-decision").count() == 2
    stranger = person("county", region=OTHER)
    assert send(stranger, f"/patrols/{key}/appeal", text="no").status_code == 404


def test_the_office_of_a_county_that_takes_part_decides_about_nobody_elses_walker(pair, village, person, clock):
    issued(pair)
    key = walk(village, clock)["id"]
    patrol = Patrol.objects.get(pk=key)
    patrol.joint_regions = f",{OTHER},"
    patrol.save()
    guest = person("county", region=OTHER)
    assert guest.get(f"/api/v1/ground/patrols/{key}").json()["allowed"] == []
    assert send(guest, f"/patrols/{key}/appeal", text="no").status_code == 403
    send(village, f"/patrols/{key}/appeal", text="the bridge was closed")
    assert send(guest, f"/patrols/{key}/decision", accept=True, reason="so it was").status_code == 403
    above = person("prefecture", region=PREFECTURE)
    assert send(above, f"/patrols/{key}/decision", accept=True, reason="so it was").status_code == 200


def test_patrols_are_found_by_result_day_and_walker(pair, village, clock):
    short, long = walk(village, clock, 3)["id"], walk(village, clock, 7)["id"]

    def found(query):
        return [one["id"] for one in pair[0].get(f"/api/v1/ground/patrols?{query}").json()["items"]]

    assert found("result=refused") == [short]
    assert found("result=counts") == [long]
    assert found("by=walker&from=2026-11-21&to=2026-11-21") == [long, short]
    assert found("to=2026-11-20") == found("by=nobody") == found(f"region={OTHER}") == []
    assert pair[0].get("/api/v1/ground/patrols?result=perhaps").status_code == 400


def test_form_and_text_are_two_views_of_the_same(pair):
    shown = send(pair[0], "/rules/check", text=text()).json()
    assert shown["faults"] == []
    assert shown["form"]["level"][0]["count"] == 2
    assert shown["unasked"] == ["province", "city", "county", "township"]
    assert set(shown["preview"]["zh"]) == set(shown["preview"]["en"]) == {"village"}
    form = {**shown["form"], "level": [{**shown["form"]["level"][0], "count": 3, "photos": 1}]}
    back = send(pair[0], "/rules/check", form=form).json()
    assert rules.parse(back["text"]).of("village").count == 3
    assert rules.parse(back["text"]).of("village").photos == 1


def test_faults_name_key_and_line(pair):
    faults = send(pair[0], "/rules/check", text=text(count=0)).json()["faults"]
    assert faults[0]["line"] == text(count=0).splitlines().index("count = 0") + 1
    assert "count" in faults[0]["sentence"]
    assert send(pair[0], "/rules/check", text="a = ").json()["faults"]
    assert send(pair[0], "/rules", text=text(count=0)).status_code == 400
    assert RuleVersion.objects.count() == 0


def test_without_patrols_a_rule_is_tried_on_a_simulated_year_and_says_so(pair):
    shown = send(pair[0], "/rules/trial", text=text()).json()
    assert (shown["source"], shown["chiefs"], shown["first_day"]) == ("simulated", 500, "2025-01-01")
    peer = rules.backtest(
        rules.parse(text()),
        rules.read_years(import_module("riverchief.simulate.patrolyear").patrol_year("rules", 500, 2025)),
        date(2025, 1, 1),
        date(2025, 12, 31),
    )
    assert shown["proposed"]["failing"] == len(peer.failing) > 0
    assert shown["in_force"]["code"] == "ladder"
    assert send(pair[0], "/rules/trial", text=text(), source="own").status_code == 400


def test_own_patrols_are_tried_from_the_first_one_on_record(pair, village, clock):
    assert local_day(datetime(2026, 11, 20, 16, tzinfo=UTC)) == TODAY
    for _ in range(2):
        walk(village, clock)  # seven minutes each, in the week from 16 November
    clock.advance(20 * 86_400)
    shown = send(pair[0], "/rules/trial", text=text()).json()
    assert (shown["source"], shown["own_patrols"], shown["first_day"]) == ("own", 2, "2026-11-21")
    fate = next(one for one in shown["failing"] if one["code"] == village.user.chief)
    # weeks wholly from 21 November to 10 December: those from the 23rd and the 30th
    assert (fate["periods"], fate["missed"]) == (2, 2)


def test_only_an_office_tries_a_rule(village):
    assert send(village, "/rules/trial", text=text()).status_code == 403
    assert send(village, "/rules", text=text()).status_code == 403


def test_a_chief_sees_what_was_issued_and_no_draft(pair, village):
    key = issued(pair)
    send(pair[0], "/rules", text=text(version="2"))
    assert [one["id"] for one in village.get("/api/v1/ground/rules").json()["items"]] == [key]
    assert village.get(f"/api/v1/ground/rules/{key}").json()["allowed"] == []
