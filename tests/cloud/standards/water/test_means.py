import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.spans import parse_span
from riverchief.cloud.standards.water.means import day_means, mean_of, span_means
from vectors import water as vectors

READINGS = st.lists(
    st.tuples(
        st.integers(0, 2),  # section
        st.integers(0, 120),  # day
        st.one_of(st.just(math.nan), st.floats(0, 30)),  # codmn
        st.one_of(st.just(math.nan), st.floats(5, 10)),  # ph
    ),
    min_size=1,
    max_size=40,
)
FIRST = np.datetime64("2026-01-01")


def means_of(rows, span="2026"):
    section, day, codmn, ph = (list(column) for column in zip(*rows, strict=True))
    days = day_means(section, FIRST + np.array(day), {"codmn": codmn, "ph": ph})
    return span_means(days, parse_span(span))


def plain_mean(values, code):
    values = [v for v in values if not math.isnan(v)]
    if not values:
        return math.nan
    if code == "ph":
        return -math.log10(sum(10**-v for v in values) / len(values))
    return sum(values) / len(values)


def plain_year(rows, section, code):
    """Readings to days to months to the year, in plain words."""
    column = 2 if code == "codmn" else 3
    by_day = {}
    for row in rows:
        if row[0] == section:
            by_day.setdefault(row[1], []).append(row[column])
    by_month = {}
    for day, values in by_day.items():
        month = str((FIRST + day).astype("datetime64[M]"))
        by_month.setdefault(month, []).append(plain_mean(values, code))
    return plain_mean([plain_mean(days, code) for days in by_month.values()], code)


def test_acidity_is_averaged_not_ph():
    values, mean, wrong = vectors.PH_MEAN
    assert round(mean_of(values, "ph"), 2) == mean
    assert np.mean(values) == pytest.approx(wrong)
    assert math.isnan(mean_of([math.nan], "ph"))


def test_a_day_counts_once_and_a_month_counts_once():
    # January: 2 on one day, 4 on another with three readings; February: 12
    found = means_of([(0, 0, 2.0, 7), (0, 1, 3.0, 7), (0, 1, 4.0, 7), (0, 1, 5.0, 7), (0, 40, 12.0, 7)])
    assert found.values["codmn"] == pytest.approx([(3.0 + 12.0) / 2])
    assert (found.n_days.tolist(), found.n_months.tolist()) == ([3], [2])
    january = means_of([(0, 0, 2.0, 7), (0, 1, 4.0, 7), (0, 40, 12.0, 7)], "2026-01")
    assert january.values["codmn"] == pytest.approx([3.0])


def test_a_section_without_a_value_in_the_span_is_not_there_and_an_item_without_one_is_nan():
    found = means_of([(0, 0, 2.0, math.nan), (2, 100, 1.0, 7)], "2026-01")
    assert found.section.tolist() == [0]
    assert np.isnan(found.values["ph"]).all()
    assert found.days_of["ph"].tolist() == [0]


def test_readings_without_a_day_are_left_out():
    days = day_means([0, 0], np.array(["NaT", "2026-01-01"], "datetime64[D]"), {"codmn": [99.0, 1.0]})
    assert days.values["codmn"].tolist() == [1.0]
    nothing = day_means([], np.empty(0, "datetime64[D]"), {"codmn": []})
    assert span_means(nothing, parse_span("2026")).section.size == 0


@given(READINGS)
def test_means_are_the_rule_in_plain_words(rows):
    found = means_of(rows)
    for k, section in enumerate(found.section.tolist()):
        for code in ("codmn", "ph"):
            assert found.values[code][k] == pytest.approx(plain_year(rows, section, code), nan_ok=True)


@given(READINGS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, random):
    mixed = list(rows)
    random.shuffle(mixed)
    before, after = means_of(rows), means_of(mixed)
    assert before.section.tolist() == after.section.tolist()
    for code in before.values:
        assert before.values[code] == pytest.approx(after.values[code], nan_ok=True)


@given(READINGS)
def test_sections_do_not_see_each_other(rows):
    together = means_of(rows)
    for k, section in enumerate(together.section.tolist()):
        alone = means_of([row for row in rows if row[0] == section])
        assert alone.values["codmn"] == pytest.approx(together.values["codmn"][k : k + 1], nan_ok=True)
