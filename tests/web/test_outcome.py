"""What became of a story is told from the API's answers, without what the file does not know."""

from datetime import UTC, datetime, timedelta

import pytest

from riverchief import basins
from riverchief.simulate.pacing import Course
from riverchief.simulate.scenario import Scenario
from riverchief.web.outcome import KINDS, Outcome

START = datetime(2026, 5, 11, 16, tzinfo=UTC)
CASE = {
    "id": "case-1",
    "number": "2026-00001",
    "state": "closed",
    "alert": "alert-1",
    "assignee": {"code": "ch-1"},
    "opened_at": "2026-05-12T01:00:00Z",
    "closed_at": "2026-05-12T09:00:00Z",
    "confirmed_at": None,
}


class Auditor:
    """Scripted answers."""

    def __init__(self):
        self.items = {}
        self.trace = None

    def get(self, path, **query):
        if path.startswith("/cloud/alerts/"):
            return {"trace": self.trace}
        return {"items": self.items.get(path, [])}


@pytest.fixture(scope="module")
def story():
    return Scenario.draw(basins.read(basins.named("mini")), 1, START)


@pytest.fixture
def outcome(story):
    return Outcome(Auditor(), story, Course.of(story))


def alert(key, kind, station, hours, name="nh3n"):
    at = (START + timedelta(hours=hours)).isoformat()
    return {"id": key, "kind": kind, "station": {"code": station}, "property": name, "at": at}


def step(kind, key, parents=(), hours=0.0, **params):
    at = (START + timedelta(hours=hours)).isoformat()
    parent = parents[0] if parents else None
    return {
        "step": kind, "id": key, "parent": parent, "parents": list(parents), "at": "2020-01-01T00:00:00Z",
        "known_at": at, "summary": key, "params": params,
    }  # fmt: skip


def test_the_incident_is_the_one_at_the_first_station_after_the_spill(outcome):
    told = [
        alert("early", "pollution", "st-shiqiao", 0.1),
        alert("departed", "departure", "st-shiqiao", 8),
        alert("below", "pollution", "st-liuwan", 7),
        alert("mine", "pollution", "st-shiqiao", 8),
        alert("sensor", "instrument", "st-liuwan", 7, "ph"),
    ]
    outcome.auditor.items["/cloud/alerts"] = told
    assert not outcome.look()
    assert outcome.alert["id"] == "mine"
    assert outcome.instrument["id"] == "sensor"
    assert outcome.missing() == "alert mine has no case"


def test_another_sensors_alert_is_not_the_broken_ones(outcome):
    outcome.auditor.items["/cloud/alerts"] = [alert("other", "instrument", "st-liuwan", 7, "do")]
    outcome.look()
    assert outcome.instrument is None
    assert outcome.missing() == "no alert about the spill has been raised"


def test_it_has_ended_when_the_closing_is_confirmed_scored_and_the_sensor_told(outcome):
    items = outcome.auditor.items
    items["/cloud/alerts"] = [alert("alert-1", "pollution", "st-shiqiao", 8)]
    items["/ground/cases"] = [CASE]
    assert not outcome.look()
    assert outcome.missing() == "case 2026-00001 is closed and its closing is not confirmed"
    items["/ground/cases"] = [{**CASE, "confirmed_at": "2026-05-12T20:00:00Z"}]
    items["/govern/scores"] = [{"id": "score-0", "at": "2026-05-12T19:00:00Z"}]
    assert not outcome.look(), "an older score is not about this closing"
    assert outcome.missing() == "the chief of case 2026-00001 has not been scored"
    items["/govern/scores"] = [{"id": "score-1", "at": "2026-05-12T20:00:01Z"}]
    assert not outcome.look()
    assert outcome.missing() == "the broken ph sensor of st-liuwan has raised no alert"
    items["/cloud/alerts"].append(alert("sensor", "instrument", "st-liuwan", 7, "ph"))
    assert outcome.look()
    assert outcome.missing() == f"nothing of {', '.join(KINDS)} led to the score"


def test_steps_leave_photographs_out_and_keep_what_they_came_from(outcome):
    outcome.case, outcome.score = CASE, {"id": "score-1"}
    outcome.auditor.items["/loop/steps"] = [
        step("frame", "frame-1", raw_hex="2323"),
        step("reading", "reading-1", ["frame-1"], 1, place="p", property="ph", value=7.0, unit="1", flag="ok"),
        step("mission", "mission-1", ["reading-1"], 2),
        step("photo", "photo-1", ["mission-1"], 3),
        step("finding", "finding-1", ["photo-1"], 4),
        step("closure", "closure-1", ["finding-1", "gone"], 5),
        step("score", "score-1", ["closure-1"], 6),
        step("score", "score-0", ["closure-1"], 5),
    ]
    steps = {s["id"]: s for s in outcome.steps()}
    assert list(steps) == ["frame-1", "reading-1", "mission-1", "finding-1", "closure-1", "score-1"]
    assert steps["finding-1"]["parents"] == ["mission-1"]
    assert steps["finding-1"]["parent"] == "mission-1"
    assert steps["closure-1"]["parents"] == ["finding-1"]
    assert steps["frame-1"]["raw"] == "2323"
    assert steps["reading-1"]["measured_at"] == "2020-01-01T00:00:00Z"
    assert [s["at"] for s in steps.values()] == sorted(s["at"] for s in steps.values())


def test_the_file_says_where_the_truth_stood(outcome, story):
    outcome.auditor.items["/cloud/alerts"] = [alert("alert-1", "pollution", "st-shiqiao", 8)]
    outcome.auditor.items["/loop/steps"] = [step("alert", "alert-1", hours=8.1)]
    candidates = [{"code": "out-chem", "probability": 0.6}, {"code": story.spill.source, "probability": 0.3}]
    outcome.auditor.trace = {"candidates": candidates}
    outcome.look()
    told = outcome.as_dict()
    assert (told["first_in_ranking"], told["rank_of_truth"], told["probability_of_truth"]) == (False, 2, 0.3)
    assert (told["first_of_ranking"], told["probability_of_first"]) == ("out-chem", 0.6)
    late_s = (START + timedelta(hours=8) - story.arrival()).total_seconds()
    assert told["difference_s"] == pytest.approx(late_s, abs=0.1)
    assert told["alert_known_at"] == (START + timedelta(hours=8.1)).isoformat()
    assert told["simulated"] is True
    assert told["reporting_interval_s"] == 14_400
    outcome.auditor.trace = {"candidates": candidates[:1]}
    assert outcome.as_dict()["rank_of_truth"] is None
