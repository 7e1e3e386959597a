"""Judging: which patrols count and why the others do not, what was seen, and what no further patrol can make worse."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ground.rules.making import STRETCH, rule, walk
from riverchief.base.errors import UnknownName
from riverchief.base.time import CHINA
from riverchief.ground.rules import Alert, Asked, Substitute, judge, named, shortfalls
from riverchief.ground.rules.model import ALERTS

# March 2025 begins on a Saturday; its Mondays are the 3rd, 10th, 17th, 24th and 31st
FIRST, LAST = date(2025, 3, 3), date(2025, 3, 30)


def village(**more):
    return rule(Asked(**{"level": "village", "period": "week", "count": 1, **more}))


def judged(one, patrols, alerts=(), stretch=STRETCH, first=FIRST, last=LAST):
    return judge(one, "village", stretch, patrols, first, last, alerts)


def why(outcome):
    return [(one.patrol.id, [reason.key.removeprefix("patrol.") for reason in one.reasons]) for one in outcome.refused]


def test_four_weeks_two_met_two_missed():
    got = judged(
        village(), [walk("a", "2025-03-03 00:00"), walk("b", "2025-03-23 23:59"), walk("c", "2025-03-31 08:00")]
    )
    assert [(one.first_day.day, one.due, one.done, one.met) for one in got] == [
        (3, 1, 1, True),
        (10, 1, 0, False),
        (17, 1, 1, True),
        (24, 1, 0, False),
    ]
    assert [one.id for one in got[2].counted] == ["b"], "Sunday night in China still belongs to its week"


def test_minutes_and_metres_are_asked_and_the_sentence_says_how_much_is_missing():
    one = village(shortest_min=30, shortest_m=1000)
    got = judged(one, [walk("a", "2025-03-04 08:00", 29.5, 880), walk("b", "2025-03-05 08:00", 30, 1000)])
    assert why(got[0]) == [("a", ["too_short_time", "too_short_way"])]
    assert [p.id for p in got[0].counted] == ["b"], "what is asked is enough"
    time, way = got[0].refused[0].reasons
    assert time.sentence("en") == "Too short by 0.5 min: 29.5 min of the 30 min asked."
    assert way.sentence("en") == "Too short by 120 m: 880 m of the 1,000 m asked."
    assert way.sentence("zh") == "路程少了120米：走了880米，要求不少于1,000米。"


def test_a_walk_just_below_the_limit_does_not_look_as_if_it_met_it():
    (way,) = shortfalls(village(shortest_m=1000).of("village"), walk("a", "2025-03-04 08:00", 30, 999.96))
    assert way.sentence("en") == "Too short by 0.04 m: 999.96 m of the 1,000 m asked."


def test_the_next_one_is_too_soon_after_the_last_that_counted_also_across_weeks():
    one = village(spacing_h=96)
    sunday = walk("a", "2025-03-09 08:00", 60)
    soon = walk("b", "2025-03-10 16:00", 60)  # 31 h after 09:00 on Sunday
    late = walk("c", "2025-03-13 09:00", 60)  # 96 h after it: the one between did not count and blocks nothing
    got = judged(one, [late, soon, sunday])
    assert [p.id for p in got[0].counted] == ["a"]
    assert [p.id for p in got[1].counted] == ["c"]
    assert why(got[1]) == [("b", ["too_soon"])]
    assert got[1].refused[0].reasons[0].sentence("en") == "31 h after the last one that counted; 96 h asked."
    assert got[1].refused[0].reasons[0].sentence("zh") == "距上次有效巡河结束仅31小时，要求间隔不少于96小时。"


def test_out_of_season_nothing_is_due_and_nothing_counts():
    one = village(months=tuple(range(3, 13)))
    patrols = [walk("a", "2025-02-20 08:00"), walk("b", "2025-02-26 08:00")]
    got = judged(one, patrols, first=date(2025, 2, 17), last=date(2025, 3, 9))
    assert [(o.due, o.done, o.met) for o in got] == [(0, 0, True), (1, 1, True), (1, 0, False)]
    assert why(got[0]) == [("a", ["out_of_season"])]
    assert "b" in [p.id for p in got[1].counted], "its week reaches into March, so that any of its days counts"


def test_photographs_and_track_are_asked_where_the_place_asks():
    one = village(photos=2, track=True)
    got = judged(one, [walk("a", "2025-03-04 08:00", photos=1, track=False), walk("b", "2025-03-05 08:00", photos=2)])
    assert why(got[0]) == [("a", ["no_track", "too_few_photos"])]
    assert got[0].met


def test_substitutes_count_where_accepted_under_their_condition_and_so_many_times():
    one = village(count=3, shortest_m=1000, substitutes=(Substitute("drone", 1, ("remote", "good_water")),))
    good = {"kind": "drone", "held": frozenset({"remote", "good_water"}), "metres": 0}
    got = judged(
        one,
        [
            walk("dirty", "2025-03-03 08:00", kind="drone", held=frozenset({"remote"})),
            walk("first", "2025-03-04 08:00", **good),
            walk("second", "2025-03-05 08:00", **good),
            walk("meeting", "2025-03-06 08:00", kind="meeting"),
            walk("next week", "2025-03-11 08:00", **good),
        ],
    )
    assert [p.id for p in got[0].counted] == ["first"]
    assert why(got[0]) == [
        ("dirty", ["condition"]),
        ("second", ["substituted_enough"]),
        ("meeting", ["not_accepted"]),
    ]
    told = [one.reasons[0].sentence("en") for one in got[0].refused]
    assert told == [
        "Accepted only where the stretch is of good water, which it was not on that day.",
        "No more than 1 in a period may be a drone flight.",
        "The rule does not accept a meeting on site in place of a walk.",
    ]
    assert [p.id for p in got[1].counted] == ["next week"]


def test_an_assistant_is_measured_as_a_walk():
    one = named("guangzhou-2021")
    short, long = (walk(n, "2025-03-04 08:00", 9, 900, kind=k) for n, k in (("a", "assistant"), ("b", "walk")))
    got = judged(one, [short, long], first=date(2025, 3, 1), last=date(2025, 3, 10))
    assert why(got[0]) == [(n, ["too_short_time", "too_short_way"]) for n in "ab"]


def test_an_alert_asks_more_of_the_weeks_that_it_touches():
    one = village(alert=(("yellow", 2),))
    patrols = [walk(str(day), f"2025-03-{day:02d} 08:00") for day in (4, 11, 12, 18)]
    got = judged(one, patrols, [Alert("yellow", date(2025, 3, 14), date(2025, 3, 18))])
    assert [(o.due, o.done, o.met, o.alert) for o in got] == [
        (1, 1, True, ""),
        (2, 2, True, "yellow"),
        (2, 1, False, "yellow"),
        (1, 0, False, ""),
    ]


def test_a_share_a_week_and_all_in_a_month():
    one = village(round_share=0.3, whole_within="month")
    # of 10,000 m: 3,000 m, then 2,999 m, then the same 2,999 m and 1 m more, then the rest
    seen = [
        [("R1", 0, 3_000)],
        [("R1", 3_000, 5_999)],
        [("R1", 3_000, 5_999), ("R1", 5_000, 6_000)],
        [("R2", 0, 9_000)],
    ]
    patrols = [walk(str(k), f"2025-03-{4 + 7 * k:02d} 08:00", seen=tuple(pieces)) for k, pieces in enumerate(seen)]
    got = judged(one, patrols, first=date(2025, 3, 1), last=date(2025, 3, 31))
    rounds, wholes = [o for o in got if o.kind == "round"], [o for o in got if o.kind == "whole"]
    assert [o.seen for o in rounds] == pytest.approx([0, 0.3, 0.2999, 0.3, 0.4])
    assert [o.met for o in rounds] == [False, True, False, True, True], "the week from 24 February has no patrol"
    (whole,) = wholes
    assert (whole.first_day.day, whole.last_day.day, whole.due) == (1, 31, 0)
    assert whole.seen == pytest.approx(1)
    assert whole.met
    (whole,) = [
        o for o in judged(one, patrols[:3], first=date(2025, 3, 1), last=date(2025, 3, 31)) if o.kind == "whole"
    ]
    assert whole.seen == pytest.approx(0.6)
    assert not whole.met


def test_a_week_of_holidays_need_not_be_walked():
    got = judge(named("guangzhou-2018"), "village", STRETCH, [], date(2025, 9, 29), date(2025, 10, 12))
    # National Day and Mid-Autumn 2025: 1 to 8 October; Saturday 11 October is worked in exchange
    assert [o.first_day.day for o in got if o.kind == "round" and o.due] == [29, 30, 9, 10, 11]
    assert all(o.met for o in got if o.due == 0 and o.kind == "round")


def test_each_river_is_asked_for():
    patrols = [
        walk("main", "2025-03-04 08:00", seen=(("R1", 0, 500),)),
        walk("both", "2025-03-05 08:00", seen=(("R1", 0, 500), ("R2", 4_900, 5_200))),
        walk("nowhere", "2025-03-06 08:00", seen=(("R2", 0, 1_000), ("R9", 0, 500))),
    ]
    got = judged(named("dinghu"), patrols, first=date(2025, 3, 1), last=date(2025, 3, 31))
    assert [(o.river, o.due, [p.id for p in o.counted], o.met) for o in got] == [
        ("branch", 2, ["both"], False),
        ("main", 2, ["main", "both"], True),
    ]
    assert all(why(o) == [("nowhere", ["elsewhere"])] for o in got)


def test_what_came_in_twice_counts_once():
    twice = walk("a", "2025-03-04 08:00")
    assert judged(village(count=2), [twice, twice])[0].done == 1


def test_a_level_that_the_rule_lacks_is_an_error():
    with pytest.raises(UnknownName, match="level of patrol rule own 'city'"):
        judge(village(), "city", STRETCH, [], FIRST, LAST)


# ------------------------------------------------------------------ invariants

MINUTE = timedelta(minutes=1)
START = datetime(2025, 2, 24, tzinfo=CHINA).astimezone(UTC)

PIECES = st.lists(
    st.tuples(st.sampled_from(["R1", "R2", "R9"]), st.integers(0, 70), st.integers(0, 70)).map(
        lambda p: (p[0], 100.0 * min(p[1:]), 100.0 * max(p[1:]))
    ),
    max_size=3,
).map(tuple)


@st.composite
def patrols(draw, name):
    minutes = draw(st.integers(0, 90))
    at = START + draw(st.integers(0, 35 * 24 * 4)) * 15 * MINUTE
    return walk(
        name,
        at,
        minutes,
        float(draw(st.integers(0, 3_000))),
        seen=draw(PIECES),
        kind=draw(st.sampled_from(["walk", "walk", "walk", "drone", "meeting"])),
        photos=draw(st.integers(0, 2)),
        held=frozenset(draw(st.sets(st.sampled_from(["remote", "good_water"])))),
    )


def many():
    return st.integers(0, 9).flatmap(lambda n: st.tuples(*[patrols(str(k)) for k in range(n)]))


@st.composite
def asks(draw, spacing=True):
    return Asked(
        "village",
        draw(st.sampled_from(["day", "working_day", "week", "ten_days", "month"])),
        1,
        tuple(sorted(draw(st.sets(st.integers(1, 12), min_size=10)))),
        draw(st.booleans()),
        draw(st.sampled_from([0, 30])),
        draw(st.sampled_from([0, 1_000])),
        draw(st.sampled_from([0.0, 24.0, 96.0])) if spacing else 0.0,
        draw(st.integers(0, 1)),
        round_share=draw(st.sampled_from([0.0, 0.3])),
        whole_within=draw(st.sampled_from([None, "month"])),
        substitutes=draw(st.sampled_from([(), (Substitute("drone", 1 if spacing else None, ("remote",)),)])),
    )


def run(asked, own, alerts=()):
    return judge(rule(asked), "village", STRETCH, own, date(2025, 2, 24), date(2025, 3, 31), alerts)


def worse(before, after):
    assert [(o.kind, o.river, o.first_day, o.due) for o in before] == [
        (o.kind, o.river, o.first_day, o.due) for o in after
    ]
    return [
        (a, b)
        for a, b in zip(before, after, strict=True)
        if b.done < a.done or b.seen < a.seen - 1e-12 or a.met > b.met
    ]


@given(asks(), many(), st.randoms())
def test_the_order_of_patrols_does_not_matter(asked, own, random):
    shuffled = list(own)
    random.shuffle(shuffled)
    assert run(asked, own) == run(asked, shuffled)


@given(asks(spacing=False), many(), patrols("new"))
def test_without_spacing_and_limits_no_further_patrol_makes_a_period_worse(asked, own, new):
    assert worse(run(asked, own), run(asked, (*own, new))) == []


@settings(max_examples=200)
@given(asks(), many(), patrols("new"))
def test_a_patrol_that_displaces_none_makes_no_period_worse(asked, own, new):
    before, after = run(asked, own), run(asked, (*own, new))
    if all(set(a.counted) <= set(b.counted) for a, b in zip(before, after, strict=True)):
        assert worse(before, after) == []
    elif not asked.spacing_h:
        # only a substitute that is accepted so many times can take another's place
        assert new.kind == "drone"


@given(asks(), many())
def test_what_counts_keeps_every_condition_and_what_does_not_has_a_reason(asked, own):
    for outcome in run(asked, own):
        last = None
        for one in outcome.counted:
            assert one.kind in ("walk", *(s.kind for s in asked.substitutes))
            assert outcome.first_day <= one.started_at.astimezone(CHINA).date() <= outcome.last_day
            if one.kind == "walk":
                assert one.duration_s >= asked.shortest_min * 60
                assert one.length_m >= asked.shortest_m
                assert one.photos >= asked.photos
            else:
                assert "remote" in one.held
            if last is not None and outcome.kind == "round":
                assert (one.started_at - last).total_seconds() >= asked.spacing_h * 3600 or asked.spacing_h == 0
            last = one.finished_at
        assert all(one.reasons for one in outcome.refused)
        for one in outcome.refused:
            assert all(reason.sentence("zh") and reason.sentence("en") for reason in one.reasons)
        if outcome.kind == "round" and not asked.per_river:
            inside = [p for p in own if outcome.first_day <= p.started_at.astimezone(CHINA).date() <= outcome.last_day]
            assert len(outcome.counted) + len(outcome.refused) == len(inside)


@given(asks(), many(), st.sampled_from(ALERTS))
def test_an_alert_never_asks_less(asked, own, level):
    raised = Asked(**{**{k: getattr(asked, k) for k in Asked.__slots__}, "spacing_h": 0.0, "alert": ((level, 3),)})
    plain = Asked(**{**{k: getattr(asked, k) for k in Asked.__slots__}, "spacing_h": 0.0})
    alert = [Alert(level, date(2025, 3, 10), date(2025, 3, 12))]
    for a, b in zip(run(plain, own), run(raised, own, alert), strict=True):
        assert b.due == a.due * (3 if b.alert else 1)
        assert a.counted == b.counted
