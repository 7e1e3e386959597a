"""Channels over which people are told: one Protocol, one table, and entry points for those of others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, Literal, Protocol

from riverchief.base.errors import RiverError, UnknownName

GROUP = "riverchief.channels"
OURS = ("wecom", "dingtalk", "feishu", "email", "sms")  # also the order in which they are tried
Receipt = Literal["sent", "delivered", "read", "failed"]


class Undelivered(RiverError):
    """A channel did not take a message; `lasting` where trying again would change nothing."""

    code = "message.undelivered"

    def __init__(self, sentence: str, *, lasting: bool = False, **data: Any) -> None:
        super().__init__(sentence, **data)
        self.lasting = lasting


@dataclass(frozen=True)
class Letter:
    """What is sent: the words, a page to open where the site can be reached, fields for gateways with templates."""

    text: str
    title: str = ""
    link: str = ""
    key: str = ""
    fields: tuple[tuple[str, str], ...] = ()


class Channel(Protocol):
    """One way to reach people."""

    def send(self, address: str, letter: Letter) -> str:
        """Send to an address of this channel; gives the channel's own name of it. `Undelivered` where it fails."""
        ...

    def receipt(self, reference: str, address: str) -> Receipt:
        """What became of it; "sent" where this channel tells no more."""
        ...


Maker = Callable[[dict[str, Any]], Channel]


@lru_cache(maxsize=1)
def makers() -> dict[str, Maker]:
    """How each channel is made of its settings; a channel of others may not take a name of ours."""
    found: dict[str, Maker] = {point.name: point.load() for point in entry_points(group=GROUP)}
    return found | {name: import_module(f"{__name__}.{name}").make for name in OURS}


def make(name: str, settings: dict[str, Any]) -> Channel:
    """A channel with its settings.

    Raises
    ------
    UnknownName, InputError
        When there is no such channel, or a setting is missing or not known.
    """
    if name not in makers():
        raise UnknownName("channel", name, makers())
    return makers()[name](settings)
