"""Where it came from, by every release that is possible: place × start × duration × member, the mass integrated out.

Transport is linear and transposed exactly, so the response of every reading to every release is known after one run
per member. New readings cost their own lanes only; old ones are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from riverchief.base.errors import InputError
from riverchief.govern.twin.flows import Floats, Flows
from riverchief.govern.twin.tracing import transport
from riverchief.govern.twin.tracing.likelihood import _kernels as kernels
from riverchief.govern.twin.tracing.readings import Batch, Reading, batch_of

Longs = NDArray[np.int64]
HOUR_S = 3_600.0
NEVER = -1e300
LEFT_OVER = 3.0  # what a second source has to explain at least in the first look, in nats
CHUNK = 2_000  # releases whose full likelihood is reckoned together


@dataclass(frozen=True)
class TracerSettings:
    """Assumptions of the tracer; every default is one, judged by `docs/validation/trace-spills.md`.

    Attributes
    ----------
    durations_s : tuple of float
        Durations that are tried, equally probable [s].
    mass_kg : (float, float)
        The mass may lie anywhere between these, evenly in its logarithm [kg].
    shape_sd : float
        Relative error of a predicted excess [-].
    gain_sd : float
        Standard deviation of a station's own calibration, as a share of what it reads [-].
    timing_sd : float
        Error of an arrival that no member carries, as a share of the lag [-].
    timing_floor_s : float
        The least of it [s].
    freedom : float
        Degrees of freedom of the Student error; low ones forgive outliers [-].
    correlation_s : float
        Readings of one station closer than this share the error of what is predicted, and count in part [s].
    background_share : float
        Prior probability that no source explains the readings [-].
    second_share : float
        Prior probability of a second source [-].
    edge_s : float
        Shortest step of starts and durations [s]; longer where the memory asks for it.
    limit_bytes : int
        What the table of responses of one member may take [B].
    keep : float
        Releases this many nats behind the best are dropped, and twice as many in the first look.
    """

    durations_s: tuple[float, ...] = tuple(h * HOUR_S for h in (0.5, 1, 2, 4, 8))
    mass_kg: tuple[float, float] = (0.1, 100_000.0)
    shape_sd: float = 0.1
    gain_sd: float = 0.1
    timing_sd: float = 0.06
    timing_floor_s: float = 300.0
    freedom: float = 4.0
    correlation_s: float = 4 * HOUR_S
    background_share: float = 0.005
    second_share: float = 0.05
    edge_s: float = 900.0
    limit_bytes: int = 256_000_000
    keep: float = 14.0


@dataclass(frozen=True)
class Atoms:
    """Releases that can explain the readings; arrays (n,).

    Attributes
    ----------
    place, edge, width, member : int64
        Which place, which edge it starts at, how many edges it lasts, under which member.
    log_like : float64
        Log evidence against "nothing but background", the mass integrated out; with the priors of member, start and
        duration, without that of the place.
    log_mass, log_sd : float64
        Middle and standard deviation of the logarithm of the mass [kg].
    offset : float64 (n, n_station)
        What every station reads too much under it, as a share [-].
    """

    place: Longs
    edge: Longs
    width: Longs
    member: Longs
    log_like: Floats
    log_mass: Floats
    log_sd: Floats
    offset: Floats


@dataclass
class Tracer:
    """Tables of responses for readings that arrive one after the other.

    Parameters
    ----------
    members : sequence of (Flows, weight)
        Runs of the hydraulics on one grid, and how probable each is; one will do.
    places : int64 (n_place,)
        Cells in which a release is looked for; all but the fixed ones where left out.
    decay_per_s : float
        First-order decay of the substance [1/s].
    settings : TracerSettings

    Raises
    ------
    InputError
        For no member, weights that are no probabilities, or flows that do not hang together.
    """

    members: Sequence[tuple[Flows, float]]
    places: Longs | None = None
    decay_per_s: float = 0.0
    settings: TracerSettings = field(default_factory=TracerSettings)

    def __post_init__(self) -> None:
        weight = np.array([w for _, w in self.members], np.float64)
        if weight.size == 0 or not (weight >= 0).all() or not weight.sum() > 0:
            raise InputError(f"the tracer was given {weight.size} members; give at least one of weight above 0.")
        for flows, _ in self.members:
            flows.check()
        self.member_weight = weight / weight.sum()
        first = self.members[0][0]
        if self.places is None:
            self.places = np.flatnonzero(~first.fixed)
        self._stepped = [transport.well_stepped(flows) for flows, _ in self.members]
        self._readings: list[Reading] = []
        self._tables: list[NDArray[np.float32]] = []
        self._grid: tuple[float, float, int] | None = None

    # ------------------------------------------------------------------ responses

    @property
    def cells(self) -> Longs:
        """Cells in which a release is looked for, shape (n_place,)."""
        assert self.places is not None
        return self.places

    @property
    def grid(self) -> tuple[float, float, int]:
        """First edge [s], step [s] and number of edges at which a release may begin or end."""
        if self._grid is None:
            raise InputError("the tracer has no readings yet; add some before asking where they came from.")
        return self._grid

    def add(self, readings: Sequence[Reading]) -> None:
        """Take in readings; only these are carried up the river.

        Raises
        ------
        InputError
            As `batch_of`; nothing is taken in then.
        """
        batch_of(readings, self.members[0][0].n_cell, self.settings.correlation_s)
        if self._grid is None:
            self._grid = self._choose(max(len(readings), 64))
        spots = transport.Spots(*(np.array([getattr(r, n) for r in readings]) for n in ("cell", "share", "time_s")))
        for m in range(len(self.members)):
            table = self.responses(m, spots)
            if self._readings:
                self._tables[m] = np.concatenate([self._tables[m], table], axis=2)
            else:
                self._tables.append(table)
        self._readings += readings

    def _choose(self, n_reading: int) -> tuple[float, float, int]:
        time = self.members[0][0].time_s
        span, dt = float(time[-1] - time[0]), float(np.median(np.diff(time)))
        fits = max(int(self.settings.limit_bytes / (4.0 * self.cells.size * n_reading)), 8)
        # whole steps of the run
        step = dt * max(1.0, np.rint(self.settings.edge_s / dt), np.ceil(span / fits / dt))
        return float(time[0]), float(step), int(span / step * (1 + 1e-9)) + 1

    def responses(self, member: int, spots: transport.Spots) -> NDArray[np.float32]:
        """Responses of spots to a load of 1 kg/s from every edge on; (n_place, n_edge, n_spot) [mg/L per kg/s]."""
        flows = self._stepped[member]
        first, step, n_edge = self.grid
        # the levels nearest to the edges; steps of the water are much shorter than an edge, or become the edge
        edges = first + step * np.arange(n_edge)
        levels = np.rint(np.interp(edges, flows.time_s, np.arange(flows.n_step + 1))).astype(np.int64)
        table = transport.onset(flows, spots, levels, self.cells, self.decay_per_s)
        return np.ascontiguousarray(table, np.float32)

    # ------------------------------------------------------------------ evidence

    def batch(self) -> Batch:
        """All readings so far, sorted."""
        return batch_of(self._readings, self.members[0][0].n_cell, self.settings.correlation_s)

    def bins(self) -> Longs:
        """Durations in edges, each once."""
        _, step, _ = self.grid
        return np.unique(np.maximum(np.rint(np.array(self.settings.durations_s) / step), 1).astype(np.int64))

    def table(self, member: int, batch: Batch) -> NDArray[np.float32]:
        """Responses of a member in the order of a batch."""
        table = self._tables[member]
        same = (batch.order == np.arange(batch.order.size)).all()
        return table if same else np.ascontiguousarray(table[:, :, batch.order])

    def atoms(self, batch: Batch, explained: tuple[Floats, Floats] | None = None) -> Atoms:
        """Every release that can explain the readings.

        Parameters
        ----------
        explained : (float64 (n,), float64 (n,)), optional
            What another source has already brought, and its error, which adds to that of the readings [mg/L].
        """
        s = self.settings
        known, error = explained or (0.0, 0.0)
        value, noise = batch.value - known, np.hypot(batch.sd, error)
        bins = self.bins()
        floor = 0.0 if explained is None else LEFT_OVER
        parts = [self._member(m, batch, bins, value, noise, floor) for m in range(len(self.members))]
        best = max((float(p.log_like.max()) for p in parts if p.log_like.size), default=-np.inf)
        joined = {
            name: np.concatenate([getattr(p, name)[p.log_like > best - s.keep] for p in parts])
            for name in Atoms.__dataclass_fields__
        }
        return Atoms(**joined)

    def _member(self, member: int, batch: Batch, bins: Longs, value: Floats, noise: Floats, floor: float) -> Atoms:
        s, (first, step, n_edge) = self.settings, self.grid
        table = self.table(member, batch)
        above = np.where(batch.below, 0.0, value)
        # the first look forgives what the likelihood forgives: outliers, and arrivals that are a little off
        coarse = noise**2 + (s.shape_sd * above) ** 2 + (0.15 * max(float(above.max()), 0.0)) ** 2
        gain = np.empty((self.cells.size, n_edge, bins.size), np.float32)
        gain[:, -1] = 0.0
        kernels.scan(table, bins, (batch.part / coarse).astype(np.float32), above.astype(np.float32), gain)
        flat = gain.ravel()
        order = np.flatnonzero(flat > max(float(flat.max()) - 3 * s.keep, floor))
        order = order[np.argsort(-flat[order], kind="stable")]
        parts: list[tuple[Longs, Longs, Longs, Floats, Floats, Floats, Floats]] = []
        best = -np.inf
        for start in range(0, order.size, CHUNK):  # the best first, until they are no longer worth keeping
            place, edge, width = np.unravel_index(order[start : start + CHUNK], gain.shape)
            n = place.size
            log_like, log_mass, log_sd, offset = (
                np.empty(n),
                np.empty(n),
                np.empty(n),
                np.zeros((n, len(batch.stations))),
            )
            kernels.likelihoods(
                table, place, edge, bins[width], step, first, batch.time_s, value, noise, batch.part, batch.below,
                batch.station, np.full(len(batch.stations), s.gain_sd), s.shape_sd, s.timing_sd, s.timing_floor_s,
                s.freedom, log_like, log_mass, log_sd, offset,
            )  # fmt: skip
            low, high = np.log(s.mass_kg)
            with np.errstate(divide="ignore"):  # what of the mass lies within its bounds
                log_like += np.log(ndtr((high - log_mass) / log_sd) - ndtr((low - log_mass) / log_sd)) - np.log(
                    high - low
                )
            top = float(log_like.max())
            if top < best - s.keep and np.isfinite(best):
                break
            best = max(best, top)
            ok = log_like > max(best - s.keep, NEVER)
            parts.append((place[ok], edge[ok], bins[width[ok]], log_like[ok], log_mass[ok], log_sd[ok], offset[ok]))
        if not parts:
            none = np.empty(0, np.int64)
            nothing = np.empty(0)
            return Atoms(none, none, none, none, nothing, nothing, nothing, np.empty((0, len(batch.stations))))
        place, edge, width, log_like, log_mass, log_sd, offset = (np.concatenate(v) for v in zip(*parts, strict=True))
        log_like += np.log(self.member_weight[member]) if self.member_weight[member] > 0 else -np.inf
        log_like -= np.log(n_edge - 1) + np.log(bins.size)
        return Atoms(place, edge, width, np.full(place.size, member), log_like, log_mass, log_sd, offset)

    def predicted(self, atoms: Atoms, which: int, batch: Batch) -> tuple[Floats, Floats]:
        """What one release brings to every reading, the stations' offsets included, and its error [mg/L]."""
        s, (first, step, _) = self.settings, self.grid
        phi, late = np.empty((2, batch.value.size))
        table = self.table(int(atoms.member[which]), batch)
        kernels.shape(table, atoms.place[which], atoms.edge[which], atoms.width[which], step, phi, late)
        mass = np.exp(atoms.log_mass[which])
        seen = (1 + atoms.offset[which][batch.station]) * mass * phi
        lag = batch.time_s - first - (atoms.edge[which] + 0.5 * atoms.width[which]) * step
        off = mass * late * np.maximum(s.timing_sd * lag, s.timing_floor_s)
        return seen, np.hypot(s.shape_sd * seen, off)
