"""Numbers that follow each other without gaps: whoever takes one holds the row of its series until it is kept."""

from __future__ import annotations

from collections.abc import Callable

from riverchief.web.ground.models import SeriesCount


def following(series: str, year: int, last: Callable[[], int] = lambda: 0) -> int:
    """The next number of a series in a year, from 1. The caller holds a transaction; a number it gives up is not spent.

    Parameters
    ----------
    last : callable
        Tells the last number that was given before this series was counted here.
    """
    counted = SeriesCount.objects.select_for_update()
    row = counted.filter(series=series, year=year).first()
    if row is None:
        SeriesCount.objects.get_or_create(series=series, year=year, defaults={"last": last()})
        row = counted.get(series=series, year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return row.last
