"""What became of the sections that a project is meant to improve: the year before its works against the year after.

Flow is taken out of the change as elsewhere; what remains has an interval. Where there is no such year yet, or too few
readings, that is said in place of a number. A change is no cause: other works, weather and dischargers change as well.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from riverchief.base.basin import Project, Section
from riverchief.base.errors import InputError
from riverchief.base.time import day_of_closing_stamp
from riverchief.govern.change import Pair, explain_flow, months_sampled, year_around
from riverchief.govern.change.periods import DAY_S, MONTHS_MIN, YEAR_D, Window
from riverchief.web import context
from riverchief.web.accounts.models import User
from riverchief.web.accounts.visibility import visible
from riverchief.web.govern.loads import DRAWS, samples_at
from riverchief.web.govern.section_flow import OFFSET_S, flow_at
from riverchief.web.ground.models import ProjectEntry
from riverchief.web.ground.projects import project_of
from riverchief.web.wire import named

Json = dict[str, Any]
NO_CAUSE = {
    "zh": "变化不等于成效：同期的其他工程、排污与天气也会使水质变化。",
    "en": "A change is no proof of a cause: other works, dischargers and weather changed over the same time.",
}
RECORD_YEARS = 3  # of readings before the works, at most: the more there are, the better flow is told apart


def effects(user: User, code: str) -> Json:
    """Every section and property that a project is meant to improve, with what became of it."""
    project, today = project_of(code), day_of_closing_stamp(context.now())
    entry = visible(user, ProjectEntry).filter(pk=code).first()
    goals = entry.goals if entry else []
    return {
        "project": code,
        "items": [_goal(project, section, name, today) for section, name in goals],
        "total": len(goals),
        "note": NO_CAUSE,
    }


def _goal(project: Project, code: str, name: str, today: date) -> Json:
    section = context.basin().sections.get(code)
    if section is None:
        head = {"section": {"code": code, "name_zh": code, "name_en": code}, "property": name}
        return {**head, **_not("no_section", "登记册中已没有此断面。", "The registry has no such section any more.")}
    return {"section": named(section), "property": name, **effect(project, section, name, today)}


def _not(state: str, zh: str, en: str) -> Json:
    return {"state": state, "zh": zh, "en": en, "change": None, "flow": None}


def effect(project: Project, section: Section, name: str, today: date) -> Json:
    """What became of one property at one section; `change` only where there is a year on both sides."""
    begun, done = project.start_actual, project.end_actual
    if begun is None or begun > today:
        return _not("not_begun", "尚未开工，没有前后可比。", "The works have not begun: there is no before and after.")
    if done is None or done > today:
        return _not("not_completed", "尚未完工，没有完工后的资料。", "The works are not completed: no after yet.")
    whole = done + timedelta(days=YEAR_D)
    if whole >= today:
        return _not(
            "no_year_yet",
            f"{done} 完工，到 {whole} 才满一年；不满一年不作前后比较。",
            f"Completed on {done}; the year after it is over on {whole}, and nothing is compared before.",
        )
    if not section.station:
        return _not("no_station", "断面没有自动站，没有可比的读数。", "No station watches the section: no readings.")
    return _compared(section, name, year_around(begun, done))


def _compared(section: Section, name: str, pair: Pair) -> Json:
    first = pair.before.first.astype(date) - timedelta(days=(RECORD_YEARS - 1) * YEAR_D)
    last = pair.after.last.astype(date)
    at = flow_at(context.basin(), section, first, last)
    try:
        samples = samples_at(section, name, at.flow, first, last)
        days = ((samples.time_s + OFFSET_S) / DAY_S).astype("datetime64[D]")
        for window, zh, en in ((pair.before, "开工前", "before the works"), (pair.after, "完工后", "after the works")):
            if (n := months_sampled(days, window)) < MONTHS_MIN:
                return _not("not_enough", *_few(window, n, zh, en))
        if at.basis == "registry":
            return _not(
                "no_flow",
                "没有水文站流量，不能区分来水与其他原因，不作前后比较。",
                "There is no gauged flow: what flow did cannot be told from the rest, so nothing is compared.",
            )
        found = explain_flow(samples, at.flow, pair, code=name, offset_s=OFFSET_S, draws=DRAWS)
    except InputError as error:
        return _not("not_enough", "样本不足，不能作前后比较。", error.sentence)
    return {
        "state": "told",
        "zh": found.sentence("zh"),
        "en": found.sentence("en"),
        "change": found.as_dict(),
        "flow": at.as_dict(),
    }


def _few(window: Window, n: int, zh: str, en: str) -> tuple[str, str]:
    return (
        f"{zh}一年（{window.first} 至 {window.last}）只有 {n} 个月有读数，至少要 {MONTHS_MIN} 个月。",
        f"Only {n} months of the year {en} ({window.first} to {window.last}) have readings; {MONTHS_MIN} are needed.",
    )
