"""Limits of dischargers; the numbers are typed here from memory, as the files say of themselves."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.basin import PermitLimit
from riverchief.base.errors import InputError, UnknownName
from riverchief.cloud.standards.discharge import (
    applicable,
    discharge_standards,
    episodes,
    judge,
    of_permit,
    over_sentence,
)

DAY = date(2026, 11, 21)
PERMIT = PermitLimit(
    "works",
    "cod",
    50.0,
    "mg/L",
    "hour",
    "表2 主要排放口",
    "Table 2, main outlet",
    "排污许可证 X",
    date(2024, 1, 1),
    date(2029, 1, 1),
    confirmed=True,
)


def permit(**changes):
    return of_permit(replace(PERMIT, **changes))


def test_what_the_standards_say_is_from_memory_and_says_so():
    found = {one.edition.code: one for one in discharge_standards()}
    assert set(found) == {"GB 18918-2002", "DB14/1928-2019"}
    national = {one.property: (one.low, one.high, one.cold_high) for one in found["GB 18918-2002"].limits}
    assert national == {
        "cod": (None, 50, None), "bod5": (None, 10, None), "suspended_solids": (None, 10, None),
        "nh3n": (None, 5, 8), "tn": (None, 15, None), "tp": (None, 0.5, None), "ph": (6, 9, None),
    }  # fmt: skip
    assert {one.property: one.high for one in found["DB14/1928-2019"].limits} == {"cod": 40, "nh3n": 2, "tp": 0.4}
    for one in found.values():
        assert all(o.period == "day" and not o.confirmed and "未核对" in o.note_zh for o in one.limits)


def test_the_strictest_that_applies_decides():
    here = applicable("works", "140727000000", DAY)
    assert here["cod", "day"].edition == "DB14/1928-2019"
    assert here["tn", "day"].edition == "GB 18918-2002"
    assert applicable("works", "610100000000", DAY)["cod", "day"].edition == "GB 18918-2002"
    assert applicable("enterprise", "140727000000", DAY) == {}
    stricter = permit(period="day", limit=30.0)
    assert applicable("works", "1407", DAY, [stricter])["cod", "day"] is stricter
    looser = permit(period="day", limit=60.0)
    assert applicable("works", "1407", DAY, [looser])["cod", "day"].edition == "DB14/1928-2019"
    # an hour's limit is another thing than a day's
    assert applicable("works", "1407", DAY, [permit()])["cod", "hour"].high == 50


def test_what_nobody_confirmed_binds_nobody_but_a_permit_always_does():
    entered = permit(confirmed=False)
    assert set(applicable("works", "1407", DAY, [entered], binding=True)) == {("cod", "hour")}
    assert entered.note_zh
    assert entered.note_en


@pytest.mark.parametrize(
    ("day", "holds"), [("2023-12-31", False), ("2024-01-01", True), ("2028-12-31", True), ("2029-01-01", False)]
)
def test_a_permit_holds_from_its_first_day_until_before_its_last(day, holds):
    assert (("cod", "hour") in applicable("works", "1407", date.fromisoformat(day), [permit()])) == holds


def test_units_of_a_permit_are_turned_into_those_of_the_property_and_of_loads():
    assert permit(limit=50_000.0, unit="µg/L").high == pytest.approx(50)
    assert permit(period="year", limit=2.5, unit="t").high == 2_500
    assert permit(period="year", limit=2_500.0, unit="kg").unit == "kg"
    with pytest.raises(InputError, match="cannot turn 'mg/L' into 't'"):
        permit(period="year")
    with pytest.raises(InputError, match="ph has no yearly load"):
        permit(period="year", property="ph", unit="t")
    with pytest.raises(UnknownName, match="period of a limit 'month'"):
        permit(period="month")


def test_a_value_at_the_limit_keeps_it():
    judged = judge(permit(), [[49.9, 50.0], [50.1, np.nan]])
    assert judged.over.tolist() == [[False, False], [True, False]]
    assert judged.multiple[1, 0] == pytest.approx(0.002)
    # a mean of 50 that arithmetic has not quite hit is still 50
    assert not judge(permit(), 50 * (1 + 1e-12)).over


def test_ph_has_two_sides():
    acid = permit(property="ph", lower=6.0, limit=9.0, unit="1")
    assert judge(acid, [5.9, 6.0, 9.0, 9.1]).over.tolist() == [True, False, False, True]
    assert "低于限值 6" in over_sentence(acid, 5.9, "zh")
    assert "is over the limit 9" in over_sentence(acid, 9.4, "en")


def test_ammonia_in_cold_water_has_its_own_limit_and_an_unknown_temperature_is_no_verdict():
    ammonia = next(o for o in discharge_standards()[0].limits if o.property == "nh3n")
    judged = judge(ammonia, [6.0, 6.0, 6.0, 9.0, 4.0], [20.0, 12.0, np.nan, np.nan, np.nan])
    assert judged.over.tolist() == [True, False, False, True, False]
    assert judged.undecided.tolist() == [False, False, True, False, False]


def test_the_sentence_cites_the_clause_in_both_languages():
    assert (
        over_sentence(permit(), 68.0, "zh") == "化学需氧量小时均值 68 mg/L，超过限值 50 mg/L 0.36 倍（表2 主要排放口）"
    )
    assert over_sentence(permit(confirmed=False), 68.0, "en") == (
        "chemical oxygen demand, hourly mean 68 mg/L, is over the limit 50 mg/L by 0.36 times (Table 2, main outlet, not confirmed)"
    )
    assert "by" not in over_sentence(permit(limit=0.0), 1.0, "en").partition("over the limit 0 mg/L")[2].split("(")[0]
    with pytest.raises(UnknownName):
        over_sentence(permit(), 68.0, "fr")


def test_hours_over_in_a_row_are_one_episode():
    hours = np.array([0, 1, 2, 3, 8, 9]) * 3600
    over = np.array([True, True, False, True, True, True])
    assert [(a // 3600, b // 3600) for a, b, _ in episodes(hours, over, 7200)] == [(0, 1), (3, 3), (8, 9)]


@given(st.floats(0, 1e3), st.floats(0, 1e3), st.floats(0.1, 500), st.floats(0.1, 500))
def test_worse_is_never_better_and_stricter_never_milder(a, b, high, other):
    low, up = sorted((a, b))
    strict, mild = sorted((high, other))
    assert judge(permit(limit=high), low).over <= judge(permit(limit=high), up).over
    assert judge(permit(limit=mild), a).over <= judge(permit(limit=strict), a).over
