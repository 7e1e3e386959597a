"""The files themselves: read back with other libraries, and made twice."""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace

import openpyxl
import pypdf
import pytest
from docx import Document

from govern.report import samples
from riverchief.base.errors import InputError, UnknownName
from riverchief.govern import report
from riverchief.govern.report.view import document

LANGUAGES = ("zh", "en")


def _plain(text):
    return re.sub(r"\s+", "", text.replace("\N{NARROW NO-BREAK SPACE}", ""))


def _docx_tables(content):
    """Cell texts of every table, links included."""
    paper = Document(io.BytesIO(content))
    return [
        [["".join(t.text or "" for t in cell._tc.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t")) for cell in row.cells] for row in table.rows]
        for table in paper.tables
    ]  # fmt: skip


def _pdf_text(content):
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cell_of_every_table_stands_in_the_word_file(made, facts, language):
    tables = _docx_tables(made[language, "docx"])
    shown = [part for part in document(facts, language).parts if part.rows]
    assert len(tables) == len(shown)
    for part, table in zip(shown, tables, strict=True):
        assert table[0] == list(part.headers)
        assert table[1:] == [[cell.text for cell in row] for row in part.rows], part.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_every_table_stands_in_the_workbook_as_a_number(made, facts, language):
    book = openpyxl.load_workbook(io.BytesIO(made[language, "xlsx"]))
    for part in document(facts, language).parts:
        sheet = book[part.title]
        for n, row in enumerate(part.rows, 5):
            for i, cell in enumerate(row, 1):
                found = sheet.cell(n, i)
                assert found.value == (cell.text if cell.number is None else pytest.approx(cell.number)), part.name
                assert (found.hyperlink.target if found.hyperlink else "") == cell.href
        if part.rows:
            assert sheet.freeze_panes == "B5"
            assert sheet.print_title_rows == "$4:$4"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cell_of_every_table_stands_in_the_pdf(made, facts, language):
    text = _plain(_pdf_text(made[language, "pdf"]))
    for part in document(facts, language).parts:
        assert _plain(part.heading) in text
        for row in part.rows:
            for cell in row:
                assert _plain(cell.text) in text, f"{part.name}: {cell.text}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_query_is_a_link_in_word_and_pdf(made, facts, language):
    wanted = {c.href for part in document(facts, language).parts for row in part.rows for c in row} - {""}
    assert len(wanted) > 4
    assert all(address.startswith("http://127.0.0.1:8000/") for address in wanted)
    paper = Document(io.BytesIO(made[language, "docx"]))
    assert wanted <= {rel.target_ref for rel in paper.part.rels.values() if rel.is_external}
    pages = pypdf.PdfReader(io.BytesIO(made[language, "pdf"])).pages
    marks = [a.get_object() for page in pages for a in page.get("/Annots", ())]
    assert wanted <= {mark["/A"]["/URI"] for mark in marks if "/A" in mark and "/URI" in mark["/A"]}


def test_the_files_are_dated_with_the_end_of_the_period(made):
    for form in ("docx", "xlsx"):
        with zipfile.ZipFile(io.BytesIO(made["zh", form])) as archive:
            assert {info.date_time for info in archive.infolist()} == {(2026, 11, 1, 0, 0, 0)}
            assert "2026-11-01T00:00:00Z" in archive.read("docProps/core.xml").decode()
    about = pypdf.PdfReader(io.BytesIO(made["zh", "pdf"])).metadata
    assert about["/CreationDate"].startswith("D:20261101000000")


def test_the_same_facts_give_the_same_bytes_in_another_process(made, facts, tmp_path):
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(facts.as_dict()), encoding="utf-8")
    code = (
        "import hashlib, json, sys; from pathlib import Path; from riverchief.govern import report\n"
        "made = report.make(report.read_facts(Path(sys.argv[1])), ['zh', 'en'])\n"
        "print(json.dumps({f'{m.language}.{m.format}': hashlib.sha256(m.content).hexdigest() for m in made}))"
    )
    environment = {
        **os.environ,
        "PYTHONHASHSEED": "4711",
        "TZ": "America/Lima",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    out = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, env=environment, check=True
    )
    assert json.loads(out.stdout) == {
        f"{language}.{form}": hashlib.sha256(content).hexdigest() for (language, form), content in made.items()
    }


def test_what_is_not_confirmed_is_marked_in_every_format_with_a_banner(made):
    tables = _docx_tables(made["zh", "docx"])
    assert any(cell == "5.0※" for table in tables for row in table for cell in row)
    assert "5.0※" in _plain(_pdf_text(made["zh", "pdf"]))
    book = openpyxl.load_workbook(io.BytesIO(made["zh", "xlsx"]))
    assert book["超许可排放"]["D5"].number_format == '#,##0.0"※"'
    banner = "标有“※”的结果依据尚未核实的标准或限值"
    assert banner in _plain(_pdf_text(made["zh", "pdf"]))
    assert banner in "".join(p.text for p in Document(io.BytesIO(made["zh", "docx"])).paragraphs)
    assert any(banner in str(row[0].value) for row in book["目录"].iter_rows(min_col=2, max_col=2))


def test_a_part_without_data_says_so_in_every_format(made):
    told = "本期无空气监测数据。"
    assert told in _plain(_pdf_text(made["zh", "pdf"]))
    assert told in [p.text for p in Document(io.BytesIO(made["zh", "docx"])).paragraphs]
    book = openpyxl.load_workbook(io.BytesIO(made["zh", "xlsx"]))
    assert told in [row[0].value for row in book["环境空气质量"].iter_rows(max_col=1)]


def test_table_headers_are_repeated_on_every_page_of_the_word_file(made):
    paper = Document(io.BytesIO(made["zh", "docx"]))
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in paper.tables)


def test_the_workbook_has_native_charts(made):
    with zipfile.ZipFile(io.BytesIO(made["en", "xlsx"])) as archive:
        charts = [name for name in archive.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", name)]
    assert len(charts) == 3  # shares, one trend, outlook


def test_every_kind_is_made(chinese):
    for kind, period in (("daily", "2026-10-05"), ("weekly", "2026-W41"), ("annual", "2026"), ("meeting", "2026-10")):
        files = list(report.make(samples.facts(kind, period), ["zh"], ["docx", "pdf"]))
        assert [one.name for one in files] == [f"{kind}-{period}-1407.zh.docx", f"{kind}-{period}-1407.zh.pdf"]


def test_an_offices_own_template_wins_and_its_faults_are_named(chinese, facts, tmp_path):
    folder = tmp_path / "templates" / "report"
    report.copy_templates(folder)
    assert sorted(path.name for path in folder.iterdir()) == [
        "bulletin.en.docx",
        "bulletin.typ",
        "bulletin.zh.docx",
        "duty.en.docx",
        "duty.zh.docx",
        "ledger.en.docx",
        "ledger.zh.docx",
        "letter.en.docx",
        "letter.zh.docx",
        "meeting.en.docx",
        "meeting.zh.docx",
        "river.en.docx",
        "river.zh.docx",
        "sheet.en.docx",
        "sheet.zh.docx",
    ]
    paper = Document()
    paper.add_paragraph("{{ issuer }} 简报 {{ title }}")
    paper.save(folder / "monthly.zh.docx")
    (one,) = report.make(facts, ["zh"], ["docx"], own=tmp_path)
    assert [p.text for p in Document(io.BytesIO(one.content)).paragraphs] == [
        "晋中市河长制办公室 简报 晋中市河长制工作月报"
    ]
    paper.add_paragraph("{{ isuer }}")
    paper.save(folder / "monthly.zh.docx")
    with pytest.raises(InputError, match="'isuer' is undefined; did you mean 'issuer'"):
        list(report.make(facts, ["zh"], ["docx"], own=tmp_path))


def test_a_template_cannot_reach_into_the_program(chinese, facts, tmp_path):
    folder = tmp_path / "templates" / "report"
    folder.mkdir(parents=True)
    paper = Document()
    paper.add_paragraph("{{ title.__class__.__mro__ }}")
    paper.save(folder / "monthly.zh.docx")
    with pytest.raises(InputError, match="template has a fault"):
        list(report.make(facts, ["zh"], ["docx"], own=tmp_path))


def test_languages_and_formats_are_checked_before_anything_is_made(facts):
    with pytest.raises(UnknownName, match="format of a report 'doc' is not known; did you mean 'docx'"):
        report.make(facts, ["zh"], ["doc"])
    with pytest.raises(UnknownName, match="language"):
        report.make(facts, ["fr"])
    with pytest.raises(InputError, match="at least one language"):
        report.make(facts, [])


def test_names_with_signs_of_xml_do_not_break_the_files(chinese, facts):
    odd = replace(facts, issuer=samples.two("甲<乙>&“丙”", "A<B>&'C'"), parts=facts.parts[:1])
    files = {one.format: one.content for one in report.make(odd, ["en"])}
    assert "A<B>&'C'" in "".join(p.text for p in Document(io.BytesIO(files["docx"])).paragraphs)
    assert "A<B>&'C'" in _pdf_text(files["pdf"])
