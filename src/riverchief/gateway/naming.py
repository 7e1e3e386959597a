"""What the values of a message are called in the store.

    place       the station's code, or `device:<protocol>:<address>`
    property    its code where it is known, else `code:<code as sent>`
                + `.<statistic>` for everything but the value itself (`cod.max`, `cod.min`, `flow.cou`, `cod.zsavg`)
                + `.test` for a test report, which must never stand where a measurement could
    period      as the codec says

The value itself is `avg` of a period and `rtd` of an instant; where one message has both of one property, period and
time, the other one keeps its suffix.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from riverchief.base.readings import Flag, Period, SeriesKey
from riverchief.base.time import to_epoch
from riverchief.cloud.protocols import Message, Value

_MAIN = ("rtd", "avg")


class Named(NamedTuple):
    """One value with the series it belongs to; `time_s` in seconds since 1970 UTC."""

    key: SeriesKey
    unit: str
    time_s: int
    value: float | None
    flag: Flag


def name_values(message: Message, place: str) -> tuple[list[Named], int]:
    """The values of a message that have a time, and the number of those that have none and cannot be kept."""
    timed = [value for value in message.readings if value.time is not None]
    both = _doubled(timed)
    named = [
        Named(
            SeriesKey(place, _property(value, both), value.period),
            value.unit or "",
            to_epoch(value.time),
            value.value,
            value.flag,
        )
        for value in timed
        if value.time is not None
    ]
    return named, len(message.readings) - len(timed)


def _base(value: Value) -> str:
    return value.property or f"code:{value.code}"


def _doubled(values: Iterable[Value]) -> set[tuple[object, ...]]:
    """What has both a real-time value and an average in one message."""
    found: dict[tuple[object, ...], set[str]] = {}
    for value in values:
        if value.statistic in _MAIN:
            found.setdefault((_base(value), value.period, value.time), set()).add(value.statistic)
    return {what for what, statistics in found.items() if len(statistics) > 1}


def _property(value: Value, both: set[tuple[object, ...]]) -> str:
    name = _base(value)
    main: tuple[str, ...] = _MAIN
    if (name, value.period, value.time) in both:
        main = ("rtd",) if value.period is Period.INSTANT else ("avg",)
    if value.statistic not in main:
        name += f".{value.statistic}"
    return f"{name}.test" if value.flag is Flag.TEST else name
