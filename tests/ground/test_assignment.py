"""Who answers for a place: the lowest level first, on the day in question."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.basin import Chief, Leave, Responsibility, Term
from riverchief.base.errors import UnknownName
from riverchief.base.places import Interval, Place
from riverchief.ground.assignment import LEVELS, Offices, assignee, responsible

DAY = date(2026, 11, 21)


def chief(code, level):
    return Chief(code, code, code, level, "1407")


def duty(code, from_m, to_m, start=date(2020, 1, 1), end=None, reach="R1"):
    return Responsibility(code, Interval(reach, from_m, to_m, start, end))


CHIEFS = [
    chief("city", "city"),
    chief("county", "county"),
    chief("v-long", "village"),
    chief("v-short", "village"),
    chief("old", "village"),
]
DUTIES = [
    duty("city", 0, 9000),
    duty("v-long", 0, 5000),
    duty("county", 0, 9000),
    duty("v-short", 4000, 5000),
    duty("old", 0, 5000, end=date(2026, 1, 1)),
    duty("county", 0, 100, reach="R2"),
]


def codes(place, day=DAY):
    return [found.chief.code for found in responsible(place, day, CHIEFS, DUTIES)]


def test_all_levels_are_named_the_lowest_first_and_the_shorter_stretch_before_the_longer():
    assert codes(Place("R1", 4500)) == ["v-short", "v-long", "county", "city"]
    assert codes(Place("R1", 6000)) == ["county", "city"]
    assert codes(Place("R2", 50)) == ["county"]


def test_the_ends_belong_to_the_stretch_and_days_decide():
    assert codes(Place("R1", 4000))[0] == "v-short"
    assert codes(Place("R1", 5000))[:2] == ["v-short", "v-long"]
    assert codes(Place("R1", 100), date(2025, 12, 31)) == ["old", "v-long", "county", "city"]
    assert codes(Place("R1", 100), date(2026, 1, 1)) == ["v-long", "county", "city"]


def test_a_case_goes_to_the_lowest_level_or_to_nobody():
    assert assignee(Place("R1", 4500), DAY, CHIEFS, DUTIES).code == "v-short"
    assert assignee(Place("R3", 0), DAY, CHIEFS, DUTIES) is None


def test_a_duty_of_a_chief_or_level_that_nobody_knows_is_refused():
    with pytest.raises(UnknownName, match="chief 'ghost' is not known"):
        responsible(Place("R1", 1), DAY, CHIEFS, [duty("ghost", 0, 10)])
    with pytest.raises(UnknownName, match="level of chief x 'town'"):
        responsible(Place("R1", 1), DAY, [chief("x", "town")], [duty("x", 0, 10)])


# ------------------------------------------------------------------ terms, leave and deputies, by hand


def leave(code, start, end, deputy):
    return Leave(code, start, end, deputy)


def test_a_deputy_answers_on_days_of_leave_and_not_on_the_day_of_return():
    offices = Offices(CHIEFS, DUTIES, (), [leave("v-short", date(2026, 11, 20), date(2026, 11, 22), "county")])
    here = Place("R1", 4500)
    told = [(a.chief.code, a.owner.code) for a in offices.responsible(here, DAY)]
    assert told[0] == ("county", "v-short")  # in the place of the village chief, first as the village is
    assert offices.responsible(here, date(2026, 11, 19))[0].chief.code == "v-short"
    assert offices.responsible(here, date(2026, 11, 22))[0].chief.code == "v-short"


def test_leave_passes_on_to_the_deputys_deputy_and_a_ring_of_deputies_ends_with_the_chief():
    days = date(2026, 11, 1), date(2026, 12, 1)
    chain = [leave("v-short", *days, "v-long"), leave("v-long", *days, "county")]
    assert Offices(CHIEFS, DUTIES, (), chain).acting("v-short", DAY).code == "county"
    ring = [leave("v-short", *days, "v-long"), leave("v-long", *days, "v-short")]
    assert Offices(CHIEFS, DUTIES, (), ring).acting("v-short", DAY).code == "v-short"


def test_who_is_out_of_office_answers_for_nothing_and_deputises_for_nobody():
    terms = [Term("v-short", date(2020, 1, 1), DAY), Term("county", date(2020, 1, 1))]
    offices = Offices(CHIEFS, DUTIES, terms, [leave("v-long", date(2026, 1, 1), date(2027, 1, 1), "v-short")])
    here = Place("R1", 4500)
    assert [a.chief.code for a in offices.responsible(here, DAY)] == ["v-long", "county", "city"]
    day_before = date(2026, 11, 20)
    assert [a.chief.code for a in offices.responsible(here, day_before)] == ["v-short", "v-short", "county", "city"]
    assert offices.held_by("v-short", DAY) == ()


def test_police_and_guards_keep_a_stretch_and_are_not_its_chiefs():
    people = [*CHIEFS, chief("po", "police"), chief("gu", "guard")]
    offices = Offices(people, [*DUTIES, duty("po", 0, 9000), duty("gu", 4000, 5000)])
    here = Place("R1", 4500)
    assert [a.chief.code for a in offices.keepers(here, DAY)] == ["po", "gu"]
    assert {a.chief.level for a in offices.responsible(here, DAY)} <= set(LEVELS)


# ------------------------------------------------------------------ what holds for all of them

PEOPLE = [chief(f"c{i}", level) for i, level in enumerate(("village", "village", "county", "city"))]
some_day = st.dates(date(2026, 1, 1), date(2026, 3, 1))
code = st.sampled_from([c.code for c in PEOPLE])


@st.composite
def spans(draw, kind):
    start = draw(some_day)
    return kind, draw(code), start, start + timedelta(days=draw(st.integers(1, 30))), draw(code)


@st.composite
def registries(draw):
    duties = []
    for c in PEOPLE:
        for _ in range(draw(st.integers(0, 2))):
            low = draw(st.integers(0, 900))
            start = draw(some_day)
            end = draw(st.none() | st.integers(1, 60).map(lambda n, s=start: s + timedelta(days=n)))
            duties.append(duty(c.code, low, draw(st.integers(low, 1000)), start, end))
    terms = [Term(who, a, b) for _, who, a, b, _ in draw(st.lists(spans("term"), max_size=3))]
    leaves = [leave(who, a, b, other) for _, who, a, b, other in draw(st.lists(spans("leave"), max_size=5))]
    return Offices(PEOPLE, duties, terms, leaves)


@given(registries(), st.integers(0, 1000), some_day)
def test_every_stretch_has_exactly_one_who_answers_and_it_is_the_same_asked_from_both_sides(offices, chainage_m, day):
    place = Place("R1", float(chainage_m))
    found = offices.responsible(place, day)
    owners = [
        d.chief for d in offices.duties if d.interval.covers(place, day) and _holds_office(offices.terms, d.chief, day)
    ]
    assert sorted(a.owner.code for a in found) == sorted(owners)  # one answer for each, no stretch twice, none lost
    for answer in found:
        assert answer.interval in offices.held_by(answer.chief.code, day)
        assert answer.interval in offices.held_by(answer.owner.code, day)
        away = any(x.chief == answer.owner.code and x.start <= day < x.end for x in offices.leaves)
        assert answer.instead_of is None or away
    for person in PEOPLE:
        mine = [i for i in offices.held_by(person.code, day) if i.covers(place, day)]
        named = [a.interval for a in found if person.code in (a.chief.code, a.owner.code)]
        assert sorted(mine, key=repr) == sorted(named, key=repr)


def _holds_office(terms, who, day):
    """Said once more in the plainest way: no term is known, or one of them has begun and not ended."""
    own = [t for t in terms if t.chief == who]
    return not own or any(t.start <= day < (t.end or date.max) for t in own)


@given(registries(), st.integers(0, 1000), some_day, st.lists(spans("leave"), max_size=3))
def test_leave_changes_who_answers_and_never_whose_stretch_it_is(offices, chainage_m, day, more):
    place = Place("R1", float(chainage_m))
    other = replace(offices, leaves=[*offices.leaves, *(leave(w, a, b, o) for _, w, a, b, o in more)])
    before = [(a.owner.code, a.interval) for a in offices.responsible(place, day)]
    assert [(a.owner.code, a.interval) for a in other.responsible(place, day)] == before


def _days(n):
    return date(2026, 1, 1) + timedelta(days=n)


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 60), st.integers(1, 40), st.integers(0, 4)), max_size=8),
    st.integers(0, 100),
    st.integers(0, 4),
)
def test_what_somebody_holds_is_what_looking_through_all_stretches_finds(rows, on, who):
    people = [chief(f"c{i}", "village") for i in range(5)]
    duties = [duty(f"c{i % 5}", 100 * i, 100 * i + 100) for i in range(12)]
    leaves = [Leave(f"c{a}", _days(b), _days(b + n), f"c{d}") for a, b, n, d in rows if a != d]
    offices, day, code = Offices(people, duties, (), leaves), _days(on), f"c{who}"
    looked = tuple(d.interval for d in duties if code in (d.chief, offices.acting(d.chief, day).code))
    assert offices.held_by(code, day) == looked
