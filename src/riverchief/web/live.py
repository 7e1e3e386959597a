"""Server-sent events: a small ASGI application of its own that reads the event table.

The id of a message is the id of the event, so a browser that comes back with Last-Event-ID misses nothing.
Only people who signed in are served; what they may not see is not sent.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "riverchief.web.settings")

import django

django.setup()

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.db import close_old_connections
from django.http import HttpRequest, parse_cookie

from riverchief.web.accounts.models import User
from riverchief.web.accounts.visibility import visible
from riverchief.web.loop.explain import MODELS
from riverchief.web.loop.models import Event
from riverchief.web.wire import iso

Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]

POLL_S = 0.5
BEAT_S = 15.0
LOOK_ROUNDS = 4  # after so many rounds, whether the session still stands: a device that was cut off hears no more


def _user(cookie: str) -> User | None:
    close_old_connections()
    request = HttpRequest()
    request.session = SessionStore(parse_cookie(cookie).get(settings.SESSION_COOKIE_NAME))
    user = get_user(request)
    return user if isinstance(user, User) else None


def _newest() -> int:
    return Event.objects.order_by("-id").values_list("id", flat=True).first() or 0


def _hidden(user: User, subject: str) -> bool:
    """Whether an event is about a record that this person may not see; stations and the like are open to all."""
    model: Any = MODELS.get(subject.partition("-")[0])
    return model is not None and not visible(user, model).filter(pk=subject).exists()


def _after(user: User, position: int) -> tuple[int, list[bytes]]:
    close_old_connections()
    messages = []
    for event in Event.objects.filter(id__gt=position).order_by("id")[:200]:
        position = event.id
        if _hidden(user, event.subject):
            continue
        data = {
            "id": event.id,
            "kind": event.kind,
            "subject": event.subject,
            "at": iso(event.at),
            "known_at": iso(event.known_at),
        }
        messages.append(f"id: {event.id}\nevent: {event.kind}\ndata: {json.dumps(data)}\n\n".encode())
    return position, messages


async def _refuse(send: Send, status: int, text: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})


def _cors(origin: str) -> list[tuple[bytes, bytes]]:
    """Let the pages of this site listen, which come from another port of the same name."""
    if (urlsplit(origin).hostname or "") not in settings.ALLOWED_HOSTS:
        return []
    return [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"origin"),
    ]


async def _stream(user: User, cookie: str, position: int, receive: Receive, send: Send) -> None:
    gone = asyncio.create_task(_until_gone(receive))
    quiet_s, rounds = 0.0, 0
    try:
        while not gone.done():
            rounds += 1
            if rounds % LOOK_ROUNDS == 0 and await sync_to_async(_user)(cookie) is None:
                await send({"type": "http.response.body", "body": b""})
                return
            position, messages = await sync_to_async(_after)(user, position)
            if messages:
                await send({"type": "http.response.body", "body": b"".join(messages), "more_body": True})
                quiet_s = 0.0
                continue
            quiet_s += POLL_S
            if quiet_s >= BEAT_S:
                await send({"type": "http.response.body", "body": b": alive\n\n", "more_body": True})
                quiet_s = 0.0
            await asyncio.sleep(POLL_S)
    finally:
        gone.cancel()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve /live: one stream of events per browser."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    if scope["path"] != "/live" or scope["method"] != "GET":
        await _refuse(send, 404, b"there is only GET /live here")
        return
    user = await sync_to_async(_user)(headers.get("cookie", ""))
    if user is None:
        await _refuse(send, 401, b"nobody is signed in")
        return
    last = headers.get("last-event-id", "")
    position = int(last) if last.isdigit() else await sync_to_async(_newest)()
    start_headers = [
        *_cors(headers.get("origin", "")),
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": start_headers})
    await send({"type": "http.response.body", "body": b"retry: 2000\n\n", "more_body": True})
    await _stream(user, headers.get("cookie", ""), position, receive, send)
