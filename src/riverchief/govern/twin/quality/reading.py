"""Kinetics files: TOML in, `Kinetics` out, every fault of a file named at once. `docs/reference/kinetics-file.md`."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from riverchief.base.errors import InputError, UnknownName
from riverchief.govern.sheets.dimensions import PLAIN, Unit, joined, parse_unit
from riverchief.govern.sheets.tree import FormulaError, Node
from riverchief.govern.twin.quality.expressions.grammar import ARGUMENTS, parse
from riverchief.govern.twin.quality.expressions.units import unit_of
from riverchief.govern.twin.quality.kinetics import Constituent, Kinetics, Process, Rate

# what the water around can give without being declared in a file
ENVIRONMENT = {
    "temperature_c": "°C",
    "depth_m": "m",
    "velocity_ms": "m/s",
    "width_m": "m",
    "slope": "1",
    "flow_m3s": "m³/s",
    "volume_m3": "m³",
    "shear_velocity_ms": "m/s",
}
_KEYS = {
    "file": ("format", "name_zh", "name_en", "note", "constituent", "rate", "environment", "term", "process"),
    "constituent": ("unit", "name_zh", "name_en"),
    "rate": ("value", "unit", "source", "assumed"),
    "environment": ("unit",),
    "term": ("value",),
    "process": ("rate", "back", "change"),
}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SECOND = parse_unit("s")


class KineticsFileError(InputError):
    """A kinetics file with faults; `data["faults"]` lists them all."""

    code = "input.kinetics"


def names() -> tuple[str, ...]:
    """Names of the kinetics that come with the package."""
    return tuple(sorted(path.name.removesuffix(".toml") for path in (files(__package__) / "data").iterdir()))


def read_kinetics(path_or_name: str | Path) -> Kinetics:
    """Read a kinetics file, or one of those that come with the package by its name.

    Parameters
    ----------
    path_or_name : str or Path
        A text without an ending is the name of a shipped one (`names`), everything else a path.

    Raises
    ------
    KineticsFileError
        Listing all that is wrong with the file.
    UnknownName
        For a name that is not shipped.
    InputError
        For a file that cannot be read.
    """
    if isinstance(path_or_name, str) and _NAME.fullmatch(path_or_name):
        if path_or_name not in names():
            raise UnknownName("kinetics", path_or_name, names())
        return parse_kinetics((files(__package__) / "data" / f"{path_or_name}.toml").read_text("utf-8"), path_or_name)
    path = Path(path_or_name)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise InputError(f"kinetics file {path} cannot be read: {fault}.", file=str(path)) from fault
    return parse_kinetics(text, path.stem)


def parse_kinetics(text: str, name: str) -> Kinetics:
    """Kinetics from the text of a file.

    Raises
    ------
    KineticsFileError
        Listing all that is wrong with it.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise KineticsFileError(f"{name} is not valid TOML: {fault}.", faults=[str(fault)], file=name) from fault
    return _Reader(name, table).kinetics()


