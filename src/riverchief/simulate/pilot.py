"""The pilot (飞手): flies what is planned in a simulated sky, brings pictures back, marks what they show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from riverchief.base.basin import Basin
from riverchief.base.geometry import from_local_m
from riverchief.base.places import Place
from riverchief.base.time import Clock
from riverchief.simulate.actors import Json, county_of, time_of
from riverchief.simulate.api import Api, Cast
from riverchief.simulate.noise import rng
from riverchief.simulate.pictures import Picture, Scene, Shot, draw
from riverchief.simulate.truth import Spill

PREPARE = timedelta(minutes=25)  # from the plan until the drone is in the air
MOST_PICTURES = 60
_NEAR_SOURCE = 5  # pictures of the source that are always taken
_LOST = 0.04  # of the pictures do not come back
_CHUNK = 10
_RECEIVER_M = 1.5  # standard deviation of east and north
_HEIGHT_M = 0.3
_FADES_S = 18 * 3600.0  # how long a bank shows what went over it


@dataclass
class Pilot:
    """Flies the missions of all counties, each as the guard (巡河员) of its county.

    Parameters
    ----------
    spill : Spill
        What is to be seen in the water, wherever that is flown over; the pilot finds it by looking, not by being told.
    """

    cast: Cast
    clock: Clock
    basin: Basin
    spill: Spill
    seed: int
    most_pictures: int = MOST_PICTURES

    def step(self) -> list[str]:
        """Do what is due now; what was done, in words."""
        done = []
        for mission in self.cast.named("prefecture").get("/sky/missions")["items"]:
            if mission["state"] == "planned" and self.clock.now() >= self._back_at(mission):
                done += self._bring(self._flyer(mission), mission)
            elif mission["state"] == "flown":
                done += self._finish(self._flyer(mission), mission)
        return done

    @staticmethod
    def _duration(mission: Json) -> timedelta:
        return timedelta(seconds=sum(sortie["duration_s"] for sortie in mission["sorties"]))

    def _back_at(self, mission: Json) -> datetime:
        return time_of(mission["planned_at"]) + PREPARE + self._duration(mission)

    def _flyer(self, mission: Json) -> Api:
        place = Place(mission["reach"], (mission["from_m"] + mission["to_m"]) / 2)
        return self.cast.role("guard", county_of(self.basin, place, time_of(mission["planned_at"])))

    # ------------------------------------------------------------------ the flight

    def _scene(self, mission: Json) -> Scene:
        stretches = [(code, from_m, to_m) for code, from_m, to_m in mission["stretches"]]
        network = self.basin.network
        width_m = max(self.basin.reaches[network.index(code)].width_m for code, _, _ in stretches)
        flown_s = self._back_at(mission).timestamp()
        ended_s = self.spill.start_s + self.spill.duration_s
        faded = min(1.0, max(0.0, (flown_s - ended_s) / _FADES_S))
        begun = flown_s >= self.spill.start_s
        return Scene.of(network, stretches, width_m, self.spill.place if begun else None, 1.0 - 0.6 * faded)

    def _shots(self, mission: Json, lines: Json, source: tuple[float, float] | None) -> list[tuple[str, Shot]]:
        """Names and places of the pictures that come back: some spread over the whole flight, and all of the source."""
        planned = [f for f in lines["features"] if f["properties"]["kind"] == "photo"]
        start = time_of(mission["planned_at"]) + PREPARE
        each = self._duration(mission) / max(len(planned), 1)
        shots = [self._shot(mission, k, point, start + k * each) for k, point in enumerate(planned)]
        far = [shot.centred(*source) if source else np.inf for shot in shots]
        close = [k for k in np.argsort(far, kind="stable")[:_NEAR_SOURCE].tolist() if np.isfinite(far[k])]
        rest = max(0, min(len(shots), self.most_pictures) - len(close))
        spread = np.unique(np.linspace(0, len(shots) - 1, rest).round().astype(int)).tolist() if rest else []
        lost = rng(self.seed, "lost", mission["id"]).uniform(size=len(shots)) < _LOST
        kept = sorted({*close, *(k for k in spread if not lost[k])})
        return [(f"DJI_{k + 1:04d}_SIM.jpg", shots[k]) for k in kept]

    def _shot(self, mission: Json, k: int, point: Json, at: datetime) -> Shot:
        lon, lat = point["geometry"]["coordinates"]
        generator = rng(self.seed, "shot", mission["id"], k)
        # the drone is where it thinks it is to fly to: its receiver's error moves the aircraft, not what it says
        error_m = _RECEIVER_M * generator.standard_normal(2)
        x, y = from_local_m(error_m[None, :], (lon, lat))[0]
        height_m = mission["altitude_m"] + _HEIGHT_M * float(generator.standard_normal())
        heading = point["properties"]["heading_deg"]
        return Shot(float(x), float(y), height_m, heading, at, (lon, lat))

    def _bring(self, guard: Api, mission: Json) -> list[str]:
        """Upload what is not there yet."""
        page = guard.get(f"/sky/missions/{mission['id']}")
        scene = self._scene(mission)
        there = {photo["name"] for photo in page["photos"]}
        missing = [(n, s) for n, s in self._shots(mission, page["lines"], scene.source) if n not in there]
        for some in _chunks(missing):
            files = [(name, draw(scene, shot).jpeg()) for name, shot in some]
            guard.post(f"/sky/missions/{mission['id']}/photos", files=files)
        if not missing:
            return []
        return [f"{guard.username} flew {mission['length_m']:,.0f} m of {mission['reach']}, {len(missing)} pictures"]

    # ------------------------------------------------------------------ what is to be seen

    def _finish(self, guard: Api, mission: Json) -> list[str]:
        """Bring what is missing, mark one finding, make it a case; nothing where that has been done."""
        page = guard.get(f"/sky/missions/{mission['id']}")
        done = []
        if not page["findings"]:
            done += self._bring(guard, mission)
            done += self._mark(guard, mission, guard.get(f"/sky/missions/{mission['id']}"))
            page = guard.get(f"/sky/missions/{mission['id']}")
        for found in page["findings"]:
            if found["state"] == "open":
                case = guard.post(f"/sky/findings/{found['id']}/case")
                done.append(f"{guard.username} makes a finding part of case {case['number']}")
        return done

    def _mark(self, guard: Api, mission: Json, page: Json) -> list[str]:
        scene = self._scene(mission)
        ids = {photo["name"]: photo["id"] for photo in page["photos"] if photo["placed"]}
        shots = [(n, s) for n, s in self._shots(mission, page["lines"], scene.source) if n in ids]
        if not shots:
            return []
        seen = self._plume(shots, scene) or self._suspect(guard, mission, shots, scene)
        if seen is None:
            return []
        name, (u, v), kind, note = seen
        guard.post(f"/sky/photos/{ids[name]}/findings", {"u": u, "v": v, "kind": kind, "note": note})
        return [f"{guard.username} marks a {kind} on {name}"]

    @staticmethod
    def _plume(shots: list[tuple[str, Shot]], scene: Scene) -> Any:
        """The plume's head on the picture that shows it best."""
        if scene.source is None:
            return None
        name, shot = min(shots, key=lambda item: item[1].centred(*scene.source))  # type: ignore[misc]
        pixel = shot.pixel(*scene.source)
        return None if pixel is None else (name, pixel, "plume", PLUME)

    def _suspect(self, guard: Api, mission: Json, shots: list[tuple[str, Shot]], scene: Scene) -> Any:
        """The darkest water on the picture nearest to the most probable place."""
        lon, lat = self._most_probable(guard, mission)
        by_distance = sorted(shots, key=lambda item: np.hypot((item[1].lon - lon) * 0.8, item[1].lat - lat))
        for name, shot in by_distance:
            picture: Picture = draw(scene, shot)
            pixel = picture.darkest()
            if pixel is not None:
                return name, pixel, "suspect", SUSPECT
        return None

    @staticmethod
    def _most_probable(guard: Api, mission: Json) -> tuple[float, float]:
        """Where the platform suspects the source most; the mission's middle where this is not told to a guard."""
        alert = mission["alert"]
        seen = {item["id"] for item in guard.get("/cloud/alerts")["items"]}
        trace = guard.get(f"/cloud/alerts/{alert}")["trace"] if alert in seen else None
        for candidate in (trace or {}).get("candidates", []):
            if candidate.get("lon") is not None:
                return candidate["lon"], candidate["lat"]
        return mission["lon"], mission["lat"]


PLUME = "模拟影像：排口下游有深色污水带。 Simulated picture: a dark plume below an outfall."
SUSPECT = (
    "模拟影像：未见明显排口，此处水色最深，请现场核实。 "
    "Simulated picture: no outfall to be seen; the darkest water of the stretch, to be checked on the ground."
)


def _chunks(items: list[tuple[str, Shot]]) -> Iterable[list[tuple[str, Shot]]]:
    return (items[i : i + _CHUNK] for i in range(0, len(items), _CHUNK))
