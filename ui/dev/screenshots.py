"""Pictures of every page at three sizes in both languages, from a running platform (or the mock).

    python ui/dev/screenshots.py --base http://127.0.0.1:8000 --out screenshots-tmp

Needs playwright and a Chromium (`--browser`, default /usr/bin/chromium). Prints what the browser complained about.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

SIZES = {"phone": (390, 844), "desk": (1440, 900), "wall": (1920, 1080)}
FLAGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def ask(page: Page, path: str) -> dict:
    """Answer of the API in the page's own session."""
    return page.evaluate("p => fetch('/api/v1' + p).then(r => r.json())", path)


def pages(page: Page) -> dict[str, str]:
    """Addresses to picture, with ids that exist."""
    found = {
        "today": "/today",
        "map": "/map",
        "cloud": "/cloud",
        "cases": "/cases",
        "sky": "/sky",
        "govern": "/govern",
        "health": "/health",
        "wall": "/wall",
        "air": "/air",
        "dischargers": "/dischargers",
        "rankings": "/rankings",
        "rankings-sections": "/rankings?kind=sections",
        "targets": "/targets",
        "sheets": "/sheets",
        "reports": "/reports",
    }
    places = ask(page, "/basin/places")["features"]
    sections = ask(page, "/cloud/sections")["items"]
    judged = sorted(sections, key=lambda s: -(s.get("class") or 0))
    if judged:
        found["section"] = f"/section/{judged[0]['code']}"
        found["year"] = f"/section/{judged[0]['code']}/year"
    station = next((f["properties"]["code"] for f in places if f["properties"]["kind"] == "station"), None)
    if station:
        found["station"] = f"/station/{station}"
    alerts = ask(page, "/cloud/alerts").get("items", [])
    traced = next((a for a in alerts if a["kind"] in ("pollution", "departure")), alerts[0] if alerts else None)
    if traced:
        found["alert"] = f"/alert/{traced['id']}"
    for name, path, target in (
        ("case", "/ground/cases", "/case/"),
        ("mission", "/sky/missions", "/mission/"),
        ("score", "/govern/scores", "/score/"),
        ("target", "/govern/targets", "/target/"),
        ("discharger", "/cloud/dischargers", "/discharger/"),
        ("sheet", "/govern/sheets", "/sheet/"),
    ):
        items = ask(page, path).get("items", [])
        if items:
            found[name] = target + (items[0].get("id") or items[0]["code"])
    if "case" in found:
        found["explain"] = "/explain/" + found["case"].removeprefix("/case/")
    if judged:
        found["map-section"] = f"/map?sel=section:{judged[0]['code']}"
    found["map-all"] = "/map?layers=class,trace,front,cases,stations,facilities,flights"
    return found


def settle(page: Page) -> None:
    """Wait until the network is quiet and the map, where there is one, is drawn."""
    page.wait_for_timeout(500)
    page.wait_for_function(
        "() => !document.querySelector('.skeleton') &&"
        " (!document.querySelector('.canvas canvas') || window.__riverchief?.map?.areTilesLoaded?.())",
        timeout=15_000,
    )
    page.wait_for_timeout(900)


def shoot(
    browser: Browser, base: str, out: Path, user: str, only: list[str], sizes: list[str], locales: list[str]
) -> None:
    """One folder of pictures."""
    for locale in locales:
        for size in sizes:
            width, height = SIZES[size]
            context = browser.new_context(
                viewport={"width": width, "height": height}, locale=locale, timezone_id="Europe/London"
            )
            page = context.new_page()
            said: list[str] = []
            page.on("console", lambda m, said=said: said.append(m.text) if m.type in ("error", "warning") else None)
            page.on("pageerror", lambda e, said=said: said.append(str(e)))
            page.goto(f"{base}/signin")
            page.wait_for_selector("form")
            page.wait_for_timeout(400)
            if not only or "signin" in only:
                page.screenshot(path=out / f"signin-{size}-{locale}.png")
            page.click(f"[data-test='demo-{user}']")
            page.wait_for_url("**/today")
            for name, path in pages(page).items():
                if only and name not in only:
                    continue
                page.goto(base + path)
                try:
                    settle(page)
                except Exception as error:  # noqa: BLE001 - a page that does not settle is pictured as it is
                    said.append(f"{name}: {str(error).splitlines()[0]}")
                full = size == "phone" or name not in ("map", "map-section", "map-all", "wall")
                page.screenshot(path=out / f"{name}-{size}-{locale}.png", full_page=full)
                wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
                if wide > 0:
                    said.append(f"{name}: {wide} px wider than the window")
                if said:
                    print(json.dumps({"page": name, "size": size, "locale": locale, "said": said}, ensure_ascii=False))
                    said.clear()
            context.close()


def main() -> None:
    """Read the command line and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    parser.add_argument("--out", default="screenshots-tmp", type=Path)
    parser.add_argument("--user", default="prefecture")
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--sizes", nargs="*", default=list(SIZES))
    parser.add_argument("--locales", nargs="*", default=["zh-CN", "en"])
    parser.add_argument("--browser", default="/usr/bin/chromium")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=given.browser, args=FLAGS)
        shoot(browser, given.base, given.out, given.user, given.only, given.sizes, given.locales)
        browser.close()


if __name__ == "__main__":
    main()
