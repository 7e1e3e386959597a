"""What a formula comes to. A missing input is told by name; a result that is no number says where it arose."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from riverchief.govern.sheets.tree import MissingInput, Node, UndefinedResult, Values

MOST_DIGITS = 12

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def value_of(node: Node, values: Values) -> float:
    """The number that a tree comes to.

    Raises
    ------
    MissingInput
        For an input that is needed and has no value.
    UndefinedResult
        For a division by zero, or a result that is no finite number.
    """
    if node.kind == "number":
        return node.value
    if node.kind == "name":
        found = values.get(node.name)
        if found is None or not math.isfinite(found):
            raise MissingInput(f"input {node.name} has no value.", name=node.name)
        return float(found)
    if node.kind in ("and", "or"):
        first = value_of(node.parts[0], values) != 0
        decided = first if node.kind == "or" else not first
        return float(first if decided else value_of(node.parts[1], values) != 0)
    if node.kind == "call" and node.name == "if":
        return value_of(node.parts[1 if value_of(node.parts[0], values) != 0 else 2], values)
    if node.kind == "call" and node.name == "known":
        return float(_known(node.parts[0].name, values))
    parts = [value_of(part, values) for part in node.parts]
    if node.kind == "call":
        return _call(node, parts)
    if node.kind == "negative":
        return -parts[0]
    if node.kind == "not":
        return float(parts[0] == 0)
    if node.kind in _COMPARE:
        return float(_COMPARE[node.kind](parts[0], parts[1]))
    result = _arithmetic(node, *parts)
    if not math.isfinite(result):  # here, because min or a comparison further up would hide it
        raise UndefinedResult(f"{node.kind} at column {node.column} comes to {result}, which is no number.")
    return result


def _known(name: str, values: Values) -> bool:
    try:
        found = values.get(name)
    except (MissingInput, UndefinedResult):  # a derived value that cannot be computed
        return False
    return found is not None and math.isfinite(found)


def _arithmetic(node: Node, left: float, right: float) -> float:
    if node.kind == "+":
        return left + right
    if node.kind == "-":
        return left - right
    if node.kind == "*":
        return left * right
    if right == 0:
        raise UndefinedResult(f"division by zero at column {node.column}.", column=node.column)
    return left / right


def _call(node: Node, parts: list[float]) -> float:
    if node.name == "min":
        return min(parts)
    if node.name == "max":
        return max(parts)
    if node.name == "abs":
        return abs(parts[0])
    if node.name == "clamp":
        value, low, high = parts
        if low > high:
            raise UndefinedResult(f"clamp at column {node.column} has its limits crossed: {low:g} > {high:g}.")
        return min(max(value, low), high)
    if node.name == "interp":
        return _interpolated(node, parts)
    digits = parts[1] if len(parts) > 1 else 0.0
    if digits not in range(MOST_DIGITS + 1):
        raise UndefinedResult(f"round to {digits:g} digits; give a whole number from 0 to {MOST_DIGITS}.")
    return rounded(parts[0], int(digits))


def _interpolated(node: Node, parts: list[float]) -> float:
    """On the line through the knots; before the first and after the last, the value there."""
    x, xs, ys = parts[0], parts[1::2], parts[2::2]
    if any(b <= a for a, b in pairwise(xs)):
        raise UndefinedResult(f"interp at column {node.column} has knots that do not rise; sort them.")
    if x <= xs[0]:
        return ys[0]
    for (x0, x1), (y0, y1) in zip(pairwise(xs), pairwise(ys), strict=True):
        if x < x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return ys[-1]


def rounded(value: float, digits: int) -> float:
    """Half away from zero, as people round, of the decimal number that is shown: 2.675 → 2.68 at two digits."""
    if not abs(value) < 1e15:  # no digits behind the point are left
        return value
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))
