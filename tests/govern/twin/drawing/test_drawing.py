"""Pictures of a profile: valid, without anything from elsewhere, and moving through every instant."""

import json
import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from govern.twin.rivers_of_operation import canal, wave
from riverchief.govern import twin
from riverchief.govern.twin import drawing, profile
from riverchief.govern.twin.drawing.scale import ticks

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def run():
    model = twin.Model(canal(flow_m3s=wave()))
    return model.run(model.start(0.0), 6 * 3600.0, 900.0)


def points(element):
    return np.array([[float(v) for v in pair.split(",")] for pair in element.get("points").split()])


def test_a_notebook_shows_the_profile_of_a_run_by_itself(run):
    svg = run.profile(3 * 3600.0)._repr_svg_()
    root = ET.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    assert "3.00 h" in root.get("aria-label")
    lines = [points(one) for one in root.iter(f"{SVG}polyline")]
    assert all(np.isfinite(one).all() for one in lines)
    width, height = (float(v) for v in root.get("viewBox").split()[2:])
    for one in lines:
        assert (one >= 0).all()
        assert (one[:, 0] <= width).all()
        assert (one[:, 1] <= height).all()


def test_higher_water_is_drawn_higher(run):
    def surface(time_s):
        root = ET.fromstring(run.profile(time_s).svg)
        return points(next(one for one in root.iter(f"{SVG}polyline") if one.get("stroke-width") == "2"))

    assert (surface(3 * 3600.0)[:, 1] < surface(900.0)[:, 1]).all()


def test_a_title_with_signs_of_markup_stays_text(run):
    told = profile.profile(run)
    assert "<script>" not in drawing.picture(told, title="<script>x</script>").svg
    page = drawing.animation(told, "<b>x</b>", "</script>")
    assert "<b>x</b>" not in page
    assert page.count("</script>") == 2


def test_an_animation_needs_nothing_from_elsewhere_and_has_every_instant(run):
    page = drawing.animation(profile.profile(run), "canal")
    assert not re.search(r"""(?:src|href)=|url\(|@import|fetch\(""", page)
    assert set(re.findall(r"https?://[^\"' ]+", page)) <= {"http://www.w3.org/2000/svg"}
    data = json.loads(re.search(r'<script id="run"[^>]*>(.*?)</script>', page, re.DOTALL)[1])
    assert len(data["time"]) == run.time_s.size
    assert np.array(data["level"]).shape == (run.time_s.size, len(data["distance"]))
    level, bed = np.array(data["level"]), np.array(data["bed"])
    assert (level < bed).all()  # pixels count downwards


def test_a_long_run_is_thinned_and_keeps_its_ends(run):
    told = profile.profile(run)
    many = 5000
    longer = profile.Profile(
        told.way,
        np.linspace(0, 9e9, many),
        *(np.repeat(part[:1], many, axis=0) for part in (told.level_m, told.energy_m, told.flow_m3s, told.velocity_ms)),
        {},
    )
    page = drawing.animation(longer, "x")
    data = json.loads(re.search(r'<script id="run"[^>]*>(.*?)</script>', page, re.DOTALL)[1])
    assert len(data["time"]) <= 600
    assert data["time"][0] == "0 s"
    assert data["time"][-1].startswith("2255-")


@pytest.mark.parametrize(("low", "high"), [(0, 1), (101.3, 112.9), (-4, 0.02), (0, 124_000), (5, 5.001)])
def test_ticks_are_round_and_inside(low, high):
    found = ticks(low, high)
    assert 2 <= len(found) <= 7
    assert all(low - 1e-9 <= one <= high + 1e-9 for one in found)
    assert np.diff(found) == pytest.approx(np.diff(found)[0])
