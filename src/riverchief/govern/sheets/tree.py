"""The tree of a formula, and what can be wrong with one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from riverchief.base.errors import InputError


class FormulaError(InputError):
    """A formula that cannot be read; `data["column"]` counts from 1."""

    code = "input.formula"


class UnitFault(FormulaError):
    """A formula that adds or compares unlike units, or gives another unit than it says."""

    code = "input.unit"


class MissingInput(InputError):
    """A formula needs an input that has no value; `data["name"]` says which."""

    code = "input.missing"


class UndefinedResult(InputError):
    """A formula divides by zero or leaves the numbers."""

    code = "input.undefined"


Values = Mapping[str, float | None]

COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")


@dataclass(frozen=True)
class Node:
    """One node of a formula's tree: an operator or function with its parts, a number, or a name."""

    kind: str  # number, name, call, -, not, and, or, + … !=
    column: int
    parts: tuple[Node, ...] = ()
    value: float = 0.0
    name: str = ""
    unit: str = ""  # of a number, as it was written behind it

    def names(self) -> set[str]:
        """Names of all inputs that the formula mentions."""
        found = {self.name} if self.kind == "name" else set()
        return found.union(*(part.names() for part in self.parts))

    def column_of(self, name: str) -> int | None:
        """First column of an input's name in this part of the formula, None where it is not."""
        if self.kind == "name" and self.name == name:
            return self.column
        return next((column for part in self.parts if (column := part.column_of(name))), None)
