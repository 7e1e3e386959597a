"""A sheet as data: items with formulas over named inputs, weights, caps and vetoes, a document and its validity."""

from __future__ import annotations

import math
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from riverchief.base.errors import InputError, UnknownName
from riverchief.govern.sheets.formula import FUNCTIONS, WORDS, Formula, FormulaError, parse

FORMAT = 1
ITEM_NAMES = frozenset({"weight", "target"})  # names that every item's formula knows
RESERVED = ITEM_NAMES | WORDS | FUNCTIONS  # no input can have them


class SheetError(InputError):
    """A sheet file with faults; `data["faults"]` lists them all, one sentence each."""

    code = "input.sheet"

    def __init__(self, faults: list[str], **data: Any) -> None:
        super().__init__("\n".join(faults), faults=faults, **data)


class Kind(StrEnum):
    """What an item does to the total."""

    POINTS = "points"  # earns from 0 to its weight
    DEDUCTION = "deduction"  # takes away from 0 to its weight
    BONUS = "bonus"  # adds from 0 to its weight, all bonuses together up to the sheet's bonus_cap
    VETO = "veto"  # where its formula is not 0, the total is cut to caps_total_at
    MANUAL = "manual"  # points that a person gives, from 0 to its weight


@dataclass(frozen=True)
class InputSpec:
    """A number that formulas may name, with its unit and what exactly is counted."""

    name: str
    name_zh: str
    name_en: str
    unit: str
    meaning_zh: str = ""
    meaning_en: str = ""


@dataclass(frozen=True)
class Item:
    """One line of a sheet.

    Attributes
    ----------
    weight : float
        The most points that it can earn, take away or add; 0 for a veto.
    target : float or None
        A goal that the formula may name as `target`.
    formula : Formula or None
        None for a manual item.
    manual_review : bool
        A person may replace the computed points, with a reason and a record.
    caps_total_at : float
        Of a veto: what the total is cut to [points].
    """

    code: str
    name_zh: str
    name_en: str
    kind: Kind
    weight: float
    target: float | None
    formula: Formula | None
    manual_review: bool
    caps_total_at: float


