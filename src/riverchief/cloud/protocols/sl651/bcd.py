"""Numbers and times as SL 651 writes them: decimal digits, two to a byte, no point (clause 6.6.2)."""

from __future__ import annotations

from datetime import datetime

from riverchief.base.errors import InputError
from riverchief.cloud.protocols.messages import BEIJING

# one camera maker's way of saying that there is no value
SENTINEL = ("9999999", 3)


def read_number(data: bytes, decimals: int) -> str | None:
    """The number as decimal text, None where the station says that it has none.

    All F means no data, all A means it in the field, and so does 9999.999. A leading FF, or FF0 before an odd number
    of digits, is the minus sign.

    Raises
    ------
    ValueError
        When other nibbles than digits are among them.

    >>> read_number(bytes.fromhex("FF00000172"), 2)
    '-1.72'
    """
    text = data.hex()
    if set(text) in ({"f"}, {"a"}):
        return None
    sign = ""
    if text.startswith("ff"):
        sign, text = "-", text[2:]
    zero = not text.strip("0")
    if not text.isdigit() or (sign and zero and len(text) == 2):  # FF00 is no zero below zero, but half a "no data"
        raise ValueError(f"{data.hex()} is no decimal number")
    if (text.lstrip("0"), decimals) == SENTINEL:
        return None
    text = text.rjust(decimals + 1, "0")
    point = len(text) - decimals
    number = f"{text[:point].lstrip('0') or '0'}.{text[point:]}" if decimals else text.lstrip("0") or "0"
    return number if zero else sign + number


def write_number(scaled: int, digits: int) -> bytes:
    """A whole number, already multiplied with ten to its decimals, in the digits of its element.

    Raises
    ------
    InputError
        When it has more digits than the element.
    """
    text = str(abs(scaled)).rjust(digits, "0")
    if len(text) > digits:
        raise InputError(f"{scaled} has more than the {digits} digits of its element.", digits=digits)
    if scaled < 0:
        return bytes.fromhex(("ff0" if digits % 2 else "ff") + text)
    return bytes.fromhex(("0" if digits % 2 else "") + text)


def read_time(data: bytes) -> datetime | None:
    """YYMMDDhhmm, or YYMMDDhhmmss, of Beijing time; None where it is no date.

    Years are 2000 to 2099: a station that starts in 59 or 99 has lost its clock and is better ahead of ours, where
    it is put aside, than behind it, where it would pass for history.
    """
    text = data.hex()
    if not text.isdigit():
        return None
    year, month, day, hour, minute, *seconds = (int(text[k : k + 2]) for k in range(0, len(text), 2))
    try:
        return datetime(2000 + year, month, day, hour, minute, sum(seconds), tzinfo=BEIJING)
    except ValueError:
        return None


def write_time(at: datetime, *, seconds: bool) -> bytes:
    """Beijing time as YYMMDDhhmm, with `seconds` as YYMMDDhhmmss."""
    local = at.astimezone(BEIJING)
    return bytes.fromhex(f"{local:%y%m%d%H%M%S}" if seconds else f"{local:%y%m%d%H%M}")
