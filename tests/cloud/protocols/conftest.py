import json
from dataclasses import dataclass
from typing import Any

import pytest


@dataclass(frozen=True)
class Row:
    """One line of the collected frames: its bytes and what two independent decoders agreed on."""

    number: int
    protocol: str
    raw: bytes
    valid: bool
    decoded: dict[str, Any]


@pytest.fixture(scope="session")
def rows(shared_data):
    """Every HJ 212 and SL 651 HEX frame that was collected."""
    found = []
    for number, line in enumerate((shared_data / "telemetry" / "frames.jsonl").read_text("utf-8").splitlines()):
        row = json.loads(line)
        if row["protocol"].startswith("HJ") or row["protocol"] == "SL651-2014-HEX":
            raw = bytes.fromhex(row["frame"]) if row["encoding"] == "hex" else row["frame"].encode("utf-8")
            found.append(Row(number, row["protocol"], raw, row["valid"], row["decoded"]))
    return found


@pytest.fixture(scope="session")
def other_rows(shared_data):
    """The collected frames of protocols that are recognised only: (protocol, bytes)."""
    lines = (shared_data / "telemetry" / "frames.jsonl").read_text("utf-8").splitlines()
    parsed = [json.loads(line) for line in lines]
    return [
        (row["protocol"], bytes.fromhex(row["frame"]))
        for row in parsed
        if not row["protocol"].startswith("HJ") and row["protocol"] != "SL651-2014-HEX"
    ]
