"""The reactor: kinetics made ready to work on the concentrations of all cells at once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError, RiverError
from riverchief.govern.sheets.tree import Node, UndefinedResult
from riverchief.govern.twin.quality import _kernels as kernels
from riverchief.govern.twin.quality.expressions._kernels import HUGE
from riverchief.govern.twin.quality.expressions.evaluate import value_of
from riverchief.govern.twin.quality.expressions.grammar import degree, expanded
from riverchief.govern.twin.quality.expressions.program import Builder, Program
from riverchief.govern.twin.quality.kinetics import Kinetics, Process

Floats = NDArray[np.float64]
Environment = Mapping[str, ArrayLike]


class KineticsFault(RiverError):
    """A process that left the numbers; `data` has process, cell, time_s and values."""

    code = "kinetics"


class Reactor:
    """Steps concentrations; made by `Kinetics.compile`.

    What only decays, and what nothing else looks at, decays exactly. Everything else goes by the modified
    Patankar-Runge-Kutta scheme of second order (H. Burchard, E. Deleersnijder and A. Meister, Applied Numerical
    Mathematics 47, 2003, 1-30), applied to whole processes: a process is slowed by what it uses and what is scarcest,
    so that its stoichiometry holds in every step and nothing goes below zero. A cell whose step is too long for it is
    parted, up to 256 times, for itself: no cell's result depends on its neighbours.
    """

    def __init__(self, kinetics: Kinetics) -> None:
        self.kinetics = kinetics
        known = {name: rate.value for name, rate in kinetics.rates.items() if isinstance(rate.value, float)}
        self._fields = {name: rate.value for name, rate in kinetics.rates.items() if not isinstance(rate.value, float)}
        terms = kinetics.terms
        trees = [(process, expanded(process.rate, terms)) for process in kinetics.processes]
        alone = _alone(kinetics.names, trees)
        self._decay_rows = np.array([kinetics.names.index(name) for name in alone], np.int64)
        self._decay, self._starts, self._factors = _decay_program(kinetics.name, alone, trees, known)
        rest = [(process, tree) for process, tree in trees if not set(process.change) <= set(alone)]
        touched = set[str]().union(*(set(process.change) | tree.names() for process, tree in rest))
        state = [name for name in kinetics.names if name in touched]
        self._rows = np.array([kinetics.names.index(name) for name in state], np.int64)
        builder = Builder(state, known)
        self._program = builder.finish([_added(builder, kinetics.name, *pair) for pair in rest])
        self._change = np.array([[p.change.get(name, 0.0) for name in state] for p, _ in rest], np.float64)
        self._change = self._change.reshape(len(rest), len(state))
        self._pattern = _pattern(self._change)

    @property
    def needs(self) -> tuple[str, ...]:
        """Names that the environment must have; their units are in `kinetics.environment`."""
        names = dict.fromkeys((*self._decay.inputs, *self._program.inputs))
        return tuple(name for name in names if name not in self._fields)

    def step(self, conc: Floats, env: Environment, dt_s: float, time_s: float) -> None:
        """Let everything react for one step.

        Parameters
        ----------
        conc : ndarray of float64, shape (n_constituent, n_cell)
            Concentrations in the constituents' units, changed in place. What lies below zero takes no part in
            reactions other than decay and is left as it is.
        env : mapping of str to array_like, shape (n_cell,) or ()
            The water around; see `needs`.
        dt_s : float
            Length of the step [s].
        time_s : float
            Its beginning, for sentences [s].

        Raises
        ------
        InputError
            For an array of another shape or type, a missing name, a value that is no finite number, a step below zero.
        KineticsFault
            Where a rate is no number, or grows beyond all bounds within the step: process, cell, time and values.
            `conc` is as it was.
        """
        shape = (len(self.kinetics.names), conc.shape[-1])
        if conc.shape != shape or conc.dtype != np.float64 or not dt_s >= 0 or dt_s == np.inf:
            raise InputError(
                f"kinetics {self.kinetics.name} were given {conc.dtype} concentrations of shape {conc.shape} and a "
                f"step of {dt_s} s; give float64 of shape {shape} (rows: {', '.join(self.kinetics.names)}) and a step "
                f"of at least 0 s.",
            )
        factors, reacted = None, None
        if self._decay_rows.size:
            inputs, program = self._inputs(self._decay, env, shape[1]), self._decay
            factors, cell = kernels.decay(
                conc, self._decay_rows, inputs, program.constants, program.before, program.size, self._starts,
                program.results, self._factors, dt_s,
            )  # fmt: skip
            if cell >= 0:
                raise self._fault(conc, env, int(cell), time_s, {})
        if self._change.size:
            reacted, program = np.empty((self._rows.size, shape[1])), self._program
            inputs, held = self._inputs(program, env, shape[1]), np.empty(self._rows.size)
            cell = kernels.react(
                conc, self._rows, inputs, program.constants, program.before, program.body, program.size,
                program.results, self._change, self._pattern, dt_s, reacted, held,
            )  # fmt: skip
            if cell >= 0:
                raise self._fault(conc, env, int(cell), time_s, dict(zip(program.state, held.tolist(), strict=True)))
        # only now, when nothing can go wrong any more, is anything written
        if factors is not None:
            kernels.multiply(conc, self._decay_rows, factors)
        if reacted is not None:
            conc[self._rows] = reacted

    def _inputs(self, program: Program, env: Environment, n_cell: int) -> Floats:
        """Values of a program's inputs, (n_input, n_cell)."""
        table = np.empty((len(program.inputs), n_cell))
        for i, name in enumerate(program.inputs):
            value = self._fields.get(name, env.get(name))
            if value is None:
                raise InputError(
                    f"kinetics {self.kinetics.name} need {name} [{self.kinetics.environment.get(name)}] of every cell; "
                    f"the environment has {', '.join(env) or 'nothing'}.",
                    name=name,
                )
            if np.shape(value) not in ((), (n_cell,)):
                raise InputError(
                    f"kinetics {self.kinetics.name}: {name} has the shape {np.shape(value)}; {n_cell} cells need one "
                    f"value each.",
                    name=name,
                )
            table[i] = value
        return table

    def _fault(self, conc: Floats, env: Environment, cell: int, time_s: float, held: Mapping[str, float]) -> RiverError:
        """What went wrong in one cell, found by working it out again in plain Python."""
        values = {name: float(conc[i, cell]) for i, name in enumerate(self.kinetics.names)} | dict(held)
        for name in self.needs:
            values[name] = float(np.broadcast_to(np.asarray(env[name], np.float64), conc.shape[1:])[cell])
        where = f"kinetics {self.kinetics.name}, cell {cell}, {time_s:g} s"
        for name in (*self.kinetics.names, *self.needs):
            given = values[name] if name in self.needs else float(conc[self.kinetics.names.index(name), cell])
            if not abs(given) < HUGE:
                return InputError(f"{where}: {name} came in as {given}; it must be a number.", name=name, cell=cell)
        values |= {n: float(np.broadcast_to(r.value, conc.shape[1:])[cell]) for n, r in self.kinetics.rates.items()}
        name, why = self._culprit(values)
        shown = ", ".join(f"{key} = {values[key]:g}" for key in (*self.kinetics.names, *self.needs))
        return KineticsFault(
            f"{where}: {name}: {why}. There: {shown}. Change the expression or its rates so that it stays finite.",
            process=name,
            cell=cell,
            time_s=time_s,
            values=values,
        )

    def _culprit(self, values: Mapping[str, float]) -> tuple[str, str]:
        """Which process is at fault with these values, and why."""
        known = dict(values)
        for term, tree in self.kinetics.terms.items():
            try:
                known[term] = value_of(tree, known)
            except UndefinedResult as fault:
                return f"term {term}", fault.sentence
            except KeyError:
                continue  # needs what no process asks for
        fastest, pace = "", -1.0
        for process in self.kinetics.processes:
            try:
                rate = value_of(process.rate, known)
            except UndefinedResult as fault:
                return f"process {process.name}", f"{process.text!r}: {fault.sentence}"
            if abs(rate) > pace:
                fastest, pace = process.name, abs(rate)
        return f"process {fastest}", f"goes beyond all bounds within one step (rate {pace:g})"


