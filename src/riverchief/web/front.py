"""The ASGI entry for HTTPS without a proxy: one origin, so events and pages come from the same address.

/live is answered here; everything else runs as WSGI on a pool of threads, as it does without HTTPS.
"""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "riverchief.web.settings")

from typing import Any, cast

from a2wsgi import WSGIMiddleware

from riverchief.web import live
from riverchief.web.wsgi import application as pages

THREADS = 8
_pages = WSGIMiddleware(cast("Any", pages), workers=THREADS)


async def application(scope: dict[str, Any], receive: live.Receive, send: live.Send) -> None:
    """Events to /live, the rest to Django."""
    if scope["type"] == "lifespan" or scope["path"] == "/live":
        await live.application(scope, receive, send)
        return

    async def more() -> dict[str, Any]:
        return await receive()  # granian's own is a future, and the bridge to threads wants a coroutine

    await _pages(scope, more, send)  # type: ignore[arg-type]
