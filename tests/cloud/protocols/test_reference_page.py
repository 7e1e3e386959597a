"""The page on protocols names what the codecs say."""

from pathlib import Path

import pytest

from riverchief.base.readings import Flag
from riverchief.cloud.protocols import REASONS
from riverchief.cloud.protocols.hj212.tables import tables as hj212_tables
from riverchief.cloud.protocols.sl651.tables import tables as sl651_tables

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "protocols.md"


@pytest.fixture(scope="module")
def page():
    return PAGE.read_text(encoding="utf-8")


def test_every_reason_has_its_row(page):
    for word in REASONS:
        assert f"| `{word}` |" in page


def test_every_flag_that_a_station_can_cause_is_named(page):
    for flag in set(Flag) - {Flag.FUTURE}:  # the codec has no clock
        assert f"`{flag.name.lower()}`" in page


def test_every_kind_is_named(page):
    hj212, sl651 = (line.split("`")[1].split() for line in page.splitlines() if line.startswith("Kinds: "))
    assert set(hj212) == {command.kind for command in hj212_tables().commands.values()} | {"request"}
    assert set(sl651) == {function.kind for function in sl651_tables().functions.values()} | {"user", "ack", "request"}
