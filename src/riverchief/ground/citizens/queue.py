"""The order in which the office looks at reports (先看谁的): a flood stands behind, whoever came alone stands in front.

Each report has a weight: how much its address has sent lately, how often its words, and how often its photograph came.
Reports are ranked by the doublings of the largest of the three, then within a rank one from each address in turn, the
oldest first. Nothing is thrown away; what an address sent that is held stands last.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

HALF_LIFE_S = 3_600.0  # after which what an address sent counts half
LONE = 2.0  # up to this weight a report stands in the first rank: people correct themselves


@dataclass(frozen=True, slots=True)
class Waiting:
    """One report that waits: its address (hashed), the address's weight, digests of words and photograph, time [s]."""

    id: str
    address: str
    weight: float
    words: str
    photo: str
    at_s: float
    held: bool = False


def decayed(weight: float, after_s: float) -> float:
    """What is left of a weight after some time [s]."""
    return weight * math.pow(0.5, max(0.0, after_s) / HALF_LIFE_S)


def digest_of(words: str) -> str:
    """A digest that stays the same whatever the spaces, digits, punctuation and case; empty for hardly any words."""
    plain = unicodedata.normalize("NFKC", words).casefold()
    kept = re.sub(r"[\W\d_]+", "", plain)
    return sha256(kept.encode()).hexdigest()[:16] if len(kept) >= 4 else ""


def ordered(reports: Iterable[Waiting]) -> list[Waiting]:
    """The reports in the order in which the office should look at them."""
    found = sorted(reports, key=lambda r: (r.at_s, r.id))
    words = _often([r.words for r in found])
    photos = _often([r.photo for r in found])
    turn: Counter[tuple[int, str]] = Counter()
    keyed = []
    for report in found:
        weight = max(report.weight, words[report.words], photos[report.photo])
        rank = math.ceil(math.log2(weight / LONE)) if weight > LONE else 0
        keyed.append(((report.held, rank, turn[rank, report.address], report.at_s, report.id), report))
        turn[rank, report.address] += 1
    return [report for _, report in sorted(keyed, key=lambda pair: pair[0])]


def _often(digests: Sequence[str]) -> Counter[str]:
    """How often each came; what is empty counts as nothing."""
    counts = Counter(digests)
    counts[""] = 0
    return counts
