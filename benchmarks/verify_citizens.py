"""Write docs/validation/citizens.md: a flood of scripted reports on a running platform, and real ones in the middle of it.

Run from the checkout: .venv/bin/python benchmarks/verify_citizens.py [reports 10000] [addresses 200] [seconds 300]
Exit code 1 when a real report takes longer than its ceiling, is refused, or does not stand on the queue's first page.

The script's puzzles count as solved: its tokens ask for no work and are signed with the platform's own secret, as if
whoever sends them had unlimited machines. Real reports solve what they are given. All addresses lie on the loopback.
"""

from __future__ import annotations

import http.client
import json
import random
import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import httpx
from PIL import Image
from stamp import written

from riverchief import basins
from riverchief.base.time import ScaledClock
from riverchief.ground.citizens import puzzle
from riverchief.web.config import SECRET_FILE
from riverchief.web.demo import PASSWORD, free_port, prepare
from riverchief.web.supervisor import Supervisor

TARGET = Path(__file__).resolve().parents[1] / "docs" / "validation" / "citizens.md"
CEILING_S = 2.0
THREADS = 16
REAL_EVERY_S = 20.0
HOST, SIGN = "127.0.0.1", "qx-shiqiao"
WORDS = "河水岸边垃圾堆放污水排放桥下左岸右岸上游下游有人倾倒发黑发臭已经几天没人管理请尽快处理谢谢夜里白天村口渠道闸门鱼死油污"


@dataclass
class Tally:
    """What the script met, and what became of the real reports."""

    answers: Counter[int] = field(default_factory=Counter)
    scripted_s: list[float] = field(default_factory=list)
    real_s: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    waiting: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def _form(fields: dict[str, str], photo: bytes | None) -> tuple[bytes, str]:
    edge = uuid.uuid4().hex
    out = BytesIO()
    for name, value in fields.items():
        out.write(f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    if photo:
        head = 'Content-Disposition: form-data; name="files"; filename="a.jpg"\r\nContent-Type: image/jpeg'
        out.write(f"--{edge}\r\n{head}\r\n\r\n".encode() + photo + b"\r\n")
    out.write(f"--{edge}--\r\n".encode())
    return out.getvalue(), f"multipart/form-data; boundary={edge}"


def _ask(
    port: int, address: str, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, bytes]:
    link = http.client.HTTPConnection(HOST, port, timeout=30, source_address=(address, 0))
    try:
        link.request(method, f"/api/v1{path}", body, {k.replace("_", "-"): v for k, v in headers.items()})
        answer = link.getresponse()
        return answer.status, answer.read()
    finally:
        link.close()


def _photo(drawn: random.Random) -> bytes:
    out = BytesIO()
    Image.effect_noise((320, 240), drawn.uniform(10, 90)).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def _words(drawn: random.Random) -> str:
    return "".join(drawn.choice(WORDS) for _ in range(drawn.randint(8, 40)))


def script(port: int, secret: bytes, reports: int, addresses: int, seconds: float, begun: float, tally: Tally) -> None:
    """Send them all, evenly over the time, from as many addresses in turn."""
    drawn, photos = random.Random(7), [_photo(random.Random(k)) for k in range(20)]
    jobs = [(k, _words(drawn), photos[k % 20] if k % 5 == 0 else None) for k in range(reports)]
    each = iter(jobs)

    def work() -> None:
        while True:
            with tally.lock:
                job = next(each, None)
            if job is None:
                return
            k, words, photo = job
            due = begun + k / reports * seconds
            time.sleep(max(0.0, due - time.monotonic()))
            token = puzzle.issue(secret, "report", 1, 0, int(time.time()) + 600)
            fields = {"kind": "rubbish", "words": words, "lon": "112.2043", "lat": "37.2071"}
            body, kind = _form(fields, photo)
            address = f"127.1.{k % addresses // 250}.{k % addresses % 250 + 1}"
            at = time.monotonic()
            try:
                status, _ = _ask(
                    port,
                    address,
                    "POST",
                    "/public/reports",
                    body,
                    Content_Type=kind,
                    X_Puzzle=token,
                    X_Puzzle_Solution="0",
                )
            except OSError:
                status = 0
            with tally.lock:
                tally.answers[status] += 1
                tally.scripted_s.append(time.monotonic() - at)

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def real(port: int, number: int, tally: Tally) -> str:
    """One honest report from an address of its own, puzzle and photograph included; its words."""
    address, drawn = f"127.2.0.{number + 1}", random.Random(1_000 + number)
    words = f"石桥下游排污口 {_words(drawn)}"
    begun = time.monotonic()
    _, told = _ask(port, address, "GET", "/public/puzzle?purpose=report")
    given = json.loads(told)
    solution = ",".join(map(str, puzzle.solve(given["token"], given["parts"], given["bits"])))
    body, kind = _form({"kind": "discharge", "words": words, "sign": SIGN}, _photo(drawn))
    status, answer = _ask(
        port,
        address,
        "POST",
        "/public/reports",
        body,
        Content_Type=kind,
        X_Puzzle=given["token"],
        X_Puzzle_Solution=solution,
    )
    tally.real_s.append(time.monotonic() - begun)
    if status != 200:
        tally.refused.append(f"{status}: {answer[:200].decode()}")
    return words


def run(reports: int, addresses: int, seconds: float) -> Tally:
    """A platform of its own, the flood, the real reports, the office's queue."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ports = {
            key: free_port(HOST, wanted)
            for key, wanted in (("port", 8445), ("live_port", 8446), ("gateway_port", 8447))
        }
        prepare(folder, basins.read(basins.named("mini")), ScaledClock.start(datetime.now(UTC), 1.0), **ports)
        secret, port = (folder / SECRET_FILE).read_text(encoding="ascii").strip().encode(), ports["port"]
        from riverchief.web.config import read_config

        supervisor = Supervisor(read_config(folder))
        supervisor.start()
        try:
            _until_it_answers(port)
            office = _office(port)
            begun = time.monotonic()
            flood = threading.Thread(target=script, args=(port, secret, reports, addresses, seconds, begun, tally))
            flood.start()
            sent = []
            while flood.is_alive():
                flood.join(min(REAL_EVERY_S, seconds / 4))
                sent.append(real(port, len(sent), tally))
                tally.places.append(_place(office, sent[-1]))
            page = office.get("/api/v1/ground/citizens").json()
            tally.waiting = page["total"]
            shown = {one["words"] for one in page["items"]}
            tally.refused += [f"not on the first page at the end: {words}" for words in sent if words not in shown]
        finally:
            supervisor.stop()
    return tally


def _until_it_answers(port: int) -> None:
    for _ in range(300):
        try:
            if _ask(port, HOST, "GET", "/public/")[0] == 200:
                return
        except (TimeoutError, OSError):
            pass
        time.sleep(0.2)
    raise TimeoutError("the platform did not answer within a minute")


def _office(port: int) -> httpx.Client:
    client = httpx.Client(base_url=f"http://{HOST}:{port}", timeout=30, trust_env=False)
    client.headers["X-CSRFToken"] = client.get("/api/v1/session").json()["csrf"]
    client.post("/api/v1/session", json={"username": "prefecture", "password": PASSWORD}).raise_for_status()
    return client


def _place(office: httpx.Client, words: str) -> int:
    """Where a report stands on the first page, from 1; 0 where it does not."""
    items = office.get("/api/v1/ground/citizens").json()["items"]
    return next((k for k, one in enumerate(items, 1) if one["words"] == words), 0)


def main(reports: int, addresses: int, seconds: float) -> int:
    got = run(reports, addresses, seconds)
    holds = not got.refused and max(got.real_s) < CEILING_S and all(got.places)
    scripted = sorted(got.scripted_s)
    answers = ", ".join(f"{n:,} × {status or 'no answer'}" for status, n in sorted(got.answers.items()))
    text = f"""# Citizens' reports under a flood

{written(f"benchmarks/verify_citizens.py {reports} {addresses} {seconds:g}")}

{reports:,} scripted reports from {addresses} addresses in {seconds:g} s, every fifth with a photograph, words drawn at random so that none
repeats. The script's puzzles count as solved (its tokens ask for no work and are signed with the platform's own secret), so what
holds here does not rest on the puzzle. {len(got.real_s)} real reports with a photograph come meanwhile, each from an address that was
silent before, each solving the puzzle it is given. One host, SQLite, one web process; all addresses lie on the loopback. Nobody
of the office decides anything in that time.

