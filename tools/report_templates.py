"""Write the shipped Word templates of reports from the table of parts; run it after changing a part's columns.

python tools/report_templates.py

An office edits copies of these files in Word (`riverchief report template`); here they are only given their first form.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from riverchief.govern.report.kinds import KINDS, Column, PartKind, parts
from riverchief.govern.report.zips import normalised

FOLDER = Path(__file__).resolve().parents[1] / "src" / "riverchief" / "govern" / "report" / "data" / "templates"
WRITTEN = datetime(2026, 1, 1)  # no run of this script differs from another
RED, INK, MUTED = RGBColor(0xC8, 0x10, 0x2E), RGBColor(0x14, 0x20, 0x2B), RGBColor(0x4A, 0x55, 0x60)
TEXT_WIDTH_MM = 156.0
CENTER, RIGHT, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT


@dataclass(frozen=True)
class Look:
    """Fonts and sizes: of official documents (GB/T 9704) in Chinese, of a plain report in English."""

    language: str
    title: tuple[str, float]
    heading: tuple[str, float]
    body: tuple[str, float]
    table: tuple[str, float]
    line_pt: float
    latin: str
    words: dict[str, str]


ZH = Look(
    "zh", ("华文中宋", 30), ("黑体", 16), ("仿宋", 16), ("宋体", 9), 28, "Times New Roman",
    {"figure": "图", "table": "表", "agenda": "会议材料目录", "page": "— {} —"},
)  # fmt: skip
EN = Look(
    "en", ("Noto Sans SC", 24), ("Noto Sans SC", 14), ("Noto Serif SC", 11), ("Noto Sans SC", 8), 16, "Calibri",
    {"figure": "Figure", "table": "Table", "agenda": "Papers of the meeting", "page": "{}"},
)  # fmt: skip


def main() -> None:
    """Write every template."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for look in (ZH, EN):
        for name in sorted({kind.template for kind in KINDS.values()}):
            out = io.BytesIO()
            _template(name, look).save(out)
            path = FOLDER / f"{name}.{look.language}.docx"
            path.write_bytes(normalised(out.getvalue(), WRITTEN))
            print(f"{path.name}: {path.stat().st_size:,} bytes")


def _order(template: str) -> list[str]:
    """Parts of all kinds that share a template, each after the one it follows in its kind."""
    order: list[str] = []
    for kind in KINDS.values():
        if kind.template != template:
            continue
        at = 0
        for name in kind.parts:
            if name in order:
                at = order.index(name) + 1
            else:
                order.insert(at, name)
                at += 1
    return order


def _template(name: str, look: Look) -> Any:
    paper = Document()
    _page(paper, look)
    _styles(paper, look)
    _head(paper, look)
    if name == "meeting":
        _agenda(paper, look)
    for part in _order(name):
        _part(paper, look, parts()[part], apart=name == "meeting")
    about = paper.core_properties
    about.author, about.comments, about.created, about.modified = "riverchief", "", WRITTEN, WRITTEN
    return paper


def _page(paper: Any, look: Look) -> None:
    section = paper.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37 if look is ZH else 28), Mm(30)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.different_first_page_header_footer = True
    header = section.header.paragraphs[0]
    header.text = "{{ title }}　{{ subject }}"
    _font(header.runs[0], look, look.table[0], 8.5, MUTED)
    for footer in (section.footer, section.first_page_footer):
        line = footer.paragraphs[0]
        line.alignment = CENTER
        before, after = look.words["page"].split("{}")
        _font(line.add_run(before), look, look.body[0], 12, INK)
        _field(line, "PAGE", "1", look)
        _font(line.add_run(after), look, look.body[0], 12, INK)


def _styles(paper: Any, look: Look) -> None:
    normal = paper.styles["Normal"]
    _style(normal, look, *look.body)
    normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    normal.paragraph_format.line_spacing = Pt(look.line_pt)
    normal.paragraph_format.space_after = Pt(0 if look is ZH else 5)
    heading = paper.styles["Heading 1"]
    _style(heading, look, *look.heading, bold=look is EN)
    heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(14), Pt(6)
    heading.paragraph_format.keep_with_next = True
    for name, size, bold, align in (
        ("Bulletin title", look.title[1], True, CENTER),
        ("Bulletin head", look.body[1] - 1, False, LEFT),
        ("Table text", look.table[1], False, LEFT),
        ("Table head", look.table[1], True, CENTER),
        ("Caption line", look.table[1] + 1, True, CENTER),
        ("Note", look.table[1], False, LEFT),
        ("Picture", look.table[1], False, CENTER),
    ):
        style = paper.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        font = {"Bulletin title": look.title[0], "Bulletin head": look.body[0]}.get(name, look.table[0])
        _style(style, look, font, size, bold=bold, colour=RED if name == "Bulletin title" else INK)
        form = style.paragraph_format
        form.alignment, form.line_spacing_rule, form.line_spacing = align, WD_LINE_SPACING.SINGLE, 1.0
        form.space_after = Pt({"Bulletin title": 6, "Caption line": 3, "Note": 2, "Picture": 2}.get(name, 0))
        form.space_before = Pt({"Caption line": 8, "Note": 2}.get(name, 0))
        form.keep_with_next = name in {"Caption line", "Picture"}


