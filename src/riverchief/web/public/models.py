"""What citizens send, and what is kept so that a flood of it buries nobody."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from riverchief.web.accounts.scoped import Scoped
from riverchief.web.ground.models import Evidence


class Sender(models.Model):
    """An address that something came from, as a keyed hash that only this installation can make, and how much."""

    visibility = "internal"

    id = models.CharField(max_length=32, primary_key=True)
    weight = models.FloatField(default=0.0, help_text="reports lately, halved every hour")
    weighed_at = models.DateTimeField()
    window_from = models.DateTimeField()
    window_count = models.IntegerField(default=0, help_text="reports taken since window_from")
    held_until = models.DateTimeField(null=True)


class Spent(models.Model):
    """A puzzle that was used; kept until it would have expired."""

    visibility = "internal"

    name = models.CharField(max_length=32, primary_key=True)
    at = models.DateTimeField(db_index=True)
    until = models.DateTimeField(db_index=True)


class CitizenReport(Scoped):
    """What somebody without an account reported (公众上报), until the office has decided what becomes of it."""

    receipt = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=32)
    words = models.TextField(blank=True)
    sign = models.CharField(max_length=64, blank=True)
    source = models.CharField(max_length=8, default="page", help_text="page, open311")
    at = models.DateTimeField()
    state = models.CharField(max_length=8, default="waiting", help_text="waiting, case, merged, rejected, spam")
    sender = models.ForeignKey(Sender, models.SET_NULL, null=True, related_name="reports")
    words_digest = models.CharField(max_length=16, blank=True)
    photos = models.JSONField(default=list, help_text="SHA-256 of the originals")
    reason = models.TextField(blank=True, help_text="why it was not taken up, as the citizen reads it")
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)
    case = models.CharField(max_length=64, blank=True, db_index=True)
    stars = models.IntegerField(null=True, help_text="1 to 5")
    stars_words = models.TextField(blank=True)
    rated_at = models.DateTimeField(null=True)
    again_words = models.TextField(blank=True, help_text="why the citizen asked for it to be taken up again")
    again_at = models.DateTimeField(null=True)

    class Meta(Scoped.Meta):
        indexes: ClassVar = [models.Index(fields=["state", "region"]), models.Index(fields=["sign", "at"])]


class ReleasedPhoto(models.Model):
    """A photograph of a case that the office lets the public see, as a copy without metadata."""

    visibility = "via:evidence"
    published: ClassVar[dict[str, object]] = {"evidence__case__confidential": False}

    key = models.CharField(max_length=32, primary_key=True)
    evidence = models.OneToOneField(Evidence, models.CASCADE, related_name="released")
    side = models.CharField(max_length=8, help_text="before, after")
    sha256 = models.CharField(max_length=64, help_text="of the public copy")
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at"]


class SurveyAnswer(Scoped):
    """What one device answered at a sign in a month; nothing tells whose it is."""

    sign = models.CharField(max_length=64)
    month = models.CharField(max_length=7)
    device = models.CharField(max_length=32, help_text="keyed hash of a number that the browser drew")
    sender = models.CharField(max_length=32, help_text="keyed hash of the address")
    answers = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta(Scoped.Meta):
        indexes: ClassVar = [models.Index(fields=["month", "sender"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device", "month", "sign"], name="one_answer_per_device_and_month")
        ]
