"""Mission files (航线文件): QGroundControl `.plan` for the autopilot, GeoJSON for the map.

QGroundControl's plan format, version 1: https://docs.qgroundcontrol.com (file formats, plan). Commands are those of
MAVLink's common message set; heights are metres above the home, longitudes and latitudes WGS 84 degrees.
"""

from __future__ import annotations

from typing import Any

from riverchief.base.errors import InputError
from riverchief.sky.coverage import LonLat
from riverchief.sky.mission import FlightLine, Mission, Sortie
from riverchief.sky.sorties import GIMBAL_HOLD_S

# MAV_CMD numbers of the common message set
WAYPOINT = 16
RETURN_TO_LAUNCH = 20
TAKEOFF = 22
CHANGE_SPEED = 178
MOUNT_CONTROL = 205
TRIGGER_DISTANCE = 206

_FRAME_MISSION = 2  # MAV_FRAME_MISSION: the command has no position
_FRAME_RELATIVE = 3  # MAV_FRAME_GLOBAL_RELATIVE_ALT: height above home
_ALTITUDE_RELATIVE = 1  # QGroundControl's AltitudeMode
_GROUND_SPEED = 1
_TARGETING = 2  # MAV_MOUNT_MODE_MAVLINK_TARGETING
_FIRMWARE_GENERIC = 0  # MAV_AUTOPILOT_GENERIC
_VEHICLE_QUADROTOR = 2  # MAV_TYPE_QUADROTOR
_DEGREE_DIGITS = 7  # MAVLink sends degrees as integers of 1e-7

Item = dict[str, Any]


def as_qgc_plan(mission: Mission, number: int = 1, *, home_elevation_m: float = 0.0) -> dict[str, Any]:
    """One sortie as a QGroundControl plan, ready for `json.dump`.

    Parameters
    ----------
    number : int
        Which sortie, from 1.
    home_elevation_m : float
        Elevation of the home above sea level [m]; ground stations show it, the flight does not depend on it.

    Raises
    ------
    InputError
        When the mission has no such sortie.
    """
    sortie, how = _sortie(mission, number), mission.setup
    height = how.altitude_m - how.home_above_water_m
    items = [
        _place(TAKEOFF, sortie.home, height),
        _command(CHANGE_SPEED, _GROUND_SPEED, how.drone.cruise_ms, -1, 0, 0, 0, 0),
        # the camera looks down before the ferry begins, so that the first photograph is not taken on the way
        _command(MOUNT_CONTROL, -90, 0, 0, 0, 0, 0, _TARGETING),
    ]
    for k, line in enumerate(sortie.lines):
        items += _line_items(line, height, how.speed_ms, how.drone.cruise_ms, first=k == 0)
    items.append(_command(RETURN_TO_LAUNCH, 0, 0, 0, 0, 0, 0, 0))
    for k, item in enumerate(items, 1):
        item["doJumpId"] = k
    return {
        "fileType": "Plan",
        "version": 1,
        "groundStation": "QGroundControl",
        "geoFence": {"circles": [], "polygons": [], "version": 2},
        "rallyPoints": {"points": [], "version": 2},
        "mission": {
            "version": 2,
            "firmwareType": _FIRMWARE_GENERIC,
            "vehicleType": _VEHICLE_QUADROTOR,
            "globalPlanAltitudeMode": _ALTITUDE_RELATIVE,
            "cruiseSpeed": how.drone.cruise_ms,
            "hoverSpeed": round(how.speed_ms, 3),
            "plannedHomePosition": [*_latlon(sortie.home), home_elevation_m],
            "items": items,
        },
    }


def _sortie(mission: Mission, number: int) -> Sortie:
    if not 1 <= number <= len(mission.sorties):
        raise InputError(
            f"sortie {number} was asked for; the mission has sorties 1 to {len(mission.sorties)}.", number=number
        )
    return mission.sorties[number - 1]


def _line_items(line: FlightLine, height_m: float, speed_ms: float, ferry_ms: float, *, first: bool) -> list[Item]:
    """To the line's start, camera on, along the line at its speed, camera off."""
    hold = GIMBAL_HOLD_S if first else 0.0
    return [
        _place(WAYPOINT, line.points[0], height_m, hold),
        _command(CHANGE_SPEED, _GROUND_SPEED, round(speed_ms, 3), -1, 0, 0, 0, 0),
        _command(TRIGGER_DISTANCE, line.trigger_m, 0, 1, 0, 0, 0, 0),
        *(_place(WAYPOINT, point, height_m) for point in line.points[1:]),
        _command(TRIGGER_DISTANCE, 0, 0, 0, 0, 0, 0, 0),
        _command(CHANGE_SPEED, _GROUND_SPEED, ferry_ms, -1, 0, 0, 0, 0),
    ]


def _latlon(point: LonLat) -> tuple[float, float]:
    return round(point[1], _DEGREE_DIGITS), round(point[0], _DEGREE_DIGITS)


def _place(command: int, point: LonLat, height_m: float, hold_s: float = 0.0) -> Item:
    height = round(height_m, 3)
    return {
        "type": "SimpleItem",
        "autoContinue": True,
        "command": command,
        "doJumpId": 0,
        "frame": _FRAME_RELATIVE,
        "Altitude": height,
        "AltitudeMode": _ALTITUDE_RELATIVE,
        "AMSLAltAboveTerrain": None,
        # null yaw: the nose points along the way, so that the image's longer side lies across it
        "params": [hold_s, 0, 0, None, *_latlon(point), height],
    }


def _command(command: int, *params: float) -> Item:
    return {
        "type": "SimpleItem",
        "autoContinue": True,
        "command": command,
        "doJumpId": 0,
        "frame": _FRAME_MISSION,
        "params": list(params),
    }


def as_geojson(mission: Mission) -> dict[str, Any]:
    """The mission as a GeoJSON FeatureCollection.

    Features have `kind`: "corridor" (polygon), "home" (point), "line" (with `sortie`, `n`, `length_m`, `trigger_m`,
    `fill`) and "photo" (point, with `sortie`, `line`, `heading_deg`).
    """
    corridor = {"type": "Polygon", "coordinates": [[list(p) for p in ring] for ring in mission.corridor]}
    features = [_feature("corridor", corridor, width_m=mission.setup.width_m, length_m=round(mission.length_m, 1))]
    for sortie in mission.sorties:
        home = {"type": "Point", "coordinates": list(sortie.home)}
        features.append(_feature("home", home, sortie=sortie.number, assumed=sortie.home_assumed))
        for k, line in enumerate(sortie.lines, 1):
            features.append(
                _feature(
                    "line",
                    {"type": "LineString", "coordinates": [list(p) for p in line.points]},
                    sortie=sortie.number,
                    n=k,
                    length_m=round(line.length_m, 1),
                    trigger_m=line.trigger_m,
                    fill=line.fill,
                )
            )
            features += [
                _feature(
                    "photo",
                    {"type": "Point", "coordinates": [photo.lon, photo.lat]},
                    sortie=sortie.number,
                    line=k,
                    heading_deg=round(photo.heading_deg, 1),
                )
                for photo in line.photos
            ]
    return {"type": "FeatureCollection", "features": features}


def _feature(kind: str, geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"kind": kind, **properties}, "geometry": geometry}
