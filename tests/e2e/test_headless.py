"""The whole product on the mini basin, as processes: from bytes on the wire to a score, with nobody watching."""

from datetime import datetime

import pytest

from e2e.steps import ancestors, decoded, faults, run


@pytest.fixture(scope="module")
def finished():
    """A story that was played to its end; ten of them are played in `make verify`."""
    done = run(5, "mini")
    assert done.code == 0, done.said
    return done.told


def test_every_link_led_to_the_score_and_nothing_stands_before_its_cause(finished):
    assert faults(finished) == []
    assert finished["simulated"] is True
    assert finished["case"]["confirmed_at"]
    assert finished["frames_acknowledged"] > 100


def test_the_alert_is_about_the_spill_and_its_reading_came_over_the_wire(finished):
    steps = {s["id"]: s for s in finished["steps"]}
    alert = steps[finished["alert"]]
    above = [steps[key] for key in ancestors(steps, alert["id"])]
    readings = [s for s in above if s["step"] == "reading" and s["parents"]]
    said = decoded([steps[s["parent"]] for s in readings])
    worst = max((s for s in readings if s["property"] == finished["truth"]["property"]), key=lambda s: s["value"])
    assert worst["place"] == finished["truth"]["first_station"]
    at_s = datetime.fromisoformat(worst["measured_at"]).timestamp()
    assert (worst["property"], worst["value"], at_s) in said[worst["parent"]]
    assert datetime.fromisoformat(finished["alert_at"]) >= datetime.fromisoformat(finished["truth"]["start"])
    assert 0 < finished["probability_of_truth"] <= 1


def test_a_story_that_does_not_end_in_time_says_what_is_missing():
    done = run(5, "mini", timeout_s=12.0)
    assert done.code == 3
    assert "the story did not end within 12 s: no alert about the spill has been raised" in done.said
    assert done.told["case"] is None
    assert done.told["truth"]["source"]
