"""Loads past the sections of the basin and whose they are, and what flow did to a section's year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from riverchief.base.basin import Facility, Section
from riverchief.base.errors import InputError
from riverchief.base.regions import normalise
from riverchief.base.units import property_named
from riverchief.govern import loads as engine
from riverchief.govern.change import explain_flow, year_and_before
from riverchief.govern.loads.balance import BORDER, Balance, Discharged, Passing, balances
from riverchief.govern.loads.result import LoadEstimate
from riverchief.govern.loads.series import SAMPLES_MIN, Flow, Samples
from riverchief.web import context
from riverchief.web.basin.registry import Registry
from riverchief.web.cloud import evaluation
from riverchief.web.govern.section_flow import DEVIATION, OFFSET_S, flow_at

DRAWS = 200
DAY_S = 86_400
METHODS = ("composite", "interpolation")

# How far a load of the registry may be off, relative standard deviation. ASSUMED: nobody has measured it in this basin.
FACILITY_DEVIATION = 0.3

Json = dict[str, Any]


def samples_at(section: Section, code: str, flow: Flow, first: date, last: date) -> Samples:
    """Daily mean concentrations at a section, each with the flow of its day."""
    means = evaluation.daily(section, first, last)
    if code not in means.values:
        raise InputError(f"{code} is not among what is measured at sections: {', '.join(means.values)}.", property=code)
    noon = means.day.astype("datetime64[s]").astype(np.float64) + DAY_S / 2 - OFFSET_S
    at = np.searchsorted(flow.time_s, noon)
    known = (at < len(flow)) & (flow.time_s[np.minimum(at, len(flow) - 1)] == noon) if len(flow) else at < 0
    value = np.where(known, flow.flow_m3s[np.minimum(at, len(flow) - 1)], np.nan) if len(flow) else noon * np.nan
    return engine.samples_of(noon, means.values[code], value)[0]


def _period(year: int) -> tuple[date, date]:
    return date(year, 1, 1), min(date(year, 12, 31), evaluation.known_day())


def loads(year: int, code: str) -> Json:
    """Loads of a year by section, with the account of each; from what is known today."""
    property_named(code)
    first, last = _period(year)
    if last < first:
        raise InputError(f"year {year} has not begun: there are no loads yet.", year=year)
    info = context.basin().basin
    return _loads(str(context.config().folder), info.code, info.version, year, code, last)


@lru_cache(maxsize=16)
def _loads(folder: str, basin: str, version: str, year: int, code: str, last: date) -> Json:
    """Remembered by day: the loads of a year move little from one reading to the next."""
    registry, first = context.basin(), date(year, 1, 1)
    passing, told, without = [], {}, []
    for section in registry.basin.sections:
        found = _section(registry, section, code, first, last) if section.station else None
        if found is None:
            without.append(section.code)
            continue
        one, told[section.code] = found
        passing.append(one)
    seconds = ((last - first).days + 1) * DAY_S
    accounts = balances(
        registry.basin.network,
        passing,
        [_discharged(f, code, seconds) for f in registry.basin.facilities if f.pollutants.get(code) and f.flow_m3s > 0],
        lambda place: _county(registry.region_of(place, last)),
    )
    return {
        "year": year,
        "property": code,
        "unit": "t",
        "first": first.isoformat(),
        "last": last.isoformat(),
        "items": [{**told[a.section.code], **a.as_dict(), "shares": _shares(registry, a)} for a in accounts],
        "total": len(accounts),
        "without_data": without,
        "border_t": sum(a.out_kg for a in accounts if a.section.boundary and not a.above) / 1000,
        "notes": _notes(),
    }


def _notes() -> list[Json]:
    zh = "排口按登记的流量与典型浓度估算；流量与排口的误差为假定值"
    en = "facilities by the registry's flow and typical concentration; the errors of flows and facilities are assumed"
    return [{"zh": zh, "en": en, "confirmed": False}]


def _section(registry: Registry, section: Section, code: str, first: date, last: date) -> tuple[Passing, Json] | None:
    at = flow_at(registry, section, first, last)
    samples = samples_at(section, code, at.flow, first, last)
    if len(samples) < SAMPLES_MIN:
        return None
    whole = engine.whole(at.flow, str(first.year))
    # one river has one error of flow: a registry that is off is off for all of its sections
    river = next(r.river for r in registry.basin.reaches if r.code == section.place.reach)
    error = np.exp(DEVIATION[at.basis] * np.random.default_rng(list(river.encode())).standard_normal(DRAWS))
    found = [_off(engine.METHODS[m](samples, at.flow, whole, draws=DRAWS), error) for m in METHODS]
    best = found[0]
    told = {
        "name_zh": section.name_zh,
        "name_en": section.name_en or section.name_zh,
        "region": section.region,
        "boundary": section.boundary,
        "n_samples": len(samples),
        "flow": at.as_dict(),
        "estimates": [one.as_dict() for one in found],
    }
    return Passing(section, float(best.load_kg[0]), best.draws_kg[0]), told


def _off(estimate: LoadEstimate, error: NDArray[np.float64]) -> LoadEstimate:
    """The estimate with the error of the flow in its versions."""
    return replace(estimate, draws_kg=estimate.draws_kg * error)


def _discharged(facility: Facility, code: str, seconds: float) -> Discharged:
    kg = facility.flow_m3s * facility.pollutants[code] * seconds / 1000
    return Discharged(facility.code, _county(facility.region), facility.place, kg, kg * FACILITY_DEVIATION, "registry")


def _county(region: str) -> str:
    """The county that a region lies in: townships and villages count for theirs."""
    return region[:6]


def _shares(registry: Registry, account: Balance) -> list[Json]:
    """Shares with the names of their owners, the largest first."""
    regions = {normalise(r.code): r for r in registry.basin.regions}
    told = []
    for share in sorted(account.owners, key=lambda s: -s.share):
        region = None if share.owner == BORDER else regions.get(normalise(share.owner))
        name_zh, name_en = ("境外来水", "over the border") if share.owner == BORDER else (share.owner, share.owner)
        if region is not None:
            name_zh, name_en = region.name_zh, region.name_en
        told.append(
            {"owner": share.owner, "name_zh": name_zh, "name_en": name_en}
            | {"share": share.share, "low": share.low, "high": share.high}
        )
    return told


def change(section: Section, code: str, year: int) -> Json:
    """What flow did to a section's mean concentration and load from the year before, and the rest."""
    property_named(code)
    registry, last = context.basin(), _period(year)[1]
    head = {"section": section.code, "property": code, "year": year}
    at = flow_at(registry, section, date(year - 1, 1, 1), last)
    head["flow"] = at.as_dict()
    if at.basis == "registry":
        zh = "没有水文站流量，不能区分来水与其他原因"
        en = "there is no gauged flow: what flow did cannot be told from the rest"
        return {**head, "state": "no_flow", "zh": zh, "en": en, "changes": []}
    try:
        samples = samples_at(section, code, at.flow, date(year - 1, 1, 1), last)
        days = ((samples.time_s + OFFSET_S) / DAY_S).astype("datetime64[D]")
        pair = year_and_before(days, year)
        found = [
            explain_flow(samples, at.flow, pair, code=code, load=load, offset_s=OFFSET_S, draws=DRAWS)
            for load in (False, True)
        ]
    except InputError as error:
        zh = "样本不足，不能区分来水与其他原因"
        return {**head, "state": "not_enough", "zh": zh, "en": error.sentence, "changes": []}
    first = found[0]
    return {
        **head,
        "state": "explained",
        "zh": first.sentence("zh"),
        "en": first.sentence("en"),
        "changes": [{"quantity": q, **c.as_dict()} for q, c in zip(("concentration", "load"), found, strict=True)],
    }
