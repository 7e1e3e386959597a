"""Letters: drafted by the ladder, numbered without a gap, answered by whom they went to, withdrawn with a reason."""

import io
import threading
import zipfile
from datetime import UTC, datetime

import pytest
from django.db import connection, connections

from riverchief.web.ground import cases, letters
from riverchief.web.ground.models import Case, Letter, Move
from riverchief.web.loop.models import Event

COUNTY = "149901000000"


def post(client, path, **body):
    return client.post(f"/api/v1/ground/{path}", body, content_type="application/json")


@pytest.fixture
def overdue(person, clock):
    """A dispatched case of the gravest kind, 24 hours to solve, and two days later."""
    guard, office = person("guard", region=COUNTY), person("county", region=COUNTY)
    given = {"lon": 112.2284, "lat": 37.2482, "note": "diggers in the bed", "severity": 3}
    key = post(guard, "cases", **given).json()["id"]
    for action in ("accept", "dispatch"):
        post(office, f"cases/{key}/actions", action=action)
    clock.advance(4 * 86_400)
    return Case.objects.get(pk=key)


def climb():
    """The ladder looks, and the loop hands on what it found."""
    cases.escalate_overdue()
    for event in Event.objects.filter(kind="case-overdue").order_by("id"):
        letters.on_overdue(event)
        letters.on_overdue(event)


def test_the_ladder_drafts_and_a_person_issues(person, overdue, clock):
    """Due on Saturday 22 at 00:00; from the end of Monday 24 a supervision letter is due."""
    climb()
    letter = Letter.objects.get()
    assert (letter.kind, letter.state, letter.addressee) == ("supervision_letter", "drafted", "ch-beiguan")
    assert letter.number is None
    office = person("county", region=COUNTY, username="office-2")
    chief = person("chief", chief="ch-beiguan")
    assert post(chief, f"letters/{letter.pk}/issue", demand="stop").status_code == 403
    assert "asks for nothing" in post(office, f"letters/{letter.pk}/issue", demand=" ").json()["sentence"]
    issued = post(office, f"letters/{letter.pk}/issue", demand="停止采挖，恢复河床。").json()
    assert (issued["label_zh"], issued["state"]) == ("上川县河长办督〔2026〕1号", "issued")
    assert issued["answer_due"] == "2026-12-02T16:00:00.000Z", "the end of the fifth working day after Wednesday 25"
    twice = post(office, f"letters/{letter.pk}/issue", demand="x")
    assert (twice.status_code, "is issued" in twice.json()["sentence"]) == (409, True)
    assert Letter.objects.get().delivered_at is None
    opened = chief.get(f"/api/v1/ground/letters/{letter.pk}").json()
    assert (opened["delivered_at"] is not None, opened["allowed"]) == (True, ["answered"])
    clock.advance(10 * 86_400)
    assert [one["id"] for one in office.get("/api/v1/ground/letters?overdue=true").json()["items"]] == [letter.pk]
    answered = post(chief, f"letters/{letter.pk}/answer", text="已停工，12月10日前恢复。").json()
    assert (answered["state"], answered["answered_by"], answered["overdue"]) == ("answered", "chief-ch-beiguan", False)
    shown = office.get(f"/api/v1/ground/cases/{overdue.pk}").json()
    keys = [step["summary_key"] for step in shown["timeline"] if step["step"] == "move"]
    assert keys[-2:] == ["case.move.letter_issued", "case.move.letter_answered"]
    assert shown["letters"][0]["answer"] == "已停工，12月10日前恢复。"


def test_numbers_follow_each_other_by_issuer_and_year(person, overdue, clock):
    office = person("county", region=COUNTY, username="office-2")
    above = person("prefecture", region="149900000000")

    def write(client, kind="supervision_letter"):
        key = post(client, f"cases/{overdue.pk}/letters", kind=kind).json()["id"]
        return post(client, f"letters/{key}/issue", demand="x").json()

    assert [write(office)["label_en"] for _ in range(2)] == [
        "Shangchuan County office, letter 1 of 2026",
        "Shangchuan County office, letter 2 of 2026",
    ]
    assert write(above)["label_zh"] == "清州市河长办督〔2026〕1号"
    assert write(office, "chief_order")["label_zh"] == "上川县河长令〔2026〕第1号"
    taken = post(office, f"letters/{Letter.objects.get(number=2).pk}/withdraw", reason="").json()
    assert "needs a reason" in taken["sentence"]
    back = post(office, f"letters/{Letter.objects.get(number=2).pk}/withdraw", reason="问题已销号").json()
    assert (back["state"], back["reason"]) == ("withdrawn", "问题已销号")
    assert write(office)["label_en"] == "Shangchuan County office, letter 3 of 2026", "a number is not given twice"


