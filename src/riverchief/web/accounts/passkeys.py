"""Passkeys (通行密钥): kept and checked by allauth; here they meet our API, our words and the audit chain."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from fido2.utils import websafe_encode

from riverchief.base.errors import NotAllowed, NotFound
from riverchief.web import context
from riverchief.web.accounts.models import User, audit
from riverchief.web.wire import iso

REFUSED = "this passkey was not accepted; sign in another way and add it anew on your own page."


def _plain(value: Any) -> Any:
    """Bytes as the browser's JSON form of WebAuthn has them: base64url."""
    if isinstance(value, bytes):
        return websafe_encode(value)
    if hasattr(value, "items"):
        return {key: _plain(one) for key, one in value.items() if one is not None}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def begin_adding(user: User) -> dict[str, Any]:
    """What a browser is asked when it makes a passkey."""
    return dict(_plain(auth.begin_registration(user, passwordless=True)))


def add(user: User, name: str, credential: dict[str, Any]) -> dict[str, Any]:
    """Keep a passkey that a browser made.

    Raises
    ------
    NotAllowed
        When it does not answer what was asked.
    """
    try:
        auth.parse_registration_response(credential)
        auth.complete_registration(credential)
    except (ValidationError, ValueError, TypeError, KeyError):
        raise NotAllowed(REFUSED) from None
    kept = auth.WebAuthn.add(user, name[:60], credential).instance
    audit(context.clock(), user.username, "add-passkey", f"passkey-{kept.pk}")
    return brief(kept)


def begin() -> dict[str, Any]:
    """What a browser is asked when somebody signs in with a passkey."""
    return dict(_plain(auth.begin_authentication(None)))


def check(credential: dict[str, Any]) -> User:
    """Whose passkey answers what was asked.

    Raises
    ------
    NotAllowed
        When none does.
    """
    try:
        auth.parse_authentication_response(credential)
        user = auth.extract_user_from_response(credential)
        used = auth.complete_authentication(user, credential)
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError):
        raise NotAllowed(REFUSED) from None
    if not isinstance(user, User) or not user.is_active:
        raise NotAllowed(REFUSED)
    used.record_usage()
    return user


def own(user: User) -> list[dict[str, Any]]:
    """Somebody's passkeys."""
    return [brief(one) for one in Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)]


def brief(kept: Authenticator) -> dict[str, Any]:
    """A passkey in a list."""
    return {
        "id": kept.pk,
        "name": kept.data.get("name", ""),
        "made_at": iso(kept.created_at),
        "used_at": iso(kept.last_used_at),
    }


def remove(request: HttpRequest, user: User, key: int) -> None:
    """Forget one of somebody's own passkeys.

    Raises
    ------
    NotFound
        When it is not theirs.
    """
    gone, _ = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN, pk=key).delete()
    if not gone:
        raise NotFound("passkey", str(key))
    audit(context.clock(), user.username, "remove-passkey", f"passkey-{key}")
