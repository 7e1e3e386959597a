"""Calibration of roughness, inflows, loads and rates on a period of readings, and which of them the readings tell.

Ensemble smoother with multiple data assimilation (A. A. Emerick, A. C. Reynolds, Computers & Geosciences 55, 2013): the
same readings several times, each time with errors larger by √passes; by the square-root transform, without perturbed
readings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.govern.twin.assimilation import locality
from riverchief.govern.twin.assimilation.cycle import Design, _in_line, _watching, scaled
from riverchief.govern.twin.assimilation.readings import Reading, Refused, predicted, usable
from riverchief.govern.twin.assimilation.transform import Told, analyse, told
from riverchief.govern.twin.ensemble.members import Members
from riverchief.govern.twin.ensemble.run import Executor, Watch, run_members

Floats = NDArray[np.float64]
Passes = Callable[[int, Callable[[], Floats]], Floats]

UNTOLD = 0.9  # a parameter whose spread stays above this share of its prior was not told by the readings


@dataclass(frozen=True)
class Parameter:
    """One calibrated multiplier.

    Attributes
    ----------
    name : str
        Of several that are the same in every member, such as those of a class of reaches, all names.
    median, low, high : float
        Median and the 5 and 95 per cent quantiles of the multiplier [-].
    ratio : float
        Posterior over prior spread of its logarithm [-].
    """

    name: str
    median: float
    low: float
    high: float
    ratio: float


@dataclass(frozen=True)
class Calibration:
    """Members with calibrated multipliers, standing where they stood, and what can be known of these.

    Attributes
    ----------
    members : Members
    parameters : list of Parameter
    correlation : float64 (n_parameter, n_parameter)
        Of the logarithms, posterior.
    singular : float64
        Singular values of the readings' response to the parameters, in units of their errors and prior spreads; as many
        combinations of parameters as there are values well above 1 are told by the readings.
    misfit : float64 (passes + 1,)
        Mean squared misfit over error of the mean prediction, before each pass and after the last; 1 is as good as the
        readings are.
    used, refused
        Readings.
    """

    members: Members = field(repr=False)
    parameters: list[Parameter]
    correlation: Floats = field(repr=False)
    singular: Floats
    misfit: Floats
    used: list[Reading] = field(repr=False)
    refused: list[Refused] = field(repr=False)

    @property
    def untold(self) -> list[str]:
        """Parameters that the readings do not tell."""
        return [p.name for p in self.parameters if p.ratio > UNTOLD]


def _anew(_number: int, make: Callable[[], Floats]) -> Floats:
    return make()


def calibrate(
    members: Members,
    readings: Sequence[Reading],
    until_s: float,
    design: Design,
    *,
    passes: int = 4,
    executor: Executor | None = None,
    kept: Passes = _anew,
) -> Calibration:
    """Calibrate all multipliers that have a spread, on the readings between where the members stand and an instant.

    Multipliers that are the same in every member stay so and count as one.

    Parameters
    ----------
    members : Members
    readings : sequence of Reading
    until_s : float
        [s since 1970 UTC].
    design : Design
    passes : int
    executor : Executor, optional
    kept : callable
        Given the number of a pass and what makes its predictions (n_member, n_reading), returns them: whoever keeps
        them goes on after a break, with the same answer to the last bit.

    Raises
    ------
    InputError
        Where no reading may be used or nothing is doubtful.
    """
    begin = members.time_s
    good, refused = usable(members.model, readings, begin, until_s)
    prior = locality.parameters(members)
    alike = _alike(prior)
    if not good or not alike:
        raise InputError(
            f"calibration has {len(good)} usable readings of {len(readings)} and {len(alike)} doubtful multipliers; "
            f"it needs some of both{': ' + refused[0].why if refused else ''}."
        )
    watch = _watching(members, good, None)
    misfit: list[float] = []
    now = members
    first: Told | None = None
    for _ in range(passes + 1):
        guess = kept(len(misfit), partial(_predictions, now, good, until_s, design, watch, executor))
        guess, value, sigma = scaled(guess, good, design)
        if first is None:
            apart, keep = _in_line(guess, value, sigma, design.outlier_sigma)
            refused += [
                Refused(r, f"it lies {a:.1f} standard deviations from what the ensemble expects")
                for r, a, k in zip(good, apart, keep, strict=True)
                if not k
            ]
            good = [r for r, k in zip(good, keep, strict=True) if k]
            if not good:
                raise InputError("all readings lie far from what any member does; widen the spread of the members.")
            guess, value, sigma = guess[:, keep], value[keep], sigma[keep]
            first = told(guess, value, sigma)
        misfit.append(float(np.mean(((value - guess.mean(axis=0)) / sigma) ** 2)))
        if len(misfit) > passes:
            break
        theta = locality.parameters(now)
        what = told(guess, value, sigma * np.sqrt(passes))
        theta = analyse(theta, np.zeros(theta.shape[0], np.int64), what, np.ones((value.size, 1)))
        now = locality.with_parameters(now, theta)
    if first is None:
        raise InputError(f"calibration with {passes} passes does nothing; ask for 1 or more.")
    return _told_of(now, prior, alike, first, np.array(misfit), good, refused)


def _predictions(
    now: Members, readings: list[Reading], until_s: float, design: Design, watch: Watch, executor: Executor | None
) -> Floats:
    """What every member says the readings should be, in their units."""
    run = run_members(now, until_s, design.every_s, watch, executor=executor)
    return predicted(run, readings, now.time_s)


def _alike(prior: Floats) -> list[list[int]]:
    """Rows that vary, those that are equal together, in the order of the first of each."""
    groups: dict[bytes, list[int]] = {}
    for k in np.flatnonzero(prior.std(axis=1) > 0):
        groups.setdefault(prior[k].tobytes(), []).append(int(k))
    return list(groups.values())


def _told_of(
    now: Members, prior: Floats, alike: list[list[int]], first: Told, misfit: Floats, used: list[Reading],
    refused: list[Refused],
) -> Calibration:  # fmt: skip
    active = [group[0] for group in alike]
    after, before = locality.parameters(now)[active], prior[active]
    ratio = after.std(axis=1) / before.std(axis=1)
    quantiles = np.exp(np.quantile(after, [0.5, 0.05, 0.95], axis=1))
    every = locality.names(now)
    names = [", ".join([every[g[0]], *(every[k].split(" ", 1)[1] for k in g[1:])]) for g in alike]
    known = [
        Parameter(name, float(quantiles[0, k]), float(quantiles[1, k]), float(quantiles[2, k]), float(ratio[k]))
        for k, name in enumerate(names)
    ]
    spread = (before - before.mean(axis=1, keepdims=True)) / before.std(axis=1, ddof=1, keepdims=True)
    response = np.linalg.lstsq(spread.T / np.sqrt(before.shape[1] - 1), first.shape, rcond=None)[0]
    singular = np.linalg.svd(response, compute_uv=False)
    return Calibration(now, known, np.atleast_2d(np.corrcoef(after)), singular, misfit, used, refused)
