"""Who could have done it: prior probabilities of dischargers, of inflow over a border, and of everywhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError
from riverchief.govern.twin.flows import Floats

LOAD_EXPONENT = 0.25  # how far a permitted load moves a weight; the same as in the trace of the platform
ABSENT = 0.15  # weight of a permit that lists pollutants, but not the one that was seen


@dataclass(frozen=True)
class Source:
    """A listed place from which a load may come.

    Attributes
    ----------
    code, kind : str
        `kind` is "outfall", "works", "enterprise", or "boundary" for inflow over a border.
    cell : int
        Where it enters.
    load_kg_d : float
        Permitted load of the traced substance [kg/d]; 0 where none is listed.
    record : float
        What history and patrols add: a factor on the prior weight, 1 for nothing known [-].
    mix : mapping
        Typical concentrations of its permit by constituent [mg/L]; empty where nothing is known.
    """

    code: str
    kind: str
    cell: int
    load_kg_d: float = 0.0
    record: float = 1.0
    mix: Mapping[str, float] = field(default_factory=dict)


def source_weights(sources: Sequence[Source], substance: str = "") -> Floats:
    """Prior weights, not normalised: permits weakly, records fully; a border counts as one typical discharger.

    Raises
    ------
    InputError
        For a load or a record that is below 0 or no number.
    """
    load = np.array([s.load_kg_d for s in sources], np.float64)
    record = np.array([s.record for s in sources], np.float64)
    bad = ~((load >= 0) & (record >= 0) & np.isfinite(load) & np.isfinite(record))
    if bad.any():
        one = sources[int(np.argmax(bad))]
        raise InputError(
            f"source {one.code} has a load of {one.load_kg_d} kg/d and a record of {one.record}; give finite numbers "
            f"of at least 0.",
            source=one.code,
        )
    typical = float(np.median(load[load > 0])) if (load > 0).any() else 1.0
    weight = np.where(load > 0, np.clip((np.maximum(load, 1e-300) / typical) ** LOAD_EXPONENT, 0.25, 4.0), 1.0)
    absent = np.array([bool(s.mix) and bool(substance) and substance not in s.mix for s in sources], np.bool_)
    return np.asarray(np.where(absent, ABSENT, weight) * record, np.float64)


def mix_log_factor(
    sources: Sequence[Source], substance: str, seen_log_ratio: Mapping[str, tuple[float, float]], ratio_sd: float = 0.7
) -> Floats:
    """Log of how well each permit fits the ratio of constituents that was read together, shape (n_source,).

    What was taken in one sample went the same way, so the ratio needs no transport.

    Parameters
    ----------
    seen_log_ratio : mapping
        Constituent → (mean, standard deviation) of ln(its excess / the traced substance's excess).
    ratio_sd : float
        How far a real discharge may be off its permit, in the logarithm [-].
    """
    total = np.zeros(len(sources))
    for constituent, (mean, sd) in seen_log_ratio.items():
        broad = np.hypot(1.5, sd)
        known = [
            np.log(s.mix[constituent] / s.mix[substance])
            for s in sources
            if s.mix.get(constituent, 0) > 0 and s.mix.get(substance, 0) > 0
        ]
        usual = float(np.median(known)) if known else mean
        for i, source in enumerate(sources):
            have, other = source.mix.get(substance, 0.0), source.mix.get(constituent, 0.0)
            if have > 0 and other > 0:
                centre, width = float(np.log(other / have)), float(np.hypot(ratio_sd, sd))
            else:
                centre, width = usual, float(broad)
            total[i] += -0.5 * ((mean - centre) / width) ** 2 - np.log(width)
        # against a source of which nothing is known
        total -= -0.5 * ((mean - usual) / broad) ** 2 - np.log(broad)
    return total


def prior(
    sources: Sequence[Source],
    places: NDArray[np.int64],
    length_m: ArrayLike,
    *,
    unlisted_share: float = 0.1,
    background_share: float = 0.005,
    substance: str = "",
) -> tuple[Floats, Floats]:
    """Prior probability of every source, and of an unlisted one in every place; with the background they sum to 1.

    Parameters
    ----------
    places : int64 (n_place,)
        Cells in which an unlisted release is looked for.
    length_m : array_like, shape (n_place,)
        Their lengths [m]; an unlisted release is equally probable along the water.

    Returns
    -------
    listed : float64 (n_source,)
    unlisted : float64 (n_place,)
    """
    length = np.broadcast_to(np.asarray(length_m, np.float64), places.shape)
    weight = source_weights(sources, substance)
    share = unlisted_share if weight.sum() > 0 else 1 - background_share
    listed = weight / weight.sum() * (1 - background_share - share) if weight.sum() > 0 else weight
    return listed, np.asarray(length / length.sum() * share, np.float64)
