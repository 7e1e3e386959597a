"""What is still allowed is exact: the printed value just meets the target, one step of its last decimal misses it."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError
from riverchief.cloud.standards.water.classes import assess, limits
from riverchief.govern.outlook.allowed import AT_LEAST, AT_MOST, allowed_for_class, allowed_mean, bad_days_left
from riverchief.govern.outlook.goal import ClassGoal, MeanGoal
from riverchief.govern.outlook.period import Averaging, ledger, parse_period

ITEMS = ("ph", "do", "codmn", "nh3n", "tp")
FIRST = np.datetime64("2026-01-01")


def plain_class(values, start, end, tp_rule):
    """The class of a period written out: days to months to the period, acidity for pH."""
    months = (FIRST + np.arange(values.shape[1])).astype("datetime64[M]")
    means = {}
    for i, item in enumerate(ITEMS):
        monthly = []
        for month in np.arange(np.datetime64(start, "M"), np.datetime64(end, "M") + 1):
            known = values[i, (months == month) & np.isfinite(values[i])]
            if known.size:
                monthly.append(np.mean(10.0**-known if item == "ph" else known))
        if monthly:
            means[item] = -np.log10(np.mean(monthly)) if item == "ph" else np.mean(monthly)
    return int(assess(means, on=end, tp_rule=tp_rule, items=ITEMS).class_)


series = st.lists(st.floats(0.3, 3.0), min_size=40, max_size=75)


@given(
    shape=series,
    levels=st.tuples(
        st.floats(6.3, 8.7), st.floats(3.0, 11.0), st.floats(1.0, 14.0), st.floats(0.05, 2.0), st.floats(0.01, 0.4)
    ),
    class_=st.integers(1, 5),
    rule=st.sampled_from(["river", "lake"]),
)
def test_feeding_what_is_allowed_just_meets_the_class_and_one_step_more_just_misses_it(shape, levels, class_, rule):
    period = parse_period("2026-01..2026-03")
    origin = date(2026, 1, 1) + (np.timedelta64(len(shape), "D")).astype(object)
    known = np.array(
        [[level * (1 if item in ("ph", "do") else s) for s in shape] for item, level in zip(ITEMS, levels, strict=True)]
    )
    goal = ClassGoal(class_, period.end, rule, ITEMS)
    account = goal.account(FIRST, known, period, origin)
    allowed = allowed_for_class(account, goal.edition().column(rule), class_)
    if any(a.impossible for a in allowed):
        return
    calm = {"ph": 7.5, "do": 29.0, "codmn": 0.0, "nh3n": 0.0, "tp": 0.0}

    def held(item, value):
        ahead = np.tile(np.array([[calm[i]] for i in ITEMS]), account.n_left)
        ahead[ITEMS.index(item)] = value
        return plain_class(np.concatenate([known, ahead], axis=1), period.start, period.end, rule)

    if held("ph", calm["ph"]) > class_:
        return  # another item misses it already on its own
    for a in allowed:
        if a.assured or not np.isfinite(a.exact):
            continue
        worse = a.step if a.sense == AT_MOST else -a.step
        assert held(a.property, a.exact) <= class_, f"{a.property} {a.exact!r} does not meet"
        assert held(a.property, a.printed) <= class_, f"{a.property} {a.printed!r} does not meet"
        assert held(a.property, a.printed + worse) > class_, f"{a.property} {a.printed + worse!r} still meets"


def test_worked_by_hand():
    # ten of 31 days at 0.26 mg/L; class Ⅲ of rivers asks for 0.2: (31 * 0.2 - 10 * 0.26) / 21 = 0.171428…
    values = np.full((1, 10), 0.26)
    account = ledger(("tp",), FIRST, values, parse_period("2026-01"), date(2026, 1, 11), Averaging.MONTHS)
    found = allowed_mean(account, "tp", AT_MOST, limits("GB 3838-2002", "tp").values[2])
    assert found.exact == pytest.approx(3.6 / 21)
    assert (found.printed, found.step, found.unit, found.n_left) == (0.171, 0.001, "mg/L", 21)


def test_a_value_that_is_a_printed_number_already_stays():
    values = np.full((1, 10), 0.2)
    account = ledger(("tp",), FIRST, values, parse_period("2026-01"), date(2026, 1, 11), Averaging.MONTHS)
    assert allowed_mean(account, "tp", AT_MOST, 0.2).printed == 0.2


def test_oxygen_has_a_lowest_mean_and_ph_two():
    values = np.array([[8.6] * 15, [4.0] * 15])
    period = parse_period("2026-01")
    account = ledger(("ph", "do"), FIRST, values, period, date(2026, 1, 16), Averaging.MONTHS)
    goal = ClassGoal(3, period.end, "river", ("ph", "do"))
    high, low, oxygen = allowed_for_class(account, goal.edition().column("river"), 3)
    assert (high.sense, low.sense, oxygen.sense) == (AT_MOST, AT_LEAST, AT_LEAST)
    assert oxygen.exact == pytest.approx((31 * 5 - 15 * 4) / 16)
    # 15 days at 8.6 leave 31e-9 - 15 * 10^-8.6 of hydrogen ion below zero: nothing can bring the mean up to 9
    assert high.assured
    assert low.exact == pytest.approx(-np.log10((31e-6 - 15 * 10**-8.6) / 16))


def test_too_much_already_is_impossible_and_nothing_left_is_nothing():
    values = np.full((1, 30), 0.5)
    account = ledger(("tp",), FIRST, values, parse_period("2026-01"), date(2026, 1, 31), Averaging.MONTHS)
    assert allowed_mean(account, "tp", AT_MOST, 0.2).impossible
    over = ledger(("tp",), FIRST, values, parse_period("2026-01"), date(2026, 2, 1), Averaging.MONTHS)
    assert np.isnan(allowed_mean(over, "tp", AT_MOST, 0.2).exact)
    with pytest.raises(InputError, match="neither at_most nor at_least"):
        allowed_mean(account, "tp", "below", 0.2)


@given(
    good=st.integers(0, 300), bad=st.integers(0, 300), left=st.integers(1, 200), share=st.sampled_from([0.8, 0.78, 0.9])
)
def test_so_many_bad_days_still_meet_the_ratio_and_one_more_misses_it(good, bad, left, share):
    found = bad_days_left(good, good + bad, left, share, share=True)
    total, percent = good + bad + left, round(share * 100)
    meets = [b for b in range(left + 1) if (good + left - b) * 100 >= percent * total]
    assert found.impossible == (not meets)
    assert found.assured == (len(meets) == left + 1)
    if meets:
        assert found.bad == max(meets)


def test_a_number_of_days_is_counted_the_same_way():
    assert bad_days_left(200, 250, 100, 292, share=False).bad == 8
    assert bad_days_left(292, 300, 65, 292, share=False).assured
    assert bad_days_left(200, 290, 75, 292, share=False).impossible


@given(st.floats(10, 60), st.integers(1, 300))
def test_the_mean_of_fine_dust_that_is_left_just_meets_the_limit(level, n):
    values = np.full((1, n), level)
    goal = MeanGoal("pm25", AT_MOST, 30.0)
    period = parse_period("2026")
    origin = date(2026, 1, 1) + (np.timedelta64(n, "D")).astype(object)
    account = goal.account(FIRST, values, period, origin)
    (found,) = goal.allowed(account)
    if found.impossible:
        assert n * level > 365 * 30
        return
    days = np.concatenate([values[0], np.full(365 - n, found.printed)])
    assert days.mean() <= 30 * (1 + 1e-9)
    days[n:] += found.step
    assert days.mean() > 30 * (1 + 1e-9)
