"""Reports on the platform: asked for by offices, made as jobs, kept, read by those who may, equal to the API's numbers."""

import io
from dataclasses import replace
from datetime import date, datetime

import openpyxl
import pypdf
import pytest
from docx import Document

from riverchief.base.readings import SeriesKey
from riverchief.base.time import CHINA, to_epoch
from riverchief.govern.report.wording import class_name, number
from riverchief.store import Row
from riverchief.web import context
from riverchief.web.govern import reports
from riverchief.web.govern.models import Report
from riverchief.web.loop.models import Event, Schedule

PREFECTURE, COUNTY, OTHER = "149900000000", "149901000000", "140100000000"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"


pytestmark = pytest.mark.usefixtures("chinese")


def measured(station, day, **values):
    observations = context.store().observations
    at = datetime(day.year, day.month, day.day, 12, tzinfo=CHINA)
    given = {"ph": 8.0, "do": 8.0, "codmn": 3.0, "nh3n": 0.3, "tp": 0.05} | values
    rows = [Row(observations.series_id(SeriesKey(station, c), unit="mg/L"), to_epoch(at), v) for c, v in given.items()]
    observations.write(rows, known_at=at, who="test")


@pytest.fixture
def autumn(platform):
    """Readings at both sections of the mini basin, worse in October than in September."""
    for day in (3, 12, 25):
        measured("st-shiqiao", date(2026, 9, day))
        measured("st-liuwan", date(2026, 9, day))
        measured("st-shiqiao", date(2026, 10, day), tp=0.31 + day / 1000, codmn=7.25)
        measured("st-liuwan", date(2026, 10, day), nh3n=0.412)


@pytest.fixture
def office(person):
    return person("prefecture", region=PREFECTURE, username="prefecture")


def ask(client, **wish):
    given = {"kind": "monthly", "period": "2026-10", **wish}
    return client.post("/api/v1/govern/reports", given, content_type="application/json")


def made(client, **wish):
    answer = ask(client, **wish)
    assert answer.status_code == 200, answer.content
    reports.run(answer.json()["id"])
    return client.get(f"/api/v1/govern/reports/{answer.json()['id']}").json()


def content(client, told, form):
    name = next(f["name"] for f in told["files"] if f["format"] == form)
    answer = client.get(f"/api/v1/govern/reports/{told['id']}/files/{name}")
    assert answer.status_code == 200
    return answer.content


def table_of(word, headers):
    for table in Document(io.BytesIO(word)).tables:
        rows = [["".join(t.text or "" for t in cell._tc.iter(W)) for cell in row.cells] for row in table.rows]
        if rows[0] == headers:
            return [dict(zip(headers, row, strict=True)) for row in rows[1:]]
    raise AssertionError(f"no table with {headers}")


