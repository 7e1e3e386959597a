import math
from datetime import UTC, date, datetime
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import UnknownName
from riverchief.cloud.standards.air.aqi import assess_air, days_of_stamps, iaqi
from vectors.air import (
    BREAKPOINTS,
    DAY,
    DAY_2012,
    DAY_2026,
    INCOMPLETE,
    INDEX_CASES,
    INDICES,
    NO_PRIMARY,
    PARTICLES,
    TIE,
    UNROUNDED_CASES,
)

NEW, OLD = date(2026, 3, 1), date(2026, 2, 28)
SIX = ("so2", "no2", "pm10", "co", "o3", "pm25")
SCALES = {code: {**BREAKPOINTS, **particles} for code, particles in PARTICLES.items()}

# concentrations of six items, some missing, over the whole of every scale and beyond
CONCENTRATIONS = st.fixed_dictionaries(
    {
        "so2": st.one_of(st.none(), st.integers(0, 1_000)),
        "no2": st.one_of(st.none(), st.integers(0, 4_000)),
        "pm10": st.one_of(st.none(), st.integers(0, 700)),
        "co": st.one_of(st.none(), st.integers(0, 1_600).map(lambda tenth: tenth / 10)),
        "o3": st.one_of(st.none(), st.integers(0, 1_300)),
        "pm25": st.one_of(st.none(), st.integers(0, 600)),
    }
)


def numbers(row):
    return {key: math.nan if value is None else value for key, value in row.items()}


def stacked(rows):
    return {key: np.array([numbers(row)[key] for row in rows]) for key in SIX}


def plain_index(edition, item, averaging, value):
    """The rule in plain words and exact fractions, for whole and tenth concentrations."""
    points = SCALES[edition][item, averaging]
    exact = Fraction(str(value))
    if exact > points[-1]:
        return INDICES[len(points) - 1]
    at = next(k for k, point in enumerate(points) if exact <= point)
    if at == 0:
        return 0
    low, high = points[at - 1], points[at]
    return math.ceil(INDICES[at - 1] + (exact - low) * (INDICES[at] - INDICES[at - 1]) / (high - low))


@pytest.mark.parametrize(("edition", "item", "averaging", "value", "index"), INDEX_CASES)
def test_published_indices(edition, item, averaging, value, index):
    assert iaqi(edition, item, averaging, value) == index


@pytest.mark.parametrize(("edition", "item", "averaging", "value", "index"), UNROUNDED_CASES)
def test_indices_are_rounded_up_and_not_to_the_nearest(edition, item, averaging, value, index):
    assert iaqi(edition, item, averaging, value, rounded=False) == index
    assert round(np.interp(value, SCALES[edition][item, averaging], INDICES)) == index - 1


@pytest.mark.parametrize(("edition", "key"), [(e, k) for e, scale in SCALES.items() for k in scale])
def test_every_printed_concentration_of_a_scale_against_exact_fractions(edition, key):
    item, averaging = key
    tenths = 10 if item == "co" else 1
    end = SCALES[edition][key][-1]
    values = np.arange(end * tenths + 1) / tenths
    assert iaqi(edition, item, averaging, values).tolist() == [
        plain_index(edition, item, averaging, value) for value in values.tolist()
    ]


def test_sulphur_dioxide_of_a_day_is_not_that_of_an_hour():
    # a public package has the hour's breakpoints in the day's column
    assert iaqi("HJ 633-2026", "so2", "24h", 475) == 150
    assert iaqi("HJ 633-2026", "so2", "1h", 475) == 97


def test_a_day_by_both_editions():
    values = {key: np.full(2, value) for key, value in DAY.items()}
    verdict = assess_air(values, on=np.array([NEW, OLD], "datetime64[D]"), report="daily")
    for index, (indices, aqi, primary, level) in enumerate((DAY_2026, DAY_2012)):
        row = verdict.row(index)
        assert (row.iaqi, row.aqi, row.primary, row.level.name_zh) == (indices, aqi, primary, level)
        assert row.published == aqi
    assert verdict.level.tolist() == [3, 2]


def test_every_item_at_the_maximum_is_primary_and_none_up_to_fifty():
    values, aqi, primary = TIE
    row = assess_air(values, on=NEW, report="daily").row()
    assert (row.aqi, row.primary) == (aqi, primary)
    values, aqi = NO_PRIMARY
    row = assess_air(values, on=NEW, report="daily").row()
    assert (row.aqi, row.primary) == (aqi, ())


@pytest.mark.parametrize(("values", "of_the_rest", "printed"), INCOMPLETE)
def test_an_incomplete_index_is_published_above_a_hundred_only(values, of_the_rest, printed):
    row = assess_air(values, on=NEW, report="daily").row()
    assert (row.aqi, row.published, row.withheld) == (of_the_rest, printed, printed is None)
    assert set(row.missing) == {"so2", "no2", "pm10", "co", "o3_8h"}
    assert "缺项" in row.sentence("zh")
    old = assess_air(values, on=OLD, report="daily").row()
    assert not old.withheld
    assert set(old.missing) == set(row.missing)  # it says what it was judged without


def test_an_item_that_is_not_in_the_plan_does_not_withhold_the_index():
    values = {"pm25": 40, "so2": 5, "no2": 10, "pm10": 40, "o3": 50}
    assert assess_air(values, on=NEW).row().withheld
    row = assess_air(values, on=NEW, unplanned={"co": True}).row()
    assert (row.published, row.missing, row.unplanned) == (60, (), ("co",))


