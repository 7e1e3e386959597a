"""Levers: what somebody may still move, as data, and the river as it is with them moved.

Every lever stands at 0 where nothing is done. Between its beginning and its end it holds one value; how a kind acts on
the river is one function in `KINDS`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.errors import InputError, UnknownName
from riverchief.govern.twin.river import Gate, Inflow, Inline, Link, River, Series, constant

Floats = NDArray[np.float64]

CARRIER_M3S = 1e-3  # water with which a load enters that brings none of its own
RAMP_S = 1.0  # in which a value that runs in straight lines goes over to another


@dataclass(frozen=True)
class Lever:
    """Something that may be moved.

    Attributes
    ----------
    code : str
    kind : str
        One of `KINDS`, which says the unit of its value.
    begin_s, end_s : float
        When it can begin, and until when it holds [s since 1970 UTC].
    most, least : float
        Range of its value; 0 lies in it.
    cost_yuan : float
        Of one unit of its value over its whole time, whichever way it is moved.
    on : str
        The inflow or the gate that it acts on (`reduce`, `gate`, `block`).
    reach, chainage_m
        Where it acts (`release`, `divert`, `aerate`).
    concentration : mapping of str to float
        What released water carries [mg/L]; those not named come with 0.
    constituent : str
        What aeration brings: the name of oxygen in the model.
    available_m3 : float
        Water that may be released in all [m³].
    """

    code: str
    kind: str
    begin_s: float
    end_s: float
    most: float
    least: float = 0.0
    cost_yuan: float = 1.0
    on: str = ""
    reach: str = ""
    chainage_m: float = 0.0
    concentration: Mapping[str, float] = field(default_factory=dict)
    constituent: str = ""
    available_m3: float = float("inf")

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise UnknownName("kind of lever", self.kind, KINDS)
        unit = KINDS[self.kind].unit
        if not (np.isfinite([self.begin_s, self.end_s]).all() and self.end_s > self.begin_s):
            raise InputError(
                f"lever {self.code} holds from {self.begin_s:.0f} s to {self.end_s:.0f} s; its end must lie after its "
                "beginning.",
                lever=self.code,
            )
        if not (np.isfinite([self.least, self.most]).all() and self.least <= 0.0 <= self.most):
            raise InputError(
                f"lever {self.code} goes from {self.least:g} to {self.most:g} {unit}; its range must hold 0, "
                "where nothing is done.",
                lever=self.code,
            )
        if not (np.isfinite(self.cost_yuan) and self.cost_yuan >= 0 and self.available_m3 >= 0):
            raise InputError(
                f"lever {self.code} costs {self.cost_yuan:g} yuan with {self.available_m3:g} m³ at hand; neither may "
                "be below 0.",
                lever=self.code,
            )
        top = KINDS[self.kind].top
        if self.most > top or (self.least < 0 and self.kind != "gate"):
            raise InputError(
                f"lever {self.code} ({self.kind}) goes from {self.least:g} to {self.most:g} {unit}; it can go from "
                f"{'below 0' if self.kind == 'gate' else 0} to {top:g} {unit}.",
                lever=self.code,
            )

    @property
    def unit(self) -> str:
        """Unit of its value."""
        return KINDS[self.kind].unit

    @property
    def linear(self) -> bool:
        """Whether it moves loads alone, to which concentrations answer linearly; else it moves water."""
        return KINDS[self.kind].linear

    @property
    def highest(self) -> float:
        """Its largest value, with the water that is at hand."""
        return min(self.most, self.available_m3 / (self.end_s - self.begin_s)) if self.kind == "release" else self.most


def moved(river: River, levers: Sequence[Lever], values: ArrayLike) -> River:
    """The river with levers at values; the river itself stays as it is.

    Raises
    ------
    InputError
        For a value outside its lever's range, or a lever on something that is not there.
    """
    told = np.atleast_1d(np.asarray(values, np.float64))
    if told.shape != (len(levers),):
        raise InputError(f"{told.size} values were given for {len(levers)} levers; give one for each.")
    made = copied(river)
    for lever, value in zip(levers, told.tolist(), strict=True):
        slack = 1e-9 * (lever.most - lever.least)
        if not lever.least - slack <= value <= lever.highest + slack:
            raise InputError(
                f"lever {lever.code} was set to {value:g} {lever.unit}; it goes from {lever.least:g} to "
                f"{lever.highest:g} {lever.unit}.",
                lever=lever.code,
            )
        if value != 0.0:
            KINDS[lever.kind].act(made, lever, value)
    return made


def copied(river: River) -> River:
    """The same river with lists of its own."""
    made = copy.copy(river)
    for name in ("reaches", "storages", "links", "inlines", "boundaries", "inflows"):
        setattr(made, name, copy.copy(getattr(river, name)))
    return made


def values(series: Series, time_s: ArrayLike) -> Floats:
    """A series at instants [s]; outside it the nearest."""
    at = np.asarray(time_s, np.float64)
    if series.steps:
        return np.asarray(
            series.value[np.clip(np.searchsorted(series.time_s, at, side="right") - 1, 0, None)], np.float64
        )
    return np.asarray(np.interp(at, series.time_s, series.value), np.float64)


def between(series: Series, begin_s: float, end_s: float, change: Callable[[Floats], Floats]) -> Series:
    """A series whose values are changed from an instant to another, and as they were before and after."""
    steps = series.steps or series.time_s.size == 1
    if steps:
        at = np.unique(np.concatenate([series.time_s, [begin_s, end_s]]))
        value = values(replace(series, steps=True), at)
        if series.time_s[0] >= begin_s:
            at, value = np.concatenate([[begin_s - RAMP_S], at]), np.concatenate([series.value[:1], value])
        inside = (at >= begin_s) & (at < end_s)
    else:
        edges = [begin_s, begin_s + RAMP_S, end_s, end_s + RAMP_S]
        at = np.unique(np.concatenate([series.time_s, edges]))
        value = np.interp(at, series.time_s, series.value)
        inside = (at >= begin_s + RAMP_S) & (at <= end_s)
    return Series(at, np.where(inside, change(value), value), steps=steps)


def pulse(begin_s: float, end_s: float, value: float) -> Series:
    """A value from an instant to another, 0 before and after."""
    return Series(np.array([begin_s - RAMP_S, begin_s, end_s]), np.array([0.0, value, 0.0]), steps=True)


def enter(river: River, name: str, at: tuple[str, float], flow_m3s: Series, carried: Mapping[str, Series]) -> None:
    """Let water in at (reach, chainage [m]) with concentrations by constituent."""
    river.place(*at, who=name)
    river.inflows[name] = Inflow(name, flow_m3s, "", *at, dict(carried))


# ---------------------------------------------------------------------- how each kind acts


def _inflow(river: River, lever: Lever) -> Inflow:
    if lever.on not in river.inflows:
        raise UnknownName("inflow", lever.on, river.inflows)
    return river.inflows[lever.on]


def _reduce(river: River, lever: Lever, value: float) -> None:
    inflow = _inflow(river, lever)
    less = {
        c: between(s, lever.begin_s, lever.end_s, lambda v: v * (1 - value)) for c, s in inflow.concentration.items()
    }
    river.inflows[lever.on] = replace(inflow, concentration=less)


def _release(river: River, lever: Lever, value: float) -> None:
    carried = {name: constant(c) for name, c in lever.concentration.items()}
    _enter(river, lever, pulse(lever.begin_s, lever.end_s, value), carried)


def _divert(river: River, lever: Lever, value: float) -> None:
    _enter(river, lever, pulse(lever.begin_s, lever.end_s, -value), {})


def _aerate(river: River, lever: Lever, value: float) -> None:
    # the carrier runs all the time: a step's load is the mean of its water times that of its concentration
    carried = {lever.constituent: pulse(lever.begin_s, lever.end_s, value / 3.6 / CARRIER_M3S)}
    _enter(river, lever, constant(CARRIER_M3S), carried)


def _enter(river: River, lever: Lever, flow_m3s: Series, carried: Mapping[str, Series]) -> None:
    if lever.code in river.inflows:
        raise InputError(f"lever {lever.code} has the name of an inflow; give it one of its own.", lever=lever.code)
    enter(river, lever.code, (lever.reach, lever.chainage_m), flow_m3s, carried)


def _gate(river: River, lever: Lever, value: float) -> None:
    _open(river, lever, lever.end_s, lambda opening: np.maximum(opening + value, 0.0))


def _block(river: River, lever: Lever, value: float) -> None:
    _open(river, lever, min(lever.begin_s + 3600.0 * value, lever.end_s), lambda opening: 0.0 * opening)


def _open(river: River, lever: Lever, until_s: float, change: Callable[[Floats], Floats]) -> None:
    """Change a gate's opening until an instant."""
    places: list[Link | Inline] = [*river.links, *river.inlines]
    place = next((one for one in places if one.structure.name == lever.on), None)
    if place is None:
        raise UnknownName("gate", lever.on, [one.structure.name for one in places])
    gate = place.structure
    if not isinstance(gate, Gate) or gate.rule is not None:
        raise InputError(
            f"lever {lever.code} acts on {gate.name}, which is no gate or is moved by a rule; take the rule off or "
            "name another gate.",
            lever=lever.code,
        )
    other = replace(gate, opening_m=between(gate.opening_m, lever.begin_s, until_s, change))
    river.links = [replace(one, structure=other) if one is place else one for one in river.links]
    river.inlines = [replace(one, structure=other) if one is place else one for one in river.inlines]


@dataclass(frozen=True)
class Kind:
    """A kind of lever: the unit of its value, its largest, whether concentrations answer linearly, and how it acts."""

    unit: str
    top: float
    linear: bool
    act: Callable[[River, Lever, float], None]


KINDS: dict[str, Kind] = {
    "reduce": Kind("share of its load", 1.0, True, _reduce),
    "aerate": Kind("kg/h of oxygen", float("inf"), True, _aerate),
    "release": Kind("m³/s", float("inf"), False, _release),
    "divert": Kind("m³/s", float("inf"), False, _divert),
    "gate": Kind("m of opening more", float("inf"), False, _gate),
    "block": Kind("h closed", float("inf"), False, _block),
}
