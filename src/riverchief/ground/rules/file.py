"""The patrol rule file (`docs/reference/patrol-rule-file.md`): read strictly, written back, and those that ship."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import tomli_w

from riverchief.base.errors import InputError, UnknownName
from riverchief.base.lines import Lines
from riverchief.ground.rules.model import ALL_YEAR, Asked, PatrolRule, Substitute, hint

FORMAT = 1
DEFAULT = "ladder"  # in force where a place has set no rule of its own

_TEXT, _FLAG, _WHOLE, _NUMBER, _DAY = (
    "a text",
    "true or false",
    "a whole number",
    "a number",
    "a date, as in 2026-01-01",
)
_TEXTS, _WHOLES, _TABLES, _COUNTS = "a list of texts", "a list of whole numbers", "tables", "whole numbers by name"

RULE_KEYS = {
    "format": _WHOLE,
    "code": _TEXT,
    "version": _TEXT,
    "name_zh": _TEXT,
    "name_en": _TEXT,
    "document": _TEXT,
    "document_zh": _TEXT,
    "confirmed": _FLAG,
    "valid_from": _DAY,
    "valid_to": _DAY,
    "note_zh": _TEXT,
    "note_en": _TEXT,
    "level": _TABLES,
}
LEVEL_KEYS = {
    "level": _TEXT,
    "period": _TEXT,
    "count": _WHOLE,
    "months": _WHOLES,
    "per_river": _FLAG,
    "shortest_min": _NUMBER,
    "shortest_m": _NUMBER,
    "spacing_h": _NUMBER,
    "photos": _WHOLE,
    "track": _FLAG,
    "round_share": _NUMBER,
    "whole_within": _TEXT,
    "alert": _COUNTS,
    "substitute": _TABLES,
}
SUBSTITUTE_KEYS = {"kind": _TEXT, "most": _WHOLE, "only": _TEXTS, "measured": _FLAG}
_NEEDED = {
    "": ("format", "code", "name_zh", "name_en", "document", "confirmed", "level"),
    "level": ("level", "period", "count"),
    "level.substitute": ("kind",),
}


def _is(value: Any, kind: str) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return {
        _TEXT: isinstance(value, str),
        _FLAG: isinstance(value, bool),
        _WHOLE: whole,
        _NUMBER: whole or isinstance(value, float),
        _DAY: type(value) is date,
        _TEXTS: isinstance(value, list) and all(isinstance(one, str) for one in value),
        _WHOLES: isinstance(value, list) and all(_is(one, _WHOLE) for one in value),
        _TABLES: isinstance(value, list) and all(isinstance(one, dict) for one in value),
        _COUNTS: isinstance(value, dict) and all(_is(one, _WHOLE) for one in value.values()),
    }[kind]


@dataclass
class _Reader:
    """Collects the faults of one file, each with its line where the text is there."""

    name: str
    lines: Lines | None
    faults: list[str]

    def fault(self, table: tuple[str, int], key: str, text: str) -> None:
        where = f" ({self.lines.at(*table, key)})" if self.lines else ""
        head = f"{table[0]} {table[1] + 1}" if table[0] else "the rule"
        self.faults.append(f"{self.name}, {head}: {key} {text}{where}")

    def checked(self, body: Mapping[str, Any], table: tuple[str, int], keys: Mapping[str, str]) -> bool:
        before = len(self.faults)
        for key, value in body.items():
            if key not in keys:
                self.fault(table, key, f"is not a key here; {hint('key', key, keys)}")
            elif not _is(value, keys[key]):
                self.fault(table, key, f"is {value!r}; give {keys[key]}.")
        for key in _NEEDED[table[0]]:
            if key not in body:
                self.fault(table, key, f"is missing; give {keys[key]}.")
        return len(self.faults) == before

    def made(self, table: tuple[str, int], make: type, values: Mapping[str, Any]) -> Any:
        try:
            return make(**values)
        except InputError as error:
            for key, text in error.data["faults"]:
                self.fault(table, key, text)


def from_dict(body: Mapping[str, Any], name: str = "rule", text: str | None = None) -> PatrolRule:
    """A rule from the values of its file, as an editor holds them.

    Parameters
    ----------
    name : str
        What errors call the file.
    text : str
        The file's text where there is one, for the lines of faults.

    Raises
    ------
    InputError
        With every fault of the file in `data["faults"]`: unknown or missing keys, values that cannot be.
    """
    reader = _Reader(name, None if text is None else Lines(text), [])
    sound = reader.checked(body, ("", 0), RULE_KEYS)
    if sound and body["format"] != FORMAT:
        reader.fault(("", 0), "format", f"is {body['format']}; this riverchief reads format {FORMAT}.")
    levels, number = [], 0
    rows = body.get("level", ())
    for index, row in enumerate(rows if _is(rows, _TABLES) else ()):
        levels.append(_level(reader, row, index, number))
        number += len(row.get("substitute", ()))
    if sound and not reader.faults:
        head = {key: value for key, value in body.items() if key not in ("format", "level")}
        rule = reader.made(("", 0), PatrolRule, {**head, "levels": tuple(levels)})
        if isinstance(rule, PatrolRule):
            return rule
    raise InputError("\n".join(reader.faults), faults=tuple(reader.faults), file=name)


def _level(reader: _Reader, row: Mapping[str, Any], index: int, number: int) -> Any:
    if not reader.checked(row, ("level", index), LEVEL_KEYS):
        return None
    stand_ins = []
    for k, one in enumerate(row.get("substitute", ()), number):
        if reader.checked(one, ("level.substitute", k), SUBSTITUTE_KEYS):
            values = {**one, "only": tuple(one.get("only", ()))}
            stand_ins.append(reader.made(("level.substitute", k), Substitute, values))
    if None in stand_ins:
        return None
    values = {key: value for key, value in row.items() if key != "substitute"}
    values |= {"months": tuple(row.get("months", ALL_YEAR)), "alert": tuple(row.get("alert", {}).items())}
    return reader.made(("level", index), Asked, {**values, "substitutes": tuple(stand_ins)})


def parse(text: str, name: str = "rule.toml") -> PatrolRule:
    """A rule from the text of its file.

    Raises
    ------
    InputError
        When it is no TOML, or as `from_dict`; every fault with its line.
    """
    try:
        body = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{name} cannot be read as TOML: {error}.", file=name) from None
    return from_dict(body, name, text)


def to_dict(rule: PatrolRule) -> dict[str, Any]:
    """The values of a rule's file; what is as it is unless given is left out. `from_dict` gives the rule back."""
    levels = []
    for asked in rule.levels:
        row: dict[str, Any] = {"level": asked.level, "period": asked.period, "count": asked.count}
        plain = Asked(asked.level, asked.period, asked.count)
        for key in LEVEL_KEYS:
            if key in ("alert", "substitute") or getattr(asked, key) == getattr(plain, key):
                continue
            value = getattr(asked, key)
            row[key] = list(value) if isinstance(value, tuple) else value
        if asked.alert:
            row["alert"] = dict(asked.alert)
        if asked.substitutes:
            row["substitute"] = [_substitute(one) for one in asked.substitutes]
        levels.append(row)
    head = {key: getattr(rule, key) for key in RULE_KEYS if key not in ("format", "level")}
    return {"format": FORMAT, **{k: v for k, v in head.items() if v not in (None, "")}, "level": levels}


def _substitute(one: Substitute) -> dict[str, Any]:
    values = {"kind": one.kind, "most": one.most, "only": list(one.only), "measured": one.measured}
    return {key: value for key, value in values.items() if value not in (None, [], False)}


def to_toml(rule: PatrolRule) -> str:
    """A rule as the text of its file."""
    return tomli_w.dumps(to_dict(rule))


def read(path: Path) -> PatrolRule:
    """A rule from its file."""
    return parse(path.read_text(encoding="utf-8"), path.name)


def names() -> tuple[str, ...]:
    """Codes of the rules that ship with riverchief."""
    folder = files("riverchief.ground") / "data" / "patrol_rules"
    return tuple(sorted(one.name.removesuffix(".toml") for one in folder.iterdir() if one.name.endswith(".toml")))


@cache
def named(code: str = DEFAULT) -> PatrolRule:
    """A rule that ships with riverchief; `UnknownName` for a code that is not there."""
    if code not in names():
        raise UnknownName("patrol rule", code, names())
    path = files("riverchief.ground") / "data" / "patrol_rules" / f"{code}.toml"
    return parse(path.read_text(encoding="utf-8"), path.name)
