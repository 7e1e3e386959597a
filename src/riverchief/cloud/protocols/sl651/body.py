"""The body of an SL 651 frame: serial number, times, stations, elements (SL 651-2014 clauses 6.3 and 6.6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from riverchief.base.readings import Flag, Period
from riverchief.base.units import PROPERTIES
from riverchief.cloud.protocols.messages import Value
from riverchief.cloud.protocols.sl651 import hourly
from riverchief.cloud.protocols.sl651.bcd import read_number, read_time
from riverchief.cloud.protocols.sl651.tables import LEVEL_BLOCKS, RAIN_BLOCK, STATUS, Element, Function, tables

HEADER_BYTES = 8  # serial number and send time
TEST, HOURLY = 0x30, 0x34

TIME, STATION, TEXT, PICTURE, BATCH = 0xF0, 0xF1, 0xF2, 0xF3, 0xFD
STEP_CODE, USER = 0x04, 0xFF


@dataclass
class Body:
    """What a body holds; `reason` where it is none."""

    fields: dict[str, Any] = field(default_factory=dict)
    values: list[Value] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    reason: str | None = None


@dataclass
class _Block:
    """Twelve groups of five minutes, whose times are known only when the whole body is read."""

    lead: int
    time: datetime
    groups: list[int | None]
    place: int  # where its values belong among the others


def read_packet(content: bytes, number: int, function: Function, station: str) -> Body:
    """One packet of several (M3): three bytes say of how many and which; only the first has a header."""
    if len(content) < 3:
        return Body(reason=f"field: {len(content)} bytes are too few for the packet numbers")
    total, packet = content[0] << 4 | content[1] >> 4, (content[1] & 0x0F) << 8 | content[2]
    body = Body()
    if packet == 1:
        body = read_body(content[3:], number, function, station, down=False)
    else:
        body.fields["data"] = content[3:]
    body.fields |= {"packets": total, "packet": packet}
    return body


def read_body(content: bytes, number: int, function: Function, station: str, *, down: bool) -> Body:
    """Read a body.

    Parameters
    ----------
    content : bytes
        What stands between the start and the end character.
    number : int
        The function code.
    function : Function
        What the table says of it.
    station : str
        The address in the frame's header.
    down : bool
        From the centre: nothing behind the header is read.
    """
    if len(content) < HEADER_BYTES:
        return Body(reason=f"field: a body of {len(content)} bytes has no serial number and time")
    sent = read_time(content[2:HEADER_BYTES])
    body = Body({"serial": int.from_bytes(content[:2], "big"), "sent_at": sent})
    if sent is None:
        body.defects.append(f"send time {content[2:HEADER_BYTES].hex()} is no date")
    if down:
        body.fields["data"] = content[HEADER_BYTES:]
        return body
    reader = _Reader(content, number, function, station, sent, body)
    if function.body == "elements":
        reader.elements()
        reader.place_blocks()
    elif function.body != "none":
        reader.station_only()
        rest = content[reader.at :]
        if function.body == "counters":
            body.fields["counters"] = [int.from_bytes(rest[k : k + 2], "big") for k in range(0, len(rest) - 1, 2)]
        else:
            body.fields["data"] = rest
    return body


class _Reader:
    """Walks through a body. The place `at` only moves on, and every step checks that the bytes are there."""

    def __init__(
        self, content: bytes, number: int, function: Function, station: str, sent: datetime | None, body: Body
    ) -> None:
        self.content = content
        self.number = number
        self.function = function
        self.station = station
        self.sent = sent
        self.body = body
        self.at = HEADER_BYTES
        self.time = sent
        self.own = True  # the values are those of the frame's station
        self.foreign: dict[str, int] = {}
        self.step: timedelta | None = None
        self.blocks: list[_Block] = []

    def defect(self, text: str) -> None:
        self.body.defects.append(text)

    def take(self, size: int) -> bytes | None:
        """The next bytes, None where they are not there."""
        if len(self.content) < self.at + size:
            return None
        self.at += size
        return self.content[self.at - size : self.at]

    def station_only(self) -> None:
        """Read the station that stands before the data of an answer."""
        if self.content[self.at : self.at + 2] == bytes((STATION, STATION)) and len(self.content) >= self.at + 7:
            self.at += 2
            self.read_station()

    def elements(self) -> None:
        """Read identifiers and values to the end, or to where they can no longer be told apart."""
        while self.at < len(self.content):
            begin = self.at
            identifier = self.take(2)
            if identifier is not None and identifier[0] == USER:
                second = self.take(1)
                identifier = identifier + second if second else None
            if identifier is None or not self.element(identifier):
                self.defect(f"truncated element {self.content[begin : begin + 1].hex().upper()}")
                break
        for station, count in self.foreign.items():
            self.defect(f"{count} values belong to station {station}, not to the frame's station")

    def element(self, identifier: bytes) -> bool:
        """Read one element; False where its bytes are not there."""
        lead, definition = identifier[0], identifier[-1]
        if lead == TIME and definition == TIME:
            return self.read_time()
        if lead == STATION and definition == STATION:
            return self.read_station()
        if lead in {TEXT, PICTURE, BATCH}:
            return self.read_rest(lead)
        if lead == RAIN_BLOCK or lead in LEVEL_BLOCKS:
            return self.read_block(lead, definition)
        if lead == STEP_CODE:
            return self.read_step(definition)
        return self.read_values(identifier)

    def read_time(self) -> bool:
        data = self.take(5)
        if data is None:
            return False
        self.time = read_time(data)
        if self.time is None:
            self.defect(f"observation time {data.hex()} is no date")
        return True

    def read_station(self) -> bool:
        data = self.take(5)
        if data is None:
            return False
        station = data.hex().upper()
        stations: list[str] = self.body.fields.setdefault("stations", [])
        stations.append(station)
        # with one station the header's address counts, though it may differ; a second one is another station
        self.own = len(stations) == 1 or station == self.station
        if self.own and station != self.station:
            self.defect(f"station {station} in the body, {self.station} in the header")
        if self.function.has_class:
            return self.read_class()
        return True

    def read_class(self) -> bool:
        if self.content[self.at : self.at + 1] == bytes((TIME,)):
            self.defect("no station class")
            return True
        data = self.take(1)
        if data is None:
            return False
        letter = next((letter for letter, byte in tables().classes.items() if byte == data[0]), None)
        if letter is None:
            self.defect(f"station class {data.hex().upper()} is not known")
        self.body.fields.setdefault("class", letter)
        return True

    def read_rest(self, lead: int) -> bool:
        """Text, a picture or a batch: all the rest of the body."""
        data = self.take(len(self.content) - self.at) or b""
        if lead == TEXT:
            self.body.fields["text"] = data.decode("ascii", "backslashreplace")
        else:
            self.body.fields["picture" if lead == PICTURE else "batch"] = data
        return True

    def read_block(self, lead: int, definition: int) -> bool:
        """Twelve groups: rain in one byte each, levels in two; the standard fixes that, not the definition byte."""
        width = 1 if lead == RAIN_BLOCK else 2
        if definition != hourly.GROUPS * width << 3:
            self.defect(f"{lead:02X} definition byte {definition:02X}")
        data = self.take(hourly.GROUPS * width)
        if data is None:
            return False
        numbers = [int.from_bytes(data[k : k + width], "big") for k in range(0, len(data), width)]
        none = (1 << 8 * width) - 1
        groups = [None if number == none else number for number in numbers]
        if self.time is not None and self.keep(tables().elements[lead].code):
            self.blocks.append(_Block(lead, self.time, groups, len(self.body.values)))
        return True

    def read_step(self, definition: int) -> bool:
        """The step between the values of a series: days, hours, minutes."""
        data = self.take(definition >> 3)
        if data is None:
            return False
        text = data.hex()
        if len(data) == 3 and text.isdigit():
            self.step = timedelta(days=int(text[:2]), hours=int(text[2:4]), minutes=int(text[4:]))
        else:
            self.defect(f"time step {text} is none")
        return True

    def read_values(self, identifier: bytes) -> bool:
        """The value behind an identifier, or all the values of a series."""
        size, decimals = identifier[-1] >> 3, identifier[-1] & 7
        element = tables().elements.get(identifier[0]) if identifier[0] != USER else None
        code = element.code if element else identifier[:-1].hex().upper()
        if size == 0:
            self.defect(f"{code} has no bytes")
            return True
        if element and element.lead != STATUS and decimals != element.decimals:
            self.defect(f"{code} decimals {decimals} != table {element.decimals}")
        series = self.step is not None and self.function.series
        count = max((len(self.content) - self.at) // size, 1) if series else 1
        for k in range(count):
            data = self.take(size)
            if data is None:
                return False
            self.add(code, element, data, decimals, self.time_of(k))
        return True

    def time_of(self, k: int) -> datetime | None:
        """The time of value `k` of a series; None without a time, or beyond all dates."""
        try:
            return self.time + k * (self.step or timedelta()) if self.time else None
        except OverflowError:
            return None

    def add(self, code: str, element: Element | None, data: bytes, decimals: int, time: datetime | None) -> None:
        if not self.keep(code):
            return
        if element and element.lead == STATUS:
            word = int.from_bytes(data, "big")
            self.body.fields["status"] = word
            self.value(code, element, float(word), time)
            return
        try:
            text = read_number(data, decimals)
        except ValueError:
            self.defect(f"{code} value {data.hex().upper()} is damaged")
            return
        scale = element.scale if element else Decimal(1)
        self.value(code, element, None if text is None else float(Decimal(text) * scale), time)

    def keep(self, code: str) -> bool:
        """Whether a value belongs to the frame's station; others are counted."""
        if not self.own:
            station = self.body.fields["stations"][-1]
            self.foreign[station] = self.foreign.get(station, 0) + 1
        return self.own

    def value(self, code: str, element: Element | None, number: float | None, time: datetime | None) -> None:
        """Keep one reading. A test report is for the test database, whatever it says."""
        flag = Flag.TEST if self.number == TEST else Flag.MISSING if number is None else Flag.OK
        name = element.property if element else None
        unit = PROPERTIES[name].unit if name else element.unit if element else None
        period = element.period if element else Period.INSTANT
        self.body.values.append(Value(code, name, number, unit, flag, time, period))

    def place_blocks(self) -> None:
        """Give the groups of the blocks their times, all blocks under one observation time alike."""
        after = self.body.values
        before, self.body.values = list(after), []
        done = 0
        for block in self.blocks:
            self.body.values += before[done : block.place]
            done = block.place
            filled = [hourly.last_filled(other.groups) for other in self.blocks if other.time == block.time]
            sent = self.sent if self.number == HOURLY else None
            first, happened = hourly.alignment(block.time, sent, filled)
            element = tables().elements[block.lead]
            for k, group in enumerate(block.groups):
                known = group is not None and k < happened
                number = float(f"{group}e-{element.decimals}") if known else None
                self.value(element.code, element, number, first + k * hourly.STEP)
        self.body.values += before[done:]
