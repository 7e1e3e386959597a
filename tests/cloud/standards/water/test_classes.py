import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riverchief.base.errors import InputError, UnknownName
from riverchief.cloud.standards.water.classes import assess, class_name, class_number, classify, limits
from riverchief.cloud.standards.water.surface import Rule, surface_named

DAY = date(2021, 4, 1)
GB = "GB 3838-2002"
RIVER = surface_named(GB).river
GRADED = sorted(code for code, item in RIVER.items() if item.values)
FIVE = ("ph", "do", "codmn", "nh3n", "tp")

# one row of readings, some of them missing, in ranges around the limits
READINGS = st.fixed_dictionaries(
    {
        "ph": st.one_of(st.none(), st.floats(4, 11)),
        "do": st.one_of(st.none(), st.floats(0, 15)),
        "codmn": st.one_of(st.none(), st.floats(0, 20)),
        "nh3n": st.one_of(st.none(), st.floats(0, 3)),
        "tp": st.one_of(st.none(), st.floats(0, 0.6)),
    }
)


def numbers(row):
    return {code: math.nan if value is None else value for code, value in row.items()}


def judged(row, **kw):
    return int(assess(numbers(row), on=DAY, **kw).class_)


def plain_class(row, tp_limits):
    """The rule in plain words, for comparison: worst of the four, and pH."""
    found = []
    for code, bounds in (
        ("codmn", (2, 4, 6, 10, 15)),
        ("nh3n", (0.15, 0.5, 1.0, 1.5, 2.0)),
        ("tp", tp_limits),
    ):
        if row[code] is not None:
            found.append(next((k + 1 for k, bound in enumerate(bounds) if row[code] <= bound), 6))
    if row["do"] is not None:
        found.append(next((k + 1 for k, bound in enumerate((7.5, 6, 5, 3, 2)) if row["do"] >= bound), 6))
    if row["ph"] is not None and not 6 <= row["ph"] <= 9:
        found.append(6)
    return max(found, default=0)


@pytest.mark.parametrize("code", GRADED)
def test_a_value_at_a_limit_belongs_to_the_better_class_and_a_hair_beyond_it_does_not(code):
    item = RIVER[code]
    worse = -1e-6 if item.rule is Rule.AT_LEAST else 1e-6
    for k, limit in enumerate(item.values):
        best_with_limit = item.values.index(limit) + 1  # where classes share a limit, the best of them
        next_class = 6 - item.values[::-1].index(limit)  # and beyond it, the first with another limit
        assert classify(item, limit) == best_with_limit, (code, k)
        assert classify(item, limit * (1 + worse)) == next_class, (code, k)


def test_ph_is_either_class_one_or_worse_than_five():
    ph = [5.999, 6.0, 7.3, 9.0, 9.001]
    assert classify(RIVER["ph"], ph).tolist() == [6, 1, 1, 1, 6]


def test_arithmetic_noise_of_a_mean_does_not_cost_a_class():
    mean = np.mean([0.1, 0.1, 0.1])
    assert mean > 0.1
    assert classify(RIVER["tp"], mean) == 2


def test_phosphorus_has_a_column_for_lakes_and_nitrogen_counts_only_there():
    tp = [0.01, 0.02, 0.025, 0.05, 0.1, 0.2, 0.21]
    columns = ["river", "lake"]
    verdict = assess({"tp": np.array(tp)[:, None]}, on=DAY, tp_rule=columns)
    assert verdict.class_[:, 0].tolist() == [1, 1, 2, 2, 2, 3, 4]
    assert verdict.class_[:, 1].tolist() == [1, 2, 2, 3, 4, 5, 6]
    both = assess({"tn": [3.0, 3.0], "do": [9.0, 9.0]}, on=DAY, tp_rule=columns, items=("do", "tn"))
    assert both.class_.tolist() == [1, 6]
    assert both.row(0).missing == ()
    assert limits(GB, "tp", "lake").values == (0.01, 0.025, 0.05, 0.1, 0.2)


def test_oxygen_is_judged_in_mg_per_litre_without_the_saturation_alternative():
    # 7.2 mg/L at 35 °C is above 100 % saturation; the national centre publishes Ⅱ for such rows
    assert judged({"do": 7.2, "codmn": 1.0}) == 2


def test_when_a_class_can_be_given():
    assert judged({"ph": 7.0}) == 0
    assert judged({"ph": 9.5}) == 6
    assert judged({"ph": 7.0, "nh3n": 0.1}) == 1
    assert judged({}) == 0
    assert judged({"ec": 900.0, "tn": 9.0, "turbidity": 500.0}) == 0


def test_deciding_items_come_by_exceedance_and_the_others_after_them():
    row = assess({"ph": 9.5, "do": 1.0, "codmn": 30.0, "nh3n": 4.0, "tp": 0.1}, on=DAY).row()
    assert row.name == "劣Ⅴ"
    assert row.deciding == ("codmn", "nh3n", "ph", "do")
    assert row.exceedance == pytest.approx({"codmn": (30 - 6) / 6, "nh3n": (4 - 1) / 1})
    assert row.item_class["tp"] == 2
    assert row.missing == ()
    assert row.edition == GB


