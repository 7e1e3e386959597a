"""An incident of a basin: its levers and sections, and a plan that a grid of full runs bears out."""

from datetime import date
from itertools import product

import numpy as np
import pytest

from riverchief import basins
from riverchief.base.errors import InputError
from riverchief.govern import twin
from riverchief.govern.twin import measures
from riverchief.govern.twin.importers.assumed import from_basin
from riverchief.govern.twin.importers.dischargers import with_dischargers
from riverchief.govern.twin.measures.incident import incident, plan_as_dict, quick_as_dict

HOUR = 3600.0
ON = date(2026, 7, 1)


@pytest.fixture(scope="module")
def mini():
    basin = basins.read(basins.named("mini"))
    river = from_basin(basin, 500.0)
    with_dischargers(river, basin, ("nh3n",))
    model = twin.Model(river, ("nh3n",))
    return basin, model, model.run(model.start(-3 * 24 * HOUR), 0.0, HOUR).state


def case(mini, mass_kg, hours=24.0):
    basin, model, state = mini
    spill = measures.Spill("qx1", 4200.0, "nh3n", HOUR, hours * HOUR, mass_kg)
    return incident(basin, model, state, spill, 3 * HOUR, ON)


def test_the_levers_lie_above_the_last_section_and_begin_after_now(mini):
    there = case(mini, 600.0)
    codes = {lever.code for lever in there.levers}
    assert {"cut:spill", "cut:out-chem", "cut:works-shangchuan"} <= codes
    assert all(lever.begin_s >= 4 * HOUR for lever in there.levers)
    assert [goal.name for goal in there.goals]
    assert all(goal.limit_mgl > 0 for goal in there.goals)


def test_a_plan_for_the_incident_is_borne_out_by_a_grid_on_two_levers(mini):
    whole = case(mini, 2400.0, hours=60.0)
    two = [lever for lever in whole.levers if lever.code in ("cut:spill", "cut:works-shangchuan")]
    late = tuple(
        measures.Goal(g.name, g.reach, g.chainage_m, g.constituent, g.limit_mgl, 40 * HOUR, g.end_s)
        for g in whole.goals
    )
    there = measures.Case(whole.model, whole.state, whole.until_s, whole.every_s, tuple(two), late)
    made = measures.plan(there)
    grid = [there.outcome(v) for v in product(np.linspace(0.0, 0.9, 4), np.linspace(0.0, 0.9, 4))]
    good = [one.cost_yuan for one in grid if one.ratio <= 1.0]
    assert made.before.ratio > 1.0
    if good:
        assert made.reached
        assert made.cost_yuan <= min(good) * (1 + 1e-9)
    else:
        beyond = min(sum(max(g.ratio - 1, 0) for g in one.goals) for one in grid)
        assert sum(max(g.ratio - 1, 0) for g in made.after.goals) <= beyond + 2e-3
    told = plan_as_dict(there, made)
    assert told["reached"] is made.reached
    assert set(told["values"]) <= {"cut:spill", "cut:works-shangchuan"}


def test_the_page_gets_series_and_slopes_of_every_goal(mini):
    told = quick_as_dict(measures.Quick.of(case(mini, 300.0)))
    for goal in told["goals"]:
        assert len(goal["slope"]) == len(told["levers"])
        assert len(goal["slope"][0]) == len(goal["time_s"]) == len(goal["before_mgl"])


def test_a_spill_before_the_state_or_of_something_else_is_refused(mini):
    basin, model, state = mini
    with pytest.raises(InputError, match="older"):
        incident(basin, model, state, measures.Spill("qx1", 4200.0, "nh3n", -HOUR, HOUR, 9.0), HOUR, ON)
    with pytest.raises(InputError, match="carries"):
        incident(basin, model, state, measures.Spill("qx1", 4200.0, "tp", HOUR, HOUR, 9.0), HOUR, ON)
