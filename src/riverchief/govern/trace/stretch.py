"""Where to look first: the stretches of river that hold most of the probability within a length that can be flown."""

from __future__ import annotations

from riverchief.base.errors import InputError
from riverchief.govern.trace.result import Stretch, Trace

ENOUGH = 0.95  # probability beyond which more river is not worth a battery


def suspect_stretch(trace: Trace, max_length_m: float) -> list[tuple[str, float, float]]:
    """Stretches with the most probability, at most so long together, the most probable first.

    Cells are taken by probability per metre until 95 % of it or the length is used up; a gap of one cell between two
    taken ones is flown too where the length allows, because a turn costs more than a kilometre.

    Parameters
    ----------
    max_length_m : float
        Length that can be flown [m]; a cell that does not fit as a whole is cut at its lower end.

    Returns
    -------
    list of (reach, from_m, to_m)

    Raises
    ------
    InputError
        For a length that is not above 0 m.
    """
    if not max_length_m > 0:
        raise InputError(f"a flight over at most {max_length_m} m was asked for; give a length above 0 m.")
    left, covered = max_length_m, 0.0
    total = sum(s.probability for s in trace.reach_probability)
    taken: list[Stretch] = []
    for cell in sorted(trace.reach_probability, key=lambda s: -s.probability / (s.to_m - s.from_m)):
        if left <= 0 or covered >= ENOUGH * total:
            break
        length = min(left, cell.to_m - cell.from_m)
        share = cell.probability * length / (cell.to_m - cell.from_m)
        taken.append(Stretch(cell.reach, cell.from_m, cell.from_m + length, share))
        left -= length
        covered += share
    merged: list[Stretch] = []
    for cell in sorted(taken, key=lambda s: (s.reach, s.from_m)):
        last = merged[-1] if merged and merged[-1].reach == cell.reach else None
        gap = cell.from_m - last.to_m if last else float("inf")
        if last and gap <= max(1e-6, min(left, cell.to_m - cell.from_m)):
            left -= max(gap, 0.0)
            merged[-1] = Stretch(cell.reach, last.from_m, cell.to_m, last.probability + cell.probability)
        else:
            merged.append(cell)
    return [(s.reach, s.from_m, s.to_m) for s in sorted(merged, key=lambda s: -s.probability)]
