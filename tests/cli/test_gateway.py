"""`riverchief gateway` as a process: it says where it listens, ends cleanly, and takes what the world sends."""

import json
import socket
import subprocess
import sys

import pytest

from gateway.field import GatewayProcess
from riverchief.base.time import SystemClock
from riverchief.cloud.protocols import StreamDecoder
from riverchief.store import open_store


def test_it_ends_cleanly_and_lets_the_next_one_begin(tmp_path):
    folder = tmp_path / "data"
    gateway = GatewayProcess(folder)
    with socket.create_connection(("127.0.0.1", gateway.port)) as line:
        line.sendall(b"##0000")
        assert gateway.stop() == 0
        assert line.recv(10) == b""
    again = GatewayProcess(folder, gateway.port)
    assert again.stop() == 0


def test_a_port_in_use_ends_with_one_and_a_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "riverchief", "gateway", "--data", str(tmp_path), "--port", port]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 1
    assert "input: the gateway cannot listen on" in ran.stderr


@pytest.mark.slow
def test_every_real_frame_is_kept_as_it_came_and_the_valid_ones_are_stored(tmp_path, shared_data):
    """All HJ 212 and SL 651 frames of the collection, each over a connection of its own."""
    lines = (shared_data / "telemetry" / "frames.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    frames = [
        entry["frame"].encode() if entry["encoding"] == "text" else bytes.fromhex(entry["frame"])
        for entry in entries
        if entry["protocol"].startswith(("HJ", "SL651"))
    ]
    gateway = GatewayProcess(tmp_path / "data")
    for frame in frames:
        with socket.create_connection(("127.0.0.1", gateway.port), timeout=20) as line:
            line.sendall(frame)
            line.shutdown(socket.SHUT_WR)
            while line.recv(4096):
                pass
    assert gateway.stop() == 0
    decoded = []
    for frame in frames:
        decoder = StreamDecoder()
        decoded.append([*decoder.feed(frame), *decoder.flush()])
    with open_store(tmp_path / "data", SystemClock()) as store:
        kept = {frame.raw for frame in store.frames.since(0)}
        assert all(message.raw in kept for messages in decoded for message in messages)
        health = store.observations.device_health()
        n_messages = sum(map(len, decoded))
        assert sum(one.frames for one in health) == n_messages > 100
        assert sum(one.invalid for one in health) == sum(not m.valid for messages in decoded for m in messages)
        assert store.observations.decoded_to() == n_messages
        once = {m.raw: m for messages in decoded for m in messages}.values()
        assert sum(one.readings + one.refused for one in health) == sum(len(m.readings) for m in once)
        stored = sum(len(store.observations.read(i.series_id, 0, 2**40)) for i in store.observations.find())
        assert stored > 300
