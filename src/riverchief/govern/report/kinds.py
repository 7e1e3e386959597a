"""Kinds of reports and the parts they are made of: `data/kinds.toml` and `data/parts.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from riverchief.base.errors import InputError, UnknownName
from riverchief.govern.report.period import EXAMPLES, Period, period_named

COLUMN_KINDS = ("text", "number", "figure", "class", "target", "share", "date")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    `kind` is `text`, `number`, `figure` (a number whose decimals stand in the row), `class` (1 to 6, in its colour),
    `target` (a class without colour), `share` (0 to 1, shown in percent) or `date`. `width` is relative to the others.
    """

    key: str
    zh: str
    en: str
    kind: str = "text"
    unit: str = ""
    decimals: int = 0
    width: float = 1.0

    def header(self, language: str) -> str:
        """What stands above it, with its unit."""
        name = self.zh if language == "zh" else self.en
        unit = "%" if self.kind == "share" else self.unit
        if not unit:
            return name
        return f"{name}（{unit}）" if language == "zh" else f"{name} ({unit})"


@dataclass(frozen=True)
class PartKind:
    """A part: its title, the caption of its table, its columns, and captions of its figures by name."""

    name: str
    title: dict[str, str]
    caption: dict[str, str]
    columns: tuple[Column, ...]
    figures: dict[str, dict[str, str]]


@dataclass(frozen=True)
class Kind:
    """A kind of report: its titles, the unit of its period, its parts in their order, its template, what it is about.

    `about` is `region` for the bulletins of an office, which may be asked for as jobs, `river` for a river's file,
    `chief` for the year of one,    `sheet` for a sheet that was made official.
    """

    code: str
    title: dict[str, str]
    units: tuple[str, ...]
    parts: tuple[str, ...]
    template: str
    about: str = "region"

    def period(self, code: str) -> Period:
        """The period of a report of this kind.

        Raises
        ------
        InputError
            When the code names no period, or one of another length.
        """
        found = period_named(code)
        if found.unit not in self.units:
            wanted = " or ".join(f"a {unit} such as {EXAMPLES[unit]}" for unit in self.units)
            raise InputError(f"a {self.code} report needs {wanted}; {code!r} is a {found.unit}.", period=code)
        return found


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("data", name).read_text(encoding="utf-8"))


def _said(row: dict[str, Any], name: str) -> dict[str, str]:
    return {"zh": row.get(f"{name}_zh", ""), "en": row.get(f"{name}_en", "")}


@cache
def parts() -> dict[str, PartKind]:
    """All parts by name."""
    return {
        name: PartKind(
            name=name,
            title=_said(row, "title"),
            caption=_said(row, "caption"),
            columns=tuple(Column(**column) for column in row.get("column", ())),
            figures={figure["name"]: _said(figure, "caption") for figure in row.get("figure", ())},
        )
        for name, row in _toml("parts.toml").items()
    }


def part_named(name: str) -> PartKind:
    """The part with this name; `UnknownName` has the nearest known one."""
    if name not in parts():
        raise UnknownName("part of a report", name, parts())
    return parts()[name]


def _kinds() -> dict[str, Kind]:
    return {
        code: Kind(
            code,
            _said(row, "title"),
            tuple(row["units"]),
            tuple(row["parts"]),
            row["template"],
            row.get("about", "region"),
        )
        for code, row in _toml("kinds.toml").items()
    }


KINDS = _kinds()
LETTERS = frozenset(code for code, kind in KINDS.items() if kind.template == "letter")
"""Kinds that are written about one case, and not asked for by period."""


def kind_named(code: str) -> Kind:
    """The kind with this code; `UnknownName` has the nearest known one."""
    if code not in KINDS:
        raise UnknownName("kind of report", code, KINDS)
    return KINDS[code]
