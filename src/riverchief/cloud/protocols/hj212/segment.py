"""The data segment of HJ 212: its fields, the dialect, what the command is for (HJ 212-2017 clauses 6.3.2 to 6.6)."""

from __future__ import annotations

import re
from typing import Any

from riverchief.cloud.protocols.hj212.tables import Command, tables
from riverchief.cloud.protocols.hj212.values import DataArea, read_area
from riverchief.cloud.protocols.messages import Message, Value

ORDER = ("QN", "ST", "CN", "PW", "MN", "Flag", "PNUM", "PNO", "RF")

_SEPARATOR = re.compile(r"[;,]")
_OPEN = "CP=&&"
_SURFACE_WATER_MN = re.compile(r"A\d{6}_\d+", re.ASCII)
_QN = re.compile(r"\d{17}", re.ASCII)

ANSWER_WANTED, PACKETS = 0b01, 0b10  # bits A and D of Flag; the version stands above them


def to_text(segment: bytes) -> tuple[str, str | None]:
    """The text of a segment, and what is wrong with its encoding: UTF-8 by the standard, GBK in the field."""
    try:
        return segment.decode("utf-8"), None
    except UnicodeDecodeError:
        pass
    try:
        return segment.decode("gbk"), "text is GBK, not UTF-8"
    except UnicodeDecodeError:
        return segment.decode("latin-1"), "segment is not text"


def parse_header(text: str) -> tuple[dict[str, str], str | None, list[str]]:
    """The fields before the data area, the data area (None where it is not there whole), and defects."""
    defects: list[str] = []
    opening = text.find(_OPEN)
    header = text if opening < 0 else text[:opening]
    fields: dict[str, str] = {}
    if header.startswith((";", ",")):
        defects.append("separator before first field")
    if "," in header:
        defects.append("comma between fields")
    if opening > 0 and header[-1] not in ";,":
        defects.append("no separator before CP")
    for part in _SEPARATOR.split(header):
        key, equals, value = part.partition("=")
        if equals:
            fields.setdefault(key.strip(), value.strip())
    if opening < 0:
        return fields, None, defects
    closing = text.rfind("&&", opening + len(_OPEN))
    if closing < 0:
        return fields, None, defects
    if behind := text[closing + 2 :]:
        defects.append("separator after closing &&" if behind in {";", ","} else f"text after closing &&: {behind!r}")
    return fields, text[opening + len(_OPEN) : closing], defects


def dialect_of(fields: dict[str, str]) -> str:
    """The version that Flag names; version 2 is that of HJ 212-2025 and of the surface-water protocol alike.

    A device address of the form A220582_0001, or system 21, tells the latter.
    """
    version = _flag(fields) >> 2
    if version == 0:
        return "2005"
    if version == 1:
        return "2017"
    surface_water = fields.get("ST") == "21" or _SURFACE_WATER_MN.fullmatch(fields.get("MN", ""))
    return "surface-water" if surface_water else "2025"


def to_message(raw: bytes, segment: bytes, defects: list[str]) -> Message:
    """The message of a segment whose length and checksum are right; `defects` are those of its envelope."""
    text, bad_text = to_text(segment)
    fields, area_text, header_defects = parse_header(text)
    dialect = dialect_of(fields)
    device = fields.get("MN") or None
    if reason := _missing(fields, area_text):
        return Message("hj212", dialect, False, reason, device, "damaged", (), (), raw, fields=fields)
    assert area_text is not None
    if bad_text:
        defects.append(bad_text)
    defects += header_defects + _header_defects(fields)
    command = tables().commands.get(fields["CN"], Command("request", None, None, None))
    area = read_area(area_text, command, fields.get("ST"))
    upload = command.ack != "9014" or _is_upload(area)
    readings: tuple[Value, ...] = ()
    if upload and command.period is not None:
        readings = area.values
        defects += area.defects
    all_fields: dict[str, Any] = {**fields, "cp": area.pairs}
    if "QN" in area.pairs:
        all_fields.setdefault("QN", area.pairs["QN"])  # answers of 2005 name their question in the data area
    return Message(
        "hj212",
        dialect,
        True,
        None,
        device,
        command.kind if upload else "request",
        readings,
        tuple(dict.fromkeys(defects)),
        raw,
        wants_ack=bool(_flag(fields) & ANSWER_WANTED) and command.ack is not None and upload,
        fields=all_fields,
    )


def _flag(fields: dict[str, str]) -> int:
    """Flag as a number; 0 where it is none, or more than its eight bits can say."""
    text = fields.get("Flag", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0
    return number if number < 256 else 0


def _is_upload(area: DataArea) -> bool:
    return any(key in tables().upload_keys or "-" in key for key in area.pairs)


def _missing(fields: dict[str, str], area: str | None) -> str | None:
    """The reason why a segment with a right checksum is no message."""
    if not fields.get("MN"):
        return "field: no MN, so the device is not known"
    command = fields.get("CN", "")
    if not (len(command) == 4 and command.isascii() and command.isdigit()):
        return f"field: CN is {command!r}, not four digits"
    if area is None:
        return "field: no data area between CP=&& and &&"
    return None


def _header_defects(fields: dict[str, str]) -> list[str]:
    defects = [f"no {key}" for key in ("QN", "Flag") if key not in fields]
    if "QN" in fields and not _QN.fullmatch(fields["QN"]):
        defects.append("QN is not 17 digits")
    if len(fields.get("ST", "")) != 2:
        defects.append(f"ST={fields.get('ST')} is not 2 characters")
    known = [key for key in fields if key in ORDER]
    if known != sorted(known, key=ORDER.index):
        defects.append("field order differs from the standard")
    if "Flag" in fields and not _flag(fields) and fields["Flag"] != "0":
        defects.append(f"Flag={fields['Flag']} is not 0 to 255")
    packets = "PNUM" in fields and "PNO" in fields
    if packets != bool(_flag(fields) & PACKETS):
        defects.append("Flag D bit disagrees with PNUM/PNO")
    return defects
