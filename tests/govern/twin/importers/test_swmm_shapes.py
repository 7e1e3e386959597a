"""SWMM's shapes: full area, width and flow against the summary that SWMM itself prints."""

import re

import numpy as np
import pytest

from govern.twin import swmm_peer
from riverchief.govern.twin.geometry import tables
from riverchief.govern.twin.importers.swmm_inp import parse_inp
from riverchief.govern.twin.importers.swmm_river import swmm_river

# Shape → its sizes, and how near full area, width and flow are to SWMM's own [share]
SHAPES = {
    "TRAPEZOIDAL": ("3 4 1.5 2", 1e-3),
    "RECT_OPEN": ("2 3 0 0", 1e-3),
    "TRIANGULAR": ("2 5 0 0", 1e-3),
    "PARABOLIC": ("2 5 0 0", 4e-3),
    "POWER": ("2 5 1.5 0", 6e-3),
    "CIRCULAR": ("1.2 0 0 0", 1e-3),
    "FILLED_CIRCULAR": ("1.2 0.3 0 0", 0.03),
    "RECT_CLOSED": ("1.5 2 0 0", 1e-3),
    "RECT_TRIANGULAR": ("2 1.5 0.5 0", 1e-3),
    "RECT_ROUND": ("2 1.5 1.0 0", 2e-3),
    "MODBASKETHANDLE": ("2 1.5 0.9 0", 3e-3),
    "EGG": ("1.5 0 0 0", 2e-3),
    "HORIZ_ELLIPSE": ("1.0 1.6 0 0", 0.03),
    "VERT_ELLIPSE": ("1.6 1.0 0 0", 0.03),
    "HORSESHOE": ("1.5 0 0 0", 0.08),
    "GOTHIC": ("1.5 0 0 0", 0.20),
    "CATENARY": ("1.5 0 0 0", 0.20),
    "SEMIELLIPTICAL": ("1.5 0 0 0", 0.08),
    "BASKETHANDLE": ("1.5 0 0 0", 0.08),
    "SEMICIRCULAR": ("1.5 0 0 0", 0.30),
    "CUSTOM": ("1.5 form 0 0", 6e-3),
    "IRREGULAR": ("river 0 0 0", 4e-3),
}
SLOPE = 0.01


def _text(units="CMS"):
    pipes = list(SHAPES)
    return "\n".join(
        [
            f"[OPTIONS]\nFLOW_UNITS {units}\nFLOW_ROUTING DYNWAVE\nEND_TIME 00:10\nSTART_DATE 01/01/2024\nEND_DATE 01/01/2024",
            "[JUNCTIONS]",
            *(f"N{i} {100 + i * SLOPE * 100}" for i in range(1, len(pipes) + 1)),
            "[OUTFALLS]\nN0 100 FREE",
            "[CONDUITS]",
            *(f"{name} N{i + 1} N{i} 100 0.015 0 0" for i, name in enumerate(pipes)),
            "[XSECTIONS]",
            *(f"{name} {name} {SHAPES[name][0]} 1" for name in pipes),
            "[CURVES]\nform SHAPE 0 .2 .3 .9 .6 1 .9 .7 1 .4",
            "[TRANSECTS]\nNC .05 .06 .03\nX1 river 7 20 40 0 0 0 0 0 0",
            "GR 4 0 2 15 1.8 20 0 26 .2 34 1.9 40 4 60",
            "[REPORT]\nINPUT YES\nNODES ALL\nLINKS ALL\n",
        ]
    )


@pytest.fixture(scope="module", params=["CMS", "CFS"])
def both(request, tmp_path_factory):
    """What SWMM says of every shape, in SI, and our river."""
    path = tmp_path_factory.mktemp("shapes") / "shapes.inp"
    path.write_text(_text(request.param))
    swmm_peer.run(path)
    foot = 0.3048 if request.param == "CFS" else 1.0
    report = path.with_suffix(".rpt").read_text(errors="replace").partition("Cross Section Summary")[2]
    said = {}
    for row in re.findall(
        r"^\s+(\w+)\s+\w+\s+([\d.]+)\s+([\d.]+)\s+([\d.]+)\s+([\d.]+)\s+1\s+([\d.]+)", report, re.MULTILINE
    ):
        depth, area, radius, width, flow = map(float, row[1:])
        said[row[0]] = (depth * foot, area * foot**2, radius * foot, width * foot, flow * foot**3)
    return said, swmm_river(parse_inp(_text(request.param))).river


