"""`python -m riverchief.web.govern.report_job ID`: the process that makes one report; and what starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

LOOK_EVERY_S = 1.0


@dataclass
class Runner:
    """Starts one process after the other for the reports that wait; the loop goes on meanwhile."""

    child: subprocess.Popen[bytes] | None = None
    looked_s: float = 0.0

    def tend(self) -> None:
        """Start the report that has waited longest, unless one is being made."""
        if time.monotonic() - self.looked_s < LOOK_EVERY_S:
            return
        self.looked_s = time.monotonic()
        if self.child is not None and self.child.poll() is None:
            return
        from riverchief.web import context
        from riverchief.web.govern import reports
        from riverchief.web.govern.models import Report

        reports.requeue_orphans()
        self.child = None
        key = Report.objects.filter(state="queued").order_by("asked_at", "pk").values_list("pk", flat=True).first()
        if key is None:
            return
        folder = context.config().folder
        (folder / "log").mkdir(exist_ok=True)
        command = [sys.executable, "-m", "riverchief.web.govern.report_job", key]
        environment = {**os.environ, "RIVERCHIEF_DATA": str(folder)}
        with (folder / "log" / "report.log").open("ab") as out:
            self.child = subprocess.Popen(command, env=environment, stdout=out, stderr=out)

    def close(self) -> None:
        """End the process that is making a report; the report waits for the next worker."""
        if self.child is not None and self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
            self.child.wait()


def main(key: str) -> None:
    """Make one report, unless another process is making it."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "riverchief.web.settings")
    django.setup()
    from riverchief.store.locks import exclusive
    from riverchief.web.govern import reports

    with exclusive(reports.lock_of(key), "another process is making this report"):
        reports.run(key)
    reports.forget_lock(key)


if __name__ == "__main__":
    main(sys.argv[1])
