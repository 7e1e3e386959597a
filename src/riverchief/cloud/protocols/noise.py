"""Bytes between frames: named where they look like a protocol that is recognised but not decoded here."""

from __future__ import annotations

import re

from riverchief.cloud.protocols import crc
from riverchief.cloud.protocols.messages import Message

# blanks, line ends and zero bytes between frames are padding, not news
PADDING = b"\r\n\t \x00"

_SZY206 = re.compile(rb"\x68(.)\x68", re.DOTALL)
_DLT645 = re.compile(rb"\x68.{6}\x68.(.)", re.DOTALL)
_CJT188 = re.compile(rb"\x68.{9}(.)", re.DOTALL)
_SL651_ASCII = re.compile(rb"\x01[0-9A-Fa-f]{2}[0-9A-Fa-f]{10}[0-9A-Fa-f]{4}[0-9A-Fa-f]{2}[08][0-9A-Fa-f]{3}[\x02\x16]")
_END_68 = 0x16
_TEXT = bytes(range(0x20, 0x7F)) + b"\r\n\t"


def protocol_of(raw: bytes) -> str:
    """The protocol that these bytes look like: a frame of its form with a right checksum, else "unknown"."""
    if _SL651_ASCII.match(raw):
        return "sl651-ascii"
    frame = raw.lstrip(b"\xfe" + PADDING)  # meters are woken by FE
    if (match := _SZY206.match(frame)) and _closed(frame, 3, match[1][0]) and _szy206_right(frame, match[1][0]):
        return "szy206"
    if (match := _DLT645.match(frame)) and _closed(frame, match.end(), match[1][0]) and _sum_right(frame, match):
        return "dlt645"
    if (match := _CJT188.match(frame)) and _closed(frame, match.end(), match[1][0]) and _sum_right(frame, match):
        return "cjt188"
    return "unknown"


def message(raw: bytes, *, limit: int) -> Message:
    """Bytes that belong to no frame, as one event; `limit` is the size at which they are given out without a head."""
    protocol = protocol_of(raw)
    kind, what = "noise", f"{len(raw)} bytes without a frame head"
    if protocol != "unknown":
        what = f"{len(raw)} bytes of {protocol}, which is recognised but not decoded"
    elif not raw.translate(None, _TEXT):
        kind, what = "text", f"{len(raw)} bytes of text without a frame head"
    reason = f"head: {what}"
    if raw.startswith((b"##", b"\x7e\x7e")):
        reason = _half_head(raw)
    elif len(raw) >= limit:
        reason = f"too_long: {len(raw)} bytes without a frame head"
    return Message(protocol, "", False, reason, None, kind, (), (), raw)


def _half_head(raw: bytes) -> str:
    """Why bytes that begin with a start mark are no head."""
    if raw.startswith(b"##"):
        digits = raw[2:6]
        if len(digits) < 4 and (not digits or digits.isdigit()):
            return f"truncated: {len(raw)} bytes of an HJ 212 head"
        return f"length: {digits!r} stands where the four digits of the length should"
    if len(raw) < 14:
        return f"truncated: {len(raw)} bytes of an SL 651 head"
    if raw[11] >> 4 not in {0, 8}:
        return f"head: direction {raw[11] >> 4:X} is neither 0 (up) nor 8 (down)"
    return f"head: start character {raw[13]:02X} is neither 02 nor 16"


def _closed(frame: bytes, begin: int, length: int) -> bool:
    """The end byte 16 stands where `length` bytes from `begin` and a checksum leave it."""
    end = begin + length + 1
    return len(frame) > end and frame[end] == _END_68


def _szy206_right(frame: bytes, length: int) -> bool:
    return crc.szy206(frame[3 : 3 + length]) == frame[3 + length]


def _sum_right(frame: bytes, match: re.Match[bytes]) -> bool:
    end = match.end() + match[1][0]
    return sum(frame[:end]) & 0xFF == frame[end]
