"""The limit of a data folder."""

import pytest

from riverchief.base.errors import InputError, StoreFull
from riverchief.store.space import Space, limit_from_settings


def test_what_this_process_adds_counts_before_it_is_on_disk(tmp_path):
    space = Space(tmp_path, 1_000)
    space.require(600)
    with pytest.raises(StoreFull) as error:
        space.require(600)
    assert (error.value.data["limit_bytes"], error.value.data["wanted_bytes"]) == (1_000, 1_200)
    space.require(600)  # nothing of it was written, as measuring showed


def test_the_limit_is_read_from_the_settings_of_the_folder(tmp_path, monkeypatch):
    assert limit_from_settings(tmp_path) is None
    path = tmp_path / "riverchief.toml"
    path.write_text("store_limit_mb = 5\n")
    assert limit_from_settings(tmp_path) == 5_000_000
    path.write_text("store_limit_mb = 0\n")
    assert limit_from_settings(tmp_path) is None
    monkeypatch.setenv("RIVERCHIEF_STORE_LIMIT_MB", "0.5")
    assert limit_from_settings(tmp_path) == 500_000
    monkeypatch.delenv("RIVERCHIEF_STORE_LIMIT_MB")
    for wrong in ("store_limit_mb = '5 GB'", "store_limit_mb = -1", "[store"):
        path.write_text(wrong)
        with pytest.raises(InputError, match=r"riverchief\.toml"):
            limit_from_settings(tmp_path)
