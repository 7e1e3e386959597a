"""Ways in over HTTP, and one's own page: devices, passkeys, language, type, quiet hours, channels."""

from __future__ import annotations

from datetime import time
from typing import Any, Literal

import segno
from django.db.models import Q
from django.http import HttpRequest
from ninja import Router, Schema
from ninja.utils import check_csrf
from pydantic import Field

from riverchief.base.errors import InputError, NotAllowed, UnknownName
from riverchief.base.phone import masked, normalise
from riverchief.web import caddy, context, tls
from riverchief.web.accounts import devices, entry, passkeys
from riverchief.web.accounts.models import Device, Preferences, User, audit
from riverchief.web.accounts.people import looks_after
from riverchief.web.accounts.visibility import visible
from riverchief.web.messages import outbox, rules
from riverchief.web.wire import iso, one, page_of, user_of

router = Router()
LINK_PAGE = "/enter"


class Number(Schema):
    """A telephone number, however it is written."""

    phone: str = Field(max_length=40)


class Code(Number):
    """The digits that came by text message."""

    code: str = Field(max_length=12)


class Token(Schema):
    """What a one-time link carries after the #."""

    token: str = Field(max_length=64)


class Credential(Schema):
    """What the browser's authenticator answered, in the JSON form of WebAuthn; a name for a new one."""

    credential: dict[str, Any]
    name: str = Field("", max_length=60)


class Wanted(Schema):
    """How somebody wants to read and be told; what is left out stays as it is."""

    language: Literal["", "zh-CN", "en"] | None = None
    large_type: bool | None = None
    quiet_from: str | None = Field(None, max_length=5)
    quiet_to: str | None = Field(None, max_length=5)
    channels: list[str] | None = Field(None, max_length=12)


class Addresses(Schema):
    """Who somebody is on the channels, and their number; the office enters it."""

    phone: str | None = Field(None, max_length=40)
    email: str | None = Field(None, max_length=254)
    addresses: dict[str, str] = Field(default_factory=dict, max_length=12)


class NewLink(Schema):
    """How long a link is good [h]."""

    valid_h: int = Field(72, ge=1, le=entry.LINK_MAX_H)


def _from_our_pages(request: HttpRequest) -> None:
    if check_csrf(request):
        raise NotAllowed("the sign-in came without the X-CSRFToken header of this session; load the page again.")


def _entered(request: HttpRequest) -> dict[str, Any]:
    from riverchief.web.accounts.api import session

    return session(request)


def preferences(user: User) -> dict[str, Any]:
    """How somebody wants to read and be told, and what holds where they said nothing."""
    wanted, default = outbox.preferences(user), rules.quiet()
    own = wanted.quiet_from is not None and wanted.quiet_to is not None
    return {
        "language": wanted.language,
        "large_type": wanted.large_type,
        "quiet_from": f"{wanted.quiet_from:%H:%M}" if own else None,
        "quiet_to": f"{wanted.quiet_to:%H:%M}" if own else None,
        "quiet_default": {
            "from": f"{default.start:%H:%M}",
            "to": f"{default.end:%H:%M}",
            "except_severity": default.except_severity,
            "confirmed": default.confirmed,
        },
        "channels": wanted.channels,
    }


@router.post("/code", auth=None, summary="Ask for a code by text message")
def ask_for_code(request: HttpRequest, given: Number) -> dict[str, Any]:
    """Send six digits to a number. The answer is the same whether somebody has that number or not."""
    _from_our_pages(request)
    entry.ask_for_code(request, given.phone)
    return {"sent": True, "valid_s": int(entry.VALID.total_seconds()), "wait_s": 60}


@router.post("/code/check", auth=None, summary="Sign in with the code")
def enter_by_code(request: HttpRequest, given: Code) -> dict[str, Any]:
    """Sign in with the digits of the last message."""
    _from_our_pages(request)
    entry.enter(request, entry.use_code(given.phone, given.code), "code")
    return _entered(request)


@router.post("/link", auth=None, summary="Sign in with a one-time link")
def enter_by_link(request: HttpRequest, given: Token) -> dict[str, Any]:
    """Use a link that the office made; it opens once."""
    _from_our_pages(request)
    entry.enter(request, entry.use_link(given.token), "link")
    return _entered(request)


