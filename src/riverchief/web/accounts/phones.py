"""Telephone numbers as one form: E.164, so that the same phone is the same however somebody wrote it."""

from __future__ import annotations

import re

from riverchief.base.errors import InputError

_NOISE = re.compile(r"[\s\-().·\u3000]")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_E164 = re.compile(r"\+[1-9]\d{6,14}")
CHINA = "+86"


def normalise(text: str) -> str:
    """A number in E.164; eleven digits without a country are a mobile phone of mainland China.

    Raises
    ------
    InputError
        When it is no telephone number that a text message can go to.
    """
    # full-width digits come from Chinese keyboards
    bare = _NOISE.sub("", text.translate({ord("０") + i: ord("0") + i for i in range(10)} | {ord("＋"): ord("+")}))
    if bare.startswith("00"):
        bare = f"+{bare[2:]}"
    if re.fullmatch(r"86" + _MOBILE.pattern, bare):
        bare = f"+{bare}"
    if _MOBILE.fullmatch(bare):
        bare = CHINA + bare
    china = bare.startswith(CHINA)
    if not _E164.fullmatch(bare) or (china and not _MOBILE.fullmatch(bare.removeprefix(CHINA))):
        raise InputError(
            "this is no mobile number: write its eleven digits, or + and the country's code first.", phone=text[:32]
        )
    return bare


def tidy(text: str) -> str:
    """The same where it can be read; what cannot is kept as it was written."""
    try:
        return normalise(text) if text else ""
    except InputError:
        return text


def local(number: str) -> str:
    """A number as gateways in China want it: without +86."""
    return number.removeprefix(CHINA)


def masked(number: str) -> str:
    """A number of which only the end can be read."""
    return f"{'*' * max(0, len(local(number)) - 4)}{number[-4:]}" if number else ""
