"""The worker: tails the store's arrivals into events, runs every link over the events, and the schedules.

It may be killed at any moment: a link's results, its next events and its position are one transaction.
"""

from __future__ import annotations

import logging
import signal
import time
from collections import defaultdict
from datetime import timedelta

from django.db import OperationalError, close_old_connections, transaction

from riverchief.base.time import from_epoch
from riverchief.web import context
from riverchief.web.basin import registry
from riverchief.web.loop.events import emit
from riverchief.web.loop.links import LINKS, SCHEDULES, Link
from riverchief.web.loop.models import Event, Failure, LinkCursor, Schedule

log = logging.getLogger("riverchief.worker")

TAIL = "tail-arrivals"
BATCH = 200
TRIES = 3
IDLE_S = 0.15


def _position(link: str) -> int:
    return LinkCursor.objects.get_or_create(link=link)[0].position


def _advance(link: str, position: int) -> None:
    LinkCursor.objects.filter(link=link).update(position=position)


def tail_arrivals(limit: int = 2_000) -> int:
    """Turn new arrivals of the store into one "reading" event per station and time; returns how many arrivals."""
    arrivals = context.store().observations.arrivals(_position(TAIL), limit)
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
        _advance(TAIL, arrivals[-1].seq)
    return len(arrivals)


def run_link(link: Link) -> int:
    """Let one link handle the events that wait for it; returns how many it saw."""
    position = _position(link.name)
    events = list(Event.objects.filter(id__gt=position, kind=link.on).order_by("id")[:BATCH])
    if not events:
        return 0
    try:
        with transaction.atomic(), registry.held():
            for event in events:
                link.handle(event)
            _advance(link.name, events[-1].id)
    except OperationalError:
        raise  # the database itself: nothing to blame the event for
    except Exception:  # noqa: BLE001  # one bad event must not hold the others back
        for event in events:
            _run_one(link, event)
    return len(events)


def _run_one(link: Link, event: Event) -> None:
    """Handle one event in its own transaction; what fails is written down and tried again."""
    try:
        with transaction.atomic():
            link.handle(event)
            _advance(link.name, event.id)
    except OperationalError:
        raise
    except Exception as error:
        log.exception("link %s failed on event %s", link.name, event)
        with transaction.atomic():
            note, fresh = Failure.objects.get_or_create(
                event=event, link=link.name, defaults={"error": repr(error), "last_at": context.now()}
            )
            if not fresh:
                note.attempts += 1
                note.error, note.last_at = repr(error), context.now()
                note.save()
            _advance(link.name, event.id)


def retry_failures() -> None:
    """Try again what failed fewer than three times; what succeeds is forgotten."""
    links = {link.name: link for link in LINKS}
    for note in Failure.objects.filter(attempts__lt=TRIES).select_related("event")[:BATCH]:
        try:
            with transaction.atomic():
                links[note.link].handle(note.event)
                note.delete()
        except OperationalError:
            raise
        except Exception as error:  # noqa: BLE001  # written down for the self-check page
            note.attempts += 1
            note.error, note.last_at = repr(error), context.now()
            note.save()


def run_schedules() -> None:
    """Run what is due; a run that was missed runs once."""
    now = context.now()
    for periodic in SCHEDULES:
        with transaction.atomic():
            row, _ = Schedule.objects.get_or_create(name=periodic.name, defaults={"due_at": now})
            if row.due_at > now:
                continue
            periodic.run()
            row.last_at, row.due_at = now, now + timedelta(seconds=periodic.every_s)
            row.save()


def step() -> int:
    """One round over the tail, all links and the schedules; returns how much there was to do."""
    done = tail_arrivals()
    done += sum(run_link(link) for link in LINKS)
    run_schedules()
    return done


def run_forever() -> None:
    """Work until told to stop (SIGTERM or SIGINT)."""
    going = [True]
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: going.__setitem__(0, False))
    rounds = 0
    while going[0]:
        try:
            done = step()
            rounds += 1
            if rounds % 50 == 0:
                retry_failures()
        except OperationalError:
            log.exception("the database does not answer; trying again")
            close_old_connections()
            done = 0
            time.sleep(1)
        if not done:
            time.sleep(IDLE_S)
