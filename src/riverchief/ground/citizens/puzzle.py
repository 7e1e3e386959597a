"""The puzzle before a report (工作量证明): a little work for one person, much for a thousand reports.

The server signs a token that says how hard, for what, and until when; it keeps nothing until the token is spent.
For each part i from 0 the browser looks for a number n such that SHA-256 of ``token.i.n`` begins with `bits` zero bits.
Checking takes as many hashes as there are parts. What is spent is remembered by the caller until it would have expired.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import math
import secrets
from dataclasses import dataclass

from riverchief.base.errors import NotAllowed
from riverchief.ground.citizens.queue import LONE
from riverchief.ground.citizens.rules import PuzzleRule

_SIGNATURE = 16  # bytes of HMAC-SHA-256 that are kept


@dataclass(frozen=True, slots=True)
class Puzzle:
    """What a token says: its own name, what it is for, how hard, until when [s since 1970 UTC]."""

    name: str
    purpose: str
    parts: int
    bits: int
    until_s: int


def hardness(rule: PuzzleRule, reports_last_minute: float, own_weight: float) -> int:
    """Bits of each part now.

    Parameters
    ----------
    reports_last_minute : float
        Of everybody. Each doubling over `calm_per_minute` adds a bit, at most `load_bits`, so that a flood makes it
        hard for nobody else.
    own_weight : float
        Reports of this address, old ones counting less. Each doubling over `queue.LONE` adds a bit.
    """
    load = min(rule.load_bits, _doublings(reports_last_minute / rule.calm_per_minute))
    return min(rule.most_bits, rule.bits + load + _doublings(own_weight / LONE))


def _doublings(ratio: float) -> int:
    return math.ceil(math.log2(ratio)) if ratio > 1 else 0


def issue(secret: bytes, purpose: str, parts: int, bits: int, until_s: int) -> str:
    """A fresh token."""
    said = [secrets.token_urlsafe(9), purpose, parts, bits, until_s]
    body = _text(json.dumps(said, separators=(",", ":")).encode())
    return f"{body}.{_sign(secret, body)}"


def _sign(secret: bytes, body: str) -> str:
    return _text(hmac.new(secret, f"puzzle:{body}".encode(), hashlib.sha256).digest()[:_SIGNATURE])


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def zero_bits(digest: bytes) -> int:
    """How many zero bits a digest begins with."""
    return len(digest) * 8 - int.from_bytes(digest, "big").bit_length()


def solves(token: str, part: int, number: int, bits: int) -> bool:
    """Whether a number solves one part."""
    return zero_bits(hashlib.sha256(f"{token}.{part}.{number}".encode()).digest()) >= bits


def solve(token: str, parts: int, bits: int) -> list[int]:
    """Numbers that solve a token, as a browser looks for them."""
    found = []
    for part in range(parts):
        number = 0
        while not solves(token, part, number, bits):
            number += 1
        found.append(number)
    return found


def check(secret: bytes, token: str, solution: list[int], purpose: str, now_s: float) -> Puzzle:
    """What a token says, once its signature, time, purpose and solution hold.

    Raises
    ------
    NotAllowed
        When one of them does not; `data["part"]` is "puzzle", and another token is to be fetched.
    """
    body, _, signature = token.partition(".")
    if not hmac.compare_digest(signature.encode(), _sign(secret, body).encode()):
        raise _refusal("the puzzle was not set by this site")
    try:
        puzzle = Puzzle(*json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))
    except (binascii.Error, ValueError, TypeError):  # signed by an older release in another form
        raise _refusal("the puzzle cannot be read") from None
    if now_s > puzzle.until_s:
        raise _refusal("the puzzle has expired")
    if puzzle.purpose != purpose:
        raise _refusal(f"the puzzle was set for {puzzle.purpose}, not for {purpose}")
    if len(solution) != puzzle.parts or not all(solves(token, i, n, puzzle.bits) for i, n in enumerate(solution)):
        raise _refusal("the puzzle is not solved")
    return puzzle


def _refusal(why: str) -> NotAllowed:
    return NotAllowed(f"{why}; fetch another one and send again.", part="puzzle")
