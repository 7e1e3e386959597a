"""Key projects over HTTP: boards, reports by four eyes, photographs, plots, who sees what, the workbook."""

import io
import json
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from riverchief.base.geometry import from_local_m
from riverchief.simulate.pictures import bank_picture
from riverchief.web import context, integrity
from riverchief.web.ground.models import (
    ProjectEntry,
    ProjectMilestone,
    ProjectPhoto,
    ProjectPlan,
    ProjectPlot,
    ProjectReport,
)
from riverchief.web.ground.project_work import plan_of

HERE, NEXT = "149901000000", "149902000000"  # prj-1 is of the first, prj-2 of the second
API = "/api/v1/govern"
SAID = {"month": "2026-11", "share": 0.4, "spent_wan": 120.5, "text": "池体浇筑完成"}


def post(client, path, **given):
    return client.post(f"{API}/{path}", json.dumps(given), content_type="application/json")


def boards(client, **query):
    return client.get(f"{API}/projects", query).json()


def page(client, code):
    return client.get(f"{API}/projects/{code}").json()


@pytest.fixture
def office(person):
    return person("county", region=HERE, username="own-office")


@pytest.fixture
def second(person):
    return person("prefecture", region="1499", username="second")


def test_a_board_tells_rates_ranks_and_lateness(office):
    found = boards(office)
    board = found["boards"][0]
    # prj-1 began late and runs; prj-2 was completed on 15 October, before its plan
    assert (board["total"], board["started"], board["completed"]) == (2, 2, 1)
    assert (board["start_rate"], board["completion_rate"], board["completion_rate_planned"]) == (100.0, 50.0, 50.0)
    assert [(one["code"], one["completion_rank"], one["start_rank"]) for one in board["regions"]] == [
        (NEXT, 1, 1),
        (HERE, 2, 1),
    ]
    assert board["en"] == "By 2026-11-21, 2 of 2 should have begun and 1 should be complete: all are."
    assert board["assumed"] is True
    october = next(one for one in board["curve"] if one["month"] == "2026-10")
    assert october == {"month": "2026-10", "starts_planned": 2, "ends_planned": 1, "started": 2, "completed": 1}


def test_a_board_at_the_end_of_an_earlier_month(office):
    found = boards(office, month="2026-03")
    assert (found["day"], found["boards"][0]["started"]) == ("2026-03-31", 1)
    assert office.get(f"{API}/projects?month=2026-13").status_code == 400


def test_a_report_counts_only_when_somebody_else_has_confirmed_it(office, second):
    ProjectMilestone.objects.create(
        plan=plan_of(context.basin().projects["prj-1"]), name_zh="主体", planned=date(2026, 9, 1)
    )
    answer = post(office, "projects/prj-1/reports", **SAID, completed="2026-11-18", reached={"主体": "2026-10-02"})
    key = answer.json()["id"]
    assert (answer.json()["state"], answer.json()["may_decide"]) == ("open", False)
    item = next(one for one in boards(office)["items"] if one["code"] == "prj-1")
    assert (item["unconfirmed"], item["share"], item["spent_wan"], item["ended"]) == (1, None, None, False)

    own = post(office, f"progress/{key}/decision", accept=True)
    assert (own.status_code, own.json()["code"]) == (403, "rule.not_allowed")
    assert post(second, f"progress/{key}/decision", accept=True).json()["state"] == "confirmed"
    found = boards(office)
    item = next(one for one in found["items"] if one["code"] == "prj-1")
    assert (item["unconfirmed"], item["share"], item["spent_wan"], item["state"]) == (0, 0.4, 120.5, "completed")
    assert found["boards"][0]["completion_rate"] == 100.0  # the registry has the day now
    assert page(office, "prj-1")["end_actual"] == "2026-11-18"
    assert page(office, "prj-1")["milestones"][0]["actual"] == "2026-10-02"
    again = post(second, f"progress/{key}/decision", accept=True)
    assert (again.status_code, again.json()["code"]) == (409, "rule.wrong_state")


