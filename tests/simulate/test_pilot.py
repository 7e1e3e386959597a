"""The pilot flies what is planned, brings pictures that the platform can place, and marks what they show."""

from datetime import UTC, datetime, timedelta

import pytest

from riverchief.base.places import Place
from riverchief.base.time import FixedClock
from riverchief.simulate.api import Cast
from riverchief.simulate.pilot import Pilot
from riverchief.simulate.truth import Spill
from riverchief.sky import cameras, export, finding, media
from riverchief.sky.mission import plan_corridor
from simulate.platform import People

NOW = datetime(2026, 5, 12, 0, 0, tzinfo=UTC)
KEY = "mission-01KRCC0HS9TXPRXRS00YTTDCHX"
STRETCH = ("qx1", 8_700.0, 10_300.0)


def spill(reach="qx1", chainage_m=9_500.0):
    start_s = int((NOW - timedelta(hours=5)).timestamp())
    return Spill("works-shangchuan", "works", Place(reach, chainage_m), start_s, 4 * 3_600, {"nh3n": 1e5})


@pytest.fixture(scope="module")
def plan(mini):
    reach, from_m, to_m = STRETCH
    at = [from_m + 50 * k for k in range(int((to_m - from_m) / 50) + 1)]
    line = mini.network.point([mini.network.index(reach)] * len(at), at)
    drone = cameras.Drone.named("M3E")
    camera = cameras.Camera.named(drone.camera)
    how = {"width_m": 100.0, "camera": camera, "drone": drone, "altitude_m": 120.0}
    return plan_corridor(line, **how, overlap_front=0.6, overlap_side=0.5)


@pytest.fixture
def people(monkeypatch, plan):
    found = People()
    found.install(monkeypatch)
    tell(found, plan, "planned")
    return found


def tell(people, plan, state, photos=(), findings=()):
    told = plan.as_dict()
    mission = {
        **{name: told[name] for name in ("altitude_m", "length_m", "sorties")},
        "id": KEY, "state": state, "alert": "alert-1", "planned_at": NOW.isoformat(), "reach": STRETCH[0],
        "from_m": STRETCH[1], "to_m": STRETCH[2], "stretches": [list(STRETCH)], "lon": 112.22, "lat": 37.25,
    }  # fmt: skip
    people.answers["GET", "/sky/missions"] = {"items": [mission]}
    page = {"mission": mission, "lines": export.as_geojson(plan), "photos": list(photos), "findings": list(findings)}
    people.answers["GET", f"/sky/missions/{KEY}"] = page


def pilot(mini, hours, **more):
    cast, clock = Cast("http://river.test"), FixedClock(NOW + timedelta(hours=hours))
    given = {"spill": spill(), "seed": 3, "most_pictures": 12, **more}
    return Pilot(cast, clock, mini, **given)


def uploaded(people):
    return [(path, body) for path, body in people.done() if path.endswith("/photos")]


def test_nothing_comes_back_before_the_flight_is_over(people, plan, mini):
    flown_h = 25 / 60 + sum(s["duration_s"] for s in plan.as_dict()["sorties"]) / 3_600
    assert pilot(mini, flown_h - 0.01).step() == []
    assert people.done() == []
    assert pilot(mini, flown_h + 0.01).step() == [f"guard-149901 flew {plan.length_m:,.0f} m of qx1, 12 pictures"]


def test_pictures_lie_where_they_were_planned_and_within_the_flights_time(people, plan, mini):
    pilot(mini, 6).step()
    assert len(people.files) == 12
    assert [len(body) for _, body in uploaded(people)] == [10, 2]
    network = mini.network
    for _, data in people.files:
        meta = media.place_photo(data)
        assert network.locate([meta.lon], [meta.lat]).distance_m[0] < 200
        assert NOW + timedelta(minutes=25) <= meta.taken_at <= NOW + timedelta(hours=6)
        assert meta.camera().name == "DJI M3E"


def test_pictures_that_are_there_are_not_sent_again(people, plan, mini):
    pilot(mini, 6).step()
    names = [name for name, _ in people.files]
    people.files.clear()
    tell(people, plan, "planned", photos=[{"name": name} for name in names[:7]])
    pilot(mini, 6).step()
    assert [name for name, _ in people.files] == names[7:]


def marked(people, plan, mini, **more):
    """Bring the pictures, then mark: the picture's bytes and the mark."""
    flyer = pilot(mini, 6, **more)
    flyer.step()
    there = dict(people.files)
    people.calls.clear()
    photos = [{"name": name, "id": name, "placed": True} for name in there]
    tell(people, plan, "flown", photos=photos)
    people.answers["GET", "/cloud/alerts"] = {"items": [{"id": "alert-1"}]}
    flyer.step()
    ((path, body),) = people.done()
    return there[path.split("/")[3]], body


def test_a_plume_in_the_stretch_is_marked_where_it_begins(people, plan, mini):
    data, mark = marked(people, plan, mini)
    assert mark["kind"] == "plume"
    meta = media.place_photo(data)
    width_m = mini.reaches[0].width_m
    point = finding.locate_pixel(meta.camera(), meta.pose(), mark["u"], mark["v"], river_width_m=width_m)
    located = mini.network.locate([point.lon], [point.lat])
    assert abs(located.chainage_m[0] - 9_500) < point.error_m + 1
    assert 0 < located.distance_m[0] < width_m


def test_where_no_plume_is_the_darkest_water_near_the_suspect_is_marked(people, plan, mini):
    lon, lat = (float(x) for x in mini.network.point(mini.network.index("qx1"), 9_000.0)[0])
    candidates = [{"code": "none", "lon": None, "lat": None}, {"code": "out-chem", "lon": lon, "lat": lat}]
    people.answers["GET", "/cloud/alerts/alert-1"] = {"trace": {"candidates": candidates}}
    data, mark = marked(people, plan, mini, spill=spill("qx3", 4_000.0))
    assert mark["kind"] == "suspect"
    assert "no outfall" in mark["note"]
    meta = media.place_photo(data)
    point = finding.locate_pixel(meta.camera(), meta.pose(), mark["u"], mark["v"])
    located = mini.network.locate([point.lon], [point.lat])
    assert located.distance_m[0] < mini.reaches[0].width_m, "on the water"
    assert abs(located.chainage_m[0] - 9_000) < 300


def test_an_open_finding_is_made_part_of_the_case_once(people, plan, mini):
    tell(people, plan, "flown", findings=[{"id": "finding-1", "state": "open"}])
    people.answers["POST", "/sky/findings/finding-1/case"] = {"number": "2026-00001"}
    assert pilot(mini, 6).step() == ["guard-149901 makes a finding part of case 2026-00001"]
    people.calls.clear()
    tell(people, plan, "flown", findings=[{"id": "finding-1", "state": "case"}])
    assert pilot(mini, 6).step() == []
    assert people.done() == []
