"""The queue: nothing is lost, and whoever came alone is looked at before a flood."""

from hypothesis import given
from hypothesis import strategies as st

from riverchief.ground.citizens import queue
from riverchief.ground.citizens.queue import Waiting


def waiting(key, address, weight=1.0, words="", photo="", at=0.0, held=False):
    return Waiting(key, address, weight, words, photo, at, held)


def test_a_lone_report_stands_before_a_flood_that_came_first():
    flood = [waiting(f"f{a}-{k}", f"a{a}", 50.0, at=k) for a in range(200) for k in range(5)]
    real = waiting("real", "new", 1.0, at=10_000)
    assert queue.ordered([*flood, real])[0].id == "real"


def test_within_a_rank_addresses_take_turns_the_oldest_first():
    given_ = [waiting("a1", "a", 2, at=1), waiting("a2", "a", 2, at=2), waiting("b1", "b", 1, at=3)]
    assert [one.id for one in queue.ordered(given_)] == ["a1", "b1", "a2"]


def test_the_same_words_from_many_addresses_stand_behind():
    copied = [waiting(f"c{k}", f"a{k}", 1, words="same", at=k) for k in range(9)]
    own = waiting("own", "z", 1, words="other", at=99)
    assert queue.ordered([*copied, own])[0].id == "own"
    assert queue.ordered([waiting(f"n{k}", f"a{k}", 1, at=k) for k in range(9)])[0].id == "n0", (
        "no words are not the same words"
    )


def test_what_comes_from_a_held_address_stands_last():
    found = queue.ordered([waiting("h", "a", 1, held=True), waiting("f", "b", 4_000, at=5)])
    assert [one.id for one in found] == ["f", "h"]


def test_a_weight_halves_in_an_hour():
    assert queue.decayed(8.0, 3_600) == 4.0
    assert queue.decayed(8.0, 3 * 3_600) == 1.0
    assert queue.decayed(8.0, -5) == 8.0


def test_digests_see_through_spaces_digits_and_case():
    assert queue.digest_of("河边有垃圾 1 号!") == queue.digest_of("河边有，垃圾27号")
    assert queue.digest_of("Water SMELLS") == queue.digest_of("water smells 2")
    assert queue.digest_of("垃圾") == ""
    assert queue.digest_of("河水发黑发臭") != queue.digest_of("河岸有人挖沙")


REPORTS = st.lists(
    st.builds(
        waiting,
        st.uuids().map(str),
        st.sampled_from("abcdef"),
        st.floats(0, 1e6),
        st.sampled_from(["", "x", "y"]),
        st.sampled_from(["", "p"]),
        st.floats(0, 1e6),
        st.booleans(),
    ),
    max_size=40,
    unique_by=lambda one: one.id,
)


@given(REPORTS, st.randoms())
def test_nothing_is_lost_and_the_order_does_not_depend_on_how_they_were_read(reports, random):
    found = queue.ordered(reports)
    assert sorted(one.id for one in found) == sorted(one.id for one in reports)
    random.shuffle(reports)
    assert queue.ordered(reports) == found
