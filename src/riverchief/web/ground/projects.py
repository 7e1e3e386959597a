"""Key projects as they are read: boards with rates and ranks, money by month, one project with all that is kept of it.

Rates are made of the registry's days alone, which everybody who signed in may see; plan, money, reports, photographs
and plots are seen by the project's region.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from riverchief.base import regions
from riverchief.base.basin import Project
from riverchief.base.errors import NotFound
from riverchief.base.spans import parse_span
from riverchief.base.time import local_day
from riverchief.ground import evidence as chain
from riverchief.ground import projects as rules
from riverchief.ground.projects.progress import STATES
from riverchief.ground.projects.rules import rules as limits
from riverchief.web import context
from riverchief.web.accounts.models import Role, User
from riverchief.web.accounts.visibility import visible
from riverchief.web.ground.models import (
    PlotCheck,
    ProjectEntry,
    ProjectPhoto,
    ProjectPlan,
    ProjectPlot,
    ProjectReport,
)
from riverchief.web.wire import iso, named

Json = dict[str, Any]
FEN_PER_WAN = 1_000_000  # sums are told in 10⁴ yuan
COUNTY_DIGITS = 6
REPORTING = (Role.PREFECTURE, Role.COUNTY)


def project_of(code: str) -> Project:
    """A project of the registry.

    Raises
    ------
    NotFound
        When there is none.
    """
    found = context.basin().projects.get(code)
    if found is None:
        raise NotFound("project", code.replace("\x00", "?"))
    return found


def region_of(project: Project) -> str:
    """The region that answers for a project, 12 digits."""
    return regions.normalise(project.region or context.basin().basin.region)


def county_of(project: Project) -> str:
    """The county that a project is counted for, townships for theirs; '' for what is a city's or nobody's own."""
    short = regions.prefix(project.region)[:COUNTY_DIGITS] if project.region else ""
    return regions.normalise(short) if len(short) == COUNTY_DIGITS else ""


def answers_for(user: User, project: Project) -> bool:
    """Whether somebody works in the office of a project's region, or of one above it."""
    return user.role in REPORTING and bool(user.region) and regions.contains(user.region, region_of(project))


def wan(fen: int | None) -> float | None:
    """A sum of fen in 10⁴ yuan."""
    return None if fen is None else fen / FEN_PER_WAN


def day_of(month: str) -> date:
    """Today, or the last day of an earlier month."""
    today = local_day(context.now())
    return min(parse_span(month).last, today) if month else today


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def planned_of(plan: ProjectPlan) -> dict[str, int]:
    """Month → what the plan has spent by its end [fen]."""
    return {month: fen for month, _share, fen in plan.months}


def confirmed(reports: Iterable[ProjectReport], day: date) -> dict[str, ProjectReport]:
    """Month → the newest report that somebody else confirmed, of months that had begun by a day."""
    found: dict[str, ProjectReport] = {}
    for report in sorted(reports, key=lambda one: (one.month, one.at)):
        if report.state == "confirmed" and report.month <= day.isoformat()[:7]:
            found[report.month] = report
    return found


# ------------------------------------------------------------------ boards


class Known:
    """What somebody may know of the projects, read once."""

    def __init__(self, user: User, day: date) -> None:
        self.day = day
        self.entries = {one.project: one for one in visible(user, ProjectEntry)}
        self.plans = {one.pk: one for one in visible(user, ProjectPlan)}
        reports: dict[str, list[ProjectReport]] = {}
        for report in visible(user, ProjectReport):
            reports.setdefault(report.plan_id, []).append(report)
        self.reports = reports

    def newest(self, code: str) -> ProjectReport | None:
        """The last confirmed report of a project."""
        found = confirmed(self.reports.get(code, []), self.day)
        return found[max(found)] if found else None

    def spent(self, code: str) -> dict[str, int]:
        """Month → what was spent by its end [fen], as confirmed."""
        return {month: one.spent_fen for month, one in confirmed(self.reports.get(code, []), self.day).items()}


def listed(user: User, board: str = "", month: str = "") -> Json:
    """Projects, the late ones first, and their boards.

    Parameters
    ----------
    board : str
        Name of one board; all unless given.
    month : str
        As things stood at the end of this month.
    """
    known = Known(user, day_of(month))
    boards: dict[str, list[Project]] = {}
    for project in context.basin().basin.projects:
        if not board or project.board == board:
            boards.setdefault(project.board, []).append(project)
    items = [_brief(one, known) for found in boards.values() for one in found]
    items.sort(key=lambda one: (STATES.index(one["state"]), -(one["days_late"] or 0), one["code"]))
    return {
        "items": items,
        "total": len(items),
        "day": known.day.isoformat(),
        "boards": [_board(name, found, known) for name, found in boards.items()],
    }


