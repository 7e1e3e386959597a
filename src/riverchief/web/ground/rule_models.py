"""What a place asks of patrols: its own rule in versions, and appeals against what a patrol was reckoned to be."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class RuleVersion(models.Model):
    """One version of a place's patrol rule (巡河规则): its file as text, who wrote it, who else put it in force."""

    visibility = "issued"

    id = models.CharField(max_length=64, primary_key=True)
    region = models.CharField(max_length=12, db_index=True)
    code = models.CharField(max_length=64)
    version = models.CharField(max_length=32)
    text = models.TextField(help_text="the rule file, TOML")
    document = models.TextField(blank=True)
    valid_from = models.DateField(null=True, help_text="first day on which it holds")
    valid_to = models.DateField(null=True, help_text="first day on which it no longer holds")
    state = models.CharField(max_length=12, default="draft", help_text="draft, frozen, issued, withdrawn")
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    approved_by = models.CharField(max_length=150, blank=True, help_text="who issued it; kept when it is withdrawn")
    approved_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, help_text="why it was sent back or withdrawn")

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["region", "code", "version"],
                condition=~models.Q(approved_by=""),
                name="one_issued_rule_per_version",
            )
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.code} {self.version}"


class PatrolAppeal(models.Model):
    """Words against "does not count", and what somebody else decided; the reckoned result stays as it is."""

    visibility = "via:patrol"

    id = models.CharField(max_length=64, primary_key=True)
    patrol = models.ForeignKey("ground.Patrol", models.CASCADE, related_name="appeals")
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    text = models.TextField()
    decision = models.CharField(max_length=8, blank=True, help_text="accepted, refused; empty: not decided yet")
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patrol"], condition=models.Q(decision=""), name="one_open_appeal_per_patrol"
            )
        ]
