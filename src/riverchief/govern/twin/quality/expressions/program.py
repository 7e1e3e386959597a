"""Expressions → programs over registers. What is equal is worked out once; what holds for a whole step, before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.sheets.tree import Node
from riverchief.govern.twin.quality.expressions import _kernels as kernels
from riverchief.govern.twin.quality.expressions.evaluate import applied

_OPERATIONS = {
    "+": kernels.ADD, "-": kernels.SUB, "*": kernels.MUL, "/": kernels.DIV, "negative": kernels.NEG, "^": kernels.POW,
    "exp": kernels.EXP, "ln": kernels.LN, "sqrt": kernels.SQRT, "min": kernels.MIN, "max": kernels.MAX,
    "do_saturation": kernels.SATURATION, "reaeration": kernels.REAERATION,
}  # fmt: skip

Instruction = tuple[int, int, int, int]


@dataclass(frozen=True)
class Program:
    """What the kernels run: constants, what holds for a step, what is done at every stage, and where results lie.

    Attributes
    ----------
    state, inputs : tuple of str
        Names of the first registers.
    constants : ndarray, shape (n_constant,)
        What the registers behind them hold.
    before, body : ndarray, shape (n, 4)
        Operation, result, first, second.
    size : int
        Registers in all.
    results : ndarray, shape (n_wanted,)
        Registers of what was asked for.
    """

    state: tuple[str, ...]
    inputs: tuple[str, ...]
    constants: NDArray[np.float64]
    before: NDArray[np.int64]
    body: NDArray[np.int64]
    size: int
    results: NDArray[np.int64]


class Builder:
    """Turns trees into one program.

    Registers are numbered as they are asked for, and put in order at the end: state, inputs, constants, results.

    Parameters
    ----------
    state : iterable of str
        Names that change within a step: constituents.
    known : mapping of str to float
        Names with one value for all cells; every other name is an input, one value per cell.
    """

    def __init__(self, state: Iterable[str], known: Mapping[str, float]) -> None:
        self._known = known
        self._keys: dict[tuple[object, ...], int] = {}
        self._state = {name: self._register("state", name) for name in state}
        self._inputs: dict[str, int] = {}
        self._constants: dict[int, float] = {}
        self._made: dict[int, tuple[int, int, int]] = {}
        self._changing = set(self._state.values())

    def _register(self, *key: object) -> int:
        return self._keys.setdefault(key, len(self._keys))

    def _constant(self, value: float) -> int:
        register = self._register("constant", value)
        self._constants[register] = value
        return register

    def add(self, node: Node) -> int:
        """Bring a tree into the program; gives the register of its result, as numbered for now.

        Raises
        ------
        UndefinedResult
            Where a part of it that is the same for all cells is no number.
        """
        if node.kind == "number":
            return self._constant(node.value)
        if node.kind == "name":
            if node.name in self._known:
                return self._constant(self._known[node.name])
            if node.name in self._state:
                return self._state[node.name]
            return self._inputs.setdefault(node.name, self._register("input", node.name))
        parts = [self.add(part) for part in node.parts]
        if all(part in self._constants for part in parts):
            return self._constant(applied(node, [self._constants[part] for part in parts]))
        if node.name == "theta":
            # θ^(T - 20) as e^(ln θ · (T - 20)): the logarithm is worked out beforehand
            above = self._operation(kernels.SUB, parts[1], self._constant(20.0))
            return self._operation(
                kernels.EXP, *[self._operation(kernels.MUL, self._logarithm(node, parts[0]), above)] * 2
            )
        operation = _OPERATIONS[node.name or node.kind]
        result = parts[0]
        for part in parts[1:] or parts:
            result = self._operation(operation, result, part)
        return result

    def _logarithm(self, node: Node, part: int) -> int:
        if part in self._constants:
            return self._constant(applied(Node("call", node.column, name="ln"), [self._constants[part]]))
        return self._operation(kernels.LN, part, part)

    def _operation(self, operation: int, first: int, second: int) -> int:
        if operation == kernels.POW and self._constants.get(second) == 2:
            operation, second = kernels.MUL, first
        register = self._register(operation, first, second)
        self._made[register] = (operation, first, second)
        if first in self._changing or second in self._changing:
            self._changing.add(register)
        return register

    def finish(self, wanted: Iterable[int]) -> Program:
        """The program that works out the registers of the trees that were added."""
        registers = [*self._state.values(), *self._inputs.values(), *self._constants, *self._made]
        order = {register: i for i, register in enumerate(registers)}
        before: list[Instruction] = []
        body: list[Instruction] = []
        for register, (operation, first, second) in self._made.items():
            line = (operation, order[register], order[first], order[second])
            (body if register in self._changing else before).append(line)
        return Program(
            tuple(self._state), tuple(self._inputs), np.array(list(self._constants.values()), np.float64),
            _code(before), _code(body), len(order), np.array([order[register] for register in wanted], np.int64),
        )  # fmt: skip


def _code(instructions: list[Instruction]) -> NDArray[np.int64]:
    return np.array(instructions, np.int64).reshape(-1, 4)
