"""Locks between processes: files that the system unlocks when their holder dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from riverchief.base.errors import StoreError


def lock(path: Path, whose: str) -> int:
    """Hold the lock of `path` until the returned descriptor is closed or this process ends.

    Raises
    ------
    StoreError
        When another process holds it; `whose` says who that would be.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise StoreError(f"{path} is locked: {whose}. Stop it, or wait for its end.", path=str(path)) from None
    return descriptor


@contextmanager
def exclusive(path: Path, whose: str) -> Iterator[None]:
    """Hold the lock of `path` inside a block; raises as `lock` does."""
    descriptor = lock(path, whose)
    try:
        yield
    finally:
        os.close(descriptor)
