"""Invented plans, reports and plots for the demonstration's projects, each marked as such: nobody did them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from riverchief.base.basin import Basin, Project
from riverchief.base.geometry import from_local_m
from riverchief.base.ids import new_id
from riverchief.base.regions import prefix
from riverchief.base.spans import Span, month_of
from riverchief.base.time import CHINA, local_day
from riverchief.simulate.pictures import bank_picture
from riverchief.web.ground.models import (
    PlotCheck,
    ProjectEntry,
    ProjectMilestone,
    ProjectPlan,
    ProjectPlot,
    ProjectReport,
)
from riverchief.web.ground.project_work import add_photo, plan_of
from riverchief.web.ground.projects import FEN_PER_WAN

DOCUMENT = "演示数据，虚构 invented for the demonstration"
TEXT = "演示：虚构的月报 demo: an invented report"
OFFICE, SECOND = "prefecture", "prefecture-2"
# what stands in a project's name → task force, property that it is meant to improve
_KINDS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("排污口",), "入河排污口专班", "nh3n"),
    (("污水", "雨污", "管网"), "城镇与农村污水专班", "nh3n"),
    (("农业", "养殖", "灌区"), "农业面源专班", "tp"),
    (("湿地", "缓冲带", "修复", "补水", "整治", "清淤"), "生态修复专班", "tp"),
)
_REST = ("综合保障专班", "codmn")
_STEPS = (
    ("招标完成", "Contract let", -0.1),
    ("开工", "Works begin", 0.0),
    ("主体完成", "Main works done", 0.6),
    ("完工验收", "Accepted", 1.0),
)
_SPECIES = (("旱柳", "Chinese willow", 1_100.0), ("国槐", "Pagoda tree", 830.0), ("沙棘", "Sea buckthorn", 2_500.0))
_NEWEST_MONTHS = 3  # of which every one is reported on; of earlier ones every third
_PLANTED = ("缓冲带", "造林", "绿化")
_AWAY_M = (35.0, 1_900.0)


def enter_examples(basin: Basin, now: datetime) -> None:
    """Give every assumed project of a basin a plan and reports, once."""
    if ProjectEntry.objects.exists():
        return
    today = local_day(now)
    photographed = 0
    for number, project in enumerate(one for one in basin.projects if one.assumed):
        force, measured = next((k[1:] for k in _KINDS if any(w in project.name_zh for w in k[0])), _REST)
        below = _section_below(basin, project)
        ProjectEntry.objects.create(
            project=project.code,
            level="province" if "省级" in project.board else "county",
            task_force=force,
            document=DOCUMENT,
            goals=[[below, measured]] if below else [],
            assumed=True,
        )
        if project.start_planned is None or project.end_planned is None:
            continue
        draw = random.Random(project.code)
        plan = plan_of(project)
        _plan(plan, project, draw)
        newest = _reports(plan, project, now, draw, waiting=number % 4 == 0)
        if newest is not None and newest.state == "open" and photographed < 3:
            _photographs(newest, today)
            photographed += 1
        if any(word in project.name_zh for word in _PLANTED):
            _plots(plan, project, now, draw)


def _section_below(basin: Basin, project: Project) -> str:
    """The nearest section downstream of a project, none where there is none."""
    if project.place is None:
        return ""
    network, place = basin.network, project.place
    here = network.index(place.reach)
    apart = {
        one.code: float(network.distance(here, place.chainage_m, network.index(one.place.reach), one.place.chainage_m))
        for one in basin.sections
    }
    known = {code: away for code, away in apart.items() if 0 <= away < float("inf")}
    return min(known, key=lambda code: known[code]) if known else ""


def _months(first: date, last: date) -> tuple[Span, ...]:
    return Span(month_of(first).first, month_of(last).after).months()


def _plan(plan: ProjectPlan, project: Project, draw: random.Random) -> None:
    assert project.start_planned is not None
    assert project.end_planned is not None
    months = _months(project.start_planned, project.end_planned)
    plan.investment_fen = round(draw.uniform(300, 6_000)) * FEN_PER_WAN
    plan.months = [
        [month.label, round(k / len(months), 4), round(plan.investment_fen * k / len(months))]
        for k, month in enumerate(months, 1)
    ]
    plan.assumed = True
    plan.save()
    length_d = (project.end_planned - project.start_planned).days
    for zh, en, part in _STEPS:
        planned = project.start_planned + timedelta(days=round(part * length_d))
        actual = {"开工": project.start_actual, "完工验收": project.end_actual}.get(zh)
        if zh == "招标完成" and project.start_actual is not None:
            actual = min(planned, project.start_actual)
        if zh == "主体完成" and project.start_actual is not None and project.end_actual is not None:
            actual = project.start_actual + (project.end_actual - project.start_actual) * part
        ProjectMilestone.objects.create(plan=plan, name_zh=zh, name_en=en, planned=planned, actual=actual)


def _reports(
    plan: ProjectPlan, project: Project, now: datetime, draw: random.Random, *, waiting: bool
) -> ProjectReport | None:
    """Reports from the start on; the newest one of what still runs may wait to be confirmed."""
    begun, done = project.start_actual, project.end_actual
    today = local_day(now)
    if begun is None or begun > today:
        return None
    months = _months(begun, done if done is not None and done <= today else today)
    every = [m for k, m in enumerate(months) if k % 3 == 0 or k >= len(months) - _NEWEST_MONTHS]
    pace, cost, made = draw.uniform(0.6, 1.0), draw.uniform(0.85, 1.0), None
    assert plan.investment_fen is not None
    by = f"county-{prefix(project.region)}" if len(prefix(project.region)) >= 6 else OFFICE
    for month in every:
        over = done is not None and month.holds(done)
        share = 1.0 if over else round(min(0.97, pace * (months.index(month) + 1) / max(len(months), 12)), 3)
        at = min(now, datetime.combine(month.last, datetime.min.time(), CHINA) + timedelta(hours=17))
        is_open = waiting and not over and month is every[-1]
        made = ProjectReport.objects.create(
            id=new_id("progress", at),
            plan=plan,
            month=month.label,
            share=share,
            spent_fen=round(plan.investment_fen * share * cost),
            text=TEXT,
            started=begun if month is every[0] else None,
            completed=done if over else None,
            state="open" if is_open else "confirmed",
            by=by,
            at=at,
            decided_by="" if is_open else OFFICE if by != OFFICE else SECOND,
            decided_at=None if is_open else at,
            assumed=True,
        )
    return made


def _photographs(report: ProjectReport, today: date) -> None:
    """One drawn picture at the place, and one that is far away and old."""
    plan = report.plan
    if plan.lon is None or plan.lat is None:
        return
    for away_m, age_d in zip(_AWAY_M, (0, 200), strict=True):
        lon, lat = from_local_m((away_m, 0.0), (plan.lon, plan.lat))
        day = max(month_of(today).first, today - timedelta(days=1)) - timedelta(days=age_d)
        at = datetime.combine(day, datetime.min.time(), CHINA) + timedelta(hours=10)
        add_photo(report, report.by, f"{day}.jpg", bank_picture((float(lon), float(lat)), at))


def _plots(plan: ProjectPlan, project: Project, now: datetime, draw: random.Random) -> None:
    """Three planted plots with a count of living trees each, one of them failed and planted again."""
    planted = project.start_actual
    for number, (zh, en, density) in enumerate(_SPECIES, 1):
        plot = ProjectPlot.objects.create(
            id=new_id("plot", now),
            plan=plan,
            number=f"{number:02d}",
            area_ha=round(draw.uniform(1.5, 12), 1),
            species_zh=zh,
            species_en=en,
            planted_on=planted,
            trees_per_ha=density,
            assumed=True,
        )
        for check in _checks(plot, draw, now, failed=number == len(_SPECIES)):
            check.save()


def _checks(plot: ProjectPlot, draw: random.Random, now: datetime, *, failed: bool) -> Iterator[PlotCheck]:
    on = (plot.planted_on or local_day(now)) + timedelta(days=120)
    if on > local_day(now):
        return
    counted = draw.choice((120, 200, 320))
    alive = round(counted * (draw.uniform(0.55, 0.7) if failed else draw.uniform(0.86, 0.95)))
    told = {"plot": plot, "by": OFFICE, "at": now, "note": DOCUMENT, "assumed": True}
    sure = {"confirmed_by": SECOND, "confirmed_at": now}
    yield PlotCheck(id=new_id("plotcheck", now), kind="survival", on=on, counted=counted, alive=alive, **told, **sure)
    if failed:
        again = round((plot.trees_per_ha or 0) * plot.area_ha * (1 - alive / counted))
        later = min(local_day(now), on + timedelta(days=60))
        yield PlotCheck(id=new_id("plotcheck", now), kind="replanting", on=later, replanted=again, **told)
