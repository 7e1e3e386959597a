"""Accounts of a small river system: nothing lost, nothing counted twice, shares that add up to one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riverchief.base.basin import Section
from riverchief.base.errors import InputError
from riverchief.base.network import Network
from riverchief.base.places import Place
from riverchief.govern.loads.balance import Discharged, Passing, balances, next_above

# a ─┐
#    ├─ c ── d      reaches of 10 km each
# b ─┘
NETWORK = Network.build(["a", "b", "c", "d"], ["na", "nb", "m", "n"], ["m", "m", "n", "o"], [10_000.0] * 4)


def _section(code, reach, chainage_m, *, boundary=False):
    return Section(code, code, code, Place(reach, chainage_m), 0, 0, "county", 3, "1", boundary=boundary)


A = _section("sa", "a", 1_000, boundary=True)
B = _section("sb", "b", 9_000)
C = _section("sc", "c", 5_000)
D = _section("sd", "d", 9_000)


def _passing(*pairs, n=50, spread=0.0):
    rng = np.random.default_rng(1)
    return [Passing(s, kg, kg * (1 + spread * rng.standard_normal(n))) for s, kg in pairs]


def region_of(place):
    return {"a": "west", "b": "east", "c": "south", "d": "south"}[place.reach]


def _shares(balance):
    return {s.owner: s.share for s in balance.owners}


def test_next_above_leaves_out_sections_that_have_another_between():
    assert next_above(NETWORK, [A.place, B.place, C.place, D.place]) == [[], [], [0, 1], [2]]


def test_an_account_closes_and_the_rest_is_what_nobody_discharged():
    works = Discharged("works", "south", Place("c", 1_000), 20.0, 0.0, "permit")
    found = {b.section.code: b for b in balances(NETWORK, _passing((A, 100), (B, 50), (C, 200)), [works], region_of)}
    c = found["sc"]
    assert (c.out_kg, c.in_kg, c.discharged_kg, c.rest_kg) == (200, 150, 20, 30)
    assert c.above == ("sa", "sb")
    assert c.rest_word == "gain"
    # 30 kg of gain on 9 km of a (west), 1 km of b (east) and 5 km of c (south)
    assert _shares(c) == pytest.approx(
        {"border": 100 / 200, "east": (50 + 30 / 15) / 200, "west": 18 / 200, "south": (20 + 10) / 200}
    )


def test_what_comes_over_the_border_is_nobodys_inside():
    (a,) = balances(NETWORK, _passing((A, 100)), [], region_of)
    assert _shares(a) == {"border": 1.0}


def test_a_loss_takes_the_same_part_of_everything():
    found = {b.section.code: b for b in balances(NETWORK, _passing((A, 100), (B, 100), (C, 150)), [], region_of)}
    assert found["sc"].rest_kg == -50
    assert found["sc"].rest_word == "loss"
    assert _shares(found["sc"])["border"] == pytest.approx(0.5)


def test_facilities_belong_to_the_first_section_below_them_and_count_once():
    at = [Place("a", 500), Place("a", 5_000), Place("b", 9_500), Place("c", 6_000), Place("d", 9_500)]
    facilities = [Discharged(f"f{k}", "west", place, 1.0, 0.0, "registry") for k, place in enumerate(at)]
    found = balances(NETWORK, _passing((A, 10), (B, 10), (C, 30), (D, 40)), facilities, region_of)
    assert {b.section.code: [f.code for f in b.facilities] for b in found} == {
        "sa": ["f0"],
        "sb": [],
        "sc": ["f1", "f2"],
        "sd": ["f3"],
    }  # f4 lies below the last section


@settings(max_examples=30)
@given(
    kg=st.lists(st.floats(0.1, 1e6), min_size=4, max_size=4),
    works=st.lists(st.floats(0, 1e5), min_size=2, max_size=2),
)
def test_shares_are_never_below_zero_and_add_up_to_one(kg, works):
    passing = _passing(*zip((A, B, C, D), kg, strict=True), spread=0.3)
    passing = [Passing(p.section, p.load_kg, np.maximum(p.draws_kg, 0.0)) for p in passing]
    facilities = [
        Discharged("w0", "east", Place("c", 1_000), works[0], works[0] * 0.3, "registry"),
        Discharged("w1", "south", Place("d", 1_000), works[1], works[1] * 0.3, "registry"),
    ]
    for balance in balances(NETWORK, passing, facilities, region_of):
        assert sum(s.share for s in balance.owners) == pytest.approx(1.0)
        assert all(s.share >= 0 and s.low <= s.high for s in balance.owners)
        assert balance.out_kg == pytest.approx(balance.in_kg + balance.discharged_kg + balance.rest_kg)


def test_an_uncertain_rest_is_called_balanced():
    found = balances(NETWORK, _passing((A, 100), (B, 50), (C, 155), spread=0.2), [], region_of)
    assert found[-1].rest_word == "balanced"


def test_sections_with_unlike_versions_are_refused():
    with pytest.raises(InputError, match="40 versions of its load, others 50"):
        balances(NETWORK, _passing((A, 1)) + _passing((B, 1), n=40), [], region_of)


def test_without_sections_there_is_no_account():
    assert balances(NETWORK, [], [], region_of) == []
