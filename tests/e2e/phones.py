"""A phone in somebody's hand: a real Chromium with a profile on disk, a mocked receiver, and a plug that can be pulled."""

import contextlib
import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, BrowserContext, Page

from e2e.running import CHROMIUM, CHROMIUM_ARGS, PHONE, Site
from riverchief import basins
from riverchief.web.demo import PASSWORD

CHIEF = "chief-ch-chengzhao-town"  # answers for the lower Changyuan and the Fen beside it
RIVER = "changyuan-03"
FIX_S = 0.1  # between two fixes, by the wall; on a clock that runs 30 times as fast a walker makes 3 m of it
WRITTEN = """([lon, lat]) => {
  const walk = document.querySelector('[data-test=walked]')
  return !walk || walk.dataset.here === `${lon},${lat}`
}"""
Points = Sequence[tuple[float, float]]


def along(from_m: float, to_m: float, count: int) -> list[tuple[float, float]]:
    """Points on the lower Changyuan, evenly between two chainages [m]."""
    network = basins.read(basins.named("jinzhong")).network
    at = network.point(np.full(count, network.index(RIVER)), np.linspace(from_m, to_m, count))
    return [(round(float(lon), 7), round(float(lat), 7)) for lon, lat in at]


class Phone:
    """One phone. What it keeps lies in its folder and outlives `kill`."""

    def __init__(self, browser: Browser, site: Site, folder: Path) -> None:
        self.kind, self.site, self.folder = browser.browser_type, site, folder
        self.troubles: list[str] = []
        self.offline = False

    def open(self, path: str = "/m") -> Page:
        """Take it up, and open a page; without signal where there was none."""
        self.context: BrowserContext = self.kind.launch_persistent_context(
            str(self.folder),
            executable_path=CHROMIUM,
            args=CHROMIUM_ARGS,
            env={name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")},
            base_url=self.site.base,
            viewport={"width": PHONE[0], "height": PHONE[1]},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            has_touch=True,
            is_mobile=True,
            permissions=["geolocation"],
            offline=self.offline,
        )
        self.context.set_default_timeout(20_000)
        self.page = self.context.pages[0]
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.goto(path)
        return self.page

    def signal(self, there: bool) -> None:
        """Lose or find the network."""
        self.offline = not there
        self.context.set_offline(self.offline)

    def kill(self) -> None:
        """The battery falls out: nothing is asked, nothing is closed."""
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            with contextlib.suppress(OSError):
                if str(self.folder) in (entry / "cmdline").read_bytes().decode(errors="replace"):
                    os.kill(int(entry.name), signal.SIGKILL)
        with contextlib.suppress(Exception):
            self.context.close()
        for lock in self.folder.glob("Singleton*"):
            lock.unlink(missing_ok=True)

    def close(self) -> None:
        """Put it away."""
        with contextlib.suppress(Exception):
            self.context.close()

    def sign_in(self, username: str) -> None:
        """As a person does it; returns when the day of this person has been read."""
        self.page.goto("/m/signin")
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", PASSWORD)
        with self.page.expect_response(lambda answer: "/ground/day" in answer.url):
            self.page.click("button[type=submit]")
        self.page.wait_for_selector("[data-test=start]")
        self.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")

    def start(self) -> None:
        """Begin a walk; returns when its page is there."""
        self.page.click("[data-test=start]")
        self.page.wait_for_selector("[data-test=walked]")

    def walk(self, points: Points) -> None:
        """The receiver tells one point after the other; on a walk, the next one once the page has written this one down.

        Told two quickly after each other, a busy Chromium hands the page the last one alone.
        """
        for lon, lat in points:
            self.context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 6})
            self.page.wait_for_timeout(FIX_S * 1000)
            self.page.wait_for_function(WRITTEN, arg=[lon, lat])

    def photograph(self, path: Path) -> None:
        """Take a photograph on the page that is open, and wait until it is kept."""
        before = self.waiting()
        self.page.set_input_files("[data-test=photo]", str(path))
        self.page.wait_for_function(
            "n => Number(document.querySelector('[data-test=waiting]').dataset.waiting) > n", arg=before
        )

    def report(self, note: str, photo: Path | None = None) -> None:
        """File a problem, and go back to the walk."""
        self.page.click("[data-test=tab-report]")
        self.page.fill("[data-test=note]", note)
        if photo is not None:
            self.page.set_input_files("[data-test=photo]", str(photo))
        self.page.click("[data-test=save]")
        self.page.wait_for_selector("[data-test=saved]")
        self.page.click("[data-test=done]")

    def finish(self) -> str:
        """End the walk; the patrol's id."""
        self.page.click("[data-test=tab-walk]")
        self.page.click("[data-test=finish]")
        self.page.click("[data-test=finish-yes]")
        self.page.wait_for_url("**/m/patrol/*")
        return self.page.url.rpartition("/")[2]

    def waiting(self) -> int:
        """How many records are still here, as its head says on every page."""
        return int(self.page.get_attribute("[data-test=waiting]", "data-waiting") or 0)

    def sent(self, within_ms: int = 60_000) -> None:
        """Wait until nothing waits any more, pressing the button like somebody who wants to go home."""
        self.page.click("[data-test=waiting]")
        for _ in range(within_ms // 1_000):
            button = self.page.query_selector("[data-test=send]:not([disabled])")
            if self.waiting() == 0:
                return
            if button:
                with contextlib.suppress(Exception):
                    button.click(timeout=500)
            self.page.wait_for_timeout(1_000)
        raise TimeoutError(f"{self.waiting()} records still wait: {self.page.inner_text('main')[:400]}")


@contextlib.contextmanager
def in_hand(browser: Browser, site: Site, folder: Path) -> Iterator[Phone]:
    """A phone, put away at the end."""
    phone = Phone(browser, site, folder)
    try:
        yield phone
    finally:
        phone.close()


def patrol_of(site: Site, username: str, key: str) -> dict[str, Any]:
    """A patrol as the server has it."""
    return dict(site.person(username).get(f"/ground/patrols/{key}"))
