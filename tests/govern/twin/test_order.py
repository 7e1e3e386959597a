"""The order of cells: whatever the pieces, every cell stands before the one it runs to."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from riverchief.govern.twin.order import Piece, arrange

nodes = st.integers(0, 7).map("n{}".format)
pieces = st.lists(st.tuples(nodes, nodes, st.integers(1, 5)).filter(lambda p: p[0] != p[1]), min_size=1, max_size=14)


@given(pieces)
def test_every_cell_comes_before_the_one_below_and_every_way_is_walked_once(drawn):
    made = [Piece(f"p{k}", a, b, n) for k, (a, b, n) in enumerate(drawn)]
    plan = arrange(made)
    n = plan.n_cell
    down = plan.dn[:n]
    assert (down[down >= 0] > np.flatnonzero(down >= 0)).all()
    assert (plan.up[:n] == np.arange(n)).all()
    used = np.concatenate([plan.faces[p.code] for p in made])
    assert used.size == np.unique(used).size == plan.n_face - (down < 0).sum()
    inner = [c for p in made for c in plan.cells[p.code][1:-1]] + list(plan.node.values())
    assert sorted(inner) == list(range(n))
    for piece in made:
        cells, faces = plan.cells[piece.code], plan.faces[piece.code]
        assert (plan.up[faces] == cells[:-1]).all()
        assert (plan.dn[faces] == cells[1:]).all()
        assert (cells[0], cells[-1]) == (plan.node[piece.from_node], plan.node[piece.to_node])


@given(pieces)
def test_chords_are_exactly_the_ways_that_close_circles_or_leave_a_node_again(drawn):
    made = [Piece(f"p{k}", a, b, n) for k, (a, b, n) in enumerate(drawn)]
    plan = arrange(made)
    roots = int((plan.dn[: plan.n_cell] < 0).sum())
    # a forest of n cells with r roots has n − r edges; all faces beyond are chords
    assert plan.n_face - plan.n_cell == sum(p.faces for p in made) - (plan.n_cell - roots)


def test_the_cells_of_a_reach_follow_each_other_and_the_longest_way_comes_last():
    plan = arrange([Piece("short", "a", "c", 3), Piece("long", "b", "c", 9), Piece("out", "c", "d", 2)])
    assert (np.diff(plan.cells["long"][1:-1]) == 1).all()
    assert plan.node["c"] == plan.cells["long"][-2] + 1
