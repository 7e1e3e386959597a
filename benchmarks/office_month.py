"""Write docs/validation/office-month.md: a month of a river chief's office, done as an office does it, and counted.

Run from the checkout: .venv/bin/python benchmarks/office_month.py [--basin jinzhong] [--problems 120] [--out FOLDER]
Everything goes through the platform's own HTTP views, in this process, on a clock that is moved day by day over
November 2026. People, problems and tracks are simulated. Exit code 1 when a count is not what was put in.
"""

from __future__ import annotations

import argparse
import io
import json
import logging
import random
import re
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
from stamp import written

from riverchief import basins
from riverchief.base import regions
from riverchief.base.ids import new_id
from riverchief.base.time import CHINA, FixedClock
from riverchief.simulate import phone, walks
from riverchief.simulate.noise import rng
from riverchief.web.setup import migrate, open_platform, write_settings

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "validation" / "office-month.md"
API = "/api/v1"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"乱占": "encroachment", "乱采": "illegal_mining", "乱堆": "dumping", "乱建": "illegal_building"}
WORDS = {
    "乱占": "滩地内种植高秆作物，侵占河道管理范围",
    "乱采": "主槽内有采砂坑，机具未撤离",
    "乱堆": "堤脚堆放建筑垃圾和秸秆",
    "乱建": "滩地内搭建彩钢房",
}
LANGUAGES = ("zh", "en")
SHEET = """format = 1
code = "month-of-the-office"
version = "2026"
name_zh = "河长制月度考核表"
name_en = "Monthly sheet of the river chief system"
status = "confirmed"
document = "模拟文件〔2026〕1号（演示） simulated document 1 of 2026 (demo)"
subject = "office"
period = "month"
maximum = 100

[[input]]
name = "patrols_done"
name_zh = "有效巡河次数"
name_en = "valid patrols"
source = "patrols.done"

[[input]]
name = "patrols_planned"
name_zh = "计划巡河次数"
name_en = "patrols planned"

[[input]]
name = "cases_closed"
name_zh = "本月销号件数"
name_en = "cases closed in the month"
source = "cases.closed"

[[item]]
code = "patrols"
name_zh = "巡河履职"
name_en = "Patrols"
weight = 60
formula = "weight * min(1, patrols_done / patrols_planned)"

[[item]]
code = "closed"
name_zh = "问题销号"
name_en = "Cases closed"
kind = "figure"
formula = "cases_closed"

[[item]]
code = "file"
name_zh = "台账规范"
name_en = "Order of the ledger"
kind = "manual"
weight = 40
"""


def day(n: int) -> date:
    """A day of November 2026; beyond 30 days of December, below 1 days of October."""
    return date(2026, 11, 1) + timedelta(days=n - 1)


def xlsx(heads: list[str], rows: list[list[Any]], title: str = "Sheet1", above: tuple[str, ...] = ()) -> bytes:
    """A workbook as somebody typed it: perhaps with a title above the header."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for line in above:
        sheet.append([line])
    for row in (heads, *rows):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@dataclass
class Problem:
    """A row of the office's table and what is to become of it."""

    number: int
    kind: str
    county: str
    reach: str
    chainage_m: float
    found: date
    due: date
    fate: str  # in time, late (after a letter), never, later
    closed: date | None = None
    case: str = ""


@dataclass
class Month:
    """The office, its clock, and what was put in and found."""

    basin: Any
    clock: FixedClock
    out: Path
    draw: random.Random
    held: list[tuple[str, Any, Any]] = field(default_factory=list)
    files: list[tuple[str, str]] = field(default_factory=list)

    # ------------------------------------------------------------------ asking

    def at(self, n: int, hour: int = 9, minute: int = 0) -> None:
        """Move the clock to an hour of a day of November."""
        wanted = datetime.combine(day(n), time(hour, minute), CHINA)
        self.clock.advance((wanted - self.clock.now()).total_seconds())

    def client(self, username: str) -> Any:
        """A browser that is signed in as somebody."""
        from django.test import Client

        from riverchief.web.accounts.models import User

        found = Client()
        found.user = User.objects.get(username=username)
        found.force_login(found.user)
        return found

    def post(self, client: Any, path: str, ok: bool = True, **body: Any) -> Any:
        """What the platform answers to a question in JSON."""
        answer = client.post(f"{API}{path}", json.dumps(body), content_type="application/json")
        if ok and answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code} {answer.content.decode()[:600]}")
        return answer.json()

    def send(self, client: Any, path: str, data: bytes, name: str, **more: Any) -> Any:
        """What the platform answers to a file."""
        from django.core.files.uploadedfile import SimpleUploadedFile

        return client.post(f"{API}{path}", {"file": SimpleUploadedFile(name, data, XLSX), **more}).json()

    def get(self, client: Any, path: str, ok: bool = True, **query: Any) -> Any:
        """What the platform answers: JSON, or the bytes of a file."""
        answer = client.get(f"{API}{path}", query)
        if ok and answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code} {answer.content.decode()[:600]}")
        return answer.json() if "json" in answer["Content-Type"] else answer.content

    def same(self, what: str, put_in: Any, found: Any) -> None:
        """Keep a count beside what it must be."""
        self.held.append((what, put_in, found))
        mark = "" if put_in == found else "   <-- NOT THE SAME"
        print(f"{what}: {put_in} / {found}{mark}", flush=True)

    def keep(self, name: str, content: bytes) -> None:
        """Keep a printed file."""
        (self.out / name).write_bytes(content)
        self.files.append((name, pages(self.out / name)))


