"""What every codec gives back: a message with its readings, or with the reason why it is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

from riverchief.base.readings import Flag, Period

# Stations keep Beijing time, which has no summer time: a fixed offset, not the zone's history.
BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")

# The first word of a reason: what is wrong with a frame that is not valid.
REASONS = ("checksum", "length", "head", "tail", "field", "truncated", "too_long")

_EMPTY: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a message.

    Parameters
    ----------
    code : str
        The code as it was sent (HJ 212) or the element's letters (SL 651), for example "w21011" or "Z".
    property : str or None
        Code of the property in `riverchief.base.units`, None where the code has none.
    value : float or None
        In `unit`; None where the station sent no number.
    unit : str or None
        The property's unit; without a property the unit that the standard prints; None where it is unknown.
    flag : Flag
        The station's own word on the value. It beats the value beside it.
    time : datetime or None
        Aware, at +08:00. A period is stamped at its end; None where the frame does not say.
    period : Period
        What the value stands for in time.
    statistic : str
        The suffix of HJ 212 in small letters: "rtd", "min", "avg", "max", "cou", "zsrtd", … Only "rtd" and "avg"
        are the value of the property itself; SL 651 values are always "rtd".
    """

    code: str
    property: str | None
    value: float | None
    unit: str | None
    flag: Flag
    time: datetime | None
    period: Period
    statistic: str = "rtd"


@dataclass(frozen=True, slots=True)
class Message:
    """One event of a stream: a valid frame, a damaged one, or bytes that are no frame.

    Parameters
    ----------
    protocol : str
        "hj212" or "sl651"; of bytes that are no frame the protocol that they look like, else "unknown".
    dialect : str
        "2005", "2017", "2025" or "surface-water" of HJ 212, "2014" of SL 651, empty where it cannot be told.
    valid : bool
        Length, checksum and structure are right.
    reason : str or None
        Why it is not valid, a sentence that begins with one of `REASONS` and a colon; None when valid.
    device : str or None
        The MN as sent, or the station address as ten hexadecimal capitals. Of a damaged frame as far as readable.
    kind : str
        What the frame is for, for example "realtime", "hour", "timed", "heartbeat", "ack"; "damaged" or "noise".
    readings : tuple of Value
        Always empty when not valid.
    defects : tuple of str
        Deviations from the standard that did not keep the frame from being read.
    raw : bytes
        The bytes, from the head to the tail.
    wants_ack : bool
        The station waits for an acknowledgement and `acknowledge` has one.
    fields : mapping
        The rest of the frame by the names of its standard.
    """

    protocol: str
    dialect: str
    valid: bool
    reason: str | None
    device: str | None
    kind: str
    readings: tuple[Value, ...]
    defects: tuple[str, ...]
    raw: bytes
    wants_ack: bool = False
    fields: Mapping[str, Any] = field(default_factory=lambda: _EMPTY)


@dataclass(frozen=True, slots=True)
class Damage:
    """What a codec reads where a frame began well and went wrong; its bytes are looked through again.

    Parameters
    ----------
    size : int or None
        How long the frame is by its own word [bytes], if something stands at that place that does end a frame. None
        where nothing does: then its bytes reach to the next head.
    """

    size: int | None


@dataclass(frozen=True, slots=True)
class Item:
    """One value to be sent.

    Parameters
    ----------
    name : str
        Code of a property in `riverchief.base.units`, or a code of the protocol.
    value : float or None
        In the property's unit, or in the unit that the standard prints for the code; None sends "no data".
    flag : Flag
        Sent as the protocol's own flag; SL 651 has none and sends "no data" for what is not a measurement.
    statistic : str
        HJ 212 only: "rtd" for instants, "avg" (the default of a period), "min", "max", "cou".
    """

    name: str
    value: float | None
    flag: Flag = Flag.OK
    statistic: str = ""


def as_json(message: Message) -> dict[str, Any]:
    """A message as `riverchief decode --json` prints it: times in ISO 8601 at +08:00, bytes in hexadecimal."""
    return {
        "protocol": message.protocol,
        "dialect": message.dialect,
        "valid": message.valid,
        "reason": message.reason,
        "device": message.device,
        "kind": message.kind,
        "readings": [
            {
                "code": value.code,
                "property": value.property,
                "value": value.value,
                "unit": value.unit,
                "flag": value.flag.name.lower(),
                "time": value.time.isoformat() if value.time else None,
                "period": value.period.value,
                "statistic": value.statistic,
            }
            for value in message.readings
        ],
        "defects": list(message.defects),
        "raw": message.raw.hex(),
    }
