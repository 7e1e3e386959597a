"""The worker: tails the store's arrivals into events, runs every link over the events, and the schedules.

It may be killed at any moment: a link's results, its next events and its position are one transaction.
"""

from __future__ import annotations

import logging
import signal
import time
from datetime import datetime, timedelta
from functools import partial
from threading import Event as Flag
from threading import Thread

from django.db import OperationalError, close_old_connections, transaction

from riverchief.base.errors import RiverError
from riverchief.web import context
from riverchief.web.basin import registry
from riverchief.web.govern import traces
from riverchief.web.govern.report_job import Runner
from riverchief.web.govern.twin import job as twin
from riverchief.web.loop.links import LINKS, SCHEDULES, Link, Periodic
from riverchief.web.loop.models import Event, Failure, Schedule
from riverchief.web.loop.tail import advance, position_of, tail_arrivals
from riverchief.web.messages.courier import Courier

log = logging.getLogger("riverchief.worker")

BATCH = 40  # what fits into a turn on an ordinary machine; what is fetched and not reached is fetched again
TRIES = 3
IDLE_S = 0.15
AGAIN = timedelta(minutes=15)  # after which a schedule that failed is run again
LOOK_S = 1.0  # between two looks for schedules that run apart
TURN_S = 0.25  # a turn of a link ends after so long: what people change meanwhile has to wait for it
GIVE_WAY = 0.25  # share of a turn's time for which nobody holds the database afterwards, so that they get theirs


def run_link(link: Link) -> int:
    """Let one link handle the events that wait for it, as many as fit into its turn; returns how many it saw."""
    position = position_of(link.name)
    events = list(Event.objects.filter(id__gt=position, kind=link.on).order_by("id")[:BATCH])
    if not events:
        return 0
    begun_s = time.monotonic()
    if link.prepare is not None:
        return _run_prepared(link, events, begun_s)
    n = 0
    try:
        with transaction.atomic(), registry.held():
            while n == 0 or (n < len(events) and time.monotonic() - begun_s < TURN_S):
                link.handle(events[n])
                n += 1
            advance(link.name, events[n - 1].id)
    except OperationalError:
        raise  # the database itself: nothing to blame the event for
    except Exception:  # noqa: BLE001  # one bad event must not hold the others back
        for event in events:
            _run_one(link, event)
        return len(events)
    time.sleep(GIVE_WAY * (time.monotonic() - begun_s))
    return n


def _run_prepared(link: Link, events: list[Event], begun_s: float) -> int:
    n = 0
    while n == 0 or (n < len(events) and time.monotonic() - begun_s < TURN_S):
        _run_one(link, events[n])
        n += 1
    return n


def _run_one(link: Link, event: Event) -> None:
    """Handle one event in its own transaction; what fails is written down and tried again."""
    try:
        with registry.held():
            write = link.prepare(event) if link.prepare else partial(link.handle, event)
            with transaction.atomic():
                if write is not None:
                    write()
                advance(link.name, event.id)
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
            advance(link.name, event.id)


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


def run_schedules(*, apart: bool = False) -> None:
    """Run what is due; a run that was missed runs once. One that fails is logged, and the others go on.

    Parameters
    ----------
    apart : bool
        Whether those that wait for others are run, or those that write and are done.
    """
    now = context.now()
    resting = set(Schedule.objects.filter(due_at__gt=now).values_list("name", flat=True))
    for periodic in SCHEDULES:
        if periodic.apart != apart or periodic.name in resting:
            continue  # known without taking the database from anybody
        try:
            with transaction.atomic():
                mine = _taken(periodic, now)
                if mine and not apart:
                    periodic.run()
            if mine and apart:
                periodic.run()
        except OperationalError:
            raise
        except Exception:
            log.exception("schedule %s failed; it is run again", periodic.name)
            Schedule.objects.update_or_create(
                name=periodic.name, defaults={"due_at": now + min(AGAIN, _every(periodic))}
            )


def _every(periodic: Periodic) -> timedelta:
    return timedelta(seconds=periodic.every_s)


def _taken(periodic: Periodic, now: datetime) -> bool:
    """Mark a schedule as run; False where somebody else has just done so."""
    row, _ = Schedule.objects.get_or_create(name=periodic.name, defaults={"due_at": now})
    if row.due_at > now:
        return False
    row.last_at, row.due_at = now, now + _every(periodic)
    row.save()
    return True


def step() -> int:
    """One round over the tail, all links and the schedules that write; returns how much there was to do."""
    done = tail_arrivals()
    done += sum(run_link(link) for link in LINKS)
    run_schedules()
    return done


def run_apart(end: Flag) -> None:
    """Run the schedules that wait for others, until told to stop."""
    while not end.wait(LOOK_S):
        try:
            run_schedules(apart=True)
        except OperationalError:
            log.exception("the database does not answer; trying again")
        finally:
            close_old_connections()


def run_forever() -> None:
    """Work until told to stop (SIGTERM or SIGINT)."""
    going = [True]
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: going.__setitem__(0, False))
    try:
        traces.warm_up()
    except RiverError as error:  # no basin yet: the first trace will compile what it needs
        log.info("not warmed up: %s", error.sentence)
    rounds, runner, twins, courier = 0, Runner(), twin.Runner(), Courier()
    courier.start()
    end = Flag()
    Thread(target=run_apart, args=(end,), name="schedules apart", daemon=True).start()
    while going[0]:
        try:
            done = step()
            runner.tend()
            twins.tend()
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
    end.set()
    runner.close()
    twins.close()
    courier.stop()
