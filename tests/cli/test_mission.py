"""`riverchief mission` and `riverchief sky` as a person and a program use them."""

import json

import pytest
from typer.testing import CliRunner

from riverchief.base.errors import InputError
from riverchief.cli import app, load_verbs
from riverchief.sky import export
from riverchief.sky.cameras import Camera, Drone
from riverchief.sky.mission import plan_corridor
from sky.jpeg import jpeg, xmp

runner = CliRunner()
load_verbs()
LINE = {
    "type": "Feature",
    "properties": {},
    "geometry": {"type": "LineString", "coordinates": [[111.90, 37.0], [111.91, 37.0]]},
}


def run(*args):
    result = runner.invoke(app, [str(arg) for arg in args])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def line(tmp_path):
    path = tmp_path / "river.geojson"
    path.write_text(json.dumps(LINE), encoding="utf-8")
    return path


def test_a_plan_from_a_line_is_files_and_figures(line, tmp_path):
    result = run("mission", "plan", line, "--altitude", 80, "--out", tmp_path / "flight", "--json")
    got = json.loads(result.output)
    assert got["coverage"] == pytest.approx(1.0, abs=1e-6)
    assert got["length_m"] == pytest.approx(888, rel=0.01)  # 0.01° of longitude at 37°
    names = sorted(path.name for path in (tmp_path / "flight").iterdir())
    assert names == ["mission.geojson", *(f"sortie-{s['n']}.plan" for s in got["sorties"])]
    plan = json.loads((tmp_path / "flight" / "sortie-1.plan").read_text(encoding="utf-8"))
    assert plan["fileType"] == "Plan"
    told = run("mission", "plan", line, "--altitude", 80, "--out", tmp_path / "again").output
    assert "coverage 100.0%" in told
    assert "(assumed)" in told


def test_a_plan_on_a_reach_of_a_shipped_basin(tmp_path):
    args = (
        "mission",
        "plan",
        "--basin",
        "mini",
        "--reach",
        "qx2",
        "--from",
        500,
        "--to",
        1500,
        "--gsd",
        2.5,
        "--out",
        tmp_path,
    )
    got = json.loads(run(*args, "--json").output)
    assert got["gsd_cm"] == pytest.approx(2.5)
    assert 800 < got["length_m"] < 1200, "drawn length of 1000 m of chainage"


def test_what_is_wrong_with_a_request_is_said(line, tmp_path):
    assert run("mission", "plan").exit_code == 2
    assert run("mission", "plan", "--basin", "mini").exit_code == 2
    assert run("mission", "plan", line, "--altitude", 80, "--home", "here").exit_code == 2
    with pytest.raises(InputError, match="give exactly one"):
        run("mission", "plan", line)
    bad = tmp_path / "bad.geojson"
    bad.write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read as JSON"):
        run("mission", "plan", bad, "--altitude", 80)
    bad.write_text('{"type": "Point", "coordinates": [1, 2]}', encoding="utf-8")
    with pytest.raises(InputError, match="holds no LineString"):
        run("mission", "plan", bad, "--altitude", 80)


def test_cameras_are_listed_with_their_source():
    got = json.loads(run("mission", "cameras", "--json").output)
    assert {"DJI M3E", "DJI M30"} <= {camera["name"] for camera in got["cameras"]}
    assert all(thing["source"] for thing in got["cameras"] + got["drones"])
    assert "M3E" in run("mission", "cameras").output


def test_photographs_are_placed_and_what_they_leave_open_is_said(tmp_path):
    mission = plan_corridor(
        LINE["geometry"]["coordinates"],
        width_m=100,
        camera=Camera.named("DJI M3E"),
        drone=Drone.named("M3E"),
        altitude_m=80,
    )
    plan = tmp_path / "mission.geojson"
    plan.write_text(json.dumps(export.as_geojson(mission)), encoding="utf-8")
    folder = tmp_path / "DCIM"
    folder.mkdir()
    photos = mission.photos
    for i, photo in enumerate(photos):
        packet = xmp(RelativeAltitude="+80.0", GimbalPitchDegree="-90.0", GimbalYawDegree=f"{photo.heading_deg:.2f}")
        data = jpeg(round(photo.lon, 8), round(photo.lat, 8), packet=packet, model="M3E", size=(660, 494))
        (folder / f"{i:04d}.jpg").write_bytes(data)
    got = json.loads(run("sky", "place", folder, "--mission", plan, "--json").output)
    assert got["placed"] == len(photos)
    assert got["coverage"]["fraction"] > 0.999, "what was planned was flown; headings are rounded to 0.01°"
    lost = [p for i, p in enumerate(sorted(folder.iterdir())) if 111.904 < photos[i].lon < 111.906]
    for path in lost:
        path.unlink()
    (folder / "notes.txt").write_text("no photograph", encoding="utf-8")
    (folder / "nowhere.jpg").write_bytes(jpeg())
    got = json.loads(run("sky", "place", folder, "--mission", plan, "--json").output)
    # 178 m of river without photographs, less half a footprint of 84 m along the flight on either side
    assert 0.84 < got["coverage"]["fraction"] < 0.91
    assert len(got["coverage"]["gaps"]["features"]) == 1
    by_name = {row["name"]: row for row in got["photos"]}
    assert by_name["notes.txt"]["accepted"] is False
    assert by_name["nowhere.jpg"]["accepted"] is True
    assert got["coverage"]["left_out"].keys() == {"nowhere.jpg"}
    told = run("sky", "place", folder, "--mission", plan).output
    assert "nowhere.jpg: not placed: the file carries no position" in told
    assert "1 gaps" in told


def test_photographs_get_reach_and_chainage_from_a_basin(tmp_path):
    from riverchief import basins

    network = basins.read(basins.named("mini")).network
    (lon, lat), *_ = network.point(network.index("qx2"), [4000.0]).tolist()
    (tmp_path / "a.jpg").write_bytes(jpeg(round(lon, 8), round(lat, 8)))
    (row,) = json.loads(run("sky", "place", tmp_path, "--basin", "mini", "--json").output)["photos"]
    assert (row["reach"], row["chainage_m"]) == ("qx2", pytest.approx(4000, abs=1))
    with pytest.raises(InputError, match="is no folder"):
        run("sky", "place", tmp_path / "missing")
