"""The twin passes the same contract as every transport engine: on steady water, and on a run's flows."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.signal import find_peaks

from govern.engine_contract import START_S, EngineContract
from govern.rivers import basin, fork, island, reach
from riverchief.base.errors import InputError
from riverchief.base.places import Place
from riverchief.govern.trace.kinematic import KinematicEngine, KinematicSettings
from riverchief.govern.twin.tracing.engine import Member, TwinEngine, TwinSettings
from riverchief.govern.twin.tracing.steady import steady_flows

CERTAIN = TwinSettings(velocity_nodes=1, dispersion_log_sd=0)


class TestSteadyTwin(EngineContract):
    def build(self, basin, kinetics, *, certain):
        return TwinEngine.of_basin(basin, kinetics, CERTAIN if certain else None, 100.0)


HEAD_M = 600.0


class LongerAbove:
    """Places of a river on the cells of one whose headwaters begin a little further up: closed forms have no upper end."""

    def __init__(self, heads, cells):
        self.heads, self.cells = heads, cells

    def cell(self, place):
        return self.cells.cell(Place(place.reach, place.chainage_m + HEAD_M * (place.reach in self.heads)))


class TestRunTwin(EngineContract):
    """The same water as a run of three days, with members of its own."""

    tolerance = 0.015

    def build(self, river, kinetics, *, certain):
        heads = {r.code for r in river.reaches if r.from_node not in {o.to_node for o in river.reaches}}
        members = []
        for factor, weight in [(1.0, 1.0)] if certain else [(0.8, 0.25), (1.0, 0.5), (1.2, 0.25)]:
            water = basin([replace(r, velocity_ms=factor * r.velocity_ms, length_m=r.length_m + HEAD_M * (r.code in heads))
                           for r in river.reaches])  # fmt: skip
            flows, cells = steady_flows(water, 120.0, 70 * 3600.0)
            members.append(Member(replace(flows, time_s=flows.time_s + START_S - 1_000.0), weight))
        return TwinEngine(river.network, members, LongerAbove(heads, cells), kinetics)


def test_the_twin_and_the_kinematic_engine_agree_where_the_closed_form_holds():
    # an independent peer: closed forms on moments, members of the same factors
    river = fork()
    twin, peer = TwinEngine.of_basin(river, dx_m=100.0), KinematicEngine(river, None, KinematicSettings())
    assert twin.member_weight == pytest.approx(peer.member_weight)
    t = START_S + np.arange(1.0, 30.0) * 3600
    args = ([Place("a", 1_000.0), Place("b", 4_000.0)], START_S, 7_200.0, [Place("c", 12_000.0)] * t.size, t, "nh3n")
    middle = twin.member_weight.size // 2
    assert twin.response(*args, middle) == pytest.approx(
        peer.response(*args, middle), abs=0.02 * peer.response(*args, middle).max()
    )


def test_the_two_ways_round_an_island_make_two_peaks():
    # moments alone make one peak of them
    long = basin([reach("a", "h", "p", 500.0, 10.0, 0.6), reach("north", "p", "q", 9_000.0, 6.0, 0.6),
                  reach("south", "p", "q", 12_000.0, 4.0, 0.3), reach("z", "q", "out", 900.0, 10.0, 0.6)])  # fmt: skip
    engine = TwinEngine.of_basin(long, None, CERTAIN, 100.0)
    t = np.arange(0.0, 16.0, 0.02) * 3600
    c = engine.response([Place("a", 0.0)], START_S, 1_800.0, [Place("z", 800.0)] * t.size, START_S + t, "chloride", 0)[
        0
    ]
    peaks, _ = find_peaks(c, prominence=0.05 * c.max())
    assert t[peaks] == pytest.approx([900 + 1_300 / 0.6 + 9_000 / 0.6, 900 + 1_300 / 0.6 + 12_000 / 0.3], rel=0.04)


def test_a_dry_reach_and_a_lack_of_members_are_named():
    with pytest.raises(InputError, match=r"reach dry has flow_m3s = 0.0 m³/s"):
        TwinEngine.of_basin(basin([reach("wet", "a", "b", 1_000.0), reach("dry", "b", "c", 1_000.0, 0.0, depth_m=1.0)]))
    flows, cells = steady_flows(island(), 500.0)
    with pytest.raises(InputError, match="0 members; give at least one"):
        TwinEngine(island().network, [], cells)
    run, _ = steady_flows(island(), 500.0, 3_600.0)
    with pytest.raises(InputError, match="steady flows and runs together"):
        TwinEngine(island().network, [Member(flows, 1.0), Member(run, 1.0)], cells)
