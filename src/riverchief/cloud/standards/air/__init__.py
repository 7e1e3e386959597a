"""Ambient air: indices by HJ 633, limits by GB 3095, days, periods, composite index, ranks by HJ 663, control lists."""

from riverchief.cloud.standards.air.aqi import AirVerdict, RowAqi, assess_air, days_of_stamps, iaqi
from riverchief.cloud.standards.air.days import AirDays, air_days, city_days
from riverchief.cloud.standards.air.limits import air_limit
from riverchief.cloud.standards.air.periods import air_period, composite_index, good_days, percentile
from riverchief.cloud.standards.air.rank import standings

__all__ = [
    "AirDays",
    "AirVerdict",
    "RowAqi",
    "air_days",
    "air_limit",
    "air_period",
    "assess_air",
    "city_days",
    "composite_index",
    "days_of_stamps",
    "good_days",
    "iaqi",
    "percentile",
    "standings",
]
