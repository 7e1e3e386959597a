"""Pictures of every page: phone, desk and wall, in Chinese and English; those that the READMEs show go to docs/images.

    python tools/screenshots.py [--base URL] [--out DIR]

Without --base it plays the tests' story on Jinzhong by itself (about five minutes). With --base it looks at a demo
that runs already, and leaves docs/images alone. Prints what the browser complained about; exit code 1 if it did.
"""

# ruff: noqa: E402  the tests lie beside the package; their folder has to be named first

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from PIL import Image
from playwright.sync_api import Browser, Page

from e2e import running, story
from riverchief import basins
from riverchief.base.time import read_clock
from riverchief.simulate.api import Cast
from riverchief.simulate.pilot import Pilot
from riverchief.simulate.scenario import Scenario

BASIN = "jinzhong"
SIZES = {"phone": running.PHONE, "desk": running.DESK, "wall": running.WALL}
LANGUAGES = {"zh": "zh-CN", "en": "en"}
# shown by the READMEs: page, size; on the phone it is the chief's day that is shown
README = (("map", "desk"), ("alert", "desk"), ("today", "phone"))
FILLS_THE_WINDOW = ("map", "wall", "signin")
LOADED = """() => {
  for (const image of document.images) image.loading = 'eager'
  return !document.querySelector('.skeleton') && [...document.images].every(image => image.complete)
}"""
IDLE = """() => new Promise(done => {
  const look = () => {
    if (!document.querySelector('.maplibregl-canvas')) return done(true)
    const map = window.__riverchief?.map
    if (!map) return setTimeout(look, 100)
    map.once('idle', () => done(true))
    map.triggerRepaint()
  }
  look()
})"""


@contextmanager
def site_of(base: str) -> Iterator[running.Site]:
    """The demo that runs at an address; without one, a platform of our own whose flight has come back."""
    if base:
        found = running.Site(base.rstrip("/"), Path())
        yield found
        found.close()
        return
    with tempfile.TemporaryDirectory() as folder, running.platform(Path(folder) / "site", BASIN) as found:
        basin = basins.read(basins.named(BASIN))
        spill = Scenario.draw(basin, story.SEED, story.WATCHED_FROM).spill
        cast = Cast(found.base)
        pilot = Pilot(cast, read_clock(found.folder), basin, spill, story.SEED, most_pictures=24)
        for _ in range(2):  # back with pictures, then the mark on one of them
            for sentence in pilot.step():
                print(sentence)
        cast.close()
        yield found


def addresses(site: running.Site) -> dict[str, str]:
    """Every page by name, with something to see on it."""
    office = site.person("prefecture")
    alerts = office.get("/cloud/alerts")["items"]
    alert = next((a for a in alerts if a["kind"] in ("pollution", "departure") and a["state"] == "open"), alerts[0])
    room = office.get(f"/cloud/alerts/{alert['id']}")
    found = {"signin": "/signin", "today": "/today", "map": "/map", "alert": f"/alert/{alert['id']}"}
    found |= {
        "cloud": "/cloud",
        "section": f"/section/{alert['section']}",
        "station": f"/station/{alert['station']['code']}",
    }
    found |= {"year": f"/section/{alert['section']}/year", "air": "/air", "dischargers": "/dischargers"}
    found |= {name: f"/rankings?kind={name}" for name in ("rivers", "sections", "counties")}
    found |= {"targets": "/targets", "sheets": "/sheets", "reports": "/reports"}
    for name, path in (
        ("target", "/govern/targets"),
        ("discharger", "/cloud/dischargers"),
        ("sheet", "/govern/sheets"),
    ):
        items = office.get(path)["items"]
        if items:
            found[name] = f"/{name}/{items[0].get('id') or items[0]['code']}"
    found |= {"cases": "/cases", "sky": "/sky", "govern": "/govern", "wall": "/wall", "health": "/health"}
    if room["case"]:
        found |= {"case": f"/case/{room['case']['id']}", "explain": f"/explain/{room['case']['id']}"}
    if room["mission"]:
        found["mission"] = f"/mission/{room['mission']['id']}"
    scores = office.get("/govern/scores")["items"]
    if scores:
        found["score"] = f"/score/{scores[0]['id']}"
    return found


def take(page: Page, path: str, file: Path, *, whole: bool) -> None:
    """One picture, once nothing is being loaded or drawn any more."""
    page.goto(path)
    page.locator("h1").first.wait_for(state="attached")
    page.wait_for_function(LOADED, timeout=30_000)
    if path in ("/map", "/wall"):  # their symbols come with the state of the river, after the lines
        running.drawn(page, "sections")
    for _ in range(2):
        page.wait_for_timeout(500)
        page.evaluate(IDLE)
    page.screenshot(path=file, full_page=whole)


def walk(browser: Browser, site: running.Site, out: Path) -> int:
    """All pictures; returns how often the browser complained."""
    complaints = 0
    pages = addresses(site)
    for language, locale in LANGUAGES.items():
        for size, pixels in SIZES.items():
            context = running.visitor(browser, site, pixels, locale, "prefecture")
            stranger = running.visitor(browser, site, pixels, locale)
            for name, path in pages.items():
                page = (stranger if name == "signin" else context).new_page()
                said: list[str] = []
                page.on("console", lambda m, said=said: said.append(m.text) if m.type == "error" else None)
                page.on("pageerror", lambda error, said=said: said.append(str(error)))
                take(page, path, out / f"{name}-{size}-{language}.png", whole=name not in FILLS_THE_WINDOW)
                page.close()
                complaints += len(said)
                print(f"{name}-{size}-{language}.png", *said, sep="\n  ", flush=True)
            context.close()
            stranger.close()
    return complaints


def for_readme(browser: Browser, site: running.Site) -> None:
    """What the READMEs show: one window full, in few colours so that the repository stays small."""
    pages = addresses(site)
    office = site.person("prefecture")
    case = office.get(f"/ground/cases/{pages['case'].removeprefix('/case/')}")["case"]
    for language, locale in LANGUAGES.items():
        for name, size in README:
            who = site.chief_of(case) if size == "phone" else office.username
            context = running.visitor(browser, site, SIZES[size], locale, who)
            file = ROOT / "docs" / "images" / f"{name}-{size}-{language}.png"
            take(context.new_page(), pages[name], file, whole=False)
            context.close()
            with Image.open(file) as picture:
                picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(file, optimize=True)


def main() -> int:
    """Take all pictures; 1 when the browser complained of a page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", default="", help="address of a running demo, for example http://127.0.0.1:8000")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "screenshots", help="folder for the pictures")
    given = parser.parse_args()
    why = running.missing()
    if why:
        print(why, file=sys.stderr)
        return 1
    given.out.mkdir(parents=True, exist_ok=True)
    with site_of(given.base) as site, running.chromium() as browser:
        complaints = walk(browser, site, given.out)
        if not given.base:
            for_readme(browser, site)
    print(f"pictures in {given.out}, complaints: {complaints}")
    return int(complaints > 0)


if __name__ == "__main__":
    sys.exit(main())
