"""Taking a citizen's report: placed on the river, its photographs kept as they came, a receipt given."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import transaction
from django.http import HttpRequest

from riverchief.base import regions
from riverchief.base.errors import InputError, NotFound, RiverError, TooMany
from riverchief.base.ids import new_id
from riverchief.base.places import Place
from riverchief.base.time import local_day
from riverchief.ground.citizens import queue, receipt, rules
from riverchief.sky import media
from riverchief.web import context
from riverchief.web.accounts.visibility import published
from riverchief.web.basin.sign_models import Sign
from riverchief.web.ground.patrols import place_of
from riverchief.web.loop.events import emit
from riverchief.web.public import senders
from riverchief.web.public.models import CitizenReport, Sender


@dataclass(frozen=True)
class Sent:
    """What somebody sent: a kind, words, a point or a sign, photographs as name and bytes."""

    kind: str
    words: str = ""
    sign: str = ""
    lon: float | None = None
    lat: float | None = None
    system: str = "wgs84"
    photos: list[tuple[str, bytes]] = field(default_factory=list)
    source: str = "page"


def sign_of(code: str) -> Sign:
    """A sign that stands.

    Raises
    ------
    NotFound
        When there is none.
    """
    found = published(Sign).filter(pk=code[:64].replace("\x00", "")).first()
    if found is None:
        raise NotFound("sign", code[:64].replace("\x00", "?"))
    return found


def _where(sent: Sent) -> tuple[Place, float, float]:
    """The place on the network, and longitude and latitude [°] in WGS 84."""
    if sent.lon is not None and sent.lat is not None:
        return place_of(sent.lon, sent.lat, sent.system)
    if sent.sign:
        sign = sign_of(sent.sign)
        if sign.reach_id is not None and sign.chainage_m is not None:
            return Place(sign.reach_id, sign.chainage_m), sign.lon, sign.lat
        return place_of(sign.lon, sign.lat, "wgs84")
    raise InputError("the report has no place; choose the point on the map, or scan the sign.", part="place")


def _photos(sent: Sent) -> list[bytes]:
    """The photographs, each one whole."""
    limits = rules().limits
    if len(sent.photos) > limits.photos:
        raise InputError(f"{len(sent.photos)} photographs came, at most {limits.photos} are taken.", part="photos")
    for name, data in sent.photos:
        if len(data) > limits.photo_bytes:
            most = limits.photo_bytes // 1_000_000
            raise InputError(
                f"{name[:60]} has {len(data) / 1e6:.0f} MB, at most {most} MB are taken; choose a smaller size.",
                part="photos",
            )
        try:
            media.place_photo(data)
            media.thumbnail(data, 64)  # reads it to its end
        except RiverError as error:
            raise InputError(f"{name[:60]}: {error.sentence}", part="photos") from None
    return [data for _, data in sent.photos]


def take(request: HttpRequest, sent: Sent, *, puzzle: bool = True) -> CitizenReport:
    """Keep a report and give it a receipt; durable when this returns.

    Raises
    ------
    InputError
        When kind, place, words or photographs are not such as can be taken.
    NotAllowed
        When its puzzle was used before.
    TooMany
        When more came from this network, or at this sign, than is taken.
    """
    if puzzle:
        senders.require_unspent(request)
    kind, words = rules().kind(sent.kind), sent.words.replace("\x00", "").strip()
    if len(words) > rules().limits.words:
        raise InputError(f"{len(words)} characters came, at most {rules().limits.words} are taken.", part="words")
    photos = _photos(sent)
    if not words and not photos:
        raise InputError("write what is wrong, or add a photograph; one of them is needed.", part="words")
    sign = sign_of(sent.sign).pk if sent.sign else ""
    place, lon, lat = _where(sent)
    with transaction.atomic():
        if puzzle:
            senders.spend(request)
        sender = senders.weigh(senders.address_of(request))
        # a partner with a key sends for many; the queue's order holds its reports back where it sends a flood
        refused = senders.refusal(sender, _at_sign(sign), rules().limits) if puzzle else None
        report = None
        if not refused:  # what is not taken is not kept either: one solved puzzle fills no disk
            kept = [context.store().files.put(data) for data in photos]
            report = _create(sender, kind.code, words, sign, place, (lon, lat), kept, sent.source)
        sender.window_count += report is not None
        sender.save()
    if report is None:
        raise refused or TooMany("no more is taken now.")
    return report


def _at_sign(sign: str) -> int:
    since = context.now() - senders.spell(rules().limits.window_s)
    return CitizenReport.objects.filter(sign=sign, at__gt=since).count() if sign else 0


def _create(
    sender: Sender,
    kind: str,
    words: str,
    sign: str,
    place: Place,
    lonlat: tuple[float, float],
    kept: list[str],
    source: str,
) -> CitizenReport:
    now = context.now()
    report = CitizenReport.objects.create(
        id=new_id("citizen", now),
        receipt=receipt.new(),
        region=regions.normalise(context.basin().region_of(place, local_day(now))),
        reach=place.reach,
        chainage_m=place.chainage_m,
        lon=lonlat[0],
        lat=lonlat[1],
        kind=kind,
        words=words,
        sign=sign,
        source=source,
        at=now,
        sender=sender,
        words_digest=queue.digest_of(words),
        photos=kept,
    )
    emit("citizen", report.pk, now)
    return report
