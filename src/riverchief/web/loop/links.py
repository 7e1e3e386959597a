"""The links of the loop as one table: event → handler → events.

A handler writes its result and the next event in one transaction, is idempotent, and never calls another link.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from riverchief.web.basin import cameras
from riverchief.web.cloud import airfeed, outfall_watch, verdicts, watch
from riverchief.web.govern import outlook_record, outlooks, reports, scores, traces
from riverchief.web.govern.twin import cycles
from riverchief.web.ground import cases, closures, handover, letters
from riverchief.web.ground.phone import inbox
from riverchief.web.loop import tail
from riverchief.web.loop.models import Event
from riverchief.web.messages import notices, outbox
from riverchief.web.messages import rules as messages
from riverchief.web.public import senders
from riverchief.web.sky import missions

Handler = Callable[[Event], None]
Preparation = Callable[[Event], Callable[[], None] | None]


@dataclass(frozen=True)
class Link:
    """One link: the kind of event it waits for, and what it then does.

    What takes long has `prepare`, which reads and computes while nobody is kept waiting, and gives what then writes
    the result; None where there is nothing to write. `handle` does both.
    """

    name: str
    on: str
    handle: Handler
    prepare: Preparation | None = None


LINKS: tuple[Link, ...] = (
    Link("judge-section", "reading", verdicts.on_reading),
    Link("watch-station", "reading", watch.on_reading),
    Link("watch-outfall", "reading", outfall_watch.on_reading),
    Link("follow-up-closure", "reading", closures.on_reading),
    Link("trace-alert", "alert", traces.on_alert, traces.prepare),
    Link("retrace-alert", "alert-reading", traces.on_alert, traces.prepare),
    Link("plan-mission", "trace", missions.on_trace),
    Link("open-case", "trace", cases.on_trace),
    Link("draft-letter", "case-overdue", letters.on_overdue),
    Link("score-chief", "closure", scores.on_closure),
    Link("look-ahead", "outlook-due", outlooks.on_due, outlooks.prepare),
    Link("forecast-again", "outlook-record-due", outlook_record.on_due, outlook_record.prepare),
    *(Link(f"tell-{kind}", kind, notices.on_event) for kind in messages.kinds()),
)


@dataclass(frozen=True)
class Periodic:
    """Work that is due again and again; a missed run runs once.

    What waits for others (a camera, a server) is `apart`: it runs in a thread of its own and in no transaction, so
    that nobody waits for the database, or for the loop, as long as it waits for them.
    """

    name: str
    every_s: int
    run: Callable[[], None]
    apart: bool = False


SCHEDULES: tuple[Periodic, ...] = (
    Periodic("escalate-overdue-cases", 900, cases.escalate_overdue),
    Periodic("confirm-quiet-closures", 900, closures.sweep),
    Periodic("retry-phone-records", 900, inbox.retry_held),
    Periodic("fetch-stills", 300, cameras.fetch_due, apart=True),
    Periodic("carry-out-hand-overs", 900, handover.carry_out_due),
    Periodic("close-quiet-alerts", 900, watch.close_quiet),
    Periodic("collect-air", 900, airfeed.collect),
    Periodic("refresh-baselines", 86_400, watch.forget_baselines),
    Periodic("prune-arrivals", 86_400, tail.prune),
    Periodic("forget-senders", 3_600, senders.forget),
    Periodic(reports.DUE, 900, reports.queue_due),
    Periodic("ask-for-outlooks", 86_400, outlooks.ask),
    Periodic("ask-for-the-record", 86_400, outlook_record.ask),
    Periodic("score-outlooks", 86_400, outlooks.score_ended),
    Periodic("ask-for-the-twin", cycles.EVERY_S, cycles.ask),
    Periodic("remind-patrols", 21_600, notices.remind_patrols),
    Periodic("forget-messages", 86_400, outbox.forget_old),
)
