"""Sheets for superiors, from the facts of a report: which column goes where is data, one file per superior.

A file of `data/exports/` names its sheets, and for every column its header, the part and key that fill it, and what a
missing value is written as. An installation's own file in `templates/report/exports/` wins over a shipped one.
"""

from __future__ import annotations

import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import xlsxwriter

from riverchief.base.errors import InputError, UnknownName
from riverchief.govern.report.facts import Facts
from riverchief.govern.report.kinds import part_named
from riverchief.govern.report.wording import said
from riverchief.govern.report.zips import normalised

_OF_THE_REPORT = ("period", "region", "region_name", "issuer", "as_of")


@dataclass(frozen=True)
class Export:
    """One superior's form."""

    code: str
    name_zh: str
    name_en: str
    document: str
    confirmed: bool
    note_zh: str
    note_en: str
    body: Mapping[str, Any]


def exports(own: Path | None = None) -> dict[str, Export]:
    """The forms that are known, by code; those of the installation's data folder come before the shipped ones.

    Raises
    ------
    InputError
        For a file that is not TOML, or lacks its head.
    """
    shipped = [(f.name, f.read_text(encoding="utf-8")) for f in files(__package__).joinpath("data/exports").iterdir()]
    folder = own / "templates" / "report" / "exports" if own is not None else None
    given = [(f.name, f.read_text(encoding="utf-8")) for f in sorted(folder.glob("*.toml"))] if folder else []
    return {name.removesuffix(".toml"): _read(name, text) for name, text in sorted(shipped) + given}


def _read(name: str, text: str) -> Export:
    try:
        body = tomllib.loads(text)
        head = {key: body[key] for key in ("name_zh", "name_en", "document", "confirmed")}
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{name} is not TOML: {error}. Mend the file.", file=name) from None
    except KeyError as error:
        raise InputError(f"{name} has no {error.args[0]}; write it at its top.", file=name) from None
    notes = {key: body.get(key, "") for key in ("note_zh", "note_en")}
    return Export(name.removesuffix(".toml"), **head, **notes, body=body)


def export(code: str, facts: Facts, own: Path | None = None) -> bytes:
    """The form of a superior, filled with the facts of a report, as an Excel workbook.

    Raises
    ------
    UnknownName
        When there is no such form, or the form asks for a part or column that is not known.
    InputError
        When this report does not have a part that the form needs.
    """
    known = exports(own)
    if code not in known:
        raise UnknownName("form of a superior", code, known)
    form = known[code]
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_urls": False})
    book.set_properties({"title": form.name_zh, "created": facts.span.ends_at.replace(tzinfo=None)})
    for sheet in form.body["sheet"]:
        _sheet(book, form, sheet, facts)
    book.close()
    return normalised(buffer.getvalue(), facts.span.ends_at)


def _sheet(book: Any, form: Export, sheet: Mapping[str, Any], facts: Facts) -> None:
    part = facts.part(sheet["part"])
    known = {column.key: column for column in part_named(sheet["part"]).columns}
    if part is None:
        raise InputError(
            f"the form {form.code} needs the part {sheet['part']}, which a {facts.kind} report does not have; "
            f"fill it from a monthly or annual one.",
            part=sheet["part"],
        )
    page = book.add_worksheet(sheet["name"])
    head, mark = book.add_format({"bold": True, "border": 1, "text_wrap": True}), book.add_format({"bold": True})
    row = 0
    if not form.confirmed:
        page.write(row, 0, form.note_zh, book.add_format({"font_color": "#8A1020", "bg_color": "#FBEFF0"}))
        row += 1
    page.write(row, 0, f"{sheet['name']}　{facts.span.title('zh')}", mark)
    for i, column in enumerate(sheet["column"]):
        if column["key"] not in known and column["key"] not in _OF_THE_REPORT:
            raise UnknownName(f"column of part {sheet['part']}", column["key"], known)
        page.write(row + 1, i, column["header"], head)
        page.set_column(i, i, column.get("width", 14))
    page.freeze_panes(row + 2, 0)
    for n, cells in enumerate(part.rows, row + 2):
        for i, column in enumerate(sheet["column"]):
            value = getattr(facts, column["key"]) if column["key"] not in known else cells.get(column["key"])
            page.write(n, i, _value(value, column, form))


def _value(value: Any, column: Mapping[str, Any], form: Export) -> Any:
    """A value as the form wants it: in its unit, with its words for classes, its mark for what is missing."""
    if value is None:
        return column.get("missing", form.body.get("missing", ""))
    if isinstance(value, dict):
        return said(value, column.get("language", "zh"))
    if "words" in column:
        return column["words"][value] if 0 <= value < len(column["words"]) else value
    if isinstance(value, int | float):
        scaled = value * column.get("factor", 1)
        return round(scaled, column["decimals"]) if "decimals" in column else scaled
    return value