@router.get("/passkey", auth=None, summary="Begin signing in with a passkey")
def begin_passkey(request: HttpRequest) -> dict[str, Any]:
    """What the browser's authenticator is asked."""
    return passkeys.begin()


@router.post("/passkey", auth=None, summary="Sign in with a passkey")
def enter_by_passkey(request: HttpRequest, given: Credential) -> dict[str, Any]:
    """Check what the authenticator answered."""
    _from_our_pages(request)
    entry.enter(request, passkeys.check(given.credential), "passkey")
    return _entered(request)


@router.get("/install", auth=None, summary="What phones need to trust this site")
def install(request: HttpRequest) -> dict[str, Any]:
    """The address for phones, its QR code, and whether a root must be installed first, with its fingerprint."""
    config = context.config()
    url = f"https://{config.https}" if config.https else ""
    path = caddy.root_file(config) if config.behind_proxy else tls.root_file(config.folder)
    return {
        "url": url or None,
        "qr_svg": segno.make(url, error="m").svg_inline(scale=1, border=2, omitsize=True) if url else None,
        "root": bool(url) and path.exists() and not caddy.is_public(config.https_host),
        "fingerprint": tls.fingerprint(path) if url else "",
    }


@router.get("/me", summary="My own page")
def me(request: HttpRequest) -> dict[str, Any]:
    """My devices, passkeys and preferences, and over which channels I can be reached."""
    user = user_of(request)
    wanted = outbox.preferences(user)
    return {
        "username": user.username,
        "phone": masked(user.phone),
        "preferences": preferences(user),
        "channels": [
            {"name": name, "address": bool(outbox.address(user, name, wanted))} for name in outbox.configured()
        ],
        "devices": [devices.brief(device, request) for device in devices.signed_in(user)],
        "passkeys": passkeys.own(user),
    }


def _clock(text: str) -> time | None:
    try:
        return time.fromisoformat(text) if text else None
    except ValueError:
        raise InputError(f"{text!r} is no time such as 22:00.", time=text) from None


@router.post("/me", summary="Change how I read and am told")
def change_me(request: HttpRequest, given: Wanted) -> dict[str, Any]:
    """Language, large type, quiet hours (both or neither; equal ones mean none), channels in order."""
    user = user_of(request)
    wanted, _ = Preferences.objects.get_or_create(user=user)
    if given.language is not None:
        wanted.language = given.language
    if given.large_type is not None:
        wanted.large_type = given.large_type
    if given.quiet_from is not None and given.quiet_to is not None:
        wanted.quiet_from, wanted.quiet_to = _clock(given.quiet_from), _clock(given.quiet_to)
    if given.channels is not None:
        for name in given.channels:
            if name not in outbox.configured():
                raise UnknownName("channel", name, outbox.configured())
        wanted.channels = list(dict.fromkeys(given.channels))
    wanted.save()
    return me(request)


@router.get("/passkeys/new", summary="Begin adding a passkey")
def begin_adding(request: HttpRequest) -> dict[str, Any]:
    """What the browser's authenticator is asked when it makes a passkey."""
    return passkeys.begin_adding(user_of(request))


@router.post("/passkeys", summary="Keep a passkey")
def add_passkey(request: HttpRequest, given: Credential) -> dict[str, Any]:
    """Keep the passkey that the browser made."""
    return passkeys.add(user_of(request), given.name, given.credential)


@router.delete("/passkeys/{passkey}", summary="Forget a passkey")
def remove_passkey(request: HttpRequest, passkey: int) -> dict[str, Any]:
    """Forget one of my passkeys."""
    passkeys.remove(request, user_of(request), passkey)
    return me(request)


@router.post("/devices/{device}/cut-off", summary="Cut off a device")
def cut_off(request: HttpRequest, device: str) -> dict[str, Any]:
    """End a device's session at once: one's own, or, for the office, one of its people's."""
    user, found = user_of(request), one(request, Device, device)
    if found.user_id != user.pk and not user.is_office():
        raise NotAllowed(f"{device} is not yours; its owner or the office cuts it off.", device=device)
    return devices.brief(devices.cut_off(found, user), request)


