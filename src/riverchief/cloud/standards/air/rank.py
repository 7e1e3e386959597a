"""Rankings as bulletins print them: equal values share a rank and the next ones are left out, with movement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """One place in a ranking.

    Attributes
    ----------
    rank : int or None
        From 1; None for a place without a value, which is listed and not ranked.
    moved : int or None
        Places won (positive) or lost since the ranking before; None where it had no rank then.
    change_percent : float or None
        Change of the value since then [%], negative is less.
    change_rank : int or None
        From 1, the greatest fall first.
    """

    code: str
    value: float | None
    rank: int | None
    moved: int | None = None
    change_percent: float | None = None
    change_rank: int | None = None


def ranks(values: Sequence[tuple[float, ...] | None]) -> list[int | None]:
    """Ranks from 1, smallest first (1, 1, 3); further elements of a tuple decide between equals; None has no rank."""
    ordered = sorted(value for value in values if value is not None)
    return [None if value is None else ordered.index(value) + 1 for value in values]


def standings(
    now: Mapping[str, float | None],
    before: Mapping[str, float | None] | None = None,
    *,
    highest_first: bool = False,
    then: Mapping[str, float] | None = None,
    decimals: int = 3,
) -> list[Standing]:
    """Rank places by a value, the best first, those without a value at the end.

    Parameters
    ----------
    now, before : mapping of code to value
        In this period and in the one that it is compared with, as printed.
    highest_first : bool
        For shares of good days; concentrations and indices rank the smallest first.
    then : mapping of code to float
        Decides between equal values, smaller first (PM2.5 in a ranking by good days).
    decimals : int
        Values are equal when they are printed so.
    """
    sign = -1.0 if highest_first else 1.0

    def keys(values: Mapping[str, float | None]) -> list[tuple[float, ...] | None]:
        tie = then or {}
        return [
            None
            if (v := values.get(code)) is None
            else (sign * round(v, decimals), *([tie[code]] if code in tie else ()))
            for code in now
        ]

    rank_now = dict(zip(now, ranks(keys(now)), strict=True))
    rank_before = dict(zip(now, ranks(keys(before)), strict=True)) if before else {}
    changes = {code: _change(value, (before or {}).get(code)) for code, value in now.items()}
    by_change = dict(zip(now, ranks([None if c is None else (sign * c,) for c in changes.values()]), strict=True))
    found = [
        Standing(
            code=code,
            value=value,
            rank=rank_now[code],
            moved=_moved(rank_now[code], rank_before.get(code)),
            change_percent=changes[code],
            change_rank=by_change[code],
        )
        for code, value in now.items()
    ]
    return sorted(found, key=lambda one: (one.rank is None, one.rank or 0, one.code))


def _change(value: float | None, before: float | None) -> float | None:
    return None if value is None or not before else round(100 * (value - before) / before, 2)


def _moved(rank: int | None, before: int | None) -> int | None:
    return None if rank is None or before is None else before - rank
