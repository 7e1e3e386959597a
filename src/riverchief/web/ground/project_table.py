"""Plans of key projects as an Excel workbook: out for what one may see, in row by row, sound rows in one transaction.

What is reported comes in as an open report, and waits for somebody else as any other does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from openpyxl.worksheet.worksheet import Worksheet

from riverchief.base.basin import Project
from riverchief.base.errors import InputError, NotAllowed, RiverError
from riverchief.base.ids import new_id
from riverchief.base.spans import parse_span
from riverchief.base.units import PROPERTIES
from riverchief.basins import parse, workbook
from riverchief.basins.change import Cells
from riverchief.basins.faults import Fault
from riverchief.basins.parse import Row
from riverchief.basins.tables import Column, Table
from riverchief.web import context
from riverchief.web.accounts.models import User, audit
from riverchief.web.accounts.visibility import visible
from riverchief.web.ground import project_work as work
from riverchief.web.ground.models import ProjectEntry, ProjectMilestone, ProjectPlan, ProjectPlot, ProjectReport
from riverchief.web.ground.projects import REPORTING, answers_for, wan

_PROJECT = Column("project", "text", "code of the project in the registry")
_MONTH = Column("month", "text", "month, 2026-10")
_SHARE = Column("share_percent", "number", "done of the whole by the end of the month [%]", low=0, high=100)
_SPENT = Column("spent_wan", "number", "spent from the beginning to the end of the month [10⁴ yuan]", low=0)

SHEETS: dict[str, Table] = {
    "项目": Table(
        "projects", "level, task force and money of a project", ("code",),
        (
            Column("code", "text", "code of the project in the registry"),
            Column("level", "choice", "whose list it is on", choices=ProjectEntry.LEVELS),
            Column("task_force", "text", "专班 that drives it", False, may_lack=True),
            Column("investment_wan", "number", "planned investment in all [10⁴ yuan]", False, low=0, may_lack=True),
            Column("goals", "text", "what it is meant to improve: section:property, parted by ;", False, may_lack=True),
            Column("document", "text", "where that stands", False, may_lack=True),
        ),
    ),
    "里程碑": Table(
        "milestones", "steps of a project", ("project", "name_zh"),
        (
            _PROJECT,
            Column("name_zh", "text", "name in Chinese"),
            Column("name_en", "text", "name in English", False, may_lack=True),
            Column("planned", "date", "planned day"),
        ),
    ),
    "月计划": Table(
        "months", "what the plan has done and spent", ("project", "month"), (_PROJECT, _MONTH, _SHARE, _SPENT)
    ),
    "造林小班": Table(
        "plots", "planted plots", ("project", "number"),
        (
            _PROJECT,
            Column("number", "text", "number of the plot"),
            Column("area_ha", "number", "area [ha]", low=0, above=True),
            Column("species_zh", "text", "species in Chinese"),
            Column("species_en", "text", "species in English", False, may_lack=True),
            Column("planted_on", "date", "day of planting", False, may_lack=True),
            Column("trees_per_ha", "number", "trees per hectare", False, low=0, above=True, may_lack=True),
        ),
    ),
    "月报": Table(
        "reports", "progress as those in charge say", ("project", "month"),
        (
            _PROJECT, _MONTH, _SHARE, _SPENT,
            Column("started", "date", "first day of the works", False, may_lack=True),
            Column("completed", "date", "last day of the works", False, may_lack=True),
            Column("text", "text", "what was done", False, may_lack=True),
        ),
    ),
}  # fmt: skip
_NAME = {table.file: name for name, table in SHEETS.items()}


@dataclass
class Taken:
    """What became of a workbook, or would become of it."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def as_json(self, dry_run: bool) -> dict[str, Any]:
        """On the wire."""
        counts = Counter(one["state"] for one in self.rows)
        return {
            "dry_run": dry_run,
            "new": counts["new"],
            "changed": counts["changed"],
            "same": counts["same"],
            "rows": self.rows,
            "faults": [
                {
                    "sheet": _NAME.get(one.file, one.file),
                    "row": one.line,
                    "column": one.column,
                    "heading": workbook.HEADINGS.get(one.column, one.column),
                    "value": one.value,
                    "code": one.code,
                    "sentence": one.sentence,
                }
                for one in self.faults
            ],
        }


