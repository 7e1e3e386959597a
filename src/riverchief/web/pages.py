"""The pages: one HTML file of the front end for every address, so that any of them can be sent to a colleague."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import ensure_csrf_cookie

from riverchief.web import caddy, tls

_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
UI = Path(__file__).resolve().parent / "static" / "ui"

_UNBUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>riverchief</title>
<h1>riverchief</h1><p>The pages are not built on this machine. Run <code>make ui</code> once, then reload.</p>
<p>本机尚未构建页面：请运行一次 <code>make ui</code>，然后刷新。
接口在 <a href="/api/v1/docs">/api/v1/docs</a>。</p></html>"""


@ensure_csrf_cookie
def page(request: HttpRequest) -> HttpResponse:
    """The front end's own page, which reads the address and asks the API."""
    return _html("index.html")


@ensure_csrf_cookie
def phone_page(request: HttpRequest) -> HttpResponse:
    """The walker's page: small, and kept by the phone so that it opens without signal."""
    return _html("m.html")


def _html(name: str) -> HttpResponse:
    path = UI / name
    if not path.exists():
        return HttpResponse(_UNBUILT, status=503)
    response = HttpResponse(path.read_bytes(), content_type="text/html; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def static_file(request: HttpRequest, path: str) -> HttpResponseBase:
    """A file of the pages or the admin, from where it was installed; built files carry a hash and never change."""
    found = finders.find(path)
    if not isinstance(found, str):
        return HttpResponse(f"there is no static file {path}", status=404, content_type="text/plain; charset=utf-8")
    kind, _ = mimetypes.guess_type(found)
    small, encoding = _smallest(Path(found), request.headers.get("Accept-Encoding", ""))
    response = FileResponse(small.open("rb"), content_type=kind or "application/octet-stream")
    if encoding:
        response["Content-Encoding"] = encoding
    response["Vary"] = "Accept-Encoding"
    built = path.startswith("ui/assets/")
    response["Cache-Control"] = "public, max-age=31536000, immutable" if built else "public, max-age=3600"
    return response


def _smallest(path: Path, accepted: str) -> tuple[Path, str]:
    """The file as the browser takes it at its smallest; the build has left compressed ones beside it."""
    takes = {
        part.split(";")[0].strip() for part in accepted.split(",") if "q=0" not in part.replace(" ", "").split(";")
    }
    for encoding, ending in _ENCODINGS:
        packed = path.with_name(path.name + ending)
        if encoding in takes and packed.exists():
            return packed, encoding
    return path, ""


def service_worker(request: HttpRequest) -> HttpResponse | FileResponse:
    """The front end's service worker, which must lie at the root to see every page."""
    path = UI / "sw.js"
    if not path.exists():
        return HttpResponse(status=404)
    response = FileResponse(path.open("rb"), content_type="text/javascript")
    response["Cache-Control"] = "no-cache"  # a phone must hear of new pages at once
    return response


def root_certificate(request: HttpRequest) -> HttpResponse:
    """The root that phones install, where this installation vouches for itself."""
    config = settings.CONFIG
    path = caddy.root_file(config) if config.behind_proxy else tls.root_file(config.folder)
    if not config.https or not path.exists():
        return HttpResponse("there is no root to install here", status=404, content_type="text/plain; charset=utf-8")
    response = HttpResponse(path.read_bytes(), content_type="application/x-x509-ca-cert")
    response["Content-Disposition"] = 'attachment; filename="riverchief-root.crt"'
    return response
