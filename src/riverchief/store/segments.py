"""Segments: the append-only files of the frame log, and how to find records in them again.

A segment begins with `RCFRAMES` and the number of its first frame (u64). A record is a mark, the length of its body
(u32), the CRC-32 of its body (u32) and the body: frame number (u64), arrival [ms since 1970 UTC] (u64), length of the
peer's name (u16), the name, the raw bytes. All numbers are little-endian.
"""

from __future__ import annotations

import os
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from struct import Struct
from typing import NamedTuple

from riverchief.base.errors import StoreError

SUFFIX = ".frames"
MARK = b"\xf5\xb2RC"
HEAD = Struct("<8sQ")
_MAGIC = b"RCFRAMES"
_RECORD = Struct("<4sII")
_BODY = Struct("<QQH")


class Record(NamedTuple):
    """One record: where it begins and ends in its segment, and what it holds."""

    offset: int
    end: int
    frame_no: int
    at_ms: int
    peer: str
    raw: bytes


def segment_path(folder: Path, first_no: int) -> Path:
    """The file of the segment whose first frame has this number; names sort by number."""
    return folder / f"{first_no:020d}{SUFFIX}"


def first_number(path: Path) -> int:
    """The number of the first frame of a segment, by its name."""
    return int(path.name.removesuffix(SUFFIX))


def segment_files(folder: Path) -> list[Path]:
    """The segments of a folder, oldest first."""
    return sorted(folder.glob(f"*{SUFFIX}"))


def head(first_no: int) -> bytes:
    """The first bytes of a segment."""
    return HEAD.pack(_MAGIC, first_no)


def pack(frame_no: int, at_ms: int, peer: str, raw: bytes) -> bytes:
    """One record as bytes."""
    name = peer.encode()[:255]
    body = _BODY.pack(frame_no, at_ms, len(name)) + name + raw
    return _RECORD.pack(MARK, len(body), zlib.crc32(body)) + body


def record_at(data: bytes, offset: int) -> Record | None:
    """The record that begins at `offset`, None where there is no whole and right one."""
    body_at = offset + _RECORD.size
    if len(data) < body_at:
        return None
    mark, length, crc = _RECORD.unpack_from(data, offset)
    body = data[body_at : body_at + length]
    if mark != MARK or length < _BODY.size or len(body) < length or zlib.crc32(body) != crc:
        return None
    frame_no, at_ms, name_length = _BODY.unpack_from(body)
    name_end = _BODY.size + name_length
    name = body[_BODY.size : name_end].decode(errors="replace")
    return Record(offset, body_at + length, frame_no, at_ms, name, body[name_end:])


def records(data: bytes, offset: int = HEAD.size) -> Iterator[Record]:
    """All right records from `offset` on; damaged bytes between them are skipped."""
    while offset < len(data):
        found = record_at(data, offset)
        if found is None:
            offset = data.find(MARK, offset + 1)
            if offset < 0:
                return
        else:
            yield found
            offset = found.end


class SegmentIndex:
    """Where each frame of one segment begins; built by reading it, extended when the file has grown."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._numbers = array("Q")
        self._offsets = array("Q")
        self._end = HEAD.size

    @property
    def last_no(self) -> int | None:
        """The number of the newest whole record that was seen, None for none."""
        return self._numbers[-1] if self._numbers else None

    def extend(self) -> None:
        """Read what was appended since the last time."""
        try:
            with self.path.open("rb") as file:
                if os.fstat(file.fileno()).st_size <= self._end:
                    return
                file.seek(self._end)
                data = file.read()
        except FileNotFoundError:
            return
        start = self._end
        for record in records(data, 0):
            self._numbers.append(record.frame_no)
            self._offsets.append(start + record.offset)
            self._end = start + record.end

    def get(self, frame_no: int) -> Record | None:
        """The record with this number, None where this segment has none."""
        place = bisect_left(self._numbers, frame_no)
        if place == len(self._numbers) or self._numbers[place] != frame_no:
            return None
        with self.path.open("rb") as file:
            file.seek(self._offsets[place])
            fixed = file.read(_RECORD.size)
            if len(fixed) < _RECORD.size:
                return None
            data = fixed + file.read(_RECORD.unpack(fixed)[1])
        found = record_at(data, 0)
        return found if found and found.frame_no == frame_no else None


def recover(path: Path, keep_to: int | None) -> tuple[int, int | None]:
    """Cut a torn tail off a segment and give its end [bytes] and its last frame number (None for none).

    Only bytes behind the last right record are cut, so a damaged place in the middle loses nothing behind it.
    With `keep_to`, whole records beyond that number, which nobody was told of, are cut as well.

    Raises
    ------
    StoreError
        When the file is no segment.
    """
    data = path.read_bytes()
    if len(data) < HEAD.size:  # cut off while it was made: nothing was acknowledged from it
        path.unlink()
        return 0, None
    magic, _ = HEAD.unpack_from(data)
    if magic != _MAGIC:
        raise StoreError(f"{path} is not a segment of the frame log; move it away, or restore a backup.")
    end, last_no = HEAD.size, None
    for record in records(data):
        if keep_to is not None and record.frame_no > keep_to:
            break
        end, last_no = record.end, record.frame_no
    if end < len(data):
        with path.open("r+b") as file:
            file.truncate(end)
            os.fsync(file.fileno())
    return end, last_no
