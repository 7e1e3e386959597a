import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riverchief.base.errors import NetworkError, PlaceError, UnknownName
from riverchief.base.network import Network
from riverchief.base.places import Place


def y_network() -> Network:
    """Two headwaters a and b meet at j; c runs on from j to the outlet."""
    return Network.build(
        ["a", "b", "c"], ["ha", "hb", "j"], ["j", "j", "o"], [1000.0, 2000.0, 3000.0], [0.5, 1.0, 1.0],
        [[(112.0, 37.1), (112.0, 37.0)], [(112.1, 37.0), (112.0, 37.0)], [(112.0, 37.0), (112.0, 36.9)]],
    )  # fmt: skip


def random_network(seed: int, n: int, bifurcations: bool) -> Network:
    rng = np.random.default_rng(seed)
    if bifurcations:
        ends = [sorted(rng.choice(n, 2, replace=False)) for _ in range(2 * n)]
    else:
        ends = [(i, int(rng.integers(i + 1, n))) for i in range(n - 1)]
    return Network.build(
        [f"r{i}" for i in range(len(ends))],
        [f"n{u}" for u, _ in ends],
        [f"n{w}" for _, w in ends],
        rng.uniform(100, 5000, len(ends)),
        rng.uniform(0.2, 2, len(ends)),
    )


def graph(net: Network) -> nx.MultiDiGraph:
    g = nx.MultiDiGraph()
    for i in range(len(net.codes)):
        g.add_edge(int(net.from_node[i]), int(net.to_node[i]), key=i, length=float(net.length_m[i]))
    return g


def test_the_questions_on_a_confluence():
    net = y_network()
    assert net.upstream(net.index("c")).all()
    assert net.downstream(net.index("a")).tolist() == [True, False, True]
    assert [net.nodes[i] for i in net.confluences] == ["j"]
    assert net.bifurcations.size == 0
    assert net.distance([0, 1, 0, 2], [500, 0, 0, 10], [2, 2, 1, 0], [100, 0, 0, 0])[:2].tolist() == [600.0, 2000.0]
    assert np.isnan(net.distance([0, 2], [0, 10], [1, 0], [0, 0])).all()
    assert net.travel_time(0, 500, 2, 100) == pytest.approx(500 / 0.5 + 100 / 1.0)
    assert net.common_downstream([0, 1], [10, 10]) == (2, 0.0)
    reaches, first, last = net.between(0, 400, 2, 50)
    assert (reaches.tolist(), first.tolist(), last.tolist()) == ([0, 2], [400, 0], [1000, 50])


def test_points_are_placed_within_the_limit_and_refused_beyond_it():
    net = y_network()
    located = net.locate([112.0, 112.001, 113.0, np.nan], [37.05, 37.05, 37.05, 37.0], limit_m=500)
    assert located.reach.tolist() == [0, 0, -1, -1]
    assert located.chainage_m[:2] == pytest.approx([500, 500], abs=1)
    assert located.distance_m[0] < 1 < 80 < located.distance_m[1] < 95
    assert np.isnan(located.chainage_m[2:]).all()
    assert net.point([0, 2], [500.0, 0.0]) == pytest.approx(np.array([[112.0, 37.05], [112.0, 37.0]]), abs=1e-6)


def test_faults_are_named():
    with pytest.raises(NetworkError, match="reaches x, y form a cycle"):
        Network.build(["x", "y"], ["p", "q"], ["q", "p"], [1, 1])
    with pytest.raises(NetworkError, match="reach x is listed twice"):
        Network.build(["x", "x"], ["p", "q"], ["q", "r"], [1, 1])
    with pytest.raises(NetworkError, match="length_m of y is not above 0 m"):
        Network.build(["x", "y"], ["p", "q"], ["q", "r"], [1, 0])
    with pytest.raises(UnknownName, match="did you mean 'a'"):
        y_network().index("aa")
    with pytest.raises(PlaceError, match="a at 1,200 m is off the reach, which is 1,000 m long"):
        y_network().positions([Place("a", 1200.0)])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 40), st.booleans())
def test_agrees_with_networkx_on_random_networks(seed, n, bifurcations):
    net = random_network(seed, n, bifurcations)
    g = graph(net)
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, len(net.codes), (2, 30))
    ca, cb = rng.uniform(0, 1, (2, 30)) * net.length_m[[a, b]]
    shortest = dict(nx.all_pairs_dijkstra_path_length(nx.DiGraph(_cheapest(g)), weight="length"))
    for got, i, j, x, y in zip(net.distance(a, ca, b, cb), a, b, ca, cb, strict=True):
        way = shortest[int(net.to_node[i])].get(int(net.from_node[j]))
        expected = y - x if i == j and y >= x else np.nan if way is None else net.length_m[i] - x + way + y
        assert got == pytest.approx(expected, nan_ok=True)
    above = {
        k for _, _, k in g.subgraph(nx.ancestors(g, int(net.to_node[a[0]])) | {int(net.to_node[a[0]])}).edges(keys=True)
    }
    above_start = nx.ancestors(g, int(net.from_node[a[0]])) | {int(net.from_node[a[0]])}
    expected_mask = {k for k in above if int(net.to_node[k]) in above_start} | {int(a[0])}
    assert set(np.flatnonzero(net.upstream(a[0])).tolist()) == expected_mask


def _cheapest(g: nx.MultiDiGraph) -> nx.DiGraph:
    simple = nx.DiGraph()
    simple.add_nodes_from(g.nodes)
    for u, w, data in g.edges(data=True):
        if not simple.has_edge(u, w) or data["length"] < simple[u][w]["length"]:
            simple.add_edge(u, w, length=data["length"])
    return simple


@given(st.integers(0, 10_000), st.integers(3, 30))
@settings(max_examples=20, deadline=None)
def test_distance_adds_up_along_the_water(seed, n):
    net = random_network(seed, n, bifurcations=False)
    rng = np.random.default_rng(seed)
    a, b, c = rng.integers(0, len(net.codes), (3, 50))
    ab, bc, ac = net.distance(a, 0, b, 0), net.distance(b, 0, c, 0), net.distance(a, 0, c, 0)
    known = ~np.isnan(ab) & ~np.isnan(bc)
    assert ac[known] == pytest.approx((ab + bc)[known])
