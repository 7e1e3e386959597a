"""What would have to be done to gain points: the steps that a sheet declares, tried out by evaluating it.

Every answer is evaluated, never extrapolated. The search goes through combinations of steps by their effort, so the
first that is enough is the one with the least; where there are too many to look at, one that is enough is found by
climbing and then freed of all that is superfluous, and the answer says that a smaller one may exist.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from riverchief.base.errors import InputError, UnknownName
from riverchief.govern.sheets.evaluate import evaluate
from riverchief.govern.sheets.formula import MissingInput, UndefinedResult, rounded
from riverchief.govern.sheets.model import InputSpec, Sheet, Step
from riverchief.govern.sheets.score import Input, Review, Score

MOST_TIMES = 400  # of one step; a bound of the file that allows more is held to this
MOST_LOOKS = 4_000  # combinations that the search evaluates
PLANS = 3  # combinations that are told
ENOUGH = 1e-9  # points are rounded to the sheet's decimals; their difference is not

Counts = tuple[int, ...]


@dataclass(frozen=True)
class Change:
    """An input before and after."""

    spec: InputSpec
    before: float
    after: float


@dataclass(frozen=True)
class Part:
    """A step of a plan: how often, and the points that it adds after the ones before it."""

    step: Step
    n: int
    gain: float | None


@dataclass(frozen=True)
class Plan:
    """Steps that were evaluated together.

    Attributes
    ----------
    gain, points : float
        Points gained, and the total then.
    effort_days : float
        Work of all of them as the sheet estimates it [person-days].
    """

    parts: tuple[Part, ...]
    changes: tuple[Change, ...]
    gain: float
    points: float
    effort_days: float


@dataclass(frozen=True)
class Single:
    """One step by itself.

    Attributes
    ----------
    most : int
        How often it can be done; 0 where it cannot, for the reason in `why_zh` and `why_en`.
    gain_of_one, gain_of_most : float or None
        Points that doing it once, and as often as possible, gains; None where it cannot be done.
    items : mapping
        Item → points that doing it once gains there.
    """

    step: Step
    most: int
    gain_of_one: float | None
    gain_of_most: float | None
    items: Mapping[str, float]
    why_zh: str = ""
    why_en: str = ""


@dataclass(frozen=True)
class Ways:
    """Answer to: what would have to be done to gain so many points.

    Attributes
    ----------
    points, maximum : float
        Total now, None where nothing can be scored, and the sheet's maximum.
    plans : tuple of Plan
        Combinations that are enough, by effort; empty where none was found.
    proven : bool
        Whether it was looked at all that takes less effort than the first plan; without a plan, at all there is.
    top : Plan or None
        The most that was found to be possible; None where no step gains anything.
    """

    points: float | None
    maximum: float
    wanted: float
    singles: tuple[Single, ...]
    plans: tuple[Plan, ...]
    proven: bool
    top: Plan | None


@dataclass
class _Trial:
    """A sheet with its inputs, for trying steps out."""

    sheet: Sheet
    inputs: Mapping[str, Input]
    reviews: Mapping[str, Review]
    on: date | None
    seen: dict[Counts, float | None] = field(default_factory=dict)

    @property
    def none(self) -> Counts:
        return (0,) * len(self.sheet.steps)

    def changed(self, counts: Counts) -> dict[str, Input] | None:
        """The inputs after these steps; None where one of them cannot be done so often."""
        values = {name: one.value for name, one in self.inputs.items()}
        done = [(step, n) for step, n in zip(self.sheet.steps, counts, strict=True) if n]
        for step, n in done:
            for name, amount in step.adds.items():
                before = values.get(name)
                if before is None or (after := round(before + n * amount, 9)) < min(before, 0.0):
                    return None
                values[name] = after
        fixed = {spec.name: spec.value for spec in self.sheet.inputs if spec.value is not None}
        for step, _ in done:
            try:
                if not step.within.value({**values, **fixed}):
                    return None
            except (MissingInput, UndefinedResult):
                return None
        return {name: replace(one, value=values[name]) for name, one in self.inputs.items()}

    def score(self, counts: Counts) -> Score | None:
        """The sheet's result after these steps."""
        inputs = self.changed(counts)
        return None if inputs is None else evaluate(self.sheet, inputs, self.reviews, self.on)

    def points(self, counts: Counts) -> float | None:
        """The total after these steps; None where they cannot be done, or nothing can be scored."""
        if counts not in self.seen:
            score = self.score(counts)
            self.seen[counts] = None if score is None else score.points
        return self.seen[counts]

    def gain(self, before: Counts, after: Counts) -> float | None:
        """Points that the one has more than the other; None where either has none."""
        old, new = self.points(before), self.points(after)
        return None if old is None or new is None else rounded(new - old, self.sheet.decimals)

    def most(self, counts: Counts, i: int) -> int:
        """How often step `i` can be done beside the others."""
        n = 0
        while n < MOST_TIMES and self.changed(_with(counts, i, n + 1)) is not None:
            n += 1
        return n

    def effort_days(self, counts: Counts) -> float:
        """Work of these steps [person-days]."""
        return sum(n * step.effort_days for step, n in zip(self.sheet.steps, counts, strict=True))


