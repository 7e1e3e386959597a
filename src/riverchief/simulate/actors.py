"""Simulated people: a pilot, chiefs who walk, the offices; each sees and does what its role may, through the API.

Nobody here remembers anything that matters: what is to be done next is read from the platform every time, so that a
play may be stopped and taken up again at any point.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from riverchief.base.basin import Basin
from riverchief.base.places import Place
from riverchief.base.time import Clock, local_day
from riverchief.simulate.api import Api, Cast
from riverchief.simulate.pictures import bank_picture
from riverchief.simulate.walk import Walk

Json = dict[str, Any]

SET_OUT = timedelta(minutes=35)  # from a case's dispatch until its chief is on the bank
CHECK = timedelta(minutes=30)  # from a report until an office looks at it
FLIGHT_WAIT = timedelta(hours=8)  # how long an office waits for photographs before it verifies without
CALM = 0.95  # of the limit: nearer to it an office waits for the next reading before it closes


def time_of(text: str) -> datetime:
    """A time from the wire."""
    return datetime.fromisoformat(text)


def county_of(basin: Basin, place: Place, at: datetime) -> str:
    """The county that a place lies in, by its county chief; the basin's own region where there is none."""
    day = local_day(at)
    chiefs = {c.code: c for c in basin.chiefs if c.level == "county"}
    for duty in basin.responsibilities:
        if duty.chief in chiefs and duty.interval.covers(place, day):
            return chiefs[duty.chief].region
    return basin.region


@dataclass
class Walker:
    """Chiefs (河长): each finds its case in its list of today, walks the stretch, leaves evidence, reports."""

    cast: Cast
    clock: Clock
    basin: Basin
    _walks: dict[str, Walk] = field(default_factory=dict, repr=False)

    def step(self) -> list[str]:
        """Do what is due now; what was done, in words."""
        done = []
        for case in self.cast.named("prefecture").get("/ground/cases", state="dispatched")["items"]:
            chief = self.cast.chief(case["assigned_to"] or "")
            if chief is not None and _on_the_list(chief, case["id"]):
                done += self._attend(chief, case["id"])
        return done

    def _attend(self, chief: Api, key: str) -> list[str]:
        page = chief.get(f"/ground/cases/{key}")
        case, now = page["case"], self.clock.now()
        since = dispatched_at(page)
        if case["state"] != "dispatched" or now < since + SET_OUT:
            return []
        patrol = self._patrol(chief, key, since)
        if patrol is None:
            patrol = chief.post("/ground/patrols", {"case": key})
            return [f"{chief.username} starts walking for {case['number']}"]
        if patrol["finished_at"] is None:
            return self._walk_on(chief, case, patrol)
        return self._report(chief, page, patrol)

    def _patrol(self, chief: Api, case: str, since: datetime) -> Json | None:
        mine = [
            p
            for p in chief.get("/ground/patrols")["items"]
            if p["case"] == case and p["by"] == chief.username and time_of(p["started_at"]) >= since
        ]
        return mine[-1] if mine else None  # newest first: the last one is the one that was begun with

    def _walk_on(self, chief: Api, case: Json, patrol: Json) -> list[str]:
        key, now = patrol["id"], self.clock.now()
        if key not in self._walks:
            place = Place(case["reach"], case["chainage_m"])
            start_s = time_of(patrol["started_at"]).timestamp()
            self._walks[key] = Walk.along(self.basin.network, place, start_s, key)
        walk = self._walks[key]
        fixes = walk.until(now.timestamp())
        if len(fixes) > patrol["points"]:
            chief.post(f"/ground/patrols/{key}/track", {"points": fixes, "system": "wgs84"})
        if now.timestamp() <= walk.end_s:
            return []
        finished = chief.post(f"/ground/patrols/{key}/finish")
        return [f"{chief.username} walked {finished['result']['length_m']:,.0f} m for {case['number']}"]

    def _report(self, chief: Api, page: Json, patrol: Json) -> list[str]:
        case = page["case"]
        key = case["id"]
        brought = {piece["kind"] for piece in page["evidence"] if piece["patrol"] == patrol["id"]}
        at = time_of(patrol["finished_at"])
        if "photo" not in brought:
            picture = bank_picture((case["lon"], case["lat"]), at)
            name = f"bank-{patrol['id'][-6:]}.jpg"
            chief.post(f"/ground/cases/{key}/evidence", files=[(name, picture)], form={"patrol": patrol["id"]})
        if "note" not in brought:
            chief.post(f"/ground/cases/{key}/notes", {"text": WALKED, "patrol": patrol["id"]})
        if any(row["action"] == "handle" for row in page["allowed"]):
            chief.post(f"/ground/cases/{key}/actions", {"action": "handle", "note": HANDLED})
            return [f"{chief.username} reports {case['number']} as handled"]
        return []