def _person(user: User) -> dict[str, Any]:
    return {
        "username": user.username,
        "name_zh": user.name_zh or user.username,
        "name_en": user.name_en or user.name_zh or user.username,
        "role": user.role,
        "region": user.region,
    }


def _office(request: HttpRequest) -> User:
    user = user_of(request)
    if not user.is_office():
        raise NotAllowed(f"{user.username} ({user.role}) looks after no people; the river chief's office does.")
    return user


@router.get("/people", summary="People of the office")
def people(request: HttpRequest, q: str = "", limit: int = 100) -> dict[str, Any]:
    """People whom the office looks after, by name, username or the end of their number."""
    _office(request)
    found = visible(request.user, User).filter(is_active=True).order_by("role", "username")
    if q:
        found = found.filter(
            Q(username__icontains=q) | Q(name_zh__icontains=q) | Q(name_en__icontains=q) | Q(phone__endswith=q)
        )
    shown = found[: max(1, min(limit, 500))]
    return page_of([{**_person(user), "phone": masked(user.phone)} for user in shown], found.count())


def _theirs(request: HttpRequest, username: str) -> User:
    found = visible(request.user, User).filter(username=username).values_list("pk", flat=True).first()
    return one(request, User, str(found or "0"))


@router.get("/people/{username}", summary="One of the office's people")
def person(request: HttpRequest, username: str) -> dict[str, Any]:
    """Devices, links that are open, and over which channels they can be reached; reading it is audited."""
    office, user = _office(request), _theirs(request, username)
    wanted = outbox.preferences(user)
    audit(context.clock(), office.username, "read-person", username)
    open_links = user.entry_links.filter(used_at__isnull=True, expires_at__gt=context.now())
    return {
        **_person(user),
        "phone": user.phone,
        "email": user.email,
        "addresses": wanted.addresses,
        "channels": list(outbox.configured()),
        "ways": outbox.ways(user),
        "devices": [devices.brief(device) for device in devices.signed_in(user)],
        "links": [{"made_by": link.made_by, "expires_at": iso(link.expires_at)} for link in open_links],
    }


@router.post("/people/{username}", summary="Enter how somebody is reached")
def reach_person(request: HttpRequest, username: str, given: Addresses) -> dict[str, Any]:
    """Number, e-mail and who they are on the channels; an empty text takes one away."""
    office, user = _office(request), _theirs(request, username)
    if office.pk != user.pk and not looks_after(office, user):
        raise NotAllowed(
            f"{user.username} ({user.role}) is not {office.username}'s to change, for codes to sign in by go to that "
            f"number; the office above or the system's administrator does it.",
            role=user.role,
        )
    if given.phone is not None:
        user.phone = normalise(given.phone) if given.phone else ""
        if user.phone and User.objects.filter(phone=user.phone).exclude(pk=user.pk).exists():
            raise InputError("this number belongs to another account; take it away there first.", phone=given.phone)
    if given.email is not None:
        user.email = given.email
    user.save(update_fields=["phone", "email"])
    wanted, _ = Preferences.objects.get_or_create(user=user)
    for name in given.addresses:
        if name not in outbox.configured():
            raise UnknownName("channel", name, outbox.configured())
    merged = {**wanted.addresses, **{name: text.strip()[:120] for name, text in given.addresses.items()}}
    wanted.addresses = {name: text for name, text in merged.items() if text}
    wanted.save()
    changed = [name for name in ("phone", "email") if getattr(given, name) is not None] + sorted(given.addresses)
    audit(context.clock(), office.username, "change-reach", username, channels=changed)
    return person(request, username)


@router.post("/people/{username}/links", summary="Make a one-time link")
def make_link(request: HttpRequest, username: str, given: NewLink) -> dict[str, Any]:
    """A link with which somebody signs in once, and its QR code; it is shown now and never again."""
    office, user = _office(request), _theirs(request, username)
    link, token = entry.make_link(user, office, given.valid_h)
    host = context.config().https
    url = f"{f'https://{host}' if host else request.build_absolute_uri('/').rstrip('/')}{LINK_PAGE}#{token}"
    return {
        "url": url,
        "qr_svg": segno.make(url, error="m").svg_inline(scale=1, border=2, omitsize=True),
        "expires_at": iso(link.expires_at),
        **_person(user),
    }