def pages(file: Path) -> str:
    """How long a file is; opening it is the proof that it can be opened."""
    if file.suffix == ".pdf":
        from pypdf import PdfReader

        return f"{len(PdfReader(file).pages)} pages"
    if file.suffix == ".docx":
        from docx import Document

        paper = Document(str(file))
        return f"{len(paper.tables)} tables"
    return f"{len(openpyxl.load_workbook(file).sheetnames)} sheets"


def text_of(file: Path) -> str:
    """The words of a printed file, without the spaces between them."""
    if file.suffix == ".pdf":
        from pypdf import PdfReader

        found = "".join(page.extract_text() for page in PdfReader(file).pages)
    elif file.suffix == ".docx":
        from docx import Document

        paper = Document(str(file))
        lines = [p.text for p in paper.paragraphs]
        lines += [c.text for t in paper.tables for r in t.rows for c in r.cells]
        found = "".join(lines)
    else:
        book = openpyxl.load_workbook(file)
        found = "".join(str(v) for s in book for row in s.iter_rows(values_only=True) for v in row if v is not None)
    return re.sub(r"\s", "", found)


# ------------------------------------------------------------------ the first day: people and problems


def office_of(county: str, second: bool = False) -> str:
    """User name of a county's office."""
    return f"office-{regions.prefix(county)}{'-2' if second else ''}"


def counties_of(basin: Any) -> dict[str, str]:
    """Counties that have a chief, by code, with their Chinese names."""
    held = {regions.normalise(c.region) for c in basin.chiefs if c.level == "county"}
    return {regions.normalise(r.code): r.name_zh for r in basin.regions if regions.normalise(r.code) in held}


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


def level_of(basin: Any, code: str) -> str:
    """Level of a chief."""
    return str(next(c.level for c in basin.chiefs if c.code == code))


def county_stretches(basin: Any) -> list[tuple[str, str, float, float]]:
    """(county, reach, from, to [m]) for which county chiefs answer, from the basin's own tables."""
    return [
        (regions.normalise(next(c.region for c in basin.chiefs if c.code == d.chief)), d.interval.reach,
         d.interval.from_m, d.interval.to_m)
        for d in basin.responsibilities
        if level_of(basin, d.chief) == "county" and d.interval.end is None
    ]  # fmt: skip


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


def counted(things: Any) -> dict[str, int]:
    """How often each is there, in order."""
    return dict(sorted(Counter(things).items()))


def cases_total(month: Month) -> int:
    """Cases that the prefecture sees."""
    return int(month.get(month.client("prefecture"), "/ground/cases", limit=1)["total"])


# ------------------------------------------------------------------ two weeks of patrols