WALKED = "模拟：沿岸巡查，发现排口水色异常，已取证并通知责任单位停排。 Simulated: walked the bank, outfall stopped."
HANDLED = "模拟：责任单位已停止排放，现场处置完毕。 Simulated: the discharge has been stopped on site."
VERIFIED = "模拟：核对照片、轨迹与读数，情况属实。 Simulated: photographs, track and readings agree."
CLOSED = "模拟：断面读数已回到限值以内。 Simulated: readings at the section are back within the limit."
NOTES = {"accept": "", "dispatch": "", "verify": VERIFIED, "close": CLOSED, "confirm": CLOSED}


def _on_the_list(person: Api, case: str) -> bool:
    """Whether a case stands in somebody's list of today."""
    return any(item["id"] == case for item in person.get("/today")["items"])


def dispatched_at(page: Json) -> datetime:
    """When a case was dispatched last; when it was opened where it was not yet."""
    moves = [m["at"] for m in page["timeline"] if m["step"] == "move" and m["summary_key"] == "case.move.dispatch"]
    return time_of(max(moves) if moves else page["case"]["opened_at"])


def moved_at(page: Json) -> datetime:
    """When anybody last moved a case."""
    moves = [m["at"] for m in page["timeline"] if m["step"] == "move"]
    return time_of(max(moves) if moves else page["case"]["opened_at"])


@dataclass
class Office:
    """River chief's offices (河长办): the county's accepts, verifies and closes, the prefecture's is the second person.

    A case is closed when the newest reading at its section is back under the limit; whether that holds is then the
    platform's to say.
    """

    cast: Cast
    clock: Clock
    basin: Basin

    def step(self) -> list[str]:
        """Do what is due now; what was done, in words."""
        done = []
        prefecture = self.cast.named("prefecture")
        for case in prefecture.get("/ground/cases")["items"]:
            if case["confirmed_at"] is None and case["state"] not in ("rejected", "draft", "dispatched"):
                done += self._attend(case)
        return done

    def _attend(self, case: Json) -> list[str]:
        county = self.cast.role("county", case["region"])
        office = self.cast.named("prefecture") if case["state"] == "closed" else county
        page = office.get(f"/ground/cases/{case['id']}")
        rested = self.clock.now() - moved_at(page)
        for action, note in NOTES.items():
            if any(row["action"] == action for row in page["allowed"]) and self._due(action, office, page, rested):
                office.post(f"/ground/cases/{case['id']}/actions", {"action": action, "note": note})
                return [f"{office.username}: {action} {case['number']}"]
        return []

    def _due(self, action: str, office: Api, page: Json, rested: timedelta) -> bool:
        """Whether it is time for an action on a case that nobody has moved for so long."""
        if action == "verify":
            return rested >= CHECK and self._looked_at(page, rested)
        if action == "close":
            return rested >= CHECK and self._calm(office, page["case"])
        return True

    @staticmethod
    def _looked_at(page: Json, rested: timedelta) -> bool:
        """Whether the flight over the stretch has brought its finding, or has been waited for long enough."""
        alert = page["case"]["alert"]
        if alert is None or rested > FLIGHT_WAIT:
            return True
        if any(link["step"] == "finding" for link in page["timeline"]):
            return True
        return not any(link["step"] == "mission" for link in page["timeline"])

    @staticmethod
    def _calm(office: Api, case: Json) -> bool:
        """Whether the newest reading of the case's property at its section is well under its limit."""
        code, name = case["section"], case["params"].get("property")
        if not code or not name:
            return True
        page = office.get(f"/cloud/sections/{code}")
        limits = page["thresholds"].get(name)
        newest = next((i for i in page["now"]["inputs"] if i["property"] == name), None)
        if limits is None:
            return True
        if newest is None or time_of(newest["time"]) <= time_of(case["opened_at"]):
            return False
        limit = limits[page["target_class"] - 1]
        return bool(newest["value"] >= limit / CALM if name == "do" else newest["value"] <= limit * CALM)
