"""Levers: what if a concentration is cut, the worst days are kept away, or the river carries more water or less."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError, UnknownName
from riverchief.govern.outlook.model import Ensemble
from riverchief.govern.outlook.panel import AS_IT_IS, bounds

Floats = NDArray[np.float64]

SCALE, WORST_DAYS, FLOW = "scale", "worst_days", "flow"
KINDS = (SCALE, WORST_DAYS, FLOW)
_FORM = re.compile(r"(?P<kind>[a-z_]+)(?::(?P<item>[a-z0-9_]+))?=(?P<amount>[+-]?\d+(?:\.\d+)?)%?")
_SINKS = ("do",)  # worse where it is low


@dataclass(frozen=True)
class Lever:
    """One thing that is changed on the days that are left.

    Attributes
    ----------
    kind : str
        `scale`: an item's values change by `amount` per cent (its load does, at the same flow). `worst_days`: the
        `amount` worst days of every item are taken out. `flow`: the flow changes by `amount` per cent, and what
        depends on it follows as it did in the past.
    item : str
        Property; empty for all of them.
    """

    kind: str
    amount: float
    item: str = ""


def parse_lever(text: str) -> Lever:
    """A lever as it is typed: `scale:tp=-20%`, `worst_days=5`, `flow=+30%`.

    Raises
    ------
    InputError
        When it is none of these, or takes away more than there is.
    """
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise InputError(f"lever {text!r} is none of scale:tp=-20%, worst_days=5, flow=+30%.", lever=text)
    kind, amount = found["kind"], float(found["amount"])
    if kind not in KINDS:
        raise UnknownName("lever", kind, KINDS)
    if kind == WORST_DAYS and (amount < 0 or amount != int(amount)):
        raise InputError(f"lever {text!r}: give a whole number of days, 0 or more.", lever=text)
    if kind != WORST_DAYS and not -100 <= amount <= 1000:
        raise InputError(f"lever {text!r}: give a change between -100 % and +1000 %.", lever=text)
    return Lever(kind, amount, found["item"] or "")


def pull(ahead: Ensemble, row: int, levers: tuple[Lever, ...]) -> Floats:
    """The values of one section (n_item, n_member, n_day) with the levers pulled, in their order.

    The same chance strikes as without them, so that the difference is the levers' own.

    Raises
    ------
    UnknownName
        When an item is none of the ensemble's.
    InputError
        When the flow is to change and the ensemble does not know what it does.
    """
    values: Floats = ahead.values[row].copy()
    for lever in levers:
        if lever.item and lever.item not in ahead.items:
            raise UnknownName("item", lever.item, ahead.items)
        rows = [i for i, item in enumerate(ahead.items) if lever.item in ("", item)]
        if lever.kind == SCALE:
            for i in rows:
                if ahead.items[i] not in AS_IT_IS:
                    values[i] *= 1 + lever.amount / 100
        elif lever.kind == WORST_DAYS:
            for i in rows:
                _without_worst(values[i], ahead.items[i], int(lever.amount))
        else:
            _with_flow(values, ahead, row, rows, 1 + lever.amount / 100)
    for i, item in enumerate(ahead.items):
        np.clip(values[i], *bounds(item), out=values[i])
    return values


def _without_worst(values: Floats, item: str, n: int) -> None:
    """Take the n worst days out of every member (of pH those furthest from neutral)."""
    n = min(n, values.shape[-1])
    if not n:
        return
    badness = -values if item in _SINKS else np.abs(values - 7.5) if item == "ph" else values
    order = np.argsort(badness, axis=-1)[..., -n:]
    np.put_along_axis(values, order, np.nan, axis=-1)


def _with_flow(values: Floats, ahead: Ensemble, row: int, rows: list[int], factor: float) -> None:
    """Let the items follow another flow by their elasticity, each member by its own draw of it."""
    if "flow" not in ahead.drivers:
        raise InputError("no flow was given with the series: what another flow does is not known.", lever=FLOW)
    if factor <= 0:
        raise InputError("a river without any water has no concentration: leave some flow.", lever=FLOW)
    j = ahead.drivers.index("flow")
    for i in rows:
        shift = ahead.elasticity[row, i, j][ahead.draw] * np.log(factor)
        if ahead.items[i] in AS_IT_IS:
            values[i] += shift[:, None]
        else:
            values[i] *= np.exp(shift)[:, None]
