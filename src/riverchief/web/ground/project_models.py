"""What is kept of key projects beside the registry: plan and money, milestones, reports with photographs, plots.

The registry's row holds the days that rates are made of; a report writes there only when somebody else has confirmed
it. Sums of money are fen, months are written 2026-10.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from riverchief.web.accounts.scoped import Scoped


class ProjectEntry(models.Model):
    """What everybody who signed in may know of a project beyond its registry row: where it stands, what it is for."""

    visibility = "open"
    LEVELS: ClassVar = ("province", "city", "county")

    project = models.CharField(max_length=64, primary_key=True, help_text="code in the registry")
    level = models.CharField(max_length=12, blank=True, help_text="province, city, county: whose list it is on")
    task_force = models.CharField(max_length=64, blank=True, help_text="专班 that drives it")
    document = models.CharField(max_length=200, blank=True)
    goals = models.JSONField(default=list, help_text="[section, property] pairs that it is meant to improve")
    assumed = models.BooleanField(default=False, help_text="invented for a demonstration")

    def __str__(self) -> str:
        return self.project


class ProjectPlan(Scoped):
    """Investment and monthly plan of a project, seen by its region; its id is the project's code."""

    investment_fen = models.BigIntegerField(null=True, help_text="planned in all")
    months = models.JSONField(default=list, help_text="[month, share done, spent by its end in fen], totals so far")
    photos_seal = models.CharField(max_length=64, blank=True, help_text="seal of the last photograph")
    assumed = models.BooleanField(default=False, help_text="invented for a demonstration")


class ProjectMilestone(models.Model):
    """A step of a project with its planned day, and the day on which it was reached as confirmed."""

    visibility = "via:plan"

    plan = models.ForeignKey(ProjectPlan, models.CASCADE, related_name="milestones")
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    planned = models.DateField(null=True)
    actual = models.DateField(null=True)

    class Meta:
        ordering: ClassVar = ["planned", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "name_zh"], name="one_milestone_per_name"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.name_zh}"


class ProjectReport(models.Model):
    """How far a project is, as those in charge say; it counts when somebody else has confirmed it."""

    visibility = "via:plan"

    id = models.CharField(max_length=64, primary_key=True)
    plan = models.ForeignKey(ProjectPlan, models.CASCADE, related_name="reports")
    month = models.CharField(max_length=7)
    share = models.FloatField(help_text="done of the whole, 0 to 1")
    spent_fen = models.BigIntegerField(help_text="spent from the beginning")
    text = models.TextField(blank=True)
    started = models.DateField(null=True, help_text="first day of the works, where this report says it")
    completed = models.DateField(null=True, help_text="last day of the works, where this report says it")
    reached = models.JSONField(default=dict, help_text="milestone → day on which it was reached")
    state = models.CharField(max_length=12, default="open", help_text="open, confirmed, returned")
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    assumed = models.BooleanField(default=False, help_text="invented for a demonstration")

    class Meta:
        ordering: ClassVar = ["-month", "-at", "-id"]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.month}"


class ProjectPhoto(models.Model):
    """A photograph of a report, sealed into the chain of its project together with the report's figures."""

    visibility = "via:plan"

    id = models.CharField(max_length=64, primary_key=True)
    plan = models.ForeignKey(ProjectPlan, models.CASCADE, related_name="photos")
    report = models.ForeignKey(ProjectReport, models.CASCADE, related_name="photos")
    position = models.IntegerField(help_text="from 0 in the project's chain")
    name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    taken_at = models.DateTimeField(null=True)
    away_m = models.FloatField(null=True, help_text="from the project's place")
    doubts = models.JSONField(default=list)
    picture_hash = models.CharField(max_length=16, blank=True, help_text="perceptual, 64 bits in hexadecimal")
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["plan", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "position"], name="one_project_photo_per_position")
        ]

    def __str__(self) -> str:
        return self.id


class ProjectPlot(models.Model):
    """A planted plot (造林小班) of a project."""

    visibility = "via:plan"

    id = models.CharField(max_length=64, primary_key=True)
    plan = models.ForeignKey(ProjectPlan, models.CASCADE, related_name="plots")
    number = models.CharField(max_length=32)
    area_ha = models.FloatField()
    species_zh = models.CharField(max_length=80)
    species_en = models.CharField(max_length=80, blank=True)
    planted_on = models.DateField(null=True)
    trees_per_ha = models.FloatField(null=True)
    assumed = models.BooleanField(default=False, help_text="invented for a demonstration")

    class Meta:
        ordering: ClassVar = ["plan", "number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "number"], name="one_plot_per_number")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.number}"


class PlotCheck(models.Model):
    """Trees of a plot that were counted, or planted again, on a day; it counts when somebody else has confirmed it."""

    visibility = "via:plot"
    KINDS: ClassVar = ("survival", "preservation", "replanting")

    id = models.CharField(max_length=64, primary_key=True)
    plot = models.ForeignKey(ProjectPlot, models.CASCADE, related_name="checks")
    kind = models.CharField(max_length=16)
    on = models.DateField()
    counted = models.IntegerField(null=True, help_text="trees looked at")
    alive = models.IntegerField(null=True, help_text="of them living")
    replanted = models.IntegerField(null=True, help_text="trees planted again")
    note = models.TextField(blank=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=150, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    assumed = models.BooleanField(default=False, help_text="invented for a demonstration")

    class Meta:
        ordering: ClassVar = ["plot", "-on", "-id"]

    def __str__(self) -> str:
        return f"{self.plot_id} {self.on}"
