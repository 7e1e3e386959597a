"""The rules of messages as data: which event tells whom, when nobody is woken, how often is tried again."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from riverchief.base.time import CHINA


@dataclass(frozen=True)
class Tell:
    """One row: on such an event, these receivers get that text."""

    on: str
    to: tuple[str, ...]
    text: str
    when: dict[str, Any] = field(default_factory=dict)
    robots: str = ""  # the text for groups

    def fits(self, kind: str, facts: dict[str, Any]) -> bool:
        """Whether an event is one of these."""
        return kind == self.on and all(facts.get(name) == wanted for name, wanted in self.when.items())


@dataclass(frozen=True)
class Quiet:
    """Hours in which nothing is sent, local time; `start == end` means none."""

    start: time
    end: time
    except_severity: int
    document: str = ""
    confirmed: bool = False

    def until(self, at: datetime, severity: int, zone: ZoneInfo = CHINA) -> datetime:
        """When a message of this severity may go [UTC]: at once, or when the quiet hours end."""
        here = at.astimezone(zone)
        clock = here.time()
        overnight = self.start > self.end
        within = (clock >= self.start or clock < self.end) if overnight else self.start <= clock < self.end
        if severity >= self.except_severity or not within:
            return at
        day = here.date() + timedelta(days=int(overnight and clock >= self.start))
        return datetime.combine(day, self.end, zone).astimezone(UTC)


@cache
def _data(name: str) -> dict[str, Any]:
    text = resources.files(__package__).joinpath("data", name).read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def table() -> tuple[Tell, ...]:
    """Every row that ships with riverchief."""
    return tuple(Tell(**{**row, "to": tuple(row["to"])}) for row in _data("events.toml")["tell"])


def kinds() -> tuple[str, ...]:
    """Kinds of events that tell somebody, in the order of the table."""
    return tuple(dict.fromkeys(row.on for row in table()))


def quiet() -> Quiet:
    """The quiet hours that hold for whoever has set none."""
    row = _data("events.toml")["quiet"]
    return Quiet(row["from"], row["to"], row["except_severity"], row["document"], row["confirmed"])


def retry_after_s() -> tuple[int, ...]:
    """Waits between the tries on one channel [s]."""
    return tuple(_data("events.toml")["retry"]["after_s"])


def texts() -> dict[str, Any]:
    """Every text, by key, in both languages."""
    return _data("texts.toml")
