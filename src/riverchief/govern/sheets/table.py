"""A table of a sheet file with its place, which gives values of the type that is wanted and collects what is wrong."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from riverchief.base.errors import InputError, UnknownName
from riverchief.base.lines import Lines, Spot
from riverchief.govern.sheets.dimensions import parse_unit


class SheetError(InputError):
    """A sheet file with faults; `data["faults"]` lists them all, `data["lines"]` the line of each."""

    code = "input.sheet"

    def __init__(self, faults: list[str], lines: list[int] | None = None, **data: Any) -> None:
        super().__init__("\n".join(faults), faults=faults, lines=lines or [1] * len(faults), **data)


class Faults:
    """What is wrong with a file, with the line of each."""

    def __init__(self, name: str, text: str) -> None:
        self.file, self.lines = name, Lines(text)
        self.sentences: list[str] = []
        self.at: list[int] = []

    def add(self, where: str, sentence: str, spot: Spot) -> None:
        """Add one fault: whose it is, what is wrong, and where it stands."""
        self.sentences.append(f"{where}: {sentence} ({spot})")
        self.at.append(spot.line)

    def stop(self) -> None:
        """Raise all that was found, where anything was."""
        if self.sentences:
            raise SheetError(self.sentences, self.at, file=self.file)


class Table:
    """A TOML table with its file and place, which gives values of the type that is wanted.

    What is wrong is added to the faults, and a value that fits stands in, so that one reading names every fault.

    Parameters
    ----------
    where : str
        What sentences call it: the file, and which of its tables.
    place : (str, int)
        Name of the table and how many of that name stand before it.
    """

    def __init__(
        self,
        table: Mapping[str, Any],
        where: str,
        keys: Collection[str],
        faults: Faults,
        place: tuple[str, int] = ("", 0),
    ) -> None:
        self.table, self.where, self.faults, self.place = table, where, faults, place
        for key in table:
            if key not in keys:
                self.fault(UnknownName("key", key, keys).sentence, key)

    def spot(self, key: str = "") -> Spot:
        """Where a key of this table stands, or the table itself."""
        return self.faults.lines.at(*self.place, key)

    def fault(self, sentence: str, key: str = "", column: int | None = None) -> None:
        """Add what is wrong with a key; `column` is that in the text of its value."""
        spot = self.spot(key)
        begins = spot.column
        spot = Spot(spot.line, begins + column - 1 if begins is not None and column is not None else None)
        self.faults.add(self.where, sentence, spot)

    def text(self, key: str, default: str | None = None) -> str:
        """A text; without a default it must be there and say something."""
        value = self.table.get(key, default)
        if not isinstance(value, str) or (default is None and not value):
            self.fault(f"{key} is {value!r}; give a text.", key)
            return ""
        return value

    def number(self, key: str, default: float | None = None) -> float:
        """A finite number."""
        value = self.table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fault(f"{key} is {value!r}; give a number.", key)
            return 0.0
        if not math.isfinite(value):
            self.fault(f"{key} is {value}; give a finite number.", key)
            return 0.0
        return float(value)

    def amounts(self, key: str) -> dict[str, float]:
        """Finite numbers other than 0, by name; at least one."""
        value = self.table.get(key)
        given = value if isinstance(value, dict) else {}
        if not given or not all(type(one) in (int, float) and one and math.isfinite(one) for one in given.values()):
            self.fault(f"{key} is {value!r}; give an amount by name, as in {{ name = 1 }}.", key)
            return {}
        return {name: float(one) for name, one in given.items()}

    def points(self, key: str, default: float | None = None) -> float:
        """Points, at least 0."""
        value = self.number(key, default)
        if value < 0:
            self.fault(f"{key} is {value:g} points; give at least 0.", key)
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value = self.table.get(key, default)
        if not isinstance(value, bool):
            self.fault(f"{key} is {value!r}; give true or false.", key)
            return default
        return value

    def day(self, key: str) -> date | None:
        """A date, None where there is none."""
        value = self.table.get(key)
        if value is not None and type(value) is not date:
            self.fault(f"{key} is {value!r}; give a date such as 2026-01-01.", key)
            return None
        return value

    def one_of(self, key: str, known: Collection[str], default: str) -> str:
        """One of the words that are known."""
        value = self.text(key, default)
        if value and value not in known:
            self.fault(UnknownName(key, value, [str(word) for word in known]).sentence, key)
            return default
        return value

    def unit(self, key: str = "unit") -> str:
        """A unit as it is written; a plain number unless given."""
        value = self.text(key, "1")
        try:
            parse_unit(value)
        except InputError as fault:
            self.fault(f"{key}: {fault.sentence}", key)
            return "1"
        return value

    def tables(self, key: str) -> list[Mapping[str, Any]]:
        """The tables written [[key]], as they stand."""
        value = self.table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            self.fault(f"{key} is not a list of tables; write [[{key}]] before each.", key)
            return []
        return value

    def each(self, key: str, by: str, keys: Collection[str]) -> list[Table]:
        """The tables written [[key]], each called after its `by`."""
        rows = self.tables(key)
        return [
            Table(row, f"{self.where}, {key} {row.get(by, i + 1)}", keys, self.faults, (key, i))
            for i, row in enumerate(rows)
        ]
