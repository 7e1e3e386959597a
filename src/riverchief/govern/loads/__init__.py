"""通量: samples of a concentration and a series of flow in; loads with their intervals, and whose they are, out."""

from riverchief.govern.loads.interpolation import interpolation
from riverchief.govern.loads.rating import composite, rating
from riverchief.govern.loads.result import LoadEstimate
from riverchief.govern.loads.series import Flow, Periods, Samples, by_calendar, daily, samples_of, whole

METHODS = {"rating": rating, "composite": composite, "interpolation": interpolation}

__all__ = [
    "METHODS",
    "Flow",
    "LoadEstimate",
    "Periods",
    "Samples",
    "by_calendar",
    "composite",
    "daily",
    "interpolation",
    "rating",
    "samples_of",
    "whole",
]
