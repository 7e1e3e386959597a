"""`riverchief assess water`: the class of surface water for every row of a table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from riverchief.base.errors import InputError
from riverchief.cli import emit
from riverchief.cli.assess import assess_app
from riverchief.cloud.standards.wording import LANGUAGES
from riverchief.cloud.tables import write_table
from riverchief.cloud.watertable import (
    ADDED_COLUMNS,
    JudgedRow,
    judge_table,
    read_for_assessment,
    read_tp_rules,
    summary,
)

_SHOWN_MISMATCHES = 20


@assess_app.command("water")
def water(
    file: Annotated[Path, typer.Argument(help="Table of readings: .csv or .csv.gz, columns as the national table.")],
    out: Annotated[Path | None, typer.Option("--out", help="Where the judged table goes; .gz is gzipped.")] = None,
    rule_file: Annotated[
        Path | None,
        typer.Option("--rule-file", help="province,section,rule: river or lake column of phosphorus by section."),
    ] = None,
    lang: Annotated[str, typer.Option("--lang", help="Language of r_why: zh or en.")] = "zh",
    as_json: Annotated[bool, typer.Option("--json", help="Print a summary as one JSON object.")] = False,
) -> None:
    """Add the water class (GB 3838) to every row of a table: r_class, r_deciding, r_why.

    The rows come back unchanged. A class is empty where none can be given, and r_why says why: the station was
    stopped or maintained, there was no time, no item had a value. Unrounded raw_ columns count where they stand
    beside rounded ones. Exit code 0 when the file could be read, 1 when not.

    Example: riverchief assess water readings.csv --out judged.csv --rule-file section_tp_rule.csv
    """
    if lang not in LANGUAGES:
        raise typer.BadParameter(f"{lang!r} is none of {', '.join(LANGUAGES)}", param_hint="--lang")
    if out is None and not as_json:
        raise typer.BadParameter("give --out for the table, --json for the summary, or both", param_hint="--out")
    if out is not None and out.resolve() == file.resolve():
        raise InputError(f"--out {out} is the table itself: name another file.", path=str(out))
    console = Console(stderr=True)
    with console.status("reading", spinner="line") as status:
        rules = None if rule_file is None else read_tp_rules(rule_file)
        table = read_for_assessment(file)
        status.update(f"judging {len(table.records):,} rows")
        judged = judge_table(table, rules)
        if out is not None:
            write_table(out, table, ADDED_COLUMNS, [_cells(one, lang) for one in judged])
        found = {"file": str(file), "out": out and str(out), **summary(table, judged, rules)}
    if as_json:
        emit(found)
    else:
        _show(found)


def _cells(one: JudgedRow, language: str) -> tuple[str, str, str]:
    return one.verdict.name, ";".join(one.verdict.deciding), one.sentence(language)


def _show(found: dict[str, Any]) -> None:
    """The summary for people."""
    typer.echo(f"{found['rows']:,} rows, {found['judged']:,} judged by {', '.join(found['editions']) or 'no edition'}")
    typer.echo("  " + "  ".join(f"{name} {n:,}" for name, n in found["by_class"].items()))
    for reason, n in found["not_judged"].items():
        typer.echo(f"  not judged, {reason}: {n:,}")
    for code, n in found["judged_without"].items():
        typer.echo(f"  judged without {code}: {n:,}")
    if found["unknown_columns"]:
        typer.echo(f"  columns passed through unread: {', '.join(found['unknown_columns'])}")
    if found["agreement"] and found["agreement"]["compared"]:
        _show_agreement(found["agreement"])
    typer.echo(f"written: {found['out']}")


def _show_agreement(agreement: dict[str, Any]) -> None:
    off = agreement["outside_midnight"]
    typer.echo(
        f"published classes reproduced: {agreement['agreed']:,} of {agreement['compared']:,}; "
        f"outside the 00:00 rows {off['agreed']:,} of {off['compared']:,}"
    )
    mismatches = agreement["mismatches"]
    for m in mismatches[:_SHOWN_MISMATCHES]:
        typer.echo(
            f"  line {m['line']} {m['section']} {m['time']}: published {m['published']}, "
            f"judged {m['judged'] or 'nothing'} ({m['reason']}{', 00:00' if m['midnight'] else ''})"
        )
    if len(mismatches) > _SHOWN_MISMATCHES:
        typer.echo(f"  and {len(mismatches) - _SHOWN_MISMATCHES:,} more: --json lists them all")