def take(content: bytes, user: User, *, dry_run: bool) -> dict[str, Any]:
    """Take the sound rows of a workbook, or only tell what would be taken.

    Raises
    ------
    NotAllowed
        For somebody of no office.
    InputError
        When it is no workbook, or has none of the sheets.
    """
    if user.role not in REPORTING:
        raise NotAllowed(f"{user.username} ({user.role}) enters no projects; an office of river chiefs does.")
    book = workbook.open_book(content)
    sheets = [(SHEETS[one.title.strip()], one) for one in book.worksheets if one.title.strip() in SHEETS]
    if not sheets:
        raise InputError(f"the workbook has none of the sheets {', '.join(SHEETS)}.", known=[*SHEETS])
    order = [table.file for table in SHEETS.values()]
    taken = Taken()
    with transaction.atomic():
        for table, sheet in sorted(sheets, key=lambda pair: order.index(pair[0].file)):
            _sheet(table, sheet, user, taken)
        transaction.set_rollback(dry_run)  # a look changes nothing
    if not dry_run:
        n = sum(one["state"] != "same" for one in taken.rows)
        audit(context.clock(), user.username, "import-projects", "", rows=n)
    return taken.as_json(dry_run)


def _sheet(table: Table, sheet: Worksheet, user: User, taken: Taken) -> None:
    names = [column.name for column in table.columns]

    def records() -> Iterator[tuple[int, list[str]]]:
        yield 1, names
        for line, cells in workbook.rows_of(sheet, table, taken.faults, table.key):
            yield line, [cells.get(name, "") for name in names]

    before = len(taken.faults)
    for row in parse.typed(table, records(), taken.faults):
        if any(one.line == row.line and one.file == table.file for one in taken.faults[before:]):
            continue
        code = str(row.values[table.key[0]])
        project = context.basin().projects.get(code)
        if project is None:
            near = parse.near(code, sorted(context.basin().projects))
            taken.faults.append(
                row.fault("unknown_code", f"{code!r} is no project of the registry; {near}", table.key[0], code)
            )
            continue
        if not answers_for(user, project):
            taken.faults.append(
                row.fault("not_yours", f"{code} is of another region than {user.username}'s.", table.key[0], code)
            )
            continue
        try:
            with transaction.atomic():  # a row that is refused leaves nothing behind
                state = _WRITE[table.file](row, project, user)
        except RiverError as error:
            taken.faults.append(row.fault("refused", error.sentence, table.key[-1]))
            continue
        what = " ".join(str(row.values[name]) for name in table.key[1:])
        taken.rows.append({"sheet": _NAME[table.file], "row": row.line, "project": code, "what": what, "state": state})


def _put(found: Any, values: dict[str, Any], made: bool) -> str:
    if not made and all(getattr(found, name) == value for name, value in values.items()):
        return "same"
    for name, value in values.items():
        setattr(found, name, value)
    if getattr(found, "assumed", False):
        found.assumed = False  # somebody has said it
    found.save()
    return "new" if made else "changed"


def _project(row: Row, project: Project, user: User) -> str:
    value = row.values
    entry, made = ProjectEntry.objects.get_or_create(pk=project.code)
    money = value.get("investment_wan")
    first = _put(
        entry,
        {
            "level": value["level"],
            "task_force": value.get("task_force") or "",
            "goals": _goals(value.get("goals") or ""),
            "document": value.get("document") or "",
        },
        made,
    )
    second = _put(
        work.plan_of(project), {"investment_fen": None if money is None else work.fen(money, project.code)}, False
    )
    return second if first == "same" else first


def _goals(text: str) -> list[list[str]]:
    found = []
    for part in filter(None, (one.strip() for one in text.replace("；", ";").split(";"))):
        section, _, code = part.partition(":")
        if section not in context.basin().sections:
            raise InputError(f"{section!r} is no section; {parse.near(section, sorted(context.basin().sections))}")
        if code not in PROPERTIES:
            raise InputError(f"{code!r} of {section} is no property; {parse.near(code, sorted(PROPERTIES))}")
        found.append([section, code])
    return found


