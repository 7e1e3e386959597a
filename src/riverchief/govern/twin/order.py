"""The order of cells: every cell before the one it runs to, the cells of a reach in a row, one tree face for each.

Where more than one way leaves a node, the first that closes no circle belongs to the tree; the first face of every
other is a chord.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Piece:
    """A way from one node to another over so many faces."""

    code: str
    from_node: str
    to_node: str
    faces: int


@dataclass(frozen=True)
class Plan:
    """Numbers of cells and faces.

    Attributes
    ----------
    node : dict
        Cell of every node.
    cells, faces : dict
        Cells (n + 1) and faces (n) of every piece in its direction.
    up, dn : int32 (n_face,)
        Ends of every face; face i < n_cell leaves cell i, dn is -1 where nothing does.
    """

    n_cell: int
    n_face: int
    node: dict[str, int]
    cells: dict[str, Ints]
    faces: dict[str, Ints]
    up: NDArray[np.int32]
    dn: NDArray[np.int32]


def arrange(pieces: list[Piece]) -> Plan:
    """Number the cells and faces of pieces."""
    outgoing: dict[str, list[Piece]] = {}
    for piece in pieces:
        outgoing.setdefault(piece.from_node, []).append(piece)
        outgoing.setdefault(piece.to_node, [])
    tree = _tree(outgoing)
    into: dict[str, list[Piece]] = {node: [] for node in outgoing}
    for piece in pieces:
        into[piece.to_node].append(piece)
    node, inner = _number(outgoing, into, tree)
    n_cell = len(node) + sum(p.faces - 1 for p in pieces)
    up, dn = np.arange(n_cell, dtype=np.int32), np.full(n_cell, -1, np.int32)
    chords: list[tuple[int, int]] = []
    cells, faces = {}, {}
    for piece in pieces:
        own = np.concatenate([[node[piece.from_node]], inner[piece.code], [node[piece.to_node]]]).astype(np.int64)
        through = own[:-1].copy()
        if tree.get(piece.from_node) is piece:
            dn[own[0]] = own[1]
        else:
            through[0] = n_cell + len(chords)
            chords.append((int(own[0]), int(own[1])))
        dn[own[1:-1]] = own[2:]
        cells[piece.code], faces[piece.code] = own, through
    if chords:
        up = np.concatenate([up, np.array([c[0] for c in chords], np.int32)])
        dn = np.concatenate([dn, np.array([c[1] for c in chords], np.int32)])
    return Plan(n_cell, n_cell + len(chords), node, cells, faces, up, dn)


def _tree(outgoing: dict[str, list[Piece]]) -> dict[str, Piece]:
    """The way out of every node that belongs to the tree: the first that leads into no circle."""
    tree: dict[str, Piece] = {}
    for node, ways in outgoing.items():
        for way in ways:
            at, steps = way.to_node, 0
            while at in tree and at != node and steps <= len(outgoing):
                at, steps = tree[at].to_node, steps + 1
            if at != node:
                tree[node] = way
                break
    return tree


def _number(
    outgoing: dict[str, list[Piece]], into: dict[str, list[Piece]], tree: dict[str, Piece]
) -> tuple[dict[str, int], dict[str, Ints]]:
    """Cells of nodes and of the inside of pieces: what lies above comes first, the longest way last."""
    far = _lengths(outgoing, into, tree)
    node: dict[str, int] = {}
    inner: dict[str, Ints] = {}
    count = 0
    for root in (n for n in outgoing if n not in tree):
        stack: list[tuple[str, bool, Piece | None]] = [(root, False, None)]
        while stack:
            here, ready, through = stack.pop()
            if not ready:
                stack.append((here, True, through))
                for piece in sorted(into[here], key=lambda p: far[p.code], reverse=True):
                    if tree.get(piece.from_node) is piece:
                        stack.append((piece.from_node, False, piece))
                    else:  # the inside of a chord's piece hangs on the node it runs to
                        stack.append(("", True, piece))
                continue
            if here:
                node[here] = count
                count += 1
            if through is not None:
                inner[through.code] = np.arange(count, count + through.faces - 1)
                count += through.faces - 1
    return node, inner


def _lengths(outgoing: dict[str, list[Piece]], into: dict[str, list[Piece]], tree: dict[str, Piece]) -> dict[str, int]:
    """Faces on the longest way that comes down each piece."""
    waiting = {n: sum(1 for p in into[n] if tree.get(p.from_node) is p) for n in outgoing}
    longest = dict.fromkeys(outgoing, 0)
    far = {p.code: p.faces for ways in outgoing.values() for p in ways}
    ready = [n for n, w in waiting.items() if w == 0]
    while ready:
        here = ready.pop()
        way = tree.get(here)
        if way is None:
            continue
        far[way.code] = longest[here] + way.faces
        longest[way.to_node] = max(longest[way.to_node], far[way.code])
        waiting[way.to_node] -= 1
        if waiting[way.to_node] == 0:
            ready.append(way.to_node)
    return far
