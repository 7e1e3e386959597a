"""`python -m riverchief.web.govern.twin.job ID`: the process that runs a cycle or answers a question; and its start.

A process of its own, so that the loop never waits for it, what it holds can be measured, and what fails in it takes
nobody along.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

LOOK_EVERY_S = 1.0
REST = 9.0  # times as long as a cycle took nothing is started after it: a clock that runs fast must not fill a core


@dataclass
class Runner:
    """Starts the cycle that waits, never two at once; the loop goes on meanwhile."""

    child: subprocess.Popen[bytes] | None = None
    looked_s: float = 0.0
    begun_s: float = 0.0
    rest_until_s: float = 0.0
    rest: float = REST

    def tend(self) -> None:
        """Start the cycle that waits, unless one is being run or the machine has a rest from the last."""
        now_s = time.monotonic()
        if now_s - self.looked_s < LOOK_EVERY_S:
            return
        self.looked_s = now_s
        if self.child is not None:
            if self.child.poll() is None:
                return
            self.rest_until_s = now_s + self.rest * (now_s - self.begun_s)
            self.child = None
        from riverchief.web import context
        from riverchief.web.govern.twin import cycles, measures

        key, self.rest = measures.next_queued(), 0.0  # somebody waits for that
        if key is None and now_s >= self.rest_until_s:
            key, self.rest = cycles.next_queued(), REST
        if key is None:
            return
        folder = context.config().folder
        (folder / "log").mkdir(exist_ok=True)
        command = [sys.executable, "-m", "riverchief.web.govern.twin.job", key]
        # one thread for algebra: the matrices are small, and the machine has others to serve
        environment = {**os.environ, "RIVERCHIEF_DATA": str(folder), "OPENBLAS_NUM_THREADS": "1"}
        with (folder / "log" / "twin.log").open("ab") as out:
            self.child = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
        self.begun_s = now_s

    def close(self) -> None:
        """End the process that runs a cycle; the cycle waits for the next worker."""
        if self.child is not None and self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
            self.child.wait()


def held_mb() -> float:
    """Most memory that this process has held [MB]."""
    kib_or_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kib_or_bytes / (1e6 if sys.platform == "darwin" else 1e3)


def main(key: str) -> None:
    """Run one cycle or answer one question of measures, unless another process runs the twin."""
    import django

    if hasattr(os, "nice"):
        os.nice(10)  # pages and the loop come first
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "riverchief.web.settings")
    django.setup()
    from riverchief.store.locks import exclusive
    from riverchief.web.govern.twin import cycles

    with exclusive(cycles.lock_path(), "another process is running the twin"):
        if not cycles.run(key):
            from riverchief.web.govern.twin import measures  # brings the tracing along, which a cycle has no use for

            measures.run(key)


if __name__ == "__main__":
    main(sys.argv[1])
