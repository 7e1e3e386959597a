"""The class of a section over a month, a quarter, a year or the year to date, from its mean concentrations.

The class follows from the means, never from a mean of classes. Too few samples give no class but say what is missing;
how many are enough is data of the evaluation method, and can be given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from riverchief.base.errors import InputError
from riverchief.base.spans import KINDS, Span, span_of, to_date
from riverchief.cloud.standards.rounding import evaluation_decimals
from riverchief.cloud.standards.water.classes import RowVerdict, WaterVerdict, assess
from riverchief.cloud.standards.water.means import DayMeans, SpanMeans, span_means
from riverchief.cloud.standards.water.method import Note, note_of, part

TO_DATE = "to-date"
SUMMARIES = ("month", "quarter", "year", TO_DATE)


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many days and months with values a span needs before it is given a class."""

    min_days: int = 1
    min_months: int = 1


def completeness(kind: str) -> Completeness:
    """The least samples of a span of this kind (`month`, `quarter`, `year`, `months`) by the evaluation method.

    Raises
    ------
    InputError
        When the kind is none of them.
    """
    if kind not in KINDS:
        raise InputError(f"kind of period {kind!r} is none of {', '.join(KINDS)}.", kind=kind)
    raw = part("periods")["to_date" if kind == "months" else kind]
    return Completeness(raw.get("min_days", 1), raw.get("min_months", 1))


def completeness_note() -> Note | None:
    """What nobody has confirmed about the least samples."""
    return note_of(part("periods"))


@dataclass(frozen=True)
class PeriodVerdict:
    """A section's class over a span.

    Attributes
    ----------
    span : Span
    until : date
        The last day that was looked at: the span's last one, or an earlier one while it runs.
    row : RowVerdict
        Class and why. Class 0 where nothing was measured or the samples are too few.
    means : dict of float
        Mean concentration by property, of those that were measured.
    n_days, n_months : int
        Days and months with values.
    days_of : dict of int
        Days with values, by property.
    enough : bool
        Whether the samples are as many as the method asks for.
    complete : bool
        Whether they are enough and the span is over.
    """

    span: Span
    until: date
    row: RowVerdict
    means: dict[str, float]
    n_days: int
    n_months: int
    days_of: dict[str, int]
    needed: Completeness
    enough: bool
    complete: bool

    @property
    def class_(self) -> int:
        """1..6; 0 where none can be given."""
        return self.row.class_ if self.enough else 0

    @property
    def counted(self) -> RowVerdict:
        """The verdict as it counts for a river or basin: without a class where the samples are too few."""
        return self.row if self.enough else replace(self.row, class_=0, deciding=())

    @property
    def deciding(self) -> tuple[str, ...]:
        """The items of the worst class; empty where there is no class."""
        return self.row.deciding if self.enough else ()

    def sentence(self, language: str = "en") -> str:
        """Why, as a sentence in `zh` or `en`; too few samples are said before what their means would give."""
        said = self.row.sentence(language)
        if self.enough:
            return said
        short = self._short(language)
        if not self.row.class_:
            return short if not self.n_days else f"{short}；{said}" if language == "zh" else f"{short}; {said}"
        means = f"已有均值为{said}" if language == "zh" else f"the means so far: {said}"
        return f"{short}，{means}" if language == "zh" else f"{short}; {means}"

    def _short(self, language: str) -> str:
        chinese = language == "zh"
        if not self.n_days:
            return "没有监测数据" if chinese else "nothing was measured"
        if self.n_months < self.needed.min_months:
            n, least = self.n_months, self.needed.min_months
            return f"样本不足：{n}个月有数据，至少需{least}个月" if chinese else f"too few: {n} months of {least}"
        n, least = self.n_days, self.needed.min_days
        return f"样本不足：{n}天有数据，至少需{least}天" if chinese else f"too few: {n} days of {least}"

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "period": self.span.label,
            "class": self.class_,
            "deciding": list(self.deciding),
            "missing": list(self.row.missing),
            "means": self.means,
            "exceedance": self.row.exceedance if self.enough else {},
            "n_days": self.n_days,
            "n_months": self.n_months,
            "enough": self.enough,
            "complete": self.complete,
            "edition": self.row.edition,
            "why": {"zh": self.sentence("zh"), "en": self.sentence("en")},
        }