def patrols(month: Month, n: int, short: bool, chief: Any) -> bool | None:
    """One patrol through the phone's inbox, sent twice; whether it counted, None where the chief has no stretch."""
    stretches = [d.interval for d in month.basin.responsibilities if d.chief == chief.code and d.interval.end is None]
    if not stretches:
        return None
    network = month.basin.network
    part = max(stretches, key=lambda i: i.to_m - i.from_m)
    length_m = 180.0 if short else 1500.0
    low = part.from_m + month.draw.uniform(0, max(part.to_m - part.from_m - length_m, 1))
    at = np.linspace(low, min(low + length_m, part.to_m), 40)
    line = network.point(np.full(40, network.index(part.reach)), at)
    month.at(n, month.draw.randint(8, 15), month.draw.randint(0, 59))
    walker = replace(walks.Chief.draw("plain", (chief.code, n), line), start_s=month.clock.now().timestamp())
    walk = walks.walk_of(walker, 0, 1)
    track = phone.record(walker.phone, walk.way, walker.origin, rng("office-month", chief.code, n))
    client, now = month.client(f"u-{chief.code}"), month.clock.now()
    end = now + timedelta(seconds=float(track.time_s[-1] - now.timestamp()) + 5)
    month.clock.advance((end - now).total_seconds() + 600)
    patrol = new_id("patrol", now)
    points = [[*p, None, 0] for p in track.points]
    said = [
        ("patrol-start", patrol, None, {"started_at": now.isoformat()}, now),
        ("track", new_id("track", now), patrol, {"points": points, "system": "wgs84", "n": len(points)}, end),
        ("patrol-finish", new_id("finish", end), patrol, {"finished_at": end.isoformat()}, end),
    ]
    texts = [
        json.dumps({"id": key, "user": client.user.username, "device": f"d-{chief.code}", "seq": 10 * n + i,
                    "kind": kind, "parent": parent, "body": body, "file": None, "at": when.isoformat(),
                    "clock": "platform"})
        for i, (kind, key, parent, body, when) in enumerate(said)
    ]  # fmt: skip
    wish = {"user": client.user.username, "device": f"d-{chief.code}", "records": texts}
    for _ in range(2):  # the first answer was lost on its way
        got = month.post(client, "/ground/phone/records", sent_at=month.clock.now().isoformat(), **wish)
        if [one["state"] for one in got["answers"]] != ["stored"] * 3:
            raise SystemExit(f"{chief.code}: {got['answers']}")
    return bool(month.get(client, f"/ground/patrols/{patrol}")["result"]["valid"])


def walk_day(month: Month, n: int) -> list[tuple[bool, bool]]:
    """Who walks on a day of the two weeks: (was meant to count, counted) of each."""
    found = []
    chiefs = [c for c in month.basin.chiefs if c.level in ("county", "township", "village")]
    for k, chief in enumerate(chiefs):
        days = {"village": (k % 7, k % 7 + 7), "township": (k % 14,), "county": ((k + 5) % 14,)}[chief.level]
        if n - 2 in days:
            short = (k + n) % 6 == 0
            counted_ = patrols(month, n, short, chief)
            if counted_ is not None:
                found.append((not short, counted_))
    return found


# ------------------------------------------------------------------ cases, letters, the hotline


def ladder(month: Month) -> None:
    """What the worker does every quarter of an hour about cases that are late."""
    from riverchief.web.ground import cases
    from riverchief.web.loop.links import LINKS
    from riverchief.web.loop.worker import run_link

    cases.escalate_overdue()
    for link in LINKS:
        if link.name in ("draft-letter", "score-chief"):
            while run_link(link):
                pass


def assignee(month: Month, case: str) -> Any:
    """The chief who has to solve a case, signed in."""
    told = month.get(month.client("prefecture"), f"/ground/cases/{case}")["case"]
    return month.client(f"u-{told['assigned_to']}")


def photo(n: int) -> bytes:
    """A small picture; no two are alike."""
    from PIL import Image

    out = io.BytesIO()
    Image.effect_mandelbrot((320, 240), (-2, -1.5, 1, 1.5), 30 + n).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def solve(month: Month, case: str, n: int, *, fails_first: bool = False) -> None:
    """Handled with evidence by its chief; the chief cannot verify it."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    chief = assignee(month, case)
    month.post(chief, f"/ground/cases/{case}/notes", text="已清理，现场恢复原状。")
    picture = SimpleUploadedFile("after.jpg", photo(n), "image/jpeg")
    chief.post(f"{API}/ground/cases/{case}/evidence", {"files": [picture]})
    month.post(chief, f"/ground/cases/{case}/actions", action="handle", note="已整改到位")
    refused = month.post(chief, f"/ground/cases/{case}/actions", ok=False, action="verify", note="属实")
    assert "may not verify" in refused["sentence"], refused
    if fails_first:
        office = month.client("prefecture")
        month.post(office, f"/ground/cases/{case}/actions", action="fail", reason="堤脚仍有残留")
        month.post(chief, f"/ground/cases/{case}/notes", text="残留已清运。")
        month.post(chief, f"/ground/cases/{case}/actions", action="handle", note="再次整改到位")


def close(month: Month, case: str, county: str) -> None:
    """Verified and closed by the county's office; who closed it cannot confirm it."""
    office = month.client(office_of(county))
    month.post(office, f"/ground/cases/{case}/actions", action="verify", note="现场复核属实")
    month.post(office, f"/ground/cases/{case}/actions", action="close")


