"""What the gateway has seen of each device: counts that only grow, and the last of everything."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from riverchief.store.records import DeviceHealth, DeviceSeen, from_ms

_ADD = """
INSERT INTO device_health(device, place, frames, invalid, checksum_failures, readings, refused, resent,
                          last_seen_ms, last_peer, last_frame_no, last_reason) VALUES(?,?,?,?,?,?,?,?,?,?,?,?)
ON CONFLICT(device) DO UPDATE SET
    place = excluded.place, frames = frames + excluded.frames, invalid = invalid + excluded.invalid,
    checksum_failures = checksum_failures + excluded.checksum_failures, readings = readings + excluded.readings,
    refused = refused + excluded.refused, resent = resent + excluded.resent,
    last_seen_ms = max(last_seen_ms, excluded.last_seen_ms), last_peer = excluded.last_peer,
    last_frame_no = max(last_frame_no, excluded.last_frame_no),
    last_reason = iif(excluded.last_reason = '', last_reason, excluded.last_reason)"""


def add_seen(connection: sqlite3.Connection, seen: Sequence[DeviceSeen]) -> None:
    """Add what a batch of frames says, inside a write transaction."""
    connection.executemany(_ADD, seen)


def read_health(connection: sqlite3.Connection) -> list[DeviceHealth]:
    """All devices, in order of their names."""
    rows = connection.execute(
        "SELECT device, place, frames, invalid, checksum_failures, readings, refused, resent, last_seen_ms, "
        "last_peer, last_frame_no, last_reason FROM device_health ORDER BY device"
    )
    return [DeviceHealth._make((*row[:8], from_ms(row[8]), *row[9:])) for row in rows]
