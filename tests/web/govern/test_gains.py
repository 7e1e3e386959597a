"""What would gain points, over HTTP: from figures as they are now, checked by evaluating, seen by those who see the score."""

from datetime import timedelta

from riverchief.base.ids import new_id
from riverchief.web.govern import scores
from riverchief.web.ground.models import Case, Letter

COUNTY, OTHER, PREFECTURE = "149901000000", "149902000000", "149900000000"


def a_case(clock, days, chief="ch-shangchuan", region=COUNTY, **more):
    """A case that was opened a week ago and is due in so many days."""
    now = clock.now()
    return Case.objects.create(
        id=new_id("case", now), number=f"n-{Case.objects.count()}", title_key="case.walker", state="dispatched",
        source="walker", region=region, chief=chief, reach="qx1", chainage_m=100.0,
        opened_at=now - timedelta(days=7), due_at=now + timedelta(days=days), **more,
    )  # fmt: skip


def test_a_chiefs_score_tells_what_would_gain_points_and_doing_it_does(person, clock):
    """Two cases, one late and one still open: 30 · 0/1 = 0 points; closing the open one gives 30 · 1/2 = 15."""
    a_case(clock, -2)
    waiting = a_case(clock, 2)
    score = scores.score_chief("ch-shangchuan", clock.now().date())
    office = person("county", region=COUNTY)
    told = office.get(f"/api/v1/govern/scores/{score.pk}/gains", {"points": 10}).json()
    close = next(one for one in told["steps"] if one["code"] == "close")
    assert (close["most"], close["gain_of_one"], close["items"]) == (1, 15.0, {"cases": 15.0})
    plan = next(one for one in told["plans"] if [step["code"] for step in one["steps"]] == ["close"])
    assert plan["steps"][0]["zh"] == "在时限内再销号未到期事件1件"
    assert [(one["name"], one["before"], one["after"]) for one in plan["changes"]] == [
        ("cases_on_time", 0.0, 1.0), ("cases_due", 1.0, 2.0), ("cases_open", 1.0, 0.0),
    ]  # fmt: skip
    waiting.closed_at = clock.now()
    waiting.save()
    again = scores.score_chief("ch-shangchuan", clock.now().date())
    assert again.points == plan["points"]
    assert again.points - score.points == plan["gain"] == 15.0


def test_what_somebody_chose_is_tried_and_nonsense_is_told(person, clock):
    a_case(clock, 2)
    score = scores.score_chief("ch-shangchuan", clock.now().date())
    office = person("county", region=COUNTY)
    path = f"/api/v1/govern/scores/{score.pk}/gains"
    told = office.get(path, {"tried": "close:1,patrol:0"}).json()
    assert [step["code"] for step in told["tried"]["steps"]] == ["close"]
    assert told["tried"]["points"] == told["points"] + told["tried"]["gain"]
    for odd in ("close", "close:-1", "close:1;patrol:1", "close:9999"):
        assert "as in patrol:2,close:1" in office.get(path, {"tried": odd}).json()["sentence"]
    assert "cannot be done" in office.get(path, {"tried": "close:2"}).json()["sentence"]
    assert "not known" in office.get(path, {"tried": "sleep:2"}).json()["sentence"]
    for points in (0, -1, "inf", "nan"):
        assert "more than 0" in office.get(path, {"points": points}).json()["sentence"]


def test_a_chief_sees_the_own_score_and_the_next_county_nothing(person, clock):
    score = scores.score_chief("ch-shangchuan", clock.now().date())
    path = f"/api/v1/govern/scores/{score.pk}/gains"
    assert person("chief", region=COUNTY, chief="ch-shangchuan").get(path).status_code == 200
    assert person("county", region=OTHER).get(path).status_code == 404
    assert person("department", region=OTHER).get(path).status_code == 404


def test_a_county_sees_its_own_sheet_and_the_prefecture_ranks_the_counties(person, clock):
    late = a_case(clock, -2, region=OTHER, type="black_odorous")
    a_case(clock, 2, region=OTHER, type="illegal_mining")
    prefecture = person("prefecture", region=PREFECTURE)
    told = prefecture.get("/api/v1/govern/sheets/department-housing").json()
    assert [place["code"] for place in told["places"]] == [COUNTY, OTHER]
    assert [place["points"] for place in told["places"]] == [100.0, 40.0]
    assert [place["ranks"]["points"] for place in told["places"]] == [1, 2]
    cases = {one["name"]: one for one in told["items"][0]["inputs"]}
    assert [one["id"] for one in cases["housing_cases_due"]["records"]] == [late.pk]
    county = person("county", region=COUNTY)
    own = county.get("/api/v1/govern/sheets/county-monthly").json()
    assert (own["region"], own["places"], [one["code"] for one in own["regions"]]) == (COUNTY, [], [COUNTY])
    for path in ("county-monthly", "county-monthly/gains"):
        assert county.get(f"/api/v1/govern/sheets/{path}", {"region": OTHER}).status_code == 403
    police = person("department", region=OTHER).get("/api/v1/govern/sheets/department-police/gains").json()
    close = next(one for one in police["steps"] if one["code"] == "close")
    assert close["most"] == 1


def test_letters_count_when_their_answer_falls_due_and_on_time_before(person, clock):

    case, now = a_case(clock, -2), clock.now()
    dates = ((-3, -4), (-3, -1), (-1, None), (2, None), (2, -1))  # (answer due, answered) in days from now
    for n, (due, answered) in enumerate(dates):
        Letter.objects.create(
            id=new_id("letter", now), case=case, kind="supervision_letter", step=n,
            state="issued" if answered is None else "answered", drafted_at=now, issued_at=now - timedelta(days=6),
            answer_due_at=now + timedelta(days=due),
            answered_at=None if answered is None else now + timedelta(days=answered),
        )  # fmt: skip
    told = person("county", region=COUNTY).get("/api/v1/govern/sheets/county-monthly").json()
    line = next(one for one in told["items"] if one["code"] == "letters")
    assert {one["name"]: one["value"] for one in line["inputs"]} == {"letters_on_time": 2.0, "letters_due": 4.0}
    assert line["points"] == 5.0
