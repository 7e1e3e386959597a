"""What somebody changes in the database or on the disk is found, and said what and where."""

import pytest

from riverchief.web import context, integrity
from riverchief.web.accounts.models import AuditEntry
from riverchief.web.ground.models import Case, Evidence, Move

COUNTY = "149901000000"


@pytest.fixture
def case(person):
    """A case with three moves and two pieces of evidence."""
    office, guard = person("county", region=COUNTY), person("guard", region=COUNTY)
    given = {"lon": 112.2284, "lat": 37.2482, "note": "rubbish on the bank", "severity": 2}
    key = guard.post("/api/v1/ground/cases", given, content_type="application/json").json()["id"]
    for action in ("accept", "dispatch"):
        office.post(f"/api/v1/ground/cases/{key}/actions", {"action": action}, content_type="application/json")
    for text in ("first", "second"):
        office.post(f"/api/v1/ground/cases/{key}/notes", {"text": text}, content_type="application/json")
    assert list(integrity.faults()) == []
    return Case.objects.get(pk=key)


def found():
    return [(fault.what, fault.why) for fault in integrity.faults()]


def test_a_changed_step_of_a_case_is_found(case):
    Move.objects.filter(case=case, action="accept").update(by="somebody else")
    assert found() == [("case", "entry 2 was changed after it was sealed")]


def test_a_step_that_was_taken_out_or_cut_off_is_found(case):
    last = Move.objects.filter(case=case).last()
    Move.objects.filter(pk=last.pk).delete()
    ((what, why),) = found()
    assert (what, "its end is gone" in why) == ("case", True)
    Move.objects.filter(case=case, action="accept").delete()
    ((what, why),) = found()
    assert (what, "its end is gone" in why) == ("case", True)


def test_a_state_that_no_step_led_to_is_found(case):
    Case.objects.filter(pk=case.pk).update(state="closed")
    assert found() == [("case", "the last move led to dispatched, the case says closed")]


def test_changed_evidence_and_its_file_are_found(case):
    piece = Evidence.objects.get(case=case, position=0)
    Evidence.objects.filter(pk=piece.pk).update(text="something else")
    assert found() == [("evidence", "entry 1 was changed after it was sealed")]
    Evidence.objects.filter(pk=piece.pk).update(text="first")
    path = context.store().files.path(piece.sha256)
    path.chmod(0o644)
    path.write_bytes(b"other")
    ((what, why),) = found()
    assert (what, "damaged on disk" in why) == ("file", True)
    path.unlink()
    assert [what for what, _ in found()] == ["file"]


def test_an_audit_line_that_was_changed_or_cut_off_is_found(case):
    last = AuditEntry.objects.order_by("id").last()
    AuditEntry.objects.filter(pk=last.pk).update(who="somebody else")
    assert found() == [("audit", f"entry {last.pk} was changed, put in, or follows one that was taken out")]
    AuditEntry.objects.filter(pk=last.pk)._raw_delete("default")
    ((what, why),) = found()
    assert (what, "its last entries are gone" in why) == ("audit", True)