def confirm(month: Month, case: str, county: str) -> None:
    """A second person of the office confirms, a day later."""
    own = month.post(month.client(office_of(county)), f"/ground/cases/{case}/actions", ok=False, action="confirm")
    assert "may not confirm" in own["sentence"], own
    month.post(month.client(office_of(county, True)), f"/ground/cases/{case}/actions", action="confirm")


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


# ------------------------------------------------------------------ the end of the month


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


def freeze_and_print(month: Month, walked: int, valid: int, closed: int) -> None:
    """The place's own sheet of the month, made official, and printed."""
    office = month.client("prefecture")
    region = regions.normalise(month.basin.region)
    path = "/govern/sheets/month-of-the-office"
    common = {"region": region, "period": "2026-11"}
    month.post(office, f"{path}/inputs", name="patrols_planned", value=walked, why="巡河计划（模拟）", **common)
    month.post(office, f"{path}/inputs", item="file", value=36, why="抽查两件缺整改前影像", **common)
    refused = month.post(office, "/govern/sheets/chief-monthly/freeze", ok=False, **common)
    month.same("sheet: a shipped example cannot be frozen", True, "cannot be frozen" in refused["sentence"])
    frozen = month.post(office, f"{path}/freeze", **common)
    points = round(60 * min(1, valid / walked) + 36, 2)
    told = month.get(office, f"/govern/frozen/{frozen['id']}")
    month.same("sheet: points, as reckoned by hand; its hash holds", [points, True], [told["points"], told["holds"]])
    counted_ = next(one["value"] for one in told["items"] if one["code"] == "closed")
    month.same("sheet: cases closed", closed, counted_)
    for language in LANGUAGES:
        for form in ("docx", "pdf", "xlsx"):
            name = f"sheet.{language}.{form}"
            month.keep(name, month.get(office, f"/govern/frozen/{frozen['id']}/files/{language}.{form}"))
            month.same(f"{name} has the points", True, f"{points:g}/100" in text_of(month.out / name))


def play(month: Month, count: int, complaints: int) -> None:
    """The month, day by day."""
    month.at(1, 8)
    accounts(month)
    new_chiefs(month)
    problems = make_problems(month, count)
    month.at(1, 10)
    import_problems(month, problems)
    late = [p for p in problems if p.fate in ("late", "never")]
    in_time = [p for p in problems if p.fate == "in time"]
    walked: list[tuple[bool, bool]] = []
    handoffs: list[dict[str, Any]] = []
    issued: list[dict[str, Any]] = []
    extra: list[Problem] = []
    closing: list[tuple[int, int, Problem]] = [(4 + k % 10, 5 + k % 10, p) for k, p in enumerate(in_time)]
    for n in range(2, 31):
        month.at(n, 7)
        ladder(month)
        if n <= 15:
            walked += walk_day(month, n)
        month.at(n, 19)
        for handled, closed, one in closing:
            if handled == n:
                solve(month, one.case, one.number, fails_first=one.number == in_time[0].number)
            if closed == n:
                close(month, one.case, one.county)
                one.closed = day(n)
            if closed + 2 == n:
                confirm(month, one.case, one.county)
        month.at(n, 20)
        if n == 9:
            handoffs = hotline(month, problems, complaints)
            for one, near in zip(handoffs, problems, strict=False):
                due = day(20) if len(extra) < complaints - 2 else day(40)
                extra.append(replace(near, number=1000 + len(extra), kind="", case=one["case"], found=day(9), due=due,
                                     closed=None))  # fmt: skip
            closing += [(12, 13, one) for one in extra[:-2]]
        if n == 14:
            answer_hotline(month, handoffs[:-2])
        if n == 11:
            issued = letters(month, late)
        if n == 13:
            solved = [p for p in late if p.fate == "late"]
            for letter in issued:
                if letter["case"] in {p.case for p in solved}:
                    answer_letter(month, letter)
            closing += [(17, 19, one) for one in solved]
    month.at(31, 8)
    ladder(month)
    finish(month, problems, extra, walked, issued)


