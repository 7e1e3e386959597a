"""Changes of the registry wait for somebody else of the office; what was frozen does not move; hand-over moves all."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from riverchief.base.errors import NotAllowed
from riverchief.basins import change
from riverchief.basins.change import Edit
from riverchief.web import context
from riverchief.web.accounts.models import AuditEntry, User
from riverchief.web.accounts.visibility import visible
from riverchief.web.basin import changes
from riverchief.web.basin.models import Draft, HandOver, Leave, Responsibility, Section
from riverchief.web.govern.models import FrozenSheet, Score
from riverchief.web.ground import handover
from riverchief.web.ground.models import Case

COUNTY, OTHER, CITY = "149902000000", "149901000000", "149900000000"
API = "/api/v1/basin"


@pytest.fixture
def office(person):
    return person("county", region=COUNTY, username="first")


@pytest.fixture
def second(person):
    return person("county", region=COUNTY, username="second")


def post(client, path, **given):
    return client.post(f"{API}/{path}", given, content_type="application/json")


def leave(client, **more):
    cells = {"chief": "ch-nanan", "start": "2026-11-21", "end": "2026-11-28", "deputy": "ch-liuwan", **more}
    return post(client, "changes", file="leaves.csv", cells=cells)


def test_leave_is_in_force_once_somebody_else_of_the_office_has_approved(office, second, person, clock):
    made = leave(office, reason="病假").json()
    assert (made["state"], made["may_decide"], made["conflicts"]) == ("open", False, [])
    assert not Leave.objects.exists()
    own = post(office, f"changes/{made['id']}/decision", approve=True)
    assert (own.status_code, "somebody else of the office" in own.json()["sentence"]) == (403, True)
    for stranger in (person("county", region=OTHER), person("chief", chief="ch-nanan")):
        assert post(stranger, f"changes/{made['id']}/decision", approve=True).status_code == 404
    above = person("prefecture", region=CITY)
    assert post(above, f"changes/{made['id']}/decision", approve=True).status_code == 403
    assert above.get(f"{API}/changes").json()["total"] == 1  # those above see it
    done = post(second, f"changes/{made['id']}/decision", approve=True)
    assert (done.status_code, done.json()["state"], done.json()["decided_by"]["username"]) == (
        200,
        "approved",
        "second",
    )
    at = office.get(f"{API}/at", {"lon": 112.0632, "lat": 37.0632, "limit_m": 50_000}).json()
    assert [c["code"] for c in at["responsible"]] == ["ch-liuwan", "ch-liuwan-town", "ch-xiachuan", "ch-city"]
    again = post(second, f"changes/{made['id']}/decision", approve=False, note="x")
    assert again.status_code == 409
    assert [e.what for e in AuditEntry.objects.all()][-2:] == ["draft-change", "approve-change"]


def test_a_deputy_sees_the_stretch_on_days_of_leave_and_not_after(office, second, clock):
    key = leave(office).json()["id"]
    deputy = User(username="d", role="chief", chief="ch-liuwan")
    case = Case.objects.create(
        id="case-N", number="N", region=CITY, title_key="case.title.walker", source="walker", opened_at=clock.now(),
        reporter="x", reach="qx3", chainage_m=9000.0,
    )  # fmt: skip
    assert not visible(deputy, Case).filter(pk=case.pk).exists()
    post(second, f"changes/{key}/decision", approve=True)
    assert visible(deputy, Case).filter(pk=case.pk).exists()
    clock.advance(7 * 86_400)
    assert not visible(deputy, Case).filter(pk=case.pk).exists()


def test_the_second_draft_of_a_row_says_that_it_conflicts_and_is_refused_after_the_first(office, second, person):
    first = post(office, "changes", file="sections.csv", cells={"code": "sec-liuwan", "target_class": "2"}).json()
    other = post(second, "changes", file="sections.csv", cells={"code": "sec-liuwan", "target_class": "4"}).json()
    assert (first["conflicts"], other["conflicts"]) == ([], [first["id"]])
    assert post(second, f"changes/{first['id']}/decision", approve=True).status_code == 200
    assert office.get(f"{API}/changes/{other['id']}").json()["stale"] == [["sec-liuwan"]]
    late = post(office, f"changes/{other['id']}/decision", approve=True)
    assert (late.status_code, "was changed since" in late.json()["sentence"]) == (409, True)
    assert Section.objects.get(pk="sec-liuwan").target_class == 2
    assert context.basin().sections["sec-liuwan"].target_class == 2
    assert Section.history.filter(code="sec-liuwan").count() >= 1
    assert post(office, f"changes/{other['id']}/decision", approve=False).status_code == 400  # a refusal says why
    assert post(office, f"changes/{other['id']}/decision", approve=False, note="重做").json()["state"] == "refused"


def test_what_held_before_today_needs_a_reason_and_frozen_scores_do_not_move(office, second, clock):
    score = Score.objects.create(
        id="score-1", region=COUNTY, sheet="chief-monthly", chief="ch-nanan", month="2026-10", at=clock.now(),
        points=87.5, maximum=100, result={"items": []},
    )  # fmt: skip
    frozen = FrozenSheet(
        id="frozen-01JD0Q4V6Z3M8N5T2R7W9XYABC", region=COUNTY, sheet="chief-monthly", version="1", period="2026-10",
        by="x", at=clock.now(), result={"chief": "ch-nanan", "points": 87.5},
    )  # fmt: skip
    frozen.hash = frozen.digest()
    frozen.save()
    cells = {"chief": "ch-nanan", "reach": "qx3", "from_m": "5000", "start": "2025-01-01", "end": "2026-09-01"}
    bare = post(office, "changes", file="responsibilities.csv", cells=cells)
    assert (bare.status_code, bare.json()["data"]) == (400, {"needs": "reason"})
    made = post(office, "changes", file="responsibilities.csv", cells=cells, reason="8 月底调离，漏报").json()
    assert made["past"] is True
    assert post(second, f"changes/{made['id']}/decision", approve=True).status_code == 200
    assert str(Responsibility.objects.get(chief="ch-nanan").end) == "2026-09-01"
    score.refresh_from_db()
    kept = FrozenSheet.objects.get(pk=frozen.pk)
    assert (score.points, score.chief) == (87.5, "ch-nanan")
    assert (kept.hash, kept.digest()) == (frozen.hash, frozen.hash)


def test_a_change_that_would_break_the_registry_or_is_another_countys_is_refused(office):
    broken = leave(office, deputy="ch-nobody")
    assert (broken.status_code, broken.json()["data"]["faults"][0]["code"]) == (400, "unknown_chief")
    foreign = post(office, "changes", file="chiefs.csv", cells={"code": "ch-beiguan", "name_zh": "李四"})
    assert (foreign.status_code, "outside of 149902000000" in foreign.json()["sentence"]) == (403, True)
    same = post(office, "changes", file="sections.csv", cells={"code": "sec-liuwan", "target_class": "3"})
    assert (same.status_code, "nothing would change" in same.json()["sentence"]) == (400, True)
    assert post(office, "changes", file="reaches.csv", cells={"code": "qx1"}).status_code == 400
    assert not Draft.objects.exists()


def test_no_office_puts_its_own_people_on_the_stretch_of_another_county(office):
    """Who keeps a stretch sees its cases; a guard of one's own on it would open them."""
    guard = {
        "code": "gu-new",
        "name_zh": "新",
        "name_en": "New",
        "level": "guard",
        "region": COUNTY,
        "assumed": "false",
    }
    duty = {"chief": "gu-new", "reach": "qx1", "from_m": "0", "to_m": "900", "start": "2026-12-01", "end": ""}
    new = Edit("chiefs.csv", ("gu-new",), None, guard)

    def on(**more):
        after = duty | more
        return [new, Edit("responsibilities.csv", change.key_of("responsibilities.csv", after), None, after)]

    with pytest.raises(NotAllowed, match="the stretch of ch-shangchuan"):
        changes.propose(office.user, on())
    with pytest.raises(NotAllowed, match="the stretch of ch-shangchuan"):
        changes.propose(office.user, on(reach="qx2", from_m="5000", to_m="6000"))
    assert changes.propose(office.user, on(reach="qx2", from_m="5500", to_m="6000")).state == "open"