def test_sheets_count_what_boards_count(office, second):
    key = post(office, "projects/prj-1/reports", **SAID, completed="2026-11-18").json()["id"]
    post(second, f"progress/{key}/decision", accept=True)
    sheet = second.get(f"{API}/sheets/key-projects", {"period": "2026-11", "region": "149900000000"}).json()
    rates = {one["code"]: one["value"] for one in sheet["items"] if "value" in one}
    board = boards(office)["boards"][0]
    assert (
        (rates["start_rate"], rates["completion_rate"]) == (board["start_rate"], board["completion_rate"]) == (100, 100)
    )


def test_a_returned_report_needs_a_reason_and_counts_nothing(office, second):
    key = post(office, "projects/prj-1/reports", **SAID).json()["id"]
    assert post(second, f"progress/{key}/decision", accept=False).status_code == 400
    assert post(second, f"progress/{key}/decision", accept=False, reason="投资与台账不符").json()["state"] == "returned"
    assert next(one for one in boards(office)["items"] if one["code"] == "prj-1")["share"] is None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"month": "2026-12"}, "no month that has begun"),
        ({"month": "2026"}, "no month that has begun"),
        ({"share": 1.2}, "between 0 and 1"),
        ({"spent_wan": -1}, "between 0 and"),
        ({"completed": "2026-12-01"}, "has not come"),
        ({"completed": "2026-03-01"}, "cannot be completed on 2026-03-01 when it began on 2026-03-20"),
        ({"reached": {"无": "2026-10-01"}}, "is no milestone of prj-1"),
    ],
)
def test_what_cannot_be_is_refused(office, given, words):
    answer = post(office, "projects/prj-1/reports", **{**SAID, **given})
    assert (answer.status_code, words in answer.json()["sentence"]) == (400, True), answer.json()
    assert not ProjectReport.objects.exists()


def test_nobody_else_reports_or_confirms(office, person):
    key = post(office, "projects/prj-1/reports", **SAID).json()["id"]
    for role in ("county", "chief", "guard", "department", "police"):
        other = person(role, region=NEXT, username=f"other-{role}")
        assert post(other, "projects/prj-1/reports", **SAID).status_code == 403
        assert post(other, f"progress/{key}/decision", accept=True).status_code == 404
    guard = person("guard", region=HERE, username="own-guard")
    assert post(guard, "projects/prj-1/reports", **SAID).status_code == 403
    assert post(guard, f"progress/{key}/decision", accept=True).status_code == 403


def test_another_county_sees_the_registry_and_nothing_else(office, second, person):
    key = post(office, "projects/prj-1/reports", **SAID).json()["id"]
    photo = send(office, key, picture("prj-1"))["items"][0]["id"]
    post(second, f"progress/{key}/decision", accept=True)
    stranger = person("county", region=NEXT, username="stranger")
    found = page(stranger, "prj-1")
    assert (found["hidden"], found["reports"], found["progress"], found["may_report"]) == (True, [], [], False)
    told = json.dumps([found, boards(stranger)], ensure_ascii=False)
    assert SAID["text"] not in told
    assert boards(stranger)["boards"][0]["money_of"] == 0
    assert stranger.get(f"{API}/project-photos/{photo}/image").status_code == 404
    book = openpyxl.load_workbook(io.BytesIO(stranger.get(f"{API}/projects/workbook").content))
    assert all(sheet.max_row == 1 for sheet in book.worksheets)
    assert page(office, "prj-1")["reports"][0]["photos"][0]["id"] == photo


# ------------------------------------------------------------------ photographs


def picture(code, away_m=0.0, at=datetime(2026, 11, 18, 2, tzinfo=UTC)):
    basin = context.basin()
    lon, lat = from_local_m((0.0, away_m), basin.lonlat(basin.projects[code].place))
    return bank_picture((float(lon), float(lat)), at)


def send(client, key, *pictures):
    files = [SimpleUploadedFile(f"{k}.jpg", data, "image/jpeg") for k, data in enumerate(pictures)]
    return client.post(f"{API}/progress/{key}/photos", {"files": files}).json()


def test_a_photograph_says_how_far_and_how_old_it_is(office):
    key = post(office, "projects/prj-1/reports", **SAID).json()["id"]
    old = picture("prj-1", 3_000.0, datetime(2025, 5, 1, tzinfo=UTC))
    found = send(office, key, picture("prj-1", 100.0), old, b"no picture")
    assert [one["doubts"] for one in found["items"]] == [[], ["far", "old", "again"], []]
    assert [one["accepted"] for one in found["items"]] == [True, True, False]
    photos = page(office, "prj-1")["reports"][0]["photos"]
    assert [one["away_m"] for one in photos] == pytest.approx([100, 3_000], abs=1)
    assert photos[0]["taken_at"] == "2026-11-18T02:00:00.000Z"
    assert office.get(photos[0]["url"]).headers["Content-Type"] == "image/jpeg"