@pytest.mark.parametrize("name", SHAPES)
def test_full_area_and_flow_are_those_of_swmm(both, name):
    said, river = both
    depth, area, _, _, flow = said[name]
    shape = river.reaches[name].shapes[0]
    full = shape.hydraulics(shape.form.depth_m)
    near = SHAPES[name][1]
    assert shape.form.depth_m == pytest.approx(depth, rel=5e-3)
    assert float(full.area_m2) == pytest.approx(area, rel=min(near, 0.03), abs=0.006)
    assert float(full.conveyance_m3s) * SLOPE**0.5 == pytest.approx(flow, rel=max(near, 4e-3), abs=0.006)


@pytest.mark.parametrize("name", SHAPES)
def test_area_is_the_integral_of_the_width_and_conveyance_never_falls(name):
    shape = swmm_river(parse_inp(_text())).river.reaches[name].shapes[0]
    depth = np.linspace(0.0, 2.0 * shape.depth_m, 8001)
    at = shape.hydraulics(depth)
    integral = np.concatenate([[0.0], np.cumsum(0.5 * (at.width_m[1:] + at.width_m[:-1]) * np.diff(depth))])
    assert np.abs(integral - at.area_m2).max() < 5e-3 * at.area_m2[-1]
    assert (np.diff(at.conveyance_m3s) >= -1e-9).all()
    assert np.isfinite(at.conveyance_m3s).all()


@pytest.mark.parametrize("name", ["CIRCULAR", "RECT_CLOSED", "RECT_TRIANGULAR", "CUSTOM"])
def test_the_tables_of_a_closed_conduit_go_on_with_the_slot(name):
    shape = swmm_river(parse_inp(_text())).river.reaches[name].shapes[0]
    depth = np.array([shape.depth_m])
    rows = tables.face_rows(tables.samples(shape, shape.depth_m)[None], depth)
    crown, slot = shape.form.depth_m, shape.vessel.slot_m
    area, width = tables.area_at(rows, depth, np.array([[crown, 2 * crown, 4 * crown]]))
    assert width[0, 1:] == pytest.approx([slot] * 2, rel=0.05)
    assert area[0, 2] - area[0, 1] == pytest.approx(2 * crown * slot, rel=0.05)
    # All that the narrowing part of the slot holds is small against the pipe
    assert area[0, 1] < 1.1 * area[0, 0]


def test_factors_of_a_transect_mean_what_they_mean_in_swmm(tmp_path):
    text = (
        _text()
        .replace("X1 river 7 20 40 0 0 0 0 0 0", "X1 river 7 20 40 0 0 1.5 1.2 3")
        .replace("IRREGULAR river", "irregular RIVER")
    )
    path = tmp_path / "factors.inp"
    path.write_text(text)
    swmm_peer.run(path)
    report = path.with_suffix(".rpt").read_text(errors="replace").partition("Cross Section Summary")[2]
    area, flow = map(float, re.search(r"IRREGULAR\s+\w+\s+[\d.]+\s+([\d.]+).*\s1\s+([\d.]+)", report).groups())
    reach = swmm_river(parse_inp(text)).river.reaches["IRREGULAR"]
    full = reach.shapes[0].hydraulics(reach.shapes[0].depth_m)
    slope = (reach.shapes[0].bed_m - reach.shapes[1].bed_m) / reach.length_m
    assert reach.length_m == pytest.approx(100 / 1.5)
    assert float(full.area_m2) == pytest.approx(area, rel=1e-3)
    assert float(full.conveyance_m3s) * slope**0.5 == pytest.approx(flow, rel=4e-3)


def test_three_barrels_carry_three_times_as_much():
    text = _text().replace("CIRCULAR 1.2 0 0 0 1", "CIRCULAR 1.2 0 0 0 3")
    one, three = (swmm_river(parse_inp(t)).river.reaches["CIRCULAR"].shapes[0] for t in (_text(), text))
    for what in ("area_m2", "width_m", "conveyance_m3s"):
        assert getattr(three.hydraulics(0.7), what) == pytest.approx(3 * getattr(one.hydraulics(0.7), what))
