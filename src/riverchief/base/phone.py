"""Telephone numbers in one form: a plus, the country, the number (E.164), so that one person has one number."""

from __future__ import annotations

import re

from riverchief.base.errors import InputError

CHINA = "86"
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0(10|2\d|[3-9]\d{2})\d{7,8}")


def normalise(text: str) -> str:
    """A number as people write it, in one form; without a country it is a Chinese one.

    >>> normalise("138 0013-8000")
    '+8613800138000'

    Raises
    ------
    InputError
        When it cannot be a number: digits missing, too many, or letters.
    """
    plain = re.sub(
        r"[\s\-().·\u2010-\u2014（）]", "", text.translate(str.maketrans("０１２３４５６７８９＋", "0123456789+"))
    )
    if plain.startswith("00"):
        plain = "+" + plain[2:]
    if plain.startswith("+"):
        national = plain[1 + len(CHINA) :] if plain.startswith(f"+{CHINA}") else ""
        if national and (_MOBILE.fullmatch(national) or _LANDLINE.fullmatch("0" + national.lstrip("0"))):
            return f"+{CHINA}{national.lstrip('0')}"
        if not plain.startswith(f"+{CHINA}") and re.fullmatch(r"\+[1-9]\d{6,14}", plain, re.ASCII):
            return plain
    elif _MOBILE.fullmatch(plain):
        return f"+{CHINA}{plain}"
    elif plain.startswith(CHINA) and _MOBILE.fullmatch(plain[2:]):
        return f"+{plain}"
    elif _LANDLINE.fullmatch(plain):
        return f"+{CHINA}{plain[1:]}"
    raise InputError(
        f"{text!r} is no telephone number; write 11 digits of a mobile, an area code with the number, or +country.",
        phone=text,
    )


def masked(number: str) -> str:
    """A number of which enough is hidden that nobody can be called by it: the first and the last digits stay."""
    if not number:
        return ""
    head, tail = (6, 4) if number.startswith("+86") else (4, 2)
    return number[:head] + "*" * max(len(number) - head - tail, 4) + number[-tail:]
