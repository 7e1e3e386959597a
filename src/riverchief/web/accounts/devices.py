"""Devices: every session belongs to one; a lost phone is cut off by its owner or the office, at once.

The middleware knows the device of every request, whichever way somebody signed in.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse

from riverchief.base.ids import new_id
from riverchief.web import context
from riverchief.web.accounts.models import Device, User, audit

KEY, WAY = "device", "way"  # in the session
SEEN_EVERY = timedelta(minutes=5)
ROLL_EVERY = timedelta(days=1)
DAY_S = 86_400

# the first that fits; in-app browsers name themselves beside the one they are made of
_BROWSERS = (
    ("wxwork/", "wecom"), ("micromessenger/", "wechat"), ("dingtalk", "dingtalk"), ("lark/", "feishu"),
    ("feishu", "feishu"), ("huaweibrowser/", "huawei"), ("edg/", "edge"), ("edga/", "edge"), ("firefox/", "firefox"),
    ("chrome/", "chrome"), ("safari/", "safari"),
)  # fmt: skip
_SYSTEMS = (
    ("openharmony", "harmony"), ("harmonyos", "harmony"), ("android", "android"), ("iphone", "ios"), ("ipad", "ios"),
    ("windows", "windows"), ("mac os", "mac"), ("linux", "linux"),
)  # fmt: skip
PHONES = ("android", "harmony", "ios")


def _named(text: str, table: tuple[tuple[str, str], ...]) -> str:
    return next((name for mark, name in table if mark in text), "")


def described(user_agent: str) -> dict[str, str]:
    """What a browser says it is: system, browser, and the phone's model where it names one."""
    text = user_agent.lower()
    model = re.search(r"android [^;)]*;\s*([^;)]+?)(?:\s+build/[^;)]*)?[;)]", user_agent, re.IGNORECASE)
    found = model.group(1).strip() if model else ""
    return {
        "system": _named(text, _SYSTEMS),
        "browser": _named(text, _BROWSERS),
        "model": "" if found.lower() in ("k", "wv", "mobile") else found[:60],
    }


def address_of(request: HttpRequest) -> str:
    """The address that a request came from; behind proxies of one's own, what the outermost of them saw."""
    direct, behind = str(request.META.get("REMOTE_ADDR", "")), int(context.config().proxies)
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    return (seen[-behind] if 0 < behind <= len(seen) else direct)[:45]


def _begin(request: HttpRequest, user: User) -> Device:
    now, session = context.now(), request.session
    told = described(request.headers.get("User-Agent", ""))
    if told["system"] in PHONES:
        session.set_expiry(context.config().phone_session_days * DAY_S)
    if not session.session_key:
        session.save()
    device = Device.objects.create(
        id=new_id("device", now),
        user=user,
        session_key=session.session_key or "",
        way=session.get(WAY, "password"),
        address=address_of(request),
        first_seen=now,
        last_seen=now,
        **told,
    )
    session[KEY] = device.pk
    return device


def _see(request: HttpRequest, device: Device) -> None:
    """Keep when a device was last seen; its session begins anew once a day, so that who comes back stays in."""
    now, key = context.now(), request.session.session_key or ""
    if device.session_key == key and now - device.last_seen < SEEN_EVERY:
        return
    if now - device.last_seen > ROLL_EVERY or device.session_key != key:
        request.session.modified = True
    device.session_key, device.last_seen, device.address = key, now, address_of(request)
    device.save(update_fields=["session_key", "last_seen", "address"])


class DeviceMiddleware:
    """Every signed-in request comes from a device; one that was cut off is signed out."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Know the device, then answer, then know it where the answer was the signing in."""
        self._know(request)
        before = request.session.session_key
        response = self.answer(request)
        if request.session.session_key != before:
            self._know(request)
        return response

    def _know(self, request: HttpRequest) -> None:
        user = request.user
        if not isinstance(user, User):
            return
        device = Device.objects.filter(pk=request.session.get(KEY, "")).first()
        if device is not None and device.user_id == user.pk and device.cut_off_at is not None:
            logout(request)
        elif device is None or device.user_id != user.pk:
            _begin(request, user)
        else:
            _see(request, device)


def was_cut_off(request: HttpRequest) -> bool:
    """Whether a request nobody stands behind comes from a device that was cut off."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return bool(key) and Device.objects.filter(session_key=key[:40], cut_off_at__isnull=False).exists()


def sign_out(request: HttpRequest) -> None:
    """Forget the device of a session that ends because its owner said so."""
    Device.objects.filter(pk=request.session.get(KEY, "")).delete()


def cut_off(device: Device, by: User) -> Device:
    """End a device's session at once; doing it twice changes nothing."""
    if device.cut_off_at is None:
        device.cut_off_at, device.cut_off_by = context.now(), by.username
        device.save(update_fields=["cut_off_at", "cut_off_by"])
        Session.objects.filter(pk=device.session_key).delete()
        audit(context.clock(), by.username, "cut-off-device", device.pk, owner=device.user.username)
    return device


def brief(device: Device, request: HttpRequest | None = None) -> dict[str, Any]:
    """A device in a list; `this` where the asker sits at it."""
    from riverchief.web.wire import iso

    return {
        "id": device.pk,
        "system": device.system,
        "browser": device.browser,
        "model": device.model,
        "way": device.way,
        "address": device.address,
        "first_seen": iso(device.first_seen),
        "last_seen": iso(device.last_seen),
        "cut_off_at": iso(device.cut_off_at),
        "cut_off_by": device.cut_off_by or None,
        "this": request is not None and request.session.get(KEY) == device.pk,
    }


def signed_in(user: User) -> list[Device]:
    """The devices of somebody that are in use, last seen first; sessions that ran out are not."""
    live = list(Device.objects.filter(user=user, cut_off_at__isnull=True))
    going = set(Session.objects.filter(pk__in=[d.session_key for d in live]).values_list("pk", flat=True))
    return [device for device in live if device.session_key in going]