def test_above_its_last_hour_sulphur_dioxide_holds_in_2026_and_takes_the_day_in_2012():
    rest = {"no2": 10, "pm10": 10, "co": 0.3, "o3": 50, "pm25": 10}
    assert assess_air({**rest, "so2": 900}, on=NEW).row().aqi == 200
    old = assess_air({**rest, "so2": 900}, on=OLD).row()
    assert (old.aqi, old.missing) == (16, ("so2",))
    assert "not computed" in old.sentence("en")
    assert assess_air({**rest, "so2": 900, "so2_24h": 475}, on=OLD).row().iaqi["so2"] == 150


def test_above_its_last_eight_hours_ozone_holds_in_2026_and_takes_the_hour_in_2012():
    rest = {"so2": 5, "no2": 10, "pm10": 10, "co": 0.3, "pm25": 10, "o3_8h": 801}
    assert assess_air(rest, on=NEW, report="daily").row().aqi == 300
    assert assess_air({**rest, "o3_1h": 900}, on=OLD, report="daily").row().aqi == 350
    assert assess_air(rest, on=OLD, report="daily").row().missing == ("o3_8h",)


def test_what_no_air_can_have_takes_no_part_and_is_said():
    row = assess_air({"pm25": -3, "pm10": 1e9, "so2": math.inf, "no2": 10, "co": 0.3, "o3": 50}, on=OLD).row()
    assert (row.aqi, row.missing) == (16, ("so2", "pm10", "pm25"))
    assert "not plausible" in row.sentence("en")


def test_very_dirty_air_stays_at_five_hundred():
    row = assess_air({"so2": 5, "no2": 10, "pm10": 1_980, "co": 0.3, "o3": 50, "pm25": 260}, on=NEW).row()
    assert (row.aqi, row.primary, row.level.name_zh) == (500, ("pm10",), "严重污染")


def test_the_edition_follows_the_local_day_that_the_stamp_closes():
    # 2026-03-01 00:00 in Beijing, then one second later
    stamps = [int(datetime(2026, 2, 28, 16, 0, s, tzinfo=UTC).timestamp()) for s in (0, 1)]
    days = days_of_stamps(stamps)
    assert days.tolist() == [OLD, NEW]
    assert assess_air({"pm25": 60}, on=days).edition.tolist() == ["HJ 633-2012", "HJ 633-2026"]


@given(st.dates(date(2012, 12, 1), date(2035, 1, 1)))
def test_the_edition_changes_at_its_dates_only(day):
    row = assess_air({"pm25": 60}, on=day).row()
    expected = "" if day < date(2013, 1, 1) else "HJ 633-2012" if day < date(2026, 3, 1) else "HJ 633-2026"
    assert row.edition == expected
    assert row.aqi == {"": -1, "HJ 633-2012": 82, "HJ 633-2026": 100}[expected]


@given(CONCENTRATIONS, st.sampled_from(SIX), st.floats(0, 300), st.sampled_from([OLD, NEW]))
def test_worse_air_never_has_a_better_index(row, item, more, day):
    if row[item] is None:
        return
    worse = {**row, item: row[item] + more}
    if day == OLD and worse["so2"] is not None and worse["so2"] > 800:
        return  # the edition itself computes none there; it is said, see above
    before, after = (assess_air(numbers(one), on=day).row() for one in (row, worse))
    assert after.aqi >= before.aqi
    assert (after.published or 0) >= (before.published or 0)


@given(CONCENTRATIONS, st.sampled_from(SIX))
def test_a_value_more_never_lowers_the_index_and_one_less_is_always_said(row, item):
    if row[item] is None:
        return
    full, without = (assess_air(numbers(one), on=NEW).row() for one in (row, {**row, item: None}))
    assert without.aqi <= full.aqi
    assert item in without.missing
    assert without.published is None or without.published > 100


@given(st.lists(CONCENTRATIONS, min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_order_chunks_and_shape_do_not_matter(rows, random):
    days = np.array([random.choice([OLD, NEW]) for _ in rows], "datetime64[D]")
    whole = assess_air(stacked(rows), on=days)
    order = random.sample(range(len(rows)), len(rows))
    again = assess_air(stacked([rows[k] for k in order]), on=days[order])
    assert again.aqi.tolist() == whole.aqi[order].tolist()
    single = [assess_air(numbers(row), on=day) for row, day in zip(rows, days, strict=True)]
    assert [int(one.aqi) for one in single] == whole.aqi.tolist()
    assert [bool(one.withheld) for one in single] == whole.withheld.tolist()
    square = assess_air({key: array[:, None] for key, array in stacked(rows).items()}, on=np.array([[OLD, NEW]]))
    assert square.aqi.shape == (len(rows), 2)
    assert square.aqi[:, 1].tolist() == assess_air(stacked(rows), on=NEW).aqi.tolist()


@given(CONCENTRATIONS, st.sampled_from([OLD, NEW]))
def test_the_index_is_the_plain_maximum(row, day):
    edition = "HJ 633-2012" if day == OLD else "HJ 633-2026"
    found = []
    for item in SIX:
        if row[item] is None or (day == OLD and item == "so2" and row[item] > 800):
            continue
        averaging = "24h" if item.startswith("pm") else "1h"
        found.append((plain_index(edition, item, averaging, row[item]), item))
    judged = assess_air(numbers(row), on=day).row()
    worst = max((index for index, _ in found), default=-1)
    assert judged.aqi == worst
    assert set(judged.primary) == {item for index, item in found if index == worst and worst > 50}


def test_what_is_not_known_is_refused_with_the_nearest_name():
    with pytest.raises(UnknownName, match="did you mean 'pm25'"):
        assess_air({"pm2": 1}, on=NEW)
    with pytest.raises(UnknownName, match="did you mean 'daily'"):
        assess_air({"pm25": 1}, on=NEW, report="dayly")
    with pytest.raises(UnknownName, match="edition"):
        iaqi("HJ 633-2020", "pm25", "24h", 1)
