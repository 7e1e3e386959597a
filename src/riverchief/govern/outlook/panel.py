"""Daily series of sections side by side, and how they look to the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from riverchief.base.errors import InputError
from riverchief.base.units import PROPERTIES

Floats = NDArray[np.float64]
Series = Mapping[str, Mapping[str, tuple[NDArray[np.datetime64], Floats]]]  # by section and property: days, values

YEAR_DAYS = 365.2425
_LARGEST = 50.0  # exponents beyond are no value of anything
# what is a driver from how many days on: within one year a temperature cannot be told from the season
DRIVERS = {"flow": 60, "water_temperature": 366}
AS_IT_IS = ("ph", "water_temperature", "level")  # modelled as they are; everything else in logarithms


def design(days: NDArray[np.datetime64]) -> Floats:
    """Constant and two harmonics of the year, shape (n_day, 5)."""
    angle = 2 * np.pi * days.astype("datetime64[D]").astype(np.float64) / YEAR_DAYS
    return np.column_stack([np.ones(days.size), np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle)])


@dataclass(frozen=True)
class Panel:
    """Daily values of the same items at several sections over the same days; nan where there is none.

    Attributes
    ----------
    sections, items : tuple of str
        What they are called; items are properties.
    first_day : datetime64[D]
        Local day of the first column.
    values : float64, shape (n_section, n_item, n_day)
        Daily means in the unit of the property.
    drivers : tuple of str
        What the items depend on: properties such as `flow` or `water_temperature`; none unless given.
    driving : float64, shape (n_section, n_driver, n_day)
        Their daily values [unit of the property]; nan where there is none.
    """

    sections: tuple[str, ...]
    items: tuple[str, ...]
    first_day: np.datetime64
    values: Floats
    drivers: tuple[str, ...] = ()
    driving: Floats = field(default_factory=lambda: np.empty((0, 0, 0)))

    @property
    def end(self) -> np.datetime64:
        """The day after the last one."""
        return np.datetime64(self.first_day + self.values.shape[2], "D")

    @property
    def days(self) -> NDArray[np.datetime64]:
        """Local days of the columns."""
        return self.first_day + np.arange(self.values.shape[2])

    def before(self, day: np.datetime64) -> Panel:
        """What was known before a day."""
        n = int((day - self.first_day) / np.timedelta64(1, "D"))
        n = max(0, min(n, self.values.shape[2]))
        driving = self.driving[..., :n]
        return Panel(self.sections, self.items, self.first_day, self.values[..., :n], self.drivers, driving)

    def of(self, rows: NDArray[np.int64]) -> Panel:
        """Some of the sections."""
        names = tuple(self.sections[row] for row in rows.tolist())
        driving = self.driving[rows] if self.drivers else self.driving
        return Panel(names, self.items, self.first_day, self.values[rows], self.drivers, driving)

    def of_drivers(self) -> Panel:
        """The drivers as a panel of their own."""
        return Panel(self.sections, self.drivers, self.first_day, self.driving)

    def floors(self) -> Floats:
        """Half of the smallest value above zero of every series: what a zero stands for in logarithms [unit]."""
        above = np.where(self.values > 0, self.values, np.inf).min(axis=2, initial=np.inf)
        floors: Floats = np.where(np.isfinite(above), above / 2, 1.0)
        return floors

    def table(self, effects: Floats | None = None) -> Floats:
        """The series and their regressors as the model takes them, shape (n_section * n_item, n_day, 1 + k).

        `effects` (n_section, n_driver, n_day) are the drivers as regressors.
        """
        n_section, n_item, n_day = self.values.shape
        season = design(self.days)
        n_driver = 0 if effects is None else effects.shape[1]
        data = np.empty((n_section, n_item, n_day, 1 + season.shape[1] + n_driver))
        data[..., 0] = self.forward()
        data[..., 1 : 1 + season.shape[1]] = season
        for j in range(n_driver):
            data[..., 1 + season.shape[1] + j] = effects[:, None, j]  # type: ignore[index]
        return data.reshape(n_section * n_item, n_day, -1)

    def forward(self) -> Floats:
        """The values as they are modelled."""
        found = self.values.copy()
        floors = self.floors()
        for i, item in enumerate(self.items):
            if item not in AS_IT_IS:
                found[:, i] = np.log(np.maximum(found[:, i], floors[:, i, None]))
        return found

    def back(self, modelled: Floats, row: int) -> Floats:
        """Modelled values (n_item, …) of a section as values that can be measured; nan for items without any."""
        for i, item in enumerate(self.items):
            low, high = bounds(item)
            part = modelled[i]
            if not np.isfinite(self.values[row, i]).any():
                part[...] = np.nan
                continue
            if item not in AS_IT_IS:
                np.exp(np.minimum(part, _LARGEST, out=part), out=part)
            np.clip(part, low, high, out=part)
        return modelled


def bounds(item: str) -> tuple[float, float]:
    """What a value of an item can be at all; at least 0 for what is no property, such as an index."""
    kept = PROPERTIES.get(item)
    return (kept.low, kept.high) if kept else (0.0, np.inf)


def panel_of(
    series: Series,
    items: Sequence[str],
    *,
    first: np.datetime64 | None = None,
    last: np.datetime64 | None = None,
) -> Panel:
    """A panel from series as they come: by section and item, local days and values.

    Several values of a day count as their mean (of pH over the hydrogen ion). Values that are nan are left out.
    `first` and `last` are the days that it spans; those of the values unless given.

    Raises
    ------
    InputError
        When no series has a value.
    """
    days = [d[np.isfinite(v)] for one in series.values() for item, (d, v) in one.items() if item in items]
    if not any(d.size for d in days):
        raise InputError("no series has a value: nothing to look ahead from.")
    first = min(d.min() for d in days if d.size) if first is None else first
    last = max(d.max() for d in days if d.size) if last is None else last
    n_day = int((last - first) / np.timedelta64(1, "D")) + 1
    values = np.full((len(series), len(items), n_day), np.nan)
    for s, one in enumerate(series.values()):
        for i, item in enumerate(items):
            if item in one:
                values[s, i] = _daily(item, *one[item], first, n_day)
    return Panel(tuple(series), tuple(items), first, values)


def with_drivers(panel: Panel, series: Series) -> Panel:
    """The panel with what of the series drives its items, over the same days; as it is where nothing does.

    Flow and water temperature are taken, each where the panel is long enough for it; days outside are left out.
    """
    n_day = panel.values.shape[2]
    drivers = tuple(
        name
        for name, least in DRIVERS.items()
        if name not in panel.items and n_day >= least and any(name in one for one in series.values())
    )
    if not drivers:
        return panel
    last = panel.end - 1
    inside: dict[str, dict[str, tuple[NDArray[np.datetime64], Floats]]] = {name: {} for name in panel.sections}
    for name in panel.sections:
        for code in drivers:
            if code in series[name]:
                days, values = series[name][code]
                kept = (days >= panel.first_day) & (days <= last)
                inside[name][code] = (days[kept], values[kept])
    if not any(np.isfinite(values).any() for one in inside.values() for _, values in one.values()):
        return panel
    beside = panel_of(inside, drivers, first=panel.first_day, last=last)
    return Panel(panel.sections, panel.items, panel.first_day, panel.values, drivers, beside.values)


def _daily(item: str, days: NDArray[np.datetime64], values: Floats, first: np.datetime64, n_day: int) -> Floats:
    good = np.isfinite(values)
    at = ((days[good] - first) / np.timedelta64(1, "D")).astype(np.int64)
    known = 10.0 ** -values[good] if item == "ph" else values[good]
    n = np.bincount(at, minlength=n_day)
    total = np.bincount(at, known, minlength=n_day)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / n
        return -np.log10(mean) if item == "ph" else mean
