"""Sheets over HTTP: computed and entered inputs, what is missing, Excel in and out, and what may be made official."""

import io
import json
from datetime import timedelta

import openpyxl
import pytest

from riverchief.base.readings import Flag, SeriesKey
from riverchief.base.time import to_epoch
from riverchief.govern.sheets import named, names
from riverchief.store import Row
from riverchief.web import context
from riverchief.web.accounts.models import AuditEntry
from riverchief.web.govern.collectors import COLLECTORS
from riverchief.web.govern.models import FrozenSheet, SheetInput

COUNTY, OTHER, PREFECTURE = "149901000000", "149902000000", "149900000000"
OWN = """format = 1
code = "wells"
version = "2026"
name_zh = "机井关停考核表"
name_en = "Closing of wells"
status = "confirmed"
document = "the prefecture's notice of 2026"
subject = "water"
period = "month"
maximum = 10

[[input]]
name = "wells_closed"
name_zh = "已关停自备井数"
name_en = "private wells closed"

[[input]]
name = "wells_to_close"
name_zh = "应关停自备井数"
name_en = "private wells to be closed"

[[item]]
code = "closed"
name_zh = "关停率"
name_en = "closed"
weight = 8
formula = "weight * wells_closed / wells_to_close"

[[item]]
code = "file"
name_zh = "档案"
name_en = "file"
kind = "manual"
weight = 2
"""


@pytest.fixture
def own(platform):
    folder = platform / "sheets"
    folder.mkdir()
    (folder / "wells.toml").write_text(OWN, encoding="utf-8")
    return folder


def post(client, path, **body):
    return client.post(f"/api/v1/govern/{path}", json.dumps(body), content_type="application/json")


