"""Units of inputs and formulas: what may be added and compared, and what a product comes out in.

A unit is a product of symbols with a scale: 10⁴ m³ is m³ ten thousand times, a percentage a plain number a hundredth
of one. Nothing is converted behind anybody's back: two values that differ in scale alone are unlike too.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from riverchief.base.errors import InputError, UnknownName
from riverchief.govern.sheets.tree import COMPARISONS, Node, UnitFault

# symbol → its size in base symbols; a year has no fixed number of days, and a person is no household
_SYMBOLS: dict[str, tuple[float, dict[str, int]]] = {
    "1": (1.0, {}), "%": (1e-2, {}), "‰": (1e-3, {}), "point": (1.0, {}),
    "m": (1.0, {"m": 1}), "mm": (1e-3, {"m": 1}), "cm": (1e-2, {"m": 1}), "km": (1e3, {"m": 1}),
    "ha": (1e4, {"m": 2}), "mu": (1e4 / 15, {"m": 2}), "L": (1e-3, {"m": 3}),
    "s": (1.0, {"s": 1}), "min": (60.0, {"s": 1}), "h": (3_600.0, {"s": 1}), "d": (86_400.0, {"s": 1}),
    "month": (1.0, {"month": 1}), "a": (1.0, {"a": 1}),
    "kg": (1.0, {"kg": 1}), "t": (1e3, {"kg": 1}), "g": (1e-3, {"kg": 1}), "mg": (1e-6, {"kg": 1}),
    "µg": (1e-9, {"kg": 1}),
    "kgCO2": (1.0, {"kgCO2": 1}), "tCO2": (1e3, {"kgCO2": 1}), "tC": (1.0, {"tC": 1}),
    "kgce": (1.0, {"kgce": 1}), "tce": (1e3, {"kgce": 1}),
    "J": (1.0, {"J": 1}), "MJ": (1e6, {"J": 1}), "GJ": (1e9, {"J": 1}), "TJ": (1e12, {"J": 1}),
    "kWh": (3.6e6, {"J": 1}), "MWh": (3.6e9, {"J": 1}),
    "yuan": (1.0, {"yuan": 1}), "person": (1.0, {"person": 1}), "household": (1.0, {"household": 1}),
    "tree": (1.0, {"tree": 1}), "vehicle": (1.0, {"vehicle": 1}),
    "°C": (1.0, {"°C": 1}), "NTU": (1.0, {"NTU": 1}), "W": (1.0, {"J": 1, "s": -1}),
    "S": (1.0, {"S": 1}), "mS": (1e-3, {"S": 1}), "µS": (1e-6, {"S": 1}),
}  # fmt: skip
# as people write them
_ALIASES = {
    "个": "1", "件": "1", "次": "1", "项": "1", "处": "1", "座": "1", "人次": "1", "分": "point", "米": "m",
    "毫米": "mm", "公里": "km", "千米": "km", "公顷": "ha", "亩": "mu", "升": "L", "秒": "s", "小时": "h", "天": "d",
    "日": "d", "月": "month", "年": "a", "千克": "kg", "公斤": "kg", "吨": "t", "克": "g", "毫克": "mg", "μg": "µg",
    "元": "yuan", "人": "person", "户": "household", "株": "tree", "辆": "vehicle", "℃": "°C", "degC": "°C", "μS": "µS",
    "吨标准煤": "tce",
    "千瓦时": "kWh", "平方米": "m²", "立方米": "m³", "方": "m³", "平方公里": "km²", "tCO₂": "tCO2", "kgCO₂": "kgCO2",
}  # fmt: skip
_SCALES = {"百": 1e2, "千": 1e3, "万": 1e4, "百万": 1e6, "亿": 1e8}
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_SCALED = re.compile(
    r"(?:10(?P<power>[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\^\d+)|(?P<word>百万|百|千|万|亿)|(?P<figure>\d+(?:\.\d+)?))(?P<rest>.+)"
)
_POWERS = {"²": 2, "³": 3, "^2": 2, "^3": 3, "2": 2, "3": 3}


@dataclass(frozen=True)
class Unit:
    """A unit: how it is written, and what it is (symbols with exponents, and a scale). Equal when they are the same."""

    text: str = field(compare=False)
    symbols: tuple[tuple[str, int], ...] = ()
    scale: float = 1.0

    @property
    def shown(self) -> str:
        """As sentences call it."""
        return "a plain number" if self.plain else self.text

    @property
    def plain(self) -> bool:
        """Whether it is a plain number, as points are."""
        return not self.symbols and math.isclose(self.scale, 1.0, rel_tol=1e-9)

    def like(self, other: Unit) -> bool:
        """Whether values in both can be added and compared as they stand."""
        return self.symbols == other.symbols and math.isclose(self.scale, other.scale, rel_tol=1e-9)

    def factor(self, other: Unit) -> float | None:
        """What a value in this unit is multiplied with to stand in the other one; None where they are unlike."""
        return self.scale / other.scale if self.symbols == other.symbols else None


PLAIN = Unit("1")


def joined(left: Unit, right: Unit, sign: int) -> Unit:
    """The unit of a product (sign 1) or of a quotient (sign -1)."""
    counts = Counter(dict(left.symbols))
    for symbol, power in right.symbols:
        counts[symbol] += sign * power
    symbols = tuple(sorted((symbol, power) for symbol, power in counts.items() if power))
    scale = left.scale * right.scale**sign
    if right.plain:
        text = left.text
    elif left.plain and sign > 0:
        text = right.text
    else:
        text = f"{left.text}·{right.text}" if sign > 0 else f"{left.text}/{right.text}"
    if not symbols:
        text = {1.0: "1", 1e-2: "%"}.get(float(f"{scale:.9g}"), text)
    return Unit(text, symbols, scale)


def _symbol(text: str, whole: str) -> Unit:
    text = _ALIASES.get(text, text)
    if text in _SYMBOLS:
        scale, symbols = _SYMBOLS[text]
        return Unit(text, tuple(sorted(symbols.items())), scale)
    scaled = _SCALED.fullmatch(text)
    if scaled:
        size = (
            10.0 ** int(scaled["power"].lstrip("^").translate(_RAISED))
            if scaled["power"]
            else _SCALES[scaled["word"]]
            if scaled["word"]
            else float(scaled["figure"])
        )
        rest = _symbol(scaled["rest"], whole)
        return Unit(text, rest.symbols, rest.scale * size)
    for ending, power in _POWERS.items():
        if text.endswith(ending) and text != ending:
            base = _symbol(text.removesuffix(ending), whole)
            return Unit(text, tuple((symbol, n * power) for symbol, n in base.symbols), base.scale**power)
    raise UnknownName("unit", whole, [*_SYMBOLS, *_ALIASES])


@cache
def parse_unit(text: str) -> Unit:
    """The unit that a text such as `mg/L`, `10⁴ m³`, `m³/10⁴ yuan` or `万元` means.

    Raises
    ------
    UnknownName
        With the nearest known symbol.
    InputError
        For an empty part.
    """
    above, *below = re.sub(r"\s+", "", text).split("/")
    unit = PLAIN
    for parts, sign in ((above, 1), *((part, -1) for part in below)):
        for part in re.split(r"[·*]", parts):
            if not part:
                raise InputError(f"unit {text!r} has an empty part; write it like mg/L or m³/10⁴ yuan.", unit=text)
            unit = joined(unit, _symbol(part, text), sign)
    return Unit(text.strip(), unit.symbols, unit.scale)


def unit_of(node: Node, units: Mapping[str, Unit]) -> Unit | None:
    """The unit that a tree comes out in; None for a bare 0, which fits any.

    A number without a unit is a plain one. What is added, compared, or chosen from must be in one unit.

    Raises
    ------
    UnitFault
        With the column, and both units.
    """
    if node.kind == "number":
        if node.unit:
            return _literal(node)
        return PLAIN if node.value else None
    if node.kind == "name":
        return units[node.name]
    if node.kind == "call" and node.name == "known":
        return PLAIN
    found = [unit_of(part, units) for part in node.parts]
    if node.kind in ("*", "/"):
        left, right = (PLAIN if unit is None else unit for unit in found)
        if found[0] is None:
            return None
        return joined(left, right, 1 if node.kind == "*" else -1)
    if node.kind in ("and", "or", "not"):
        return PLAIN
    if node.kind in COMPARISONS:
        _same(node, found)
        return PLAIN
    if node.kind != "call":
        return _same(node, found)
    return _of_call(node, found)


def _of_call(node: Node, found: list[Unit | None]) -> Unit | None:
    if node.name == "if":
        return _same(node, found[1:])
    if node.name == "round":
        _same(node, [PLAIN, *found[1:]])
        return found[0]
    if node.name == "interp":
        _same(node, [found[0], *found[1::2]])
        return _same(node, found[2::2])
    return _same(node, found)


def _literal(node: Node) -> Unit:
    try:
        return parse_unit(node.unit)
    except InputError as fault:
        raise UnitFault(f"at column {node.column}: {fault.sentence}", column=node.column) from fault


def _same(node: Node, found: list[Unit | None]) -> Unit | None:
    """The one unit of values that must be alike; a bare 0 has that of the others."""
    first: Unit | None = None
    for unit in found:
        if unit is None:
            continue
        if first is None:
            first = unit
        elif not first.like(unit):
            raise UnitFault(_unlike(node, first, unit), column=node.column)
    return first


def _unlike(node: Node, left: Unit, right: Unit) -> str:
    what = node.name if node.kind == "call" else node.kind
    verb = "compares" if node.kind in COMPARISONS else "adds" if node.kind == "+" else "puts together"
    size = right.factor(left)
    hint = (
        f"they differ by the factor {size:g}; bring one into the unit of the other"
        if size is not None
        else "bring both to one unit, or write a number's unit behind it, as in 5[m³]"
    )
    return f"{what} at column {node.column} {verb} {left.shown} and {right.shown}: {hint}."
