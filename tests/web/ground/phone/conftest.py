import pytest

from web.ground.phone.handset import Handset

COUNTY = "149901000000"


@pytest.fixture
def office(person):
    return person("county", region=COUNTY)


@pytest.fixture
def chief(person, clock):
    return Handset(person("chief", chief="ch-beiguan"), clock)


@pytest.fixture
def guard(person, clock):
    return Handset(person("guard", region=COUNTY), clock)
