"""All facts of a report, part by part, with progress and a place to stop between them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from riverchief.base.time import CHINA
from riverchief.govern.report import Facts, Part, Said, kind_named, part_of_changes
from riverchief.govern.report.kinds import part_named
from riverchief.web import context
from riverchief.web.govern.facts import air, goals, ground, ledger, water, works
from riverchief.web.govern.facts.scope import API, Scope, named, nothing, two

Step = Callable[[], None]
_SINGLE: dict[str, Callable[[Scope], Part]] = {
    "ratings": water.rated,
    "rankings": water.ranked,
    "year": water.year,
    "air": air.quality,
    "dischargers": works.over,
    "flows": works.flow,
    "targets": goals.targets,
    "alerts": ground.alerts,
    "cases": ground.cases,
    "overdue": ground.overdue,
    "ledger": ledger.counties,
    "ledger_types": ledger.types,
    "patrols": ground.patrols,
    "projects": ground.projects,
    "sheets": ground.scores,
}
_COMPARED = ("sections", "ratings")  # what can be computed anew for a period without a report


def collect(
    kind: str, period: str, region: str, *, before: Facts | None = None, signer: str = "", step: Step = lambda: None
) -> Facts:
    """The facts of a report on a region and a period, as the platform knows them now.

    Parameters
    ----------
    before : Facts or None
        Facts of the last report of this kind and region that was kept.
    step : callable
        Is called before every part; what it raises ends the work.
    """
    scope = Scope(kind_named(kind), kind_named(kind).period(period), region, context.now())
    parts = {name: part for name in scope.kind.parts if (part := _part(scope, name, step)) is not None}
    if "summary" in scope.kind.parts:
        parts["summary"] = _summary(scope, parts)
    if "decisions" in scope.kind.parts:
        parts["decisions"] = _decisions(parts)
    if "changes" in scope.kind.parts:
        step()
        earlier_facts = before or earlier(scope)
        parts["changes"] = part_of_changes(_facts(scope, parts, signer), earlier_facts, kept=before is not None)
    parts["sources"] = sources(scope, parts)
    return _facts(scope, {name: parts[name] for name in scope.kind.parts}, signer)


def earlier(scope: Scope) -> Facts:
    """What can be computed anew of the period before: classes and ratings."""
    past = Scope(scope.kind, scope.period.before(), scope.region, scope.now)
    makers = {"sections": water.sections, "ratings": water.rated}
    parts = {name: makers[name](past) for name in _COMPARED if name in scope.kind.parts}
    return _facts(past, parts, "")


def _part(scope: Scope, name: str, step: Step) -> Part | None:
    if name in {"summary", "decisions", "changes", "sources"}:
        return None  # made from the others
    step()
    if name == "sections":
        return water.sections(scope)
    return _SINGLE[name](scope) if name in _SINGLE else nothing(name, "本期没有数据。", "There are no data.")


def _facts(scope: Scope, parts: dict[str, Part], signer: str) -> Facts:
    registry, config = context.basin(), context.config()
    region = next((r for r in registry.basin.regions if r.code and _same(r.code, scope.region)), None)
    name = named(region) if region else two(registry.basin.name_zh, registry.basin.name_en)
    return Facts(
        kind=scope.kind.code,
        period=scope.period.code,
        region=scope.region,
        region_name=name,
        issuer=two(f"{name['zh']}河长制办公室", f"River Chief Office of {name['en']}"),
        address=f"http://{config.host}:{config.port}",
        as_of=scope.now.astimezone(CHINA).isoformat(timespec="minutes")[:16],
        parts=tuple(parts.values()),
        editions=tuple(scope.cited.values()),
        signer=signer,
        simulated=bool(config.simulated),
        review_number=registry.basin.review_number,
    )


def _same(code: str, region: str) -> bool:
    return code.ljust(12, "0") == region


def _count(part: Part | None, key: str) -> int | None:
    """A number of the total line of a table by county."""
    if part is None:
        return None
    return int(part.rows[-1][key]) if part.rows else 0


def _summary(scope: Scope, parts: dict[str, Part]) -> Part:
    """The sentences and key figures that open a report, from its other parts."""
    sections = parts.get("sections")
    said: list[Said] = []
    rows: list[dict[str, Any]] = []
    figures: dict[str, Any] = {}
    if sections is not None:
        said, rows, figures = water.summary_of(scope, sections)
    opened, late = _count(parts.get("cases"), "opened"), parts.get("overdue")
    if opened is not None:
        closed = _count(parts.get("cases"), "closed")
        rows += [_figure("新立事件", "Cases opened", opened, "/ground/cases")]
        rows += [_figure("销号事件", "Cases closed", closed, "/ground/cases")]
    if late is not None:
        rows.append(_figure("逾期未销号事件", "Cases overdue", len(late.rows), "/ground/cases"))
    alerts, over = parts.get("alerts"), parts.get("dischargers")
    if alerts is not None:
        rows.append(_figure("预警", "Alerts", len(alerts.rows), "/cloud/alerts"))
    if over is not None and over.rows:
        names = sorted({row["name"]["zh"] for row in over.rows})
        rows.append(_figure("超许可排放单位", "Dischargers over permit", len(names), "/cloud/dischargers"))
    return Part("summary", rows=rows, said=said, figures=figures, query=sections.query if sections else "")


def _figure(zh: str, en: str, value: int | None, query: str) -> dict[str, Any]:
    return {"item": two(zh, en), "value": value, "unit": None, "_decimals": 0, "_query": f"{API}{query}"}


def _decisions(parts: dict[str, Part]) -> Part:
    """What a meeting has to decide: cases past their deadline, dischargers over their permit, targets at risk."""
    rows: list[dict[str, Any]] = []
    for row in parts["overdue"].rows if "overdue" in parts else ():
        place = row["place"] or two("", "")
        matter = two(f"督办事件{row['number']}：{place['zh']}", f"Overdue case {row['number']}: {place['en']}")
        rows.append({"matter": matter, "who": row["chief"], "since": row["due"], "_query": row["_query"]})
    for row in parts["dischargers"].rows if "dischargers" in parts else ():
        name, item = row["name"], row["property"]
        matter = two(f"{name['zh']}{item['zh']}超许可", f"{name['en']}: {item['en']} over its permit")
        rows.append({"matter": matter, "who": None, "since": row["at"], "_query": row.get("_query", "")})
    for row in parts["targets"].rows if "targets" in parts else ():
        if row.get("_at_risk"):
            state = row["state"]
            matter = two(f"目标“{row['name']['zh']}”：{state['zh']}", f"Target “{row['name']['en']}”: {state['en']}")
            rows.append({"matter": matter, "who": row["issuer"], "since": None, "_query": row.get("_query", "")})
    if not rows:
        return nothing("decisions", "没有需要提请研究的事项。", "There is nothing to be decided.")
    return Part("decisions", rows=rows)


def sources(scope: Scope, parts: dict[str, Part]) -> Part:
    """Editions that were applied, what figures mean, and which parts had no data."""
    rows = [
        {
            "edition": edition["code"],
            "name": two(edition["name_zh"], edition["name_en"]),
            "state": two("已核实", "confirmed")
            if edition["confirmed"]
            else two(f"未核实：{edition['note_zh']}", f"not confirmed: {edition['note_en']}"),
        }
        for edition in scope.cited.values()
    ]
    notes: list[dict[str, Any]] = [
        two(
            "均值按日均值计算，时刻为北京时间，整点数据计入其前一小时，0时数据计入前一日。",
            "Means are means of days; times are those of China, and a stamp closes its hour: 00:00 is the day before.",
        ),
        two("“—”表示没有数据，不是零。", "A dash means that there is no value; it is not zero."),
    ]
    if scope.now < scope.period.ends_at:
        notes.insert(
            0, two("本期尚未结束，数据为截至目前的情况。", "The period is not over; its figures are those so far.")
        )
    empty = [part for part in parts.values() if part.missing and not part.rows]
    if empty:
        titles = [part_named(part.name).title for part in empty]
        notes.append(
            two(
                "没有数据的部分：" + "、".join(t["zh"] for t in titles) + "。",
                "Parts without data: " + ", ".join(t["en"] for t in titles) + ".",
            )
        )
    return Part("sources", rows=rows, notes=notes)
