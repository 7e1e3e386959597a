"""A river's file says what the registry and the records say, to each what they may see, on the page and on paper."""

import io

import docx
import pypdf
import pytest

from riverchief.web.ground.models import Case

API = "/api/v1/basin/rivers"


def part(client, name, code="qingxi"):
    return next(p for p in client.get(f"{API}/{code}").json()["parts"] if p["name"] == name)


@pytest.fixture
def river(platform):
    from riverchief.web import context

    return context.basin().basin.rivers[0].code


def test_the_file_has_every_part_and_kilometres_along_the_whole_river(person, river):
    told = person("prefecture", region="149900000000").get(f"{API}/{river}").json()
    assert [p["name"] for p in told["parts"]] == [
        "river_summary", "river_chiefs", "river_sections", "river_outfalls", "river_projects", "river_targets", "river_cases",
        "river_photos", "river_restoration", "river_culture", "sources",
    ]  # fmt: skip
    shown = told["parts"][0]
    assert all(row[column["key"]] is not None for row in shown["rows"] for column in shown["columns"]), (
        "no empty column"
    )
    assert told["length_m"] == 34_800  # 11.8 + 11.4 + 11.6 km
    sections = {row["_code"]: row["km"] for row in told["parts"][2]["rows"]}
    assert sections == {"sec-beiguan": 0.2, "sec-shiqiao": 14.8, "sec-liuwan": 27.8}
    chiefs = [row["_chief"] for row in told["parts"][1]["rows"]]
    assert chiefs[:3] == ["ch-city"] * 3
    assert chiefs[-2:] == ["po-qingxi", "gu-beiguan"] or set(chiefs[-3:]) == {"po-qingxi", "gu-beiguan"}


def test_everybody_reads_only_the_cases_that_are_theirs_to_see(person, river, clock):
    for number, region in (("A", "149901000000"), ("B", "149902000000")):
        Case.objects.create(
            id=f"case-{number}", number=number, region=region, title_key="case.title.walker", source="walker",
            opened_at=clock.now(), reporter="x", reach="qx1" if number == "A" else "qx3", chainage_m=1000.0,
        )  # fmt: skip
    county = person("county", region="149901000000")
    assert [row["number"] for row in part(county, "river_cases", river)["rows"]] == ["A"]
    above = person("prefecture", region="149900000000")
    assert {row["number"]: row["km"] for row in part(above, "river_cases", river)["rows"]} == {"A": 1.0, "B": 24.2}


@pytest.mark.parametrize(("language", "words"), [("zh", "历任河长"), ("en", "Chiefs through time")])
def test_it_is_printed_as_word_and_pdf_with_the_same_facts(person, river, language, words):
    office = person("prefecture", region="149900000000")
    word = office.get(f"{API}/{river}/file", {"language": language, "form": "docx"})
    paper = docx.Document(io.BytesIO(word.content))
    text = "\n".join(p.text for p in paper.paragraphs) + "\n".join(
        cell.text for table in paper.tables for row in table.rows for cell in row.cells
    )
    assert words in text
    pdf = office.get(f"{API}/{river}/file", {"language": language, "form": "pdf"})
    printed = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf.content)).pages)
    assert words.replace(" ", "") in printed.replace(" ", "").replace("\n", "")
    for name in ("27.8", "14.8"):
        assert name in text
        assert name in printed


def test_an_unknown_river_or_format_is_told(person, river):
    client = person("auditor")
    assert client.get(f"{API}/nowhere").status_code == 404
    assert client.get(f"{API}/{river}/file", {"form": "odt"}).status_code == 400
    assert client.get(f"{API}/{river}/file", {"language": "fr"}).status_code == 400
