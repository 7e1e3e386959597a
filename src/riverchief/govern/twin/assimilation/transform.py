"""The local ensemble transform Kalman filter, pure: ensembles and readings in, ensembles after the analysis out.

C. H. Bishop et al., Mon. Wea. Rev. 129 (2001); B. R. Hunt et al., Physica D 230 (2007): symmetric square root, made
local by inflating the readings' errors. All is done in the space of the readings, which are few, by one
eigen-decomposition for each place, so that no matrix of members by members is formed. RTPS: J. S. Whitaker,
T. M. Hamill, Mon. Wea. Rev. 140 (2012).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_WIDER = 10.0  # a reading ten times further off than the members can explain is not explained by more doubt
LARGEST_BLOCK = 500_000  # numbers in the matrices of the places that are done together


@dataclass(frozen=True)
class Told:
    """What readings and the ensemble say of each other, in units of the readings' errors.

    Attributes
    ----------
    shape : float64 (n_member, n_reading)
        Deviations of the predicted readings over error and √(n_member − 1).
    innovation : float64 (n_reading,)
        Reading minus mean prediction over error.
    """

    shape: Floats
    innovation: Floats


def told(predicted: Floats, observed: Floats, sigma: Floats) -> Told:
    """Compare predictions (n_member, n_reading) with readings and their errors (n_reading,)."""
    mean = predicted.mean(axis=0)
    return Told((predicted - mean) / (sigma * np.sqrt(predicted.shape[0] - 1)), (observed - mean) / sigma)


def widened(predicted: Floats, observed: Floats, sigma: Floats, surprise: float) -> tuple[Told, Floats]:
    """The same, with deviations widened where a reading lies beyond so many standard deviations, and by how much.

    The factor (n_reading,) makes the innovation just so large: variance × factor² + error² =
    (innovation / surprise)², an adaptive inflation as of H. Li, E. Kalnay, T. Miyoshi, QJRMS 135 (2009), for each
    reading.
    """
    mean, variance = predicted.mean(axis=0), predicted.var(axis=0, ddof=1)
    wanted = ((observed - mean) / surprise) ** 2 - sigma**2
    factor = np.sqrt(np.clip(wanted / np.maximum(variance, 1e-300), 1.0, MOST_WIDER**2))
    return told(mean + (predicted - mean) * factor, observed, sigma), factor


def analyse(
    rows: Floats, place: Ints, what: Told, taper: Floats, relax: float = 0.0, wider: Floats | None = None
) -> Floats:
    """Rows after the analysis.

    Parameters
    ----------
    rows : float64 (n_row, n_member)
        Whatever is to be estimated: levels, discharges, logarithms of parameters, of now or of before.
    place : int64 (n_row,)
        Where each row lies: a column of `taper`.
    what : Told
    taper : float64 (n_reading, n_place)
        How much a reading counts at a place, 0 to 1.
    relax : float
        Share of the lost spread that is given back (RTPS) [-].
    wider : float64 (n_place,), optional
        By how much deviations were widened at a place before the readings counted [-].

    Returns
    -------
    float64 (n_row, n_member)
        Rows that no reading reaches are the same to the last bit.
    """
    out = rows.copy()
    if not what.innovation.size or not rows.size:
        return out
    many, count = what.shape.shape
    mean = rows.mean(axis=1)
    apart = rows - mean[:, None]
    if wider is not None:
        apart *= wider[place][:, None]
    cross = apart @ what.shape
    gram = what.shape.T @ what.shape
    root = np.sqrt(taper)
    reached = np.asarray(taper.max(axis=0) > 0)
    block = max(1, LARGEST_BLOCK // (count * count))
    order = np.argsort(place, kind="stable")
    order = order[reached[place[order]]]
    wanted, first, own_rows = np.unique(place[order], return_index=True, return_counts=True)
    for k in range(0, wanted.size, block):
        part = slice(k, k + block)
        d = root[:, wanted[part]].T
        values, vectors = np.linalg.eigh(d[:, :, None] * gram * d[:, None, :])
        after = 1.0 + np.maximum(values, 0.0)[:, None, :]
        back = vectors.transpose(0, 2, 1)
        # a place with fewer rows than others repeats its last
        row = np.minimum(np.arange(own_rows[part].max()), own_rows[part, None] - 1)
        own = order[first[part, None] + row]
        local = (cross[own] * d[:, None, :]) @ vectors
        turned = local * (-1.0 / (np.sqrt(after) * (1.0 + np.sqrt(after)))) @ back * d[:, None, :]
        new = apart[own] + turned @ what.shape.T
        if relax > 0.0:
            was, now = apart[own].std(axis=2), new.std(axis=2)
            new *= (1.0 + relax * (was - now) / np.maximum(now, 1e-300))[:, :, None]
        pull = (d * what.innovation)[:, None, :] @ vectors / after
        shift = (local * pull).sum(axis=2) / np.sqrt(many - 1)
        out[own] = (mean[own] + shift)[:, :, None] + new
    return out


def gaspari_cohn(distance: Floats, radius: float) -> Floats:
    """Weight that falls from 1 at distance 0 to 0 at `radius` (G. Gaspari, S. E. Cohn, QJRMS 125 (1999), eq. 4.10)."""
    z = np.minimum(2.0 * np.asarray(distance, np.float64) / radius, 2.0)
    near = 1.0 + z**2 * (-5.0 / 3.0 + z * (5.0 / 8.0 + z * (0.5 - 0.25 * z)))
    safe = np.maximum(z, 1.0)
    far = (
        4.0 + safe * (-5.0 + safe * (5.0 / 3.0 + safe * (5.0 / 8.0 + safe * (-0.5 + safe / 12.0)))) - 2.0 / (3.0 * safe)
    )
    return np.clip(np.where(z <= 1.0, near, np.where(z < 2.0, far, 0.0)), 0.0, 1.0)
