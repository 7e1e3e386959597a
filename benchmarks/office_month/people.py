"""The first day: accounts and river police by workbook, approved by a second person."""

from __future__ import annotations

import io
from typing import Any

import openpyxl

from office_month.desk import Month, counties_of, county_stretches, level_of, office_of, xlsx
from riverchief.base import regions


def accounts(month: Month) -> int:
    """Chiefs and offices by one workbook: a first one with three faulty rows, which the dry run names."""
    prefecture, basin = month.client("prefecture"), month.basin
    people: list[list[Any]] = []
    for n, county in enumerate(counties_of(basin)):
        for second in (False, True):
            number = f"1390000{n:03d}{int(second)}"
            people.append([office_of(county, second), counties_of(basin)[county], number, "county", county, ""])
    for n, chief in enumerate(basin.chiefs):
        if chief.level in ("county", "township", "village"):
            person = [f"u-{chief.code}", chief.name_zh, f"1380000{n:04d}", "chief", chief.region, chief.code]
            people.append(person)
    heads = ["账号", "姓名", "手机号", "角色", "行政区", "河长编码"]
    bad = [
        ["u-1", "错号", "12345", "guard", people[-1][4], ""],
        ["u-2", "无此河长", "13700000002", "chief", people[-1][4], "ch-nobody"],
        ["u-3", "越权", "13700000003", "system", people[-1][4], ""],
    ]
    path = "/basin/workbook"
    seen = month.send(prefecture, path, xlsx(heads, [*people[:5], *bad, *people[5:]], "账号"), "账号.xlsx")
    rows = sorted({fault["row"] for fault in seen["faults"]})
    month.same("accounts: rows that the dry run names as faulty", [7, 8, 9], rows)
    book = xlsx(heads, people, "账号")
    month.same(
        "accounts: would be made", len(people), month.send(prefecture, path, book, "账号.xlsx")["accounts_total"]
    )
    made = month.send(prefecture, path, book, "账号.xlsx", confirm="true")["made"]
    month.same("accounts: made", len(people), made)
    return len(people)


def new_chiefs(month: Month) -> int:
    """River police for counties without one, by a workbook that a second person approves."""
    basin, prefecture = month.basin, month.client("prefecture")
    known = {regions.normalise(c.region)[:6] for c in basin.chiefs if c.level == "police"}
    chiefs, terms, duties = [], [], []
    taken = {d.interval.reach for d in basin.responsibilities if level_of(basin, d.chief) == "police"}
    for county in counties_of(basin):
        reaches = [i for i in county_stretches(basin) if i[0] == county and i[1] not in taken]
        if county[:6] in known or not reaches:
            continue
        code = f"po-{county[:6]}"
        chiefs.append(
            [code, f"警长{len(chiefs) + 1}（模拟）", f"Police {len(chiefs) + 1} (simulated)", "police", county, "true"]
        )
        terms.append([code, "2026-11-01", "模拟任命〔2026〕1号", "true"])
        for _, reach, low, high in reaches:
            duties.append([code, reach, low, high, "2026-11-01"])
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, heads, rows in (
        ("河长", ["编码", "中文名", "英文名", "级别", "行政区", "是否假定"], chiefs),
        ("任期", ["河长编码", "起始日", "文件", "是否假定"], terms),
        ("责任河段", ["河长编码", "河段编码", "起点里程_m", "终点里程_m", "起始日"], duties),
    ):
        sheet = book.create_sheet(title)
        for row in (heads, *rows):
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    path = "/basin/workbook"
    seen = month.send(prefecture, path, out.getvalue(), "名录.xlsx")
    total = len(chiefs) + len(terms) + len(duties)
    month.same("registry: rows that would change, faults", [total, []], [seen["edits_total"], seen["faults"][:3]])
    draft = month.send(prefecture, path, out.getvalue(), "名录.xlsx", confirm="true", reason="补充河道警长")["draft"]
    own = month.post(prefecture, f"/basin/changes/{draft['id']}/decision", ok=False, approve=True)
    month.same("registry: approving one's own change is refused", True, "somebody else" in own.get("sentence", ""))
    month.post(month.client("prefecture-2"), f"/basin/changes/{draft['id']}/decision", approve=True)
    shown = {one["code"] for one in month.get(prefecture, "/basin/tree")["items"]}
    month.same("registry: new chiefs in the tree", len(chiefs), len(shown & {row[0] for row in chiefs}))
    return len(chiefs)
