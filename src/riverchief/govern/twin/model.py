"""A river made ready to run: cells, series, a state to begin from, and runs that keep their balance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError, RiverError
from riverchief.govern.twin import drive, grid, water
from riverchief.govern.twin import river as described
from riverchief.govern.twin import state as states
from riverchief.govern.twin.flows import Flows
from riverchief.govern.twin.forcing import _kernels as forced
from riverchief.govern.twin.hydraulics import layout
from riverchief.govern.twin.hydraulics.layout import Books, Control, Forcing, Record, State, Watch
from riverchief.govern.twin.hydraulics.rows import CELL
from riverchief.govern.twin.march import _kernels as kernels
from riverchief.govern.twin.quality.kinetics import Kinetics
from riverchief.govern.twin.river import River, Series

if TYPE_CHECKING:
    from riverchief.govern.twin.drawing import Picture

Floats = NDArray[np.float64]

DAY_S = 86_400.0
AUTOMATIC = Control(0.05, 1800.0, 0.05)


class Diverged(RiverError):
    """The equations had no solution even with the shortest step."""

    code = "twin.diverged"


@dataclass(frozen=True)
class Balance:
    """Where the water of a run went, and what the run cost.

    Attributes
    ----------
    stored_before_m3, stored_after_m3 : float
        Water in all cells whose level is not given [m³].
    inflow_m3, outflow_m3 : float
        What came in from outside, and what left over boundaries [m³].
    shortage_m3 : float
        What abstractions asked for and the water did not hold [m³].
    steps, rejected, iterations, limited, substeps : int
        Steps taken, attempts thrown away and halved, linear solutions, steps in which a cell could not give what the
        equations asked of it, and sub-steps of the transport.
    error : float
        Difference of the balance over the largest of inflow, outflow and storage [-].
    """

    stored_before_m3: float
    stored_after_m3: float
    inflow_m3: float
    outflow_m3: float
    shortage_m3: float
    steps: int
    rejected: int
    iterations: int
    limited: int
    substeps: int

    @property
    def error(self) -> float:
        """Relative difference of the balance [-]."""
        lost = self.stored_after_m3 - self.stored_before_m3 - self.inflow_m3 + self.outflow_m3
        most = max(abs(self.inflow_m3), abs(self.outflow_m3), self.stored_before_m3, self.stored_after_m3)
        return lost / max(most, 1.0)  # of next to no water, round-off is the most part


@dataclass(frozen=True)
class Mass:
    """Where a constituent of a run went, in its unit times m³ (mg/L times m³ is g).

    Attributes
    ----------
    before, after : float
        In the water of all cells whose level is not given.
    came, left : float
        With inflows and over boundaries, and away over boundaries and with abstractions.
    made : float
        By reactions; below 0 where they use it up.
    error : float
        Difference of the balance over the largest of them [-].
    """

    before: float
    after: float
    came: float
    left: float
    made: float

    @property
    def error(self) -> float:
        """Relative difference of the balance [-]."""
        lost = self.after - self.before - self.came + self.left - self.made
        return lost / max(abs(self.before), abs(self.after), abs(self.came), abs(self.made), 1e-30)


@dataclass(frozen=True)
class Run:
    """A run: what the river did at its instants.

    Attributes
    ----------
    time_s : float64 (n_time,)
        Instants [s since 1970 UTC], without the beginning.
    record : Record
    balance : Balance
    mass : dict of str to Mass
        By constituent.
    begin, state : State
        The state at the beginning, and at the end; a run from that goes on bit for bit.
    """

    model: Model = field(repr=False)
    time_s: Floats
    record: Record
    balance: Balance
    mass: dict[str, Mass]
    begin: State = field(repr=False)
    state: State = field(repr=False)

    def level_m(self, reach: str, chainage_m: float) -> Floats:
        """Level over time at the cell nearest to a place [m], (n_time,)."""
        return self.record.level[:, self.model.cells.cell(reach, chainage_m)]

    def flow_m3s(self, reach: str, chainage_m: float) -> Floats:
        """Discharge over time at the face nearest to a place [m³/s], (n_time,)."""
        return self.record.flow[:, self.model.cells.face(reach, chainage_m)]

    def flows(self) -> Flows:
        """The water of the run as transport and tracing need it, in steps of its record."""
        g, kept = self.model.cells.grid, self.record
        time_s = np.concatenate([self.begin.clock[:1], self.time_s])
        dt_s = np.diff(time_s)[:, None]
        exchange = np.zeros_like(kept.through)
        for k in range(self.time_s.size):
            now = self.begin._replace(level=kept.level[k], volume=kept.volume[k], flow=kept.flow[k])
            spread = self.model.spread(now)
            exchange[k] = np.where(g.kind == layout.CHANNEL, spread * water.areas(g, now)[0] * g.inv_length, 0.0)
        return Flows(
            time_s, np.concatenate([self.begin.volume[None], kept.volume]), kept.through / dt_s, kept.lateral / dt_s,
            g.up, g.dn, g.fixed, exchange,
        )  # fmt: skip

    def concentration(self, constituent: str, reach: str, chainage_m: float) -> Floats:
        """Concentration over time at the cell nearest to a place, (n_time,)."""
        s = self.model.number(constituent)
        return self.record.conc[:, s, self.model.cells.cell(reach, chainage_m)]

    def profile(self, time_s: float, *reaches: str) -> Picture:
        """The longitudinal profile at the instant nearest to a time [s], as a picture that a notebook shows.

        Along the named reaches, one behind the other; the longest way down where none are named.
        """
        from riverchief.govern.twin import drawing, profile

        told = profile.profile(self, reaches)
        return drawing.picture(told, int(np.abs(self.time_s - time_s).argmin()), self.model.river.name)


class Model:
    """A river cut into cells with all that drives it.

    Parameters
    ----------
    river : River
    constituents : sequence of str, optional
        What the water carries, in mg/L where nothing else is said; all that the inflows name where left out.
    control : Control, optional
        How steps are chosen; automatic where left out.
    kinetics : Kinetics, optional
        How the constituents react; they are then its own, in its order. Where left out, they decay with the river's own
        first-order rates.
    environment : mapping of str to Series or float
        What the kinetics ask of the water and hydraulics do not know, such as `temperature_c`.
    dispersion : str or float
        Formula of `dispersion.FORMULAS`, reckoned anew at every instant that is kept, or a number [m²/s].
    most_dispersion_m2s : float
        Upper limit of what a formula gives [m²/s]; they run away in wide shallow rivers.
    """

    def __init__(
        self,
        river: River,
        constituents: Sequence[str] | None = None,
        control: Control = AUTOMATIC,
        *,
        kinetics: Kinetics | None = None,
        environment: Mapping[str, Series | float] | None = None,
        dispersion: str | float = 0.0,
        most_dispersion_m2s: float = 50.0,
    ) -> None:
        self.river = river
        named = tuple(dict.fromkeys(c for inflow in river.inflows.values() for c in inflow.concentration))
        self.constituents = (
            tuple(named if constituents is None else constituents) if kinetics is None else kinetics.names
        )
        self.control = control
        self.reactor = None if kinetics is None else kinetics.compile()
        self.environment = dict(environment or {})
        self.dispersion = dispersion
        self.most_dispersion_m2s = most_dispersion_m2s
        rates = river.decay_per_day if kinetics is None else {}  # kinetics say all that happens to what they carry
        self.decay_per_s: Floats = np.array([rates.get(name, 0.0) for name in self.constituents]) / DAY_S
        self.cells = grid.build(river)
        self.drive_anew()
        self.structures = np.flatnonzero(self.cells.grid.kind > layout.CHANNEL).astype(np.int32)
        if not isinstance(dispersion, str):
            self.cells.grid.spread[:] = dispersion

    def drive_anew(self) -> None:
        """Take the river's inflows, boundaries and settings as they are now; its cells stay."""
        self.forcing: Forcing = drive.forcing(self.cells, self.constituents)._replace(decay=self.decay_per_s)

    def number(self, constituent: str) -> int:
        """Place of a constituent in the arrays."""
        if constituent not in self.constituents:
            raise InputError(
                f"this model carries {', '.join(self.constituents) or 'nothing'}; {constituent} was asked for. Name it "
                "when the model is made.",
                constituent=constituent,
            )
        return self.constituents.index(constituent)

    def start(self, time_s: float, level_m: ArrayLike | None = None, flow_m3s: ArrayLike | None = None) -> State:
        """A state to begin from: the given levels [m] and discharges [m³/s], else a first guess of steady water.

        Settings are those of their series at the instant; concentrations begin at 0 but at boundaries that have some.
        """
        n = len(self.constituents)
        if level_m is None:
            made = states.running(self.cells, self.forcing, time_s, n)
        else:
            made = states.given(self.cells, level_m, 0.0 if flow_m3s is None else flow_m3s, time_s, n)
        for k in range(self.forcing.set_face.size):
            made.setting[self.forcing.set_face[k]] = forced.value_at(self.forcing, self.forcing.set_series[k], time_s)
        for boundary in self.river.boundaries.values():
            if isinstance(boundary, described.LevelBoundary):
                for name, value in boundary.concentration.items():
                    made.conc[self.number(name), self.cells.node[boundary.node]] = value
        return made

    def spread(self, state: State) -> Floats:
        """Longitudinal dispersion of every face [m²/s]: given, or by its formula in this water."""
        if isinstance(self.dispersion, str):
            return water.spreading(self.cells.grid, state, self.dispersion, self.most_dispersion_m2s)
        return self.cells.grid.spread

    def run(self, state: State, until_s: float, every_s: float, progress: Callable[[float], None] | None = None) -> Run:
        """Run from a state, which stays as it is, to an instant and keep what the river does every so many seconds.

        Raises
        ------
        Diverged
            Naming the time and the place where no step was short enough.
        """
        now = copied(state)
        begin = float(now.clock[0])
        if not until_s > begin:
            raise InputError(
                f"a run from {begin:.0f} s cannot end at {until_s:.0f} s; its end must lie after its beginning."
            )
        count = max(1, int(np.ceil((until_s - begin) / every_s - 1e-9)))
        times = np.minimum(begin + every_s * np.arange(1, count + 1), until_s)
        kept = self._record(count)
        g = self.cells.grid
        march = _March(self, now)
        free = ~g.fixed
        before, held = float(now.volume[free].sum()), (now.conc * now.volume)[:, free].sum(axis=1)
        block = (
            1 if isinstance(self.dispersion, str) or self.reactor else count if progress is None else -(-count // 50)
        )
        for first in range(0, count, block):
            part = slice(first, min(first + block, count))
            if isinstance(self.dispersion, str):
                g.spread[:] = self.spread(now)
            march.to(times[part], Record(*(a[part] for a in kept)))
            if progress is not None:
                progress(part.stop / count)
        after = (now.conc * now.volume)[:, free].sum(axis=1)
        balance = march.books.balance
        came, left, short = (float(balance[k]) for k in (layout.IN, layout.OUT, layout.SHORT))
        steps, rejected, iterations, limited, substeps = (
            int(balance[k]) for k in range(layout.STEPS, layout.N_BALANCE)
        )
        told = Balance(
            before, float(now.volume[free].sum()), came, left, short, steps, rejected, iterations, limited, substeps
        )
        mass = {
            name: Mass(float(held[s]), float(after[s]), float(book[0]), float(book[1]), float(march.made[s]))
            for s, (name, book) in enumerate(zip(self.constituents, march.books.book, strict=True))
        }
        return Run(self, times, kept, told, mass, state, now)

    def _record(self, count: int) -> Record:
        n, f = self.cells.grid.bed.size, self.cells.grid.up.size
        return Record(
            level=np.empty((count, n)),
            volume=np.empty((count, n)),
            flow=np.empty((count, f)),
            conc=np.empty((count, len(self.constituents), n)),
            through=np.empty((count, f)),
            lateral=np.empty((count, n)),
        )

    def place_of(self, cell: int) -> str:
        """How a cell is called for people: reach and chainage, or the node."""
        for code, cells in self.cells.reach.items():
            at = np.flatnonzero(cells == cell)
            if at.size:
                return f"{code} at {self.cells.chainage_m[code][at[0]]:.0f} m"
        return next((name for name, number in self.cells.node.items() if number == cell), f"cell {cell}")


def copied(state: State) -> State:
    """The same state in arrays of its own."""
    return State(*(a.copy() for a in state))


class _March:
    """A run on its way: the state that moves, and the books that are kept of it."""

    def __init__(self, model: Model, state: State) -> None:
        self.model, self.state = model, state
        grid, n = model.cells.grid, len(model.constituents)
        self.work, self.reacted = states.work(grid, n), np.zeros(n)
        self.books = Books(np.zeros(layout.N_BALANCE), np.zeros((n, 2)), np.zeros(n))
        self.watch = Watch(np.arange(grid.bed.size), np.arange(grid.up.size))

    @property
    def made(self) -> Floats:
        """What reactions have made of every constituent [g]."""
        return self.reacted - self.books.decayed

    def to(self, times: Floats, kept: Record) -> None:
        """March through instants and keep what the river does at them."""
        reactor = self.model.reactor
        if reactor is None:
            self._go(times, kept, single=False)
            return
        for k, end in enumerate(times):
            while self.state.clock[0] < end - 1e-6:
                self._go(times[k : k + 1], kept, single=True)
                self.reacted += water.react(self.model.cells.grid, self.state, reactor, self.model.environment)
            kernels.keep(self.state, self.work, self.watch, kept, k)

    def _go(self, times: Floats, kept: Record, *, single: bool) -> None:
        model = self.model
        as_they_are = np.empty((0, model.forcing.factor.size))
        status = kernels.march(
            model.cells.grid, self.state, model.forcing, model.control, times, as_they_are, self.work, model.structures,
            model.cells.n_chord, bool(model.constituents), single, self.books, self.watch, kept,
        )  # fmt: skip
        if status != kernels.DONE:
            raise self._diverged()

    def _diverged(self) -> Diverged:
        state = self.state
        off = np.abs(np.where(np.isfinite(self.work.cell[CELL.d_level]), self.work.cell[CELL.d_level], np.inf))
        where = self.model.place_of(int(np.argmax(off)))
        return Diverged(
            f"the run stopped at {state.clock[0]:.0f} s: near {where} no step down to "
            f"{state.clock[2] / 2**kernels.MOST_HALVINGS:.3g} s had a solution. Look there for a jump of the bed, a "
            "cell much shorter than its depth, or an inflow that rises at once; `check` names such places.",
            time_s=float(state.clock[0]),
            place=where,
        )
