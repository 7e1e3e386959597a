"""Facts from the ground: alerts, cases, what is overdue, patrols, projects, scores."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

from riverchief.base import regions
from riverchief.base.basin import Project
from riverchief.base.time import CHINA, deadline_text
from riverchief.base.units import PROPERTIES
from riverchief.govern import sheets
from riverchief.govern.report import Part, Said
from riverchief.ground import projects as rules
from riverchief.ground import states
from riverchief.web import context
from riverchief.web.accounts.visibility import visible
from riverchief.web.cloud.models import Alert
from riverchief.web.govern.facts.scope import API, Scope, named, nothing, property_name, two
from riverchief.web.govern.models import Score
from riverchief.web.ground.models import Case, Patrol

ALERT_KINDS = {
    "pollution": two("污染", "pollution"),
    "departure": two("异常升高", "departure"),
    "instrument": two("仪器", "instrument"),
    "level": two("水位", "level"),
    "flow": two("流量", "flow"),
    "permit": two("超许可", "over permit"),
}
ALERT_STATES = {"open": two("持续", "open"), "closed": two("已解除", "closed")}
SHOWN = 40  # rows of a list in a report; how many more there are is said
DAY_S = 86_400


def local(at: datetime) -> str:
    """An instant as local time to the minute."""
    return at.astimezone(CHINA).isoformat(timespec="minutes")[:16]


def _rest(found: int) -> list[Said]:
    if found <= SHOWN:
        return []
    return [two(f"另有{found - SHOWN}条未列出。", f"{found - SHOWN} more are not listed.")]


def alerts(scope: Scope) -> Part:
    """Alerts raised in the period."""
    query = f"{API}/cloud/alerts"
    found = visible(scope.reader, Alert).filter(at__gte=scope.period.begins_at, at__lt=scope.period.ends_at)
    rows = []
    stations = context.basin().stations
    for alert in found.order_by("at")[:SHOWN]:
        station, known = stations.get(alert.station), PROPERTIES.get(alert.property)
        rows.append(
            {
                "at": local(alert.at),
                "place": named(station) if station else alert.station,
                "kind": ALERT_KINDS.get(alert.kind, two(alert.kind, alert.kind)),
                "property": property_name(alert.property),
                "value": alert.value,
                "unit": known.unit if known and known.unit != "1" else None,
                "state": ALERT_STATES.get(alert.state, two(alert.state, alert.state)),
                "_decimals": known.decimals if known else 2,
                "_query": f"/alert/{alert.pk}",
            }
        )
    if not rows:
        return nothing("alerts", "本期没有预警。", "There was no alert in this period.", query)
    return Part("alerts", rows=rows, notes=_rest(found.count()), query=query)


def _opened(scope: Scope) -> list[Case]:
    return list(
        visible(scope.reader, Case)
        .filter(opened_at__lt=scope.period.ends_at)
        .exclude(state__in=states.IDLE)
        .order_by("opened_at")
    )


def _until(scope: Scope) -> datetime:
    """The instant at which the period's state is told: its end, or now while it runs."""
    return min(scope.period.ends_at, scope.now)


def cases(scope: Scope) -> Part:
    """Cases opened, closed, in hand and overdue, by county."""
    query, until = f"{API}/ground/cases", _until(scope)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for case in _opened(scope):
        key = next((c.code for c in scope.counties if case.region and regions.contains(c.code, case.region)), "")
        closed = case.closed_at if case.closed_at and case.closed_at < until else None
        counts[key]["opened"] += scope.holds(case.opened_at)
        counts[key]["closed"] += scope.holds(closed)
        on_time = closed is not None and (case.due_at is None or closed <= case.due_at)
        counts[key]["on_time"] += scope.holds(closed) and on_time
        counts[key]["standing"] += closed is None
        counts[key]["overdue"] += closed is None and case.due_at is not None and case.due_at < until
    names = {county.code: named(county) for county in scope.counties} | {"": two("其他", "elsewhere")}
    keys = ("opened", "closed", "on_time", "standing", "overdue")
    rows: list[dict[str, Any]] = [
        {"county": names[code], **{key: counts[code][key] for key in keys}}
        for code in names
        if code in counts and any(counts[code].values())
    ]
    if not rows:
        return nothing("cases", "本期没有事件。", "There was no case in this period.", query)
    total = {key: sum(row[key] for row in rows) for key in keys}
    return Part("cases", rows=[*rows, {"county": two("合计", "Total"), **total}], query=query)


