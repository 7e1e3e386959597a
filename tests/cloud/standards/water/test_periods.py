from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError
from riverchief.base.spans import parse_span
from riverchief.cloud.standards import editions as edition_module
from riverchief.cloud.standards.editions import parse_edition
from riverchief.cloud.standards.water.classes import assess
from riverchief.cloud.standards.water.means import day_means
from riverchief.cloud.standards.water.method import method
from riverchief.cloud.standards.water.periods import (
    Completeness,
    completeness,
    completeness_note,
    period_verdict,
    period_verdicts,
    spans_between,
)

ITEMS = ("ph", "do", "codmn", "nh3n", "tp")


def days_of(rows, section=0):
    """Rows of (day, {item: value})."""
    days = np.array([day for day, _ in rows], "datetime64[D]")
    values = {code: [row.get(code, np.nan) for _, row in rows] for code in ITEMS}
    return day_means([section] * len(rows), days, values)


def monthly(values, item="nh3n", year=2026):
    rows = [(f"{year}-{k:02}-05", {"do": 9.0, item: v}) for k, v in enumerate(values, 1) if v is not None]
    return days_of(rows)


def test_the_class_is_that_of_the_mean_not_the_mean_of_classes():
    # classes Ⅱ, Ⅱ, 劣Ⅴ: the mean of NH3-N is 1.2, class Ⅳ
    days = days_of([("2026-10-05", {"nh3n": 0.3}), ("2026-10-06", {"nh3n": 0.3}), ("2026-10-07", {"nh3n": 3.0})])
    found = period_verdict(days, parse_span("2026-10"))
    assert (found.class_, found.deciding, found.n_days, found.means) == (4, ("nh3n",), 3, {"nh3n": pytest.approx(1.2)})
    assert set(found.row.missing) == {"ph", "do", "codmn", "tp"}
    assert found.sentence("zh").startswith("Ⅳ类：氨氮 1.2 mg/L 高于Ⅲ类限值 1，超Ⅲ类 0.2 倍")


def test_how_many_samples_are_enough_is_data_from_memory_and_says_so():
    assert [completeness(k) for k in ("month", "quarter", "year", "months")] == [
        Completeness(1, 1),
        Completeness(2, 1),
        Completeness(1, 8),
        Completeness(1, 1),
    ]
    assert completeness_note().confirmed is False
    assert method().confirmed
    with pytest.raises(InputError, match="kind of period 'week'"):
        completeness("week")


def test_a_year_needs_eight_months_and_no_class_is_given_without():
    seven, eight = monthly([0.3] * 7), monthly([0.3] * 8)
    short = period_verdict(seven, parse_span("2026"))
    assert (short.class_, short.deciding, short.enough, short.complete) == (0, (), False, False)
    assert short.sentence("en").startswith("too few: 7 months of 8; the means so far: class Ⅱ")
    assert short.counted.class_ == 0
    assert short.as_dict()["exceedance"] == {}
    assert period_verdict(eight, parse_span("2026")).class_ == 2
    # the rule can be given
    assert period_verdict(seven, parse_span("2026"), needed=Completeness(min_months=7)).class_ == 2
    once = period_verdict(days_of([("2026-10-05", {"nh3n": 0.3})]), parse_span("2026-Q4"))
    assert once.sentence("zh").startswith("样本不足：1天有数据，至少需2天")


def test_a_span_that_still_runs_is_judged_by_what_there_is_and_is_not_complete():
    days = monthly([0.3, 0.3, 1.8])
    running = period_verdict(days, parse_span("2026"), today=date(2026, 3, 20))
    assert (running.class_, running.complete, running.until) == (3, False, date(2026, 3, 20))
    earlier = period_verdict(days, parse_span("2026"), today=date(2026, 2, 28))
    assert (earlier.class_, earlier.n_months) == (2, 2)
    # the last day itself is still running, the next one it is over
    month = parse_span("2026-03")
    assert [period_verdict(days, month, today=date(2026, *d)).complete for d in ((3, 31), (4, 1))] == [False, True]


def test_nothing_measured_is_said():
    found = period_verdict(days_of([]), parse_span("2026-10"))
    assert (found.class_, found.means, found.n_days) == (0, {}, 0)
    assert (found.sentence("zh"), found.sentence("en")) == ("没有监测数据", "nothing was measured")


