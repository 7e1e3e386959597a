"""Small named rivers for the tests of tracing, made here and nowhere else."""

from collections.abc import Sequence

import numpy as np

from riverchief.base.basin import Basin, Facility, Reach, Section, Station
from riverchief.base.places import Place


def reach(code, upper, lower, length_m, flow_m3s=10.0, velocity_ms=0.5, width_m=20.0, depth_m=None):
    depth = flow_m3s / velocity_ms / width_m if depth_m is None else depth_m
    return Reach(code, code[0], code, code, upper, lower, length_m, flow_m3s, velocity_ms, width_m, depth)


def basin(
    reaches: Sequence[Reach],
    facilities: Sequence[Facility] = (),
    sections: Sequence[Section] = (),
    stations: Sequence[Station] = (),
) -> Basin:
    return Basin(
        "test", "试验", "test", "1499", "v1", "", (), tuple(reaches), (), tuple(sections), tuple(stations),
        tuple(facilities), (), (),
    )  # fmt: skip


def outfall(code, reach_code, chainage_m, pollutants=None, kind="outfall", flow_m3s=0.1):
    return Facility(
        code, kind, code, code, Place(reach_code, chainage_m), 112.0, 37.0, "1499", flow_m3s,
        {"nh3n": 10.0} if pollutants is None else pollutants,
    )  # fmt: skip


def border(code, reach_code, chainage_m):
    return Section(code, code, code, Place(reach_code, chainage_m), 112.0, 37.0, "city", 3, "1499", boundary=True)


def station(code, reach_code, chainage_m):
    return Station(
        code, code, code, "water_quality", Place(reach_code, chainage_m), 112.0, 37.0, "1499", "hj212", "2017", code,
        {"nh3n": 14_400},
    )  # fmt: skip


def width_for(dispersion_m2s, velocity_ms, depth_m, manning=0.035):
    """Width at which Fischer's formula gives this dispersion: D = 0.011 u² B² / (h u*), u* = u n √g / h^(1/6)."""
    shear = velocity_ms * manning * np.sqrt(9.81) / depth_m ** (1 / 6)
    return float(np.sqrt(dispersion_m2s * depth_m * shear / 0.011) / velocity_ms)


def canal(velocity_ms, dispersion_m2s, area_m2, length_m=60_000.0, pieces=1, depth_m=1.0):
    """One straight river of known velocity, dispersion and area, cut into equal reaches c0, c1, …"""
    width = width_for(dispersion_m2s, velocity_ms, depth_m)
    return basin(
        [
            reach(f"c{i}", f"n{i}", f"n{i + 1}", length_m / pieces, area_m2 * velocity_ms, velocity_ms, width, depth_m)
            for i in range(pieces)
        ]
    )


def fork():
    """Two headwaters a (6 m³/s) and b (4 m³/s) meet; c carries 10 m³/s."""
    return basin(
        [
            reach("a", "ha", "j", 8_000.0, 6.0, 0.5, 15.0),
            reach("b", "hb", "j", 12_000.0, 4.0, 0.4, 12.0),
            reach("c", "j", "out", 20_000.0, 10.0, 0.6, 20.0),
        ]
    )


def island():
    """a (10 m³/s) parts into a wide north (7) and a slow south (3) channel, which meet again in z (10)."""
    return basin(
        [
            reach("a", "h", "p", 4_000.0, 10.0, 0.6, 20.0),
            reach("north", "p", "q", 5_000.0, 7.0, 0.6, 16.0),
            reach("south", "p", "q", 6_000.0, 3.0, 0.35, 12.0),
            reach("z", "q", "out", 20_000.0, 10.0, 0.6, 20.0),
        ]
    )
