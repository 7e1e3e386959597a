"""How much of a change in air quality is the weather's doing, and how much is not.

ln c = trend + season + weekend + Σ f_k(weather_k) + e, with every f_k a smooth curve (cubic B-splines) and the whole
held by a ridge whose strength is chosen by generalised cross-validation. What the air would have been in normal weather
is the mean over the weather of the same season (15 days to each side) in all years: meteorological normalisation after
S. K. Grange, D. C. Carslaw, Using meteorological normalisation to detect interventions in air quality time series, Sci.
Total Environ. 653, 2019, who resample the weather of a random forest; smooth curves need no training that two people
would do differently, and are linear in the logarithms, as `split` wants them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import BSpline

from riverchief.base.errors import InputError
from riverchief.govern.change.periods import Pair, need
from riverchief.govern.change.result import Change
from riverchief.govern.change.split import DRAWS, LEVEL, Floats, Ints, Means, Sampled, split
from riverchief.govern.change.surface import SEASON_D, YEAR_D

_KNOTS = 4  # inner knots of every curve
_DEGREE = 3
_RIDGES = np.logspace(-3, 3, 13)
_MEASURED_MIN = 0.8  # of the days with a value, a kind of weather must be known on so many to take part
Days = NDArray[np.datetime64]


@dataclass(frozen=True)
class Weathered:
    """The relation for two periods; see `split.Relation`.

    Attributes
    ----------
    operator : float64 (p, n)
        Turns the logarithms of all samples into coefficients.
    time, weather : float64 (n, pt), (n, pw)
        Columns of time and of weather of every day with both.
    sampled : int64 (s,)
        Days of the two periods.
    season : float64 (s, n)
        For each of them the share of every day whose weather is normal for it.
    weight : float64 (2, s)
    freedom : float
    step_time_d : float64 (s,)
    """

    operator: Floats
    time: Floats
    weather: Floats
    sampled: Ints
    season: Floats
    weight: Floats
    freedom: float
    step_time_d: Floats

    def fitted(self, log_value: Floats) -> tuple[Floats, float]:
        """See `split.Relation`."""
        beta = self.operator @ log_value
        return np.hstack([self.time, self.weather]) @ beta, self.freedom

    def means(self, log_value: Floats, step_error: Floats | None = None) -> Means:
        """See `split.Relation`."""
        beta = self.operator @ log_value
        by_time = np.exp(self.time[self.sampled] @ beta[: self.time.shape[1]])
        by_weather = np.exp(self.weather @ beta[self.time.shape[1] :])
        expected = by_time * by_weather[self.sampled]
        actual = expected if step_error is None else expected * np.exp(step_error)
        return Means(expected, self.weight @ actual, self.weight @ (by_time * (self.season @ by_weather)))


def _curve(value: Floats) -> Floats:
    """Columns of a smooth curve of one kind of weather, mean taken out."""
    low, high = float(value.min()), float(value.max())
    inner = np.unique(np.quantile(value, np.linspace(0, 1, _KNOTS + 2)[1:-1]))
    inner = inner[(inner > low) & (inner < high)]
    knots = np.concatenate([[low] * (_DEGREE + 1), inner, [high] * (_DEGREE + 1)])
    columns = BSpline.design_matrix(value, knots, _DEGREE).toarray()
    centred: Floats = columns - columns.mean(axis=0)
    return centred


def _weather_columns(weather: Mapping[str, Floats]) -> Floats:
    parts = []
    for name, value in weather.items():
        if name == "wind_direction":
            angle = np.deg2rad(value)
            parts.append(np.stack([np.sin(angle), np.cos(angle)], axis=1))
        elif np.ptp(value) > 0:
            parts.append(_curve(value))
    if not parts:
        raise InputError("no kind of weather varies over the record: there is nothing to normalise by.")
    columns = np.hstack(parts)
    scaled: Floats = columns / np.maximum(columns.std(axis=0), 1e-9)
    return scaled


def _time_columns(days: Days) -> Floats:
    """A level, a line that may bend at every turn of the year, two waves of the season, the weekend."""
    day = days.astype(np.float64)
    angle = 2 * np.pi * day / YEAR_D
    weekend = (days.astype("datetime64[D]").astype(np.int64) + 3) % 7 >= 5
    parts = [np.ones_like(day), np.sin(angle), np.cos(angle), np.sin(2 * angle), np.cos(2 * angle), weekend * 1.0]
    years = (day - day[0]) / YEAR_D
    if years[-1] >= 2.5:
        parts += [np.maximum(years - k, 0.0) for k in range(int(years[-1] - 0.5))]
    return np.stack(parts, axis=1)


def _operator(columns: Floats, log_value: Floats) -> tuple[Floats, float]:
    """From logarithms to coefficients by the ridge that predicts best, and the degrees of freedom left."""
    # the level is not held back: its column is long enough to stand above every ridge
    scaled = columns.copy()
    scaled[:, 0] *= 1e3
    u, d, v = np.linalg.svd(scaled, full_matrices=False)
    best, chosen = np.inf, (np.empty(0), 0.0)
    for ridge in _RIDGES:
        kept = d**2 / (d**2 + ridge)
        residual = log_value - u @ (kept * (u.T @ log_value))
        score = float((residual**2).sum() / (log_value.size - kept.sum()) ** 2)
        if score < best:
            freedom = log_value.size - 2 * kept.sum() + (kept**2).sum()
            best, chosen = score, (d / (d**2 + ridge), float(freedom))
    shrink, freedom = chosen
    operator: Floats = v.T @ (shrink[:, None] * u.T)
    operator[0] *= 1e3
    return operator, freedom


def _relation(days: Days, log_value: Floats, weather: Mapping[str, Floats], period: Ints) -> Weathered:
    time, columns = _time_columns(days), _weather_columns(weather)
    operator, freedom = _operator(np.hstack([time, columns]), log_value)
    sampled = np.flatnonzero(period >= 0)
    day = days.astype(np.float64)
    apart = np.abs((day - day[sampled, None] + YEAR_D / 2) % YEAR_D - YEAR_D / 2) <= SEASON_D + 0.5
    weight = np.stack([(period[sampled] == k) / (period == k).sum() for k in (0, 1)])
    season = apart / apart.sum(axis=1, keepdims=True)
    return Weathered(operator, time, columns, sampled, season, weight, freedom, day[sampled] + 0.5)


def explain_weather(
    days: Days,
    value: Floats,
    weather: Mapping[str, Floats],
    pair: Pair,
    *,
    code: str,
    unit: str,
    draws: int = DRAWS,
    seed: int = 0,
) -> Change:
    """Split the change of a mean concentration in air between two periods.

    Parameters
    ----------
    days : datetime64[D] (n,)
        Local days, each once, in order.
    value : float64 (n,)
        Daily mean [unit]; nan where there is none.
    weather : mapping of name to float64 (n,)
        Daily weather in any unit; nan where there is none. `wind_direction` is in degrees.
    pair : Pair
        The two periods.
    code, unit : str
        What was measured, and its unit.
    draws, seed
        See `split`.

    Raises
    ------
    InputError
        When no kind of weather was measured, or too few days have both.
    """
    has = np.isfinite(value) & (value > 0)
    kinds = {name: v for name, v in weather.items() if has.any() and np.isfinite(v[has]).mean() >= _MEASURED_MIN}
    if not kinds:
        raise InputError("no weather was measured on any day of the record: give it with --weather.")
    both = has.copy()
    for kind in kinds.values():
        both &= np.isfinite(kind)
    used = days[both]
    period = pair.of(used)
    need(period, (pair.before.name, pair.after.name), used.size)
    relation = _relation(used, np.log(value[both]), {name: v[both] for name, v in kinds.items()}, period)
    sampled = Sampled(relation.sampled, period[relation.sampled], np.ones(relation.sampled.size))
    left_out = int((np.isfinite(value) & ~both & (pair.of(days) >= 0)).sum())
    return Change(
        code=code,
        conditions="weather",
        unit=unit,
        before_period=pair.before.name,
        after_period=pair.after.name,
        n_before=int((period == 0).sum()),
        n_after=int((period == 1).sum()),
        n_all=used.size,
        level=LEVEL,
        split=split(relation, sampled, used.astype(np.float64) + 0.5, value[both], draws=draws, seed=seed),
        notes=_notes(left_out, sorted(weather.keys() - kinds.keys()), pair),
    )


def _notes(left_out: int, too_short: list[str], pair: Pair) -> tuple[tuple[str, str], ...]:
    """What a reader must know about the data."""
    notes = []
    if left_out:
        zh = f"{left_out} 天缺少气象或浓度不为正，未参加"
        notes.append((zh, f"{left_out} days without weather or without a value above zero are left out"))
    if too_short:
        names = ", ".join(too_short)
        notes.append((f"资料太少未参加的气象要素：{names}", f"kinds of weather with too few days, left out: {names}"))
    if not pair.whole:
        notes.append(("只比较两年都有资料的时段", "only the part of the calendar that both years cover is compared"))
    return tuple(notes)