def finish(
    month: Month, problems: list[Problem], extra: list[Problem], walked: list[tuple[bool, bool]], issued: list[Any]
) -> None:
    """What the month came to, and its papers."""
    month.same("patrols: meant to count, too short", [sum(a for a, _ in walked), sum(not a for a, _ in walked)],
               [sum(b for _, b in walked), sum(not b for _, b in walked)])  # fmt: skip
    office = month.client("prefecture")
    month.same(
        "patrols: on the platform, each once", len(walked), month.get(office, "/ground/patrols", limit=1)["total"]
    )
    closed = sum(p.closed is not None for p in (*problems, *extra))
    ledger = month.get(office, "/ground/ledger/figures")
    month.same("ledger: closed and confirmed by a second person", closed, ledger["closed"])
    expected = expected_ledger(problems, extra)
    print_ledger(month, expected)
    print_letter(month, next(one for one in issued if one["case"] in {p.case for p in problems if p.fate == "late"}))
    print_river(month, problems)
    freeze_and_print(month, len(walked), sum(b for _, b in walked), closed)
    health = month.get(month.client("system"), "/loop/health")
    month.same("audit chain: no entry is broken", None, health["audit"]["broken_at"])


def platform(folder: Path, basin: Any) -> FixedClock:
    """A platform in a folder of its own, with two people of the prefecture's office and the place's own sheet."""
    write_settings(folder, simulated=True)
    open_platform(folder)
    from django.conf import settings as django

    from riverchief.web import context
    from riverchief.web.accounts.models import User
    from riverchief.web.basin import folder as registry

    django.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django.ALLOWED_HOSTS = ["testserver"]
    clock = FixedClock(datetime(2026, 10, 31, 23, 0, tzinfo=UTC))
    context.clock = lambda: clock
    migrate()
    registry.load(basin, folder, clock)
    (folder / "sheets").mkdir(exist_ok=True)
    (folder / "sheets" / "month.toml").write_text(SHEET, encoding="utf-8")
    region = regions.normalise(basin.region)
    for username, role, zh in (("prefecture", "prefecture", "市河长办经办"), ("prefecture-2", "prefecture", "市河长办复核"),
                               ("system", "system", "系统管理员")):  # fmt: skip
        User.objects.create_user(username, role=role, region=region if role != "system" else "", name_zh=zh)
    return clock


def page(month: Month, command: str, basin: str) -> str:
    """The page of the proof."""
    rows = "".join(f"| {what} | {_short(put_in)} | {'the same' if put_in == found else _short(found)} |\n"
                   for what, put_in, found in month.held)  # fmt: skip
    files = "".join(f"| `{name}` | {size} |\n" for name, size in month.files)
    bad = sum(put_in != found for _, put_in, found in month.held)
    answer = "Every count is what was put in." if not bad else f"**{bad} counts are not what was put in.**"
    return f"""# A month of an office

{written(command)} Basin `{basin}`; people, problems, complaints and tracks are simulated.

November 2026, day by day, through the platform's own HTTP views: accounts and river police by workbook, the second
person's approval, a table of problems with rows that cannot be taken, two weeks of patrols through the phone's inbox
(each batch sent twice), a table of 12345 in and its answers out, late cases up the ladder to supervision letters that a
person issues and the addressee answers, cases handled with evidence, verified by another, closed and confirmed by a
second person, the month's own sheet made official, and the papers that go up. {answer}

| what | put in | found |
|---|---|---|
{rows}
| paper | opens, with |
|---|---|
{files}"""


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value
    return text.replace("|", "/") if len(text) <= 420 else f"{text[:400]}… ({len(value)} in all)"


def main() -> int:
    """Play the month; 1 when a count is not what was put in."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--basin", default="jinzhong")
    options.add_argument("--problems", type=int, default=120)
    options.add_argument("--complaints", type=int, default=10)
    options.add_argument("--out", type=Path)
    options.add_argument("--page", type=Path, default=PAGE)
    given = options.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as name:
        basin = basins.read(basins.named(given.basin))
        out = given.out or Path(name) / "papers"
        out.mkdir(parents=True, exist_ok=True)
        month = Month(basin, platform(Path(name) / "data", basin), out, random.Random(11))
        play(month, given.problems, given.complaints)
    given.page.write_text(page(month, "benchmarks/office_month.py", given.basin), encoding="utf-8")
    return int(any(put_in != found for _, put_in, found in month.held))


if __name__ == "__main__":
    sys.exit(main())