def test_only_who_wrote_an_open_report_adds_to_it(office, second):
    key = post(office, "projects/prj-1/reports", **SAID).json()["id"]
    assert send(second, key, picture("prj-1"))["code"] == "rule.not_allowed"
    post(second, f"progress/{key}/decision", accept=True)
    assert send(office, key, picture("prj-1"))["code"] == "rule.wrong_state"


def test_what_was_sealed_cannot_be_changed_unseen(office):
    key = post(office, "projects/prj-1/reports", **SAID).json()["id"]
    send(office, key, picture("prj-1"), picture("prj-1", 50.0))
    assert page(office, "prj-1")["chain_broken_at"] is None
    assert [one for one in integrity.faults() if one.what == "project"] == []
    ProjectReport.objects.update(spent_fen=1)  # the figures that the photographs prove
    assert page(office, "prj-1")["chain_broken_at"]["index"] == 0
    assert [one.id for one in integrity.faults() if one.what == "project"] == ["prj-1"]


def test_a_photograph_that_was_taken_away_shows(office):
    key = post(office, "projects/prj-1/reports", **SAID).json()["id"]
    send(office, key, picture("prj-1"), picture("prj-1", 50.0))
    ProjectPhoto.objects.filter(position=1).delete()
    assert "its end is gone" in page(office, "prj-1")["chain_broken_at"]["why"]


# ------------------------------------------------------------------ plots


@pytest.fixture
def plot(platform):
    plan = plan_of(context.basin().projects["prj-1"])
    return ProjectPlot.objects.create(
        id="plot-1", plan=plan, number="01", area_ha=2.5, species_zh="旱柳", planted_on=date(2026, 4, 1)
    )


def test_living_trees_are_a_share_with_its_interval(office, second, plot):
    answer = post(office, "plots/plot-1/checks", kind="survival", on="2026-10-01", counted=200, alive=180)
    found = page(office, "prj-1")["plots"][0]["checks"][0]
    assert (found["result"]["share"], found["result"]["verdict"], found["confirmed_by"]) == (0.9, "passed", "")
    assert (found["result"]["low"], found["result"]["high"]) == pytest.approx((0.8506, 0.9343), abs=1e-4)
    key = answer.json()["id"]
    assert post(office, f"plot-checks/{key}/confirm").status_code == 403
    assert post(second, f"plot-checks/{key}/confirm").json()["confirmed_by"] == "second"
    assert post(second, f"plot-checks/{key}/confirm").status_code == 409


def test_the_sheet_of_afforestation_takes_confirmed_counts(office, second, plot):
    def survival():
        sheet = second.get(f"{API}/sheets/afforestation", {"period": "2026", "region": HERE}).json()
        return next(one for one in sheet["items"] if one["code"] == "survival")

    key = post(office, "plots/plot-1/checks", kind="survival", on="2026-10-01", counted=200, alive=180).json()["id"]
    assert survival()["value"] is None  # nobody else has confirmed it
    post(second, f"plot-checks/{key}/confirm")
    found = survival()
    assert found["value"] == 90
    assert {one["href"] for given in found["inputs"] for one in given["records"]} == {"/project/prj-1"}


def test_what_is_no_count_of_trees_is_refused(office, person, plot):
    for given in (
        {"kind": "survival", "on": "2026-10-01", "counted": 10, "alive": 11},
        {"kind": "survival", "on": "2026-03-01", "counted": 10, "alive": 9},
        {"kind": "replanting", "on": "2026-10-01"},
        {"kind": "other", "on": "2026-10-01", "counted": 10, "alive": 9},
    ):
        assert post(office, "plots/plot-1/checks", **given).status_code == 400, given
    stranger = person("county", region=NEXT, username="stranger")
    answer = post(stranger, "plots/plot-1/checks", kind="survival", on="2026-10-01", counted=10, alive=9)
    assert answer.status_code == 404


