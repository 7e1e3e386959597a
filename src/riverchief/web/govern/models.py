"""What the govern stage keeps: traces with their forecast, and scores that open."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from riverchief.web.accounts.scoped import Scoped
from riverchief.web.cloud.models import Alert


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
