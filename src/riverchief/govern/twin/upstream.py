"""Which inflows a place on the river speaks for: those between it and the next places above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from riverchief.govern.twin.model import Model


@dataclass(frozen=True)
class Upstream:
    """Places and inflows along the tree of cells.

    Attributes
    ----------
    order : tuple of int
        The places from upstream to downstream.
    above : tuple of tuple of int
        By place: the next places above it.
    own : tuple of tuple of str
        By place: the inflows that pass no other place before it.
    rest : tuple of str
        Inflows below which no place lies.
    """

    order: tuple[int, ...]
    above: tuple[tuple[int, ...], ...]
    own: tuple[tuple[str, ...], ...]
    rest: tuple[str, ...]

    @classmethod
    def of(cls, model: Model, places: Sequence[tuple[str, float]]) -> Upstream:
        """Find who speaks for what; places are reach and chainage [m], at most one to a cell counts.

        Raises
        ------
        UnknownName, InputError
            For a place that does not lie on the river.
        """
        g = model.cells.grid
        faces = [model.cells.face(*place) for place in places]
        at = {face: k for k, face in enumerate(faces) if face < g.bed.size}  # a chord is nobody's only way

        def next_below(cell: int) -> int | None:
            while g.dn[cell] >= 0:
                if cell in at:  # face i is the way out of cell i
                    return at[cell]
                cell = int(g.dn[cell])
            return None

        own: list[list[str]] = [[] for _ in places]
        above: list[list[int]] = [[] for _ in places]
        rest = []
        for m, name in enumerate(model.river.inflows):
            if (k := next_below(int(model.forcing.cell[m]))) is None:
                rest.append(name)
            else:
                own[k].append(name)
        for face, k in at.items():
            below = next_below(int(g.dn[face]))
            if below is not None:
                above[below].append(k)
        order = tuple(sorted(range(len(places)), key=lambda k: faces[k]))
        return cls(order, tuple(map(tuple, above)), tuple(map(tuple, own)), tuple(rest))
