"""A section's year, ratings and rankings: from what stations reported, as known now and as known then."""

from datetime import UTC, date, datetime, timedelta

import pytest

from riverchief.base.readings import Flag, SeriesKey
from riverchief.base.spans import parse_span
from riverchief.base.time import CHINA, to_epoch
from riverchief.store import Row
from riverchief.web import context
from riverchief.web.cloud import evaluation

GOOD = {"ph": 8.0, "do": 8.0, "codmn": 3.0, "nh3n": 0.3, "tp": 0.05}  # class Ⅱ by CODMn, NH3-N and TP


def local(day, hour=12):
    return datetime(day.year, day.month, day.day, hour, tzinfo=CHINA)


def report(station, at, values, known_at=None, flag=Flag.OK):
    observations = context.store().observations
    rows = [
        Row(observations.series_id(SeriesKey(station, code), unit="mg/L"), to_epoch(at), value, flag)
        for code, value in values.items()
    ]
    observations.write(rows, known_at=known_at or at, who="test")


def section(code):
    return context.basin().sections[code]


@pytest.fixture
def october(platform):
    """Three days of October at both sections, and one of September."""
    for day, codmn in ((5, 3.0), (6, 3.0), (7, 9.0)):
        report("st-shiqiao", local(date(2026, 10, day)), GOOD | {"codmn": codmn})
        report("st-liuwan", local(date(2026, 10, day)), GOOD)
    report("st-shiqiao", local(date(2026, 9, 1)), GOOD | {"nh3n": 1.8})
    report("st-liuwan", local(date(2026, 9, 1)), GOOD)


def test_a_month_is_the_mean_of_its_days_and_a_stamp_at_midnight_closes_the_day_before(october):
    # midnight of the 1st of November belongs to the 31st of October, two values of one day count once
    report("st-shiqiao", datetime(2026, 11, 1, 0, 0, tzinfo=CHINA), {"codmn": 5.0})
    report("st-shiqiao", local(date(2026, 10, 7), 16), {"codmn": 11.0})
    month = evaluation.over(section("sec-shiqiao"), parse_span("2026-10"))
    assert month.means["codmn"] == pytest.approx((3 + 3 + (9 + 11) / 2 + 5) / 4)
    assert (month.class_, month.deciding, month.n_days, month.complete) == (3, ("codmn",), 4, True)
    assert month.days_of == {"ph": 3, "do": 3, "codmn": 4, "nh3n": 3, "tp": 3}
    assert evaluation.over(section("sec-shiqiao"), parse_span("2026-11")).n_days == 0


def test_flagged_values_do_not_count(october):
    report("st-liuwan", local(date(2026, 10, 8)), GOOD | {"codmn": 90.0}, flag=Flag.MAINTENANCE)
    assert evaluation.over(section("sec-liuwan"), parse_span("2026-10")).class_ == 2


def test_acidity_is_averaged_over_the_store_too(platform):
    for hour, ph in ((8, 6.0), (12, 8.0)):
        report("st-liuwan", local(date(2026, 10, 5), hour), GOOD | {"ph": ph})
    # -log10((1e-6 + 1e-8) / 2)
    assert evaluation.over(section("sec-liuwan"), parse_span("2026-10")).means["ph"] == pytest.approx(6.29671, abs=1e-5)


def test_the_year_to_date_is_the_mean_of_its_months(october):
    found = evaluation.year_to_date(section("sec-shiqiao"), 2026)
    assert found.span.label == "2026-01..2026-11"
    assert found.means["nh3n"] == pytest.approx((1.8 + 0.3) / 2)
    assert (found.class_, found.deciding, found.n_months, found.complete) == (4, ("nh3n",), 2, False)


def test_a_whole_year_of_two_months_has_no_class_and_says_why(october, clock):
    clock.advance(90 * 86_400)
    found = evaluation.year_to_date(section("sec-shiqiao"), 2026)
    assert (found.span.label, found.class_, found.enough) == ("2026", 0, False)
    assert found.sentence("zh").startswith("样本不足：2个月有数据，至少需8个月")
    assert "Ⅳ类：氨氮 1.05 mg/L" in found.sentence("zh")


def test_as_of_a_past_time_late_and_revised_values_are_not_known_yet(october, clock):
    then = datetime(2026, 11, 2, tzinfo=UTC)
    report("st-shiqiao", local(date(2026, 10, 7)), {"codmn": 33.0}, known_at=then + timedelta(days=1))  # revised
    report("st-shiqiao", local(date(2026, 10, 8)), GOOD | {"tp": 0.9}, known_at=then + timedelta(days=2))  # late
    span = parse_span("2026-10")
    now, before = (evaluation.over(section("sec-shiqiao"), span, as_of) for as_of in (None, then))
    assert before.means["codmn"] == pytest.approx((3 + 3 + 9) / 3)
    assert now.means["codmn"] == pytest.approx((3 + 3 + 33 + 3) / 4)
    assert (before.class_, before.n_days, now.class_, now.n_days) == (3, 3, 5, 4)
    # without any revision, both ways of reading are the same
    assert (
        evaluation.over(section("sec-liuwan"), span).means == evaluation.over(section("sec-liuwan"), span, then).means
    )
    # in the middle of a month, what comes later is not there
    middle = evaluation.over(section("sec-shiqiao"), span, local(date(2026, 10, 6), 18))
    assert (middle.n_days, middle.complete, middle.class_) == (2, False, 2)