def _added(builder: Builder, kinetics: str, process: Process, tree: Node) -> int:
    try:
        return builder.add(tree)
    except UndefinedResult as fault:
        raise InputError(
            f"kinetics {kinetics}, process {process.name}: {process.text!r}: {fault.sentence}, whatever the water; "
            f"change its rates.",
            process=process.name,
        ) from fault


def _alone(names: tuple[str, ...], trees: list[tuple[Process, Node]]) -> list[str]:
    """Constituents that only decay or grow in proportion to themselves, and that nothing else looks at."""
    found = []
    for name in names:
        own = [(process, tree) for process, tree in trees if name in process.change]
        others = [tree for process, tree in trees if name not in process.change and name in tree.names()]
        plain = all(
            set(process.change) == {name} and degree(tree, name) == 1 and not tree.names() & (set(names) - {name})
            for process, tree in own
        )
        if own and plain and not others:
            found.append(name)
    return found


def _decay_program(
    kinetics: str, alone: list[str], trees: list[tuple[Process, Node]], known: Mapping[str, float]
) -> tuple[Program, NDArray[np.int64], Floats]:
    """Program of the coefficients of decay, where each constituent's begin among them, and their factors."""
    builder = Builder((), known)
    registers, factors, starts = [], [], [0]
    for name in alone:
        for process, tree in trees:
            if name in process.change:
                one = expanded(tree, {name: Node("number", 0, value=1.0)})
                registers.append(_added(builder, kinetics, process, one))
                factors.append(process.change[name])
        starts.append(len(registers))
    return builder.finish(registers), np.array(starts, np.int64), np.array(factors, np.float64)


def _pattern(change: Floats) -> NDArray[np.bool_]:
    """What may be other than zero in a stage's matrix, elimination included; shape (n, n)."""
    touched = change != 0
    # whichever of what a process touches may set its pace, for a rate may change its sign
    pattern = (touched[:, :, None] & touched[:, None, :]).any(axis=0) | np.eye(change.shape[1], dtype=bool)
    for j in range(pattern.shape[0]):
        pattern[j + 1 :, j + 1 :] |= pattern[j + 1 :, j, None] & pattern[None, j, j + 1 :]
    return np.ascontiguousarray(pattern)
