"""What starts the twin's cycles: one process at a time, a rest after each, and an end when the worker ends."""

import pytest

from riverchief.web.govern.models import TwinCycle
from riverchief.web.govern.twin import cycles, job


class Child:
    """A process that runs as long as the test says."""

    started: list = []

    def __init__(self, command, **_):
        self.key, self.code, self.told = command[-1], None, []
        Child.started.append(self)

    def poll(self):
        return self.code

    def send_signal(self, number):
        self.told.append(number)
        self.code = -number

    def wait(self):
        return self.code


@pytest.fixture
def wall(monkeypatch):
    """A wall clock that is moved by hand."""
    at = [100.0]
    monkeypatch.setattr(job.time, "monotonic", lambda: at[0])
    monkeypatch.setattr(job.subprocess, "Popen", Child)
    Child.started = []
    return at


def test_no_cycle_is_started_while_one_runs_or_the_machine_rests(platform, wall):
    runner = job.Runner()
    cycles.ask()
    runner.tend()
    assert [child.key for child in Child.started] == [TwinCycle.objects.get().pk]
    wall[0] += 20
    runner.tend()
    assert len(Child.started) == 1
    Child.started[0].code = 0
    TwinCycle.objects.update(state="done")
    cycles.ask()
    wall[0] += 2
    runner.tend()  # it took 22 s: nothing for nine times as long
    wall[0] += job.REST * 22 - 2
    runner.tend()
    assert len(Child.started) == 1
    wall[0] += 3
    runner.tend()
    assert len(Child.started) == 2


def test_nothing_is_started_where_nothing_waits(platform, wall):
    job.Runner().tend()
    assert Child.started == []


def test_the_process_ends_with_the_worker_and_its_cycle_waits_for_the_next(platform, wall):
    runner = job.Runner()
    cycles.ask()
    runner.tend()
    TwinCycle.objects.update(state="running")
    runner.close()
    assert Child.started[0].told == [job.signal.SIGTERM]
    assert cycles.next_queued() == TwinCycle.objects.get().pk


def test_the_memory_that_a_process_held_is_told_in_megabytes():
    held = bytearray(60_000_000)
    held[::4096] = b"x" * len(held[::4096])
    assert 60 < job.held_mb() < 100_000
