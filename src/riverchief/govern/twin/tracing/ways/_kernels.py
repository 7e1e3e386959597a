"""Loops over ways through steady water: their moments, and responses looked up in sampled curves. Export nothing."""

import numpy as np
from numba import njit

from riverchief.govern.twin.jit import within

__all__: list[str] = []


@njit(cache=True)
def moments(volume, flux, exchange, lateral, up, dn, fixed, order, target, share, mean, variance):
    """Share, mean [s] and variance [s²] of the way from the lower end of every cell to that of each target, steady.

    Faces in `order` come from downstream; shapes (n_target, n_cell). Only flow along a face's direction is followed.
    """
    n_cell = volume.size
    outflow = np.maximum(-lateral, 0.0)
    for f in range(up.size):
        if dn[f] >= 0 and flux[f] > 0.0:
            outflow[up[f]] += flux[f]
    for t in range(target.size):
        p, m, s = np.zeros(n_cell), np.zeros(n_cell), np.zeros(n_cell)
        for j in range(order.size):
            f = order[j]
            src, dst = up[f], dn[f]
            if flux[f] <= 0.0 or fixed[src] or fixed[dst] or outflow[dst] <= 0.0:
                continue
            # what reaches dst crosses it; dst's own lower end is where the way of the target ends
            q = flux[f] / outflow[src]
            pace = volume[dst] / outflow[dst]
            own = 2.0 * exchange[dst] * pace * pace / outflow[dst]
            if dst == target[t]:
                w, tau, var = q, pace, own
            elif p[dst] > 0.0:
                middle = m[dst] / p[dst]
                w, tau = q * p[dst], middle + pace
                var = s[dst] / p[dst] - middle * middle + own
            else:
                continue
            p[src] += w
            m[src] += w * tau
            s[src] += w * (var + tau * tau)
        for i in range(n_cell):
            share[t, i] = p[i]
            if p[i] > 0.0:
                mean[t, i] = m[i] / p[i]
                variance[t, i] = max(s[i] / p[i] - mean[t, i] ** 2, 0.0)


@within()
def _between(row, x):
    """A sampled curve at x points, 0 before it and level after."""
    last = row.size - 1
    if x <= 0.0:
        return 0.0 if x < 0.0 else row[0]
    if x >= last:
        return row[last]
    i = int(x)
    return row[i] + (x - i) * (row[i + 1] - row[i])


@within()
def _slope(row, x):
    """Derivative of a sampled curve at x points, linear between the middles of its pieces."""
    at = x - 0.5
    i = int(np.floor(at))
    if i < -1 or i >= row.size - 1:
        return 0.0
    here = row[i + 1] - row[i] if i >= 0 else 0.0
    after = row[i + 2] - row[i + 1] if i + 2 < row.size else 0.0
    return here + (at - i) * (after - here)


@njit(cache=True)
def look_up(start, end, factor, origin, size, mean, sd, offset, scale, table, time, at, out):
    """Fill out (n, n_obs) with ∫ of the response between start and end, or where they agree the response itself.

    A curve keeps its shape and takes mean and standard deviation of its way: table (n_origin, n_target, n_point) has
    its own mean at point `offset`, and `scale` points per standard deviation. size, mean, sd : (n, n_target).
    """
    for i in range(start.size):
        o, f = origin[i], factor[i]
        for k in range(time.size):
            s = at[k]
            out[i, k] = 0.0
            if size[i, s] <= 0.0 or time[k] <= start[i]:
                continue
            row, per_s = table[o, s], scale[o, s] / sd[i, s]
            x = ((time[k] - start[i]) * f - mean[i, s]) * per_s + offset[o, s]
            if end[i] <= start[i]:
                out[i, k] = size[i, s] * _slope(row, x) * per_s * f
                continue
            seen = _between(row, x)
            if time[k] > end[i]:
                seen -= _between(row, ((time[k] - end[i]) * f - mean[i, s]) * per_s + offset[o, s])
            out[i, k] = size[i, s] * max(seen, 0.0)


@njit(cache=True)
def look_up_onset(edge, factor, size, mean, sd, offset, scale, table, time, at, out):
    """Fill out (n_origin, n_edge, n_obs) with the response to an endless load; size … : (n_origin, n_target)."""
    for o in range(edge.shape[0]):
        for k in range(time.size):
            s = at[k]
            if size[o, s] <= 0.0:
                out[o, :, k] = 0.0
                continue
            row, per_s = table[o, s], scale[o, s] / sd[o, s]
            for e in range(edge.shape[1]):
                lag = time[k] - edge[o, e]
                x = (lag * factor - mean[o, s]) * per_s + offset[o, s]
                out[o, e, k] = size[o, s] * _between(row, x) if lag > 0.0 else 0.0
