"""Facts on water: sections with their classes, rivers rated, rankings, the year to date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from riverchief.base.basin import Section
from riverchief.base.spans import Span, to_date
from riverchief.base.units import property_named
from riverchief.cloud.standards import water as standard
from riverchief.cloud.standards.water.method import from_memory, method
from riverchief.cloud.standards.water.periods import completeness_note
from riverchief.cloud.standards.water.surface import surface_on
from riverchief.govern.report import Part, Period, Said
from riverchief.web import context
from riverchief.web.cloud import evaluation, ratings
from riverchief.web.govern.facts.scope import API, Scope, named, nothing, property_name, two

LEVELS = {
    "national": two("国控", "national"),
    "provincial": two("省控", "provincial"),
    "city": two("市控", "city"),
    "county": two("县控", "county"),
}
GRADED = ("do", "codmn", "nh3n", "tp")
CLASS_3 = 3
PANELS = 6  # figures of sections off their target; the rest are named in the table
NONE = two("—", "—")


@dataclass(frozen=True)
class Judged:
    """A section over a period: class (0 where there is none), deciding items, multiples, means."""

    class_: int
    deciding: tuple[str, ...]
    exceedance: dict[str, float]
    means: dict[str, float]


def judged(section: Section, period: Period) -> Judged:
    """A section over any period; months and years by the evaluation method, days and weeks by their mean."""
    if period.unit in {"month", "year"}:
        found = evaluation.over(section, Span(period.start, period.end))
        return Judged(found.class_, found.deciding, found.row.exceedance, found.means)
    days = evaluation.daily(section, period.start, min(period.last, evaluation.known_day()))
    means = {code: float(np.nanmean(v)) for code, v in days.values.items() if np.isfinite(v).any()}
    row = standard.assess(means, on=period.last, tp_rule=section.tp_rule).row() if means else None
    return Judged(row.class_, row.deciding, row.exceedance, means) if row else Judged(0, (), {}, {})


def deciding(found: Judged, target: int) -> Said | None:
    """The deciding items of a class worse than Ⅲ or than the target, with the multiple by which they exceed class Ⅲ."""
    if not found.class_:
        return None
    over = [code for code in found.deciding if found.class_ > min(target, CLASS_3)]
    if not over:
        return NONE
    zh, en = [], []
    for code in over:
        name, times = property_name(code), found.exceedance.get(code)
        multiple = f"{times:.1f}" if times is not None and times >= 0.1 else f"{times:.1g}" if times else ""
        zh.append(f"{name['zh']}（{multiple}）" if multiple else name["zh"])
        en.append(f"{name['en']} ({multiple})" if multiple else name["en"])
    return two("、".join(zh), ", ".join(en))


def over_target(section: Section, found: Judged, day: date) -> list[str]:
    """The items whose mean misses the limit of the section's target."""
    limits = evaluation.limits_of(section, day)
    found_over = []
    for code, value in found.means.items():
        if code in limits:
            limit = limits[code][section.target_class - 1]
            if value < limit if code == "do" else value > limit:
                found_over.append(code)
    return found_over


def _state(section: Section, found: Judged) -> Said:
    if not found.class_:
        return two("未评价", "not judged")
    return two("达标", "yes") if found.class_ <= section.target_class else two("超标", "no")


def _river(section: Section) -> Any:
    basin = context.basin().basin
    code = basin.reaches[basin.network.index(section.place.reach)].river
    return next(river for river in basin.rivers if river.code == code)


def _query(section: Section, scope: Scope) -> str:
    """Where the API gives the same class and means."""
    base = f"{API}/cloud/sections/{section.code}"
    return f"{base}/period?period={scope.span.label}" if scope.span else f"{base}/year?year={scope.period.year}"


