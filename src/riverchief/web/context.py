"""What handlers and views work with: the clock, the store and the registry of this installation."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from riverchief.base.time import Clock, FolderClock
from riverchief.store import Store, open_store
from riverchief.web.basin import registry
from riverchief.web.config import Config


def config() -> Config:
    """The settings of this installation."""
    return settings.CONFIG


@lru_cache(maxsize=4)
def _clock(folder: Path) -> Clock:
    return FolderClock(folder)


def clock() -> Clock:
    """The clock of the data folder."""
    return _clock(config().folder)


def now() -> datetime:
    """The time on that clock, UTC."""
    return clock().now()


@lru_cache(maxsize=4)
def _store(folder: Path) -> Store:
    return open_store(folder, clock(), limit_bytes=config().store_limit_mb * 1_000_000 or None)


def store() -> Store:
    """The observation store of the data folder."""
    return _store(config().folder)


def basin() -> registry.Registry:
    """The registry as it stands."""
    return registry.current()


def reset() -> None:
    """Forget what is open, for tests that change the data folder."""
    if _store.cache_info().currsize:
        store().close()
    _store.cache_clear()
    _clock.cache_clear()
    registry.forget()
