"""Write docs/validation/phone-queue.md: the phone's queue and its server over 20,000 steps of everything going wrong.

Run from the checkout: .venv/bin/python benchmarks/verify_phone.py [steps, default 20000]
Exit code 1 when a record was lost, came twice, or left anything in a state that cannot be.
"""

from __future__ import annotations

import logging
import sys
import tempfile
import time
import traceback
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from stamp import written

from riverchief import basins
from riverchief.base.time import FixedClock
from riverchief.web.setup import migrate, open_platform

HERE = Path(__file__).resolve().parent
TARGET = HERE.parent / "docs" / "validation" / "phone-queue.md"
START = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
ROUND = settings(
    max_examples=20,
    stateful_step_count=60,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
NETWORK = {
    "ok": "arrived and was answered",
    "request lost": "request lost",
    "answer lost": "request arrived, answer lost",
    "twice": "request arrived twice",
    "delayed": "request arrived some steps later, after others",
    "cut": "request cut in half",
    "server error": "server out of order",
    "other receipts": "lost, and answered on the way with receipts for other bytes",
    "signed out": "nobody signed in",
    "killed before": "phone killed before the request left",
    "killed after": "phone killed after the request had arrived",
}
PHONE = {
    "add": "records handed to the queue",
    "no room": "of them refused for lack of room, nothing kept",
    "died": "times the phone died, commits and requests among them",
    "upload": "uploads from one tab",
    "upload-in-two-tabs": "uploads from two tabs at once, without locks",
}
PLATFORM = {"applied": "acknowledged records on the platform exactly once", "refused": "refused, each with a sentence"}


def _platform(folder: Path) -> FixedClock:
    open_platform(folder)
    from django.conf import settings as django

    from riverchief.web import context
    from riverchief.web.basin import folder as basin

    django.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django.ALLOWED_HOSTS = ["testserver"]
    clock = FixedClock(START)
    context.clock = lambda: clock
    migrate()
    basin.load(basins.read(basins.named("mini")), folder, clock)
    return clock


def _table(words: dict[str, str], tally: Counter[str]) -> str:
    return "".join(f"| {text} | {tally[name]:,} |\n" for name, text in words.items())


def main(steps: int) -> int:
    sys.path.insert(0, str(HERE.parent / "tests"))
    logging.disable(logging.ERROR)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        clock = _platform(Path(name) / "data")
        from web.ground.phone import telephone
        from web.ground.phone.machine import PhoneMachine

        PhoneMachine.script = telephone.bundle(Path(name))
        PhoneMachine.clock = clock
        rounds, why = 0, ""
        while PhoneMachine.steps < steps and not why:
            rounds += 1
            try:
                run_state_machine_as_test(seed(rounds)(PhoneMachine), settings=ROUND)
            except AssertionError:
                why = f"Round {rounds} does not hold:\n\n```\n{traceback.format_exc()}```"
            print(f"{PhoneMachine.steps:,} steps, {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    tally = PhoneMachine.tally
    answer = why or "Nothing was lost, nothing came twice, nothing is in a state that cannot be."
    text = f"""# The phone's queue and its server

{written(f"benchmarks/verify_phone.py {steps}")}

The queue as it ships (bundled from `ui/src/phone/queue`, in a process of Node on an IndexedDB in memory whose commits
go to a file before anybody is told) and the platform's own views on SQLite, driven step by step by a state machine
(`tests/web/ground/phone/machine.py`): two people on one phone record patrols, fixes, reports, photographs, notes and
steps of cases, an office moves the same cases meanwhile, clocks jump to and fro, room runs out, the battery is taken
out, and the network does what the table says. After every step what the queue had acknowledged must be on the phone or
on the platform; at the end each record is there once or was refused with a sentence, the fixes of a patrol are those
that were recorded, seals hold, and every case got where it is by rows of the table of states.

**{PhoneMachine.steps:,} steps** in {rounds} rounds, {time.monotonic() - begun:.0f} s. {answer}

| what became of a request | times |
|---|---|
{_table(NETWORK, tally)}
| on the phone | times |
|---|---|
{_table(PHONE, tally)}
| in the end | records |
|---|---|
{_table(PLATFORM, tally)}"""
    TARGET.write_text(text, encoding="utf-8")
    print(text)
    return int(bool(why) or PhoneMachine.steps < steps)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