| what | found |
|---|---|
| scripted reports, by answer | {answers} |
| time of a scripted report | median {statistics.median(scripted):.3f} s, 99 % within {scripted[int(0.99 * (len(scripted) - 1))]:.3f} s |
| real reports stored | {len(got.real_s) - sum(r[:3].isdigit() for r in got.refused)} of {len(got.real_s)} |
| time of a real report, puzzle included | median {statistics.median(got.real_s):.3f} s, longest {max(got.real_s):.3f} s, ceiling {CEILING_S:g} s |
| place in the queue just after it came | best {min(got.places)}, last {max(got.places)} (first page: 50) |
| reports waiting at the end | {got.waiting:,} |
| real reports on the first page at the end | {len(got.real_s) - sum("first page" in r for r in got.refused)} of {len(got.real_s)} |

It {"holds" if holds else "DOES NOT HOLD"}: a real report from a new address is stored within {CEILING_S:g} s and stands on the queue's first page.

What this does not show: a flood in which every report comes from an address of its own. Then words and photographs that
repeat still push it back and each report still costs its puzzle, but reports that differ in all three look like a crowd.
"""
    if reports >= 10_000:
        TARGET.write_text(text, encoding="utf-8")
    print(text)
    for why in got.refused:
        print(why)
    return int(not holds)


if __name__ == "__main__":
    given = [*sys.argv[1:], *["10000", "200", "300"][len(sys.argv) - 1 :]]
    sys.exit(main(int(given[0]), int(given[1]), float(given[2])))
