"""The papers that go up at the end of the month, and their figures against those of the plan."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import openpyxl

from office_month.desk import LANGUAGES, Month, Problem, counties_of, day, text_of


def expected_ledger(problems: list[Problem], extra: list[Problem]) -> dict[str, tuple[int, int, int, int]]:
    """Opened, closed, standing, overdue of November by county, and in all ("")."""
    counts: dict[str, list[int]] = {}
    for one in (*problems, *extra):
        for key in (one.county, ""):
            row = counts.setdefault(key, [0, 0, 0, 0])
            row[0] += day(1) <= one.found <= day(30)
            row[1] += one.closed is not None
            row[2] += one.closed is None
            row[3] += one.closed is None and one.due <= day(30)
    return {key: (a, b, c, d) for key, (a, b, c, d) in counts.items()}


def print_ledger(month: Month, expected: dict[str, tuple[int, int, int, int]]) -> None:
    """The table that goes up, in both languages, and its figures against those of the plan."""
    from riverchief.web.govern import reports

    office = month.client("prefecture")
    for language in LANGUAGES:
        wish = month.post(
            office, "/govern/reports", kind="ledger", period="2026-11", language=language, signer="张三（模拟）"
        )
        reports.run(wish["id"])
        told = month.get(office, f"/govern/reports/{wish['id']}")
        for item in told["files"]:
            content = month.get(office, f"/govern/reports/{wish['id']}/files/{item['name']}")
            month.keep(f"ledger.{language}.{item['format']}", content)
    names = {**counties_of(month.basin), "": "合计"}
    book = openpyxl.load_workbook(month.out / "ledger.zh.xlsx")
    sheet = next(one for one in book if one.title.startswith("分县台账") or "分县台账" in one.title)
    rows = {row[0]: tuple(row[1:5]) for row in sheet.iter_rows(values_only=True) if row[0] in names.values()}
    month.same("ledger: opened, closed, standing, overdue by county", {names[k]: v for k, v in sorted(expected.items())},
               {name: rows.get(name) for name in (names[k] for k in sorted(expected))})  # fmt: skip
    total = expected[""]
    for language, sentence in (
        ("zh", f"本期新增问题{total[0]}个，销号{total[1]}个；期末未销号{total[2]}个，其中超期{total[3]}个"),
        ("en", f"{total[0]} problems were opened and {total[1]} closed; {total[2]} stand at the end".replace(" ", "")),
    ):
        for form in ("docx", "pdf"):
            month.same(
                f"ledger.{language}.{form} says the total",
                True,
                sentence in text_of(month.out / f"ledger.{language}.{form}"),
            )


def print_letter(month: Month, letter: dict[str, Any]) -> None:
    """One letter as Word and PDF."""
    office = month.client("prefecture")
    for language in LANGUAGES:
        for form in ("docx", "pdf"):
            name = f"letter.{language}.{form}"
            month.keep(name, month.get(office, f"/ground/letters/{letter['id']}/files/{language}.{form}"))
            words = [letter[f"label_{language}"], letter["case_number"]]
            held = all(re.sub(r"\s", "", word) in text_of(month.out / name) for word in words)
            month.same(f"{name} has its number and its case's", True, held)


def print_river(month: Month, problems: list[Problem]) -> None:
    """The file of the river with most problems."""
    river = {r.code: r.river for r in month.basin.reaches}
    code = Counter(river[p.reach] for p in problems).most_common(1)[0][0]
    numbers = [one["number"] for one in month.get(month.client("prefecture"), "/ground/cases", limit=500)["items"]
               if one["id"] in {p.case for p in problems if river[p.reach] == code}]  # fmt: skip
    for language in LANGUAGES:
        for form in ("docx", "pdf"):
            name = f"river-{code}.{language}.{form}"
            month.keep(
                name, month.get(month.client("prefecture"), f"/basin/rivers/{code}/file", language=language, form=form)
            )
            told = text_of(month.out / name)
            month.same(f"{name} lists its cases", min(60, len(numbers)), sum(n in told for n in numbers))
