"""The formulas of sheets: arithmetic, comparisons and a few functions, parsed to a tree; nothing is ever executed.

    expression := or
    or         := and { "or" and }
    and        := not { "and" not }
    not        := "not" not | comparison
    comparison := sum [ ("<" | "<=" | ">" | ">=" | "==" | "!=") sum ]
    sum        := product { ("+" | "-") product }
    product    := unary { ("*" | "/") unary }
    unary      := "-" unary | atom
    atom       := number [ "[" unit "]" ] | name | function "(" expression { "," expression } ")" | "(" expression ")"

A comparison is 1 or 0. `if(condition, then, else)`, `and` and `or` look only at what they need, so that an input may be
missing where it does not matter; `known(name)` asks whether it has a value at all.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from riverchief.base.errors import UnknownName
from riverchief.govern.sheets.compute import rounded, value_of
from riverchief.govern.sheets.tree import (
    COMPARISONS,
    FormulaError,
    MissingInput,
    Node,
    UndefinedResult,
    UnitFault,
    Values,
)

__all__ = [
    "FUNCTIONS",
    "WORDS",
    "Formula",
    "FormulaError",
    "MissingInput",
    "Node",
    "UndefinedResult",
    "UnitFault",
    "parse",
    "rounded",
]

DEEPEST = 100  # levels of the tree; more is a mistake, and would exhaust the stack
LONGEST = 2_000


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

    def told(self, names: Mapping[str, str]) -> str:
        """The formula for readers: these names in place of its codes, and the signs of paper."""
        parts, at = list[str](), 0
        for token in _tokens(self.text):
            start = token.column - 1
            shown = (names if token.kind == "name" else _SIGNS).get(token.text, token.text)
            parts += [self.text[at:start], shown]
            at = start + len(token.text)
        return "".join(parts)

    def value(self, values: Values) -> float:
        """The number that the formula comes to.

        Raises
        ------
        MissingInput
            For an input that is needed and has no value.
        UndefinedResult
            For a division by zero, or a result that is no finite number.
        """
        return value_of(self.tree, values)


# ---------------------------------------------------------------------- reading

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:\s*\[[^][]*\])?)|(?P<name>[A-Za-z_]\w*)|(?P<mark><=|>=|==|!=|[-+*/<>(),])|(?P<bad>\S))",
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
    "interp": (5, 41),
}
WORDS = frozenset({"and", "or", "not"})
_SIGNS = {"*": "×", "/": "÷", "<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}  # as they are printed
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
        if token := self.take(*COMPARISONS):
            left = Node(token.text, token.column, (left, self.sum()))
            if self.token.text in COMPARISONS:
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
        if token.text == "interp":
            self.knots(token, parts)
        return Node("call", token.column, tuple(parts), name=token.text)

    def knots(self, token: _Token, parts: list[Node]) -> None:
        """Knots of interp come in pairs and, where they are plain numbers, rise."""
        if len(parts) % 2 == 0:
            raise FormulaError(
                f"{self.text!r}: interp at column {token.column} takes a value and pairs x, y; one x has no y.",
                column=token.column,
            )
        for left, right in pairwise(parts[1::2]):
            if left.kind == right.kind == "number" and right.value <= left.value:
                raise FormulaError(
                    f"{self.text!r}: interp has {right.value:g} at column {right.column} after {left.value:g}; "
                    f"its knots must rise.",
                    column=right.column,
                )


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
