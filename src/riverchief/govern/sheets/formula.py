"""The formulas of sheets: arithmetic, comparisons and six functions, parsed to a tree; nothing is ever executed.

    expression := or
    or         := and { "or" and }
    and        := not { "and" not }
    not        := "not" not | comparison
    comparison := sum [ ("<" | "<=" | ">" | ">=" | "==" | "!=") sum ]
    sum        := product { ("+" | "-") product }
    product    := unary { ("*" | "/") unary }
    unary      := "-" unary | atom
    atom       := number | name | function "(" expression { "," expression } ")" | "(" expression ")"

A comparison is 1 or 0. `if(condition, then, else)`, `and` and `or` look only at what they need, so that an input may be
missing where it does not matter; `known(name)` asks whether it has a value at all.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from riverchief.base.errors import InputError, UnknownName

DEEPEST = 100  # levels of the tree; more is a mistake, and would exhaust the stack
MOST_DIGITS = 12
LONGEST = 2_000


class FormulaError(InputError):
    """A formula that cannot be read; `data["column"]` counts from 1."""

    code = "input.formula"


class MissingInput(InputError):
    """A formula needs an input that has no value; `data["name"]` says which."""

    code = "input.missing"


class UndefinedResult(InputError):
    """A formula divides by zero or leaves the numbers."""

    code = "input.undefined"


Values = Mapping[str, float | None]


@dataclass(frozen=True)
class Node:
    """One node of a formula's tree: an operator or function with its parts, a number, or a name."""

    kind: str  # number, name, call, -, not, and, or, + … !=
    column: int
    parts: tuple[Node, ...] = ()
    value: float = 0.0
    name: str = ""

    def names(self) -> set[str]:
        """Names of all inputs that the formula mentions."""
        found = {self.name} if self.kind == "name" else set()
        return found.union(*(part.names() for part in self.parts))

    def column_of(self, name: str) -> int | None:
        """First column of an input's name in this part of the formula, None where it is not."""
        if self.kind == "name" and self.name == name:
            return self.column
        return next((column for part in self.parts if (column := part.column_of(name))), None)