def overdue(scope: Scope) -> Part:
    """Cases past their deadline, the longest first."""
    query, until = f"{API}/ground/cases", _until(scope)
    chiefs = context.basin().chiefs
    late = [
        (until - case.due_at, case)
        for case in _opened(scope)
        if case.due_at and case.due_at < until and (case.closed_at is None or case.closed_at >= until)
    ]
    late.sort(key=lambda pair: (-pair[0].total_seconds(), pair[1].pk))
    if not late:
        return nothing("overdue", "没有逾期未销号的事件。", "No case is past its deadline.", query)
    rows = [
        {
            "number": case.number,
            "county": scope.county(case.region),
            "place": _reach(case.reach, case.chainage_m),
            "chief": named(chiefs[case.chief]) if case.chief in chiefs else None,
            "due": deadline_text(case.due_at) if case.due_at else None,
            "late": by.total_seconds() / DAY_S,
            "_query": f"/case/{case.pk}",
        }
        for by, case in late[:SHOWN]
    ]
    return Part("overdue", rows=rows, notes=_rest(len(late)), query=query)


def _reach(code: str, chainage_m: float) -> Said | None:
    network = context.basin().basin.network
    if not network.has(code):
        return None
    name = named(context.basin().basin.reaches[network.index(code)])
    at = f"{chainage_m / 1000:.1f} km"
    return two(f"{name['zh']} {at}", f"{name['en']} {at}")


def patrols(scope: Scope) -> Part:
    """Patrols that ended in the period, by county."""
    query = f"{API}/ground/patrols"
    found = visible(scope.reader, Patrol).filter(
        finished_at__gte=scope.period.begins_at, finished_at__lt=scope.period.ends_at
    )
    sums: dict[str, dict[str, float]] = defaultdict(lambda: {"n": 0, "valid": 0, "length": 0.0, "hours": 0.0})
    for patrol in found:
        key = next((c.code for c in scope.counties if patrol.region and regions.contains(c.code, patrol.region)), "")
        sums[key]["n"] += 1
        sums[key]["valid"] += patrol.counts
        sums[key]["length"] += patrol.result.get("length_m", 0.0) / 1000
        sums[key]["hours"] += patrol.result.get("duration_s", 0.0) / 3600
    names = {county.code: named(county) for county in scope.counties} | {"": two("其他", "elsewhere")}
    rows: list[dict[str, Any]] = [{"county": names[code], **sums[code]} for code in names if code in sums]
    if not rows:
        return nothing("patrols", "本期没有巡河记录。", "No patrol ended in this period.", query)
    total = {key: sum(row[key] for row in rows) for key in ("n", "valid", "length", "hours")}
    return Part("patrols", rows=[*rows, {"county": two("合计", "Total"), **total}], query=query)


def projects(scope: Scope) -> Part:
    """Boards of key projects: how many have started and ended by the period's end."""
    query = f"{API}/govern/projects"
    last = scope.period.last
    boards: dict[str, list[Project]] = defaultdict(list)
    for project in context.basin().basin.projects:
        if not project.region or regions.contains(scope.region, project.region):
            boards[project.board].append(project)
    rates = {board: rules.rate(found, last) for board, found in sorted(boards.items())}
    rows = [
        {
            "board": board,
            "total": rate.total,
            "started": rate.started,
            "start_share": rate.started / rate.total,
            "ended": rate.completed,
            "end_share": rate.completed / rate.total,
        }
        for board, rate in rates.items()
    ]
    if not rows:
        return nothing("projects", "没有登记重点项目。", "No key project is registered.", query)
    return Part("projects", rows=rows, query=query)


def scores(scope: Scope) -> Part:
    """The newest score of every chief in the period's months."""
    query = f"{API}/govern/scores"
    code = scope.period.start.isoformat()[:7] if scope.period.unit == "month" else str(scope.period.year)
    newest: dict[tuple[str, str], Score] = {}
    for score in visible(scope.reader, Score).filter(month__startswith=code).order_by("-id"):
        newest.setdefault((score.sheet, score.chief), score)
    if not newest:
        return nothing("sheets", "本期没有考核得分。", "There is no score in this period.", query)
    chiefs = context.basin().chiefs
    ordered = sorted(newest.values(), key=lambda s: (-(s.points if s.points is not None else -1), s.chief))
    rows = [
        {
            "chief": named(chiefs[score.chief]) if score.chief in chiefs else score.chief,
            "sheet": named(sheets.named(score.sheet)),
            "points": score.points,
            "max": score.maximum,
            "_query": f"/score/{score.pk}",
        }
        for score in ordered[:SHOWN]
    ]
    return Part("sheets", rows=rows, notes=_rest(len(ordered)), query=query)