def test_the_numbers_of_all_three_files_are_those_of_the_api(autumn, office):
    told = made(office, language="zh")
    assert told["state"] == "done", told["error"]
    api = {
        code: office.get(f"/api/v1/cloud/sections/{code}/period?period=2026-10").json()
        for code in ("sec-shiqiao", "sec-liuwan")
    }
    to_date = {code: office.get(f"/api/v1/cloud/sections/{code}/period?period=2026-01..2026-10").json() for code in api}
    word = content(office, told, "docx")
    head = ["断面", "河流", "县（市、区）", "级别", "目标", "本期", "上期", "上年同期", "超标项目（倍数）", "达标情况"]
    sections = {row["断面"]: row for row in table_of(word, head)}
    names = {s.code: s.name_zh for s in context.basin().basin.sections}
    for code, answer in api.items():
        row = sections[names[code]]
        assert row["本期"] == class_name(answer["class"], "zh")
        assert row["达标情况"] == ("达标" if answer["on_target"] else "超标")
    assert sections[names["sec-shiqiao"]]["超标项目（倍数）"].startswith("总磷（0.6"), "0.323 mg/L is 0.62 over 0.2"
    assert sections[names["sec-shiqiao"]]["上期"] == "Ⅱ"
    assert sections[names["sec-shiqiao"]]["上年同期"] == "—"
    pdf = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content(office, told, "pdf"))).pages)
    book = openpyxl.load_workbook(io.BytesIO(content(office, told, "xlsx")))
    rows = {row[0].value: row for row in book["年初以来水质"].iter_rows(min_row=5)}
    for code, answer in to_date.items():
        for i, (item, decimals) in enumerate((("do", 2), ("codmn", 2), ("nh3n", 3), ("tp", 3)), 3):
            cell = rows[names[code]][i]
            assert cell.value == pytest.approx(answer["means"][item], rel=1e-12)
            assert cell.hyperlink.target.endswith(f"/cloud/sections/{code}/period?period=2026-01..2026-10")
            assert number(answer["means"][item], decimals, "zh") in pdf
    rated = office.get("/api/v1/cloud/ratings?period=2026-10&against=previous").json()
    river = {row[0].value: row for row in book["河流水质状况"].iter_rows(min_row=5)}
    for answer in rated["rivers"]:
        if answer["n_sections"]:
            assert river[answer["name_zh"]][2].value == pytest.approx(answer["good_share"] / 100)
            assert river[answer["name_zh"]][4].value == answer["rating"]["zh"]


def test_english_reads_english_and_its_queries_answer(autumn, office):
    told = made(office, language="en")
    book = openpyxl.load_workbook(io.BytesIO(content(office, told, "xlsx")))
    assert "Water quality at the sections" in book.sheetnames
    links = {
        c.hyperlink.target
        for sheet in book
        for row in sheet.iter_rows()
        for c in row
        if c.hyperlink and c.hyperlink.target
    }
    paths = sorted({link.split("8000", 1)[1] for link in links if "/api/v1/" in link})
    assert len(paths) >= 5
    for path in paths:
        if "dischargers" not in path:
            assert office.get(path).status_code == 200, path


def test_what_changed_is_told_against_the_report_that_was_kept(autumn, office):
    made(office, period="2026-09", formats=["xlsx"])
    told = made(office, formats=["xlsx"])
    assert told["diff"]["against"] == "2026-09"
    assert any("变差" in item["zh"] and "石桥" in item["zh"] for item in told["diff"]["items"])
    facts = office.get(f"/api/v1/govern/reports/{told['id']}/facts").json()
    changes = next(part for part in facts["parts"] if part["name"] == "changes")
    assert changes["said"][0]["zh"] == "与2026年9月的报告相比。"


def test_a_first_report_is_held_against_the_period_before_computed_anew(autumn, office):
    told = made(office, formats=["xlsx"])
    facts = office.get(f"/api/v1/govern/reports/{told['id']}/facts").json()
    changes = next(part for part in facts["parts"] if part["name"] == "changes")
    assert changes["said"][0]["zh"].startswith("上期报告未存档")
    assert any(row["name"]["zh"] and row["what"]["zh"] == "断面类别" for row in changes["rows"])


def test_parts_without_data_say_so(platform, office):
    told = made(office, formats=["docx"])
    assert told["state"] == "done", told["error"]
    assert any(item["zh"] == "事件办理：本期没有事件。" for item in told["missing"])
    text = "".join(p.text for p in Document(io.BytesIO(content(office, told, "docx"))).paragraphs)
    assert "没有可评价的断面" in text
    assert "本期没有事件。" in text


def test_the_same_facts_give_the_same_bytes_later(autumn, office, clock):
    told = made(office)
    measured("st-shiqiao", date(2026, 10, 30), tp=0.9)  # a late reading changes what is known, not what was reported
    clock.advance(86_400)
    kept = Report.objects.get(pk=told["id"])
    assert [item["equal"] for item in reports.again(kept)] == [True, True, True]


