"""The audit chain."""

import pytest

from riverchief.web.accounts.models import AuditEntry, audit, audit_fault, first_broken_entry


def test_a_changed_or_missing_entry_is_found(platform, clock):
    for i in range(5):
        audit(clock, "a", "look", f"case-{i}", n=i)
    assert first_broken_entry() is None
    third = AuditEntry.objects.order_by("id")[2]
    AuditEntry.objects.filter(pk=third.pk).update(who="somebody else")
    assert first_broken_entry().pk == third.pk
    AuditEntry.objects.filter(pk=third.pk).update(who="a")
    assert first_broken_entry() is None
    fourth = AuditEntry.objects.order_by("id")[3]
    AuditEntry.objects.filter(pk=third.pk)._raw_delete("default")
    assert first_broken_entry().pk == fourth.pk


def test_an_end_that_was_cut_off_stays_seen_when_the_chain_goes_on(platform, clock):
    for i in range(3):
        audit(clock, "a", "look", f"case-{i}", n=i)
    assert audit_fault() == ""
    AuditEntry.objects.filter(pk=AuditEntry.objects.order_by("-id")[0].pk)._raw_delete("default")
    assert "its last entries are gone" in audit_fault()
    after = audit(clock, "b", "look")
    assert audit_fault() == f"entry {after.pk} was changed, put in, or follows one that was taken out"


def test_an_entry_can_neither_be_changed_nor_removed(platform, clock):
    entry = audit(clock, "a", "look")
    with pytest.raises(TypeError, match="cannot be changed"):
        entry.save()
    with pytest.raises(TypeError, match="cannot be removed"):
        entry.delete()
