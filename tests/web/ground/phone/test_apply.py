"""What records of phones do: patrols, reports, photographs, steps of cases, answers."""

import io
from datetime import timedelta

import numpy as np
import pytest
from PIL import Image

from riverchief.web.ground import evidence, pieces
from riverchief.web.ground.models import Case, Evidence, Patrol, PatrolPiece
from web.ground.phone.handset import BANK, sha256

PATROLS, CASES = "/api/v1/ground/patrols", "/api/v1/ground/cases"


def photograph(seed=0, quality=90):
    """A JPEG with something on it."""
    noise = np.random.default_rng(seed).integers(0, 255, (12, 16, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).resize((320, 240), Image.Resampling.BICUBIC).save(out, "JPEG", quality=quality)
    return out.getvalue()


def photo(phone, subject, data, **more):
    body = {"subject": subject, "at": phone.clock.now().isoformat(), "name": "bank.jpg", **BANK}
    return phone.record("photo", body, parent=subject, file=data, **more)


def walked(phone, clock, **start):
    """A patrol with its track and its end, handed in; its id."""
    text, key = phone.start(**start)
    assert phone.states(text, phone.track(key, phone.walk()), phone.finish(key)) == ["stored"] * 3
    clock.advance(1800)
    return key


def test_a_patrol_keeps_the_phones_id_and_times(chief, clock):
    begun = clock.now()
    key = walked(chief, clock)
    shown = chief.client.get(f"{PATROLS}/{key}").json()
    assert shown["started_at"] == begun.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    patrol = Patrol.objects.get(pk=key)
    assert patrol.finished_at == begun + timedelta(seconds=1800)
    assert shown["result"]["fixes"] == 60
    assert shown["result"]["length_m"] == pytest.approx(59 * 26.6, rel=0.01)  # 0.0003° of longitude at 37.25° north
    assert patrol.track[7][3:] == [6.0, 0.9, 0]
    assert shown["authenticity"]["score"] <= 100
    assert shown["device"] == "device-1"


def test_points_that_come_after_the_end_are_counted_and_a_line_says_so(chief, clock):
    text, key = chief.start()
    first, second = chief.track(key, chief.walk(0, 30)), chief.track(key, chief.walk(30, 30))
    chief.answers(text, first, chief.finish(key))
    before = chief.client.get(f"{PATROLS}/{key}").json()
    assert chief.states(second) == ["stored"]
    after = chief.client.get(f"{PATROLS}/{key}").json()
    assert (before["result"]["fixes"], after["result"]["fixes"]) == (30, 60)
    assert [(line["why"], line["points"]) for line in after["again"]] == [("track", 60)]


def test_answers_of_the_checklist_are_kept(chief):
    text, key = chief.start()
    chief.answers(text, chief.finish(key, answers={"outfall": "bad", "sign": "ok", "gate": "not_looked"}))
    shown = chief.client.get(f"{PATROLS}/{key}").json()
    assert shown["answers"] == {"outfall": "bad", "sign": "ok", "gate": "not_looked"}


def test_an_end_before_the_beginning_is_refused_and_the_patrol_stays_open(chief):
    text, key = chief.start()
    [_, answer] = chief.answers(text, chief.finish(key, after_s=-60))
    assert answer["state"] == "refused"
    assert "clock" in answer["sentence"]
    assert Patrol.objects.get(pk=key).finished_at is None


def test_a_photograph_of_a_patrol_without_a_case_is_kept_sealed_and_shown(chief, clock):
    key = walked(chief, clock)
    data = photograph()
    text, piece = photo(chief, key, data)
    assert chief.states(text) == ["held"]
    assert chief.file(data).json() == {"sha256": sha256(data)}
    assert chief.states(text) == ["stored"]
    shown = chief.client.get(f"{PATROLS}/{key}").json()
    assert [one["id"] for one in shown["pieces"]] == [piece]
    assert shown["chain_broken_at"] is None
    assert [line["why"] for line in shown["again"]] == ["photo"]
    response = chief.client.get(shown["pieces"][0]["url"])
    assert (response.content, response["Content-Type"]) == (data, "image/jpeg")
    PatrolPiece.objects.update(lon=100.0)
    assert pieces.first_broken(Patrol.objects.get(pk=key))["index"] == 0


def test_a_file_cut_off_on_its_way_is_not_kept(chief):
    data = photograph()
    assert chief.file(data[:500], told=sha256(data)).json() == {"sha256": sha256(data[:500])}
    text, key = chief.start()
    assert chief.states(text, photo(chief, key, data)[0]) == ["stored", "held"]


def test_nobody_gets_at_a_file_by_naming_its_hash(chief, guard, clock):
    data = photograph()
    chief.file(data)
    text, key = guard.record("report", {**BANK, "note": "foam", "severity": 1})
    assert guard.states(text, photo(guard, key, data)[0]) == ["stored", "held"]


def test_what_is_no_image_is_refused_and_blocks_nothing(chief):
    text, key = chief.start()
    chief.file(b"not an image")
    states = chief.states(text, photo(chief, key, b"not an image")[0], chief.finish(key))
    assert states == ["stored", "refused", "stored"]


def test_evidence_of_a_report_may_come_before_it(guard, office):
    text, key = guard.record("report", {**BANK, "note": "foam", "severity": 2, "type": "water"})
    data = photograph()
    guard.file(data)
    early, piece = photo(guard, key, data)
    voice = guard.record("voice", {"subject": key, "at": guard.clock.now().isoformat()}, parent=key, file=b"OggS1234")[
        0
    ]
    guard.file(b"OggS1234")
    assert guard.states(early, voice) == ["held", "held"]
    assert guard.states(text) == ["stored"]
    assert [one["state"] for one in guard.answers(early, voice)] == ["stored", "stored"]
    shown = office.get(f"{CASES}/{key}").json()
    assert {one["kind"] for one in shown["evidence"]} == {"photo", "voice"}
    assert shown["evidence"][0]["id"] == piece
    assert shown["chain_broken_at"] is None
    assert shown["case"]["params"]["type"] == "water"
    sound = office.get(shown["evidence"][1]["url"])
    assert (sound.content, sound["Content-Type"]) == (b"OggS1234", "audio/ogg")


def test_a_report_opens_now_and_says_when_it_was_recorded(guard, clock):
    text, key = guard.record("report", {**BANK, "note": "foam", "severity": 2})
    recorded = clock.now()
    clock.advance(6 * 3600)
    guard.answers(text)
    case = Case.objects.get(pk=key)
    assert (case.told_at, case.opened_at) == (recorded, clock.now())
    assert case.due_at > clock.now()


def dispatched(guard, office):
    text, key = guard.record("report", {**BANK, "note": "foam", "severity": 2})
    guard.answers(text)
    for action in ("accept", "dispatch"):
        office.post(f"{CASES}/{key}/actions", {"action": action}, content_type="application/json")
    return key


def test_a_step_of_a_case_is_taken_with_the_evidence_before_it(guard, chief, office):
    key = dispatched(guard, office)
    note = chief.record("note", {"subject": key, "text": "cleaned"}, parent=key)[0]
    step = chief.record("case-action", {"case": key, "action": "handle", "note": "done", "seen_state": "dispatched"})[0]
    assert chief.states(note, step) == ["stored", "stored"]
    assert Case.objects.get(pk=key).state == "handled"
    assert chief.states(step) == ["stored"]
    assert Case.objects.get(pk=key).moves.filter(action="handle").count() == 1
    assert evidence.first_broken(Case.objects.get(pk=key)) is None


def test_a_step_of_a_case_that_has_moved_on_says_who_moved_it_when_and_what_is_possible(guard, chief, office, clock):
    key = dispatched(guard, office)
    clock.advance(60)
    office.post(f"{CASES}/{key}/actions", {"action": "pause", "reason": "flood"}, content_type="application/json")
    [answer] = chief.answers(
        chief.record("case-action", {"case": key, "action": "return", "reason": "x", "seen_state": "dispatched"})[0]
    )
    assert answer["state"] == "refused"
    for words in ("paused", office.user.username, "pause", "2026-11-20T16:01:00", "saw it dispatched", "may: nothing"):
        assert words in answer["sentence"]
    assert Case.objects.get(pk=key).state == "paused"


def suspicious(phone, clock):
    """A patrol whose fixes the phone marks as mock."""
    text, key = phone.start()
    points = [[*point[:5], 1] for point in phone.walk()]
    phone.answers(text, phone.track(key, points), phone.finish(key))
    clock.advance(1800)
    return key


def test_reasons_are_the_walkers_first_and_others_after_the_answer(chief, office, clock):
    key = suspicious(chief, clock)
    own = chief.client.get(f"{PATROLS}/{key}").json()["authenticity"]
    kinds = [reason["kind"] for reason in own["reasons"]]
    assert "mock" in kinds
    hidden = office.get(f"{PATROLS}/{key}").json()["authenticity"]
    assert set(hidden) == {"withheld_until", "days", "confirmed"}
    texts = [chief.record("patrol-answer", {"patrol": key, "reason": k, "text": "a new phone"}) for k in kinds]
    assert set(chief.states(*[text for text, _ in texts])) == {"stored"}
    shown = office.get(f"{PATROLS}/{key}").json()["authenticity"]
    assert [reply["reason"] for reply in shown["replies"]] == kinds
    assert shown["score"] == own["score"]


def test_others_see_the_reasons_after_some_days_without_an_answer(chief, office, clock):
    key = suspicious(chief, clock)
    clock.advance(3 * 86_400 - 60)
    assert "score" not in office.get(f"{PATROLS}/{key}").json()["authenticity"]
    clock.advance(120)
    assert "score" in office.get(f"{PATROLS}/{key}").json()["authenticity"]


def test_an_answer_to_what_is_not_asked_is_refused(chief, clock):
    key = walked(chief, clock)
    [answer] = chief.answers(chief.record("patrol-answer", {"patrol": key, "reason": "replay", "text": "no"})[0])
    assert answer["state"] == "refused"
    assert "not asked about 'replay'" in answer["sentence"]


def test_a_photograph_handed_in_before_is_found_and_a_covered_lens_is_not(chief, clock):
    first = walked(chief, clock)
    data, again = photograph(7), photograph(7, quality=60)
    chief.file(data)
    chief.answers(photo(chief, first, data)[0])
    clock.advance(86_400)
    second = walked(chief, clock)
    chief.file(again)
    chief.answers(photo(chief, second, again)[0])
    found = chief.client.get(f"{PATROLS}/{second}").json()["authenticity"]
    assert "photo_again" in [reason["kind"] for reason in found["reasons"]]
    black = io.BytesIO()
    Image.new("RGB", (320, 240)).save(black, "JPEG")
    chief.file(black.getvalue())
    text, key = photo(chief, second, black.getvalue())
    assert chief.states(text) == ["stored"]
    assert PatrolPiece.objects.get(pk=key).picture_hash == ""


def test_spacing_is_told_from_the_last_patrol_that_counted(chief, clock, monkeypatch):
    from riverchief.ground import rules
    from riverchief.ground.rules import from_dict, to_dict

    told = to_dict(rules.named())
    for level in told["level"].values() if isinstance(told.get("level"), dict) else told["level"]:
        level.update({"shortest_min": 5, "shortest_m": 300, "spacing_h": 24})
    monkeypatch.setattr(rules, "named", lambda name="": from_dict(told))
    counted = walked(chief, clock)
    assert Patrol.objects.get(pk=counted).result["valid"]
    clock.advance(20 * 3600)
    text, short = chief.start()
    chief.answers(text, chief.track(short, chief.walk(0, 5)), chief.finish(short, 150))
    assert not Patrol.objects.get(pk=short).result["valid"]
    clock.advance(6 * 3600)
    assert Patrol.objects.get(pk=walked(chief, clock)).result["valid"]


def test_only_its_walker_adds_to_a_patrol(chief, guard, office, clock):
    key = walked(chief, clock)
    [answer] = guard.answers(guard.record("note", {"subject": key, "text": "me too"}, parent=key)[0])
    assert answer["state"] in ("held", "refused")
    assert not PatrolPiece.objects.exists()
    assert not Evidence.objects.exists()


def reported(phone, patrol, *photos, **more):
    """A report on a patrol with photographs, handed in as the shipped page does; its id."""
    text, key = phone.record("report", {**BANK, "note": "foam", "severity": 1, "patrol": patrol, **more}, parent=patrol)
    for data in photos:
        phone.file(data)
    phone.answers(text, *(photo(phone, key, data)[0] for data in photos))
    return key


def test_a_photograph_of_a_case_that_was_found_on_the_patrol_counts_for_it(chief):
    text, key = chief.start()
    chief.answers(text, chief.track(key, chief.walk()))
    case = reported(chief, key, photograph(1))
    chief.answers(chief.finish(key))
    assert Patrol.objects.get(pk=key).result["photos"] == 1
    assert Evidence.objects.get(case=case).patrol == key
    chief.file(photograph(2))
    assert chief.states(photo(chief, case, photograph(2))[0]) == ["stored"]
    found = Patrol.objects.get(pk=key)
    assert (found.result["photos"], [line["why"] for line in found.again]) == (2, ["photo"])


def test_a_photograph_of_another_case_counts_for_the_patrol_on_which_it_was_made(chief, guard, office):
    case = dispatched(guard, office)
    text, key = chief.start()
    chief.answers(text, chief.track(key, chief.walk()))
    data = photograph(3)
    chief.file(data)
    body = {"subject": case, "on": key, "at": chief.clock.now().isoformat(), **BANK}
    other = chief.record("photo", {**body, "on": "patrol-01KAJ0000000000000000000ZZ"}, parent=case, file=data)[0]
    assert chief.states(chief.record("photo", body, parent=case, file=data)[0], other) == ["stored", "stored"]
    chief.answers(chief.finish(key))
    assert Patrol.objects.get(pk=key).result["photos"] == 1, "the other one was made on no patrol that is known"


def test_a_report_and_its_photograph_that_come_before_the_patrol_count_for_it(chief):
    text, key = chief.start()
    reported(chief, key, photograph(4))
    chief.answers(text, chief.track(key, chief.walk()), chief.finish(key))
    assert Patrol.objects.get(pk=key).result["photos"] == 1


def test_nobody_elses_photograph_counts(chief, guard):
    text, key = chief.start()
    chief.answers(text, chief.track(key, chief.walk()))
    reported(guard, key, photograph(5))
    chief.answers(chief.finish(key))
    assert Patrol.objects.get(pk=key).result["photos"] == 0


def test_gaps_have_the_reasons_that_the_phone_knows(chief):
    text, key = chief.start()
    points = chief.walk()
    t = points[0][0]
    kept = [p for p in points if not (t + 300 < p[0] < t + 600 or t + 900 < p[0] < t + 1200)]
    told = [
        {"from_s": t + 300, "to_s": t + 420, "why": "no_signal"},
        {"from_s": t + 420, "to_s": t + 600, "why": "hidden"},
        {"from_s": t + 1500, "to_s": t + 1570, "why": "closed"},
    ]
    chief.answers(text, chief.track(key, kept), chief.finish(key, gaps=told))
    found = chief.client.get(f"{PATROLS}/{key}").json()["result"]["gaps"]
    assert [(gap["start_s"] - t, gap["end_s"] - t, gap["why"]) for gap in found] == [
        (300, 600, "hidden"),
        (900, 1200, None),
    ]
    assert Patrol.objects.get(pk=key).told_gaps == told


def test_a_phone_of_before_tells_how_many_gaps_and_is_understood(chief):
    text, key = chief.start()
    assert chief.states(text, chief.track(key, chief.walk()), chief.finish(key, gaps=3)) == ["stored"] * 3
    assert Patrol.objects.get(pk=key).told_gaps == []


def test_fields_of_a_type_are_kept_and_what_is_missing_refuses_nothing(guard, office):
    values = {"area_m2": "12.5", "use": "养殖", "colour": "red"}
    text, key = guard.record("report", {**BANK, "note": "x", "severity": 2, "type": "encroachment", "values": values})
    assert guard.states(text) == ["stored"]
    shown = office.get(f"{CASES}/{key}").json()["case"]
    assert shown["values"] == {"area_m2": 12.5, "use": "pond"}
    assert [(one["field"], "no field" in one["en"]) for one in shown["incomplete"]] == [("colour", True)]
    text, key = guard.record("report", {**BANK, "note": "x", "severity": 2, "type": "dumping"})
    assert guard.states(text) == ["stored"]
    lacking = office.get(f"{CASES}/{key}").json()["case"]["incomplete"]
    assert lacking == [{"field": "material", "zh": "堆放物必填", "en": "What lies there is needed"}]
