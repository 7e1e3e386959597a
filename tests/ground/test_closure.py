"""Provisional closing: readings confirm it, reopen it, or are silent."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.readings import Flag
from riverchief.ground.closure import SILENCE, WATCH, After, Outcome, decide

CLOSED = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def after(hours, value, flag=Flag.OK, name=None):
    at = CLOSED + timedelta(hours=hours)
    return After(name or f"r{hours}", int(at.timestamp()), value, flag)


def said(readings, hours, **more):
    return decide(closed_at=CLOSED, now=CLOSED + timedelta(hours=hours), readings=readings, limit=1.0, **more)


def test_three_readings_at_or_under_the_limit_confirm_and_are_named():
    got = said([after(4, 0.9), after(8, 1.0), after(12, 0.2)], 12)
    assert (got.outcome, got.readings) == (Outcome.CONFIRM, ("r4", "r8", "r12"))
    assert got.at == CLOSED + timedelta(hours=12)
    assert said([after(4, 0.9), after(8, 1.0)], 12).outcome is Outcome.WAIT
    assert "2 of 3 good readings" in said([after(4, 0.9), after(8, 1.0)], 12).sentence


def test_one_reading_above_reopens_and_names_itself():
    got = said([after(4, 0.9), after(8, 1.01), after(12, 0.2)], 12)
    assert (got.outcome, got.readings, got.at) == (Outcome.REOPEN, ("r8",), CLOSED + timedelta(hours=8))
    assert "reading r8 at 2026-11-21 16:00 UTC is 1.01 mg/L, above the limit of 1 mg/L" in got.sentence


def test_the_watch_lasts_72_hours_even_when_confirmed():
    good = [after(h, 0.5) for h in (4, 8, 12)]
    assert said([*good, after(71.9, 1.2)], 80).outcome is Outcome.REOPEN
    assert said([*good, after(72, 1.2)], 80, confirmed=True).outcome is Outcome.REOPEN
    late = [*good, after(72.1, 1.2)]
    assert said(late, 80).outcome is Outcome.CONFIRM, "it was confirmed before the late one came"
    assert said(late, 80, confirmed=True).outcome is Outcome.FINAL
    assert said(good, 40, confirmed=True).outcome is Outcome.WAIT
    assert said([after(80, 1.2)], 90).outcome is Outcome.REOPEN, "nothing had confirmed it"


def test_silence_of_a_day_asks_for_a_second_person():
    assert said([], 23.9).outcome is Outcome.WAIT
    got = said([], 24)
    assert (got.outcome, got.at) == (Outcome.SECOND_PERSON, CLOSED + SILENCE)
    assert said([after(4, 0.5)], 24).outcome is Outcome.WAIT
    assert said([after(4, 0.5)], 28).outcome is Outcome.SECOND_PERSON, "the station fell silent after one reading"


@pytest.mark.parametrize("flag", [flag for flag in Flag if flag not in (Flag.OK, Flag.OVER_RANGE)])
def test_what_is_no_measurement_neither_confirms_nor_reopens(flag):
    bad = [after(1, 9.0, flag), after(2, 0.1, flag), after(3, None, Flag.OK), after(4, float("nan"))]
    assert said(bad, 5).outcome is Outcome.WAIT
    assert said(bad, 24).outcome is Outcome.SECOND_PERSON


def test_over_the_measuring_range_is_a_lower_bound():
    assert said([after(4, 5.0, Flag.OVER_RANGE)], 5).outcome is Outcome.REOPEN
    assert said([after(4, 0.5, Flag.OVER_RANGE)], 5).readings == ()
    oxygen = [after(h, 20.0, Flag.OVER_RANGE) for h in (1, 2, 3)]
    assert said(oxygen, 5, limit_is_minimum=True).outcome is Outcome.CONFIRM


def test_oxygen_has_a_minimum():
    assert said([after(1, 0.99)], 2, limit_is_minimum=True).outcome is Outcome.REOPEN
    assert "under the minimum of 1 mg/L" in said([after(1, 0.99)], 2, limit_is_minimum=True).sentence
    assert said([after(h, 1.0) for h in (1, 2, 3)], 4, limit_is_minimum=True).outcome is Outcome.CONFIRM


def test_readings_before_the_closing_and_from_the_future_do_not_count():
    assert said([after(-1, 9.0), after(0, 9.0), after(5, 9.0)], 4).outcome is Outcome.WAIT


@given(st.lists(st.tuples(st.integers(1, 71), st.floats(0, 2)), unique_by=lambda p: p[0], max_size=12), st.randoms())
def test_order_of_arrival_does_not_matter_and_a_bad_reading_in_the_watch_always_reopens(points, random):
    readings = [after(h, v) for h, v in points]
    shuffled = random.sample(readings, len(readings))
    got = said(shuffled, 72)
    assert got == said(readings, 72)
    above = sorted(h for h, v in points if v > 1.0)
    assert (got.outcome is Outcome.REOPEN) == bool(above)
    if above:
        assert got.readings == (f"r{above[0]}",)
    elif len(points) >= 3:
        assert got.outcome is Outcome.CONFIRM
        assert got.readings == tuple(f"r{h}" for h in sorted(h for h, _ in points)[:3])
    assert got.watched_until == CLOSED + WATCH