def page(client, code, **query):
    answer = client.get(f"/api/v1/govern/sheets/{code}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def item(found, code):
    return next(one for one in found["items"] if one["code"] == code)


def test_every_source_of_a_shipped_sheet_is_computed_here():
    sources = {spec.source.partition("@")[0] for code in names() for spec in named(code).inputs if spec.source}
    assert sources <= set(COLLECTORS)


def test_every_sheet_opens_on_a_basin_and_hides_nothing(person):
    client = person("prefecture", region=PREFECTURE)
    for code in names():
        found = page(client, code)
        assert found["status"] in ("example", "template")
        assert found["banner_zh"]
        assert found["freeze"]["possible"] is False
        assert "不能定稿" in found["freeze"]["zh"]
        if found["status"] == "template":
            assert found["total"] is None
            assert all(one["points"] is None for one in found["items"])
        for one in found["items"]:
            for given in one["inputs"]:
                assert (given["value"] is None) == (given["missing"] is not None)
                assert given["missing"] is None or (given["missing"]["zh"] and given["missing"]["en"])
        assert found["regions"][0]["code"] == found["region"] == PREFECTURE


def test_projects_are_counted_from_their_boards_and_ranked_by_county(person):
    client = person("prefecture", region=PREFECTURE)
    # by November 2026 both have started, the buffer of 149902 is done, the works of 149901 is due in December
    found = page(client, "key-projects", period="2026-11")
    assert [item(found, code)["value"] for code in ("start_rate", "completion_rate", "completion_on_plan")] == [
        100,
        50,
        100,
    ]
    total = next(one for one in item(found, "start_rate")["inputs"] if one["name"] == "projects_total")
    assert (total["name"], total["value"], total["computed"], total["form"]) == ("projects_total", 2.0, True, False)
    assert {one["href"] for one in total["records"]} == {"/project/prj-1", "/project/prj-2"}
    places = {one["code"]: one for one in found["places"]}
    assert [places[code]["ranks"]["completion_rate"] for code in (COUNTY, OTHER)] == [2, 1]
    # at the end of March only the works had started
    march = page(client, "key-projects", period="2026-03")
    assert [item(march, code)["value"] for code in ("start_rate", "starts_late")] == [50, 0]


def test_sections_are_judged_from_their_series(person, clock):
    observations = context.store().observations
    for code, value in (("ph", 7.8), ("do", 8.5), ("codmn", 7.0), ("nh3n", 0.4), ("tp", 0.1)):
        number = observations.series_id(SeriesKey("st-shiqiao", code), unit="mg/L")
        rows = [Row(number, to_epoch(clock.now() - timedelta(hours=4 * k)), value, Flag.OK) for k in range(1, 110)]
        observations.write(rows, known_at=clock.now(), who="test")
    found = page(person("prefecture", region=PREFECTURE), "happy-river-five", period="2026")
    judged = next(one for one in item(found, "good")["inputs"] if one["name"] == "sections_judged")
    if judged["value"] is None:  # a year of 18 days is not enough for a class, and that is said
        assert "不足" in judged["missing"]["zh"]
        assert item(found, "good")["value"] is None
    else:
        assert item(found, "good")["value"] == 0.0


def test_a_number_is_entered_with_who_when_and_why_and_serves_every_sheet_that_asks(person, clock):
    client = person("county", region=COUNTY, username="shangchuan")
    before = page(client, "groundwater-control", region=COUNTY, period="2026")
    assert item(before, "use")["state"] == "missing"
    assert item(before, "use")["inputs"][0]["missing"] == {"zh": "尚未填报", "en": "nobody has entered it yet"}
    for name, value, unit in (("groundwater_use", 44_900_000, "m³"), ("groundwater_limit", 4678, "")):
        answer = post(client, "sheets/groundwater-control/inputs", region=COUNTY, period="2026", name=name, value=value,
                      unit=unit, why="年报")  # fmt: skip
        assert answer.status_code == 200, answer.content
    after = page(client, "groundwater-control", region=COUNTY, period="2026")
    assert item(after, "use")["value"] == pytest.approx(4490 / 4678 * 100)
    given = item(after, "use")["inputs"][0]
    assert (given["value"], given["entered"]["by"], given["entered"]["why"]) == (4490.0, "shangchuan", "年报")
    record = given["records"][0]
    assert record["href"] == f"/explain/{record['id']}"
    explained = client.get(f"/api/v1/loop/explain/{record['id']}").json()
    assert (explained["step"], explained["params"]["value"]) == ("input", 4490.0)
    assert AuditEntry.objects.filter(what="enter-inputs", who="shangchuan").count() == 2
    # withdrawn again: missing again, and the history keeps both
    post(client, "sheets/groundwater-control/inputs", region=COUNTY, period="2026", name="groundwater_use", value=None)
    assert item(page(client, "groundwater-control", region=COUNTY, period="2026"), "use")["value"] is None
    history = client.get("/api/v1/govern/inputs", {"name": "groundwater_use"}).json()
    assert [one["value"] for one in history["items"]] == [None, 4490.0]


def test_what_is_computed_cannot_be_entered_and_a_wrong_name_is_told(person):
    client = person("county", region=COUNTY)
    answer = post(client, "sheets/key-projects/inputs", region=COUNTY, period="2026-11", name="projects_total", value=9)
    assert answer.status_code == 400
    assert "comes to 1; it cannot be entered" in answer.json()["sentence"]
    answer = post(client, "sheets/key-projects/inputs", region=COUNTY, period="2026-11", name="projects_totl", value=9)
    assert "did you mean 'projects_total'" in answer.json()["sentence"]
    answer = post(client, "sheets/enforcement/inputs", region=COUNTY, period="2026", name="law_filed", value=9)
    assert (answer.status_code, answer.json()["code"]) == (400, "input")
    assert "is made by the month" in answer.json()["sentence"]


@pytest.mark.parametrize(
    ("role", "region", "reads", "enters"),
    [
        ("county", COUNTY, 200, 200), ("county", OTHER, 403, 403), ("prefecture", PREFECTURE, 200, 200),
        ("auditor", "", 200, 403), ("department", PREFECTURE, 200, 403), ("guard", COUNTY, 200, 403),
        ("citizen", "", 403, 403), ("system", "", 200, 200),
    ],
)  # fmt: skip
def test_offices_of_the_region_enter_and_auditors_read(person, role, region, reads, enters):
    client = person(role, region=region)
    assert client.get("/api/v1/govern/sheets/enforcement", {"region": COUNTY}).status_code == reads
    answer = post(client, "sheets/enforcement/inputs", region=COUNTY, period="2026-11", name="law_filed", value=3)
    assert answer.status_code == enters
    assert SheetInput.objects.count() == (1 if enters == 200 else 0)
    if reads == 200:
        found = page(client, "enforcement", region=COUNTY)
        assert found["enter"] is (enters == 200)
        assert item(found, "filed")["inputs"][0]["form"] is (enters == 200)


def workbook(client, code, values, **query):
    made = client.get(f"/api/v1/govern/sheets/{code}/template.xlsx", query)
    assert made.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(made.content))
    sheet = book.active
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=6)}
    for name, value in values.items():
        rows[name][4].value = value
        rows[name][5].value = "台账"
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    out.name = f"{code}.xlsx"
    return out


