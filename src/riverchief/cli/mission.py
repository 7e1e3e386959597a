"""`riverchief mission`: plan drone flights along a stretch of river."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from riverchief import basins
from riverchief.base.basin import Basin
from riverchief.base.errors import InputError
from riverchief.cli import app, emit
from riverchief.sky import export, stretch
from riverchief.sky.cameras import Camera, Drone, cameras, drones
from riverchief.sky.coverage import LonLat
from riverchief.sky.mission import Mission, plan_corridor

mission_app = typer.Typer(no_args_is_help=True, help="飞行任务 Plan drone flights along a stretch of river.")
app.add_typer(mission_app, name="mission")

Json = Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")]


@mission_app.command("plan")
def plan(
    line: Annotated[Path | None, typer.Argument(help="GeoJSON with the river's line; or give --basin.")] = None,
    basin: Annotated[str | None, typer.Option("--basin", help="Basin folder, or the name of a shipped basin.")] = None,
    reach: Annotated[str | None, typer.Option("--reach", help="Code of the reach, with --basin.")] = None,
    from_m: Annotated[float, typer.Option("--from", help="Beginning of the stretch, m along line or reach.")] = 0.0,
    to_m: Annotated[float | None, typer.Option("--to", help="End of the stretch, m; to the end by default.")] = None,
    width_m: Annotated[float, typer.Option("--width", help="Width of the corridor, m.")] = 120.0,
    drone: Annotated[str, typer.Option("--drone", help="One of: riverchief mission cameras.")] = "M3E",
    camera: Annotated[str | None, typer.Option("--camera", help="The drone's own by default.")] = None,
    altitude_m: Annotated[float | None, typer.Option("--altitude", help="Above the water, m; or give --gsd.")] = None,
    gsd_cm: Annotated[float | None, typer.Option("--gsd", help="Ground sampling distance, cm per pixel.")] = None,
    front: Annotated[float, typer.Option("--overlap-front", help="Share seen again along the flight.")] = 0.8,
    side: Annotated[float, typer.Option("--overlap-side", help="Share seen again across the flight.")] = 0.7,
    home: Annotated[
        str | None, typer.Option("--home", help="Takeoff as LON,LAT; beside the stretch by default.")
    ] = None,
    home_height_m: Annotated[float, typer.Option("--home-height", help="Takeoff above the water, m.")] = 0.0,
    out: Annotated[Path, typer.Option("--out", help="Folder for the files.")] = Path(),
    as_json: Json = False,
) -> None:
    """Plan a corridor flight: one QGroundControl .plan per battery, and mission.geojson with lines and photographs.

    Nothing of airspace, wind or terrain is looked at: a pilot checks every plan.

    Example: riverchief mission plan --basin mini --reach qx2 --from 500 --to 2500 --altitude 80 --out flight
    """
    flyer = Drone.named(drone)
    points, start, end = _line(line, basin, reach, from_m, to_m)
    mission = plan_corridor(
        points,
        width_m=width_m,
        camera=Camera.named(camera or flyer.camera),
        drone=flyer,
        altitude_m=altitude_m,
        gsd_m=None if gsd_cm is None else gsd_cm / 100,
        overlap_front=front,
        overlap_side=side,
        from_m=start,
        to_m=end,
        home=_point(home),
        home_above_water_m=home_height_m,
    )
    files = _write(mission, out)
    covered = mission.coverage().fraction
    if as_json:
        emit({**mission.as_dict(), "coverage": covered, "files": [str(file) for file in files]})
    else:
        _show(mission, covered, files)


def _line(
    line: Path | None, basin: str | None, reach: str | None, from_m: float, to_m: float | None
) -> tuple[Any, float, float | None]:
    """Points of the line, and the distances on it that are to be flown."""
    if (line is None) == (basin is None):
        raise typer.BadParameter("give a GeoJSON file, or --basin with --reach")
    if line is not None:
        return read_line(line), from_m, to_m
    if reach is None:
        raise typer.BadParameter("--basin needs --reach", param_hint="--reach")
    network = read_basin(str(basin)).network
    end = float(network.length_m[network.index(reach)]) if to_m is None else to_m
    return stretch.centreline(network, reach, from_m, end), 0.0, None


def read_basin(name: str) -> Basin:
    """The basin of a folder or of a shipped name."""
    return basins.read(Path(name) if Path(name).is_dir() else basins.named(name))


def read_json(path: Path) -> Any:
    """A JSON file's value, or a sentence that names the file and what is wrong."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError(f"{path} cannot be read as JSON: {error}.", path=str(path)) from error