def test_a_value_that_no_river_can_have_takes_no_part_and_is_named():
    row = assess({"do": 8.0, "nh3n": -0.2, "tp": math.inf, "codmn": 3.0}, on=DAY).row()
    assert row.class_ == 2
    assert set(row.missing) == {"ph", "nh3n", "tp"}
    assert {r.property: r.kind for r in row.why if r.kind != "above"} == {
        "ph": "missing",
        "nh3n": "unphysical",
        "tp": "unphysical",
    }


def test_days_choose_the_edition_row_by_row():
    days = np.array(["2001-01-01", "2021-04-01", "NaT"], dtype="datetime64[D]")
    verdict = assess({"do": 8.0}, on=days)
    assert verdict.class_.tolist() == [0, 1, 0]
    assert verdict.edition.tolist() == ["", GB, ""]
    assert verdict.row(0).why[0].kind == "no_edition"


def test_the_items_of_the_evaluation_method_take_part_when_asked_for():
    items = surface_named(GB).sets["evaluation"]
    row = assess({"mercury": 0.00006, "copper": 0.5, "cod": 15.0, "do": 8.0}, on=DAY, items=items).row()
    assert (row.class_, row.deciding) == (3, ("mercury",))
    assert row.item_class["copper"] == 2
    assert row.item_class["cod"] == 1


def test_what_is_asked_wrongly_is_named():
    with pytest.raises(UnknownName, match="did you mean 'nh3n'"):
        assess({}, on=DAY, items=("nh3",))
    with pytest.raises(InputError, match="water_temperature has no class limits"):
        assess({}, on=DAY, items=("water_temperature",))
    with pytest.raises(UnknownName, match="column of the standard 'pond'"):
        assess({"tp": 0.1}, on=DAY, tp_rule="pond")
    with pytest.raises(InputError, match="gives no class limits for tn in the river column"):
        limits(GB, "tn")


def test_names_and_numbers_of_classes():
    assert [class_name(n) for n in range(7)] == ["", "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ", "劣Ⅴ"]
    assert [class_number(t) for t in ("Ⅲ", "III", " Ⅲ类 ", "劣V", "劣Ⅴ类", "-", "", "7")] == [3, 3, 3, 6, 6, 0, 0, 0]


@given(READINGS, st.booleans())
@settings(max_examples=200, deadline=None)
def test_the_verdict_is_the_rule_in_plain_words(row, lake):
    bounds = (0.01, 0.025, 0.05, 0.1, 0.2) if lake else (0.02, 0.1, 0.2, 0.3, 0.4)
    assert judged(row, tp_rule="lake" if lake else "river") == plain_class(row, bounds)


@given(READINGS, st.sampled_from(["codmn", "nh3n", "tp"]), st.floats(1, 3))
@settings(deadline=None)
def test_more_of_a_pollutant_never_makes_it_better(row, code, factor):
    if row[code] is not None:
        assert judged({**row, code: row[code] * factor}) >= judged(row)


@given(READINGS, st.floats(0, 1))
@settings(deadline=None)
def test_less_oxygen_never_makes_it_better(row, factor):
    if row["do"] is not None:
        assert judged({**row, "do": row["do"] * factor}) >= judged(row)


@given(READINGS, st.sampled_from(FIVE))
@settings(deadline=None)
def test_a_missing_item_never_makes_it_worse_and_is_named(row, code):
    without = assess(numbers({**row, code: None}), on=DAY).row()
    assert without.class_ <= judged(row)
    assert code in without.missing


@given(READINGS)
@settings(deadline=None)
def test_the_class_is_the_worst_of_its_items_and_the_deciding_ones_are_in_it(row):
    found = assess(numbers(row), on=DAY).row()
    if found.class_:
        assert found.class_ == max(found.item_class.values())
        assert set(found.deciding) == {c for c, k in found.item_class.items() if k == found.class_}
        assert found.deciding
    else:
        assert found.deciding == ()


@given(st.lists(READINGS, min_size=1, max_size=8), st.booleans())
@settings(deadline=None)
def test_arrays_give_what_single_rows_give(rows, lake):
    column = "lake" if lake else "river"
    table = {code: np.array([numbers(r)[code] for r in rows]) for code in FIVE}
    verdict = assess(table, on=DAY, tp_rule=column)
    folded = assess({c: a.reshape(1, -1) for c, a in table.items()}, on=DAY, tp_rule=column)
    assert folded.class_.ravel().tolist() == verdict.class_.tolist()
    for i, row in enumerate(rows):
        alone = assess(numbers(row), on=DAY, tp_rule=column).row()
        assert verdict.row(i).class_ == alone.class_
        assert verdict.row(i).deciding == alone.deciding
        assert [bool(verdict.deciding(c)[i]) for c in FIVE] == [c in alone.deciding for c in FIVE]
