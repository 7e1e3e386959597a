"""Expressions of kinetics: arithmetic and a few functions, parsed to a tree; nothing is ever executed as Python.

    sum     := product { ("+" | "-") product }
    product := unary { ("*" | "/") unary }
    unary   := "-" unary | power
    power   := atom [ "^" unary ]
    atom    := number [ "[" unit "]" ] | name | function "(" sum { "," sum } ")" | "(" sum ")"

Operators bind as in Python (`^` for `**`): -x^2 is -(x^2), and 2^3^2 is 2^9. The tree is that of sheets' formulas.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from riverchief.base.errors import UnknownName
from riverchief.govern.sheets.tree import FormulaError, Node

DEEPEST = 60  # levels of brackets and operators; more is a mistake, and would exhaust the stack
LONGEST = 2_000

# function → how many values it takes, fewest and most
ARGUMENTS = {
    "exp": (1, 1),
    "ln": (1, 1),
    "sqrt": (1, 1),
    "min": (2, 8),
    "max": (2, 8),
    "theta": (2, 2),
    "do_saturation": (1, 1),
    "reaeration": (2, 2),
}

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?(?:\s*\[[^][]*\])?)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<mark>[-+*/^(),])|(?P<bad>\S))",
    re.ASCII,  # a full-width digit or bracket looks like its Latin one, and is told as what it is
)


@dataclass(frozen=True)
class _Token:
    text: str
    kind: str
    column: int


def parse(text: str) -> Node:
    """The tree of an expression.

    Raises
    ------
    FormulaError
        With the column of the fault, counted from 1.
    """
    if len(text) > LONGEST:
        raise FormulaError(
            f"an expression of {len(text):,} characters is longer than {LONGEST:,}; use terms.", column=1
        )
    return _Parser(text).whole()


def expanded(node: Node, terms: Mapping[str, Node]) -> Node:
    """The tree with every name that is a key of `terms` replaced by what stands for it."""
    if node.kind == "name":
        return terms.get(node.name, node)
    return Node(
        node.kind, node.column, tuple(expanded(part, terms) for part in node.parts), node.value, node.name, node.unit
    )


def degree(node: Node, name: str) -> int | None:
    """0 where the tree does not depend on a name, 1 where it is proportional to it (for values of at least 0).

    None for every other dependence, also for those that only a rearrangement would show.
    """
    if node.kind == "name":
        return int(node.name == name)
    found = [degree(part, name) for part in node.parts]
    if not any(d != 0 for d in found):
        return 0
    if None in found:
        return None
    if node.kind == "negative":
        return found[0]
    if node.kind == "*":
        return 1 if sum(d or 0 for d in found) == 1 else None
    if node.kind == "/":
        return 1 if found == [1, 0] else None
    if node.kind in ("+", "-") or node.name in ("min", "max"):
        return 1 if all(d == 1 for d in found) else None
    return None


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while match := _TOKEN.match(text, at):
        kind = str(match.lastgroup)
        column = match.start(kind) + 1
        if kind == "bad":
            raise FormulaError(
                f"{text!r}: {match[kind]!r} at column {column} means nothing here; use numbers, names, + - * / ^ ( ) "
                f"and commas.",
                column=column,
            )
        yield _Token(match[kind], kind, column)
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

    def take(self, *marks: str) -> _Token | None:
        """The next token when it is one of these marks."""
        token = self.token
        if token.kind != "mark" or token.text not in marks:
            return None
        self.at += 1
        return token

    def fail(self, wanted: str) -> FormulaError:
        token = self.token
        found = repr(token.text) if token.text else "the end"
        return FormulaError(
            f"{self.text!r}: expected {wanted} at column {token.column}, found {found}.", column=token.column
        )

    def need(self, mark: str) -> None:
        if not self.take(mark):
            raise self.fail(repr(mark))

    def whole(self) -> Node:
        tree = self.sum()
        if self.token.kind != "end":
            raise self.fail("an operator or the end")
        return tree

    def deeper(self, part: Callable[[], Node]) -> Node:
        """One level down, where there is one left."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise FormulaError(
                f"{self.text!r}: deeper than {DEEPEST} levels at column {self.token.column}; use terms.",
                column=self.token.column,
            )
        tree = part()
        self.depth -= 1
        return tree

    def chain(self, marks: tuple[str, ...], part: Callable[[], Node]) -> Node:
        """Parts with operators of one rank between them, grouped from the left."""
        left = part()
        links = 0
        while token := self.take(*marks):
            left = Node(token.text, token.column, (left, part()))
            links += 1
            if links > 4 * DEEPEST:
                raise FormulaError(f"{self.text!r}: too many parts at column {token.column}; use terms.", column=1)
        return left

    def sum(self) -> Node:
        return self.chain(("+", "-"), lambda: self.chain(("*", "/"), self.unary))

    def unary(self) -> Node:
        if token := self.take("-"):
            return Node("negative", token.column, (self.deeper(self.unary),))
        return self.power()

    def power(self) -> Node:
        base = self.atom()
        if token := self.take("^"):
            return Node("^", token.column, (base, self.deeper(self.unary)))
        return base

    def atom(self) -> Node:
        token = self.token
        if token.kind == "number":
            self.at += 1
            figure, _, unit = token.text.partition("[")
            value = float(figure)
            if not math.isfinite(value):
                raise FormulaError(
                    f"{self.text!r}: the number at column {token.column} is too large.", column=token.column
                )
            return Node("number", token.column, value=value, unit=unit.removesuffix("]").strip())
        if token.kind == "name":
            self.at += 1
            return self.call(token) if self.take("(") else Node("name", token.column, name=token.text)
        if self.take("("):
            tree = self.deeper(self.sum)
            self.need(")")
            return tree
        raise self.fail("a number, a name or '('")

    def call(self, token: _Token) -> Node:
        if token.text not in ARGUMENTS:
            unknown = UnknownName("function", token.text, ARGUMENTS)
            raise FormulaError(f"{self.text!r}: at column {token.column}: {unknown.sentence}", column=token.column)
        parts = [self.deeper(self.sum)]
        while self.take(","):
            parts.append(self.deeper(self.sum))
        self.need(")")
        fewest, most = ARGUMENTS[token.text]
        if not fewest <= len(parts) <= most:
            wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
            raise FormulaError(
                f"{self.text!r}: {token.text} at column {token.column} takes {wanted} values, found {len(parts)}.",
                column=token.column,
            )
        return Node("call", token.column, tuple(parts), name=token.text)