def row_of(scope: Scope, section: Section, last: date) -> dict[str, Any]:
    """A section's class in this period, the one before and that of the year before; `last` is the last day known."""
    found = judged(section, scope.period)
    over = over_target(section, found, last) if found.class_ else []
    return {
        "name": named(section),
        "river": named(_river(section)),
        "county": scope.county(section.region),
        "level": LEVELS.get(section.level, two(section.level, section.level)),
        "target": section.target_class,
        "class": found.class_,
        "before": judged(section, scope.period.before()).class_,
        "year_before": judged(section, scope.period.year_before()).class_,
        "deciding": deciding(found, section.target_class),
        "state": _state(section, found),
        "_query": _query(section, scope),
        "_over": over,
        "_over_names": {code: property_name(code) for code in over},
    }


def sections(scope: Scope) -> Part:
    """The class of every section in this period, the one before and that of the year before, with the map."""
    if not scope.sections:
        return nothing("sections", "本辖区没有考核断面。", "There is no section in this region.")
    last = min(scope.period.last, evaluation.known_day())
    rows = [row_of(scope, section, last) for section in scope.sections]
    classes = {section.code: row["class"] for section, row in zip(scope.sections, rows, strict=True)}
    cite(scope, last)
    unwatched = [s for s in scope.sections if not s.station]
    notes: list[dict[str, Any]] = [note.as_dict() for note in (completeness_note(),) if note]
    if unwatched:
        zh, en = "、".join(s.name_zh for s in unwatched), ", ".join(s.name_en for s in unwatched)
        notes.append(two(f"没有自动站、未参评的断面：{zh}。", f"Without a station and not judged: {en}."))
    return Part("sections", rows=rows, notes=notes, figures={"map": map_of(scope, classes)}, query=_whole(scope))


def _whole(scope: Scope) -> str:
    """Where the API rates all sections of the period together; the map for days and weeks, which are not rated."""
    return f"{API}/cloud/ratings?period={scope.span.label}&against=previous" if scope.span else "/map"


def cite(scope: Scope, day: date) -> None:
    """Remember the editions of surface water that hold on a day."""
    surface, rule = surface_on(day), method()
    for edition in (surface.edition if surface else None, rule):
        if edition is not None:
            zh, en = edition.note_zh, edition.note_en
            whole = not from_memory(edition)
            if edition.confirmed and not whole:
                zh, en = "个别规定凭记忆录入，见表下“※”", "single rules are from memory, see ※ below the tables"
            confirmed = edition.confirmed and whole
            scope.cite(edition.code, edition.name_zh, edition.name_en, confirmed=confirmed, note_zh=zh, note_en=en)


def map_of(scope: Scope, classes: dict[str, int]) -> dict[str, Any]:
    """The line map: every reach with the class of the next section at or below it on its river."""
    basin = context.basin().basin
    shown = {s.place.reach for s in scope.sections}
    whole = len(scope.sections) == len(basin.sections)
    rivers = {river.code: named(river) for river in basin.rivers}
    kept = {r.river for r in basin.reaches if whole or r.code in shown}
    return {
        "reaches": [
            {
                "river": rivers[reach.river],
                "line": [[round(x, 4), round(y, 4)] for x, y in reach.line],
                "class": _class_below(reach.code, classes, scope.sections),
                "flow_m3s": reach.flow_m3s,
            }
            for reach in basin.reaches
            if reach.river in kept
        ],
        "sections": [
            {
                "name": named(s),
                "lon": round(s.lon, 4),
                "lat": round(s.lat, 4),
                "class": classes[s.code],
                "target": s.target_class,
            }
            for s in scope.sections
        ],
        "places": [{"name": named(r), "lon": r.lon, "lat": r.lat} for r in scope.counties],
    }


def _class_below(reach: str, classes: dict[str, int], known: Sequence[Section]) -> int:
    """Class of the first section at or below the upstream end of a reach, on the same river."""
    basin = context.basin().basin
    at = {r.code: r for r in basin.reaches}
    by_node = {(r.river, r.from_node): r for r in basin.reaches}
    here = at[reach]
    for _ in range(len(basin.reaches)):
        on_it = sorted((s for s in known if s.place.reach == here.code), key=lambda s: s.place.chainage_m)
        graded = [classes[s.code] for s in on_it if classes[s.code]]
        if graded:
            return graded[0]
        following = by_node.get((here.river, here.to_node))
        if following is None:
            return 0
        here = following
    return 0


