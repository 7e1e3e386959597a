"""How much of a change in concentration or load is the water's doing (来水), and how much is not."""

from __future__ import annotations

import numpy as np

from riverchief.govern.change.periods import DAY_S, Pair, need, represented
from riverchief.govern.change.result import Change
from riverchief.govern.change.split import DRAWS, LEVEL, Sampled, split
from riverchief.govern.change.surface import Record, Steps, Windows, surface
from riverchief.govern.loads.series import Flow, Samples

_HALF_LIMIT = ("未检出按检出限的一半参加回归", "samples below the detection limit count as half of it")


def explain_flow(
    samples: Samples,
    flow: Flow,
    pair: Pair,
    *,
    code: str,
    load: bool = False,
    offset_s: float = 0.0,
    draws: int = DRAWS,
    seed: int = 0,
) -> Change:
    """Split the change of a mean concentration, or of a load, between two periods.

    Parameters
    ----------
    samples : Samples
        All that there are; the more years, the better flow and the rest are told apart.
    flow : Flow
        Daily mean flows of the periods, and of as many other years as there are: what is normal is taken from them.
    pair : Pair
        The two periods, in local days.
    code : str
        Property that was sampled.
    load : bool
        Whether the mean daily load [kg/d] is asked for rather than the mean concentration [mg/L].
    offset_s : float
        How far the local clock is ahead of UTC [s].
    draws, seed
        See `split`.

    Raises
    ------
    InputError
        When a period or the record has too few samples, or a period has no flow.
    """
    local = ((samples.time_s + offset_s) / DAY_S).astype("datetime64[D]")
    period = pair.of(local)
    need(period, (pair.before.name, pair.after.name), len(samples))
    days = ((flow.time_s + offset_s) / DAY_S).astype("datetime64[D]")
    in_period = pair.of(days)
    used = (in_period >= 0) & (flow.flow_m3s > 0) if not load else in_period >= 0
    need(in_period[used], (pair.before.name, pair.after.name), len(samples))

    time_d = samples.time_s / DAY_S
    index = np.flatnonzero(period >= 0)
    weight = represented(time_d)[index] * (samples.flow_m3s[index] if load else 1.0)
    relation = surface(
        Record.of(time_d, samples.flow_m3s, Windows()),
        index,
        Steps(flow.time_s[used] / DAY_S, flow.flow_m3s[used], in_period[used]),
        flow.time_s / DAY_S,
        flow.flow_m3s,
        load=load,
    )
    sampled = Sampled(index, period[index], weight)
    return Change(
        code=code,
        conditions="flow",
        unit="kg/d" if load else "mg/L",
        before_period=pair.before.name,
        after_period=pair.after.name,
        n_before=int((period == 0).sum()),
        n_after=int((period == 1).sum()),
        n_all=len(samples),
        level=LEVEL,
        split=split(relation, sampled, time_d, samples.for_regression_mgl, draws=draws, seed=seed),
        notes=_notes(samples, pair, 0 if load else int(((in_period >= 0) & ~(flow.flow_m3s > 0)).sum())),
    )


def _notes(samples: Samples, pair: Pair, n_dry: int) -> tuple[tuple[str, str], ...]:
    """What a reader must know about the data."""
    notes = []
    if samples.below_limit.any():
        notes.append(_HALF_LIMIT)
    if not pair.whole:
        notes.append(("只比较两年都有资料的时段", "only the part of the calendar that both years cover is compared"))
    if n_dry:
        notes.append((f"断流 {n_dry} 天不计入平均浓度", f"{n_dry} days without flow have no concentration"))
    return tuple(notes)
