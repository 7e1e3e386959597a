"""Signing in and out, and what the pages must know about the installation."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest
from django.middleware.csrf import get_token
from ninja import Router, Schema
from ninja.utils import check_csrf
from pydantic import Field

from riverchief.base.errors import NotAllowed
from riverchief.web import context
from riverchief.web.accounts import devices, entry_api, second_factor
from riverchief.web.accounts.models import User, audit
from riverchief.web.basin.models import BasinInfo
from riverchief.web.messages import outbox
from riverchief.web.wire import iso, page_of

router = Router()
DEMO_USERS = "demo-users.json"


class SignIn(Schema):
    """A name and a password; the code of the authenticator application where the account has one."""

    username: str
    password: str
    code: str = Field("", max_length=32)


def _me(request: HttpRequest) -> dict[str, Any] | None:
    user = request.user
    if not isinstance(user, User):
        return None
    return {
        "username": user.username,
        "name_zh": user.name_zh or user.username,
        "name_en": user.name_en or user.username,
        "role": user.role,
        "region": user.region,
        "chief": user.chief,
    }


def _basin() -> dict[str, Any] | None:
    info = BasinInfo.objects.first()
    if info is None:
        return None
    points = [xy for reach in context.basin().basin.reaches for xy in reach.line]
    lon, lat = [p[0] for p in points] or [0.0], [p[1] for p in points] or [0.0]
    return {
        "code": info.code,
        "name_zh": info.name_zh,
        "name_en": info.name_en,
        "version": info.version,
        "review_number": info.review_number,
        "bbox": [min(lon), min(lat), max(lon), max(lat)],
    }


def _live_url(request: HttpRequest) -> str:
    config = context.config()
    host = request.get_host().rpartition(":")[0] or request.get_host()
    if config.https and not config.live_url:
        return "/live"
    return config.live_url or f"{request.scheme}://{host}:{config.live_port}/live"


@router.get("/session", auth=None, summary="Who I am, and what installation this is")
def session(request: HttpRequest) -> dict[str, Any]:
    """The signed-in person or null, whether the stations are simulated, the clock and the basin."""
    clock = context.clock()
    return {
        "user": _me(request),
        "simulated": context.config().simulated,
        "clock": {"now": iso(clock.now()), "speed": clock.speed},
        "basin": _basin(),
        "live_url": _live_url(request),
        "csrf": get_token(request),
        "ways": ["password", *(["code"] if "sms" in outbox.configured() else []), "passkey"],
        "preferences": entry_api.preferences(request.user) if isinstance(request.user, User) else None,
    }


@router.post("/session", auth=None, summary="Sign in")
def sign_in(request: HttpRequest, given: SignIn) -> dict[str, Any]:
    """Sign in; too many wrong passwords or codes lock the name out for a while.

    Whoever has set up a second factor is answered `rule.second_factor` until the code comes with the password.
    """
    if check_csrf(request):
        raise NotAllowed("the sign-in came without the X-CSRFToken header of this session; load the page again.")
    user = authenticate(request, username=given.username, password=given.password)
    if user is None:
        raise NotAllowed(
            "name or password is wrong, or this name is locked for a quarter of an hour after eight wrong tries.",
            username=given.username,
        )
    assert isinstance(user, User)
    second_factor.require(request, user, given.username, given.code)
    login(request, user)
    request.session[devices.WAY] = "password"
    audit(context.clock(), given.username, "sign-in")
    return session(request)


@router.delete("/session", summary="Sign out")
def sign_out(request: HttpRequest) -> dict[str, Any]:
    """Sign out."""
    audit(context.clock(), request.user.get_username(), "sign-out")
    devices.sign_out(request)
    logout(request)
    return {"user": None}


@router.get("/session/demo-users", auth=None, summary="Users of the demo")
def demo_users(request: HttpRequest, everyone: bool = False) -> dict[str, Any]:
    """Names and passwords of the demo's users, one of each role or everyone; empty on every other installation."""
    path = context.config().folder / DEMO_USERS
    if not context.config().simulated or not path.exists():
        return page_of([])
    return page_of([user for user in json.loads(path.read_text(encoding="utf-8")) if everyone or user["shown"]])
