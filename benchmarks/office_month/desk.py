"""The office at its desk: its clock, what it asks the platform, and what it keeps beside what it put in."""

from __future__ import annotations

import io
import json
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl

from riverchief.base import regions
from riverchief.base.time import CHINA, FixedClock

API = "/api/v1"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LANGUAGES = ("zh", "en")


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


def office_of(county: str, second: bool = False) -> str:
    """User name of a county's office."""
    return f"office-{regions.prefix(county)}{'-2' if second else ''}"


def counties_of(basin: Any) -> dict[str, str]:
    """Counties that have a chief, by code, with their Chinese names."""
    held = {regions.normalise(c.region) for c in basin.chiefs if c.level == "county"}
    return {regions.normalise(r.code): r.name_zh for r in basin.regions if regions.normalise(r.code) in held}


def county_stretches(basin: Any) -> list[tuple[str, str, float, float]]:
    """(county, reach, from, to [m]) for which county chiefs answer, from the basin's own tables."""
    return [
        (regions.normalise(next(c.region for c in basin.chiefs if c.code == d.chief)), d.interval.reach,
         d.interval.from_m, d.interval.to_m)
        for d in basin.responsibilities
        if level_of(basin, d.chief) == "county" and d.interval.end is None
    ]  # fmt: skip


def level_of(basin: Any, code: str) -> str:
    """Level of a chief."""
    return str(next(c.level for c in basin.chiefs if c.code == code))


def counted(things: Any) -> dict[str, int]:
    """How often each is there, in order."""
    return dict(sorted(Counter(things).items()))
