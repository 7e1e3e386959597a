"""Which stretch is worth a flight, and its line."""

import numpy as np
import pytest

from riverchief.base.errors import InputError
from riverchief.base.geometry import distance_m
from riverchief.base.network import Network
from riverchief.sky.stretch import Stretch, centreline, suspect


def network(length_m=5000.0):
    line = [(111.80, 37.0), (111.82, 37.0), (111.82, 37.02)]
    return Network.build(["R1", "R2"], ["a", "b"], ["b", "c"], [length_m, 800.0], lines=[line, []])


def test_the_densest_stretches_come_first_until_the_share_is_reached():
    found = suspect(
        [
            Stretch("R1", 0, 4000, 0.30),
            Stretch("R1", 4000, 4500, 0.45),
            Stretch("R2", 0, 800, 0.15),
            Stretch("R2", 900, 1000, 0.0),
        ],
        share=0.6,
    )
    assert found == (Stretch("R1", 4000, 4500, 0.45), Stretch("R2", 0, 800, 0.15))


def test_stretches_that_touch_are_flown_as_one():
    found = suspect(
        [Stretch("R1", 500, 900, 0.4), Stretch("R1", 0, 500, 0.5), Stretch("R1", 3000, 3100, 0.1)], share=0.9
    )
    joined = next(s for s in found if s.from_m == 0)
    assert (joined.to_m, joined.probability) == (900, pytest.approx(0.9))


def test_without_probability_there_is_nothing_to_fly_to():
    with pytest.raises(InputError, match="nothing to fly to"):
        suspect([Stretch("R1", 0, 100, 0.0)])


def test_the_line_of_a_stretch_has_the_chainages_of_the_registry():
    net = network(length_m=8000.0)  # surveyed twice as long as drawn
    line = centreline(net, "R1", 1000, 7000)
    assert line[0] == pytest.approx(net.point(0, 1000)[0])
    assert line[-1] == pytest.approx(net.point(0, 7000)[0])
    assert line[1] == pytest.approx([111.82, 37.0])
    assert len(line) == 3
    drawn = float(distance_m(*line[:-1].T, *line[1:].T).sum())
    whole = float(distance_m(*net.lines[0][:-1].T, *net.lines[0][1:].T).sum())
    assert drawn == pytest.approx(whole * 6000 / 8000, rel=1e-3)


def test_a_stretch_off_the_reach_or_without_a_line_is_refused():
    with pytest.raises(InputError, match="is not on R1, which is 5,000 m long"):
        centreline(network(), "R1", 4000, 6000)
    with pytest.raises(InputError, match="R2 has no drawn line"):
        centreline(network(), "R2", 0, 500)
    assert np.isfinite(centreline(network(), "R1", 0, 5000)).all()
