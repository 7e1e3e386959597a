"""The raw-frame log: every frame as it came, durable before it is acknowledged, findable for ever.

One process writes, any number read. Frames are numbered from 1 without gaps; a frame's id `frame-<ULID>` is made of
its arrival and its number, so that it is found without an index.
"""

from __future__ import annotations

import errno
import logging
import os
import threading
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from pathlib import Path

from riverchief.base.errors import NotFound, StoreError, StoreFull
from riverchief.base.ids import packed_id, unpacked_id
from riverchief.store.locks import lock
from riverchief.store.records import from_ms, to_ms
from riverchief.store.segments import (
    Record,
    SegmentIndex,
    first_number,
    head,
    pack,
    records,
    recover,
    segment_files,
    segment_path,
)
from riverchief.store.space import Space

SEGMENT_BYTES = 32 << 20
FRAME_MAX_BYTES = 1 << 20
_INDEXES = 64  # kept in memory, 16 bytes a frame
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
LOCK_FILE = "writer.lock"
KIND = "frame"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FrameRecord:
    """One frame as it came: number, id, arrival, who sent it (`host:port`), its bytes."""

    frame_no: int
    frame_id: str
    at: datetime
    peer: str
    raw: bytes


def _as_frame(record: Record) -> FrameRecord:
    # the number, and 16 bits that tell a mistyped id from a right one
    low = record.frame_no << 16 | zlib.crc32(record.raw) & 0xFFFF
    frame_id = packed_id(KIND, record.at_ms, low)
    return FrameRecord(record.frame_no, frame_id, from_ms(record.at_ms), record.peer, record.raw)


class FrameLog:
    """The folder `frames/` of a data folder.

    Parameters
    ----------
    folder
        Made where it is missing.
    space
        The limit of the data folder.
    segment_bytes
        Size from which on a new segment is begun.
    """

    def __init__(self, folder: Path, space: Space, *, segment_bytes: int = SEGMENT_BYTES) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._space = space
        self._segment_bytes = segment_bytes
        self._lock = threading.RLock()
        self._indexes: dict[Path, SegmentIndex] = {}
        self._writer: _Writer | None = None

    # -- writing -------------------------------------------------------------------------------------------------

    def append(self, raw: bytes, *, at: datetime, peer: str) -> int:
        """Number a frame and take it in; it is durable only after `sync`.

        The first call makes this process the log's writer and cuts a torn tail off the log.

        Raises
        ------
        StoreError
            When another process writes this log, or the frame is longer than `FRAME_MAX_BYTES`.
        StoreFull
            When no space is left; this frame was not taken, those before it were.
        """
        if len(raw) > FRAME_MAX_BYTES:
            raise StoreError(f"a frame of {len(raw):,} bytes from {peer} is longer than {FRAME_MAX_BYTES:,} bytes.")
        with self._lock:
            return self._writing().append(to_ms(at), peer, raw)

    def sync(self) -> int:
        """Make all appended frames durable; gives the number of the last durable frame.

        Raises
        ------
        StoreFull
            When no space is left: none of the frames since the last `sync` was kept, their numbers are given again.
        StoreError
            When the disk fails otherwise; the same holds.
        """
        with self._lock:
            return self._writing().sync()

    def discard(self) -> None:
        """Drop the frames that were appended since the last `sync`; their numbers are given again."""
        with self._lock:
            self._writing().drop()

    def _writing(self) -> _Writer:
        if self._writer is None:
            self._writer = _Writer(self.folder, self._space, self._segment_bytes)
        return self._writer

    def open_for_writing(self) -> int:
        """Become the log's writer now, as the first `append` does; gives the number of the last frame."""
        with self._lock:
            return self._writing().last_no

    def close(self) -> None:
        """Give the log back; frames that were appended and not synced are gone."""
        with self._lock:
            if self._writer is not None:
                self._writer.close()
                self._writer = None

    # -- reading -------------------------------------------------------------------------------------------------

    def get(self, frame_no: int) -> FrameRecord:
        """The frame with this number.

        Raises
        ------
        NotFound
            When there is none.
        """
        with self._lock:
            files = segment_files(self.folder)
            place = bisect_right([first_number(path) for path in files], frame_no) - 1
            if place >= 0:
                found = self._index(files[place]).get(frame_no)
                if found is None:  # appended since the file was read
                    found = self._index(files[place], fresh=True).get(frame_no)
                if found is None:  # or rewritten after a failed sync, which is rare
                    self._indexes.pop(files[place])
                    found = self._index(files[place]).get(frame_no)
                if found is not None:
                    return _as_frame(found)
        raise NotFound(KIND, str(frame_no))

    def by_id(self, frame_id: str) -> FrameRecord:
        """The frame with this id.

        Raises
        ------
        InputError
            When the text is not the id of a frame.
        NotFound
            When there is no such frame.
        """
        _, low = unpacked_id(frame_id, KIND)
        try:
            found = self.get(low >> 16)
        except NotFound:
            raise NotFound(KIND, frame_id) from None
        if found.frame_id != frame_id:
            raise NotFound(KIND, frame_id)
        return found

    def since(self, frame_no: int) -> Iterator[FrameRecord]:
        """All frames with a higher number, in order, as far as the log went when each segment was opened."""
        files = segment_files(self.folder)
        for path, following in zip_longest(files, files[1:]):
            if following is not None and first_number(following) <= frame_no + 1:
                continue
            for record in records(path.read_bytes()):
                if record.frame_no > frame_no:
                    yield _as_frame(record)

    def last_no(self) -> int:
        """The number of the newest whole frame, 0 for none."""
        with self._lock:
            for path in reversed(segment_files(self.folder)):
                found = self._index(path, fresh=True).last_no
                if found is not None:
                    return found
            return 0

    def _index(self, path: Path, *, fresh: bool = False) -> SegmentIndex:
        index = self._indexes.get(path)
        if index is None:
            if len(self._indexes) >= _INDEXES:
                self._indexes.clear()
            index = self._indexes[path] = SegmentIndex(path)
            fresh = True
        if fresh:
            index.extend()
        return index


