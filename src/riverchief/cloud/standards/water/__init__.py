"""Surface water: classes by GB 3838; periods, ratings, trends by 环办〔2011〕22号; lakes, cities, sources, odour."""

from riverchief.cloud.standards.water import blackodour, cwqi, drinking, trophic
from riverchief.cloud.standards.water.classes import (
    RowVerdict,
    WaterVerdict,
    assess,
    class_name,
    class_number,
    classify,
    limits,
)
from riverchief.cloud.standards.water.comparison import compare_shares, compare_waters, trend
from riverchief.cloud.standards.water.means import day_means, mean_of, span_means
from riverchief.cloud.standards.water.periods import judge_means, period_verdict, period_verdicts
from riverchief.cloud.standards.water.rating import main_items, rate_shares, rate_waters
from riverchief.cloud.standards.water.trophic import trophic_state

__all__ = [
    "RowVerdict",
    "WaterVerdict",
    "assess",
    "blackodour",
    "class_name",
    "class_number",
    "classify",
    "compare_shares",
    "compare_waters",
    "cwqi",
    "day_means",
    "drinking",
    "judge_means",
    "limits",
    "main_items",
    "mean_of",
    "period_verdict",
    "period_verdicts",
    "rate_shares",
    "rate_waters",
    "span_means",
    "trend",
    "trophic",
    "trophic_state",
]
