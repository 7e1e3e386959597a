"""Two periods held against each other, and the trend over several (环办〔2011〕22号, both from secondary sources)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from riverchief.base.errors import InputError
from riverchief.cloud.standards.water.method import Note, note_of, part
from riverchief.cloud.standards.water.rating import SHARES, Rating, WatersRating

# how much, and which way; the words of bulletins
_WORDS = {
    ("none", 0): ("无明显变化", "no marked change"),
    ("some", 1): ("有所好转", "somewhat better"),
    ("some", -1): ("有所下降", "somewhat worse"),
    ("marked", 1): ("明显好转", "markedly better"),
    ("marked", -1): ("明显恶化", "markedly worse"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """How a later period stands against an earlier one.

    `amount` is `none`, `some` or `marked`; `direction` 1 better, -1 worse, 0 neither. `delta_g`, `delta_d` are the
    changes of the shares of Ⅰ–Ⅲ and of 劣Ⅴ in percentage points, None where there were no shares to compare.
    """

    amount: str
    direction: int
    delta_g: float | None
    delta_d: float | None
    note: Note | None

    @property
    def zh(self) -> str:
        """In the words of bulletins."""
        return _WORDS[self.amount, self.direction][0]

    @property
    def en(self) -> str:
        """The same in English."""
        return _WORDS[self.amount, self.direction][1]

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "word": {"amount": self.amount, "direction": self.direction, "zh": self.zh, "en": self.en},
            "delta_g": self.delta_g,
            "delta_d": self.delta_d,
        }


def compare_ratings(before: Rating | None, now: Rating | None) -> Change | None:
    """The change of a section or a river of few sections, by its rating; None where one of them has none."""
    if before is None or now is None:
        return None
    return _by_steps(before.rank - now.rank, None, None)


def compare_waters(before: WatersRating, now: WatersRating) -> Change | None:
    """The change of a river or basin: by its rating, and within one rating by the shares of its classes.

    None where one of the periods has no rating. The same sections, items, kind of period and way of rating are needed
    on both sides; the caller sees to the first three, a different way of rating is refused.

    Raises
    ------
    InputError
        When one was rated by shares and the other by means.
    """
    if before.rating is None or now.rating is None:
        return None
    if before.method != now.method:
        raise InputError(
            f"one period was rated by {before.method} over {before.n_sections} sections, the other by {now.method} "
            f"over {now.n_sections}: compare the same sections."
        )
    if now.method != SHARES:
        return _by_steps(before.rating.rank - now.rating.rank, None, None)
    delta_g = (now.good_percent or 0.0) - (before.good_percent or 0.0)
    delta_d = (now.bad_percent or 0.0) - (before.bad_percent or 0.0)
    return compare_shares(before.rating, now.rating, delta_g, delta_d)


def compare_shares(before: Rating, now: Rating, delta_g: float, delta_d: float) -> Change:
    """The change from two ratings and the changes of the shares of Ⅰ–Ⅲ and 劣Ⅴ [percentage points]."""
    steps = before.rank - now.rank
    if steps:
        return _by_steps(steps, delta_g, delta_d)
    rules = part("comparison")
    gain = delta_g - delta_d
    size = round(abs(gain), 9)
    amount = "none" if size <= rules["some_above"] else "some" if size <= rules["marked_above"] else "marked"
    direction = 0 if amount == "none" else 1 if gain > 0 else -1
    return Change(amount, direction, delta_g, delta_d, note_of(rules))


def _by_steps(steps: int, delta_g: float | None, delta_d: float | None) -> Change:
    amount = ("none", "some", "marked")[min(abs(steps), 2)]
    return Change(amount, (steps > 0) - (steps < 0), delta_g, delta_d, note_of(part("comparison")))


@dataclass(frozen=True, slots=True)
class Trend:
    """Spearman's coefficient of values against time, and whether it is beyond the table's limit.

    `direction` is 1 rising, -1 falling, 0 no significant trend.
    """

    coefficient: float
    limit: float
    n: int
    direction: int

    def words(self, language: str = "zh") -> str:
        """In words."""
        zh = {1: "显著上升", -1: "显著下降", 0: "无显著变化趋势"}
        en = {1: "rising significantly", -1: "falling significantly", 0: "no significant trend"}
        return (zh if language == "zh" else en)[self.direction]


def trend(values: ArrayLike, alpha: float = 0.05) -> Trend:
    """The trend of one value per period, in order of time.

    Parameters
    ----------
    values : array_like, shape (n,)
        One per period, without gaps (nan).
    alpha : float
        0.05 or 0.01.

    Raises
    ------
    InputError
        When there are fewer periods than the method asks for, more than its table has, gaps, or another `alpha`.

    Notes
    -----
    r = 1 - 6 Σd² / (N³ - N) with equal values at their mean rank. Between the table's N the limit of the next smaller
    one counts, which is the stricter.
    """
    rules = part("trend")
    value = np.asarray(values, np.float64)
    if np.isnan(value).any() or value.ndim != 1:
        raise InputError("a trend needs one value per period without gaps: leave out no period in between.")
    table = {int(row[0]): (float(row[1]), float(row[2])) for row in rules["w"]}
    n = value.size
    if n < rules["min_periods"] or n > max(table):
        raise InputError(f"a trend needs {rules['min_periods']} to {max(table)} periods, there are {n}.", n=n)
    if alpha not in (0.05, 0.01):
        raise InputError(f"the table has limits for 0.05 and 0.01, not for {alpha}.", alpha=alpha)
    distance = np.arange(1, n + 1) - _ranks(value)
    coefficient = 1 - 6 * float(np.sum(distance**2)) / (n**3 - n)
    limit = table[max(k for k in table if k <= n)][alpha == 0.01]
    direction = 0 if abs(coefficient) < limit - 1e-9 else 1 if coefficient > 0 else -1
    return Trend(coefficient, limit, n, direction)


def _ranks(value: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Ranks from 1, equal values at their mean rank."""
    _, group, count = np.unique(value, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    mean_rank = last - (count - 1) / 2
    return np.asarray(mean_rank[group], np.float64)
