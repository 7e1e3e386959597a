"""Which station a device stands for."""

import json
import logging

import pytest

from riverchief.gateway.devices import Device, Devices


def test_an_unknown_device_has_a_place_of_its_own(tmp_path):
    devices = Devices(tmp_path)
    devices.refresh()
    assert devices.of("sl651", "0012345678") == Device("device:sl651:0012345678")
    assert devices.of("hj212", None) == Device("device:hj212:?")


def test_the_file_is_followed_also_when_it_goes(tmp_path):
    devices = Devices(tmp_path)
    path = tmp_path / "devices.json"
    path.write_text(
        json.dumps({"hj212:A": {"place": "ONE", "interval_s": 300}, "hj212:B": {"place": "TWO", "more": 1}})
    )
    devices.refresh()
    assert devices.of("hj212", "A") == Device("ONE", 300)
    assert devices.of("hj212", "B") == Device("TWO", None)
    path.unlink()
    devices.refresh()
    assert devices.of("hj212", "A").place == "device:hj212:A"


@pytest.mark.parametrize("content", ["{", "[]", '{"hj212:A": "ONE"}', '{"hj212:A": {"place": 5}}'])
def test_a_faulty_file_is_said_once_and_leaves_what_was_known(tmp_path, caplog, content):
    devices = Devices(tmp_path)
    path = tmp_path / "devices.json"
    path.write_text('{"hj212:A": {"place": "ONE"}}')
    devices.refresh()
    path.write_text(content)
    with caplog.at_level(logging.ERROR):
        devices.refresh()
        devices.refresh()
    assert len(caplog.records) == 1
    assert "what it said before stays in force" in caplog.text
    assert devices.of("hj212", "A").place == "ONE"


def test_what_was_given_stands_instead_of_the_file(tmp_path):
    (tmp_path / "devices.json").write_text('{"hj212:A": {"place": "FILE"}}')
    devices = Devices(tmp_path, {("hj212", "A"): "GIVEN"})
    devices.refresh()
    assert devices.of("hj212", "A").place == "GIVEN"