def test_the_ladder_asks_for_nothing_that_waits_already(person, overdue):
    """A person drafted the letter before the ladder came to it: it is not written twice."""
    office = person("county", region=COUNTY, username="office-2")
    post(office, f"cases/{overdue.pk}/letters", kind="supervision_letter")
    climb()
    assert Letter.objects.count() == 1


def test_a_stranger_sees_no_letter(person, overdue):
    climb()
    letter = Letter.objects.get()
    for stranger in (person("county", region="149902000000"), person("citizen")):
        assert stranger.get(f"/api/v1/ground/letters/{letter.pk}").status_code == 404
        assert stranger.get("/api/v1/ground/letters").json()["items"] == []


def test_a_letter_is_a_word_and_a_pdf_file_and_stays_as_it_was_issued(chinese, person, overdue):
    climb()
    letter, office = Letter.objects.get(), person("county", region=COUNTY, username="office-2")
    path = f"/api/v1/ground/letters/{letter.pk}/files/"
    assert "草稿" in words_of(office.get(path + "zh.docx").content)
    post(office, f"letters/{letter.pk}/issue", demand="停止采挖，恢复河床。")
    told = words_of(office.get(path + "zh.docx").content)
    for word in ("上川县河长办督〔2026〕1号", "停止采挖，恢复河床。", overdue.number, "2026-12-02", "清溪上段"):
        assert word in told
    assert "※" in told
    assert "依据与说明" not in told, "a letter has no such part to point to"
    before = office.get(path + "zh.pdf").content
    assert before.startswith(b"%PDF")
    Case.objects.filter(pk=overdue.pk).update(number="2026-99999")
    assert office.get(path + "zh.pdf").content == before
    assert office.get(path + "zh.exe").status_code == 404


def words_of(docx):
    import re

    with zipfile.ZipFile(io.BytesIO(docx)) as paper:
        return re.sub("<[^>]+>", "", paper.read("word/document.xml").decode())


@pytest.mark.django_db(transaction=True)
def test_two_who_issue_at_once_get_one_number_and_one_clear_refusal(person, overdue):
    """On both databases; on PostgreSQL the two really run beside each other."""
    office = [person("county", region=COUNTY, username=f"o{n}") for n in range(2)]
    drafts = [letters.draft(overdue, "supervision_letter") for _ in range(3)]
    answers = run_beside(
        [
            lambda n=n, draft=draft: post(office[n % 2], f"letters/{draft.pk}/issue", demand="x")
            for n, draft in enumerate([drafts[0], drafts[0], drafts[1], drafts[2]])
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 409]
    refused = next(answer.json() for answer in answers if answer.status_code == 409)
    assert "is issued; issue is possible when it is drafted" in refused["sentence"]
    assert sorted(Letter.objects.values_list("number", flat=True)) == [1, 2, 3]
    assert Move.objects.filter(action="letter_issued").count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_who_move_a_case_at_once_have_one_winner(person, overdue):
    office = [person("county", region=COUNTY, username=f"o{n}") for n in range(2)]
    answers = run_beside(
        [lambda n=n: post(office[n], f"cases/{overdue.pk}/actions", action="pause", reason="court") for n in range(2)]
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    refused = next(answer.json() for answer in answers if answer.status_code == 409)
    assert "the case is paused: pause is possible when it is dispatched" in refused["sentence"]


def run_beside(calls):
    """All at once, each in a thread with a connection of its own; SQLite in memory has one for all and goes in turn."""
    answers = []

    def run(call):
        try:
            answers.append(call())
        finally:
            connections.close_all()

    if connection.vendor == "sqlite":
        answers.extend(call() for call in calls)
        return answers
    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_a_letter_goes_out_while_the_working_days_of_the_new_year_are_not_known(person, overdue, clock):
    office = person("county", region=COUNTY, username="office-2")
    clock.at = datetime(2031, 1, 6, 4, tzinfo=UTC)
    key = post(office, f"cases/{overdue.pk}/letters", kind="supervision_letter").json()["id"]
    issued = post(office, f"letters/{key}/issue", demand="停止采挖。").json()
    assert (issued["state"], issued["answer_due"], issued["overdue"]) == ("issued", None, False)
    letter = Letter.objects.get(pk=key)
    assert letter.facts["parts"][1]["said"][1]["zh"] == "请书面答复办理情况，答复时限另行通知。"
