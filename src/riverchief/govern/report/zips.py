"""Office files written again so that equal contents are equal bytes: fixed order, one date, one compression."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

_FIRST = ("[Content_Types].xml", "_rels/.rels")  # where readers of office files look first
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first date that a zip file can hold


def normalised(content: bytes, at: datetime) -> bytes:
    """The same archive with its members in a fixed order, all dated `at` (local wall time).

    Notes
    -----
    Timestamps and the system that wrote a member are the only things a zip adds to what is in it; both are fixed here.
    """
    stamp = (at.year, at.month, at.day, at.hour, at.minute, at.second)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in sorted(old.namelist(), key=_rank):
            info = zipfile.ZipInfo(name, max(stamp, _EARLIEST))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            info.create_system = 0
            new.writestr(info, old.read(name), compresslevel=6)
    return out.getvalue()


def _rank(name: str) -> tuple[int, str]:
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)
