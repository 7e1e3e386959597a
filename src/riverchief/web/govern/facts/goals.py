"""Facts on targets: what is asked, where it stands, the probability of meeting it, what is still allowed."""

from __future__ import annotations

from typing import Any

from riverchief.govern.outlook import wording
from riverchief.govern.outlook.ahead import State
from riverchief.govern.report import Part, Said
from riverchief.govern.report.wording import class_name, number
from riverchief.web.accounts.visibility import visible
from riverchief.web.govern import targets as board
from riverchief.web.govern.facts.scope import API, Scope, nothing, two
from riverchief.web.govern.models import Target

SHOWN = 40
RISKY = (State.AT_RISK, State.MISSED)
SENSES = {"at_most": "≤ ", "at_least": "≥ ", "max": "≤ ", "min": "≥ "}


def targets(scope: Scope) -> Part:
    """Targets whose period holds the end of this one, those most at risk first."""
    query, last = f"{API}/govern/targets", scope.period.last
    return part_of(list(visible(scope.reader, Target).filter(period_start__lte=last, period_end__gte=last)), query)


def part_of(found: list[Target], query: str) -> Part:
    """These targets, those most at risk first."""
    if not found:
        return nothing("targets", "没有登记目标。", "No target is registered.", query)
    newest = board.newest(found)
    rows: list[dict[str, Any]] = []
    for target in found:
        told = board.brief(target, newest.get(target.pk), (), None)
        ahead = told["outlook"] or {}
        state = State(ahead["state"]) if ahead.get("state") else None
        zh, en = wording.STATES[state] if state else ("未研判", "no outlook yet")
        allowed = told["allowed"]
        rows.append(
            {
                "name": two(told["name_zh"], told["name_en"]),
                "issuer": told["issuer"] or None,
                "required": _quantity(told["required"]),
                "to_date": _quantity(told["to_date"]),
                "probability": ahead.get("probability"),
                "state": two(zh, en),
                "allowed": two(allowed["zh"], allowed["en"]) if allowed and "zh" in allowed else None,
                "_query": f"{API}/govern/targets/{target.pk}",
                "_unconfirmed": [] if told["confirmed"] else ["required"],
                "_at_risk": state in RISKY,
                "_band": [ahead.get("low"), ahead.get("high")],
            }
        )
    rows.sort(key=lambda row: (row["probability"] is None, row["probability"] or 0.0, row["name"]["zh"]))
    bars = [
        {"name": row["name"], "probability": row["probability"], "low": row["_band"][0], "high": row["_band"][1]}
        for row in rows[:SHOWN]
        if row["probability"] is not None
    ]
    days = sorted({one.day.isoformat() for one in newest.values()})
    notes = [two(f"研判日：{days[-1]}。", f"Outlook as of {days[-1]}.")] if days else []
    notes += _rest(len(rows))
    return Part(
        "targets", rows=rows[:SHOWN], notes=notes, figures={"outlook": {"rows": bars}} if bars else {}, query=query
    )


def _rest(n: int) -> list[Said]:
    return [two(f"另有{n - SHOWN}项未列出。", f"{n - SHOWN} more are not listed.")] if n > SHOWN else []


def _quantity(told: dict[str, Any] | None) -> Said | None:
    """A figure of a target in words, with its sense and unit."""
    if told is None:
        return None
    if "class" in told:
        return two(class_name(told["class"], "zh"), class_name(told["class"], "en"))
    value, unit, sense = told["value"], told["unit"], SENSES.get(told.get("sense", ""), "")
    if value is None:
        return None
    if unit == "share":
        text = f"{sense}{100 * value:.1f} %"
        return two(text, text)
    text = f"{sense}{number(value, 0 if float(value).is_integer() else 2, 'zh')}"
    return two(f"{text} {UNITS_ZH.get(unit, unit)}", f"{text} {unit}")


UNITS_ZH = {"days": "天", "d": "天"}