def test_the_same_wish_is_the_same_report_while_it_waits(platform, office):
    first, second = ask(office).json(), ask(office).json()
    assert first["id"] == second["id"]
    assert ask(office, language="en").json()["id"] != first["id"]


def test_a_report_can_be_stopped_before_and_while_it_is_made(platform, office, monkeypatch):
    waiting = ask(office).json()
    assert office.post(f"/api/v1/govern/reports/{waiting['id']}/stop").json()["state"] == "stopped"
    again = office.post(f"/api/v1/govern/reports/{waiting['id']}/stop")
    assert again.status_code == 409
    running = ask(office).json()
    steps = []

    def advance(found, progress, step):
        steps.append(progress)
        if len(steps) == 3:
            Report.objects.filter(pk=found.pk).update(stopping=True)
        return real(found, progress, step)

    real = reports._advance
    monkeypatch.setattr(reports, "_advance", advance)
    assert reports.run(running["id"]).state == "stopped"
    assert len(steps) == 3
    assert steps == sorted(steps)
    assert office.get(f"/api/v1/govern/reports/{running['id']}").json()["files"] == []


def test_a_failure_is_told_and_kept(platform, office, tmp_path):
    folder = tmp_path / "templates" / "report"
    folder.mkdir(parents=True)
    (folder / "monthly.zh.docx").write_bytes(b"no Word file")
    told = made(office, formats=["docx"])
    assert (told["state"], told["error_code"]) == ("failed", "input")
    assert "save it as .docx in Word" in told["error"]


def test_who_may_ask_read_and_stop(platform, office, person):
    county, other = person("county", region=COUNTY), person("county", region=OTHER)
    chief, auditor = person("chief", region=COUNTY, chief="ch-beiguan"), person("auditor")
    told = made(office, formats=["xlsx"])
    address = f"/api/v1/govern/reports/{told['id']}"
    name = told["files"][0]["name"]
    assert auditor.get(f"{address}/files/{name}").status_code == 200
    for stranger in (county, other, chief):
        assert stranger.get(address).status_code == 404
        assert stranger.get(f"{address}/files/{name}").status_code == 404
        assert stranger.get("/api/v1/govern/reports").json()["items"] == []
    mine = ask(county)
    assert mine.json()["region"] == COUNTY
    assert ask(county, region=PREFECTURE).status_code == 403
    assert ask(chief).status_code == 403
    assert auditor.post(f"/api/v1/govern/reports/{mine.json()['id']}/stop").status_code == 403
    assert [item["id"] for item in office.get("/api/v1/govern/reports").json()["items"]] == [
        mine.json()["id"],
        told["id"],
    ]


WRONG = (
    ({"kind": "montly"}, "did you mean 'monthly'"),
    ({"period": "2026"}, "a monthly report needs a month such as 2026-10"),
    ({"period": "2027-01"}, "has not begun"),
    ({"language": "fr"}, "language 'fr' is not known"),
    ({"formats": ["doc"]}, "did you mean 'docx'"),
    ({"formats": []}, "at least one format"),
    ({"region": "x"}, "is not 2 to 12 digits"),
)


def test_wrong_wishes_are_refused_with_what_to_do(platform, office):
    for wish, word in WRONG:
        answer = ask(office, **wish)
        assert (answer.status_code, word in answer.json()["sentence"]) == (400, True), wish


def test_reports_that_are_due_are_queued_once(platform, clock, settings):
    settings.CONFIG = replace(
        settings.CONFIG, values={**settings.CONFIG.values, "scheduled_reports": ["daily", "monthly"]}
    )
    reports.queue_due()
    assert not Report.objects.exists(), "what ended before the first look is nobody's wish"
    Schedule.objects.create(name=reports.DUE, last_at=clock.now(), due_at=clock.now())
    clock.advance(86_400)
    reports.queue_due()
    reports.queue_due()
    assert [(r.kind, r.period, r.by) for r in Report.objects.all()] == [("daily", "2026-11-21", "platform")]
    clock.advance(12 * 86_400)
    reports.queue_due()
    assert {(r.kind, r.period) for r in Report.objects.all()} == {
        ("daily", "2026-11-21"),
        ("daily", "2026-12-03"),
        ("monthly", "2026-11"),
    }