def test_a_year_over_http(october, person):
    client = person("county", region="149901000000")
    page = client.get("/api/v1/cloud/sections/sec-shiqiao/year?year=2026").json()
    assert (page["code"], page["year"], page["target_class"], page["changed"]) == ("sec-shiqiao", 2026, 3, [])
    assert page["limits"]["tp"] == [0.02, 0.1, 0.2, 0.3, 0.4]
    assert [(d["day"], d["class"], d["deciding"], d["n"]) for d in page["days"]] == [
        ("2026-09-01", 5, ["nh3n"], 1),
        ("2026-10-05", 2, ["codmn", "nh3n", "tp"], 1),
        ("2026-10-06", 2, ["codmn", "nh3n", "tp"], 1),
        ("2026-10-07", 4, ["codmn"], 1),
    ]
    assert [m["month"] for m in page["months"]] == [f"2026-{k:02}" for k in range(1, 12)]
    october = page["months"][9]
    assert (october["class"], october["n_days"], october["complete"]) == (3, 3, True)
    assert october["why"]["zh"] == "Ⅲ类：高锰酸盐指数 5 mg/L 高于Ⅱ类限值 4。"
    assert page["months"][0]["why"]["en"] == "nothing was measured"
    assert (page["to_date"]["class"], page["to_date"]["on_target"]) == (4, False)
    # the least samples of a period are from memory, and the page says so
    assert page["edition"]["confirmed"] is False
    assert "from memory" in page["edition"]["note_en"]
    then = client.get("/api/v1/cloud/sections/sec-shiqiao/year?as_of=2026-10-06T10:00:00Z").json()
    assert [d["day"] for d in then["days"]] == ["2026-09-01", "2026-10-05", "2026-10-06"]
    assert client.get("/api/v1/cloud/sections/nowhere/year").status_code == 404
    ahead = client.get("/api/v1/cloud/sections/sec-shiqiao/year?year=2030").json()
    assert (ahead["days"], ahead["months"], ahead["to_date"]["class"]) == ([], [], 0)
    shown = client.get("/api/v1/cloud/sections/sec-shiqiao").json()["calendar"]
    assert [(m["month"], m["class"], m["n"]) for m in shown[-3:]] == [
        ("2026-09", 5, 1),
        ("2026-10", 3, 3),
        ("2026-11", 0, 0),
    ]
    assert client.get("/api/v1/cloud/sections/sec-shiqiao/year?year=12").status_code == 400


def test_rivers_and_the_basin_are_rated_and_held_against_the_month_before(october, person):
    client = person("county", region="149901000000")
    found = client.get("/api/v1/cloud/ratings?period=2026-10").json()
    basin = found["basin"]
    assert (found["period"], found["against"]) == ("2026-10", "2026-09")
    assert (basin["n_sections"], basin["n_unjudged"], basin["method"]) == (2, 1, "means")
    assert basin["classes"] == {"1": 0, "2": 1, "3": 1, "4": 0, "5": 0, "6": 0}
    # the mean of both sections: CODMn (5 + 3) / 2 = 4 keeps class Ⅱ
    assert (basin["rating"]["code"], basin["rating"]["zh"], basin["main"]) == ("excellent", "优", [])
    # in September: NH3-N (1.8 + 0.3) / 2 = 1.05, class Ⅳ; two ratings better since
    assert basin["change"]["before"]["rating"] == "light"
    assert basin["change"]["word"]["zh"] == "明显好转"
    assert [r["code"] for r in found["rivers"]] == [context.basin().basin.rivers[0].code]
    assert any("from memory" in note["en"] and not note["confirmed"] for note in found["notes"])
    year = client.get("/api/v1/cloud/ratings?period=2026-09&against=year").json()
    assert (year["against"], year["basin"]["change"]["word"]) == ("2025-09", None)
    assert year["basin"]["main"] == [
        {
            "property": "nh3n",
            "class": 4,
            "multiple": 0.05,
            "rate": None,
            "zh": "氨氮(0.05)",
            "en": "ammonia nitrogen(0.05)",
        }
    ]
    assert client.get("/api/v1/cloud/ratings?period=October").json()["code"] == "input"
    assert client.get("/api/v1/cloud/ratings?against=tomorrow").status_code == 400


def test_sections_and_counties_are_ranked(october, person):
    client = person("county", region="149901000000")
    found = client.get("/api/v1/cloud/rankings?kind=sections&period=2026-10").json()
    first, second = found["items"]
    assert [(i["rank"], i["code"], i["moved"]) for i in (first, second)] == [
        (1, "sec-liuwan", 0),
        (2, "sec-shiqiao", 0),
    ]
    # pH 0.5, DO 5/8, CODMn 0.5, NH3-N 0.3, TP 0.25
    assert first["value"] == pytest.approx(2.175)
    assert (first["change_percent"], first["exempt"], first["change_rank"]) == (0.0, True, None)
    # from NH3-N 1.8 and CODMn 0.5 to 0.3 and 5/6
    assert second["change_percent"] == round(100 * (0.3 - 1.8 + 5 / 6 - 0.5) / (2.175 + 1.5), 2)
    assert (second["change_rank"], second["n_items"]) == (1, 5)
    assert "do not compare" in found["notes"][0]["en"]
    counties = client.get("/api/v1/cloud/rankings?kind=counties&period=2026-10").json()["items"]
    assert [(i["rank"], i["code"], i["n_sections"]) for i in counties] == [
        (1, "149902000000", 1),
        (2, "149901000000", 1),
    ]
    unknown = client.get("/api/v1/cloud/rankings?kind=cities")
    assert unknown.json()["code"] == "input.unknown_name"
