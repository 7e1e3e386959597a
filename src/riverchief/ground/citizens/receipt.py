"""Receipt numbers (受理编号): twelve digits in threes of four, not to be guessed, safe to read over the phone.

Eleven digits are random, the twelfth checks them by Damm's algorithm (2004): every single wrong digit and every swap of
two neighbours is noticed. A guess meets one of n receipts with a probability of n in 10^11 a try.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from riverchief.base.errors import InputError

DIGITS = 11
_TABLE = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


def check_digit(digits: str) -> int:
    """The digit that follows these."""
    state = 0
    for digit in digits:
        state = _TABLE[state][int(digit)]
    return state


def new(below: Callable[[int], int] = secrets.randbelow) -> str:
    """A fresh number without spaces; `below(n)` draws from 0 to n - 1."""
    digits = f"{below(10**DIGITS):0{DIGITS}d}"
    return f"{digits}{check_digit(digits)}"


def shown(number: str) -> str:
    """A number as people read it: 0123 4567 8901."""
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4))


def read(text: str) -> str:
    """The number that somebody typed, with or without spaces and hyphens.

    Raises
    ------
    InputError
        When it has not twelve digits, or its check digit says that one of them is wrong.
    """
    kept = "".join(letter for letter in text.translate(_FULL_WIDTH) if not letter.isspace() and letter not in "-－—")
    if len(kept) != DIGITS + 1 or not (kept.isascii() and kept.isdigit()):
        raise InputError(f"{text[:40]!r} is no receipt number; it has {DIGITS + 1} digits.", part="receipt")
    if check_digit(kept) != 0:
        raise InputError(f"one digit of {shown(kept)} is wrong; compare it with the receipt.", part="receipt")
    return kept
