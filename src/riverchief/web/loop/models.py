"""Events, how far each link has come, what failed, every edge of provenance, and the schedules."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Event(models.Model):
    """Something happened: the row that a link writes in the same transaction as its result."""

    visibility = "internal"

    kind = models.CharField(max_length=24, db_index=True)
    subject = models.CharField(max_length=80)
    at = models.DateTimeField(help_text="when it happened")
    known_at = models.DateTimeField(help_text="when the platform knew")
    dedupe_key = models.CharField(max_length=160, unique=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.id} {self.kind} {self.subject}"


class LinkCursor(models.Model):
    """How far one link has handled the events (or, for the tail, the store's arrivals)."""

    visibility = "internal"

    link = models.CharField(max_length=64, primary_key=True)
    position = models.BigIntegerField(default=0)


class Failure(models.Model):
    """An event that a link could not handle; tried three times, then shown on the self-check page."""

    visibility = "internal"

    event = models.ForeignKey(Event, models.CASCADE)
    link = models.CharField(max_length=64)
    attempts = models.IntegerField(default=1)
    error = models.TextField()
    last_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "link"], name="one_failure_per_event_and_link")
        ]


class Provenance(models.Model):
    """One edge: `child` came about because of `parent`, in this role."""

    visibility = "internal"

    child = models.CharField(max_length=80, db_index=True)
    parent = models.CharField(max_length=80, db_index=True)
    role = models.CharField(max_length=24)
    code = models.CharField(max_length=80, blank=True, help_text="the code that did it, with its version")
    edition = models.CharField(max_length=80, blank=True, help_text="the edition of the rule that was applied")

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["child", "parent", "role"], name="one_edge_per_role")]


class Schedule(models.Model):
    """Periodic work: when it ran last and when it is due; a missed run runs once."""

    visibility = "internal"

    name = models.CharField(max_length=64, primary_key=True)
    last_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
