"""What the ledger keeps beside its cases: letters with their numbers, hand-offs of hotlines, meetings, notices."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from riverchief.web.accounts.scoped import Scoped


class Letter(models.Model):
    """A letter about an overdue case (督办函、河长令): drafted by the ladder, issued by a person, answered."""

    visibility = "via:case"

    id = models.CharField(max_length=64, primary_key=True)
    case = models.ForeignKey("ground.Case", models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=24, help_text="supervision_letter, chief_order")
    state = models.CharField(max_length=12, default="drafted", help_text="drafted, issued, answered, withdrawn")
    step = models.IntegerField(default=0, help_text="the ladder's step that asked for it; 0: a person did")
    series = models.CharField(max_length=64, blank=True, help_text="whose letters it is counted among")
    year = models.IntegerField(null=True)
    number = models.IntegerField(null=True, help_text="from 1 in its series and year, without gaps")
    label = models.JSONField(default=dict, help_text="its number as printed, in both languages")
    addressee = models.CharField(max_length=150, blank=True, help_text="username, or code of a chief")
    issuer = models.JSONField(default=dict, help_text="who issues it, in both languages")
    demand = models.TextField(blank=True, help_text="what is asked for")
    drafted_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    issued_by = models.CharField(max_length=150, blank=True)
    delivered_at = models.DateTimeField(null=True, help_text="when the addressee first opened it")
    answer_due_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=150, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=150, blank=True)
    reason = models.TextField(blank=True, help_text="why it was withdrawn")
    facts = models.JSONField(default=dict, help_text="what was written, as it was issued")

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["series", "year", "number"],
                condition=models.Q(number__isnull=False),
                name="one_letter_per_number",
            ),
            models.UniqueConstraint(
                fields=["case", "kind", "step"], condition=models.Q(step__gt=0), name="one_draft_per_step"
            ),
        ]


class SeriesCount(models.Model):
    """The last number that was given in a series and year; who takes the next one holds this row."""

    visibility = "internal"

    series = models.CharField(max_length=64)
    year = models.IntegerField()
    last = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["series", "year"], name="one_count_per_series")]


class Handoff(models.Model):
    """A complaint that a hotline handed on (转办件): its number and clock beside ours, and what it was answered."""

    visibility = "via:case"

    id = models.CharField(max_length=64, primary_key=True)
    case = models.ForeignKey("ground.Case", models.CASCADE, related_name="handoffs")
    hotline = models.CharField(max_length=24)
    number = models.CharField(max_length=64)
    received_at = models.DateTimeField(help_text="when the hotline received or handed it on")
    due_at = models.DateTimeField(null=True, help_text="when the hotline waits for the answer")
    due_given = models.BooleanField(default=False, help_text="the hotline named the day, no rule made it")
    answer_to = models.CharField(max_length=16, help_text="caller, centre")
    text = models.TextField()
    similar = models.JSONField(default=list, help_text="ids of cases that may be the same problem")
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering: ClassVar = ["-received_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hotline", "number"], name="one_handoff_per_number"),
        ]


class Meeting(Scoped):
    """A meeting (会议): who was there, what was said, what was decided; a decision can become a case."""

    title = models.CharField(max_length=200)
    held_at = models.DateTimeField()
    by = models.CharField(max_length=150)
    attendees = models.JSONField(default=list)
    minutes = models.TextField(blank=True)
    decisions = models.JSONField(default=list, help_text="text, and the id of the case that it became")


class Notice(Scoped):
    """A notice (通知) to named people, who say by opening it that they have read it."""

    title = models.CharField(max_length=200)
    text = models.TextField()
    by = models.CharField(max_length=150)
    at = models.DateTimeField()


class NoticeReceipt(models.Model):
    """Whether somebody to whom a notice went has opened it, and when first."""

    visibility = "via:notice"

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="receipts")
    username = models.CharField(max_length=150)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["notice", "username"], name="one_receipt_per_reader")]