# ------------------------------------------------------------------ the workbook


def workbook(**sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


BOOK = {
    "项目": [
        ["项目编码", "code", "level", "task_force", "investment_wan", "goals"][1:],
        ["prj-1", "county", "污水专班", "2500", "sec-shiqiao:nh3n"],
        ["prj-2", "county", "生态专班", "100", ""],
        ["prj-9", "county", "", "", ""],
        ["prj-1x", "village", "", "-5", ""],
    ],
    "里程碑": [["project", "name_zh", "planned"], ["prj-1", "主体", "2026-09-01"]],
    "月计划": [["project", "month", "share_percent", "spent_wan"], ["prj-1", "2026-10", "33.3", "833.333"]],
    "造林小班": [["project", "number", "area_ha", "species_zh"], ["prj-1", "01", "2.5", "旱柳"]],
    "月报": [["project", "month", "share_percent", "spent_wan", "text"], ["prj-1", "2026-10", "30", "700", "进展正常"]],
}


def take(client, data, dry_run):
    file = SimpleUploadedFile("p.xlsx", data)
    return client.post(f"{API}/projects/workbook", {"file": file, "dry_run": str(dry_run).lower()})


def test_a_workbook_is_looked_at_row_by_row_and_then_taken(office):
    seen = take(office, workbook(**BOOK), True).json()
    faults = {(one["sheet"], one["row"], one["code"]) for one in seen["faults"]}
    assert faults == {
        ("项目", 3, "not_yours"), ("项目", 4, "unknown_code"), ("项目", 5, "bad_value"), ("项目", 5, "out_of_range"),
    }  # fmt: skip
    assert (seen["new"], seen["dry_run"]) == (5, True)
    assert not ProjectEntry.objects.exists()
    assert not ProjectPlan.objects.exists()

    assert take(office, workbook(**BOOK), False).json()["new"] == 5
    found = page(office, "prj-1")
    assert (found["investment_wan"], found["task_force"], found["level"]) == (2500.0, "污水专班", "county")
    assert (found["goals"][0]["code"], found["goals"][0]["property"]) == ("sec-shiqiao", "nh3n")
    assert (found["reports"][0]["state"], found["reports"][0]["share"]) == ("open", 0.3)  # waits for somebody else
    assert (found["plots"][0]["area_ha"], found["milestones"][0]["name_zh"]) == (2.5, "主体")
    assert not ProjectEntry.objects.filter(pk="prj-2").exists()


def test_what_was_written_changes_nothing_when_it_is_read_again(office):
    take(office, workbook(**BOOK), False)
    written = office.get(f"{API}/projects/workbook").content
    again = take(office, written, False).json()
    assert (again["new"], again["changed"], again["same"], again["faults"]) == (0, 0, 5, [])


def test_only_offices_enter_tables(person):
    guard = person("guard", region=HERE)
    assert take(guard, workbook(**BOOK), True).status_code == 403
    office = person("county", region=HERE)
    assert take(office, b"no workbook", True).status_code == 400
    assert take(office, workbook(其他=[["a"]]), True).status_code == 400


def test_money_by_month_is_of_what_one_may_see(office, second):
    take(office, workbook(**BOOK), False)
    board = boards(office)["boards"][0]
    assert [(one["month"], one["planned_wan"], one["done_wan"]) for one in board["money"]] == [
        ("2026-10", 833.333, 0.0),  # nobody has confirmed the 700
        ("2026-11", 833.333, 0.0),
    ]
    key = page(office, "prj-1")["reports"][0]["id"]
    post(second, f"progress/{key}/decision", accept=True)
    board = boards(office)["boards"][0]
    assert [one["done_wan"] for one in board["money"]] == [700.0, 700.0]
    assert [(one["code"], one["start_rate"]) for one in board["forces"]] == [("污水专班", 100.0)]


def test_days_move_on(office, clock):
    clock.advance(timedelta(days=45).total_seconds())
    found = boards(office)
    assert found["day"] == "2027-01-05"
    item = found["items"][0]  # the late one first
    assert (item["code"], item["state"], item["days_late"]) == ("prj-1", "late", 5)
    assert found["boards"][0]["en"] == "By 2027-01-05, 1 of 2 should be complete and is not."