def rated(scope: Scope) -> Part:
    """Rivers and the basin rated, with their main pollutants and what changed."""
    if scope.span is None:
        return nothing("ratings", "河流评价按月、年进行。", "Rivers are rated by months and years.")
    found = ratings.ratings(scope.span, "previous")
    mine = {s.code for s in scope.sections}
    query = f"{API}/cloud/ratings?period={scope.span.label}&against=previous"
    lines = [river for river in found["rivers"] if mine & set(river["sections"])]
    whole = len(mine) == len(context.basin().basin.sections)
    rows = [_rating(item) for item in ([found["basin"]] if whole else []) + lines]
    part = sum(1 for river in lines if set(river["sections"]) - mine)
    notes: list[dict[str, Any]] = list(found["notes"])
    if part:
        notes.append(two("跨县河流按全河断面评价。", "A river that runs on beyond the region is rated as a whole."))
    return (
        Part("ratings", rows=rows, notes=notes, query=query) if rows else nothing("ratings", "无可评价河流。", "none.")
    )


def _rating(item: dict[str, Any]) -> dict[str, Any]:
    rating, word = item["rating"], item["change"]["word"]
    shares = {name: None if item[name] is None else item[name] / 100 for name in ("good_share", "bad_share")}
    main = item["main"]
    return {
        "name": two(item["name_zh"], item["name_en"]),
        "n": item["n_sections"],
        **shares,
        "rating": two(rating["zh"], rating["en"]) if rating else None,
        "main": two("、".join(m["zh"] for m in main), ", ".join(m["en"] for m in main)) if main else NONE,
        "change": two(word["zh"], word["en"]) if word else None,
    }


def ranked(scope: Scope) -> Part:
    """Sections by their water quality index."""
    if scope.span is None:
        return nothing("rankings", "排名按月、年进行。", "Ranks are of months and years.")
    found = ratings.rankings("sections", scope.span, "previous")
    mine = {s.code for s in scope.sections}
    query = f"{API}/cloud/rankings?kind=sections&period={scope.span.label}&against=previous"
    rows = [
        {
            "rank": item["rank"],
            "moved": _moved(item["moved"]),
            "name": two(item["name_zh"], item["name_en"]),
            "value": item["value"],
            "change": item["change_percent"],
            "change_rank": item["change_rank"],
        }
        for item in found["items"]
        if item["code"] in mine
    ]
    if not rows:
        return nothing("rankings", "本期没有可排名的断面。", "No section can be ranked in this period.", query)
    return Part("rankings", rows=rows, notes=found["notes"], query=query)


def _moved(places: int | None) -> Said | None:
    if places is None:
        return None
    if not places:
        return two("持平", "same")
    return two(f"升{places}", f"up {places}") if places > 0 else two(f"降{-places}", f"down {-places}")


def year(scope: Scope) -> Part:
    """Means and class of the year to the period's end, the calendar of months, and trends where a target is missed."""
    last = min(scope.period.last, evaluation.known_day())
    first = date(scope.period.year, 1, 1)
    rows, calendar, panels = [], [], []
    months = [span.label for span in to_date(last).months()]
    for section in scope.sections:
        if not section.station:
            continue
        found = evaluation.over(section, to_date(last))
        by_month = {one.span.label: one for one in evaluation.month_means(section, first, last)}
        known = Judged(found.class_, found.deciding, found.row.exceedance, found.means)
        if not found.means:
            continue
        means = {code: found.means.get(code) for code in GRADED}
        rows.append(
            {
                "name": named(section),
                "target": section.target_class,
                "class": found.class_,
                **means,
                "deciding": deciding(known, section.target_class),
                "_query": f"{API}/cloud/sections/{section.code}/period?period={to_date(last).label}",
            }
        )
        classes = [by_month[m].class_ if m in by_month else 0 for m in months]
        calendar.append({"name": named(section), "target": section.target_class, "classes": classes})
        if found.class_ > section.target_class and found.deciding:
            values = [by_month[m].means.get(found.deciding[0]) if m in by_month else None for m in months]
            panels.append(
                (found.class_ - section.target_class, _panel(section, found.deciding[0], months, values, last))
            )
    if not rows:
        return nothing("year", "年初以来没有监测数据。", "Nothing has been measured since the beginning of the year.")
    worst = [panel for _, panel in sorted(panels, key=lambda pair: -pair[0])[:PANELS]]
    figures: dict[str, Any] = {"calendar": {"months": months, "rows": calendar}}
    if worst:
        figures["trends"] = {"panels": worst}
    note = two(
        "日历中下划线表示该月超过目标类别。", "In the calendar a line under a class says that it misses the target."
    )
    return Part("year", rows=rows, figures=figures, notes=[note])


