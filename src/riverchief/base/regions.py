"""Administrative regions (行政区): 12-digit codes, compared with their trailing zeros trimmed.

140000000000 is Shanxi, 140700000000 Jinzhong, 140729000000 Lingshi county: a county lies in its prefecture because
its trimmed code begins with the trimmed code of the prefecture. Codes are trimmed by whole levels (2, 4, 6, 9, 12
digits), so that 140110 never becomes a prefix of 1401101.
"""

from __future__ import annotations

from riverchief.base.errors import InputError

_LEVELS = (2, 4, 6, 9, 12)


def normalise(code: str) -> str:
    """A region code as 12 digits.

    Raises
    ------
    InputError
        When it is not 2 to 12 digits.
    """
    if not (code.isascii() and code.isdigit() and 2 <= len(code) <= 12):
        raise InputError(f"region code {code!r} is not 2 to 12 digits, for example 140729000000.", code=code)
    return code.ljust(12, "0")


def prefix(code: str) -> str:
    """The shortest whole level of a code that still names it; '' for the whole country ('000000000000')."""
    full = normalise(code)
    kept = len(full.rstrip("0"))
    if kept == 0:
        return ""
    return full[: next(level for level in _LEVELS if level >= kept)]


def contains(outer: str, inner: str) -> bool:
    """Whether region `inner` lies in region `outer`, or is it."""
    return normalise(inner).startswith(prefix(outer))