def _with(counts: Counts, i: int, n: int) -> Counts:
    return (*counts[:i], n, *counts[i + 1 :])


def ways(
    sheet: Sheet,
    inputs: Mapping[str, Input],
    wanted: float,
    reviews: Mapping[str, Review] | None = None,
    on: date | None = None,
) -> Ways:
    """What would have to be done to gain points.

    Parameters
    ----------
    inputs : mapping
        Input → value, as for `evaluate`.
    wanted : float
        Points to gain, more than 0.

    Raises
    ------
    InputError
        When `wanted` is not more than 0.
    """
    if not 0 < wanted < math.inf:
        raise InputError(f"{wanted:g} points are nothing to gain; ask for more than 0.", points=wanted)
    trial = _Trial(sheet, inputs, reviews or {}, on)
    base = trial.points(trial.none)
    singles = tuple(_single(trial, i) for i in range(len(sheet.steps)))
    if base is None:
        return Ways(None, sheet.maximum, wanted, singles, (), proven=True, top=None)
    enough = _enough(trial, base + wanted)
    found, exhausted = _search(trial, enough)
    proven = bool(found) or exhausted
    top = _highest(trial, climb=bool(found) or not exhausted)
    if not found and enough(top):
        found = [top]
    found = sorted(dict.fromkeys(_trimmed(trial, one, enough) for one in found), key=trial.effort_days)
    plans = tuple(_plan(trial, counts) for counts in found)
    return Ways(base, sheet.maximum, wanted, singles, plans, proven, _plan(trial, top) if any(top) else None)


def tried(
    sheet: Sheet,
    inputs: Mapping[str, Input],
    times: Mapping[str, int],
    reviews: Mapping[str, Review] | None = None,
    on: date | None = None,
) -> tuple[Score, Plan]:
    """The score after steps that somebody chose, and what they change.

    Raises
    ------
    UnknownName
        For a step that the sheet does not have.
    InputError
        For steps that cannot be done so often.
    """
    known = [step.code for step in sheet.steps]
    for code in times:
        if code not in known:
            raise UnknownName(f"step of sheet {sheet.code}", code, known)
    trial = _Trial(sheet, inputs, reviews or {}, on)
    counts = tuple(times.get(code, 0) for code in known)
    score = trial.score(counts) if min(counts, default=0) >= 0 else None
    if score is None:
        told = ", ".join(step.told(n, "en") for step, n in zip(sheet.steps, counts, strict=True) if n)
        raise InputError(f"this cannot be done on sheet {sheet.code}: {told}. Do some of it less often.", times=times)
    return score, _plan(trial, counts)


def _single(trial: _Trial, i: int) -> Single:
    step, base = trial.sheet.steps[i], trial.score(trial.none)
    most = trial.most(trial.none, i)
    one = trial.score(_with(trial.none, i, 1)) if most else None
    if base is None or one is None:
        return Single(step, 0, None, None, {}, *_why_not(trial, step))
    items = {
        after.item.code: rounded(after.points - (before.points or 0.0), trial.sheet.decimals)
        for before, after in zip(base.items, one.items, strict=True)
        if after.points is not None and after.points != before.points
    }
    of_one = trial.gain(trial.none, _with(trial.none, i, 1))
    of_most = trial.gain(trial.none, _with(trial.none, i, most))
    return Single(step, most, of_one, of_most, items)


def _why_not(trial: _Trial, step: Step) -> tuple[str, str]:
    """Why a step cannot be done even once."""
    specs = {spec.name: spec for spec in trial.sheet.inputs}
    needed = [spec for name, spec in specs.items() if name in {*step.adds, *step.within.names} and spec.value is None]
    lacking = [spec for spec in needed if trial.inputs.get(spec.name, Input(None)).value is None]
    if lacking:
        zh, en = "、".join(one.name_zh for one in lacking), ", ".join(one.name_en for one in lacking)
        return f"{zh}没有数据。", f"{en} has no value."
    used_up = [specs[name] for name, amount in step.adds.items() if (trial.inputs[name].value or 0.0) + amount < 0]
    if used_up:
        zh, en = "、".join(one.name_zh for one in used_up), ", ".join(one.name_en for one in used_up)
        return f"没有可做的：{zh}为0。", f"nothing is left to do: {en} = 0."
    zh = step.within.told({name: spec.name_zh for name, spec in specs.items()})
    en = step.within.told({name: spec.name_en for name, spec in specs.items()})
    return f"已到上限：{zh}。", f"nothing is left to do: {en}."


def _enough(trial: _Trial, goal: float) -> Callable[[Counts], bool]:
    def enough(counts: Counts) -> bool:
        points = trial.points(counts)
        return points is not None and points >= goal - ENOUGH

    return enough


