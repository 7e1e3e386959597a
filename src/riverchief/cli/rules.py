"""`riverchief rules`: patrol rules read back in sentences, and tried on a year of patrols before they hold."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from riverchief.base.errors import InputError
from riverchief.cli import app, emit

if TYPE_CHECKING:
    from riverchief.ground.rules import Backtest, Comparison, PatrolRule

rules_app = typer.Typer(no_args_is_help=True, help="巡河规则 Patrol rules: said in sentences, tried on a year.")
app.add_typer(rules_app, name="rules")

Rule = Annotated[str, typer.Argument(help="A rule file (TOML), or the code of a rule that ships.")]
Lang = Annotated[str, typer.Option("--lang", help="zh or en.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")]
_SHOWN = 20


def _rule(given: str) -> PatrolRule:
    from riverchief.ground import rules

    path = Path(given)
    return rules.read(path) if path.suffix == ".toml" or path.exists() else rules.named(given)


@rules_app.command("list")
def listed(as_json: Json = False) -> None:
    """List the rules that ship, each with its document.

    Example: riverchief rules list
    """
    from riverchief.ground import rules

    found = [rules.named(code) for code in rules.names()]
    if as_json:
        emit({"rules": [rules.to_dict(rule) for rule in found]})
        return
    for rule in found:
        typer.echo(f"{rule.code}  {rule.name_zh}  {rule.name_en}{'' if rule.confirmed else '  (not confirmed)'}")


@rules_app.command("show")
def show(rule: Rule, lang: Lang = "zh", as_json: Json = False) -> None:
    """Say a rule in sentences, one for each level; faults of a file come with key and line.

    Example: riverchief rules show our-county.toml --lang zh
    """
    from riverchief.ground import rules

    if lang not in ("zh", "en"):
        raise typer.BadParameter(f"{lang!r} is neither zh nor en", param_hint="--lang")
    found = _rule(rule)
    said = rules.preview(found, "zh" if lang == "zh" else "en")
    if as_json:
        emit({**rules.to_dict(found), "preview": said})
        return
    typer.echo(found.name_zh if lang == "zh" else found.name_en)
    for sentence in said.values():
        typer.echo(f"  {sentence}")


@rules_app.command("try")
def try_out(
    rule: Rule,
    years: Annotated[Path, typer.Argument(help="Chiefs with their patrols (JSON), as the reference page says.")],
    year: Annotated[int, typer.Option("--year", help="The year that was walked.")],
    against: Annotated[str, typer.Option("--against", help="The rule in force, as a file or a code.")] = "ladder",
    as_json: Json = False,
) -> None:
    """Try a rule on a year of patrols: who would have failed, who newly fails and newly passes.

    Example: riverchief rules try our-county.toml patrols-2025.json --year 2025
    """
    from riverchief.ground import rules

    if not 1 <= year <= 9998:
        raise typer.BadParameter(f"{year} is no year", param_hint="--year")
    found = rules.compare(_rule(rule), _rule(against), _years(years), date(year, 1, 1), date(year, 12, 31))
    if as_json:
        emit(_told(found))
    else:
        _show(found)


def _years(path: Path) -> Any:
    from riverchief.ground import rules

    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}. Check the path.", path=str(path)) from error
    except ValueError as error:
        raise InputError(f"{path} is no JSON: {error}.", path=str(path)) from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError(f"{path} is no list of chiefs; give a list of objects with chief, level, stretch, patrols.")
    return rules.read_years(rows)


def _told(found: Comparison) -> dict[str, Any]:
    def one(tested: Backtest) -> dict[str, Any]:
        return {
            "rule": tested.rule.code,
            "failing": list(tested.failing),
            "unasked": list(tested.unasked),
            "levels": {level: {n: getattr(s, n) for n in s.__slots__} for level, s in tested.levels().items()},
        }

    return {
        "proposed": one(found.proposed),
        "in_force": one(found.in_force),
        "newly_fail": list(found.newly_fail),
        "newly_pass": list(found.newly_pass),
    }


def _show(found: Comparison) -> None:
    for tested in (found.proposed, found.in_force):
        typer.echo(f"{tested.rule.code}: {len(tested.failing):,} of {len(tested.fates):,} chiefs miss a period")
        for level, share in tested.levels().items():
            failing = f"{share.failing:,} of {share.chiefs:,} chiefs"
            typer.echo(f"  {level}: {failing}, {share.missed:,} of {share.periods:,} periods")
        if tested.unasked:
            typer.echo(f"  of {len(tested.unasked):,} chiefs it asks nothing")
    for words, chiefs in (("newly fail", found.newly_fail), ("newly pass", found.newly_pass)):
        more = f" and {len(chiefs) - _SHOWN:,} more" if len(chiefs) > _SHOWN else ""
        typer.echo(f"{words}: {', '.join(chiefs[:_SHOWN]) or 'nobody'}{more}")
