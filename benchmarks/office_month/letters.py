"""Supervision letters: issued by a person, answered by whom they went to."""

from __future__ import annotations

from typing import Any

from office_month.desk import Month, Problem, counties_of, office_of


def letters(month: Month, late: list[Problem]) -> list[dict[str, Any]]:
    """What the ladder drafted, issued by the office of each county, answered by who solves the case in the end."""
    listed = month.get(month.client("prefecture"), "/ground/letters")["items"]
    drafts = [one for one in listed if one["kind"] == "supervision_letter"]
    month.same("letters: cases that were late, supervision letters drafted", sorted(p.case for p in late),
               sorted(one["case"] for one in drafts))  # fmt: skip
    county = {p.case: p.county for p in late}
    issued = []
    for one in sorted(drafts, key=lambda one: one["id"]):
        office = month.client(office_of(county[one["case"]]))
        demand = "请于5个工作日内完成清理，恢复河道原状，并报送整改前后影像。"
        issued.append(month.post(office, f"/ground/letters/{one['id']}/issue", demand=demand))
    labels = [one["label_zh"] for one in issued]
    want = {c: sum(p.county == c for p in late) for c in {p.county for p in late}}
    wanted = sorted(
        f"{counties_of(month.basin)[c]}河长办督〔2026〕{k}号" for c, n in want.items() for k in range(1, n + 1)
    )
    month.same("letters: numbers run from 1 in every county, none missing", wanted, sorted(labels))
    return issued


def answer_letter(month: Month, letter: dict[str, Any]) -> None:
    """The addressee opens the letter and answers it."""
    chief = month.client(f"u-{letter['addressee']}")
    month.get(chief, f"/ground/letters/{letter['id']}")
    month.post(chief, f"/ground/letters/{letter['id']}/answer", text="已组织清理，11月17日完成，影像已上传。")
