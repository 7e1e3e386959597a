"""Ports of a stage."""

import socket

import pytest

from riverchief.base.errors import InputError
from riverchief.web.stage import ports


def test_events_and_stations_have_their_ports_beside_the_pages():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        wanted = probe.getsockname()[1]
    found = ports(wanted)
    assert found["port"] == wanted
    assert len(set(found.values())) == 3


def test_a_port_that_was_asked_for_and_is_taken_is_an_error_that_says_so():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"port {port} is in use on 127.0.0.1; give another one with --port"):
            ports(port, firm=True)
        assert ports(port)["port"] != port


def test_without_a_wish_any_three_ports_are_taken():
    for _ in range(50):
        assert len(set(ports().values())) == 3
