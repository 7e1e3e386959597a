"""What the channels share: settings with secrets from the environment, requests with a timeout, tokens kept."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import httpx

from riverchief.base.errors import InputError, UnknownName
from riverchief.web.messages.channels import Undelivered

TIMEOUT_S = 8.0
TOKEN_MARGIN_S = 300.0


def secret(value: Any) -> Any:
    """A setting, or what the environment has where it says `env:NAME`.

    Raises
    ------
    InputError
        When the environment has no such name.
    """
    if not isinstance(value, str) or not value.startswith("env:"):
        return value
    name = value.removeprefix("env:")
    if name not in os.environ:
        raise InputError(f"the environment has no {name}, which riverchief.toml names; set it and start again.")
    return os.environ[name]


def read(what: str, given: dict[str, Any], needed: Iterable[str], known: dict[str, Any]) -> dict[str, Any]:
    """The settings of a channel: `needed` must be there, `known` have defaults; anything else is refused."""
    names = [*needed, *known]
    for name in given:
        if name not in names:
            raise UnknownName(f"setting of {what}", name, names)
    for name in needed:
        if not given.get(name):
            raise InputError(f"{what} needs {name}; write it into riverchief.toml.", setting=name)
    return {**known, **{name: secret(value) for name, value in given.items()}}


def ask(who: str, method: str, url: str, timeout_s: float = TIMEOUT_S, **request: Any) -> httpx.Response:
    """One request; whatever goes wrong on the way is a sentence.

    Raises
    ------
    Undelivered
        When there was no answer in time, or one that is no success; lasting for a request that was refused as such.
    """
    try:
        answer = httpx.request(method, url, timeout=timeout_s, follow_redirects=False, **request)
    except httpx.TimeoutException:
        raise Undelivered(f"{who} did not answer within {timeout_s:g} s; it is tried again.") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Undelivered(f"{who} cannot be reached ({type(error).__name__}); check address and network.") from None
    if answer.status_code >= 300:
        lasting = 400 <= answer.status_code < 500 and answer.status_code not in (401, 408, 425, 429)
        raise Undelivered(
            f"{who} answered {answer.status_code}: {answer.text[:160]}", lasting=lasting, status=answer.status_code
        )
    return answer


def ask_json(who: str, method: str, url: str, **request: Any) -> dict[str, Any]:
    """The same where the answer must be an object in JSON."""
    answer = ask(who, method, url, **request)
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Undelivered(f"{who} answered what is no JSON: {answer.text[:160]}")
    return body


@dataclass
class Token:
    """An access token: fetched when needed, kept until shortly before it runs out, thrown away when refused."""

    fetch: Callable[[], tuple[str, float]]  # the token and how long it is good [s]
    _value: str = ""
    _until_s: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def get(self) -> str:
        """The token in force."""
        with self._lock:
            if not self._value or time.monotonic() > self._until_s:
                self._value, good_s = self.fetch()
                self._until_s = time.monotonic() + max(0.0, good_s - TOKEN_MARGIN_S)
            return self._value

    def drop(self) -> None:
        """Fetch a new one next time."""
        self._value = ""


@dataclass(frozen=True)
class Codes:
    """What a provider's error codes mean: which say that the token ran out, which last, and each in a sentence."""

    who: str
    stale: frozenset[int]
    lasting: dict[int, str]
    passing: dict[int, str]

    def refuse(self, code: int, message: str) -> Undelivered:
        """The error that a code stands for; an unknown one is tried again and says what the provider said."""
        said = self.lasting.get(code) or self.passing.get(code) or message
        return Undelivered(f"{self.who} ({code}): {said}", lasting=code in self.lasting, provider_code=code)


def with_token(token: Token, codes: Codes, field_name: str, call: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    """Call with the token; where it was refused, once more with a new one."""
    for last in (False, True):
        body = call(token.get())
        code = int(body.get(field_name, 0) or 0)
        if code == 0:
            return body
        if code not in codes.stale or last:
            raise codes.refuse(code, str(body.get("errmsg") or body.get("msg") or ""))
        token.drop()
    raise AssertionError("unreachable: the last try answers or raises")
