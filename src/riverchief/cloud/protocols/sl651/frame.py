"""The envelope of SL 651 HEX: head, addresses, length, body, end character, checksum (SL 651-2014 clause 6.2).

up    7E7E  centre(1)  station(5)  password(2)  function(1)  direction+length(2)  STX  body  end  CRC(2)
down  7E7E  station(5)  centre(1)  password(2)  function(1)  direction+length(2)  STX  body  end  CRC(2)
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from riverchief.cloud.protocols import crc
from riverchief.cloud.protocols.messages import Damage, Message
from riverchief.cloud.protocols.sl651.body import Body, read_body, read_packet
from riverchief.cloud.protocols.sl651.tables import Function, tables

NAME, DIALECT = "sl651", "2014"

# 7E7E stands in pictures too: a head also has a direction of 0 or 8 and a start character in their places
HEAD = re.compile(rb"\x7e\x7e.{9}[\x00-\x0f\x80-\x8f].[\x02\x16]", re.DOTALL)
HEAD_BYTES = 14
TAIL_BYTES = 3  # end character and checksum

SYN = 0x16
ETX, ETB, ENQ, ACK, NAK, EOT, ESC = 0x03, 0x17, 0x05, 0x06, 0x15, 0x04, 0x1B
_ENDS = frozenset({ETX, ETB, ENQ, ACK, NAK, EOT, ESC})

_USER = Function("user", "data", has_class=False, ack=False, series=False)


@dataclass(frozen=True, slots=True)
class Header:
    """The fourteen bytes before the body."""

    down: bool
    centre: int
    station: str
    password: str
    function: int
    length: int
    start: int

    @classmethod
    def parse(cls, data: bytes | bytearray, at: int) -> Header:
        """Read the header whose 7E7E is at `at`."""
        down = data[at + 11] >= 0x80
        centre, station = (at + 7, at + 2) if down else (at + 2, at + 3)
        return cls(
            down,
            data[centre],
            data[station : station + 5].hex().upper(),
            data[at + 8 : at + 10].hex().upper(),
            data[at + 10],
            (data[at + 11] & 0x0F) << 8 | data[at + 12],
            data[at + 13],
        )

    @property
    def size(self) -> int:
        """The whole frame [bytes]."""
        return HEAD_BYTES + self.length + TAIL_BYTES


def read(data: bytes | bytearray, start: int, *, final: bool) -> Message | Damage | None:
    """Read the frame whose head is at `start`; see `Codec.read`."""
    header = Header.parse(data, start)
    if len(data) < start + header.size:
        return Damage(None) if final else None
    raw = bytes(data[start : start + header.size])
    if raw[-TAIL_BYTES] not in _ENDS:
        return Damage(header.size if _right(raw) else None)
    if not _right(raw):
        return Damage(header.size)
    return _message(header, raw)


def explain(raw: bytes) -> Message:
    """The message of a damaged frame; see `Codec.explain`."""
    header = Header.parse(raw, 0)
    fields = {"centre": header.centre, "password": header.password, "function": f"{header.function:02X}"}
    reason = _reason(header, raw)
    return Message(NAME, DIALECT, False, reason, header.station, "damaged", (), (), raw, fields=fields)


def _right(frame: bytes) -> bool:
    """The checksum over everything before it stands at the end, high byte first."""
    return crc.modbus(frame[:-2]) == int.from_bytes(frame[-2:], "big")


def _reason(header: Header, raw: bytes) -> str:
    """What is wrong: the length, if the frame ends elsewhere; else the first thing that is not as it should be."""
    claimed = raw[: header.size]
    whole = len(claimed) == header.size
    ended = whole and claimed[-TAIL_BYTES] in _ENDS
    actual = len(raw) - HEAD_BYTES - TAIL_BYTES
    if not ended and len(raw) != header.size and actual >= 0 and raw[-TAIL_BYTES] in _ENDS and _right(raw):
        return f"length: says {header.length} bytes, the body has {actual} (whose checksum fits)"
    if whole and not ended and len(raw) > header.size and raw[-TAIL_BYTES] in _ENDS:
        return f"length: says {header.length} bytes, an end character stands after {actual}"
    if not whole:
        return f"truncated: {len(raw)} of {header.size} bytes"
    if _right(claimed):
        return f"tail: {claimed[-TAIL_BYTES]:02X} stands where the end character should"
    return _checksum_reason(claimed)


def _checksum_reason(frame: bytes) -> str:
    sent, computed = int.from_bytes(frame[-2:], "big"), crc.modbus(frame[:-2])
    reason = f"checksum: frame says {sent:04X}, its bytes give {computed:04X}"
    if sent == crc.swapped(computed):
        return f"{reason}, low byte first"
    if sent == crc.hj212(frame[:-2]):
        return f"{reason}, which is the checksum of HJ 212"
    if frame[-TAIL_BYTES] not in _ENDS:
        return f"{reason}; {frame[-TAIL_BYTES]:02X} stands where the end character should"
    return reason


def _message(header: Header, raw: bytes) -> Message:
    """The message of a frame whose length, end and checksum are right."""
    content, end = raw[HEAD_BYTES:-TAIL_BYTES], raw[-TAIL_BYTES]
    function = tables().functions.get(header.function, _USER)
    if header.start == SYN:
        body = read_packet(content, header.function, function, header.station)
    else:
        body = read_body(content, header.function, function, header.station, down=header.down)
    fields = {
        "centre": header.centre,
        "password": header.password,
        "function": f"{header.function:02X}",
        "end": f"{end:02X}",
        **body.fields,
    }
    if body.reason:
        return Message(NAME, DIALECT, False, body.reason, header.station, "damaged", (), (), raw, fields=fields)
    return Message(
        NAME,
        DIALECT,
        True,
        None,
        header.station,
        _kind(header, end, function),
        tuple(body.values),
        tuple(dict.fromkeys(body.defects)),
        raw,
        wants_ack=_wants_ack(header, end, function, body),
        fields=fields,
    )


def _kind(header: Header, end: int, function: Function) -> str:
    if not header.down:
        return function.kind
    return "request" if end in {ENQ, ETX, ETB} else "ack"


def _wants_ack(header: Header, end: int, function: Function, body: Body) -> bool:
    """Reports are sent in mode M2, each frame confirmed. M3 wants one answer for all packets; see `writing`."""
    return not header.down and function.ack and end in {ETX, ETB} and header.start != SYN and "serial" in body.fields
