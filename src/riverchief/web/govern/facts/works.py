"""Facts on dischargers over their limits, and on ecological flow."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from riverchief.base import regions
from riverchief.base.basin import Facility
from riverchief.base.time import CHINA, local_day
from riverchief.base.units import PROPERTIES
from riverchief.govern.report import Part
from riverchief.web import context
from riverchief.web.cloud import dischargers, flows
from riverchief.web.govern.facts.scope import API, Scope, named, nothing, property_name, two


def over(scope: Scope) -> Part:
    """Every discharger and item over a binding limit in the period: its worst mean, the clause, on how many days."""
    worst: dict[tuple[str, str, str], tuple[Facility, dict[str, Any], date]] = {}
    days: dict[tuple[str, str, str], int] = {}
    last = min(scope.period.last, local_day(scope.now))
    day = scope.period.start
    query = f"{API}/cloud/dischargers?day={last.isoformat()}"
    if not any(facility.code in context.basin().monitors for facility in context.basin().basin.facilities):
        return nothing("dischargers", "没有在线监控的排放单位。", "No discharger has a monitor.", query)
    while day <= last:
        for facility, found in dischargers.over_on(scope.reader, day):
            if not regions.contains(scope.region, facility.region):
                continue
            key = (facility.code, found["property"], found["period"])
            days[key] = days.get(key, 0) + 1
            if key not in worst or (found["multiple"] or 0) > (worst[key][1]["multiple"] or 0):
                worst[key] = (facility, found, day)
        day += timedelta(days=1)
    rows = [_row(*item, n_days=days[key]) for key, item in sorted(worst.items())]
    for _, found, _ in worst.values():
        scope.cite(
            found["edition"],
            found["document"] or found["edition"],
            found["document"] or found["edition"],
            confirmed=bool(found["confirmed"]),
            note_zh=found["note_zh"],
            note_en=found["note_en"],
        )
    if not rows:
        return nothing("dischargers", "本期没有排放单位超许可。", "No discharger was over its limits.", query)
    return Part("dischargers", rows=rows, query=query)


def _row(facility: Facility, found: dict[str, Any], day: date, *, n_days: int) -> dict[str, Any]:
    known = PROPERTIES.get(found["property"])
    at = datetime.fromisoformat(found["at"]).astimezone(CHINA).isoformat(timespec="minutes")[:16]
    times = two(f"（{n_days}天）", f" ({n_days} days)") if n_days > 1 else two("", "")
    clause = two(found["clause_zh"] + times["zh"], found["clause_en"] + times["en"])
    return {
        "name": named(facility),
        "property": property_name(found["property"]),
        "value": found["value"],
        "limit": found["limit"],
        "unit": found["unit"],
        "clause": clause,
        "at": at,
        "_decimals": known.decimals if known else 2,
        "_query": f"{API}/cloud/dischargers?day={day.isoformat()}",
        "_unconfirmed": [] if found["confirmed"] else ["limit"],
    }


def flow(scope: Scope) -> Part:
    """Days of the year so far on which every gauge kept its smallest flow."""
    last = min(scope.period.last, local_day(scope.now))
    query = f"{API}/cloud/flows?year={last.year}"
    found = flows.listed(last.year, None)["items"]
    rows = []
    for item in found:
        if not regions.contains(scope.region, item["region"]):
            continue
        known = [day for day in item["days"] if day["ok"] is not None and day["day"] <= last.isoformat()]
        kept = sum(1 for day in known if day["ok"])
        rows.append(
            {
                "name": two(item["name_zh"], item["name_en"]),
                "limit": item["target_m3s"],
                "days": len(known),
                "met": kept if known else None,
                "share": kept / len(known) if known else None,
                "_unconfirmed": [] if item["confirmed"] else ["limit"],
            }
        )
    if not rows:
        return nothing("flows", "辖区内没有测流站。", "No gauge of this region measures flow.", query)
    note = two("年初至本期末有日均流量的天数。", "Days with a mean flow from the year's beginning to the period's end.")
    return Part("flows", rows=rows, notes=[note], query=query)