def _style(style: Any, look: Look, font: str, size: float, *, bold: bool = False, colour: Any = INK) -> None:
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
    style.font.color.rgb = colour
    _faces(style.element.get_or_add_rPr(), look, font)


def _faces(properties: Any, look: Look, font: str) -> None:
    faces = properties.find(qn("w:rFonts"))
    if faces is None:
        faces = OxmlElement("w:rFonts")
        properties.insert(0, faces)
    for key in list(faces.attrib):
        del faces.attrib[key]
    for slot in ("ascii", "hAnsi", "cs"):
        faces.set(qn(f"w:{slot}"), look.latin)
    faces.set(qn("w:eastAsia"), font)


def _font(run: Any, look: Look, font: str, size: float, colour: Any) -> None:
    run.font.size, run.font.color.rgb = Pt(size), colour
    _faces(run._element.get_or_add_rPr(), look, font)


def _field(paragraph: Any, code: str, shown: str, look: Look) -> None:
    """A field of Word, such as the page's number, with what stands there until Word counts anew."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("text", shown), ("end", "")):
        run = paragraph.add_run()
        if kind in {"begin", "separate", "end"}:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._element.append(mark)
        elif kind == "text":
            run.text = text
        else:
            order = OxmlElement("w:instrText")
            order.set(qn("xml:space"), "preserve")
            order.text = f" {text} "
            run._element.append(order)


def _line(paper: Any, text: str, style: str = "Normal", *, indent: bool = False) -> Any:
    paragraph = paper.add_paragraph(text, style=style)
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(32)  # two characters of body size
    return paragraph


def _head(paper: Any, look: Look) -> None:
    _line(paper, "{{ title }}", "Bulletin title")
    _line(paper, "{{ issue }}", "Bulletin head").alignment = CENTER
    row = _line(paper, "{{ issuer }}\t{{ subject }}", "Bulletin head")
    row.paragraph_format.tab_stops.add_tab_stop(Mm(TEXT_WIDTH_MM), WD_ALIGN_PARAGRAPH.RIGHT)
    row.paragraph_format.space_before = Pt(10)
    _under(row, "C8102E", 18)
    row = _line(paper, "{{ as_of }}\t{{ signed }}", "Note")
    row.paragraph_format.tab_stops.add_tab_stop(Mm(TEXT_WIDTH_MM - 26), WD_ALIGN_PARAGRAPH.LEFT)
    row.paragraph_format.space_before = Pt(4)
    _line(paper, "{%p for banner in banners %}")
    banner = _line(paper, "{{ banner }}", "Note")
    _shade(banner._element.get_or_add_pPr(), "FBEFF0")
    _line(paper, "{%p endfor %}")


def _agenda(paper: Any, look: Look) -> None:
    _line(paper, look.words["agenda"], "Heading 1")
    _line(paper, "{%p for part in parts %}")
    _line(paper, "{{ part.heading }}")
    _line(paper, "{%p endfor %}")


def _under(paragraph: Any, colour: str, eighths: int) -> None:
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for key, value in (("val", "single"), ("sz", str(eighths)), ("space", "4"), ("color", colour)):
        bottom.set(qn(f"w:{key}"), value)
    borders.append(bottom)
    paragraph._element.get_or_add_pPr().append(borders)


def _shade(properties: Any, fill: str) -> None:
    shade = OxmlElement("w:shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
        shade.set(qn(f"w:{key}"), value)
    properties.append(shade)


def _part(paper: Any, look: Look, part: PartKind, *, apart: bool) -> None:
    """One part: all of its tags stand between `{%p if NAME %}` and `{%p endif %}`, so that it can be cut or moved."""
    name = part.name
    _line(paper, f"{{%p if {name} %}}")
    if apart:  # what has nothing to show needs no page of its own
        _line(paper, f"{{%p if {name}.rows %}}")
        _line(paper, f"{{{{ {name}.heading }}}}", "Heading 1").paragraph_format.page_break_before = True
        _line(paper, "{%p else %}")
    _line(paper, f"{{{{ {name}.heading }}}}", "Heading 1")
    if apart:
        _line(paper, "{%p endif %}")
    _line(paper, f"{{%p for text in {name}.said %}}")
    _line(paper, "{{ text }}", indent=look is ZH)
    _line(paper, "{%p endfor %}")
    _line(paper, f"{{%p if {name}.missing %}}")
    _line(paper, f"{{{{ {name}.missing }}}}", indent=look is ZH)
    _line(paper, "{%p endif %}")
    for figure in part.figures:
        _figure(paper, look, f"{name}.figures.{figure}")
    if part.columns:
        _line(paper, f"{{%p if {name}.rows %}}")
        caption = _line(paper, f"{look.words['table']} ", "Caption line")
        _field(caption, f"SEQ {look.words['table']} \\* ARABIC", f"{{{{ {name}.table_number }}}}", look)
        caption.add_run(f"　{{{{ {name}.caption }}}}")
        _table(paper, look, name, part.columns)
        _line(paper, "{%p endif %}")
    _line(paper, f"{{%p for note in {name}.notes %}}")
    _line(paper, "{{ note }}", "Note")
    _line(paper, "{%p endfor %}")
    _line(paper, f"{{%p if {name}.query %}}")
    _line(paper, f"{{{{r {name}.query|link }}}}", "Note")
    _line(paper, "{%p endif %}")
    _line(paper, "{%p endif %}")


def _figure(paper: Any, look: Look, name: str) -> None:
    _line(paper, f"{{%p if {name} %}}")
    _line(paper, f"{{{{ {name}.picture }}}}", "Picture")
    caption = _line(paper, f"{look.words['figure']} ", "Caption line")
    caption.paragraph_format.keep_with_next, caption.paragraph_format.space_before = False, Pt(0)
    _field(caption, f"SEQ {look.words['figure']} \\* ARABIC", f"{{{{ {name}.number }}}}", look)
    caption.add_run(f"　{{{{ {name}.caption }}}}")
    _line(paper, "{%p endif %}")


def _table(paper: Any, look: Look, name: str, columns: Sequence[Column]) -> None:
    """A three-line table (三线表) whose header is repeated on every page: header, loop, row, end of loop."""
    table = paper.add_table(rows=4, cols=len(columns))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _borders(table)
    total = sum(column.width for column in columns)
    for i, column in enumerate(columns):
        table.columns[i].width = Mm(TEXT_WIDTH_MM * column.width / total)
        for row in table.rows:
            row.cells[i].width = Mm(TEXT_WIDTH_MM * column.width / total)
    for i, column in enumerate(columns):
        _cell(table.rows[0].cells[i], column.header(look.language), "Table head", CENTER)
        fill = f"{{% cellbg r.{column.key}.fill %}}" if column.kind == "class" else ""
        align = {"class": CENTER, "target": CENTER, "number": RIGHT, "figure": RIGHT, "share": RIGHT}.get(
            column.kind, LEFT
        )
        _cell(table.rows[2].cells[i], f"{fill}{{{{r r.{column.key}|link }}}}", "Table text", align)
    _cell(table.rows[1].cells[0], f"{{%tr for r in {name}.rows %}}", "Table text", LEFT)
    _cell(table.rows[3].cells[0], "{%tr endfor %}", "Table text", LEFT)
    for row, mark in ((table.rows[0], "w:tblHeader"), (table.rows[0], "w:cantSplit"), (table.rows[2], "w:cantSplit")):
        row._tr.get_or_add_trPr().append(OxmlElement(mark))


def _cell(cell: Any, text: str, style: str, align: Any) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style, paragraph.alignment = style, align
    paragraph.add_run(text)
    cell.vertical_alignment = 1


def _borders(table: Any) -> None:
    properties = table._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for side, size in (("top", "12"), ("bottom", "12"), ("insideH", "4")):
        line = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", size), ("space", "0"), ("color", "5B6670")):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
    properties.append(borders)
    margins = OxmlElement("w:tblCellMar")
    for side, twips in (("top", "30"), ("left", "50"), ("bottom", "30"), ("right", "50")):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), twips)
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties.append(margins)


if __name__ == "__main__":
    main()
