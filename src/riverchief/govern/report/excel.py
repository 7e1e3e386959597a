"""A report as an Excel workbook: one sheet per part, units in the headers, native charts, ready to print."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from riverchief.govern.report.kinds import Column
from riverchief.govern.report.typeset import Typesetter
from riverchief.govern.report.view import Cell, Document, Figure, PartView
from riverchief.govern.report.wording import CLASS_FILL, UNCONFIRMED, class_name, said, word
from riverchief.govern.report.zips import normalised

HEAD_ROW = 3  # title, caption, empty, header
CHARACTERS = 9  # width of a column whose relative width is 1
LINE_PT, PAD = 15.5, 1.15
NAME_MAX = 31  # letters of a sheet's name


class _Book:
    """A workbook that is being written, with its formats kept by what they look like."""

    def __init__(self, document: Document, typesetter: Typesetter) -> None:
        self.buffer = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.buffer, {"in_memory": True, "strings_to_urls": False})
        self.document, self.typesetter = document, typesetter
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.series: list[list[Any]] = []  # the numbers behind the charts, written to a sheet of their own
        self.series_sheet = "图表数据" if document.language == "zh" else "Chart data"
        created = document.period.ends_at.replace(tzinfo=None)
        about = {"title": f"{document.title} {document.subject}", "author": document.issuer, "created": created}
        self.book.set_properties(about)

    def put(self, rows: Sequence[Sequence[Any]]) -> int:
        """Keep the numbers behind a chart; returns the row at which they will stand."""
        first = len(self.series)
        self.series += [*map(list, rows), []]
        return first

    def span(self, row: int, column: int, n: int = 1) -> list[Any]:
        """A column of `n` of those numbers, as charts refer to them."""
        return [self.series_sheet, row, column, row + n - 1, column]

    def look(self, **wanted: Any) -> Any:
        """The format with these properties."""
        key = tuple(sorted(wanted.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format({"font_name": "Noto Sans SC", "font_size": 10, **wanted})
        return self._formats[key]


def xlsx(document: Document, typesetter: Typesetter) -> bytes:
    """The report as a workbook; the same report gives the same bytes.

    Raises
    ------
    NoFont
        When a character of a picture has no glyph in any font of this machine.
    """
    book = _Book(document, typesetter)
    _cover(book)
    for part in document.parts:
        _sheet(book, part)
    _series(book)
    book.book.close()
    return normalised(book.buffer.getvalue(), document.period.ends_at)


def _cover(book: _Book) -> None:
    document = book.document
    sheet = book.book.add_worksheet("目录" if document.language == "zh" else "Contents")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 6)
    sheet.set_column(1, 1, 74)
    sheet.set_row(0, 30)
    sheet.write(0, 1, document.title, book.look(bold=True, font_size=18, font_color="#C8102E"))
    lines = [f"{document.issue}　{document.subject}", document.issuer, document.as_of, document.signed]
    for i, line in enumerate(lines, 1):
        sheet.write(i, 1, line, book.look())
    row = len(lines) + 2
    for banner in document.banners:
        sheet.write(row, 1, banner, book.look(text_wrap=True, bg_color="#FBEFF0", font_color="#8A1020", valign="top"))
        sheet.set_row(row, LINE_PT * _lines(banner, 74))
        row += 1
    for n, part in enumerate(document.parts, 1):
        sheet.write(row + n, 0, n, book.look(align="center"))
        link = f"internal:'{_sheet_name(part)}'!A1"
        sheet.write_url(row + n, 1, link, book.look(font_color="#1769AA", underline=1), part.title)
    _print(sheet, document, landscape=False)


def _sheet_name(part: PartView) -> str:
    banned = str.maketrans(dict.fromkeys("[]:*?/\\", "-"))
    return part.title.translate(banned)[:NAME_MAX]


def _sheet(book: _Book, part: PartView) -> None:
    sheet = book.book.add_worksheet(_sheet_name(part))
    document = book.document
    sheet.hide_gridlines(2)
    sheet.write(0, 0, f"{part.title}　{document.subject}", book.look(bold=True, font_size=14))
    row = 1
    table = f"{word('table', document.language)} {part.table_number}　{part.caption}"
    if part.rows:
        sheet.write(row, 0, table, book.look(bold=True))
        if part.href:
            label = f"{word('query', document.language)}: {part.href}"
            sheet.write_url(row + 1, 0, part.href, book.look(font_color="#1769AA", underline=1), label)
        row = _table(book, sheet, part)
    for text in (*part.said, part.missing, *part.notes):
        if text:
            row += 1
            sheet.write(row, 0, text, book.look(font_color="#4A5560"))
    _print(sheet, document, landscape=len(part.columns) > 6)
    for figure in part.figures:
        _figure(book, part, figure)


def _table(book: _Book, sheet: Worksheet, part: PartView) -> int:
    head = book.look(bold=True, text_wrap=True, align="center", valign="vcenter", bg_color="#E4EEF6", border=1)
    widths = [column.width * CHARACTERS for column in part.columns]
    for i, (width, text) in enumerate(zip(widths, part.headers, strict=True)):
        sheet.set_column(i, i, width)
        sheet.write(HEAD_ROW, i, text, head)
    tall = max(_lines(text, width) for text, width in zip(part.headers, widths, strict=True))
    sheet.set_row(HEAD_ROW, LINE_PT * tall + 3)
    for n, row in enumerate(part.rows, HEAD_ROW + 1):
        sheet.set_row(n, LINE_PT * max(_lines(c.text, w) for c, w in zip(row, widths, strict=True)) + 2)
        for i, (cell, column) in enumerate(zip(row, part.columns, strict=True)):
            _write(book, sheet, n, i, cell, column)
    last = HEAD_ROW + len(part.rows)
    sheet.freeze_panes(HEAD_ROW + 1, 1)
    sheet.repeat_rows(HEAD_ROW)
    sheet.autofilter(HEAD_ROW, 0, last, len(part.columns) - 1)
    return last


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a column of so many characters."""
    taken = sum(2.05 if ord(letter) > 0x2E80 else 1.05 for letter in text)
    return max(1, -int(-(taken * PAD) // max(width, 1)))


def _write(book: _Book, sheet: Worksheet, row: int, column: int, cell: Cell, kind: Column) -> None:
    looks: dict[str, Any] = {"border": 1, "border_color": "#C9D0D6", "valign": "vcenter"}
    if cell.fill:
        looks |= {"bg_color": f"#{cell.fill}", "font_color": f"#{cell.ink}", "align": "center"}
    elif kind.kind in {"class", "target"}:
        looks["align"] = "center"
    elif kind.kind in {"number", "figure", "share"}:
        looks["align"] = "right"
    elif cell.href:
        looks["font_color"] = "#1769AA"
    if cell.number is None:
        style = book.look(text_wrap=True, **looks)
        if cell.href:
            sheet.write_url(row, column, cell.href, style, cell.text)
        else:
            sheet.write_string(row, column, cell.text, style)
        return
    mark = f'"{UNCONFIRMED}"' if cell.unconfirmed else ""
    point = "0" if cell.decimals == 0 else "0." + "0" * cell.decimals
    shape = f"{'#,##' if not cell.percent else ''}{point}{'%' if cell.percent else ''}{mark}"
    style = book.look(num_format=shape, **looks)
    if cell.href:  # the link first: a number written over it keeps it
        sheet.write_url(row, column, cell.href, style)
    sheet.write_number(row, column, cell.number, style)


def _figure(book: _Book, part: PartView, figure: Figure) -> None:
    """A figure on a sheet and a page of its own: a native chart where Excel has one, else the picture."""
    language = book.document.language
    label = f"{word('figure', language)} {figure.number}"
    sheet = book.book.add_worksheet(f"{label} {part.title}"[:NAME_MAX])
    sheet.hide_gridlines(2)
    sheet.write(0, 0, f"{label}　{figure.caption}", book.look(bold=True, font_size=12))
    if figure.name in _CHARTS:
        _CHARTS[figure.name](book, sheet, figure.data)
    else:
        png = book.typesetter.png(figure)
        about = {"x_scale": 0.5, "y_scale": 0.5, "description": figure.caption, "object_position": 2}
        sheet.insert_image(2, 0, f"{figure.name}.png", {"image_data": io.BytesIO(png), **about})
    _print(sheet, book.document, landscape=False)
    sheet.fit_to_pages(1, 1)


def _shares_chart(book: _Book, sheet: Worksheet, data: Mapping[str, Any]) -> None:
    language, rows = book.document.language, data["periods"]
    names = [class_name(k, language) for k in range(1, len(CLASS_FILL))]
    first = book.put([["", *names], *([said(item["label"], language), *item["counts"]] for item in rows)])
    chart = book.book.add_chart({"type": "bar", "subtype": "percent_stacked"})
    for k in range(1, len(CLASS_FILL)):
        chart.add_series(
            {
                "name": book.span(first, k)[:3],
                "categories": book.span(first + 1, 0, len(rows)),
                "values": book.span(first + 1, k, len(rows)),
                "fill": {"color": f"#{CLASS_FILL[k]}"},
                "gap": 60,
            }
        )
    chart.set_y_axis({"reverse": True})
    chart.set_legend({"position": "bottom"})
    _insert(sheet, chart, 2, 300)


def _trend_charts(book: _Book, sheet: Worksheet, data: Mapping[str, Any]) -> None:
    language, row = book.document.language, 2
    for panel in data["panels"]:
        name, n = said(panel["property"], language), len(panel["months"])
        values = zip(panel["months"], panel["values"], strict=True)
        head = ["", name, word("limit", language)]
        first = book.put([head, *([month, value, panel["limit"]] for month, value in values)])
        months = book.span(first + 1, 0, n)
        bars, limit = book.book.add_chart({"type": "column"}), book.book.add_chart({"type": "line"})
        for chart, k, look in (
            (bars, 1, {"fill": {"color": "#2F8FE0"}, "gap": 60}),
            (limit, 2, {"line": {"color": "#B3261E", "dash_type": "dash"}}),
        ):
            shown = {"categories": months, "values": book.span(first + 1, k, n), **look}
            chart.add_series({"name": book.span(first, k)[:3], **shown})
        bars.combine(limit)
        bars.set_title({"name": said(panel["name"], language), "name_font": {"size": 12}})
        bars.set_y_axis({"name": f"{name} ({panel['unit']})", "min": 0})
        bars.set_legend({"position": "bottom"})
        _insert(sheet, bars, row, 280)
        row += 16


def _outlook_chart(book: _Book, sheet: Worksheet, data: Mapping[str, Any]) -> None:
    rows = data["rows"]
    first = book.put([[said(item["name"], book.document.language), item["probability"]] for item in rows])
    chart = book.book.add_chart({"type": "bar"})
    look = {"fill": {"color": "#1769AA"}, "gap": 50}
    chart.add_series({"categories": book.span(first, 0, len(rows)), "values": book.span(first, 1, len(rows)), **look})
    chart.set_x_axis({"min": 0, "max": 1, "num_format": "0%"})
    chart.set_y_axis({"reverse": True})
    chart.set_legend({"none": True})
    _insert(sheet, chart, 2, 90 + 30 * len(rows))


def _insert(sheet: Worksheet, chart: Any, row: int, height: int) -> None:
    chart.set_size({"width": 660, "height": height})
    sheet.insert_chart(row, 0, chart, {"object_position": 2})


_CHARTS = {"shares": _shares_chart, "trends": _trend_charts, "outlook": _outlook_chart}


def _series(book: _Book) -> None:
    """The hidden sheet of the numbers behind the charts."""
    if not book.series:
        return
    sheet = book.book.add_worksheet(book.series_sheet)
    sheet.hide()  # the charts read it, nobody prints it
    sheet.set_column(0, 0, 24)
    for n, row in enumerate(book.series):
        for i, value in enumerate(row):
            if value is not None:
                sheet.write(n, i, value, book.look())
    _print(sheet, book.document, landscape=False)


def _print(sheet: Worksheet, document: Document, *, landscape: bool) -> None:
    sheet.set_paper(9)  # A4
    if landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.8)
    sheet.set_footer(f"&L{document.title}&R{document.subject}　&P / &N")
