"""The envelope of HJ 212: head, length, segment, checksum, line end (HJ 212-2017 clause 6.3.1)."""

from __future__ import annotations

import re

from riverchief.cloud.protocols import crc
from riverchief.cloud.protocols.hj212.segment import dialect_of, parse_header, to_message, to_text
from riverchief.cloud.protocols.messages import Damage, Message

NAME = "hj212"

# four digits; some senders do not pad, then what follows is no digit
HEAD = re.compile(rb"##(?:[0-9]{4}|[1-9][0-9]{0,2}(?![0-9])(?=.))", re.DOTALL)
HEAD_BYTES = 6

LENGTH_MAX = 9999  # bytes that four digits can say
SEGMENT_BYTES = 1024  # the standard's limit; longer ones are in the field and are read

# the head itself, where what followed it may have been cut off with the next frame
_DIGITS = re.compile(rb"##([0-9]{4}|[1-9][0-9]{0,2})")
_HEX = re.compile(rb"[0-9A-Fa-f]{4}")
_LONG = re.compile(rb"##([0-9]{5,9})[A-Za-z;]")
_CLOSE = re.compile(rb"&&[;,]?([0-9A-Fa-f]{4})(?=[\r\n]|$)")

# what may follow a frame without a line end: the first byte of the next head, or padding
_BEHIND = b"#\x7e \t\x00"


def read(data: bytes | bytearray, start: int, *, final: bool) -> Message | Damage | None:
    """Read the frame whose head is at `start`; see `Codec.read`."""
    begin, close = _extent(data, start)
    if len(data) < close + 4:
        return Damage(None) if final else None
    tail = bytes(data[close + 4 : close + 6])
    if tail in {b"", b"\r"} and not final:
        return None
    size, defect = _line_end(tail)
    segment = bytes(data[begin:close])
    if size is None or not _right(segment, bytes(data[close : close + 4])):
        return Damage(close + 4 + size - start if size else None)
    raw = bytes(data[start : close + 4 + size])
    defects = [defect] if defect else []
    if begin - start < HEAD_BYTES:
        defects.append(f"length has {begin - start - 2} digits, not 4")
    if len(segment) > SEGMENT_BYTES:
        defects.append(f"segment longer than {SEGMENT_BYTES} bytes")
    return to_message(raw, segment, defects)


def explain(raw: bytes) -> Message:
    """The message of a damaged frame; see `Codec.explain`."""
    begin, close = _extent(raw, 0)
    fields = parse_header(to_text(raw[begin:])[0])[0]
    return Message(
        NAME,
        dialect_of(fields),
        False,
        _reason(raw, begin, close),
        fields.get("MN") or None,
        "damaged",
        (),
        (),
        raw,
        fields=fields,
    )


def _extent(data: bytes | bytearray, start: int) -> tuple[int, int]:
    """Where the segment begins, and where it ends by its length field."""
    head = _DIGITS.match(data, start)
    assert head is not None
    return head.end(), head.end() + int(head[1])


def _right(segment: bytes, sent: bytes) -> bool:
    return _HEX.fullmatch(sent) is not None and int(sent, 16) == crc.hj212(segment)


def _line_end(tail: bytes) -> tuple[int | None, str]:
    """How many bytes of the two are the line end, None where something else stands, and what is wrong with it."""
    if tail == b"\r\n":
        return 2, ""
    if tail[:1] == b"\n":
        return 1, "line ends with LF only"
    if tail[:1] == b"\r":
        return 1, "line ends with CR only"
    if not tail or tail[0] in _BEHIND:
        return 0, "no line end"
    return None, ""


def _reason(raw: bytes, begin: int, close: int) -> str:
    """What is wrong: the length, if the frame ends elsewhere; else the first thing that is not as it should be."""
    declared = close - begin
    if digits := _LONG.match(raw):
        if int(digits[1]) > LENGTH_MAX:
            return f"too_long: says {digits[1].decode()} bytes, more than {LENGTH_MAX}"
        return f"length: has {len(digits[1])} digits, not 4"
    found = _CLOSE.search(raw, begin)
    if found and found.start(1) != close:
        actual = found.start(1) - begin
        fits = "fits" if _right(raw[begin : found.start(1)], found[1]) else "does not fit either"
        return f"length: says {declared} bytes, the segment has {actual} (whose checksum {fits})"
    sent, segment = raw[close : close + 4], raw[begin:close]
    if len(sent) < 4:
        return f"truncated: {len(raw)} of {close + 6} bytes"
    if _right(segment, sent):
        return f"tail: {raw[close + 4 : close + 6]!r} stands where CR LF should"
    if not _HEX.fullmatch(sent) and _line_end(raw[close + 4 : close + 6])[0] is None:
        return f"tail: {sent!r} stands where the checksum should"
    return f"checksum: frame says {sent.decode('latin-1')}, the segment gives {crc.hj212(segment):04X}" + _hint(
        segment, sent
    )


def _hint(segment: bytes, sent: bytes) -> str:
    """What the sender may have done instead of the standard's checksum."""
    if _HEX.fullmatch(sent):
        if int(sent, 16) == crc.modbus(segment):
            return ", which is a plain CRC-16/MODBUS"
        if int(sent, 16) == crc.swapped(crc.modbus(segment)):
            return ", which is a plain CRC-16/MODBUS with its bytes swapped"
    if not to_text(segment)[0].isprintable():
        return "; the data area is not text: it may be encrypted"
    return ""
