"""An open store in a fresh folder, and short ways to speak of readings."""

from datetime import UTC, datetime

import pytest

from riverchief.base.readings import Period, SeriesKey
from riverchief.base.time import FixedClock
from riverchief.store import open_store

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)  # noon in Shanghai
NOW_S = int(NOW.timestamp())


@pytest.fixture
def clock():
    return FixedClock(NOW)


@pytest.fixture
def store(tmp_path, clock):
    with open_store(tmp_path / "data", clock) as opened:
        yield opened


@pytest.fixture
def nh3n(store):
    return store.observations.series_id(SeriesKey("WZQN", "nh3n", Period.INSTANT), unit="mg/L", interval_s=3600)
