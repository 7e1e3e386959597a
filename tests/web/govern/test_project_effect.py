"""What became of a section: a step that is known, and every reason for which nothing is said."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import pytest

from riverchief.base.readings import SeriesKey
from riverchief.base.time import CHINA, to_epoch
from riverchief.store import Row
from riverchief.web import context
from riverchief.web.govern.project_effect import effect

TODAY = date(2026, 11, 20)
BEGUN, DONE = date(2025, 3, 1), date(2025, 6, 30)  # before: March 2024 to February 2025; after: July 2025 to June 2026


def fill(station, code, unit, first, values):
    """One reading at noon of each day from the first."""
    observations = context.store().observations
    number = observations.series_id(SeriesKey(station, code), unit=unit)
    start = datetime(first.year, first.month, first.day, 12, tzinfo=CHINA)
    rows = [Row(number, to_epoch(start + timedelta(days=k)), float(v)) for k, v in enumerate(values)]
    observations.write(rows, known_at=start + timedelta(days=len(values)), who="test", feed=False)


def told(project, today=TODAY):
    registry = context.basin()
    return effect(project, registry.sections["sec-shiqiao"], "nh3n", today)


@pytest.fixture
def works(platform):
    """The works of the registry, begun and completed on days of the past."""
    return replace(context.basin().projects["prj-1"], start_actual=BEGUN, end_actual=DONE)


@pytest.fixture
def measured(works):
    """Three years in which flow alone moves the concentration, but that the works take a third of it away."""
    rng = np.random.default_rng(5)
    first = date(2023, 6, 1)
    n = (TODAY - first).days
    flow = np.exp(1.5 + 0.5 * rng.standard_normal(n))
    after = np.arange(n) > (DONE - first).days
    value = 2.0 * flow**-0.4 * np.exp(0.05 * rng.standard_normal(n)) * np.where(after, 2 / 3, 1.0)
    fill("hy-shiqiao", "flow", "m³/s", first, flow)
    fill("st-shiqiao", "nh3n", "mg/L", first, value)
    return works


def test_a_known_step_is_found_within_its_interval(measured):
    found = told(measured)
    assert found["state"] == "told", found
    rest = found["change"]["rest"]
    assert rest["percent_low"] < -100 / 3 < rest["percent_high"] < 0  # a third was taken away
    assert rest["percent"] == pytest.approx(-100 / 3, abs=8)
    assert found["change"]["rest_word"] == "less"
    assert (found["change"]["before"]["period"], found["change"]["after"]["period"]) == (
        "2024-03-01/2025-02-28",
        "2025-07-01/2026-06-30",
    )


def test_no_step_is_not_called_one(works):
    rng = np.random.default_rng(6)
    first = date(2023, 6, 1)
    n = (TODAY - first).days
    flow = np.exp(1.5 + 0.5 * rng.standard_normal(n))
    fill("hy-shiqiao", "flow", "m³/s", first, flow)
    fill("st-shiqiao", "nh3n", "mg/L", first, 2.0 * flow**-0.4 * np.exp(0.3 * rng.standard_normal(n)))
    found = told(works)
    rest = found["change"]["rest"]
    assert rest["percent_low"] < 0 < rest["percent_high"]
    assert found["change"]["rest_word"] == "not_told_apart"


def test_what_is_not_over_is_not_compared(measured):
    assert told(replace(measured, start_actual=None, end_actual=None))["state"] == "not_begun"
    assert told(replace(measured, end_actual=None))["state"] == "not_completed"
    assert told(measured, date(2026, 6, 30))["state"] == "no_year_yet"
    assert told(measured, date(2026, 7, 1))["state"] == "told"
    early = told(measured, date(2026, 1, 1))
    assert (early["change"], "2026-06-30" in early["en"]) == (None, True)


def test_a_season_is_no_year(works):
    first = date(2025, 1, 1)  # two months before the works
    n = (TODAY - first).days
    fill("hy-shiqiao", "flow", "m³/s", date(2023, 6, 1), np.full((TODAY - date(2023, 6, 1)).days, 4.0))
    fill("st-shiqiao", "nh3n", "mg/L", first, np.full(n, 0.5))
    found = told(works)
    assert (found["state"], found["change"]) == ("not_enough", None)
    assert found["en"].startswith("Only 2 months of the year before the works (2024-03-01 to 2025-02-28)")


def test_without_gauged_flow_nothing_is_compared(works):
    first = date(2023, 6, 1)
    fill("st-shiqiao", "nh3n", "mg/L", first, np.full((TODAY - first).days, 0.5))
    found = told(works)
    assert (found["state"], found["change"]) == ("no_flow", None)


def test_a_change_is_not_called_a_cause(person):
    client = person("county", region="149901000000")
    found = client.get("/api/v1/govern/projects/prj-1/effect").json()
    assert (found["items"], "no proof of a cause" in found["note"]["en"]) == ([], True)
    assert client.get("/api/v1/govern/projects/nowhere/effect").status_code == 404
