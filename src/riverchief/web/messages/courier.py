"""The courier: sends what is due, tries again, goes on to the next channel, and asks what became of it.

It runs in a thread beside the loop, because gateways are slow and nobody else may wait for them. A message is put off
before it is sent and marked after, so a process that is killed in between sends it again rather than never.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event as Flag
from threading import Thread

from django.db import OperationalError, close_old_connections
from django.db.models import F

from riverchief.base.errors import RiverError
from riverchief.web import context
from riverchief.web.accounts import entry
from riverchief.web.accounts.models import CodeSent
from riverchief.web.messages import outbox, rules, texts
from riverchief.web.messages.channels import Letter, Undelivered
from riverchief.web.messages.models import DELIVERED, FAILED, QUEUED, READ, SENT, Message
from riverchief.web.messages.robots import Speaker

log = logging.getLogger("riverchief.messages")
BATCH = 20
LEASE = timedelta(minutes=2)
ASK_EVERY, ASK_FOR = timedelta(minutes=5), timedelta(days=2)
LOOK_S = 1.0
PAGES = {"case": "case", "alert": "alert", "mission": "mission", "finding": "sky", "patrol": "m"}


def link_to(subject: str) -> str:
    """The page of what a message is about, where phones can reach the site."""
    host, page = context.config().https, PAGES.get(subject.partition("-")[0])
    if not host or not page:
        return ""
    return f"https://{host}/{page}/{subject}" if page not in ("sky", "m") else f"https://{host}/{page}"


def letter_of(message: Message) -> Letter:
    """A message in its receiver's language; a code gets its digits here, and nowhere else."""
    language = texts.language_of(outbox.preferences(message.to).language)
    params = dict(message.params)
    if message.key == outbox.CODE:
        params["code"] = entry.code_of(CodeSent.objects.get(pk=params["asked"]))
    plain = tuple((name, str(value)) for name, value in params.items())
    title = "智慧河长" if language == "zh" else "River chief"
    return Letter(texts.words(message.key, params, language), title, link_to(message.subject), message.pk, plain)


def _next_way(message: Message) -> str:
    if message.key == outbox.CODE:
        return "sms" if "sms" not in message.given_up else ""
    return next((name for name in outbox.ways(message.to) if name not in message.given_up), "")


def _too_late(message: Message, now: datetime) -> bool:
    return message.key == outbox.CODE and now - message.made_at > entry.VALID


def deliver(message: Message) -> None:
    """Try to send one message over its present channel, and write down what came of it."""
    now = context.now()
    message.channel = _next_way(message)
    if not message.channel or _too_late(message, now):
        message.state = FAILED
        message.why = message.why or "no channel is left, or it came too late; it stands under the bell."
        _keep(message)
        return
    user = message.to
    address = outbox.address(user, message.channel, outbox.preferences(user))
    try:
        way = outbox.channel(message.channel)
        message.reference = way.send(address, letter_of(message))
    except Undelivered as error:
        _put_off(message, error, now)
    except RiverError as error:  # a channel whose settings are wrong: the next one, and the office sees why
        _put_off(message, Undelivered(error.sentence, lasting=True), now)
    except Exception as error:  # of a channel of others, or an answer that nobody foresaw: the next ones still go
        log.exception("%s failed at %s", message.channel, message.pk)
        _put_off(message, Undelivered(f"{message.channel} failed: {type(error).__name__}: {error}"[:400]), now)
    else:
        message.attempts = [*message.attempts, {"channel": message.channel, "at": now.isoformat(), "ok": True}]
        message.state, message.sent_at, message.why, message.due_at = SENT, now, "", now + ASK_EVERY
    _keep(message)


_SENDING = ("channel", "due_at", "given_up", "tries", "attempts", "why", "reference", "sent_at")


def _keep(message: Message) -> None:
    """Write down what came of sending; what was read under the bell meanwhile stays read."""
    told = {name: getattr(message, name) for name in _SENDING}
    mine = Message.objects.filter(pk=message.pk)
    if not mine.filter(read_at__isnull=True).update(state=message.state, **told):
        mine.update(**told)


def _put_off(message: Message, error: Undelivered, now: datetime) -> None:
    attempt = {"channel": message.channel, "at": now.isoformat(), "ok": False, "why": error.sentence}
    message.attempts = [*message.attempts, attempt]
    message.why = error.sentence
    waits = rules.retry_after_s()
    if not error.lasting and message.tries <= len(waits):
        message.due_at = now + timedelta(seconds=waits[message.tries - 1])
        return
    message.given_up = [*message.given_up, message.channel]
    message.tries, message.due_at = 0, now
    if not _next_way(message):
        message.state = FAILED


def send_due() -> int:
    """Send what is due, oldest first; how many were tried."""
    now, n = context.now(), 0
    for message in (
        Message.objects.filter(state=QUEUED, due_at__lte=now).select_related("to").order_by("due_at")[:BATCH]
    ):
        # whoever puts it off sends it; a second courier finds it taken
        taken = Message.objects.filter(pk=message.pk, state=QUEUED, due_at=message.due_at).update(
            due_at=now + LEASE, tries=F("tries") + 1
        )
        if taken:
            message.refresh_from_db()
            deliver(message)
            n += 1
    return n


def ask_after() -> int:
    """Ask what became of messages that were sent; how many were asked for."""
    now, n = context.now(), 0
    asked = Message.objects.filter(
        state__in=(SENT, DELIVERED), channel__in=("dingtalk", "feishu"), due_at__lte=now, sent_at__gt=now - ASK_FOR
    )
    for message in asked.exclude(reference="").select_related("to")[:BATCH]:
        Message.objects.filter(pk=message.pk).update(due_at=now + ASK_EVERY)
        address = outbox.address(message.to, message.channel, outbox.preferences(message.to))
        try:
            found = outbox.channel(message.channel).receipt(message.reference, address)
        except RiverError as error:
            log.info("%s cannot tell about %s: %s", message.channel, message.pk, error.sentence)
            continue
        _write_receipt(message, found, now)
        n += 1
    return n


def _write_receipt(message: Message, found: str, now: datetime) -> None:
    mine = Message.objects.filter(pk=message.pk, read_at__isnull=True)
    if found == "read":
        mine.update(state=READ, read_at=now, delivered_at=message.delivered_at or now)
    elif found == "delivered" and message.delivered_at is None:
        mine.update(state=DELIVERED, delivered_at=now)
    elif found == "failed":
        said = f"{message.channel} took the message and could not deliver it."
        attempt = {"channel": message.channel, "at": now.isoformat(), "ok": False, "why": said}
        mine.update(
            state=QUEUED, tries=0, due_at=now, why=said, reference="",
            given_up=[*message.given_up, message.channel], attempts=[*message.attempts, attempt],
        )  # fmt: skip


@dataclass
class Courier:
    """The thread that sends, for as long as the worker runs."""

    speaker: Speaker = field(default_factory=Speaker)
    _end: Flag = field(default_factory=Flag)
    _thread: Thread | None = None

    def start(self) -> None:
        """Begin."""
        for wrong in outbox.check_settings():
            log.error("messages: %s", wrong)
        self._thread = Thread(target=self._run, name="courier", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._end.is_set():
            try:
                if send_due() + self.speaker.speak() + ask_after():
                    continue
            except OperationalError:
                close_old_connections()
            except Exception:  # a fault of one round must not end the courier
                log.exception("the courier failed; it goes on")
            self._end.wait(LOOK_S)

    def stop(self) -> None:
        """End after what is being sent."""
        self._end.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
