"""Pictures of cameras (摄像头): fetched on a schedule within a time and a size, kept by hash or with the reason."""

from __future__ import annotations

import io
import ipaddress
import logging
import socket
import time
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
from PIL import Image, UnidentifiedImageError

from riverchief.base.basin import Camera, there_on
from riverchief.base.errors import InputError
from riverchief.base.ids import new_id
from riverchief.base.time import local_day
from riverchief.web import context
from riverchief.web.basin.models import Still
from riverchief.web.wire import iso

log = logging.getLogger("riverchief.cameras")

TIME_LIMIT_S = 10.0
SIZE_LIMIT_BYTES = 8_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 60_000_000
BUDGET_S = 60.0
"""One run of the schedule stops asking further cameras after this long; those left out come first at the next."""


class NoStill(InputError):
    """A camera gave no picture; `data["why"]` is a code for the page."""

    code = "camera.no_still"


def fetch_due() -> None:
    """Fetch one picture of every camera whose time has come, the longest waiting first."""
    now, began = context.now(), time.monotonic()
    for camera in due(now):
        if time.monotonic() - began > BUDGET_S:
            log.warning("cameras: some wait for the next run, the time of this one is over")
            return
        take(camera, now)


def due(now: datetime) -> list[Camera]:
    """Cameras with an address that are there today and whose last try is long enough ago."""
    waiting = []
    for camera in context.basin().basin.cameras:
        if not camera.still_url or not there_on(local_day(now), camera):
            continue
        before = newest(camera.code)
        if before is None or before.at + timedelta(seconds=camera.every_s) <= now:
            waiting.append((before.at if before else datetime.min.replace(tzinfo=now.tzinfo), camera))
    return [camera for _, camera in sorted(waiting, key=lambda pair: (pair[0], pair[1].code))]


def newest(code: str) -> Still | None:
    """The last try of a camera."""
    return Still.objects.filter(camera=code).first()


def take(camera: Camera, now: datetime) -> Still:
    """Fetch one picture and keep it, or keep why there is none."""
    kept = Still(id=new_id("still", now), camera=camera.code, at=now)
    try:
        content = fetch(camera.still_url)
        kept.sha256, kept.size = context.store().files.put(content), len(content)
    except NoStill as error:
        kept.why = {"code": error.data["why"], "sentence": error.sentence}
        log.info("camera %s: %s", camera.code, error.sentence)
    kept.save()
    return kept


def fetch(url: str) -> bytes:
    """The picture at an address.

    Raises
    ------
    NoStill
        When it does not come within TIME_LIMIT_S, is larger than SIZE_LIMIT_BYTES, is no picture, or the address
        leads to this machine itself.
    """
    _refuse_own(url)
    end, content = time.monotonic() + TIME_LIMIT_S, bytearray()
    try:
        with httpx.stream("GET", url, timeout=TIME_LIMIT_S, follow_redirects=False) as answer:
            if answer.status_code != httpx.codes.OK:
                raise NoStill(f"the camera answered {answer.status_code}.", why="status", status=answer.status_code)
            for part in answer.iter_bytes():
                content += part
                if len(content) > SIZE_LIMIT_BYTES:
                    raise NoStill(f"the picture has more than {SIZE_LIMIT_BYTES:,} bytes.", why="size")
                if time.monotonic() > end:
                    raise NoStill(f"the picture did not come within {TIME_LIMIT_S:.0f} s.", why="slow")
    except httpx.TimeoutException:
        raise NoStill(f"the picture did not come within {TIME_LIMIT_S:.0f} s.", why="slow") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NoStill(f"the camera cannot be reached: {error}.", why="unreachable") from None
    _check(bytes(content))
    return bytes(content)


def _refuse_own(url: str) -> None:
    """Refuse addresses that mean this machine: a camera stands elsewhere, and our own ports are no picture."""
    host = urlsplit(url).hostname or ""
    try:
        found = {item[4][0] for item in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError) as error:
        raise NoStill(f"the camera's name {host!r} is not known: {error}.", why="unreachable") from None
    for address in found:
        where = ipaddress.ip_address(str(address).partition("%")[0])
        if isinstance(where, ipaddress.IPv6Address):  # an IPv4 address in the clothes of the other is what it is inside
            where = where.ipv4_mapped or where.sixtofour or where
        if (where.is_loopback or where.is_link_local or where.is_unspecified) and not context.config().simulated:
            raise NoStill(f"{host} is this machine itself; give the camera's own address.", why="own_machine")


def _check(content: bytes) -> None:
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise NoStill(f"the picture has {picture.width} × {picture.height} points, too many.", why="size")
            picture.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise NoStill(f"what the camera sent is no picture: {error}.", why="no_image") from None


def bare(url: str) -> str:
    """An address without the name and password that may stand in it: those are told to offices, in the registry."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def shown(camera: Camera) -> dict[str, Any]:
    """A camera for a page: its last picture, and how its last try went."""
    last = newest(camera.code)
    good = Still.objects.filter(camera=camera.code).exclude(sha256="").first()
    state = "off" if not camera.still_url else "waiting" if last is None else "failed" if not last.sha256 else "ok"
    return {
        "code": camera.code,
        "name_zh": camera.name_zh,
        "name_en": camera.name_en,
        "state": state,
        "why": last.why or None if last else None,
        "tried_at": iso(last.at) if last else None,
        "still": {"id": good.pk, "at": iso(good.at), "sha256": good.sha256} if good else None,
        "stream_url": bare(camera.stream_url) or None,
        "section": camera.section or None,
    }