@dataclass(frozen=True)
class Sheet:
    """An assessment sheet (考核表).

    Attributes
    ----------
    confirmed : bool
        Whether somebody has checked it against its document; without that it is an example and says so.
    document : str
        The paper it comes from, with its number.
    valid_from, valid_to : date or None
        First and last day on which it counts; None for no limit.
    base : float
        Points that everybody begins with (100 on sheets that only deduct).
    maximum, bonus_cap : float
        The most that the total, and all bonuses together, can reach [points].
    decimals : int
        Points are rounded to so many.
    """

    code: str
    version: str
    name_zh: str
    name_en: str
    confirmed: bool
    banner_zh: str
    banner_en: str
    document: str
    valid_from: date | None
    valid_to: date | None
    base: float
    maximum: float
    bonus_cap: float
    decimals: int
    inputs: tuple[InputSpec, ...]
    items: tuple[Item, ...]

    def valid_on(self, day: date) -> bool:
        """Whether the sheet counts on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


# ---------------------------------------------------------------------- reading

_SHEET_KEYS = {
    "format", "code", "version", "name_zh", "name_en", "confirmed", "banner_zh", "banner_en", "document", "valid_from",
    "valid_to", "base", "maximum", "bonus_cap", "decimals", "input", "item",
}  # fmt: skip
_INPUT_KEYS = {"name", "name_zh", "name_en", "unit", "meaning_zh", "meaning_en"}
_ITEM_KEYS = {
    "code", "name_zh", "name_en", "kind", "weight", "target", "formula", "manual_review", "caps_total_at",
}  # fmt: skip


def read(path: Path) -> Sheet:
    """Read a sheet file (`docs/reference/sheet-file.md`).

    Raises
    ------
    SheetError
        Naming the file, the item and what is wrong.
    """
    return _parse(path.read_text(encoding="utf-8"), path.name)


def names() -> list[str]:
    """Codes of the sheets that come with riverchief."""
    found = (path.name for path in (files(__package__) / "data").iterdir())
    return sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml"))


@cache
def named(code: str) -> Sheet:
    """A sheet that comes with riverchief.

    Raises
    ------
    UnknownName
        With the nearest code.
    """
    if code not in names():
        raise UnknownName("sheet", code, names())
    return _parse((files(__package__) / "data" / f"{code}.toml").read_text(encoding="utf-8"), f"{code}.toml")


class _Table:
    """A TOML table with its file and place, which gives values of the type that is wanted.

    What is wrong is added to `faults`, and a value that fits stands in, so that one reading names every fault.
    """

    def __init__(self, table: Mapping[str, Any], where: str, keys: set[str], faults: list[str]) -> None:
        self.table, self.where, self.faults = table, where, faults
        for key in table:
            if key not in keys:
                self.fault(UnknownName("key", key, keys).sentence)

    def fault(self, sentence: str) -> None:
        self.faults.append(f"{self.where}: {sentence}")

    def text(self, key: str, default: str | None = None) -> str:
        value = self.table.get(key, default)
        if not isinstance(value, str) or (default is None and not value):
            self.fault(f"{key} is {value!r}; give a text.")
            return ""
        return value

    def number(self, key: str, default: float | None = None) -> float:
        value = self.table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fault(f"{key} is {value!r}; give a number.")
            return 0.0
        if not math.isfinite(value):
            self.fault(f"{key} is {value}; give a finite number.")
            return 0.0
        return float(value)

    def points(self, key: str, default: float | None = None) -> float:
        value = self.number(key, default)
        if value < 0:
            self.fault(f"{key} is {value:g} points; give at least 0.")
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        value = self.table.get(key, default)
        if not isinstance(value, bool):
            self.fault(f"{key} is {value!r}; give true or false.")
            return default
        return value

    def day(self, key: str) -> date | None:
        value = self.table.get(key)
        if value is not None and type(value) is not date:
            self.fault(f"{key} is {value!r}; give a date such as 2026-01-01.")
            return None
        return value

    def tables(self, key: str) -> list[Mapping[str, Any]]:
        value = self.table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            self.fault(f"{key} is not a list of tables; write [[{key}]] before each.")
            return []
        return value


def _parse(text: str, name: str) -> Sheet:
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise SheetError([f"{name} is not valid TOML: {fault}."], file=name) from fault
    faults: list[str] = []
    table = _Table(raw, name, _SHEET_KEYS, faults)
    if raw.get("format") != FORMAT:
        sentence = f"{name}: format is {raw.get('format')!r}; this riverchief reads format {FORMAT}."
        raise SheetError([sentence], file=name)  # its keys may mean something else
    inputs = tuple(_input(row, name, faults) for row in table.tables("input"))
    known = {spec.name for spec in inputs}
    items = tuple(_item(row, i, name, known, faults) for i, row in enumerate(table.tables("item"), 1))
    sheet = Sheet(
        code=table.text("code"),
        version=table.text("version"),
        name_zh=table.text("name_zh"),
        name_en=table.text("name_en"),
        confirmed=table.flag("confirmed", default=False),
        banner_zh=table.text("banner_zh", ""),
        banner_en=table.text("banner_en", ""),
        document=table.text("document", ""),
        valid_from=table.day("valid_from"),
        valid_to=table.day("valid_to"),
        base=table.points("base", 0.0),
        maximum=table.points("maximum"),
        bonus_cap=table.points("bonus_cap", 0.0),
        decimals=_decimals(table),
        inputs=inputs,
        items=items,
    )
    _whole(sheet, table)
    if faults:
        raise SheetError(faults, file=name)
    return sheet


def _whole(sheet: Sheet, table: _Table) -> None:
    """Faults of a sheet whose parts are right one by one."""
    if not sheet.items:
        table.faults.append(f"{table.where} has no [[item]]; a sheet needs at least one.")
    for what, codes in (("input", [one.name for one in sheet.inputs]), ("item", [one.code for one in sheet.items])):
        for code, count in Counter(codes).items():
            if count > 1:
                table.fault(f"{what} {code} is listed {count} times.")
    start, end = sheet.valid_from, sheet.valid_to
    if start and end and end < start:
        table.fault(f"valid_to {end} lies before valid_from {start}.")
    if sheet.confirmed and not sheet.document:
        table.fault("is confirmed but names no document; say which paper it was checked against.")
    parts = (": weight ", ": maximum ", ": base ", ": kind ")
    if sheet.items and not any(part in fault for part in parts for fault in table.faults):
        _sums(sheet, table)  # a figure that could not be read would make a second fault of one


def _sums(sheet: Sheet, table: _Table) -> None:
    """The maximum must be within reach, and on a sheet that begins at 0 it is the sum of the weights."""
    earned = math.fsum(item.weight for item in sheet.items if item.kind in (Kind.POINTS, Kind.MANUAL))
    reach = sheet.base + earned
    equal = math.isclose(reach, sheet.maximum, rel_tol=1e-9)
    if not equal and (reach < sheet.maximum or not sheet.base):
        table.fault(
            f"maximum is {sheet.maximum:g} points, but base and the weights of the items come to {reach:g}; "
            f"mend one of them."
        )


def _decimals(table: _Table) -> int:
    value = table.number("decimals", 2)
    if value not in range(7):
        table.fault(f"decimals is {value:g}; give a whole number from 0 to 6.")
        return 2
    return int(value)


def _input(row: Mapping[str, Any], name: str, faults: list[str]) -> InputSpec:
    table = _Table(row, f"{name}, input {row.get('name', '?')}", _INPUT_KEYS, faults)
    code = table.text("name")
    if code and (not (code.isidentifier() and code.isascii()) or code in RESERVED):
        table.fault(f"{code!r} cannot be a name in a formula; use letters, digits and _, and no word of its own.")
    return InputSpec(
        code,
        table.text("name_zh"),
        table.text("name_en"),
        table.text("unit", "1"),
        table.text("meaning_zh", ""),
        table.text("meaning_en", ""),
    )


def _item(row: Mapping[str, Any], number: int, name: str, known: set[str], faults: list[str]) -> Item:
    table = _Table(row, f"{name}, item {row.get('code', number)}", _ITEM_KEYS, faults)
    kind = Kind.POINTS
    given = table.text("kind", kind)
    if given in set(Kind):
        kind = Kind(given)
    else:
        table.fault(UnknownName("kind", given, [str(k.value) for k in Kind]).sentence)
    target = table.number("target") if "target" in row else None
    formula = None
    if kind is not Kind.MANUAL:
        formula = _formula(table, known, target)
    elif "formula" in row:
        table.fault("is manual and has a formula; a person gives its points, remove one.")
    return Item(
        code=table.text("code"),
        name_zh=table.text("name_zh"),
        name_en=table.text("name_en"),
        kind=kind,
        weight=0.0 if kind is Kind.VETO else table.points("weight"),
        target=target,
        formula=formula,
        manual_review=table.flag("manual_review", default=False),
        caps_total_at=table.points("caps_total_at", 0.0),
    )


def _formula(table: _Table, known: set[str], target: float | None) -> Formula | None:
    text = table.text("formula")
    if not text:
        return None
    try:
        formula = parse(text)
    except FormulaError as fault:
        table.fault(f"formula {fault.sentence}")
        return None
    for used in formula.names:
        if used == "target" and target is None:
            table.fault("the formula names target, but the item has none; add target = ….")
        elif used not in known | ITEM_NAMES:
            sentence = UnknownName("input", used, known | ITEM_NAMES).sentence
            table.fault(f"{sentence} It stands at column {formula.column(used)} of the formula {text!r}.")
    return formula
