"""One command runs the platform: web, live, worker and gateway as processes; what dies is started again and shown.

The state of every process lies in `supervisor.json` in the data folder, which the self-check page reads.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from riverchief.base.time import SystemClock
from riverchief.web import caddy, tls
from riverchief.web.config import PROXY, Config

log = logging.getLogger("riverchief.supervisor")

STATE = "supervisor.json"
PAUSE_S = 0.2
BACK_OFF_S = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
MOST_WORKERS = 4  # processes that answer; more than one only where SQLite does not let them wait for each other
STEADY_S = 30.0  # a process that lived this long starts its back-off afresh


def commands(config: Config) -> dict[str, list[str]]:
    """The processes of a platform and how each is started."""
    python = [sys.executable, "-m"]
    proxy = caddy.found() if config.https else ""
    host = "127.0.0.1" if proxy else config.host
    granian = [*python, "granian", "--no-ws", "--log-level", "warning"]
    workers = min(MOST_WORKERS, os.cpu_count() or 1) if config.database_url else 1
    web = ["--host", host, "--interface", "wsgi", "--port", str(config.port), "--blocking-threads", "4"]
    web += ["--workers", str(workers)]
    live = ["--workers", "1", "--host", host, "--interface", "asgi", "--port", str(config.live_port)]
    gateway = ["--host", config.gateway_host, "--port", str(config.gateway_port), "--data", str(config.folder)]
    field = {
        "worker": [*python, "riverchief.web.loop"],
        "gateway": [*python, "riverchief", "gateway", *gateway],
    }
    if config.https and not proxy:
        certificate, key = tls.certify(config.folder, config.https_host, SystemClock().now())
        front = ["--workers", "1", "--host", "0.0.0.0", "--interface", "asgi", "--port", str(config.https_port)]  # noqa: S104  for phones
        secured = ["--ssl-certificate", str(certificate), "--ssl-keyfile", str(key), "--ssl-protocol-min", "tls1.2"]
        return {"web": [*granian, *front, *secured, "riverchief.web.front:application"], **field}
    before = {"caddy": [proxy, "run", "--config", str(caddy.write(config)), "--adapter", "caddyfile"]} if proxy else {}
    return {
        "web": [*granian, *web, "riverchief.web.wsgi:application"],
        "live": [*granian, *live, "riverchief.web.live:application"],
        **field,
        **before,
    }


@dataclass
class Child:
    """One process, how often it was started, and when it may be started again (on the wall clock)."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started_s: float = 0.0
    starts: int = 0
    failures: int = 0
    wait_until_s: float = 0.0
    last_exit: int | None = None


@dataclass
class Supervisor:
    """Starts, watches and stops the processes of one data folder."""

    config: Config
    children: list[Child] = field(default_factory=list)

    def start(self) -> None:
        """Start every process."""
        self.children = [Child(name, command) for name, command in commands(self.config).items()]
        for child in self.children:
            self._start(child)
        self._write()

    def _start(self, child: Child) -> None:
        behind_caddy = any(one.name == "caddy" for one in self.children)
        environment = {
            **os.environ,
            "RIVERCHIEF_DATA": str(self.config.folder),
            "DJANGO_SETTINGS_MODULE": "riverchief.web.settings",
            "RIVERCHIEF_HTTPS": self.config.https,
            **({PROXY: "caddy", "RIVERCHIEF_PROXIES": str(max(1, self.config.proxies))} if behind_caddy else {}),
        }
        log_path = self.config.folder / "log"
        log_path.mkdir(exist_ok=True)
        with (log_path / f"{child.name}.log").open("ab") as out:
            child.process = subprocess.Popen(child.command, env=environment, stdout=out, stderr=out)
        child.started_s = time.monotonic()
        child.starts += 1

    def look(self) -> None:
        """Start again what has died, later and later while it keeps dying."""
        changed = False
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                changed = True
                child.last_exit = child.process.returncode
                child.failures = 0 if time.monotonic() - child.started_s > STEADY_S else child.failures + 1
                pause_s = BACK_OFF_S[min(child.failures, len(BACK_OFF_S) - 1)]
                log.warning("%s ended with %s; starting it again in %.1f s", child.name, child.last_exit, pause_s)
                child.process, child.wait_until_s = None, time.monotonic() + pause_s
            if child.process is None and time.monotonic() >= child.wait_until_s:
                changed = True
                self._start(child)
        if changed:
            self._write()

    def _write(self) -> None:
        state = {
            child.name: {
                "pid": child.process.pid if child.process else None,
                "starts": child.starts,
                "last_exit": child.last_exit,
            }
            for child in self.children
        }
        part = self.config.folder / f"{STATE}.part"
        part.write_text(json.dumps(state), encoding="utf-8")
        part.replace(self.config.folder / STATE)

    def stop(self) -> None:
        """Ask every process to end, and end those that do not within ten seconds."""
        for child in self.children:
            if child.process is not None:
                child.process.terminate()
        deadline = time.monotonic() + 10
        for child in self.children:
            if child.process is None:
                continue
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
        (self.config.folder / STATE).unlink(missing_ok=True)

    def run_forever(self) -> None:
        """Watch until told to stop (SIGTERM or SIGINT)."""
        going = [True]
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: going.__setitem__(0, False))
        self.start()
        try:
            while going[0]:
                self.look()
                time.sleep(PAUSE_S)
        finally:
            self.stop()


def state(folder: Path) -> dict[str, dict[str, int | None]]:
    """What the supervisor of a data folder last wrote; empty when none runs."""
    path = folder / STATE
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
