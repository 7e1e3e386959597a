"""From the log to the store: at least once, under keys that make it exactly once, whatever fails between."""

from datetime import timedelta

import pytest

from gateway.wire import MN, NOW, readings, upload
from riverchief.base.errors import StoreFull
from riverchief.cloud.protocols import StreamDecoder
from riverchief.gateway import storing
from riverchief.gateway.devices import Devices
from riverchief.gateway.storing import Logged, Storing
from riverchief.store import open_store

SERIES = (f"device:hj212:{MN}", "nh3n", "instant")


@pytest.fixture
def store(tmp_path, clock):
    with open_store(tmp_path, clock) as opened:
        yield opened


def log(store, clock, *frames, at=None):
    """Frames as the gateway has them after making them durable."""
    logged = []
    for raw in frames:
        number = store.frames.append(raw, at=at or clock.now(), peer="10.0.0.1:9")
        (message,) = StreamDecoder().feed(raw)
        logged.append(Logged(number, at or clock.now(), "10.0.0.1:9", message, ""))
    store.frames.sync()
    return logged


def test_a_batch_that_met_a_full_store_is_stored_whole_when_tried_again(store, clock, tmp_path, monkeypatch):
    batch = log(store, clock, upload(0.5), upload(0.5))
    writing = Storing(store, clock, Devices(tmp_path))
    write = store.observations.write

    def full(*_, **__):
        raise StoreFull("no room")

    monkeypatch.setattr(store.observations, "write", full)
    for _ in range(2):
        with pytest.raises(StoreFull):
            writing.store(batch)
    monkeypatch.setattr(store.observations, "write", write)
    writing.store(batch)
    writing.store(batch)  # once more by mistake: the watermark knows
    assert [value for _, value, _ in readings(tmp_path, clock)[SERIES]] == [0.5]
    (health,) = store.observations.device_health()
    assert (health.frames, health.readings, health.resent) == (2, 1, 1)


def test_a_message_that_our_own_code_cannot_take_holds_nobody_up(store, clock, tmp_path, monkeypatch, caplog):
    name_values = storing.name_values

    def trip(message, place):
        if b"Rtd=6.66" in message.raw:
            raise ZeroDivisionError("a fault of ours")
        return name_values(message, place)

    monkeypatch.setattr(storing, "name_values", trip)
    times = [NOW - timedelta(hours=k) for k in range(3)]
    batch = log(store, clock, upload(0.5, at=times[2]), upload(6.66, at=times[1]), upload(0.7, at=times[0]))
    Storing(store, clock, Devices(tmp_path)).store(batch)
    assert [value for _, value, _ in readings(tmp_path, clock)[SERIES]] == [0.5, 0.7]
    assert store.observations.decoded_to() == 3
    (health,) = store.observations.device_health()
    assert health.refused == 1
    assert "a fault of ours" in health.last_reason
    assert "frame 2" in caplog.text


def test_the_future_is_judged_by_each_frames_own_arrival(store, clock, tmp_path):
    """A batch after a crash spans hours; a reading that was in the future on arrival stays so."""
    early, late = clock.now(), clock.now() + timedelta(hours=6)
    ahead = upload(9.9, at=early + timedelta(hours=1), sent_at=early)
    log(store, clock, ahead, at=early)
    log(store, clock, upload(0.5, at=late, sent_at=late), at=late)
    clock.advance(7 * 3600)
    writing = Storing(store, clock, Devices(tmp_path))
    for batch in writing.undecoded():
        writing.store(batch)
    assert [value for _, value, _ in readings(tmp_path, clock)[SERIES]] == [0.5]
    (kept,) = store.observations.quarantined(store.observations.find()[0].series_id)
    assert kept.value == 9.9
