"""What became of a story: its alert, its case, its score, and every step between, as the public API tells them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from riverchief.simulate.api import Api
from riverchief.simulate.pacing import Course
from riverchief.simulate.scenario import Scenario

Json = dict[str, Any]

CHAIN = "frame reading verdict alert trace mission finding case patrol evidence closure score"
KINDS = tuple(CHAIN.split())
RIVER = ("pollution", "departure")


@dataclass
class Outcome:
    """What an auditor, who may see everything and do nothing, finds of a story.

    Parameters
    ----------
    auditor : Api
        The auditor's session.
    """

    auditor: Api
    story: Scenario
    course: Course
    alert: Json | None = None
    case: Json | None = None
    score: Json | None = None
    instrument: Json | None = None
    _chief: str = field(default="", repr=False)

    def look(self) -> bool:
        """Look again; whether the case's closing is confirmed, its chief scored and the broken sensor told."""
        alerts = self.auditor.get("/cloud/alerts", limit=500)["items"]
        self.alert = self._incident(alerts) or self.alert
        self.instrument = self._broken(alerts)
        if self.alert is not None:
            cases = self.auditor.get("/ground/cases", limit=500)["items"]
            self.case = next((c for c in cases if c["alert"] == self.alert["id"]), self.case)
        if self.case is not None and self.case["confirmed_at"]:
            chief = (self.case["assignee"] or {}).get("code", "")
            scores = self.auditor.get("/govern/scores", chief=chief)["items"]
            later = [s for s in scores if s["at"] >= self.case["confirmed_at"]]
            self.score = max(later, key=lambda s: (s["at"], s["id"]), default=None)
        return self.score is not None and (self.instrument is not None or self.story.breakdown is None)

    def _incident(self, alerts: list[Json]) -> Json | None:
        """The alert about the spill: on the river, at a station that its wave passes, of the first station first."""
        river, name = self.story.river, self.story.leading
        passed = {s.code for s in river.basin.stations if river.knows(s.code) and river.arrival_s(s.code, name)}
        mine = [
            a
            for a in alerts
            if a["kind"] in RIVER
            and a["station"]["code"] in passed
            and _time(a["at"]).timestamp() >= self.story.spill.start_s
        ]
        first = {"pollution": 0, "departure": 1}
        return min(
            mine, key=lambda a: (first[a["kind"]], a["station"]["code"] != self.story.first, a["at"]), default=None
        )

    def _broken(self, alerts: list[Json]) -> Json | None:
        broken = self.story.breakdown
        if broken is None:
            return None
        told = [
            a
            for a in alerts
            if a["kind"] == "instrument"
            and (a["station"]["code"], a["property"]) == (broken.station, broken.property)
            and _time(a["at"]).timestamp() >= broken.start_s
        ]
        return min(told, key=lambda a: a["at"], default=None)

    # ------------------------------------------------------------------ the whole story

    def missing(self) -> str:
        """What has not happened yet, in words; empty when everything has."""
        if self.alert is None:
            return "no alert about the spill has been raised"
        if self.case is None:
            return f"alert {self.alert['id']} has no case"
        if not self.case["confirmed_at"]:
            return f"case {self.case['number']} is {self.case['state']} and its closing is not confirmed"
        if self.score is None:
            return f"the chief of case {self.case['number']} has not been scored"
        if self.instrument is None and self.story.breakdown is not None:
            broken = self.story.breakdown
            return f"the broken {broken.property} sensor of {broken.station} has raised no alert"
        lacking = [kind for kind in KINDS if kind not in {s["step"] for s in self.steps()}]
        return f"nothing of {', '.join(lacking)} led to the score" if lacking else ""

    def steps(self) -> list[Json]:
        """Everything that the last score came from, itself included, oldest first; photographs left out."""
        if self.case is None:
            return []
        found = {s["id"]: s for s in self.auditor.get("/loop/steps", case=self.case["id"])["items"]}
        if self.score is not None:
            kept = _ancestors(found, self.score["id"])
            found = {key: step for key, step in found.items() if key in kept}
        steps = [_step(found, step) for step in found.values() if step["step"] in KINDS]
        return sorted(steps, key=lambda s: (s["at"], KINDS.index(s["step"]), s["id"]))

    def as_dict(self) -> Json:
        """The story and what became of it, for the file."""
        arrival = self.story.arrival()
        told: Json = {
            "simulated": True,
            "basin": self.story.river.basin.code,
            "seed": self.story.seed,
            "truth": self.story.truth(),
            "arrival": None if arrival is None else _iso(arrival),
            "reporting_interval_s": self.course.interval_s,
            "alert": None,
            "alert_at": None,
            "alert_known_at": None,
            "difference_s": None,
            "instrument_alert": None,
            "instrument_case": None,
        }
        if self.alert is not None:
            steps = self.auditor.get("/loop/steps", alert=self.alert["id"])["items"]
            mine: Json = next((s for s in steps if s["id"] == self.alert["id"]), {})
            told["alert"], told["alert_at"] = self.alert["id"], self.alert["at"]
            told["alert_known_at"] = mine.get("known_at")
            if arrival is not None:
                told["difference_s"] = round((_time(self.alert["at"]) - arrival).total_seconds(), 1)
            told |= self._ranking()
        if self.instrument is not None:
            broken = self.instrument
            told["instrument_alert"] = {
                "id": broken["id"],
                "station": broken["station"]["code"],
                "property": broken["property"],
                "at": broken["at"],
            }
            cases = self.auditor.get("/ground/cases", limit=500)["items"]
            told["instrument_case"] = next((c["id"] for c in cases if c["alert"] == broken["id"]), None)
        told["case"] = self.case and {
            name: self.case[name] for name in ("id", "number", "state", "opened_at", "closed_at", "confirmed_at")
        }
        told["score"] = self.score
        told["steps"] = self.steps()
        return told

    def _ranking(self) -> Json:
        """Where the truth stands in the newest trace."""
        assert self.alert is not None
        trace = self.auditor.get(f"/cloud/alerts/{self.alert['id']}")["trace"]
        candidates = trace["candidates"] if trace else []
        codes = [c["code"] for c in candidates]
        rank = codes.index(self.story.spill.source) + 1 if self.story.spill.source in codes else None
        return {
            "first_in_ranking": rank == 1,
            "rank_of_truth": rank,
            "probability_of_truth": candidates[rank - 1]["probability"] if rank else 0.0,
            "first_of_ranking": codes[0] if codes else None,
            "probability_of_first": candidates[0]["probability"] if candidates else None,
        }


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _ancestors(found: dict[str, Json], key: str) -> set[str]:
    met: set[str] = set()
    waiting = [key]
    while waiting:
        here = waiting.pop()
        if here in found and here not in met:
            met.add(here)
            waiting += found[here]["parents"]
    return met


def _parents(found: dict[str, Json], keys: Iterable[str]) -> list[str]:
    """Parents among the steps; what a left-out photograph came from stands in its place."""
    result: dict[str, None] = {}
    for key in keys:
        if key in found and found[key]["step"] in KINDS:
            result[key] = None
        elif key in found:
            result |= dict.fromkeys(_parents(found, found[key]["parents"]))
    return list(result)


def _step(found: dict[str, Json], step: Json) -> Json:
    """One step as it stands in the file; `at` is when the platform knew it, so that no effect precedes its cause."""
    parents = _parents(found, step["parents"])
    told = {
        "step": step["step"],
        "id": step["id"],
        "parent": step["parent"] if step["parent"] in parents else next(iter(parents), None),
        "parents": parents,
        "at": step["known_at"] or step["at"],
        "summary": step["summary"],
    }
    if step["step"] == "frame":
        told["raw"] = step["params"]["raw_hex"]
    if step["step"] == "reading":
        told |= {name: step["params"][name] for name in ("place", "property", "value", "unit", "flag")}
        told["measured_at"] = step["at"]
    return told