def test_what_a_dead_process_left_is_queued_again(platform, office):
    told = ask(office).json()
    Report.objects.filter(pk=told["id"]).update(state="running")
    reports.requeue_orphans()
    assert Report.objects.get(pk=told["id"]).state == "queued"


def test_progress_is_told_by_events(autumn, office):
    told = made(office, formats=["xlsx"])
    assert [e.data["state"] for e in Event.objects.filter(kind="report", subject=told["id"])] == [
        "queued",
        "running",
        "done",
    ]


def test_a_superiors_sheet_is_filled_from_the_same_facts(autumn, office):
    told = made(office, formats=["xlsx"])
    answer = office.get(f"/api/v1/govern/reports/{told['id']}/exports/nation")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    means = office.get("/api/v1/cloud/sections/sec-liuwan/period?period=2026-01..2026-10").json()["means"]
    row = next(row for row in book["年初以来均值"].iter_rows(min_row=4, values_only=True) if row[2] == "柳湾")
    assert row[6:] == (round(means["do"], 2), round(means["codmn"], 2), round(means["nh3n"], 3), round(means["tp"], 3))
    assert office.get(f"/api/v1/govern/reports/{told['id']}/exports/provinz").status_code == 400


def test_every_kind_is_made_from_the_platform(autumn, office):
    for kind, period in (("daily", "2026-10-12"), ("weekly", "2026-W41"), ("meeting", "2026-10"), ("annual", "2026")):
        told = made(office, kind=kind, period=period, formats=["xlsx"])
        assert told["state"] == "done", (kind, told["error"])
        assert told["parts"][0]["name"] == "summary"
    facts = office.get(f"/api/v1/govern/reports/{told['id']}/facts").json()
    assert facts["period"] == "2026"


def test_a_day_and_a_week_have_the_class_of_their_mean(autumn, office):
    day = made(office, kind="daily", period="2026-10-12", formats=["xlsx"])
    facts = office.get(f"/api/v1/govern/reports/{day['id']}/facts").json()
    rows = {row["name"]["zh"]: row for row in next(p for p in facts["parts"] if p["name"] == "sections")["rows"]}
    days = office.get("/api/v1/cloud/sections/sec-shiqiao/year?year=2026").json()["days"]
    assert rows["石桥"]["class"] == next(d["class"] for d in days if d["day"] == "2026-10-12") == 5
    assert rows["石桥"]["_over"] == ["codmn", "tp"]
    assert rows["北关入境"]["class"] == 0


def test_a_target_stands_in_the_bulletin_as_on_the_board(autumn, office):
    given = {"kind": "section_class", "place": "sec-shiqiao", "start": "2026-01-01", "end": "2026-12-31"}
    given |= {"required": {"value": 3}, "name_zh": "石桥达到Ⅲ类", "name_en": "Shiqiao in class Ⅲ", "issuer": "省厅"}
    key = office.post("/api/v1/govern/targets", given, content_type="application/json").json()["id"]
    board = office.get(f"/api/v1/govern/targets/{key}").json()
    told = made(office, formats=["xlsx"])
    book = openpyxl.load_workbook(io.BytesIO(content(office, told, "xlsx")))
    row = next(book["目标与研判"].iter_rows(min_row=5))
    values = [cell.value for cell in row]
    assert values[0] == "石桥达到Ⅲ类"
    assert values[2] == "Ⅲ※", "nobody has confirmed it"
    assert values[3] == class_name(board["to_date"]["class"], "zh")
    assert values[4] == (board["outlook"]["probability"] if board["outlook"]["probability"] is not None else "—")
    assert values[6] == board["allowed"]["zh"]
