"""What an expression comes to at one place, in plain Python: folds constants, and says where a fault arose."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import reduce

from riverchief.govern.sheets.tree import Node, UndefinedResult
from riverchief.govern.twin.quality.expressions import _kernels as kernels

_CALLS: dict[str, Callable[..., float]] = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "/": lambda x, y: x / y,
    "^": math.pow,
    "negative": lambda x: -x,
    "exp": math.exp,
    "ln": math.log,
    "sqrt": math.sqrt,
    "min": min,
    "max": max,
    "theta": lambda base, temperature: math.pow(base, temperature - 20.0),
    "do_saturation": kernels.do_saturation,
    "reaeration": kernels.reaeration,
}


def value_of(node: Node, values: Mapping[str, float]) -> float:
    """The number that a tree comes to.

    Raises
    ------
    UndefinedResult
        Where a part of it is no finite number: what was asked of which values, and at which column.
    """
    if node.kind == "number":
        return node.value
    if node.kind == "name":
        return float(values[node.name])
    return applied(node, [value_of(part, values) for part in node.parts])


def applied(node: Node, parts: Sequence[float]) -> float:
    """What the top of a tree makes of the values of its parts.

    Raises
    ------
    UndefinedResult
        As `value_of`.
    """
    name = node.name or node.kind
    try:
        result = reduce(_CALLS[name], parts) if name in ("min", "max") else _CALLS[name](*parts)
    except (ValueError, ZeroDivisionError, OverflowError):
        result = math.nan
    if not abs(result) < kernels.HUGE:
        shown = ", ".join(f"{part:g}" for part in parts)
        raise UndefinedResult(
            f"{name} at column {node.column} of {shown} is no number that can be worked with", column=node.column
        )
    return float(result)
