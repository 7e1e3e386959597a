"""Provenance: the steps of one incident are its own, also where a score counts it beside others."""

from riverchief.base.ids import new_id
from riverchief.web.govern.models import Score
from riverchief.web.ground.models import Case
from riverchief.web.loop.events import came_from

COUNTY = "149901000000"
HERE = {"lon": 112.2284, "lat": 37.2482}


def test_a_cases_steps_end_at_the_score_that_counts_it_beside_others(person, clock):
    guard, office = person("guard", region=COUNTY), person("county", region=COUNTY)
    for note in ("这一件", "另一件"):
        guard.post("/api/v1/ground/cases", {**HERE, "note": note}, content_type="application/json")
    mine, other = Case.objects.order_by("pk")
    score = Score.objects.create(
        id=new_id("score", clock.now()), sheet="chief-monthly", chief="ch-nanan", month="2026-11", at=clock.now(),
        points=80, maximum=100, region=COUNTY, reach=mine.reach, chainage_m=mine.chainage_m,
    )  # fmt: skip
    came_from(score.pk, [(mine.pk, "input"), (other.pk, "input")], code="test")
    steps = {one["id"] for one in office.get(f"/api/v1/loop/steps?case={mine.pk}").json()["items"]}
    assert {mine.pk, score.pk} <= steps
    assert other.pk not in steps
    timeline = office.get(f"/api/v1/ground/cases/{mine.pk}").json()["timeline"]
    assert other.pk not in {one["id"] for one in timeline}
    opened = office.get(f"/api/v1/loop/explain/{score.pk}").json()
    assert {one["id"] for one in opened["parents"]} == {mine.pk, other.pk}, "the score itself opens to all of them"