class _Reader:
    """Reads one file; what is wrong is collected, and what is right stands in for it meanwhile."""

    def __init__(self, name: str, table: Mapping[str, Any]) -> None:
        self.name, self.table = name, table
        self.faults: list[str] = []
        self.units: dict[str, Unit] = {}
        self.roles: dict[str, str] = {}

    def kinetics(self) -> Kinetics:
        self.known("file", "", self.table)
        if self.table.get("format") != 1:
            self.faults.append(f"{self.name}: format is {self.table.get('format')!r}; this version reads format = 1.")
        constituents = tuple(
            Constituent(
                key, self.unit("constituent", key, entry), str(entry.get("name_zh", "")), str(entry.get("name_en", ""))
            )
            for key, entry in self.entries("constituent")
        )
        if not constituents:
            self.faults.append(f"{self.name}: there is no constituent; add one as [constituent.NAME] with its unit.")
        rates = {key: self.rate(key, entry) for key, entry in self.entries("rate")}
        around = {key: self.unit("environment", key, entry) for key, entry in self.entries("environment")}
        for key, usual in ENVIRONMENT.items():
            # a constituent may take the place of what the water around would give: temperature with a heat budget
            if self.roles.setdefault(key, "environment") == "environment" and key not in around:
                around[key] = usual
                self.units[key] = parse_unit(usual)
        terms: dict[str, Node] = {}
        for key, entry in self.entries("term"):
            tree, unit = self.expression(f"term {key}", entry.get("value"), terms)
            terms[key], self.units[key] = tree, unit or PLAIN
        processes = tuple(p for key, entry in self.entries("process") for p in self.process(key, entry, terms))
        if self.faults:
            raise KineticsFileError("\n".join(self.faults), faults=self.faults, file=self.name)
        mentioned = set[str]().union(*(tree.names() for tree in (*terms.values(), *(p.rate for p in processes))))
        return Kinetics(
            self.name, constituents, rates, {k: v for k, v in around.items() if k in mentioned}, terms, processes
        )

    def known(self, kind: str, key: str, entry: Mapping[str, Any]) -> None:
        for found in entry:
            if found not in _KEYS[kind]:
                self.faults.append(f"{self.name}, {kind} {key}: {UnknownName('key', found, _KEYS[kind]).sentence}")

    def entries(self, kind: str) -> list[tuple[str, Mapping[str, Any]]]:
        """The named tables of one kind; a name may stand only once in a file."""
        found = self.table.get(kind, {})
        if not isinstance(found, dict) or not all(isinstance(entry, dict) for entry in found.values()):
            self.faults.append(f"{self.name}: {kind} holds tables with a name each, as [{kind}.NAME].")
            return []
        for key, entry in found.items():
            if not _NAME.fullmatch(key) or (kind != "process" and key in ARGUMENTS):
                self.faults.append(
                    f"{self.name}: {kind} {key!r} is no name; use letters, digits and _, and no function."
                )
            elif kind != "process" and self.roles.setdefault(key, kind) != kind:
                self.faults.append(f"{self.name}: {key} is a {self.roles[key]} and a {kind}; give one another name.")
            self.known(kind, key, entry)
        return list(found.items())

    def unit(self, kind: str, key: str, entry: Mapping[str, Any]) -> str:
        text = entry.get("unit")
        try:
            self.units[key] = parse_unit(str(text)) if text else PLAIN
        except InputError as fault:
            self.units[key] = PLAIN
            self.faults.append(f"{self.name}, {kind} {key}: {fault.sentence}")
        if not isinstance(text, str) or not text:
            self.faults.append(
                f"{self.name}, {kind} {key}: it has no unit; give one, such as mg/L, 1/d, or 1 for none."
            )
        return str(text)

    def rate(self, key: str, entry: Mapping[str, Any]) -> Rate:
        value = entry.get("value")
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.faults.append(f"{self.name}, rate {key}: value is {value!r}; give a finite number.")
            value = 1.0
        source, assumed = entry.get("source"), entry.get("assumed", False)
        if not isinstance(source, str) or not source:
            self.faults.append(f"{self.name}, rate {key}: it has no source; say where the value is from.")
        if not isinstance(assumed, bool):
            self.faults.append(f"{self.name}, rate {key}: assumed is {assumed!r}; it is true or false.")
        return Rate(key, float(value), self.unit("rate", key, entry), str(source), bool(assumed))

    def expression(self, where: str, text: object, terms: Mapping[str, Node]) -> tuple[Node, Unit | None]:
        """The tree of an expression and its unit; a plain 0 stands in for one with a fault."""
        stand_in = Node("number", 1)
        if not isinstance(text, str):
            self.faults.append(f"{self.name}, {where}: its expression is {text!r}; write it in quotation marks.")
            return stand_in, None
        try:
            tree = parse(text)
            for name in sorted(tree.names() - set(self.units)):
                why = UnknownName("name", name, self.units).sentence
                raise FormulaError(f"{text!r}: at column {tree.column_of(name)}: {why}")  # noqa: TRY301
            return tree, unit_of(tree, self.units)
        except FormulaError as fault:
            quoted = fault.sentence if repr(text) in fault.sentence else f"{text!r}: {fault.sentence}"
            self.faults.append(f"{self.name}, {where}: {quoted}")
            return stand_in, None

    def process(self, key: str, entry: Mapping[str, Any], terms: Mapping[str, Node]) -> list[Process]:
        change = entry.get("change")
        if not isinstance(change, dict) or not change:
            self.faults.append(f"{self.name}, process {key}: change is missing; write it as {{ bod = -1, do = -1 }}.")
            change = {}
        ways = [(key, "rate", 1.0)] + ([(f"{key} (back)", "back", -1.0)] if "back" in entry else [])
        found = []
        for name, way, sign in ways:
            tree, unit = self.expression(f"process {name}", entry.get(way), terms)
            effect = {c: sign * self.coefficient(name, c, value, unit) for c, value in change.items()}
            found.append(Process(name, str(entry.get(way)), tree, {c: x for c, x in effect.items() if x}))
        return found

    def coefficient(self, process: str, constituent: str, value: object, unit: Unit | None) -> float:
        """Change per second and unit of the rate, from the number in the file."""
        where = f"{self.name}, process {process}"
        if self.roles.get(constituent) != "constituent":
            known = [name for name, role in self.roles.items() if role == "constituent"]
            self.faults.append(f"{where}: {UnknownName('constituent', constituent, known).sentence}")
            return 0.0
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.faults.append(f"{where}: the change of {constituent} is {value!r}; give a finite number.")
            return 0.0
        if unit is None:
            return 0.0
        own = self.units[constituent]
        factor = joined(unit, _SECOND, 1).factor(own)
        if factor is None:
            self.faults.append(
                f"{where}: its rate comes out in {unit.text}, but {constituent} in {own.text} changes in "
                f"{own.text}/d or the like."
            )
            return 0.0
        return factor * float(value)
