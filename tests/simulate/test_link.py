"""A station's line: it waits for the acknowledgement, sends again as the standard says, and loses nothing."""

import asyncio
import json
import socket
from datetime import UTC, datetime

import pytest

from riverchief.base.time import SystemClock
from riverchief.cloud.protocols.stream import acknowledge
from riverchief.simulate.frames import Encoder
from riverchief.simulate.link import RESENDS, Link, Witness
from riverchief.simulate.stations import FieldStation, Quiet
from riverchief.simulate.truth import TrueRiver
from simulate.centre import CLOSE, Centre
from simulate.toy import START

BEGIN = int(START.timestamp())
NOW = datetime(2026, 11, 21, tzinfo=UTC)


class QuickClock(SystemClock):
    """The wall clock, but the standard's 10 s pass at once: what counts is the floor on the wall."""

    def real_seconds(self, duration_s):
        return 0.0


def reports_of(basin, code, n):
    station = next(s for s in basin.stations if s.code == code)
    river = TrueRiver.draw(basin, 1, START)
    script = FieldStation(station, river, quiet=(Quiet(code, 0, 1e12),)).play(BEGIN)
    encoder = Encoder(station)
    return [encoder.encode(next(script)) for _ in range(n)]


def deliver(items, centre, tmp_path, *, timeout_real_s=0.25, before=None):
    """Put items into a link to a centre and wait until all are acknowledged; the link and its witness's lines."""

    async def go():
        log = Witness(tmp_path / "acknowledged.jsonl")
        log.open()
        async with centre:
            link = Link("127.0.0.1", centre.port, items[0].report.station.protocol, QuickClock(), log, timeout_real_s)
            for item in items:
                link.put(item)
            task = asyncio.create_task(link.run())
            await asyncio.wait_for(link.drained(), 20)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        log.close()
        return link

    link = asyncio.run(go())
    return link, [
        json.loads(line) for line in (tmp_path / "acknowledged.jsonl").read_text(encoding="utf-8").splitlines()
    ]


@pytest.mark.parametrize("code", ["W1", "W2", "W3", "H1", "O1"])
def test_what_arrives_is_what_was_shown(basin, tmp_path, code):
    items = reports_of(basin, code, 12)
    centre = Centre()
    link, lines = deliver(items, centre, tmp_path)
    assert (link.resent, link.lost) == (0, 0)
    assert [m.raw for m in centre.messages] == [item.frame for item in items]
    assert [line["frame"] for line in lines] == [item.frame.hex().upper() for item in items]
    for message, item in zip(centre.messages, items, strict=True):
        assert message.valid
        assert message.device == item.report.station.device
        values = {v.property: v for v in message.readings}
        for shown in item.report.readings:
            assert values[shown.property].value == pytest.approx(shown.value, abs=1e-9)
            assert values[shown.property].flag == shown.flag
            assert values[shown.property].time.timestamp() == item.report.time_s


@pytest.mark.parametrize("code", ["W1", "W3", "H1"])
def test_a_frame_without_an_answer_is_sent_again_unchanged(basin, tmp_path, code):
    items = reports_of(basin, code, 3)
    centre = Centre(lambda message, seen: acknowledge(message, NOW) if seen == 2 else None)
    link, lines = deliver(items, centre, tmp_path)
    assert [m.raw for m in centre.messages] == [item.frame for item in items for _ in range(2)]
    assert [line["tries"] for line in lines] == [2, 2, 2]
    assert (link.resent, link.lost) == (3, 0)


@pytest.mark.parametrize("code", ["W1", "H1"])
def test_after_the_last_resend_it_calls_again_and_nothing_is_lost(basin, tmp_path, code):
    items = reports_of(basin, code, 2)
    tries = 1 + RESENDS[items[0].report.station.protocol]
    centre = Centre(lambda message, seen: acknowledge(message, NOW) if seen > tries else None)
    link, lines = deliver(items, centre, tmp_path, timeout_real_s=0.1)
    assert link.lost == 2
    assert centre.lines == 3  # the second frame is sent on the line that brought the first one's answer
    assert [m.raw for m in centre.messages].count(items[0].frame) == tries + 1
    assert [line["frame"] for line in lines] == [item.frame.hex().upper() for item in items]


def test_a_line_that_is_cut_is_called_again(basin, tmp_path):
    items = reports_of(basin, "W1", 6)
    centre = Centre(lambda message, seen: CLOSE if seen == 1 else acknowledge(message, NOW))
    link, lines = deliver(items, centre, tmp_path)
    assert link.lost == 6
    assert [line["frame"] for line in lines] == [item.frame.hex().upper() for item in items]


def test_an_answer_to_something_else_is_no_answer(basin, tmp_path):
    items = reports_of(basin, "W1", 2)

    def answer(message, seen):
        right = acknowledge(message, NOW)
        return right if seen == 2 else right.replace(b"QN=2026", b"QN=2025")

    _, lines = deliver(items, Centre(answer), tmp_path)
    assert [line["tries"] for line in lines] == [2, 2]


def test_a_centre_that_lets_go_is_called_for_the_next_report(basin, tmp_path):
    items = reports_of(basin, "H1", 3)

    def answer(message, _):
        stay = acknowledge(message, NOW)
        return stay[:-3] + b"\x04" + stay[-2:]  # EOT: done, leave the link

    centre = Centre(answer)
    link, lines = deliver(items, centre, tmp_path)
    assert len(lines) == 3
    assert (centre.lines, link.lost) == (3, 0)


def test_it_waits_for_a_centre_that_is_not_there_yet(basin, tmp_path):
    items = reports_of(basin, "W1", 3)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    async def go():
        log = Witness(tmp_path / "a.jsonl")
        log.open()
        link = Link("127.0.0.1", port, "hj212", QuickClock(), log)
        task = asyncio.create_task(link.run())
        for item in items:
            link.put(item)
        await asyncio.sleep(0.5)  # it has called in vain at 0.0, 0.1 and 0.3 s
        assert link.lost >= 2
        centre = Centre()
        await centre.listen(port)
        await asyncio.wait_for(link.drained(), 20)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await centre.__aexit__()
        log.close()
        return link, centre

    link, centre = asyncio.run(go())
    assert not link.waiting
    assert [m.raw for m in centre.messages] == [item.frame for item in items]
