"""What transport needs to know of a run's water, and the check that it hangs together."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Flows:
    """Water of a run, as transport needs it: what the cells held and what went through the faces.

    Face i < n_cell is the one that leaves cell i (`dn[i]` = -1 and no flux where there is none); faces from n_cell on
    are chords, which close loops. Cells come in topological order: `up[i] < dn[i]` on the tree's faces.

    Attributes
    ----------
    time_s : float64 (n_step + 1,)
        Instants [s].
    volume_m3 : float64 (n_step + 1, n_cell)
        What every cell holds [m³].
    flux_m3s : float64 (n_step, n_face)
        Mean flow over the step [m³/s], positive from `up` to `dn`.
    lateral_m3s : float64 (n_step, n_cell)
        Inflow from outside (above 0) or abstraction (below 0) [m³/s].
    up, dn : int32 (n_face,)
        Cells at a face's two ends.
    fixed : bool (n_cell,)
        Cells beyond an outlet: water that enters them has left, and what comes from them is clean.
    exchange_m3s : float64 (n_step, n_face)
        Dispersive conductance D A / L [m³/s].
    """

    time_s: Floats
    volume_m3: Floats
    flux_m3s: Floats
    lateral_m3s: Floats
    up: Ints
    dn: Ints
    fixed: Bools
    exchange_m3s: Floats

    @property
    def n_cell(self) -> int:
        """Number of cells."""
        return int(self.volume_m3.shape[1])

    @property
    def n_step(self) -> int:
        """Number of steps."""
        return int(self.flux_m3s.shape[0])

    def residual_m3(self) -> Floats:
        """What every cell gained beyond its fluxes [m³], 0 in fixed cells; shape (n_step, n_cell)."""
        dt_s = np.diff(self.time_s)[:, None]
        gain = self.lateral_m3s.copy()
        there = self.dn >= 0
        np.add.at(gain.T, self.dn[there], self.flux_m3s.T[there])
        np.subtract.at(gain.T, self.up[there], self.flux_m3s.T[there])
        return np.asarray(np.where(self.fixed, 0.0, np.diff(self.volume_m3, axis=0) - dt_s * gain), np.float64)

    def check(self, tolerance: float = 1e-6) -> None:
        """Refuse flows on which no transport can be built.

        Parameters
        ----------
        tolerance : float
            Largest residual of a cell, relative to what it holds and what goes through it [-].

        Raises
        ------
        InputError
            For shapes that differ, values that are no numbers, an order that is not topological, or water that is
            made or lost; each names the first culprit.
        """
        n_step, n_face = self.flux_m3s.shape
        n_cell = self.n_cell
        wanted = {
            "time_s": (n_step + 1,), "volume_m3": (n_step + 1, n_cell), "lateral_m3s": (n_step, n_cell),
            "up": (n_face,), "dn": (n_face,), "fixed": (n_cell,), "exchange_m3s": (n_step, n_face),
        }  # fmt: skip
        for name, shape in wanted.items():
            value = getattr(self, name)
            if value.shape != shape:
                raise InputError(f"flows: {name} has shape {value.shape}; with these fluxes it must be {shape}.")
            if not np.isfinite(value).all():
                raise InputError(f"flows: {name} holds values that are no numbers; leave them out or mend the run.")
        if not np.isfinite(self.flux_m3s).all() or (self.volume_m3 < 0).any() or (self.exchange_m3s < 0).any():
            raise InputError("flows: a flux is no number, or a volume or an exchange is below 0; mend the run.")
        if (np.diff(self.time_s) <= 0).any():
            raise InputError("flows: time_s must rise from instant to instant.")
        tree = self.dn[:n_cell]
        if (self.up[:n_cell] != np.arange(n_cell)).any() or ((tree >= 0) & (tree <= np.arange(n_cell))).any():
            raise InputError("flows: face i must leave cell i towards a cell after it; sort the cells from upstream.")
        through = np.abs(self.flux_m3s) * np.diff(self.time_s)[:, None]
        scale = self.volume_m3[1:] + self.volume_m3[:-1] + through[:, :n_cell] + 1.0
        bad = np.abs(self.residual_m3()) > tolerance * scale
        if bad.any():
            step, cell = np.argwhere(bad)[0]
            made_m3 = float(self.residual_m3()[step, cell])
            raise InputError(
                f"flows: cell {cell} gains {made_m3:.3g} m³ in step {step} that no face brought; "
                f"pass the fluxes by which the volumes were advanced.",
                cell=int(cell),
                step=int(step),
            )

    def split(self, parts: int) -> Flows:
        """The same water with every step cut into so many; volumes go evenly, so continuity stays exact."""
        if parts == 1:
            return self
        share = np.arange(parts) / parts

        def between(value: Floats) -> Floats:
            inner = value[:-1, None] + share.reshape(1, -1, *([1] * (value.ndim - 1))) * np.diff(value, axis=0)[:, None]
            return np.concatenate([inner.reshape(-1, *value.shape[1:]), value[-1:]])

        return replace(
            self,
            time_s=between(self.time_s),
            volume_m3=between(self.volume_m3),
            flux_m3s=np.repeat(self.flux_m3s, parts, axis=0),
            lateral_m3s=np.repeat(self.lateral_m3s, parts, axis=0),
            exchange_m3s=np.repeat(self.exchange_m3s, parts, axis=0),
        )
