"""`riverchief assess water`: the class of surface water for every row of a table."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from riverchief.base.errors import InputError
from riverchief.cli import emit
from riverchief.cli.assess import assess_app
from riverchief.cloud.standards.water.classes import AUTOMATIC, class_name
from riverchief.cloud.standards.water.periods import SUMMARIES
from riverchief.cloud.standards.water.wording import LANGUAGES
from riverchief.cloud.tables.table import write_table
from riverchief.cloud.tables.water import (
    ADDED_COLUMNS,
    JudgedRow,
    judge_table,
    read_for_assessment,
    read_tp_rules,
    summary,
)
from riverchief.cloud.tables.waterasof import changed_since, known_by
from riverchief.cloud.tables.waterperiods import period_summary

_SHOWN_MISMATCHES = 20
_SHOWN_SECTIONS = 40


@assess_app.command("water")
def water(
    file: Annotated[
        Path, typer.Argument(help="Table of readings: .csv, .csv.gz, .xlsx or .parquet, columns as the national table.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="Where the judged table goes; its suffix says in which form.")
    ] = None,
    rule_file: Annotated[
        Path | None,
        typer.Option("--rule-file", help="province,section,rule: river or lake column of phosphorus by section."),
    ] = None,
    items: Annotated[
        str, typer.Option("--items", help="What takes part: automatic, evaluation (21), 5+X, or do,codmn,….")
    ] = AUTOMATIC,
    rounded: Annotated[
        bool, typer.Option("--rounded", help="Round to the decimals of the statistics rules before comparing.")
    ] = False,
    period: Annotated[
        str, typer.Option("--period", help="Classes from means by section as well: month, quarter, year or to-date.")
    ] = "",
    as_of: Annotated[
        str, typer.Option("--as-of", help="Judge what was known by this day, by a column known_at or snapshot.")
    ] = "",
    lang: Annotated[str, typer.Option("--lang", help="Language of r_why: zh or en.")] = "zh",
    as_json: Annotated[bool, typer.Option("--json", help="Print a summary as one JSON object.")] = False,
) -> None:
    """Add the water class (GB 3838) to every row of a table: r_class, r_deciding, r_why.

    The rows come back unchanged. A class is empty where none can be given, and r_why says why: the station was
    stopped or maintained, there was no time, no item had a value. Unrounded raw_ columns count where they stand
    beside rounded ones; 0.02L and <0.02 are below the detection limit. With --as-of, rows known only later are left
    out, and what they have changed since is said. Exit code 0 when the file could be read, 1 when not.

    Example: riverchief assess water readings.csv --out judged.csv --rule-file section_tp_rule.csv
    """
    day = _check(file, out, period, as_of, lang)
    console = Console(stderr=True)
    with console.status("reading", spinner="line") as status:
        rules = None if rule_file is None else read_tp_rules(rule_file)
        table = read_for_assessment(file)
        known = None if day is None else known_by(table, day)
        table = table if known is None else known.table
        status.update(f"judging {len(table.records):,} rows")
        judged = judge_table(table, rules, items, rounded=rounded, known_on=day)
        if out is not None:
            write_table(out, table, ADDED_COLUMNS, [_cells(one, lang) for one in judged])
        found = {
            "file": str(file),
            "out": out and str(out),
            **summary(table, judged, rules, str(rule_file) if rule_file else None),
        }
        found["items"] = items
        if known is not None:
            found["as_of"] = changed_since(known, judged, rules, items, rounded=rounded)
        if period:
            status.update(f"means by {period}")
            found["periods"] = period_summary(table, judged, period, items, rounded=rounded)
    if as_json:
        emit(found)
    else:
        _show(found)


def _check(file: Path, out: Path | None, period: str, as_of: str, lang: str) -> date | None:
    """Refuse what cannot be meant; the day of `--as-of`."""
    if lang not in LANGUAGES:
        raise typer.BadParameter(f"{lang!r} is none of {', '.join(LANGUAGES)}", param_hint="--lang")
    if period and period not in SUMMARIES:
        raise typer.BadParameter(f"{period!r} is none of {', '.join(SUMMARIES)}", param_hint="--period")
    if out is not None and out.resolve() == file.resolve():
        raise InputError(f"--out {out} is the table itself: name another file.", path=str(out))
    try:
        return date.fromisoformat(as_of) if as_of else None
    except ValueError:
        raise typer.BadParameter(f"{as_of!r} is no day such as 2026-10-31", param_hint="--as-of") from None


def _show_since(since: dict[str, Any]) -> None:
    """What was left out because it was not known yet, and whose class it has changed."""
    later = ", ".join(f"{kind} {n:,}" for kind, n in since["rows_later"].items()) or "none"
    typer.echo(f"  as of {since['day']} (column {since['column']}); rows known only later: {later}")
    if since["undated_lines"]:
        typer.echo(f"  lines without a day in {since['column']}, left out: {len(since['undated_lines']):,}")
    for change in since["changed"][:_SHOWN_MISMATCHES]:
        typer.echo(f"    {change['zh']} / {change['en']}")


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
    for code, n in found["not_judgeable"].items():
        typer.echo(f"  {code} below a detection limit above the class limit, cannot be judged: {n:,}")
    for name in found["columns_missing"]:
        typer.echo(f"  the table has no column {name}: that item takes no part")
    if found["tp_column_from"]:
        by_column = ", ".join(f"{column} {n:,}" for column, n in found["tp_column"].items())
        typer.echo(f"  phosphorus column (river or lake) by section from {found['tp_column_from']}: {by_column} rows")
    if found["unknown_columns"]:
        typer.echo(f"  columns passed through unread: {', '.join(found['unknown_columns'])}")
    if found["agreement"] and found["agreement"]["compared"]:
        _show_agreement(found["agreement"])
    if "as_of" in found:
        _show_since(found["as_of"])
    if "periods" in found:
        _show_periods(found["periods"])
    if found["out"]:
        typer.echo(f"written: {found['out']}")


def _show_periods(periods: dict[str, Any]) -> None:
    """Ratings first, then every section by period."""
    for line in periods["ratings"]:
        rating = f"{line['rating']['zh']} {line['rating']['en']}" if line["rating"] else "no rating"
        good = "" if line["good_share"] is None else f", Ⅰ–Ⅲ {line['good_share']:.1f} %, 劣Ⅴ {line['bad_share']:.1f} %"
        main = "".join(f" {item['zh']}" for item in line["main"])
        typer.echo(f"  {line['period']} {line['basin'] or 'all'}: {rating}, {line['n_sections']} sections{good}{main}")
    for line in periods["sections"][:_SHOWN_SECTIONS]:
        name = class_name(line["class"]) or "no class"
        typer.echo(
            f"    {line['period']} {line['section']}: {name} {';'.join(line['deciding'])} ({line['n_days']} days)"
        )
    if len(periods["sections"]) > _SHOWN_SECTIONS:
        typer.echo(f"    and {len(periods['sections']) - _SHOWN_SECTIONS:,} more: --json lists them all")
    for note in periods["notes"]:
        typer.echo(f"  not confirmed: {note['en']}")


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
