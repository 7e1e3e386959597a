"""Small rivers for the tests of files, folders and cycles."""

import numpy as np

from riverchief.govern import twin
from riverchief.govern.twin.importers.swmm_shapes import shape_of
from riverchief.govern.twin.river import Assumed


def canal(dx_m=100.0, flow_m3s=12.0, **carried):
    """A kilometre of trapezoid with an inflow and normal depth at its end."""
    river = twin.River("canal")
    shapes = [twin.trapezoid(10, 2, 0.03, bed_m=bed) for bed in (1.0, 0.0)]
    river.reach("a", [0.0, 1000.0], shapes, dx_m=dx_m)
    river.inflow("head", flow_m3s, node="a:start", **carried)
    river.boundary(twin.NormalDepth("a:end", 0.001))
    return river


def wave(base=12.0, top=30.0, hours=6.0):
    """A flood of some hours."""
    time = np.arange(0.0, hours * 3600 + 1, 900.0)
    return twin.Series(time, base + (top - base) * np.sin(np.pi * time / time[-1]) ** 2)


PLACES = {"a": ("left", 1500.0), "b": ("stem", 2500.0)}


def forked(manning=0.03, dx_m=250.0, **flows):
    """Two heads, a confluence, a discharger below it; `PLACES` are a gauge on one head and one on the stem."""
    river = twin.River("fork")
    shape = [twin.trapezoid(8, 2, manning, bed) for bed in (4.0, 2.0)]
    below = [twin.trapezoid(12, 2, manning, bed) for bed in (2.0, 0.0)]
    river.reach("left", [0, 2000.0], shape, dx_m=dx_m, to_node="meet")
    river.reach("right", [0, 2000.0], shape, dx_m=dx_m, to_node="meet")
    river.reach("stem", [0, 3000.0], below, dx_m=dx_m, from_node="meet")
    river.inflow("l", flows.get("l", 4.0), node="left:start")
    river.inflow("r", flows.get("r", 6.0), node="right:start")
    river.inflow("works", flows.get("works", 1.0), at=("stem", 500.0))
    river.boundary(twin.NormalDepth("stem:end", 0.0007))
    return river


def everything():
    """A river with one of each thing that a folder can hold."""
    river = twin.River("everything 万物")
    station = np.array([0.0, 5.0, 5.0, 12.0, 30.0])
    level = np.array([9.0, 8.0, 6.0, 6.0, 9.5])
    rough = twin.CrossSection(station, level, np.array([0.05, 0.03, 0.08]), np.array([0.0, 5.0, 15.0]), "XS 1")
    river.reach(
        "up",
        [0.0, 400.0],
        [rough, rough],
        dx_m=50.0,
        to_node="pool",
        loss=[(120.0, 0.3)],
        assumed=Assumed("roughness", 0.3),
    )
    river.reach(
        "down",
        [0.0, 600.0],
        [twin.trapezoid(8, 1.5, 0.028, 5.0), twin.trapezoid(8, 1.5, 0.028, 4.6)],
        dx_m=60.0,
        from_node="after",
    )
    river.reach(
        "pipe", [0.0, 90.0], [twin.circle(1.2, 0.013, 6.5), twin.circle(1.2, 0.013, 6.4)], dx_m=30.0, to_node="after"
    )
    sewer = [shape_of(twin.circle(0.8, 0.013), level, 2) for level in (6.6, 6.5)]
    river.reach("sewer", [0.0, 60.0], sewer, dx_m=30.0, from_node="pool", to_node="after")
    river.storage("pool", [5.5, 8.0, 11.0], [200.0, 900.0, 1500.0])
    opening = twin.Series(np.array([0.0, 3600.5]), np.array([0.4, 0.9]), steps=True)
    rule = twin.LevelRule("up", 300.0, 7.4, 0.5, 900.0)
    river.structure(twin.Gate("g1", 5.6, 4.0, opening), between=("pool", "after"))
    river.structure(twin.Gate("g2", 5.6, 2.0, twin.constant(0.2), rule=rule), between=("pool", "after"))
    river.structure(twin.Weir("w1", 7.8, 12.0, 1.84), between=("pool", "after"))
    river.structure(twin.Pump("p1", twin.constant(0.1), 6.0, 5.8), between=("pool", "after"))
    river.structure(twin.Orifice("o1", 5.7, 1.0, 0.5), between=("pool", "after"))
    river.structure(
        twin.Rating("r1", np.array([8.0, 9.0, 10.0]), np.array([0.0, 4.0, 15.0])), between=("pool", "after")
    )
    river.structure(twin.Weir("w2", 5.4, 9.0), at=("down", 240.0))
    river.inflow("head", wave(3.0, 9.0), node="up:start", nh3n=0.4, tp=wave(0.1, 0.5))
    river.inflow("works", 0.2, at=("down", 300.0), nh3n=2.0)
    river.inflow("pipe", 0.3, node="pipe:start")
    river.boundary(twin.LevelBoundary("down:end", twin.constant(5.9), {"nh3n": 0.2}))
    return river