def test_rounding_is_an_option():
    days = days_of([("2026-10-05", {"nh3n": 1.004}), ("2026-10-06", {"nh3n": 1.004})])
    assert period_verdict(days, parse_span("2026-10")).class_ == 4
    rounded = period_verdict(days, parse_span("2026-10"), rounded=True)
    assert (rounded.class_, rounded.row.inputs["nh3n"], rounded.means["nh3n"]) == (3, 1.0, pytest.approx(1.004))
    # pH is rounded to an integer for classing: 9.4 passes, 9.6 does not
    for ph, class_ in ((9.4, 1), (9.6, 6)):
        row = days_of([("2026-10-05", {"do": 9.0, "ph": ph})])
        assert period_verdict(row, parse_span("2026-10"), rounded=True).class_ == class_
        assert period_verdict(row, parse_span("2026-10")).class_ == 6


def test_sections_are_judged_together_each_by_its_own_column():
    days = day_means(
        [0, 1, 1], np.array(["2026-10-05"] * 3, "datetime64[D]"), {"tp": [0.06, 0.06, 0.06], "do": [9, 9, 9]}
    )
    found = period_verdicts(days, parse_span("2026-10"), tp_rule=["river", "lake"])
    assert {k: v.class_ for k, v in found.items()} == {0: 2, 1: 4}
    assert found[1].row.tp_rule == "lake"


def test_spans_between_two_days():
    first, last = date(2025, 11, 30), date(2026, 2, 1)
    labels = {
        kind: [s.label for s in spans_between(first, last, kind)] for kind in ("month", "quarter", "year", "to-date")
    }
    assert labels == {
        "month": ["2025-11", "2025-12", "2026-01", "2026-02"],
        "quarter": ["2025-Q4", "2026-Q1"],
        "year": ["2025", "2026"],
        "to-date": ["2025", "2026-01..2026-02"],
    }


def test_an_edition_applies_from_its_day_and_not_before_it_was_published(monkeypatch):
    file = edition_module.files("riverchief.cloud.standards") / "data" / "gb3838" / "2002.toml"
    text = file.read_text(encoding="utf-8")
    older = text.replace("valid_from = 2002-06-01", "valid_from = 2002-06-01\nvalid_to = 2026-04-01")
    newer = (
        text.replace('edition = "GB 3838-2002"', 'edition = "GB 3838-X"\npublished = 2026-03-15')
        .replace("valid_from = 2002-06-01", "valid_from = 2026-04-01")
        .replace("limits = [0.15, 0.5, 1.0, 1.5, 2.0]", "limits = [0.1, 0.2, 0.3, 0.4, 0.5]")
    )
    known = (parse_edition(older, "gb3838"), parse_edition(newer, "gb3838"))
    from riverchief.cloud.standards.water import surface

    monkeypatch.setattr(edition_module, "editions", lambda standard: known)
    monkeypatch.setattr(surface, "editions", lambda standard: known)
    surface.surface_named.cache_clear()
    try:
        days = np.array(["2026-03-31", "2026-04-01"], "datetime64[D]")
        now = assess({"nh3n": 0.3}, on=days)
        assert (now.class_.tolist(), now.edition.tolist()) == ([2, 3], ["GB 3838-2002", "GB 3838-X"])
        # whoever asked in February did not know of it
        then = assess({"nh3n": 0.3}, on=days, known_on=date(2026, 2, 1))
        assert (then.class_.tolist(), set(then.edition.tolist())) == ([2, 2], {"GB 3838-2002"})
    finally:
        surface.surface_named.cache_clear()


VALUES = st.fixed_dictionaries(
    {"do": st.floats(0, 15), "codmn": st.floats(0, 20), "nh3n": st.floats(0, 3), "tp": st.floats(0, 0.6)}
)


@given(
    st.lists(VALUES, min_size=1, max_size=12),
    st.integers(0, 11),
    st.sampled_from(["codmn", "nh3n", "tp"]),
    st.floats(1, 4),
)
def test_one_worse_month_never_makes_the_year_better(months, at, item, factor):
    rows = [(f"2026-{k:02}-05", row) for k, row in enumerate(months, 1)]
    at %= len(rows)
    worse = list(rows)
    worse[at] = (rows[at][0], {**rows[at][1], item: rows[at][1][item] * factor})
    needed = Completeness()
    span = parse_span("2026")
    before = period_verdict(days_of(rows), span, needed=needed)
    assert period_verdict(days_of(worse), span, needed=needed).class_ >= before.class_


@given(VALUES, st.sampled_from(["do", "codmn", "nh3n", "tp"]))
def test_leaving_out_an_item_may_make_it_better_but_never_silently(values, item):
    rows = [("2026-10-05", values)]
    without = [("2026-10-05", {code: v for code, v in values.items() if code != item})]
    span = parse_span("2026-10")
    found = period_verdict(days_of(without), span)
    assert found.class_ <= period_verdict(days_of(rows), span).class_
    assert item in found.row.missing
    assert "缺项未参评" in found.sentence("zh")
