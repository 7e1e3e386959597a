"""What an ensemble does through time, everywhere: the mean of its members and the band that holds eight of ten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from riverchief.govern.twin.ensemble.members import Members
from riverchief.govern.twin.ensemble.run import EnsembleRun
from riverchief.govern.twin.hydraulics.layout import Record

Floats = NDArray[np.float64]

SHARES = (0.1, 0.9)


@dataclass(frozen=True)
class Course:
    """Mean, low and high end (first index, see `ENDS`) at instants.

    Attributes
    ----------
    time_s : float64 (n_time,)
        [s since 1970 UTC].
    level_m : float64 (3, n_time, n_cell)
    flow_m3s : float64 (3, n_time, n_face)
    conc : float64 (3, n_time, n_constituent, n_cell)
    """

    time_s: Floats
    level_m: Floats
    flow_m3s: Floats
    conc: Floats

    ENDS: ClassVar = ("mean", "low", "high")

    @classmethod
    def of_members(cls, members: Members) -> Course:
        """The instant at which members stand."""
        state = members.state
        parts = (banded(one[:, None]) for one in (state.level, state.flow, state.conc))
        return cls(np.array([members.time_s]), *parts)

    @classmethod
    def of_run(cls, run: EnsembleRun) -> Course:
        """A run that watched everything."""
        return cls(run.time_s, banded(run.level_m), banded(run.flow_m3s), banded(run.conc))

    @classmethod
    def joined(cls, parts: Sequence[Course]) -> Course:
        """Parts one behind the other."""
        return cls(
            np.concatenate([p.time_s for p in parts]),
            *(np.concatenate([getattr(p, n) for p in parts], axis=1) for n in ("level_m", "flow_m3s", "conc")),
        )

    def at(self, which: NDArray[np.int64] | NDArray[np.bool_]) -> Course:
        """Some of its instants."""
        return Course(self.time_s[which], self.level_m[:, which], self.flow_m3s[:, which], self.conc[:, which])

    def between(self, after_s: float, until_s: float) -> Course:
        """Its instants in (after, until]."""
        return self.at((self.time_s > after_s) & (self.time_s <= until_s))

    def record(self, end: int = 0) -> Record:
        """One of the three as a record, without volumes."""
        nothing = np.empty((self.time_s.size, 0))
        return Record(self.level_m[end], nothing, self.flow_m3s[end], self.conc[end], nothing, nothing)


def banded(values: Floats) -> Floats:
    """Mean and the ends of the band over the first index."""
    order = np.sort(values, axis=0)
    out = np.empty((3, *values.shape[1:]))
    out[0] = values.mean(axis=0)
    for k, share in enumerate(SHARES, 1):
        at = share * (values.shape[0] - 1)
        low = int(at)
        out[k] = order[low] + (at - low) * (order[min(low + 1, values.shape[0] - 1)] - order[low])
    return out