def test_one_takes_back_only_what_is_ones_own(office, second):
    key = leave(office).json()["id"]
    assert post(second, f"changes/{key}/withdrawal").status_code == 403
    assert post(office, f"changes/{key}/withdrawal").json()["state"] == "withdrawn"
    assert post(second, f"changes/{key}/decision", approve=True).status_code == 409


# ------------------------------------------------------------------ hand-over


@pytest.fixture
def case(person, clock):
    guard = person("guard", region=COUNTY, username="walker")
    given = {"lon": 112.0632, "lat": 37.0632, "note": "rubbish on the bank", "severity": 2}
    made = guard.post("/api/v1/ground/cases", given, content_type="application/json")
    assert made.status_code == 200, made.content
    return made.json()


def new_chief(office, second):
    rows = [
        {"code": "ch-new", "name_zh": "新河长", "name_en": "New chief", "level": "village", "region": "149902100202",
         "assumed": "false"},
    ]  # fmt: skip
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "河长"
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_hand_over_moves_stretches_term_and_open_cases_in_one_transaction(office, second, person, case, clock):
    assert case["assignee"]["code"] == "ch-nanan"
    for action in ("accept", "dispatch"):
        office.post(f"/api/v1/ground/cases/{case['id']}/actions", {"action": action}, content_type="application/json")
    taker = person("chief", chief="ch-liuwan")
    before = office.get(f"{API}/hand-overs/ahead", {"giver": "ch-nanan"}).json()
    assert ([s["reach"] for s in before["stretches"]], [c["id"] for c in before["cases"]]) == (["qx3"], [case["id"]])
    wish = {"giver": "ch-nanan", "taker": "ch-liuwan", "day": "2026-11-21", "document": "镇政〔2026〕12号"}
    made = post(office, "hand-overs", **wish).json()
    assert made["kind"] == "hand-over"
    assert post(second, f"changes/{made['id']}/decision", approve=True).status_code == 200
    found = Case.objects.get(pk=case["id"])
    assert (found.chief, found.assignee) == ("ch-liuwan", "ch-liuwan")
    assert taker.get(f"/api/v1/ground/cases/{case['id']}").status_code == 200
    assert [m.action for m in found.moves.all()][-1] == "hand_over"
    assert not [x for x in _integrity() if "case" in x]
    duties = {
        (d.chief_id, d.from_m): (str(d.start), d.end and str(d.end)) for d in Responsibility.objects.filter(reach="qx3")
    }
    assert duties["ch-nanan", 5000.0] == ("2025-01-01", "2026-11-21")
    assert duties["ch-liuwan", 5000.0] == ("2026-11-21", None)
    protocol = office.get(f"{API}/hand-overs/{HandOver.objects.get().pk}").json()
    assert (protocol["giver"]["code"], protocol["taker"]["code"]) == ("ch-nanan", "ch-liuwan")
    assert [c["number"] for c in protocol["cases"]] == [case["number"]]
    assert [protocol[role]["username"] for role in ("by", "approved_by")] == ["first", "second"]