def judge_means(
    means: SpanMeans,
    *,
    tp_rule: str | Sequence[str] = "river",
    items: Sequence[str] | None = None,
    rounded: bool = False,
    known_on: date | None = None,
) -> WaterVerdict:
    """Classes from the means of a span, one per section in it, by the edition in force on its last day.

    Parameters
    ----------
    means : SpanMeans
        From `span_means`.
    tp_rule : str or sequence of str
        `river` or `lake`, one for all or one per section of the `DayMeans` that the means were made of.
    items : sequence of str, optional
        Which properties take part; the edition's set `automatic` unless given.
    rounded : bool
        Round the means to the decimals of the statistics rules before they are compared.
    known_on : date, optional
        Leave out editions published after this day.
    """
    column = tp_rule if isinstance(tp_rule, str) else np.asarray(tp_rule, np.str_)[means.section]
    decimals = evaluation_decimals() if rounded else None
    return assess(
        means.values,
        on=means.span.last,
        tp_rule=np.broadcast_to(column, means.section.shape),
        items=items,
        decimals=decimals,
        known_on=known_on,
    )


def period_verdicts(
    days: DayMeans,
    span: Span,
    *,
    today: date | None = None,
    tp_rule: str | Sequence[str] = "river",
    items: Sequence[str] | None = None,
    rounded: bool = False,
    needed: Completeness | None = None,
    known_on: date | None = None,
) -> dict[int, PeriodVerdict]:
    """The verdicts on all sections that have any value in a span, by their index.

    Parameters
    ----------
    days : DayMeans
    span : Span
    today : date, optional
        The day on which it is asked: later ones are left out, and a span that is not over by then is judged by what
        there is so far. Without it every span is over.
    tp_rule, items, rounded, known_on
        As for `judge_means`.
    needed : Completeness, optional
        Instead of what the method asks for.
    """
    running = today is not None and today <= span.last
    last = min(today, span.last) if today is not None else span.last
    means = span_means(days.until(np.datetime64(last)), span)
    if not len(means.section):
        return {}
    judged = judge_means(means, tp_rule=tp_rule, items=items, rounded=rounded, known_on=known_on)
    asked = needed or completeness(span.kind)
    found = {}
    for k, section in enumerate(means.section.tolist()):
        n_days, n_months = int(means.n_days[k]), int(means.n_months[k])
        # a year that still runs is judged to date: the months it lacks have not been yet
        enough = n_days >= asked.min_days and (running or n_months >= asked.min_months)
        found[section] = PeriodVerdict(
            span=span,
            until=last,
            row=judged.row(k),
            means={code: float(array[k]) for code, array in means.values.items() if not np.isnan(array[k])},
            n_days=n_days,
            n_months=n_months,
            days_of={code: int(array[k]) for code, array in means.days_of.items()},
            needed=asked,
            enough=enough,
            complete=enough and not running,
        )
    return found


def period_verdict(
    days: DayMeans,
    span: Span,
    *,
    today: date | None = None,
    tp_rule: str = "river",
    items: Sequence[str] | None = None,
    rounded: bool = False,
    needed: Completeness | None = None,
    known_on: date | None = None,
) -> PeriodVerdict:
    """The verdict on one section (see `DayMeans.of`) over a span, also where it has no value; see `period_verdicts`."""
    found = period_verdicts(
        days,
        span,
        today=today,
        tp_rule=[tp_rule],
        items=items,
        rounded=rounded,
        needed=needed,
        known_on=known_on,
    )
    if 0 in found:
        return found[0]
    row = assess({}, on=span.last, tp_rule=tp_rule, items=items, known_on=known_on).row()
    last = span.last if today is None else min(today, span.last)
    asked = needed or completeness(span.kind)
    return PeriodVerdict(span, last, row, {}, 0, 0, {}, asked, enough=False, complete=False)


def spans_between(first: date, last: date, kind: str) -> tuple[Span, ...]:
    """The spans of a kind (`month`, `quarter`, `year`, or `to-date`) that have any day from first to last.

    `to-date` gives, for each year, its months up to that of the last day in it.
    """
    if kind == TO_DATE:
        ends = [date(year, 12, 31) for year in range(first.year, last.year)]
        return tuple(to_date(end) for end in [*ends, last])
    spans = []
    day = first
    while day <= last:
        spans.append(span_of(day, kind))
        day = spans[-1].after
    return tuple(spans)
