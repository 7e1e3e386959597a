"""Writing SL 651: reports as a station sends them, and the answer of a centre (SL 651-2014 clauses 6.2 to 6.6)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from riverchief.base.errors import InputError, UnknownName
from riverchief.base.readings import Flag
from riverchief.cloud.protocols import crc
from riverchief.cloud.protocols.messages import Item, Message
from riverchief.cloud.protocols.sl651.bcd import write_number, write_time
from riverchief.cloud.protocols.sl651.frame import ACK, ESC, ETB, ETX
from riverchief.cloud.protocols.sl651.hourly import GROUPS, STEP
from riverchief.cloud.protocols.sl651.tables import Element, element_to_send, tables

TEST, TIMED, ADDED, HOURLY = 0x30, 0x32, 0x33, 0x34
_KEEP_ALIVE = 0x2F
_STX = 0x02
_BODY_MAX = 0x0FFF
_RAIN_MAX_MM = 25.4


def encode_report(
    items: Iterable[Item],
    *,
    station: str,
    observed_at: datetime,
    sent_at: datetime,
    serial: int,
    function: int = TIMED,
    station_class: str = "H",
    centre: int = 1,
    password: str = "0000",  # noqa: S107  (in clear in every frame)
    rain_5min_mm: Sequence[float | None] | None = None,
    level_5min_m: Sequence[float | None] | None = None,
) -> bytes:
    """A report of one station: test 30H, timed 32H, added 33H or hourly 34H.

    Parameters
    ----------
    items : iterable of Item
        Values of the observation time, in the property's unit; rounded to the decimals of the standard's table. A
        value of None, or with another flag than "ok", is sent as "no data".
    station : str
        Ten hexadecimal characters.
    observed_at, sent_at : datetime
        Aware. Of an hourly report the end of the hour.
    serial : int
        1 to 65535.
    function : int
        0x30, 0x32, 0x33 or 0x34.
    station_class : str
        P rain, H river, K reservoir, Z gate, D pumps, T tide, M soil, G groundwater, Q quality, I intake, O outlet.
    centre : int
        1 to 255.
    password : str
        Four hexadecimal characters.
    rain_5min_mm, level_5min_m : sequence of 12 float or None
        Hourly only: the twelve rains [mm, up to 25.4] and levels above the station's base [m] of the hour.

    Raises
    ------
    InputError
        A value that does not fit its element, or an address that is none.
    UnknownName
        A name without an element, or an unknown class.
    """
    if station_class not in tables().classes:
        raise UnknownName("SL 651 station class", station_class, tables().classes)
    address = _hex(station, 5, "station address")
    body = _serial(serial) + write_time(sent_at, seconds=True)
    body += b"\xf1\xf1" + address + bytes((tables().classes[station_class],))
    blocks = b""
    if rain_5min_mm is not None:
        blocks += b"\xf4\x60" + _block(rain_5min_mm, 1, Decimal("0.1"), _RAIN_MAX_MM)
    if level_5min_m is not None:
        blocks += b"\xf5\xc0" + _block(level_5min_m, 2, Decimal("0.01"), 655.34)
    if blocks:
        if function != HOURLY:
            raise InputError(f"function {function:02X} cannot carry twelve groups of five minutes; 34 can.")
        body += b"\xf0\xf0" + write_time(observed_at - (GROUPS - 1) * STEP, seconds=False) + blocks
    body += b"\xf0\xf0" + write_time(observed_at, seconds=False)
    body += b"".join(_element(item) for item in items)
    return _up(function, centre, address, password, body)


def encode_keep_alive(
    *,
    station: str,
    sent_at: datetime,
    serial: int,
    centre: int = 1,
    password: str = "0000",  # noqa: S107
) -> bytes:
    """The keep-alive 2FH, which nobody answers; the serial number is that of the last report."""
    body = _serial(serial) + write_time(sent_at, seconds=True)
    return _up(_KEEP_ALIVE, centre, _hex(station, 5, "station address"), password, body)


def acknowledge(message: Message, now: datetime) -> bytes | None:
    """The answer of mode M2: serial number and time of the centre; None where none is wanted.

    Notes
    -----
    After the last packet of a report ESC keeps the station on line; after one that others follow ACK asks for them.
    Of several packets in one go (M3) the standard wants one answer that names what is missing. A single message does
    not know that, so packets of M3 are not answered.
    """
    if not (message.valid and message.wants_ack):
        return None
    raw = message.raw
    body = raw[14:16] + write_time(now, seconds=True)
    end = ACK if raw[-3] == ETB else ESC
    head = b"\x7e\x7e" + raw[3:8] + raw[2:3] + raw[8:11] + (0x8000 | len(body)).to_bytes(2, "big")
    return _closed(head + bytes((_STX,)) + body + bytes((end,)))


def _up(function: int, centre: int, address: bytes, password: str, body: bytes) -> bytes:
    if not 1 <= centre <= 0xFF:
        raise InputError(f"centre {centre} was asked for, SL 651 has 1 to 255.", centre=centre)
    if len(body) > _BODY_MAX:
        raise InputError(f"an SL 651 body of {len(body)} bytes was asked for, at most {_BODY_MAX} fit.")
    head = b"\x7e\x7e" + bytes((centre,)) + address + _hex(password, 2, "password") + bytes((function,))
    return _closed(head + len(body).to_bytes(2, "big") + bytes((_STX,)) + body + bytes((ETX,)))


def _closed(frame: bytes) -> bytes:
    return frame + crc.modbus(frame).to_bytes(2, "big")


def _serial(number: int) -> bytes:
    if not 1 <= number <= 0xFFFF:
        raise InputError(f"serial number {number} was asked for, SL 651 has 1 to 65535.", serial=number)
    return number.to_bytes(2, "big")


def _hex(text: str, size: int, what: str) -> bytes:
    try:
        data = bytes.fromhex(text)
    except ValueError:
        data = b""
    if len(data) != size:
        raise InputError(f"{what} {text!r} is not {2 * size} hexadecimal characters.", text=text)
    return data


def _element(item: Item) -> bytes:
    """Identifier, definition byte and value of one element."""
    element = element_to_send(item.name)
    if item.value is None or item.flag is not Flag.OK:
        value = b"\xff" * ((element.digits + 1) // 2)
    else:
        value = write_number(_scaled(item, element), element.digits)
    return bytes((element.lead, len(value) << 3 | element.decimals)) + value


def _scaled(item: Item, element: Element) -> int:
    """The value as a whole number of the element's last decimal."""
    assert item.value is not None
    if not math.isfinite(item.value):
        raise InputError(f"{item.name} is {item.value}, which no frame can say.", name=item.name)
    scale = element.scale if item.name == element.property else Decimal(1)
    number = Decimal(repr(float(item.value))) / scale
    return int(number.scaleb(element.decimals).quantize(Decimal(1), ROUND_HALF_UP))


def _block(groups: Sequence[float | None], width: int, step: Decimal, most: float) -> bytes:
    if len(groups) != GROUPS:
        raise InputError(f"an hour has {GROUPS} groups of five minutes, {len(groups)} were given.", n=len(groups))
    data = b""
    for group in groups:
        if group is None:
            data += b"\xff" * width
            continue
        if not 0 <= group <= most:
            raise InputError(f"a group of five minutes is {group}, it can be 0 to {most}.", value=group)
        data += int((Decimal(repr(float(group))) / step).quantize(Decimal(1), ROUND_HALF_UP)).to_bytes(width, "big")
    return data