def _search(trial: _Trial, enough: Callable[[Counts], bool]) -> tuple[list[Counts], bool]:
    """Combinations that are enough, by effort, none of which holds another; and whether nothing is left to look at."""
    found: list[Counts] = []
    waiting: list[tuple[float, Counts, int]] = [(0.0, trial.none, 0)]
    for _ in range(MOST_LOOKS):
        if not waiting or len(found) == PLANS:
            break
        _, counts, first = heapq.heappop(waiting)
        if any(all(a >= b for a, b in zip(counts, plan, strict=True)) for plan in found):
            continue
        if enough(counts):
            found.append(counts)
            continue
        # each combination is come to in one order only: by its first step, then its second
        for i in range(first, len(counts)):
            more = _with(counts, i, counts[i] + 1)
            if more[i] <= MOST_TIMES and trial.changed(more) is not None:
                heapq.heappush(waiting, (trial.effort_days(more), more, i))
    return found, not waiting


def _highest(trial: _Trial, *, climb: bool) -> Counts:
    """The combination with the most points of all that were looked at, and of climbing step by step."""
    known = [*(_climbed(trial) if climb else ()), *trial.seen]
    return max(known, key=lambda counts: (trial.points(counts) or 0.0, -trial.effort_days(counts)))


def _climbed(trial: _Trial) -> Iterator[Counts]:
    """Each step as often as gains most beside the others, begun with every one of them in turn."""
    size = len(trial.sheet.steps)
    for first in range(size):
        counts = trial.none
        for k in range(2 * size):  # a second round, as steps may wait for each other
            i = (first + k) % size
            ways_ = [_with(counts, i, n) for n in range(trial.most(counts, i) + 1)]
            counts = max(ways_, key=lambda one: (trial.points(one) or 0.0, -sum(one)))
        yield counts


def _trimmed(trial: _Trial, counts: Counts, enough: Callable[[Counts], bool]) -> Counts:
    """The same without anything that is superfluous, what costs most taken away first."""
    by_effort = sorted(range(len(counts)), key=lambda i: -trial.sheet.steps[i].effort_days)
    while True:
        fewer = (_with(counts, i, counts[i] - 1) for i in by_effort if counts[i])
        less = next((one for one in fewer if enough(one)), None)
        if less is None:
            return counts
        counts = less


def _plan(trial: _Trial, counts: Counts) -> Plan:
    parts, so_far = list[Part](), trial.none
    for i, n in enumerate(counts):
        if n:
            more = _with(so_far, i, n)
            parts.append(Part(trial.sheet.steps[i], n, trial.gain(so_far, more)))
            so_far = more
    changed = trial.changed(counts) or {}
    changes = []
    for spec in trial.sheet.inputs:
        old, new = trial.inputs.get(spec.name, Input(None)).value, changed.get(spec.name, Input(None)).value
        if old is not None and new is not None and old != new:
            changes.append(Change(spec, old, new))
    gain, points = trial.gain(trial.none, counts) or 0.0, trial.points(counts) or 0.0
    return Plan(tuple(parts), tuple(changes), gain, points, trial.effort_days(counts))


# ------------------------------------------------------------------ as JSON


def ways_as_dict(answer: Ways) -> dict[str, Any]:
    """The answer as JSON."""
    return {
        "points": answer.points,
        "max": answer.maximum,
        "wanted": answer.wanted,
        "steps": [_single_as_dict(one) for one in answer.singles],
        "plans": [plan_as_dict(one) for one in answer.plans],
        "proven": answer.proven,
        "top": answer.top and plan_as_dict(answer.top),
    }


def _single_as_dict(one: Single) -> dict[str, Any]:
    return {
        "code": one.step.code,
        "name_zh": one.step.told(1, "zh"),
        "name_en": one.step.told(1, "en"),
        "effort_days": one.step.effort_days,
        "most": one.most,
        "gain_of_one": one.gain_of_one,
        "gain_of_most": one.gain_of_most,
        "items": dict(one.items),
        "why": {"zh": one.why_zh, "en": one.why_en} if one.why_zh else None,
    }


def plan_as_dict(plan: Plan) -> dict[str, Any]:
    """A plan as JSON."""
    return {
        "gain": plan.gain,
        "points": plan.points,
        "effort_days": round(plan.effort_days, 3),
        "steps": [
            {
                "code": part.step.code,
                "n": part.n,
                "zh": part.step.told(part.n, "zh"),
                "en": part.step.told(part.n, "en"),
                "gain": part.gain,
            }
            for part in plan.parts
        ],
        "changes": [
            {
                "name": one.spec.name,
                "name_zh": one.spec.name_zh,
                "name_en": one.spec.name_en,
                "unit": one.spec.unit,
                "before": one.before,
                "after": one.after,
            }
            for one in plan.changes
        ],
    }
