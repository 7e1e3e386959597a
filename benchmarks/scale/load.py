"""Fifty people at once on a filled database: each asks, reads for a second, asks again; how long each answer took.

The pages' server runs as `riverchief serve` runs it. A client keeps what it was given with an ETag, as a browser does.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

THINK_S = 1.0
DESK = ("cases?limit=50", "cases?overdue=1&limit=50", "cases?unassigned=1&limit=50", "cases?state=dispatched&limit=50")
KINDS: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    ("chief", 34, ("/today", "/ground/day", "/ground/cases?limit=50")),
    ("county", 10, ("/today", *(f"/ground/{one}" for one in DESK), "/ground/ledger/figures", "next")),
    ("prefecture", 2, ("/today", *(f"/ground/{one}" for one in DESK), "next")),
    ("map", 4, ("/basin/network", "/basin/places", "/basin/chiefs", "/ground/cases?standing=1&limit=500")),
)


@dataclass
class Seen:
    """What was measured: by route the times [s], and what went wrong."""

    times_s: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    bytes: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, route: str, took_s: float, size: int, fault: str = "") -> None:
        """One answer."""
        with self.lock:
            self.times_s.setdefault(route, []).append(took_s)
            self.bytes += size
            if fault:
                self.errors.append(fault)


@dataclass
class Client:
    """Somebody at a browser."""

    kind: str
    cookie: str
    routes: tuple[str, ...]
    port: int
    random: random.Random
    tags: dict[str, str] = field(default_factory=dict)
    following: str = ""
    connection: http.client.HTTPConnection | None = None

    def ask(self, seen: Seen | None) -> None:
        """Choose a page and read it."""
        route = path = self.random.choice(self.routes)
        if route == "next":
            route = path = "/ground/cases?limit=50"
            if self.following:
                route, path = "/ground/cases?after=…", f"/ground/cases?limit=50&after={quote(self.following)}"
        headers = {"Cookie": self.cookie, "Accept-Encoding": "gzip"}
        if path in self.tags:
            headers["If-None-Match"] = self.tags[path]
        begun, fault, body, status = time.monotonic(), "", b"", 0
        try:
            self.connection = self.connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            self.connection.request("GET", f"/api/v1{path}", headers=headers)
            answer = self.connection.getresponse()
            body, status = answer.read(), answer.status
            fault = "" if status in (200, 304) else f"{status} {path} {body[:200]!r}"
            if tag := answer.headers.get("ETag"):
                self.tags[path] = tag
        except (OSError, http.client.HTTPException) as error:
            self.connection, fault = None, f"{path}: {error!r}"
        took_s = time.monotonic() - begun
        if route.startswith("/ground/cases") and status == 200:
            self.following = json.loads(body).get("next") or ""
        if seen is not None:
            name = f"{self.kind} {route}" + (" (304)" if status == 304 else "")
            seen.add(name, took_s, len(body), fault)


def sessions(seed: int, port: int) -> list[Client]:
    """Signed-in people: chiefs drawn from all of them, offices of counties and cities."""
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore

    from riverchief.web.accounts.models import User

    chance = random.Random(seed)
    users = {
        "chief": list(User.objects.filter(role="chief").order_by("username").values_list("pk", flat=True)),
        "county": list(User.objects.filter(role="county").order_by("username").values_list("pk", flat=True)),
        "prefecture": list(User.objects.filter(role="prefecture").order_by("username").values_list("pk", flat=True)),
    }
    users["map"] = users["county"]
    made = []
    for kind, n, routes in KINDS:
        for pk in chance.sample(users[kind], n):
            user = User.objects.get(pk=pk)
            session = SessionStore()
            session["_auth_user_id"] = str(user.pk)
            session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
            session["_auth_user_hash"] = user.get_session_auth_hash()
            session.save()
            cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
            made.append(Client(kind, cookie, routes, port, random.Random(seed + len(made))))
    return made


@contextmanager
def serving(folder: Path, url: str, port: int) -> Iterator[int]:
    """The pages' process as the supervisor starts it; gives its process id."""
    from riverchief.web.config import read_config
    from riverchief.web.supervisor import commands

    environment = {
        **os.environ, "RIVERCHIEF_DATA": str(folder), "RIVERCHIEF_DATABASE_URL": url, "RIVERCHIEF_PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "riverchief.web.settings",
    }  # fmt: skip
    os.environ["RIVERCHIEF_PORT"] = str(port)
    command = commands(read_config(folder))["web"]
    with (folder / "web.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        for _ in range(300):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                connection.request("GET", "/api/v1/session")
                connection.getresponse().read()
                break
            except OSError:
                time.sleep(0.2)
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


def run(clients: list[Client], duration_s: float) -> Seen:
    """Everybody asks for so long [s], after a first question each that is not counted."""
    seen, until = Seen(), [0.0]
    ready = threading.Barrier(len(clients) + 1)

    def go(client: Client) -> None:
        client.ask(None)
        ready.wait()
        time.sleep(client.random.random() * THINK_S)
        while time.monotonic() < until[0]:
            client.ask(seen)
            time.sleep(THINK_S)

    threads = [threading.Thread(target=go, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    until[0] = time.monotonic() + 3_600
    ready.wait()
    until[0] = time.monotonic() + duration_s
    for thread in threads:
        thread.join()
    return seen


def rows(seen: Seen) -> list[tuple[str, int, float, float, float, float]]:
    """By route: how many, p50, p95, p99, longest [ms]; all together last."""
    everything = sorted(t for times in seen.times_s.values() for t in times)
    found = []
    for route, times in [*sorted(seen.times_s.items()), ("all", everything)]:
        ordered = sorted(times)
        at = [ordered[min(len(ordered) - 1, int(len(ordered) * q))] * 1_000 for q in (0.5, 0.95, 0.99, 1.0)]
        found.append((route, len(ordered), *at))
    return found  # type: ignore[return-value]


def show(seen: Seen) -> None:
    """The table, for people."""
    for route, n, p50, p95, p99, most in rows(seen):
        print(f"{route:60s} {n:6d} {p50:8.0f} {p95:8.0f} {p99:8.0f} {most:8.0f}", flush=True)
    print(f"errors: {len(seen.errors)} {seen.errors[:5]}", file=sys.stderr if seen.errors else sys.stdout)