class _Writer:
    """The one writer of the log: buffers frames, and makes them durable together."""

    def __init__(self, folder: Path, space: Space, segment_bytes: int) -> None:
        self._folder = folder
        self._space = space
        self._segment_bytes = segment_bytes
        self._lock_fd = lock(folder / LOCK_FILE, "another gateway writes this frame log")
        self._fd: int | None = None
        self._end = 0
        self._buffer: list[bytes] = []
        self._durable_no: int | None = None
        try:
            self._open()
        except BaseException:
            os.close(self._lock_fd)
            raise
        self._next_no = self.last_no + 1

    @property
    def last_no(self) -> int:
        """The number of the last durable frame."""
        return self._durable_no or 0

    def _open(self) -> None:
        """Open the newest segment behind its last right record; the first time also finds the last number."""
        files = segment_files(self._folder)
        last_no = None
        while files and last_no is None:
            path = files.pop()
            end, last_no = recover(path, self._durable_no)
            if self._fd is None and end:
                self._fd, self._end = os.open(path, os.O_WRONLY | os.O_APPEND), end
                if last_no is None:
                    last_no = first_number(path) - 1
        if self._durable_no is None:
            self._durable_no = last_no or 0

    def append(self, at_ms: int, peer: str, raw: bytes) -> int:
        data = pack(self._next_no, at_ms, peer, raw)
        self._space.require(len(data))
        self._buffer.append(data)
        self._next_no += 1
        return self._next_no - 1

    def sync(self) -> int:
        if not self._buffer:
            return self.last_no
        try:
            if self._fd is None:
                self._open()  # after a failure: cut what it left
            if self._fd is None or self._end >= self._segment_bytes:
                self._begin_segment()
            self._write(b"".join(self._buffer))
        except OSError as error:
            _log.error("frame log %s: %d frames could not be kept", self._folder, len(self._buffer))
            self.drop()
            self._close_segment()
            kind = StoreFull if error.errno in _FULL else StoreError
            raise kind(
                f"the frame log {self._folder} cannot grow ({error.strerror}): the frames were not kept and must not "
                f"be acknowledged. Make room or mend the disk, and it goes on by itself.",
                folder=str(self._folder),
            ) from error
        self._durable_no = self._next_no - 1
        self._buffer.clear()
        return self.last_no

    def _write(self, data: bytes) -> None:
        assert self._fd is not None
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._fd, view) :]
            os.fdatasync(self._fd)
        except OSError:
            os.ftruncate(self._fd, self._end)
            raise
        self._end += len(data)

    def _begin_segment(self) -> None:
        self._close_segment()
        path = segment_path(self._folder, self.last_no + 1)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o644)
        self._fd, self._end = descriptor, 0
        self._write(head(self.last_no + 1))
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def drop(self) -> None:
        self._next_no = self.last_no + 1
        self._buffer.clear()

    def _close_segment(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def close(self) -> None:
        self._close_segment()
        os.close(self._lock_fd)
