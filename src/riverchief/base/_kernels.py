"""Kernels of the network: index arrays in, index arrays and status out; nothing raises here."""

from __future__ import annotations

import numpy as np
from numba import njit

__all__: list[str] = []


@njit(cache=True)
def adjacency(n_node, ends):
    """CSR lists of the reaches that touch each node with `ends` (int64[n_reach]): (start[n_node + 1], reach[n])."""
    start = np.zeros(n_node + 1, np.int64)
    for node in ends:
        start[node + 1] += 1
    for i in range(n_node):
        start[i + 1] += start[i]
    fill = start[:-1].copy()
    reach = np.empty(ends.size, np.int64)
    for i in range(ends.size):
        reach[fill[ends[i]]] = i
        fill[ends[i]] += 1
    return start, reach


@njit(cache=True)
def topological_nodes(from_node, to_node, out_start, out_reach):
    """Nodes from the sources down (Kahn); nodes on or below a cycle are missing from the result."""
    n_node = out_start.size - 1
    waiting = np.zeros(n_node, np.int64)
    for node in to_node:
        waiting[node] += 1
    order = np.empty(n_node, np.int64)
    n = 0
    for node in range(n_node):
        if waiting[node] == 0:
            order[n] = node
            n += 1
    done = 0
    while done < n:
        node = order[done]
        done += 1
        for k in range(out_start[node], out_start[node + 1]):
            below = to_node[out_reach[k]]
            waiting[below] -= 1
            if waiting[below] == 0:
                order[n] = below
                n += 1
    return order[:n]


@njit(cache=True)
def spread(seeds, next_node, start, reach):
    """Mask of the reaches met from the seed reaches by stepping to `next_node` and on through the CSR lists."""
    seen = np.zeros(next_node.size, np.bool_)
    stack = np.empty(next_node.size, np.int64)
    n = 0
    for i in seeds:
        if not seen[i]:
            seen[i] = True
            stack[n] = i
            n += 1
    while n > 0:
        n -= 1
        node = next_node[stack[n]]
        for k in range(start[node], start[node + 1]):
            i = reach[k]
            if not seen[i]:
                seen[i] = True
                stack[n] = i
                n += 1
    return seen


@njit(cache=True)
def euler_tour(order, to_node, out_start, out_reach, in_start, in_reach, from_node):
    """Entry and exit stamps of every node in the forest that hangs upstream of the outlets.

    Only for networks without a bifurcation: node a lies upstream of (or is) node b exactly when
    enter[b] <= enter[a] and leave[a] <= leave[b].
    """
    n_node = out_start.size - 1
    size = np.ones(n_node, np.int64)
    for i in range(order.size):
        node = order[i]
        if out_start[node + 1] > out_start[node]:
            size[to_node[out_reach[out_start[node]]]] += size[node]
    enter = np.zeros(n_node, np.int64)
    stamp = 0
    for i in range(order.size - 1, -1, -1):
        node = order[i]
        if out_start[node + 1] == out_start[node]:
            enter[node] = stamp
            stamp += size[node]
        child = enter[node] + 1
        for k in range(in_start[node], in_start[node + 1]):
            above = from_node[in_reach[k]]
            enter[above] = child
            child += size[above]
    return enter, enter + size - 1


@njit(cache=True)
def cost_to_outlet(order, cost, to_node, out_start, out_reach):
    """Sum of `cost` (float64[n_reach]) from every node down its only way to the outlet."""
    total = np.zeros(out_start.size - 1, np.float64)
    for i in range(order.size - 1, -1, -1):
        node = order[i]
        if out_start[node + 1] > out_start[node]:
            reach = out_reach[out_start[node]]
            total[node] = cost[reach] + total[to_node[reach]]
    return total


@njit(cache=True)
def cheapest_from(node, order, rank, cost, to_node, out_start, out_reach):
    """Cheapest sum of `cost` from one node to every node below it; inf where there is no way."""
    total = np.full(out_start.size - 1, np.inf)
    total[node] = 0.0
    for i in range(rank[node], order.size):
        here = order[i]
        if total[here] == np.inf:
            continue
        for k in range(out_start[here], out_start[here + 1]):
            reach = out_reach[k]
            below = to_node[reach]
            total[below] = min(total[below], total[here] + cost[reach])
    return total
