"""A change explained: values, JSON, and a sentence in Chinese or English that claims no more than its interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from riverchief.base.errors import UnknownName
from riverchief.base.units import PROPERTIES
from riverchief.govern.change.split import Part, Split

LANGUAGES = ("zh", "en")
SMALLEST = 0.01  # of the earlier mean: the half-months that years are cut into err by as much
CONDITIONS = {"flow": ("来水", "flow"), "weather": ("气象", "weather")}


@dataclass(frozen=True)
class Change:
    """The change of a mean from one period to the next, with the part that flow or weather explains.

    Attributes
    ----------
    code : str
        Property that was measured, or what the table calls it.
    conditions : str
        `flow` or `weather`.
    unit : str
        Of all values: mg/L, µg/m³, or kg/d for a load.
    before_period, after_period : str
        Such as `2025` or `2025-01-01/2025-11-26`.
    n_before, n_after, n_all : int
        Samples in the two periods and in the whole record.
    level : float
        Probability that each interval is meant to hold.
    split : Split
        The numbers.
    notes : tuple of (zh, en)
        What a reader must know about the data.
    """

    code: str
    conditions: str
    unit: str
    before_period: str
    after_period: str
    n_before: int
    n_after: int
    n_all: int
    level: float
    split: Split
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def word(self) -> str:
        """What may be said of the rest: `less`, `more`, or `not_told_apart` from no change."""
        rest = self.split.rest
        if not rest.sure or abs(rest.value) < SMALLEST * self.split.before:
            return "not_told_apart"
        return "more" if rest.value > 0 else "less"

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        split = self.split
        base = split.before
        return {
            "property": self.code,
            "conditions": self.conditions,
            "unit": self.unit,
            "before": {"period": self.before_period, "value": base, "normal": split.normal_before, "n": self.n_before},
            "after": {
                "period": self.after_period,
                "value": split.after,
                "normal": split.normal_after,
                "n": self.n_after,
            },
            "total": _part(split.total, base),
            "due_to_conditions": _part(split.conditions, base),
            "rest": _part(split.rest, base),
            "rest_word": self.word,
            "level": self.level,
            "n_samples": self.n_all,
            "scatter_ln": split.scatter,
            "correlation_time_d": split.correlation_d,
            "sentence": {language: self.sentence(language) for language in LANGUAGES},
            "notes": [{"zh": zh, "en": en} for zh, en in self.notes],
        }

    def sentence(self, language: str = "en") -> str:
        """What changed, what of it flow or weather explains, and whether the rest can be told from chance.

        Raises
        ------
        UnknownName
            When the language is neither `zh` nor `en`.
        """
        if language not in LANGUAGES:
            raise UnknownName("language", language, LANGUAGES)
        return _chinese(self) if language == "zh" else _english(self)


def _part(part: Part, base: float) -> dict[str, float | None]:
    percent = 100 / base if base else None
    return {
        "value": part.value,
        "low": part.low,
        "high": part.high,
        "percent": None if percent is None else part.value * percent,
        "percent_low": None if percent is None else part.low * percent,
        "percent_high": None if percent is None else part.high * percent,
    }


def _signed(value: float, base: float) -> str:
    text = f"{value / base:+.0%}".replace("-", "−")
    return "0%" if text in {"+0%", "−0%"} else text


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _span(part: Part, base: float) -> str:
    return f"{_signed(part.low, base)} … {_signed(part.high, base)}"


def _chinese(change: Change) -> str:
    s, base = change.split, change.split.before
    name = PROPERTIES[change.code].name_zh if change.code in PROPERTIES else change.code
    what = f"{name}负荷" if change.unit == "kg/d" else f"{name}平均浓度"
    cause = CONDITIONS[change.conditions][0]
    verdict = {
        "less": f"{cause}以外的因素使其下降",
        "more": f"{cause}以外的因素使其上升",
        "not_told_apart": "与无变化不能区分，不能算作治理成效或退步",
    }[change.word]
    return (
        f"{what}由 {_number(s.before)} 变为 {_number(s.after)} {change.unit}"
        f"（{change.before_period} → {change.after_period}，{_signed(s.total.value, base)}）；"
        f"其中{cause}的作用 {_signed(s.conditions.value, base)}"
        f"（{change.level:.0%} 区间 {_span(s.conditions, base)}），其余 {_signed(s.rest.value, base)}"
        f"（{_span(s.rest, base)}）：{verdict}。"
    )


def _english(change: Change) -> str:
    s, base = change.split, change.split.before
    name = PROPERTIES[change.code].name_en if change.code in PROPERTIES else change.code
    what = f"the load of {name}" if change.unit == "kg/d" else f"mean {name}"
    cause = CONDITIONS[change.conditions][1]
    verdict = {
        "less": f"something other than {cause} brought it down",
        "more": f"something other than {cause} brought it up",
        "not_told_apart": "it cannot be told from no change, and is neither a success nor a failure of management",
    }[change.word]
    return (
        f"{what} went from {_number(s.before)} to {_number(s.after)} {change.unit} ({change.before_period} → "
        f"{change.after_period}, {_signed(s.total.value, base)}); {cause} did {_signed(s.conditions.value, base)} "
        f"({change.level:.0%} interval {_span(s.conditions, base)}), the rest is {_signed(s.rest.value, base)} "
        f"({_span(s.rest, base)}): {verdict}."
    )
