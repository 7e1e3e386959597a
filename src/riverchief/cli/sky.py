"""`riverchief sky`: photographs that came back from a flight."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import track

from riverchief.base.errors import InputError
from riverchief.cli import app, emit
from riverchief.cli.mission import read_basin, read_json
from riverchief.sky.flown import corridor_of, flown
from riverchief.sky.media import PhotoMeta, place_photo

sky_app = typer.Typer(no_args_is_help=True, help="天上看 Photographs that came back from a flight.")
app.add_typer(sky_app, name="sky")


@sky_app.command("place")
def place(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder with photographs; its subfolders count.")],
    basin: Annotated[
        str | None, typer.Option("--basin", help="Basin folder or name: gives reach and chainage.")
    ] = None,
    mission: Annotated[Path | None, typer.Option("--mission", help="mission.geojson: gives the coverage.")] = None,
    takeoff_m: Annotated[float, typer.Option("--takeoff-height", help="Takeoff above the water, m.")] = 0.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")] = False,
) -> None:
    """Say where, when and how each photograph was taken, on which reach, and what of a planned corridor is covered.

    Files that are no photographs, and photographs without a position, are listed with the reason.

    Example: riverchief sky place DCIM --basin mini --mission flight/mission.geojson
    """
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder; give the folder that holds the photographs.", path=str(folder))
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    rows: list[dict[str, Any]] = []
    metas: list[PhotoMeta] = []
    for path in track(paths, "reading", transient=True, disable=as_json):
        name = str(path.relative_to(folder))
        try:
            meta = place_photo(path.read_bytes())
        except InputError as error:
            rows.append({"name": name, "accepted": False, "placed": False, "why": error.sentence})
            continue
        metas.append(meta)
        rows.append({"name": name, "accepted": True, **_row(meta)})
    _on_network([row for row in rows if row["placed"]], basin)
    result: dict[str, Any] = {"photos": rows, "placed": sum(row["placed"] for row in rows)}
    if mission is not None:
        got = flown(corridor_of(read_json(mission)), metas, takeoff_m)
        names = [row["name"] for row in rows if row["accepted"]]
        result["coverage"] = {
            "fraction": got.coverage.fraction,
            "gaps": got.coverage.as_geojson(),
            "left_out": {names[i]: why for i, why in got.left_out.items()},
        }
    if as_json:
        emit(result)
    else:
        _show(result)


def _row(meta: PhotoMeta) -> dict[str, Any]:
    return {
        "placed": meta.placed,
        "why": meta.why,
        "lon": meta.lon,
        "lat": meta.lat,
        "taken_at": None if meta.taken_at is None else meta.taken_at.isoformat(),
        "time_source": meta.time_source,
        "relative_altitude_m": meta.relative_altitude_m,
        "gimbal_pitch_deg": meta.gimbal_pitch_deg,
        "yaw_deg": meta.gimbal_yaw_deg if meta.gimbal_yaw_deg is not None else meta.flight_yaw_deg,
        "camera": f"{meta.make} {meta.model}".strip(),
    }


def _on_network(rows: list[dict[str, Any]], basin: str | None) -> None:
    """Add reach and chainage to placed photographs; both are None beyond 2 km of the network."""
    if basin is None or not rows:
        return
    network = read_basin(basin).network
    found = network.locate([row["lon"] for row in rows], [row["lat"] for row in rows])
    for row, i, at, away in zip(rows, found.reach, found.chainage_m, found.distance_m, strict=True):
        near = int(i) >= 0
        row["reach"] = network.codes[int(i)] if near else None
        row["chainage_m"] = round(float(at), 1) if near else None
        row["distance_m"] = round(float(away), 1)


def _show(result: dict[str, Any]) -> None:
    for row in result["photos"]:
        if not row["placed"]:
            typer.echo(f"{row['name']}: not placed: {row['why']}")
            continue
        where = f", {row['reach']} at {row['chainage_m']:,.0f} m" if row.get("reach") else ""
        when = f", {row['taken_at']}" if row["taken_at"] else ""
        typer.echo(f"{row['name']}: {row['lon']:.6f}, {row['lat']:.6f}{where}{when}")
    typer.echo(f"{result['placed']} of {len(result['photos'])} files placed")
    if "coverage" in result:
        cover = result["coverage"]
        gaps = cover["gaps"]["features"]
        typer.echo(f"coverage {cover['fraction']:.1%}, {len(gaps)} gaps, {len(cover['left_out'])} photographs left out")
