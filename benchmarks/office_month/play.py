"""The month day by day, and the platform that it is played on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from office_month.cases import close, confirm, ladder, solve
from office_month.desk import Month, Problem, day
from office_month.handoffs import answer_hotline, hotline
from office_month.letters import answer_letter, letters
from office_month.papers import expected_ledger, print_ledger, print_letter, print_river
from office_month.patrols import walk_day
from office_month.people import accounts, new_chiefs
from office_month.problems import import_problems, make_problems
from office_month.scores import SHEET, freeze_and_print
from riverchief.base import regions
from riverchief.base.time import FixedClock
from riverchief.web.setup import migrate, open_platform, write_settings


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
