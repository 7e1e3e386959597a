"""A stand-in for the platform's HTTP API: scripted answers, and a record of what was asked."""

import json
import re
from typing import Any

import httpx

from riverchief.simulate import api

PEOPLE = [
    {"username": "prefecture", "role": "prefecture", "region": "149900000000", "chief": ""},
    {"username": "county-149901", "role": "county", "region": "149901000000", "chief": ""},
    {"username": "county-149902", "role": "county", "region": "149902000000", "chief": ""},
    {"username": "guard-149901", "role": "guard", "region": "149901000000", "chief": ""},
    {"username": "guard-149902", "role": "guard", "region": "149902000000", "chief": ""},
    {"username": "chief-ch-beiguan", "role": "chief", "region": "149901100201", "chief": "ch-beiguan"},
]


class People:
    """Answers by (method, path): a value, a response, an error, or a list of these to be used up one by one."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, Any]] = []
        self.tokens: list[str] = []
        self.files: list[tuple[str, bytes]] = []
        self.answers: dict[tuple[str, str], Any] = {
            ("GET", "/session"): {"csrf": "token-0"},
            ("POST", "/session"): {"csrf": "token-1"},
            ("GET", "/session/demo-users"): {"items": [{**p, "password": "secret"} for p in PEOPLE]},
        }

    def install(self, monkeypatch: Any) -> None:
        """Let every session talk to this stand-in."""
        plain = httpx.Client

        def client(**given: Any) -> httpx.Client:
            return plain(**given, transport=httpx.MockTransport(self.answer))

        monkeypatch.setattr(api.httpx, "Client", client)

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api/v1")
        body: Any = None
        if request.headers.get("content-type", "").startswith("multipart"):
            content = request.read()
            names = re.findall(rb'filename="([^"]+)"', content)
            parts = [part.split(b"\r\n\r\n", 1)[1].removesuffix(b"\r\n") for part in _parts(content)]
            self.files += [(name.decode(), part) for name, part in zip(names, parts, strict=True)]
            body = [name.decode() for name in names]
        elif request.content:
            body = json.loads(request.content)
        self.calls.append((request.method, path, body))
        if request.method == "POST":
            self.tokens.append(request.headers["X-CSRFToken"])
        given = self.answers.get((request.method, path), {})
        if isinstance(given, list):
            given = given.pop(0)
        if isinstance(given, Exception):
            raise given
        return given if isinstance(given, httpx.Response) else httpx.Response(200, json=given)

    def done(self) -> list[tuple[str, Any]]:
        """What was done, signing in left out: path and body."""
        return [(path, body) for method, path, body in self.calls if method == "POST" and path != "/session"]


def _parts(content: bytes) -> list[bytes]:
    """Parts of a multipart body that are files."""
    boundary = content.split(b"\r\n", 1)[0]
    return [part for part in content.split(boundary) if b"filename=" in part]
