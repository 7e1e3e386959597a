"""重点项目: registry rows, plans, reports, photographs in; rates with ranks, curves, doubts, survival out."""

from riverchief.ground.projects.money import Point, cumulative, money_curve
from riverchief.ground.projects.photos import doubts
from riverchief.ground.projects.plots import Survival, survival
from riverchief.ground.projects.progress import COUNTS, Rate, days_late, rate, state_of, told
from riverchief.ground.projects.standing import Dated, Standing, curve, standings

__all__ = [
    "COUNTS",
    "Dated",
    "Point",
    "Rate",
    "Standing",
    "Survival",
    "cumulative",
    "curve",
    "days_late",
    "doubts",
    "money_curve",
    "rate",
    "standings",
    "state_of",
    "survival",
    "told",
]