def read_line(path: Path) -> Any:
    """Vertices, shape (n, 2), of the first LineString of a GeoJSON file."""
    value = read_json(path)
    features = value.get("features", [value]) if isinstance(value, dict) else []
    for feature in features:
        geometry = feature.get("geometry", feature) if isinstance(feature, dict) else None
        if isinstance(geometry, dict) and geometry.get("type") == "LineString":
            try:
                return np.array([point[:2] for point in geometry["coordinates"]], np.float64)
            except (KeyError, TypeError, ValueError) as error:
                raise InputError(f"{path}: the LineString's coordinates are no list of [lon, lat].") from error
    raise InputError(f"{path} holds no LineString; draw the river's line, upstream end first.", path=str(path))


def _point(text: str | None) -> LonLat | None:
    if text is None:
        return None
    parts = text.split(",")
    try:
        lon, lat = (float(part) for part in parts)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not LON,LAT, as 111.91,37.03", param_hint="--home") from None
    return lon, lat


def _write(mission: Mission, folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    files = {"mission.geojson": export.as_geojson(mission)}
    for sortie in mission.sorties:
        files[f"sortie-{sortie.number}.plan"] = export.as_qgc_plan(mission, sortie.number)
    for name, value in files.items():
        (folder / name).write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")
    return [folder / name for name in files]


def _show(mission: Mission, covered: float, files: list[Path]) -> None:
    how = mission.setup
    typer.echo(
        f"{mission.length_m:,.0f} m × {how.width_m:,.0f} m with {how.camera.name} at {how.altitude_m:.1f} m: "
        f"{how.gsd_m * 100:.2f} cm per pixel, {how.speed_ms:.1f} m/s, {len(mission.photos)} photographs, "
        f"coverage {covered:.1%}"
    )
    table = Table("sortie", "lines", "photographs", "km", "min", "battery", "home")
    for s in mission.sorties:
        table.add_row(
            str(s.number),
            str(len(s.lines)),
            str(s.photos),
            f"{s.length_m / 1000:.2f}",
            f"{s.duration_s / 60:.1f}",
            f"{s.battery_share:.0%}",
            f"{s.home[0]:.5f}, {s.home[1]:.5f}" + (" (assumed)" if s.home_assumed else ""),
        )
    Console().print(table)
    typer.echo("written: " + ", ".join(str(file) for file in files))


@mission_app.command("cameras")
def list_cameras(as_json: Json = False) -> None:
    """Named drones and cameras with their figures, how sure they are, and where they come from.

    Example: riverchief mission cameras
    """
    if as_json:
        emit({"cameras": [_plain(c) for c in cameras().values()], "drones": [_plain(d) for d in drones().values()]})
        return
    table = Table("drone", "battery min", "cruise m/s", "camera", "sensor mm", "focal mm", "image px", "sure")
    for d in drones().values():
        c = Camera.named(d.camera)
        size = f"{c.image_width_px} × {c.image_height_px}"
        sure = f"{d.confidence} / {c.confidence}"
        table.add_row(
            d.name,
            f"{d.battery_min:g}",
            f"{d.cruise_ms:g}",
            c.name,
            f"{c.sensor_width_mm:g}",
            f"{c.focal_mm:g}",
            size,
            sure,
        )
    Console().print(table)


def _plain(thing: Camera | Drone) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in thing.__slots__}
