"""Facts on air: good days, means, composite index of the period and of the year to date, and the calendar of days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from riverchief.govern.report import Part
from riverchief.web.cloud import air, air_board
from riverchief.web.govern.facts.scope import API, Scope, nothing, property_name, two

DECIMALS = {"co": 1}
UNITS = {"co": "mg/m³"}


def quality(scope: Scope) -> Part:
    """What the prefecture's air amounted to."""
    places, end = air.places(), min(scope.period.last, air.last_whole_day())
    if not places:
        return nothing("air", "没有空气自动站。", "There is no air station.")
    place = places[0]["code"]
    query = f"{API}/cloud/air/year?place={place}&year={scope.period.year}"
    first = date(end.year, 1, 1)
    if end < scope.period.start:
        return nothing("air", "本期尚无完整的一天。", "No day of this period is over yet.", query)
    now, year = air.period(place, scope.period.start, end), air.period(place, first, end)
    told, to_date = air_board.to_date(now), air_board.to_date(year)
    if not told["valid_days"] and not to_date["valid_days"]:
        return nothing("air", "本期没有有效的空气监测日。", "No day of this period has valid values.", query)
    shown = scope.period.start if scope.period.unit in {"month", "year"} else end - timedelta(days=30)
    days, edition = air.listed_days(air.days_of(place, shown, end), air.dust_days(shown, end))
    for one in (edition,):
        scope.cite(
            one["code"],
            "环境空气质量评价",
            "Evaluation of ambient air quality",
            confirmed=bool(one["confirmed"]),
            note_zh=one["note_zh"],
            note_en=one["note_en"],
        )
    figures = {"days": {"days": [{"day": d["day"], "aqi": d["aqi"], "level": d["level"]} for d in days]}}
    return Part(
        "air",
        rows=_rows(told, to_date),
        notes=list(air_board.notes(year)),
        figures=figures,
        said=[_sentence(told)],
        query=query,
    )


def _rows(told: dict[str, Any], to_date: dict[str, Any]) -> list[dict[str, Any]]:
    def row(item: dict[str, str], key: str, unit: Any, decimals: int, factor: float = 1.0) -> dict[str, Any]:
        both = {"value": told[key], "to_date": to_date[key]}
        cells = {name: None if value is None else value * factor for name, value in both.items()}
        return {"item": item, **cells, "unit": unit, "_decimals": decimals}

    days = two("天", "days")
    rows = [
        row(two("优良天数", "Good days"), "good_days", days, 0),
        row(two("有效天数", "Valid days"), "valid_days", days, 0),
        row(two("优良天数比例", "Share of good days"), "good_share", "%", 1, 100.0),
        row(two("综合指数", "Composite index"), "composite", None, 2),
        row(two("沙尘天数", "Dust days"), "dust_days", days, 0),
    ]
    if not (told["composite_confirmed"] and to_date["composite_confirmed"]):
        rows[3]["_unconfirmed"] = ["value", "to_date"]
    for code in told["means"]:
        name, percentile = property_name(code), code in {"co", "o3"}
        item = (
            two(f"{name['zh']}（百分位数）", f"{name['en']} (percentile)")
            if percentile
            else two(f"{name['zh']}均值", f"Mean {name['en']}")
        )
        cells = {"value": told["means"][code], "to_date": to_date["means"].get(code)}
        rows.append({"item": item, **cells, "unit": UNITS.get(code, "µg/m³"), "_decimals": DECIMALS.get(code, 0)})
    return rows


def _sentence(told: dict[str, Any]) -> dict[str, str]:
    if not told["valid_days"]:
        return two("本期没有有效监测日。", "No day of the period was valid.")
    main = [property_name(code) for code in told["main"]]
    zh, en = "、".join(m["zh"] for m in main), ", ".join(m["en"] for m in main)
    share = f"{100 * told['good_share']:.1f} %"
    return two(
        f"有效监测{told['valid_days']}天，优良{told['good_days']}天，占{share}；首要污染物{zh or '无'}。",
        f"Of {told['valid_days']} valid days {told['good_days']} were good ({share}); main pollutant: {en or 'none'}.",
    )
