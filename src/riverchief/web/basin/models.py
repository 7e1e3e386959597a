"""The registry of one basin. The fields are those of `riverchief.base.basin`, which `basin.folder` fills and reads."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from simple_history.models import HistoricalRecords

CODE = 64
NAME = 120


def _code() -> models.CharField[str, str]:
    return models.CharField(max_length=CODE, primary_key=True)


class Named(models.Model):
    """A thing with a code and a name in both languages; everybody who signed in may see the registry."""

    visibility = "open"

    code = _code()
    name_zh = models.CharField(max_length=NAME)
    name_en = models.CharField(max_length=NAME, blank=True)
    position = models.IntegerField(default=0, help_text="order in the basin folder")

    class Meta:
        abstract = True
        ordering: ClassVar = ["position", "code"]

    def __str__(self) -> str:
        return f"{self.name_zh} ({self.code})"


class BasinInfo(Named):
    """The basin that was loaded, with the version of its network."""

    region = models.CharField(max_length=12)
    version = models.CharField(max_length=32)
    review_number = models.CharField(max_length=64, blank=True)
    notes = models.TextField(blank=True)
    loaded_at = models.DateTimeField()

    class Meta(Named.Meta):
        verbose_name = "basin"


class River(Named):
    """A named river (河流)."""

    history = HistoricalRecords()


class Region(Named):
    """An administrative region (行政区) with a point for its label."""

    lon = models.FloatField()
    lat = models.FloatField()
    history = HistoricalRecords()


class Reach(Named):
    """A reach (河段) between two nodes."""

    river = models.ForeignKey(River, models.PROTECT, related_name="reaches")
    from_node = models.CharField(max_length=CODE)
    to_node = models.CharField(max_length=CODE)
    length_m = models.FloatField()
    flow_m3s = models.FloatField()
    velocity_ms = models.FloatField()
    width_m = models.FloatField()
    depth_m = models.FloatField()
    line = models.JSONField(default=list, blank=True)
    source = models.TextField(blank=True)
    assumed = models.BooleanField(default=True)
    history = HistoricalRecords()

    class Meta(Named.Meta):
        verbose_name_plural = "reaches"


class AtPlace(Named):
    """A thing with an address on the network and its surveyed position."""

    reach = models.ForeignKey(Reach, models.PROTECT, null=True, blank=True, related_name="+")
    chainage_m = models.FloatField(null=True, blank=True)
    lon = models.FloatField()
    lat = models.FloatField()
    region = models.CharField(max_length=12, blank=True)
    assumed = models.BooleanField(default=True)

    class Meta(Named.Meta):
        abstract = True


class Station(AtPlace):
    """An instrument site (站点)."""

    kind = models.CharField(max_length=32)
    protocol = models.CharField(max_length=16)
    dialect = models.CharField(max_length=24)
    device = models.CharField(max_length=64)
    interval_s = models.JSONField(default=list, blank=True, help_text="pairs of property and interval [s]")
    facility = models.CharField(max_length=CODE, blank=True)
    level_warning_m = models.FloatField(null=True, blank=True)
    flow_minimum_m3s = models.FloatField(null=True, blank=True)
    history = HistoricalRecords()

    class Meta(AtPlace.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["protocol", "device"], name="one_station_per_device")
        ]


class Section(AtPlace):
    """A section (断面) and its target class."""

    level = models.CharField(max_length=16)
    target_class = models.IntegerField()
    tp_rule = models.CharField(max_length=8, default="river")
    boundary = models.BooleanField(default=False)
    station = models.CharField(max_length=CODE, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True, help_text="first day on which it is no longer there")
    history = HistoricalRecords()


class Facility(AtPlace):
    """An outfall, works, enterprise, intake, gate, reservoir, lake or structure (排污口、污水厂、企业、取水口 …)."""

    kind = models.CharField(max_length=16)
    flow_m3s = models.FloatField(default=0.0)
    pollutants = models.JSONField(default=list, blank=True, help_text="pairs of property and concentration")
    permit = models.CharField(max_length=64, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True, help_text="first day on which it is no longer there")
    history = HistoricalRecords()

    class Meta(AtPlace.Meta):
        verbose_name_plural = "facilities"


class Camera(AtPlace):
    """A camera at the river (摄像头)."""

    still_url = models.CharField(max_length=500, blank=True)
    stream_url = models.CharField(max_length=500, blank=True)
    every_s = models.IntegerField(default=3600)
    section = models.CharField(max_length=CODE, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    history = HistoricalRecords()


class Culture(AtPlace):
    """A place of culture or nature at the river (水文化节点)."""

    kind = models.CharField(max_length=16)
    fact_zh = models.TextField()
    fact_en = models.TextField()
    source = models.TextField(blank=True)
    history = HistoricalRecords()

    class Meta(AtPlace.Meta):
        verbose_name_plural = "culture"


class Still(models.Model):
    """One picture of a camera, or why there is none."""

    visibility = "open"

    id = models.CharField(max_length=64, primary_key=True)
    camera = models.CharField(max_length=CODE, db_index=True)
    at = models.DateTimeField()
    sha256 = models.CharField(max_length=64, blank=True, help_text="empty where none came")
    size = models.IntegerField(default=0)
    why = models.JSONField(default=dict, help_text="code and sentence where none came")

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [models.Index(fields=["camera", "-at"])]


class PermitLimit(models.Model):
    """One limit of a discharge permit (排污许可限值), with its clause."""

    visibility = "open"

    facility = models.CharField(max_length=CODE, db_index=True)
    property = models.CharField(max_length=32)
    limit = models.FloatField(help_text="largest mean, or load of a year, in the unit")
    unit = models.CharField(max_length=16)
    period = models.CharField(max_length=8, help_text="hour, day: of a mean; year: total load")
    clause_zh = models.TextField()
    clause_en = models.TextField(blank=True)
    document = models.TextField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    lower = models.FloatField(null=True, blank=True)
    confirmed = models.BooleanField(default=False)
    position = models.IntegerField(default=0, help_text="order in the basin folder")
    history = HistoricalRecords()

    class Meta:
        verbose_name = "permit limit"
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["facility", "property", "period", "valid_from"], name="one_permit_limit_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.facility}: {self.property} {self.limit:g} {self.unit} ({self.period})"


class Chief(Named):
    """A river chief (河长)."""

    level = models.CharField(max_length=16)
    region = models.CharField(max_length=12)
    assumed = models.BooleanField(default=True)
    history = HistoricalRecords()


class Responsibility(models.Model):
    """Who answers for a stretch of a reach, and since when."""

    visibility = "open"

    chief = models.ForeignKey(Chief, models.PROTECT, related_name="responsibilities")
    reach = models.ForeignKey(Reach, models.PROTECT, related_name="+")
    from_m = models.FloatField()
    to_m = models.FloatField()
    start = models.DateField()
    end = models.DateField(null=True, blank=True)
    position = models.IntegerField(default=0, help_text="order in the basin folder")
    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "responsibilities"
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.chief_id}: {self.reach_id} {self.from_m:.0f}-{self.to_m:.0f} m"


class Term(models.Model):
    """A term of office (任期) of a chief."""

    visibility = "open"

    chief = models.ForeignKey(Chief, models.PROTECT, related_name="terms")
    start = models.DateField()
    end = models.DateField(null=True, blank=True)
    document = models.TextField(blank=True)
    assumed = models.BooleanField(default=True)
    position = models.IntegerField(default=0, help_text="order in the basin folder")
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.chief_id}: {self.start} - {self.end or ''}"


class Leave(models.Model):
    """Days on which a deputy answers for a chief (请假与代理)."""

    visibility = "open"

    chief = models.ForeignKey(Chief, models.PROTECT, related_name="leaves")
    start = models.DateField()
    end = models.DateField()
    deputy = models.ForeignKey(Chief, models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    position = models.IntegerField(default=0, help_text="order in the basin folder")
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.chief_id}: {self.start} - {self.end}, {self.deputy_id}"


class Project(Named):
    """A key project (重点项目) on a board."""

    board = models.CharField(max_length=64)
    region = models.CharField(max_length=12, blank=True)
    reach = models.ForeignKey(Reach, models.PROTECT, null=True, blank=True, related_name="+")
    chainage_m = models.FloatField(null=True, blank=True)
    start_planned = models.DateField(null=True, blank=True)
    end_planned = models.DateField(null=True, blank=True)
    start_actual = models.DateField(null=True, blank=True)
    end_actual = models.DateField(null=True, blank=True)
    assumed = models.BooleanField(default=True)
    history = HistoricalRecords()


import riverchief.web.basin.sign_models  # noqa: E402, F401  it builds on the classes above


class Draft(models.Model):
    """A change of the registry that waits for somebody else of the same office, and what became of it."""

    visibility = "office"

    id = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=16, help_text="change, import, hand-over")
    edits = models.JSONField(default=list, help_text="rows with what they were and what they are to be")
    extra = models.JSONField(default=dict, help_text="of a hand-over: from, to, day")
    reason = models.TextField(blank=True)
    region = models.CharField(max_length=12, help_text="region of the office that asks for it")
    role = models.CharField(max_length=16, help_text="role of the office that asks for it")
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    state = models.CharField(max_length=12, default="open", help_text="open, approved, refused, withdrawn")
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField(blank=True, help_text="words of who decided")

    class Meta:
        ordering: ClassVar = ["-at", "-id"]


class HandOver(models.Model):
    """What went from one chief to the next: stretches, and the cases that were open on that day."""

    visibility = "office"

    id = models.CharField(max_length=64, primary_key=True)
    draft = models.ForeignKey(Draft, models.PROTECT, related_name="+")
    region = models.CharField(max_length=12)
    giver = models.CharField(max_length=CODE)
    taker = models.CharField(max_length=CODE)
    day = models.DateField()
    stretches = models.JSONField(default=list)
    cases = models.JSONField(default=list, help_text="id and number of each case that was handed over")
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-day", "-id"]


class Layer(models.Model):
    """A layer of the land along the river (管理范围、生态保护红线、行洪通道), as a document gives it."""

    visibility = "open"

    code = models.CharField(max_length=CODE, primary_key=True)
    kind = models.CharField(max_length=16, help_text="management, redline, floodway")
    name_zh = models.CharField(max_length=NAME)
    name_en = models.CharField(max_length=NAME, blank=True)
    document = models.TextField()
    day = models.DateField(help_text="date of the document")
    ask_zh = models.TextField(help_text="who must be asked")
    ask_en = models.TextField(blank=True)
    confirmed = models.BooleanField(default=False)
    areas = models.JSONField(default=list, help_text="GeoJSON geometries with a name, WGS 84")
    sha256 = models.CharField(max_length=64, help_text="the file as it was uploaded")
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["kind", "code"]
