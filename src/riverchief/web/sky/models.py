"""What the sky stage keeps: missions, photographs, findings."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from riverchief.web.accounts.scoped import Scoped


class Mission(Scoped):
    """A flight over a suspect stretch (飞行任务), planned from a trace or for a second look."""

    state = models.CharField(max_length=8, default="planned", help_text="planned, flown, done")
    alert = models.CharField(max_length=64, blank=True)
    case = models.CharField(max_length=64, blank=True)
    trace = models.CharField(max_length=64, blank=True)
    from_m = models.FloatField()
    to_m = models.FloatField()
    planned_at = models.DateTimeField()
    flown_at = models.DateTimeField(null=True)
    plan = models.JSONField(default=dict, help_text="lines, sorties, camera: riverchief.sky.mission as JSON")
    stretches = models.JSONField(default=list, help_text="[reach, from_m, to_m]")


class Photo(models.Model):
    """One photograph, placed by what the camera wrote into it."""

    visibility = "via:mission"

    id = models.CharField(max_length=64, primary_key=True)
    mission = models.ForeignKey(Mission, models.CASCADE, related_name="photos")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    public_sha256 = models.CharField(max_length=64)
    thumb_sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    reach = models.CharField(max_length=64, blank=True)
    chainage_m = models.FloatField(null=True)
    meta = models.JSONField(default=dict)
    why = models.TextField(blank=True, help_text="why it could not be placed")
    uploaded_by = models.CharField(max_length=150)

    class Meta:
        ordering: ClassVar = ["taken_at", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["mission", "sha256"], name="one_photo_per_content")]


class Finding(Scoped):
    """Something seen from the sky (疑似图斑), with its position and error."""

    mission = models.ForeignKey(Mission, models.CASCADE, related_name="findings")
    photo = models.ForeignKey(Photo, models.CASCADE, related_name="findings")
    u = models.FloatField(help_text="column in the photograph [px]")
    v = models.FloatField(help_text="row in the photograph [px]")
    kind = models.CharField(max_length=32)
    note = models.TextField(blank=True)
    error_m = models.FloatField(help_text="95 % of positions lie within [m]")
    state = models.CharField(max_length=12, default="open", help_text="open, case, dismissed")
    case = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
