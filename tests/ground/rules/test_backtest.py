"""A rule on a year: fates that are known beforehand, and the comparison with the rule in force."""

from datetime import date, timedelta

import pytest

from ground.rules.making import STRETCH, rule, walk
from riverchief.ground.rules import Alert, Asked, ChiefYear, backtest, compare, judge, named, names, read_years
from riverchief.simulate.patrolyear import patrol_year

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
MONDAYS = [date(2025, 1, 6) + timedelta(days=7 * k) for k in range(51)]  # of the weeks that lie wholly in 2025


def year(name, days, level="village", metres=2_500.0, alerts=()):
    patrols = tuple(walk(f"{name}-{day}", f"{day} 08:00", 40, metres) for day in days)
    return ChiefYear(name, level, STRETCH, patrols, alerts)


YEARS = [
    year("weekly", MONDAYS),
    year("once a month", [date(2025, month, 15) for month in range(1, 13)]),
    year("summer", [day for day in MONDAYS if day.month >= 3]),
    year("short", MONDAYS, metres=250.0),
    year("never", []),
    year("city", [date(2025, 5, 1)], "city"),
]
MONTHLY = rule(Asked("village", "month", 1))
WEEKLY = rule(Asked("village", "week", 1, shortest_m=300), Asked("city", "half_year", 1))


def test_who_fails_which_periods():
    got = backtest(WEEKLY, YEARS, FIRST, LAST)
    assert {fate.chief: (fate.periods, len(fate.missed)) for fate in got.fates} == {
        "weekly": (51, 0),
        "once a month": (51, 51 - 12),
        "summer": (51, 8),  # Mondays of January (6, 13, 20, 27) and February (3, 10, 17, 24)
        "short": (51, 51),
        "never": (51, 51),
        "city": (2, 1),
    }
    summer = next(fate for fate in got.fates if fate.chief == "summer")
    assert [outcome.first_day for outcome in summer.missed] == MONDAYS[:8]
    assert got.failing == ("once a month", "summer", "short", "never", "city")


def test_shares_by_level():
    got = backtest(WEEKLY, YEARS, FIRST, LAST).levels()
    assert list(got) == ["city", "village"], "highest first"
    village = got["village"]
    assert (village.chiefs, village.failing, village.periods, village.missed) == (5, 4, 255, 39 + 8 + 51 + 51)
    assert village.failing_share == pytest.approx(0.8)
    assert village.missed_share == pytest.approx(149 / 255)


def test_a_period_that_began_before_the_year_is_nobodys_fault():
    got = backtest(WEEKLY, [year("late", MONDAYS)], FIRST, LAST)
    assert got.fates[0].periods == 51, "the week from 30 December 2024 ends in 2025, but its patrols may not be here"


def test_who_newly_fails_and_who_newly_passes():
    stricter = compare(WEEKLY, MONTHLY, YEARS, FIRST, LAST)
    # by the month: January and February are missing in summer's year; short walks counted; the city was asked nothing
    assert stricter.in_force.failing == ("summer", "never")
    assert stricter.newly_fail == ("once a month", "short", "city")
    assert stricter.newly_pass == ()
    looser = compare(MONTHLY, WEEKLY, YEARS, FIRST, LAST)
    assert looser.newly_fail == ()
    assert looser.newly_pass == ("once a month", "short"), "of whom nothing is asked, does not pass"
    assert looser.proposed.unasked == ("city",)


def test_aheqis_season_forgives_the_winter():
    # the week from 24 February touches March, so it is due; the summer walker's first Monday is 3 March
    got = backtest(named("aheqi"), [YEARS[2], YEARS[0]], FIRST, LAST)
    assert [[o.first_day for o in fate.missed] for fate in got.fates] == [[date(2025, 2, 24)], []]


def test_alerts_are_judged_with_the_chief_that_they_stand_at():
    alert = (Alert("red", date(2025, 6, 1), date(2025, 6, 5)),)
    weekly = year("calm", MONDAYS), year("alert", MONDAYS, alerts=alert)
    got = backtest(named("guangzhou-2021"), weekly, FIRST, LAST)
    # one or two Mondays lie in each ten days; red asks for 4 in the ten days from 1 June
    assert [[o.first_day for o in fate.missed if o.alert] for fate in got.fates] == [[], [date(2025, 6, 1)]]


@pytest.mark.parametrize("code", names())
def test_it_says_what_judging_each_chief_says(code):
    one = named(code)
    years = read_years(patrol_year("back-test", 60))
    got = backtest(one, years, FIRST, LAST)
    assert len(got.fates) + len(got.unasked) == 60
    for fate, own in zip(got.fates, [y for y in years if one.asks(y.level)], strict=True):
        outcomes = judge(one, own.level, own.stretch, own.patrols, FIRST, LAST, own.alerts)
        assert fate.missed == tuple(o for o in outcomes if not o.met and o.first_day >= FIRST)


def test_a_rule_beside_itself_changes_nothing():
    years = read_years(patrol_year("back-test", 60))
    got = compare(named("aheqi"), named("aheqi"), years, FIRST, LAST)
    assert (got.newly_fail, got.newly_pass) == ((), ())
    assert got.proposed == got.in_force
