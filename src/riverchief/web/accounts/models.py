"""Users with a role, a region and, for chiefs, their entry in the registry; and the audit chain."""

from __future__ import annotations

import contextlib
import hashlib
import json
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models, transaction

from riverchief.base import phone, regions
from riverchief.base.errors import InputError
from riverchief.base.time import Clock
from riverchief.web.accounts.entry_models import CodeSent, Device, EntryLink, Preferences
from riverchief.web.accounts.scoped import Share

__all__ = [
    "OFFICES",
    "AuditEntry",
    "AuditHead",
    "CodeSent",
    "Device",
    "EntryLink",
    "Preferences",
    "Role",
    "Share",
    "User",
    "audit",
    "audit_fault",
    "first_broken_entry",
]


class Role(models.TextChoices):
    """What somebody is on the platform."""

    SYSTEM = "system", "系统 system"
    PREFECTURE = "prefecture", "市级河长办 prefecture office"
    COUNTY = "county", "县级河长办 county office"
    DEPARTMENT = "department", "部门经办 department officer"
    CHIEF = "chief", "河长 chief"
    GUARD = "guard", "巡河员 guard"
    POLICE = "police", "河道警长 police"
    CITIZEN = "citizen", "公众 citizen"
    AUDITOR = "auditor", "审计 auditor"


OFFICES = (Role.SYSTEM, Role.PREFECTURE, Role.COUNTY)


class User(AbstractUser):
    """Somebody who signs in."""

    visibility = "people"

    role = models.CharField(max_length=16, choices=Role.choices, default=Role.CITIZEN)
    region = models.CharField(max_length=12, blank=True, help_text="12-digit code; empty: no region")
    chief = models.CharField(max_length=64, blank=True, db_index=True, help_text="code of the chief in the registry")
    name_zh = models.CharField(max_length=80, blank=True)
    name_en = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=32, blank=True, help_text="+8613800138000; one account per number")

    REQUIRED_FIELDS: ClassVar[list[str]] = ["role"]

    class Meta(AbstractUser.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["phone"], condition=~models.Q(phone=""), name="one_account_per_phone")
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A telephone number is kept in one form, however it was written."""
        with contextlib.suppress(InputError):  # what cannot be read stays as it was written
            self.phone = phone.normalise(self.phone) if self.phone else ""
        super().save(*args, **kwargs)

    @property
    def region_prefix(self) -> str | None:
        """Trimmed region code; None for somebody without a region."""
        return regions.prefix(self.region) if self.region else None

    def is_office(self) -> bool:
        """Whether this person works in an office of river chiefs (or runs the system)."""
        return self.role in OFFICES


class AuditEntry(models.Model):
    """One thing that somebody did; each entry carries the hash of the one before, so none can be taken out."""

    visibility = "audit"

    at = models.DateTimeField()
    who = models.CharField(max_length=150)
    what = models.CharField(max_length=64)
    subject = models.CharField(max_length=80, blank=True)
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = "audit entry"

    def digest(self) -> str:
        """SHA-256 over the previous hash and this entry's content."""
        content = [self.previous, self.at.isoformat(), self.who, self.what, self.subject, self.data]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Entries are written once."""
        if self.pk:
            raise TypeError("an audit entry cannot be changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Entries stay."""
        raise TypeError("an audit entry cannot be removed")


class AuditHead(models.Model):
    """The hash of the last audit entry, kept beside the chain, so that an end that was cut off is seen."""

    visibility = "audit"

    hash = models.CharField(max_length=64)


def audit(clock: Clock, who: str, what: str, subject: str = "", **data: Any) -> AuditEntry:
    """Append one entry to the audit chain.

    The kept end is what the entry follows: its row is held, so that of two at once one waits for the other, and an end
    that was cut off cannot be written over.
    """
    with transaction.atomic():
        head = AuditHead.objects.select_for_update().filter(pk=1).first()
        if head is None:  # the chain begins, or is older than its kept end
            last = AuditEntry.objects.order_by("-id").values_list("hash", flat=True).first()
            AuditHead.objects.get_or_create(pk=1, defaults={"hash": last or ""})
            head = AuditHead.objects.select_for_update().get(pk=1)
        entry = AuditEntry(at=clock.now(), who=who, what=what, subject=subject, data=data, previous=head.hash)
        entry.hash = head.hash = entry.digest()
        entry.save()
        head.save(update_fields=["hash"])
    return entry


def first_broken_entry() -> AuditEntry | None:
    """The first entry whose hash does not follow from the one before; None for an unbroken chain."""
    previous = ""
    for entry in AuditEntry.objects.order_by("id").iterator():
        if entry.previous != previous or entry.hash != entry.digest():
            return entry
        previous = entry.hash
    return None


def audit_fault() -> str:
    """Why the audit chain does not hold; empty where it does."""
    broken = first_broken_entry()
    if broken is not None:
        return f"entry {broken.pk} was changed, put in, or follows one that was taken out"
    last = AuditEntry.objects.order_by("-id").values_list("hash", flat=True).first() or ""
    kept = AuditHead.objects.filter(pk=1).values_list("hash", flat=True).first() or ""
    return "" if last == kept else "the chain's end is not the one that was kept: its last entries are gone"
