"""The clock of the gateway's tests stands half a minute behind the newest reading."""

from datetime import timedelta

import pytest

from gateway.wire import NOW
from riverchief.base.time import FixedClock


@pytest.fixture
def clock():
    return FixedClock(NOW + timedelta(seconds=30))
