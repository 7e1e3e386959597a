"""`riverchief assess flow`: ecological flow from a table of daily flow, and how well it was kept."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from riverchief.base.errors import InputError
from riverchief.cli import emit
from riverchief.cli.assess import assess_app
from riverchief.cloud.standards.flow import targets
from riverchief.cloud.standards.flow.ecoflow import Programme, programme, satisfaction
from riverchief.cloud.standards.flow.targets import FlowTarget
from riverchief.cloud.standards.water.wording import LANGUAGES
from riverchief.cloud.tables.flow import ADDED_COLUMNS, FlowTable, judged_cells, read_exempt, read_flows, summary
from riverchief.cloud.tables.table import write_table

_SHOWN = 20


@assess_app.command("flow")
def flow(
    file: Annotated[Path, typer.Argument(help="Table with columns date,q_m3s.")],
    target: Annotated[float | None, typer.Option("--target", help="Target that was given [m³/s].")] = None,
    method: Annotated[str, typer.Option("--method", help="Make the target: tennant, q90, q95 or driest-month.")] = "",
    grade: Annotated[str, typer.Option("--grade", help="Grade of Tennant's table.")] = "good",
    reading: Annotated[
        str, typer.Option("--reading", help="Tennant's shares of the annual mean, or of the same_period.")
    ] = "annual",
    natural: Annotated[
        Path | None, typer.Option("--natural", help="Series of natural flow that the target is made from.")
    ] = None,
    years_least: Annotated[int | None, typer.Option("--years-least", help="Years that q90 and q95 need.")] = None,
    without_month: Annotated[
        list[int] | None, typer.Option("--without-month", help="Frozen month that does not count; may be repeated.")
    ] = None,
    without_dry: Annotated[
        bool, typer.Option("--without-dry", help="Months in which nothing flowed do not count.")
    ] = False,
    programme_code: Annotated[
        str, typer.Option("--programme", help="Whose rules: anhui, yunnan, zhejiang, usual.")
    ] = "",
    exempt: Annotated[
        Path | None, typer.Option("--exempt", help="Exempt days: date,reason or first,last,reason.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Where the judged table goes.")] = None,
    lang: Annotated[str, typer.Option("--lang", help="Language of r_why: zh or en.")] = "zh",
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")] = False,
) -> None:
    """Say what flow a river should keep, and on how many days it did: r_target_m3s, r_kept, r_why.

    The target is given, or made from the series (or from --natural). A day without a value is neither kept nor
    failed. Bad cells are listed with their line, the rest counts.

    Example: riverchief assess flow gauge.csv --target 15 --programme anhui --exempt maintenance.csv --json
    """
    _check(target, method, lang)
    rules = programme(programme_code) if programme_code else None
    given = read_flows(file)
    series = given if natural is None else read_flows(natural)
    wanted = _target(series, target, method, grade, reading, years_least, without_month or [], without_dry=without_dry)
    excused = {} if exempt is None else read_exempt(exempt)
    periods = satisfaction(given.days, given.flow_m3s, wanted, rules=rules, exempt=excused)
    if out is not None:
        if out.resolve() == file.resolve():
            raise InputError(f"--out {out} is the table itself: name another file.", path=str(out))
        write_table(out, given.table, ADDED_COLUMNS, judged_cells(given, wanted, excused, lang))
    found = {**summary(given, wanted, periods), "programme": _told(rules), "out": out and str(out)}
    if as_json:
        emit(found)
    else:
        _show(found, lang)


def _check(target: float | None, method: str, lang: str) -> None:
    if lang not in LANGUAGES:
        raise typer.BadParameter(f"{lang!r} is none of {', '.join(LANGUAGES)}", param_hint="--lang")
    if (target is None) == (not method):
        raise typer.BadParameter("give --target in m³/s, or --method to make one, not both", param_hint="--target")
    if method and method.replace("-", "_") not in targets.METHODS:
        raise typer.BadParameter(f"{method!r} is none of tennant, q90, q95, driest-month", param_hint="--method")


def _target(
    series: FlowTable,
    target: float | None,
    method: str,
    grade: str,
    reading: str,
    years_least: int | None,
    without_months: list[int],
    *,
    without_dry: bool,
) -> FlowTarget:
    if target is not None:
        return targets.fixed_target(target)
    if method == "tennant":
        return targets.tennant_target(series.days, series.flow_m3s, grade=grade, reading=reading)
    if method in ("q90", "q95"):
        return targets.frequency_target(
            series.days,
            series.flow_m3s,
            method,
            years_least=years_least,
            without_months=without_months,
            without_dry=without_dry,
        )
    return targets.driest_month_target(
        series.days, series.flow_m3s, without_months=without_months, without_dry=without_dry
    )


def _told(rules: Programme | None) -> dict[str, Any] | None:
    if rules is None:
        return None
    edition = rules.edition
    return {
        "code": rules.code,
        "edition": edition.code,
        "document": edition.document,
        "period": rules.period,
        "station_share": rules.station_share,
        "county_share": rules.county_share,
        "confirmed": edition.confirmed,
        "note": {"zh": edition.note_zh, "en": edition.note_en},
    }


def _show(found: dict[str, Any], lang: str) -> None:
    """The result for people."""
    target = found["target"]
    typer.echo(f"{found['days']:,} days, {found['days_with_flow']:,} with flow, {found['first']} to {found['last']}")
    months = target["by_month_m3s"]
    shown = (
        "none"
        if None in months
        else f"{min(months):.4g}–{max(months):.4g} m³/s"
        if len(set(months)) > 1
        else f"{months[0]:.4g} m³/s"
    )
    typer.echo(f"target {shown}: {target['why'][lang]}")
    for one in found["periods"]:
        excused = sum(one["exempt"].values())
        verdict = {True: "passed", False: "failed", None: "no verdict"}[one["passed"]]
        typer.echo(
            f"  {one['period']}: {one['compliant']} of {one['days']} days kept, {excused} exempt, "
            f"{one['missing']} missing, {verdict}: {one['why'][lang]}"
        )
    for cell in found["bad"][:_SHOWN]:
        typer.echo(f"  line {cell['line']} {cell['column']}: {cell['why']}")
    if len(found["bad"]) > _SHOWN:
        typer.echo(f"  and {len(found['bad']) - _SHOWN:,} more: --json lists them all")
    if found["out"]:
        typer.echo(f"written: {found['out']}")
