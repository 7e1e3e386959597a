"""Files by their SHA-256: what was put in is never altered, and the same bytes are kept once."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
from pathlib import Path

from riverchief.base.errors import InputError, NotFound, StoreError, StoreFull
from riverchief.store.space import Space

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Files:
    """The folder `files/` of a data folder; a file lies at `files/<first 2>/<other 62 hex digits>`.

    Parameters
    ----------
    folder
        Made where it is missing.
    space
        The limit of the data folder.
    """

    def __init__(self, folder: Path, space: Space) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._space = space

    def put(self, content: bytes) -> str:
        """Keep these bytes, durable on return; gives their SHA-256 in hex.

        Raises
        ------
        StoreFull
            When no space is left; nothing was kept.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._place(sha256)
        if path.exists():
            return sha256
        self._space.require(len(content))
        temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
        try:
            path.parent.mkdir(exist_ok=True)
            with temporary.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            sync_folder(path.parent)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            kind = StoreFull if error.errno in _FULL else StoreError
            raise kind(
                f"{self.folder} cannot keep a file of {len(content):,} bytes ({error.strerror}); make room, "
                f"then send it again.",
                size_bytes=len(content),
            ) from error
        return sha256

    def path(self, sha256: str) -> Path:
        """Where the file with this SHA-256 lies; read it, never write it.

        Raises
        ------
        InputError
            When the text is no SHA-256 in hex.
        NotFound
            When there is no such file.
        """
        if not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise InputError(f"{sha256!r} is not a SHA-256; it has 64 digits 0-9 a-f.", sha256=sha256)
        path = self._place(sha256)
        if not path.exists():
            raise NotFound("file", sha256)
        return path

    def read(self, sha256: str) -> bytes:
        """The bytes of a file, checked against its name; raises as `path` does.

        Raises
        ------
        StoreError
            When the disk has altered them.
        """
        content = self.path(sha256).read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise StoreError(f"the file {sha256} is damaged on disk; restore it from a backup.", sha256=sha256)
        return content

    def _place(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256[2:]


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
