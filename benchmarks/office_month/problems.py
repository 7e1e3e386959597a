"""The table of problems as an office has it, with rows that cannot be taken."""

from __future__ import annotations

from typing import Any

import numpy as np

from office_month.desk import Month, Problem, counted, county_stretches, day, xlsx

TYPES = {"乱占": "encroachment", "乱采": "illegal_mining", "乱堆": "dumping", "乱建": "illegal_building"}
WORDS = {
    "乱占": "滩地内种植高秆作物，侵占河道管理范围",
    "乱采": "主槽内有采砂坑，机具未撤离",
    "乱堆": "堤脚堆放建筑垃圾和秸秆",
    "乱建": "滩地内搭建彩钢房",
}


def offsets(basin: Any) -> dict[str, float]:
    """Metres along the river at which each reach begins: rivers are lists of reaches from upstream."""
    from riverchief.web import context

    return dict(context.basin().river_offset_m)


def make_problems(month: Month, count: int) -> list[Problem]:
    """The problems of the table: three in five solved in time, a tenth late, a tenth never, the rest not due."""
    draw, stretches = month.draw, county_stretches(month.basin)
    counties = sorted({one[0] for one in stretches})
    kinds, made = list(TYPES), []
    for n in range(1, count + 1):
        county = counties[n % len(counties)]
        _, reach, low, high = draw.choice([one for one in stretches if one[0] == county])
        chainage_m = round(draw.uniform(low + 60, high - 60))
        found = day(draw.randint(-10, 1))
        fate = ("in time",) * 6 + ("late", "never", "later", "later")
        problem = Problem(n, draw.choice(kinds), county, reach, chainage_m, found, day(1), fate[n % 10])
        wanted = {"in time": (18, 30), "late": (3, 6), "never": (3, 6), "later": (36, 50)}[problem.fate]
        problem.due = day(draw.randint(*wanted))
        made.append(problem)
    return made


def import_problems(month: Month, problems: list[Problem]) -> None:
    """The table as people have it, with seven rows that cannot be taken: looked at, taken, sent once more."""
    basin, prefecture = month.basin, month.client("prefecture")
    river = {r.code: r.river for r in basin.reaches}
    names = {r.code: r.name_zh for r in basin.rivers}
    start = offsets(basin)
    network = basin.network
    rows: list[list[Any]] = []
    for one in problems:
        at = start[one.reach] + one.chainage_m
        where: list[Any] = [names[river[one.reach]], f"K{int(at // 1000)}+{at % 1000:03.0f}", "", ""]
        if one.number % 3 == 0:
            point = network.point(np.array([network.index(one.reach)]), np.array([one.chainage_m]))[0]
            where = ["", "", round(float(point[0]), 7), round(float(point[1]), 7)]
        text = f"{WORDS[one.kind]}（第{one.number}处）"
        rows.append([f"SL-{one.number:03d}", one.kind, text, *where, one.found, one.due])
    good = rows[0]
    bad = [
        ["", *good[1:]],
        [good[0], *good[1:]],
        ["SL-901", "乱七八糟", *good[2:]],
        ["SL-902", good[1], "某河", "无此河", "K1+000", "", "", *good[7:]],
        ["SL-903", good[1], "太远", names[river[problems[0].reach]], "K9999+000", "", "", *good[7:]],
        ["SL-904", good[1], "明天", *good[3:7], day(5), day(9)],
        ["SL-905", good[1], "缺纬度", "", "", 112.2, "", *good[7:]],
    ]
    heads = ["序号", "四乱类型", "问题描述", "河湖名称", "桩号", "经度", "纬度", "发现日期", "整改时限"]
    book = xlsx(heads, [*rows, *bad], "问题清单", above=("2026年河湖“四乱”问题清单（模拟）",))
    path, name = "/ground/problems/import", "四乱问题清单.xlsx"
    seen = month.send(prefecture, path, book, name)
    first_bad = len(rows) + 3
    told = sorted(row["row"] for row in seen["rows"] if row["faults"])
    month.same("problems: rows that the dry run names as faulty", [first_bad + k for k in range(7)], told)
    month.same("problems: would be taken, cases so far", [len(rows), 0], [seen["new"], cases_total(month)])
    taken = month.send(prefecture, path, book, name, dry_run="false")
    by_number = {row["number"]: row["case"] for row in taken["rows"] if row["case"]}
    for one in problems:
        one.case = by_number[f"SL-{one.number:03d}"]
    again = month.send(prefecture, path, book, name, dry_run="false")
    month.same("problems: taken; sent once more: new, known", [len(rows), 0, len(rows)],
               [cases_total(month), again["new"], again["known"]])  # fmt: skip
    listed = month.get(prefecture, "/ground/cases", limit=500)["items"]
    month.same("problems: by type", counted(TYPES[p.kind] for p in problems), counted(c["type"] for c in listed))
    month.same("problems: by county", counted(p.county for p in problems), counted(c["region"] for c in listed))


def cases_total(month: Month) -> int:
    """Cases that the prefecture sees."""
    return int(month.get(month.client("prefecture"), "/ground/cases", limit=1)["total"])
