"""What the trace is given: readings with their background, turned into arrays of one property each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.base.places import Place
from riverchief.base.readings import Flag
from riverchief.govern.trace.engine import Floats, Ints
from riverchief.govern.trace.settings import TraceSettings


@dataclass(frozen=True)
class Observation:
    """One reading at a place of the river, beside what that place usually shows.

    Readings that saw nothing belong to it: a clean station upstream says more than a polluted one downstream.

    Attributes
    ----------
    station : str
        Code of the station.
    place : Place
        Where it stands.
    property : str
        A concentration in mg/L.
    time_s : float
        When it was taken [s since 1970 UTC].
    value : float
        The reading [mg/L].
    baseline, baseline_sd : float
        Mean and standard deviation of the background at that station at that hour [mg/L].
    flag : Flag
        Only `Flag.OK` is used.
    reading_id : str
        The record behind it.
    """

    station: str
    place: Place
    property: str
    time_s: float
    value: float
    baseline: float
    baseline_sd: float
    flag: Flag = Flag.OK
    reading_id: str = ""


@dataclass(frozen=True)
class Readings:
    """The usable readings of one property, sorted by station and time; every array is (n,).

    Attributes
    ----------
    code : str
        The property.
    background : float
        Median of the background over all readings [mg/L].
    excess : float64
        Reading minus background [mg/L].
    noise_sd : float64
        Its standard deviation from background and instrument [mg/L].
    part : float64
        What share of an independent reading each counts [-].
    is_hit : bool
        Clearly above the background.
    """

    code: str
    background: float
    stations: tuple[str, ...]
    places: tuple[Place, ...]
    ids: tuple[str, ...]
    time_s: Floats
    excess: Floats
    noise_sd: Floats
    part: Floats
    is_hit: NDArray[np.bool_]

    def only(self, rows: Ints) -> Readings:
        """Some of the readings, in the order given."""
        return Readings(
            self.code,
            self.background,
            tuple(self.stations[i] for i in rows),
            tuple(self.places[i] for i in rows),
            tuple(self.ids[i] for i in rows),
            self.time_s[rows],
            self.excess[rows],
            self.noise_sd[rows],
            self.part[rows],
            self.is_hit[rows],
        )

    @property
    def score(self) -> Floats:
        """Excess in standard deviations of its noise [-]."""
        return self.excess / self.noise_sd


def usable(observations: Sequence[Observation], at_s: float, settings: TraceSettings) -> dict[str, Readings]:
    """Readings by property: flag OK, a number, not later than `at_s` [s since 1970 UTC].

    Raises
    ------
    InputError
        For a background whose mean is no number or whose standard deviation is below zero.
    """
    taken: dict[str, list[Observation]] = {}
    for one in sorted(observations, key=lambda o: (o.property, o.station, o.time_s)):
        if not (np.isfinite(one.baseline) and np.isfinite(one.baseline_sd) and one.baseline_sd >= 0):
            raise InputError(
                f"background of {one.property} at {one.station} is {one.baseline} ± {one.baseline_sd} mg/L; "
                f"give a finite mean and a standard deviation of at least 0 mg/L.",
                station=one.station,
                property=one.property,
            )
        if one.flag == Flag.OK and np.isfinite(one.value) and one.time_s <= at_s:
            taken.setdefault(one.property, []).append(one)
    return {code: _arrays(code, rows, settings) for code, rows in taken.items()}


def _arrays(code: str, rows: list[Observation], settings: TraceSettings) -> Readings:
    value = np.array([r.value for r in rows])
    mean = np.array([r.baseline for r in rows])
    # 1 % of the background stands for the last digit of the instrument where a history shows no variation at all
    noise = np.sqrt(
        np.array([r.baseline_sd for r in rows]) ** 2
        + (settings.reading_sd * value) ** 2
        + (0.01 * np.abs(mean)) ** 2
        + 1e-12
    )
    time = np.array([r.time_s for r in rows])
    stations = tuple(r.station for r in rows)
    follows = np.array([False, *(a == b for a, b in pairwise(stations))])
    gap = np.diff(time, prepend=-np.inf)
    part = np.where(follows, np.clip(gap / settings.correlation_s, 0.05, 1.0), 1.0)
    excess = value - mean
    return Readings(
        code, float(np.median(mean)), stations, tuple(r.place for r in rows), tuple(r.reading_id for r in rows),
        time, excess, noise, part, excess > settings.hit_sd * noise,
    )  # fmt: skip