def _panel(section: Section, code: str, months: list[str], values: list[float | None], day: date) -> dict[str, Any]:
    limit = evaluation.limits_of(section, day)[code][section.target_class - 1]
    return {
        "name": named(section),
        "property": property_name(code),
        "unit": property_named(code).unit,
        "limit": limit,
        "at_least": code == "do",
        "months": months,
        "values": [None if value is None else round(value, 6) for value in values],
    }


def summary_of(scope: Scope, part: Part) -> tuple[list[Said], list[dict[str, Any]], dict[str, Any]]:
    """Sentences, key figures and the figure of shares, from the part on sections."""
    rows = part.rows
    if not rows:
        return [], [], {}
    spans = ("class", "before", "year_before")
    counts = {key: [sum(1 for row in rows if row[key] == c) for c in range(7)] for key in spans}
    targets = [(row["target"], [row[key] for key in spans]) for row in rows]
    n = [sum(count[1:]) for count in counts.values()]
    kept = [sum(1 for target, c in targets if 0 < c[k] <= target) for k in range(3)]
    good = [_percent(sum(count[1:4]), total) for count, total in zip(counts.values(), n, strict=True)]
    bad = [_percent(count[6], total) for count, total in zip(counts.values(), n, strict=True)]
    on_target = [_percent(k, total) for k, total in zip(kept, n, strict=True)]
    named_rows = (
        (two("参评断面", "Sections judged"), n, two("个", "sections"), 0),
        (two("断面达标率", "Sections on target"), on_target, "%", 1),
        (two("Ⅰ—Ⅲ类断面比例", "Sections of classes Ⅰ–Ⅲ"), good, "%", 1),
        (two("劣Ⅴ类断面比例", "Sections worse than class Ⅴ"), bad, "%", 1),
    )
    table = [
        {"item": item, "value": v[0], "before": v[1], "year_before": v[2], "unit": unit, "_decimals": decimals}
        for item, v, unit, decimals in named_rows
    ]
    off = [row for row in rows if row["class"] > row["target"]]
    said = [_sentence(scope, n[0], kept[0], off)]
    labels = (two("本期", "this period"), two("上期", "period before"), two("上年同期", "year before"))
    periods = [
        {"label": label, "counts": count[1:], "none": count[0]}
        for label, count in zip(labels, counts.values(), strict=True)
    ]
    return said, table, {"shares": {"periods": periods}}


def _percent(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None


def _sentence(scope: Scope, n: int, kept: int, off: Sequence[Any]) -> Said:
    title = {language: scope.period.title(language) for language in ("zh", "en")}
    if not n:
        return two(f"{title['zh']}没有可评价的断面。", f"No section could be judged in {title['en']}.")
    zh = f"{title['zh']}参评断面{n}个，达到目标{kept}个"
    en = f"Of {n} sections judged in {title['en']}, {kept} kept their target"
    if off:
        zh += "；未达标：" + "、".join(row["name"]["zh"] for row in off)
        en += "; off target: " + ", ".join(row["name"]["en"] for row in off)
    return two(f"{zh}。", f"{en}.")
