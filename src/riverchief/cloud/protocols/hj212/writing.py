"""Writing HJ 212: uploads as a station sends them, and the answers of a centre (HJ 212-2017 clauses 6.5 and 6.6)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from riverchief.base.errors import InputError, UnknownName
from riverchief.base.readings import Flag, Period
from riverchief.cloud.protocols import crc
from riverchief.cloud.protocols.hj212.frame import SEGMENT_BYTES
from riverchief.cloud.protocols.hj212.tables import Factor, factor_to_send, tables
from riverchief.cloud.protocols.messages import BEIJING, Item, Message

# what Flag says of the version, in its upper six bits
VERSION = {"2005": 0, "2017": 4, "2025": 8, "surface-water": 8}

_COMMAND = {Period.INSTANT: "2011", Period.MINUTE: "2051", Period.HOUR: "2061", Period.DAY: "2031"}


def encode_frame(segment: str) -> bytes:
    r"""A data segment in its envelope: head, length in bytes, checksum, CR LF.

    Raises
    ------
    InputError
        When the segment is longer than the 1024 bytes of the standard.

    >>> encode_frame("QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;"
    ...     "CP=&&RtdInterval=30&&")[-6:]
    b'1C80\r\n'
    """
    data = segment.encode("utf-8")
    if len(data) > SEGMENT_BYTES:
        raise InputError(
            f"an HJ 212 segment of {len(data)} bytes was asked for, at most {SEGMENT_BYTES} fit: send fewer factors.",
            size_bytes=len(data),
        )
    return b"##%04d%b%04X\r\n" % (len(data), data, crc.hj212(data))


def encode_upload(
    items: Iterable[Item],
    *,
    device: str,
    at: datetime,
    sent_at: datetime,
    period: Period = Period.INSTANT,
    dialect: str = "2017",
    system: str = "21",
    password: str = "123456",  # noqa: S107  (the standard's own sample; it goes in clear with every frame)
    ack: bool = True,
    interval_s: int = 0,
    back_filled: bool = False,
) -> bytes:
    """A data upload of a station: 2011 of an instant, 2051 of minutes, 2061 of an hour, 2031 of a day.

    Parameters
    ----------
    items : iterable of Item
        Values of one time. Items of one name (minimum, average, maximum) become one item of the frame.
    device : str
        MN.
    at : datetime
        Aware. The moment of an instant, the *end* of a period; the frame carries its start, as the standard wants.
    sent_at : datetime
        Aware; becomes QN, to the millisecond.
    period : Period
        instant, minute, hour or day.
    dialect : str
        "2005", "2017", "2025" or "surface-water". 2005 sends its old codes, and neither QN nor Flag without `ack`.
    system, password : str
        ST and PW.
    ack : bool
        Whether an answer is wanted (bit A of Flag).
    interval_s : int
        Length of a minute period [s], one of the standard's 1 … 30 min; sent along as MinInterval.
    back_filled : bool
        Marks data sent later (RF=1, 2025 only).

    Raises
    ------
    UnknownName
        A name without a code, or an unknown dialect.
    InputError
        A value or flag that cannot be sent, a period without a command, or too many items for one frame.
    """
    if dialect not in VERSION:
        raise UnknownName("HJ 212 dialect", dialect, VERSION)
    if period not in _COMMAND:
        raise InputError(f"HJ 212 has no upload of period {period.value!r}; it has {', '.join(_COMMAND)}.")
    command = _COMMAND[period]
    area = [f"DataTime={_start(at, period, interval_s):%Y%m%d%H%M%S}"]
    if period is Period.MINUTE:
        area.append(f"MinInterval={interval_s // 60}")
    grouped: dict[str, list[Item]] = {}
    for item in items:
        grouped.setdefault(item.name, []).append(item)
    area += [_area_item(same, dialect, period) for same in grouped.values()]
    with_dialogue = ack or dialect != "2005"
    header = {
        "QN": _qn(sent_at) if with_dialogue else "",
        "ST": system,
        "CN": command,
        "PW": password,
        "MN": device,
        "Flag": str(VERSION[dialect] | ack) if with_dialogue else "",
        "RF": "1" if back_filled and dialect == "2025" else "",
    }
    return encode_frame(_segment(header, ";".join(area)))


def acknowledge(message: Message, now: datetime, *, echo: bool = False) -> bytes | None:
    """The answer 9014 to data, 9013 to a notice or heartbeat, 9022 to a login; None where none is wanted.

    Parameters
    ----------
    message : Message
        An upload with bit A of Flag.
    now : datetime
        Not used: the answer carries the QN of what it answers.
    echo : bool
        Keep the device's ST and Flag, as many servers in the field do, in place of 91 and the bare version.

    Notes
    -----
    From 2017 on the QN stands before an empty data area. 2005 puts it inside, and its samples of 9013 carry no Flag.
    """
    if not (message.valid and message.wants_ack):
        return None
    fields = message.fields
    answer = tables().commands[fields["CN"]].ack
    if answer is None:
        return None
    header = {
        "QN": fields.get("QN", ""),
        "ST": fields.get("ST", "91") if echo else "91",
        "CN": answer,
        "PW": fields.get("PW", ""),
        "MN": fields["MN"],
        "Flag": fields.get("Flag", "") if echo else str(VERSION[message.dialect]),
    }
    if message.dialect == "2005" and not echo:
        header["Flag"] = ""
        number = header.pop("QN")
        segment = _segment(header, f"QN={number}" if number else "")
    else:
        segment = _segment(header, "")
    # a device that names itself in a thousand characters gets no answer
    return encode_frame(segment) if len(segment.encode("utf-8")) <= SEGMENT_BYTES else None


def _segment(header: dict[str, str], area: str) -> str:
    return "".join(f"{key}={text};" for key, text in header.items() if text) + f"CP=&&{area}&&"


def _qn(at: datetime) -> str:
    local = at.astimezone(BEIJING)
    return f"{local:%Y%m%d%H%M%S}{local.microsecond // 1000:03d}"


def _start(at: datetime, period: Period, interval_s: int) -> datetime:
    """The local DataTime of a stamp: the moment, or the start of the period that it closes."""
    if period is Period.MINUTE and (interval_s % 60 or not 60 <= interval_s <= 1800):
        raise InputError(
            f"a minute period of {interval_s} s was asked for; HJ 212 knows whole minutes from 1 to 30.",
            interval_s=interval_s,
        )
    length = tables().commands[_COMMAND[period]].length_s or (interval_s if period is Period.MINUTE else 0)
    return at.astimezone(BEIJING) - timedelta(seconds=length)


def _area_item(items: list[Item], dialect: str, period: Period) -> str:
    """`code-Rtd=1.2,code-Flag=N` of one factor."""
    factor = factor_to_send(items[0].name)
    code = factor.code_2005 if dialect == "2005" and factor.code_2005 else factor.code
    parts = []
    for item in items:
        statistic = item.statistic or ("rtd" if period is Period.INSTANT else "avg")
        suffix = tables().suffix_of.get(statistic)
        if suffix is None:
            raise UnknownName("HJ 212 statistic", statistic, tables().suffix_of)
        parts.append(f"{code}-{suffix}={_number(item, factor, statistic)}")
    if items[0].flag is not Flag.MISSING:  # said by the empty value
        letter = tables().letters.get(items[0].flag)
        if letter is None:
            raise InputError(f"HJ 212 has no flag for {items[0].flag.name!r} of {items[0].name}.", flag=items[0].flag)
        parts.append(f"{code}-Flag={letter}")
    return ",".join(parts)


def _number(item: Item, factor: Factor, statistic: str) -> str:
    if item.value is None or item.flag is Flag.MISSING:
        return ""
    if not math.isfinite(item.value):
        raise InputError(f"{item.name} is {item.value}, which no frame can say.", name=item.name)
    is_property = item.name == factor.property and statistic in {"rtd", "min", "avg", "max"}
    return f"{Decimal(repr(float(item.value))) / (factor.scale if is_property else 1):f}"
