"""What a codec is, and which ones are installed.

A codec owns no socket, clock, log or database. It finds heads, reads one frame at a place, explains a frame that is
damaged, and writes the acknowledgement. Splitting a stream is the work of `stream`, the same for all codecs.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from importlib.metadata import entry_points
from typing import Protocol, cast

from riverchief.cloud.protocols import hj212, sl651
from riverchief.cloud.protocols.messages import Damage, Message

ENTRY_POINTS = "riverchief.codecs"


class Codec(Protocol):
    """A module (or object) that speaks one protocol."""

    NAME: str  # the protocol's name in a `Message`
    HEAD: re.Pattern[bytes]  # matches at the first byte of a plausible head, and nowhere by chance
    HEAD_BYTES: int  # how many bytes HEAD looks at, at most

    def read(self, data: bytes | bytearray, start: int, *, final: bool) -> Message | Damage | None:
        """Read the frame whose head is at `start`; None asks for more bytes, and never where `final`."""
        ...

    def explain(self, raw: bytes) -> Message:
        """The message of a damaged frame, with its reason; `raw` begins with a head."""
        ...

    def acknowledge(self, message: Message, now: datetime) -> bytes | None:
        """The answer that the station waits for, None where it waits for none."""
        ...


@cache
def codecs() -> tuple[Codec, ...]:
    """The codecs of this installation: HJ 212 and SL 651, then those that other packages bring by entry point."""
    own: dict[str, Codec] = {"hj212": cast("Codec", hj212), "sl651": cast("Codec", sl651)}
    for point in entry_points(group=ENTRY_POINTS):
        if point.name not in own:
            own[point.name] = point.load()
    return tuple(own.values())