@dataclass(frozen=True)
class Formula:
    """A formula as text and as tree."""

    text: str
    tree: Node

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all inputs that it mentions, in order of the alphabet."""
        return tuple(sorted(self.tree.names()))

    def column(self, name: str) -> int:
        """Column at which a name of it first stands, from 1."""
        return self.tree.column_of(name) or 0

    def value(self, values: Values) -> float:
        """The number that the formula comes to.

        Raises
        ------
        MissingInput
            For an input that is needed and has no value.
        UndefinedResult
            For a division by zero, or a result that is no finite number.
        """
        return _value(self.tree, values)


# ---------------------------------------------------------------------- reading

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<name>[A-Za-z_]\w*)|(?P<mark><=|>=|==|!=|[-+*/<>(),])|(?P<bad>\S))",
    re.ASCII,  # a full-width digit or bracket looks like its Latin one, and is told as what it is
)
_ARGUMENTS = {
    "min": (1, 20),
    "max": (1, 20),
    "round": (1, 2),
    "abs": (1, 1),
    "if": (3, 3),
    "known": (1, 1),
    "clamp": (3, 3),
}
WORDS = frozenset({"and", "or", "not"})
FUNCTIONS = frozenset(_ARGUMENTS)


@dataclass(frozen=True)
class _Token:
    text: str
    kind: str
    column: int


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while match := _TOKEN.match(text, at):
        kind = str(match.lastgroup)
        column = match.start(kind) + 1
        if kind == "bad":
            raise FormulaError(
                f"{text!r}: {match[kind]!r} at column {column} means nothing here; use numbers, names, + - * / ( ) , "
                f"and comparisons.",
                column=column,
            )
        yield _Token(match[kind], "mark" if match[kind] in WORDS else kind, column)
        at = match.end()
    yield _Token("", "end", len(text) + 1)


class _Parser:
    """Recursive descent over the grammar at the head of this module."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.at = 0
        self.depth = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.at]

    def take(self, *texts: str) -> _Token | None:
        """The next token when it is one of these marks."""
        token = self.token
        if token.kind != "mark" or token.text not in texts:
            return None
        self.at += 1
        return token

    def fail(self, wanted: str) -> FormulaError:
        token = self.token
        found = repr(token.text) if token.text else "the end"
        return FormulaError(
            f"{self.text!r}: expected {wanted} at column {token.column}, found {found}.", column=token.column
        )

    def need(self, text: str) -> None:
        if not self.take(text):
            raise self.fail(repr(text))

    def whole(self) -> Node:
        tree = self.expression()
        if self.token.kind != "end":
            raise self.fail("an operator or the end")
        return tree

    def expression(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST // 2:
            raise _too_deep(self.token.column)
        tree = self.chain(("or",), lambda: self.chain(("and",), self.negation))
        self.depth -= 1
        return tree

    def chain(self, marks: tuple[str, ...], part: Callable[[], Node]) -> Node:
        """Parts with operators of one rank between them, grouped from the left."""
        left = part()
        while token := self.take(*marks):
            left = Node(token.text, token.column, (left, part()))
        return left

    def negation(self) -> Node:
        marks = []
        while token := self.take("not"):
            marks.append(token)
        tree = self.comparison()
        for token in reversed(marks):
            tree = Node("not", token.column, (tree,))
        return tree

    def comparison(self) -> Node:
        left = self.sum()
        if token := self.take("<", "<=", ">", ">=", "==", "!="):
            left = Node(token.text, token.column, (left, self.sum()))
            if self.token.text in ("<", "<=", ">", ">=", "==", "!="):
                raise self.fail("one comparison at a time (join two with 'and')")
        return left

    def sum(self) -> Node:
        return self.chain(("+", "-"), lambda: self.chain(("*", "/"), self.unary))

    def unary(self) -> Node:
        marks = []
        while token := self.take("-"):
            marks.append(token)
        tree = self.atom()
        for token in reversed(marks):
            tree = Node("negative", token.column, (tree,))
        return tree

    def atom(self) -> Node:
        token = self.token
        if token.kind == "number":
            self.at += 1
            value = float(token.text)
            if not math.isfinite(value):
                raise FormulaError(
                    f"{self.text!r}: the number at column {token.column} is too large.", column=token.column
                )
            return Node("number", token.column, value=value)
        if token.kind == "name":
            self.at += 1
            return self.call(token) if self.take("(") else Node("name", token.column, name=token.text)
        if self.take("("):
            tree = self.expression()
            self.need(")")
            return tree
        raise self.fail("a number, a name or '('")

    def call(self, token: _Token) -> Node:
        if token.text not in _ARGUMENTS:
            unknown = UnknownName("function", token.text, _ARGUMENTS)
            raise FormulaError(f"{self.text!r}: at column {token.column}: {unknown.sentence}", column=token.column)
        parts = [self.expression()]
        while self.take(","):
            parts.append(self.expression())
        self.need(")")
        fewest, most = _ARGUMENTS[token.text]
        if not fewest <= len(parts) <= most:
            wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
            raise FormulaError(
                f"{self.text!r}: {token.text} at column {token.column} takes {wanted} values, found {len(parts)}.",
                column=token.column,
            )
        if token.text == "known" and parts[0].kind != "name":
            raise FormulaError(
                f"{self.text!r}: known at column {token.column} takes the name of an input.", column=token.column
            )
        return Node("call", token.column, tuple(parts), name=token.text)


def parse(text: str) -> Formula:
    """Read a formula.

    Raises
    ------
    FormulaError
        With the column of the fault.
    """
    if len(text) > LONGEST:
        raise FormulaError(
            f"a formula of {len(text):,} characters is longer than {LONGEST:,}; split the item.", column=1
        )
    tree = _Parser(text).whole()
    level = [tree]
    for _ in range(DEEPEST):
        level = [part for node in level for part in node.parts]
        if not level:
            return Formula(text, tree)
    raise _too_deep(level[0].column)


def _too_deep(column: int) -> FormulaError:
    return FormulaError(
        f"the formula is deeper than {DEEPEST} levels at column {column}; split the item.", column=column
    )


# ---------------------------------------------------------------------- evaluating

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def _value(node: Node, values: Values) -> float:
    if node.kind == "number":
        return node.value
    if node.kind == "name":
        found = values.get(node.name)
        if found is None or not math.isfinite(found):
            raise MissingInput(f"input {node.name} has no value.", name=node.name)
        return float(found)
    if node.kind in ("and", "or"):
        first = _value(node.parts[0], values) != 0
        decided = first if node.kind == "or" else not first
        return float(first if decided else _value(node.parts[1], values) != 0)
    if node.kind == "call" and node.name == "if":
        return _value(node.parts[1 if _value(node.parts[0], values) != 0 else 2], values)
    if node.kind == "call" and node.name == "known":
        found = values.get(node.parts[0].name)
        return float(found is not None and math.isfinite(found))
    parts = [_value(part, values) for part in node.parts]
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
    digits = parts[1] if len(parts) > 1 else 0.0
    if digits not in range(MOST_DIGITS + 1):
        raise UndefinedResult(f"round to {digits:g} digits; give a whole number from 0 to {MOST_DIGITS}.")
    return rounded(parts[0], int(digits))


def rounded(value: float, digits: int) -> float:
    """Half away from zero, as people round, of the decimal number that is shown: 2.675 → 2.68 at two digits."""
    if not abs(value) < 1e15:  # no digits behind the point are left
        return value
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))
