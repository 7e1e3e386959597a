"""A folder as a river: every fault is named with its file, row or table, and nothing unknown is passed over."""

from __future__ import annotations

import inspect
import math
import tomllib
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any

import numpy as np

from riverchief.base.errors import InputError
from riverchief.govern.twin.folder import kinds
from riverchief.govern.twin.folder.tables import CrossSections, read_series
from riverchief.govern.twin.river import Assumed, Inflow, LevelRule, River, Series, constant

_TOP = ("format", "name", "reaches", "storages", "structures", "boundaries", "inflows", "decay_per_day")
_REACH = ("from_node", "to_node", "length_m", "dx_m", "loss", "assumed")


def read(folder: Path) -> River:
    """The river of a folder.

    Raises
    ------
    InputError
        Naming the file and the table, column or row where something is wrong.
    """
    path = folder / kinds.RIVER
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(
            f"{folder} is no model folder: it has no {kinds.RIVER}. Make one with `riverchief twin new`.",
            path=str(folder),
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}.", path=str(path)) from error
    return _Reader(folder, path).river(told)


class _Reader:
    """One reading of a folder."""

    def __init__(self, folder: Path, path: Path) -> None:
        self.folder, self.path = folder, path
        self.series: dict[tuple[str, str, bool], Series] = {}

    def river(self, told: dict[str, Any]) -> River:
        self._only(told, _TOP, "the file")
        if told.get("format") != 1:
            raise self._wrong("the file", f"has format {told.get('format')!r}; this version reads format 1")
        river = River(str(told.get("name", "")))
        shapes = CrossSections.read(self.folder)
        for code, one in self._tables(told, "reaches").items():
            self._reach(river, code, one, shapes)
        shapes.all_used(river.reaches)
        for node, one in self._tables(told, "storages").items():
            who = f"storage {node}"
            self._only(one, ("level_m", "area_m2"), who)
            river.storage(node, self._numbers(one, "level_m", who), self._numbers(one, "area_m2", who))
        for one in self._list(told, "structures"):
            self._structure(river, one)
        for one in self._list(told, "boundaries"):
            river.boundary(self._made(self._kind(one, kinds.BOUNDARIES, "boundary"), one, {"kind"}))
        for one in self._list(told, "inflows"):
            self._inflow(river, one)
        river.decay_per_day = self._decay(told.get("decay_per_day", {}))
        return river

    def _decay(self, told: Any) -> dict[str, float]:
        who = "decay_per_day"
        if not isinstance(told, dict):
            raise self._wrong(who, "must be a table such as [decay_per_day] with nh3n = 0.1")
        rates = {name: self._number(told, name, who) for name in told}
        for name, rate in rates.items():
            if not 0 <= rate < math.inf:
                raise self._wrong(who, f"{name} is {rate:g} 1/d; give a rate from 0 up")
        return rates

    def _reach(self, river: River, code: str, one: dict[str, Any], shapes: CrossSections) -> None:
        who = f"reach {code}"
        self._only(one, _REACH, who)
        chainage, forms = shapes.of(code)
        losses = one.get("loss", [])
        loss = [(self._number(part, "chainage_m", who), self._number(part, "coefficient", who)) for part in losses]
        river.reach(
            code,
            chainage,
            forms,
            dx_m=self._number(one, "dx_m", who),
            length_m=self._number(one, "length_m", who) if "length_m" in one else None,
            from_node=str(one.get("from_node", "")),
            to_node=str(one.get("to_node", "")),
            loss=loss,
            assumed=self._made(Assumed, one["assumed"], set()) if "assumed" in one else None,
        )

    def _structure(self, river: River, one: dict[str, Any]) -> None:
        where = {"between", "reach", "chainage_m"} & set(one)
        made = self._made(self._kind(one, kinds.STRUCTURES, "structure"), one, {"kind", *where})
        who = f"structure {made.name}"
        if where == {"between"} and isinstance(one["between"], list) and len(one["between"]) == 2:
            river.structure(made, between=(str(one["between"][0]), str(one["between"][1])))
        elif where == {"reach", "chainage_m"}:
            river.structure(made, at=(str(one["reach"]), self._number(one, "chainage_m", who)))
        else:
            raise self._wrong(who, "lies nowhere: give `between` two nodes, or `reach` and `chainage_m`")

    def _inflow(self, river: River, one: dict[str, Any]) -> None:
        made: Inflow = self._made(Inflow, one, set())
        if made.name in river.inflows:
            raise self._wrong(f"inflow {made.name}", "is there twice; give every inflow its own name")
        at = (made.reach, made.chainage_m) if made.reach else None
        river.inflow(made.name, made.flow_m3s, node=made.node, at=at, **made.concentration)

    # ------------------------------------------------------------------ pieces

    def _made(self, made: type[Any], one: dict[str, Any], beside: set[str]) -> Any:
        """A dataclass from a table of TOML, by the types of its fields."""
        who = f"{made.__name__} {one.get('name') or one.get('node') or ''}".strip()
        known = {field.name: field for field in fields(made)}
        self._only(one, (*known, *beside), who)
        types = typing.get_type_hints(made)
        given = {n: self._value(f, types[n], one[n], who) for n, f in known.items() if n in one and n not in beside}
        lacking = [n for n, f in known.items() if n not in given and _needed(f)]
        if lacking:
            raise self._wrong(who, f"lacks {', '.join(lacking)}")
        return made(**given)

    def _value(self, field: Field[Any], kind: Any, value: Any, who: str) -> Any:
        name = field.name
        if kind is Series:
            return self._series(value, name, who)
        if kind == LevelRule | None:
            return self._made(LevelRule, value, set()) if isinstance(value, dict) else self._not(name, value, who)
        if kind is float:
            return self._number({name: value}, name, who)
        if kind is str:
            return value if isinstance(value, str) else self._not(name, value, who)
        if typing.get_origin(kind) is not None and inspect.isclass(typing.get_origin(kind)):
            origin = typing.get_origin(kind)
            if issubclass(origin, Mapping):
                if not isinstance(value, dict):
                    self._not(name, value, who)
                of_series = typing.get_args(kind)[1] is Series
                return {
                    k: self._series(v, k, who) if of_series else self._number({k: v}, k, who) for k, v in value.items()
                }
        return self._numbers({name: value}, name, who)

    def _series(self, value: Any, column: str, who: str) -> Series:
        """A number, the name of a file, or `{ file, column, steps }`."""
        if isinstance(value, bool) or not isinstance(value, int | float | str | dict):
            self._not(column, value, who)
        if isinstance(value, int | float):
            return constant(self._number({column: value}, column, who))
        given = {"file": value} if isinstance(value, str) else value
        self._only(given, ("file", "column", "steps"), f"{who}, {column}")
        key = (str(given.get("file", "")), str(given.get("column", "") or column), bool(given.get("steps", False)))
        if key not in self.series:
            self.series[key] = read_series(self.folder / key[0], key[1], named="column" in given, steps=key[2])
        return self.series[key]

    def _tables(self, told: dict[str, Any], name: str) -> dict[str, dict[str, Any]]:
        found = told.get(name, {})
        if not isinstance(found, dict) or not all(isinstance(one, dict) for one in found.values()):
            raise self._wrong(name, f"must be tables such as [{name}.main]")
        return found

    def _list(self, told: dict[str, Any], name: str) -> list[dict[str, Any]]:
        found = told.get(name, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise self._wrong(name, f"must be tables such as [[{name}]]")
        return found

    def _kind(self, one: dict[str, Any], known: dict[str, type[Any]], what: str) -> type[Any]:
        word = one.get("kind")
        if word not in known:
            who = f"{what} {one.get('name') or one.get('node') or ''}".strip()
            raise self._wrong(who, f"is of kind {word!r}; known: {', '.join(known)}")
        return known[str(word)]

    def _number(self, table: dict[str, Any], name: str, who: str) -> float:
        value = table.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
            self._not(name, value, who)
        return float(typing.cast("float", value))

    def _numbers(self, table: dict[str, Any], name: str, who: str) -> np.ndarray[Any, np.dtype[np.float64]]:
        value = table.get(name)
        if not isinstance(value, list):
            raise self._wrong(who, f"{name} is {value!r}, no list of numbers")
        return np.array([self._number({name: one}, name, who) for one in value])

    def _only(self, table: Any, known: tuple[str, ...], who: str) -> None:
        if not isinstance(table, dict):
            raise self._wrong(who, f"is {table!r}, no table")
        odd = [name for name in table if name not in known]
        if odd:
            raise self._wrong(who, f"has {odd[0]!r}, which is not known there; known: {', '.join(known)}")

    def _not(self, name: str, value: Any, who: str) -> typing.NoReturn:
        raise self._wrong(who, f"{name} is {value!r}, which is no value for it")

    def _wrong(self, who: str, what: str) -> InputError:
        return InputError(f"{self.path}: {who} {what}.", path=str(self.path))


def _needed(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING
