"""The QR codes of signs, and the sheet that the office prints."""

from __future__ import annotations

import io
from collections.abc import Sequence

import segno

from riverchief.base.places import Place
from riverchief.govern.report.fonts import fonts_of
from riverchief.govern.report.signs import Card, signs_pdf
from riverchief.web import context
from riverchief.web.basin.sign_models import Sign
from riverchief.web.public.receipts import responsible

LEVEL_ZH = {
    "province": "省级河长",
    "city": "市级河长",
    "county": "县级河长",
    "township": "乡级河长",
    "village": "村级河长",
}
FONTS = "fonts"


def address(sign: Sign) -> str:
    """What the code of a sign leads to."""
    config = context.config()
    base = config.public_url or f"http://{config.host}:{config.port}"
    return f"{base.rstrip('/')}/p/{sign.pk}"


def qr(sign: Sign, kind: str) -> bytes:
    """The code of a sign as `svg` or `png`; a quarter of it may be dirty or torn off."""
    out = io.BytesIO()
    code = segno.make(address(sign), error="q", micro=False)
    code.save(out, kind=kind, scale=8, border=4, dark="#14202b", light="#ffffff")
    return out.getvalue()


def sheet(signs: Sequence[Sign]) -> bytes:
    """Signs as they are printed, one a page, as PDF."""
    return signs_pdf([_card(sign) for sign in signs], fonts_of(context.config().folder / FONTS))


def _card(sign: Sign) -> Card:
    registry = context.basin()
    place = Place(sign.reach_id, sign.chainage_m or 0.0) if sign.reach_id else None
    reach = registry.basin.reaches[registry.basin.network.index(place.reach)] if place else None
    lines = [(LEVEL_ZH[one["level"]], one["name_zh"]) for one in (responsible(place) if place else [])]
    phone = context.config().office_phone
    if phone:
        lines.append(("河长办电话", phone))
    length = f"{reach.name_zh}，长{reach.length_m / 1000:.1f}公里" if reach else ""
    return Card(
        title=sign.name_zh.removesuffix("公示牌"),
        subtitle="河长公示牌" + (f" · {length}" if length else ""),
        address=address(sign),
        qr_svg=qr(sign, "svg").decode(),
        lines=lines,
        asks="扫码看水质、报问题、查进度",
        note=f"编号 {sign.pk}" + ("　演示牌，人名为虚构" if sign.assumed else ""),
    )
