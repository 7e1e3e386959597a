"""Sections over HTTP: the answer with its inputs, class through time, and real readings of years ago."""

from datetime import UTC, datetime

from riverchief import basins
from riverchief.base.readings import Flag, SeriesKey
from riverchief.base.time import to_epoch
from riverchief.cli.import_ import import_readings
from riverchief.store import Row
from riverchief.web import context
from riverchief.web.basin import folder


def write(place, code, points, frame_no=None):
    observations = context.store().observations
    number = observations.series_id(SeriesKey(place, code), unit="mg/L")
    rows = [Row(number, to_epoch(at), value, flag, frame_no) for at, value, flag in points]
    observations.write(rows, known_at=points[-1][0], who="test")


def test_the_answer_comes_with_its_inputs_and_each_opens(person, clock):
    client = person("county", region="149901000000")
    now = clock.now()
    for code, value in (("ph", 7.8), ("do", 8.5), ("codmn", 7.0), ("nh3n", 0.4), ("tp", 0.1)):
        write("st-shiqiao", code, [(now, value, Flag.OK)])
    page = client.get("/api/v1/cloud/sections/sec-shiqiao").json()
    assert (page["now"]["class"], page["now"]["deciding"]) == (4, ["codmn"])
    assert page["sentence"]["key"] == "section.sentence.bad"
    assert page["thresholds"]["codmn"] == [2, 4, 6, 10, 15]
    reading = next(i["reading_id"] for i in page["now"]["inputs"] if i["property"] == "codmn")
    opened = client.get(f"/api/v1/cloud/readings/{reading}").json()
    assert (opened["value"], opened["place"], opened["flag"]) == (7.0, "st-shiqiao", "ok")
    explained = client.get(f"/api/v1/loop/explain/{reading}").json()
    assert explained["step"] == "reading"


def test_a_flag_beats_the_value_beside_it(person, clock):
    client = person("county", region="149901000000")
    write("st-shiqiao", "codmn", [(clock.now(), 3.0, Flag.OK)])
    clock.advance(3600)
    write("st-shiqiao", "codmn", [(clock.now(), 30.0, Flag.FAULT)])
    state = client.get("/api/v1/cloud/state").json()["sections"]["sec-shiqiao"]
    assert state["class"] == 2


def test_a_section_without_readings_says_so(person):
    page = person("county", region="149901000000").get("/api/v1/cloud/sections/sec-liuwan").json()
    assert page["sentence"]["key"] == "section.sentence.unknown"
    assert page["now"]["class"] == 0


def test_what_is_not_understood_is_answered(person):
    client = person("county", region="149901000000")
    assert client.get("/api/v1/cloud/sections/nowhere").status_code == 404
    unknown = client.get("/api/v1/cloud/series?place=st-shiqiao&property=nh3m")
    assert (unknown.status_code, unknown.json()["code"]) == (400, "input.unknown_name")
    assert "did you mean 'nh3n'" in unknown.json()["sentence"]
    naive = client.get("/api/v1/cloud/state?at=2026-11-21T03:10:00")
    assert "with a zone" in naive.json()["sentence"]


def test_five_real_days_of_wangzhuang_show_with_the_published_class_of_every_reading(
    platform, person, clock, shared_data
):
    folder.load(basins.read(basins.named("jinzhong")), platform, clock)
    table = shared_data / "water_quality" / "shanxi_4h_2021-04.csv"
    import_readings(context.store(), table, "cnemc")
    client = person("system")
    section = next(s for s in client.get("/api/v1/cloud/sections").json()["items"] if s["name_zh"] == "王庄桥南")
    since, until = "2021-03-31T00:00:00Z", "2021-04-07T00:00:00Z"
    points = client.get(f"/api/v1/cloud/sections/{section['code']}/classes?start={since}&end={until}").json()["points"]
    published = {}
    for line in table.read_text(encoding="utf-8").splitlines():
        cells = line.split(",")
        if cells[2] == "王庄桥南" and cells[3]:
            at = datetime.strptime(cells[3] + " +0800", "%Y-%m-%d %H:%M %z")
            published[to_epoch(at)] = cells[4]
    names = ("", "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ", "劣Ⅴ")
    assert {t: names[c] for t, c, _ in points} == published
    page = client.get(f"/api/v1/cloud/sections/{section['code']}").json()
    assert datetime.fromisoformat(page["now"]["at"]) == datetime(2021, 4, 5, 12, tzinfo=UTC)
    assert len(published) == 26
