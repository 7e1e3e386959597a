"""What is doubtful about a photograph that is to prove progress: taken elsewhere, long ago, or handed in before."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from riverchief.ground.projects.rules import rules


def doubts(
    *,
    away_m: float | None,
    placed: bool,
    taken: date | None,
    month_first: date,
    received: date,
    picture_hash: int | None = None,
    known: Collection[int] = (),
) -> list[str]:
    """Codes of what is doubtful; empty for a photograph that is as it should be.

    Parameters
    ----------
    away_m : float or None
        From the project's place to where the file says it was taken [m]; None where either is not known.
    placed : bool
        Whether the file says where it was taken.
    taken, received : date or None
        Local days.
    month_first : date
        First day of the month that is reported on.
    picture_hash, known
        Perceptual hash of the picture, and those of pictures that were handed in before.

    Notes
    -----
    `no_place`, `far`, `no_time`, `old`, `after`, `again`; limits in `ground/data/projects.toml`.
    """
    limit, found = rules()["photo"], []
    if not placed:
        found.append("no_place")
    elif away_m is not None and away_m > limit["far_m"]:
        found.append("far")
    if taken is None:
        found.append("no_time")
    elif taken < month_first - timedelta(days=limit["old_days"]):
        found.append("old")
    elif taken > received + timedelta(days=limit["early_days"]):
        found.append("after")
    if picture_hash is not None and any((picture_hash ^ one).bit_count() <= limit["bits"] for one in known):
        found.append("again")
    return found