def _brief(project: Project, known: Known) -> Json:
    day, code = known.day, project.code
    entry, plan, newest = known.entries.get(code), known.plans.get(code), known.newest(code)
    counts = rules.COUNTS
    return {
        **named(project),
        "board": project.board,
        "region": project.region,
        "level": entry.level if entry else "",
        "task_force": entry.task_force if entry else "",
        "state": rules.state_of(project, day),
        "days_late": rules.days_late(project, day),
        "started": counts["started"](project, day),
        "ended": counts["completed"](project, day),
        **{
            name: _day(getattr(project, name))
            for name in ("start_planned", "end_planned", "start_actual", "end_actual")
        },
        "investment_wan": wan(plan.investment_fen) if plan else None,
        "spent_wan": wan(newest.spent_fen) if newest else None,
        "share": newest.share if newest else None,
        "unconfirmed": sum(one.state == "open" for one in known.reports.get(code, [])),
        "assumed": project.assumed,
    }


def rate_told(rate: rules.Rate) -> Json:
    """Counts and rates [%] on the wire."""
    return {
        **asdict(rate),
        "start_rate": rate.start_rate,
        "completion_rate": rate.completion_rate,
        "start_rate_planned": rate.start_rate_planned,
        "completion_rate_planned": rate.completion_rate_planned,
        "starts_late": rate.starts_late,
        "ends_late": rate.ends_late,
    }


def _standing(one: rules.Standing, names: Mapping[str, Json]) -> Json:
    name = names.get(one.code) or {"code": one.code, "name_zh": one.code, "name_en": one.code}
    return {**rate_told(one.rate), **name, "start_rank": one.start_rank, "completion_rank": one.completion_rank}


def _board(name: str, projects: list[Project], known: Known) -> Json:
    rate = rules.rate(projects, known.day)
    zh, en = rules.told(rate, known.day)
    region_names = {regions.normalise(one.code): named(one) for one in context.basin().basin.regions}
    force = {one.code: known.entries[one.code].task_force for one in projects if one.code in known.entries}
    plans = [known.plans[one.code] for one in projects if one.code in known.plans]
    levels = {known.entries[one.code].level for one in projects if one.code in known.entries} - {""}
    money = rules.money_curve([planned_of(one) for one in plans], [known.spent(one.pk) for one in plans], known.day)
    counties = rules.standings(projects, county_of, known.day)
    forces = rules.standings(projects, lambda one: force.get(one.code, ""), known.day)
    return {
        "board": name,
        **rate_told(rate),
        "ended": rate.completed,
        "levels": sorted(levels),
        "assumed": any(one.assumed for one in projects),
        "zh": zh,
        "en": en,
        "regions": [_standing(one, region_names) for one in counties],
        "forces": [_standing(one, {}) for one in forces],
        "curve": [asdict(one) for one in rules.curve(projects, known.day)],
        "money": [
            {"month": one.month, "planned_wan": wan(one.planned_fen), "done_wan": wan(one.done_fen)} for one in money
        ],
        "money_of": len(plans),
        "investment_wan": wan(sum(one.investment_fen or 0 for one in plans)) if plans else None,
    }


# ------------------------------------------------------------------ one project


def page(user: User, code: str) -> Json:
    """One project with all that somebody may know of it."""
    project, registry = project_of(code), context.basin()
    known = Known(user, day_of(""))
    entry, plan = known.entries.get(code), known.plans.get(code)
    place = project.place
    lon, lat = registry.lonlat(place) if place else (None, None)
    reach = next((one for one in registry.basin.reaches if place and one.code == place.reach), None)
    mine = answers_for(user, project)
    return {
        **_brief(project, known),
        "day": known.day.isoformat(),
        "reach": place.reach if place else None,
        "chainage_m": place.chainage_m if place else None,
        "river": named(registry.rivers[reach.river]) if reach else None,
        "river_chainage_m": registry.river_offset_m[reach.code] + place.chainage_m if reach and place else None,
        "lon": lon,
        "lat": lat,
        "document": entry.document if entry else "",
        "goals": [_goal(section, code_of) for section, code_of in (entry.goals if entry else [])],
        "may_report": mine,
        "hidden": plan is None and ProjectPlan.objects.filter(pk=code).exists(),
        "milestones": [
            {"name_zh": one.name_zh, "name_en": one.name_en or one.name_zh, "planned": _day(one.planned),
             "actual": _day(one.actual)}
            for one in (plan.milestones.all() if plan else [])
        ],
        "progress": _progress(plan, known) if plan else [],
        "reports": [report_told(one, user, mine) for one in known.reports.get(code, [])],
        "chain_broken_at": first_broken(plan) if plan else None,
        "plots": [_plot(one, user, mine) for one in visible(user, ProjectPlot).filter(plan_id=code)],
        "marks": {
            kind: {name: limits()[kind][name] for name in ("pass", "confirmed", "document", "note_zh", "note_en")}
            for kind in ("survival", "preservation")
        },
        "photo_limits": {name: limits()["photo"][name] for name in ("far_m", "old_days", "confirmed")},
    }  # fmt: skip


