"""Targets, what was said about them day by day, and how good such sayings have been."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from riverchief.govern.outlook.target import FORMS, Kind

KINDS = [(kind.value, f"{FORMS[kind].name_zh} {FORMS[kind].name_en}") for kind in Kind]


class Target(models.Model):
    """A goal (目标) with issuer, parent, period and signature; everybody who signed in may see it."""

    visibility = "open"

    id = models.CharField(max_length=64, primary_key=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=24, choices=KINDS)
    place = models.CharField(max_length=64, help_text="code of the section, station or region that it is about")
    region = models.CharField(max_length=12, db_index=True, help_text="12-digit code: who answers for it")
    issuer = models.CharField(max_length=120, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    period_start = models.DateField()
    period_end = models.DateField()
    required = models.JSONField(help_text="value in the kind's unit; weight, flow_m3s where needed")
    document = models.CharField(max_length=200, blank=True)
    confirmed = models.BooleanField(default=False, help_text="checked against its document")
    assumed = models.BooleanField(default=False, help_text="invented for a demonstration")
    signed_by = models.CharField(max_length=80, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["period_end", "region", "kind", "place"]

    def __str__(self) -> str:
        return f"{self.name_zh} ({self.id})"


class OutlookResult(models.Model):
    """What was said about a target on a day, from the data as they stood; kept, and scored when the period is over."""

    visibility = "via:target"

    id = models.CharField(max_length=64, primary_key=True)
    target = models.ForeignKey(Target, models.CASCADE, related_name="outlooks")
    day = models.DateField(help_text="the first local day that was not known")
    at = models.DateTimeField(help_text="when it was made")
    data_version = models.CharField(max_length=32, help_text="hash of the daily values that it rests on")
    state = models.CharField(max_length=24)
    probability = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    result = models.JSONField(default=dict)
    met = models.BooleanField(null=True, help_text="what became of it")
    scored_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-day", "-id"]
        indexes: ClassVar = [models.Index(fields=["target", "day"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["target", "day", "data_version"], name="one_outlook_per_day_and_data")
        ]

    def __str__(self) -> str:
        return self.id


class SkillRecord(models.Model):
    """How good outlooks of class targets have been at this basin's sections: their months forecast again (回测)."""

    visibility = "open"

    day = models.DateField(unique=True)
    at = models.DateTimeField()
    result = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-day"]
