"""The whole field on a fast clock, over real loopback TCP."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from riverchief.base.time import ScaledClock
from riverchief.cloud.protocols.stream import acknowledge
from riverchief.simulate.field import Field
from riverchief.simulate.scenario import Scenario
from simulate.centre import CLOSE, Centre
from simulate.toy import START

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def play(basin, centre, path, hours, speed):
    async def go():
        async with centre:
            clock = ScaledClock.start(START, speed)
            story = Scenario.draw(basin, 5, START)
            field = Field(story.stations, "127.0.0.1", centre.port, clock, path, timeout_real_s=0.3)
            return story, await asyncio.wait_for(field.run(START + timedelta(hours=hours), start=START), 60)

    return asyncio.run(go())


def test_a_day_reaches_the_centre_frame_by_frame(basin, tmp_path):
    centre = Centre()
    story, played = play(basin, centre, tmp_path / "a.jsonl", hours=24, speed=30_000)
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()]
    due = [
        r
        for s in story.stations
        for r in s.play(START.timestamp(), START.timestamp() + 86_400)
        if r.due_s <= START.timestamp() + 86_400
    ]
    assert played.sent == played.acknowledged == len(lines) == len(due)
    assert played.waiting == 0
    assert {line["station"] for line in lines} == {"W1", "W2", "W3", "H1", "O1"}
    assert {m.raw.hex().upper() for m in centre.messages} == {line["frame"] for line in lines}
    assert all(m.valid for m in centre.messages)


def test_nothing_is_lost_on_bad_lines(basin, tmp_path):
    """Every fifth frame is answered too late or never, every seventh cuts the line."""
    count = [0]

    def answer(message, seen):
        count[0] += 1
        if count[0] % 7 == 0:
            return CLOSE
        return None if count[0] % 5 == 0 else acknowledge(message, NOW)

    centre = Centre(answer)
    _, played = play(basin, centre, tmp_path / "a.jsonl", hours=3, speed=5_000)
    assert played.sent == played.acknowledged
    assert played.resent > 0
    assert played.lines_lost > 0
    frames = [json.loads(line)["frame"] for line in (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(frames) == len(set(frames))  # each is acknowledged once
    assert set(frames) <= {m.raw.hex().upper() for m in centre.messages}


def test_a_fault_in_a_line_ends_the_play(basin, tmp_path):
    async def go():
        story = Scenario.draw(basin, 5, START)
        clock = ScaledClock.start(START, 30_000)
        field = Field(story.stations, "127.0.0.1", 70_000, clock, tmp_path / "a.jsonl")  # no such port
        await asyncio.wait_for(field.run(START + timedelta(hours=24)), 20)

    with pytest.raises(ExceptionGroup) as caught:
        asyncio.run(go())
    assert any(isinstance(e, OverflowError) for e in caught.value.exceptions)
