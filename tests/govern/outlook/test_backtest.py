"""The forecast again: no peeking, references as they are defined, and skill on real sections."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from govern.outlook.worlds import panel
from riverchief.cloud.standards.water.classes import assess
from riverchief.cloud.tables.water import ITEMS, read_tp_rules
from riverchief.govern.outlook.backtest import backtest, happened, months_of
from riverchief.govern.outlook.model import Size
from riverchief.govern.outlook.scores import skill
from riverchief.govern.outlook.table import read_observed

SIZE = Size(20, 10, 1)


@pytest.fixture(scope="module")
def nation(shared_data):
    folder = shared_data / "water_quality"
    rules = read_tp_rules(folder / "section_tp_rule.csv")
    found = read_observed(folder / "national_daily_2020-05_2020-12.csv.gz", ITEMS, rules)
    often = np.flatnonzero(np.isfinite(found.panel.values).any(axis=1).sum(axis=1) > 60)
    return replace(found, panel=found.panel.of(often), tp_rules=tuple(found.tp_rules[i] for i in often))


def test_real_months_are_forecast_with_skill_over_every_reference(nation):
    made = backtest(nation.panel, nation.tp_rules, origin_days=(15,), size=SIZE)
    assert made.outcome.size > 400
    for name in ("climatology", "own", "persistence"):
        found = skill(made.probability, getattr(made, name), made.outcome, made.section)
        assert found.proved, f"{name}: {found}"


def test_no_forecast_looks_at_what_came_after_its_origin(nation):
    periods = months_of(nation.panel)[:2]
    few = nation.panel.of(np.arange(20))
    origin = date(2020, 6, 16)
    at = int((np.datetime64(origin) - few.first_day) / np.timedelta64(1, "D"))
    spoiled = few.values.copy()
    spoiled[..., at:] *= np.where(np.isfinite(spoiled[..., at:]), 1.7, 1.0)
    spoiled[:, 0, at:] = few.values[:, 0, at:]
    rules = nation.tp_rules[:20]
    one = backtest(few, rules, periods=periods, origin_days=(15,), size=SIZE)
    two = backtest(replace(few, values=spoiled), rules, periods=periods, origin_days=(15,), size=SIZE)
    assert one.outcome.size > 10
    for name in ("section", "probability", "climatology", "own", "persistence"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
    assert not np.array_equal(one.outcome, two.outcome)


def test_what_happened_is_the_class_of_the_plain_monthly_mean(nation):
    month = months_of(nation.panel)[1]
    found = happened(nation.panel, [month], nation.tp_rules).class_[:, 0]
    inside = np.isin(nation.panel.days, month.days)
    for s in range(len(nation.tp_rules)):
        part = nation.panel.values[s][:, inside]
        if np.isfinite(part).any(axis=0).sum() < 15:
            assert found[s] == 0
            continue
        means = {}
        for i, item in enumerate(ITEMS):
            known = part[i][np.isfinite(part[i])]
            if known.size:
                means[item] = -np.log10(np.mean(10.0**-known)) if item == "ph" else known.mean()
        assert found[s] == int(assess(means, on=month.end, tp_rule=nation.tp_rules[s]).class_)


def test_references_by_hand():
    # three months of one item at two sections: Ⅱ Ⅳ Ⅱ and Ⅳ Ⅳ Ⅱ
    month = (np.datetime64("2024-01-01") + np.arange(91)).astype("datetime64[M]").astype(int)
    month -= month[0]
    levels = np.array([[0.08, 0.28, 0.08], [0.28, 0.28, 0.08]])
    made = backtest(panel(levels[:, month]), ["river", "river"], origin_days=(10,), size=Size(4, 4), pooled=False)
    rows = list(zip(made.section, made.period, made.climatology, made.own, made.persistence, made.outcome, strict=True))
    assert rows == [
        (0, 1, 0.5, 1.0, 0.0, 0.0),
        (1, 1, 0.5, 0.0, 0.0, 0.0),
        (0, 2, 0.25, 0.5, 1.0, 1.0),
        (1, 2, 0.25, 0.0, 1.0, 1.0),
    ]


def test_a_month_that_is_not_over_is_not_scored():
    made = backtest(panel(np.full((1, 111), 0.1)), ["river"], origin_days=(10,), size=Size(4, 4), pooled=False)
    assert made.period.tolist() == [1, 2]  # January to March are whole, April has twenty days


def test_where_months_have_nothing_to_do_with_each_other_there_is_no_skill():
    random = np.random.default_rng(1)
    days = np.datetime64("2024-01-01") + np.arange(366)
    month = days.astype("datetime64[M]").astype(int)
    month -= month[0]
    level = np.log(0.2) - 0.02 + 0.15 * random.standard_normal((30, 12))
    values = np.exp(level[:, month] + 0.2 * random.standard_normal((30, 366)))
    made = backtest(panel(values), ["river"] * 30, origin_days=(0,), size=Size(10, 10))
    found = skill(made.probability, made.climatology, made.outcome, made.section)
    assert made.outcome.size == 30 * 11
    assert not found.proved
