"""`riverchief assess sheet`: an assessment sheet scored from a file of inputs, without the platform."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from riverchief.base.errors import InputError
from riverchief.cli import EXIT_INPUT, emit
from riverchief.cli.assess import assess_app
from riverchief.govern import sheets
from riverchief.govern.sheets.forms import Given, read_given
from riverchief.govern.sheets.sheet import SUBJECTS


@assess_app.command("sheet")
def sheet(
    code: Annotated[str, typer.Argument(help="Code of a shipped sheet, or a .toml file; left out: list them.")] = "",
    inputs: Annotated[
        Path | None, typer.Option("--inputs", help="Table of inputs: .csv, .xlsx or .toml; a place column for several.")
    ] = None,
    on: Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The day it is for.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the sheets that ship with riverchief.")] = False,
    form: Annotated[Path | None, typer.Option("--form", help="Write the sheet's empty Excel form here.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Score an assessment sheet (考核表) from a file of inputs: points, figures, ranks, and what is missing.

    A missing input is shown and never zero. A template has no score: its document's points are not known. Rows of the
    inputs that cannot be taken are named, and the rest goes on. Exit code 0 when everything was taken, 1 when not.

    Example: riverchief assess sheet key-projects --inputs projects.csv --json
    """
    if listed or not code:
        _list(as_json)
        return
    chosen = sheets.read(Path(code)) if code.endswith(".toml") else sheets.named(code)
    if form is not None:
        _write_form(chosen, form)
        if inputs is None:
            return
    given = [] if inputs is None else _given(inputs, chosen)
    refused = [one for one in given if not one.ok]
    day = on.date() if on else None
    places = {one.place for one in given if one.place}
    if places:
        found = _places(chosen, given, day)
    else:
        score = sheets.evaluate(chosen, {one.name: _input(one) for one in given if one.ok}, on=day)
        found = sheets.score_as_dict(score)
    found["refused"] = [{"row": one.row, "name": one.name, "zh": one.zh, "en": one.en} for one in refused]
    if as_json:
        emit(found)
    else:
        _show(found)
    if refused:
        raise typer.Exit(EXIT_INPUT)


def _given(path: Path, chosen: sheets.Sheet) -> list[Given]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}. Check the path.", path=str(path)) from error
    try:
        return read_given(data, path.suffix.lower(), chosen)
    except InputError as fault:
        raise InputError(f"{path}: {fault.sentence}", path=str(path)) from fault


def _write_form(chosen: sheets.Sheet, path: Path) -> None:
    from riverchief.govern.sheets.forms import form

    made = form(chosen, {}, "", datetime(2000, 1, 1))  # an empty form has no date of its own
    try:
        path.write_bytes(made)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}. Check the folder.", path=str(path)) from error
    typer.echo(f"written: {path}", err=True)


def _input(one: Given) -> sheets.Input:
    return sheets.Input(one.value, (f"row:{one.row}",), one.why)


def _places(chosen: sheets.Sheet, given: Sequence[Given], day: date | None) -> dict[str, Any]:
    by_place: dict[str, dict[str, sheets.Input]] = {}
    for one in given:
        own = by_place.setdefault(one.place, {})
        if one.ok:
            own[one.name] = _input(one)
    board = sheets.evaluate_places(chosen, by_place, on=day)
    empty = sheets.score_as_dict(sheets.evaluate(chosen, {}))
    return {
        **{key: empty[key] for key in ("sheet", "document", "confirmed", "assumed", "banner_zh", "banner_en", "max")},
        "places": [{**one.as_dict(), "items": sheets.score_as_dict(one.score)["items"]} for one in board.places],
    }


# ------------------------------------------------------------------ for people


def _list(as_json: bool) -> None:
    found = [sheets.named(code) for code in sheets.names()]
    if as_json:
        emit({"items": [_card(one) for one in found]})
        return
    for subject, (zh, en) in SUBJECTS.items():
        own = [one for one in found if one.subject == subject]
        if own:
            typer.echo(f"{zh} {en}")
        for one in own:
            typer.echo(f"  {one.code:24} {one.status!s:10} {one.name_zh}  {one.name_en}")


def _card(one: sheets.Sheet) -> dict[str, Any]:
    zh, en = SUBJECTS[one.subject]
    return {
        "code": one.code,
        "version": one.version,
        "name_zh": one.name_zh,
        "name_en": one.name_en,
        "status": str(one.status),
        "subject": one.subject,
        "subject_zh": zh,
        "subject_en": en,
        "period": one.period,
        "document": one.document or None,
        "max": one.maximum,
        "inputs": [
            {"name": spec.name, "name_zh": spec.name_zh, "name_en": spec.name_en, "unit": spec.unit}
            for spec in one.inputs
            if spec.value is None
        ],
    }


def _show(found: dict[str, Any]) -> None:
    typer.echo(f"{found['sheet']['name_zh']}  {found['sheet']['name_en']}")
    if found["assumed"]:
        typer.echo(f"  {found['banner_zh']}\n  {found['banner_en']}")
    if "places" in found:
        for place in found["places"]:
            typer.echo(f"{place['code']}  {_total(place['points'], found['max'], place['grade_zh'])}")
            for name, value in place["figures"].items():
                rank = place["ranks"].get(name)
                typer.echo(f"  {name:20} {_number(value)}" + (f"  rank {rank}" if rank else ""))
    else:
        grade = found["grade"]
        typer.echo(_total(found["points"], found["max"], grade and grade["name_zh"]))
        for item in found["items"]:
            figure = item["kind"] == "figure"
            unit = f" {item['unit']}" if figure and item["unit"] != "1" else ""
            typer.echo(
                f"  {item['code']:20} {_number(item['value'] if figure else item['points'])}{unit}  {item['why_en']}"
            )
    for row in found["refused"]:
        typer.echo(f"row {row['row']} {row['name']}: {row['en']}", err=True)


def _total(points: float | None, maximum: float, grade: str | None) -> str:
    if not maximum:
        return "figures only"
    return f"{_number(points)} of {maximum:g} points" + (f", {grade}" if grade else "")


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.6g}"
