"""Each kernel against a plain loop that says the same."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riverchief.base import _kernels as kernels


def graph(seed: int, n: int, tree: bool):
    """Ends of random reaches among `n` nodes, always from a lower to a higher number, so without a cycle."""
    rng = np.random.default_rng(seed)
    if tree:
        upper = np.arange(n - 1)
        lower = np.array([rng.integers(u + 1, n) for u in upper])
    else:
        pairs = np.sort(np.array([rng.choice(n, 2, replace=False) for _ in range(2 * n)]), axis=1)
        upper, lower = pairs[:, 0], pairs[:, 1]
    shuffle = rng.permutation(len(upper))
    return upper[shuffle].astype(np.int64), lower[shuffle].astype(np.int64), rng.uniform(1, 9, len(upper))


graphs = st.tuples(st.integers(0, 10_000), st.integers(3, 25), st.booleans())


@settings(max_examples=30, deadline=None)
@given(graphs)
def test_adjacency_lists_every_reach_once_under_its_node(given_graph):
    upper, _, _ = graph(*given_graph)
    n = given_graph[1]
    start, reach = kernels.adjacency(n, upper)
    for node in range(n):
        assert reach[start[node] : start[node + 1]].tolist() == [i for i, u in enumerate(upper) if u == node]


@settings(max_examples=30, deadline=None)
@given(graphs)
def test_the_topological_order_puts_every_reach_downhill(given_graph):
    upper, lower, _ = graph(*given_graph)
    n = given_graph[1]
    order = kernels.topological_nodes(upper, lower, *kernels.adjacency(n, upper))
    rank = {int(node): i for i, node in enumerate(order)}
    assert sorted(rank) == list(range(n))
    assert all(rank[int(u)] < rank[int(w)] for u, w in zip(upper, lower, strict=True))


def test_nodes_on_and_below_a_ring_are_missing_from_the_order():
    upper, lower = np.array([0, 1, 2, 1]), np.array([1, 2, 1, 3])
    order = kernels.topological_nodes(upper, lower, *kernels.adjacency(4, upper))
    assert order.tolist() == [0]


@settings(max_examples=30, deadline=None)
@given(graphs)
def test_spread_meets_what_a_plain_walk_meets(given_graph):
    upper, lower, _ = graph(*given_graph)
    n = given_graph[1]
    seen, waiting = {0}, [0]
    while waiting:
        at = lower[waiting.pop()]
        new = {i for i, u in enumerate(upper) if u == at} - seen
        seen |= new
        waiting += list(new)
    mask = kernels.spread(np.array([0]), lower, *kernels.adjacency(n, upper))
    assert set(np.flatnonzero(mask).tolist()) == seen


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 25))
def test_the_tour_and_the_cost_to_the_outlet_of_a_tree(seed, n):
    upper, lower, cost = graph(seed, n, tree=True)
    out, into = kernels.adjacency(n, upper), kernels.adjacency(n, lower)
    order = kernels.topological_nodes(upper, lower, *out)
    enter, leave = kernels.euler_tour(order, lower, *out, *into, upper)
    total = kernels.cost_to_outlet(order, cost, lower, *out)
    way = {int(u): (int(w), float(c)) for u, w, c in zip(upper, lower, cost, strict=True)}
    for node in range(n):
        path, length, at = [node], 0.0, node
        while at in way:
            at, step = way[at]
            path.append(at)
            length += step
        assert total[node] == pytest.approx(length)
        below = {b for b in range(n) if enter[b] <= enter[node] and leave[node] <= leave[b]}
        assert below == set(path)


@settings(max_examples=30, deadline=None)
@given(graphs)
def test_the_cheapest_way_is_that_of_bellman_and_ford(given_graph):
    upper, lower, cost = graph(*given_graph)
    n = given_graph[1]
    out = kernels.adjacency(n, upper)
    order = kernels.topological_nodes(upper, lower, *out)
    rank = np.empty(n, np.int64)
    rank[order] = np.arange(n)
    best = np.full(n, np.inf)
    best[0] = 0.0
    for _ in range(n):
        for u, w, c in zip(upper, lower, cost, strict=True):
            best[w] = min(best[w], best[u] + c)
    assert kernels.cheapest_from(0, order, rank, cost, lower, *out) == pytest.approx(best)
