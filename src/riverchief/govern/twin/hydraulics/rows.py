"""Where the working arrays of a step lie: few arrays with many rows, which a compiler passes on at little cost."""

from __future__ import annotations

from typing import NamedTuple


class Cells(NamedTuple):
    """Rows of numbers of every cell."""

    level: int
    known_v: int
    source: int
    alpha: int
    beta: int
    right: int
    inv_d: int
    push: int
    own: int
    part: int
    rest: int
    surface: int
    inv_den: int
    sum_a: int
    sum_b: int
    mom_a: int
    mom_b: int
    sum_q: int
    mom_in: int
    back: int
    leaving: int
    rise: int
    d_level: int
    unit_right: int
    unit_alpha: int
    volume: int
    lateral: int
    taken: int
    held: int
    next_held: int
    inv_next: int
    first: int
    change: int
    gives: int
    follow: int
    free: int
    implicit: int
    gain: int
    before: int


class Faces(NamedTuple):
    """Rows of numbers of every face."""

    flow: int
    known_q: int
    share: int
    d_flow: int
    flux: int
    exchange: int


class Indices(NamedTuple):
    """Rows of whole numbers of every cell."""

    row: int
    above: int
    below: int
    order: int
    waiting: int
    first_in: int
    first_out: int


class Links(NamedTuple):
    """Rows of whole numbers of every face."""

    next_in: int
    next_out: int


CELL = Cells(*range(39))
FACE = Faces(*range(6))
INDEX = Indices(*range(7))
LINK = Links(*range(2))
