"""A chief's annual report of duty: what the records say, to the chief and the offices above, on the page and on paper."""

import io
from datetime import datetime, timedelta

import docx
import pypdf
import pytest
from PIL import Image

from riverchief.base.ids import new_id
from riverchief.base.time import CHINA
from riverchief.web import context
from riverchief.web.govern import scores
from riverchief.web.ground.models import Case, Evidence, Letter, Patrol

COUNTY, OTHER, PREFECTURE = "149901000000", "149902000000", "149900000000"
CHIEF = "ch-shangchuan"
PATH = f"/api/v1/govern/chiefs/{CHIEF}/duty"


def local(month, day):
    return datetime(2026, month, day, 10, tzinfo=CHINA)


def a_case(number, opened, due, closed=None, **more):
    return Case.objects.create(
        id=new_id("case", opened), number=number, title_key="case.walker", source="walker", type="dumping",
        state="closed" if closed else "dispatched", region=COUNTY, chief=CHIEF, reach="qx1", chainage_m=1500.0,
        opened_at=opened, dispatched_at=opened + timedelta(hours=1), due_at=due, closed_at=closed, **more,
    )  # fmt: skip


def a_photo(case, position, at, colour):
    out = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(out, "JPEG")
    Evidence.objects.create(
        id=new_id("evidence", at), case=case, position=position, kind="photo", by="x", at=at, hash=f"h{case.pk}{position}",
        sha256=context.store().files.put(out.getvalue()),
    )  # fmt: skip


@pytest.fixture
def year(platform, clock):
    """Two cases closed, one of them late, and one left; two patrols in March that count and one that does not."""
    kept = a_case("2026-0001", local(2, 3), local(2, 20), local(2, 15))
    a_photo(kept, 0, local(2, 3), (120, 90, 60))
    a_photo(kept, 1, local(2, 14), (60, 140, 90))
    a_case("2026-0002", local(3, 3), local(3, 10), local(3, 12))
    a_case("2026-0003", local(11, 1), local(11, 11))
    a_case("2026-0004", local(11, 2), local(12, 11), confidential=True)
    Case.objects.create(
        id="case-other", number="2026-0005", title_key="case.walker", source="walker", state="dispatched", region=OTHER,
        chief="ch-xiachuan", reach="qx3", chainage_m=100.0, opened_at=local(11, 1),
    )  # fmt: skip
    for n, valid in enumerate((True, True, False)):
        begun = local(3, 5 + n)
        Patrol.objects.create(
            id=new_id("patrol", begun), by="x", chief=CHIEF, region=COUNTY, started_at=begun,
            finished_at=begun + timedelta(minutes=30), result={"valid": valid, "length_m": 1500.0, "duration_s": 1800},
        )  # fmt: skip
    Letter.objects.create(
        id=new_id("letter", local(3, 11)), case=kept, kind="supervision_letter", step=1, state="answered",
        addressee=CHIEF, label={"zh": "上川县河长办督〔2026〕1号", "en": "Shangchuan 1 of 2026"},
        drafted_at=local(3, 11), issued_at=local(3, 11), answer_due_at=local(3, 18), answered_at=local(3, 17),
    )  # fmt: skip
    scores.score_chief(CHIEF, clock.now().date())
    return kept


def rows(client, name, **query):
    told = client.get(PATH, query).json()
    return next(part for part in told["parts"] if part["name"] == name)["rows"]


def test_the_report_counts_what_the_records_say(person, year):
    office = person("county", region=COUNTY)
    figures = {row["item"]["en"]: row["value"] for row in rows(office, "duty_summary")}
    assert (figures["Cases opened"], figures["Cases closed"], figures["of these, on time"]) == (3, 2, 1)
    assert (figures["Valid patrols"], figures["Length walked"]) == (2, 4.5)
    assert (figures["Letters and orders received"], figures["of these, answered in time"]) == (1, 1)
    march = next(row for row in rows(office, "duty_patrols") if row["month"] == "2026-03")
    assert (march["valid"], march["n"], march["length"], march["hours"]) == (2, 3, 4.5, 1.5)
    cases = {row["number"]: row["kept"] and row["kept"]["en"] for row in rows(office, "duty_cases")}
    assert cases == {"2026-0001": "yes", "2026-0002": "no", "2026-0003": None}
    (left,) = rows(office, "duty_open")
    assert (left["number"], round(left["late"], 1)) == ("2026-0003", 9.6)  # the 11th at 10:00 to the 21st at 00:00
    assert [row["month"] for row in rows(office, "duty_scores")] == ["2026-11"]
    assert rows(office, "duty_letters")[0]["label"]["zh"] == "上川县河长办督〔2026〕1号"


def test_the_chief_and_the_offices_above_read_it_and_nobody_else(person, year):
    assert person("chief", region=COUNTY, chief=CHIEF).get(PATH).status_code == 200
    assert person("prefecture", region=PREFECTURE).get(PATH).status_code == 200
    assert person("auditor").get(PATH).status_code == 200
    for role, where in (
        ("county", OTHER),
        ("department", COUNTY),
        ("guard", COUNTY),
        ("police", COUNTY),
        ("citizen", ""),
    ):
        for path in (PATH, f"{PATH}/2026/files/zh.pdf"):
            assert person(role, region=where, username=f"{role}{path[-3:]}").get(path).status_code == 403, role
    other = person("chief", region=COUNTY, chief="ch-beiguan-town", username="other")
    assert other.get(PATH).status_code == 403


def test_what_is_asked_wrongly_is_told(person, year):
    office = person("prefecture", region=PREFECTURE)
    assert "is no year of a report" in office.get(PATH, {"year": 2027}).json()["sentence"]
    assert office.get(f"{PATH}/2026/files/zh.exe").status_code == 404
    assert office.get("/api/v1/govern/chiefs/gu-beiguan/duty").status_code == 404
    before = office.get(PATH, {"year": 2025}).json()
    assert next(part for part in before["parts"] if part["name"] == "duty_cases")["missing"]["en"].startswith(
        "There was no"
    )


@pytest.mark.parametrize(("language", "words"), [("zh", "述职报告"), ("en", "Annual report of duty")])
def test_it_is_printed_with_the_photographs_before_and_after(chinese, person, year, language, words):
    chief = person("chief", region=COUNTY, chief=CHIEF)
    paper = docx.Document(io.BytesIO(chief.get(f"{PATH}/2026/files/{language}.docx").content))
    text = "\n".join(p.text for p in paper.paragraphs) + "\n".join(
        cell.text for table in paper.tables for row in table.rows for cell in row.cells
    )
    assert words in text
    for number in ("2026-0001", "2026-0002", "2026-0003"):
        assert number in text
    assert "2026-0004" not in text
    assert len(paper.inline_shapes) == 1
    printed = pypdf.PdfReader(io.BytesIO(chief.get(f"{PATH}/2026/files/{language}.pdf").content))
    told = "".join(page.extract_text() for page in printed.pages)
    assert "2026-0003" in told
    assert sum(len(page.images) for page in printed.pages) == 2, "a photograph before, and one after"
