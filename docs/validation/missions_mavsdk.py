"""Mission files against a foreign reader: MAVSDK imports every sortie, uploads it to its own vehicle, reads it back.

Run in an environment of its own, so that MAVSDK never becomes a dependency:

    python -m venv /tmp/mav && /tmp/mav/bin/pip install mavsdk
    .venv/bin/riverchief mission plan LINE.geojson --width 150 --altitude 80 --out PLANS
    /tmp/mav/bin/python docs/validation/missions_mavsdk.py PLANS/*.plan
"""

import json
import sys
import threading
from pathlib import Path

from mavsdk import ComponentType, Configuration, Mavsdk
from mavsdk.plugins.mission_raw import MissionRaw
from mavsdk.plugins.mission_raw_server import MissionRawServer

PORT = 14988


def main(paths):
    vehicle = Mavsdk(Configuration.create_with_component_type(ComponentType.AUTOPILOT))
    station = Mavsdk(Configuration.create_with_component_type(ComponentType.GROUND_STATION))
    vehicle.add_any_connection(f"udpout://127.0.0.1:{PORT}")
    station.add_any_connection(f"udpin://127.0.0.1:{PORT}")
    server = MissionRawServer(vehicle.server_component_by_type(ComponentType.AUTOPILOT))
    received, arrived = [], threading.Event()
    server.subscribe_incoming_mission(lambda result, plan, _: (received.append((result, plan)), arrived.set()))
    client = MissionRaw(station.first_autopilot(10.0))
    for path in paths:
        text = Path(path).read_text(encoding="utf-8")
        written = json.loads(text)["mission"]["items"]
        imported = client.import_qgroundcontrol_mission_from_string(text).mission_items
        arrived.clear()
        uploaded = client.upload_mission(imported)
        arrived.wait(10)
        back = client.download_mission()
        back = back[1] if isinstance(back, tuple) else back
        same = all(
            item.command == sent["command"]
            and (
                item.frame != 3
                or (item.x == round(sent["params"][4] * 1e7) and item.y == round(sent["params"][5] * 1e7))
            )
            for item, sent in zip(imported, written, strict=True)
        )
        equal = [(a.command, a.x, a.y, a.z) for a in back] == [(a.command, a.x, a.y, a.z) for a in imported]
        print(
            f"{Path(path).name}: {len(written)} items written, {len(imported)} imported (equal: {same}), "
            f"upload {uploaded.name}, vehicle received {len(received[-1][1].mission_items)}, "
            f"{len(back)} read back (equal: {equal})"
        )


main(sys.argv[1:])
