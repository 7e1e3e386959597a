"""Files by hash: once in, never altered."""

import hashlib

import pytest

from riverchief.base.errors import InputError, NotFound, StoreError, StoreFull
from riverchief.store.files import Files
from riverchief.store.space import Space


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path / "files", Space(tmp_path, None))


def test_a_file_comes_back_by_the_hash_of_its_bytes(files):
    sha256 = files.put(b"photo")
    assert sha256 == hashlib.sha256(b"photo").hexdigest()
    assert files.read(sha256) == files.path(sha256).read_bytes() == b"photo"


def test_the_same_bytes_are_kept_once_and_left_alone(files):
    path = files.path(files.put(b"photo"))
    before = path.stat().st_mtime_ns
    files.put(b"photo")
    assert path.stat().st_mtime_ns == before
    assert [p for p in files.folder.rglob("*") if p.is_file()] == [path]


def test_what_is_no_hash_or_not_there_is_said(files):
    with pytest.raises(InputError, match="is not a SHA-256"):
        files.path("../../etc/passwd")
    with pytest.raises(NotFound):
        files.read("0" * 64)


def test_bytes_that_the_disk_has_altered_are_not_given(files):
    sha256 = files.put(b"photo")
    files.path(sha256).write_bytes(b"phot0")
    with pytest.raises(StoreError, match="damaged"):
        files.read(sha256)


def test_beyond_the_limit_nothing_is_left(tmp_path):
    files = Files(tmp_path / "files", Space(tmp_path, 1_000))
    with pytest.raises(StoreFull):
        files.put(bytes(1_001))
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]
