"""What is judged: read from plain values, refused where it cannot be, and the share of a stretch that was seen."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ground.rules.making import STRETCH, walk
from riverchief.base.errors import InputError
from riverchief.ground.rules import Alert, Patrol, Stretch
from riverchief.ground.rules.records import read_years, seen_share, sees


@pytest.mark.parametrize(
    "more",
    [{"kind": "balloon"}, {"metres": float("nan")}, {"metres": -1.0}, {"seen": (("R1", 500.0, 400.0),)}],
)
def test_a_patrol_that_cannot_be_is_refused(more):
    with pytest.raises(InputError, match="a"):
        walk("a", "2025-03-04 08:00", **more)


def test_years_are_read_from_plain_values():
    row = {
        "chief": "c1",
        "level": "village",
        "stretch": [{"reach": "R1", "from_m": 0, "to_m": 100}],
        "patrols": [
            {
                "id": "a",
                "started_at": "2025-03-04T08:00:00+08:00",
                "finished_at": "2025-03-04T09:00:00+08:00",
                "duration_s": 3600,
                "length_m": 2000,
                "seen": [["R1", 0, 50]],
                "held": ["remote"],
            }
        ],
        "alerts": [{"level": "red", "first_day": "2025-03-01"}],
    }
    (year,) = read_years([row])
    assert year.patrols == (
        Patrol(
            "a",
            datetime(2025, 3, 4, 0, tzinfo=UTC),
            datetime(2025, 3, 4, 1, tzinfo=UTC),
            3600,
            2000,
            (("R1", 0.0, 50.0),),
            held=frozenset({"remote"}),
        ),
    )
    assert year.alerts == (Alert("red", date(2025, 3, 1)),)
    for patrol in ({"started_at": "2025-03-04T08:00:00"}, {"started_at": "soon"}, {"speed": 3}):
        with pytest.raises(InputError, match="chief c1: the year of patrols cannot be read"):
            read_years([{**row, "patrols": [{**row["patrols"][0], **patrol}]}])
    with pytest.raises(InputError, match="chief c1"):
        read_years([{key: value for key, value in row.items() if key != "level"}])


PIECES = st.lists(
    st.tuples(st.sampled_from(["R1", "R2", "R9"]), st.integers(0, 70), st.integers(0, 70)).map(
        lambda p: (p[0], 100.0 * min(p[1:]), 100.0 * max(p[1:]))
    ),
    max_size=3,
).map(tuple)


@given(PIECES, PIECES)
def test_the_share_seen_is_that_of_a_picture_of_the_stretch(some, others):
    # pieces lie on whole hundreds of metres, so that looking at the middle of each hundred is exact
    def picture(pieces):
        cells = [(s.reach, at) for s in STRETCH for at in range(int(s.from_m) + 50, int(s.to_m), 100)]
        return sum(any(r == reach and a < at < b for r, a, b in pieces) for reach, at in cells) / len(cells)

    assert seen_share(STRETCH, (*some, *others)) == pytest.approx(picture((*some, *others)))
    assert seen_share((), some) == 0
    assert seen_share((Stretch("R1", 5, 5),), some) == 0


def test_a_piece_that_only_touches_the_stretch_sees_nothing_of_it():
    assert sees(STRETCH, [("R2", 4_999, 6_000)])
    assert not sees(STRETCH, [("R2", 5_000, 6_000), ("R2", 0, 1_000), ("R3", 0, 6_000)])
    with pytest.raises(InputError, match="upstream end first"):
        Stretch("R1", 5, 4)
