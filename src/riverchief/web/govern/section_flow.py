"""The flow at a section: from a gauge on its reach, else from one on its river, else as the registry has it.

A gauge elsewhere on the river counts times the ratio of the registry's mean flows. Which it is, and how far it may be
off, stands beside every figure that rests on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from riverchief.base.basin import Section, Station
from riverchief.base.places import Place
from riverchief.base.time import CHINA
from riverchief.govern import loads as engine
from riverchief.govern.loads.series import Flow
from riverchief.govern.loads.table import offset_of
from riverchief.web import context
from riverchief.web.basin.registry import Registry
from riverchief.web.cloud.series import series_of

OFFSET_S = offset_of(CHINA)
COVERED_MIN = 0.5  # a gauge that measured on fewer of the days speaks for none of them

# How far a mean flow may be off, relative standard deviation. ASSUMED: nobody has measured it in this basin.
DEVIATION = {"gauge": 0.05, "scaled": 0.2, "registry": 0.3}

_SAID = {
    "gauge": ("流量取自本河段{name}", "flow from {name} on this reach"),
    "scaled": ("流量由{name}按登记平均流量之比换算", "flow of {name}, times the ratio of the registry's mean flows"),
    "registry": ("无水文站资料，取登记的平均流量", "no gauge: the registry's mean flow"),
}
Json = dict[str, Any]
Days = NDArray[np.datetime64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SectionFlow:
    """Daily flow at a section, where it is from, and its relative standard deviation (assumed)."""

    flow: Flow
    basis: str
    station: Station | None
    n_filled: int

    def as_dict(self) -> Json:
        """As JSON."""
        zh, en = _SAID[self.basis]
        name_zh, name_en = (self.station.name_zh, self.station.name_en) if self.station else ("", "")
        filled_zh = f"，{self.n_filled} 天缺测以登记平均流量代替" if self.n_filled and self.station else ""
        filled_en = f", {self.n_filled} days without a reading at the registry's mean" if filled_zh else ""
        return {
            "basis": self.basis,
            "station": self.station.code if self.station else None,
            "mean_m3s": float(self.flow.flow_m3s.mean()),
            "deviation": DEVIATION[self.basis],
            "assumed": True,
            "zh": zh.format(name=name_zh) + filled_zh,
            "en": en.format(name=name_en) + filled_en,
        }


def flow_at(registry: Registry, section: Section, first: date, last: date) -> SectionFlow:
    """Daily flow at a section over local days, both included; days without a reading at the registry's mean."""
    days = np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + 1)
    mean_m3s = next(r.flow_m3s for r in registry.basin.reaches if r.code == section.place.reach)
    found = gauged_at(registry, section, days)
    if found is None:
        return SectionFlow(engine.daily(days, np.full(days.size, mean_m3s), OFFSET_S), "registry", None, days.size)
    station, flow_m3s = found
    missing = np.isnan(flow_m3s)
    flow = engine.daily(days, np.where(missing, mean_m3s, flow_m3s), OFFSET_S)
    basis = "gauge" if _place(station).reach == section.place.reach else "scaled"
    return SectionFlow(flow, basis, station, int(missing.sum()))


def gauged_at(registry: Registry, section: Section, days: Days) -> tuple[Station, Floats] | None:
    """The gauge that speaks for a section, and its daily flow there [m³/s], nan where it has none; None without one."""
    reaches = {r.code: r for r in registry.basin.reaches}
    here = reaches[section.place.reach]
    gauges = [s for s in registry.basin.stations if s.kind == "hydrology" and s.place]
    on_river = [s for s in gauges if s.place and reaches[s.place.reach].river == here.river]
    # a gauge on the reach before all others, then the one whose mean flow is nearest to this reach's
    on_river.sort(key=lambda s: abs(np.log(reaches[_place(s).reach].flow_m3s / here.flow_m3s)))
    on_river.sort(key=lambda s: _place(s).reach != here.code)
    for station in on_river:
        measured = _gauged(station, days)
        if np.isfinite(measured).mean() >= COVERED_MIN:
            return station, measured * (here.flow_m3s / reaches[_place(station).reach].flow_m3s)
    return None


def _place(station: Station) -> Place:
    assert station.place is not None
    return station.place


def _gauged(station: Station, days: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """Mean flow of each day [m³/s]; nan where there was no reading, or water ran back."""
    found = np.full(days.size, np.nan)
    number = series_of(station.code).get("flow")
    if number is not None:
        first, last = days[0].astype(date), days[-1].astype(date)
        for row in context.store().observations.days(number, first, last):
            if row.mean is not None and row.mean >= 0:
                found[int((np.datetime64(row.day, "D") - days[0]).astype(int))] = row.mean
    return found
