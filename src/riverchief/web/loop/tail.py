"""The tail: what the store's change feed says becomes one "reading" event per station and time."""

from __future__ import annotations

from collections import defaultdict

from django.db import transaction

from riverchief.base.time import from_epoch
from riverchief.web import context
from riverchief.web.loop.events import emit
from riverchief.web.loop.models import LinkCursor

TAIL = "tail-arrivals"
KEPT = 100_000  # arrivals behind the tail that stay, for somebody who looks back


def position_of(link: str) -> int:
    """Number of the last event (or, for the tail, arrival) that a link has handled."""
    return LinkCursor.objects.get_or_create(link=link)[0].position


def advance(link: str, position: int) -> None:
    """A link has handled everything up to here; in the transaction of its results."""
    LinkCursor.objects.filter(link=link).update(position=position)


def tail_arrivals(limit: int = 2_000) -> int:
    """Turn new arrivals of the store into one "reading" event per station and time; returns how many arrivals."""
    arrivals = context.store().observations.arrivals(position_of(TAIL), limit)
    if not arrivals:
        return 0
    groups: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
    observations = context.store().observations
    places = {i: observations.series(i).key.place for i in {a.series_id for a in arrivals}}
    for arrival in arrivals:
        groups[places[arrival.series_id], arrival.time_s].append((arrival.series_id, arrival.revision))
    with transaction.atomic():
        for (place, time_s), rows in sorted(groups.items(), key=lambda item: item[0][1]):
            seq = max(a.seq for a in arrivals if a.time_s == time_s and places[a.series_id] == place)
            emit("reading", place, from_epoch(time_s), key=f"{place}:{time_s}:{seq}", rows=rows)
        advance(TAIL, arrivals[-1].seq)
    return len(arrivals)


def prune() -> None:
    """Forget arrivals that were turned into events long ago; the readings themselves stay."""
    context.store().observations.prune_arrivals(max(0, position_of(TAIL) - KEPT))
