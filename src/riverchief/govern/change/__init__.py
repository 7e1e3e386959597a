"""归因: two years of samples with flow or weather in; what changed, what the conditions did, the rest, out."""

from riverchief.govern.change.flow import explain_flow
from riverchief.govern.change.periods import Pair, Window, months_sampled, year_and_before, year_around
from riverchief.govern.change.result import Change
from riverchief.govern.change.split import Part, Split
from riverchief.govern.change.weather import explain_weather

__all__ = [
    "Change",
    "Pair",
    "Part",
    "Split",
    "Window",
    "explain_flow",
    "explain_weather",
    "months_sampled",
    "year_and_before",
    "year_around",
]
