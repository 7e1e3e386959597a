"""Kill the platform's processes at random moments of a replay; nothing acknowledged may be missing, nothing double.

    .venv/bin/python benchmarks/verify_chaos.py --kills 20 --basin mini --out docs/validation/chaos.md

The witness is not the platform: it is the simulated stations' own log of the acknowledgements they received. Gateway,
worker and web are killed with SIGKILL; the supervisor starts them again. At the end every reading that a station has an
acknowledgement for must be in the store exactly once with its value, every such frame in the frame log, and no section
may have two verdicts, and no station two open alerts, for the same thing. Exits 1 when one of that does not hold.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

VICTIMS = ("gateway", "worker", "web")
DRAIN_REAL_S = 60.0


def play(folder: Path, basin: str, seed: int, kills: int, between_s: float) -> Counter[str]:
    """Play a basin, and kill a random process `kills` times, about every `between_s` seconds."""
    from rich.progress import Progress

    from riverchief.cli.demo import Wanted, _stage
    from riverchief.web.play import Play
    from riverchief.web.supervisor import state

    dice = random.Random(seed)
    with Progress(disable=True) as bars:
        stage = _stage(folder, Wanted(basin, seed, 1500.0, None, 30, True, False, None, None), bars)
    killed: Counter[str] = Counter()
    from riverchief.base.time import change_speed

    with Play(stage.config, stage.story, stage.clock, stage.since, [], 1.0, lambda _: None) as running:
        change_speed(folder, 1500.0)
        while killed.total() < kills:
            wait_until = time.monotonic() + dice.uniform(0.3, 2 * between_s)
            while time.monotonic() < wait_until:
                running.look()
            victim = dice.choice(VICTIMS)
            pid = (state(folder).get(victim) or {}).get("pid")
            if pid:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
                killed[victim] += 1
        settled = time.monotonic() + 8.0
        while time.monotonic() < settled:
            running.look()
        # stations fall silent; what they have no answer for yet stays with them, what they were promised must be there
        running.hush()
        end = time.monotonic() + DRAIN_REAL_S
        while time.monotonic() < end and not drained(folder):
            running.look()
    return killed


def drained(folder: Path) -> bool:
    """Whether everything that was logged has been stored and turned into events."""
    from riverchief.base.time import SystemClock
    from riverchief.store import open_store
    from riverchief.web.loop.models import Event, LinkCursor
    from riverchief.web.loop.tail import TAIL

    with open_store(folder, SystemClock()) as store:
        stored = store.observations.decoded_to() >= store.frames.last_no()
        tail = LinkCursor.objects.filter(link=TAIL).values_list("position", flat=True).first() or 0
        told = tail >= (store.observations.last_arrival() or 0)
    newest = Event.objects.filter(kind="reading").order_by("-id").values_list("id", flat=True).first() or 0
    judged = LinkCursor.objects.filter(link="judge-section").values_list("position", flat=True).first() or 0
    return stored and told and judged >= newest


def check(folder: Path) -> dict[str, Any]:
    """Hold the stations' log of acknowledgements against what is there."""
    from django.db.models import Count

    from riverchief.base.time import SystemClock
    from riverchief.store import open_store
    from riverchief.web.cloud.models import Alert, Verdict

    found: dict[str, Any] = {
        "frames": 0,
        "readings": 0,
        "missing_frames": [],
        "missing_readings": [],
        "other_value": [],
    }
    lines = (folder / "simulate" / "acknowledged.jsonl").read_text(encoding="utf-8").splitlines()
    with open_store(folder, SystemClock()) as store:
        logged = {record.raw for record in store.frames.since(0)}
        series = {(info.key.place, info.key.property): info for info in store.observations.find()}
        for line in lines:
            try:
                said = json.loads(line)
            except ValueError:
                continue  # the line that was being written when the play ended
            found["frames"] += 1
            if bytes.fromhex(said["frame"]) not in logged:
                found["missing_frames"].append(said["frame"][:80])
            for code, value in readings_of(said):
                found["readings"] += 1
                info = series.get((said["station"], code))
                data = store.observations.read(info.series_id, said["time_s"], said["time_s"]) if info else None
                if data is None or len(data) != 1:
                    found["missing_readings"].append((said["station"], code, said["time_s"]))
                elif value is not None and abs(float(data.value[0]) - value) > 1e-9 * max(1.0, abs(value)):
                    found["other_value"].append((said["station"], code, said["time_s"], value, float(data.value[0])))
        revised = sum(len(store.observations.edits(i.series_id, 0, 2**40)) for i in series.values())
    found["revisions"] = revised
    found["double_verdicts"] = Verdict.objects.values("section", "at").annotate(n=Count("id")).filter(n__gt=1).count()
    doubled = Alert.objects.filter(state="open").values("station", "property", "kind").annotate(n=Count("id"))
    found["double_alerts"] = doubled.filter(n__gt=1).count()
    return found


def readings_of(said: dict[str, Any]) -> list[tuple[str, float | None]]:
    """Property and value of every reading in one line of the witness."""
    return [(r["property"], r["value"]) for r in said["readings"] if r["flag"] == 0]


def verdict_of(found: dict[str, Any]) -> list[str]:
    """What does not hold, in words."""
    faults = []
    for name in ("missing_frames", "missing_readings", "other_value"):
        if found[name]:
            faults.append(f"{len(found[name])} {name.replace('_', ' ')}, for example {found[name][0]}")
    for name in ("double_verdicts", "double_alerts"):
        if found[name]:
            faults.append(f"{found[name]} {name.replace('_', ' ')}")
    return faults


def report(found: dict[str, Any], killed: Counter[str], args: argparse.Namespace, wall_s: float) -> str:
    """The page for docs/validation."""
    told = "\n".join(f"- {fault}" for fault in verdict_of(found)) or "Nothing missing, nothing double."
    kills = ", ".join(f"{name} {n}" for name, n in sorted(killed.items()))
    return f"""# Processes killed during a replay

Measured {datetime.now(UTC):%Y-%m-%d} on {os.cpu_count()} cores ({platform.machine()}), {wall_s:.0f} s on the wall:
`.venv/bin/python benchmarks/verify_chaos.py --kills {args.kills} --basin {args.basin} --seed {args.seed}`

SIGKILL {killed.total()} times at random moments: {kills}. The witness is the simulated stations' log of acknowledgements.

| what the stations were promised | count | missing | with another value |
|---|---|---|---|
| frames in the frame log | {found["frames"]} | {len(found["missing_frames"])} | |
| readings in the store | {found["readings"]} | {len(found["missing_readings"])} | {len(found["other_value"])} |

Verdicts twice for one section and time: {found["double_verdicts"]}. Open alerts twice for one thing:
{found["double_alerts"]}.

{told}
"""


def main() -> int:
    """Play, kill, check, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--basin", default="mini")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--between-s", type=float, default=2.0)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="riverchief-chaos-") as name:
        killed = play(Path(name), args.basin, args.seed, args.kills, args.between_s)
        found = check(Path(name))
    text = report(found, killed, args, time.monotonic() - begun)
    print(text)
    if args.out:
        args.out.write_text(text, encoding="utf-8")
    return bool(verdict_of(found)) or found["readings"] == 0


if __name__ == "__main__":
    sys.exit(main())
