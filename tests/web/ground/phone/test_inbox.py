"""Records of phones: kept once, held for their parents, refused with a sentence, never a cause for the others to fail."""

import json

import pytest

from riverchief.web.ground.models import Case, Patrol, PhoneRecord
from riverchief.web.ground.phone import apply, inbox
from web.ground.phone.handset import BANK, Handset, sha256


def report(phone, **more):
    return phone.record("report", {**BANK, "note": "foam below the weir", "severity": 2, **more})


def test_the_receipt_names_the_bytes_that_came(guard):
    text, key = report(guard)
    [answer] = guard.answers(text)
    assert answer == {"id": key, "state": "stored", "sha256": sha256(text), "code": "", "sentence": ""}


def test_the_same_record_again_gets_the_same_answer_and_does_nothing(guard):
    text, _ = report(guard)
    first = guard.answers(text, text)
    assert first[0] == first[1]
    assert guard.answers(text) == first[:1]
    assert Case.objects.count() == PhoneRecord.objects.count() == 1


def test_other_content_under_the_same_id_is_refused_kept_and_the_first_stays(guard, office):
    text, key = report(guard)
    other, _ = guard.record("report", {**BANK, "note": "something else", "severity": 3}, key=key)
    guard.answers(text)
    [answer] = guard.answers(other)
    assert answer["state"] == "refused"
    assert key in answer["sentence"]
    assert guard.answers(other) == [answer]
    assert Case.objects.get(pk=key).params["note"] == "foam below the weir"
    listed = office.get("/api/v1/ground/phone/records?state=refused").json()["items"]
    assert [(one["id"], one["stands"]) for one in listed] == [(key, False)]


def test_records_of_somebody_else_are_refused_as_a_whole(guard, chief):
    text, _ = report(guard)
    response = chief.send(text, user=guard.user)
    assert response.status_code == 409
    assert response.json()["code"] == "rule.other_user"
    assert "nothing was taken" in response.json()["sentence"]
    assert PhoneRecord.objects.count() == 0


def test_a_record_of_somebody_else_among_ones_own_is_refused_and_blocks_nothing(guard, chief):
    mine, theirs = report(chief)[0], report(guard)[0]
    assert chief.states(theirs, mine) == ["refused", "stored"]
    assert guard.answers(theirs)[0]["state"] == "refused"
    assert Case.objects.get().reporter == chief.user


def test_what_comes_before_its_parent_is_held_and_applied_in_order_when_it_comes(chief):
    start, key = chief.start()
    first, second, end = chief.track(key, chief.walk(0, 30)), chief.track(key, chief.walk(30, 30)), chief.finish(key)
    held = chief.answers(end, second, first)
    assert [one["state"] for one in held] == ["held"] * 3
    assert key in held[0]["sentence"]
    assert chief.states(start) == ["stored"]
    patrol = Patrol.objects.get(pk=key)
    assert [point[:4] for point in patrol.track] == [point[:4] for point in chief.walk(0, 60)]
    assert patrol.again == []  # the end came after the track, in the order of the phone
    assert [one["state"] for one in chief.answers(end, second, first)] == ["stored"] * 3


def test_what_belongs_to_a_refused_record_is_refused_with_its_reason(chief):
    start, _ = chief.start(case="case-00000000000000000000000000")
    assert chief.states(start) == ["held"]
    bad, other = chief.start(stretch=[{"reach": "qx2", "from_m": 5000.0, "to_m": 100.0}])
    [why] = chief.answers(bad)
    [answer] = chief.answers(chief.track(other, chief.walk()))
    assert answer["state"] == "refused"
    assert answer["code"] == "phone.parent_refused"
    assert why["sentence"] in answer["sentence"]


