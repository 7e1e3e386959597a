"""The record of outlooks: this basin's past months forecast again, and what became of those that were issued."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np

from riverchief.govern import outlook
from riverchief.govern.outlook.backtest import Forecasts, backtest, months_of
from riverchief.govern.outlook.scores import LEAST_SCORED, brier, reliability, skill
from riverchief.web import context
from riverchief.web.govern import outlook_data
from riverchief.web.govern.models import OutlookResult, SkillRecord
from riverchief.web.govern.outlooks import today
from riverchief.web.loop.events import emit
from riverchief.web.loop.models import Event

MONTHS = 7  # the first of them is climatology only
ORIGIN_DAYS = (10, 20)
SIZE = outlook.Size(20, 10)
TARGET_CLASS = 3


def ask() -> None:
    """Ask for the record once a month."""
    day = today()
    emit("outlook-record-due", f"{day:%Y-%m}", context.now())


def prepare(event: Event) -> Callable[[], None] | None:
    """Forecast the basin's whole months again, from the data as they stand; None where that has been done."""
    day = today().replace(day=1)
    if SkillRecord.objects.filter(day=day).exists():
        return None
    told = _again(day)
    return lambda: _write(day, told)


def on_due(event: Event) -> None:
    """Keep the record of a month."""
    write = prepare(event)
    if write is not None:
        write()


def _write(day: date, told: dict[str, Any]) -> None:
    SkillRecord.objects.get_or_create(day=day, defaults={"at": context.now(), "result": told})


def _again(day: date) -> dict[str, Any]:
    found = outlook_data.sections_batch(day).found
    if found is None:
        return {"n": 0}
    panel = found.panel
    sections = context.basin().sections
    rules = [sections[code].tp_rule for code in panel.sections]
    made = backtest(
        panel,
        rules,
        target_class=TARGET_CLASS,
        periods=months_of(panel)[-MONTHS:],
        origin_days=ORIGIN_DAYS,
        size=SIZE,
    )
    return {**scores_of(made), "months": MONTHS - 1, "origin_days": list(ORIGIN_DAYS), "class": TARGET_CLASS}


def scores_of(made: Forecasts) -> dict[str, Any]:
    """Scores of forecasts as JSON."""
    if not made.outcome.size:
        return {"n": 0}
    return {
        "n": int(made.outcome.size),
        "met": float(made.outcome.mean()),
        "brier": brier(made.probability, made.outcome),
        "skill": {n: _skill(made, getattr(made, n)) for n in ("climatology", "own", "persistence")},
        "reliability": [_bin(b) for b in reliability(made.probability, made.outcome, 5)],
    }


def _skill(made: Forecasts, reference: Any) -> dict[str, Any]:
    found = skill(made.probability, reference, made.outcome, made.section)
    numbers = {name: _finite(getattr(found, name)) for name in ("value", "low", "high")}
    return {**numbers, "proved": found.proved}


def _bin(one: Any) -> dict[str, Any]:
    return {name: value if name == "n" else _finite(value) for name, value in vars(one).items()}


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def newest() -> dict[str, Any] | None:
    """The newest record, or None before the first one."""
    found = SkillRecord.objects.first()
    return None if found is None else {"day": found.day.isoformat(), **found.result}


def issued(kind: str = "") -> dict[str, Any]:
    """What became of the outlooks that were issued, of one kind or of all."""
    found = OutlookResult.objects.filter(met__isnull=False, probability__isnull=False)
    if kind:
        found = found.filter(target__kind=kind)
    rows = list(found.values_list("probability", "met", "target"))
    if not rows:
        return {"n": 0, "enough": False}
    p, met = np.array([r[0] for r in rows], np.float64), np.array([bool(r[1]) for r in rows], np.float64)
    against = skill(p, np.full(p.size, met.mean()), met, np.array([r[2] for r in rows]))
    return {
        "n": len(rows),
        "enough": len(rows) >= LEAST_SCORED,
        "met": float(met.mean()),
        "brier": brier(p, met),
        "skill": {"value": _finite(against.value), "low": _finite(against.low), "high": _finite(against.high)},
        "reliability": [_bin(b) for b in reliability(p, met, 5)],
    }
