"""What the ground stage keeps: cases with their moves, patrols, evidence in a chain, closures."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from riverchief.web.accounts.scoped import Scoped
from riverchief.web.ground.ledger_models import Handoff, Letter, Meeting, Notice, NoticeReceipt, SeriesCount
from riverchief.web.ground.phone_models import PatrolPiece, PhoneFile, PhoneRecord
from riverchief.web.ground.project_models import (
    PlotCheck,
    ProjectEntry,
    ProjectMilestone,
    ProjectPhoto,
    ProjectPlan,
    ProjectPlot,
    ProjectReport,
)
from riverchief.web.ground.rule_models import PatrolAppeal, RuleVersion

__all__ = [
    "Case",
    "Closure",
    "Evidence",
    "Handoff",
    "Letter",
    "Meeting",
    "Move",
    "Notice",
    "NoticeReceipt",
    "Patrol",
    "PatrolAppeal",
    "PatrolPiece",
    "PhoneFile",
    "PhoneRecord",
    "PlotCheck",
    "ProjectEntry",
    "ProjectMilestone",
    "ProjectPhoto",
    "ProjectPlan",
    "ProjectPlot",
    "ProjectReport",
    "RuleVersion",
    "SeriesCount",
]


class Case(Scoped):
    """A problem that somebody must solve (事件)."""

    published: ClassVar = {"confidential": False}

    number = models.CharField(max_length=24, unique=True)
    title_key = models.CharField(max_length=48)
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=12, default="draft")
    severity = models.IntegerField(default=2, help_text="1 minor … 3 gravest")
    type = models.CharField(max_length=32, blank=True, help_text="code of the catalogue of case types")
    values = models.JSONField(default=dict, blank=True, help_text="fields of its type by key")
    incomplete = models.JSONField(
        default=list, blank=True, help_text="what its type asks for and a phone did not say: field, zh, en"
    )
    source = models.CharField(
        max_length=16, help_text="alert, finding, walker, instrument, table, hotline, split, meeting, citizen"
    )
    origin = models.CharField(max_length=64, blank=True, help_text="the table or hotline that it came from")
    origin_number = models.CharField(max_length=64, blank=True, help_text="its number there")
    split_from = models.CharField(max_length=64, blank=True, help_text="the case that it was a part of")
    alert = models.CharField(max_length=64, blank=True)
    property = models.CharField(max_length=32, blank=True)
    section = models.CharField(max_length=64, blank=True)
    opened_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, help_text="when a walker recorded it, by the phone")
    due_at = models.DateTimeField(null=True)
    due_given = models.BooleanField(default=False, help_text="the deadline came with the problem, no rule made it")
    closed_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    reporter = models.CharField(max_length=150)
    chief = models.CharField(max_length=64, blank=True, help_text="code of the chief whose stretch it lies on")
    assignee = models.CharField(max_length=150, blank=True, help_text="code of a chief, or a username")
    handler = models.CharField(max_length=150, blank=True)
    verifier = models.CharField(max_length=150, blank=True)
    closer = models.CharField(max_length=150, blank=True)
    dispatched_at = models.DateTimeField(null=True)
    pauses = models.JSONField(default=list, help_text="pairs of ISO times in which its clock stood")
    extended = models.IntegerField(default=0, help_text="hours or working days, as its time limit counts")
    merged_into = models.CharField(max_length=64, blank=True, help_text="the case that it goes on as")
    escalation = models.IntegerField(default=0)
    evidence_seal = models.CharField(max_length=64, blank=True, help_text="seal of the last piece of evidence")
    moves_seal = models.CharField(max_length=64, blank=True, help_text="seal of the last move")

    class Meta(Scoped.Meta):
        indexes: ClassVar = [
            models.Index(fields=["state", "due_at"]),
            models.Index(fields=["-opened_at", "-id"], name="case_ledger_order"),
            models.Index(fields=["reach", "chainage_m"], name="case_at_place"),
            models.Index(fields=["assignee"], name="case_assignee"),
            models.Index(fields=["chief"], name="case_chief"),
            models.Index(fields=["alert"], condition=~models.Q(alert=""), name="case_of_alert"),
            models.Index(
                fields=["region", "due_at"], condition=models.Q(closed_at__isnull=True), name="case_not_closed"
            ),
            models.Index(
                fields=["region", "due_at"], condition=models.Q(confirmed_at__isnull=True), name="case_not_confirmed"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["origin", "origin_number"], condition=~models.Q(origin_number=""), name="one_case_per_number"
            )
        ]


class Move(models.Model):
    """One step of a case or mark on it: who did what, when, with which words; each has the seal of the one before."""

    visibility = "via:case"

    case = models.ForeignKey(Case, models.CASCADE, related_name="moves")
    action = models.CharField(max_length=16)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    note = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True, help_text="facts that go with it, sealed where there are any")
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["id"]


class Patrol(Scoped):
    """One walk (巡河): its track with the gaps kept, and how much of the stretch it covered."""

    maker: ClassVar = "by"

    case = models.CharField(max_length=64, blank=True)
    by = models.CharField(max_length=150)
    chief = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    track = models.JSONField(
        default=list,
        help_text="epoch s, longitude, latitude, accuracy m; from phones also speed m/s, mock 0 or 1",
    )
    result = models.JSONField(default=dict, help_text="length_m, duration_s, coverage, gaps, validity with reasons")
    stretch = models.JSONField(default=list, help_text="reach, from_m, to_m of what was to be walked, if named")
    answers = models.JSONField(default=dict, help_text="by code of the checklist: ok, bad, not_looked")
    companions = models.JSONField(default=list, help_text="whom the walker names as walking along: who, at")
    told_gaps = models.JSONField(default=list, help_text="gaps as the phone knows them: from_s, to_s, why")
    authenticity = models.JSONField(default=dict, help_text="score with reasons; empty until the patrol ended")
    replies = models.JSONField(default=list, help_text="what the walker answers to a reason: reason, text, at")
    again = models.JSONField(default=list, help_text="when and why the result was reckoned anew")
    device = models.CharField(max_length=64, blank=True)
    clock = models.CharField(max_length=8, blank=True, help_text="by whose clock it was recorded: platform, phone")
    skew_s = models.FloatField(null=True, help_text="the platform's clock less the phone's")
    source = models.CharField(max_length=8, blank=True, help_text="gpx, kml: imported from a file, not recorded here")
    pieces_seal = models.CharField(max_length=64, blank=True, help_text="seal of the last piece of the patrol")
    decided = models.BooleanField(default=False, help_text="counts by decision after an appeal, whatever was reckoned")

    @property
    def counts(self) -> bool:
        """Whether it counts: as it was reckoned, or by decision."""
        return self.decided or bool(self.result.get("valid"))

    class Meta(Scoped.Meta):
        indexes: ClassVar = [
            models.Index(fields=["by", "finished_at"], name="patrol_of_person"),
            models.Index(fields=["reach", "chainage_m"], name="patrol_at_place"),
            models.Index(fields=["started_at"], name="patrol_started"),
            # few have company, and every phone asks who has named its walker
            models.Index(fields=["started_at"], name="patrol_with_company", condition=~models.Q(companions=[])),
        ]


class Evidence(models.Model):
    """A photograph, track or note of a case; each carries the hash of the one before."""

    visibility = "via:case"

    id = models.CharField(max_length=64, primary_key=True)
    case = models.ForeignKey(Case, models.CASCADE, related_name="evidence")
    patrol = models.CharField(max_length=64, blank=True)
    position = models.IntegerField(help_text="place in the chain, from 0")
    kind = models.CharField(max_length=8, help_text="photo, voice, track, note")
    text = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, help_text="when it was made, by the phone")
    picture_hash = models.CharField(max_length=16, blank=True, help_text="perceptual, 64 bits in hexadecimal")
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["case", "position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "position"], name="one_piece_per_position")]


class Closure(models.Model):
    """What became of a provisional closing: confirmed by readings or a second person, or reopened and by what."""

    visibility = "via:case"

    id = models.CharField(max_length=64, primary_key=True)
    case = models.ForeignKey(Case, models.CASCADE, related_name="closures")
    outcome = models.CharField(max_length=12, help_text="provisional, confirmed, reopened")
    at = models.DateTimeField()
    by = models.CharField(max_length=150, blank=True)
    why = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["id"]
