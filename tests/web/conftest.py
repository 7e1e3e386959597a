"""A platform in a folder of its own, with the mini basin loaded and a clock that stands until it is moved."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.test import Client

from riverchief import basins
from riverchief.base.time import FixedClock
from riverchief.web import context

START = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)  # midnight in China


@pytest.fixture
def clock():
    return FixedClock(START)


@pytest.fixture
def platform(db, tmp_path, settings, clock, monkeypatch):
    """The data folder of a platform on which the mini basin has been loaded."""
    from riverchief.web.basin import folder

    settings.CONFIG = replace(settings.CONFIG, folder=tmp_path)
    # a hash that is slow on purpose would take most of the time of these tests
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(context, "clock", lambda: clock)
    context.reset()
    folder.load(basins.read(basins.named("mini")), tmp_path, clock)
    yield tmp_path
    context.reset()


@pytest.fixture
def person(platform):
    """Make somebody and a browser that is signed in as them."""
    from riverchief.web.accounts.models import User

    def make(role: str, *, region: str = "", chief: str = "", username: str = "") -> Client:
        user = User.objects.create_user(
            username or f"{role}-{region or chief or 'x'}",
            password="a long enough one",
            role=role,
            region=region,
            chief=chief,
        )
        client = Client(raise_request_exception=False)
        client.force_login(user)
        client.user = user
        return client

    return make
