"""`riverchief outlook`: the probability of meeting a target, and what is still allowed, from a table of readings."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from riverchief.base.errors import InputError
from riverchief.cli import app, emit
from riverchief.cloud.standards.water.classes import class_number
from riverchief.cloud.standards.water.wording import LANGUAGES
from riverchief.cloud.tables.water import ITEMS, read_tp_rules
from riverchief.govern import outlook as ahead
from riverchief.govern.outlook import wording
from riverchief.govern.outlook.allowed import AT_LEAST, AT_MOST
from riverchief.govern.outlook.backtest import ORIGIN_DAYS, Forecasts, backtest
from riverchief.govern.outlook.scores import brier, reliability, skill
from riverchief.govern.outlook.table import Observed, read_observed

_FORMS = "class:3, pm25:30, good-days:292, good-day-share:0.8, flow-share:0.9:4.5"
_BACKTEST_SIZE = ahead.Size(40, 10)


@app.command("outlook")
def outlook(
    file: Annotated[Path, typer.Argument(help="Table of readings with time or date; columns as the national table.")],
    target: Annotated[str, typer.Option("--target", help=f"What is to be met: {_FORMS}.")] = "class:3",
    period: Annotated[
        str, typer.Option("--period", help="2026, 2026-Q3, 2026-10, or day..day; default: the last year.")
    ] = "",
    on: Annotated[str, typer.Option("--on", help="First day that is not known; default: after the table's last.")] = "",
    section: Annotated[str, typer.Option("--section", help="Only this section.")] = "",
    rule_file: Annotated[
        Path | None, typer.Option("--rule-file", help="province,section,rule: phosphorus column by section.")
    ] = None,
    lever: Annotated[
        list[str] | None, typer.Option("--lever", help="What if: scale:tp=-20%, worst_days=5, flow=+30%; repeatable.")
    ] = None,
    alone: Annotated[
        bool, typer.Option("--alone", help="Fit every section by itself; else they share the model.")
    ] = False,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same ensemble.")] = 0,
    run_backtest: Annotated[
        bool, typer.Option("--backtest", help="Forecast the table's calendar months again and score them.")
    ] = False,
    out: Annotated[Path | None, typer.Option("--out", help="CSV of one row per section.")] = None,
    lang: Annotated[str, typer.Option("--lang", help="Language of sentences: zh or en.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")] = False,
) -> None:
    """Look ahead to the end of a period: value to date, probability of meeting the target, what is still allowed.

    Sections come in the order of their risk. What cannot be said for want of history says so. With --backtest the
    months of the table are forecast again, each only from what was known before, and scored against climatology and
    persistence.

    Example: riverchief outlook readings.csv --target class:3 --period 2020-12 --on 2020-12-11
    """
    if lang not in LANGUAGES:
        raise typer.BadParameter(f"{lang!r} is none of {', '.join(LANGUAGES)}", param_hint="--lang")
    console = Console(stderr=True)
    with console.status("reading", spinner="line") as status:
        rules = None if rule_file is None else read_tp_rules(rule_file)
        wanted = _parse_target(target)
        observed = read_observed(file, wanted.items, rules, section)
        if run_backtest:
            status.update("forecasting every month again")
            told = _backtest(observed, wanted)
        else:
            status.update(f"looking ahead from {len(observed.panel.sections):,} sections")
            told = _ahead(observed, wanted, period, on, lever or [], seed, lang, pooled=not alone)
    told = {"file": str(file), "target": target, **told, "table": _about(observed)}
    if out is not None:
        _write(out, told)
    if as_json:
        emit(told)
    elif run_backtest:
        _show_backtest(told)
    else:
        _show(told)


class _Wanted:
    """A target as it was typed."""

    def __init__(self, kind: str, values: list[float], items: tuple[str, ...]) -> None:
        self.kind, self.values, self.items = kind, values, items

    def goal(self, last_day: date, tp_rule: str) -> ahead.Goal:
        """The goal of a section."""
        v = self.values
        if self.kind == "class":
            return ahead.ClassGoal(int(v[0]), last_day, tp_rule)
        if self.kind == "pm25":
            return ahead.MeanGoal("pm25", AT_MOST, v[0])
        if self.kind == "flow-share":
            return ahead.DaysGoal("flow", AT_LEAST, v[1], v[0], share=True)
        return ahead.DaysGoal("aqi", AT_MOST, 100, v[0], share=self.kind == "good-day-share")


_ITEMS = {
    "class": ITEMS,
    "pm25": ("pm25",),
    "good-days": ("aqi",),
    "good-day-share": ("aqi",),
    "flow-share": ("flow",),
}


def _parse_target(text: str) -> _Wanted:
    kind, *given = text.split(":")
    if kind not in _ITEMS or len(given) != (2 if kind == "flow-share" else 1):
        raise InputError(f"--target {text!r} is none of {_FORMS}.", target=text)
    if kind == "class" and class_number(given[0]):
        given = [str(class_number(given[0]))]
    try:
        values = [float(part) for part in given]
    except ValueError as error:
        raise InputError(f"--target {text!r}: {error}. Write it as one of {_FORMS}.", target=text) from error
    if kind == "class" and values[0] not in (1, 2, 3, 4, 5):
        raise InputError(f"--target {text!r}: classes are 1 to 5.", target=text)
    if kind.endswith("share") and not 0 <= values[0] <= 1:
        raise InputError(f"--target {text!r}: a share lies between 0 and 1.", target=text)
    return _Wanted(kind, values, _ITEMS[kind])


def _ahead(
    observed: Observed, wanted: _Wanted, period: str, on: str, levers: list[str], seed: int, lang: str, *, pooled: bool
) -> dict[str, Any]:
    """Outlooks of every section, in the order of their risk."""
    panel = observed.panel
    try:
        origin = np.datetime64(date.fromisoformat(on)) if on else panel.end
    except ValueError as error:
        raise InputError(f"--on {on!r} is no day such as 2026-11-21.", on=on) from error
    known = panel.before(origin)
    if not known.values.shape[2]:
        raise InputError(f"nothing is known before {origin}: the table begins on {panel.first_day}.", on=str(origin))
    if origin > panel.end:
        raise InputError(f"--on {origin} lies after the table's last day {panel.end - 1}.", on=str(origin))
    span = ahead.parse_period(period or str(origin - 1)[:4])
    pulled = tuple(ahead.parse_lever(text) for text in levers)
    goals = {name: wanted.goal(span.end, rule) for name, rule in zip(panel.sections, observed.tp_rules, strict=True)}
    pooled = pooled and len(panel.sections) > 1
    found = [
        ahead.look_ahead(view, pulled)
        for view in ahead.views(ahead.fit(known, pooled=pooled), goals, span, ahead.Size(seed=seed)).values()
    ]
    return {
        "period": str(span),
        "origin": str(origin),
        "levers": levers,
        "sections": [
            {**ahead.as_dict(one), "sentence": wording.sentence(one, goals[one.section], lang), **_columns(one)}
            for one in ahead.rank_by_risk(found)
        ],
    }


def _columns(one: ahead.Outlook) -> dict[str, Any]:
    return {"note": "; ".join(wording.note(code, pooled=one.pooled)[1] for code in one.notes)}


def _about(observed: Observed) -> dict[str, Any]:
    """What was read, and what was not."""
    return {
        "rows": observed.rows,
        "used": observed.used,
        "refused": observed.refused,
        "bad_cells": [{"line": n, "column": c, "text": t} for n, c, t in observed.bad_cells[:50]],
        "n_bad_cells": len(observed.bad_cells),
        "revised": observed.revised,
        "sections": len(observed.panel.sections),
        "days": [str(observed.panel.first_day), str(observed.panel.end - 1)],
        "drivers": list(observed.panel.drivers),
    }


def _backtest(observed: Observed, wanted: _Wanted) -> dict[str, Any]:
    if wanted.kind != "class":
        raise InputError("--backtest scores classes of calendar months: give --target class:N.", target=wanted.kind)
    made = backtest(observed.panel, observed.tp_rules, target_class=int(wanted.values[0]), size=_BACKTEST_SIZE)
    if not made.outcome.size:
        raise InputError("no section has a month with enough days after another one: there is nothing to score.")
    leads = {str(day): _scores(made.where(made.lead == day)) for day in ORIGIN_DAYS if (made.lead == day).any()}
    bins = [vars(one) for one in reliability(made.probability, made.outcome)]
    return {"backtest": {**_scores(made), "by_origin": leads, "reliability": bins}}


def _scores(made: Forecasts) -> dict[str, Any]:
    """Brier scores and skills of forecasts."""
    skills = {}
    for name in ("climatology", "own", "persistence"):
        found = skill(made.probability, getattr(made, name), made.outcome, made.section)
        skills[name] = {"value": found.value, "low": found.low, "high": found.high, "proved": found.proved}
    return {
        "n": int(made.outcome.size),
        "sections": int(np.unique(made.section).size),
        "met": float(made.outcome.mean()),
        "brier": brier(made.probability, made.outcome),
        "skill": skills,
    }


def _write(path: Path, told: dict[str, Any]) -> None:
    """One row per section: the answer and what each item may come to."""
    rows = told.get("sections")
    if rows is None:
        raise InputError("--out writes outlooks: leave --backtest out, or take --json.", path=str(path))
    items = list(dict.fromkeys(a["property"] for row in rows for a in row["allowed"] if a["kind"] == "mean"))
    head = [
        "section",
        "period",
        "origin",
        "state",
        "probability",
        "low",
        "high",
        "to_date",
        "p10",
        "p50",
        "p90",
        "deciding",
    ]
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow([*head, *(f"allowed_{item}" for item in items), "bad_days_left", "sentence", "note"])
            for row in rows:
                table.writerow(_cells(row, items, told["period"]))
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}. Check the folder.", path=str(path)) from error


def _cells(row: dict[str, Any], items: list[str], period: str) -> list[Any]:
    by_item: dict[str, list[str]] = {}
    for a in row["allowed"]:
        if a["kind"] == "mean" and a["value"] is not None:
            by_item.setdefault(a["property"], []).append(("<=" if a["sense"] == AT_MOST else ">=") + f"{a['value']:g}")
    bad = next((a["bad"] for a in row["allowed"] if a["kind"] == "bad_days"), "")
    deciding = ";".join(one["property"] for one in row["deciding"])
    expected = row["expected"] or ["", "", ""]
    return [
        row["section"], period, row["origin"], row["state"], row["probability"], row["low"], row["high"],
        row["to_date"]["value"], *expected, deciding, *(" ".join(by_item.get(item, [])) for item in items), bad,
        row["sentence"], row["note"],
    ]  # fmt: skip


def _show(told: dict[str, Any]) -> None:
    """The outlooks for people."""
    about = told["table"]
    typer.echo(
        f"{about['used']:,} of {about['rows']:,} rows, {about['sections']:,} sections, {' to '.join(about['days'])}"
    )
    for reason, n in about["refused"].items():
        typer.echo(f"  left out, {reason}: {n:,}")
    for cell in about["bad_cells"][:10]:
        typer.echo(f"  line {cell['line']}: {cell['column']} {cell['text']!r} is no number")
    typer.echo(f"period {told['period']}, known before {told['origin']}")
    for row in told["sections"]:
        typer.echo(f"{row['section']}: {row['sentence']}" + (f" ({row['note']})" if row["note"] else ""))


def _show_backtest(told: dict[str, Any]) -> None:
    """The scores for people."""
    found = told["backtest"]
    typer.echo(
        f"{found['n']:,} forecasts of {found['sections']} sections, met {found['met']:.1%}, Brier {found['brier']:.4f}"
    )
    table = Table("origin day", "forecasts", "Brier", "against climatology", "own climatology", "persistence")
    for day, one in {"all": found, **found["by_origin"]}.items():
        skills = [f"{s['value']:.3f} ({s['low']:.3f} to {s['high']:.3f})" for s in one["skill"].values()]
        table.add_row(day, f"{one['n']:,}", f"{one['brier']:.4f}", *skills)
    Console().print(table)
