"""Facts of the monthly ledger: problems by county and type, every figure with the list behind it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import Any

from riverchief.base import regions
from riverchief.govern.report import Part, Said
from riverchief.ground import casetypes, states
from riverchief.web.accounts.visibility import visible
from riverchief.web.govern.facts.scope import Scope, named, nothing, two
from riverchief.web.ground.ledger import Filter
from riverchief.web.ground.models import Case

FIGURES = ("opened", "closed", "standing", "overdue")
NO_TYPE = two("未认定类型", "type not said")


def _counts(scope: Scope) -> dict[tuple[str, str], Counter[str]]:
    """Figures of the period by (county, type); county and type are empty where none is known."""
    until = min(scope.period.ends_at, scope.now)
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    rows = visible(scope.reader, Case).filter(opened_at__lt=until).exclude(state__in=states.IDLE)
    for region, kind, opened, closed, due in rows.values_list("region", "type", "opened_at", "closed_at", "due_at"):
        county = next((c.code for c in scope.counties if region and regions.contains(c.code, region)), "")
        count = counts[county, kind]
        standing = closed is None or closed >= until
        count["opened"] += scope.holds(opened)
        count["closed"] += scope.holds(closed) and not standing
        count["standing"] += standing
        count["overdue"] += standing and due is not None and due < until
    return {key: count for key, count in counts.items() if any(count.values())}


def _row(scope: Scope, count: Counter[str], county: str, kind: str) -> dict[str, Any]:
    """Figures with their share closed, and the address of the list behind each."""
    first, last = scope.period.start.isoformat(), scope.period.last.isoformat()
    common = Filter(region=county or scope.region, type=kind)
    asked = {
        "opened": replace(common, from_=first, to=last),
        "closed": replace(common, closed_from=first, closed_to=last),
        "standing": replace(common, as_of=last, standing=True),
        "overdue": replace(common, as_of=last, overdue=True),
    }
    handled = count["closed"] + count["standing"]
    return {
        **{name: count[name] for name in FIGURES},
        "rate": count["closed"] / handled if handled else None,
        "_queries": {name: f"/cases?{wanted.query()}" for name, wanted in asked.items()},
        "_query": f"/cases?{common.query()}",
    }


def _names(scope: Scope) -> dict[str, Said]:
    return {c.code: named(c) for c in scope.counties} | {"": two("其他", "elsewhere")}


def _types(scope: Scope) -> dict[str, Said]:
    known = casetypes.catalogue(scope.period.last)
    return {one.code: two(one.name_zh, one.name_en) for one in known} | {"": NO_TYPE}


def counties(scope: Scope) -> Part:
    """Problems by county, with the total."""
    counts = _counts(scope)
    if not counts:
        return nothing("ledger", "本期没有问题。", "There was no problem in this period.", "/cases")
    rows = []
    for code, name in _names(scope).items():
        found = [count for (county, _), count in counts.items() if county == code]
        if found:
            rows.append({"county": name, **_row(scope, sum(found, Counter()), code, "")})
    total = sum(counts.values(), Counter())
    said = two(
        f"本期新增问题{total['opened']}个，销号{total['closed']}个；期末未销号{total['standing']}个，"
        f"其中超期{total['overdue']}个。",
        f"{total['opened']} problems were opened and {total['closed']} closed; {total['standing']} stand at the end, "
        f"{total['overdue']} of them past their deadline.",
    )
    note = two(
        "销号率为本期销号数与本期销号数、期末未销号数之和的比。重启的事件不计入销号。",
        "The share is closed of closed and standing. A case that was opened again does not count as closed.",
    )
    rows.append({"county": two("合计", "Total"), **_row(scope, total, "", "")})
    return Part("ledger", rows=rows, said=[said], notes=[note], query="/cases")


def types(scope: Scope) -> Part:
    """Problems by county and type."""
    counts, words = _counts(scope), _types(scope)
    if not counts:
        return nothing("ledger_types", "本期没有问题。", "There was no problem in this period.", "/cases")
    rows = [
        {
            "county": name,
            "type": words.get(kind, two(kind, kind)),
            **_row(scope, counts[code, kind], code, kind or "none"),
        }
        for code, name in _names(scope).items()
        for kind in dict.fromkeys([*words, *(k for _, k in counts)])
        if (code, kind) in counts
    ]
    note = {
        **two("问题类型目录尚未核实。", "The catalogue of types is not confirmed."),
        "confirmed": all(group.confirmed for group in casetypes.groups()),
    }
    return Part("ledger_types", rows=rows, notes=[note], query="/cases")
