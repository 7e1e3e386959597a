"""The tree of chiefs (河长关系树): who is above whom, from the province to the village, and the keepers beside them."""

from __future__ import annotations

from datetime import date

from riverchief.base import regions
from riverchief.base.basin import Chief
from riverchief.base.places import Interval
from riverchief.ground.assignment import KEEPERS, LEVELS, Offices

RANK = {level: i for i, level in enumerate(LEVELS)}


def superiors(offices: Offices, day: date) -> dict[str, str]:
    """The one above each chief who is in office on a day; '' at the top.

    Above is the nearest level that has somebody whose region contains the other's; of several, whoever shares most of
    the stretch. Police and guards stand under the lowest chief of whom the same is true.

    Returns
    -------
    dict
        Code of the chief → code of the one above.
    """
    here = [chief for chief in offices.chiefs if offices.in_office(chief.code, day)]
    held = {chief.code: offices.own(chief.code, day) for chief in here}
    return {chief.code: _above(chief, here, held) for chief in here}


def _above(chief: Chief, here: list[Chief], held: dict[str, tuple[Interval, ...]]) -> str:
    keeper = chief.level in KEEPERS
    rank = -1 if keeper else RANK[chief.level]
    best: tuple[int, float, str] | None = None
    for other in here:
        if other.level not in RANK or RANK[other.level] <= rank or not regions.contains(other.region, chief.region):
            continue
        shared = sum(_shared_m(a, b) for a in held[chief.code] for b in held[other.code])
        wish = (RANK[other.level], -shared, other.code)
        if best is None or wish < best:
            best = wish
    return best[2] if best else ""


def _shared_m(a: Interval, b: Interval) -> float:
    return max(0.0, min(a.to_m, b.to_m) - max(a.from_m, b.from_m)) if a.reach == b.reach else 0.0
