from dataclasses import FrozenInstanceError

import pytest

from riverchief.base.basin import Basin, Reach


def reach(code, upper, lower, line):
    return Reach(code, "r", "河", "River", upper, lower, 1000.0, 1.0, 0.5, 10.0, 0.2, line)


def test_a_basins_network_is_that_of_its_reaches_and_its_version():
    line = ((112.0, 37.0), (112.0, 36.99))
    reaches = (reach("a", "n0", "n1", line), reach("b", "n1", "n2", ()))
    basin = Basin("x", "某", "X", "140700000000", "v7", "", (), reaches, (), (), (), (), (), ())
    net = basin.network
    assert (net.codes, net.version) == (("a", "b"), "v7")
    assert net.distance(0, 0, 1, 500) == 1500
    assert net.travel_time(0, 0, 1, 500) == 3000
    assert [len(drawn) for drawn in net.lines] == [2, 0]
    assert basin.network is net
    with pytest.raises(FrozenInstanceError):
        basin.code = "y"
