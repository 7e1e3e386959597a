"""Large answers that stay the same until the registry changes: made once, packed once, and not sent to who has them."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

KIND = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as JSON, the same packed, and the name of exactly this content."""

    plain: bytes
    packed: bytes
    etag: str

    @classmethod
    def of(cls, content: dict[str, Any]) -> Answer:
        """The answer with this content."""
        plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        return cls(plain, gzip.compress(plain, 6, mtime=0), f'"{hashlib.sha256(plain).hexdigest()[:32]}"')

    def send(self, request: HttpRequest) -> HttpResponse:
        """The content, packed for who takes it so; 304 for who has it already."""
        packs = "gzip" in request.headers.get("Accept-Encoding", "")
        response = HttpResponse(self.packed if packs else self.plain, content_type=KIND)
        if packs:
            response["Content-Encoding"] = "gzip"
        etag = f"W/{self.etag}" if packs else self.etag
        response["ETag"] = etag
        response["Cache-Control"] = "private, no-cache"
        response["Vary"] = "Accept-Encoding, Cookie"
        conditional = get_conditional_response(request, etag=etag, response=response)
        assert isinstance(conditional, HttpResponse)
        return conditional
