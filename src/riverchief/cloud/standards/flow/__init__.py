"""Ecological flow: what must stay in the river by several methods, and on how many days it did."""

from riverchief.cloud.standards.flow.ecoflow import Programme, county_rate, programme, satisfaction
from riverchief.cloud.standards.flow.targets import (
    driest_month_target,
    fixed_target,
    frequency_target,
    monthly,
    tennant,
    tennant_target,
)

__all__ = [
    "Programme",
    "county_rate",
    "driest_month_target",
    "fixed_target",
    "frequency_target",
    "monthly",
    "programme",
    "satisfaction",
    "tennant",
    "tennant_target",
]
