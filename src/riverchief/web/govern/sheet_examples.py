"""Numbers invented for the demonstration's forms, so that its sheets show entered, computed and missing inputs alike.

They are marked as invented wherever they are shown. Some are left out on purpose.
"""

from __future__ import annotations

import random
from datetime import datetime

from riverchief.base.basin import Basin
from riverchief.base.ids import new_id
from riverchief.base.regions import normalise, prefix
from riverchief.base.spans import span_of
from riverchief.base.time import local_day
from riverchief.govern import sheets
from riverchief.web.govern.models import SheetInput

WHY = "演示数据，虚构 invented for the demonstration"
BY = "demo"
_COUNTY_DIGITS = 6

# name → the range that a county's number is drawn from, or a share of an earlier name
_YEAR: dict[str, tuple[float, float, str]] = {
    "total_water_limit": (4_000, 9_000, ""),
    "total_water_use": (0.84, 1.02, "total_water_limit"),
    "gdp": (800_000, 3_000_000, ""),
    "water_per_gdp_base": (45, 70, ""),
    "water_per_gdp_fall_target": (12, 18, ""),
    "zones_judged": (4, 9, ""),
    "zones_met": (0.6, 1.0, "zones_judged"),
    "zone_compliance_target": (75, 90, ""),
    "groundwater_limit": (1_500, 4_500, ""),
    "groundwater_use": (0.85, 1.03, "groundwater_limit"),
    "groundwater_depth_before": (14, 30, ""),
    "groundwater_depth": (0.95, 1.02, "groundwater_depth_before"),
    "sewage_treated": (500, 1_800, ""),
    "reclaimed_used": (0.2, 0.5, "sewage_treated"),
    "reclaimed_industry": (0.3, 0.5, "reclaimed_used"),
    "reclaimed_target": (25, 40, ""),
    "irrigation_water_gross": (1_500, 5_000, ""),
    "irrigation_water_net": (0.53, 0.6, "irrigation_water_gross"),
    "irrigation_coefficient_target": (0.56, 0.58, ""),
    "irrigated_area": (8, 30, ""),
    "efficient_area": (0.4, 0.8, "irrigated_area"),
    "outfalls_surveyed": (20, 90, ""),
    "outfalls_traced": (0.7, 1.0, "outfalls_surveyed"),
    "outfalls_to_rectify": (0.2, 0.4, "outfalls_surveyed"),
    "outfalls_rectified": (0.6, 1.0, "outfalls_to_rectify"),
    "four_chaos_found": (10, 50, ""),
    "four_chaos_cleared": (0.85, 1.0, "four_chaos_found"),
    "farmland_polluted": (200, 900, ""),
    "farmland_safe": (0.88, 1.0, "farmland_polluted"),
    "waste_made": (100_000, 600_000, ""),
    "waste_used": (0.5, 0.9, "waste_made"),
    "supplied_water": (400, 1_500, ""),
    "sold_water": (0.86, 0.93, "supplied_water"),
    "urban_users": (20_000, 60_000, ""),
    "urban_metered": (0.93, 1.0, "urban_users"),
    "saving_bodies_all": (40, 120, ""),
    "saving_bodies": (0.4, 0.8, "saving_bodies_all"),
    "flood_dikes": (40, 120, ""),
    "flood_dikes_met": (0.7, 1.0, "flood_dikes"),
    "banks": (60, 200, ""),
    "eco_bank": (0.3, 0.7, "banks"),
    "forest_planned": (5_000, 20_000, ""),
    "forest_planted": (0.6, 1.05, "forest_planned"),
    "trees_planted": (90, 120, "forest_planted"),
    "trees_checked": (300, 600, ""),
    "trees_alive": (0.8, 0.95, "trees_checked"),
    "asked_people": (400, 800, ""),
    "satisfied_people": (0.8, 0.96, "asked_people"),
    "methanol_vehicles_target": (50, 400, ""),
    "methanol_vehicles_new": (0.5, 1.2, "methanol_vehicles_target"),
    "methanol_used": (300, 4_000, ""),
}
_MONTH: dict[str, tuple[float, float, str]] = {
    "law_filed": (2, 12, ""),
    "law_closed": (0.6, 1.0, "law_filed"),
    "law_fines": (3, 40, ""),
    "law_joint": (1, 5, ""),
    "law_persons": (12, 16, "law_joint"),
}
_WHOLE = frozenset({"1", "person", "tree", "vehicle"})  # units in which nobody has a half
_RATIOS = frozenset({"irrigation_coefficient_target"})
# numbers that do not add up: the prefecture has the mean of its counties
_MEANS = _RATIOS | {
    name for name in (*_YEAR, *_MONTH) if name.endswith(("_target", "_base", "depth", "depth_before"))
} - {"methanol_vehicles_target"}


def enter_examples(basin: Basin, at: datetime, seed: int = 1) -> int:
    """Enter the invented numbers for every county of a basin and for the whole, once; the count of what was entered.

    The last county has entered nothing: what is missing shows beside what is there.
    """
    if SheetInput.objects.exists():
        return 0
    units = {spec.name: spec.unit for code in sheets.names() for spec in sheets.named(code).inputs}
    counties = [one.code for one in basin.regions if len(prefix(one.code)) == _COUNTY_DIGITS]
    rows = []
    for kind, table in (("year", _YEAR), ("month", _MONTH)):
        period = span_of(local_day(at), kind).label
        by_place = {code: _drawn(table, units, f"{seed} {code}") for code in counties[:-1] or counties}
        by_place[basin.region] = _whole(table, list(by_place.values()))
        rows += [
            SheetInput(
                id=new_id("input", at), region=normalise(code), period=period, name=name, value=value,
                unit=units[name], by=BY, at=at, why=WHY, assumed=True,
            )
            for code, values in by_place.items()
            for name, value in values.items()
        ]  # fmt: skip
    SheetInput.objects.bulk_create(rows)
    return len(rows)


def _drawn(table: dict[str, tuple[float, float, str]], units: dict[str, str], seed: str) -> dict[str, float]:
    draw, found = random.Random(seed), dict[str, float]()
    for name, (low, high, base) in table.items():
        value = draw.uniform(low, high) * found.get(base, 1.0)
        whole = units[name] in _WHOLE and name not in _RATIOS
        found[name] = float(round(value)) if whole else float(f"{value:.3g}")
    return found


def _whole(table: dict[str, tuple[float, float, str]], counties: list[dict[str, float]]) -> dict[str, float]:
    """What the counties come to together."""
    sums = {name: sum(one[name] for one in counties) for name in table}
    return {name: float(f"{value / (len(counties) if name in _MEANS else 1):.6g}") for name, value in sums.items()}
