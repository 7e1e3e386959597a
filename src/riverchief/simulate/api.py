"""The public HTTP API as a person's browser uses it: sign in, read, do. Simulated people know nothing else."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from riverchief.base.errors import RiverError, UnknownName
from riverchief.base.regions import contains

PREFIX = "/api/v1"
_TRIES = 4
_PAUSE_REAL_S = 0.3
_AWAY = (502, 503, 504)
File = tuple[str, bytes]


class Refused(RiverError):
    """The platform said no; the sentence is the platform's own."""

    code = "simulate.refused"


@dataclass
class Api:
    """One person's session.

    Parameters
    ----------
    address : str
        Of the platform, as `http://127.0.0.1:8000`.
    username, password : str
        Empty for somebody who does not sign in.
    """

    address: str
    username: str = ""
    password: str = ""
    timeout_real_s: float = 30.0
    _client: httpx.Client | None = field(default=None, repr=False)
    _token: str = field(default="", repr=False)

    @property
    def client(self) -> httpx.Client:
        """The connection, signed in."""
        if self._client is None:
            self._client = httpx.Client(base_url=self.address + PREFIX, timeout=self.timeout_real_s, trust_env=False)
            try:
                self.sign_in()
            except BaseException:
                self.close()
                raise
        return self._client

    def sign_in(self) -> dict[str, Any]:
        """Fetch a token and sign in; what the platform says about the session."""
        session = self.get("/session")
        self._token = session["csrf"]
        if self.username:
            session = self.post("/session", {"username": self.username, "password": self.password})
            self._token = session["csrf"]
        return session  # type: ignore[no-any-return]

    def close(self) -> None:
        """Hang up."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def get(self, path: str, **query: Any) -> Any:
        """Read; tried again while the platform is away.

        Raises
        ------
        Refused
            When the platform says no.
        httpx.TransportError
            When it does not answer at all.
        """
        for left in range(_TRIES - 1, -1, -1):
            try:
                answer = self.client.get(path, params=query)
            except httpx.TransportError:
                if not left:
                    raise
            else:
                if answer.status_code not in _AWAY or not left:
                    return _said(answer)
            time.sleep(_PAUSE_REAL_S)
        raise AssertionError("unreachable")

    def post(self, path: str, body: Any = None, *, files: Sequence[File] = (), form: Any = None) -> Any:
        """Do something, once; raises as `get` does. `files` are JPEGs by name."""
        client = self.client
        headers = {"X-CSRFToken": self._token}
        if files:
            parts = [("files", (name, data, "image/jpeg")) for name, data in files]
            return _said(client.post(path, files=parts, data=form, headers=headers))
        return _said(client.post(path, json=body, headers=headers))


def _said(answer: httpx.Response) -> Any:
    if answer.is_success:
        return answer.json()
    try:
        told = answer.json()
        sentence = told["sentence"]
    except (ValueError, KeyError, TypeError):
        told, sentence = {}, answer.text[:200]
    request = answer.request
    raise Refused(
        f"{request.method} {request.url.path} was answered with {answer.status_code}: {sentence}",
        status=answer.status_code,
        code=told.get("code"),
    )


@dataclass
class Cast:
    """Everybody who may sign in to a demo, each with a session that is opened when it is first needed."""

    address: str
    _people: list[dict[str, Any]] = field(default_factory=list, repr=False)
    _sessions: dict[str, Api] = field(default_factory=dict, repr=False)

    @property
    def people(self) -> list[dict[str, Any]]:
        """The demo's users, as its sign-in page tells them to anybody."""
        if not self._people:
            stranger = Api(self.address)
            self._people = stranger.get("/session/demo-users", everyone=True)["items"]
            stranger.close()
        return self._people

    def named(self, username: str) -> Api:
        """The session of one user.

        Raises
        ------
        UnknownName
            When the demo has no such user.
        """
        if username not in self._sessions:
            known = {person["username"]: person for person in self.people}
            if username not in known:
                raise UnknownName("demo user", username, known)
            self._sessions[username] = Api(self.address, username, known[username]["password"])
        return self._sessions[username]

    def role(self, role: str, region: str = "") -> Api:
        """Somebody of a role who answers for a region; the prefecture's office where there is nobody."""
        for person in self.people:
            if person["role"] == role and (not region or contains(person["region"], region)):
                return self.named(person["username"])
        return self.named("prefecture")

    def chief(self, code: str) -> Api | None:
        """The chief with this code; None where no user is that chief."""
        found = next((p for p in self.people if p["role"] == "chief" and p["chief"] == code), None)
        return None if found is None else self.named(found["username"])

    def close(self) -> None:
        """Everybody hangs up."""
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()
