"""Mission files: the structure that real QGroundControl files have, and what a pilot relies on."""

import json

import numpy as np
import pytest

from riverchief.base.errors import InputError
from riverchief.base.geometry import distance_m, from_local_m
from riverchief.sky import export
from riverchief.sky.cameras import Camera, Drone
from riverchief.sky.mission import plan_corridor

LINE = from_local_m(np.array([[0, 0], [1500, 200], [2500, -100], [7000, 0]], float), (111.9, 37.0))


@pytest.fixture(scope="module")
def mission():
    return plan_corridor(
        LINE, width_m=150, camera=Camera.named("DJI P4P"), drone=Drone.named("P4P"), altitude_m=80, home_above_water_m=6
    )


def items(mission, number=1):
    return export.as_qgc_plan(mission, number)["mission"]["items"]


def test_a_plan_has_the_keys_and_kinds_of_real_ones(mission, shared_data):
    """Every key of QGroundControl's own sample is there with a value of the same kind, and so for its items."""
    sample = json.loads((shared_data / "sky/qgc_plans/qgroundcontrol_sample.plan").read_text())
    plan = json.loads(json.dumps(export.as_qgc_plan(mission)))

    def kinds(value):
        if isinstance(value, dict):
            return {key: kinds(inner) for key, inner in value.items() if key != "items"}
        if isinstance(value, list):
            return len(value) if value and not isinstance(value[0], dict) else []
        return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value)

    assert kinds(plan) == kinds(sample)
    by_command = {item["command"]: item for item in sample["mission"]["items"]}
    for item in plan["mission"]["items"]:
        like = by_command.get(item["command"])
        if like is not None:
            assert kinds(item).keys() == kinds(like).keys()
            assert item["frame"] == like["frame"]
            assert [p is None for p in item["params"]] == [p is None for p in like["params"]]
    assert plan["version"] == sample["version"] == 1
    assert plan["mission"]["version"] == sample["mission"]["version"] == 2


def test_every_real_sample_that_is_whole_shares_our_shape(mission, shared_data):
    ours = export.as_qgc_plan(mission)
    read = 0
    for path in sorted((shared_data / "sky/qgc_plans").glob("*.plan")):
        sample = json.loads(path.read_text())
        if "mission" not in sample or not {"items", "plannedHomePosition"} <= sample["mission"].keys():
            continue
        read += 1
        assert sample["fileType"] == ours["fileType"]
        assert sample["mission"].keys() <= ours["mission"].keys() | {"altitudeReference", "planType"}
        for item in sample["mission"]["items"]:
            if item["type"] == "SimpleItem":
                assert len(item["params"]) == 7
    assert read >= 5
    assert all(len(item["params"]) == 7 and item["type"] == "SimpleItem" for item in ours["mission"]["items"])


def test_the_flight_takes_off_looks_down_flies_the_lines_and_returns(mission):
    for sortie in mission.sorties:
        plan = items(mission, sortie.number)
        commands = [item["command"] for item in plan]
        assert [item["doJumpId"] for item in plan] == list(range(1, len(plan) + 1))
        assert commands[0] == export.TAKEOFF
        assert commands[-1] == export.RETURN_TO_LAUNCH
        assert (
            commands.index(export.MOUNT_CONTROL)
            < commands.index(export.WAYPOINT)
            < commands.index(export.TRIGGER_DISTANCE)
        )
        assert plan[commands.index(export.MOUNT_CONTROL)]["params"][0] == -90
        assert commands.count(export.WAYPOINT) == sortie.waypoints
        triggers = [item["params"][0] for item in plan if item["command"] == export.TRIGGER_DISTANCE]
        assert triggers[1::2] == [0] * len(sortie.lines), "the camera is off on the way to the next line"
        assert triggers[0::2] == [line.trigger_m for line in sortie.lines]


def test_heights_are_above_the_home_and_places_those_of_the_lines(mission):
    plan = items(mission)
    heights = {item["params"][6] for item in plan if item["command"] in (export.TAKEOFF, export.WAYPOINT)}
    assert heights == {74.0}
    points = [item["params"][4:6] for item in plan if item["command"] == export.WAYPOINT]
    wanted = [point for line in mission.sorties[0].lines for point in line.points]
    lat, lon = np.array(points).T
    assert distance_m(lon, lat, *np.array(wanted).T).max() < 0.02
    home = export.as_qgc_plan(mission, home_elevation_m=742.5)["mission"]["plannedHomePosition"]
    assert home == [pytest.approx(mission.sorties[0].home[1]), pytest.approx(mission.sorties[0].home[0]), 742.5]


def test_a_sortie_that_is_not_there_is_refused(mission):
    with pytest.raises(
        InputError, match=rf"sortie 9 was asked for; the mission has sorties 1 to {len(mission.sorties)}"
    ):
        export.as_qgc_plan(mission, 9)


def test_geojson_holds_corridor_homes_lines_and_photographs(mission):
    got = json.loads(json.dumps(export.as_geojson(mission)))
    kinds = [feature["properties"]["kind"] for feature in got["features"]]
    assert got["type"] == "FeatureCollection"
    assert kinds.count("corridor") == 1
    assert kinds.count("home") == len(mission.sorties)
    assert kinds.count("line") == sum(len(s.lines) for s in mission.sorties)
    assert kinds.count("photo") == len(mission.photos)
    corridor = got["features"][0]["geometry"]["coordinates"][0]
    assert corridor[0] == corridor[-1], "rings are closed"
    lon, lat = np.array(corridor).T
    assert distance_m(lon, lat, 111.9 + (lon - 111.9), 37.0).max() < 400
