"""Helpers: a real gateway process that can be killed, and stations that keep a log of every acknowledgement.

The stations are the witness: what they were told is safe must be in the store afterwards, exactly once.
"""

import contextlib
import json
import random
import socket
import subprocess
import sys
import threading
from datetime import timedelta

from riverchief.base.time import SystemClock
from riverchief.cloud.protocols import Item, hj212, sl651
from riverchief.simulate.receipts import Receipts, hj212_key, sl651_key

# the verb as a person runs it, without loading the other verbs: a restart takes half a second, not two
COMMAND = [sys.executable, "-c", "import riverchief.cli.gateway; from riverchief.cli import main, app; app()"]


class GatewayProcess:
    """`riverchief gateway` on a folder and a port, as a process of its own."""

    def __init__(self, folder, port=0, **popen):
        command = [*COMMAND, "gateway", "--data", str(folder), "--port", str(port), "--json"]
        self.log = folder.parent / "gateway.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, **popen)
        line = self.process.stdout.readline()
        assert line, self.log.read_text()
        self.port = json.loads(line)["port"]

    def kill(self):
        """As a power cut: no handler runs."""
        self.process.kill()
        self._wait()

    def stop(self):
        """As an operator does; gives the exit code."""
        self.process.terminate()
        return self._wait()

    def _wait(self):
        code = self.process.wait(60)
        self.process.stdout.close()
        return code


class Report:
    """One frame that a station has to bring: its bytes, and what it says."""

    def __init__(self, frame, key, time_s, value, revision):
        self.frame, self.key, self.time_s, self.value, self.revision = frame, key, time_s, value, revision


def hj212_reports(device, start, n):
    """Uploads a minute apart; every tenth reading is corrected by a second upload with another number."""
    for k in range(n):
        at = start + timedelta(minutes=k)
        for revision in range(2 if k % 10 == 5 else 1):
            value = k + revision / 2
            sent_at = at + timedelta(seconds=1 + revision)
            frame = hj212.encode_upload([Item("codmn", value)], device=device, at=at, sent_at=sent_at)
            yield Report(frame, hj212_key(frame), int(at.timestamp()), value, revision)


def sl651_reports(device, start, n):
    """Timed reports a minute apart."""
    for k in range(n):
        at = start + timedelta(minutes=k)
        frame = sl651.encode_report(
            [Item("level", 100.0 + k)], station=device, observed_at=at, sent_at=at, serial=k + 1
        )
        yield Report(frame, sl651_key(frame), int(at.timestamp()), 100.0 + k, 0)


class Station(threading.Thread):
    """Brings its reports in order, a few under way at a time, and sends again what was not acknowledged."""

    def __init__(self, protocol, device, reports, port, seed, pause_s):
        super().__init__(daemon=True)
        self.protocol, self.device = protocol, device
        self.waiting = list(reports)
        self.port = port
        self.acknowledged = []  # the witness
        self.lines_lost = 0
        self._random = random.Random(seed)
        self._pause_s = pause_s

    def run(self):
        while self.waiting:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=2) as line:
                    line.settimeout(2)
                    self._session(line)
            except OSError:
                self.lines_lost += 1
                threading.Event().wait(0.05)

    def _session(self, line):
        receipts = Receipts(self.protocol)
        # SL 651 M2 confirms each frame before the next; HJ 212 devices may send on
        most = 1 if self.protocol == "sl651" else 6
        while self.waiting:
            under_way = self.waiting[: self._random.randint(1, most)]
            line.sendall(b"".join(report.frame for report in under_way))
            missing = {report.key: report for report in under_way}
            while missing:
                data = line.recv(4096)
                if not data:
                    raise ConnectionError
                for receipt in receipts.feed(data):
                    report = missing.pop(receipt.key, None)
                    if report is not None:
                        self.acknowledged.append(report)
                        self.waiting.remove(report)
            threading.Event().wait(self._pause_s)


def make_stations(port, n_reports, *, start=None, pause_s=0.004):
    """Two stations of each protocol, each with its own address and `n_reports` times."""
    start = start or (SystemClock().now() - timedelta(days=40)).replace(second=0, microsecond=0)
    stations = []
    for k in range(2):
        mn = f"0100000000000000000000{k:02d}"
        stations.append(Station("hj212", mn, hj212_reports(mn, start, n_reports), port, k, pause_s))
        address = f"00000000{k:02d}"
        stations.append(Station("sl651", address, sl651_reports(address, start, n_reports), port, k, pause_s))
    return stations


@contextlib.contextmanager
def playing(stations):
    """The stations at work."""
    for station in stations:
        station.start()
    yield
    for station in stations:
        station.join(120)
        assert not station.is_alive(), f"{station.device} did not get rid of {len(station.waiting)} reports"
