"""What the cloud stage keeps: verdicts, alerts, and the state of what watches each series."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from riverchief.web.accounts.scoped import Scoped


class Verdict(models.Model):
    """The class of a section at one time, with its inputs and why (断面评价)."""

    visibility = "open"
    published: ClassVar[dict[str, object]] = {}

    id = models.CharField(max_length=64, primary_key=True)
    section = models.CharField(max_length=64)
    at = models.DateTimeField()
    known_at = models.DateTimeField()
    water_class = models.IntegerField(help_text="1 to 6; 0 where it cannot be judged")
    deciding = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    inputs = models.JSONField(default=list, help_text="property, value, unit, time, reading_id, class")
    edition = models.CharField(max_length=64)
    why = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-at"]
        indexes: ClassVar = [models.Index(fields=["section", "at"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["section", "at", "known_at"], name="one_verdict_per_knowledge")
        ]

    def __str__(self) -> str:
        return self.id


class Alert(Scoped):
    """Something is wrong at a place (预警); its page with trace and forecast is the incident room."""

    kind = models.CharField(max_length=16, help_text="departure, pollution, instrument, level, flow, discharge")
    severity = models.IntegerField(default=1, help_text="1 attention … 3 gravest")
    state = models.CharField(max_length=8, default="open")
    station = models.CharField(max_length=64)
    section = models.CharField(max_length=64, blank=True)
    property = models.CharField(max_length=32)
    value = models.FloatField(null=True)
    limit = models.FloatField(null=True)
    at = models.DateTimeField()
    last_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    why = models.JSONField(default=dict)

    class Meta(Scoped.Meta):
        indexes: ClassVar = [models.Index(fields=["state", "station"])]


class AlertReading(models.Model):
    """A reading that belongs to an incident: at its own station, or where the wave came by later."""

    visibility = "via:alert"

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="readings")
    reading = models.CharField(max_length=64)
    station = models.CharField(max_length=64)
    property = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["alert", "reading"], name="one_reading_per_alert")]


class EnergyUse(Scoped):
    """An amount of an energy carrier that an enterprise or works used, as it was entered (能源消费)."""

    facility = models.CharField(max_length=64, db_index=True)
    item = models.CharField(max_length=32, help_text="diesel, electricity … of the energy factors")
    amount = models.FloatField()
    unit = models.CharField(max_length=16)
    day = models.DateField(help_text="last day of the period that it was used in")
    document = models.TextField(blank=True, help_text="bill or meter that says so")
    factor_t = models.FloatField(null=True, help_text="the enterprise's own factor [t CO2 per unit of the table]")
    factor_document = models.TextField(blank=True)
    entered_by = models.CharField(max_length=150)
    entered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)


class Watch(models.Model):
    """What is remembered about one property of one station between readings: baseline and alert state."""

    visibility = "internal"

    station = models.CharField(max_length=64)
    property = models.CharField(max_length=32)
    baseline = models.JSONField(null=True)
    baseline_at = models.DateTimeField(null=True)
    state = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["station", "property"], name="one_watch_per_series")]


class AirMeasure(Scoped):
    """Something that is done about the air (大气治理措施), such as a cut in industry or a dust site under watch."""

    KINDS = ("industrial_cut", "loose_coal", "dust_site", "ozone_precursor")
    STATES = ("planned", "running", "done", "late")

    kind = models.CharField(max_length=24, help_text="industrial_cut, loose_coal, dust_site, ozone_precursor")
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    address_zh = models.CharField(max_length=200, blank=True)
    address_en = models.CharField(max_length=200, blank=True)
    indicator_zh = models.CharField(max_length=80, blank=True)
    indicator_en = models.CharField(max_length=80, blank=True)
    target = models.FloatField(null=True)
    done = models.FloatField(null=True, help_text="nothing where nobody has counted yet")
    unit = models.CharField(max_length=16, blank=True)
    state = models.CharField(max_length=12, default="planned", help_text="planned, running, done, late")
    due = models.DateField(null=True)
    document = models.CharField(max_length=200, blank=True)
    assumed = models.BooleanField(default=False, help_text="invented for the demo")
    created_at = models.DateTimeField()

    class Meta(Scoped.Meta):
        indexes: ClassVar = [models.Index(fields=["kind", "state"])]


class AirInspection(models.Model):
    """Somebody looked at a measure (检查记录)."""

    visibility = "via:measure"

    id = models.CharField(max_length=64, primary_key=True)
    measure = models.ForeignKey(AirMeasure, models.CASCADE, related_name="inspections")
    at = models.DateTimeField()
    person = models.CharField(max_length=150)
    finding = models.TextField()
    done = models.FloatField(null=True, help_text="of the measure's indicator, as counted then")
    photos = models.JSONField(default=list, help_text="ids of files")

    class Meta:
        ordering: ClassVar = ["-at", "-id"]


class AirGrade(models.Model):
    """The performance grade of an enterprise (绩效分级), from a day on."""

    visibility = "open"

    facility = models.CharField(max_length=64, help_text="code of the facility in the registry")
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=12)
    grade = models.CharField(max_length=1, help_text="A, B, C, D")
    valid_from = models.DateField()
    document = models.CharField(max_length=200, blank=True)
    assumed = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["facility", "-valid_from"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["facility", "valid_from"], name="one_grade_per_day")]


class AirWarning(models.Model):
    """A warning of heavy pollution that was issued (重污染天气预警), its days included."""

    visibility = "open"

    level = models.CharField(max_length=8, help_text="yellow, orange, red")
    first_day = models.DateField()
    last_day = models.DateField()
    document = models.CharField(max_length=200, blank=True)
    assumed = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["-first_day"]


class DustDay(models.Model):
    """A day under sand and dust as the monitoring centre named it (沙尘日)."""

    visibility = "open"

    day = models.DateField(unique=True)
    document = models.CharField(max_length=200, blank=True)
    assumed = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["day"]
