"""What the govern stage keeps: traces with their forecast, and scores that open."""

from __future__ import annotations

import hashlib
import json
from typing import Any, ClassVar

from django.db import models

from riverchief.web.accounts.scoped import Scoped
from riverchief.web.cloud.models import Alert
from riverchief.web.govern.measures_models import TwinMeasures
from riverchief.web.govern.target_models import OutlookResult, SkillRecord, Target
from riverchief.web.govern.twin_models import TwinCycle

__all__ = [
    "FrozenSheet",
    "OutlookResult",
    "Report",
    "Score",
    "SheetInput",
    "SkillRecord",
    "Target",
    "Trace",
    "TwinCycle",
    "TwinMeasures",
]


class Trace(models.Model):
    """Where it came from, with a probability, and where it goes, with a band (溯源)."""

    visibility = "via:alert"

    id = models.CharField(max_length=64, primary_key=True)
    alert = models.ForeignKey(Alert, models.CASCADE, related_name="traces")
    at = models.DateTimeField()
    n_readings = models.IntegerField()
    candidates = models.JSONField(default=list)
    reach_probability = models.JSONField(default=list)
    forecast = models.JSONField(default=dict)
    stretch = models.JSONField(default=list)
    beside = models.JSONField(default=dict)
    engine = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["-id"]


class Score(Scoped):
    """A sheet evaluated for somebody over a period (考核): every point opens to its records."""

    sheet = models.CharField(max_length=64)
    chief = models.CharField(max_length=64)
    month = models.CharField(max_length=7)
    at = models.DateTimeField()
    points = models.FloatField(null=True)
    maximum = models.FloatField()
    result = models.JSONField(default=dict)


class SheetInput(Scoped):
    """A number that somebody entered for a region and a period (填报): for every sheet that asks for that name."""

    period = models.CharField(max_length=16)
    name = models.CharField(max_length=160, help_text="the input's name; sheet.item for points that a person gives")
    value = models.FloatField(null=True, help_text="null withdraws what was entered before")
    unit = models.CharField(max_length=32, default="1")
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    why = models.TextField(blank=True)
    file = models.CharField(max_length=64, blank=True, help_text="sha256 of the workbook or paper it came with")
    assumed = models.BooleanField(default=False, help_text="invented, for the demonstration")

    class Meta(Scoped.Meta):
        indexes: ClassVar = [models.Index(fields=["region", "period", "name"])]


class FrozenSheet(Scoped):
    """A sheet as it was made official (定稿): written once, with the hash of its content and of the one before."""

    sheet = models.CharField(max_length=64)
    version = models.CharField(max_length=32)
    period = models.CharField(max_length=16)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    why = models.TextField(blank=True, help_text="why an earlier one of the same region and period no longer holds")
    result = models.JSONField(default=dict)
    previous = models.CharField(max_length=64, blank=True, help_text="hash of the one that this one replaces")
    hash = models.CharField(max_length=64)

    class Meta(Scoped.Meta):
        indexes: ClassVar = [models.Index(fields=["sheet", "region", "period"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sheet", "region", "period", "hash"], name="one_freeze_per_content")
        ]

    def digest(self) -> str:
        """SHA-256 over what was frozen, for whom, and what it replaces."""
        content = [self.previous, self.sheet, self.version, self.region, self.period, self.result]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Frozen sheets are written once."""
        if not self._state.adding:
            raise TypeError("a frozen sheet cannot be changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Frozen sheets stay."""
        raise TypeError("a frozen sheet cannot be removed")


class Report(Scoped):
    """A report on a region and a period (报告): queued, made in the background, kept with its facts and its files."""

    kind = models.CharField(max_length=16, help_text="daily, weekly, monthly, annual, meeting")
    period = models.CharField(max_length=12, help_text="2026-10-05, 2026-W41, 2026-10, 2026")
    language = models.CharField(max_length=2, help_text="zh, en")
    formats = models.JSONField(default=list, help_text="docx, xlsx, pdf")
    signer = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=8, default="queued", help_text="queued, running, done, failed, stopped")
    progress = models.FloatField(default=0.0, help_text="0 to 1")
    step = models.JSONField(default=dict, help_text="what is being done, in both languages")
    stopping = models.BooleanField(default=False, help_text="somebody asked for an end")
    scheduled = models.BooleanField(default=False, help_text="made by itself when its period had ended")
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=150)
    facts = models.JSONField(default=dict, help_text="all that it says; the same facts give the same bytes")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the facts")
    files = models.JSONField(default=list, help_text="name, format, sha256, size")
    error = models.JSONField(default=dict, help_text="code and sentence, where it failed")

    class Meta(Scoped.Meta):
        indexes: ClassVar = [models.Index(fields=["state", "asked_at"])]