def _integrity() -> list[str]:
    from riverchief.web.ground import sealing
    from riverchief.web.ground.models import Move

    return [
        f"case {c.pk}: {why}"
        for c in Case.objects.all()
        if (why := sealing.first_broken(c, list(Move.objects.filter(case=c))))
    ]


def test_a_hand_over_of_a_later_day_waits_for_it(office, second, case, clock):
    wish = {"giver": "ch-nanan", "taker": "ch-liuwan", "day": "2026-11-25"}
    made = post(office, "hand-overs", **wish).json()
    post(second, f"changes/{made['id']}/decision", approve=True)
    assert Case.objects.get(pk=case["id"]).chief == "ch-nanan"
    clock.advance(4 * 86_400)
    handover.carry_out_due()
    handover.carry_out_due()
    assert Case.objects.get(pk=case["id"]).chief == "ch-liuwan"
    assert Case.objects.get(pk=case["id"]).moves.filter(action="hand_over").count() == 1


def test_a_hand_over_to_oneself_or_of_nothing_is_refused(office):
    wish = {"giver": "ch-nanan", "day": "2026-11-21"}
    assert "to themselves" in post(office, "hand-overs", taker="ch-nanan", **wish).json()["sentence"]
    assert "did you mean 'ch-liuwan'" in post(office, "hand-overs", taker="ch-liuwann", **wish).json()["sentence"]


