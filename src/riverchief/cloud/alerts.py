"""What makes an alert: a river off its habit or its target, too high or too low, a discharger over its permit.

Each check turns the readings of one sample into signals, one per property; `alertstate.AlertState.step` turns signals
into decisions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from riverchief.base.errors import InputError
from riverchief.cloud.alertstate import Signal
from riverchief.cloud.baseline import Expected
from riverchief.cloud.instruments import Settings, defaults
from riverchief.cloud.quality import Origin, Verdict
from riverchief.cloud.standards import discharge
from riverchief.cloud.standards.water.classes import RowVerdict, assess, class_name, limits
from riverchief.cloud.standards.water.surface import Rule

GRAVEST = 3


# ---------------------------------------------------------------------------------------------- departure from habit


class Departure(NamedTuple):
    """How far a value is from what was expected, towards pollution: ratio (1 = as expected) and z [sigmas]."""

    property: str
    value: float
    expected: float
    ratio: float
    z: float


def departure(code: str, value: float, expected: Expected, settings: Settings | None = None) -> Departure:
    """Compare a value with what was expected; for oxygen, less is more.

    Parameters
    ----------
    code : str
        Property.
    value : float
        In its unit.
    expected : Expected
        From `Baseline.expected`; ratio and z are nan where that is.
    """
    settings = settings or defaults()
    trait = settings.trait(code)
    if trait is None or not trait.departure:
        raise InputError(f"departures of {code} are not watched: its trait names no direction.", property=code)
    floor = max(trait.noise_floor, 1e-9)
    ratio = max(value, floor) / expected.value
    if trait.departure == "down":
        ratio = 1 / ratio
    return Departure(code, value, expected.value, ratio, math.log(ratio) / expected.sigma)


def departure_signals(
    time_s: int, departures: Sequence[Departure], settings: Settings | None = None
) -> tuple[Signal, ...]:
    """Signals of all properties of one sample, judged together.

    Parameters
    ----------
    time_s : int
        Of the sample [s since 1970 UTC].
    departures : sequence of Departure
        Of every property of the sample that has a baseline.

    Notes
    -----
    One property is over when its z reaches `z`. Several are over together when the sum of their z over the root of
    their number reaches `joint_z`: a wave of sewage raises them all, and errors of separate analysers do not add up
    like that. The k strongest are tried, for every k. At least one must be a property that leads (trait `lead`), each
    must rise by its `least`, and their mean ratio must reach `ratio`.
    """
    settings = settings or defaults()
    known = [d for d in departures if math.isfinite(d.z)]
    over = _over(known, settings)
    return tuple(_departure_signal(time_s, d, over, settings) for d in known)


def _over(known: Sequence[Departure], settings: Settings) -> tuple[Departure, ...]:
    rule = settings.departure
    able = sorted((d for d in known if _rises(d, settings)), key=lambda d: -d.z)
    best: tuple[Departure, ...] = ()
    for k in range(1, len(able) + 1):
        group = able[:k]
        needed = rule.z if k == 1 else rule.joint_z
        ratio = math.exp(sum(math.log(d.ratio) for d in group) / k)
        if (
            sum(d.z for d in group) / math.sqrt(k) >= needed
            and ratio >= rule.ratio
            and any(_trait_leads(d, settings) for d in group)
        ):
            best = tuple(group)
    return best


def _rises(d: Departure, settings: Settings) -> bool:
    trait = settings.trait(d.property)
    return trait is not None and d.z > 0 and abs(d.value - d.expected) >= trait.least and d.ratio >= trait.ratio


def _trait_leads(d: Departure, settings: Settings) -> bool:
    trait = settings.trait(d.property)
    return trait is not None and trait.lead


def _departure_signal(time_s: int, d: Departure, over: Sequence[Departure], settings: Settings) -> Signal:
    rule = settings.departure
    is_over = d in over
    severity = 1 + sum(d.ratio >= bound for bound in rule.severity_ratio) if is_over else 0
    evidence = {
        "property": d.property,
        "value": d.value,
        "expected": d.expected,
        "ratio": d.ratio,
        "z": d.z,
        "together": [other.property for other in over] if is_over else [],
    }
    clear = d.z < rule.clear_z and not is_over
    return Signal(d.property, time_s, d.value, severity, clear, d.z, "alert.departure.above_habit", evidence)


# ---------------------------------------------------------------------------------------------- limits


def limit_signals(
    time_s: int,
    values: Mapping[str, float],
    *,
    target_class: int,
    on: date,
    tp_rule: str = "river",
    settings: Settings | None = None,
) -> tuple[Signal, ...]:
    """Signals of all items of one sample against the target class of its section.

    Parameters
    ----------
    time_s : int
        Of the sample [s since 1970 UTC].
    values : mapping of property to float
        In the property's unit; those that are no items of the class are passed over.
    target_class : int
        1..5.
    on : date
        Local day, which chooses the edition.
    tp_rule : str
        `river` or `lake`.

    Notes
    -----
    Severity 1 above the target's limit, 2 and 3 from the exceedance multiples of the settings on. pH and DO have no
    multiple: theirs is the number of classes that they are worse than the target.
    """
    if not 1 <= target_class < len(_CLASSES):
        raise InputError(f"target class {target_class} is none of 1..5.", target_class=target_class)
    settings = settings or defaults()
    verdict = assess(values, on=on, tp_rule=tp_rule).row()
    signals = []
    for code, class_ in verdict.item_class.items():
        if not class_:
            continue
        signals.append(_limit_signal(time_s, code, verdict.inputs[code], class_, target_class, verdict, settings))
    return tuple(signals)


_CLASSES = ("", "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ")


def _limit_signal(
    time_s: int, code: str, value: float, class_: int, target: int, verdict: RowVerdict, settings: Settings
) -> Signal:
    item = limits(verdict.edition, code, verdict.tp_rule)
    worse = class_ - target
    bound = item.values[target - 1] if item.values else None
    multiple = (value - bound) / bound if bound and item.rule is Rule.AT_MOST else None
    severity = 0
    if worse > 0:
        by_multiple = 1 + sum((multiple or 0) >= step for step in settings.limit_severity)
        severity = by_multiple if multiple is not None else min(worse, GRAVEST)
    evidence = {
        "property": code,
        "value": value,
        "unit": item.unit,
        "class": class_name(class_),
        "target_class": class_name(target),
        "limit": bound if bound is not None else [item.low, item.high],
        "multiple": multiple,
    }
    strength = multiple if multiple is not None else float(worse)
    return Signal(code, time_s, value, severity, worse <= 0, strength, "alert.limit.worse_than_target", evidence)


# ---------------------------------------------------------------------------------------------- level and flow


def threshold_signal(
    code: str, time_s: int, value: float, steps: Sequence[float], *, below: bool = False, band: float = 0.0
) -> Signal:
    """Signal of a level or a flow against one to three thresholds.

    Parameters
    ----------
    code : str
        Property, such as `level` or `flow`.
    time_s : int
        [s since 1970 UTC].
    value : float
        In the property's unit.
    steps : sequence of float
        Thresholds of severity 1, 2, 3; rising, or falling where `below`.
    below : bool
        Alert below the thresholds (a minimum flow) instead of above.
    band : float
        How far back over the first threshold it must go to be clear, in the property's unit.
    """
    sign = -1.0 if below else 1.0
    over = [sign * (value - step) for step in steps]
    if not steps or len(steps) > GRAVEST or list(steps) != sorted(steps, reverse=below):
        order = "falling" if below else "rising"
        raise InputError(f"{code} has thresholds {list(steps)}: give one to three, {order}.", property=code)
    severity = sum(excess > 0 for excess in over) if below else sum(excess >= 0 for excess in over)
    evidence = {"property": code, "value": value, "limit": steps[max(severity - 1, 0)], "below": below}
    key = "alert.threshold.below" if below else "alert.threshold.above"
    return Signal(code, time_s, value, severity, severity == 0 and over[0] <= -band, over[0], key, evidence)


# ---------------------------------------------------------------------------------------------- dischargers


def discharge_signal(
    limit: discharge.Limit, time_s: int, value: float, temperature_c: float = math.nan, settings: Settings | None = None
) -> Signal:
    """Signal of a valid mean of an outfall against the limit that binds its discharger.

    Parameters
    ----------
    limit : discharge.Limit
        Of the mean's period.
    time_s : int
        When the hour or day closed [s since 1970 UTC].
    value : float
        In the limit's unit.
    temperature_c : float
        Of the water [°C], for limits that depend on it.

    Notes
    -----
    Severity 1 over the limit, 2 and 3 from the exceedance multiples of the settings on. Between the limit and
    `clear_share` of it the mean is neither over nor clear.
    """
    settings = settings or defaults()
    judged = discharge.judge(limit, value, temperature_c)
    over, multiple = bool(judged.over), float(judged.multiple)
    known = math.isfinite(multiple)
    severity = (1 + sum(known and multiple >= step for step in settings.limit_severity)) if over else 0
    clear = not over and value <= limit.high * (settings.discharge.clear_share if limit.low is None else 1.0)
    evidence = {
        "property": limit.property,
        "value": value,
        "unit": limit.unit,
        "limit": limit.high if limit.low is None or value > limit.high else limit.low,
        "multiple": multiple if known else None,
        "period": limit.period,
        "clause_zh": limit.clause_zh,
        "clause_en": limit.clause_en or limit.clause_zh,
        "document": limit.document,
        "edition": limit.edition,
        "confirmed": limit.confirmed,
        "zh": discharge.over_sentence(limit, value, "zh"),
        "en": discharge.over_sentence(limit, value, "en"),
    }
    strength = multiple if known else float(over)
    return Signal(limit.property, time_s, value, severity, clear, strength, "alert.discharge.over_limit", evidence)


# ---------------------------------------------------------------------------------------------- what kind of alert


def instrument_signal(code: str, time_s: int, value: float, verdict: Verdict) -> Signal:
    """Signal of an instrument that fails its quality tests; a station at work on it is neither over nor clear.

    Parameters
    ----------
    code : str
        Property.
    time_s : int
        [s since 1970 UTC].
    value : float
        In the property's unit.
    verdict : Verdict
        From `quality.judge` or `quality.assess_reading`.
    """
    decisive = verdict.decisive
    failed = verdict.origin is Origin.INSTRUMENT and decisive is not None
    at_work = failed and decisive is not None and decisive.why_key == "quality.flag.not_measured"
    key = decisive.why_key if failed and decisive is not None else "alert.instrument.sound"
    evidence = dict(decisive.evidence) if failed and decisive is not None else {"property": code}
    return Signal(code, time_s, value, int(failed and not at_work), not failed, float(failed), key, evidence)


class Kind(StrEnum):
    """What an alert is about."""

    POLLUTION = "pollution"
    DEPARTURE = "departure"
    INSTRUMENT = "instrument"
    LEVEL = "level"
    FLOW = "flow"
    DISCHARGE = "discharge"


def kind_of(verdict: Verdict, *, over_limit: bool) -> Kind:
    """The kind of an alert on water quality, from what the quality tests say of its leading reading.

    An instrument is an instrument. The river is pollution. Undecided is pollution where a limit is passed and no test
    doubts the reading's own course, otherwise a departure that waits for a second reading or another witness.
    """
    if verdict.origin is Origin.INSTRUMENT:
        return Kind.INSTRUMENT
    if verdict.origin is Origin.RIVER:
        return Kind.POLLUTION
    leapt = any(j.why_key == "quality.jump.leapt" for j in verdict.judgements)
    return Kind.POLLUTION if over_limit and not leapt else Kind.DEPARTURE