def test_what_belongs_to_a_record_that_cannot_be_read_does_not_wait_for_ever(chief):
    text, key = chief.record("patrol-start", {"started_at": "yesterday"})
    assert chief.states(text, chief.track(key, chief.walk())) == ["refused", "refused"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON",
        "[1, 2]",
        "{}",
        '{"id": "case-1"}',
        '"\\u0000"',
        '{"id": "\\ud800"}',
        "\x00",
        "[" * 50_000,
        "1e999",
    ],
)
def test_nonsense_is_refused_kept_and_blocks_nothing(guard, text):
    good, _ = report(guard)
    answers = guard.answers(text, good)
    assert [one["state"] for one in answers] == ["refused", "stored"]
    assert answers[0]["sentence"]
    assert answers[0]["sha256"] == sha256(text)
    assert PhoneRecord.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"kind": "song"}, "song"),
        ({"seq": 0}, "seq"),
        ({"clock": "sundial"}, "clock"),
        ({"at": "2026-11-21"}, "zone"),
        ({"surprise": 1}, "surprise"),
        ({"file": {"sha256": "0" * 64, "size": 1, "mime": "x"}}, "file"),
    ],
)
def test_a_field_that_is_wrong_or_unknown_is_named(guard, change, named):
    text, _ = report(guard)
    [answer] = guard.answers(json.dumps({**json.loads(text), **change}))
    assert answer["state"] == "refused"
    assert named in answer["sentence"]


def test_a_nul_or_half_a_character_in_a_note_is_refused(guard):
    assert guard.states(report(guard, note="a\x00b")[0], report(guard, note="a\ud83c")[0]) == ["refused", "refused"]


def test_a_fix_of_no_time_of_ours_is_refused_and_not_tried_for_ever(chief):
    start, patrol = chief.start()
    assert chief.states(start) == ["stored"]
    for second in (1e300, -1.0):
        [answer] = chief.answers(chief.track(patrol, [[second, 112.0632, 37.0632, 5.0, None, 0]]))
        assert (answer["state"], "points" in answer["sentence"]) == ("refused", True)


def test_a_fault_of_the_platform_holds_the_record_and_shows_on_the_self_check(guard, person, monkeypatch):
    text, key = report(guard)
    good, _ = guard.record("report", {**BANK, "note": "fine", "severity": 1})

    def fails(user, record, row):
        if record.body.note.startswith("foam"):
            Case.objects.create(id="case-half", number="half", opened_at=row.received_at, title_key="", source="")
            raise ZeroDivisionError("nobody thought of this")
        real(user, record, row)

    real = apply.APPLY["report"]
    monkeypatch.setitem(apply.APPLY, "report", fails)
    answers = guard.answers(text, good)
    assert [one["state"] for one in answers] == ["held", "stored"]
    assert "nobody thought of this" in answers[0]["sentence"]
    assert not Case.objects.filter(pk="case-half").exists()
    failures = person("system").get("/api/v1/loop/health").json()["failures"]
    assert [(one["link"], one["event"], one["attempts"]) for one in failures] == [("phone", key, 1)]
    monkeypatch.setitem(apply.APPLY, "report", real)
    inbox.retry_held()
    assert guard.answers(text)[0]["state"] == "stored"
    assert Case.objects.filter(pk=key).exists()


def test_the_clock_of_the_phone_is_kept_beside_the_platforms(guard, clock):
    from datetime import timedelta

    text, key = report(guard)
    guard.answers(text, sent_at=clock.now() - timedelta(hours=2))
    row = PhoneRecord.objects.get(record=key)
    assert row.skew_s == 7200
    assert row.received_at == clock.now()


def test_only_who_recorded_it_and_its_offices_see_a_record(guard, chief, office, person):
    guard.answers(report(guard)[0])
    seen = [
        client.get("/api/v1/ground/phone/records").json()["total"]
        for client in (guard.client, office, chief.client, person("county", region="149902000000"), person("system"))
    ]
    assert seen == [1, 1, 0, 0, 1]


def test_two_phones_of_one_person_are_told_apart(guard, clock):
    second = Handset(guard.client, clock, "device-2")
    assert guard.states(report(guard)[0]) + second.states(report(second)[0]) == ["stored", "stored"]
    assert set(PhoneRecord.objects.values_list("device", "seq")) == {("device-1", 1), ("device-2", 1)}