# ------------------------------------------------------------------ the workbook


def upload(client, content, **more):
    return client.post(f"{API}/workbook", {"file": SimpleUploadedFile("r.xlsx", content), **more})


def test_the_workbook_out_and_in_changes_nothing_and_a_changed_one_is_a_draft(office, second):
    content = office.get(f"{API}/workbook").content
    seen = upload(office, content).json()
    assert (seen["ok"], seen["edits"], seen["faults"]) == (True, [], [])
    assert upload(office, content, confirm=True).status_code == 400
    book = openpyxl.load_workbook(io.BytesIO(content))
    book["断面"]["I4"] = "2"
    out = io.BytesIO()
    book.save(out)
    seen = upload(office, out.getvalue()).json()
    assert [(e["file"], e["row"]) for e in seen["edits"]] == [("sections.csv", 4)]
    assert not Draft.objects.exists()
    made = upload(office, out.getvalue(), confirm=True).json()
    assert made["draft"]["kind"] == "import"
    post(second, f"changes/{made['draft']['id']}/decision", approve=True)
    assert context.basin().sections["sec-liuwan"].target_class == 2


def test_a_workbook_with_many_rows_writes_the_tables_out_once_and_not_for_every_row(office, second, monkeypatch):
    book = openpyxl.load_workbook(io.BytesIO(office.get(f"{API}/workbook").content))
    for row in book["河长"].iter_rows(min_row=2):
        if row[4].value.startswith("149902"):
            row[1].value = f"{row[1].value}改"
    out = io.BytesIO()
    book.save(out)
    draft = upload(office, out.getvalue(), confirm=True).json()["draft"]
    asked = []
    cells_of = changes.cells_of
    monkeypatch.setattr(changes, "cells_of", lambda basin: asked.append(1) or cells_of(basin))
    assert post(second, f"changes/{draft['id']}/decision", approve=True).status_code == 200
    assert len(draft["edits"]) == 4
    assert len(asked) == 1
    assert sum(chief.name_zh.endswith("改") for chief in context.basin().basin.chiefs) == 4


def test_faults_of_a_workbook_name_sheet_row_and_column(office):
    book = openpyxl.load_workbook(io.BytesIO(office.get(f"{API}/workbook").content))
    book["责任河段"].append(["ch-nanan", "qx9", "0", "10", "2026-12-01", ""])
    out = io.BytesIO()
    book.save(out)
    told = upload(office, out.getvalue()).json()
    assert told["ok"] is False
    (fault,) = told["faults"]
    assert (fault["sheet"], fault["row"], fault["heading"], fault["value"]) == ("责任河段", 21, "河段编码", "qx9")
    assert upload(office, out.getvalue(), confirm=True).status_code == 400


def test_a_chief_of_another_county_tells_none_of_their_cases(person):
    guard = person("guard", region=OTHER)
    given = {"lon": 112.2284, "lat": 37.2482, "note": "rubbish", "severity": 1}
    key = guard.post("/api/v1/ground/cases", given, content_type="application/json").json()["id"]
    chief = Case.objects.get(pk=key).chief
    own, stranger = person("county", region=OTHER), person("county", region=COUNTY)
    for client, seen in ((own, [key]), (stranger, [])):
        ahead = client.get(f"{API}/hand-overs/ahead", {"giver": chief}).json()
        assert [one["id"] for one in ahead["cases"]] == seen
        assert client.get(f"{API}/chiefs/{chief}").json()["open_cases"] == len(seen)
