"""The unit that an expression of kinetics comes out in; unlike units are refused with their column and both units."""

from __future__ import annotations

from collections.abc import Mapping

from riverchief.base.errors import InputError
from riverchief.govern.sheets.dimensions import PLAIN, Unit, joined, parse_unit
from riverchief.govern.sheets.tree import FormulaError, Node, UnitFault

CELSIUS = parse_unit("°C")
# functions whose arguments and result have fixed units
_FIXED = {
    "exp": ((PLAIN,), PLAIN),
    "ln": ((PLAIN,), PLAIN),
    "theta": ((PLAIN, CELSIUS), PLAIN),
    "do_saturation": ((CELSIUS,), parse_unit("mg/L")),
    "reaeration": ((parse_unit("m/s"), parse_unit("m")), parse_unit("1/d")),
}
_HIGHEST = 8  # power of a quantity with a unit


def unit_of(node: Node, units: Mapping[str, Unit]) -> Unit | None:
    """The unit of a tree; None for a bare 0, which fits any.

    Parameters
    ----------
    node : Node
    units : mapping of str to Unit
        Unit of every name.

    Raises
    ------
    UnitFault
        Naming the column and both units.
    FormulaError
        For a name that is not known, with its column.
    """
    if node.kind == "number":
        return _literal(node)
    if node.kind == "name":
        if node.name not in units:
            raise FormulaError(f"name {node.name!r} at column {node.column} is not known.", column=node.column)
        return units[node.name]
    found = [unit_of(part, units) for part in node.parts]
    if node.kind in ("*", "/"):
        if found[0] is None:
            return None
        left, right = (PLAIN if unit is None else unit for unit in found)
        return joined(left, right, 1 if node.kind == "*" else -1)
    if node.kind == "^":
        return _power(node, found[0] or PLAIN, found[1] or PLAIN)
    if node.name == "sqrt":
        return _root(node, found[0] or PLAIN)
    if node.name in _FIXED:
        wanted, result = _FIXED[node.name]
        for unit, need in zip(found, wanted, strict=True):
            if unit is not None and not unit.like(need):
                raise _unlike(node, need, unit)
        return result
    return _same(node, found)


def _literal(node: Node) -> Unit | None:
    if not node.unit:
        return PLAIN if node.value else None
    try:
        return parse_unit(node.unit)
    except InputError as fault:
        raise UnitFault(f"at column {node.column}: {fault.sentence}", column=node.column) from fault


def _same(node: Node, found: list[Unit | None]) -> Unit | None:
    """The one unit of values that must be alike; a bare 0 has that of the others."""
    known = [unit for unit in found if unit is not None]
    for unit in known[1:]:
        if not unit.like(known[0]):
            raise _unlike(node, known[0], unit)
    return known[0] if known else None


def _power(node: Node, base: Unit, exponent: Unit) -> Unit:
    if not exponent.plain:
        raise UnitFault(
            f"^ at column {node.column} has an exponent in {exponent.text}; an exponent is a plain number.",
            column=node.column,
        )
    if base.plain:
        return PLAIN
    power = node.parts[1].value
    if node.parts[1].kind != "number" or power != int(power) or not 1 <= power <= _HIGHEST:
        raise UnitFault(
            f"^ at column {node.column} raises a quantity in {base.text} to what is no whole number from 1 to "
            f"{_HIGHEST}; divide it by a quantity of its unit first, as in (depth_m / 1[m])^1.5.",
            column=node.column,
        )
    unit = base
    for _ in range(int(power) - 1):
        unit = joined(unit, base, 1)
    return unit


def _root(node: Node, unit: Unit) -> Unit:
    if any(power % 2 for _, power in unit.symbols):
        raise UnitFault(
            f"sqrt at column {node.column} of {unit.text} has no unit; divide by a quantity of its unit first.",
            column=node.column,
        )
    halves = tuple((symbol, power // 2) for symbol, power in unit.symbols)
    return Unit(f"√({unit.text})", halves, unit.scale**0.5)


def _unlike(node: Node, left: Unit, right: Unit) -> UnitFault:
    what = node.name or node.kind
    verb = {"+": "adds", "-": "subtracts"}.get(node.kind, "takes")
    size = right.factor(left)
    hint = (
        f"they differ by the factor {size:g}; bring one into the unit of the other"
        if size is not None
        else "bring both to one unit, or write a number's unit behind it, as in 5[mg/L]"
    )
    pair = f"{left.shown} and {right.shown}" if node.name not in _FIXED else f"{left.shown}, and found {right.shown}"
    return UnitFault(f"{what} at column {node.column} {verb} {pair}: {hint}.", column=node.column)
