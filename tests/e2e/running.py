"""A platform that runs in a folder of its own, and a real Chromium to look at it; for tests and for screenshots."""

import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from riverchief.web.config import read_config
from riverchief.web.demo import PASSWORD, free_port
from riverchief.web.pages import UI
from riverchief.web.supervisor import PAUSE_S, Supervisor

STORY = Path(__file__).with_name("story.py")
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
HOST = "127.0.0.1"
PORTS = {"port": 8731, "live_port": 8732, "gateway_port": 8733}
STARTS_WITHIN_S = 180.0
MAP_WITHIN_MS = 30_000

PHONE, DESK, WALL = (390, 844), (1440, 900), (1920, 1080)
DRAWN = """layers => {
  const map = window.__riverchief?.map
  if (!map || !map.loaded()) return null
  const found = map.queryRenderedFeatures({ layers })
  return found.length ? [...new Set(found.map(f => f.properties.code ?? f.layer.id))] : null
}"""


def missing() -> str:
    """Why no browser test can run on this machine; empty when one can."""
    if not Path(CHROMIUM).exists():
        return "Chromium is not on this machine (Debian: apt-get install chromium)"
    if not (UI / "index.html").exists():
        return "the pages are not built on this machine (make ui)"
    return ""


@dataclass(frozen=True)
class Site:
    """A platform that answers at `base`; `folder` is its data folder."""

    base: str
    folder: Path
    _people: dict[str, "Person"] = field(default_factory=dict)

    def person(self, username: str) -> "Person":
        """Somebody signed in over the API; the same session every time."""
        if username not in self._people:
            self._people[username] = Person(self, username)
        return self._people[username]

    def close(self) -> None:
        """Everybody hangs up."""
        for person in self._people.values():
            person.client.close()

    def chief_of(self, case: dict[str, Any]) -> str:
        """Username of the chief whom a case was given to."""
        return f"chief-{case['assigned_to']}"


class Person:
    """Somebody signed in, seen from the API."""

    def __init__(self, site: Site, username: str) -> None:
        self.username = username
        self.client = httpx.Client(base_url=site.base, timeout=30, trust_env=False)
        self.client.headers["X-CSRFToken"] = self.get("/session")["csrf"]
        answer = self.client.post("/api/v1/session", json={"username": username, "password": PASSWORD})
        answer.raise_for_status()
        self.client.headers["X-CSRFToken"] = answer.json()["csrf"]

    def get(self, path: str, **query: Any) -> Any:
        """What the API answers."""
        answer = self.client.get(f"/api/v1{path}", params=query)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, body: Any) -> Any:
        """Do something over the API."""
        answer = self.client.post(f"/api/v1{path}", json=body)
        answer.raise_for_status()
        return answer.json()

    @property
    def cookies(self) -> list[dict[str, str]]:
        """Cookies of the session, as a browser takes them."""
        return [{"name": c.name, "value": c.value or "", "domain": HOST, "path": "/"} for c in self.client.cookies.jar]


@contextlib.contextmanager
def platform(folder: Path, basin: str) -> Iterator[Site]:
    """Fill a folder with the story and run web, live events, worker and gateway on it; stopped at the end."""
    ports = {name: free_port(HOST, wanted) for name, wanted in PORTS.items()}
    settings = [f"{name}={value}" for name, value in ports.items()]
    subprocess.run([sys.executable, str(STORY), str(folder), basin, *settings], check=True, timeout=280)
    with running(folder, ports) as site:
        yield site


@contextlib.contextmanager
def quiet_platform(folder: Path, basin: str, speed: float) -> Iterator[Site]:
    """A platform with its basin and its people on which nothing has happened yet, on a clock that runs this fast."""
    ports = {name: free_port(HOST, wanted) for name, wanted in PORTS.items()}
    settings = [f"{name}={value}" for name, value in ports.items()]
    subprocess.run(
        [sys.executable, str(STORY.with_name("quiet.py")), str(folder), basin, str(speed), *settings],
        check=True,
        timeout=280,
    )
    with running(folder, ports) as site:
        yield site


@contextlib.contextmanager
def running(folder: Path, ports: dict[str, int]) -> Iterator[Site]:
    """The four processes on a folder that is filled, watched as `riverchief serve` watches them."""
    supervisor = Supervisor(read_config(folder))
    supervisor.start()
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(PAUSE_S):
            supervisor.look()

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    site = Site(f"http://{HOST}:{ports['port']}", folder)
    try:
        _wait(lambda: httpx.get(f"{site.base}/api/v1/session", timeout=5, trust_env=False).status_code == 200)
        _wait(
            lambda: httpx.get(f"http://{HOST}:{ports['live_port']}/live", timeout=5, trust_env=False).status_code == 401
        )
        yield site
    finally:
        site.close()
        ended.set()
        watching.join()
        supervisor.stop()


def _wait(ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while True:
        with contextlib.suppress(httpx.HTTPError):
            if ready():
                return
        if time.monotonic() > deadline:
            raise TimeoutError(f"the platform did not answer within {STARTS_WITHIN_S:g} s; see its folder's log/")
        time.sleep(0.2)


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, drawing WebGL in software."""
    # no proxy of the surroundings is asked for the loopback
    plain = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS, env=plain)
        yield browser
        browser.close()


def visitor(
    browser: Browser, site: Site, size: tuple[int, int], language: str, username: str | None = None
) -> BrowserContext:
    """A browser window of its own; signed in where a name is given."""
    phone = size == PHONE
    context = browser.new_context(
        base_url=site.base,
        viewport={"width": size[0], "height": size[1]},
        locale=language,
        timezone_id="Asia/Shanghai",
        has_touch=phone,
        is_mobile=phone,
        reduced_motion="reduce",
    )
    context.set_default_timeout(20_000)
    if username is not None:
        context.add_cookies(site.person(username).cookies)
    return context


def drawn(page: Page, *layers: str) -> set[str]:
    """Codes of what the map has really drawn on these layers, once it has drawn something there."""
    found = page.wait_for_function(DRAWN, arg=list(layers), timeout=MAP_WITHIN_MS)
    return set(found.json_value())
