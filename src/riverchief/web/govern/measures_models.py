"""What the twin was asked of measures against an incident, and what it answered."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from riverchief.web.cloud.models import Alert


class TwinMeasures(models.Model):
    """A question of measures (处置推演): levers made ready, a setting confirmed by a full run, or a plan."""

    visibility = "via:alert"

    id = models.CharField(max_length=64, primary_key=True)
    alert = models.ForeignKey(Alert, models.CASCADE, related_name="measures")
    at = models.DateTimeField()
    asked = models.CharField(max_length=8, help_text="prepare, confirm, plan")
    state = models.CharField(max_length=8, default="queued", help_text="queued, running, done, failed")
    values = models.JSONField(default=dict, help_text="by lever, where a setting is to be confirmed")
    result = models.JSONField(default=dict, help_text="levers and slopes; or goals as a full run reaches them")
    error = models.JSONField(default=dict, help_text="code and sentence, where it failed")
    took_s = models.FloatField(null=True, help_text="[s]")

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [models.Index(fields=["state", "at"])]

    def __str__(self) -> str:
        return self.id