def _milestone(row: Row, project: Project, user: User) -> str:
    value = row.values
    found, made = ProjectMilestone.objects.get_or_create(plan=work.plan_of(project), name_zh=value["name_zh"])
    return _put(found, {"name_en": value.get("name_en") or "", "planned": value["planned"]}, made)


def _month(row: Row, project: Project, user: User) -> str:
    value, plan = row.values, work.plan_of(project)
    month = _label(value["month"])
    kept = {label: [share, fen] for label, share, fen in plan.months}
    given = [_share(value["share_percent"]), work.fen(value["spent_wan"], project.code)]
    before = kept.get(month)
    kept[month] = given
    plan.months = [[label, *kept[label]] for label in sorted(kept)]
    plan.save(update_fields=["months"])
    return "new" if before is None else "same" if before == given else "changed"


def _label(text: str) -> str:
    span = parse_span(text)
    if span.kind != "month":
        raise InputError(f"{text!r} is no month such as 2026-10.", month=text)
    return span.label


def _share(percent: float) -> float:
    return round(percent / 100, 6)  # so that what was written is read again as the same


def _plot(row: Row, project: Project, user: User) -> str:
    value, plan = row.values, work.plan_of(project)
    found = ProjectPlot.objects.filter(plan=plan, number=value["number"]).first()
    made = found is None
    if found is None:
        found = ProjectPlot(id=new_id("plot", context.now()), plan=plan, number=value["number"])
    names = ("area_ha", "species_zh", "species_en", "planted_on", "trees_per_ha")
    return _put(found, {**{name: value.get(name) for name in names}, "species_en": value.get("species_en") or ""}, made)


def _report(row: Row, project: Project, user: User) -> str:
    value = row.values
    share, spent = _share(value["share_percent"]), value["spent_wan"]
    known = ProjectReport.objects.filter(plan_id=project.code, month=_label(value["month"]))
    if any(abs(one.share - share) < 1e-9 and one.spent_fen == work.fen(spent, project.code) for one in known):
        return "same"
    given = {
        "month": value["month"],
        "share": share,
        "spent_wan": spent,
        "text": value.get("text") or "",
        "reached": {},
    }
    work.report(user, project.code, {**given, "started": value.get("started"), "completed": value.get("completed")})
    return "new"


_WRITE: dict[str, Callable[[Row, Project, User], str]] = {
    "projects": _project,
    "milestones": _milestone,
    "months": _month,
    "plots": _plot,
    "reports": _report,
}


def write(user: User) -> bytes:
    """The workbook of all projects that somebody may see; read again, it changes nothing."""
    entries = {one.pk: one for one in visible(user, ProjectEntry)}
    plans = {one.pk: one for one in visible(user, ProjectPlan)}
    codes = [one.code for one in context.basin().basin.projects if one.code in plans]
    cells: dict[str, list[Cells]] = {name: [] for name in SHEETS}
    for code in codes:
        entry, plan = entries.get(code), plans[code]
        cells["项目"].append(
            {
                "code": code,
                "level": entry.level if entry else "",
                "task_force": entry.task_force if entry else "",
                "investment_wan": _text(wan(plan.investment_fen)),
                "goals": ";".join(f"{section}:{name}" for section, name in (entry.goals if entry else [])),
                "document": entry.document if entry else "",
            }
        )
        for step in plan.milestones.all():
            cells["里程碑"].append(_cells(code, step, "name_zh", "name_en", "planned"))
        for month, share, fen in plan.months:
            cells["月计划"].append(
                {"project": code, "month": month, "share_percent": _text(100 * share), "spent_wan": _text(wan(fen))}
            )
        for plot in plan.plots.all():
            names = ("number", "area_ha", "species_zh", "species_en", "planted_on", "trees_per_ha")
            cells["造林小班"].append(_cells(code, plot, *names))
        for one in plan.reports.all():
            own = _cells(code, one, "month", "started", "completed", "text")
            cells["月报"].append(
                {**own, "share_percent": _text(100 * one.share), "spent_wan": _text(wan(one.spent_fen))}
            )
    return workbook.write_tables({name: (table, cells[name]) for name, table in SHEETS.items()})


def _cells(code: str, row: Any, *names: str) -> Cells:
    return {"project": code, **{name: _text(getattr(row, name)) for name in names}}


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.15g}"
    return "" if value is None else str(value)
