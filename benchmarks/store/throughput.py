"""How fast the store writes and the gateway takes frames; prints one JSON object, asserts nothing.

    python benchmarks/store/throughput.py [--rows 200000] [--series 1000] [--frames 4000] [--stations 20]

`write` is `Observations.write` alone, in batches of several sizes, with feed, latest and days. `gateway` is a real
gateway process on loopback: every station sends HJ 212 frames with five factors, waits for the acknowledgement of
each `--window` frames, and the clock stops when the last one is acknowledged; `stored_s` is when the readings are
in the store as well. Durability is on throughout (fsync of log and database).
"""

import argparse
import asyncio
import json
import os
import platform
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from riverchief.base.readings import Flag, Period, SeriesKey
from riverchief.base.time import SystemClock
from riverchief.cloud.protocols import Item, hj212
from riverchief.store import Row, open_store

CLOCK = SystemClock()
FACTORS = ("water_temperature", "ph", "do", "codmn", "nh3n")
COMMAND = [sys.executable, "-c", "import riverchief.cli.gateway; from riverchief.cli import app; app()", "gateway"]


def write_rates(n_rows: int, n_series: int) -> dict[str, float]:
    rates = {}
    for batch in (10, 100, 1_000, 20_000):
        with tempfile.TemporaryDirectory() as folder, open_store(folder, CLOCK) as store:
            ids = [
                store.observations.series_id(SeriesKey(f"S{k}", "nh3n", Period.INSTANT), unit="mg/L")
                for k in range(n_series)
            ]
            end_s = int(CLOCK.now().timestamp())
            n = min(n_rows, batch * 200)
            rows = [Row(ids[k % n_series], end_s - (n - k) // n_series, k / 8, Flag.OK, k + 1) for k in range(n)]
            began = time.perf_counter()
            for start in range(0, n, batch):
                store.observations.write(rows[start : start + batch], known_at=CLOCK.now(), who="benchmark")
                store.observations.merge(at_least=20_000)
            rates[f"batch_{batch}"] = round(n / (time.perf_counter() - began))
    return rates


def read_rates(n_rows: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder, open_store(folder, CLOCK) as store:
        number = store.observations.series_id(SeriesKey("A", "nh3n"), unit="mg/L")
        end_s = int(CLOCK.now().timestamp())
        rows = [Row(number, end_s - 3600 * k, k / 8) for k in range(n_rows)]
        store.observations.write(rows, known_at=CLOCK.now(), who="benchmark")
        year = (number, end_s - 365 * 86_400, end_s)
        began = time.perf_counter()
        for _ in range(20):
            store.observations.read(*year)
        now_ms = (time.perf_counter() - began) / 20 * 1e3
        began = time.perf_counter()
        for _ in range(20):
            store.observations.read(*year, as_of=CLOCK.now())
        return {"year_of_hours_ms": round(now_ms, 2), "as_of_ms": round((time.perf_counter() - began) / 20 * 1e3, 2)}


async def station(port: int, k: int, n_frames: int, window: int) -> None:
    device, start = f"{k:024d}", CLOCK.now() - timedelta(days=1)
    frames = []
    for m in range(n_frames):
        at = (start + timedelta(seconds=m)).replace(microsecond=0)
        items = [Item(name, 7.0 + m % 7) for name in FACTORS]
        frames.append(hj212.encode_upload(items, device=device, at=at, sent_at=at))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for begin in range(0, n_frames, window):
        part = frames[begin : begin + window]
        writer.write(b"".join(part))
        answers = b""
        while answers.count(b"CN=9014") < len(part):
            answers += await reader.read(65_536)
    writer.close()
    await writer.wait_closed()


async def gateway_rates(n_frames: int, n_stations: int, window: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            *COMMAND, "--data", folder, "--port", "0", "--json", stdout=asyncio.subprocess.PIPE
        )
        port = json.loads(await process.stdout.readline())["port"]
        each = n_frames // n_stations
        began = time.perf_counter()
        await asyncio.gather(*(station(port, k, each, window) for k in range(n_stations)))
        acknowledged_s = time.perf_counter() - began
        with open_store(folder, CLOCK) as store:
            while store.observations.decoded_to() < each * n_stations:  # noqa: ASYNC110  # another process decodes
                await asyncio.sleep(0.02)
        stored_s = time.perf_counter() - began
        process.terminate()
        await process.wait()
    n = each * n_stations
    return {
        "frames": n,
        "stations": n_stations,
        "window": window,
        "acknowledged_per_s": round(n / acknowledged_s),
        "readings_stored_per_s": round(n * len(FACTORS) / stored_s),
        "acknowledged_s": round(acknowledged_s, 2),
        "stored_s": round(stored_s, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--series", type=int, default=1_000)
    parser.add_argument("--frames", type=int, default=4_000)
    parser.add_argument("--stations", type=int, default=20)
    arguments = parser.parse_args()
    print(
        json.dumps(
            {
                "machine": {"python": platform.python_version(), "cores": os.cpu_count(), "load": os.getloadavg()[0]},
                "folder": str(Path(tempfile.gettempdir())),
                "write_rows_per_s": write_rates(arguments.rows, arguments.series),
                "read": read_rates(8_760),
                "gateway": [
                    asyncio.run(gateway_rates(arguments.frames, arguments.stations, window)) for window in (1, 20)
                ],
            }
        )
    )


if __name__ == "__main__":
    main()
