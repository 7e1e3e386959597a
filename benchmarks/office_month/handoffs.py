"""A table of the hotline 12345, in and answered."""

from __future__ import annotations

import io
import re
from typing import Any

import numpy as np
import openpyxl

from office_month.desk import Month, Problem, day, xlsx
from office_month.problems import WORDS


def hotline(month: Month, problems: list[Problem], count: int) -> list[dict[str, Any]]:
    """A table of 12345 with two rows that cannot be taken; one complaint is like a problem that is known."""
    office, rows = month.client("prefecture"), []
    network = month.basin.network
    for n, near in enumerate(problems[:count], 1):
        place = network.point(np.array([network.index(near.reach)]), np.array([near.chainage_m]))[0]
        words = f"市民反映：{WORDS[near.kind]}（第{near.number}处）" if n == 1 else f"市民来电反映河边有异味，第{n}件"
        lonlat = [round(float(place[0]), 6), round(float(place[1]), 6)]
        rows.append([f"12345-{n:04d}", words, *lonlat, day(9), day(20 if n <= count - 2 else 40)])
    bad = [[rows[0][0], *rows[0][1:]], ["12345-9999", "没有日期", *rows[0][2:4], None, None]]
    book = xlsx(["工单编号", "诉求内容", "经度", "纬度", "受理时间", "答复时限"], [*rows, *bad])
    path = "/ground/handoffs/import"
    seen = month.send(office, path, book, "12345.xlsx", hotline="12345")
    told = [row["row"] for row in seen["rows"] if row["faults"]]
    month.same("12345: rows that the dry run names as faulty", [count + 2, count + 3], told)
    month.same("12345: the first is shown as possibly the same as a known case", True, bool(seen["rows"][0]["similar"]))
    month.send(office, path, book, "12345.xlsx", hotline="12345", dry_run="false")
    listed = month.get(office, "/ground/handoffs", hotline="12345")
    month.same("12345: taken", count, listed["total"])
    return sorted(listed["items"], key=lambda one: one["number"])


def answer_hotline(month: Month, handoffs: list[dict[str, Any]]) -> None:
    """All but two are solved, closed and answered; the table of answers goes back."""
    office = month.client("prefecture")
    for one in handoffs:
        month.post(office, f"/ground/handoffs/{one['id']}/answer", text="已到场核查并清理，欢迎继续监督。")
    book = openpyxl.load_workbook(io.BytesIO(month.get(office, "/ground/handoffs/answers.xlsx", hotline="12345")))
    rows = list(book.active.iter_rows(values_only=True))[1:]
    month.same("12345: answers that go back, with their own numbers", sorted(one["number"] for one in handoffs),
               sorted(row[0] for row in rows))  # fmt: skip
    month.same("12345: states are words", True, all(re.search("[一-鿿]", row[5]) for row in rows))
