"""What must hold for the file that the headless demo writes; the benchmark holds it against the same."""

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

KINDS = {"frame", "reading", "verdict", "alert", "trace", "mission", "finding", "case", "patrol", "evidence"}
KINDS |= {"closure", "score"}
NEED = {"step", "id", "parent", "parents", "at", "summary"}


@dataclass(frozen=True)
class Run:
    """One run of the command: exit code, what it printed, what it wrote, how long it took on the wall [s]."""

    code: int
    said: str
    told: dict[str, Any]
    wall_s: float


def run(seed: int, basin: str, *more: str, timeout_s: float = 170.0) -> Run:
    """Run the headless demo in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.json"
        command = [sys.executable, "-m", "riverchief", "demo", "--headless", "--until-closed", "--json", str(out)]
        command += ["--basin", basin, "--seed", str(seed), "--timeout-s", str(timeout_s), *more]
        begun = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=timeout_s + 120)
        wall_s = time.monotonic() - begun
        told = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
    return Run(done.returncode, done.stdout + done.stderr, told, wall_s)


def ancestors(steps: dict[str, dict[str, Any]], key: str) -> set[str]:
    """Ids of everything that a step came from, itself included."""
    met: set[str] = set()
    waiting = [key]
    while waiting:
        here = waiting.pop()
        if here not in met:
            met.add(here)
            waiting += steps[here]["parents"]
    return met


def decoded(frames: list[dict[str, Any]]) -> dict[str, set[tuple[str, float, float]]]:
    """What `riverchief decode` reads out of the frames: id → (property, value, epoch s)."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "frame.hex"
        for frame in frames:
            path.write_text(frame["raw"], encoding="ascii")
            command = [sys.executable, "-m", "riverchief", "decode", str(path), "--hex", "--json"]
            lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
            said = [json.loads(line) for line in lines]
            found[frame["id"]] = {
                (r["property"], r["value"], datetime.fromisoformat(r["time"]).timestamp())
                for message in said
                if message["valid"]
                for r in message["readings"]
            }
    return found


def faults(told: dict[str, Any], frames: int = 6) -> list[str]:
    """What does not hold of a finished story, in words; `frames` of its frames are decoded."""
    found = []
    steps = {s["id"]: s for s in told["steps"]}
    found += [f"{s['id']} lacks {NEED - s.keys()}" for s in steps.values() if not s.keys() >= NEED]
    scores = [s for s in told["steps"] if s["step"] == "score"]
    if not scores:
        return [*found, "there is no score"]
    above = ancestors(steps, max(scores, key=lambda s: (s["at"], s["id"]))["id"])
    lacking = KINDS - {steps[key]["step"] for key in above}
    found += [f"no {kind} is an ancestor of the last score" for kind in sorted(lacking)]
    for step in steps.values():
        found += [f"{p} is later than its child {step['id']}" for p in step["parents"] if steps[p]["at"] > step["at"]]
        if step["parents"] and step["parent"] not in step["parents"]:
            found.append(f"the parent of {step['id']} is not among its parents")
    told_by = [s for s in steps.values() if s["step"] == "reading" and s["parents"]]
    some = {s["parent"] for s in told_by}
    read = decoded([steps[key] for key in sorted(some)[:: max(1, len(some) // frames)]])
    for reading in told_by:
        if reading["parent"] in read:
            at_s = datetime.fromisoformat(reading["measured_at"]).timestamp()
            if (reading["property"], reading["value"], at_s) not in read[reading["parent"]]:
                found.append(f"{reading['parent']} does not say {reading['summary']}")
    if told["difference_s"] is None or abs(told["difference_s"]) > told["reporting_interval_s"]:
        found.append(f"the alert came {told['difference_s']} s after the arrival")
    broken, alert = told["truth"]["broken"], told["instrument_alert"]
    if alert is None or (alert["station"], alert["property"]) != (broken["station"], broken["property"]):
        found.append(f"the broken {broken['property']} sensor of {broken['station']} raised {alert}")
    if told["instrument_case"] is not None:
        found.append(f"the broken sensor made case {told['instrument_case']}")
    return found