def _goal(section: str, property_code: str) -> Json:
    found = context.basin().sections.get(section)
    name = named(found) if found else {"code": section, "name_zh": section, "name_en": section}
    return {**name, "property": property_code}


def _progress(plan: ProjectPlan, known: Known) -> list[Json]:
    """Share done and money by month, as planned and as confirmed."""
    shares = {month: share for month, share, _fen in plan.months}
    done = confirmed(known.reports.get(plan.pk, []), known.day)
    money = rules.money_curve([planned_of(plan)], [known.spent(plan.pk)], known.day)

    def share_by(values: Mapping[str, float], month: str) -> float:
        earlier = [one for one in values if one <= month]
        return values[max(earlier)] if earlier else 0.0

    actual = {month: one.share for month, one in done.items()}
    return [
        {
            "month": one.month,
            "share_planned": share_by(shares, one.month),
            "share_done": None if one.done_fen is None else share_by(actual, one.month),
            "planned_wan": wan(one.planned_fen),
            "done_wan": wan(one.done_fen),
        }
        for one in money
    ]


def report_told(report: ProjectReport, user: User, mine: bool) -> Json:
    """A report on the wire, with its photographs."""
    return {
        "id": report.pk,
        "month": report.month,
        "share": report.share,
        "spent_wan": wan(report.spent_fen),
        "text": report.text,
        "started": _day(report.started),
        "completed": _day(report.completed),
        "reached": report.reached,
        "state": report.state,
        "by": report.by,
        "at": iso(report.at),
        "decided_by": report.decided_by,
        "decided_at": iso(report.decided_at),
        "reason": report.reason,
        "assumed": report.assumed,
        "may_decide": mine and report.state == "open" and report.by != user.username,
        "may_add": mine and report.state == "open" and report.by == user.username,
        "photos": [photo_told(one) for one in report.photos.all()],
    }


def photo_told(photo: ProjectPhoto) -> Json:
    """A photograph on the wire."""
    return {
        "id": photo.pk,
        "name": photo.name,
        "lon": photo.lon,
        "lat": photo.lat,
        "taken_at": iso(photo.taken_at),
        "away_m": photo.away_m,
        "doubts": photo.doubts,
        "by": photo.by,
        "at": iso(photo.at),
        "sha256": photo.sha256,
        "hash": photo.hash,
        "url": f"/api/v1/govern/project-photos/{photo.pk}/image",
    }


def entry_of(photo: ProjectPhoto) -> Json:
    """What is sealed of a photograph: its file and place, and the figures of the report that it proves."""
    report = photo.report
    return {
        "id": photo.pk,
        "sha256": photo.sha256,
        "lon": photo.lon,
        "lat": photo.lat,
        "taken_at": iso(photo.taken_at),
        "by": photo.by,
        "at": iso(photo.at),
        "report": {
            "id": report.pk,
            "month": report.month,
            "share": report.share,
            "spent_fen": report.spent_fen,
            "text": report.text,
            "started": _day(report.started),
            "completed": _day(report.completed),
        },
    }


def first_broken(plan: ProjectPlan) -> Json | None:
    """The first photograph of a project whose seal does not hold, and why."""
    links = [chain.Link(entry_of(one), one.previous, one.hash) for one in plan.photos.select_related("report").all()]
    broken = chain.verify(links, plan.pk, plan.photos_seal or None)
    return None if broken is None else {"index": broken.index, "why": broken.why}


def _plot(plot: ProjectPlot, user: User, mine: bool) -> Json:
    return {
        "id": plot.pk,
        "number": plot.number,
        "area_ha": plot.area_ha,
        "species_zh": plot.species_zh,
        "species_en": plot.species_en or plot.species_zh,
        "planted_on": _day(plot.planted_on),
        "trees_per_ha": plot.trees_per_ha,
        "assumed": plot.assumed,
        "checks": [check_told(one, user, mine) for one in plot.checks.all()],
    }


def check_told(check: PlotCheck, user: User, mine: bool) -> Json:
    """A count of trees with what it says, or a replanting."""
    counted = check.counted is not None and check.alive is not None and check.kind != "replanting"
    result = asdict(rules.survival(check.kind, check.counted or 0, check.alive or 0)) if counted else None
    return {
        "id": check.pk,
        "kind": check.kind,
        "on": _day(check.on),
        "counted": check.counted,
        "alive": check.alive,
        "replanted": check.replanted,
        "note": check.note,
        "by": check.by,
        "at": iso(check.at),
        "confirmed_by": check.confirmed_by,
        "assumed": check.assumed,
        "may_confirm": mine and not check.confirmed_by and check.by != user.username,
        "result": result,
    }
