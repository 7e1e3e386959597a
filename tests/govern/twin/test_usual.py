"""What flows in usually: the balance of water at gauges, by hand, and its limits."""

import pytest

from govern.twin.rivers_of_operation import PLACES, canal, forked
from riverchief.govern import twin
from riverchief.govern.twin.upstream import Upstream
from riverchief.govern.twin.usual import LEAST, MOST, Usual, factors, with_factors

FIRM = frozenset({"works"})


def read(**flows):
    return [Usual(*PLACES[code], flow) for code, flow in flows.items()]


@pytest.fixture(scope="module")
def model():
    return twin.Model(forked())


def test_inflows_are_what_every_gauge_saw(model):
    found = factors(model, read(b=10.7, a=5.2), FIRM)
    # 10.7 at the stem are 5.2 of the left, 1.0 of the works, and 4.5 of the right
    assert found == {"l": pytest.approx(5.2 / 4.0), "r": pytest.approx(4.5 / 6.0), "works": 1.0}


def test_steady_water_then_passes_the_gauges_as_they_read():
    river = forked()
    with_factors(river, factors(twin.Model(river), read(b=10.7, a=5.2), FIRM))
    model = twin.Model(river)
    run = model.run(model.start(0.0), 24 * 3600.0, 3600.0)
    assert run.flow_m3s(*PLACES["a"])[-1] == pytest.approx(5.2, rel=1e-6)
    assert run.flow_m3s(*PLACES["b"])[-1] == pytest.approx(10.7, rel=1e-6)


def test_one_gauge_moves_all_above_it_alike_and_what_no_gauge_sees_follows(model):
    assert factors(model, read(a=5.2), FIRM) == {"l": pytest.approx(1.3), "r": pytest.approx(1.3), "works": 1.0}
    both = factors(model, read(b=6.0), FIRM)
    assert both == {"l": pytest.approx(0.5), "r": pytest.approx(0.5), "works": 1.0}


def test_without_a_gauge_nothing_moves_and_factors_have_limits(model):
    assert set(factors(model, [], FIRM).values()) == {1.0}
    assert factors(model, read(a=4000.0), FIRM)["l"] == MOST
    assert factors(model, read(a=0.0), FIRM)["l"] == LEAST


def test_losses_and_abstractions_stay_as_they_are():
    river = canal()
    river.inflow("taken", -2.0, at=("a", 500.0))
    found = factors(twin.Model(river), [Usual("a", 900.0, 16.0)])
    assert found == {"head": pytest.approx(1.5), "taken": 1.0}


def test_each_inflow_belongs_to_the_next_place_below_it(model):
    above = Upstream.of(model, [PLACES["b"], PLACES["a"]])
    assert above.own == (("r", "works"), ("l",))
    assert above.above == ((1,), ())
    assert above.order == (1, 0)
    assert above.rest == ()
    high = Upstream.of(model, [PLACES["a"]])
    assert (high.own, high.rest) == ((("l",),), ("r", "works"))
