"""Where a key stands in the text of a TOML file: the parser keeps no lines, and a fault without one is hard to find."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEAD = re.compile(r"\s*\[\[\s*(?P<many>[\w.-]+)\s*\]\]|\s*\[\s*(?P<one>[\w.-]+)\s*\]")
_KEY = re.compile(r"\s*[\"']?(?P<key>[\w-]+)[\"']?\s*=\s*(?P<value>.*)")
_LONG = ('"""', "'''")


@dataclass(frozen=True)
class Spot:
    """A line of a file, and where it is known the column at which the text of a value begins; both count from 1."""

    line: int
    column: int | None = None

    def __str__(self) -> str:
        return f"line {self.line}" if self.column is None else f"line {self.line}, column {self.column}"


class Lines:
    """Lines of the tables and keys of a TOML text that has already been read without a fault.

    Parameters
    ----------
    text : str
        The whole file.
    """

    def __init__(self, text: str) -> None:
        self._spots: dict[tuple[str, int, str], Spot] = {}
        table, counts = ("", 0), dict[str, int]()
        until = ""  # the end of a text over several lines, while in one
        for number, line in enumerate(text.splitlines(), 1):
            if until:
                until = "" if until in line else until
                continue
            if head := _HEAD.match(line):
                name = str(head["many"] or head["one"])
                counts[name] = counts.get(name, -1) + 1
                table = (name, counts[name])
                self._spots.setdefault((*table, ""), Spot(number))
            elif key := _KEY.match(line):
                value = key["value"]
                long = next((mark for mark in _LONG if value.startswith(mark)), "")
                until = long if long and long not in value[3:] else ""
                column = key.start("value") + 2 if value[:1] in ('"', "'") and not long else None
                self._spots.setdefault((*table, key["key"]), Spot(number, column))

    def at(self, table: str = "", index: int = 0, key: str = "") -> Spot:
        """Where a key of the `index`-th `[[table]]` stands; where the key is not there, the table; else line 1."""
        return self._spots.get((table, index, key)) or self._spots.get((table, index, "")) or Spot(1)