def test_a_form_goes_out_and_comes_back_first_looked_at_then_taken(person):
    client = person("county", region=COUNTY, username="shangchuan")
    file = workbook(client, "enforcement", {"law_filed": 10, "law_closed": "八", "law_fines": 43.5}, region=COUNTY)
    for dry in (True, False):
        file.seek(0)
        answer = client.post(
            "/api/v1/govern/sheets/enforcement/import",
            {"file": file, "region": COUNTY, "period": "2026-11", "dry_run": dry},
        )
        told = answer.json()
        assert answer.status_code == 200, told
        assert (told["dry_run"], told["taken"]) == (dry, 2)
        bad = [row for row in told["rows"] if not row["ok"]]
        assert [(row["name"], row["zh"]) for row in bad] == [("law_closed", "“八”不是数。")]
        assert SheetInput.objects.count() == (0 if dry else 2)
    found = page(client, "enforcement", region=COUNTY, period="2026-11")
    assert (item(found, "filed")["value"], item(found, "closed")["value"]) == (10.0, None)
    kept = SheetInput.objects.get(name="law_filed")
    file.seek(0)
    assert context.store().files.read(kept.file) == file.read()
    # what comes back as it went out is entered by nobody
    again = workbook(client, "enforcement", {}, region=COUNTY)
    answer = client.post(
        "/api/v1/govern/sheets/enforcement/import", {"file": again, "region": COUNTY, "dry_run": False}
    )
    assert (answer.json()["taken"], SheetInput.objects.count()) == (0, 2)


def test_a_file_that_is_no_workbook_is_told(person):
    file = io.BytesIO(b"not a workbook")
    file.name = "x.xlsx"
    answer = person("county", region=COUNTY).post(
        "/api/v1/govern/sheets/enforcement/import", {"file": file, "region": COUNTY, "period": "2026-11"}
    )
    assert answer.status_code == 400
    assert "is no Excel workbook" in answer.json()["sentence"]


def test_only_a_confirmed_complete_sheet_of_a_period_that_is_over_is_frozen(person, own, clock):
    client = person("county", region=COUNTY, username="shangchuan")
    freeze = lambda code, period, **more: post(client, f"sheets/{code}/freeze", region=COUNTY, period=period, **more)  # noqa: E731
    for code, words in (("enforcement", "An example cannot be frozen"), ("river-health", "A template that nobody has")):
        answer = freeze(code, "2026-10" if code == "enforcement" else "2025")
        assert (answer.status_code, words in answer.json()["sentence"]) == (409, True)
    assert "is not over yet" in freeze("wells", "2026-11").json()["sentence"]
    assert "Still open: closed, file." in freeze("wells", "2026-10").json()["sentence"]
    for name, value in (("wells_closed", 27), ("wells_to_close", 30)):
        post(client, "sheets/wells/inputs", region=COUNTY, period="2026-10", name=name, value=value)
    answer = post(client, "sheets/wells/inputs", region=COUNTY, period="2026-10", item="file", value=3, why="缺两份")
    assert "file has 0 to 2 points" in answer.json()["sentence"]
    assert (
        post(client, "sheets/wells/inputs", region=COUNTY, period="2026-10", item="file", value=1.5).status_code == 400
    )
    post(client, "sheets/wells/inputs", region=COUNTY, period="2026-10", item="file", value=1.5, why="缺一份")
    found = page(client, "wells", region=COUNTY, period="2026-10")
    assert (found["total"], found["freeze"]["possible"]) == (8.7, True)  # 8 · 27/30 + 1.5
    frozen = freeze("wells", "2026-10").json()
    assert freeze("wells", "2026-10").json()["id"] == frozen["id"]  # twice the same is once
    opened = client.get(f"/api/v1/govern/frozen/{frozen['id']}").json()
    assert (opened["points"], opened["holds"], opened["document"]) == (8.7, True, "the prefecture's notice of 2026")
    tree = client.get(f"/api/v1/loop/explain/{frozen['id']}").json()
    assert {parent["step"] for parent in tree["parents"]} == {"input"}
    clock.advance(60)
    post(client, "sheets/wells/inputs", region=COUNTY, period="2026-10", name="wells_closed", value=30)
    assert "say why this one replaces it" in freeze("wells", "2026-10").json()["sentence"]
    second = freeze("wells", "2026-10", why="漏报三眼").json()
    found = page(client, "wells", region=COUNTY, period="2026-10")
    assert [one["id"] for one in found["frozen"]] == [second["id"], frozen["id"]]
    assert client.get(f"/api/v1/govern/frozen/{second['id']}").json()["previous"] == frozen["hash"]
    assert client.get(f"/api/v1/govern/frozen/{frozen['id']}").json()["points"] == 8.7


def test_a_frozen_sheet_cannot_be_changed_or_removed(person, own, clock):
    row = FrozenSheet(id="frozen-01JD0Q4V6Z3M8N5T2R7W9XYABC", region=COUNTY, sheet="wells", version="1", period="2026-10",
                      by="x", at=clock.now())  # fmt: skip
    row.hash = row.digest()
    row.save()
    with pytest.raises(TypeError, match="cannot be changed"):
        row.save()
    with pytest.raises(TypeError, match="cannot be removed"):
        row.delete()
    FrozenSheet.objects.filter(pk=row.pk).update(result={"points": 100})
    told = person("auditor").get(f"/api/v1/govern/frozen/{row.pk}").json()
    assert told["holds"] is False


