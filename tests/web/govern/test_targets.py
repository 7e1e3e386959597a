"""Targets over HTTP: the board, one target, levers, setting and signing, children that do not carry, the record."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from riverchief.base.ids import new_id
from riverchief.base.readings import Flag, SeriesKey
from riverchief.base.time import to_epoch
from riverchief.store import Row
from riverchief.web import context
from riverchief.web.govern import outlook_data, outlook_record, outlooks, target_seed
from riverchief.web.govern.models import OutlookResult, SkillRecord, Target
from riverchief.web.loop.models import Event, Provenance
from riverchief.web.loop.worker import step

LEVELS = {"ph": 7.8, "do": 8.5, "codmn": 3.0, "nh3n": 0.3, "tp": 0.12}
UNITS = {"ph": "1"}


@pytest.fixture(autouse=True)
def _fresh():
    outlook_data.forget()
    yield
    outlook_data.forget()


def history(station, days, until, factor=1.0, seed=1):
    """One value a day before a day, of every item."""
    observations, random = context.store().observations, np.random.default_rng(seed)
    rows = []
    for code, level in LEVELS.items():
        number = observations.series_id(SeriesKey(station, code), unit=UNITS.get(code, "mg/L"))
        spread = 0.0 if code in ("ph", "do") else 0.25
        values = level * (factor if code == "tp" else 1.0) * np.exp(spread * random.standard_normal(days))
        start = datetime(until.year, until.month, until.day, 4, tzinfo=UTC) - timedelta(days=days)
        rows += [Row(number, to_epoch(start + timedelta(days=k)), float(v), Flag.OK) for k, v in enumerate(values)]
    observations.write(rows, known_at=context.now(), who="test", feed=False)


def key_of(place):
    return Target.objects.get(place=place, period_start=date(2026, 1, 1)).pk


@pytest.fixture
def basin_with_targets(platform):
    """Two sections with 200 days of history each, the second foul; targets of the year."""
    history("st-shiqiao", 200, date(2026, 11, 21))
    history("st-liuwan", 200, date(2026, 11, 21), factor=2.2, seed=2)
    target_seed.seed(context.basin().basin, 2026, context.now())
    return platform


def test_the_board_puts_the_most_endangered_first(basin_with_targets, person):
    client = person("county", region="149901000000")
    assert all(item["outlook"] is None for item in client.get("/api/v1/govern/targets").json()["items"])
    outlooks.ask()
    while step():
        pass
    board = client.get("/api/v1/govern/targets?kind=section_class").json()
    board["items"] = [i for i in board["items"] if i["period"]["start"] == "2026-01-01"]
    first, second = board["items"]
    assert (first["place"]["code"], second["place"]["code"]) == ("sec-liuwan", "sec-shiqiao")
    assert first["outlook"]["probability"] < 0.2 < 0.8 < second["outlook"]["probability"]
    assert first["outlook"]["low"] <= first["outlook"]["probability"] <= first["outlook"]["high"]
    assert first["deciding"] == ["tp"]
    assert first["to_date"]["class"] == 4
    assert first["required"] == {"sense": "at_most", "class": 3}
    assert first["allowed"]["property"] == "tp"
    assert "总磷" in first["allowed"]["zh"]
    assert len(first["spark"]) == 12
    assert not first["confirmed"]
    assert client.get("/api/v1/govern/targets?kind=section_class&state=likely").json()["total"] >= 1


def test_what_is_allowed_is_exact_from_the_stored_readings(basin_with_targets, person):
    client = person("county", region="149901000000")
    key = key_of("sec-shiqiao")
    page = client.get(f"/api/v1/govern/targets/{key}").json()
    given = next(a for a in page["allowed_all"] if a["property"] == "tp")
    # by hand: means of the months so far, November with 20 of 30 days, December with none
    days = context.store().observations.days(
        context.store().observations.series_id(SeriesKey("st-shiqiao", "tp"), unit="mg/L"),
        date(2026, 1, 1),
        date(2026, 11, 20),
    )
    months = {}
    for row in days:
        months.setdefault(row.day.month, []).append(row.mean)
    november = months.pop(11)
    closed = [np.mean(v) for v in months.values()]
    n = len(closed) + 2
    # (sum of closed + (sum of november + 10 c) / 30 + c) / n = 0.2
    c = (0.2 * n - sum(closed) - sum(november) / 30) / (10 / 30 + 1)
    assert len(november) == 20
    assert given["exact"] == pytest.approx(c)
    assert given["n_left"] == 41
    assert page["course"]["tp"][-1][2:] == pytest.approx(page["items"]["tp"][1:])
    assert page["sentence"]["en"].startswith("before 2026-11-21: class")


def test_an_outlook_is_kept_once_per_day_and_data_and_knows_where_it_came_from(basin_with_targets, person, clock):
    client = person("county", region="149901000000")
    key = key_of("sec-shiqiao")
    first = client.get(f"/api/v1/govern/targets/{key}").json()["result_id"]
    assert client.get(f"/api/v1/govern/targets/{key}").json()["result_id"] == first
    assert Provenance.objects.filter(child=first, parent=key, role="cause").exists()
    explained = client.get(f"/api/v1/loop/explain/{first}").json()
    assert (explained["step"], explained["parent"]) == ("outlook", key)
    history("st-shiqiao", 1, date(2026, 11, 20), factor=9.0, seed=3)  # a late value of yesterday
    outlook_data.forget()
    changed = client.get(f"/api/v1/govern/targets/{key}").json()["result_id"]
    assert changed != first
    assert OutlookResult.objects.filter(target=key).count() == 2


def test_levers_are_pulled_and_nothing_is_kept(basin_with_targets, person):
    client = person("county", region="149901000000")
    key = key_of("sec-liuwan")
    told = client.get(f"/api/v1/govern/targets/{key}/what-if?lever=scale:tp=-90%25&lever=worst_days=3").json()
    assert told["probability"] >= told["plain"]["probability"]
    assert [one["kind"] for one in told["levers"]] == ["scale", "worst_days"]
    assert not OutlookResult.objects.exists()
    refused = client.get(f"/api/v1/govern/targets/{key}/what-if?lever=scal:tp=-9%25")
    assert (refused.status_code, refused.json()["code"]) == (400, "input.unknown_name")
    no_flow = client.get(f"/api/v1/govern/targets/{key}/what-if?lever=flow=20")
    assert "no flow was given" in no_flow.json()["sentence"]


def test_a_gauge_on_the_river_lets_its_flow_be_a_lever(platform, person):
    """Phosphorus planted as tp = 0.12 · (flow / 6)^-0.8: twice the flow takes the rest of the year far down."""
    observations, random, until = context.store().observations, np.random.default_rng(5), date(2026, 11, 21)
    history("st-shiqiao", 200, until)
    flow = 6.0 * np.exp(0.5 * random.standard_normal(200))
    start = to_epoch(datetime(2026, 11, 21, 4, tzinfo=UTC) - timedelta(days=200))
    for place, code, unit, values in (
        ("hy-shiqiao", "flow", "m3/s", flow),
        ("st-shiqiao", "tp", "mg/L", 0.12 * (flow / 6.0) ** -0.8),
    ):
        number = observations.series_id(SeriesKey(place, code), unit=unit)
        rows = [Row(number, start + k * 86_400, float(v), Flag.OK) for k, v in enumerate(values)]
        observations.write(rows, known_at=context.now() + timedelta(seconds=1), who="test", feed=False)
    target_seed.seed(context.basin().basin, 2026, context.now())
    client, key = person("county", region="149901000000"), key_of("sec-shiqiao")
    plain = client.get(f"/api/v1/govern/targets/{key}/what-if").json()
    fuller = client.get(f"/api/v1/govern/targets/{key}/what-if?lever=flow=%2B100%25").json()
    assert "with_flow" in plain["notes"]
    assert fuller["items"]["tp"][1] < 0.95 * plain["items"]["tp"][1]
    assert fuller["plain"] == plain["plain"]


def test_children_that_do_not_carry_their_parent_are_named(basin_with_targets, person):
    client = person("county", region="149901000000")
    items = {i["id"]: i for i in client.get("/api/v1/govern/targets").json()["items"]}
    top = items[key_of("149900000000")]
    assert not top["children"]["ok"]
    assert top["children"]["gap"] == pytest.approx(0.5)
    assert "下川县" in top["children"]["zh"]
    assert items[key_of("149901000000")]["children"]["ok"]
    assert items[key_of("sec-shiqiao")]["children"] is None


def test_a_share_comes_from_its_regions_sections(basin_with_targets, person):
    client = person("county", region="149901000000")
    page = client.get(f"/api/v1/govern/targets/{key_of('149900000000')}").json()
    assert page["to_date"]["value"] == 0.5
    assert page["allowed"]["may_miss"] == 0  # the target is all of them
    assert page["outlook"]["state"] == "at_risk"
    assert page["deciding"][0]["zh"] == "柳湾"
    assert {child["place"]["code"] for child in page["handed_down"]} == {"149901000000", "149902000000"}


def test_air_targets_count_valid_days_and_take_dust_out_of_the_mean(platform, person, clock):
    from riverchief import basins
    from riverchief.web.basin import folder
    from riverchief.web.cloud.models import DustDay

    folder.load(basins.read(basins.named("jinzhong")), platform, clock)
    basin = context.basin().basin
    observations = context.store().observations
    stations = [s.code for s in basin.stations if s.kind == "air"]
    levels = {"pm25": 40.0, "pm10": 80.0, "so2": 10.0, "no2": 30.0, "o3": 60.0, "co": 0.8}
    first = datetime(2026, 10, 11, 16, tzinfo=UTC)  # 12 October in China, forty days before the clock
    for station in stations:
        for code, level in levels.items():
            number = observations.series_id(SeriesKey(station, code), unit="mg/m³" if code == "co" else "µg/m³")
            times = [to_epoch(first + timedelta(hours=h + 1)) for h in range(40 * 24)]
            smog = [code == "pm25" and h // 24 == 5 for h in range(40 * 24)]
            rows = [Row(number, t, 300.0 if bad else level, Flag.OK) for t, bad in zip(times, smog, strict=True)]
            observations.write(rows, known_at=clock.now(), who="test", feed=False)
    DustDay.objects.create(day=date(2026, 10, 17))
    target_seed.seed(basin, 2026, clock.now())
    client = person("prefecture", region=basin.region)

    def page(kind):
        key = Target.objects.get(kind=kind, place=basin.region).pk
        return client.get(f"/api/v1/govern/targets/{key}").json()

    days = page("good_days")
    assert days["to_date"]["value"] == 39  # forty valid days, one of them under smog
    assert days["outlook"]["state"] == "missed"  # 285 days cannot come any more
    fine = page("pm25_mean")
    assert fine["to_date"]["value"] == pytest.approx(40.0)  # the dusty day is taken out
    # (39 * 40 + 41 c) / 80 = 36
    assert next(a for a in fine["allowed_all"])["exact"] == pytest.approx((36 * 80 - 39 * 40) / 41)


def test_without_history_no_probability_is_invented(platform, person):
    target_seed.seed(context.basin().basin, 2026, context.now())
    client = person("county", region="149901000000")
    for place in ("sec-shiqiao", "149901000000", "hy-shiqiao"):
        page = client.get(f"/api/v1/govern/targets/{key_of(place)}").json()
        assert page["outlook"]["state"] == "not_enough_history"
        assert page["outlook"]["probability"] is None
        assert "30" in page["outlook"]["note_en"]


def new(**more):
    base = {
        "kind": "section_class",
        "place": "sec-shiqiao",
        "start": "2026-01-01",
        "end": "2026-12-31",
        "required": {"value": 3},
        "issuer": "清州市生态环境局",
    }
    return {**base, **more}


def post(client, path, body=None):
    return client.post(f"/api/v1/govern/{path}", body or {}, content_type="application/json")


def test_an_office_sets_and_signs_targets_of_its_region_only(platform, person):
    office, other = person("county", region="149901000000"), person("county", region="149902000000")
    made = post(office, "targets", new())
    assert made.status_code == 200, made.content
    key = made.json()["id"]
    assert Target.objects.get(pk=key).region == "149901101000"
    assert post(other, "targets", new()).json()["code"] == "rule.not_allowed"
    assert post(other, f"targets/{key}/sign").json()["code"] == "rule.not_allowed"
    signed = post(office, f"targets/{key}/sign").json()
    assert signed["signed_by"]
    assert post(office, f"targets/{key}/sign").json()["code"] == "rule.wrong_state"
    guard = person("guard", region="149901000000")
    assert post(guard, "targets", new()).status_code == 403


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"kind": "section_clas"}, "did you mean 'section_class'"),
        ({"place": "sec-shiqia"}, "did you mean 'sec-shiqiao'"),
        ({"required": {"value": 9}}, "between 1 and 5"),
        ({"start": "2027-01-01"}, "before it begins"),
        ({"parent": "target-nobody"}, "no target 'target-nobody'"),
        ({"kind": "good_days", "place": "9999", "required": {"value": 290}}, "region '9999' is not known"),
    ],
)
def test_what_cannot_be_a_target_is_refused(platform, person, more, said):
    answer = post(person("system"), "targets", new(**more))
    assert answer.status_code in (400, 404)
    assert said in answer.json()["sentence"]


def test_an_outlook_is_scored_when_its_period_is_over(basin_with_targets, clock):
    key = key_of("sec-shiqiao")
    target = Target.objects.get(pk=key)
    outlooks.look_now(target)
    clock.advance(45 * 86_400)  # into January
    history("st-shiqiao", 41, date(2027, 1, 1), seed=5)
    outlooks.score_ended()
    assert OutlookResult.objects.get(target=key).met is None  # nobody has looked at the end yet
    outlooks.look_now(target)
    outlooks.score_ended()
    assert set(OutlookResult.objects.filter(target=key).values_list("met", flat=True)) == {True}
    record = outlook_record.issued("section_class")
    assert (record["n"], record["enough"]) == (2, False)


def test_the_record_forecasts_the_basins_months_again(basin_with_targets, person):
    outlook_record.ask()
    event = Event.objects.get(kind="outlook-record-due")
    outlook_record.on_due(event)
    outlook_record.on_due(event)
    told = SkillRecord.objects.get().result
    # history begins on 5 May: May is the first climatology, June to October are forecast, November is not over
    assert told["n"] == 2 * 5 * 2
    client = person("county", region="149901000000")
    shown = client.get("/api/v1/govern/outlooks/record").json()
    assert shown["again"]["n"] == told["n"]
    assert shown["issued"] == {"n": 0, "enough": False}


def test_what_the_machine_says_is_not_anybodys_to_hide(platform):
    assert new_id("target", context.now()).startswith("target-")
    assert Target.visibility == "open"
    assert OutlookResult.visibility == "via:target"
