"""`riverchief backup` and `riverchief restore`, as a person and as a program use them."""

import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from riverchief.base.errors import InputError
from riverchief.base.readings import SeriesKey
from riverchief.base.time import SystemClock
from riverchief.cli import app
from riverchief.cli import backup as verbs  # noqa: F401  # registers the verbs
from riverchief.cloud.protocols import Item, hj212
from riverchief.store import Row, open_store

AT = datetime(2026, 11, 1, 4, tzinfo=UTC)
MN = "010000A8900016F000169DC0"


@pytest.fixture
def data(tmp_path):
    """A data folder with a stored reading, and a frame that was acknowledged and not stored yet."""
    with open_store(tmp_path / "data", SystemClock()) as store:
        number = store.observations.series_id(SeriesKey("A", "tp"), unit="mg/L")
        store.observations.write([Row(number, int(AT.timestamp()), 0.1)], known_at=AT, who="test")
        frame = hj212.encode_upload([Item("nh3n", 0.71)], device=MN, at=AT, sent_at=AT)
        store.frames.append(frame, at=AT, peer="10.0.0.1:9")
        store.frames.sync()
    return tmp_path / "data"


def invoke(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=True)


def test_a_folder_goes_out_and_comes_back_and_its_last_frames_are_decoded(data, tmp_path):
    out = invoke("backup", tmp_path / "copy", "--data", data, "--json")
    assert out.exit_code == 0, out.output
    said = json.loads(out.stdout)
    assert (said["frames_to"], said["decoded_to"], said["problems"]) == (1, 0, [])
    back = invoke("restore", tmp_path / "copy", "--data", tmp_path / "new", "--json")
    assert back.exit_code == 0, back.output
    assert json.loads(back.stdout)["decoded_now"] == 1
    with open_store(tmp_path / "new", SystemClock()) as store:
        newest = {info.key.property: store.observations.latest([info.series_id]) for info in store.observations.find()}
        assert [row.value for rows in newest.values() for row in rows.values()] == [0.1, 0.71]


def test_a_person_is_told_what_was_done(data, tmp_path):
    out = invoke("backup", tmp_path / "copy", "--data", data)
    assert out.exit_code == 0
    assert "frames to 1" in out.stdout
    back = invoke("restore", tmp_path / "copy", "--data", tmp_path / "new")
    assert "1 frames decoded now" in back.stdout


def test_wrong_folders_are_said(data, tmp_path):
    assert isinstance(invoke("restore", tmp_path / "nothing", "--data", tmp_path / "new").exception, InputError)
    assert isinstance(invoke("backup", data / "inside", "--data", data).exception, InputError)
    assert isinstance(invoke("backup", tmp_path / "copy", "--data", tmp_path / "nothing").exception, InputError)


def test_help_shows_an_example():
    for verb in ("backup", "restore"):
        assert f"riverchief {verb}" in invoke(verb, "--help").stdout