def test_the_list_tells_subjects_states_and_own_files_that_cannot_be_read(person, own):
    (own / "broken.toml").write_text(OWN.replace("* wells_closed / wells_to_close", "* wells_closd"), encoding="utf-8")
    found = person("county", region=COUNTY).get("/api/v1/govern/sheets").json()
    cards = {one["code"]: one for one in found["items"]}
    assert set(cards) == {*names(), "wells"}
    assert (cards["wells"]["status"], cards["wells"]["subject_zh"]) == ("confirmed", "水资源与节水")
    assert len(found["faults"]) == 1
    assert "broken.toml, item closed: input 'wells_closd' is not known" in found["faults"][0]
    assert "(line 27, column" in found["faults"][0]


def test_ecological_flow_comes_from_the_gauges(person, clock):
    gauge = next(one for one in context.basin().basin.stations if one.kind == "hydrology" and one.flow_minimum_m3s)
    number = context.store().observations.series_id(SeriesKey(gauge.code, "flow"), unit="m³/s")
    kept, low = gauge.flow_minimum_m3s * 1.5, gauge.flow_minimum_m3s * 0.5
    step_s = gauge.interval_s["flow"]
    # the first three whole local days are kept, the fourth is not
    start = clock.now() - timedelta(days=4)
    rows = [
        Row(number, to_epoch(start) + k * step_s, kept if k * step_s <= 3 * 86_400 else low, Flag.OK)
        for k in range(1, 4 * 86_400 // step_s + 1)
    ]
    context.store().observations.write(rows, known_at=clock.now(), who="test")
    clock.advance(3600)
    found = page(person("prefecture", region=PREFECTURE), "happy-river-five", period="2026")
    flow = item(found, "ecoflow")
    assert flow["value"] == pytest.approx(75.0)
    assert [one["href"] for one in flow["inputs"][0]["records"]] == [f"/station/{gauge.code}"]


def test_nobody_gives_points_on_a_template(person):
    client = person("county", region=COUNTY)
    answer = post(
        client, "sheets/river-health/inputs", region=COUNTY, period="2026", item="fish", value=15, why="survey"
    )
    assert (answer.status_code, "is a template and gives no points" in answer.json()["sentence"]) == (409, True)
    # points of a time when the sheet still was another do not break it
    SheetInput.objects.create(id="input-01JD0Q4V6Z3M8N5T2R7W9XYABC", region=COUNTY, period="2026", name="river-health.fish",
                              value=99, by="x", at=context.now())  # fmt: skip
    assert item(page(client, "river-health", region=COUNTY, period="2026"), "fish")["manual"] is False


def test_signs_that_no_database_keeps_and_units_that_are_none_are_told(person):
    client = person("county", region=COUNTY)
    path, known = "sheets/enforcement/inputs", {"region": COUNTY, "period": "2026-11", "name": "law_fines"}
    for odd in ("a\x00b", "a\ud83cb"):
        answer = post(client, path, **known, value=3, why=odd)
        assert (answer.status_code, "half of a character" in answer.json()["sentence"]) == (400, True)
    assert not SheetInput.objects.exists()
    answer = post(client, path, **known, value=3, unit='x,"\n')
    assert (answer.status_code, "单位" in answer.json()["data"]["zh"]) == (400, True)
    answer = client.get("/api/v1/govern/inputs", {"name": "\x00", "region": "14"})
    assert (answer.status_code, answer.json()["code"], answer.json()["data"]) == (400, "input", {"parameter": "name"})
    assert client.get("/api/v1/govern/inputs", {"period": "x"}).status_code == 400


def test_a_frozen_sheet_is_printed_with_names_for_codes(chinese, person, own):
    client = person("county", region=COUNTY, username="shangchuan")
    for name, value in (("wells_closed", 27), ("wells_to_close", 30)):
        post(client, "sheets/wells/inputs", region=COUNTY, period="2026-10", name=name, value=value)
    post(client, "sheets/wells/inputs", region=COUNTY, period="2026-10", item="file", value=1.5, why="缺一份")
    key = post(client, "sheets/wells/freeze", region=COUNTY, period="2026-10").json()["id"]
    path = f"/api/v1/govern/frozen/{key}/files/"
    book = openpyxl.load_workbook(io.BytesIO(client.get(path + "zh.xlsx").content))
    told = "".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    assert "8.7 / 10" in told  # 8 · 27/30 + 1.5
    assert "权重 × 已关停自备井数 ÷ 应关停自备井数" in told
    assert "wells_closed" not in told
    assert client.get(path + "en.pdf").content.startswith(b"%PDF")
    assert client.get(path + "en.docx").content.startswith(b"PK")
    assert client.get(path + "en.exe").status_code == 400
    assert person("county", region=OTHER).get(path + "zh.pdf").status_code == 404
