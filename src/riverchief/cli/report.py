"""`riverchief report`: bulletins and meeting packs as Word, Excel and PDF, from a platform or from kept facts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from riverchief.base.errors import InputError, NotFound
from riverchief.cli import app, emit

if TYPE_CHECKING:
    from riverchief.govern.report import Facts

report_app = typer.Typer(no_args_is_help=True, help="报告 Bulletins as Word, Excel and PDF, in Chinese and English.")
app.add_typer(report_app, name="report")

KINDS = {
    "daily": ("日报 Make the bulletin of a day.", "2026-10-05"),
    "weekly": ("周报 Make the bulletin of a week.", "2026-W41"),
    "monthly": ("月报 Make the bulletin of a month.", "2026-10"),
    "annual": ("年报 Make the bulletin of a year.", "2026"),
    "meeting": ("会议材料 Make the papers of a meeting on a month, week or year.", "2026-10"),
}
TEMPLATES = Path("templates") / "report"

Data = Annotated[Path, typer.Option("--data", help="Data folder of the installation.")]
PeriodCode = Annotated[str, typer.Option("--period", help="Day, week, month or year; the last one by default.")]
Languages = Annotated[str, typer.Option("--lang", help="zh, en, or both: zh,en.")]
Formats = Annotated[str, typer.Option("--format", help="Some of docx,xlsx,pdf,json (json: the facts).")]
RegionCode = Annotated[str, typer.Option("--region", help="Code of a region; the basin's own by default.")]
Signer = Annotated[str, typer.Option("--signer", help="Who signs; a line to sign on by default.")]
FactsFile = Annotated[Path | None, typer.Option("--facts", help="Facts of a report (JSON) instead of --data.")]
Out = Annotated[Path, typer.Option("--out", help="Folder for the files.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")]


def _maker(kind: str) -> Callable[..., None]:
    def make(
        data: Data = Path("data"),
        period: PeriodCode = "",
        lang: Languages = "zh",
        form: Formats = "docx,xlsx,pdf",
        region: RegionCode = "",
        signer: Signer = "",
        facts: FactsFile = None,
        out: Out = Path(),
        as_json: Json = False,
    ) -> None:
        _make(kind, data, period, _words(lang), _words(form), region, signer, facts, out, as_json)

    about, period = KINDS[kind]
    make.__doc__ = (
        f"{about}\n\n    With --data it is kept there and listed in the report centre as well.\n\n    "
        f"Example: riverchief report {kind} --data demo-data --period {period} --lang zh,en --out reports\n    "
    )
    return make


for _kind in KINDS:
    report_app.command(_kind)(_maker(_kind))


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))


def _make(
    kind: str,
    data: Path,
    period: str,
    languages: list[str],
    formats: list[str],
    region: str,
    signer: str,
    facts: Path | None,
    out: Path,
    as_json: bool,
) -> None:
    files = [form for form in formats if form != "json"]
    if facts is not None:
        made = _from_facts(facts, languages, files)
    else:
        made = _from_platform(kind, data, period, languages, files, region, signer)
    out.mkdir(parents=True, exist_ok=True)
    told: list[dict[str, Any]] = []
    told_facts: Facts | None = None
    with Progress(console=Console(stderr=True), transient=True, disable=as_json) as bar:
        task = bar.add_task("report", total=None)
        for name, content, read in made:
            told_facts = read
            bar.update(task, description=name)
            (out / name).write_bytes(content)
            told.append({"file": str(out / name), "bytes": len(content)})
    if "json" in formats and told_facts is not None:
        path = out / f"{told_facts.kind}-{told_facts.period}.facts.json"
        path.write_text(json.dumps(told_facts.as_dict(), ensure_ascii=False, indent=1), encoding="utf-8")
        told.append({"file": str(path), "bytes": path.stat().st_size})
    if as_json:
        emit({"files": told, "digest": told_facts.digest() if told_facts else ""})
        return
    for item in told:
        typer.echo(f"{item['file']}: {item['bytes']:,} bytes")


Written = Iterator[tuple[str, bytes, "Facts"]]


def _from_facts(path: Path, languages: list[str], formats: list[str]) -> Written:
    from riverchief.govern import report

    facts = report.read_facts(path)
    for one in report.make(facts, languages, formats or ["pdf"]):
        yield one.name, one.content, facts


def _from_platform(
    kind: str, data: Path, period: str, languages: list[str], formats: list[str], region: str, signer: str
) -> Written:
    _open(data)
    from riverchief.base.time import local_day
    from riverchief.govern import report
    from riverchief.web import context
    from riverchief.web.accounts.models import Role, User
    from riverchief.web.govern import reports

    user = User(username="command line", role=Role.SYSTEM)
    wanted = period or report.last_ended(report.kind_named(kind).units[0], local_day(context.now())).code
    for language in languages:
        asked = reports.ask(
            user, kind, wanted, region=region, language=language, formats=formats or ["pdf"], signer=signer
        )
        found = reports.run(asked.pk)
        if found.state != "done":
            raise InputError(f"{found.pk} is {found.state}: {found.error.get('sentence', 'it was stopped.')}")
        facts = report.facts_from_dict(found.facts)
        for item in found.files:
            yield item["name"], context.store().files.read(item["sha256"]), facts


def _open(data: Path) -> None:
    if not (data / "riverchief.toml").exists() and not (data / "app.sqlite").exists():
        raise InputError(f"{data} is no data folder of an installation; give one with --data.", path=str(data))
    from riverchief.web.setup import migrate, open_platform

    open_platform(data)
    migrate()


@report_app.command("list-templates")
def list_templates(
    data: Annotated[Path | None, typer.Option("--data", help="Data folder, whose own templates win.")] = None,
    as_json: Json = False,
) -> None:
    """List kinds of reports, their Word templates, the parts that a template may show, and forms of superiors.

    Example: riverchief report list-templates --data demo-data
    """
    from riverchief.govern import report
    from riverchief.govern.report.kinds import parts

    own = data / TEMPLATES if data else None
    kinds = [
        {
            "kind": kind.code,
            "title_zh": kind.title["zh"],
            "title_en": kind.title["en"],
            "template": f"{kind.template}.zh.docx, {kind.template}.en.docx",
            "own": sorted(p.name for p in own.glob(f"{kind.code}.*.docx")) if own else [],
            "parts": list(kind.parts),
        }
        for kind in report.KINDS.values()
    ]
    columns = {name: [column.key for column in part.columns] for name, part in parts().items()}
    forms = {code: form.name_zh for code, form in report.exports(data).items()}
    if as_json:
        emit({"kinds": kinds, "parts": columns, "exports": forms})
        return
    for item in kinds:
        typer.echo(f"{item['kind']}  {item['title_zh']}  {item['template']}  own: {', '.join(item['own']) or 'none'}")
    typer.echo("")
    for name, keys in columns.items():
        typer.echo(f"{name}.rows: {', '.join(keys)}")
    typer.echo("")
    for code, name in forms.items():
        typer.echo(f"export {code}: {name}")


@report_app.command("template")
def template(
    out: Annotated[Path, typer.Option("--out", help="Folder to copy to; DATA/templates/report is looked into first.")],
    as_json: Json = False,
) -> None:
    """Copy the shipped templates out, to be edited in Word; files that are there already are kept.

    Example: riverchief report template --out demo-data/templates/report
    """
    from riverchief.govern import report

    written = [str(path) for path in report.copy_templates(out)]
    if as_json:
        emit({"files": written})
        return
    typer.echo("\n".join(written) or f"{out} has all of them already; nothing was written.")


@report_app.command("export")
def export(
    form: Annotated[str, typer.Argument(help="Code of a superior's form: province, nation, or one of your own.")],
    report_id: Annotated[str, typer.Option("--report", help="Id of a report; the newest monthly one by default.")] = "",
    data: Data = Path("data"),
    facts: FactsFile = None,
    out: Out = Path(),
    as_json: Json = False,
) -> None:
    """Fill a superior's sheet from the facts of a report.

    Example: riverchief report export province --data demo-data --out to-the-province
    """
    from riverchief.govern import report

    given = report.read_facts(facts) if facts else report.facts_from_dict(_kept(data, report_id).facts)
    content = report.export(form, given, None if facts else data)
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{form}-{given.period}.xlsx"
    path.write_bytes(content)
    if as_json:
        emit({"file": str(path), "bytes": len(content)})
        return
    typer.echo(f"{path}: {len(content):,} bytes")


def _kept(data: Path, key: str) -> Any:
    _open(data)
    from riverchief.web.govern.models import Report

    wanted = {"pk": key} if key else {"kind": "monthly", "state": "done"}
    found = Report.objects.filter(**wanted).order_by("-made_at").first()
    if found is None or not found.facts:
        raise NotFound("report", key or "monthly")
    return found


@report_app.command("again")
def again(
    key: Annotated[str, typer.Argument(metavar="ID", help="Id of a report that was kept.")],
    data: Data = Path("data"),
    as_json: Json = False,
) -> None:
    """Make a kept report again from its facts, and compare it byte by byte with what was kept.

    Example: riverchief report again report-01KB4T8M9QZX5V7N2R3W6Y1ABC --data demo-data
    """
    found = _kept(data, key)
    from riverchief.web.govern import reports

    told = reports.again(found)
    if as_json:
        emit({"id": key, "files": told})
    else:
        for item in told:
            same = "the same bytes" if item["equal"] else f"differs: {item['kept'][:12]} … {item['made'][:12]}"
            typer.echo(f"{item['name']}: {same}")
    if not all(item["equal"] for item in told):
        raise InputError(f"{key} is not the same today: fonts, template or version differ from when it was made.")
